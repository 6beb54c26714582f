"""What is wrong with the cuts of a model: legal weeks that it forbids or of which a goal has another value."""

from __future__ import annotations

from ortools.sat.python import cp_model

from iopsched.model.build import build_model
from iopsched.model.candidates import CandidateFactory
from iopsched.model.cuts import strengthen
from iopsched.model.decisions import values_of
from iopsched.model.loose import loose_candidates, loose_values
from iopsched.model.terms import Terms
from iopsched.search.run import set_hints
from iopsched.verifier import goal_values

MOST_WEEKS = 12


def loose_model(problem):
    """Return the model of a problem in which the starts of visits are left open."""
    terms = Terms(problem)
    return build_model(problem, terms=terms, candidates=loose_candidates(CandidateFactory(terms)))


def faults(problem, weeks, goals, most=MOST_WEEKS):
    """Return what is wrong with the cuts of these goals in some of a clinic's legal weeks, in the whole model and the loose."""
    whole, loose = build_model(problem, name_rooms=True), loose_model(problem)
    found = []
    for goal in goals:
        for model in (whole, loose):
            model.cp.minimize(model.goal(goal))
            strengthen(model, goal)
        for week in weeks[:: 1 + len(weeks) // most]:
            asked = goal_values(problem, week)[goal].value
            value = least_at(whole, goal, values_of(whole.x, week))
            bound = least_at(loose, goal, loose_values(loose.x, week))
            if value != asked or bound is None or bound > asked:
                found.append((goal, asked, value, bound, week.sessions))
    return found


def least_at(model, goal, values):
    """Return the least value of a goal where decisions have these values, None if there is no solution."""
    set_hints(model.cp, values)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.fix_variables_to_their_hinted_value = True
    status = solver.solve(model.cp)
    assert status in {cp_model.OPTIMAL, cp_model.INFEASIBLE}, solver.status_name(status)
    expression = model.goal(goal)
    if status == cp_model.INFEASIBLE:
        return None
    return expression if isinstance(expression, int) else solver.value(expression)
