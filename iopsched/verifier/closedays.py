"""What closed days take away: who is short by them alone, and who by the days that are open, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.verifier.account import Account, accounts
from iopsched.verifier.calendars import Calendars
from iopsched.verifier.week import Week


@dataclass(frozen=True, slots=True)
class ClosureLoss:
    """Closed days, and who is short.

    ``alone`` are those who would lack nothing if weekly minimums were lowered by the closed days
    (``[hours] closures = "prorate"``), ``besides`` those who lack something even so; both sorted.
    """

    days: tuple[date, ...]
    alone: tuple[str, ...]
    besides: tuple[str, ...]


def closed_days(problem: Problem) -> tuple[date, ...]:
    """Return the dates of the week on which the clinic would be open and is closed all day."""
    calendars = Calendars(problem)
    closed = sorted(calendars.open_days - calendars.open.days())
    return tuple(problem.week + timedelta(days=day) for day in closed)


def closure_loss(problem: Problem, schedule: Schedule) -> ClosureLoss | None:
    """Return what closed days take away, None where there are none or weekly minimums are lowered by them."""
    days = closed_days(problem)
    if not days or problem.clinic.closures == "prorate":
        return None
    asked, lowered = _accounts(problem, schedule), _accounts(_by_open_days(problem), schedule)
    short = sorted(key for key, row in asked.items() if row.unmet_minutes)
    besides = tuple(key for key in short if key in lowered and lowered[key].unmet_minutes)
    return ClosureLoss(days, tuple(key for key in short if key not in besides), besides)


def _by_open_days(problem: Problem) -> Problem:
    return replace(problem, clinic=replace(problem.clinic, closures="prorate"))


def _accounts(problem: Problem, schedule: Schedule) -> Mapping[str, Account]:
    return {row.participant.id: row for row in accounts(Week(problem, schedule))}
