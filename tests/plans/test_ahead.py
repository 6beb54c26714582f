"""Weeks ahead: what one leaves to the next, where admissions last, what gets short and since when."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from iopsched.domain.outcome import GoalId
from iopsched.domain.services import Need
from iopsched.model.terms import Terms
from iopsched.params import SolveParams
from iopsched.plans.ahead import placed
from iopsched.plans.carrying import carried
from iopsched.plans.lasting import placements
from iopsched.plans.plannedweek import ReadAhead, WeekAhead
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.mending import near_mended
from iopsched.search.start.first_week import keep_previous
from iopsched.search.start.known import known_week
from iopsched.search.workshop import Workshop
from iopsched.verifier import goal_values, unmet_minutes, violations
from iopsched.work import planning, publications, solving, weeks
from iopsched.work.clinics import read_clinic
from iopsched.work.drafts import default_folder
from tests.support.clinics import adults, group, schedule, session, small, therapist
from tests.support.small_clinic import SETTINGS, write

FIRST, SECOND = date(2026, 11, 30), date(2026, 12, 7)
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
TWO_GROUPS = {
    "clinic.toml": SETTINGS
    + '[[blocks]]\nid = "noon"\npart = "day"\nstart = "12:00"\nend = "15:00"\ndays = "Mon-Fri"\n',
    "participants.csv": (
        "participant_id,population,track,group_id,admitted,discharged,preferred,units_authorized\n"
        "P1,adult,sud,G1,,,,\nP2,adult,sud,G1,,,,\nP3,adult,sud,G2,,,,\nP4,adult,sud,G2,,,,\n"
        "P5,adult,sud,,2026-12-07,,Mon-Fri 09:00-12:00,7\nP6,adult,sud,G2,,2026-12-11,,\n"
    ),
    "therapists.csv": "therapist_id\nT1\nT2\n",
    "rooms.csv": "room_id,capacity\nR1,14\nR2,14\n",
    "services.csv": "service_id,kind,minutes\ngroup,group,180\n",
    "groups.csv": (
        "group_id,service_id,track,population,sessions_per_week,times\n"
        "G1,group,sud,adult,3,Mon Wed Fri 09:00\nG2,group,sud,adult,3,Mon Wed Fri 12:00\n"
    ),
    "steps.csv": "participant_id,from,group_id\nP5,2026-12-14,G2\n",
}
"""P5 comes on 7 December, would rather be in G1, and belongs to G2 a week later; seven days are authorized."""
PARAMS = SolveParams(20.0, 2.0, workers=1)


def ahead_of(clinic, monday, number, stop=None, heard=None):
    asked = planning.read_weeks(clinic, monday, number, NOW)
    on_week = heard.append if heard is not None else lambda _: None
    return asked, planning.plan(asked, SolveParams(30.0, workers=1), 30.0, stop or threading.Event(), on_week)


def published(clinic, monday):
    """Solve and publish a week."""
    given = read_clinic(clinic, monday)
    made = solving.make_week(given, default_folder(clinic, monday), PARAMS)
    publications.publish(weeks.read_week(clinic, made.folder), NOW, "somebody")
    return given.problem, made.outcome.schedule


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    clinic = write(tmp_path_factory.mktemp("plan") / "clinic", TWO_GROUPS)
    published(clinic, FIRST)
    heard = []
    return clinic, *ahead_of(clinic, SECOND, 4, heard=heard), heard


def test_whoever_is_new_is_placed_where_they_can_stay(plan):
    _, _, ahead, heard = plan
    assert {row.groups_of("P5")["group"] for row in ahead.weeks[:3]} == {"G2"}
    (row,) = ahead.lasting
    assert (row.participant_id, row.week, row.group_id, row.moved_to) == ("P5", SECOND, "G1", "G2")
    (place,) = ahead.placements
    assert (place.participant_id, place.week, place.group_id, place.moved_to) == ("P5", SECOND, "G2", "")
    assert heard[0].groups_of("P5") == {"group": "G1"}, "without looking ahead it is the group of their preferred times"
    assert [row.week for row in heard] == [row.week for row in ahead.weeks]


def test_every_week_is_legal_and_made_from_the_one_before(plan):
    _, asked, ahead, _ = plan
    assert [row.week for row in ahead.weeks] == list(asked.mondays) == [SECOND + timedelta(weeks=n) for n in range(4)]
    for before, row in zip((None, *ahead.weeks), ahead.weeks, strict=False):
        assert not violations(row.problem, row.schedule)
        assert before is None or row.problem.previous == before.schedule


def test_a_week_gets_short_when_its_authorization_is_used_up(plan):
    _, _, ahead, _ = plan
    assert [row.unmet for row in ahead.weeks[:2]] == [{}, {}]
    assert [list(row.unmet) for row in ahead.weeks[2:]] == [["P5"], ["P5"]]
    (cause,) = ahead.causes[SECOND + timedelta(weeks=2)]
    assert "the authorization allows 1 day this week" in cause.sentence
    assert all(row.is_proven for row in ahead.weeks)
    assert set(ahead.causes) == {row.week for row in ahead.weeks if row.unmet}


def test_days_planned_count_as_days_published(tmp_path):
    clinic = write(tmp_path / "clinic", TWO_GROUPS)
    week = published(clinic, SECOND)
    third = date(2026, 12, 14)
    after = weeks.inspect_week(clinic, third, week[1]).problem
    assert {row.id: row.units_left for row in after.participants} | {"P5": 4} == {
        row.id: row.units_left for row in after.participants
    }
    plain = replace(
        after,
        participants=tuple(
            replace(row, units_left=7 if row.id == "P5" else None, units_counted=0) for row in after.participants
        ),
    )
    assert carried(plain, [week]).participants == after.participants


def test_a_need_of_every_other_week_is_not_due_again_at_once():
    need = Need("A1", "process", 1, every_weeks=2)
    first = small(participants=adults(1), needs=(need,))
    held = schedule(session("Tue 10:00-11:00", "A1", "T1", "p-1"))
    (now,) = carried(replace(first, week=SECOND), [(first, held)]).needs
    assert now.last_held == date(2026, 12, 1)
    (late,) = carried(replace(first, week=SECOND), [(first, schedule())]).needs
    assert late == need


def test_a_draft_that_still_holds_is_the_first_week_and_is_not_written_anew(plan):
    clinic, asked, ahead, _ = plan
    done = planning.write(asked, ahead, PARAMS, None)
    folder = done.folders[SECOND]
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    again, found = ahead_of(clinic, SECOND, 2)
    assert [row.origin for row in found.weeks] == ["draft", "made"]
    planning.write(again, found, PARAMS, None)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    assert list(done.folders) == [SECOND], "the others are written only where somebody says where"


def test_a_plan_that_is_stopped_keeps_the_weeks_so_far(plan):
    clinic, _, _, _ = plan
    stop, heard = threading.Event(), []

    def on_week(week):
        heard.append(week)
        stop.set()

    asked = planning.read_weeks(clinic, SECOND, 5, NOW)
    found = planning.plan(asked, SolveParams(30.0, workers=1), 30.0, stop, on_week)
    assert len(found.weeks) == len(heard) == 1
    assert found.was_interrupted


# --- places -----------------------------------------------------------------
GROUPS = (
    group("G1", service_id="process", sessions_per_week=1),
    group("G2", service_id="process", sessions_per_week=1),
)


def world(**changes):
    return small(participants=adults(2), therapists=(therapist("T1"),), groups=GROUPS, **changes)


def test_a_place_binds_only_whoever_is_in_no_group_of_the_service():
    problem = world()
    problem = replace(
        problem, participants=(replace(problem.participants[0], group_ids=("G1",)), problem.participants[1])
    )
    found = placed(problem, {("A1", "process"): "G2", ("A2", "process"): "G2"})
    assert [row.group_ids for row in found.participants] == [("G1",), ("G2",)]
    assert placed(problem, {}) is problem


@pytest.mark.parametrize(
    ("groups", "until", "moved_to"),
    [
        (("G1", "G1", "G1"), 2, ""),
        (("G1", "G2", "G2"), 0, "G2"),
        (("G1", "G1", None), 1, ""),
        (("G1", None, "G2"), 0, ""),
    ],
)
def test_how_long_a_place_lasts(groups, until, moved_to):
    """Brute force is not needed: the groups of each week are given."""
    planned = []
    for number, key in enumerate((None, *groups)):
        problem = world(week=FIRST + timedelta(weeks=number))
        held = [session("Tue 10:00-11:00", "A1", "T1", "p-1", group_id=key)] if key else []
        planned.append(WeekAhead(ReadAhead(problem), replace(schedule(*held), week=problem.week), 0))
    row = placements(planned[1:], planned[0])[0]
    assert (row.participant_id, row.group_id, row.moved_to) == ("A1", "G1", moved_to)
    assert row.until == FIRST + timedelta(weeks=until + 1)
    assert not [row for row in placements(planned[1:], None) if row.week == planned[1].week]


# --- a week near the one before ----------------------------------------------
@pytest.fixture
def full_groups(tmp_path):
    """P5 comes to a group that is full by then: one member of it has to change, and nobody else has to."""
    rooms = TWO_GROUPS["rooms.csv"].replace("R1,14", "R1,4").replace("R2,14", "R2,5")
    people = (
        TWO_GROUPS["participants.csv"]
        .replace("P2,adult,sud,G1", "P2,adult,sud,")
        .replace("P4,adult,sud,G2", "P4,adult,sud,")
    )
    clinic = write(tmp_path / "clinic", {**TWO_GROUPS, "rooms.csv": rooms, "participants.csv": people})
    _, before = published(clinic, FIRST)
    return weeks.inspect_week(clinic, SECOND, before).problem


def is_mended(problem, week):
    counted = goal_values(problem, week)
    return not violations(problem, week) and counted["unmet_need"].value == 0 and counted["changes"].value <= 3


def test_a_week_is_mended_near_the_one_before(full_groups):
    found = near_mended(full_groups, SolveParams(10.0, workers=1), threading.Event())
    assert found is not None
    assert is_mended(full_groups, found)
    assert near_mended(replace(full_groups, previous=None), SolveParams(5.0, workers=1), threading.Event()) is None


def test_a_search_begins_with_the_mended_week(full_groups, monkeypatch):
    """Another week altogether is laid out only where the near one cannot be mended."""
    monkeypatch.setattr("iopsched.search.start.known.promise", None)  # nobody calls it
    monkeypatch.setattr("iopsched.search.start.known.near_week", lambda *_: keep_previous(full_groups))
    assert any(unmet_minutes(full_groups, keep_previous(full_groups)).values())
    incumbent = Incumbent(full_groups, tuple(GoalId))
    clock = Clock(SolveParams(10.0, workers=1), threading.Event())
    known_week(Workshop(Terms(full_groups)), clock, incumbent)
    assert is_mended(full_groups, incumbent.week)
