"""Goal ``cost``, in minutes: staff time, trips, waiting."""

from __future__ import annotations

from collections import defaultdict

from ortools.sat.python import cp_model

from iopsched.domain.people import Participant
from iopsched.model.goals.weights import weighted
from iopsched.model.goals.workload import waiting
from iopsched.model.posting import Expression, Literal
from iopsched.model.rules.hours import by_day
from iopsched.model.terms import is_remote
from iopsched.model.variables import Attendance, Variables
from iopsched.rulebook import GoalId, RuleId


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
    for person in x.participants:
        for day, sessions in by_day(x.attending(person.id)).items():
            inside = [(c, literal) for c, literal in sessions if not is_remote(person.modality, c.modality)]
            if not inside:
                continue
            comes = _comes(x, person, inside)
            total.append(comes)
            if len(inside) == len(sessions) and (person.id, day) in x.program_days:
                # follows from the rest, but not in the linear relaxation: a program day is a trip
                x.cp.add_implication(x.program_days[person.id, day], comes)
    return cp_model.LinearExpr.sum(total)


def _comes(x: Variables, person: Participant, sessions: Attendance) -> Literal:
    """Return a literal that holds at least when one of the sessions of a day is attended.

    Of a service that a person has once a day the sum is at most 1; said as a
    sum, the linear relaxation counts whole trips, not one part of each start.
    """
    comes = x.cp.new_bool_var("")
    by_service: dict[str, list[Literal]] = defaultdict(list)
    for candidate, literal in sessions:
        if x.terms.demand(person, candidate.service).per_day == 1 and RuleId.DAY_MAX in x.rules:
            by_service[candidate.service.id].append(literal)
        else:
            x.cp.add_implication(literal, comes)
    for literals in by_service.values():
        x.cp.add(cp_model.LinearExpr.sum(literals) <= comes)
    return comes


def waits(x: Variables) -> Expression:
    """Return minutes that participants wait between their sessions of one day."""
    return sum(
        waiting(x, sessions, 0) for person in x.participants for sessions in by_day(x.attending(person.id)).values()
    )
