"""A clinic as it was read for one week, to be checked or solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from iopsched import ingest, work
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.whereabouts import Rows
from iopsched.errors import ConflictError, InputError, Issue
from iopsched.store.place import DATABASE
from iopsched.views.numbers import Number, numbers
from iopsched.why import counts  # knows what could be held without the solver
from iopsched.work.basis import Earlier, begun_of, earlier_of, missed_then
from iopsched.work.weeks import inspect_week


@dataclass(frozen=True)
class ClinicInput:
    """A clinic folder as it was read for one week.

    ``problem`` holds all facts of the week. ``issues`` are the warnings and
    notes of the reader; errors there are none. ``inputs_sha256`` is over the
    files as they were read and is written into ``summary.json`` of a schedule
    made from them, and so is ``earlier``, which names the earlier schedule.
    ``folder`` is where the clinic lies, None of one that was made in memory; ``rows`` and ``people`` are those of the reading.
    ``start`` is a legal week to begin the search with, None without one.
    """

    problem: Problem
    issues: tuple[Issue, ...]
    inputs_sha256: str
    earlier: Earlier | None = None
    folder: Path | None = None
    rows: Rows = field(default_factory=dict)
    people: Mapping[str, frozenset[str]] = field(default_factory=dict)
    start: Schedule | None = None

    @property
    def week(self) -> date:
        """Return the Monday of the week."""
        return self.problem.week

    @cached_property
    def warnings(self) -> tuple[Issue, ...]:
        """Return what ``iopsched check`` lists: the reader's issues, and what can never work.

        The latter take a look at every way to hold a session: seconds for a large clinic.
        """
        return tuple(sorted((*self.issues, *counts.never(self.problem, self.rows, self.issues, self.people))))

    def __repr__(self) -> str:
        """Return the week and how much there is of everything."""
        rows = {name: len(getattr(self.problem, name)) for name in ("participants", "therapists", "rooms", "groups")}
        return f"ClinicInput(week={self.week}, {listed({**rows, 'issues': len(self.issues)})})"


def listed(facts: dict[str, int]) -> str:
    """Return for instance ``rooms=4, groups=9``."""
    return ", ".join(f"{name}={value}" for name, value in facts.items())


def read_clinic(
    clinic: Path,
    week: date,
    previous: Path | None = None,
    now: datetime | None = None,
    *,
    is_for_solving: bool = True,
) -> ClinicInput:
    """Read a clinic for the week of a Monday, and the earlier week from which as little as possible should change.

    ``previous`` and what is taken without it: :func:`iopsched.work.basis.earlier_of`. What of a published revision of
    the same week has begun by ``now`` stays. Contradictions forbid to solve, but not to verify a week that exists: with
    ``is_for_solving`` False they are issues.
    """
    earlier = earlier_of(clinic, week, previous)
    found = inspect_week(clinic, week, earlier.source if earlier else None, is_for_solving=is_for_solving)
    if found.problem is None:
        raise InputError(found.issues)
    begun = begun_of(found.problem, earlier, now)
    problem = found.problem
    if begun is not None and earlier is not None and earlier.publication is not None:
        problem = replace(problem, now=begun, missed=missed_then(clinic, earlier.publication))
    return ClinicInput(problem, found.issues, found.inputs_sha256, earlier, clinic, found.rows, found.people)


def check(clinic: Path, week: date, now: datetime) -> ingest.Inspection:
    """Return every fault and warning of a clinic for the week of a Monday, and what is still as in an example.

    ``now`` says which sessions are over: attendance may be missing only of those.
    """
    try:
        found = inspect_week(clinic, week)
        told = work.attended.remarks(clinic, found, now)
    except ConflictError as error:  # a damaged store hides no fault of the tables
        found, told = ingest.inspect_clinic(clinic, week), (_unread(error),)
    never = counts.never(found.problem, found.rows, found.issues, found.people) if found.problem is not None else ()
    more = ingest.as_told(clinic, (*never, *told, *work.leftovers.leftovers(clinic)))
    return replace(found, issues=(*found.issues, *more))


def _unread(error: ConflictError) -> Issue:
    message = "What is published cannot be read, so nothing of it is counted here."
    return Issue(DATABASE, 0, "", "W-STORE", message, str(error), level="warning")


def numbers_in_force(clinic: Path, week: date) -> tuple[Number, ...]:
    """Return the numbers that the clinic's rules and goals have in the week of a Monday, each with where it stands."""
    found = ingest.inspect_clinic(clinic, week)
    if found.problem is None:
        raise InputError(found.issues)
    return numbers(found.problem, clinic)


def timezone_of(path: Path) -> str | None:
    """Return the time zone that a clinic's settings name, None where they name none that is known."""
    name = ingest.own_settings(path).get("timezone")
    try:
        return ZoneInfo(name).key if isinstance(name, str) else None
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None
