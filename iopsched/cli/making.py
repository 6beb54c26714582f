"""Making a week for a command: the clinic is read, the search is watched and may be stopped, what fails is told."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from time import monotonic, process_time
from typing import TYPE_CHECKING

import typer

from iopsched import work
from iopsched.cli.console import out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.firstline import earlier_line
from iopsched.cli.interrupt import is_whole_process, stop_on_signal
from iopsched.cli.issues import exit_of, issue_list, print_issues, totals
from iopsched.cli.options import moment_of, odd_week, week_of
from iopsched.cli.places import warn_of_place
from iopsched.cli.progress import listening
from iopsched.cli.trace import seconds_since_start
from iopsched.cli.weekreport import contradiction
from iopsched.domain.outcome import GoalId, Infeasible, OutOfTime, Solved
from iopsched.errors import InputError, UsageError
from iopsched.files.output import check_target
from iopsched.params import SolveParams
from iopsched.preparing import prepare_search
from iopsched.repairs.happeningwords import in_words
from iopsched.views.broken import violation_facts, violation_line
from iopsched.words.phrases import count, shown

if TYPE_CHECKING:
    from iopsched.work.clinics import ClinicInput
    from iopsched.work.solving import Made

# Seconds of processor that the end of a command takes: a solver's late stop, the last check, and writing, which takes
# about as long as part of what reading took.
END_CPU_S = 0.3
END_PER_READING = 0.5
LEAST_SEARCH_S = 0.05
LEAST_LONGER_S = 300.0


def started() -> float:
    """Return the monotonic clock's second at which the command began: its process, where that runs nothing else."""
    return monotonic() - (seconds_since_start() if is_whole_process() else 0.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked of a week, as it was written; ``command`` asks it, ``begun`` is the clock's second."""

    command: str
    clinic: Path
    monday: date
    folder: Path | None
    previous: Path | None
    now: str | None
    params: SolveParams
    trace: Path | None
    as_json: bool
    is_quiet: bool
    keep: str | None = None
    begun: float = field(default_factory=started)

    @property
    def again(self) -> str:
        """Return the command that searches longer for the same week, with the options that were given."""
        given = {"--out": self.folder, "--previous": self.previous, "--now": self.now}
        options = [f"{name} {shown(Path(value))}" for name, value in given.items() if value is not None]
        options += [f"--keep {shown(Path(self.keep))}"] if self.keep is not None else []
        numbers = {"--seed": self.params.seed, "--workers": self.params.workers, **self._longer}
        options += [f"{name} {value:.12g}" for name, value in numbers.items() if value]
        return " ".join((f"iopsched {self.command} {shown(self.clinic)} --week {self.monday.isoformat()}", *options))

    @property
    def _longer(self) -> dict[str, float]:
        """Return the limit of a longer search: twice the one before, and 300 seconds at least."""
        if self.params.deterministic_limit is not None:
            return {"--deterministic-limit": 2 * self.params.deterministic_limit}
        return {"--time-limit": max(LEAST_LONGER_S, 2 * self.params.time_limit_s)}


@dataclass(frozen=True, slots=True)
class Making:
    """A week that was made and written, from what it was made, and the exit code that it asks for."""

    given: ClinicInput
    made: Made
    solved: Solved
    code: Exit


def week_asked(week: str | None, keep: str | None) -> date:
    """Return the Monday of the week that is asked for: without ``--week`` that of the sessions to keep, if there are any."""
    if keep is None or week is not None:
        return week_of(week)
    try:
        return work.holding.week_kept(work.holding.keep_of(keep))
    except InputError as error:
        print_issues(error.issues, talk)
        raise typer.Exit(Exit.BAD_INPUT) from None


def make(asked: Asked) -> Making:
    """Make and write a week; where there is none, say why and end the command."""
    moment_of(asked.now)  # a slip there is told before anything is read
    reading = process_time()
    given = _read(asked)
    reading_s = process_time() - reading
    target = work.drafts.target_of(asked.clinic, asked.monday, asked.folder)
    _prepare(asked, given, target)
    prepare_search()  # while an interrupt still ends the command at once
    make_week = work.solving.make_week
    with stop_on_signal() as stop, listening(asked.trace, is_quiet=asked.is_quiet) as tell:
        params = less_the_rest(asked.params, monotonic() - asked.begun, process_time(), reading_s)
        made = make_week(given, target, params, tell, stop)
    if not isinstance(made.outcome, Solved):
        raise typer.Exit(_fail(made.outcome, asked))
    return Making(given, made, made.outcome, Exit.INTERRUPTED if stop.is_set() else _code(made.outcome))


def _read(asked: Asked) -> ClinicInput:
    """Return the clinic as it is read; with faults nothing goes on."""
    try:
        given = work.clinics.read_clinic(asked.clinic, asked.monday, asked.previous, moment_of(asked.now))
        return given if asked.keep is None else _holding(given, asked)
    except InputError as error:
        if odd := odd_week(asked.monday):
            talk(odd)
        print_issues(error.issues, talk)
        talk("Nothing was written.")
        if asked.as_json:
            found = {"week": asked.monday.isoformat(), "status": "bad_input", "issues": issue_list(error.issues)}
            out_json(asked.command, found)
        raise typer.Exit(exit_of(error.issues)) from None


def _holding(given: ClinicInput, asked: Asked) -> ClinicInput:
    """Return the clinic with the sessions that are to be kept; where they break rules by themselves, say which and end."""
    try:
        return work.holding.holding(given, work.holding.keep_of(asked.keep or ""))
    except work.holding.KeptSessionsError as error:
        for row in error.violations:
            talk(violation_line(row))
        talk(str(error))
        if asked.as_json:
            told = {"week": asked.monday.isoformat(), "status": "contradiction", "message": str(error)}
            out_json(asked.command, {**told, "violations": violation_facts(error.violations)})
        raise typer.Exit(Exit.CONTRADICTION) from None


def _prepare(asked: Asked, given: ClinicInput, target: Path) -> None:
    """Say what there is to know of input and target, and refuse a target that cannot be written."""
    if not asked.is_quiet:
        talk(earlier_line(given, asked.previous, asked.now))
        if asked.keep is not None:
            kept = count(len(given.problem.kept), "session")
            talk(f"Held as {'it stands' if len(given.problem.kept) == 1 else 'they stand'}: {kept} of {asked.keep}.")
        if odd := odd_week(given.week):
            talk(odd)
        _hint(asked, given)
        for one in work.recording.forgotten(given):
            talk(
                f"Warning: the published week knows that {in_words(one)}; the clinic's tables do not, and so this week does not. "
                f"`iopsched repair {shown(asked.clinic)} --record` writes it there."
            )
    check_target(target)
    if not asked.is_quiet:
        warn_of_place(target)


@contextlib.contextmanager
def naming(target: Path) -> Iterator[None]:
    """Say where the week is written also where telling it fails or is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        talk(f"Interrupted; the week is written to {target}.")
        raise typer.Exit(Exit.INTERRUPTED) from None
    except UsageError as error:  # nobody can be told: a full disk behind standard output
        raise UsageError(f"{error} The week is written to {target}.") from None


def _hint(asked: Asked, given: ClinicInput) -> None:
    """Say how many warnings `check` would list, and the warnings about the previous week, which it never sees."""
    previous = asked.previous
    others = [issue for issue in given.issues if previous and issue.file.startswith(f"{previous.name}/")]
    own = [issue for issue in given.warnings if issue not in others]
    if own and asked.command == "solve":  # week has listed them
        command = f"iopsched check {shown(asked.clinic)} --week {given.week.isoformat()}"
        talk(f"The input has {totals(own)} `{command}` lists them.")
    if others:
        print_issues(others, talk)


def less_the_rest(params: SolveParams, taken_s: float, used_s: float, reading_s: float) -> SolveParams:
    """Return the parameters with the time limit less what the command has taken so far and what its end will take.

    ``used_s`` and ``reading_s`` are seconds of processor, in all and for reading. How much longer the same took by the
    clock tells how busy the machine is, and the end will take as much longer.
    """
    if params.deterministic_limit is not None:
        return params
    slowdown = max(1.0, taken_s / max(0.01, used_s))
    end_s = slowdown * (END_CPU_S + END_PER_READING * reading_s)
    return replace(params, time_limit_s=max(params.time_limit_s - taken_s - end_s, LEAST_SEARCH_S))


def tell_kept(made: Made) -> None:
    """Say where the week that was there is kept, if it is."""
    if made.kept is not None and made.kept_in is not None:
        talk(f"The week that was there {made.kept.why}; it is kept in {made.kept_in}.")


def _code(solved: Solved) -> Exit:
    if solved.was_interrupted:
        return Exit.INTERRUPTED
    return Exit.UNMET if any(goal.value for goal in solved.goals if goal.name == GoalId.UNMET_NEED) else Exit.DONE


def _fail(outcome: Infeasible | OutOfTime, asked: Asked) -> Exit:
    """Say why there is no week; return the exit code."""
    if isinstance(outcome, Infeasible):
        code, status, sentence = Exit.CONTRADICTION, "contradiction", contradiction(outcome)
        sentence += f"\nOr keep fewer sessions than {asked.keep} asks for." if asked.keep is not None else ""
    elif outcome.was_interrupted:
        sentence = "Interrupted before there was a schedule; nothing was written."
        code, status = Exit.INTERRUPTED, "interrupted"
    else:
        sentence = (
            f"No schedule was found in {asked.params.time_limit_s:g} seconds; nothing was written. "
            "That does not mean that there is none: try a longer --time-limit."
        )
        code, status = Exit.OUT_OF_TIME, "out_of_time"
    talk(sentence)
    if asked.as_json:
        out_json(asked.command, {"week": asked.monday.isoformat(), "status": status, "message": sentence})
    return code
