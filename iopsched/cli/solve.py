"""``iopsched solve``."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk, width
from iopsched.cli.exits import Exit
from iopsched.cli.firstline import draft_line, earlier_line
from iopsched.cli.interrupt import stop_on_signal
from iopsched.cli.issues import exit_of, issue_list, print_issues, totals
from iopsched.cli.layout import week_text
from iopsched.cli.options import AsJson, ClinicPath, Now, Previous, Week, moment_of, odd_week, path_option, week_of
from iopsched.cli.places import warn_of_place
from iopsched.cli.progress import listening
from iopsched.cli.report import contradiction, next_steps, report, stale_entries
from iopsched.domain.outcome import GoalId, Infeasible, OutOfTime, Solved
from iopsched.errors import InputError, UsageError
from iopsched.files.output import check_target
from iopsched.params import SolveParams, params_of
from iopsched.views.labels import Labels
from iopsched.views.sessions import session_rows
from iopsched.words.phrases import shown

if TYPE_CHECKING:
    from iopsched.work.clinics import ClinicInput
    from iopsched.work.solving import Made

EPILOG = """\b
Examples:
  iopsched solve myclinic --week 2026-11-30
  iopsched solve myclinic --week 2026-11-30 --time-limit 300 --show
  iopsched solve myclinic --previous none            (as if nothing was published)
  iopsched solve myclinic --now 2026-12-02T10:00     (what began before stays)
  iopsched solve myclinic --workers 1 --deterministic-limit 60       (repeatable)
  iopsched solve myclinic --trace search.jsonl       (each goal over time)

Goals, in strict order: unmet need, people short, changes, preferences,
workload, cost. Ctrl-C keeps the best schedule so far.

As little as possible changes of the earlier week: the last published revision
of this week, else of the week before. A published week is never replaced: the
new one is written beside it as the draft of the next revision, 2026-11-30.r2.

Exit code 0 if all needs are met, 4 if not, 5 if pins contradict the rules, 6
if no schedule was found in time, 130 if interrupted.
"""
_Folder = Annotated[
    Path | None,
    path_option("--out -o", "FOLDER", "Where to write. Default: CLINIC/schedules/MONDAY, or the draft beside it."),
]
# What starting Python, importing the solver, one late stop, the last check and writing take.
OUTSIDE_S = 3.0
_Seconds = Annotated[
    float | None,
    typer.Option(metavar="S", help="Seconds for the whole command. Default: 60, or 3600 with --deterministic-limit."),
]
_Effort = Annotated[
    float | None,
    typer.Option(metavar="S", help="Search effort in seconds of one undisturbed core; repeatable with --workers 1."),
]
_Seed = Annotated[int, typer.Option(metavar="N", help="Another seed searches in another order.")]
_Workers = Annotated[int, typer.Option(metavar="N", help="Search threads; 0 = all cores, 1 = repeatable.")]
_TraceFile = Annotated[
    Path | None,
    path_option(
        "--trace", "FILE", "Write each goal's value and best possible value over time: a JSON object a line, no ids."
    ),
]
_Show = Annotated[bool, typer.Option("--show", help="Print the week when it is made.")]
_Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]


def solve(
    clinic: ClinicPath,
    *,
    week: Week = None,
    folder: _Folder = None,
    previous: Previous = None,
    now: Now = None,
    time_limit: _Seconds = None,
    deterministic_limit: _Effort = None,
    seed: _Seed = 0,
    workers: _Workers = 0,
    trace: _TraceFile = None,
    show: _Show = False,
    as_json: AsJson = False,
    quiet: _Quiet = False,
) -> None:
    """Make the week: check the input, search, verify, write its files."""
    started = monotonic()
    monday = week_of(week)
    moment = moment_of(now)
    params = params_of(time_limit, deterministic_limit, seed, workers)
    if show and as_json:
        raise UsageError("--show and --json both print to stdout. Choose one.")
    given = _read(clinic, monday, previous, moment, as_json=as_json)
    if not quiet:
        talk(earlier_line(given, previous, now))
    target = work.drafts.target_of(clinic, monday, folder)
    _prepare(clinic, given, previous, target, is_quiet=quiet)
    make_week = work.solving.make_week  # loads the solver while an interrupt still ends the command at once
    with stop_on_signal() as stop, listening(trace, is_quiet=quiet) as tell:
        made = make_week(given, target, _less_the_rest(params, started), tell, stop)
    if not isinstance(made.outcome, Solved):
        raise typer.Exit(_fail(made.outcome, params, monday, as_json=as_json))
    again = (
        ""
        if made.outcome.is_optimal
        else _again(clinic, monday, {"--out": folder, "--previous": previous, "--now": now})
    )
    with _naming(target):
        _tell_kept(made)
        if as_json:
            out_json("solve", made.facts(made.outcome))
        else:
            _tell(clinic, given, made, made.outcome, again, show=show, is_quiet=quiet)
    raise typer.Exit(Exit.INTERRUPTED if stop.is_set() else _code(made.outcome))


def _read(clinic: Path, monday: date, previous: Path | None, moment: datetime, *, as_json: bool) -> ClinicInput:
    """Return the clinic as it is read; with faults nothing goes on."""
    try:
        return work.clinics.read_clinic(clinic, monday, previous, moment)
    except InputError as error:
        if odd := odd_week(monday):
            talk(odd)
        print_issues(error.issues, talk)
        talk("Nothing was written.")
        if as_json:
            out_json("solve", {"week": monday.isoformat(), "status": "bad_input", "issues": issue_list(error.issues)})
        raise typer.Exit(exit_of(error.issues)) from None


def _prepare(clinic: Path, given: ClinicInput, previous: Path | None, target: Path, *, is_quiet: bool) -> None:
    """Say what there is to know of input and target, and refuse a target that cannot be written."""
    if not is_quiet:
        if odd := odd_week(given.week):
            talk(odd)
        _hint(clinic, given, previous)
    check_target(target)
    if not is_quiet:
        warn_of_place(target)


@contextlib.contextmanager
def _naming(target: Path) -> Iterator[None]:
    """Say where the week is written also where telling it fails or is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        talk(f"Interrupted; the week is written to {target}.")
        raise typer.Exit(Exit.INTERRUPTED) from None
    except UsageError as error:  # nobody can be told: a full disk behind standard output
        raise UsageError(f"{error} The week is written to {target}.") from None


