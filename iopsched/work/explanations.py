"""Why people of a clinic are short and what would help: reading, answering, and the clinic changed by a way out."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from iopsched import ingest
from iopsched.answers.base import Base, Budget
from iopsched.answers.causes.finding import CausesFound, find_causes
from iopsched.answers.causes.further import further_causes
from iopsched.answers.contradictions import Contradiction, find_contradiction, ways_of_contradiction
from iopsched.answers.explaining import Explained, Finders, FoundCauses, FoundWays, Listener, OnCause, Unheard, explain
from iopsched.answers.explanation import CauseAnswer, CellFact, Explanation, WayOut
from iopsched.answers.waysout import find_ways_out
from iopsched.domain.outcome import GoalId, Infeasible
from iopsched.domain.schedule import Schedule
from iopsched.errors import InputError, Issue, UsageError
from iopsched.export.assembly import proven_goals
from iopsched.export.formats import Format
from iopsched.export.writing import Written
from iopsched.files.output import recover
from iopsched.params import SolveParams
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.steps.offers import offers
from iopsched.views.answertables import explanation_told
from iopsched.views.labels import NameMode
from iopsched.words.phrases import shown
from iopsched.words.sentence import Sentence
from iopsched.words.wording import listed
from iopsched.work.applying import apply_steps
from iopsched.work.clinics import ClinicInput, read_clinic
from iopsched.work.exports import answer_place, check_answer_formats, edition_of, export_answer
from iopsched.work.recording import knowing


@dataclass(frozen=True, slots=True)
class Questioned:
    """A clinic as it was read for a question, and the week in a folder that the reader knows, if there is one.

    ``remark`` says why that week is not used, blank where it is or where there is none. ``contradictions`` are rows of the
    tables that cannot hold together, as the reader tells them. ``proven`` is the bound of unmet need that was found
    when the week was made, 0 where the clinic or the week was edited since. ``remembering`` are the clinic's files with what
    a repaired week remembers to have happened and they do not say; None where there is nothing of that.
    """

    clinic: Path
    given: ClinicInput
    folder: Path | None = None
    schedule: Schedule | None = None
    remark: str = ""
    contradictions: tuple[Issue, ...] = ()
    proven: int = 0
    remembering: ClinicFiles | None = None

    @property
    def files(self) -> ClinicFiles:
        """Return the clinic's files, with what the week remembers to have happened."""
        return self.remembering or ClinicFiles.read(self.clinic)


def read_question(clinic: Path, week: date, folder: Path | None, now: datetime) -> Questioned:
    """Read a clinic as ``solve`` would, and the schedule in a folder.

    Contradictions between pins are no fault here: they are what is asked about.

    Raises
    ------
    UsageError
        If there is no such folder, or it is of another week.
    InputError
        If the tables, or the files of the folder, have faults.
    """
    given, contradictions = _given(clinic, week, now)
    if folder is None:
        return Questioned(clinic, given, contradictions=contradictions)
    recover(folder)
    if not folder.is_dir():
        raise UsageError(f"There is no schedule folder {folder}. `iopsched solve {shown(clinic)}` makes one.")
    given, files = knowing(given, folder)
    found = ingest.inspect_schedule(folder, given.problem)
    if found.schedule is not None:
        proven = _proven(given, folder)
        return Questioned(clinic, given, folder, found.schedule, "", contradictions, proven, files)
    if any(not issue.code.startswith("E-UNKNOWN") for issue in found.issues if issue.level == "error"):
        raise InputError(found.issues)
    gone = (
        "It speaks of people, rooms or groups that the tables no longer have, so the best week there is was searched."
    )
    return Questioned(clinic, given, folder, None, gone, contradictions)


def _proven(given: ClinicInput, folder: Path) -> int:
    """Return the bound of unmet need that was found when a week was made, 0 where anything may have changed since."""
    goals = proven_goals(given.problem, folder, given.inputs_sha256)
    return next((goal.bound for goal in goals if goal.name == GoalId.UNMET_NEED), 0)


def _given(clinic: Path, week: date, now: datetime) -> tuple[ClinicInput, tuple[Issue, ...]]:
    """Return the clinic as it is read to be solved, and what contradicts itself in its tables: that is asked about."""
    try:
        return read_clinic(clinic, week, None, now), ()
    except InputError as error:
        wrong = tuple(issue for issue in error.issues if issue.level == "error")
        if not all(issue.code.startswith("C-") for issue in wrong):
            raise
    return read_clinic(clinic, week, None, now, is_for_solving=False), wrong


def week_in(folder: Path) -> date | None:
    """Return the week of the schedule in a folder, None where it holds none that can be read."""
    recover(folder)
    found = ingest.inspect_schedule(folder).schedule if folder.is_dir() else None
    return None if found is None else found.week


def answer(
    question: Questioned,
    people: Collection[str],
    params: SolveParams,
    seconds: float,
    stop: threading.Event,
    listener: Listener,
    *,
    is_all: bool,
    is_soft: bool,
) -> Explained:
    """Explain why participants are short, and what would help, within so many seconds; nothing is written.

    ``is_soft``: nobody asked for these seconds, so that it ends where more of them rarely help.
    """
    budget = Budget.of(seconds, stop, params.workers, params.seed)
    finders, wrong = _finders(question, listener, is_all=is_all), _conflicts(question.contradictions)
    return explain(
        question.given.problem,
        question.schedule,
        people,
        budget,
        finders,
        listener,
        wrong,
        question.proven,
        is_soft=is_soft,
    )


