"""A draft that holds together becomes a :class:`Problem`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from iopsched.domain.clinic import Clinic, Payer
from iopsched.domain.people import AttendanceRecord, KeepApart, KeepTogether, Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.services import Service
from iopsched.domain.timegrid import monday_of
from iopsched.domain.whereabouts import Rows
from iopsched.errors import InputError, Issue
from iopsched.ingest.cellrows import rows_of
from iopsched.ingest.checks import run_checks
from iopsched.ingest.draft import Draft, read_draft
from iopsched.ingest.file.levels import settle
from iopsched.ingest.file.schedules import inspect_schedule
from iopsched.ingest.report import Report
from iopsched.ingest.source.kept import Facts, kept_source
from iopsched.ingest.source.opening import open_source, unwritten_source
from iopsched.ingest.source.sources import Source
from iopsched.policy.columns import GROUPS, MODULES, SERVICES, SETTINGS_FILE

OFFER_FILES = (SETTINGS_FILE, SERVICES.file, MODULES.file, GROUPS.file)
"""The files of a clinic that say how long a session of each service is, and what of it counts."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What reading a clinic folder has found.

    ``problem`` is None exactly where ``issues`` holds an error.
    ``inputs_sha256`` is over name, length and bytes of the clinic folder's
    files as they were read, sorted by name; of a workbook over its cells.
    ``rows`` says in which row of which file everything stands, ``people`` of
    which participants the warnings speak that several share, by code.
    ``attendance`` are all rows of ``attendance.csv`` that can be read, also of people who have left the tables.
    """

    problem: Problem | None
    issues: tuple[Issue, ...]
    inputs_sha256: str
    rows: Rows = field(default_factory=dict)
    people: Mapping[str, frozenset[str]] = field(default_factory=dict)
    attendance: tuple[AttendanceRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptOffer:
    """What a clinic offered when a week was published: its settings and its services, by id."""

    clinic: Clinic
    service: Mapping[str, Service]


def inspect_clinic(
    folder: Path, week: date, previous: Path | Schedule | None = None, *, is_for_solving: bool = True
) -> Inspection:
    """Read a clinic folder or workbook for the week in which the date ``week`` lies, and tell every issue at once.

    ``previous`` is the schedule against which changes are counted, or its
    folder, of whose faults and lost people is told too. Contradictions and a week in which nothing can be held forbid to solve, but
    not to look at or verify a schedule that exists: with ``is_for_solving``
    False they are warnings.
    """
    report = Report(lenient=not is_for_solving)
    if (source := open_source(folder, report)) is None:
        return Inspection(None, report.issues, hashlib.sha256().hexdigest())
    return _inspected(source, week, previous)


def inspect_unwritten(
    path: Path,
    made: bytes | Mapping[str, bytes],
    week: date,
    previous: Schedule | None = None,
    *,
    is_for_solving: bool = True,
) -> Inspection:
    """Read a workbook (its bytes) or clinic folder (its files) that is not on the disk, as :func:`inspect_clinic` would.

    ``path`` is where it would stand.
    """
    report = Report(lenient=not is_for_solving)
    if (source := unwritten_source(path, made, report)) is None:
        return Inspection(None, report.issues, hashlib.sha256().hexdigest())
    return _inspected(source, week, previous)


def inspect_kept(facts: Facts, week: date, previous: Path | Schedule | None = None) -> Inspection:
    """Read what was kept with a published week, as :func:`inspect_clinic` reads a clinic; nothing is to be solved."""
    return _inspected(kept_source(facts, Report(lenient=True)), week, previous)


def problem_kept(facts: Facts, week: date) -> Problem | None:
    """Return what :func:`inspect_kept` reads, without looking for faults, in two thirds of the time; None where there are any.

    For whoever reads years of weeks that were checked when they were published.
    """
    report = Report(lenient=True)
    draft = read_draft(kept_source(facts, report), monday_of(week))
    try:
        return None if report.has_errors else assemble(draft, None)
    except ValueError:  # a row that names none
        return None


def offer_kept(facts: Facts, week: date) -> KeptOffer:
    """Return what the clinic offered when a week was published; a tenth of the work of :func:`inspect_kept`."""
    files = {name: data for name, data in facts.files.items() if name in OFFER_FILES}
    draft = read_draft(kept_source(replace(facts, files=files), Report(lenient=True)), monday_of(week))
    return KeptOffer(draft.settings.clinic, {service.id: service for service in draft.services_in_force})


def _inspected(source: Source, week: date, previous: Path | Schedule | None) -> Inspection:
    report = source.report
    draft = read_draft(source, monday_of(week))
    named = previous if isinstance(previous, Schedule) else None
    read = _previous(previous, report) if isinstance(previous, Path) else None
    problem = run_checks(draft, read, lambda: assemble(draft, read or named))
    found = None if report.has_errors else problem
    issues = source.told(report.issues)
    attendance = () if found is None else tuple(draft.attendance.values)
    return Inspection(found, issues, source.sha256(), rows_of(draft) if found else {}, report.people, attendance)


def read_problem(folder: Path, week: date, previous: Path | None = None) -> Problem:
    """Return the problem of a clinic folder or workbook.

    Raises
    ------
    InputError
        If the folder has any error; it holds all issues, warnings too.
    """
    inspection = inspect_clinic(folder, week, previous)
    if inspection.problem is None:
        raise InputError(inspection.issues)
    return inspection.problem


def _previous(folder: Path, report: Report) -> Schedule | None:
    found = inspect_schedule(folder, prefix=f"{folder.name}/")
    report.extend(found.issues)
    return found.schedule


def assemble(draft: Draft, previous: Schedule | None) -> Problem:
    """Return the problem of a draft without errors; of one with errors, what can be made of it."""
    settings = draft.settings
    people = [*draft.participants.values, *(entry.participant for entry in draft.waitlist.values)]
    levels, keys = settle(settings.parts, settings.clinic.populations, [(p.level, p.population) for p in people])

    unknown = {person.payer for person in people if person.payer} - set(settings.clinic.payers)
    payers = {**settings.clinic.payers, **{name: Payer(name) for name in sorted(unknown)}}

    def settled(person: Participant) -> Participant:
        level = keys.get((person.level, person.population), person.level)
        return person if level == person.level else replace(person, level=level)

    return Problem(
        clinic=replace(settings.clinic, levels=levels, payers=payers),
        week=draft.week,
        services=draft.services_in_force,
        participants=tuple(map(settled, draft.participants.values)),
        therapists=tuple(draft.therapists.values),
        rooms=tuple(draft.rooms.values),
        groups=tuple(draft.groups.values),
        needs=tuple(draft.needs.values),
        time_off=tuple(sorted(draft.time_off.values, key=lambda row: (row.kind, row.id, row.start, row.end))),
        keep_apart=tuple(sorted({pair_of(draft, *pair) for pair in draft.pairs.values}, key=_pair_key)),
        keep_together=tuple(sorted({KeepTogether(min(pair), max(pair)) for pair in draft.together.values})),
        covers=tuple(
            sorted(draft.covers.values, key=lambda row: (row.therapist_id, row.covered_by, str(row.first_day)))
        ),
        pins=tuple(draft.pins.values),
        waitlist=tuple(
            sorted(
                (replace(e, participant=settled(e.participant)) for e in draft.waitlist.values),
                key=lambda e: e.participant.id,
            )
        ),
        attendance=tuple(
            sorted(
                (row for row in draft.attendance.values if row.participant_id in draft.participants.ids),
                key=lambda row: (row.date, row.participant_id, row.session_id or "", row.service_id or ""),
            )
        ),
        modules=tuple(draft.modules.values),
        previous=previous,
    )


def pair_of(draft: Draft, first: str, second: str) -> KeepApart:
    """Return two people kept apart; of two participants the lesser id comes first."""
    people = {*draft.participants.ids, *draft.waitlist.ids}
    if first in people and second in people:
        low, high = sorted((first, second))
        return KeepApart(low, other_participant_id=high)
    if first in people:
        return KeepApart(first, therapist_id=second)
    return KeepApart(second, therapist_id=first)


def _pair_key(pair: KeepApart) -> tuple[str, str, str]:
    return (pair.participant_id, pair.other_participant_id or "", pair.therapist_id or "")
