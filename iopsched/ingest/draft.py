"""All files of a clinic folder, read but not yet held against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from iopsched.domain.clinic import Clinic
from iopsched.domain.people import AttendanceRecord, Cover, Participant, Therapist, TimeOff, WaitlistEntry
from iopsched.domain.pins import Pin
from iopsched.domain.places import Room
from iopsched.domain.services import Group, Module, Need, Service
from iopsched.ingest.file.clinic import ClinicDraft, read_clinic
from iopsched.ingest.file.extratime import add_extra_time, with_extra_hours
from iopsched.ingest.file.facts import (
    read_attendance,
    read_cover,
    read_extra_time,
    read_need,
    read_pair,
    read_pin,
    read_time_off,
)
from iopsched.ingest.file.modules import count_modules, with_modules
from iopsched.ingest.file.offer import built_in_services, read_group, read_module, read_room, read_service
from iopsched.ingest.file.people import (
    Step,
    read_participant,
    read_step,
    read_therapist,
    read_waitlist_entry,
    take_steps,
)
from iopsched.ingest.report import At
from iopsched.ingest.row.cells import Cells, Entries, read_entries, read_entries_by_id
from iopsched.ingest.row.dates import mend_dates
from iopsched.ingest.row.lists import Lists
from iopsched.ingest.source.sources import Source
from iopsched.ingest.source.tables import TERMS, Table, read_table, services_of
from iopsched.policy import columns
from iopsched.policy.column import TableKind
from iopsched.words.wording import nearest
from iopsched.words.wordings import Wording, said

T = TypeVar("T")


@dataclass(slots=True)
class Draft:
    """What every file says, row by row, with the place of each row."""

    folder: Source
    week: date
    settings: ClinicDraft
    participants: Entries[Participant]
    therapists: Entries[Therapist]
    rooms: Entries[Room]
    services: Entries[Service]
    groups: Entries[Group]
    needs: Entries[Need]
    time_off: Entries[TimeOff]
    extra_time: Entries[TimeOff]
    covers: Entries[Cover]
    pairs: Entries[tuple[str, str]]
    together: Entries[tuple[str, str]]
    pins: Entries[Pin]
    waitlist: Entries[WaitlistEntry]
    attendance: Entries[AttendanceRecord]
    modules: Entries[Module]
    steps: Entries[Step]

    @property
    def services_in_force(self) -> tuple[Service, ...]:
        """Return the services of ``services.csv``, or the built-in ones without that file."""
        if self.services.table.exists:
            return tuple(self.services.values)
        built_in = built_in_services(self.settings.clinic)
        return with_modules(built_in, self.modules.values, self.groups.values)


def read_draft(folder: Source, week: date) -> Draft:
    """Read every file there is."""
    report = folder.report
    settings = read_clinic(folder, week)
    _tell_unknown_files(folder)
    tables = _read_tables(folder, settings)
    lists = Lists.of(tables.values(), _own_words(settings.clinic))

    def by_id(kind: TableKind, read: Callable[[Cells, str], T]) -> Entries[T]:
        return read_entries_by_id(tables[kind.file], report, read, settings.hours, lists)

    def plain(kind: TableKind, read: Callable[[Cells], T | None]) -> Entries[T]:
        return read_entries(tables[kind.file], report, read, settings.hours, lists)

    extra_time = plain(columns.EXTRA_TIME, read_extra_time)
    clinic = (settings := with_extra_hours(settings, extra_time.values)).clinic
    groups = by_id(columns.GROUPS, partial(read_group, clinic=clinic))
    services = by_id(columns.SERVICES, partial(read_service, clinic=clinic))
    if not services.table.exists:
        services.ids = {service.id: 0 for service in built_in_services(clinic)}
    modules = plain(columns.MODULES, read_module)
    count_modules(services, modules, groups)
    participants = by_id(columns.PARTICIPANTS, partial(read_participant, clinic=clinic))
    steps = plain(columns.STEPS, partial(read_step, clinic=clinic))
    waitlist = by_id(columns.WAITLIST, partial(read_waitlist_entry, clinic=clinic))
    take_steps(participants, waitlist, steps, week)
    therapists = by_id(columns.THERAPISTS, partial(read_therapist, clinic=clinic))
    rooms = by_id(columns.ROOMS, partial(read_room, clinic=clinic))
    add_extra_time(extra_time.values, week, participants, waitlist, therapists, rooms)
    return Draft(
        folder=folder,
        week=week,
        settings=settings,
        participants=participants,
        therapists=therapists,
        rooms=rooms,
        services=services,
        groups=groups,
        needs=plain(columns.NEEDS, read_need),
        time_off=plain(columns.TIME_OFF, read_time_off),
        extra_time=extra_time,
        covers=plain(columns.COVERS, read_cover),
        pairs=plain(columns.KEEP_APART, partial(read_pair, code="E-APART-SELF", word="apart")),
        together=plain(columns.KEEP_TOGETHER, partial(read_pair, code="E-TOGETHER-SELF", word="together")),
        pins=plain(columns.PINS, partial(read_pin, clinic=clinic)),
        waitlist=waitlist,
        attendance=plain(columns.ATTENDANCE, read_attendance),
        modules=modules,
        steps=steps,
    )


def _own_words(clinic: Clinic) -> dict[str, Iterable[str]]:
    """Return the words of the settings that lists may hold."""
    return {"populations": clinic.populations, "equipment": clinic.equipment}


def _read_tables(folder: Source, settings: ClinicDraft) -> dict[str, Table]:
    """Return every table by the name of its file, dates as ISO writes them."""
    groups = read_table(folder, columns.GROUPS)
    people = columns.PARTICIPANTS
    special = {
        columns.SERVICES.file: services_of(settings.clinic.populations),
        people.file: people.beside(groups.kind.file) if groups.rows or groups.lost_ids else people,
    }
    tables = {groups.kind.file: groups}
    for file in sorted(columns.TABLES, key=lambda file: file not in TERMS):  # faults of the others may repeat these
        if file not in tables:
            tables[file] = read_table(folder, special.get(file, columns.TABLES[file]))
    for table in tables.values():
        mend_dates(table, folder.report, settings.date_order)
    return tables


def _tell_unknown_files(folder: Source) -> None:
    """Warn of tables that nobody reads, which mostly are misspelled names."""
    missing = {file.partition(".")[0]: file for file in columns.CLINIC_FILES if not folder.exists(file)}
    for name, sentence, is_shown in folder.others(columns.CLINIC_FILES):
        best = nearest(name.partition(".")[0].replace("-", "_"), missing)
        hint = said("Did you mean '{}'?", Wording(missing[best], best)) if best is not None else ""
        at = At(folder.prefix + name if is_shown else folder.name)
        folder.report.tell("W-FILE-UNKNOWN", at, sentence, hint)
