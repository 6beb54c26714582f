"""How many sessions of each service one participant could have, seen alone: on a day, and in the week."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from iopsched.domain.people import Participant
from iopsched.domain.services import Service
from iopsched.domain.timegrid import WEEK
from iopsched.model.candidate import Candidate
from iopsched.model.goals.unmet_need import MINUTES_PER_DAY_SHORT, MINUTES_PER_PHASE_SESSION
from iopsched.model.ownsessions import Attendance, by_day
from iopsched.model.terms import Terms

MOST_VECTORS = 400
Vector = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wants:
    """What the unmet need of one participant is counted from, beside gaps: the numbers in force, and the services.

    ``services`` are those whose sessions count or serve the phase; ``most`` says from which number of sessions on one more
    of each changes nothing any more.
    """

    services: tuple[Service, ...]
    countable: tuple[int, ...]
    required: tuple[int, ...]
    minutes: int
    days: int
    program_day: int
    phase: int
    most: tuple[int, ...]

    def unmet(self, vector: Vector, days: int) -> int:
        """Return the unmet minutes of somebody with so many sessions, on at most so many program days."""
        held = sum(number * each for number, each in zip(vector, self.countable, strict=True))
        groups = sum(n for n, service in zip(vector, self.services, strict=True) if service.kind == "group")
        lacking = sum(
            max(0, least - n) * service.minutes
            for n, least, service in zip(vector, self.required, self.services, strict=True)
        )
        return (
            max(0, self.minutes - held)
            + max(0, self.days - days) * MINUTES_PER_DAY_SHORT
            + lacking
            + max(0, self.phase - groups) * MINUTES_PER_PHASE_SESSION
        )


def wants_of(terms: Terms, person: Participant, attendance: Attendance) -> Wants | None:
    """Return what somebody wants of the services that count together, None where every service is counted alone."""
    found = {c.service.id: c for c, _ in attendance if c.countable_minutes or c.service.kind == "group"}
    rows = list(found.values())
    minutes, days = terms.required_minutes(person), terms.required_days(person)
    phase = terms.required_group_sessions(person)
    if not rows or (minutes <= 0 and days <= 0 and phase <= 0):
        return None
    required = tuple(terms.demand(person, row.service).required for row in rows)
    most = tuple(
        max(
            least,
            -(-minutes // row.countable_minutes) if row.countable_minutes else 0,
            days * -(-terms.program_day_minutes(person) // row.countable_minutes) if row.countable_minutes else 0,
            phase if row.service.kind == "group" else 0,
        )
        for row, least in zip(rows, required, strict=True)
    )
    return Wants(
        services=tuple(row.service for row in rows),
        countable=tuple(row.countable_minutes for row in rows),
        required=required,
        minutes=minutes,
        days=days,
        program_day=terms.program_day_minutes(person),
        phase=phase,
        most=most,
    )


def vectors_of(terms: Terms, person: Participant, attendance: Attendance, wants: Wants) -> dict[Vector, int] | None:
    """Return the numbers of sessions that one participant alone could have, with the unmet minutes that they leave at least.

    Left out is whatever has more sessions than another that leaves no more unmet. A number at ``wants.most`` stands for
    itself and all above. None where there are more than ``MOST_VECTORS``.
    """
    allowed = _allowed(terms, person, wants)
    most = tuple(min(pair) for pair in zip(wants.most, allowed, strict=True))
    if math.prod(each + 1 for each in most) > MOST_VECTORS:
        return None
    best: dict[Vector, int] = {tuple(0 for _ in most): 0}  # the most program days, by numbers of sessions
    for sessions in by_day(attendance).values():
        options = _day_options(terms, person, sessions, wants)
        after: dict[Vector, int] = {}
        for vector, days in best.items():
            for more, is_program_day in options:
                total = tuple(a + b for a, b in zip(vector, more, strict=True))
                if any(number > limit for number, limit in zip(total, allowed, strict=True)):
                    continue
                total = tuple(min(pair) for pair in zip(total, most, strict=True))
                after[total] = max(after.get(total, 0), days + is_program_day)
        best = after
    unmet = {vector: wants.unmet(vector, days) for vector, days in best.items()}
    return _least_only(unmet)


def _allowed(terms: Terms, person: Participant, wants: Wants) -> tuple[int, ...]:
    """Return, by service, how many sessions somebody may have in the week; nobody has more than it has minutes."""
    most = (terms.demand(person, service).most for service in wants.services)
    return tuple(WEEK if limit is None else limit for limit in most)


def _day_options(terms: Terms, person: Participant, sessions: Attendance, wants: Wants) -> list[tuple[Vector, bool]]:
    """Return the numbers of sessions that somebody could have on one day, each with whether that is a program day."""
    places: list[set[tuple[int, int]]] = []
    for service in wants.services:
        own = (c for c, _ in sessions if c.service.id == service.id)
        places.append({place for c in own for place in places_of(c)})
    per_day = [terms.demand(person, service).per_day for service in wants.services]
    caps = [min(most_apart(own), limit or len(own)) for own, limit in zip(places, per_day, strict=True)]
    most_minutes, most_sessions = terms.max_minutes_per_day(person), terms.max_sessions_per_day(person)
    free = _minutes_covered(place for own in places for place in own)
    found = []
    for vector in product(*(range(cap + 1) for cap in caps)):
        countable = sum(n * each for n, each in zip(vector, wants.countable, strict=True))
        clock = sum(n * service.minutes for n, service in zip(vector, wants.services, strict=True))
        if countable > most_minutes or clock > free or (most_sessions and sum(vector) > most_sessions):
            continue
        found.append((vector, countable >= wants.program_day))
    return found


def places_of(candidate: Candidate) -> list[tuple[int, int]]:
    """Return the first minutes and the minutes after the last of where a session could be."""
    minutes = candidate.service.minutes
    return [(start, start + minutes) for start in candidate.starts or (candidate.start,)]


def most_apart(places: Iterable[tuple[int, int]]) -> int:
    """Return how many of some stretches of time can be without two at once: earliest end first."""
    number, free_from = 0, -1
    for first, last in sorted(places, key=lambda place: place[1]):
        if first >= free_from:
            number, free_from = number + 1, last
    return number


def _minutes_covered(places: Iterable[tuple[int, int]]) -> int:
    total, until = 0, -1
    for first, last in sorted(places):
        total += max(0, last - max(first, until))
        until = max(until, last)
    return total


def _least_only(unmet: Mapping[Vector, int]) -> dict[Vector, int]:
    """Return the vectors of which no smaller one leaves as little unmet."""
    kept: dict[Vector, int] = {}
    for vector, minutes in sorted(unmet.items(), key=lambda row: sum(row[0])):
        if not any(
            less <= minutes and all(a <= b for a, b in zip(other, vector, strict=True)) for other, less in kept.items()
        ):
            kept[vector] = minutes
    return kept
