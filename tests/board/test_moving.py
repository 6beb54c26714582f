"""Single moves of a week that somebody edits: what it becomes, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iopsched.board.draftweek import DraftWeek
from iopsched.board.gridmoves import (
    ChangeRoster,
    HoldUnplaced,
    LockSession,
    NewPlace,
    PlaceGroup,
    PlaceInstead,
    PlaceSession,
    ReplaceSessions,
    SwapSessions,
    TakeOut,
)
from iopsched.board.moving import moved
from iopsched.board.unplaced import unplaced
from iopsched.domain.timegrid import HOUR
from iopsched.errors import UsageError
from tests.support.clinics import at, group, individual, room, schedule, services, session, small, therapist

SOME = small(services=services(individual={"modality": "either"}))


def week_of(*sessions):
    return DraftWeek(schedule(*sessions))


def after(move, *sessions, problem=SOME):
    """Return the sessions by id after a move."""
    return {row.id: row for row in moved(problem, week_of(*sessions), move).schedule.sessions}


def test_a_session_keeps_what_the_place_does_not_name():
    before = individual("Mon 09:00-10:00", id_="I")
    rows = after(PlaceSession("I", NewPlace(day=2)), before)
    assert rows["I"] == replace(before, start=at("Wed 09:00"), end=at("Wed 10:00"))
    rows = after(PlaceSession("I", NewPlace(clock=13 * HOUR, room_id="R2", lead_id="T2")), before)
    assert (rows["I"].start, rows["I"].room_id, rows["I"].therapist_ids) == (at("Mon 13:00"), "R2", ("T2",))


def test_a_helper_who_becomes_the_lead_is_there_once():
    before = session("Mon 09:00-12:00", "A1 A2", "T1 T2", id_="S")
    assert after(PlaceSession("S", NewPlace(lead_id="T2")), before)["S"].therapist_ids == ("T2",)
    assert after(PlaceSession("S", NewPlace(lead_id="T1")), before)["S"] == before


def test_without_a_room_a_session_is_held_by_video_and_with_one_no_longer():
    before = individual("Mon 09:00-10:00", id_="I")
    online = after(PlaceSession("I", NewPlace(room_id="")), before)["I"]
    assert (online.room_id, online.modality) == (None, "telehealth")
    back = after(PlaceSession("I", NewPlace(room_id="R2")), online)["I"]
    assert (back.room_id, back.modality) == ("R2", "in_person")
    online = after(PlaceSession("I", NewPlace(modality="telehealth")), before)["I"]
    assert (online.room_id, online.modality) == (None, "telehealth")


def test_where_no_room_is_needed_none_is_no_video():
    problem = small(services=services(individual={"needs_room": False}))
    before = individual("Mon 09:00-10:00", id_="I")
    assert after(PlaceSession("I", NewPlace(room_id="")), before, problem=problem)["I"].modality == "in_person"


def test_a_hybrid_group_stays_hybrid_in_another_room_and_after_coming_back():
    problem = small(services=services(process={"modality": "hybrid"}))
    before = session("Mon 09:00-12:00", "A1 A2", id_="S", modality="hybrid")
    assert after(PlaceSession("S", NewPlace(room_id="R2")), before, problem=problem)["S"].modality == "hybrid"
    online = after(PlaceSession("S", NewPlace(room_id="")), before, problem=problem)["S"]
    assert online.modality == "telehealth"
    assert after(PlaceSession("S", NewPlace(room_id="R1")), online, problem=problem)["S"].modality == "hybrid"


def test_all_sessions_of_a_group_move_alike():
    problem = small(groups=(group("G1"),))
    rows = [session(f"{day} 09:00-12:00", "A1", id_=f"G1-{day}", group_id="G1") for day in ("Mon", "Wed")]
    other = individual("Tue 09:00-10:00", "A2", id_="I")
    move = PlaceGroup("G1-Wed", NewPlace(day=3, clock=13 * HOUR, lead_id="T2"))
    found = after(move, *rows, other, problem=problem)
    assert [found[row.id].start for row in rows] == [at("Tue 13:00"), at("Thu 13:00")]
    assert {found[row.id].lead_id for row in rows} == {"T2"}
    assert found["I"] == other


def test_nothing_leaves_the_week():
    rows = [session(f"{day} 09:00-12:00", "A1", id_=f"G1-{day}", group_id="G1") for day in ("Mon", "Fri")]
    with pytest.raises(UsageError, match="G1-Fri would not lie in this week"):
        after(PlaceGroup("G1-Mon", NewPlace(day=4)), *rows, problem=small(groups=(group("G1"),)))
    with pytest.raises(UsageError):
        after(PlaceSession("G1-Fri", NewPlace(day=6, clock=23 * HOUR)), *rows)


def test_two_sessions_exchange_time_and_room_and_keep_their_people():
    one, other = individual("Mon 09:00-10:00", id_="I"), session("Tue 13:00-16:00", "A2", "T2", id_="S", room_id="R2")
    rows = after(SwapSessions("I", "S"), one, other)
    assert rows["I"] == replace(one, start=at("Tue 13:00"), end=at("Tue 14:00"), room_id="R2")
    assert rows["S"] == replace(other, start=at("Mon 09:00"), end=at("Mon 12:00"), room_id="R1")


def test_a_session_by_video_exchanges_how_it_is_held_too():
    one = individual("Mon 09:00-10:00", id_="I", room_id=None, modality="telehealth")
    other = individual("Tue 13:00-14:00", "A2", "T2", id_="J")
    rows = after(SwapSessions("I", "J"), one, other)
    assert (rows["I"].room_id, rows["I"].modality) == ("R1", "in_person")
    assert (rows["J"].room_id, rows["J"].modality) == (None, "telehealth")


def test_what_is_taken_out_can_be_held_again_as_it_was():
    before = individual("Mon 09:00-10:00", id_="I")
    week = moved(SOME, week_of(before), TakeOut("I"))
    assert week.schedule.sessions == ()
    (found,) = (row for row in unplaced(SOME, week) if row.kind == "session")
    back = moved(SOME, week, HoldUnplaced(found.id, NewPlace(day=1)))
    assert back.schedule.sessions == (replace(before, start=at("Tue 09:00"), end=at("Tue 10:00")),)
    assert back.aside == ()


def test_mine_goes_there_and_the_other_is_taken_out():
    mine, other = individual("Mon 09:00-10:00", id_="I"), individual("Tue 09:00-10:00", "A2", "T2", id_="J")
    week = moved(SOME, week_of(mine, other), PlaceInstead("I", NewPlace(day=1), ("J",)))
    assert [(row.id, row.start) for row in week.schedule.sessions] == [("I", at("Tue 09:00"))]
    assert week.aside == (other,)
    with pytest.raises(UsageError):
        moved(SOME, week_of(mine, other), PlaceInstead("I", NewPlace(day=1), ("I",)))


def test_pins_live_in_the_draft_and_go_with_the_session():
    week = moved(SOME, week_of(individual("Mon 09:00-10:00", id_="I")), LockSession("I"))
    assert week.locked == {"I"}
    assert moved(SOME, week, PlaceSession("I", NewPlace(day=1))).locked == {"I"}
    assert moved(SOME, week, LockSession("I", is_locked=False)).locked == frozenset()
    assert moved(SOME, week, TakeOut("I")).locked == frozenset()


def test_a_participant_joins_and_leaves():
    before = session("Mon 09:00-12:00", "A2", id_="S")
    assert after(ChangeRoster("S", "A1"), before)["S"].participant_ids == ("A1", "A2")
    assert after(ChangeRoster("S", "A2", is_in=False), before)["S"].participant_ids == ()
    with pytest.raises(UsageError, match="no participant A9"):
        after(ChangeRoster("S", "A9"), before)


def test_whole_sessions_are_put_in():
    old, new = individual("Mon 09:00-10:00", id_="I"), individual("Tue 09:00-10:00", "A2", id_="J")
    week = moved(SOME, week_of(old), ReplaceSessions((new,), ("I",)))
    assert (week.schedule.sessions, week.aside) == ((new,), (old,))


@pytest.mark.parametrize(
    "move",
    [
        PlaceSession("X", NewPlace()),
        TakeOut("X"),
        LockSession("X"),
        SwapSessions("I", "X"),
        PlaceSession("I", NewPlace(room_id="R9")),
        PlaceSession("I", NewPlace(lead_id="T9")),
        PlaceSession("I", NewPlace(day=7)),
        PlaceSession("I", NewPlace(clock=-1)),
        HoldUnplaced("need:A1:nothing", NewPlace(0, 540)),
        HoldUnplaced("session:X", NewPlace(0, 540)),
    ],
)
def test_what_names_nothing_is_refused(move):
    with pytest.raises(UsageError):
        after(move, individual("Mon 09:00-10:00", id_="I"))


def test_a_need_that_is_not_met_is_held_by_whoever_and_wherever_is_free():
    problem = small(
        services=services(individual={"per_week": {"adult": 1}}),
        therapists=(therapist("T1"), therapist("T2", skills=("group",)), therapist("T3")),
        rooms=(room("R1"), room("R2", capacity=2)),
    )
    busy = individual("Mon 09:00-10:00", "A2", "T1", id_="individual-001", room_id="R2")
    week = week_of(busy)
    found = next(row for row in unplaced(problem, week) if row.id == "need:A1:individual")
    assert (found.count, found.minutes) == (1, 60)
    held = moved(problem, week, HoldUnplaced(found.id, NewPlace(0, 9 * HOUR)))
    assert held.session("individual-002") == replace(
        busy, id="individual-002", therapist_ids=("T3",), participant_ids=("A1",), room_id="R1"
    )
    assert found.id not in {row.id for row in unplaced(problem, held)}
    with pytest.raises(UsageError, match="when"):
        moved(problem, week, HoldUnplaced(found.id, NewPlace()))
