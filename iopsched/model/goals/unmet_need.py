"""Goals ``unmet_need`` (minutes) and ``people_short`` (people)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ortools.sat.python import cp_model

from iopsched.domain.people import Participant
from iopsched.model.posting import Expression, Literal
from iopsched.model.rules.hours import by_day, countable_minutes
from iopsched.model.variables import Attendance, Variables

MINUTES_PER_DAY_SHORT = 60
MINUTES_PER_LONG_GAP = 60
MINUTES_PER_PHASE_SESSION = 180


@dataclass(frozen=True, slots=True)
class UnmetNeed:
    """Per participant: unmet minutes as an expression and the most it can be."""

    of: dict[str, tuple[Expression, int]]

    @property
    def total(self) -> Expression:
        """Return the goal."""
        return sum(expression for expression, _ in self.of.values())


def unmet_need(x: Variables) -> UnmetNeed:
    """Return unmet minutes of every participant of the week."""
    return UnmetNeed({person.id: _unmet(x, person) for person in x.participants})


def people_short(x: Variables, unmet: UnmetNeed) -> Expression:
    """Return the number of participants with any unmet need."""
    total = []
    for expression, most in unmet.of.values():
        if most == 0:
            continue
        short = x.cp.new_bool_var("")
        x.cp.add(expression <= most * short)
        total.append(short)
    return cp_model.LinearExpr.sum(total)


def _unmet(x: Variables, person: Participant) -> tuple[Expression, int]:
    parts = [part(x, person, x.attending(person.id)) for part in (hours, days, gaps, sessions, phase)]
    return sum(expression for expression, _ in parts), sum(most for _, most in parts)


def _shortfall(x: Variables, required: int, total: Expression, unit: int) -> tuple[Expression, int]:
    """Return unit x max(0, required - total) for a goal to be minimized, and the most it can be."""
    if required <= 0:
        return 0, 0
    short = x.cp.new_int_var(0, required, "")
    x.cp.add(short + total >= required)
    return unit * short, unit * required


def hours(x: Variables, person: Participant, attendance: Attendance) -> tuple[Expression, int]:
    """Return countable minutes below the weekly minimum, and the most that can be."""
    required = x.terms.required_minutes(person)
    # counted in the largest unit that divides all: then the solver cannot win it minute by minute
    unit = math.gcd(required, *(c.countable_minutes for c, _ in attendance))
    if required <= 0:
        return 0, 0
    total = sum(c.countable_minutes // unit * literal for c, literal in attendance if c.countable_minutes)
    return _shortfall(x, required // unit, total, unit)


def days(x: Variables, person: Participant, attendance: Attendance) -> tuple[Expression, int]:
    """Return 60 minutes for each program day that is lacking, and the most that can be."""
    required = x.terms.required_days(person)
    minutes = x.terms.program_day_minutes(person)
    days = []
    for day, sessions in by_day(attendance).items() if required > 0 else ():
        counts = x.cp.new_bool_var("")
        x.cp.add(countable_minutes(sessions) >= minutes * counts)
        x.program_days[person.id, day] = counts
        days.append(counts)
    return _shortfall(x, required, sum(days), MINUTES_PER_DAY_SHORT)


def sessions(x: Variables, person: Participant, attendance: Attendance) -> tuple[Expression, int]:
    """Return the minutes of needed sessions that are not held, and the most that can be."""
    parts = []
    for service in x.problem.services:
        required = x.terms.demand(person, service).required
        total = cp_model.LinearExpr.sum([literal for c, literal in attendance if c.service.id == service.id])
        parts.append(_shortfall(x, required, total, service.minutes))
    return sum(expression for expression, _ in parts), sum(most for _, most in parts)


def phase(x: Variables, person: Participant, attendance: Attendance) -> tuple[Expression, int]:
    """Return 180 minutes for each group session that the phase lacks, and the most that can be."""
    groups = cp_model.LinearExpr.sum([literal for c, literal in attendance if c.service.kind == "group"])
    return _shortfall(x, x.terms.required_group_sessions(person), groups, MINUTES_PER_PHASE_SESSION)


def gaps(x: Variables, person: Participant, attendance: Attendance) -> tuple[Expression, int]:
    """Count runs of days without a countable session longer than the maximum, on the circle of the stay's days."""
    limit = x.terms.max_gap_days(person)
    circle = sorted(x.terms.stay_days(person))
    if not limit or len(circle) <= limit:
        return 0, 0
    days = by_day(attendance)
    used = {day: _any_countable(x, days.get(day, [])) for day in circle}
    runs: list[Literal] = []
    nothing = x.cp.new_bool_var("")
    x.cp.add_bool_or([*used.values(), nothing])
    runs.append(nothing)
    for position, day in enumerate(circle):
        if limit + 1 >= len(circle):
            break
        after = [used[circle[(position + step) % len(circle)]] for step in range(1, limit + 2)]
        run = x.cp.new_bool_var("")
        x.cp.add_bool_or([used[day].negated(), *after, run])
        runs.append(run)
    return MINUTES_PER_LONG_GAP * sum(runs), MINUTES_PER_LONG_GAP * len(runs)


def _any_countable(x: Variables, sessions: Attendance) -> Literal:
    """Return a literal that holds exactly when some countable session is attended."""
    used = x.cp.new_bool_var("")
    literals = [literal for c, literal in sessions if c.service.counts]
    for literal in literals:
        x.cp.add_implication(literal, used)
    x.cp.add_bool_or([*literals, used.negated()])
    return used
