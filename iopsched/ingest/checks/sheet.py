"""What checks look at: the readable rows by id, with the free time of everybody this week."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar

from iopsched.domain.clinic import Clinic
from iopsched.domain.people import Participant, Therapist, TimeOff
from iopsched.domain.places import Room
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, NEVER, TimeRange, Windows
from iopsched.ingest.draft import Draft
from iopsched.ingest.file.extratime import part_of_week
from iopsched.ingest.report import At, Report
from iopsched.ingest.row.cells import Entries, Entry
from iopsched.ingest.row.ids import LostZeros


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_HasId)
T = TypeVar("T")

_NO_DAYS: frozenset[int] = frozenset()
_DAYS = {(first, last): frozenset(range(first, last + 1)) for first in range(7) for last in range(first, 7)}


@dataclass(slots=True)
class SoundRows:
    """The rows that have no fault, by id, with their places."""

    draft: Draft
    report: Report
    week: date
    clinic: Clinic
    participants: dict[str, Entry[Participant]]
    therapists: dict[str, Entry[Therapist]]
    rooms: dict[str, Entry[Room]]
    groups: dict[str, Entry[Group]]
    services: dict[str, Service]
    service_places: dict[str, At]
    absences: dict[tuple[str, str], list[TimeOff]]
    open: Windows
    zeros: LostZeros
    free: dict[str, Windows] = field(default_factory=dict)
    _usual: dict[tuple[int, int, int, frozenset[int]], Windows] = field(default_factory=dict)

    @classmethod
    def of(cls, draft: Draft) -> SoundRows:
        """Return the readable part of a draft."""
        report, clinic = draft.folder.report, draft.settings.clinic
        sound = [entry for entry in draft.services if not report.is_spoiled(entry.at.file, entry.at.row)]
        services = {entry.value.id: entry.value for entry in sound}
        if not draft.services.table.exists:
            services = {service.id: service for service in draft.services_in_force}
        absences: dict[tuple[str, str], list[TimeOff]] = {}
        for entry in draft.time_off:
            absences.setdefault((entry.value.kind, entry.value.id), []).append(entry.value)
        return cls(
            draft=draft,
            report=report,
            week=draft.week,
            clinic=clinic,
            participants=_sound(draft.participants, report),
            therapists=_sound(draft.therapists, report),
            rooms=_sound(draft.rooms, report),
            groups=_sound(draft.groups, report),
            services=services,
            service_places={entry.value.id: entry.at for entry in sound},
            absences=absences,
            open=clinic.open.minus(part_of_week(absences.get(("clinic", ""), ()), draft.week)),
            zeros=LostZeros(report),
        )

    def tell_twice(
        self, entries: Iterable[Entry[T]], key: Callable[[T], object], code: str, says: str, do: str
    ) -> None:
        """Tell of every row that says (``Row 2 {says} already.``) the same as one before, and what to ``do``."""
        first: dict[object, int] = {}
        for entry in entries:
            row = first.setdefault(key(entry.value), entry.at.row)
            if row != entry.at.row:
                self.report.tell(code, entry.at, f"Row {row} {says} already.", do)

    def is_sound(self, at: At) -> bool:
        """Return whether a row has no error."""
        return not self.report.is_spoiled(at.file, at.row)

    def stay_days(self, person: Participant) -> frozenset[int]:
        """Return the weekdays of this week that lie inside the stay."""
        first = 0 if person.admitted is None else max((person.admitted - self.week).days, 0)
        last = 6 if person.discharged is None else min((person.discharged - self.week).days, 6)
        return _DAYS[first, last] if first <= last else _NO_DAYS

    def given_members(self) -> dict[str, list[Entry[Participant]]]:
        """Return the people of this week who are given members of each group that has any."""
        members: dict[str, list[Entry[Participant]]] = {}
        for entry in self.participants.values():
            for group_id in entry.value.group_ids if self.is_here(entry.value) else ():
                members.setdefault(group_id, []).append(entry)
        return members

    def is_here(self, person: Participant) -> bool:
        """Return whether the stay touches a weekday of this week on which anything is asked."""
        return bool(self._days_asked(person))

    def _days_asked(self, person: Participant) -> frozenset[int]:
        """Return the open weekdays of the stay, where the clinic prorates closures without closed ones."""
        days = self.open.days() if self.clinic.closures == "prorate" else self.clinic.open_days
        return self.stay_days(person) & days

    def prorated(self, person: Participant, weekly: int) -> int:
        """Return the part of a weekly number that a stay is asked for, rounded down."""
        return weekly * len(self._days_asked(person)) // max(1, len(self.clinic.open_days))

    def free_of_participant(self, person: Participant) -> Windows:
        """Return when a participant may be in a session of any kind."""
        if person.id not in self.free:
            self.free[person.id] = self.free_but_for_closures(person).intersection(self.open)
        return self.free[person.id]

    def free_but_for_closures(self, person: Participant) -> Windows:
        """Return when a participant might be in a session if the clinic kept its opening hours."""
        stay = self.stay_days(person)
        # The windows live as long as the rows, so that their identity may stand for them.
        key = (id(person.availability), id(person.family_availability), id(person.busy), stay)
        if key not in self._usual:
            days = Windows.of(TimeRange(day * DAY, (day + 1) * DAY) for day in stay)
            family = person.family_availability or NEVER
            whole = person.availability.union(family).intersection(self.clinic.open).intersection(days)
            self._usual[key] = whole.minus(person.busy)
        away = self._absent("participant", person.id)
        return self._usual[key].minus(away) if away else self._usual[key]

    def _absent(self, kind: str, own_id: str) -> Windows:
        return part_of_week(self.absences.get((kind, own_id), ()), self.week)

    def free_of_therapist(self, person: Therapist) -> Windows:
        """Return when a member of staff may be in a session."""
        whole = person.availability.intersection(self.open).minus(person.busy)
        return whole.minus(self._absent("therapist", person.id))

    def free_of_room(self, room: Room) -> Windows:
        """Return when a room may be used."""
        whole = room.availability.intersection(self.open).minus(room.busy)
        return whole.minus(self._absent("room", room.id))


def _sound(entries: Entries[R], report: Report) -> dict[str, Entry[R]]:
    return {entry.value.id: entry for entry in entries if not report.is_spoiled(entry.at.file, entry.at.row)}


def on_day(windows: Windows, day: int) -> Windows:
    """Return the part of the windows on one weekday."""
    return windows.intersection(Windows((TimeRange(day * DAY, (day + 1) * DAY),)))


def longest(windows: Windows) -> int:
    """Return the minutes of the longest window."""
    return max((item.minutes for item in windows), default=0)


def minutes_by_day(windows: Windows) -> list[int]:
    """Return the minutes on each weekday."""
    found = [0] * 7
    for item in windows:
        for day in range(item.start // DAY, (item.end - 1) // DAY + 1):
            found[day] += min(item.end, (day + 1) * DAY) - max(item.start, day * DAY)
    return found
