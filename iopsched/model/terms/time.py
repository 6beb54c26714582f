"""When everybody and everything is free, and on which days somebody is in the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from functools import cached_property

from iopsched.domain.clinic import Block
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.pins import Pin
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.services import Service
from iopsched.domain.timegrid import DAY, NEVER, WEEK, TimeRange, Windows

FAMILY_KINDS = frozenset({"family", "multifamily"})


class TimeTerms:
    """The free time of one week. All minutes are minutes of the week.

    ``waiting`` are those of the participants who may be admitted or not: the model decides.
    """

    def __init__(self, problem: Problem, waiting: frozenset[str] = frozenset()) -> None:
        self.problem = problem
        self.waiting = waiting
        self.clinic = problem.clinic
        self._week_start = datetime.combine(problem.week, time())
        self.opening = self.clinic.open.minus(self.time_off("clinic", ""))
        self.open_days = sorted(self.clinic.open_days)
        # Minimums rest on these: without closed days where the clinic prorates closures.
        asked = self.opening.days() if self.clinic.closures == "prorate" else frozenset(range(7))
        self._days_asked = asked.intersection(self.open_days)

    @cached_property
    def _absences(self) -> dict[tuple[str, str], Windows]:
        """Return the absences of this week by kind and id; the file may hold those of many years."""
        ranges: dict[tuple[str, str], set[TimeRange]] = {}
        for row in self.problem.time_off:
            start = max(0, int((row.start - self._week_start) / timedelta(minutes=1)))
            end = min(WEEK, int((row.end - self._week_start) / timedelta(minutes=1)))
            if start < end:
                ranges.setdefault((row.kind, row.id), set()).add(TimeRange(start, end))
        return {key: Windows.of(found) for key, found in ranges.items()}

    def time_off(self, kind: str, subject: str) -> Windows:
        """Return when a ``participant``, ``therapist``, ``room`` or the ``clinic`` is away or closed this week."""
        return self._absences.get((kind, subject), NEVER)

    def stay_days(self, participant: Participant) -> frozenset[int]:
        """Return the weekdays of this week on which the participant is in the program."""
        first, last = participant.admitted, participant.discharged
        dates = ((day, self.problem.week + timedelta(days=day)) for day in range(7))
        return frozenset(day for day, on in dates if (not first or first <= on) and (not last or on <= last))

    def share_of_week(self, participant: Participant) -> tuple[int, int]:
        """Return (open days inside the stay, open days of the week): what minimums are multiplied with.

        Where the clinic prorates closures, the first number leaves out closed days.
        """
        return len(self.stay_days(participant) & self._days_asked), len(self.open_days)

    @cached_property
    def participants(self) -> tuple[Participant, ...]:
        """Return the participants whose stay touches an open day, where closures are prorated one that is not closed."""
        return tuple(p for p in self.problem.participants if self.stay_days(p) & self._days_asked)

    @cached_property
    def _own_participant(self) -> dict[tuple[str, bool], Windows]:
        people = self.problem.participants
        return {(row.id, family): self.own_time(row, is_family=family) for row in people for family in (False, True)}

    def own_time(self, person: Participant, *, is_family: bool) -> Windows:
        """Return when a participant, or their family, has time, whether the clinic is open or not."""
        stay = Windows.of(TimeRange(day * DAY, (day + 1) * DAY) for day in self.stay_days(person))
        off = person.busy.union(self.time_off("participant", person.id))
        base = person.availability
        if is_family and person.family_availability is not None:
            base = person.family_availability
        return base.minus(off).intersection(stay)

    def participant_own(self, participant_id: str, service: Service) -> Windows:
        """Return when a participant has time for a session of a service, whether the clinic is open or not."""
        return self._own_participant[participant_id, service.kind in FAMILY_KINDS]

    @cached_property
    def _free_participant(self) -> dict[tuple[str, bool], Windows]:
        return {key: own.intersection(self.opening) for key, own in self._own_participant.items()}

    def participant_free(self, participant_id: str, service: Service) -> Windows:
        """Return when a participant may be in a session of a service."""
        return self._free_participant[participant_id, service.kind in FAMILY_KINDS]

    @cached_property
    def therapist_own(self) -> dict[str, Windows]:
        """Return when each member of staff has time, whether the clinic is open or not."""
        return {row.id: own_time_of(self, row) for row in self.problem.therapists}

    @cached_property
    def therapist_free(self) -> dict[str, Windows]:
        """Return when each member of staff may be in a session."""
        return {key: own.intersection(self.opening) for key, own in self.therapist_own.items()}

    @cached_property
    def room_own(self) -> dict[str, Windows]:
        """Return when each room is there, whether the clinic is open or not, ``NEVER`` where it has no seat."""
        return {row.id: own_time_of(self, row) for row in self.problem.rooms}

    @cached_property
    def room_free(self) -> dict[str, Windows]:
        """Return when each room may be used."""
        return {key: own.intersection(self.opening) for key, own in self.room_own.items()}

    @cached_property
    def supervised(self) -> Windows:
        """Return when a licensed supervisor is in the building, in a session or not."""
        found = NEVER
        for row in self.problem.therapists:
            if row.supervisor and row.licensed and row.modality != "telehealth":
                found = found.union(row.availability.minus(self.time_off("therapist", row.id)))
        return found

    @cached_property
    def block_ranges(self) -> tuple[TimeRange, ...]:
        """Return every block on each of its days."""
        return tuple(_ranges(self.clinic.blocks))

    @cached_property
    def evening(self) -> Windows:
        """Return the time inside blocks of the evening part."""
        return Windows.of(_ranges(block for block in self.clinic.blocks if block.part == "evening"))

    def pin_days(self, pin: Pin) -> list[int]:
        """Return the weekdays of this week on which a pin speaks: those that it names, between its dates."""
        found = []
        for day in range(7) if pin.day is None else (pin.day,):
            date = self.problem.week + timedelta(days=day)
            after = pin.from_date is None or pin.from_date <= date
            before = pin.until_date is None or date <= pin.until_date
            if after and before:
                found.append(day)
        return found

    def is_authorized(self, participant: Participant, day: int) -> bool:
        """Return whether countable sessions are authorized on a weekday of this week."""
        date = self.problem.week + timedelta(days=day)
        begun = participant.authorized_from is None or participant.authorized_from <= date
        return begun and (participant.authorized_until is None or date <= participant.authorized_until)


def _ranges(blocks: Iterable[Block]) -> Iterator[TimeRange]:
    for block in blocks:
        for day in sorted(block.days):
            yield TimeRange(day * DAY + block.start, day * DAY + block.end)


def own_time_of(terms: TimeTerms, row: Therapist | Room) -> Windows:
    """Return when a member of staff has time or a room is there, ``NEVER`` where it has no seat."""
    if isinstance(row, Room):
        free = row.availability if row.capacity > 0 else NEVER
        return free.minus(row.busy.union(terms.time_off("room", row.id)))
    return row.availability.minus(row.busy.union(terms.time_off("therapist", row.id)))
