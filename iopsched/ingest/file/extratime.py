"""``extra_time.csv``: dated time that is added to windows of this week while they are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from iopsched.domain.people import Participant, Therapist, TimeOff
from iopsched.domain.places import Room
from iopsched.domain.timegrid import WEEK, TimeRange, Windows
from iopsched.ingest.file.clinic import ClinicDraft
from iopsched.ingest.row.cells import Entries, Entry


def part_of_week(rows: Iterable[TimeOff], week: date) -> Windows:
    """Return the part of the week that dated rows cover."""
    midnight = datetime.combine(week, time())

    def minute(moment: datetime) -> int:
        return min(max(int((moment - midnight).total_seconds()) // 60, 0), WEEK)

    spans = {(minute(start), minute(end)) for start, end in {(row.start, row.end) for row in rows}}
    return Windows.of(TimeRange(start, end) for start, end in spans if start < end)


def with_extra_hours(settings: ClinicDraft, rows: Iterable[TimeOff]) -> ClinicDraft:
    """Return the settings with the opening hours of the week, those that rows of kind clinic add included."""
    clinic = settings.clinic
    extra = part_of_week((row for row in rows if row.kind == "clinic"), settings.week).minus(clinic.open)
    if not extra:
        return settings
    return replace(settings, clinic=replace(clinic, open=clinic.open.union(extra), extra=extra))


def add_to_participants(entries: Entries[Participant], rows: Sequence[TimeOff], week: date) -> None:
    """Add the extra time of participants to their own windows and to those of their families."""
    for place, entry in enumerate(entries.items):
        person, extra = entry.value, _of("participant", entry.value.id, rows, week)
        if extra:
            family = person.family_availability
            person = replace(
                person,
                availability=person.availability.union(extra),
                family_availability=None if family is None else family.union(extra),
            )
            entries.items[place] = Entry(entry.at, person)


def add_to_staff(entries: Entries[Therapist], rows: Sequence[TimeOff], week: date) -> None:
    """Add the extra time of staff to their availability."""
    for place, entry in enumerate(entries.items):
        if extra := _of("therapist", entry.value.id, rows, week):
            longer = entry.value.availability.union(extra)
            entries.items[place] = Entry(entry.at, replace(entry.value, availability=longer))


def add_to_rooms(entries: Entries[Room], rows: Sequence[TimeOff], week: date) -> None:
    """Add the extra time of rooms to their availability."""
    for place, entry in enumerate(entries.items):
        if extra := _of("room", entry.value.id, rows, week):
            longer = entry.value.availability.union(extra)
            entries.items[place] = Entry(entry.at, replace(entry.value, availability=longer))


def _of(kind: str, own_id: str, rows: Iterable[TimeOff], week: date) -> Windows:
    return part_of_week((row for row in rows if (row.kind, row.id) == (kind, own_id)), week)
