"""``iopsched capacity``."""

from __future__ import annotations

from time import monotonic
from typing import Annotated

import typer

from iopsched import work
from iopsched.cli.answeroptions import AnswerForced, AnswerFormats, AnswerInto, AnswerNames
from iopsched.cli.capacitytext import CapacityScreen
from iopsched.cli.console import out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.explain import END_S
from iopsched.cli.export import formats_of
from iopsched.cli.folder import newest_or_none
from iopsched.cli.interrupt import stop_on_signal
from iopsched.cli.making import started
from iopsched.cli.options import AsJson, ClinicPath, Quiet, Seed, Week, Workers, moment_of, odd_week, week_of
from iopsched.cli.weekreport import contradiction
from iopsched.domain.outcome import Infeasible, OutOfTime
from iopsched.errors import InputError
from iopsched.params import params_of
from iopsched.preparing import prepare_search

EPILOG = """\b
Examples:
  iopsched capacity myclinic --week 2026-12-07     who more can come that week
  iopsched capacity myclinic --move-nobody         and every session stays
  iopsched capacity myclinic --to html,xlsx        a page and a workbook of it
  iopsched capacity myclinic --json                for a script

Says how many more people of each kind (population, track, part of the day) a
week can take, who of waitlist.csv can start, and how many of them at once. Each
has all they need then, and nobody who is there now lacks more than before.
Sessions may move unless --move-nobody is given.

Nothing is written but by --to. Ctrl-C keeps what is certain so far.

Exit code 0, or 4 if somebody is short now, 5 if pins or other rows contradict
each other, 6 if no week was found in time, 130 if interrupted.
"""
_MoveNobody = Annotated[bool, typer.Option("--move-nobody", help="Every session of the week stays as it is.")]
_Limit = Annotated[
    float | None, typer.Option("--time-limit", metavar="S", help="Seconds for the whole command. Default: 60.")
]


def capacity(
    clinic: ClinicPath,
    *,
    move_nobody: _MoveNobody = False,
    to: AnswerFormats = None,
    into: AnswerInto = None,
    names: AnswerNames = None,
    force: AnswerForced = False,
    week: Week = None,
    time_limit: _Limit = None,
    seed: Seed = 0,
    workers: Workers = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Say how many more people can come, and who of the waitlist."""
    begun = started()
    formats = formats_of(to) if to else []
    params = params_of(time_limit, None, seed, workers)
    monday = week_of(week)
    if (odd := odd_week(monday)) and not quiet:
        talk(odd)
    newest = newest_or_none(clinic, monday, is_quiet=quiet)
    folder = None if newest is None else newest.folder
    if formats:
        work.exports.answer_place(into, folder)  # told before anybody waits
    question = work.explanations.read_question(clinic, monday, folder, moment_of(None))
    if question.contradictions:
        raise InputError(question.contradictions)
    if question.remark and not quiet:
        talk(question.remark)
    screen = CapacityScreen(question, is_mute=as_json, moves_nobody=move_nobody)
    prepare_search()
    with stop_on_signal() as stop:
        seconds = params.time_limit_s - (monotonic() - begun) - END_S
        found = work.capacities.answer(question, params, seconds, stop, screen.on_part, moves_nobody=move_nobody)
        was_interrupted = stop.is_set()
    if isinstance(found, Infeasible | OutOfTime):
        code, status, sentence = _without_a_week(found, was_interrupted=was_interrupted)
        talk(sentence)
        if as_json:
            out_json("capacity", {"week": monday.isoformat(), "status": status, "message": sentence})
        raise typer.Exit(code)
    if as_json:
        out_json("capacity", {**work.capacities.facts(question, found), "interrupted": was_interrupted})
    screen.end(found)
    if formats:
        done = work.capacities.export(question, found, into, formats, names, is_forced=force)
        screen.written(() if quiet else done.paths)
    raise typer.Exit(Exit.INTERRUPTED if was_interrupted else Exit.UNMET if found.people else Exit.DONE)


def _without_a_week(found: Infeasible | OutOfTime, *, was_interrupted: bool) -> tuple[Exit, str, str]:
    """Return the exit code where there is no week to which anybody could come, with a word and a sentence for it."""
    if isinstance(found, Infeasible):
        return Exit.CONTRADICTION, "contradiction", contradiction(found)
    sentence = "No week was found in time, so nothing can be said of more people."
    if was_interrupted:
        return Exit.INTERRUPTED, "interrupted", sentence
    return Exit.OUT_OF_TIME, "out_of_time", sentence
