"""For scripts and notebooks: read a clinic, solve its week, verify any week, with typed results and pandas frames.

::

    from iopsched import read_clinic, solve, verify

    clinic = read_clinic("data/teens", "2026-11-30")
    week = solve(clinic, time_limit_s=30)
    week.goals, week.hours, week.sessions      # pandas frames
    week.result.goals, week.result.unmet       # the same as typed values
    verify(clinic, week)                       # every broken rule: none
    week.save("my-week")                       # the files that `iopsched solve` writes

Ids only: no name is read, kept or shown. Nothing is printed. The solver and
pandas are loaded when they are first used.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from iopsched import work
from iopsched.domain.outcome import Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import week_of
from iopsched.errors import NoScheduleError, UsageError
from iopsched.files.output import check_target, read_summary, recover
from iopsched.ingest import read_schedule
from iopsched.params import OnProgress, SolveParams, params_of
from iopsched.stopping import Request
from iopsched.verifier import Violation, violations
from iopsched.work.basis import Earlier
from iopsched.work.clinics import ClinicInput, listed
from iopsched.work.drafts import target_of
from iopsched.work.keeping import write_week
from iopsched.work.weeks import with_earlier

if TYPE_CHECKING:
    from iopsched.work.frames import Frame


class Saved(NamedTuple):
    """Where a week was written, and where the one that was there is kept, if it is (else None)."""

    folder: Path
    kept: Path | None


@dataclass(frozen=True)
class Week:
    """A week that obeys every rule, with a proven bound for each goal.

    ``result`` has it as typed values: ``result.schedule.sessions``,
    ``result.goals`` (value, bound and unit), ``result.unmet``. The frames are
    made when they are first asked for; ids are text, numbers integers,
    dates dates, and blank is blank.
    """

    problem: Problem
    result: Solved
    params: SolveParams
    inputs_sha256: str = ""
    earlier: Earlier | None = None
    clinic: Path | None = None

    @property
    def schedule(self) -> Schedule:
        """Return the sessions of the week."""
        return self.result.schedule

    @property
    def is_optimal(self) -> bool:
        """Return whether every goal is proven best."""
        return self.result.is_optimal

    @property
    def was_interrupted(self) -> bool:
        """Return whether somebody ended the search; the week is the best that had been found."""
        return self.result.was_interrupted

    @cached_property
    def sessions(self) -> Frame:
        """Return one row a session, with the columns of ``sessions.csv``, minutes, kind and population."""
        return work.frames.sessions_frame(self.problem, self.schedule)

    @cached_property
    def roster(self) -> Frame:
        """Return one row for each participant at each session, with population and level."""
        return work.frames.roster_frame(self.problem, self.schedule)

    @cached_property
    def hours(self) -> Frame:
        """Return one row a participant: required, scheduled and missing minutes and days."""
        return work.frames.hours_frame(self.problem, self.schedule)

    @cached_property
    def days(self) -> Frame:
        """Return one row for each participant's day with a countable session, in minutes."""
        return work.frames.days_frame(self.problem, self.schedule)

    @cached_property
    def goals(self) -> Frame:
        """Return one row a goal in rank order: value, proven bound, unit, whether it is proven best, gap."""
        return work.frames.goals_frame(self.result.goals)

    @cached_property
    def unmet(self) -> Frame:
        """Return one row for each participant with unmet need: minutes, and the reason in plain words."""
        return work.frames.unmet_frame(self.result.unmet)

    def save(self, folder: str | Path) -> Saved:
        """Write the files that ``iopsched solve`` writes, all or nothing.

        An earlier schedule in the folder that was edited by hand, that is
        better, or that this week was made from, is kept beside it. A folder
        with a published week stays; then the draft is written beside it. What
        is returned names the folder.

        Raises
        ------
        UsageError
            If the folder cannot be written, or holds something else than a schedule.
        ConflictError
            If another process is writing there.
        """
        asked = Path(folder)
        target = asked if self.clinic is None else target_of(self.clinic, self.problem.week, asked)
        check_target(target)
        kept = write_week(target, self.problem, self.result, self.params, self.inputs_sha256, self.earlier, self.clinic)
        return Saved(target, kept.folder if kept else None)

    def __repr__(self) -> str:
        """Return the week, how many sessions it has, how many are short, and how good it is."""
        facts = {"sessions": len(self.schedule.sessions), "short": len(self.result.unmet), "optimal": self.is_optimal}
        if self.was_interrupted:
            facts["interrupted"] = True
        return f"Week({self.problem.week}, {listed(facts)})"


