"""Days of people: who comes to the building, for how long, and what lies on days next to each other.

Each person and day has one literal of a kind, whatever the number of sessions
that could be held then. Literals are bounded from below only: goals push down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from ortools.sat.python import cp_model

from iopsched.domain.people import Participant
from iopsched.model.ownsessions import Attendance, by_day
from iopsched.model.posting import Expression, Literal
from iopsched.model.rules.hours import at_once
from iopsched.model.terms import is_remote
from iopsched.model.variables import Variables

# From more lists of sessions on, a sum over all of them is one variable: said in full in each row it grows with the square.
FEW_LISTS = 8


def comes(x: Variables, person: Participant, day: int) -> Literal | None:
    """Return a literal that holds at least when the participant is in the building on a day, None where never."""
    key = person.id, day
    if key not in x.days_inside:
        found = x.attendance.days(person.id).get(day, [])
        x.days_inside[key] = _any(x, person, inside(person, found))
    return x.days_inside[key]


def is_mixed(x: Variables, person: Participant, sessions: Attendance) -> Literal | None:
    """Return a literal that holds at least when a day has sessions in the building and by video, None where never."""
    remote = [(c, literal) for c, literal in sessions if is_remote(person.modality, c.modality)]
    is_inside = comes(x, person, sessions[0][0].day) if remote else None
    is_online = _any(x, person, remote) if is_inside is not None else None
    if is_inside is None or is_online is None:
        return None
    both = x.cp.new_bool_var("")
    x.cp.add(both >= is_inside + is_online - 1)
    return both


def inside(person: Participant, sessions: Attendance) -> Attendance:
    """Return those of the sessions for which a participant comes to the building."""
    return [(c, literal) for c, literal in sessions if not is_remote(person.modality, c.modality)]


def _any(x: Variables, person: Participant, sessions: Attendance) -> Literal | None:
    """Return a literal that holds at least when one of the sessions of a day is attended, None without any."""
    if not sessions:
        return None
    found = x.cp.new_bool_var("")
    for _, literals in at_once(x, person, sessions):
        x.cp.add(cp_model.LinearExpr.sum(literals) <= found)
    return found


def is_short(x: Variables, person: Participant, sessions: Attendance, least_minutes: int) -> Literal | None:
    """Return a literal that holds at least when a participant comes for less than so many minutes, None where never.

    Whoever attends a session is in the building long enough if it is long itself, if a long one is attended too, or if
    the short ones together are long. The last is a weighted sum; where any two short ones are long, saying that another
    one is enough is the same, and tighter.
    """
    rows = list(at_once(x, person, inside(person, sessions)))
    brief = [(service.minutes, literals) for service, literals in rows if service.minutes < least_minutes]
    if not brief:
        return None
    long = cp_model.LinearExpr.sum([one for service, row in rows if service.minutes >= least_minutes for one in row])
    found = x.cp.new_bool_var("")
    shortest = sorted(minutes for minutes, _ in brief)[:2]
    every = [one for _, row in brief for one in row]
    number: Expression = long + cp_model.LinearExpr.sum(every)
    total: Expression = least_minutes * long + sum(
        minutes * cp_model.LinearExpr.sum(literals) for minutes, literals in brief
    )
    if len(brief) > FEW_LISTS:
        number = _at_most(x, number, len(rows))
        total = _at_most(x, total, sum(max(least_minutes, service.minutes) * len(row) for service, row in rows))
    for _, literals in brief:
        attended = cp_model.LinearExpr.sum(literals)
        x.cp.add(2 * attended <= found + number)  # another one is attended, or a long one
        if len(brief) > 1 and sum(shortest) < least_minutes:
            x.cp.add(least_minutes * attended <= least_minutes * found + total)
    return found


def _at_most(x: Variables, amount: Expression, most: int) -> Expression:
    """Return a variable that is no larger than a long sum, which would otherwise stand in many constraints."""
    found = x.cp.new_int_var(0, most, "")
    x.cp.add(found <= amount)
    return found


def pairs_of_days(x: Variables, sessions: Attendance, most_a_day: int) -> Iterator[Literal]:
    """Yield a literal for each pair of sessions on days next to each other, of somebody who has so many a day at most."""
    numbers = {day: list(_first(x, own, most_a_day)) for day, own in by_day(sessions).items()}
    for day, today in sorted(numbers.items()):
        for one, other in product(today, numbers.get(day + 1, ())):
            both = x.cp.new_bool_var("")
            x.cp.add(both >= one + other - 1)
            yield both


def _first(x: Variables, sessions: Attendance, most: int) -> Iterable[Expression]:
    """Return expressions of which at least as many hold as sessions of a day are attended."""
    attended = cp_model.LinearExpr.sum([literal for _, literal in sessions])
    most += sum(c.begun is not None for c, _ in sessions)  # of which there may be more than are allowed
    if most == 1 or len(sessions) == 1:
        return (attended,)
    number = min(most, len(sessions))
    found = [x.cp.new_bool_var("") for _ in range(number)]
    for place, literal in enumerate(found):  # each by itself, so that none can stand for another
        x.cp.add((number - place) * literal >= attended - place)
    return found
