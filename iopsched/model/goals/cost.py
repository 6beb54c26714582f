"""Goal ``cost``, in minutes: staff time, trips, waiting, days of staff."""

from __future__ import annotations

from ortools.sat.python import cp_model

from iopsched.domain.people import Therapist
from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate
from iopsched.model.goals.daily import comes, inside
from iopsched.model.goals.least_waits import least_wait
from iopsched.model.goals.weights import weighted
from iopsched.model.goals.workload import waiting
from iopsched.model.posting import Expression, Literal, add_up, sum_of
from iopsched.model.terms import is_remote
from iopsched.model.variables import Variables
from iopsched.rulebook import GoalId, RuleId


def cost(x: Variables) -> Expression:
    """Return the weighted sum of the sub-terms that are switched on."""
    terms = {"staff": staff, "trips": trips, "waits": waits, "staff_days": staff_days}
    return weighted(x, GoalId.COST, terms)


def staff(x: Variables) -> Expression:
    """Return session minutes times staff."""
    return sum_of(
        (c.service.minutes, literal) for therapist in x.problem.therapists for c, literal in x.working(therapist.id)
    )


def trips(x: Variables) -> Expression:
    """Return days on which a participant is in the building."""
    total: list[Literal] = []
    for person in x.participants:
        for day, sessions in x.attendance.days(person.id).items():
            is_there = comes(x, person, day)
            if is_there is None:
                continue
            total.append(is_there)
            if len(inside(person, sessions)) == len(sessions) and (person.id, day) in x.program_days:
                # follows from the rest, but not in the linear relaxation: a program day is a trip
                x.cp.add_implication(x.program_days[person.id, day], is_there)
    return cp_model.LinearExpr.sum(total)


def waits(x: Variables) -> Expression:
    """Return minutes that participants wait between their sessions of one day; where starts are open, at the least."""
    total: list[Expression] = []
    for person in x.participants:
        for sessions in x.attendance.days(person.id).values():
            is_open = any(c.is_loose for c, _ in sessions)
            total.append(least_wait(x, person, sessions) if is_open else waiting(x, sessions, 0))
    return add_up(total)


def staff_days(x: Variables) -> Expression:
    """Return days on which a member of staff is in the building."""
    total: list[Literal] = []
    for therapist in x.problem.therapists:
        # minutes of a day with sessions are at most those allowed: the linear relaxation counts days that fill them
        most = x.terms.therapist_limits(therapist)[0] if RuleId.STAFF_LOAD in x.rules else DAY
        for sessions in x.work.days(therapist.id).values():
            there = [(c.service.minutes, literal) for c, literal in sessions if _is_inside(x, therapist, c, literal)]
            if there:
                total.append(x.cp.new_bool_var(""))
                begun = sum(c.service.minutes for c, _ in sessions if c.begun is not None)  # perhaps more than allowed
                x.cp.add(sum_of(there) <= (most + begun) * total[-1])
    return cp_model.LinearExpr.sum(total)


def _is_inside(x: Variables, therapist: Therapist, candidate: Candidate, literal: Literal) -> bool:
    """Return whether somebody is in the building for a session; the lead of a hybrid one is, whoever they are."""
    is_lead = candidate.modality == "hybrid" and x.leads[candidate].get(therapist.id) is literal
    return is_lead or not is_remote(therapist.modality, candidate.modality)
