"""A week in which every need is met, asked for as a limit and not as a goal.

First a loose week (:mod:`iopsched.model.loose`) that meets every need, whichever comes first: without a goal the solver
only has to agree with itself. Then the week near it: the groups with their starts and members, but led by whoever can;
the visits with the lead of the loose week, at any of their starts. Each session has few possible leads at first, then all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from iopsched.domain.schedule import Schedule
from iopsched.model.build import Model
from iopsched.model.candidate import Candidate
from iopsched.model.decisions import held_of, read_decisions
from iopsched.model.loose import loose_values, loose_visits
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.run import Settings, SolverResult, run
from iopsched.search.start.leads import FewLeads, visits_needed
from iopsched.search.start.thinning import Thinning
from iopsched.search.workshop import Leads, Opening, Visit, Workshop
from iopsched.verifier import unmet_minutes, violations


@dataclass(frozen=True, slots=True)
class Promise:
    """What came of asking: the best week and its unmet need in minutes; whether it is proven that none meets every need."""

    week: Schedule | None = None
    unmet: int = 0
    is_refused: bool = False

    @property
    def is_kept(self) -> bool:
        """Return whether every need is met."""
        return self.week is not None and not self.unmet


def promise(workshop: Workshop, clock: Clock, near: Schedule | None = None) -> Promise:
    """Ask a few times for a week in which every need is met, beginning near a week if there is one."""
    return _Tries(workshop, clock, near).run()


class _Tries:
    def __init__(self, workshop: Workshop, clock: Clock, near: Schedule | None) -> None:
        self.workshop = workshop
        self.tuning = workshop.tuning
        self.clock = clock
        self.near = near
        self.best = Promise()

    def run(self) -> Promise:
        for rows, is_all in self._widths():
            model = self.workshop.assemble([], rows)
            model.limit(GoalId.UNMET_NEED, 0)
            for seed in range(1 if is_all else self.tuning.promise_seeds):
                if self.clock.is_over:
                    return self.best
                found = self._ask(model, seed)
                if found.status == cp_model.INFEASIBLE:
                    if is_all:
                        return Promise(self.best.week, self.best.unmet, is_refused=True)
                    break
                if found.values is not None and self._place(list(held_of(model.x, found.values))):
                    return self.best
        return self.best

    def _widths(self) -> Iterator[tuple[list[Candidate], bool]]:
        """Yield the sessions of a loose week, with few leads, then with all and with visits that nobody needs."""
        workshop = self.workshop
        leads = FewLeads(workshop, visits_needed(workshop))
        tuning = self.tuning
        thinning = Thinning(workshop, tuning.promise_times, tuning.promise_ways, tuning.promise_groups)
        thin = thinning.of(workshop.for_several)
        groups = leads.of_groups(thin, self.tuning.group_leads)
        few = leads.of_visits(self.tuning.promise_leads)
        everybody = {visit: frozenset(workshop.choices(*visit)[1]) for visit in workshop.visit_kinds}
        if self._is_small(groups):
            yield [*groups, *loose_visits(workshop.factory, few)], False
        if self._is_small(workshop.for_several):
            yield [*workshop.for_several, *loose_visits(workshop.factory, everybody)], True

    def _is_small(self, sessions: Sequence[Candidate]) -> bool:
        """Return whether a model of these sessions for several is soon built and searched."""
        literals = sum(1 + len(row.participant_ids) + len(row.lead_ids) for row in sessions)
        return literals <= self.tuning.promise_literals

    def _ask(self, model: Model, seed: int) -> SolverResult:
        """Return the loose week that the solver finds first."""
        settings = self._settings(model, seed)
        hint = None if self.near is None else loose_values(model.x, self.near)
        return run(model.cp, self.clock, settings, name="a loose week", hint=hint)

    def _settings(self, model: Model, seed: int = 0) -> Settings:
        effort = self.tuning.promise_effort * (model.size[0] / 1e4) ** 1.5
        most = self.tuning.promise_share * self.clock.left
        deterministic = max(self.tuning.least_seconds, min(effort, most))
        return Settings(deterministic=deterministic, workers=1, seed=seed, has_relaxation=False, is_shuffled=seed > 0)

    # --- the week near it -------------------------------------------------
    def _place(self, plan: Sequence[Candidate]) -> bool:
        """Place a loose week, and keep the week if it is the best; return whether every need is met."""
        plain = set(self.workshop.visit_kinds)
        visits = [row for row in plan if row.group is None and (row.participant_ids[0], row.service.id) in plain]
        others = set(plan).difference(visits)
        several = [self.workshop.reopened(row) if row.group is not None else row for row in plan if row in others]
        leads = _leads_of(visits)
        for _ in range(self.tuning.placing_attempts):
            week = None if self.clock.is_over else self._placed(several, leads)
            if week is None or violations(self.workshop.problem, week):
                return False
            short = {pid: minutes for pid, minutes in unmet_minutes(self.workshop.problem, week).items() if minutes}
            unmet = sum(short.values())
            if self.best.week is None or unmet < self.best.unmet:
                self.best = Promise(week, unmet)
            if not unmet:
                return True
            leads |= {visit: None for visit in leads if visit[0] in short}
        return False

    def _placed(self, several: Sequence[Candidate], leads: Mapping[Visit, Leads]) -> Schedule | None:
        """Return a week of these groups and leads that meets every need, or most of it if there is none."""
        visits = _beside(several, self.workshop.visits(Opening(leads=leads)))
        model = self.workshop.assemble([], [*several, *visits])
        for row in several:
            model.gather(row)
        model.limit(GoalId.UNMET_NEED, 0)
        found = run(model.cp, self.clock, self._settings(model), name="a week near a loose one")
        if found.status == cp_model.INFEASIBLE:
            model.limit_only({})
            model.cp.minimize(model.goal(GoalId.UNMET_NEED))
            guided = replace(self._settings(model), is_core_guided=True)
            found = run(model.cp, self.clock, guided, name="a week near a loose one")
        return None if found.values is None else read_decisions(model.x, found.values)


def _leads_of(visits: Sequence[Candidate]) -> dict[Visit, Leads]:
    """Return the staff who hold each visit of a plan."""
    leads: dict[Visit, set[str]] = defaultdict(set)
    for row in visits:
        leads[row.participant_ids[0], row.service.id].update(row.lead_ids)
    return {visit: frozenset(own) for visit, own in leads.items()}


def _beside(several: Sequence[Candidate], visits: Sequence[Candidate]) -> list[Candidate]:
    """Return the visits that clash with none of these sessions of their participant."""
    busy: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in several:
        for pid in row.participant_ids:
            busy[pid].append((row.start, row.end))
    return [row for row in visits if not any(a < row.end and row.start < b for a, b in busy[row.participant_ids[0]])]
