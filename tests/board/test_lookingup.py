"""Where something can be held: maps of starts and best places, for sessions of the week and for what it lacks."""

from dataclasses import replace
from itertools import islice

import pytest

from iopsched.board.draftweek import DraftWeek
from iopsched.board.gridmoves import HoldUnplaced, NewPlace, TakeOut
from iopsched.board.lookingup import Lookup
from iopsched.board.moving import moved
from iopsched.board.nearby import NearbyWeek
from iopsched.board.unplaced import unplaced
from iopsched.board.verdict import JudgedWeek, verdict
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import DAY, HOUR
from iopsched.errors import UsageError
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values, violations
from tests.support.board_world import complete
from tests.support.clinics import adults, group, individual, room, schedule, service, small, therapist, windows

VISITS = small(
    services=(service("individual", kind="individual", minutes=60, per_week={"adult": 1}, max_participants=1),),
    rooms=(room("R1"),),
)
GROUPS = small(
    services=(service("process", min_participants=2),),
    participants=adults(3, group_ids=("G1",)),
    groups=(group("G1", meets="always", sessions_per_week=2),),
)


def looking(problem, week):
    return Lookup(problem, week, NearbyWeek(problem, week.schedule.sessions))


def judged(problem, week):
    return JudgedWeek(problem, week.schedule)


def best(problem, week, session_id=None, unplaced_id=None, most=10):
    found = looking(problem, week).best(session_id, unplaced_id, judged(problem, week))
    return sorted(islice(found, most), key=lambda place: place.rank)


def after(week, place):
    """Return a week with a session at a place and without those that it displaces."""
    return week.without({row.id for row in place.displaced}).having(place.session)


def test_places_break_nothing_and_cost_what_they_say():
    problem, week = complete()
    now = goal_values(problem, week.schedule)
    session = week.session("individual-032")
    places = best(problem, week, session.id, most=16)
    assert len(places) == 16
    for place in places[::8]:
        then = after(week, place)
        assert violations(problem, then.schedule) == ()
        values = goal_values(problem, then.schedule)
        assert {goal: (old, new) for goal, old, new in place.changes} == {
            goal: (now[goal], values[goal]) for goal in values if now[goal] != values[goal]
        }
    assert all(place.session != session for place in places)
    assert places[0].rank <= places[-1].rank


def test_what_is_in_the_way_is_displaced_at_its_price_but_not_what_is_pinned():
    problem = replace(VISITS, services=(replace(VISITS.services[0], max_participants=1),), participants=adults(8))
    hours = [f"{hour:02}:00-{hour + 1:02}:00" for hour in range(8, 20)]
    problem = replace(problem, clinic=replace(problem.clinic, open=windows("Mon-Mon 08:00-11:00")))
    mine = individual(f"Mon {hours[0]}", id_="I")
    week = DraftWeek(
        schedule(
            mine,
            individual(f"Mon {hours[1]}", "A2", "T2", id_="J"),
            individual(f"Mon {hours[2]}", "A3", "T2", id_="E"),
        )
    )
    displaced = {row.id for place in best(problem, week, "I", most=99) for row in place.displaced}
    assert displaced == {"J", "E"}
    for place in best(problem, week, "I", most=99):
        assert violations(problem, after(week, place).schedule) == ()
        changed = {goal: new.value - old.value for goal, old, new in place.changes}
        assert changed.get(GoalId.UNMET_NEED, 0) == 60 * len(place.displaced)
    locked = replace(week, locked=frozenset({"J"}))
    assert {row.id for place in best(problem, locked, "I", most=99) for row in place.displaced} == {"E"}


def test_a_need_is_held_where_the_map_says():
    week = DraftWeek(schedule(individual("Mon 09:00-10:00", "A2", "T2", id_="J")))
    key = "need:A1:individual"
    starts = looking(VISITS, week).starts(None, key)
    legal = {row.start for row in starts if row.is_legal}
    assert 9 * HOUR not in legal
    for row in starts:
        then = moved(VISITS, week, HoldUnplaced(key, NewPlace(*divmod(row.start, DAY))))
        assert verdict(judged(VISITS, week), judged(VISITS, then)).is_legal == row.is_legal
    assert {place.session.start for place in best(VISITS, week, None, key, most=99)} == legal


def test_the_room_and_lead_that_are_asked_for_are_kept():
    problem = replace(VISITS, therapists=(therapist("T1"), therapist("T2")), rooms=(room("R1"), room("R2")))
    week = DraftWeek(schedule(individual("Mon 09:00-10:00", "A2", "T2", id_="J", room_id="R1")))
    key = "need:A1:individual"
    free = {
        (room_id, lead): {
            row.start
            for row in looking(problem, week).starts(None, key, NewPlace(None, None, room_id, lead))
            if row.is_legal
        }
        for room_id in ("R1", "R2")
        for lead in ("T1", "T2")
    }
    assert [pair for pair, starts in free.items() if 9 * HOUR in starts] == [("R2", "T1")]
    mine = DraftWeek(schedule(individual("Mon 10:00-11:00", "A1", "T1", id_="I"), *week.schedule.sessions))
    moved_there = looking(problem, mine).starts("I", None, NewPlace(room_id="R2", lead_id="T2"))
    assert 9 * HOUR not in {row.start for row in moved_there if row.is_legal}


def test_a_group_that_lacks_a_session_meets_when_enough_can_come():
    away = replace(GROUPS.participants[2], availability=GROUPS.clinic.open.minus(GROUPS.clinic.open))
    problem = replace(GROUPS, participants=(*GROUPS.participants[:2], away))
    week = DraftWeek(Schedule(problem.week))
    (lacking,) = unplaced(problem, week)
    assert (lacking.id, lacking.count) == ("group:G1", 2)
    starts = looking(problem, week).starts(None, "group:G1")
    assert all(row.is_legal for row in starts)
    then = moved(problem, week, HoldUnplaced("group:G1", NewPlace(1, 9 * HOUR)))
    assert then.session("G1-1").participant_ids == ("A1", "A2")
    place = best(problem, week, None, "group:G1", most=1)[0]
    assert place.session.participant_ids == ("A1", "A2")


def test_a_session_taken_out_is_looked_up_as_it_was():
    session = individual("Mon 09:00-10:00", id_="I")
    week = moved(VISITS, DraftWeek(schedule(session)), TakeOut("I"))
    starts = looking(VISITS, week).starts(None, "session:I")
    assert session.start in {row.start for row in starts if row.is_legal}
    assert {place.session.id for place in best(VISITS, week, None, "session:I")} == {"I"}


def test_what_is_not_there_is_refused():
    week = DraftWeek(Schedule(VISITS.week))
    for ask in (
        lambda: looking(VISITS, week).starts("X", None),
        lambda: looking(VISITS, week).starts(None, "need:A9:individual"),
        lambda: looking(VISITS, week).starts(None, None),
        lambda: best(VISITS, week, "X"),
        lambda: looking(VISITS, week).starts(None, "need:A1:individual", NewPlace(room_id="R9")),
    ):
        with pytest.raises(UsageError):
            ask()
