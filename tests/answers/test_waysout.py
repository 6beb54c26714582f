"""Ways out: the cheapest complete one, the best single step and others, each of which holds in the clinic that it makes."""

from dataclasses import replace

import pytest

from iopsched.answers.base import Base, Budget, base_of
from iopsched.answers.waysout import cheapest_steps, find_ways_out
from iopsched.rulebook.steps import Decider
from iopsched.steps.offers import offers
from iopsched.verifier import unmet_minutes
from tests.support.clinics import adult, service, small, therapist, windows

ENOUGH_S = 60.0
VISIT = service("individual", kind="individual", per_week={"adult": 1}, max_per_day=1)
NEVER_TOGETHER = small(
    services=(VISIT,),
    participants=(
        adult("A1", availability=windows("Mon 09:00-10:00")),
        adult("A2", availability=windows("Mon 09:00-10:00")),
    ),
    therapists=(therapist("T1"),),
)
"""Two people can come at one time only, at which one therapist has time for one."""


def budget():
    """Return a budget of one worker, so that the same comes out again."""
    return Budget.of(ENOUGH_S, workers=1)


def found(problem, **choices):
    """Return the ways out of a problem's best week, its base and what was offered."""
    base = base_of(problem, None, budget())
    assert isinstance(base, Base)
    offered = offers(problem, base.schedule, base.unmet)
    return base, offered, find_ways_out(base, offered, budget(), None, **choices)


def test_the_cheapest_complete_way_out_comes_first_and_asks_the_coordinator():
    base, _, ways = found(NEVER_TOGETHER)
    first = ways.ways[0]
    assert (base.minutes, first.number, first.kind, first.price) == (60, 1, "complete", 2)
    assert (first.unmet_before, first.unmet_after, first.bound_after) == (60, 0, 0)
    assert [step.decider for step in first.steps] == [Decider.COORDINATOR]
    assert [(row.before, row.after) for row in first.helps] == [(60, 0)]
    assert not first.harms
    assert not ways.unfinished


def test_at_least_two_others_differ_and_none_is_told_twice():
    _, _, ways = found(NEVER_TOGETHER, is_all=True)
    sets = [frozenset((step.file, step.id, step.column, str(step.new)) for step in way.steps) for way in ways.ways]
    assert len(set(sets)) == len(sets) >= 3
    assert {way.kind for way in ways.ways[1:]} == {"other"}
    assert [way.number for way in ways.ways] == list(range(1, len(sets) + 1))


def test_a_single_step_is_told_where_the_complete_way_out_needs_several():
    alone = replace(
        NEVER_TOGETHER,
        participants=(
            *NEVER_TOGETHER.participants,
            adult("A3", availability=windows("Mon 09:00-10:00")),
        ),
    )
    base, _, ways = found(alone)
    assert base.minutes == 120
    assert [(way.kind, way.price, way.unmet_after) for way in ways.ways[:2]] == [("complete", 4, 0), ("single", 2, 60)]


def test_steps_for_some_people_leave_nobody_worse_off():
    base = base_of(NEVER_TOGETHER, None, budget())
    short = set(base.unmet)
    steps = cheapest_steps(
        NEVER_TOGETHER, base.schedule, short, {}, offers(NEVER_TOGETHER, base.schedule, short), budget()
    )
    assert sum(step.price for step in steps) == 2
    changed = NEVER_TOGETHER
    for step in steps:
        changed = step.changed(changed)
    again = base_of(changed, None, budget())
    assert not any(unmet_minutes(changed, again.schedule).values())


@pytest.mark.parametrize("offered", [(), None])
def test_nothing_is_told_where_nothing_is_offered_or_lacking(offered):
    base = base_of(NEVER_TOGETHER, None, budget())
    if offered is None:
        base, offered = replace(base, unmet={}), offers(NEVER_TOGETHER, base.schedule, base.unmet)
    assert find_ways_out(base, offered, budget(), None).ways == ()
