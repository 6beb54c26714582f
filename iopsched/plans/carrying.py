"""What a week planned in memory leaves to those after it: days of authorizations used, and needs that were held."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from iopsched.domain.authorization import with_units_counted
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.services import Need
from iopsched.domain.timegrid import day_of
from iopsched.records.presence import minutes_of
from iopsched.records.units import counts_from


def carried(problem: Problem, before: Iterable[tuple[Problem, Schedule]]) -> Problem:
    """Return a week as it is after the weeks planned before it, none of which is published.

    A day with a session that counts uses a day of an authorization, as in published weeks
    (:func:`iopsched.records.units.days_counted`); a need of every so many weeks that was met is due again later.
    """
    days: Counter[str] = Counter()
    held: dict[tuple[str, str], date] = {}
    for earlier, schedule in before:
        days.update(_days(problem, earlier, schedule))
        held |= _held(earlier, schedule)
    needs = tuple(_since(row, held.get((row.participant_id, row.service_id))) for row in problem.needs)
    return with_units_counted(problem if needs == problem.needs else replace(problem, needs=needs), days)


def _days(problem: Problem, earlier: Problem, schedule: Schedule) -> Mapping[str, int]:
    first = {row.id: counts_from(row) for row in problem.participants if row.units_left is not None}
    found: dict[str, set[date]] = defaultdict(set)
    for session in schedule.sessions if first else ():
        service, day = earlier.service.get(session.service_id), day_of(schedule.week, session.start)
        if minutes_of(earlier.clinic, service, session).countable:
            for key in session.participant_ids:
                if key in first and first[key] <= day:
                    found[key].add(day)
    return {key: len(days) for key, days in found.items()}


def _held(problem: Problem, schedule: Schedule) -> Mapping[tuple[str, str], date]:
    """Return the last day on which each need of every so many weeks was held, by participant and service."""
    asked = {(row.participant_id, row.service_id) for row in problem.needs if row.every_weeks > 1}
    rows = sorted(schedule.sessions, key=lambda session: session.start) if asked else []
    return {
        (key, row.service_id): day_of(schedule.week, row.start)
        for row in rows
        for key in row.participant_ids
        if (key, row.service_id) in asked
    }


def _since(need: Need, day: date | None) -> Need:
    if day is None or need.every_weeks == 1 or (need.last_held is not None and need.last_held >= day):
        return need
    return replace(need, last_held=day)
