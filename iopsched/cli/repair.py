"""``iopsched repair``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import monotonic, process_time
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.answeroptions import AnswerForced, AnswerFormats, AnswerInto
from iopsched.cli.answertext import wrapped
from iopsched.cli.console import out, out_json, talk, width
from iopsched.cli.exits import Exit
from iopsched.cli.export import formats_of
from iopsched.cli.interrupt import stop_on_signal
from iopsched.cli.issues import exit_of, issue_list, print_issues
from iopsched.cli.making import less_the_rest, started
from iopsched.cli.options import (
    AsJson,
    ClinicPath,
    Effort,
    NewFolder,
    Quiet,
    Seconds,
    Seed,
    Workers,
    moment_of,
    week_of,
)
from iopsched.cli.places import warn_of_place
from iopsched.cli.progress import listening
from iopsched.cli.repairtext import choice_text
from iopsched.cli.weekreport import contradiction
from iopsched.domain.outcome import GoalId, Infeasible, OutOfTime
from iopsched.domain.people import TimeOff
from iopsched.errors import InputError, UsageError
from iopsched.params import params_of
from iopsched.preparing import prepare_search
from iopsched.repairs.happened import concerns, is_known
from iopsched.repairs.happeningwords import in_words, pin_clashes
from iopsched.repairs.lostsessions import hit_sessions
from iopsched.repairs.saying import Saying, Way
from iopsched.views.labels import Labels, NameMode
from iopsched.views.repairtold import RepairWords

if TYPE_CHECKING:
    from pathlib import Path

    from iopsched.export.formats import Format
    from iopsched.repairs.repaired import RepairChoice, Repaired
    from iopsched.work.repairs import Found, RepairAsked, RepairGiven

EPILOG = """\b
Examples:
  iopsched repair myclinic --absent T03               sick today
  iopsched repair myclinic --absent T03@Tue..Thu      sick for three days
  iopsched repair myclinic --absent T03@Tue@08:00-10:30      late on Tuesday
  iopsched repair myclinic --closed R2@2026-12-01@13:00-     a flood
  iopsched repair myclinic --closed clinic@2026-12-02        snow
  iopsched repair myclinic --admit W02@Wed --discharge P017  several at once
  iopsched repair myclinic --absent T03 --to html,xlsx       a page to tick off

Mends the published week from now on: what began before --now stays, also where
it breaks a new fact. Up to three choices, where they differ: least_unmet (who
has what they need, then how few are told), fewest_moves (how few are told,
then who has what they need), cancel_only (nothing is moved). Each lies in a
folder of its own, with the call list: first those whose session is next.

Without a date the day of --now is meant, or the whole week where that is not in
it. 08:00- is from then on, -10:00 until then. A discharge is after the last
program day. Nothing is published, and the clinic's tables stay as they are.

