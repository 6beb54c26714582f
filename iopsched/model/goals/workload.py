"""Goal ``workload``, in minutes: even work, even evenings, little waiting, even groups, pauses."""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction

from ortools.sat.python import cp_model

from iopsched.domain.schedule import Session
from iopsched.domain.services import Group
from iopsched.domain.timegrid import DAY
from iopsched.model.goals.runs import minutes_beyond
from iopsched.model.goals.weights import weighted
from iopsched.model.ownsessions import Attendance
from iopsched.model.posting import Expression, Literal, add_up, sum_of
from iopsched.model.variables import Variables
from iopsched.rulebook import GoalId

FREE_WAIT_MINUTES = 60
LONGEST_RUN_MINUTES = 240


def workload(x: Variables) -> Expression:
    """Return the weighted sum of the sub-terms that are switched on."""
    terms = {"imbalance": imbalance, "evenings": evenings, "idle": idle, "sizes": sizes, "no_pause": no_pause}
    return weighted(x, GoalId.WORKLOAD, terms)


Total = list[tuple[int, Literal]]
PLAIN = Fraction(1)


def _spread(x: Variables, totals: list[tuple[Total, Fraction]], most: int) -> Expression:
    """Return largest less smallest of the totals of (amount, literal), each times its share and rounded down.

    Totals are counted in the largest unit that divides all of their amounts:
    a bound that the linear relaxation finds is then rounded up to whole units.
    Shares that leave fractions have no such unit. ``most`` bounds a total before its share.
    """
    if len(totals) < 2:
        return 0
    whole = [_whole(total, share) for total, share in totals]
    unit = math.gcd(*(amount for total, _ in whole for amount, _ in total))
    if not unit:
        return 0
    unit = unit if all(share.denominator == 1 for _, share in whole) else 1
    highest = int(most * max(share for _, share in totals)) // unit
    high, low = x.cp.new_int_var(0, highest, ""), x.cp.new_int_var(0, highest, "")
    for total, share in whole:
        amount = sum_of((share.numerator * amount // unit, literal) for amount, literal in total)
        x.cp.add(share.denominator * high >= amount - (share.denominator - 1))
        x.cp.add(share.denominator * low <= amount)
    return unit * (high - low)


def _whole(total: Total, share: Fraction) -> tuple[Total, Fraction]:
    """Return the amounts times their share where none leaves a fraction; else both as they are."""
    if share == PLAIN:
        return total, PLAIN
    scaled = [(amount * share, literal) for amount, literal in total]
    if all(amount.denominator == 1 for amount, _ in scaled):
        return [(int(amount), literal) for amount, literal in scaled], PLAIN
    return total, share


def imbalance(x: Variables) -> Expression:
    """Return largest less smallest session minutes over staff who could hold any session, in shares of their targets."""
    able = [therapist for therapist in x.problem.therapists if x.terms.could_work(therapist)]
    targets = [therapist.target_minutes_per_week or x.terms.therapist_limits(therapist)[1] for therapist in able]
    totals = [[(c.service.minutes, literal) for c, literal in x.working(therapist.id)] for therapist in able]
    if len(set(targets)) > 1:
        totals = _counted(x, totals, 7 * DAY)
    return _spread(x, [(row, Fraction(max(targets), own)) for row, own in zip(totals, targets, strict=True)], 7 * DAY)


def _counted(x: Variables, totals: list[Total], most: int) -> list[Total]:
    """Return each total as one variable in its own unit, and say what all of them make together.

    Where shares differ, the solver proves next to nothing without seeing that minutes not worked by one are another's.
    """
    together = x.cp.new_int_var(0, most * len(totals), "")
    x.cp.add(together == sum_of(row for total in totals for row in total))
    counted: list[Total] = []
    for total in totals:
        unit = math.gcd(*(amount for amount, _ in total))
        count = x.cp.new_int_var(0, most // max(1, unit), "")
        x.cp.add(count == sum_of((amount // unit, literal) for amount, literal in total))
        counted.append([(unit, count)])
    x.cp.add(together == sum(unit * count for total in counted for unit, count in total))
    return counted


def evenings(x: Variables) -> Expression:
    """Return largest less smallest number of evening sessions over staff who could hold one."""
    evening = x.terms.evening
    totals = [
        ([(1, literal) for c, literal in x.working(therapist.id) if evening.covers(c.start, c.start + 1)], PLAIN)
        for therapist in x.problem.therapists
        if x.terms.could_work(therapist, evening=True)
    ]
    return _spread(x, totals, 7 * DAY)


def idle(x: Variables) -> Expression:
    """Return minutes beyond an hour a day that staff wait between first start and last end."""
    return add_up(
        waiting(x, sessions, FREE_WAIT_MINUTES)
        for therapist in x.problem.therapists
        for sessions in x.work.days(therapist.id).values()
    )


def waiting(x: Variables, sessions: Attendance, free_minutes: int) -> Expression:
    """Return max(0, last end - first start - session minutes - free) of one person's day, for minimizing.

    Time is counted from the first start in the largest unit that divides all of it, most often the grid's: then no
    helper variable can be improved minute by minute.
    """
    spans = _spans(sessions)
    if spans is None:
        return 0
    first, last = min(start for start, *_ in spans), max(end for _, end, _ in spans)
    if last - first - 2 * min(end - start for start, end, _ in spans) <= free_minutes:
        return 0
    unit = math.gcd(free_minutes, *(minute - first for start, end, _ in spans for minute in (start, end)))
    length = (last - first) // unit
    begins, ends = x.cp.new_int_var(0, length, ""), x.cp.new_int_var(0, length, "")
    # at most one of those that start or end together is held, but for what has begun, which may break that
    by_start: dict[tuple[int, Session | None], list[Literal]] = defaultdict(list)
    by_end: dict[tuple[int, Session | None], list[Literal]] = defaultdict(list)
    for (start, end, begun), literals in spans.items():
        by_start[(start - first) // unit, begun] += literals
        by_end[(end - first) // unit, begun] += literals
    for (start, _), literals in by_start.items():
        x.cp.add(begins <= length - (length - start) * cp_model.LinearExpr.sum(literals))
    for (end, _), literals in by_end.items():
        x.cp.add(ends >= end * cp_model.LinearExpr.sum(literals))
    held = sum_of(((end - start) // unit, one) for (start, end, _), literals in spans.items() for one in literals)
    wait = x.cp.new_int_var(0, length, "")
    x.cp.add(wait >= ends - begins - held - free_minutes // unit)
    return unit * wait


def _spans(sessions: Attendance) -> dict[tuple[int, int, Session | None], list[Literal]] | None:
    """Return the literals of sessions by start, end and what has begun; None where one has an open start."""
    found: dict[tuple[int, int, Session | None], list[Literal]] = {}
    for candidate, literal in sessions:
        if candidate.starts:
            return None
        span = candidate.start, candidate.end, candidate.begun
        if span in found:
            found[span].append(literal)
        else:
            found[span] = [literal]
    return found


def no_pause(x: Variables) -> Expression:
    """Return minutes beyond four hours of the runs of sessions of staff without a pause."""
    pause = x.problem.clinic.staff.break_minutes
    return add_up(
        minutes_beyond(x, sessions, LONGEST_RUN_MINUTES, pause)
        for therapist in x.problem.therapists
        for sessions in x.work.days(therapist.id).values()
    )


def sizes(x: Variables) -> Expression:
    """Return most less fewest members per service and population, and members away from the target size."""
    alike: dict[tuple[str, str], list[Group]] = defaultdict(list)
    for group in x.problem.groups:
        alike[group.service_id, group.population].append(group)
    total: list[Expression] = []
    for groups in alike.values():
        most = len(x.terms.participants)
        high, low = x.cp.new_int_var(0, most, ""), x.cp.new_int_var(0, most, "")
        for group in groups:
            held, members = _is_held(x, group.id), _members(x, group)
            x.cp.add(high >= members).only_enforce_if(held)
            x.cp.add(low <= members).only_enforce_if(held)
            if group.target_size is not None:
                away = x.cp.new_int_var(0, most + group.target_size, "")
                x.cp.add(away >= members - group.target_size).only_enforce_if(held)
                x.cp.add(away >= group.target_size - members).only_enforce_if(held)
                total.append(away)
        if len(groups) > 1:
            x.cp.add(high >= low)
            total.append(high - low)
    return add_up(total)


def _is_held(x: Variables, group_id: str) -> Literal:
    """Return a literal that holds at least when the group holds a session."""
    held = x.cp.new_bool_var("")
    for candidate in x.of_group(group_id):
        x.cp.add_implication(x.held[candidate], held)
    return held


def _members(x: Variables, group: Group) -> Expression:
    """Return the number of members: given, or attending."""
    if group.membership == "closed":
        return cp_model.LinearExpr.sum([literal for (_, gid), literal in x.members.items() if gid == group.id])
    count: list[Expression] = []
    for person in x.terms.participants:
        if group.id in person.group_ids:
            count.append(1)
            continue
        attended = [x.attends[c, person.id] for c in x.of_group(group.id) if person.id in c.participant_ids]
        if attended:
            belongs = x.cp.new_bool_var("")
            x.cp.add_max_equality(belongs, attended)
            count.append(belongs)
    return add_up(count)
