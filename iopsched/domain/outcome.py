"""What a solve ends with: exactly one of three types, never an exception or a sentinel."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from iopsched.domain.pins import Pin
from iopsched.domain.schedule import Schedule
from iopsched.words.sentence import Sentence


class GoalId(StrEnum):
    """Goals in rank order: each is optimized before the next, none may worsen an earlier one."""

    UNMET_NEED = "unmet_need"
    WORST_OFF = "worst_off"
    PEOPLE_SHORT = "people_short"
    CHANGES = "changes"
    MOVES = "moves"
    PREFERENCES = "preferences"
    WORKLOAD = "workload"
    COST = "cost"


@dataclass(frozen=True, slots=True)
class GoalResult:
    """One goal's value and proven bound, both integers in ``unit``; less is better.

    ``bound`` is the best value that any schedule could have whose earlier
    goals are no worse than reported. ``parts`` are the weighted sub-terms,
    which add up to ``value``.
    """

    name: GoalId
    value: int
    bound: int
    unit: str
    parts: tuple[tuple[str, int], ...] = ()

    @property
    def is_proven(self) -> bool:
        """Return whether no schedule can be better in this goal."""
        return self.bound >= self.value

    @property
    def gap(self) -> float:
        """Return (value - bound) / max(1, value), as in the contract."""
        return (self.value - self.bound) / max(1, self.value)


@dataclass(frozen=True, slots=True)
class Unmet:
    """Minutes a participant is short of, with the reason in plain words."""

    participant_id: str
    minutes: int
    why: Sentence


@dataclass(frozen=True, slots=True)
class Solved:
    """A schedule that the verifier accepts, with the value and bound of every goal in rank order.

    ``is_polished``: whether no single move is left that would improve a goal; False where time ended before. ``untried``
    are the goals that are not proven and had no search of their own, because time ended before.
    """

    schedule: Schedule
    goals: tuple[GoalResult, ...]
    unmet: tuple[Unmet, ...] = ()
    was_interrupted: bool = False
    is_polished: bool = False
    untried: tuple[GoalId, ...] = ()
    is_repeatable: bool = False
    seconds: float = field(default=0.0, compare=False)

    @property
    def is_optimal(self) -> bool:
        """Return whether every goal's value equals its bound."""
        return all(goal.is_proven for goal in self.goals)


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Pins that cannot hold together, or not with the other rules: a smallest such set."""

    pins: tuple[Pin, ...]
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class OutOfTime:
    """No schedule was found in the time given; nothing is known about whether one exists."""

    seconds: float = field(default=0.0, compare=False)
    was_interrupted: bool = False


Outcome = Solved | Infeasible | OutOfTime
