"""A repaired week in words: what a choice leaves, whom to call, how certain it is, what is hit and what changes besides."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iopsched.cli.repairtext import choice_text
from iopsched.domain.happenings import Discharge
from iopsched.domain.outcome import GoalId, GoalResult, Solved, Unmet
from iopsched.domain.people import TimeOff
from iopsched.repairs.repaired import RepairChoice, Repaired
from iopsched.repairs.substitutes import substitutes
from iopsched.repairs.substitution import Substitute
from iopsched.rulebook.repairchoices import ChoiceName
from iopsched.store.revisions import changes, publish
from iopsched.verifier import goal_values
from iopsched.views.labels import Labels, NameMode
from iopsched.views.repairtables import repair_told
from iopsched.views.repairtold import RepairWords
from iopsched.views.substitutewords import further_cover
from iopsched.words.sentence import Sentence, TherapistRef
from iopsched.words.unknowncauses import NO_TIME
from tests.support.clinics import (
    FRIDAY,
    TUESDAY,
    adult,
    adults,
    at,
    clinic,
    individual,
    level,
    off,
    schedule,
    services,
    session,
    small,
    therapist,
    windows,
)

SICK = off("therapist", "T1", "Tue 00:00", "Wed 00:00")
GROUP = session("Tue 09:00-12:00", "A1 A2 A3 A4", id_="group")
VISIT = individual("Tue 13:00-14:00", "A1", id_="visit", room_id="R2")
OFF = "comes in on Tue, a day without sessions"
OTHER = individual("Wed 13:00-14:00", "A2", "T2", id_="other", room_id="R2")


def words_of(*sessions, happenings=(SICK,), name=ChoiceName.LEAST_UNMET, bounds=None, labels=None, **changed):
    """Return the words of a repair whose only choice is the week of these sessions, and the choice."""
    base = schedule(GROUP, VISIT, OTHER)
    asks = {kind: {"per_week": {}} for kind in ("family", "multifamily", "workshop")}
    facts = {
        "participants": adults(4, individual_per_week=0),
        "clinic": clinic(level=level(min_minutes_per_week=180)),
        "services": services(individual={"per_week": {}}, **asks),
    }
    before = small(**{**facts, "previous": base, "now": at("Tue 07:00"), **changed})
    away = tuple(row for row in happenings if isinstance(row, TimeOff))
    problem = replace(before, time_off=(*before.time_off, *away))
    published = publish("site", base, None, datetime(2026, 11, 27, tzinfo=UTC))
    week = schedule(*sessions)
    goals = tuple(
        GoalResult(goal_id, goal.value, (bounds or {}).get(goal_id, goal.value), "minutes")
        for goal_id, goal in goal_values(problem, week).items()
    )
    choice = RepairChoice(
        *(1, name, Solved(week, goals), Path("folder"), ()),
        changes=changes(published, week),
        substitutes=substitutes(problem, base, week, happenings),
    )
    repaired = Repaired(published, datetime(2026, 12, 1, 7, tzinfo=UTC), tuple(happenings), before, problem, (choice,))
    return RepairWords(repaired, labels or Labels()), choice


def test_a_choice_that_leaves_nobody_short():
    words, choice = words_of(replace(GROUP, therapist_ids=("T2",)), VISIT, OTHER)
    assert words.heading() == (
        "Week of 2026-11-30, revision 1: T1 is away on Tue 2026-12-01. What began before Tue 07:00 stays.",
    )
    assert words.choice(choice).line == (
        "1. Least unmet need: everybody has what they need. To call: 4 participants and 2 staff. No week does better: proven."
    )


def test_whoever_has_less_is_told_in_hours_and_sessions_never_in_points():
    words, choice = words_of(OTHER, participants=adults(4, individual_per_week=1))
    assert (
        words.choice(choice).unmet
        == "4 participants have less than they need: A1, A3, A4 most (2 participants were short already)"
    )
    few = adults(2, individual_per_week=1)
    words, choice = words_of(OTHER, VISIT, participants=few)
    assert words.choice(choice).unmet == "A1, A2 have 1 of 3 h"
    words, choice = words_of(GROUP, VISIT, participants=few)
    assert words.choice(choice).unmet == "A2 lacks 1 individual"
    hidden = Labels(NameMode.NONE)
    words, choice = words_of(GROUP, VISIT, participants=few, labels=hidden)
    assert words.choice(choice).unmet == "1 participant has less than they need"


def test_who_was_short_before_is_no_news():
    people = (*adults(4, individual_per_week=0), adult("A9"))
    words, choice = words_of(GROUP, VISIT, OTHER, participants=people)
    assert words.choice(choice).unmet == "nobody has less than before (1 participant was short already)"


@pytest.mark.parametrize(
    ("name", "bounds", "told"),
    [
        (ChoiceName.LEAST_UNMET, {GoalId.UNMET_NEED: 0}, "Whether somebody could have more is not proven."),
        (ChoiceName.LEAST_UNMET, {GoalId.UNMET_NEED: 60}, "Perhaps up to 10 h less could be lacking: not proven."),
        (
            ChoiceName.LEAST_UNMET,
            {GoalId.CHANGES: 2},
            "Perhaps up to 3 people fewer would have to be told: not proven.",
        ),
        (ChoiceName.FEWEST_MOVES, {GoalId.MOVES: 0}, "Whether less could change is not proven."),
        (ChoiceName.CANCEL_ONLY, {}, "No week that only cancels does better: proven."),
    ],
)
def test_what_is_not_proven_is_said_of_the_first_goal_that_is_not(name, bounds, told):
    words, choice = words_of(OTHER, name=name, bounds=bounds)
    assert words.choice(choice).proof == told


def test_a_choice_that_changes_nothing():
    words, choice = words_of(GROUP, VISIT, OTHER)
    line = words.choice(replace(choice, is_as_published=True)).line
    assert line == "1. Least unmet need: nothing changes; revision 1 holds as it is. To call: nobody."


def test_what_is_hit_comes_before_what_changes_besides():
    moved = replace(OTHER, start=OTHER.start + 60, end=OTHER.end + 60)
    words, choice = words_of(replace(VISIT, therapist_ids=("T2",)), moved)
    assert [(row.line, row.is_hit) for row in words.fates(choice)] == [
        ("Tue 09:00 group (A1, A2, A3, A4): is cancelled", True),
        (
            f"Tue 13:00 visit (A1): T2 covers for T1 (1 h in sessions on Tue instead of 0 h (at most 12 h), {OFF})",
            True,
        ),
        ("Wed 13:00 other (A2): moves to Wed 14:00", False),
    ]


@pytest.mark.parametrize(
    ("happening", "hit"),
    [
        (off("clinic", "", "Wed 00:00", "Thu 00:00"), {"Wed 13:00"}),
        (off("room", "R2", "Tue 00:00", "Wed 00:00"), {"Tue 13:00"}),
        (off("participant", "A1", "Tue 00:00", "Wed 00:00"), {"Tue 09:00", "Tue 13:00"}),
        (Discharge("A2", TUESDAY), {"Wed 13:00"}),
    ],
)
def test_everything_that_something_is_taken_from_is_hit(happening, hit):
    people = adults(4, individual_per_week=0)
    if isinstance(happening, Discharge):
        people = tuple(replace(row, discharged=TUESDAY) if row.id == "A2" else row for row in people)
    words, choice = words_of(happenings=(happening,), participants=people)
    assert {row.when for row in words.fates(choice) if row.is_hit} == hit


def test_who_else_could_cover_is_told_until_somebody_does():
    words, choice = words_of(replace(VISIT, therapist_ids=("T2",)), OTHER)
    assert [row.line for row in words.covers(choice)] == [
        "Tue 09:00 group (A1, A2, A3, A4): T2 could: 3 h in sessions on Tue instead of 0 h (at most 12 h), comes in on Tue, a day without sessions"
    ]


def test_where_nobody_may_be_shown_sessions_and_staff_still_are():
    hidden = Labels(NameMode.NONE)
    words, choice = words_of(
        replace(VISIT, therapist_ids=("T2",)), OTHER, happenings=(SICK, Discharge("A2", FRIDAY)), labels=hidden
    )
    text = "\n".join(
        [*words.heading(), *(row.line for row in words.fates(choice)), *(row.line for row in words.covers(choice))]
    )
    assert "somebody is discharged" in text
    assert "Tue 09:00 process (somebody, somebody, somebody, somebody): is cancelled" in text
    assert "Tue 13:00 individual (somebody): T2 covers for T1" in text
    told = str(repair_told(words))
    assert not any(person in text + told for person in ("A1", "A2", "A3", "A4"))


def told_cover(staff):
    words, choice = words_of(OTHER, therapists=(therapist("T1"), *staff))
    own: list[Substitute] = [row for row in choice.substitutes if row.session_id == "group"]
    return [words.told(sentence) for sentence in further_cover(own)]


def test_whoever_is_known_to_be_away_is_not_named_again():
    both = (SICK, off("therapist", "T2", "Tue 00:00", "Wed 00:00"))
    words, choice = words_of(OTHER, happenings=both)
    assert list(words.covers(choice)) == []
    words, choice = words_of(OTHER, happenings=(SICK, off("therapist", "T2", "Thu 00:00", "Fri 00:00")))
    assert all("T2 could" in row.line for row in words.covers(choice)), "away on another day"
    assert list(words.covers(choice))


def test_who_is_nearest_is_named_and_the_others_are_counted():
    busy = tuple(therapist(f"T{n}", availability=windows("Tue 13:00-14:00")) for n in (2, 3, 4))
    lacking = (therapist("T5", skills=("other",)), therapist("T6", skills=("other",)), therapist("T7", licensed=False))
    assert told_cover((*busy, *lacking)) == [
        "T2 is there only Tue 13:00-14:00 (therapists.csv, availability)",
        "T3 is there only Tue 13:00-14:00 (therapists.csv, availability)",
        "1 more is busy or not there",
        "2 lack the skill, 1 is not licensed",
    ]


def test_tables_are_those_of_a_page_whose_first_sheet_is_the_call_list():
    words, choice = words_of(replace(VISIT, therapist_ids=("T2",)), OTHER)
    del choice
    told = repair_told(words)
    assert [table.name for table in told.tables] == [
        *("Call list", "Choices", "What happens", "Days of staff", "Who could cover")
    ]
    assert [table.starts_page for table in told.tables] == [False, True, False, False, False]
    assert [row[1] for row in told.tables[0].rows if row[0]] == ["A1", "A2", "A3", "A4", "T1", "T2"]


def test_why_somebody_has_less_is_told_where_it_is_known():
    words, choice = words_of(OTHER, VISIT, participants=adults(3, individual_per_week=1))
    away = Sentence("{} is away ({}).", TherapistRef("T1"), "time_off.csv")
    found = (Unmet("A1", 60, away), Unmet("A2", 60, away), Unmet("A3", 60, NO_TIME))
    choice = replace(choice, solved=replace(choice.solved, unmet=found))
    assert words.is_short(choice)
    assert words.why(choice) == ("A1, A2: T1 is away (time_off.csv).",)
    rows = {row[0]: row[1] for row in repair_told(with_choice(words, choice)).tables[1].rows}
    assert rows["Why"] == "A1, A2: T1 is away (time_off.csv)."
    text = choice_text(words, choice, Path("clinic"), 100, is_long=False)
    assert "Why somebody has less:\n  A1, A2: T1 is away" in text
    assert "What would help: iopsched explain clinic folder\nTo publish it:" in text
    nobody = RepairWords(words.repaired, Labels(NameMode.NONE))
    assert nobody.why(choice) == ()


def test_nothing_would_help_where_nobody_has_less():
    words, choice = words_of(replace(GROUP, therapist_ids=("T2",)), VISIT, OTHER)
    assert not words.is_short(choice)
    assert "explain" not in choice_text(words, choice, Path("clinic"), 100, is_long=False)


def with_choice(words, choice):
    return RepairWords(replace(words.repaired, choices=(choice,)), words.labels)