Exit code 0 if all needs are met by the first choice, 4 if not, 5 if a pin
forbids it, 6 if nothing was found in time, 130 if interrupted.
"""
_Absent = Annotated[
    list[str] | None,
    typer.Option(
        "--absent",
        metavar="ID[@DATE[..DATE]][@TIME-TIME]",
        help="A therapist, participant or room is away; repeatable.",
    ),
]
_Closed = Annotated[
    list[str] | None,
    typer.Option("--closed", metavar="ROOM|clinic[@...]", help="A room, or the clinic, is closed; repeatable."),
]
_Admit = Annotated[
    list[str] | None,
    typer.Option("--admit", metavar="ID[@DATE]", help="A person of the waitlist begins on this day; repeatable."),
]
_Discharge = Annotated[
    list[str] | None,
    typer.Option("--discharge", metavar="ID[@DATE]", help="A participant's last program day is this; repeatable."),
]
_Now = Annotated[
    str | None, typer.Option("--now", metavar="DATETIME", help="What began before stays. Default: the clock.")
]
_Record = Annotated[
    bool, typer.Option("--record", help="Write what happened into the clinic's tables, before the search.")
]
_Fresh = Annotated[
    bool, typer.Option("--fresh", help="Forget what an earlier repair knew of and the tables do not say.")
]
_Choices = Annotated[int, typer.Option("--choices", metavar="N", min=1, max=3, help="How many choices at most.")]
_All = Annotated[bool, typer.Option("--all", help="Tell everything of each choice.")]
_Names = Annotated[NameMode | None, typer.Option("--names", help="How people are shown. Default: id.")]
_REPAIR_WEEK = typer.Option(
    "--week", metavar="DATE", help="Any date of the week. Default: that of the dates given, else that of --now."
)


def repair(
    clinic: ClinicPath,
    *,
    absent: _Absent = None,
    closed: _Closed = None,
    admit: _Admit = None,
    discharge: _Discharge = None,
    now: _Now = None,
    choices: _Choices = 3,
    week: Annotated[str | None, _REPAIR_WEEK] = None,
    folder: NewFolder = None,
    record: _Record = False,
    fresh: _Fresh = False,
    time_limit: Seconds = None,
    deterministic_limit: Effort = None,
    seed: Seed = 0,
    workers: Workers = 0,
    as_json: AsJson = False,
    everything: _All = False,
    to: AnswerFormats = None,
    into: AnswerInto = None,
    names: _Names = None,
    force: AnswerForced = False,
    quiet: Quiet = False,
) -> None:
    """Mend a published week after what happened: whom to call, and a week to publish."""
    begun = started()
    params = params_of(time_limit, deterministic_limit, seed, workers)
    formats = _formats(to)
    told = tuple(_told(absent=absent, closed=closed, admit=admit, discharge=discharge))
    reading = process_time()
    monday = None if week is None else week_of(week)
    asked = work.repairs.RepairAsked(told, moment_of(now), monday, folder, is_recorded=record, is_fresh=fresh)
    given = _given(clinic, asked, as_json=as_json)
    reading_s = process_time() - reading
    labels = Labels() if names is None else Labels(names, work.weeks.names_of(clinic))
    run = _Run(given, labels, is_mute=quiet or as_json, is_long=everything)
    if not quiet:
        run.begin()
    prepare_search()
    with stop_on_signal() as stop, listening(None, is_quiet=quiet) as progress:
        limits = less_the_rest(params, monotonic() - begun, process_time(), reading_s)
        for found in work.repairs.choices(given, limits, choices, on_progress=progress, stop=stop):
            run.take(found)
        is_stopped = stop.is_set()
    if as_json:
        out_json("repair", run.facts())
    if formats and run.repaired.choices:
        run.write(into, formats, names, is_forced=force)
    raise typer.Exit(run.end(is_stopped=is_stopped))


def _given(clinic: Path, asked: RepairAsked, *, as_json: bool) -> RepairGiven:
    try:
        return work.repairs.read_repair(clinic, asked, week_of(None))
    except InputError as error:
        print_issues(error.issues, talk)
        talk("Nothing was written.")
        code = exit_of(error.issues)
        if as_json:
            status = "contradiction" if code is Exit.CONTRADICTION else "bad_input"
            out_json("repair", {"choices": [], "status": status, "issues": issue_list(error.issues)})
        raise typer.Exit(code) from None


def _formats(names: list[str] | None) -> list[Format]:
    formats = formats_of(names) if names else []
    work.exports.check_answer_formats(formats)
    return formats


def _told(**texts: list[str] | None) -> Iterator[Saying]:
    for way, written in texts.items():
        option: Way = way  # type: ignore[assignment]
        for text in written or ():
            if not text.strip():
                raise UsageError(f"--{way} is blank. Write an id.")
            yield Saying(option, text.strip())


def _warn(given: RepairGiven) -> None:
    """Say what is known from elsewhere of what happened, and what is left aside."""
    repaired = given.repaired
    if repaired.recorded:
        talk(f"Recorded in {', '.join(map(str, repaired.recorded))}.")
    for one in repaired.happenings:
        if is_known(repaired.before, one) and not repaired.recorded:
            talk(f"Known already: {in_words(one)} (as the tables say).")
        if one in given.carried:
            talk(f"Known already: {in_words(one)} (known from revision {repaired.base.revision}; not in the tables).")
    for one in repaired.happenings:
        if not concerns(repaired.problem, one):
            talk(f"Warning: {in_words(one)}: that changes nothing of what is still to come of this week.")
        elif isinstance(one, TimeOff) and not hit_sessions(repaired.problem, repaired.base.schedule, [one]):
            talk(f"{in_words(one)}: no session then needs anything of that.")
    for monday in work.repairs.later_weeks(given):
        talk(
            f"Warning: the week of {monday} is published, too, and what happened concerns it: repair it with --week {monday}."
        )
    for one in given.aside:
        talk(
            f"Warning: {given.target} is a draft that nobody has published, and knows that {in_words(one)}. This repair "
            "starts from the published week and does not: publish that draft first, or say both."
        )
    warn_of_place(given.target)
    own = [issue for issue in given.week.issues if issue.code.startswith("W-PREVIOUS")]
    if own:
        print_issues(own, talk)


class _Run:
    """The choices of one command, told as soon as they are known."""

    def __init__(self, given: RepairGiven, labels: Labels, *, is_mute: bool, is_long: bool) -> None:
        self.repaired: Repaired = given.repaired
        self.given = given
        self.words = RepairWords(given.repaired, labels)
        self.is_mute = is_mute
        self.is_long = is_long
        self.failed: list[Infeasible | OutOfTime] = []

    def begin(self) -> None:
        """Say what is repaired from when on, and what happened."""
        for line in self.words.heading():
            (talk if self.is_mute else out)("\n".join(wrapped(line, width())))
        _warn(self.given)

    def write(self, into: Path | None, formats: Sequence[Format], names: NameMode | None, *, is_forced: bool) -> None:
        """Write the page and the workbook."""
        done = work.repairfiles.export(self.given.clinic, self.repaired, into, formats, names, is_forced=is_forced)
        for path in done.paths:
            if not self.is_mute:
                out(str(path))

    def take(self, found: Found) -> None:
        """Take what was found, and tell it."""
        if isinstance(found, Infeasible | OutOfTime):
            self.failed.append(found)
        elif isinstance(found, work.repairs.LeftOut):
            self.repaired = self.repaired.with_unfinished(found.why)
            talk(found.why)
        else:
            self.repaired = self.repaired.with_choice(found.choice)
            if not self.is_mute:
                self._tell(found.choice)
            if found.kept is not None:
                talk(f"The week that was there {found.kept.why}; it is kept in {found.kept.folder}.")

    def _tell(self, choice: RepairChoice) -> None:
        out(choice_text(self.words, choice, self.given.clinic, width(), is_long=self.is_long))

    def facts(self) -> dict[str, object]:
        """Return the answer for a machine, with what went wrong where there is no choice."""
        failure = {} if self.repaired.choices or not self.failed else {"message": _failure(self.failed[0], self.given)}
        return {**self.repaired.as_json(), **failure}

    def end(self, *, is_stopped: bool) -> Exit:
        """Say what there is to say at the end, and return the exit code."""
        found = self.repaired.choices
        for folder in work.repairs.of_earlier_repairs(self.given, found):
            talk(f"Note: {folder} is of an earlier repair, which knew something else. Do not publish it by mistake.")
        if is_stopped:
            kept = ", ".join(str(choice.folder) for choice in found if choice.folder is not None)
            talk(f"Interrupted; what was found is kept in {kept}." if kept else "Interrupted; nothing was written.")
            return Exit.INTERRUPTED
        if not found:
            failure = self.failed[0]
            talk(_failure(failure, self.given))
            return Exit.CONTRADICTION if isinstance(failure, Infeasible) else Exit.OUT_OF_TIME
        is_short = any(goal.value for goal in found[0].solved.goals if goal.name is GoalId.UNMET_NEED)
        return Exit.UNMET if is_short else Exit.DONE


def _failure(failure: Infeasible | OutOfTime, given: RepairGiven) -> str:
    if isinstance(failure, Infeasible):
        clashes = pin_clashes(given.repaired.base.week, given.repaired.happenings, failure.pins)
        return "\n".join((contradiction(failure), *clashes))
    if failure.was_interrupted:
        return "Interrupted before there was a repaired week; nothing was written."
    return (
        f"No repaired week was found in {failure.seconds:.0f} seconds; nothing was written. Try a longer --time-limit."
    )
