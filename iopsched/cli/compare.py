"""``iopsched compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iopsched import work
from iopsched.cli.answeroptions import AnswerForced, AnswerFormats, AnswerInto
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.export import formats_of
from iopsched.cli.options import AsJson, Quiet, path_option, swept, today, week_of
from iopsched.views.labels import NameMode

EPILOG = """\b
Examples:
  iopsched compare last published                    this week beside the last
  iopsched compare 2026-11-30.r1 2026-11-30.r2       two revisions of a week
  iopsched compare myclinic/published myclinic/schedules/2026-11-30.r2
  iopsched compare 2026-11-30 2026-12-07 --clinic myclinic --to html,xlsx

OLD and NEW are schedule folders, dates (the newest of that week, a draft
before what is published), revisions (2026-11-30.r2, r2), `published` (the last
revision of the other one's week), `newest` or `last` (the last published week
before it). The clinic is the one around the folders, or around the current
folder; CLINIC/NAME names it, too.

One line a person: what is different -> how it is now [why]. Each week is read
with the facts of its time. Why names the cells that differ and touch the
appointment; where none does, that is said. Two weeks are compared by weekday.
Nothing is written but by --to.

Exit code 0, whatever is different.
"""
_Side = Annotated[str, typer.Argument(metavar="OLD", help="The week to compare with.", show_default=False)]
_Other = Annotated[str, typer.Argument(metavar="NEW", help="The week that is compared.", show_default=False)]
_Clinic = Annotated[
    Path | None,
    path_option("--clinic", "CLINIC", "The clinic, where it does not lie around the folders or around here.", swept),
]
_Week = Annotated[
    str | None,
    typer.Option("--week", metavar="DATE", help="The week of what names none. Default: that of the other one."),
]
_Names = Annotated[NameMode | None, typer.Option("--names", help="How participants are shown. Default: id.")]


def compare(
    old: _Side,
    new: _Other,
    *,
    clinic: _Clinic = None,
    week: _Week = None,
    to: AnswerFormats = None,
    into: AnswerInto = None,
    names: _Names = None,
    force: AnswerForced = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say what is different between two weeks, for whom, and why."""
    formats = formats_of(to) if to else []
    work.exports.check_answer_formats(formats)
    day = today() if week is None else week_of(week)
    done = work.comparing.compare((old, new), clinic, week_of(week), day, names)
    if as_json:
        out_json("compare", done.facts())
    else:
        _tell(done, names, is_quiet=quiet)
    if formats:
        written = work.comparing.export(done, into, formats, names, is_forced=force)
        for path in written.paths:
            if not (quiet or as_json):
                out(str(path))
    raise typer.Exit(Exit.DONE)


def _tell(done: work.comparing.Compared, names: NameMode | None, *, is_quiet: bool) -> None:
    words = done.words(work.comparing.labels_of(done.new, names))
    if not is_quiet:
        talk(done.beside)
    for line in (*words.headline(), *words.person_lines()):
        out(line)
    goals = words.goal_lines()
    for line in ("Goals, each week with the facts of its time:", *(f"  {row}" for row in goals)) if goals else ():
        out(line)
