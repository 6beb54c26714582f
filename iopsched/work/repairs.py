"""Repairing a published week: what happened, up to three choices of what to do, and a folder for each that can be published."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from time import monotonic

from iopsched import ingest
from iopsched.domain.happenings import Happening
from iopsched.domain.instants import local_moment
from iopsched.domain.outcome import Infeasible, OutOfTime, Solved
from iopsched.domain.publication import Publication
from iopsched.domain.timegrid import WEEK, monday_of
from iopsched.errors import InternalError, UsageError
from iopsched.files.output import check_target, is_schedule_folder, read_summary
from iopsched.params import OnProgress, SolveParams
from iopsched.repairs.happened import concerns_week, happened, is_known
from iopsched.repairs.remembered import happenings_in
from iopsched.repairs.repaired import RepairChoice, Repaired
from iopsched.repairs.saying import Saying
from iopsched.repairs.spans import DateReading
from iopsched.repairs.substitutes import marked, offered
from iopsched.repairs.substitution import Substitute
from iopsched.repairs.typedfacts import FactsReader, first_days
from iopsched.rulebook.repairchoices import ChoiceName
from iopsched.search.repairing import repaired
from iopsched.store import clinic_home, latest, since
from iopsched.store.revisions import changes
from iopsched.views.labels import NameMode
from iopsched.views.repairtold import CHOICE_WORDS
from iopsched.words.phrases import shown
from iopsched.words.sentence import Sentence
from iopsched.words.wordings import said
from iopsched.work.basis import A_WEEK, remembered_by
from iopsched.work.clinics import ClinicInput, read_clinic, timezone_of
from iopsched.work.drafts import choice_folder, folder_of, revision_in, target_of, week_of_now
from iopsched.work.keeping import EarlierSchedule, write_week
from iopsched.work.publications import calls_since
from iopsched.work.recording import refuse_contradictions, with_happenings, write
from iopsched.work.solving import published_alike

MOST_CHOICES = len(ChoiceName)
LEAST_S = 0.05
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RepairGiven:
    """A published week that is to be repaired.

    ``week`` is the clinic as its files say, ``repaired`` what happened in it, as yet without choices. ``carried`` is what
    ``repaired.base`` was made to know and the files do not say. ``target`` is where the first choice is written, and
    ``aside`` the unpublished draft there whose facts are not among these. ``is_beside``: also the first choice lies beside.
    """

    clinic: Path
    week: ClinicInput
    repaired: Repaired
    carried: tuple[Happening, ...]
    target: Path
    aside: tuple[Happening, ...] = ()
    is_beside: bool = False

    @cached_property
    def offers(self) -> tuple[Substitute, ...]:
        """Return who could stand in for what each session loses, whatever the choice."""
        repaired = self.repaired
        return offered(repaired.problem, repaired.base.schedule, repaired.happenings)


@dataclass(frozen=True, slots=True)
class WrittenChoice:
    """A choice that was found and written, and where the draft is kept that was there before, None where it is not."""

    choice: RepairChoice
    kept: EarlierSchedule | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A choice that there is not, and why; there are others."""

    name: ChoiceName
    why: Sentence


Found = WrittenChoice | LeftOut | Infeasible | OutOfTime
"""A choice, or why there is none of this name; where there is none at all, what the search for the first ended with."""


@dataclass(frozen=True, slots=True)
class RepairAsked:
    """What somebody asks to be repaired.

    ``told`` is what happened, ``now`` the moment from which on the week may change, ``week`` its Monday, None where none
    was named, ``folder`` where the first choice is to be written, by default the draft of the next revision.
    ``is_recorded``: what happened is to be written into the clinic's files. ``is_fresh``: what the published week was
    made to know, and the files do not say, is to be forgotten.
    """

    told: tuple[Saying, ...]
    now: datetime
    week: date | None = None
    folder: Path | None = None
    is_recorded: bool = False
    is_fresh: bool = False