@dataclass(frozen=True, slots=True)
class Nothing:
    """What is found where nobody looks."""

    causes: tuple[CauseAnswer, ...] = ()
    ways: tuple[WayOut, ...] = ()
    unfinished: tuple[Sentence, ...] = ()


# Of the time for causes: the rest is for what only searches of the whole week show, which tell nothing without a proof.
SHARE_OF_PARTS = 0.75


def _finders(question: Questioned, listener: Listener, *, is_all: bool) -> Finders:
    """Return who finds causes and ways out of a clinic."""
    rows, files = question.given.rows, question.files
    torn: list[Contradiction] = []  # where there is no week: found with its causes, and what ways out begin with

    def causes(base: Base | Infeasible, budget: Budget, on_cause: OnCause) -> FoundCauses:
        if isinstance(base, Infeasible):
            torn.append(find_contradiction(question.given.problem, base, budget, rows, files))
            on_cause(torn[0].causes[0])
            return torn[0]
        told = find_causes(base, budget.part(SHARE_OF_PARTS if base.is_proven else 1.0), rows, on_cause)
        further = further_causes(base, told.causes, budget, on_cause)
        return CausesFound((*told.causes, *further.causes), (*told.unfinished, *further.unfinished))

    def ways(base: Base | Infeasible, budget: Budget) -> FoundWays:
        if isinstance(base, Infeasible):
            found = ways_of_contradiction(question.given.problem, torn[0], budget, files)
            is_cut = torn[0].helping and not found and budget.is_over
            return Nothing(
                ways=found, unfinished=(Sentence("Time ended before it was known what would help."),) if is_cut else ()
            )
        offered = offers(base.problem, base.schedule, base.unmet, rows=rows)
        return find_ways_out(base, offered, budget, files, listener.on_way, is_all=is_all)

    return Finders(causes, ways)


def _conflicts(issues: Iterable[Issue]) -> tuple[CauseAnswer, ...]:
    """Return what the reader tells of rows that cannot hold together as causes."""
    return tuple(
        CauseAnswer(
            id=f"C{number}",
            kind="conflict",
            participants=(),
            minutes=0,
            facts=(CellFact(issue.file, f"row {issue.row}", issue.column, issue.value, Sentence.of([issue.message])),),
            sentence=Sentence.of([issue.message]),
            is_proven=True,
        )
        for number, issue in enumerate(sorted(issues), start=1)
    )


def chosen(found: Explained, number: int, price: int | None) -> WayOut:
    """Return the way out of a number.

    Raises
    ------
    UsageError
        If there is none, or it has another price than the one that was told before.
    """
    ways = found.explanation.ways_out
    way = next((way for way in ways if way.number == number), None)
    if way is None:
        known = f"They are {listed([str(way.number) for way in ways])}." if ways else "None was found."
        raise UsageError(f"There is no way out {number}. {known}")
    if price is not None and way.price != price:
        raise UsageError(f"Way out {number} costs {way.price} now, not {price}; nothing was written. Look again.")
    return way


def apply(question: Questioned, way: WayOut, target: Path) -> Path:
    """Write a copy of the clinic in which the steps of a way out are taken: :func:`iopsched.work.applying.apply_steps`."""
    return apply_steps(question.files, way.steps, target, question.given.problem)


def check_export(question: Questioned, target: Path | None, formats: Collection[Format]) -> None:
    """Raise :class:`UsageError` where an explanation cannot be written so: to be asked before a search."""
    check_answer_formats(formats)
    answer_place(target, question.folder)


def export(
    question: Questioned,
    found: Explained,
    target: Path | None,
    formats: Collection[Format],
    names: NameMode | None,
    *,
    is_forced: bool,
) -> Written:
    """Write an explanation as a page and a workbook, by default into the exports of the folder that it explains.

    Raises
    ------
    UsageError
        If there is no week to tell of, no folder, or an answer has none of these formats.
    """
    check_export(question, target, formats)
    if found.base is None:
        raise UsageError("There is no week, so nothing was written. The answer above is all there is.")
    place = answer_place(target, question.folder)
    base = found.base
    edition = edition_of(question.clinic, base.problem, base.schedule, names, None)
    told = explanation_told(found.explanation, base.problem, base.schedule, edition.labels)
    return export_answer(edition, question.clinic, place, told, formats, is_forced=is_forced)


def of_week(
    clinic: Path, folder: Path, week: date, now: datetime, params: SolveParams, seconds: float, stop: threading.Event
) -> Explanation | None:
    """Return why people are short in a week that was just made; None where a better one is found, or nobody is short."""
    question = read_question(clinic, week, folder, now)
    found = answer(question, (), params, seconds, stop, Unheard(), is_all=False, is_soft=True)
    is_of_week = found.base is not None and found.base.schedule is question.schedule
    return found.explanation if is_of_week and found.explanation.causes else None


def facts(question: Questioned, found: Explained) -> dict[str, Any]:
    """Return an explanation for a machine."""
    given, known = question.given, found.known
    return {
        "week": given.week.isoformat(),
        "status": str(found.standing),
        "interrupted": found.was_interrupted,
        "folder": None if question.folder is None else str(question.folder),
        "folder_unmet": None if known is None else known.minutes,
        **found.explanation.as_json(),
    }
