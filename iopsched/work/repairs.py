"""Repairing a published week: what happened, up to three choices of what to do, and a folder for each that can be published."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

from iopsched import ingest, search
from iopsched.domain.happenings import Happening
from iopsched.domain.outcome import Outcome, Solved
from iopsched.domain.publication import Publication
from iopsched.domain.timegrid import WEEK, monday_of
from iopsched.errors import InputError, UsageError
from iopsched.files.output import SUMMARY, check_target, parsed_summary, read_summary
from iopsched.params import OnProgress, SolveParams
from iopsched.repairs.happened import happened, is_known
from iopsched.repairs.recording import recorded
from iopsched.repairs.remembered import happenings_in
from iopsched.repairs.repaired import RepairChoice, Repaired
from iopsched.repairs.saying import Saying
from iopsched.repairs.spans import DateReading
from iopsched.repairs.substitutes import substitutes
from iopsched.repairs.typedfacts import FactsReader, first_days
from iopsched.rulebook.repairchoices import ORDERS, ChoiceName
from iopsched.steps.clinicfiles import ClinicFiles
from iopsched.store import clinic_home, latest
from iopsched.store.revisions import changes
from iopsched.views.labels import NameMode
from iopsched.words.phrases import shown
from iopsched.work.basis import facts_of_time
from iopsched.work.clinics import ClinicInput, read_clinic, timezone_of
from iopsched.work.drafts import folders_of, target_of
from iopsched.work.keeping import EarlierSchedule, write_week
from iopsched.work.publications import calls_since
from iopsched.work.solving import published_alike

MOST_CHOICES = len(ChoiceName)
SEARCHED = (ChoiceName.LEAST_UNMET, ChoiceName.FEWEST_MOVES)


@dataclass(frozen=True)
class RepairGiven:
    """A published week that is to be repaired.

    ``week`` is the clinic as its files say, ``repaired`` what happened in it, as yet without choices. ``carried`` is what
    ``repaired.base`` was made to know and the files do not say. ``target`` is where the first choice is written, and
    ``aside`` the unpublished draft there whose facts are not among these.
    """

    clinic: Path
    week: ClinicInput
    repaired: Repaired
    carried: tuple[Happening, ...]
    target: Path
    aside: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenChoice:
    """A choice that was found and written, and where the draft is kept that was there before, None where it is not."""

    choice: RepairChoice
    kept: EarlierSchedule | None = None


Found = WrittenChoice | Outcome
"""A choice; or what the search for it ended with instead."""


def read_repair(
    clinic: Path,
    told: Sequence[Saying],
    now: datetime,
    week: date | None,
    planned: date,
    folder: Path | None = None,
) -> RepairGiven:
    """Read a clinic and what happened in the week of a Monday, by default that of the dates told, else of ``now``.

    Where nothing is published of the week of ``now`` it is the ``planned`` one. ``folder`` is where the first choice is
    to be written, by default the draft of the next revision.

    Raises
    ------
    UsageError
        If nothing is published of this week, it is over, or what happened cannot be read.
    InputError
        If the clinic's files have faults, or those that they would become with an admission.
    """
    if not clinic.exists():
        raise UsageError(f"There is no clinic {clinic}.")
    calendar = DateReading(_local(now, timezone_of(clinic)), ingest.own_settings(clinic).get("date_order"))
    monday = _week(clinic, told, calendar, week, planned)
    base = latest(clinic_home(clinic), monday)
    if base is None:
        raise UsageError(
            f"Nothing is published of the week of {monday.isoformat()}: there is nothing to repair. `iopsched solve "
            f"{shown(clinic)} --week {monday.isoformat()}` makes it with what the tables say, `iopsched publish` publishes it."
        )
    found = read_clinic(clinic, monday, None, now)
    problem = found.problem
    if problem.first_start >= WEEK:
        raise UsageError(
            f"The week of {monday.isoformat()} is over: all of it has begun and stays. See --week and --now."
        )
    calendar = replace(calendar, week=monday, open=problem.clinic.open)
    given = FactsReader(problem, calendar, partial(ingest.read_names, clinic)).happenings(told)
    carried = tuple(one for one in _known_then(clinic, base) if one not in given and not is_known(problem, one))
    every = (*carried, *given)
    _check_files(clinic, found, every)
    repaired = Repaired(base, calendar.now, every, problem, happened(problem, every))
    target = target_of(clinic, monday, folder)
    check_target(target)
    return RepairGiven(clinic, found, repaired, carried, target, _left_aside(target, every))


def _local(now: datetime, timezone: str | None) -> datetime:
    """Return a moment on the clinic's clock."""
    if now.tzinfo is None:
        return now
    return now.astimezone(None if timezone is None else ZoneInfo(timezone)).replace(tzinfo=None)


