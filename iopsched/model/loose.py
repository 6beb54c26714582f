"""Loose candidates: visits whose start is left open within a day.

A *placed* candidate has its start; a *loose* one stands for all starts of one
participant's visit on one day that no goal and no pin tells apart. The model
of loose candidates knows everything that a day decides (who, with whom, on
which day, how much) and of the clock only that people need time enough.
Every schedule is one of its solutions and no goal costs more there, so its
optimum is a bound for the whole model's, at a fraction of the size; its
solution is a plan of who meets whom on which day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from iopsched.domain.schedule import Schedule
from iopsched.model.candidate import Candidate
from iopsched.model.decisions import find_candidate
from iopsched.model.rules.pins import could_match
from iopsched.model.terms import Terms
from iopsched.model.variables import Variables


def loosen(terms: Terms, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates in which the visits with plain staff are loose, numbered from 0.

    Where somebody may have several visits to a service on one day, these keep their starts.
    """
    kept: list[Candidate] = []
    starts: dict[tuple[object, ...], list[int]] = defaultdict(list)
    first: dict[tuple[object, ...], Candidate] = {}
    signatures = _Signatures(terms)
    for candidate in candidates:
        if not (candidate.is_visit and candidate.has_plain_staff and _is_once_a_day(terms, candidate)):
            kept.append(candidate)
            continue
        common = signatures.of_session(candidate)
        for participant_id in candidate.participant_ids:
            own = signatures.of_participant(participant_id, candidate)
            key = (participant_id, candidate.service.id, candidate.modality, candidate.lead_id, common, own)
            starts[key].append(candidate.start)
            if key not in first:
                first[key] = replace(candidate, participant_ids=(participant_id,))
    kept.extend(
        replace(row, start=min(starts[place]), starts=tuple(sorted(starts[place]))) for place, row in first.items()
    )
    return [row.numbered(place) for place, row in enumerate(kept)]


def _is_once_a_day(terms: Terms, visit: Candidate) -> bool:
    """Return whether nobody may have two such visits on a day: a loose one is there once or not at all."""
    people = (terms.problem.participant[pid] for pid in visit.participant_ids)
    return all(
        (demand := terms.demand(person, visit.service)).per_day == 1 or demand.most in (0, 1) for person in people
    )


class _Signatures:
    """What goals and pins see of a start."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        problem = terms.problem
        self._preferred = {row.id: row.preferred for row in problem.participants}
        self._preferred |= {row.id: row.preferred for row in problem.therapists}
        self._outside = cache(self._minutes_outside)

    def of_session(self, candidate: Candidate) -> tuple[object, ...]:
        """Return what is the same for all of its participants: day, evening, pins, the lead's preference."""
        pins = tuple(
            number
            for number, pin in enumerate(self.terms.problem.pins)
            if candidate.day in self.terms.pin_days(pin) and could_match(pin, candidate)
        )
        is_evening = self.terms.evening.covers(candidate.start, candidate.start + 1)
        lead = self._outside(candidate.lead_id, candidate.start, candidate.end)
        return candidate.day, is_evening, pins, lead

    def of_participant(self, participant_id: str, candidate: Candidate) -> int:
        """Return minutes outside the participant's preferred windows."""
        return self._outside(participant_id, candidate.start, candidate.end)

    def _minutes_outside(self, person_id: str, start: int, end: int) -> int:
        preferred = self._preferred[person_id]
        return 0 if preferred is None else end - start - preferred.minutes_inside(start, end)


def loose_values(x: Variables, week: Schedule) -> dict[int, int]:
    """Return values (by variable index) of the decisions with which a loose model describes a week, as far as it can."""
    values = {literal.index: 0 for literal in (*x.held, *x.attends.values())}
    loose: dict[tuple[str, str, str, str | None], list[Candidate]] = defaultdict(list)
    for candidate in x.candidates:
        if candidate.is_loose:
            loose[candidate.service.id, candidate.participant_ids[0], candidate.modality, candidate.lead_id].append(
                candidate
            )
    for session in week.sessions:
        own = loose.get((session.service_id, session.participant_ids[0], session.modality, session.lead_id), ())
        found = next((row for row in own if session.start in row.starts), None)
        if found is None:
            found = find_candidate(x, session)
        if found is None:
            continue
        values[x.held[found.index].index] = 1
        for literal in (x.attends.get((found.index, pid)) for pid in session.participant_ids):
            if literal is not None:
                values[literal.index] = 1
        for therapist_id, literal in x.leads[found.index].items():
            values[literal.index] = int(therapist_id == session.lead_id)
    return values
