"""Reports of published weeks: what payroll, billers and auditors ask, read with the facts of the time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from iopsched import ingest, store
from iopsched.domain.instants import begun
from iopsched.domain.names import Names
from iopsched.domain.publication import Publication
from iopsched.domain.timegrid import monday_of
from iopsched.errors import InputError, UsageError
from iopsched.export.formats import Format
from iopsched.export.heading import NAMES_WORDS
from iopsched.export.reportfiles import REPORT_FORMATS, ReportHead, report_files
from iopsched.export.writing import Written, owner_of, write_exports
from iopsched.reports.onrecord import WeekOnRecord
from iopsched.reports.payroll import payroll
from iopsched.reports.reporttable import Reported, ReportKind
from iopsched.views.labels import Labels, NameMode
from iopsched.words.phrases import shown
from iopsched.work.basis import A_WEEK, facts_of_time
from iopsched.work.clinics import timezone_of
from iopsched.work.weeks import inspect_week

A_DAY = timedelta(days=1)
REPORTS = "reports"
"""The folder in which reports lie, beside the schedules."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a report is about, both inclusive; ``is_asked``: somebody named them."""

    first: date
    last: date
    is_asked: bool = True


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    """What a report is asked: of which clinic and days, at which moment."""

    clinic: Path
    kind: ReportKind
    period: Period
    now: datetime


def question_of(
    clinic: Path, kind: ReportKind, now: datetime, first: date | None = None, last: date | None = None
) -> ReportQuestion:
    """Return what somebody asks: of the days named, else of the last published week that has begun.

    Of a period with one end the other is that of what is published.

    Raises
    ------
    UsageError
        If nothing is published, or the last day is before the first.
    """
    if not clinic.exists():
        raise UsageError(f"There is no clinic {clinic}.")
    weeks = sorted({entry.week for entry in store.history(store.clinic_home(clinic))})
    if not weeks:
        raise UsageError(f"Nothing was published yet. `iopsched publish {shown(clinic)}` does it.")
    if first is None and last is None:
        today = _day_of(now, clinic)
        monday = next((week for week in reversed(weeks) if week <= today), weeks[0])
        return ReportQuestion(clinic, kind, Period(monday, monday + A_WEEK - A_DAY, is_asked=False), now)
    first, last = first or weeks[0], last or weeks[-1] + A_WEEK - A_DAY
    if last < first:
        raise UsageError(f"The period ends on {last.isoformat()}, before it begins on {first.isoformat()}.")
    return ReportQuestion(clinic, kind, Period(first, last), now)


def _day_of(now: datetime, clinic: Path) -> date:
    zone = timezone_of(clinic)
    return now.astimezone(ZoneInfo(zone)).date() if zone is not None and now.tzinfo is not None else now.date()


def report(question: ReportQuestion, names: NameMode | None, *, names_staff: bool = False) -> Reported:
    """Return a report; ``names`` says how participants are shown beside their ids, ``names_staff`` whether staff are named.

    Raises
    ------
    UsageError
        If nothing is published of these days.
    """
    first, last = question.period.first, question.period.last
    weeks = on_record(question.clinic, first, last, question.now)
    if not weeks:
        raise UsageError(
            f"Nothing is published of {first.isoformat()} to {last.isoformat()}. `iopsched history "
            f"{shown(question.clinic)}` lists what is."
        )
    asked = names in (NameMode.INITIALS, NameMode.FULL)
    known = ingest.read_names(question.clinic) if asked or names_staff else Names()
    labels = Labels(names or NameMode.ID, known, names_things=names_staff)
    return payroll(weeks, first, last, labels)


def check_formats(formats: Collection[Format]) -> None:
    """Raise :class:`UsageError` where a report has none of these formats."""
    if unknown := [str(name) for name in formats if name not in REPORT_FORMATS]:
        raise UsageError(f"A report has no format {', '.join(unknown)}. Write --to {','.join(REPORT_FORMATS)}.")


def write(
    question: ReportQuestion,
    formats: Collection[Format],
    names: NameMode | None,
    target: Path | None,
    *,
    is_forced: bool,
) -> Written:
    """Write a report as files, by default into the folder ``reports`` of the clinic; staff are named as in exports.

    Raises
    ------
    ConflictError, UsageError
        If somebody changed a file that would be replaced, or the disk refuses.
    """
    home = store.clinic_home(question.clinic)
    target = target or home / REPORTS
    weeks = on_record(question.clinic, question.period.first, question.period.last, question.now)
    clinic = weeks[-1].problem.clinic
    head = ReportHead(
        clinic.name,
        f"Times are clock times in {clinic.timezone}.",
        NAMES_WORDS[names or NameMode.ID],
        max(one.publication.published for one in weeks),
    )
    files = report_files(report(question, names, names_staff=True), head, formats)
    return write_exports(target, files, owner_of(clinic, home, target), is_forced=is_forced)


def on_record(clinic: Path, first: date, last: date, now: datetime) -> tuple[WeekOnRecord, ...]:
    """Return the last revision of every published week of a period, with the facts of its time."""
    home = store.clinic_home(clinic)
    actors = {(entry.week, entry.revision): entry.actor for entry in store.history(home)}
    newest = {one.week: one for one in store.since(home, monday_of(first)) if one.week <= last}
    return tuple(_on_record(clinic, one, actors[one.week, one.revision], now) for _, one in sorted(newest.items()))


def _on_record(clinic: Path, publication: Publication, actor: str, now: datetime) -> WeekOnRecord:
    facts = facts_of_time(clinic, publication)
    found = inspect_week(clinic, publication.week, is_for_solving=False, facts=facts)
    if found.problem is None:
        raise InputError(found.issues)
    names: Names = ingest.read_names(clinic) if facts is None else ingest.kept_names(facts)
    passed = begun(publication.week, now, found.problem.clinic.timezone) or 0
    return WeekOnRecord(publication, actor, found.problem, passed, facts is not None, names.credentials)