def _week(clinic: Path, told: Sequence[Saying], calendar: DateReading, week: date | None, planned: date) -> date:
    days = first_days(told, calendar)
    mondays = sorted({monday_of(day) for day in days})
    if week is not None:
        return week
    if len(mondays) > 1:
        raise UsageError(
            f"The dates lie in the weeks of {', '.join(map(str, mondays))}. Repair one after the other, or choose with --week."
        )
    own = monday_of(calendar.now.date())
    return mondays[0] if mondays else own if latest(clinic_home(clinic), own) is not None else planned


def _known_then(clinic: Path, base: Publication) -> tuple[Happening, ...]:
    """Return what a revision was made to know besides the clinic's files of its time."""
    facts = facts_of_time(clinic, base)
    if facts is None or SUMMARY not in facts.schedule:
        return ()
    return happenings_in(parsed_summary(facts.schedule[SUMMARY]))


def _check_files(clinic: Path, found: ClinicInput, happenings: Sequence[Happening]) -> None:
    """Raise :class:`InputError` where the files with what happened could not be read."""
    if all(is_known(found.problem, one) for one in happenings):
        return
    files = recorded(ClinicFiles.read(clinic), found.problem, happenings)
    read = ingest.inspect_unwritten(clinic, files.tables.made, found.week, is_for_solving=False)
    if read.problem is None:
        raise InputError(read.issues)


def _left_aside(target: Path, happenings: Sequence[Happening]) -> tuple[Happening, ...]:
    """Return what the draft in a folder knows of and this repair does not."""
    return tuple(one for one in happenings_in(read_summary(target)) if one not in happenings)


def choices(
    given: RepairGiven,
    params: SolveParams,
    most: int = MOST_CHOICES,
    names: NameMode = NameMode.ID,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
) -> Iterator[Found]:
    """Yield the choices where they differ, each once it is written; an outcome that is none ends it, or is one less.

    Time is shared: the first may take half of it, the second half of what is left.
    """
    stop = stop or threading.Event()
    begun = monotonic()
    made: list[RepairChoice] = []
    for place, name in enumerate(SEARCHED[:most]):
        if place and stop.is_set():
            return
        left = max(0.05, params.time_limit_s - (monotonic() - begun))
        share = 1.0 if place == min(most, len(SEARCHED)) - 1 else 0.5
        limits = replace(params, time_limit_s=left * share)
        start = made[0].solved.schedule if made else None
        outcome = _searched(given, name, limits, stop, on_progress, start)
        if not isinstance(outcome, Solved):
            yield outcome
            if not made:
                return
            continue
        if any(frozenset(outcome.schedule.sessions) == frozenset(one.solved.schedule.sessions) for one in made):
            continue
        written = _written(given, len(made) + 1, name, outcome, params, names)
        made.append(written.choice)
        yield written


def _searched(
    given: RepairGiven,
    name: ChoiceName,
    params: SolveParams,
    stop: threading.Event,
    on_progress: OnProgress | None,
    start: object,
) -> Outcome:
    del start
    return search.solve(given.repaired.problem, params, on_progress, stop, goals=ORDERS[name])


def _written(
    given: RepairGiven, number: int, name: ChoiceName, solved: Solved, params: SolveParams, names: NameMode
) -> WrittenChoice:
    repaired, problem = given.repaired, given.repaired.problem
    if published_alike(given.clinic, solved) is not None:
        return WrittenChoice(RepairChoice(number, name, solved, _folder_of(given), (), is_as_published=True))
    folder = given.target if number == 1 else beside(given.target, name)
    memory = {**repaired.facts, "choice": str(name)}
    week = given.week
    kept = write_week(folder, problem, solved, params, week.inputs_sha256, week.earlier, given.clinic, memory)
    calls = calls_since(given.clinic, problem, repaired.base, solved.schedule, repaired.now, names)
    own = changes(repaired.base, solved.schedule)
    taken = substitutes(problem, repaired.base.schedule, solved.schedule, repaired.happenings)
    return WrittenChoice(RepairChoice(number, name, solved, folder, calls, changes=own, substitutes=taken), kept)


def beside(folder: Path, name: ChoiceName) -> Path:
    """Return where another choice lies beside the first, such as ``2026-11-30.r2-fewest-moves``."""
    return folder.with_name(f"{folder.name}-{name.replace('_', '-')}")


def _folder_of(given: RepairGiven) -> Path | None:
    """Return where the published week lies, None where it lies in no folder of the clinic."""
    base = given.repaired.base
    rows = folders_of(given.clinic, base.week)
    return next((row.folder for row in rows if row.revision == base.revision), None)
