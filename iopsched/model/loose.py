"""Loose candidates: visits whose start is left open within a day.

A *placed* candidate has its start; a *loose* one stands for all starts of one
participant's visit on one day that no goal and no pin tells apart. The model
of loose candidates knows everything that a day decides (who, with whom, on
which day, how much) and of the clock only that people need time enough.
Every schedule is one of its solutions and no goal costs more there, so its
optimum is a bound for the whole model's, at a fraction of the size; its
solution is a plan that :func:`place` opens again, start by start.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from iopsched.model.candidates import Candidate
from iopsched.model.rules.pins import could_match
from iopsched.model.terms import Terms


def loosen(terms: Terms, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates in which the visits with plain staff are loose, numbered from 0."""
    kept: list[Candidate] = []
    starts: dict[tuple[object, ...], list[int]] = defaultdict(list)
    first: dict[tuple[object, ...], Candidate] = {}
    signatures = _Signatures(terms)
    for candidate in candidates:
        if not (candidate.is_visit and candidate.has_plain_staff):
            kept.append(candidate)
            continue
        common = signatures.of_session(candidate)
        for participant_id in candidate.participant_ids:
            own = signatures.of_participant(participant_id, candidate)
            key = (candidate.service.id, candidate.modality, candidate.lead_id, participant_id, common, own)
            starts[key].append(candidate.start)
            if key not in first:
                first[key] = candidate
    for key, candidate in first.items():
        kept.append(
            replace(candidate, participant_ids=(str(key[3]),), start=min(starts[key]), starts=tuple(sorted(starts[key])))
        )
    return [replace(row, index=place) for place, row in enumerate(kept)]


class _Signatures:
    """What goals and pins see of a start."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        problem = terms.problem
        self._preferred = {p.id: p.preferred for p in (*problem.participants, *problem.therapists)}
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


def place(held: Iterable[Candidate], possible: Mapping[tuple[str, str, int, str | None], Candidate]) -> list[Candidate]:
    """Return placed candidates, numbered from 0, for the sessions of a plan.

    ``held`` are a plan's sessions, each as a candidate with exactly its own
    people; ``possible`` are all placed visits by (service, modality, start, lead).
    """
    found: list[Candidate] = []
    people: dict[tuple[str, str, int, str | None], list[str]] = defaultdict(list)
    for row in held:
        if not row.is_loose:
            found.append(row)
            continue
        for start in row.starts:
            people[row.service.id, row.modality, start, row.lead_id].extend(row.participant_ids)
    for key, participant_ids in people.items():
        found.append(replace(possible[key], participant_ids=tuple(sorted(participant_ids))))
    return [replace(row, index=place) for place, row in enumerate(found)]
