"""Units of an authorization, each a day with sessions that count, as published weeks use them up; how long a certification lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from iopsched.domain.clinic import Payer
from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem


def with_units_counted(problem: Problem, counted: Mapping[str, int]) -> Problem:
    """Return the problem of a week in which so many more days were counted of each participant, beside those stated as used.

    Who has no stated units, or lost none, stays as they are.
    """
    people = tuple(
        replace(row, units_left=max(0, row.units_left - days), units_counted=row.units_counted + days)
        if row.units_left is not None and (days := counted.get(row.id, 0))
        else row
        for row in problem.participants
    )
    return problem if people == problem.participants else replace(problem, participants=people)


def units_counted(problem: Problem) -> Mapping[str, int]:
    """Return how many days were counted of each participant; of whoever has none there is no entry."""
    return {row.id: row.units_counted for row in problem.participants if row.units_counted}


def certified_until(person: Participant, payer: Payer) -> date | None:
    """Return the last day of a certification, None where the payer asks for none or none is dated."""
    if not payer.certified_days or person.certified is None:
        return None
    return person.certified + timedelta(days=payer.certified_days)
