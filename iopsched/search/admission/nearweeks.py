"""Weeks near the known one that have more people: parts of it chosen anew, each accepted by the verifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from iopsched.domain.schedule import Schedule
from iopsched.model.build import Model
from iopsched.model.decisions import read_decisions, values_of
from iopsched.model.newcomers import admit, leave_out, left_out, order_alike, refuse, weights
from iopsched.model.terms import Terms
from iopsched.search.admission.waiting import Admitted, Waiting, admitted_problem, held_of_groups
from iopsched.search.clock import Clock
from iopsched.search.run import Settings, SolverResult, run
from iopsched.search.workshop import Leads, Opening, Visit, Workshop
from iopsched.verifier import unmet_minutes, violations

NEAR_EFFORT = 1.0
"""Deterministic time of a search near the known week: where it finds more people, it does so at once."""


class NearWeeks:
    """The best week so far, ``found``, and how it is made better.

    ``most``: the minutes that each person may lack; ``impossible``: who is known not to be able to come.
    """

    def __init__(self, waiting: Waiting, clock: Clock, begin: Admitted | None) -> None:
        self.waiting = waiting
        self.clock = clock
        here = waiting.problem
        self.most = {key: minutes for key, minutes in unmet_minutes(here, waiting.week).items() if minutes}
        self.held = held_of_groups(here, waiting.week)
        self.terms = Terms(waiting.with_people, frozenset(waiting.people))
        self.workshop = Workshop(self.terms)
        known = begin or Admitted((), waiting.week, 0)
        self.found = Admitted(known.who, known.week, len(waiting.people))
        self.impossible: frozenset[str] = frozenset()

    def opening(self) -> Opening:
        """Return the groups that somebody could join, and all sessions of those who wait."""
        waiting = frozenset(self.waiting.people)
        joinable = [row for row in self.workshop.for_several if not waiting.isdisjoint(row.participant_ids)]
        groups = frozenset(row.group.id for row in joinable if row.group is not None)
        leads: dict[Visit, Leads] = {visit: None for visit in self.workshop.visit_kinds if visit[0] in waiting}
        is_for_groups = all(row.group is not None for row in joinable)
        return Opening(groups, self._needed(leads), keeps_freely_formed=is_for_groups)

    def _needed(self, leads: Mapping[Visit, Leads]) -> dict[Visit, Leads]:
        people, services = self.waiting.with_people.participant, self.waiting.with_people.service
        return {
            visit: who
            for visit, who in leads.items()
            if self.terms.demand(people[visit[0]], services[visit[1]]).required
        }

    def wider(self) -> Opening:
        """Return also the visits of everybody in these groups, and those that staff hold who could help those who wait."""
        first = self.opening()
        staff = {lead for visit in first.leads for lead in self.workshop.choices(*visit)[1]}
        members = {
            pid for row in self.found.week.sessions if row.group_id in first.group_ids for pid in row.participant_ids
        }
        leads = dict(first.leads)
        for row in self.found.week.sessions:
            visit = row.participant_ids[0], row.service_id
            is_near = visit[0] in members or row.lead_id in staff
            if row.group_id is None and is_near and visit in self.visit_kinds:
                leads.setdefault(visit, None)
        return replace(first, leads=leads)

    @property
    def visit_kinds(self) -> frozenset[Visit]:
        """Return all (participant, service) of plain visits."""
        return frozenset(self.workshop.visit_kinds)

    def improve(self, opening: Opening) -> None:
        """Choose a part of the best week anew."""
        model = self.workshop.open_part(self.found.week, opening)
        self.maximize(model, values_of(model.x, self.found.week))

    def maximize(self, model: Model, values: Mapping[int, int] | None, effort: float = NEAR_EFFORT) -> SolverResult:
        """Search a model for more people, and for those who have waited longer, beginning with the best week."""
        self.admit(model)
        fewest_left_out = len(self.waiting.people) - self.found.bound
        leave_out(model, at_least=fewest_left_out)
        model.cp.minimize(left_out(model, self.order))
        hint = None if values is None else {**values, **self.there(model)}
        settings = Settings(deterministic=effort, workers=1)
        result = run(model.cp, self.clock, settings, name="a week with more people", hint=hint)
        if result.values is not None:
            self._offer(read_decisions(model.x, result.values), model, result.values)
        return result

    def there(self, model: Model) -> dict[int, int]:
        """Return values (by variable index) that say who is there in the best week."""
        return {literal.index: int(pid in self.found.who) for pid, literal in model.x.there.items()}

    @property
    def order(self) -> Sequence[str]:
        """Return those who wait, whoever has waited longest first; nobody before others where all are alike."""
        return () if self.waiting.are_alike else self.waiting.people

    def admit(self, model: Model) -> None:
        """Let the model admit people; groups that always meet go on as often as now."""
        due = {group.id: self.terms.sessions_due(group) for group in self.waiting.with_people.groups}
        minutes = {
            group.id: self.terms.problem.service[group.service_id].minutes for group in self.terms.problem.groups
        }
        most = {key: max(0, due[key] - self.held.get(key, 0)) * minutes[key] for key in due}
        admit(model, self.most, most)
        refuse(model, self.impossible)
        if self.waiting.are_alike:
            order_alike(model, self.waiting.people)

    def _offer(self, week: Schedule, model: Model, values: Sequence[int]) -> None:
        """Keep a week if it has more people, or people who have waited longer, and the verifier agrees."""
        who = tuple(pid for pid in self.waiting.people if values[model.x.there[pid].index])
        if self._rank(who) <= self._rank(self.found.who) or not self._is_legal(week, who):
            return
        self.found = replace(self.found, who=who, week=week)

    def _rank(self, who: Sequence[str]) -> tuple[int, list[bool]]:
        return len(who), [pid in who for pid in self.order]

    def _is_legal(self, week: Schedule, who: Sequence[str]) -> bool:
        """Return whether the verifier accepts a week of these people, in which nobody lacks more than before."""
        problem = admitted_problem(self.waiting, who)
        if violations(problem, week):
            return False
        held = held_of_groups(problem, week)
        return all(minutes <= self.most.get(key, 0) for key, minutes in unmet_minutes(problem, week).items()) and all(
            held.get(key, 0) >= number for key, number in self.held.items()
        )

    def cost(self, who: Sequence[str]) -> int:
        """Return what it costs in a model that these are there and nobody else."""
        weight = weights(self.waiting.people, self.order)
        return sum(amount for key, amount in weight.items() if key not in who)
