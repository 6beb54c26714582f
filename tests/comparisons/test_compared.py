"""Two weeks beside each other: the properties that hold of any two, and which facts touch whom."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iopsched.comparisons.factchanges import fact_changes
from iopsched.comparisons.facttables import FactRow, WeekFacts
from iopsched.domain.timegrid import DAY, HOUR
from iopsched.verifier import goal_values
from iopsched.views.compared import ComparedWeek, compared
from iopsched.views.comparisontables import ComparisonWords
from iopsched.views.labels import Labels, NameMode
from iopsched.work.comparing import session_changes
from iopsched.work.weeksides import WeekSide
from tests.support.clinics import adults, off, room, schedule, session, small, therapist, windows

WEEK = date(2026, 11, 30)
PROBLEM = small(
    participants=adults(3),
    therapists=(therapist("T1"), therapist("T2")),
    rooms=(room("R1"), room("R2")),
)
PEOPLE = [row.id for row in PROBLEM.participants]


@st.composite
def weeks(draw):
    """Some sessions of the small clinic, legal or not; nobody is in two at once, so that no entry stands twice."""
    found = []
    for number, (day, hour) in enumerate(
        sorted(draw(st.sets(st.tuples(st.integers(0, 2), st.integers(9, 11)), max_size=6)))
    ):
        who = draw(st.sets(st.sampled_from(PEOPLE), min_size=1))
        staff = draw(st.permutations(["T1", "T2"]))[: draw(st.integers(1, 2))]
        one = session("Mon 09:00-10:00", id_=f"process-{number}")
        start = day * DAY + hour * HOUR
        changes = {"participant_ids": tuple(sorted(who)), "therapist_ids": tuple(staff)}
        found.append(replace(one, start=start, end=start + 60, room_id=draw(st.sampled_from(["R1", "R2"])), **changes))
    return replace(schedule(*found), census=frozenset(PEOPLE))


def side(week, problem=PROBLEM, tables=None):
    facts = WeekFacts(problem, tables or {}, {})
    return WeekSide(Path(), ComparedWeek(facts, replace(week, week=problem.week)), None, None)


def between(old, new):
    return compared(old.week, new.week, session_changes(old, new), Labels())


def told(found, *, turned=False):
    """Return what is told of each person; turned, as the other way round would say it."""
    other = {"came": "left", "left": "came", "stayed": "stayed"}
    rows = {}
    for row in found.people:
        pairs = sorted((entry.new, entry.old) if turned else (entry.old, entry.new) for entry in row.entries)
        rows[row.kind, row.who] = (other[row.standing] if turned else row.standing, row.moved, pairs)
    return rows


@settings(max_examples=25, deadline=None)
@given(weeks())
def test_a_week_beside_itself_shows_nothing(week):
    found = between(side(week), side(week))
    assert (found.people, found.settings) == ((), ())
    assert all(row.old == row.new and not row.words for row in found.goals)


@settings(max_examples=40, deadline=None)
@given(weeks(), weeks())
def test_the_other_way_round_both_sides_are_exchanged(first, second):
    later = replace(PROBLEM, week=WEEK + timedelta(days=7))
    for new in (side(second), side(second, later)):
        assert told(between(side(first), new)) == told(between(new, side(first)), turned=True)


@settings(max_examples=40, deadline=None)
@given(weeks(), weeks())
def test_entries_are_those_of_the_goals(first, second):
    found = between(side(first), side(second))
    goals = goal_values(replace(PROBLEM, previous=first), second)
    assert sum(row.moved > 0 for row in found.people) == goals["changes"].value
    assert sum(row.moved for row in found.people) == goals["moves"].value
    assert all(row.entries for row in found.people)


# --- why ----------------------------------------------------------------
TABLES = {
    "participants.csv": [
        FactRow(row, {"participant_id": key, "population": "adult"}) for row, key in enumerate(PEOPLE, 2)
    ],
    "therapists.csv": [FactRow(row, {"therapist_id": key}) for row, key in enumerate(("T1", "T2"), 2)],
}
BEFORE = schedule(session("Tue 10:00-11:00", "A1", "T1", "p-1"), session("Wed 10:00-11:00", "A2", "T1", "p-2"))
AFTER = schedule(session("Tue 10:00-11:00", "A1", "T2", "p-1"), session("Wed 11:00-12:00", "A2", "T1", "p-2"))
AWAY = FactRow(2, {"kind": "therapist", "id": "T1", "start": "2026-12-01"})


def reasons(old, new):
    words = ComparisonWords(between(old, new), new.problem, (old.problem.week, new.problem.week), Labels())
    return {line.split(" ")[0]: line.rpartition("[")[2].rstrip("]") for line in words.person_lines()}


def test_an_absence_is_told_to_whom_it_touches_and_to_nobody_else():
    sick = replace(PROBLEM, time_off=(off("therapist", "T1", "Tue 00:00", "Wed 00:00"),))
    found = reasons(side(BEFORE, tables=TABLES), side(AFTER, sick, {**TABLES, "time_off.csv": [AWAY]}))
    why = "T1 is away Tue 1 Dec (time_off.csv, row 2)"
    assert found == {"A1": why, "A2": "no fact of theirs changed", "T1": why, "T2": why}


def test_the_end_of_an_absence_explains_what_it_makes_possible():
    sick = replace(PROBLEM, time_off=(off("therapist", "T1", "Tue 00:00", "Wed 00:00"),))
    found = reasons(side(AFTER, sick, {**TABLES, "time_off.csv": [AWAY]}), side(BEFORE, tables=TABLES))
    assert found["A1"] == "T1 is no longer away Tue 1 Dec (time_off.csv, row 2)"
    assert found["A2"] == "no fact of theirs changed"


def test_a_window_explains_the_appointment_that_it_no_longer_holds():
    rows = [*TABLES["participants.csv"]]
    rows[1] = FactRow(3, {**rows[1].cells, "availability": "Wed 11:00-12:00"})
    window = replace(
        PROBLEM.participant["A2"], availability=small(participants=()).clinic.open.minus(windows("Wed 10:00-11:00"))
    )
    people = (PROBLEM.participants[0], window, PROBLEM.participants[2])
    new = side(AFTER, replace(PROBLEM, participants=people), {**TABLES, "participants.csv": rows})
    found = reasons(side(BEFORE, tables=TABLES), new)
    assert found["A2"] == "availability of A2 was blank, is 'Wed 11:00-12:00' (participants.csv, A2, availability)"
    assert found["A1"] == "no fact of theirs changed"


def test_a_stay_explains_who_comes_and_who_leaves():
    """Of two weeks: a cell that is the same says that somebody comes in one of them only."""
    dates = {"A1": {"discharged": "2026-12-02"}, "A3": {"admitted": "2026-12-07"}}
    tables = {
        "participants.csv": [
            FactRow(row.number, {**row.cells, **dates.get(row["participant_id"], {})})
            for row in TABLES["participants.csv"]
        ]
    }
    first = replace(PROBLEM.participant["A1"], discharged=date(2026, 12, 2))
    third = replace(PROBLEM.participant["A3"], admitted=date(2026, 12, 7))
    both = replace(PROBLEM, participants=(first, PROBLEM.participant["A2"], third))
    old = side(schedule(session("Tue 10:00-11:00", "A1", "T1", "p-1")), both, tables)
    new = side(
        schedule(session("Tue 10:00-11:00", "A3", "T1", "p-1")), replace(both, week=WEEK + timedelta(days=7)), tables
    )
    found = between(old, new)
    assert {row.who: row.standing for row in found.people if row.kind == "participant"} == {"A1": "left", "A3": "came"}
    assert reasons(old, new)["A1"].startswith("A1 leaves after 2026-12-02 (participants.csv, A1, discharged)")
    assert reasons(old, new)["A3"].startswith("A3 is admitted on 2026-12-07 (participants.csv, A3, admitted)")


@pytest.mark.parametrize(
    ("file", "row", "holds"),
    [
        ("time_off.csv", {"kind": "clinic", "start": "2026-12-09", "end": "2026-12-10"}, (False, True)),
        ("time_off.csv", {"kind": "clinic", "start": "2026-12-06", "end": "2026-12-07"}, (True, True)),
        ("time_off.csv", {"kind": "clinic", "start": "2026-12-06T10:00", "end": "2026-12-07T00:00"}, (True, False)),
        ("extra_time.csv", {"kind": "clinic", "start": "2026-12-05 09:00", "end": "2026-12-05 12:00"}, (True, False)),
        ("steps.csv", {"participant_id": "A1", "from": "2026-12-09"}, (False, True)),
        ("pins.csv", {"action": "must", "until": "2026-12-06"}, (True, False)),
        ("pins.csv", {"action": "must", "from": "2026-12-13"}, (False, True)),
        ("covers.csv", {"therapist_id": "T1", "from": "2026-12-14"}, (False, False)),
        ("rooms.csv", {"room_id": "R1"}, (True, True)),
    ],
)
def test_a_dated_row_holds_in_its_weeks_only(file, row, holds):
    later = replace(PROBLEM, week=WEEK + timedelta(days=7))
    facts = [WeekFacts(problem, {file: [FactRow(2, row)]}, {}) for problem in (PROBLEM, later)]
    assert tuple(bool(list(one.rows(file))) for one in facts) == holds
    assert bool(fact_changes(*facts)) == (holds[0] != holds[1])


def test_settings_are_about_everybody_and_nobody_is_shown_where_nobody_may_be():
    old = side(BEFORE, tables=TABLES)
    facts = replace(side(AFTER, tables=TABLES).week.facts, settings={"staff.break_minutes": "45"})
    new = replace(old, week=ComparedWeek(facts, AFTER))
    found = between(old, new)
    assert [(row.column, row.old, row.new) for row in found.settings] == [("staff.break_minutes", "", "45")]
    hidden = compared(old.week, new.week, session_changes(old, new), Labels(NameMode.NONE))
    assert {row.kind for row in hidden.people} == {"therapist"}
