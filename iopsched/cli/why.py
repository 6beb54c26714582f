"""``iopsched why``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, out_json, talk
from iopsched.cli.exits import Exit
from iopsched.cli.folder import read_week
from iopsched.cli.interrupt import stop_on_signal
from iopsched.cli.making import started
from iopsched.cli.options import AsJson, ClinicPath, FolderWeek, Seconds, Seed, Workers
from iopsched.params import params_of
from iopsched.preparing import prepare_search
from iopsched.words.phrases import count, long_date

if TYPE_CHECKING:
    from iopsched.answers.alternatives.answer import FacetAnswer, Forbidden, InsteadAnswer
    from iopsched.answers.explanation import CellFact
    from iopsched.work.alternatives import Question
    from iopsched.work.weeks import Read

EPILOG = """\b
Examples:
  iopsched why myclinic P014                 each session, and what is lacking
  iopsched why myclinic individual-014       why then, with whom, where
  iopsched why myclinic G1                   why these days, this lead and room
  iopsched why myclinic T02                  how full, and why each session
  iopsched why myclinic P014 --instead "Tue 15:00 T02 R1"
  iopsched why myclinic G1 --instead "not held"

For each side: what fixes it, the next best choice with what it costs, goal
by goal, and the rule and row that forbid the others. --instead takes ids or
names, a day, a time, video, "another day" (or time, therapist, room, group)
and "not held", in any order. Nothing is changed or written.

Exit code 0 if it is answered, 130 if interrupted: what is known is printed.
"""
_Folder = Annotated[
    str,
    typer.Argument(
        metavar="[FOLDER] SUBJECT",
        show_default=False,
        help="A participant, session, group or therapist, by id or name; before it a schedule folder (default: the newest).",
    ),
]
_Subject = Annotated[str | None, typer.Argument(metavar="", hidden=True, show_default=False)]
_Instead = Annotated[
    str | None, typer.Option("--instead", metavar="TEXT", help='One alternative, such as "P014 Tue 15:00 T02 R1".')
]
MOST_FORBIDDEN = 4
MOST_FACTS = 2
FACETS = {
    "start": "When",
    "days": "Days",
    "lead": "Lead",
    "room": "Room",
    "group": "Group",
    "held": "Held",
    "needs": "Needs",
    "load": "Load",
}


def why(
    clinic: ClinicPath,
    folder: _Folder,
    subject: _Subject = None,
    *,
    instead: _Instead = None,
    week: FolderWeek = None,
    time_limit: Seconds = None,
    seed: Seed = 0,
    workers: Workers = 0,
    as_json: AsJson = False,
) -> None:
    """Say why something is as it is in a week, and what another choice would cost."""
    params = params_of(time_limit, None, seed, workers)
    named = None if subject is None else Path(folder)
    read = read_week(clinic, named, week)
    question = work.alternatives.question_of(read, folder if subject is None else subject, instead)
    if not as_json:
        _begin(read, question)
    prepare_search()
    with stop_on_signal() as stop:
        left_s = max(0.5, params.time_limit_s - (monotonic() - started()))
        found = work.alternatives.why(read, question, params, left_s, stop, None if as_json else _tell)
    if as_json:
        head = {"clinic": read.problem.clinic.name, "week": read.problem.week.isoformat(), "folder": str(read.folder)}
        out_json("why", {**head, **found.as_json()})
    else:
        if found.instead is not None:
            out("\n".join(_instead_lines(found.instead)))
        for sentence in found.unfinished:
            talk(str(sentence))
    if stop.is_set():
        raise typer.Exit(Exit.INTERRUPTED)


def _begin(read: Read, question: Question) -> None:
    line = work.alternatives.first_line(read, question)
    out(f"{question.subject}, week of {long_date(read.problem.week)}: {line}.")
    broken = work.alternatives.broken_now(read.problem, read.schedule)
    if broken:
        talk(f"This week breaks {count(broken, 'rule')}; `iopsched verify` lists them.")


def _tell(facet: FacetAnswer) -> None:
    out("\n".join(_facet_lines(facet)))


def _facet_lines(facet: FacetAnswer) -> Iterator[str]:
    what = f"{facet.session_id} " if facet.session_id else ""
    yield f"\n{what}{FACETS[facet.facet].lower() if what else FACETS[facet.facet]}: {facet.now}."
    yield from _fixed(facet.fixed_by)
    if facet.next is not None:
        yield f"  Next best: {facet.next.sentence}"
    if facet.as_edit is not None:
        yield f"  Or: {facet.as_edit.sentence}"
    if facet.remark:
        yield f"  {facet.remark}"
    if facet.without is not None:
        yield f"  If that gave way: {facet.without.sentence}"
    yield from _forbidden(facet.forbidden, " at that time" if facet.facet in {"lead", "room"} else "")


def _fixed(facts: Sequence[CellFact]) -> Iterator[str]:
    if facts:
        yield f"  Fixed: {'; '.join(str(fact.sentence) for fact in facts)}."


def _forbidden(rows: Sequence[Forbidden], when: str) -> Iterator[str]:
    if rows:
        yield f"  Not possible{when}:"
    for row in rows[:MOST_FORBIDDEN]:
        yield f"    {row.choice}: {_facts(row)}"
    if len(rows) > MOST_FORBIDDEN:
        yield f"    and {len(rows) - MOST_FORBIDDEN} more (--json lists all)"


def _facts(row: Forbidden) -> str:
    if not row.facts:
        return f"{row.sentence}"
    more = f"; and {len(row.facts) - MOST_FACTS} more" if len(row.facts) > MOST_FACTS else ""
    return "; ".join(str(fact.sentence) for fact in row.facts[:MOST_FACTS]) + more


def _instead_lines(found: InsteadAnswer) -> Iterator[str]:
    yield f"\nInstead: {found.asked}"
    if found.as_edit is not None:
        yield f"  As it is: {found.as_edit.sentence}"
    if found.broken:
        yield f"  It breaks {count(len(found.broken), 'rule')} unless others move or facts change:"
        for row in found.broken:
            yield f"    {row.rule}: {row.sentence}"
            if row.facts:
                yield f"      {'; '.join(str(fact.sentence) for fact in row.facts)}"
    if found.best is not None:
        yield f"  Best week with it: {found.best.sentence}"
    if found.remark:
        yield f"  {found.remark}"
    if found.steps:
        yield f"  What it would take ({count(sum(step.price for step in found.steps), 'point')} of trouble):"
        for step in found.steps:
            yield f"    {step.decider}: {step.sentence}"
    if found.with_steps is not None:
        yield f"  Then: {found.with_steps.sentence}"
