"""Where every answer begins: the week with the least unmet need, and how much time an answer may take."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from iopsched import search
from iopsched.domain.outcome import GoalId, Infeasible, OutOfTime
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.params import SolveParams
from iopsched.verifier import unmet_minutes, violations
from iopsched.verifier.meetings import lacking_sessions
from iopsched.verifier.week import Week

LEAST_S = 0.05
"""No search gets less: one that is asked for when time is over has to end by itself."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What an answer may take: until ``end_s``, a moment of the monotonic clock, unless ``stop`` is set before.

    ``workers`` and ``seed`` are those of every search in it; 0 workers = all cores, 1 makes answers repeatable where
    there is time enough.
    """

    end_s: float
    stop: threading.Event = field(default_factory=threading.Event)
    workers: int = 0
    seed: int = 0

    @classmethod
    def of(cls, seconds: float, stop: threading.Event | None = None, workers: int = 0, seed: int = 0) -> Budget:
        """Return a budget of so many seconds from now."""
        return cls(time.monotonic() + seconds, stop or threading.Event(), workers, seed)

    @property
    def left_s(self) -> float:
        """Return the seconds left, never negative."""
        return max(0.0, self.end_s - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Return whether nothing more may be tried."""
        return self.stop.is_set() or self.left_s <= 0

    def part(self, share: float = 1.0, most_s: float = math.inf) -> Budget:
        """Return a budget of a share of what is left, at most ``most_s`` seconds."""
        return replace(self, end_s=time.monotonic() + min(share * self.left_s, most_s))

    def params(self, share: float = 1.0, most_s: float = math.inf) -> SolveParams:
        """Return the parameters of a search that takes at most a share of what is left, and ``most_s`` seconds."""
        limit_s = max(LEAST_S, min(share * self.left_s, most_s))
        return SolveParams(time_limit_s=limit_s, workers=self.workers, seed=self.seed)


@dataclass(frozen=True, slots=True)
class Base:
    """A legal week with the least unmet need that was found.

    ``unmet`` are the minutes of those who are short, by participant; ``lacking`` those of groups that always meet and lack
    sessions, by group. ``bound``: no week has less in all.
    """

    problem: Problem
    schedule: Schedule
    unmet: Mapping[str, int]
    bound: int
    lacking: Mapping[str, int] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        """Return the unmet need in all."""
        return sum(self.unmet.values()) + sum(self.lacking.values())

    @property
    def people(self) -> int:
        """Return how many participants are short."""
        return len(self.unmet)

    @property
    def is_proven(self) -> bool:
        """Return whether no week has less unmet need."""
        return self.bound >= self.minutes

    @classmethod
    def of(cls, problem: Problem, schedule: Schedule, bound: int) -> Base:
        """Return what a legal week lacks, as the verifier counts it."""
        unmet = {person: minutes for person, minutes in unmet_minutes(problem, schedule).items() if minutes}
        lacking = lacking_sessions(Week(problem, schedule))
        minutes = {key: problem.service[problem.group[key].service_id].minutes for key in lacking}
        groups = {key: number * minutes[key] for key, number in lacking.items()}
        return cls(problem, schedule, dict(sorted(unmet.items())), bound, dict(sorted(groups.items())))


def base_of(
    problem: Problem, schedule: Schedule | None, budget: Budget, proven: int = 0
) -> Base | Infeasible | OutOfTime:
    """Search for the least unmet need of a week.

    A given ``schedule`` that is legal here is kept where none has less unmet need, so that the answer speaks of the week that
    the reader knows; ``proven`` is a bound that is known of it. Without one those who are short are as few as a week of this unmet need can have, as in ``solve``.
    Returns ``Infeasible`` where pins contradict each other or the rules, and ``OutOfTime`` where no week was found.
    """
    known = None if schedule is None or violations(problem, schedule) else Base.of(problem, schedule, proven)
    if known is not None and known.is_proven:
        return known
    last = GoalId.PEOPLE_SHORT if known is None else GoalId.UNMET_NEED
    found = search.solve(problem, budget.params(), stop=budget.stop, start=schedule, last=last)
    if isinstance(found, Infeasible | OutOfTime):
        return found
    bound = next(goal.bound for goal in found.goals if goal.name == GoalId.UNMET_NEED)
    better = Base.of(problem, found.schedule, bound)
    if known is not None and known.minutes <= better.minutes:
        return replace(known, bound=bound)
    return better
