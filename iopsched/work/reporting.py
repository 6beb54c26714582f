"""Reports of published weeks: what payroll, billers and auditors ask, read with the facts of the time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

from iopsched import ingest, store
from iopsched.domain.clinic import Clinic
from iopsched.domain.instants import local_moment
from iopsched.domain.names import Names
from iopsched.domain.timegrid import monday_of
from iopsched.errors import InputError, UsageError
from iopsched.export.formats import Format
from iopsched.export.heading import NAMES_WORDS
from iopsched.export.reportfiles import REPORT_FORMATS, ReportHead, report_files
from iopsched.export.writing import Written, owner_of, write_exports
from iopsched.records.presences import presences
from iopsched.records.publishedweeks import published_weeks
from iopsched.reports.auditlog import AuditScope, audit_log
from iopsched.reports.authorizations import CountedSpan, authorizations
from iopsched.reports.billing import billing
from iopsched.reports.onrecord import ChainFault, WeekOnRecord, chain_faults
from iopsched.reports.payroll import payroll
from iopsched.reports.reporttable import Reported, ReportKind
from iopsched.views.labels import Labels, NameMode
from iopsched.words.phrases import count, long_date, shown
from iopsched.work.basis import A_WEEK
from iopsched.work.clinics import timezone_of
from iopsched.work.pastweeks import PastWeeks

A_DAY = timedelta(days=1)
REPORTS = "reports"
"""The folder in which reports lie, beside the schedules."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a report is about, both inclusive; ``is_asked``: somebody named them."""

    first: date
    last: date
    is_asked: bool = True


@dataclass(frozen=True)
class ReportQuestion:
    """What a report is asked: of which clinic and days, told at which moment.

    ``at`` is the one moment that an audit is about, on the clinic's clock, None where it is about the days.
    """

    clinic: Path
    kind: ReportKind
    period: Period
    now: datetime
    at: datetime | None = None

    @cached_property
    def past(self) -> PastWeeks:
        """Return the published weeks of these days, which are read once."""
        return PastWeeks(self.clinic, self.period.first, self.period.last, self.now)


def question_of(
    clinic: Path, kind: ReportKind, now: datetime, first: date | None = None, last: date | None = None
) -> ReportQuestion:
    """Return what somebody asks: of the days named, else of the last published week that has begun.

    Of a period with one end the other is that of what is published. Authorizations are counted from the first published
    week on, whatever the first day.

    Raises
    ------
    UsageError
        If nothing is published, or the last day is before the first.
    """
    if not clinic.exists():
        raise UsageError(f"There is no clinic {clinic}.")
    weeks = sorted({entry.week for entry in store.history(store.clinic_home(clinic))})
    today = local_moment(now, timezone_of(clinic)).date()
    if kind is ReportKind.AUTHORIZATIONS:  # of all that is published: what was used before counts, too
        days = [*weeks, monday_of(today)]
        return ReportQuestion(clinic, kind, Period(min(days), last or max(days) + A_WEEK - A_DAY), now)
    if not weeks:
        raise UsageError(f"Nothing was published yet. `iopsched publish {shown(clinic)}` does it.")
    if first is None and last is None:
        monday = next((week for week in reversed(weeks) if week <= today), weeks[0])
        return ReportQuestion(clinic, kind, Period(monday, monday + A_WEEK - A_DAY, is_asked=False), now)
    first, last = first or weeks[0], last or weeks[-1] + A_WEEK - A_DAY
    if last < first:
        raise UsageError(f"The period ends on {last.isoformat()}, before it begins on {first.isoformat()}.")
    return ReportQuestion(clinic, kind, Period(first, last), now)


def moment_asked(clinic: Path, kind: ReportKind, now: datetime, at: datetime) -> ReportQuestion:
    """Return what somebody asks of one moment."""
    local = local_moment(at, timezone_of(clinic))
    question = question_of(clinic, kind, now, local.date(), local.date())
    return replace(question, at=local)


