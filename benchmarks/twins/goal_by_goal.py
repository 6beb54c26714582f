"""The goals one after the other: each is minimized under the values reached before, from the first without any hint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.twins.common import Task
from benchmarks.twins.formulation import Formulation, Ints, Terms
from benchmarks.twins.refusals import refuse_unknown
from benchmarks.twins.textbook_model import TextbookModel
from iopsched.domain.schedule import Schedule
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values

# Share of the time left that a goal may use before the next one gets its turn; the last one gets all of it.
SHARE = 0.5
SHARE_OF_FIRST = 0.6
SECONDS_TO_WRITE = 0.2


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solver found for one goal: a solution if any, its value, and a proven bound; None = unknown."""

    solution: Ints | None
    value: int | None
    bound: int | None


News = Callable[[int | None, int | None], None]
Minimize = Callable[[Formulation, Terms, float, News], Answer]


def solve_goal_by_goal(task: Task, minimize: Minimize) -> Schedule | None:
    """Return the best week that a solver finds, None where there is none in time.

    ``minimize`` is given the model, what to minimize, the seconds for it and whom to tell values and bounds.
    """
    refuse_unknown(task.problem)
    model = TextbookModel(task.problem)
    schedule: Schedule | None = None
    for goal in task.goals:
        target = model.goal(goal)
        if goal is GoalId.UNMET_NEED:
            task.trace.built(model.model.number_of_variables, model.model.number_of_rows, hints=0)
        is_least = schedule is not None and goal_values(task.problem, schedule)[goal].value == 0
        if is_least or not len(target.variables):  # no goal is below 0
            task.trace.goal(goal, 0, 0)
            model.model.require(target, upper=0)
            continue
        left = task.clock.left - SECONDS_TO_WRITE
        share = SHARE_OF_FIRST if goal is GoalId.UNMET_NEED else SHARE
        seconds = left if goal is task.goals[-1] else share * left
        found = Answer(None, None, None)
        if seconds > 0:
            found = minimize(
                model.model, target, seconds, lambda value, bound, goal=goal: task.trace.goal(goal, value, bound)
            )
        if found.solution is not None:
            schedule = model.schedule(found.solution)
        if schedule is None:
            return None
        # what the week really has: helper variables of a goal not yet proven may stand higher than they need to
        value = goal_values(task.problem, schedule)[goal].value
        if found.value is not None and value > found.value:
            raise AssertionError(f"The verifier counts {value} of {goal} where the twin claims {found.value}.")
        task.trace.goal(goal, value, found.bound)
        model.model.require(target, upper=value)
    return schedule
