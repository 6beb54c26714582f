"""Goal ``cost``, in minutes: staff time, trips, waiting."""

from __future__ import annotations

from ortools.sat.python import cp_model

from iopsched.model.goals.weights import weighted
from iopsched.model.goals.workload import waiting
from iopsched.model.posting import Expression, Literal
from iopsched.model.rules.hours import by_day
from iopsched.model.terms import is_remote
from iopsched.model.variables import Variables
from iopsched.rulebook import GoalId


def cost(x: Variables) -> Expression:
    """Return the weighted sum of the sub-terms that are switched on."""
    terms = {"staff": staff, "trips": trips, "waits": waits}
    return weighted(x, GoalId.COST, terms)


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
