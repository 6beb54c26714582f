"""Goals ``unmet_need`` (minutes) and ``people_short`` (people)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ortools.sat.python import cp_model

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group
from iopsched.model.ownsessions import Attendance
from iopsched.model.posting import Expression, Literal, add_up, sum_of
from iopsched.model.rules.hours import countable_minutes
from iopsched.model.terms import Terms
from iopsched.model.variables import Variables

MINUTES_PER_DAY_SHORT = 60
MINUTES_PER_LONG_GAP = 60
MINUTES_PER_PHASE_SESSION = 180


@dataclass(frozen=True, slots=True)
class Lack:
    """Unmet minutes as an expression, the most they can be, and a number that divides them (0: any)."""

    minutes: Expression = 0
    most: int = 0
    unit: int = 0


@dataclass(frozen=True, slots=True)
class UnmetNeed:
    """What each participant may lack, and each group that always meets; ``counted`` is what is lacking beside gaps."""

    of: dict[str, Lack]
    counted: dict[str, Expression]
    of_groups: tuple[Lack, ...] = ()

    @property
    def total(self) -> Expression:
        """Return the goal."""
        return add_up(row.minutes for row in (*self.of.values(), *self.of_groups))


def unmet_need(x: Variables) -> UnmetNeed:
    """Return unmet minutes of every participant of the week, and of the groups that always meet."""
    people: dict[str, Lack] = {}
    counted: dict[str, Expression] = {}
    for person in x.participants:
        beside_gaps = _parts(x, person, (hours, days, sessions, phase))
        counted[person.id] = beside_gaps.minutes
        people[person.id] = _sum([beside_gaps, gaps(x, person)])
    return UnmetNeed(people, counted, tuple(meetings(x, group) for group in x.problem.groups))


def meetings(x: Variables, group: Group) -> Lack:
    """Return the minutes of sessions that a group lacks which always meets."""
    held = cp_model.LinearExpr.sum([x.held[candidate] for candidate in x.of_group(group.id)])
    return _shortfall(x, x.terms.sessions_due(group), held, x.problem.service[group.service_id].minutes)


def most_of_groups(problem: Problem) -> int:
    """Return the most minutes of unmet need that belong to groups, which no participant lacks."""
    always = [group for group in problem.groups if group.meets == "always"]
    terms = Terms(problem) if always else None
    return sum(terms.sessions_due(group) * problem.service[group.service_id].minutes for group in always if terms)


def people_short(x: Variables, unmet: UnmetNeed) -> Expression:
    """Return the number of participants with any unmet need."""
    total = []
    for row in unmet.of.values():
        if row.most == 0:
            continue
        short = x.cp.new_bool_var("")
        x.cp.add(row.minutes <= row.most * short)
        total.append(short)
    return cp_model.LinearExpr.sum(total)


def _parts(x: Variables, person: Participant, parts: Iterable[Callable[[Variables, Participant], Lack]]) -> Lack:
    return _sum([part(x, person) for part in parts])


def _sum(parts: Iterable[Lack]) -> Lack:
    rows = [row for row in parts if row.most]
    return Lack(sum(row.minutes for row in rows), sum(row.most for row in rows), math.gcd(*(row.unit for row in rows)))


def _shortfall(x: Variables, required: int, total: Expression, unit: int) -> Lack:
    """Return unit x max(0, required - total) for a goal to be minimized."""
    if required <= 0:
        return Lack()
    short = x.cp.new_int_var(0, required, "")
    x.cp.add(short + total >= required)
    return Lack(unit * short, unit * required, unit)


def hours(x: Variables, person: Participant) -> Lack:
    """Return countable minutes below the weekly minimum."""
    attendance, required = x.attending(person.id), x.terms.required_minutes(person)
    # counted in the largest unit that divides all: then the solver cannot win it minute by minute
    unit = math.gcd(required, *(c.countable_minutes for c, _ in attendance))
    if required <= 0:
        return Lack()
    total = sum_of((c.countable_minutes // unit, literal) for c, literal in attendance if c.countable_minutes)
    return _shortfall(x, required // unit, total, unit)


def days(x: Variables, person: Participant) -> Lack:
    """Return 60 minutes for each program day that is lacking."""
    required = x.terms.required_days(person)
    minutes = x.terms.program_day_minutes(person)
    days = []
    for day, sessions in x.attendance.days(person.id).items() if required > 0 else ():
        counts = x.cp.new_bool_var("")
        x.cp.add(countable_minutes(sessions) >= minutes * counts)
        x.program_days[person.id, day] = counts
        days.append(counts)
    return _shortfall(x, required, add_up(days), MINUTES_PER_DAY_SHORT)


def sessions(x: Variables, person: Participant) -> Lack:
    """Return the minutes of needed sessions that are not held."""
    parts = []
    own = x.attendance.services(person.id)
    for service in x.problem.services:
        required = x.terms.demand(person, service).required
        if required > 0:
            total = cp_model.LinearExpr.sum([literal for _, literal in own.get(service.id, ())])
            parts.append(_shortfall(x, required, total, service.minutes))
    return _sum(parts)


def phase(x: Variables, person: Participant) -> Lack:
    """Return 180 minutes for each group session that the phase lacks."""
    required = x.terms.required_group_sessions(person)
    if required <= 0:
        return Lack()
    groups = cp_model.LinearExpr.sum([literal for c, literal in x.attending(person.id) if c.service.kind == "group"])
    return _shortfall(x, required, groups, MINUTES_PER_PHASE_SESSION)


def gaps(x: Variables, person: Participant) -> Lack:
    """Count runs of days without a countable session longer than the maximum, on the circle of the stay's days."""
    limit = x.terms.max_gap_days(person)
    circle = sorted(x.terms.stay_days(person))
    if not limit or len(circle) <= limit:
        return Lack()
    days = x.attendance.days(person.id)
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
    return Lack(MINUTES_PER_LONG_GAP * sum(runs), MINUTES_PER_LONG_GAP * len(runs), MINUTES_PER_LONG_GAP)


def _any_countable(x: Variables, sessions: Attendance) -> Literal:
    """Return a literal that holds exactly when some countable session is attended."""
    used = x.cp.new_bool_var("")
    literals = [literal for c, literal in sessions if c.service.counts]
    for literal in literals:
        x.cp.add_implication(literal, used)
    x.cp.add_bool_or([*literals, used.negated()])
    return used
