"""A week whose sessions are formed freely: unmet need, in one model of pooled candidates of which a part is open at a time.

The model is built once. A step opens the sessions that lie in some stretches of time and fixes all others, so that it
costs its solving and no building. The linear relaxation of every constraint leads there: with it a part is mostly
solved to its end, without it hardly ever.

An empty week is laid out day by day, each as the counts of all days left ask (:mod:`iopsched.model.daycounts`), which
are a bound, too. Then stretches are opened until nothing has been won for long; where whole days together
were solved to their end, a proof is tried.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from iopsched.domain.schedule import Schedule
from iopsched.model.build import build_model
from iopsched.model.daycounts import Attended
from iopsched.model.decisions import read_decisions
from iopsched.model.pooled import decisions_of, pooled_candidates, pooled_services, pooled_values
from iopsched.params import Effort
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.news import News
from iopsched.search.pooled.copies import Copy, domains_of
from iopsched.search.pooled.counted import Counting, settings_of
from iopsched.search.pooled.stretches import Span, Stretches, StretchKind
from iopsched.search.run import Settings, SolverResult, run, threads
from iopsched.search.turn import Turn
from iopsched.search.workshop import Workshop

log = logging.getLogger(__name__)
GOAL = GoalId.UNMET_NEED
Values = Sequence[int]


def is_formed_freely(workshop: Workshop) -> bool:
    """Return whether people need sessions for several that are formed freely, and most of all they need is pooled.

    Where groups or visits told apart are most of it, a week that meets every need is found sooner by other ways.
    """
    terms, pooled = workshop.terms, {service.id for service in pooled_services(workshop.factory)}
    has_several = False
    pooled_minutes = others = 0
    for person in terms.participants:
        needed = {True: 0, False: 0}
        for service in workshop.factory.scope.services:
            required = terms.demand(person, service).required
            needed[service.id in pooled] += required * service.minutes
            is_for_several = terms.size(service, None, person.population)[1] > 1
            has_several |= service.id in pooled and required > 0 and is_for_several
        rest = max(0, terms.required_minutes(person) - sum(needed.values())) if workshop.problem.groups else 0
        pooled_minutes += needed[True]
        others += needed[False] + rest
    return has_several and pooled_minutes > others


@dataclass(frozen=True, slots=True)
class _Opened:
    """A part that is being solved in a copy of the model: the variables opened, and what all were when it began."""

    copy: Copy
    opened: frozenset[int]
    basis: Values
    value: int
    begun: float
    kind: StretchKind | None


class PooledWeek:
    """Searches unmet need, beginning with the best week so far, with an empty one where there is none."""

    def __init__(self, workshop: Workshop, clock: Clock, incumbent: Incumbent, news: News) -> None:
        self.problem = workshop.problem
        self.tuning = workshop.tuning
        self.clock = clock
        self.incumbent = incumbent
        self.news = news
        self.bound = 0
        candidates = pooled_candidates(workshop.factory)
        self.model = build_model(self.problem, terms=workshop.terms, candidates=candidates, told_apart=0)
        self.model.cp.minimize(self.model.goal(GOAL))
        self._rows = self.model.x.open_candidates
        self._counting = Counting(workshop, self._rows, clock)
        self._decisions = {row: decisions_of(self.model.x, row) for row in self._rows}
        self._deciding = sorted(index for rows in self._decisions.values() for index in rows)
        domains = domains_of(self.model.cp)
        self._copies = [Copy(self.model.cp.clone(), domains) for _ in range(threads(clock.params))]
        chance = random.Random(clock.params.seed)
        self._stretches = Stretches(self._rows, self.tuning, chance)
        self._values: Values = ()
        self._value = 0
        self._is_done = False

    def search(self, turn: Turn) -> int | None:
        """Improve the week until the turn is over; return the bound.

        None where there is no week to begin with that the model has words for: not even the empty one is legal.
        """
        if not self._begin():
            return None
        begun, self._is_done = self.clock.spent, False
        with ThreadPoolExecutor(len(self._copies) + 1) as pool:
            try:
                proof = self._counting.prove(pool, lambda: self._is_done)
                if not any(self._values[index] for index in self._deciding):
                    self._lay_out(pool)
                self._open_stretches(pool, turn, proof)
            finally:
                self._is_done = True  # however the search ends, the pool waits for the proof
        if self._value > self.bound and not self.clock.is_over and self._stretches.reach >= self.tuning.reach_to_prove:
            self._prove(min(self.clock.spent - begun, self.clock.left / 2))
        return self.bound

    @property
    def least_steps(self) -> int:
        """Return how many steps win nothing before the search has stalled."""
        return self.tuning.least_steps * len(self._copies)

    # --- the beginning ----------------------------------------------------
    def _begin(self) -> bool:
        """Take over the best week; return whether there is one that the model has words for."""
        if self.incumbent.week is None:
            census = frozenset(person.id for person in self.model.x.participants)
            self.incumbent.take_if_legal(Schedule(self.problem.week, self.problem.fixed, {}, census))
        return self.incumbent.week is not None and self._go_on_from(self.incumbent.week)

    def _go_on_from(self, week: Schedule) -> bool:
        known = pooled_values(self.model.x, week)
        return known is not None and self._go_on(
            self._copies[0], {index: known.get(index, 0) for index in self._deciding}
        )

    def _go_on(self, copy: Copy, decided: Mapping[int, int]) -> bool:
        """Go on from decisions, with helper variables that describe them; return whether the model accepts them."""
        copy.fix(decided)
        settings = Settings(deterministic=self.tuning.completion_effort, workers=1)
        found = run(copy.cp, self.clock, settings, name="a week found")
        if found.values is not None:
            self._values, self._value = found.values, found.value
        return found.values is not None

    def _tell(self) -> None:
        self.news.tell("goal", GOAL, self.incumbent.value(GOAL), min(self.bound, self.incumbent.value(GOAL)))

    # --- day by day -------------------------------------------------------
    def _lay_out(self, pool: ThreadPoolExecutor) -> None:
        """Lay out one day after the other, each as the counts of those that are left ask.

        Two days at a time would both take what only one of them may have, and one would be lost.
        """
        days = sorted({row.day for row in self._rows})
        for place, day in enumerate(days):
            if self.clock.is_over:
                return
            got = self._counting.had.copy()
            for row in self._rows:
                for participant_id, literal in self.model.x.roster(row).items():
                    got[participant_id, row.service.id] += self._values[literal.index]
            plan = self._counting.plan(days[place:], got)
            part, future = self._start(pool, self._copies[0], self._of_day(day, plan))
            self._finish(part, future.result())

    def _of_day(self, day: int, plan: Mapping[Attended, int]) -> frozenset[int]:
        """Return what decides about a day, but for people whom the plan does not have in such sessions then."""
        found: set[int] = set()
        for row in (row for row in self._rows if row.day == day):
            away = {
                literal.index
                for participant_id, literal in self.model.x.roster(row).items()
                if row.is_pooled and plan and not plan.get((participant_id, row.service.id, day))
            }
            found.update(index for index in self._decisions[row] if index not in away)
        return frozenset(found)

    # --- stretch by stretch -----------------------------------------------
    def _open_stretches(self, pool: ThreadPoolExecutor, turn: Turn, proof: Future[SolverResult]) -> None:
        """Open stretches, as many at a time as there are threads, until the turn is over."""
        running: dict[Future[SolverResult], _Opened] = {}
        free = list(self._copies)
        try:
            while True:
                if proof.done():
                    self.bound = max(self.bound, proof.result().bound)
                turn.note(self._value, self.bound)
                while free and self._rows and not (self.clock.is_over or turn.is_over()):
                    kind, spans = self._stretches.next()
                    part, future = self._start(pool, free.pop(), self._inside(spans), kind)
                    running[future] = part
                if not running:
                    break
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    part = running.pop(future)
                    self._finish(part, future.result())
                    free.append(part.copy)
        finally:
            for future in running:
                future.result()

    def _inside(self, spans: Sequence[Span]) -> frozenset[int]:
        return frozenset(
            index
            for row in self._rows
            if any(first <= row.start and row.end <= last for first, last in spans)
            for index in self._decisions[row]
        )

    def _start(
        self, pool: ThreadPoolExecutor, copy: Copy, opened: frozenset[int], kind: StretchKind | None = None
    ) -> tuple[_Opened, Future[SolverResult]]:
        copy.fix({index: self._values[index] for index in self._deciding if index not in opened})
        part = _Opened(copy, opened, self._values, self._value, self.clock.spent, kind)
        hint = dict(enumerate(self._values))
        effort = self.tuning.day_step if kind is None else self.tuning.stretch_step
        return part, pool.submit(run, copy.cp, self.clock, settings_of(self.clock, effort), hint=hint)

    def _finish(self, part: _Opened, found: SolverResult) -> None:
        """Take over what a part has come to, beside what others have changed meanwhile."""
        before = self._values, self._value
        if found.values is not None and found.value <= part.value:
            if part.basis is self._values:
                self._values, self._value = found.values, found.value
            elif found.value < part.value:
                decided = {i: (found.values if i in part.opened else self._values)[i] for i in self._deciding}
                if not self._go_on(part.copy, decided) or self._value > before[1]:
                    self._values, self._value = before
        if self._value < before[1] and not self._accept():
            self._values, self._value = before
        if found.is_proven and len(part.opened) == len(self._deciding):
            self.bound = max(self.bound, found.bound)
        if self.clock.is_repeatable:  # presolve alone counts next to nothing
            self.clock.deterministic = max(self.clock.deterministic, part.begun + self.tuning.least_seconds)
        if part.kind is not None:
            effort = self.clock.spent - part.begun + self.tuning.least_seconds
            self._stretches.learn(part.kind, before[1] - self._value, effort, is_proven=found.is_proven)

    def _accept(self) -> bool:
        """Have the verifier judge the week found; return whether it is now the best one."""
        week = read_decisions(self.model.x, self._values)
        self.incumbent.take_if_legal(week)
        if self.incumbent.week is not week:
            log.info("a week of pooled sessions could not be dealt out")
            return False
        self._tell()
        return True

    def _prove(self, spent: float) -> None:
        """Search the whole model for a better week or the proof that there is none, with as much effort as was spent."""
        copy = self._copies[0]
        copy.fix({})
        hint = dict(enumerate(self._values))
        found = run(
            copy.cp,
            self.clock,
            settings_of(self.clock, Effort(spent, spent), workers=0),
            name="all pooled sessions",
            hint=hint,
        )
        if found.values is not None and found.value < self._value:
            before = self._values, self._value
            self._values, self._value = found.values, found.value
            if not self._accept():
                self._values, self._value = before
        self.bound = max(self.bound, found.bound)
        self._tell()
