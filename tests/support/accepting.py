"""Does the model accept this very schedule? Every decision is fixed, rooms too, and CP-SAT asked for the rest."""

from __future__ import annotations

from ortools.sat.python import cp_model

from iopsched.model.build import build_model
from iopsched.model.decisions import find_candidate, values_of
from iopsched.rulebook import ALL_RULES, GoalId

# Models by (identity of the problem, rules); the problem is kept beside its model so that its identity stays taken.
_models = {}
MOST_MODELS = 8


def model_of(problem, rules=ALL_RULES):
    """Return the model of a problem under some rules with every room told apart; the last few are remembered."""
    key = id(problem), rules
    if key not in _models:
        while len(_models) >= MOST_MODELS:
            del _models[next(iter(_models))]
        _models[key] = problem, build_model(problem, rules, name_rooms=True)
    return _models[key][1]


def accepts(problem, schedule, rules=ALL_RULES):
    """Return whether the model under these rules admits exactly this schedule."""
    model = model_of(problem, rules)
    return _fix(model, schedule) and _solve(model.cp) is not None


def accepts_under_guards(model, schedule, rules):
    """Return whether a model with guards admits exactly this schedule where only the guards of these rules are on."""
    if not _fix(model, schedule):
        return False
    for owner, guard in model.post.guards.items():
        model.cp.add_hint(guard, owner.rule in rules)
    return _solve(model.cp) is not None


def goals_of(problem, schedule):
    """Return the value of each goal as the model sees it: its minimum where every decision is fixed; None if rejected."""
    model = model_of(problem)
    found = []
    for goal in GoalId:
        expression = model.goal(goal)
        if not _fix(model, schedule):
            return None
        model.cp.minimize(expression)
        solver = _solve(model.cp, presolve=True)
        model.cp.clear_objective()
        if solver is None:
            return None
        found.append(expression if isinstance(expression, int) else solver.value(expression))
    return tuple(found)


def _fix(model, schedule):
    """Hint every decision; return False where the model has no words for the schedule."""
    values = values_of(model.x, schedule)
    if values is None:
        return False
    for session in schedule.sessions:
        room = _room_of_visit(model.x, session)
        if room is False:
            return False
        if room is not None:
            values[room.index] = 1
    model.cp.clear_hints()
    for index, value in values.items():
        model.cp.add_hint(model.cp.get_int_var_from_proto_index(index), value)
    return True


def _room_of_visit(x, session):
    """Return a literal that puts a visit whose room is only counted into its room; None for other sessions."""
    candidate = find_candidate(x, session)
    if candidate.begun is not None:
        return None
    is_counted = candidate.modality != "telehealth" and candidate.service.needs_room
    if not is_counted or candidate in x.rooms.choices:
        return None
    if session.room_id not in x.rooms.class_of:
        return False
    literal = x.rooms.literal(candidate, session.participant_ids[0], session.room_id)
    return False if literal is None else literal


def _solve(cp, *, presolve=False):
    """Return the solver where the hinted decisions can be completed, else None; without presolve that is fastest."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.fix_variables_to_their_hinted_value = True
    solver.parameters.cp_model_presolve = presolve
    solver.parameters.max_time_in_seconds = 60
    status = solver.solve(cp)
    assert status in {cp_model.OPTIMAL, cp_model.INFEASIBLE}, solver.status_name(status)
    return solver if status == cp_model.OPTIMAL else None
