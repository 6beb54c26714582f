"""``iopsched report``."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.export import formats_of
from iopsched.cli.options import AsJson, ClinicPath, moment_of, path_option, week_of
from iopsched.cli.reporttext import report_text
from iopsched.errors import UsageError
from iopsched.reports.reporttable import ReportKind
from iopsched.views.labels import NameMode, names_warning

if TYPE_CHECKING:
    from iopsched.export.writing import Written
    from iopsched.reports.reporttable import Reported
    from iopsched.work.reporting import ReportQuestion

EPILOG = """\b
Examples:
  iopsched report myclinic billing                 the last week that has begun
  iopsched report myclinic payroll --week 2026-11-30 --to csv,xlsx
  iopsched report myclinic payroll --from 2026-11-01 --until 2026-11-30
  iopsched report myclinic audit --at "2026-12-16 18:00"

\b
  billing         a row per participant, date, payer and code, with units
  payroll         staff by day: in sessions, on site, idle
  authorizations  days used, planned and left, what ends within 14 days
  audit           who led with which license and how many, ratio and hours
                  against the rule, as published then: --at asks of a moment

All numbers come from the last revision of each published week, with the facts
of its time (authorizations: with those of today); each row names week, revision and sessions. Participants are shown
by id unless --names says otherwise.
"""
_Kind = Annotated[ReportKind, typer.Argument(metavar="KIND", help=f"What to report: {', '.join(ReportKind)}.")]
_From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day of the period.")]
_Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="Last day of the period.")]
_Week = Annotated[
    str | None,
    typer.Option(
        "--week", metavar="DATE", help="The week of this date. Default: the last published one that has begun."
    ),
]
_At = Annotated[
    str | None, typer.Option("--at", metavar="DATETIME", help="Of audit: what was under way then. A date: that day.")
]
_Now = Annotated[
    str | None,
    typer.Option("--now", metavar="DATETIME", help="What has not ended then is still to come. Default: now."),
]
_To = Annotated[
    list[str] | None, typer.Option("--to", metavar="FORMATS", help="Also write csv, xlsx, html, with commas between.")
]
_Into = Annotated[
    Path | None, path_option("--into", "DIR", "Where --to writes. Default: reports beside the schedules.")
]
_Names = Annotated[NameMode | None, typer.Option("--names", help="How participants are shown. Default: id.")]
_Force = Annotated[bool, typer.Option("--force", help="With --to: replace also files that were changed since.")]


def report(
    clinic: ClinicPath,
    kind: _Kind,
    *,
    first: _From = None,
    last: _Until = None,
    week: _Week = None,
    at: _At = None,
    now: _Now = None,
    to: _To = None,
    into: _Into = None,
    names: _Names = None,
    force: _Force = False,
    as_json: AsJson = False,
) -> None:
    """Report published weeks to billing, payroll and auditors."""
    formats = formats_of(to) if to else []
    work.reporting.check_formats(formats)
    question = _question(clinic, kind, (first, last, week, at), now)
    talk(_period_line(question))
    found = work.reporting.report(question, names)
    written = work.reporting.write(question, formats, names, into, is_forced=force) if formats else None
    if written is not None and names in (NameMode.INITIALS, NameMode.FULL):
        talk(names_warning(names, "the files show"))
    if as_json:
        files = [str(path) for path in written.paths] if written else []
        out_json("report", {**found.facts(), "files": files})
    else:
        _tell(found, written)
    if not found.is_sound:
        raise typer.Exit(Exit.CONFLICT)


def _period_line(question: ReportQuestion) -> str:
    period = question.period
    days = f"{period.first.isoformat()} to {period.last.isoformat()}"
    if question.kind is ReportKind.AUTHORIZATIONS:
        return f"Counted from what is published of {days}."
    return f"From {days}{'' if period.is_asked else ', the last published week that has begun'}."


def _tell(found: Reported, written: Written | None) -> None:
    for line in report_text(found):
        out(line)
    for sentence in found.missing:
        talk(sentence)
    for path in written.paths if written else ():
        talk(f"Written: {path}")
    if written is None:
        talk("For a spreadsheet add --to csv,xlsx.")


def _question(
    clinic: Path, kind: ReportKind, period: tuple[str | None, str | None, str | None, str | None], now: str | None
) -> ReportQuestion:
    """Return what is asked; ``period`` are --from, --until, --week and --at."""
    first, last, week, at = period
    if sum((week is not None, first is not None or last is not None, at is not None)) > 1:
        raise UsageError("Name the period with --week, or with --from and --until, or with --at.")
    if at is not None and kind is not ReportKind.AUDIT:
        raise UsageError("--at asks of one moment, which only `report CLINIC audit` tells.")
    moment = moment_of(now)
    if week is not None:
        monday = week_of(week)
        return work.reporting.question_of(clinic, kind, moment, monday, monday + timedelta(days=6))
    if at is not None and ":" in at:
        return work.reporting.moment_asked(clinic, kind, moment, moment_of(at, "--at"))
    if at is not None:
        first = last = at
    return work.reporting.question_of(clinic, kind, moment, _date("--from", first), _date("--until", last))


def _date(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{option} {text!r} is not a date. Write one such as 2026-11-30.") from None
