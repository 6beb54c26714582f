"""The best week so far (the incumbent), and what the verifier counts in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.rulebook import GoalId
from iopsched.stopping import have_a_week
from iopsched.verifier import GoalValue, goal_values, violations


class Incumbent:
    """The best week so far: ``week`` keeps every rule, None until there is one; ``values`` are the verifier's.

    ``unjudged`` reads a week that is perhaps better, but that nobody has judged yet.
    """

    def __init__(self, problem: Problem, goals: Sequence[GoalId]) -> None:
        self.problem = problem
        self.goals = tuple(goals)
        self.week: Schedule | None = None
        self.values: dict[GoalId, GoalValue] = {}
        self.unjudged: Callable[[], Schedule] | None = None

    def value(self, goal_id: GoalId) -> int:
        """Return the value of a goal in the best week."""
        return self.values[goal_id].value

    @property
    def ranks(self) -> list[int]:
        """Return the values of all goals in the best week, in the order of the goals."""
        return [self.value(goal) for goal in self.goals]

    def keep(self, read: Callable[[], Schedule]) -> None:
        """Remember what reads a week that nobody has judged yet, for whoever cannot wait."""
        self.unjudged = read
        have_a_week()

    def take(self, week: Schedule, values: Mapping[GoalId, GoalValue]) -> None:
        """Take over a week that keeps every rule."""
        self.week, self.values, self.unjudged = week, dict(values), None
        have_a_week()

    def take_if_legal(self, week: Schedule) -> None:
        """Take over a week if it keeps every rule and is better than the best."""
        if violations(self.problem, week):
            return
        self.take_if_better(week, goal_values(self.problem, week))

    def take_if_better(self, week: Schedule, values: Mapping[GoalId, GoalValue]) -> None:
        """Take over a week that keeps every rule if it is better than the best."""
        if self.week is None or [values[g].value for g in self.goals] < self.ranks:
            self.take(week, values)

    def judge(self) -> None:
        """Take over what nobody has judged yet, if it is legal and better; count the values of the best week anew."""
        if self.unjudged is not None:
            self.take_if_legal(self.unjudged())
        if self.week is not None:
            self.values = dict(goal_values(self.problem, self.week))
