"""What a week becomes by what happened: absences are added, people come and go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from iopsched.domain.happenings import Admission, Discharge, Happening
from iopsched.domain.people import TimeOff
from iopsched.domain.problem import Problem


def happened(problem: Problem, happenings: Iterable[Happening]) -> Problem:
    """Return the problem after what happened; what it knows already changes nothing.

    A referral becomes a participant on their first program day, a participant who leaves has their last one, absences
    are added. Reading the clinic's files in which the same was recorded (:func:`iopsched.repairs.typedrows.recorded`)
    gives this problem. Whoever is in no table any more is passed over.
    """
    for one in happenings:
        if not is_known(problem, one):
            problem = _after(problem, one)
    return problem


def is_known(problem: Problem, one: Happening) -> bool:
    """Return whether a problem knows of what happened: an absence also where several rows together cover it."""
    match one:
        case TimeOff():
            return _is_covered(problem, one)
        case Admission(who):
            return who in problem.participant
        case Discharge(who, last_day):
            person = problem.participant.get(who)
            return person is not None and person.discharged == last_day


def concerns(problem: Problem, one: Happening) -> bool:
    """Return whether what happened could change anything of a week that is still to come."""
    return concerns_week(problem.week, one, timedelta(minutes=problem.first_start))


def concerns_week(week: date, one: Happening, passed: timedelta = timedelta(0)) -> bool:
    """Return whether what happened could change anything of the week of a Monday, of which so much has passed."""
    begin = datetime.combine(week, time()) + passed
    end = datetime.combine(week, time()) + timedelta(days=7)
    match one:
        case TimeOff():
            return one.start < end and one.end > begin
        case Admission(_, first_day):
            return first_day < end.date()
        case Discharge(_, last_day):
            return last_day < end.date() - timedelta(days=1)


def _is_covered(problem: Problem, away: TimeOff) -> bool:
    reached = away.start
    for row in sorted((row for row in problem.time_off if _key(row)[:2] == _key(away)[:2]), key=_key):
        if row.start <= reached:
            reached = max(reached, row.end)
    return reached >= away.end


def _after(problem: Problem, one: Happening) -> Problem:
    match one:
        case TimeOff():
            return replace(problem, time_off=tuple(sorted((*problem.time_off, one), key=_key)))
        case Admission(who, first_day):
            entry = next((row for row in problem.waitlist if row.participant.id == who), None)
            if entry is None:
                return problem
            people = (*problem.participants, replace(entry.participant, admitted=first_day))
            return replace(
                problem, participants=people, waitlist=tuple(row for row in problem.waitlist if row != entry)
            )
        case Discharge(who, last_day):
            rows = (replace(row, discharged=last_day) if row.id == who else row for row in problem.participants)
            return replace(problem, participants=tuple(rows))


def _key(away: TimeOff) -> tuple[str, str, datetime, datetime]:
    return away.kind, away.id, away.start, away.end