def report(question: ReportQuestion, names: NameMode | None, *, names_staff: bool = False) -> Reported:
    """Return a report; ``names`` says how participants are shown beside their ids, ``names_staff`` whether staff are named.

    Raises
    ------
    InputError
        If facts were not kept with a week, and the tables of today have faults.
    UsageError
        If nothing is published of these days, or participants would not be told at all.
    """
    if names is NameMode.NONE and question.kind is not ReportKind.PAYROLL:
        raise UsageError("A report about participants needs to name them. Ask for --names id.")
    past = question.past
    labels = _labels(question, names, names_staff=names_staff)
    if question.kind is ReportKind.AUDIT:
        return _audit(question, past, labels)
    if question.kind is ReportKind.AUTHORIZATIONS:
        return _authorizations(question, labels)
    if question.kind is ReportKind.BILLING:
        weeks = _weeks(question, past)
        return billing(weeks, past.presences(weeks), question.period.first, question.period.last, labels)
    return payroll(_weeks(question, past), question.period.first, question.period.last, labels)


def _labels(question: ReportQuestion, names: NameMode | None, *, names_staff: bool) -> Labels:
    is_asked = names in (NameMode.INITIALS, NameMode.FULL)
    known = ingest.read_names(question.clinic) if is_asked or names_staff else Names()
    return Labels(names or NameMode.ID, known, names_things=names_staff)


def _weeks(question: ReportQuestion, past: PastWeeks) -> Sequence[WeekOnRecord]:
    weeks = past.last_revisions()
    if not weeks:
        first, last = question.period.first.isoformat(), question.period.last.isoformat()
        raise UsageError(
            f"Nothing is published of {first} to {last}. `iopsched history {shown(question.clinic)}` lists what is."
        )
    return weeks


def _authorizations(question: ReportQuestion, labels: Labels) -> Reported:
    today = local_moment(question.now, timezone_of(question.clinic)).date()
    found = question.past.today(monday_of(today))
    if found.problem is None:
        raise InputError(found.issues)
    weeks = published_weeks(question.clinic, found.problem, last=question.period.last)
    span = CountedSpan(today, tuple(one.week for one in weeks), question.period.last)
    return authorizations(found.problem, presences(weeks, found.attendance, question.now), span, labels)


def _audit(question: ReportQuestion, past: PastWeeks, labels: Labels) -> Reported:
    weeks = _weeks(question, past)
    period = question.period
    scope = AuditScope(period.first, period.last, labels)
    if question.at is not None:
        moment = f"{question.at:%H:%M} on {long_date(question.at.date())}"
        scope = replace(scope, minute=past.minute_of(question.at), moment=moment)
    found = audit_log(past.in_force(question.at), past.presences(weeks).rows, scope)
    home = store.clinic_home(question.clinic)
    faults = [
        ChainFault(date.fromisoformat(row.week), row.revision, str(row.harm), row.remedy) for row in store.verify(home)
    ]
    checked = count(len(store.history(home, is_checked=False)), "revision")
    told = f"{count(len(faults), 'fault')} of the record" if faults else "all are as they were published"
    return replace(
        found,
        lines=(*found.lines, f"Checked {checked}: {told}."),
        tables=(*found.tables, chain_faults(faults)),
        missing=(
            *found.missing,
            *(f"The record is damaged: `iopsched history {shown(question.clinic)} --verify`." for _ in faults[:1]),
        ),
        is_sound=not faults,
    )


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
    found = report(question, names, names_staff=True)
    clinic, recorded = _clinic_on_record(question)
    shown_as = NAMES_WORDS[names or NameMode.ID]
    head = ReportHead(clinic.name, f"Times are clock times in {clinic.timezone}.", shown_as, recorded)
    files = report_files(found, head, formats)
    return write_exports(target, files, owner_of(clinic, home, target), is_forced=is_forced)


def _clinic_on_record(question: ReportQuestion) -> tuple[Clinic, datetime]:
    """Return the clinic as the newest revision has it, and when that was published; as of today where nothing is."""
    weeks = question.past.last_revisions()
    if weeks:
        return weeks[-1].problem.clinic, weeks[-1].publication.published
    found = question.past.today(monday_of(question.period.last))
    if found.problem is None:
        raise InputError(found.issues)
    return found.problem.clinic, datetime.combine(question.period.first, time.min)
