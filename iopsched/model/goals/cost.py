"""Goal ``cost``, in minutes: staff time, trips, waiting."""

from __future__ import annotations

from collections.abc import Callable

from ortools.sat.python import cp_model

from iopsched.model.goals.preferences import weight_of
from iopsched.model.goals.workload import waiting
from iopsched.model.posting import Expression
from iopsched.model.rules.hours import by_day
from iopsched.model.terms import is_remote
from iopsched.model.variables import Literal, Variables
from iopsched.rulebook import GoalId


def cost(x: Variables) -> Expression:
    """Return the weighted sum of the sub-terms that are switched on."""
    terms: dict[str, Callable[[Variables], Expression]] = {"staff": staff, "trips": trips, "waits": waits}
    weights = {name: weight_of(x, GoalId.COST, name) for name in terms}
    return sum(weights[name] * term(x) for name, term in terms.items() if weights[name])


def staff(x: Variables) -> Expression:
    """Return session minutes times staff."""
    return sum(
        c.service.minutes * literal for therapist in x.problem.therapists for c, literal in x.working(therapist.id)
    )


def trips(x: Variables) -> Expression:
    """Return days on which a participant is in the building."""
    total: list[Literal] = []
    for person in x.terms.participants:
        for sessions in by_day(x.attending(person.id)).values():
            inside = [literal for c, literal in sessions if not is_remote(person.modality, c.modality)]
            if inside:
                comes = x.cp.new_bool_var("")
                for literal in inside:
                    x.cp.add_implication(literal, comes)
                total.append(comes)
    return cp_model.LinearExpr.sum(total)


def waits(x: Variables) -> Expression:
    """Return minutes that participants wait between their sessions of one day."""
    return sum(
        waiting(x, sessions, 0)
        for person in x.terms.participants
        for sessions in by_day(x.attending(person.id)).values()
    )
