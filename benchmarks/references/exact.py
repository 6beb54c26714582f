"""Least values of the goals in rank order, proven: by the textbook model, solved by CP-SAT with one worker."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from benchmarks.twins.refusals import refuse_unknown
from benchmarks.twins.textbook import PROOF_SETTINGS, Textbook
from benchmarks.twins.textbook_model import TextbookModel
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values, violations

GOALS = tuple(GoalId)[: list(GoalId).index(GoalId.PREFERENCES) + 1]
BACKSTOP_S = 1800.0


@dataclass(slots=True)
class Exact:
    """The proven values as far as they go; ``found`` and ``bound`` are of the first goal that was not proven."""

    values: dict[GoalId, int] = field(default_factory=dict)
    open_goal: GoalId | None = None
    found: int | None = None
    bound: int | None = None
    cpu_s: float = 0.0


def prove(problem: Problem, effort: float, planted: Schedule | None = None) -> Exact:
    """Prove the least values goal by goal, each within an effort (deterministic time of CP-SAT).

    ``planted`` is a week that is known: of a legal one, goals that are 0 are proven, as no goal is below.

    Raises
    ------
    AssertionError
        If the verifier rejects a week of the textbook, or counts otherwise: one of the two is wrong.
    """
    refuse_unknown(problem)
    begun = time.process_time()
    model, result = TextbookModel(problem), Exact()
    solver = Textbook(1, 1, {**PROOF_SETTINGS, "max_deterministic_time": effort})
    week = planted if planted is not None and not violations(problem, planted) else None
    for goal in GOALS:
        target = model.goal(goal)
        counted = goal_values(problem, week)[goal].value if week is not None else None
        if counted == 0 or not len(target.variables):
            result.values[goal] = 0  # no goal is below
            model.model.require(target, upper=0)
            continue
        answer = solver.minimize(model.model, target, BACKSTOP_S, lambda *_: None)
        result.cpu_s = time.process_time() - begun
        if answer.solution is not None:
            week = model.schedule(answer.solution)
            _judge(problem, week, goal, answer.value)
        if answer.value is None or answer.value != answer.bound:
            result.open_goal, result.found, result.bound = goal, answer.value, answer.bound
            break
        result.values[goal] = answer.value
        solver.hint = answer.solution
        model.model.require(target, upper=answer.value)
    return result


def _judge(problem: Problem, week: Schedule, goal: GoalId, value: int | None) -> None:
    broken = violations(problem, week)
    counted = goal_values(problem, week)[goal].value
    if broken:
        raise AssertionError(f"The verifier rejects a week of the textbook: {broken[0].rule} {broken[0].subject}.")
    if value is not None and counted > value:
        raise AssertionError(f"The verifier counts {counted} of {goal} where the textbook claims {value}.")
