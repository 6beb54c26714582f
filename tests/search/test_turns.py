"""Whose turn it is, and how long: a goal waits for something better in proportion to what it has waited and what is left."""

import threading
from dataclasses import replace

import pytest

from iopsched.model.build import NO_LIMIT, build_model
from iopsched.params import SolveParams, Tuning
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.proofs import Proofs
from iopsched.search.turn import Agenda, Turn
from tests.support.solving import ordinary

GOALS = tuple(GoalId)
TUNING = Tuning(patience=2.0, least_wait=0.2, most_wait=0.5, least_gain=0.1)


class FakeClock(Clock):
    """A clock that a test sets; seconds and deterministic time are alike."""

    now = 0.0

    @property
    def elapsed_s(self):
        return self.now

    def to(self, seconds):
        self.now = self.deterministic = seconds


@pytest.fixture(params=[1, 2])
def clock(request):
    return FakeClock(SolveParams(time_limit_s=100, workers=request.param, tuning=TUNING), threading.Event())


def test_a_goal_stalls_after_its_part_of_what_is_left(clock):
    turn = Turn(clock, 50, 0, part=0.5)
    turn.begin()
    clock.to(9.0)
    assert not turn.is_over()  # 0.5 x 0.2 x 91 s
    clock.to(9.2)
    assert turn.is_over()


def test_whoever_had_to_wait_waits_longer(clock):
    turn = Turn(clock, 50, 0, part=0.1)
    turn.begin()
    clock.to(1.5)
    turn.note(40, 0)
    clock.to(4.4)
    assert not turn.is_over()  # twice the 1.5 s waited before
    clock.to(4.6)
    assert turn.is_over()


def test_a_better_bound_is_as_good_as_a_better_week(clock):
    turn = Turn(clock, 50, 0, part=0.05)
    turn.begin()
    clock.to(0.9)
    turn.note(50, 10)
    clock.to(1.7)
    assert not turn.is_over()


def test_next_to_nothing_is_added_up(clock):
    turn = Turn(clock, 100, 0, part=0.05)
    turn.begin()
    clock.to(0.5)
    turn.note(95, 0)
    assert turn.waited == 0.5
    turn.note(91, 0)
    assert turn.waited == 0.5
    turn.note(90, 0)
    assert turn.waited == 0


def test_getting_ready_is_no_waiting_but_has_an_end(clock):
    turn = Turn(clock, 50, 0, part=0.01)
    clock.to(30)
    assert not turn.is_over()
    clock.to(34)  # half of what is left
    assert turn.is_over()


def test_no_wait_takes_more_than_half_of_what_is_left(clock):
    turn = Turn(clock, 50, 0, part=0.01, least_steps=100)
    turn.begin()
    clock.to(30)
    turn.note(40, 0)
    assert turn.wait == 35
    clock.to(60)
    assert turn.is_over()


def test_few_steps_prove_no_stall(clock):
    turn = Turn(clock, 50, 0, part=0.1, least_steps=3)
    turn.begin()
    clock.to(5)
    for _ in range(2):
        turn.note(50, 0)
    assert not turn.is_over()
    turn.note(50, 0)
    assert turn.is_over()


def test_what_is_proven_is_over_at_once(clock):
    assert Turn(clock, 7, 7).is_over()
    turn = Turn(clock, 9, 0)
    turn.note(7, 7)
    assert turn.is_over()


def test_every_goal_waits_for_the_first_week(clock):
    turn = Turn(clock, None, 0, part=0.01)
    turn.begin()
    clock.to(99)
    assert not turn.is_over()
    turn.note(50, 0)
    clock.to(105)
    assert turn.is_over()


def test_one_worker_never_looks_at_seconds():
    clock = FakeClock(SolveParams(time_limit_s=100, workers=1, tuning=TUNING), threading.Event())
    turn = Turn(clock, 50, 0)
    turn.begin()
    clock.now = 99
    assert not turn.is_over()


# --- whose turn is next -----------------------------------------------------
def _values(**values):
    return {goal: values.get(goal.value, 0) for goal in GOALS}


