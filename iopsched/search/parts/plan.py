"""A plan (the solution of a loose model) made a week."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iopsched.domain.schedule import Schedule
from iopsched.model.candidate import Candidate
from iopsched.model.decisions import read_decisions
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.run import Settings, minimize, run
from iopsched.search.workshop import Leads, Opening, Workshop
from iopsched.verifier import unmet_minutes


@dataclass(frozen=True, slots=True)
class LoosePlan:
    """The sessions of a loose week, and its value in the goal that it was made for."""

    sessions: Sequence[Candidate]
    value: int

    @property
    def several(self) -> list[Candidate]:
        """Return the sessions that have a start: those for several, above all."""
        return [row for row in self.sessions if not row.is_loose]


def realize(workshop: Workshop, clock: Clock, week: Schedule, plan: LoosePlan, goal_id: GoalId) -> Schedule | None:
    """Turn a loose plan into a week: keep its sessions for several, place its visits. None if that fails in time.

    Each visit may be held by the lead of the plan or of the week. Unmet need comes first, then the goal; more of the
    need may be unmet than in the week where visits find no place beside the groups of the plan.
    """
    choice = leads_of_visits(plan, week)
    if goal_id == GoalId.UNMET_NEED:
        anybody: dict[tuple[str, str], Leads] = dict.fromkeys(workshop.visit_kinds)
        for leads in (choice, anybody):
            found = _placed_at_once(workshop, clock, plan, leads)
            if found is not None or clock.is_over:
                return found
    return _placed(workshop, clock, week, plan, choice, goal_id)


def leads_of_visits(plan: LoosePlan, week: Schedule) -> dict[tuple[str, str], Leads]:
    """Return, for each visit of a plan, its lead there and in the week."""
    leads: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in plan.sessions:
        if row.is_loose and row.lead_id is not None:
            leads[row.participant_ids[0], row.service.id].add(row.lead_id)
    for session in week.sessions:
        visit = session.participant_ids[0], session.service_id
        if session.group_id is None and visit in leads:
            leads[visit].add(session.lead_id)
    return {visit: frozenset(own) for visit, own in leads.items()}


def _placed_at_once(
    workshop: Workshop,
    clock: Clock,
    plan: LoosePlan,
    choice: Mapping[tuple[str, str], Leads],
) -> Schedule | None:
    """Return a week with all sessions of a plan for several, whoever leads them, in which all its visits find a place.

    Asked as a question and not minimized, and with the leads open, it is answered where a plan with its own leads has no
    such week: nobody who leads groups one after another has time for the visits between them.
    """
    groups = [row if row.group is None else workshop.reopened(row) for row in plan.several]
    model = workshop.assemble([], [*groups, *workshop.visits(Opening(leads=choice))])
    for row in groups:
        model.gather(row)
    model.limit(GoalId.UNMET_NEED, plan.value)
    effort = workshop.tuning.placing_stage
    seconds = math.inf if clock.params.workers == 1 else effort.seconds
    found = run(model.cp, clock, Settings(seconds, effort.deterministic, has_relaxation=False))
    return None if found.values is None else read_decisions(model.x, found.values)


def _placed(
    workshop: Workshop,
    clock: Clock,
    week: Schedule,
    plan: LoosePlan,
    choice: dict[tuple[str, str], Leads],
    goal_id: GoalId,
) -> Schedule | None:
    allowed = sum(unmet_minutes(workshop.problem, week).values())
    for _ in range(workshop.tuning.placing_attempts):
        model = workshop.assemble(plan.several, workshop.visits(Opening(leads=choice)))
        found = minimize(model.cp, model.goal(GoalId.UNMET_NEED), clock, workshop.tuning.group_stage)
        if found.values is None or clock.is_over:
            return None
        placed = read_decisions(model.x, found.values)
        if found.value <= allowed:
            break
        short = {pid for pid, minutes in unmet_minutes(workshop.problem, placed).items() if minutes}
        choice |= {visit: None for visit in choice if visit[0] in short}
    if goal_id == GoalId.UNMET_NEED:
        return placed
    model.limit(GoalId.UNMET_NEED, found.value)
    better = minimize(
        model.cp, model.goal(goal_id), clock, workshop.tuning.group_stage, dict(enumerate(found.values or ()))
    )
    return placed if better.values is None else read_decisions(model.x, better.values)
