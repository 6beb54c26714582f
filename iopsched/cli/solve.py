"""``iopsched solve``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iopsched.cli.console import out, out_json, talk, width
from iopsched.cli.exits import Exit
from iopsched.cli.firstline import draft_line
from iopsched.cli.layout import week_text
from iopsched.cli.making import Asked, Making, make, naming, tell_kept, week_asked
from iopsched.cli.options import (
    AsJson,
    ClinicPath,
    Effort,
    KeepOption,
    NewFolder,
    Now,
    Previous,
    Quiet,
    Seconds,
    Seed,
    Week,
    Workers,
    path_option,
)
from iopsched.cli.weekreport import next_steps, report, stale_entries
from iopsched.errors import UsageError
from iopsched.params import params_of
from iopsched.views.labels import Labels
from iopsched.views.sessions import session_rows

EPILOG = """\b
Examples:
  iopsched solve myclinic --week 2026-11-30
  iopsched solve myclinic --week 2026-11-30 --time-limit 300 --show
  iopsched solve myclinic --previous none            (as if nothing was published)
  iopsched solve myclinic --now 2026-12-02T10:00     (what began before stays)
  iopsched solve myclinic --keep myclinic/schedules/2026-11-30:A1-1,A1-2
                                  (these as I edited them, the rest anew)
  iopsched solve myclinic --workers 1 --deterministic-limit 60       (repeatable)
  iopsched solve myclinic --trace search.jsonl       (each goal over time)

Goals, in strict order: unmet need, worst off, people short, people with
changes, appointments changed, preferences, workload, cost. Ctrl-C keeps the
best schedule so far.

As little as possible changes of the earlier week: the last published revision
of this week, else of the week before. A published week is never replaced: the
new one is written beside it as the draft of the next revision, 2026-11-30.r2.

Exit code 0 if all needs are met, 4 if not, 5 if pins contradict the rules, 6
if no schedule was found in time, 130 if interrupted.
"""
_TraceFile = Annotated[
    Path | None,
    path_option(
        "--trace", "FILE", "Write each goal's value and best possible value over time: a JSON object a line, no ids."
    ),
]
_Show = Annotated[bool, typer.Option("--show", help="Print the week when it is made.")]


def solve(
    clinic: ClinicPath,
    *,
    week: Week = None,
    folder: NewFolder = None,
    previous: Previous = None,
    now: Now = None,
    keep: KeepOption = None,
    time_limit: Seconds = None,
    deterministic_limit: Effort = None,
    seed: Seed = 0,
    workers: Workers = 0,
    trace: _TraceFile = None,
    show: _Show = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make the week: check the input, search, verify, write its files."""
    if show and as_json:
        raise UsageError("--show and --json both print to stdout. Choose one.")
    params = params_of(time_limit, deterministic_limit, seed, workers)
    monday = week_asked(week, keep)
    asked = Asked("solve", clinic, monday, folder, previous, now, params, trace, as_json, quiet, keep)
    found = make(asked)
    with naming(found.made.folder):
        tell_kept(found.made)
        if as_json:
            out_json("solve", found.made.facts(found.given.problem, found.solved))
        else:
            _tell(found, asked, show=show)
    raise typer.Exit(found.code)


def _tell(found: Making, asked: Asked, *, show: bool) -> None:
    if show:
        out(week_text(session_rows(found.given.problem, found.solved.schedule, Labels()), width()) + "\n")
    if not asked.is_quiet:
        out(report(found.given.problem, found.solved))
        out(f"\nWritten to {found.made.folder}")
        again = "" if found.solved.is_optimal else asked.again
        steps = next_steps(asked.clinic, found.made.folder, again, is_short=found.code is Exit.UNMET)
        talk(draft_line(found.made) + stale_entries(found.made.folder) + steps)
