"""What is known before a week is searched: a week near the earlier one, mended, and one in which every need is met."""

from __future__ import annotations

import contextlib
import math

from iopsched.domain.schedule import Schedule
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.mending import mendings
from iopsched.search.start.near import near_week, placed_anew
from iopsched.search.start.promise import promise
from iopsched.search.workshop import Workshop
from iopsched.stopping import TimeOver, looking_at
from iopsched.verifier import unmet_minutes, violations

SHARE_OF_MENDING = 0.5
MOST_EFFORT = 20.0
PATIENCE = 12
"""What mending may take of the time that is left, with one worker of deterministic time, and how many parts in vain."""


def known_week(workshop: Workshop, clock: Clock, incumbent: Incumbent) -> Schedule | None:
    """Make the better of the two the incumbent, and return it; else what is near the earlier week, if there is one.

    Where a week near the earlier one meets every need, or can be mended to do so, no other is asked for: that would be
    another week altogether.
    """
    near = near_week(workshop, clock, incumbent.goals)
    if near is not None:
        incumbent.take_if_legal(near)
    if workshop.problem.kept and incumbent.week is not None:  # the rest of what was edited, where it is still possible
        incumbent.take_if_legal(placed_anew(workshop, clock, incumbent.week, incumbent.goals))
    if near is not None and not violations(workshop.problem, near):
        _mend(workshop, clock, incumbent)
    known = incumbent.week
    if known is None or any(minutes > 0 for minutes in unmet_minutes(workshop.problem, known).values()):
        promised = _promised(workshop, clock, known)
        if promised is not None:
            incumbent.take_if_legal(promised)
    return near if incumbent.week is None else incumbent.week


def _mend(workshop: Workshop, clock: Clock, incumbent: Incumbent) -> None:
    """Mend the incumbent, which is near the earlier week, in a share of the time, where need comes before all else."""
    if incumbent.week is None or incumbent.goals[0] != GoalId.UNMET_NEED:
        return
    with (
        clock.within(SHARE_OF_MENDING, MOST_EFFORT),
        contextlib.suppress(TimeOver),
        looking_at(clock.stop, clock.turn_end_s),
    ):
        for week in mendings(workshop, clock, incumbent.week, PATIENCE):
            incumbent.take_if_legal(week)


def _promised(workshop: Workshop, clock: Clock, known: Schedule | None) -> Schedule | None:
    """Return a week that is asked to meet every need, in a share of the time: else the sketch would have none."""
    with (
        clock.within(workshop.tuning.promise_most, math.inf),
        contextlib.suppress(TimeOver),
        looking_at(None, clock.turn_end_s),
    ):
        return promise(workshop, clock, known).week
    return None
