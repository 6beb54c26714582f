"""``iopsched plan``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.answeroptions import AnswerForced, AnswerFormats, AnswerInto, AnswerNames
from iopsched.cli.answertext import wrapped
from iopsched.cli.console import out, out_json, talk, width
from iopsched.cli.exits import Exit
from iopsched.cli.export import formats_of
from iopsched.cli.firstline import earlier_line
from iopsched.cli.interrupt import stop_on_signal
from iopsched.cli.issues import exit_of, print_issues
from iopsched.cli.layout import table
from iopsched.cli.making import started
from iopsched.cli.options import (
    AsJson,
    ClinicPath,
    Now,
    Quiet,
    Seconds,
    Seed,
    Week,
    Workers,
    moment_of,
    odd_week,
    path_option,
    week_of,
)
from iopsched.cli.weekreport import contradiction
from iopsched.domain.outcome import Infeasible
from iopsched.domain.timegrid import hours
from iopsched.errors import InputError
from iopsched.params import params_of
from iopsched.preparing import prepare_search
from iopsched.views.labels import NameMode
from iopsched.words.phrases import count, short_date, shown

if TYPE_CHECKING:
    from iopsched.plans.plannedweek import WeekAhead
    from iopsched.work.planning import Planned, WeeksAsked

EPILOG = """\b
Examples:
  iopsched plan myclinic --weeks 4
  iopsched plan myclinic --weeks 12 --time-limit 60 --to html,xlsx
  iopsched plan myclinic --weeks 4 --out myclinic/schedules/plan

Makes week after week over admissions, discharges, steps, closures, absences
and authorizations that end, each from the one before. A table says what gets
short in which week, and below it why, and until when it can be changed.

The first week is the one to publish: a draft of it that still holds, what is
published of it, or a new draft. The others are only written with --out: no
other command takes them for drafts. Who is new is placed in a group in which
they can stay. Ctrl-C keeps the weeks so far.

Exit code 0 if nobody is short in any week, 4 if somebody is, 5 if pins
contradict the rules, 6 if a week was not found in time, 130 if interrupted.
"""
END_S = 0.5
HEADERS = ("week of", "people", "come/go", "unmet", "at best", "short", "staff left", "seats left", "groups", "moved")
_Weeks = Annotated[int, typer.Option("--weeks", metavar="N", help="How many weeks, from --week on.")]
_Out = Annotated[
    Path | None,
    path_option("--out -o", "FOLDER", "Also write the weeks after the first, each in a folder of this one."),
]


def plan(
    clinic: ClinicPath,
    *,
    weeks: _Weeks = 4,
    week: Week = None,
    folder: _Out = None,
    now: Now = None,
    time_limit: Seconds = None,
    seed: Seed = 0,
    workers: Workers = 0,
    to: AnswerFormats = None,
    into: AnswerInto = None,
    names: AnswerNames = None,
    force: AnswerForced = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make weeks ahead: what gets short in which, early enough to act."""
    begun = started()
    formats = formats_of(to) if to else []
    work.exports.check_answer_formats(formats)
    params = params_of(time_limit, None, seed, workers)
    asked = _read(clinic, week, weeks, now, is_quiet=quiet or as_json)
    prepare_search()
    screen = _Screen(is_mute=quiet or as_json)
    with stop_on_signal() as stop:
        seconds = max(0.1, params.time_limit_s - (monotonic() - begun) - END_S)
        ahead = work.planning.plan(asked, params, seconds, stop, screen.on_week)
    done = work.planning.write(asked, ahead, params, folder)
    if as_json:
        out_json("plan", done.facts())
    elif not quiet:
        _tell(done, names)
    if formats and ahead.weeks:
        for path in work.planning.export(done, into, formats, names, is_forced=force).paths:
            if not (quiet or as_json):
                out(str(path))
    raise typer.Exit(_code(done))


def _read(clinic: Path, week: str | None, weeks: int, now: str | None, *, is_quiet: bool) -> WeeksAsked:
    monday = week_of(week)
    try:
        asked = work.planning.read_weeks(clinic, monday, weeks, moment_of(now))
    except InputError as error:
        print_issues(error.issues, talk)
        talk("Nothing was written.")
        raise typer.Exit(exit_of(error.issues)) from None
    if not is_quiet:
        talk(earlier_line(asked.given, None, now))
        if odd := odd_week(monday):
            talk(odd)
    return asked


class _Screen:
    """Tells each week as soon as it is made, to the person at the keyboard."""

    def __init__(self, *, is_mute: bool) -> None:
        self._is_mute = is_mute

    def on_week(self, week: WeekAhead) -> None:
        """Say what a week lacks."""
        if not self._is_mute:
            lack = (
                f"{count(len(week.unmet), 'person', 'people')} short, {hours(week.minutes)}"
                if week.minutes
                else "nothing is lacking"
            )
            talk(f"Week of {short_date(week.week)}: {lack}.")


def _tell(done: Planned, names: NameMode | None) -> None:
    """Print the table, why weeks are short, where admissions are placed, and what is open."""
    for line in _lines(done, names):
        out(line)
    first = done.ahead.weeks[0] if done.ahead.weeks else None
    if first is not None:
        place = done.folders[first.week]
        where = f"--week {first.week.isoformat()}"
        if first.origin == "made":
            talk(
                f"\nThe first week is written to {place}. When it is right:\n  iopsched publish {shown(done.asked.clinic)} {where}"
            )
        if done.kept is not None:
            talk(f"The week that was there {done.kept.why}; it is kept in {done.kept.folder}.")
    short = next((week for week in done.ahead.weeks if week.minutes), None)
    if short is not None:
        talk(
            f"What would help in the first short week:\n  iopsched explain {shown(done.asked.clinic)} --week {short.week.isoformat()}"
        )
    if isinstance(done.ahead.stopped, Infeasible):
        for line in wrapped(contradiction(done.ahead.stopped), width()):
            talk(line)
    elif done.ahead.stopped is not None:
        talk("No schedule of the next week was found in time: try a longer --time-limit.")
    if done.ahead.was_interrupted:
        talk("Interrupted. The weeks so far are told.")


def _lines(done: Planned, names: NameMode | None) -> Iterator[str]:
    words = work.planning.words_of(done, names)
    yield from words.headline()
    yield from table(HEADERS, words.week_rows(), range(1, len(HEADERS))).splitlines()
    for week in done.ahead.weeks:
        for line in words.week_lines(week):
            is_part = line.startswith("- ")
            yield from ([""] if not is_part else [])
            yield from wrapped(line, width(), hang=2 if is_part else 0)
    placed = list(words.placement_lines())
    if placed:
        yield ""
    for line in (*placed, *words.open_ends()):
        yield from wrapped(line, width(), hang=2)


def _code(done: Planned) -> Exit:
    ahead = done.ahead
    if ahead.was_interrupted:
        return Exit.INTERRUPTED
    if isinstance(ahead.stopped, Infeasible):
        return Exit.CONTRADICTION
    if ahead.stopped is not None:
        return Exit.OUT_OF_TIME
    return Exit.UNMET if ahead.is_short else Exit.DONE
