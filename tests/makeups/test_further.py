"""Which further session of a closed group would help whoever cannot join any other: the best start there is, judged by the verifier."""

from dataclasses import replace
from datetime import datetime

import pytest

from iopsched.domain.timegrid import DAY, HOUR
from iopsched.makeups.balances import balances
from iopsched.params import SolveParams
from iopsched.verifier import unmet_minutes, violations
from iopsched.work.clinics import read_clinic
from iopsched.work.makeupreading import read_makeup
from iopsched.work.makeups import make_up
from tests.support.clinics import MONDAY
from tests.support.editing import edit
from tests.support.makeup_world import PLAN, clinic_of, record

TUESDAY = datetime.fromisoformat("2026-12-01T13:00")
PARAMS = SolveParams(time_limit_s=20, workers=1)
OWN = tuple(row if row.group_id == "G1" else replace(row, participant_ids=("P3",)) for row in PLAN)
CLOSED = ("groups.csv G1 membership = closed", "groups.csv G2 membership = closed")
MISSED = ("2026-11-30,P1,G1-1,,no_show", "2026-11-30,P2,G1-1,100,attended")


def closed_clinic(folder, *changes):
    clinic = clinic_of(folder, *CLOSED, *changes, plan=OWN)
    record(clinic, *MISSED)
    return clinic


def made(clinic):
    given = read_makeup(clinic, TUESDAY, None, MONDAY)
    assert given.broken == ()
    return given, make_up(given, PARAMS)[0]


def every_further_week(problem, schedule):
    """Yield the week with each further session of G1: any start to come, lead, room and people of those who missed."""
    own = next(row for row in schedule.sessions if row.group_id == "G1")
    starts = [day * DAY + 8 * HOUR + 30 * half for day in range(5) for half in range(26)]
    for start in (row for row in starts if row >= problem.first_start):
        for lead in ("T1", "T2"):
            for people in (("P1",), ("P2",), ("P1", "P2")):
                new = replace(
                    own,
                    id="G1-9",
                    start=start,
                    end=start + 3 * HOUR,
                    therapist_ids=(lead,),
                    room_id="R2",
                    participant_ids=people,
                )
                yield replace(schedule, sessions=(*schedule.sessions, new))


@pytest.mark.parametrize(
    "changes",
    [
        (),
        ("participants.csv P1 availability = Mon Wed 08:00-21:00; Fri 15:00-19:00",),
        (
            "participants.csv P1 availability = Mon-Wed 08:00-21:00",
            "participants.csv P2 availability = Mon-Thu 08:00-13:00",
        ),
        ("participants.csv P2 max_hours_per_week = 6",),
    ],
)
def test_the_session_that_is_told_mends_as_much_as_any_could(tmp_path, changes):
    clinic = closed_clinic(tmp_path, *changes)
    given, found = made(clinic)
    assert (found.placed, found.folder) == ((), None)
    assert {row.balance.participant_id for row in found.left} == {"P1", "P2"}
    (told,) = found.extra
    assert (told.session.group_id, told.step.file, told.step.id, told.step.column) == (
        "G1",
        "groups.csv",
        "G1",
        "sessions_per_week",
    )
    assert (told.step.old, told.step.new, told.step.price) == ("2", "3", 3)
    edit(clinic, "groups.csv G1 sessions_per_week = 3")
    after = replace(read_clinic(clinic, MONDAY, None, TUESDAY).problem, missed=given.problem.missed)
    week = replace(given.before, sessions=(*given.before.sessions, told.session))
    assert violations(after, week) == ()

    def owed(one):
        """P2 was there for 100 minutes of 180: that counts besides."""
        rows = balances(after, one, given.corrections)
        return sum(rows[key].owed_minutes + 60 * (rows[key].owed_days + rows[key].long_gaps) for key in ("P1", "P2"))

    legal = [one for one in every_further_week(after, given.before) if not violations(after, one)]
    assert owed(week) == min(map(owed, legal)) < owed(given.before)
    before = balances(after, given.before, given.corrections)
    then = balances(after, week, given.corrections)
    assert {row.participant_id: (row.minutes, row.days) for row in told.mended} == {
        key: (before[key].owed_minutes - then[key].owed_minutes, before[key].owed_days - then[key].owed_days)
        for key in told.session.participant_ids
    }
    assert sum(unmet_minutes(after, week).values()) < sum(unmet_minutes(after, given.before).values())
    again = make_up(read_makeup(clinic, TUESDAY, None, MONDAY), PARAMS)[0]
    assert {row.session.group_id for row in again.placed} == {"G1"}
    assert {row.participant_id for row in again.placed} == set(told.session.participant_ids)


def test_no_session_is_told_that_a_rule_forbids(tmp_path):
    mornings = "availability = Mon-Wed 08:00-13:00"
    _, found = made(
        closed_clinic(tmp_path, f"participants.csv P1 {mornings}", "participants.csv P2 max_hours_per_week = 6")
    )
    assert found.extra == ()
    assert {row.balance.participant_id for row in found.left} == {"P1", "P2"}


def test_no_session_is_told_of_which_the_price_is_0(tmp_path):
    clinic = closed_clinic(tmp_path)
    with (clinic / "clinic.toml").open("a") as file:
        file.write("\n[prices]\nextra_session = 0\n")
    assert made(clinic)[1].extra == ()


def test_nothing_is_told_where_nobody_is_left(tmp_path):
    clinic = clinic_of(tmp_path)
    record(clinic, MISSED[0])
    _, found = made(clinic)
    assert (found.left, found.extra) == ((), ())


def test_other_members_come_besides_where_a_session_needs_more_people(tmp_path):
    plan = [row for row in PLAN if row.group_id == "G1"]
    gone = ("- participants.csv P3", "- groups.csv G2", "services.csv group min_participants = 2")
    clinic = clinic_of(tmp_path, CLOSED[0], *gone, plan=plan)
    record(clinic, MISSED[0])
    _, found = made(clinic)
    (told,) = found.extra
    assert [(row.participant_id, row.minutes, row.days) for row in told.mended] == [("P1", 180, 1), ("P2", 0, 0)]
