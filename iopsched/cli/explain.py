"""``iopsched explain``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.answeroptions import AnswerForced, AnswerFormats, AnswerInto, AnswerNames
from iopsched.cli.answerscreen import Screen
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.export import formats_of
from iopsched.cli.folder import newest_or_none
from iopsched.cli.interrupt import stop_on_signal
from iopsched.cli.making import started
from iopsched.cli.options import (
    AsJson,
    ClinicPath,
    FolderPath,
    FolderWeek,
    Quiet,
    Seed,
    Workers,
    moment_of,
    odd_week,
    path_option,
    week_of,
)
from iopsched.cli.words import known_id
from iopsched.errors import UsageError
from iopsched.params import params_of
from iopsched.preparing import prepare_search
from iopsched.views.labels import NameMode
from iopsched.words.phrases import shown

if TYPE_CHECKING:
    from iopsched.answers.explaining import Explained
    from iopsched.export.formats import Format
    from iopsched.work.explanations import Questioned

EPILOG = """\b
Examples:
  iopsched explain myclinic                          the newest week, or the next
  iopsched explain myclinic --participant P017       what would help one person
  iopsched explain myclinic --all                    each cell, each way out
  iopsched explain myclinic --apply 1 --out changed  a copy with way out 1 in it
  iopsched explain myclinic --to html,xlsx           a page and a workbook of it

Says why people are short: what one could not have even with the clinic to
themselves (alone), what is asked for more than there is (shortage), and what
cannot all hold (conflict); each with the cells that are behind it. Then what
would help: the best single step, the cheapest steps that give everybody
everything, and others. Each was solved again with the changed tables. Points
are trouble, and [prices] in clinic.toml sets them.

Nothing is written but by --to and by --apply, which copies the clinic and
changes only the cells of that way out. Ctrl-C keeps what is certain so far.

Exit code 0 if nobody is short, 4 if somebody is, 5 if pins contradict the
rules, 6 if no week was found in time, 130 if interrupted.
"""
END_S = 0.3
"""What printing and the end of the last search take."""
_People = Annotated[
    list[str] | None,
    typer.Option("--participant", "-p", metavar="ID", help="Only this participant, by id or name; may be repeated."),
]
_Apply = Annotated[
    int | None, typer.Option("--apply", metavar="N", help="Write a copy of the clinic changed by way out N, to --out.")
]
_Changed = Annotated[Path | None, path_option("--out -o", "NEWFOLDER", "Where --apply writes the changed clinic.")]
_Price = Annotated[
    int | None, typer.Option(metavar="POINTS", help="With --apply: only if way out N still costs so much.")
]
_All = Annotated[bool, typer.Option("--all", help="Every cause with each of its cells, and every way out found.")]
_Limit = Annotated[
    float | None,
    typer.Option("--time-limit", metavar="S", help="Seconds for the whole command. Default: as needed, at most 60."),
]


def explain(
    clinic: ClinicPath,
    folder: FolderPath = None,
    *,
    participant: _People = None,
    apply: _Apply = None,
    changed: _Changed = None,
    price: _Price = None,
    everything: _All = False,
    to: AnswerFormats = None,
    into: AnswerInto = None,
    names: AnswerNames = None,
    force: AnswerForced = False,
    week: FolderWeek = None,
    time_limit: _Limit = None,
    seed: Seed = 0,
    workers: Workers = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say why people are short, and what would help."""
    begun = started()
    _check_apply(apply, changed, price)
    formats = formats_of(to) if to else []
    params = params_of(time_limit, None, seed, workers)
    question = _read(clinic, folder, week, is_quiet=quiet)
    if changed is not None:
        work.applying.check_place(clinic, changed)
    if formats:
        work.explanations.check_export(question, into, formats)
    people = [_known(clinic, question, name) for name in participant or []]
    screen = Screen(question, people, is_mute=quiet or as_json, is_long=everything)
    prepare_search()
    with stop_on_signal() as stop:
        seconds = params.time_limit_s - (monotonic() - begun) - END_S
        found = work.explanations.answer(
            question, people, params, seconds, stop, screen, is_all=everything, is_soft=time_limit is None
        )
    if not as_json:
        screen.end(found)
    applied = _apply(question, found, apply, price, changed)
    if as_json:
        told = {} if apply is None else {"applied": apply, "out": None if applied is None else str(applied)}
        out_json("explain", {**work.explanations.facts(question, found), **told})
    if applied is not None and not quiet:
        _tell_applied(applied, question)
    if formats:
        _write(question, found, formats, into, names, is_forced=force, is_mute=quiet or as_json)
    raise typer.Exit(_code(found))


def _check_apply(number: int | None, changed: Path | None, price: int | None) -> None:
    if (number is None) != (changed is None):
        raise UsageError("--apply N and --out NEWFOLDER belong together.")
    if price is not None and number is None:
        raise UsageError("--price POINTS belongs to --apply N.")


def _apply(
    question: Questioned, found: Explained, number: int | None, price: int | None, changed: Path | None
) -> Path | None:
    """Write the clinic changed by the way out that was asked for; return where it is, None where none was."""
    if number is None or changed is None or found.was_interrupted:
        return None
    return work.explanations.apply(question, work.explanations.chosen(found, number, price), changed)


def _tell_applied(applied: Path, question: Questioned) -> None:
    talk(f"Written to {applied}; nothing else of the clinic is changed. Look at it, then:")
    talk(f"  iopsched solve {shown(applied)} --week {question.given.week.isoformat()}")


def _write(
    question: Questioned,
    found: Explained,
    formats: Sequence[Format],
    into: Path | None,
    names: NameMode | None,
    *,
    is_forced: bool,
    is_mute: bool,
) -> None:
    done = work.explanations.export(question, found, into, formats, names, is_forced=is_forced)
    for path in done.paths:
        if not is_mute:
            out(str(path))


def _read(clinic: Path, folder: Path | None, week: str | None, *, is_quiet: bool) -> Questioned:
    """Read the clinic and the week that is asked about: that of a folder, the newest one, or none yet."""
    monday = None if week is None else week_of(week)
    if folder is None:
        newest = newest_or_none(clinic, monday, is_quiet=is_quiet)
        if newest is not None:
            folder, monday = newest.folder, newest.week
    elif monday is None:
        monday = work.explanations.week_in(folder)
    monday = monday or week_of(None)
    if (odd := odd_week(monday)) and not is_quiet:
        talk(odd)
    question = work.explanations.read_question(clinic, monday, folder, moment_of(None))
    if folder is None and not is_quiet:
        talk(f"There is no schedule of the week of {monday.isoformat()} yet: the best one is searched first.")
    if question.remark and not is_quiet:
        talk(question.remark)
    return question


def _known(clinic: Path, question: Questioned, name: str) -> str:
    people = question.given.problem.participant
    return known_id(name, "participant", people, lambda: work.weeks.names_of(clinic).participants)


def _code(found: Explained) -> Exit:
    if found.was_interrupted:
        return Exit.INTERRUPTED
    return Exit(CODES[str(found.standing)])


CODES = {
    "met": Exit.DONE,
    "short": Exit.UNMET,
    "contradiction": Exit.CONTRADICTION,
    "out_of_time": Exit.OUT_OF_TIME,
}
