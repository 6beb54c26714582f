"""``iopsched week``."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.export import formats_of, lines_of
from iopsched.cli.firstline import draft_line
from iopsched.cli.interrupt import stop_on_signal
from iopsched.cli.issues import exit_of, issue_list, print_issues
from iopsched.cli.layout import calls_text
from iopsched.cli.making import Asked, Making, make, naming, tell_kept, week_asked
from iopsched.cli.options import (
    AsJson,
    ClinicPath,
    KeepOption,
    NewFolder,
    Now,
    Previous,
    Quiet,
    Seconds,
    Seed,
    Week,
    Workers,
    moment_of,
    path_option,
)
from iopsched.cli.weekreport import help_line, report
from iopsched.errors import ConflictError
from iopsched.export.formats import Format
from iopsched.files.output import EXPORTS
from iopsched.params import params_of
from iopsched.views.labels import NameMode
from iopsched.words.phrases import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from iopsched.answers.explanation import Explanation
    from iopsched.views.calls import Call
    from iopsched.work.exports import Exported

EPILOG = """\b
Examples:
  iopsched week myclinic
  iopsched week myclinic --week 2026-11-30 --time-limit 300
  iopsched week myclinic --names full --to xlsx,html,handouts,ics

The Sunday evening in one command: checks the tables, makes the week from what
is published, says what changes and for whom, and writes rosters, page and
handouts into FOLDER/exports. Nothing is published: it says which command does.

Faults of the tables stop it before the search. Ctrl-C keeps the best week so
far and leaves the exports out. Exit codes as of solve.
"""
DEFAULT = "xlsx,html,handouts"
LEAST_TO_EXPLAIN_S, LEFT_FOR_EXPORTS_S = 5.0, 3.0
_To = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="FORMATS", help=f"Which formats, with commas between. Default: {DEFAULT}."),
]
_Names = Annotated[
    NameMode | None, typer.Option("--names", help="How participants are shown. Default: id; none in calendars.")
]
_Into = Annotated[Path | None, path_option("--into", "DIR", "Where to write exports. Default: FOLDER/exports.")]


def week(
    clinic: ClinicPath,
    *,
    week: Week = None,
    folder: NewFolder = None,
    previous: Previous = None,
    now: Now = None,
    keep: KeepOption = None,
    time_limit: Seconds = None,
    seed: Seed = 0,
    workers: Workers = 0,
    to: _To = None,
    names: _Names = None,
    into: _Into = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Check, make the week, say what changes and for whom, write what is handed out."""
    formats = formats_of(to or [DEFAULT])
    params = params_of(time_limit, None, seed, workers)
    monday = week_asked(week, keep)
    asked = Asked("week", clinic, monday, folder, previous, now, params, None, as_json, quiet, keep)
    _check(asked)
    found = make(asked)
    with naming(found.made.folder):
        tell_kept(found.made)
        calls = _calls(found, asked, names)
        if not as_json:
            _tell(found, asked, calls)
        done = None if found.code is Exit.INTERRUPTED else _export(found, asked, formats, names, into)
        if as_json:
            told = {"call_list": [call.facts() for call in calls], "exports": done.facts() if done else None}
            out_json("week", {**found.made.facts(found.given.problem, found.solved), **told})
    where = f"{shown(clinic)} {shown(found.made.folder)}"
    if done is None:
        talk(f"There are no exports of it yet: iopsched export {where}")
    if found.code is Exit.UNMET:
        talk(help_line(clinic, found.made.folder))
    if found.made.published is None:
        talk(f"To make it official: iopsched publish {where}")
    raise typer.Exit(found.code)


def _check(asked: Asked) -> None:
    """List what `check` lists; faults end the command."""
    issues = work.clinics.check(asked.clinic, asked.monday, moment_of(asked.now)).issues
    code = exit_of(issues)
    if code is Exit.DONE and asked.is_quiet:
        return
    print_issues(issues, talk)
    if code is not Exit.DONE:
        talk("Nothing was written. Mend the errors, then run the command again.")
        if asked.as_json:
            found = {"week": asked.monday.isoformat(), "status": "bad_input", "issues": issue_list(issues)}
            out_json(asked.command, found)
        raise typer.Exit(code)


def _calls(found: Making, asked: Asked, names: NameMode | None) -> tuple[Call, ...]:
    """Return what differs from the published week that it was made from, person by person."""
    before = found.made.earlier.publication if found.made.earlier is not None else None
    if before is None:
        return ()
    problem, later = found.given.problem, found.solved.schedule
    moment = moment_of(asked.now)
    return work.publications.calls_since(asked.clinic, problem, before, later, moment, names or NameMode.ID)


def _tell(found: Making, asked: Asked, calls: Sequence[Call]) -> None:
    if asked.is_quiet:
        return
    out(report(found.given.problem, found.solved))
    out()
    before = found.made.earlier.publication if found.made.earlier is not None else None
    if before is not None:
        is_same = before.week == asked.monday
        since = f"revision {before.revision}" if is_same else f"the week of {before.week.isoformat()}, by weekdays"
        title = f"To be told, against {since}" if is_same else f"Different from {since}"
        out(calls_text(calls, title))
        out()
    out(f"Written to {found.made.folder}")
    if line := draft_line(found.made):
        talk(line.rstrip())


def _explained(found: Making, asked: Asked) -> Explanation | None:
    """Return why people are short and what would help, where somebody is and time is left for it."""
    left_s = asked.params.time_limit_s - (monotonic() - asked.begun) - LEFT_FOR_EXPORTS_S
    if found.code is not Exit.UNMET or left_s < LEAST_TO_EXPLAIN_S:
        return None
    now, folder = moment_of(asked.now), found.made.folder
    with stop_on_signal() as stop:
        return work.explanations.of_week(asked.clinic, folder, asked.monday, now, asked.params, left_s, stop)


def _export(
    found: Making, asked: Asked, formats: Sequence[Format], names: NameMode | None, into: Path | None
) -> Exported:
    read = work.weeks.read_week(asked.clinic, found.made.folder)
    target = into or read.folder / EXPORTS
    why = _explained(found, asked) if {Format.XLSX, Format.HTML} & set(formats) else None
    try:
        done = work.exports.export(read, target, formats, names, moment_of(None), is_forced=False, explanation=why)
    except ConflictError as error:
        raise ConflictError(f"The week is written to {found.made.folder}, its exports are not. {error}") from None
    for warning in done.warnings:
        talk(f"Warning: {warning}")
    if not asked.as_json and not asked.is_quiet:
        for line in lines_of(target, done.files):
            out(line)
    if done.disclosure:
        talk(done.disclosure)
    return done
