"""Sessions that are held as they stand in a schedule folder, such as one edited by hand, while the rest of the week is made anew."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from iopsched import ingest
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.errors import InputError, IopschedError, UsageError
from iopsched.rulebook import RuleId
from iopsched.search.start.first_week import drop_violations
from iopsched.verifier import Violation, violations
from iopsched.words.phrases import count
from iopsched.words.wording import listed, quoted
from iopsched.work.clinics import ClinicInput

MENDABLE = frozenset({RuleId.DAY_MIN})
"""Rules that more sessions may keep: a day with a group must hold so much, and the rest of it is still to be chosen."""


class KeptSessionsError(IopschedError):
    """Sessions that are to be kept break rules by themselves; ``violations`` says which."""

    def __init__(self, found: Iterable[Violation]) -> None:
        self.violations = tuple(found)
        ids = listed(sorted({key for row in self.violations for key in row.sessions}))
        super().__init__(
            f"What is to be kept breaks {count(len(self.violations), 'rule')} by itself (sessions {ids}); nothing was written. "
            "Mend these sessions in the folder, or name with --keep only others: FOLDER:ID,ID."
        )


@dataclass(frozen=True, slots=True)
class Keep:
    """A schedule folder, and the sessions of it that are kept; all of them where none is named."""

    folder: Path
    ids: tuple[str, ...] = ()


def keep_of(text: str) -> Keep:
    """Return what ``FOLDER`` or ``FOLDER:ID,ID`` asks to keep.

    Raises
    ------
    UsageError
        If there is no such folder, or no id behind the colon.
    """
    if Path(text).is_dir():
        return Keep(Path(text))
    folder, colon, ids = text.rpartition(":")
    named = tuple(dict.fromkeys(key.strip() for key in re.split("[,;]", ids) if key.strip()))
    if not colon or not Path(folder).is_dir():
        raise UsageError(
            f"There is no schedule folder {folder if colon else text}. Write --keep FOLDER or FOLDER:ID,ID."
        )
    if not named:
        raise UsageError(
            "--keep names no session behind the colon. Write FOLDER:ID,ID, or FOLDER alone for all of them."
        )
    return Keep(Path(folder), named)


def week_kept(keep: Keep) -> date:
    """Return the Monday of the week whose sessions are to be kept."""
    found = ingest.inspect_schedule(keep.folder)
    if found.schedule is None:
        raise InputError(found.issues)
    return found.schedule.week


def holding(given: ClinicInput, keep: Keep) -> ClinicInput:
    """Return a clinic's week in which these sessions are to be held exactly as they stand.

    What of them began before the time of the week is held as it was published.

    Raises
    ------
    InputError
        If the folder has faults, or names people, rooms or groups that the clinic has not.
    UsageError
        If it has no session of a name, or is of another week.
    KeptSessionsError
        If the sessions break a rule by themselves.
    """
    if (week := week_kept(keep)) != given.week:
        raise UsageError(f"{keep.folder} is of the week of {week.isoformat()}. Name that week with --week.")
    found = ingest.inspect_schedule(keep.folder, given.problem)
    if found.schedule is None:
        raise InputError(found.issues)
    sessions = _chosen(found.schedule, keep)
    problem = given.problem
    past = {session.id for session in problem.begun}
    kept = tuple(row for row in sessions if not (row in problem.begun or (not keep.ids and row.id in past)))
    return held_in(given, found.schedule, kept)


def held_in(given: ClinicInput, schedule: Schedule, kept: tuple[Session, ...]) -> ClinicInput:
    """Return a clinic's week in which some sessions of a schedule are held, and whose search begins with what is legal of the rest.

    Raises
    ------
    KeptSessionsError
        If these sessions break a rule by themselves.
    """
    if broken := _broken(given.problem, kept):
        raise KeptSessionsError(broken)
    problem = replace(given.problem, kept=kept)
    fixed = {row.id for row in problem.fixed}
    others = [row for row in schedule.sessions if row.id not in fixed and row.start >= problem.first_start]
    start = drop_violations(problem, replace(schedule, sessions=tuple(sorted((*problem.fixed, *others)))))
    return replace(given, problem=problem, start=None if violations(problem, start) else start)


def _chosen(schedule: Schedule, keep: Keep) -> tuple[Session, ...]:
    by_id = {session.id: session for session in schedule.sessions}
    if unknown := [key for key in keep.ids if key not in by_id]:
        raise UsageError(f"{keep.folder} has no session {listed(map(quoted, unknown))}.")
    return tuple(by_id[key] for key in keep.ids) if keep.ids else schedule.sessions


def _broken(problem: Problem, kept: tuple[Session, ...]) -> tuple[Violation, ...]:
    """Return what these sessions break by themselves or together with what has begun; no session that lacks counts."""
    ids = {session.id for session in kept}
    begun = [session for session in problem.begun if session.id not in ids]
    found = violations(problem, Schedule(problem.week, tuple(sorted((*begun, *kept)))))
    return tuple(row for row in found if row.rule not in MENDABLE and (row.sessions or row.rule != RuleId.PIN))