def test_the_largest_gap_is_next_and_of_equals_the_first():
    agenda = Agenda(GOALS, TUNING)
    values = _values(unmet_need=100, preferences=100, cost=100)
    assert agenda.next(values, _values(unmet_need=60, preferences=50, cost=50)) is GoalId.PREFERENCES


def test_who_had_a_turn_waits():
    agenda = Agenda(GOALS, TUNING)
    values = _values(preferences=100, cost=100)
    found = []
    for _ in range(4):
        goal = agenda.next(values, _values(cost=30))
        agenda.had_turn(goal)
        found.append(goal)
    assert found == [GoalId.PREFERENCES, GoalId.COST, GoalId.PREFERENCES, GoalId.COST]


def test_what_is_proven_or_came_to_its_end_has_no_turn():
    agenda = Agenda(GOALS, TUNING)
    agenda.finished.add(GoalId.COST)
    assert agenda.next(_values(preferences=5, cost=9), _values(preferences=5)) is None
    agenda.begin_anew_after(GoalId.PREFERENCES)
    assert agenda.next(_values(preferences=5, cost=9), _values(preferences=5)) is GoalId.COST


def test_the_first_goal_waits_as_if_it_were_alone():
    agenda = Agenda((GoalId.COST, GoalId.WORKLOAD, GoalId.PREFERENCES), TUNING)
    is_open = GoalId.COST, GoalId.WORKLOAD, GoalId.PREFERENCES
    assert agenda.part(GoalId.COST, is_open) == 1
    assert 0.3 < agenda.part(GoalId.WORKLOAD, is_open) < 0.4
    assert agenda.part(GoalId.PREFERENCES, ()) == 1


# --- what is proven under what ----------------------------------------------
def test_a_bound_holds_where_no_earlier_goal_is_worse_than_it_was():
    proofs = Proofs(GOALS)
    before = _values(unmet_need=60, worst_off=60, preferences=500)
    proofs.note(GoalId.PREFERENCES, 300, before)
    assert proofs.bound(GoalId.PREFERENCES, before) == 300
    assert proofs.bound(GoalId.PREFERENCES, {**before, GoalId.UNMET_NEED: 30}) == 300
    assert proofs.bound(GoalId.PREFERENCES, {**before, GoalId.UNMET_NEED: 30, GoalId.WORST_OFF: 90}) == 0
    proofs.note(GoalId.PREFERENCES, 200, {**before, GoalId.WORST_OFF: 90})
    assert proofs.bound(GoalId.PREFERENCES, {**before, GoalId.WORST_OFF: 90}) == 200
    assert proofs.bound(GoalId.PREFERENCES, before) == 300


# --- limits that come and go ------------------------------------------------
def test_limits_are_those_set_last():
    """A goal that is searched once more must be under no limit of its own, nor under one of a goal that follows."""
    model = build_model(ordinary())
    goals = GoalId.UNMET_NEED, GoalId.PREFERENCES, GoalId.COST
    model.limit_only(dict.fromkeys(goals, 600))
    first = _most(model)
    model.limit_only({GoalId.UNMET_NEED: 540, GoalId.PREFERENCES: 700})
    assert _most(model) == [first[0] - 60, first[1] + 100, NO_LIMIT]
    assert model.limits == {GoalId.UNMET_NEED: 540, GoalId.PREFERENCES: 700}
    model.limit_only(dict.fromkeys(goals, 600))
    assert _most(model) == first


def _most(model):
    return [list(model.cp.proto.constraints[row].linear.domain)[-1] for row in model.limit_rows]


def test_time_is_counted_as_the_run_has_to_be_repeatable():
    one = FakeClock(SolveParams(time_limit_s=100, workers=1), threading.Event())
    one.now, one.deterministic = 70, 20
    assert (one.spent, one.left) == (20, 80)
    one.deterministic = 99
    assert one.left == 10  # deterministic time may run faster than the clock
    two = FakeClock(replace(one.params, workers=2), threading.Event())
    two.now, two.deterministic = 70, 20
    assert (two.spent, two.left) == (70, 30)
