"""``iopsched solve``."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from iopsched.cli.console import out, out_json, talk, width
from iopsched.cli.exits import Exit
from iopsched.cli.interrupt import stop_on_signal
from iopsched.cli.issues import exit_of, issue_list, print_issues, totals
from iopsched.cli.options import AsJson, ClinicPath, Week, odd_week, week_of
from iopsched.cli.places import default_folder, warn_of_place
from iopsched.cli.progress import ProgressLine
from iopsched.cli.report import contradiction, next_steps, report, stale_entries
from iopsched.cli.trace import Trace
from iopsched.domain.outcome import Infeasible, Outcome, OutOfTime, Solved
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.errors import Issue, UsageError
from iopsched.params import OnProgress, Progress, SolveParams
from iopsched.words.phrases import shown

if TYPE_CHECKING:
    from iopsched.work.weeks import Earlier

EPILOG = """\b
Examples:
  iopsched solve myclinic --week 2026-11-30
  iopsched solve myclinic --week 2026-11-30 --time-limit 300 --show
  iopsched solve myclinic --previous myclinic/schedules/2026-11-23   (few changes)
  iopsched solve myclinic --workers 1 --deterministic-limit 60       (repeatable)
  iopsched solve myclinic --trace search.jsonl       (value and bound over time)

Goals, in strict order: unmet need, people short, changes, preferences,
workload, cost. Ctrl-C keeps the best schedule so far.

