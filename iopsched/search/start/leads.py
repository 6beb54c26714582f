"""Which few of the staff could lead each session: with everybody who could, a model is many times as large."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from iopsched.model.candidate import Candidate
from iopsched.search.workshop import Visit, Workshop


def visits_needed(workshop: Workshop) -> dict[Visit, int]:
    """Return how many visits each participant needs of each service whose visits are plain."""
    problem = workshop.problem
    needed = {
        visit: workshop.terms.demand(problem.participant[visit[0]], problem.service[visit[1]]).required
        for visit in workshop.visit_kinds
    }
    return {visit: number for visit, number in needed.items() if number}


class FewLeads:
    """Deals sessions to the staff who could lead them, so that those with most time left are asked first.

    ``left``: minutes a week that each member of staff has left, beside what nobody else could hold and a share of what
    they could hold with others.
    """

    def __init__(self, workshop: Workshop, needed: Mapping[Visit, int]) -> None:
        self.workshop = workshop
        self.problem = workshop.problem
        self.needed = needed
        self.left: dict[str, float] = {w.id: workshop.terms.therapist_limits(w)[1] for w in workshop.problem.therapists}
        self._able = {visit: self._who_can(visit) for visit in needed}
        for visit, able in self._able.items():
            if len(able) == 1:
                self.left[able[0]] -= self._minutes(visit)

    def of_groups(self, sessions: Sequence[Candidate], most: int) -> list[Candidate]:
        """Return the sessions, each group's with at most so many leads: those who could hold most of its starts."""
        starts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in sessions:
            if row.group is not None:
                for w in row.lead_ids:
                    starts[row.group.id][w] += 1
        chosen: dict[str, frozenset[str]] = {}
        for group_id, able in starts.items():
            best = sorted(able, key=lambda w: (-able[w], -self.left[w], w))[:most]
            group = self.problem.group[group_id]
            minutes = group.sessions_per_week * self.problem.service[group.service_id].minutes
            for w in best:
                self.left[w] -= minutes / len(best)
            chosen[group_id] = frozenset(best)
        return [
            row
            if row.group is None
            else replace(row, lead_ids=tuple(w for w in row.lead_ids if w in chosen[row.group.id]) or row.lead_ids)
            for row in sessions
        ]

    def of_visits(self, most: int) -> dict[Visit, frozenset[str]]:
        """Return at most so many leads for each visit, for those that ``must`` pins may ask for everybody who could."""
        chosen: dict[Visit, frozenset[str]] = {}
        primaries: dict[str, frozenset[str]] = {}
        for visit, able in self._able.items():
            asks_primary = self.problem.service[visit[1]].with_primary
            best = primaries.get(visit[0]) if asks_primary else None
            if best is None:
                best = frozenset(sorted(able, key=lambda w: (-self.left[w], w))[:most])
            if asks_primary:
                primaries[visit[0]] = best
            if len(able) > 1:
                for w in best:
                    self.left[w] -= self._minutes(visit) / len(best)
            chosen[visit] = best
        return chosen | {visit: frozenset(self.workshop.choices(*visit)[1]) for visit in self._pinned()}

    def _pinned(self) -> list[Visit]:
        pins = [pin for pin in self.problem.pins if pin.action == "must" and pin.group_id is None]
        return [
            (pid, service_id)
            for pid, service_id in (self.workshop.visit_kinds if pins else ())
            if any(pin.participant_id in {None, pid} and pin.service_id in {None, service_id} for pin in pins)
        ]

    def _who_can(self, visit: Visit) -> tuple[str, ...]:
        """Return who could hold a visit and is there at some time when the participant is."""
        terms = self.workshop.terms
        person, service = self.problem.participant[visit[0]], self.problem.service[visit[1]]
        free = terms.participant_free(person.id, service)
        return tuple(
            w
            for w in self.workshop.choices(*visit)[1]
            if free.intersection(terms.therapist_free[w]).minutes >= service.minutes
        )

    def _minutes(self, visit: Visit) -> int:
        return self.needed[visit] * self.problem.service[visit[1]].minutes
