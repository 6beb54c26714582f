"""Who is behind in a week that runs, and what is made up: from files to the draft that can be published."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations, product

import pytest

from iopsched.domain.timegrid import DAY
from iopsched.params import SolveParams
from iopsched.store import latest
from iopsched.verifier import hours, unmet_minutes, violations
from iopsched.work.clinics import read_clinic
from iopsched.work.makeupreading import read_makeup
from iopsched.work.makeups import make_up
from iopsched.work.publications import publish
from iopsched.work.weeks import inspect_week, read_week
from tests.support.clinics import MONDAY, session
from tests.support.editing import edit
from tests.support.makeup_world import FILES, GROUPS, PLAN, PUBLISHED, clinic_of, published, record
from tests.support.small_clinic import write

WEDNESDAY = datetime.fromisoformat("2026-12-02T13:00")
PARAMS = SolveParams(time_limit_s=20, workers=1)


def made(clinic, now=WEDNESDAY):
    given = read_makeup(clinic, now, None, MONDAY)
    assert given.broken == ()
    return make_up(given, PARAMS)[0]


def owed(found):
    return {row.participant_id: (row.balance.owed_minutes, row.balance.owed_days) for row in found.owed}


def left(found):
    return {row.balance.participant_id: (row.balance.owed_minutes, row.balance.owed_days) for row in found.left}


def placed(found):
    return [(row.participant_id, row.session.id, row.kind, row.minutes) for row in found.placed]


def test_whoever_missed_a_session_joins_another_that_has_a_seat(tmp_path):
    clinic = clinic_of(tmp_path)
    record(clinic, "2026-11-30,P1,G1-1,,no_show", "2026-11-30,P2,G1-1,,attended")
    found = made(clinic)
    assert owed(found) == {"P1": (180, 1)}
    assert placed(found) == [("P1", "G2-2", "joins", 180)]
    assert (found.left, found.is_proven) == ((), True)
    read = read_week(clinic, found.folder)
    assert violations(read.problem, read.schedule) == ()
    assert [row.status for row in hours(read.problem, read.schedule)] == ["met"] * 3
    others = {row.id: row for row in PLAN}
    changed = [row.id for row in read.schedule.sessions if row != others[row.id]]
    assert changed == ["G2-2"]
    assert read.schedule.sessions[-1].participant_ids == ("P1", "P2", "P3")
    assert [call.who for call in found.calls] == ["P1"]


def test_nobody_is_behind_where_everybody_was_there(tmp_path):
    found = made(clinic_of(tmp_path))
    assert (found.owed, found.placed, found.left, found.folder) == ((), (), (), None)


@pytest.mark.parametrize(("minutes", "behind"), [("179", (1, 1)), ("100", (80, 1)), ("180", None)])
def test_what_was_attended_in_part_counts_in_part(tmp_path, minutes, behind):
    clinic = clinic_of(tmp_path)
    record(clinic, f"2026-11-30,P1,G1-1,{minutes},left early")
    found = made(clinic)
    assert owed(found) == ({"P1": behind} if behind else {})
    assert placed(found) == ([("P1", "G2-2", "joins", 180)] if behind else [])
    assert found.left == ()


def test_sessions_that_are_over_cannot_be_joined(tmp_path):
    clinic = clinic_of(tmp_path)
    record(clinic, "2026-11-30,P1,G1-1,,no_show")
    assert left(made(clinic, datetime.fromisoformat("2026-12-03T09:30"))) == {"P1": (180, 1)}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("groups.csv G2 max_size = 2", "size"),
        ("participants.csv P1 availability = Mon-Wed 08:00-21:00", "window"),
        ("groups.csv G2 makeup = no", "makeup"),
        ("groups.csv G1 membership = closed", "cohort"),
    ],
)
def test_who_cannot_be_helped_is_told_which_rule_stands_in_the_way(tmp_path, change, rule):
    plan = [row if rule != "cohort" or row.group_id == "G1" else replace(row, participant_ids=("P3",)) for row in PLAN]
    clinic = clinic_of(tmp_path, change, plan=plan)
    record(clinic, "2026-11-30,P1,G1-1,,no_show")
    found = made(clinic)
    mine = [row for row in found.left if row.balance.participant_id == "P1"]
    assert (placed(found), [row.balance.owed_minutes for row in mine]) == ([], [180])
    assert [(row.session.id, row.rule) for row in mine[0].barred] == [("G2-2", rule)]
    assert found.folder is None


def test_a_further_session_of_the_own_group_is_held_where_it_may_meet_more_often(tmp_path):
    clinic = clinic_of(tmp_path, "groups.csv G1 sessions_per_week = 3", "groups.csv G2 makeup = no")
    record(clinic, "2026-11-30,P1,G1-1,,excused")
    found = made(clinic)
    assert [(row.participant_id, row.kind, row.session.group_id) for row in found.placed] == [("P1", "extra", "G1")]
    assert found.left == ()


VISIT = session("Tue 15:00-16:00", "P1", "T1", "individual-001", service_id="individual")


def clinic_with_visit(folder):
    clinic = write(folder / "clinic", {**FILES, "needs.csv": "participant_id,service_id,per_week\nP1,individual,1\n"})
    return published(clinic, (*PLAN, VISIT))


def test_a_needed_visit_that_was_missed_is_held_again_and_later_reads_know(tmp_path):
    clinic = clinic_with_visit(tmp_path)
    record(clinic, "2026-12-01,P1,individual-001,,no_show")
    found = made(clinic)
    assert owed(found) == {"P1": (60, 0)}
    assert [(row.kind, row.session.service_id, row.minutes) for row in found.placed] == [("extra", "individual", 60)]
    read = read_week(clinic, found.folder)
    assert violations(read.problem, read.schedule) == ()
    publish(read, PUBLISHED + timedelta(days=5), "dana")
    again = read_week(clinic, found.folder)
    assert violations(again.problem, again.schedule) == ()
    later = read_clinic(clinic, MONDAY, None, WEDNESDAY).problem
    assert later.missed == {("P1", "individual-001")}
    assert violations(later, latest(clinic, MONDAY).schedule) == ()
    assert made(clinic).owed == ()


def test_a_visit_to_come_that_will_be_missed_is_held_at_another_time(tmp_path):
    clinic = clinic_with_visit(tmp_path)
    record(clinic, "2026-12-01,P1,individual-001,,excused")
    found = made(clinic, datetime.fromisoformat("2026-11-30T13:00"))
    assert owed(found) == {"P1": (60, 0)}
    read = read_week(clinic, found.folder)
    visits = [row.start for row in read.schedule.sessions if row.service_id == "individual"]
    assert len(visits) == 1
    assert visits != [VISIT.start]
    assert violations(read.problem, read.schedule) == ()


def test_a_published_week_that_breaks_a_newer_fact_is_to_be_repaired_first(tmp_path):
    clinic = clinic_of(tmp_path)
    (clinic / "time_off.csv").write_text("kind,id,start,end\ntherapist,T2,2026-12-03,2026-12-03\n")
    given = read_makeup(clinic, WEDNESDAY, None, MONDAY)
    assert {row.rule for row in given.broken} == {"window"}


# --- as little as can be is left -----------------------------------------------------
MOST_TRIED = 2
TIMES = [
    (f"{day} {clock}", group)
    for group, clock in (("G1", "09:00-12:00"), ("G2", "13:00-16:00"))
    for day in ("Mon", "Wed", "Fri")
]
FREE = ("", "Mon-Wed 08:00-21:00", "Mon-Fri 08:00-12:30")


def drawn_clinic(folder, draw):
    """Three mornings and three afternoons with a few seats, of which Monday's were missed by some."""
    people = [f"P{n}" for n in range(1, 5)]
    rows = "".join(f"{person},adult,sud,{draw.choice(FREE)}\n" for person in people)
    seats = draw.choice((2, 3))
    clinic = write(
        folder / "clinic",
        {
            **FILES,
            "participants.csv": f"participant_id,population,track,availability\n{rows}",
            "groups.csv": f"{GROUPS}G1,group,sud,adult,3,open,some,{seats},,no\nG2,group,sud,adult,3,open,some,3,,no\n",
        },
    )
    problem = inspect_week(clinic, MONDAY, is_for_solving=False).problem
    plan = []
    for number, (when, group) in enumerate(TIMES):
        held = session(when, "", "T1", f"{group}-{number}", service_id="group", group_id=group)
        today = {who for row in plan if row.start // DAY == held.start // DAY for who in row.participant_ids}
        free = [
            who
            for who in people
            if who not in today and problem.participant[who].availability.covers(held.start, held.end)
        ]
        plan.append(replace(held, participant_ids=tuple(sorted(draw.sample(free, min(2, len(free)))))))
    plan = [row for row in plan if row.participant_ids]
    for group in ("G1", "G2"):  # no further session may be held
        edit(clinic, f"groups.csv {group} sessions_per_week = {sum(row.group_id == group for row in plan)}")
    published(clinic, plan)
    missed = [(row, who) for row in plan if row.start < DAY for who in row.participant_ids if draw.random() < 0.7]
    record(clinic, *(f"2026-11-30,{who},{row.id},,no_show" for row, who in missed))
    return clinic


def everything(problem, before, people):
    """Yield every week in which each of these people joins some of the sessions still to come, legal or not."""
    coming = [row for row in before.sessions if row.start >= problem.first_start]
    joins = [[(row.id, who) for row in coming if who not in row.participant_ids] for who in people]
    each = [[set(chosen) for size in range(len(own) + 1) for chosen in combinations(own, size)] for own in joins]
    for chosen in product(*each):
        added = set().union(*chosen)
        rows = [
            replace(row, participant_ids=tuple(sorted({*row.participant_ids, *(w for i, w in added if i == row.id)})))
            for row in before.sessions
        ]
        yield replace(before, sessions=tuple(rows))


@pytest.mark.parametrize("seed", [101, 106, 110, 119, 123, 138, 139])
def test_as_little_as_can_be_is_left(tmp_path, seed):
    """Brute force tries every set of sessions that people could join; the verifier judges it."""
    clinic = drawn_clinic(tmp_path, random.Random(seed))
    given = read_makeup(clinic, datetime.fromisoformat("2026-12-01T08:00"), None, MONDAY)
    assert given.broken == ()
    people = [row.participant_id for row in given.owed()]
    assert len(people) <= MOST_TRIED
    found, _ = make_up(given, PARAMS)
    reached = found.schedule or given.before
    least = min(
        sum(unmet_minutes(given.problem, week).values())
        for week in everything(given.problem, given.before, people)
        if not violations(given.problem, week)
    )
    assert sum(unmet_minutes(given.problem, reached).values()) == least
    assert violations(found.problem, reached) == ()
