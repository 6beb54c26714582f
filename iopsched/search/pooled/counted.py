"""Counts of days as a plan, and counts of sessions with starts as a bound, of a week whose sessions are formed freely."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace

from iopsched.model.candidate import Candidate
from iopsched.model.daycounts import Attended, DayCounts
from iopsched.model.pooled import pooled_services
from iopsched.model.timedcounts import TimedCounts
from iopsched.params import Effort
from iopsched.search.clock import Clock
from iopsched.search.run import Settings, SolverResult, run
from iopsched.search.workshop import Workshop


def settings_of(clock: Clock, effort: Effort, workers: int = 1) -> Settings:
    """Return settings with every constraint in the linear relaxation; of a repeatable search only CP-SAT's own time ends it."""
    seconds = math.inf if clock.is_repeatable else effort.seconds
    return Settings(seconds, effort.deterministic, workers=workers, is_linear_throughout=True)


class Counting:
    """Counts the sessions of pooled candidates; ``had`` are the sessions of each participant and service that have begun."""

    def __init__(self, workshop: Workshop, rows: Sequence[Candidate], clock: Clock) -> None:
        self._workshop = workshop
        self._rows = rows
        self._clock = clock
        self._services = pooled_services(workshop.factory)
        begun = workshop.problem.fixed
        self.had = Counter((pid, session.service_id) for session in begun for pid in session.participant_ids)

    def _made(self, kind: type[DayCounts], days: Collection[int], got: Mapping[tuple[str, str], int]) -> DayCounts:
        factory = self._workshop.factory
        counts = kind(self._workshop.terms, factory.filters, self._rows, self._services, days, got)
        counts.cp.minimize(counts.unmet)
        return counts

    def plan(self, days: Collection[int], got: Mapping[tuple[str, str], int]) -> dict[Attended, int]:
        """Return how often people should attend what on each of the days, beside what they have got; empty if unknown."""
        counts = self._made(DayCounts, days, got)
        effort = self._workshop.tuning.counting_step
        found = run(counts.cp, self._clock, settings_of(self._clock, effort), name="the counts of days")
        if found.values is None:
            return {}
        return {key: found.values[count.index] for key, count in counts.attended.items()}

    def prove(self, pool: ThreadPoolExecutor, is_over: Callable[[], bool]) -> Future[SolverResult]:
        """Prove a bound, beside the search where that has several workers, until it is over."""
        counts = self._made(TimedCounts, range(7), self.had)
        settings = settings_of(self._clock, self._workshop.tuning.counting_proof)
        settings = replace(settings, is_beside=not self._clock.is_repeatable)
        proof = pool.submit(run, counts.cp, self._clock, settings, name="the counts of sessions", is_over=is_over)
        if self._clock.is_repeatable:
            wait([proof])
        return proof
