"""``extra_time.csv``: dated time that is added to windows of this week while they are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from iopsched.domain.people import Participant, Therapist, TimeOff, WaitlistEntry
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


def add_extra_time(
    rows: Sequence[TimeOff],
    week: date,
    participants: Entries[Participant],
    waitlist: Entries[WaitlistEntry],
    therapists: Entries[Therapist],
    rooms: Entries[Room],
) -> None:
    """Add the extra time of people and rooms to their availability, of participants and referrals to that of the family as well."""

    def of(kind: str, own_id: str) -> Windows:
        return part_of_week((row for row in rows if (row.kind, row.id) == (kind, own_id)), week)

    for place, person in enumerate(participants.items):
        if extra := of("participant", person.value.id):
            participants.items[place] = Entry(person.at, _longer_for_family(person.value, extra))
    for place, entry in enumerate(waitlist.items):
        if extra := of("participant", entry.value.participant.id):
            longer = _longer_for_family(entry.value.participant, extra)
            waitlist.items[place] = Entry(entry.at, replace(entry.value, participant=longer))
    for place, worker in enumerate(therapists.items):
        if extra := of("therapist", worker.value.id):
            therapists.items[place] = Entry(
                worker.at, replace(worker.value, availability=worker.value.availability.union(extra))
            )
    for place, room in enumerate(rooms.items):
        if extra := of("room", room.value.id):
            rooms.items[place] = Entry(room.at, replace(room.value, availability=room.value.availability.union(extra)))


def _longer_for_family(person: Participant, extra: Windows) -> Participant:
    family = person.family_availability
    return replace(
        person,
        availability=person.availability.union(extra),
        family_availability=None if family is None else family.union(extra),
    )