def _hint(clinic: Path, given: ClinicInput, previous: Path | None) -> None:
    """Say how many warnings `check` would list, and the warnings about the previous week, which it never sees."""
    others = [issue for issue in given.issues if previous and issue.file.startswith(f"{previous.name}/")]
    own = [issue for issue in given.warnings if issue not in others]
    if own:
        command = f"iopsched check {shown(clinic)} --week {given.week.isoformat()}"
        talk(f"The input has {totals(own)} `{command}` lists them.")
    if others:
        print_issues(others, talk)


def _less_the_rest(params: SolveParams, started: float) -> SolveParams:
    """Return the parameters with the time that start, reading, checking and writing take off the time limit."""
    if params.deterministic_limit is not None:
        return params
    left = params.time_limit_s - (monotonic() - started) - OUTSIDE_S
    return replace(params, time_limit_s=max(left, params.time_limit_s / 5))


def _tell_kept(made: Made) -> None:
    """Say where the week that was there is kept, if it is."""
    if made.kept is not None and made.kept_in is not None:
        talk(f"The week that was there {made.kept.why}; it is kept in {made.kept_in}.")


def _again(clinic: Path, monday: date, given: Mapping[str, Path | str | None]) -> str:
    """Return the command that searches longer for the same week, with the options that were given."""
    options = [f" {name} {shown(Path(value))}" for name, value in given.items() if value is not None]
    return f"iopsched solve {shown(clinic)} --week {monday.isoformat()}{''.join(options)} --time-limit 300"


def _tell(
    clinic: Path, given: ClinicInput, made: Made, solved: Solved, again: str, *, show: bool, is_quiet: bool
) -> None:
    if show:
        out(week_text(session_rows(given.problem, solved.schedule, Labels()), width()) + "\n")
    if not is_quiet:
        out(report(given.problem, solved))
        out(f"\nWritten to {made.folder}")
        talk(draft_line(made) + stale_entries(made.folder) + next_steps(clinic, made.folder, again))


def _code(solved: Solved) -> Exit:
    if solved.was_interrupted:
        return Exit.INTERRUPTED
    return Exit.UNMET if any(goal.value for goal in solved.goals if goal.name is GoalId.UNMET_NEED) else Exit.DONE


def _fail(outcome: Infeasible | OutOfTime, params: SolveParams, monday: date, *, as_json: bool) -> Exit:
    """Say why there is no week; return the exit code."""
    if isinstance(outcome, Infeasible):
        code, status, sentence = Exit.CONTRADICTION, "contradiction", contradiction(outcome)
    elif outcome.was_interrupted:
        sentence = "Interrupted before there was a schedule; nothing was written."
        code, status = Exit.INTERRUPTED, "interrupted"
    else:
        sentence = (
            f"No schedule was found in {params.time_limit_s:g} seconds; nothing was written. "
            "That does not mean that there is none: try a longer --time-limit."
        )
        code, status = Exit.OUT_OF_TIME, "out_of_time"
    talk(sentence)
    if as_json:
        out_json("solve", {"week": monday.isoformat(), "status": status, "message": sentence})
    return code