def read_repair(clinic: Path, asked: RepairAsked, planned: date) -> RepairGiven:
    """Read a clinic and what happened in its week: the week asked for, else that of the dates told, else of now.

    Where nothing is published of the week of now it is the ``planned`` one. Nothing is written but, where that was asked
    for, what happened into the clinic's files.

    Raises
    ------
    UsageError
        If nothing is published of this week, it is over, or what happened cannot be read.
    InputError
        If the clinic's files have faults, or what they would become with what happened.
    ConflictError
        If somebody else has changed the clinic's files, or has one open, and something is to be recorded.
    """
    if not clinic.exists():
        raise UsageError(f"There is no clinic {clinic}.")
    timezone = timezone_of(clinic)
    reading = DateReading(local_moment(asked.now, timezone), ingest.own_settings(clinic).get("date_order"))
    monday = _week(clinic, asked, reading, planned)
    base = _base(clinic, monday)
    found = _read(clinic, monday, asked.now)
    problem = found.problem
    if problem.first_start >= WEEK:
        raise UsageError(f"The week of {monday} is over: all of it has begun and stays. Choose a later week.")
    reading = replace(reading, week=monday, open=problem.clinic.open)
    given = FactsReader(problem, reading, partial(ingest.read_names, clinic)).happenings(asked.told)
    carried = () if asked.is_fresh else remembered_by(clinic, base)
    carried = tuple(one for one in carried if one not in given and not is_known(problem, one))
    every = (*carried, *given)
    target = target_of(clinic, monday, asked.folder)
    check_target(target)
    files, issues, sha = None, found.issues, found.inputs_sha256
    if not all(is_known(problem, one) for one in every):
        files, read = with_happenings(clinic, problem, every)
        issues, sha = read.issues, read.inputs_sha256
    refuse_contradictions(happened(problem, every), every, issues)
    written = write(files) if asked.is_recorded and files is not None else ()
    found = _read(clinic, monday, asked.now) if written else found
    after = happened(found.problem, every)
    all_told = Repaired(base, reading.now, every, found.problem, after, recorded=written, recorded_sha256=sha)
    return RepairGiven(clinic, found, all_told, carried, target, _left_aside(target, every))


def _read(clinic: Path, monday: date, now: datetime) -> ClinicInput:
    """Read a clinic; what cannot hold together may have begun, and is judged with what happened."""
    return read_clinic(clinic, monday, None, now, is_for_solving=False)


def _base(clinic: Path, monday: date) -> Publication:
    base = latest(clinic_home(clinic), monday)
    if base is None:
        raise UsageError(
            f"Nothing is published of the week of {monday}, so there is nothing to repair. `iopsched solve {shown(clinic)} "
            f"--week {monday}` makes this week with what the tables say; `iopsched publish {shown(clinic)}` publishes it."
        )
    return base


def _week(clinic: Path, asked: RepairAsked, reading: DateReading, planned: date) -> date:
    if asked.week is not None:
        return asked.week
    mondays = sorted({monday_of(day) for day in first_days(asked.told, reading)})
    if len(mondays) > 1:
        weeks = " and ".join(map(str, mondays))
        raise UsageError(
            f"The dates lie in the weeks of {weeks}. Repair one after the other, or choose one with --week."
        )
    return mondays[0] if mondays else week_of_now(clinic, reading.now.date(), planned)


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
    """Yield the choices where they differ, each once it is written, and why one of them is left out.

    Time is shared: the first may take half of it, the second half of what is left.
    """
    stop = stop or threading.Event()
    begun = monotonic()
    made: list[RepairChoice] = []
    for name in ChoiceName:
        if len(made) == most:
            return
        left_s = max(LEAST_S, params.time_limit_s - (monotonic() - begun))
        is_last = most == 1 or name is list(ChoiceName)[-1]
        limits = replace(params, time_limit_s=left_s if is_last else left_s / 2)
        found: Solved | LeftOut | Infeasible | OutOfTime
        if made:
            found = _another(given, name, limits, stop, on_progress, made[0])
        else:
            found = repaired(given.repaired.problem, name, limits, stop, on_progress)
        if not isinstance(found, Solved):
            yield found
            if not made:
                return
            continue
        same = next((one for one in made if _is_same(one.solved, found)), None)
        if same is None:
            written = _written(given, len(made) + 1, name, found, params, names)
            made.append(written.choice)
            yield written
        elif not found.goals[0].is_proven:
            words = "{} was not searched to its end: so far it is as choice {}."
            yield LeftOut(name, Sentence(words, CHOICE_WORDS[name], str(same.number)))


