"""A week near the earlier one: what still holds of it stays, what was lost is placed anew, and little else moves.

Only the sessions that a call-out touches are opened, then also those of the people and staff near them. Each opening is
the ordinary model of few candidates, solved goal by goal up to the moves. Nothing is proven: whether fewer people can be
told is a question to the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from iopsched.domain.schedule import Schedule
from iopsched.model.build import Model
from iopsched.model.decisions import read_decisions, values_of
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.run import minimize
from iopsched.search.start.first_week import keep_previous
from iopsched.search.workshop import Leads, Opening, Visit, Workshop
from iopsched.stopping import TimeOver
from iopsched.verifier import goal_values, unmet_minutes

LAST = GoalId.MOVES
SHARE = 0.3
"""The share of the time that is left which all openings together may take: the whole has the rest."""
MOST_EFFORT = 10.0
"""The deterministic time that they may take with one worker."""


def near_week(workshop: Workshop, clock: Clock, goals: Sequence[GoalId]) -> Schedule | None:
    """Return a week near the earlier one, at least what still holds of it; None where it does not matter."""
    if workshop.problem.previous is None or workshop.problem.comparison == "no":
        return None
    kept = keep_previous(workshop.problem)
    with clock.within(SHARE, MOST_EFFORT):
        return _improved(workshop, clock, kept, tuple(goals[: goals.index(LAST) + 1]))


def placed_anew(workshop: Workshop, clock: Clock, week: Schedule, goals: Sequence[GoalId]) -> Schedule:
    """Return a legal week with what it lacks placed in the same way, at least the week itself."""
    with clock.within(SHARE, MOST_EFFORT):
        return _improved(workshop, clock, week, tuple(goals[: goals.index(LAST) + 1]))


def _improved(workshop: Workshop, clock: Clock, kept: Schedule, upto: Sequence[GoalId]) -> Schedule:
    """Return the best week of those that the openings give."""
    found = kept
    for opening in _openings(workshop, kept):
        if clock.is_over:
            break
        try:
            better = _solved(workshop, clock, found, opening, upto)
        except TimeOver:
            break
        if better is not None and _rank(workshop, better, upto) <= _rank(workshop, found, upto):
            found = better
        if not sum(unmet_minutes(workshop.problem, found).values()):
            break
    return found


def _rank(workshop: Workshop, week: Schedule, goals: Sequence[GoalId]) -> list[int]:
    values = goal_values(workshop.problem, week)
    return [values[goal].value for goal in goals]


def _solved(
    workshop: Workshop, clock: Clock, week: Schedule, opening: Opening, goals: Sequence[GoalId]
) -> Schedule | None:
    """Return the best week in which only this is chosen anew, goal by goal; None where none is found in time."""
    model = workshop.open_part(week, opening)
    values = values_of(model.x, week)
    for goal in goals:
        if goal == LAST and model.limits.get(GoalId.CHANGES) == 0:
            break
        found = minimize(model.cp, model.goal(goal), clock, workshop.tuning.step, values)
        if found.values is None or clock.is_over:
            break
        values = dict(enumerate(found.values))
        model.limit(goal, found.value)
    return None if values is None else _read(model, values)


def _read(model: Model, values: dict[int, int]) -> Schedule:
    size = len(model.cp.proto.variables)
    return read_decisions(model.x, [values.get(index, 0) for index in range(size)])


def _openings(workshop: Workshop, kept: Schedule) -> Iterator[Opening]:
    """Yield what was lost, then also the groups and staff of whoever lost something."""
    near = _Lost(workshop, kept)
    yield Opening(near.groups, near.visits, keeps_freely_formed=not near.lost_several)
    yield near.with_staff()


class _Lost:
    """What the earlier week, or a need, has and what still holds has not."""

    def __init__(self, workshop: Workshop, kept: Schedule) -> None:
        self.workshop = workshop
        self.kept = kept
        problem = workshop.problem
        before = problem.previous.sessions if problem.previous is not None else ()
        had = Counter((pid, s.service_id) for s in before for pid in s.participant_ids)
        has = Counter((pid, s.service_id) for s in kept.sessions for pid in s.participant_ids)
        required = {
            (person.id, service.id): workshop.terms.demand(person, service).required
            for person in workshop.terms.participants
            for service in problem.services
        }
        self.lacking = {key for key, number in required.items() if has[key] < max(number, had[key])}
        self.visits: dict[Visit, Leads] = {visit: None for visit in workshop.visit_kinds if visit in self.lacking}
        gone = {s.group_id for s in before if s.group_id is not None and s not in kept.sessions}
        self.groups = frozenset(gid for gid in gone if gid in problem.group)
        self.groups |= {
            group.id
            for pid, service_id in self.lacking
            for group in problem.groups_of.get(service_id, ())
            if group.id in problem.participant[pid].group_ids
        }
        self.groups |= self._groups_of_newcomers()
        self.lost_several = any(key not in self.visits and key[1] not in problem.groups_of for key in self.lacking)

    def _groups_of_newcomers(self) -> frozenset[str]:
        """Return the groups that somebody could join who lacks hours and is in none of the service, such as after an admission."""
        short = {pid for pid, minutes in unmet_minutes(self.workshop.problem, self.kept).items() if minutes}
        members = {(pid, s.service_id) for s in self.kept.sessions if s.group_id for pid in s.participant_ids}
        return frozenset(
            row.group.id
            for row in self.workshop.for_several
            if row.group is not None
            and any(pid in short and (pid, row.service.id) not in members for pid in row.participant_ids)
        )

    def with_staff(self) -> Opening:
        """Return the same with everything that whoever lacks something has, and what the staff hold who could help."""
        problem, workshop = self.workshop.problem, self.workshop
        people = {pid for pid, _ in self.lacking}
        staff = {lead for visit in self.visits for lead in workshop.choices(*visit)[1]}
        visits: dict[Visit, Leads] = {visit: None for visit in workshop.visit_kinds if visit[0] in people}
        for session in self.kept.sessions:
            visit = session.participant_ids[0], session.service_id
            if session.group_id is None and session.lead_id in staff and visit in workshop.visit_kinds:
                visits.setdefault(visit, frozenset(staff))
        groups = {
            session.group_id
            for session in self.kept.sessions
            if session.group_id in problem.group and people.intersection(session.participant_ids)
        }
        found = frozenset(gid for gid in groups if gid is not None) | self.groups
        return Opening(found, visits, keeps_freely_formed=not self.lost_several)