Exit code 0 if all needs are met, 4 if not, 5 if pins contradict the rules, 6
if no schedule was found in time, 130 if interrupted.
"""
_Folder = Annotated[
    Path | None, typer.Option("--out", "-o", metavar="FOLDER", help="Where to write. Default: CLINIC/schedules/MONDAY.")
]
_Previous = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="An earlier schedule, from which as little as possible changes.")
]
DEFAULT_LIMIT_S = 60.0
# What starting Python, importing the solver, one late stop, the last check and writing take.
OUTSIDE_S = 3.0
# Beside a deterministic limit the clock must not decide, or the same command would end differently on a busy machine.
BACKSTOP_LIMIT_S = 3600.0
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
    typer.Option(metavar="FILE", help="Write each goal's value and bound over time: a JSON object a line, no ids."),
]
_Show = Annotated[bool, typer.Option("--show", help="Print the week when it is made.")]
_Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]


def solve(
    clinic: ClinicPath,
    *,
    week: Week = None,
    folder: _Folder = None,
    previous: _Previous = None,
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
    from iopsched.work.weeks import earlier_of  # noqa: PLC0415 - keeps --help quick

    started = monotonic()
    monday = week_of(week)
    if not quiet and (odd := odd_week(monday)):
        talk(odd)
    params = _params(time_limit, deterministic_limit, seed, workers)
    if show and as_json:
        raise UsageError("--show and --json both print to stdout. Choose one.")
    problem, inputs = _problem(clinic, monday, previous, as_json=as_json, is_quiet=quiet)
    earlier = earlier_of(clinic, previous)
    target = folder or default_folder(clinic, monday)
    _prepare(target, is_quiet=quiet)
    published = _published(clinic, target)
    kept: Path | None = None
    _load()
    with stop_on_signal() as stop:
        outcome = _search(problem, _less_the_rest(params, started), stop, trace, is_quiet=quiet)
        if isinstance(outcome, Solved):
            kept = _write(target, problem, outcome, params, inputs, earlier, published)
    match outcome:
        case Solved():
            again = _again(clinic, monday, folder, previous)
            try:
                _tell(clinic, target, problem, outcome, kept, again, as_json=as_json, show=show, is_quiet=quiet)
            except KeyboardInterrupt:
                talk(f"Interrupted; the week is written to {target}.")
                raise typer.Exit(Exit.INTERRUPTED) from None
            except UsageError as error:  # nobody can be told: a full disk behind standard output
                raise UsageError(f"{error} The week is written to {target}.") from None
            raise typer.Exit(Exit.INTERRUPTED if stop.is_set() else _code(outcome))
        case Infeasible():
            _fail("contradiction", contradiction(outcome), problem, as_json=as_json)
            raise typer.Exit(Exit.CONTRADICTION)
        case OutOfTime(was_interrupted=True):
            _fail(
                "interrupted", "Interrupted before there was a schedule; nothing was written.", problem, as_json=as_json
            )
            raise typer.Exit(Exit.INTERRUPTED)
        case OutOfTime():
            sentence = (
                f"No schedule was found in {params.time_limit_s:g} seconds; nothing was written. "
                "That does not mean that there is none: try a longer --time-limit."
            )
            _fail("out_of_time", sentence, problem, as_json=as_json)
            raise typer.Exit(Exit.OUT_OF_TIME)
        case _:
            assert_never(outcome)


def _params(time_limit: float | None, deterministic_limit: float | None, seed: int, workers: int) -> SolveParams:
    if time_limit is None:
        time_limit = DEFAULT_LIMIT_S if deterministic_limit is None else BACKSTOP_LIMIT_S
    try:
        return SolveParams(time_limit, deterministic_limit, seed, workers)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _again(clinic: Path, monday: date, folder: Path | None, previous: Path | None) -> str:
    """Return the command that searches longer for the same week."""
    options = [f" --out {shown(folder)}"] if folder else []
    options += [f" --previous {shown(previous)}"] if previous else []
    return f"iopsched solve {shown(clinic)} --week {monday.isoformat()}{''.join(options)} --time-limit 300"


def _less_the_rest(params: SolveParams, started: float) -> SolveParams:
    """Return the parameters with the time that start, reading, checking and writing take off the time limit."""
    if params.deterministic_limit is not None:
        return params
    left = params.time_limit_s - (monotonic() - started) - OUTSIDE_S
    return replace(params, time_limit_s=max(left, params.time_limit_s / 5))


def _problem(
    clinic: Path, monday: date, previous: Path | None, *, as_json: bool, is_quiet: bool
) -> tuple[Problem, str]:
    """Return the problem and the hash of what it was read from; with faults nothing goes on."""
    from iopsched.work.weeks import inspect_week  # noqa: PLC0415 - keeps --help quick

    found = inspect_week(clinic, monday, previous)
    code = exit_of(found.issues)
    if code is not Exit.DONE or found.problem is None:
        print_issues(found.issues, talk)
        talk("Nothing was written.")
        if as_json:
            out_json("solve", {"week": monday.isoformat(), "status": "bad_input", "issues": issue_list(found.issues)})
        raise typer.Exit(code or Exit.BAD_INPUT)
    if not is_quiet:
        _hint(clinic, found.problem, found.issues, previous)
    return found.problem, found.inputs_sha256


def _hint(clinic: Path, problem: Problem, issues: tuple[Issue, ...], previous: Path | None) -> None:
    """Say how many warnings `check` would list, and the warnings about the previous week, which it never sees."""
    from iopsched.why.outlook import unmeetable_needs  # noqa: PLC0415 - keeps --help quick

    others = [issue for issue in issues if previous and issue.file.startswith(f"{previous.name}/")]
    own = [issue for issue in (*issues, *unmeetable_needs(problem)) if issue not in others]
    if own:
        command = f"iopsched check {shown(clinic)} --week {problem.week.isoformat()}"
        talk(f"The input has {totals(own)} `{command}` lists them.")
    if others:
        print_issues(others, talk)


def _prepare(target: Path, *, is_quiet: bool) -> None:
    from iopsched.files.output import check_target  # noqa: PLC0415 - keeps --help quick

    check_target(target)
    if not is_quiet:
        warn_of_place(target)


def _load() -> None:
    """Load what searching and writing take, while an interrupt still ends the command at once."""
    import iopsched.cli.keep  # noqa: PLC0415
    import iopsched.files.output  # noqa: PLC0415
    import iopsched.search  # noqa: F401, PLC0415


def _search(
    problem: Problem, params: SolveParams, stop: threading.Event, trace: Path | None, *, is_quiet: bool
) -> Outcome:
    with ExitStack() as stack:
        listeners: list[OnProgress] = []
        if trace is not None:
            listeners.append(stack.enter_context(Trace(trace)))
        # last in, first out: the line is wiped before the trace may have to say that it is not complete
        listeners.append(stack.enter_context(ProgressLine(is_quiet=is_quiet)))

        def tell(news: Progress) -> None:
            for listener in listeners:
                listener(news)

        from iopsched.search import solve as search  # noqa: PLC0415 - keeps --help quick

        return search(problem, params, on_progress=tell, stop=stop)


def _published(clinic: Path, target: Path) -> Publication | None:
    from iopsched.cli.keep import published_in  # noqa: PLC0415 - keeps --help quick

    return published_in(clinic, target)


def _write(
    target: Path,
    problem: Problem,
    solved: Solved,
    params: SolveParams,
    inputs: str,
    earlier: Earlier | None,
    published: Publication | None,
) -> Path | None:
    """Write the files; return where the week that was there is kept, if it is, and say so."""
    from iopsched.cli.keep import why_kept  # noqa: PLC0415 - keeps --help quick
    from iopsched.work.keeping import write_week  # noqa: PLC0415 - keeps --help quick

    found = write_week(target, problem, solved, params, inputs, earlier, published)
    if found is None:
        return None
    kept = found.folder
    kept = target.with_name(kept.name) if target.name == kept.name.rpartition(".before-")[0] else kept
    talk(f"The week that was there {why_kept(found.why)}; it is kept in {kept}.")
    if published is not None and problem.previous is None:
        talk(f"To change as little as possible of it, solve again with --previous {shown(kept)}.")
    return kept


def _code(solved: Solved) -> Exit:
    if solved.was_interrupted:
        return Exit.INTERRUPTED
    return Exit.UNMET if any(row.minutes for row in solved.unmet) else Exit.DONE


def _tell(
    clinic: Path,
    target: Path,
    problem: Problem,
    solved: Solved,
    kept: Path | None,
    again: str,
    *,
    as_json: bool,
    show: bool,
    is_quiet: bool,
) -> None:
    if as_json:
        from iopsched.files.output import goal_list, unmet_list  # noqa: PLC0415 - keeps --help quick

        status = "optimal" if solved.is_optimal else "feasible"
        content = {"week": problem.week.isoformat(), "status": status, "interrupted": solved.was_interrupted}
        rest = {"repeatable": solved.is_repeatable, "goals": goal_list(solved), "unmet": unmet_list(solved)}
        places = {"folder": str(target), "kept": str(kept) if kept else None}
        out_json("solve", {**content, **rest, **places, "seconds": round(solved.seconds, 3)})
        return
    if show:
        from iopsched.cli.layout import week_text  # noqa: PLC0415 - keeps --help quick
        from iopsched.views.labels import Labels  # noqa: PLC0415 - keeps --help quick
        from iopsched.views.sessions import session_rows  # noqa: PLC0415 - keeps --help quick

        out(week_text(session_rows(problem, solved.schedule, Labels()), width()) + "\n")
    if not is_quiet:
        out(report(problem, solved))
        out(f"\nWritten to {target}")
        talk(stale_entries(target) + next_steps(clinic, target, "" if solved.is_optimal else again))


def _fail(status: str, sentence: str, problem: Problem, *, as_json: bool) -> None:
    talk(sentence)
    if as_json:
        out_json("solve", {"week": problem.week.isoformat(), "status": status, "message": sentence})
