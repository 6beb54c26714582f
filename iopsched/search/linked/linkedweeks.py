"""The search for the weeks of sites that share staff."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from iopsched.domain.outcome import Outcome, Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.sharing import SiteLinks, Timetable
from iopsched.errors import InternalError
from iopsched.params import OnProgress, SolveParams
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.lexicographic import solve
from iopsched.search.linked.elsewhere import restricted
from iopsched.search.linked.jointsearch import JointSearch
from iopsched.stopping import Late
from iopsched.verifier import goal_values, violations
from iopsched.verifier.acrosssites import clashes

log = logging.getLogger(__name__)

ROUNDS_SHARE = 0.25
JOINT_SHARE = 0.35
"""Of all time, how much the rounds and the search of all sites together have; the rest is for each site alone."""


@dataclass(frozen=True)
class LinkedProblem:
    """Sites whose weeks are made together: (name, problem, a legal week to begin with or None), the most important first.

    ``published`` are weeks that bind: those of other sites, and of these sites where they have published one already,
    this week and the weeks beside it.
    """

    sites: tuple[tuple[str, Problem, Schedule | None], ...]
    links: SiteLinks
    published: tuple[Timetable, ...] = ()


@dataclass(frozen=True)
class LinkedOutcome:
    """What became of sites that are linked.

    ``outcomes`` by site, in the order given; each bound is that of the site while shared staff are where the other weeks
    have them. ``way``: in one model of all sites, or in rounds alone. ``unmet`` and ``bound``: minutes of unmet need over
    all sites, and how many there are at least whatever the sites do; None where a site has no week.
    """

    outcomes: tuple[tuple[str, Outcome], ...]
    way: Literal["together", "rounds"]
    unmet: int | None
    bound: int

    @property
    def is_proven(self) -> bool:
        """Return whether no weeks of these sites together leave less need unmet."""
        return self.unmet is not None and self.bound >= self.unmet


def solve_linked(
    linked: LinkedProblem,
    params: SolveParams | None = None,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
) -> LinkedOutcome:
    """Make the weeks of sites that share staff, which nobody of them has to be at two sites for.

    ``params`` limit all sites together. First come rounds: each site in order, its shared staff away where the sites
    before have them. Where somebody is short then, all sites are searched in one model for the least unmet need over all
    of them, where that is not too large. Then each site goes through all of its goals.

    Raises
    ------
    InternalError
        If weeks come out that shared staff cannot do.
    """
    return _LinkedSearch(linked, params or SolveParams(), on_progress, stop or threading.Event()).run()


class _LinkedSearch:
    def __init__(
        self, linked: LinkedProblem, params: SolveParams, on_progress: OnProgress | None, stop: threading.Event
    ) -> None:
        self.linked = linked
        self.params = params
        self.on_progress = on_progress
        self.stop = stop
        self.clock = Clock(params, stop)
        self.problems = {name: problem for name, problem, _ in linked.sites}
        self.weeks: dict[str, Schedule] = {}
        self.bound = 0

    def run(self) -> LinkedOutcome:
        """Return what became of all sites."""
        self._rounds()
        way = self._together()
        outcomes = tuple((name, self._finished(name, way)) for name in self.problems)
        unmet = self._unmet()
        broken = clashes(self.linked.links, [*self.linked.published, *self._drafts()])
        if broken:
            raise InternalError(f"Weeks of linked sites clash: {broken[0].sentence}")
        return LinkedOutcome(outcomes, way, unmet, self.bound if unmet is None else min(self.bound, unmet))

    def _rounds(self) -> None:
        """Give each site in order a week beside those before it, good in the goals of need alone."""
        share = ROUNDS_SHARE / len(self.problems)
        for number, (name, _, start) in enumerate(self.linked.sites):
            problem = self._beside_others(name)
            found = solve(
                problem, self._params(share), self.on_progress, self.stop, start=start, last=GoalId.PEOPLE_SHORT
            )
            if isinstance(found, Solved):
                self.weeks[name] = found.schedule
                if number == 0:  # the bound of no other site is one without those before it
                    self.bound = found.goals[0].bound

    def _together(self) -> Literal["together", "rounds"]:
        """Search all sites in one model where somebody is short; return how the weeks were made then."""
        unmet = self._unmet()
        if (unmet is not None and unmet <= self.bound) or self.stop.is_set():
            return "rounds"
        limits = self._params(JOINT_SHARE)
        clock = Clock(limits, self.stop)
        together = JointSearch(self._bases(), self.linked.links, self.linked.published, clock, self.weeks)
        try:
            found = together.search(unmet)
        except Late:
            found = None
        self.bound = max(self.bound, together.bound)
        if found is None:
            return "together" if together.is_searched else "rounds"
        for name, week in found.items():
            if broken := violations(self.problems[name], week):
                raise InternalError(f"The verifier rejects a linked week: {broken[0].rule} of {broken[0].subject}.")
        self.weeks = dict(found)
        return "together"

    def _finished(self, name: str, way: str) -> Outcome:
        """Take a site through all of its goals beside the weeks of the others, and tell its values without them."""
        share = (1 - ROUNDS_SHARE - (JOINT_SHARE if way == "together" else 0.0)) / len(self.problems)
        start = self.weeks.get(name)
        found = solve(self._beside_others(name), self._params(share), self.on_progress, self.stop, start=start)
        if not isinstance(found, Solved):
            return found
        self.weeks[name] = found.schedule
        values = goal_values(self.problems[name], found.schedule)
        goals = (replace(goal, value=values[goal.name].value, parts=values[goal.name].parts) for goal in found.goals)
        return replace(found, goals=tuple(replace(goal, bound=min(goal.bound, goal.value)) for goal in goals))

    def _beside_others(self, name: str) -> Problem:
        """Return the problem of a site while shared staff are where the weeks of the other sites have them."""
        others = [*self.linked.published, *self._drafts()]
        return restricted(name, self.problems[name], self.linked.links, others)

    def _bases(self) -> Mapping[str, Problem]:
        """Return the problem of each site beside what is published elsewhere."""
        links, published = self.linked.links, self.linked.published
        return {name: restricted(name, problem, links, published) for name, problem in self.problems.items()}

    def _drafts(self) -> Sequence[Timetable]:
        return [
            Timetable(name, self.problems[name].clinic.timezone, week.week, week.sessions)
            for name, week in self.weeks.items()
        ]

    def _unmet(self) -> int | None:
        """Return the unmet need of all sites in minutes, None where one of them has no week."""
        if len(self.weeks) < len(self.problems):
            return None
        return sum(goal_values(self.problems[name], week)[GoalId.UNMET_NEED].value for name, week in self.weeks.items())

    def _params(self, share: float) -> SolveParams:
        """Return the limits of a share of all time; what others leave is added where no clock must decide anything."""
        limit = self.params.deterministic_limit
        return replace(
            self.params,
            time_limit_s=max(0.1, share * self.params.time_limit_s),
            deterministic_limit=None if limit is None else max(1e-3, share * limit),
        )
