"""One model of a repair: the least of a goal, and beside it as few entries changed as can be.

A search for the goal alone would leave half of the week upside down wherever time ends it, as nothing holds what it does
not ask for. The two together are one linear goal, which the relaxation of the model says nearly all of.
"""

from __future__ import annotations

from collections.abc import Sequence

from ortools.sat.python import cp_model

from iopsched.domain.outcome import GoalId
from iopsched.model.build import Model
from iopsched.model.decisions import read_decisions, values_of
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.run import Settings, completed, run, threads
from iopsched.verifier import goal_values

BEFORE_CHANGES = (GoalId.UNMET_NEED, GoalId.WORST_OFF, GoalId.PEOPLE_SHORT)
ENTRIES = 33
"""How many entries are changed rather than leave a minute of need unmet, or one more person short: half an hour for a thousand."""
LINEAR = ("reduced_costs", "pseudo_costs", "max_lp")
"""The searches that follow the linear relaxation of the whole model: ten times as fast here as those that do not."""
LEAST_WORKERS = 4
"""The solver has so many threads also on fewer cores, so that some of them look near the best week."""


def linear(clock: Clock) -> Settings:
    """Return how the solver works on goals about people and entries."""
    if clock.is_repeatable:
        return Settings(workers=1, subsolvers=LINEAR[:1])
    return Settings(workers=max(LEAST_WORKERS, threads(clock.params)), subsolvers=LINEAR)


def nearest(model: Model, clock: Clock, incumbent: Incumbent, goal_id: GoalId, before: Sequence[GoalId]) -> None:
    """Search a model for the least of a goal, no worse in those before, and then for what is nearest; the incumbent has it."""
    week = incumbent.week
    known = None if week is None else values_of(model.x, week)
    if known is None:
        return
    model.limit_only({goal: incumbent.value(goal) for goal in before})
    model.cp.minimize(model.goal(goal_id) * ENTRIES + model.goal(GoalId.MOVES))
    hint = completed(model.cp, clock, known, clock.params.tuning.completion_effort)
    found = run(model.cp, clock, linear(clock), hint=hint, listener=_Keeper(model, incumbent))
    if found.values is not None:
        nearer = read_decisions(model.x, found.values)
        incumbent.take_if_better(nearer, goal_values(incumbent.problem, nearer))


class _Keeper(cp_model.CpSolverSolutionCallback):
    """Hands over each schedule, should the solver not stop in time."""

    def __init__(self, model: Model, incumbent: Incumbent) -> None:
        super().__init__()
        self._model = model
        self._incumbent = incumbent

    def on_solution_callback(self) -> None:
        x, values = self._model.x, list(self.response_proto.solution)
        self._incumbent.unjudged = lambda: read_decisions(x, values)
