"""``iopsched makeup``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, process_time
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.answeroptions import AnswerForced, AnswerFormats, AnswerInto, AnswerNames
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.export import formats_of
from iopsched.cli.interrupt import stop_on_signal
from iopsched.cli.layout import calls_text
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
from iopsched.cli.weekreport import contradiction
from iopsched.domain.instants import local_text
from iopsched.domain.outcome import Infeasible, OutOfTime
from iopsched.domain.timegrid import moment
from iopsched.params import params_of
from iopsched.preparing import prepare_search
from iopsched.views.labels import Labels
from iopsched.views.madeuptables import further_line, left_lines, owed_line, placed_line, summary_lines
from iopsched.words.phrases import count, shown

if TYPE_CHECKING:
    from iopsched.makeups.madeup import MadeUp
    from iopsched.work.makeupreading import MakeupGiven

EPILOG = """\b
Examples:
  iopsched makeup myclinic                     who is behind, what can be made up
  iopsched makeup myclinic --now 2026-12-02T12:00     as of Wednesday noon
  iopsched makeup myclinic --to html,xlsx      a page and a workbook of it

Holds the published week and attendance.csv against what each level and payer
asks: who is behind in hours, days and needed sessions, with what is still to
come. Whoever is behind joins sessions still to come that have a seat, or gets
a further session; times, leads, rooms and everybody else stay as published. Of
all such weeks the one is taken in which least stays owed, then the one with the
fewest changes. It is written as a draft with its call list, for you to publish.

Whoever is left: which further session of a group would help most, were it to
meet once more a week. It is no part of the draft: write the number that is told
into groups.csv, and run makeup again.

Nobody gets more than the rules allow: windows, hours a day and week, authorized
days, needs. Somebody of no session of a group joins it only if it is open, or
has makeup = yes in groups.csv.

Exit code 0 if nothing stays owed, 4 if something does, 5 if the published week
breaks a rule by what the tables say now, 6 if time was over, 130 if interrupted.
"""
MOST_BROKEN = 5
_Now = Annotated[
    str | None,
    typer.Option(
        "--now", metavar="DATETIME", help="What began before is over; what is recorded counts. Default: the clock."
    ),
]
_MAKEUP_WEEK = typer.Option("--week", metavar="DATE", help="Any date of the week. Default: that of --now.")


def makeup(
    clinic: ClinicPath,
    *,
    now: _Now = None,
    week: Annotated[str | None, _MAKEUP_WEEK] = None,
    folder: NewFolder = None,
    time_limit: Seconds = None,
    deterministic_limit: Effort = None,
    seed: Seed = 0,
    workers: Workers = 0,
    to: AnswerFormats = None,
    into: AnswerInto = None,
    names: AnswerNames = None,
    force: AnswerForced = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say who is behind this week, and make up for it where it can be."""
    begun = started()
    formats = formats_of(to) if to else []
    params = params_of(time_limit, deterministic_limit, seed, workers)
    reading = process_time()
    monday = None if week is None else week_of(week)
    given = work.makeupreading.read_makeup(clinic, moment_of(now), monday, week_of(None), folder)
    reading_s = process_time() - reading
    if formats:
        work.makeupfiles.check_export(formats)
    if not quiet:
        _begin(given)
    if given.broken:
        raise typer.Exit(_refuse(given, as_json=as_json))
    prepare_search()
    with stop_on_signal() as stop, listening(None, is_quiet=quiet or as_json) as progress:
        limits = less_the_rest(params, monotonic() - begun, process_time(), reading_s)
        found, kept = work.makeups.make_up(given, limits, on_progress=progress, stop=stop)
        is_stopped = stop.is_set()
    if as_json:
        out_json("makeup", {**found.facts(), "interrupted": is_stopped})
    elif not quiet:
        for line in _lines(found, given):
            out(line)
    if kept is not None:
        talk(f"The week that was there {kept.why}; it is kept in {kept.folder}.")
    if formats:
        done = work.makeupfiles.export(given, found, into, formats, names, is_forced=force)
        for path in () if quiet or as_json else done.paths:
            out(str(path))
    raise typer.Exit(_exit(found, is_stopped=is_stopped))


def _begin(given: MakeupGiven) -> None:
    """Say of which week it is told, and what is known of it."""
    base, problem = given.base, given.problem
    when = local_text(base.published, problem.clinic.timezone)
    begun = f"It is {moment(problem.now)}." if problem.now is not None else "It has not begun."
    talk(f"Week of {base.week.isoformat()}, revision {base.revision}, published {when}. {begun}")
    rows = [row.record for row in given.presences if row.record is not None]
    if rows:
        talk(
            f"  {count(len(rows), 'row')} of attendance.csv are about it; what is over and not recorded counts as held."
        )
    else:
        talk("  No row of attendance.csv is about it: all that is over counts as held and attended.")
    warn_of_place(given.target)


def _refuse(given: MakeupGiven, *, as_json: bool) -> Exit:
    """Say which rules the published week breaks by the facts of today."""
    sentence = "The published week breaks rules by what the tables say now. Repair it first: "
    command = f"iopsched repair {shown(given.clinic)} --week {given.base.week.isoformat()}"
    rows = [f"  {row.rule}: {row.sentence}" for row in given.broken[:MOST_BROKEN]]
    more = len(given.broken) - len(rows)
    talk("\n".join([f"{sentence}{command}", *rows, *([f"  and {more} more"] if more else [])]))
    if as_json:
        broken = [{"rule": str(row.rule), "sentence": str(row.sentence)} for row in given.broken]
        found = work.makeups.refused(given)
        out_json("makeup", {**found.facts(), "message": f"{sentence}{command}", "broken": broken})
    return Exit.CONTRADICTION


def _lines(found: MadeUp, given: MakeupGiven) -> Iterator[str]:
    labels, problem = Labels(), found.problem
    yield from summary_lines(found)
    if found.owed:
        yield "\nBehind:"
        yield from (f"  {owed_line(row, labels)}" for row in found.owed)
    if found.placed:
        yield "\nMade up:"
        yield from (f"  {placed_line(row, labels)}." for row in found.placed)
    if found.left:
        yield "\nLeft:"
        yield from (f"  {line}" for row in found.left for line in left_lines(row, problem, labels))
        yield from (f"  {further_line(row, labels)}" for row in found.extra)
    if found.folder is not None:
        yield ""
        yield calls_text(found.calls, f"To be told, against revision {found.base.revision}")
        yield f"Written to {found.folder}"
        yield f"To make it official: iopsched publish {shown(given.clinic)} {shown(found.folder or Path())}"


def _exit(found: MadeUp, *, is_stopped: bool) -> Exit:
    if is_stopped:
        talk(
            "Interrupted; what was found is kept." if found.folder is not None else "Interrupted; nothing was written."
        )
        return Exit.INTERRUPTED
    if isinstance(found.outcome, Infeasible):
        talk(contradiction(found.outcome))
        return Exit.CONTRADICTION
    if isinstance(found.outcome, OutOfTime):
        talk("Time was over before anything was found; nothing was written. Try a longer --time-limit.")
        return Exit.OUT_OF_TIME
    return Exit.UNMET if found.left else Exit.DONE
