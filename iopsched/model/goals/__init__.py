"""One module per goal; each returns an integer expression to minimize, in the goal's unit."""

from collections.abc import Callable, Mapping

from iopsched.model.goals.changes import changes
from iopsched.model.goals.cost import cost
from iopsched.model.goals.moves import moves
from iopsched.model.goals.preferences import preferences
from iopsched.model.goals.unmet_need import UnmetNeed, people_short, unmet_need
from iopsched.model.goals.workload import workload
from iopsched.model.goals.worst_off import worst_off
from iopsched.model.posting import Expression
from iopsched.model.variables import Variables
from iopsched.rulebook import GoalId

__all__ = ["GOALS", "UnmetNeed", "people_short", "unmet_need", "worst_off"]

GOALS: Mapping[GoalId, Callable[[Variables], Expression]] = {
    GoalId.CHANGES: changes,
    GoalId.MOVES: moves,
    GoalId.PREFERENCES: preferences,
    GoalId.WORKLOAD: workload,
    GoalId.COST: cost,
}
