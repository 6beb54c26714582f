"""A plan (the solution of a loose model) made a week."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from iopsched.domain.schedule import Schedule
from iopsched.model.candidate import Candidate
from iopsched.model.decisions import read_decisions
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.run import minimize
from iopsched.search.workshop import Leads, Opening, Workshop
from iopsched.verifier import unmet_minutes


def realize(
    workshop: Workshop, clock: Clock, week: Schedule, plan: Sequence[Candidate], goal_id: GoalId
) -> Schedule | None:
    """Turn a loose plan into a week: keep its sessions for several, place its visits. None if that fails in time.

    Each visit may be held by the lead of the plan or of the week. Unmet need comes first, then the goal; more of the
    need may be unmet than in the week where visits find no place beside the groups of the plan.
    """
    several = [row for row in plan if not row.is_loose]
    leads: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in plan:
        if row.is_loose and row.lead_id is not None:
            leads[row.participant_ids[0], row.service.id].add(row.lead_id)
    for session in week.sessions:
        visit = session.participant_ids[0], session.service_id
        if session.group_id is None and visit in leads:
            leads[visit].add(session.lead_id)
    choice: dict[tuple[str, str], Leads] = {visit: frozenset(own) for visit, own in leads.items()}
    allowed = sum(unmet_minutes(workshop.problem, week).values())
    for _ in range(workshop.tuning.placing_attempts):
        model = workshop.assemble(several, workshop.visits(Opening(leads=choice)))
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
