"""A schedule as pandas frames, for analysis: the home of pandas.

Ids stay text (``007`` stays ``007``), numbers are integers, blank stays blank.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import pandas as pd  # type: ignore[import-untyped]

from iopsched.domain.outcome import GoalResult, Unmet
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.files.weektables import Row, day_rows, hours_rows, roster_rows, session_rows
from iopsched.policy.column import TableKind
from iopsched.policy.columns.schedule import DAYS, HOURS, ROSTER, SESSIONS
from iopsched.verifier import days, hours

Frame: TypeAlias = pd.DataFrame

_BLANKS = frozenset({"services_asked"})  # numbers that may be blank


def sessions_frame(problem: Problem, schedule: Schedule) -> Frame:
    """Return one row a session, with the columns of ``sessions.csv`` and its length, kind and population."""
    frame = _frame(SESSIONS, session_rows(schedule))
    sessions = sorted(schedule.sessions, key=lambda session: session.id)
    people = problem.participant
    populations = [
        next((people[person].population for person in session.participant_ids if person in people), "")
        for session in sessions
    ]
    kinds = [problem.service[session.service_id].kind for session in sessions]
    return frame.assign(
        date=pd.to_datetime(frame["date"]),
        minutes=[session.minutes for session in sessions],
        kind=kinds,
        population=populations,
    )


def roster_frame(problem: Problem, schedule: Schedule) -> Frame:
    """Return one row for each person at each session, with the population and level of the person."""
    frame = _frame(ROSTER, roster_rows(schedule))
    people = [problem.participant.get(str(person)) for person in frame["participant_id"]]
    return frame.assign(
        population=[person.population if person else "" for person in people],
        level=[person.level if person else "" for person in people],
    )


def hours_frame(problem: Problem, schedule: Schedule) -> Frame:
    """Return one row a participant, with the columns of ``hours.csv``, counted afresh."""
    return _frame(HOURS, hours_rows(hours(problem, schedule)))


def days_frame(problem: Problem, schedule: Schedule) -> Frame:
    """Return one row for each participant's day with a countable session, with the columns of ``days.csv``."""
    frame = _frame(DAYS, day_rows(days(problem, schedule)))
    return frame.assign(date=pd.to_datetime(frame["date"]))


def goals_frame(goals: Iterable[GoalResult]) -> Frame:
    """Return one row a goal in rank order: value, proven bound, unit, whether it is proven best, and the gap."""
    rows = [(goal.name, goal.value, goal.bound, goal.unit, goal.is_proven, goal.gap) for goal in goals]
    frame = pd.DataFrame(rows, columns=["goal", "value", "bound", "unit", "proven", "gap"], dtype=object)
    return frame.astype({"value": "int64", "bound": "int64", "proven": "bool", "gap": "float64"})


def unmet_frame(unmet: Iterable[Unmet]) -> Frame:
    """Return one row for each participant with unmet need: its minutes and the reason."""
    rows = [(row.participant_id, row.minutes, row.why) for row in unmet]
    return pd.DataFrame(rows, columns=["participant_id", "minutes", "why"], dtype=object).astype({"minutes": "int64"})


def _frame(kind: TableKind, rows: Iterable[Row]) -> Frame:
    frame = pd.DataFrame(list(rows), columns=list(kind.names), dtype=object)
    is_whole = {column.name: column.is_number and column.name not in _BLANKS for column in kind.columns}
    return frame.astype({name: "int64" if whole else object for name, whole in is_whole.items()})
