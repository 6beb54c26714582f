"""Primary therapists of a week: given, or chosen among those who lead and those for whom a cover leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from iopsched.domain.people import Participant, Therapist, kept_apart
from iopsched.policy.numbers import roles_of
from iopsched.verifier.covers import stands_in
from iopsched.verifier.week import Meeting, Week

_Case = tuple[str, str]
"""A therapist and a population, by id."""


def primaries(week: Week) -> Mapping[str, str]:
    """Return the primary therapist by participant, given or chosen.

    Chosen is somebody who leads each of the participant's sessions with a primary or has a cover there: if possible the
    primary of the earlier week, else who leads the earliest such session, else another. Where caseloads would not hold
    them all, as few as possible have another primary than before. Where nobody is possible, it is who leads the earliest
    session.
    """
    choices = {person.id: _choices(week, person) for person in week.problem.participants}
    chosen = {key: ids[0] for key, ids in choices.items() if ids}
    _Caseloads(week, choices, chosen).ease()
    return chosen


def with_primary(week: Week, participant_id: str) -> tuple[Meeting, ...]:
    """Return the sessions of a participant that the primary is to lead, by start."""
    attended = week.of_participant.get(participant_id, ())
    return tuple(meeting for meeting in attended if meeting.service.with_primary)


def is_led(week: Week, meeting: Meeting, person: Participant, primary_id: str) -> bool:
    """Return whether somebody leads a participant's session as the primary, or in place of this one.

    A primary that is chosen could lead such a session: has the skill, a license where one is asked for, and suits the
    participant.
    """
    if meeting.lead is None or meeting.lead.id == primary_id:
        return True
    if not stands_in(week, meeting.lead.id, primary_id, meeting):
        return False
    return person.primary_id is not None or _suits(week, meeting, person, week.problem.therapist[primary_id])


def _suits(week: Week, meeting: Meeting, person: Participant, therapist: Therapist) -> bool:
    return (
        roles_of(meeting.service, meeting.group)[0].skill in therapist.skills
        and (therapist.licensed or not meeting.service.licensed_lead)
        and (not therapist.populations or person.population in therapist.populations)
        and (not therapist.tracks or not person.tracks or not set(therapist.tracks).isdisjoint(person.tracks))
        and therapist.id not in kept_apart(week.problem.keep_apart)[person.id]
    )


def _choices(week: Week, person: Participant) -> Sequence[str]:
    """Return who may be the primary of a participant, the best first."""
    if person.primary_id is not None:
        return (person.primary_id,)
    held = [meeting for meeting in with_primary(week, person.id) if meeting.lead]
    leads = [meeting.lead.id for meeting in held if meeting.lead]
    if not leads:
        return ()
    before = week.problem.primaries_before.get(person.id)
    covered = sorted({row.therapist_id for row in week.problem.covers if not set(leads).isdisjoint(row.covered_by)})
    ordered = dict.fromkeys([*leads, *covered])
    possible = [key for key in ordered if all(is_led(week, meeting, person, key) for meeting in held)]
    return sorted(possible, key=lambda key: key != before) or leads[:1]


class _Caseloads:
    """What the choice of primaries makes of caseloads."""

    def __init__(self, week: Week, choices: Mapping[str, Sequence[str]], chosen: dict[str, str]) -> None:
        present = [person for person in week.problem.participants if week.calendars.is_present(person)]
        self._population = {person.id: person.population for person in present if person.id in chosen}
        self._choices, self._chosen = choices, chosen
        self._before = week.problem.primaries_before
        self._most = {row.id: row.max_caseload for row in week.problem.therapists if row.max_caseload is not None}
        self._most_of = week.problem.clinic.caseload
        self._load = Counter((chosen[key], population) for key, population in self._population.items())

    def ease(self) -> None:
        """Choose others for as few as possible until no caseload is too large, as far as can be."""
        if not self._most and not self._most_of:
            return
        while (path := self._cheapest()) is not None:
            for participant_id, therapist_id in path:
                population = self._population[participant_id]
                self._load[self._chosen[participant_id], population] -= 1
                self._load[therapist_id, population] += 1
                self._chosen[participant_id] = therapist_id

    def _over(self, case: _Case, more: int = 0) -> bool:
        """Return whether a therapist is primary of too many of a population, or would be with more."""
        most = self._most_of.get(case[1])
        return most is not None and self._load[case] + more > most

    def _over_all(self, therapist_id: str, more: int = 0) -> bool:
        load = sum(number for (key, _), number in self._load.items() if key == therapist_id)
        return therapist_id in self._most and load + more > self._most[therapist_id]

    def _cheapest(self) -> list[tuple[str, str]] | None:
        """Return the moves (participant, to whom) that take one off a caseload that is too large; None = no way."""
        cost = {case: 0 for case, load in self._load.items() if load and (self._over(case) or self._over_all(case[0]))}
        if any(self._over(case) for case in cost):
            cost = {case: 0 for case in cost if self._over(case)}
        paths: dict[_Case, list[tuple[str, str]]] = {case: [] for case in cost}
        arcs = [*self._moves()] if cost else []
        changed = bool(cost)
        while changed:
            changed = False
            for start, end, extra, move in arcs:
                if start in cost and cost[start] + extra < cost.get(end, cost[start] + extra + 1):
                    cost[end] = cost[start] + extra
                    paths[end] = [*paths[start], *move]
                    changed = True
        ends = [case for case in cost if paths[case] and not self._over(case, 1) and not self._over_all(case[0], 1)]
        return paths[min(ends, key=lambda case: (cost[case], case))] if ends else None

    def _moves(self) -> Iterator[tuple[_Case, _Case, int, list[tuple[str, str]]]]:
        """Yield how somebody may go from one to another, and who may go instead: from, to, cost, move."""
        cases = set(self._load)
        for key, population in self._population.items():
            now = self._chosen[key]
            for other in self._choices[key] if len(self._choices[key]) > 1 else ():
                if other != now:
                    extra = self._price(key, other) - self._price(key, now)
                    cases.add((other, population))
                    yield (now, population), (other, population), extra, [(key, other)]
        for case in sorted(cases):
            if not self._over(case, 1):
                yield from (
                    (case, (case[0], other), 0, [])
                    for one, other in sorted(cases)
                    if one == case[0] and other != case[1]
                )

    def _price(self, participant_id: str, therapist_id: str) -> int:
        return int(self._before.get(participant_id, therapist_id) != therapist_id)