def read_clinic(
    folder: str | Path,
    week: str | date,
    previous: str | Path | None = None,
    now: datetime | None = None,
    *,
    is_for_solving: bool = True,
) -> ClinicInput:
    """Read a clinic folder for the week in which a date (``2026-11-30`` or a date) lies.

    ``previous`` is the folder of an earlier schedule, from which as little as
    possible should change; by default it is the last published revision of
    this week, else of the week before, and with ``"none"`` there is none.
    Of a published revision of this week stays what began before ``now``, by default
    the clock; without a time zone it is the clinic's time. Contradictions forbid to solve, but not to verify a
    week that exists: with ``is_for_solving`` False they are issues.

    Raises
    ------
    InputError
        If the folder has any fault; it holds and tells all of them.
    UsageError
        If ``week`` is no date, or what is published beside the week cannot be read.
    """
    try:
        monday = week_of(_day(week))
    except ValueError as error:
        raise UsageError(str(error)) from None
    earlier = None if previous is None else Path(previous)
    moment = now or datetime.now(UTC)
    return work.clinics.read_clinic(Path(folder), monday, earlier, moment, is_for_solving=is_for_solving)


def _day(week: str | date) -> date:
    if isinstance(week, datetime):  # a pandas timestamp is one too
        return week.date()
    if isinstance(week, date):
        return week
    try:
        return date.fromisoformat(week.strip())
    except (ValueError, AttributeError):
        raise UsageError("The week is not a date. Write any date of the week, such as '2026-11-30'.") from None


def solve(
    clinic: ClinicInput | Problem,
    *,
    time_limit_s: float | None = None,
    deterministic_limit: float | None = None,
    seed: int = 0,
    workers: int = 0,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
) -> Week:
    """Return the best week that is found in the time: it obeys every rule, and each goal has a proven bound.

    A need that cannot be met does not fail: see ``unmet``. Ctrl-C, or a
    notebook's "interrupt", ends the search with the best week so far
    (``was_interrupted``); a second one ends it without. In threads other than
    the main one, set ``stop`` to the same effect.

    A :class:`Problem` that was changed in memory (``dataclasses.replace``)
    can be solved too; its files say that they come from no clinic folder.
    Impossible facts are refused by ``Problem`` itself, with a ``ValueError``.

    Parameters
    ----------
    time_limit_s
        Seconds, above 0; by default 60, or 3600 beside ``deterministic_limit``.
    deterministic_limit
        Search effort in seconds of one undisturbed core, above 0; with ``workers=1`` it makes runs repeatable.
    seed
        Another seed, 0 or more, searches in another order.
    workers
        Search threads, at most 256; 0 = all cores, 1 = repeatable.
    on_progress
        Called with a :class:`~iopsched.params.Progress` for every piece of news, from a thread of the solver.

    Raises
    ------
    NoScheduleError
        If pins cannot hold together, or no week was found in the time.
    UsageError
        If a number is out of its bounds.
    """
    params = params_of(time_limit_s, deterministic_limit, seed, workers)
    given = ClinicInput(clinic, (), "") if isinstance(clinic, Problem) else clinic
    with _stopped_by_interrupt(stop or threading.Event()) as event:
        outcome = work.solving.find_week(given.problem, params, on_progress, event)
    if isinstance(outcome, Solved):
        return Week(given.problem, outcome, params, given.inputs_sha256, given.earlier, given.folder)
    raise NoScheduleError(outcome)


@contextlib.contextmanager
def _stopped_by_interrupt(stop: threading.Event) -> Iterator[threading.Event]:
    """Let the first interrupt set ``stop`` and the second raise; only Python's main thread hears of interrupts.

    A handler that is not Python's own is left alone: whoever has put it there has other plans.
    """
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield stop
        return

    def end() -> NoReturn:
        raise KeyboardInterrupt

    with Request(stop, end) as request:
        signal.signal(signal.SIGINT, request)
        try:
            yield stop
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def verify(clinic: ClinicInput | Problem, week: Week | Schedule | str | Path) -> tuple[Violation, ...]:
    """Return every broken rule of a week, a schedule or a schedule folder; empty if it may be published.

    The rules are stated a second time for this, without the solver. A folder
    may have been edited by hand; its ``summary.json`` says what it was made
    from, whatever earlier schedule the clinic was read with. Needs that are
    not met break no rule.

    Raises
    ------
    InputError
        If the files of the folder have faults; it holds and tells all of them.
    UsageError
        If it is the schedule of another week.
    """
    problem = clinic if isinstance(clinic, Problem) else clinic.problem
    if isinstance(week, Week):
        schedule = week.schedule
    elif isinstance(week, Schedule):
        schedule = week
    else:
        recover(Path(week))
        if isinstance(clinic, ClinicInput) and clinic.folder is not None:
            problem = with_earlier(clinic.folder, problem, read_summary(Path(week)))
        schedule = read_schedule(Path(week), problem)
    if schedule.week != problem.week:
        raise UsageError(f"The schedule is of the week of {schedule.week}, the clinic was read for {problem.week}.")
    return violations(problem, schedule)
