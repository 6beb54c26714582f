"""The search for those who can come: from below and from above, until both meet or time is over."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import replace

from ortools.sat.python import cp_model

from iopsched.model.build import Model, build_model
from iopsched.model.cuts import strengthen
from iopsched.model.decisions import held_of
from iopsched.model.loose import loose_values, loose_visits
from iopsched.model.newcomers import MOST_IN_ORDER, decide, leave_out, left_out
from iopsched.model.terms import Terms
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.search.admission.heldsessions import model_beside
from iopsched.search.admission.nearweeks import NEAR_EFFORT, NearWeeks
from iopsched.search.admission.waiting import Admitted, Waiting
from iopsched.search.clock import Clock
from iopsched.search.parts.plan import LoosePlan, leads_of_visits
from iopsched.search.run import Settings, SolverResult, run
from iopsched.search.workshop import Opening
from iopsched.stopping import Late, looking_at

KEEPING_EFFORT = 10.0
"""Deterministic time of the one model in which everything stays, which is small."""
BOUND_EFFORT = 2.0
"""Deterministic time of a bound: its linear relaxation is solved in half of it, and the rest seldom wins more."""


def admissions(
    waiting: Waiting,
    params: SolveParams,
    stop: threading.Event,
    *,
    begin: Admitted | None = None,
    proves: bool = True,
) -> Admitted:
    """Return who can come, as far as it is found in the time there is.

    ``begin`` is what is known of fewer of those who wait. Without ``proves`` nothing is tried from above.
    """
    search = _BothSides(waiting, Clock(params, stop), begin)
    with contextlib.suppress(Late), looking_at(stop, search.clock.end_s):
        search.run(proves=proves)
    return search.near.found


def most_alike(waiting: Waiting, params: SolveParams, stop: threading.Event) -> int:
    """Return how many of those who wait there can be at most, as far as that is proven in the time there is."""
    search = _BothSides(waiting, Clock(params, stop), None)
    with contextlib.suppress(Late), looking_at(stop, search.clock.end_s):
        search.prove()
    return search.near.found.bound


class _BothSides:
    def __init__(self, waiting: Waiting, clock: Clock, begin: Admitted | None) -> None:
        self.clock = clock
        self.near = NearWeeks(waiting, clock, begin)
        self.has_begun = begin is not None
        self._loose: Model | None = None

    def run(self, *, proves: bool) -> None:
        """Search from below and from above until both meet, or time is over."""
        if self.near.waiting.keeps_sessions:
            self._keep_sessions()
            return
        if not self.has_begun or not proves:
            self.near.improve(self.near.opening())
        if not proves or self.clock.is_over:
            return
        if not self.near.found.who and not self._leave_out_impossible():
            return
        plan = self._bound()
        if not self.near.found.is_proven and plan is not None:
            self._place(plan)
        openings = [self.near.opening] if self.has_begun else []
        for opening in [*openings, self.near.wider]:
            if not self.near.found.is_proven and not self.clock.is_over:
                self.near.improve(opening())
        if self.near.found.is_proven:
            self._put_in_order()

    def prove(self) -> None:
        """Search from above alone."""
        if self.near.waiting.keeps_sessions:
            self._keep_sessions()
        else:
            self._bound()

    # --- from above ---------------------------------------------------------
    def _leave_out_impossible(self) -> bool:
        """Find those who could not come even if nobody else needed anything; return whether anybody is left."""
        asked = self.near.waiting.people[:1] if self.near.waiting.are_alike else self.near.waiting.people
        out = [key for key in asked if not self._is_possible(key)]
        if self.near.waiting.are_alike and out:
            out = list(self.near.waiting.people)
        self.near.found = replace(
            self.near.found, bound=min(self.near.found.bound, len(self.near.waiting.people) - len(out))
        )
        self.near.impossible = frozenset(out)
        if not self.near.found.bound:
            self.near.found = replace(self.near.found, is_in_order=True)
        return self.near.found.bound > 0

    def _is_possible(self, participant_id: str) -> bool:
        """Return whether somebody could have all they need with the clinic to themselves, others being asked for nothing."""
        workshop = self.near.workshop
        own = {visit: None for visit in workshop.visit_kinds if visit[0] == participant_id}
        several = [row for row in workshop.for_several if participant_id in row.participant_ids]
        model = build_model(
            workshop.problem,
            terms=workshop.terms,
            candidates=[*several, *workshop.visits(Opening(leads=own))],
            told_apart=0,
            about={participant_id},
            pins_are_wishes=True,
        )
        decide(model, participant_id)
        settings = Settings(deterministic=NEAR_EFFORT, workers=1)
        return run(model.cp, self.clock, settings, name="one person alone").status != cp_model.INFEASIBLE

    def _bound(self) -> LoosePlan | None:
        """Prove how many there can be; return the loose week in which most come, None where there is none with more."""
        if not self._is_comparable():
            return None
        workshop = self.near.workshop
        anybody = {visit: frozenset(workshop.choices(*visit)[1]) for visit in workshop.visit_kinds}
        sessions = [*workshop.for_several, *loose_visits(workshop.factory, anybody)]
        model = build_model(workshop.problem, terms=workshop.terms, candidates=sessions, told_apart=0)
        self.near.admit(model)
        strengthen(model, GoalId.UNMET_NEED)
        self._loose = model
        result = self._improve_loose(model, ())
        if result.status == cp_model.INFEASIBLE:
            return None
        most = len(self.near.waiting.people) - result.bound
        self.near.found = replace(
            self.near.found, bound=max(len(self.near.found.who), min(self.near.found.bound, most))
        )
        if result.values is None or len(self.near.waiting.people) - result.value <= len(self.near.found.who):
            return None
        return LoosePlan(list(held_of(model.x, result.values)), result.value)

    def _is_comparable(self) -> bool:
        """Return whether those who wait change nothing that others want while they are not there."""
        before = Terms(self.near.waiting.problem)
        problem = self.near.waiting.problem
        return all(
            before.demand(person, service) == self.near.terms.demand(person, service)
            for person in problem.participants
            for service in problem.services
        )

    def _improve_loose(self, model: Model, order: Sequence[str]) -> SolverResult:
        model.cp.minimize(left_out(model, order))
        settings = Settings(deterministic=BOUND_EFFORT, workers=1, is_linear_throughout=True)
        hint = {**loose_values(model.x, self.near.found.week), **self.near.there(model)}
        return run(model.cp, self.clock, settings, name="a loose week with more people", hint=hint)

    def _place(self, plan: LoosePlan, *, is_for_order: bool = False) -> None:
        """Make a week of a loose one: its groups with whoever can lead them, its visits with their leads, then with any."""
        plain = self.near.visit_kinds
        choice = leads_of_visits(plan, self.near.found.week)
        several = [row if row.group is None else self.near.workshop.reopened(row) for row in plan.several]
        several = [
            row for row in several if row.group is not None or (row.participant_ids[0], row.service.id) not in plain
        ]
        for leads in (choice, dict.fromkeys(choice)):
            if self.clock.is_over or (self.near.found.is_proven and not is_for_order):
                return
            model = self.near.workshop.assemble([], [*several, *self.near.workshop.visits(Opening(leads=leads))])
            self.near.maximize(model, None)

    def _put_in_order(self) -> None:
        """Find out whether others who have waited longer could come in place of some; so many of them and no more."""
        if self.near.waiting.are_alike or len(self.near.found.who) in {0, len(self.near.waiting.people)}:
            self.near.found = replace(self.near.found, is_in_order=True)
            return
        model = self._loose
        if model is None or self.clock.is_over:
            return
        leave_out(model, at_most=len(self.near.waiting.people) - len(self.near.found.who))
        result = self._improve_loose(model, self.near.order)
        if result.values is not None and result.value < self.near.cost(self.near.found.who):
            self._place(LoosePlan(list(held_of(model.x, result.values)), result.value), is_for_order=True)
        self.near.found = replace(self.near.found, is_in_order=self.near.cost(self.near.found.who) <= result.bound)

    # --- everything stays ---------------------------------------------------
    def _keep_sessions(self) -> None:
        """Search the one model in which all sessions stay: what it proves holds."""
        model = model_beside(self.near.workshop, self.near.waiting.week, frozenset(self.near.waiting.people))
        result = self.near.maximize(model, None, KEEPING_EFFORT)
        if result.status == cp_model.INFEASIBLE:
            return
        first = self.near.order[:MOST_IN_ORDER]
        most = len(self.near.waiting.people) - result.bound // 2 ** len(first)
        bound = (
            max(len(self.near.found.who), min(self.near.found.bound, most))
            if self._is_comparable()
            else self.near.found.bound
        )
        is_in_order = self.near.cost(self.near.found.who) <= result.bound
        self.near.found = replace(self.near.found, bound=bound, is_in_order=is_in_order)
