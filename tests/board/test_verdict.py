"""What a move breaks, mends and costs: by the verifier, whole."""

from __future__ import annotations

from iopsched.board.draftweek import DraftWeek
from iopsched.board.gridmoves import NewPlace, PlaceSession, TakeOut
from iopsched.board.moving import moved
from iopsched.board.verdict import JudgedWeek, by_rule, verdict
from iopsched.domain.timegrid import HOUR
from iopsched.rulebook import GoalId, RuleId
from iopsched.verifier import goal_values, unmet_minutes, violations
from tests.support.clinics import individual, schedule, service, small

PROBLEM = small(services=(service("individual", kind="individual", per_week={"adult": 1}),))
WEEK = DraftWeek(schedule(individual("Mon 09:00-10:00", id_="I"), individual("Mon 10:00-11:00", "A2", "T2", id_="J")))


def said(move, week=WEEK):
    then = moved(PROBLEM, week, move)
    return verdict(JudgedWeek(PROBLEM, week.schedule), JudgedWeek(PROBLEM, then.schedule)), then


def test_a_clash_is_told_with_its_sessions_and_is_mended_by_going_back():
    found, then = said(PlaceSession("I", NewPlace(clock=10 * HOUR)))
    assert not found.is_legal
    assert [row.rule for row in found.new] == [RuleId.OVERLAP]
    (place,) = found.new[0].places
    assert (set(place.sessions), place.rooms) == ({"I", "J"}, ("R1",))
    back, _ = said(PlaceSession("I", NewPlace(clock=9 * HOUR)), then)
    assert (back.is_legal, back.new, back.mended, back.left) == (True, (), found.new, 0)


def test_what_stays_broken_is_counted_and_not_told_as_new():
    _, broken = said(PlaceSession("I", NewPlace(clock=10 * HOUR)))
    found, _ = said(PlaceSession("J", NewPlace(lead_id="T1")), broken)
    assert [row.rule for row in found.new] == [RuleId.OVERLAP]
    assert found.left == 1


def test_goals_and_people_who_are_short():
    found, then = said(TakeOut("I"))
    assert found.changed_needs == {"A1": (0, 60)}
    changed = {goal: (now.value, after.value) for goal, now, after in found.changed_goals}
    assert changed[GoalId.UNMET_NEED] == (0, 60)
    assert changed[GoalId.PEOPLE_SHORT] == (0, 1)
    assert found.then.goals == goal_values(PROBLEM, then.schedule)
    assert found.then.short == {key: number for key, number in unmet_minutes(PROBLEM, then.schedule).items() if number}
    assert found.then.violations == violations(PROBLEM, then.schedule)


def test_the_least_negotiable_rule_comes_first():
    found, _ = said(PlaceSession("I", NewPlace(day=6, clock=10 * HOUR)))
    rows = [*found.new[0].places, *said(PlaceSession("I", NewPlace(clock=10 * HOUR)))[0].new[0].places]
    assert [row.rule for row in by_rule(rows)] == [RuleId.OVERLAP, RuleId.WINDOW]
