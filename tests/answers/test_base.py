"""Where answers begin: the least unmet need, and the time that there is."""

import threading
import time
from dataclasses import replace
from types import SimpleNamespace

from iopsched.answers import explaining
from iopsched.answers.base import LEAST_S, Base, Budget, base_of
from iopsched.domain.outcome import Infeasible
from iopsched.domain.pins import Pin
from iopsched.verifier import violations
from tests.support.clinics import adult, group, individual, schedule, service, small, windows

QUICK = 10


def budget(seconds=QUICK, **changes):
    """Return a budget whose answers are repeatable."""
    return Budget.of(seconds, workers=1, **changes)


def short_clinic():
    """Return a clinic in which A1 needs three visits of an hour and can come for two hours."""
    visits = service("individual", kind="individual", minutes=60, min_participants=1, per_week={"adult": 3})
    return small(services=(visits,), participants=(adult("A1", availability=windows("Mon 09:00-11:00")),))


def test_a_budget_ends_at_a_moment_or_when_somebody_asks():
    stop = threading.Event()
    whole = budget(100, stop=stop)
    assert 99 < whole.left_s <= 100
    assert 49 < whole.part(0.5).left_s <= 50
    assert whole.part(most_s=3).left_s <= 3
    assert whole.params(most_s=7).time_limit_s == 7
    assert not whole.is_over
    stop.set()
    assert whole.is_over
    assert whole.part(0.5).is_over
    assert Budget(time.monotonic() - 1).is_over
    assert Budget(time.monotonic() - 1).params().time_limit_s == LEAST_S


def test_the_least_unmet_need_is_found_and_proven():
    found = base_of(short_clinic(), None, budget())
    assert (dict(found.unmet), found.minutes, found.people, found.bound) == ({"A1": 60}, 60, 1, 60)
    assert found.is_proven
    assert not violations(found.problem, found.schedule)


def test_a_given_week_that_nothing_beats_is_kept_as_it_is():
    problem = short_clinic()
    week = base_of(problem, None, budget()).schedule
    found = base_of(problem, week, budget())
    assert found.schedule is week
    assert found.is_proven


def test_a_given_week_that_lacks_more_than_it_must_is_beaten():
    problem = short_clinic()
    empty = schedule()
    assert Base.of(problem, empty, 0).minutes == 180
    assert base_of(problem, empty, budget()).minutes == 60


def test_a_given_week_that_breaks_rules_is_left_alone():
    problem = short_clinic()
    wrong = schedule(individual("Tue 09:00-10:00"))
    assert violations(problem, wrong)
    assert base_of(problem, wrong, budget()).minutes == 60


def test_pins_that_cannot_hold_are_an_outcome():
    pin = Pin("must", participant_id="A1", day=1)
    found = base_of(replace(short_clinic(), pins=(pin,)), None, budget())
    assert isinstance(found, Infeasible)
    assert found.pins == (pin,)


def test_minutes_that_a_group_lacks_count_and_are_nobodys():
    found = Base(small(), schedule(), {"A1": 60}, 0, {"G1": 180})
    assert (found.minutes, found.people, found.is_proven) == (240, 1, False)
    problem = small(services=(service(),), groups=(group(meets="always", sessions_per_week=2),))
    assert Base.of(problem, schedule(), 0) == Base(problem, schedule(), {}, 0, {"G1": 360})


def test_a_bound_of_nothing_is_not_told():
    """That no week has less than 0 h says nothing."""
    told = [str(explaining._open_bound(SimpleNamespace(minutes=90, bound=bound))) for bound in (0, 60)]
    assert told[0] == "It is not certain that 1.5 h of unmet need is the least."
    assert told[1] == "It is not certain that 1.5 h of unmet need is the least: no week has less than 1 h."