def _is_same(one: Solved, other: Solved) -> bool:
    """Return whether two weeks are the same but for the order of their sessions."""
    return frozenset(one.schedule.sessions) == frozenset(other.schedule.sessions)


def _another(
    given: RepairGiven,
    name: ChoiceName,
    params: SolveParams,
    stop: threading.Event,
    on_progress: OnProgress | None,
    first: RepairChoice,
) -> Solved | LeftOut:
    """Return a further choice; whatever becomes of its search, the first one stands."""
    if stop.is_set():
        return LeftOut(name, Sentence("{} was not searched: interrupted.", CHOICE_WORDS[name]))
    try:
        found = repaired(given.repaired.problem, name, params, stop, on_progress, first.solved.schedule)
    except InternalError as error:
        log.warning("%s is left out: %s", name, error)
        return LeftOut(
            name, Sentence("{} is left out: its search contradicted itself, which is a bug.", CHOICE_WORDS[name])
        )
    match found:
        case Solved():
            return found
        case Infeasible(pins):
            rows = ", ".join(str(pin.row) for pin in pins)
            return LeftOut(
                name,
                said(
                    "{} cannot be: pins ({pins.csv}, row {}) ask for what it would not hold.", CHOICE_WORDS[name], rows
                ),
            )
        case OutOfTime():
            return LeftOut(name, Sentence("{} was not found before time ended.", CHOICE_WORDS[name]))


def _written(
    given: RepairGiven, number: int, name: ChoiceName, solved: Solved, params: SolveParams, names: NameMode
) -> WrittenChoice:
    week, problem = given.week, given.repaired.problem
    if published_alike(given.clinic, solved) is not None:
        return WrittenChoice(
            RepairChoice(number, name, solved, folder_of(given.clinic, given.repaired.base), (), is_as_published=True)
        )
    folder = given.target if number == 1 and not given.is_beside else choice_folder(given.target, name)
    memory = {**given.repaired.facts, "choice": str(name)}
    kept = write_week(folder, problem, solved, params, week.inputs_sha256, week.earlier, given.clinic, memory)
    base = given.repaired.base
    calls = calls_since(given.clinic, problem, base, solved.schedule, given.repaired.now, names)
    own = changes(base, solved.schedule)
    taken = marked(given.offers, problem, base.schedule, solved.schedule)
    return WrittenChoice(RepairChoice(number, name, solved, folder, calls, changes=own, substitutes=taken), kept)


def of_earlier_repairs(given: RepairGiven, made: Sequence[RepairChoice]) -> tuple[Path, ...]:
    """Return the folders of choices beside the first that an earlier repair has left and this one has not written anew."""
    left = {choice_folder(given.target, name) for name in ChoiceName} - {one.folder for one in made}
    return tuple(row for row in sorted(left) if is_schedule_folder(row) and revision_in(given.clinic, row) is None)


def later_weeks(given: RepairGiven) -> tuple[date, ...]:
    """Return the Mondays of published weeks after this one that what happened concerns, and the tables did not say."""
    repaired_week = given.repaired
    new = [one for one in repaired_week.happenings if repaired_week.recorded or not is_known(repaired_week.before, one)]
    after = {one.week for one in since(clinic_home(given.clinic), repaired_week.base.week + A_WEEK)}
    return tuple(monday for monday in sorted(after) if any(concerns_week(monday, one) for one in new))
