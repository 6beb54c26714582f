"""Waiting where starts are left open: minutes that somebody waits at least between a visit and what has its time.

Between a visit and the nearest session for several that somebody attends on the same day lies at least the gap that the
starts of the visit leave, and of that only their other visits of the day can be taken off. So the waiting of a day is at
least that gap less the minutes of those visits. Where no session for several is attended, nothing is said.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable

from ortools.sat.python import cp_model

from iopsched.domain.people import Participant
from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate
from iopsched.model.goals.daily import comes, inside
from iopsched.model.ownsessions import Attendance
from iopsched.model.posting import Expression, Literal
from iopsched.model.rules.hours import at_once
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId

Span = tuple[int, int]
"""The first minute and the minute after the last."""


def least_gap(spans: Iterable[Span], starts: Iterable[int], minutes: int) -> int | None:
    """Return the fewest minutes between a session of some length at one of the starts and the nearest span beside it.

    None where no start leaves room beside any span.
    """
    gaps = [
        max(start - last, first - start - minutes)
        for start in starts
        for first, last in spans
        if start >= last or start + minutes <= first
    ]
    return min(gaps, default=None)


def least_wait(x: Variables, person: Participant, sessions: Attendance) -> Expression:
    """Return minutes that somebody waits on a day with visits whose starts are open, at the least, for minimizing."""
    fixed = [(c, literal) for c, literal in sessions if not c.is_visit]
    loose = [(c, literal) for c, literal in sessions if c.is_loose]
    has_begun = any(c.begun is not None for c, _ in sessions)  # that may overlap, and break any rule
    if not fixed or not loose or has_begun or not {RuleId.DAY_MAX, RuleId.OVERLAP} <= x.rules:
        return 0
    spans = {(c.start, c.end) for c, _ in fixed}
    gaps = {c: least_gap(spans, c.starts, c.service.minutes) for c, _ in loose}
    most = max((gap for gap in gaps.values() if gap is not None), default=0)
    if not most:
        return 0
    unit = math.gcd(*_moments(sessions))
    wait = x.cp.new_int_var(0, DAY // unit, "")
    alone = _is_alone(x, person, sessions, fixed)
    by_service: dict[str, Attendance] = defaultdict(list)
    for candidate, literal in loose:
        by_service[candidate.service.id].append((candidate, literal))
    for service_id, own in by_service.items():
        between = [(c, literal) for c, literal in sessions if c.is_visit and c.service.id != service_id]
        apart: dict[int, list[Literal]] = defaultdict(list)
        for candidate, literal in own:
            gap = gaps[candidate]
            apart[most if gap is None else gap].append(literal)  # None: never beside any of them, so only alone
        _wait_for(x, wait, unit, apart, alone, between)
    return unit * wait


def _moments(sessions: Attendance) -> Iterable[int]:
    """Return minutes whose common divisor divides every waiting: lengths, and starts from the first one on."""
    first = min(c.start for c, _ in sessions)
    for candidate, _ in sessions:
        yield candidate.service.minutes
        yield from (start - first for start in candidate.starts or (candidate.start,))


def _is_alone(
    x: Variables, person: Participant, sessions: Attendance, fixed: Collection[tuple[Candidate, Literal]]
) -> Literal:
    """Return a literal that holds only if a day has visits and no session for several."""
    alone = x.cp.new_bool_var("")
    is_there = comes(x, person, sessions[0][0].day) if len(inside(person, sessions)) == len(sessions) else None
    attended: Expression = 1 if is_there is None else is_there
    for _, literals in at_once(x, person, list(fixed)):
        x.cp.add(alone + cp_model.LinearExpr.sum(literals) <= attended)
    return alone


def _wait_for(
    x: Variables, wait: Literal, unit: int, apart: dict[int, list[Literal]], alone: Literal, between: Attendance
) -> None:
    """Post that the gap of the visit to a service is waited for, unless it is the day's only kind of session."""
    total: list[Expression] = []
    without: list[Literal] = []
    for gap, literals in apart.items():
        if not gap:
            continue
        is_alone = x.cp.new_bool_var("")
        x.cp.add(is_alone <= cp_model.LinearExpr.sum(literals))
        without.append(is_alone)
        total.append(gap // unit * (cp_model.LinearExpr.sum(literals) - is_alone))
    if not total:
        return
    x.cp.add(cp_model.LinearExpr.sum(without) <= alone)
    used = sum(c.service.minutes // unit * literal for c, literal in between)
    x.cp.add(wait + used >= sum(total))
