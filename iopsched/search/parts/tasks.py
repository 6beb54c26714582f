"""Parts that are solved elsewhere: what is asked, and what is answered. Both can be sent to another process."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.terms import Terms
from iopsched.params import SolveParams, Tuning
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.parts.improvement import Improvement
from iopsched.search.workshop import Opening, Workshop
from iopsched.stopping import Late, looking_at


@dataclass(frozen=True, slots=True)
class OpenPart:
    """A part of a week to be solved for one goal, those ``before`` kept as they are, within ``left_s`` seconds."""

    week: Schedule
    opening: Opening
    goal_id: GoalId
    before: tuple[GoalId, ...]
    left_s: float


@dataclass(frozen=True, slots=True)
class SolvedPart:
    """The best week found in which only the part is chosen anew, None if none was found in time.

    ``won``: by what share of its value the goal is better there. ``is_proven``: whether the part has nothing better.
    ``seconds``: how long it took.
    """

    week: Schedule | None
    won: float
    is_proven: bool
    seconds: float


class PartSolver:
    """Solves one part after another of the weeks of one problem, with one thread of the solver."""

    def __init__(self, problem: Problem, seed: int, tuning: Tuning) -> None:
        self.seed = seed
        self.tuning = tuning
        self.workshop = Workshop(Terms(problem), tuning)

    def solve(self, task: OpenPart, stop: threading.Event) -> SolvedPart:
        """Solve a part; setting ``stop`` ends that soon."""
        begun = time.monotonic()
        # one worker: the step's own effort ends it, wall time only the whole search
        params = SolveParams(max(0.01, task.left_s), seed=self.seed, workers=1, tuning=self.tuning)
        improvement = Improvement(self.workshop, Clock(params, stop), task.week)
        improvement.turn_to(task.goal_id, task.before)
        before = improvement.values[task.goal_id].value
        week, is_proven = None, False
        with looking_at(stop):
            try:
                found, is_proven = improvement.solve(task.opening)
                week = found if found is not None and improvement.offer(found) else None
            except Late:
                week = None
        won = 1 - improvement.values[task.goal_id].value / max(1, before)
        return SolvedPart(week, won, is_proven, time.monotonic() - begun)
