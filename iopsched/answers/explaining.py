"""Why people are short and what would help: the order of the work, and how much of the time each part of it gets.

First the week with the least unmet need, so that nobody is told of a shortage that solving again would end; then causes, each
told as soon as it is certain; then ways out. What time did not allow is said.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from iopsched.answers.base import Base, Budget, base_of
from iopsched.answers.explanation import CauseAnswer, Explanation, WayOut
from iopsched.answers.firstsight import looking_for_one
from iopsched.domain.outcome import Infeasible, OutOfTime
from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import hours
from iopsched.verifier import violations
from iopsched.words.sentence import Sentence

# Shares of the time that is left. Ways out have what causes leave.
SHARE_OF_BASE = 0.4
SHARE_OF_CAUSES = 0.5

LOOKING_FOR_WEEK = "Looking for the week with the least unmet need"
LOOKING_FOR_CAUSES = "Looking for causes, and for what would help"
LEAST_SOFT_S = 15.0
SOFT_S_OF_A_PARTICIPANT = 0.25
"""Seconds of an idle machine in which causes and the best ways out are found; more rarely finds a cheaper one."""
LEAST_BASE_S = 5.0
BASE_S_OF_A_PARTICIPANT = 0.2
"""Seconds for the week with the least unmet need where nobody asked for a time; half of it where a week is known."""


def soft_limit_s(problem: Problem, slowdown: float) -> float:
    """Return how long causes and ways out are looked for where nobody asked for a time; a busy machine takes longer."""
    return max(1.0, slowdown) * max(LEAST_SOFT_S, SOFT_S_OF_A_PARTICIPANT * len(problem.participants))


def _most_of_base_s(problem: Problem, *, is_known: bool) -> float:
    """Return for how long the week with the least unmet need is looked for where nobody asked for a time."""
    seconds = BASE_S_OF_A_PARTICIPANT * len(problem.participants)
    return max(LEAST_BASE_S, seconds / 2 if is_known else seconds)


class Standing(StrEnum):
    """How a clinic's week stands."""

    MET = "met"
    """Nobody is short."""
    SHORT = "short"
    """Somebody is."""
    CONTRADICTION = "contradiction"
    """Pins or published facts cannot hold together: there is no week."""
    OUT_OF_TIME = "out_of_time"
    """No week was found in time, and none is known to be impossible."""


class FoundCauses(Protocol):
    """What a search for causes ends with."""

    @property
    def causes(self) -> Sequence[CauseAnswer]:
        """Return the causes, in their declared order."""

    @property
    def unfinished(self) -> Sequence[Sentence]:
        """Return what time did not allow."""


class FoundWays(Protocol):
    """What a search for ways out ends with."""

    @property
    def ways(self) -> Sequence[WayOut]:
        """Return the ways out, in their declared order."""

    @property
    def unfinished(self) -> Sequence[Sentence]:
        """Return what time did not allow."""


OnCause = Callable[[CauseAnswer], None]
CauseFinder = Callable[[Base | Infeasible, Budget, OnCause], FoundCauses]
WayFinder = Callable[[Base | Infeasible, Budget], FoundWays]


@dataclass(frozen=True, slots=True)
class Finders:
    """Who finds causes and ways out; both tell only what is certain, and end when their time is over."""

    causes: CauseFinder
    ways: WayFinder


class Listener(Protocol):
    """Who hears of what is certain, as soon as it is."""

    def on_stage(self, stage: str, seconds: float) -> None:
        """Hear what is being looked for, and for how many seconds at most."""

    def on_alone(self, person: str, minutes: int) -> None:
        """Hear, while the best week is searched, of one person who lacks so much at least with the clinic to themselves."""

    def on_base(self, base: Base, known: Base | None) -> None:
        """Hear once of the week with the least unmet need; ``known`` is the one that the reader knows."""

    def on_contradiction(self, pins: Sequence[Pin]) -> None:
        """Hear instead that there is no week; ``pins`` is empty where other rows than pins contradict each other."""

    def on_cause(self, cause: CauseAnswer) -> None:
        """Hear of each cause once, in their declared order."""

    def on_way(self, way: WayOut) -> None:
        """Hear of a way out as it is found; its number is only that of its finding, and a better one may leave it untold."""


class Unheard:
    """A listener of an answer that nobody follows."""

    def on_stage(self, stage: str, seconds: float) -> None:
        """Leave it."""

    def on_alone(self, person: str, minutes: int) -> None:
        """Leave it."""

    def on_base(self, base: Base, known: Base | None) -> None:
        """Leave it."""

    def on_contradiction(self, pins: Sequence[Pin]) -> None:
        """Leave it."""

    def on_cause(self, cause: CauseAnswer) -> None:
        """Leave it."""

    def on_way(self, way: WayOut) -> None:
        """Leave it."""


@dataclass(frozen=True, slots=True)
class Explained:
    """An explanation and how the week stands; ``known`` is the week that the reader knows, None where it is not legal here.

    ``base`` is None where there is no week. ``was_interrupted``: somebody asked to stop; what is told is certain all the same.
    ``are_ways_through``: whether time sufficed for every search of ways out, so that where none is told, none was there.
    """

    explanation: Explanation
    standing: Standing
    base: Base | None = None
    known: Base | None = None
    was_interrupted: bool = False
    are_ways_through: bool = True


def explain(
    problem: Problem,
    schedule: Schedule | None,
    people: Collection[str],
    budget: Budget,
    finders: Finders,
    listener: Listener,
    contradictions: Sequence[CauseAnswer] = (),
    proven: int = 0,
    *,
    is_soft: bool = False,
) -> Explained:
    """Explain why participants are short, and what would help.

    ``schedule`` is the week that the reader knows, if any. ``people`` are those whom the reader asks about; everybody where
    there are none. Unmet need is that of the whole clinic in any case. ``contradictions`` are what the tables alone say
    cannot hold: where there are some, there is no week, whatever a search finds. ``proven``: a bound of unmet need that
    is known already. ``is_soft``: the budget is more than an answer needs, so that it ends where more time rarely helps.
    """
    begun_s, begun_cpu_s = time.monotonic(), time.process_time()
    known = None if schedule is None or violations(problem, schedule) else Base.of(problem, schedule, 0)
    most_s = _most_of_base_s(problem, is_known=known is not None) if is_soft else math.inf
    of_base = budget.part(SHARE_OF_BASE, most_s)
    listener.on_stage(LOOKING_FOR_WEEK, of_base.left_s)
    with _at_first_sight(problem, known, people, proven, budget, listener) if not contradictions else nullcontext():
        found = base_of(problem, schedule, of_base, proven)
    if isinstance(found, OutOfTime):
        nothing = Explanation(*_without_a_week(problem), (), (), (Sentence("No week was found in time."),))
        return Explained(nothing, Standing.OUT_OF_TIME, was_interrupted=budget.stop.is_set())
    if isinstance(found, Infeasible):
        listener.on_contradiction(found.pins)
        return _contradiction(problem, found, budget, finders, listener)
    if contradictions:
        listener.on_contradiction(())
        for cause in contradictions:
            listener.on_cause(cause)
        nothing = Explanation(*_without_a_week(problem), tuple(contradictions), ())
        return Explained(nothing, Standing.CONTRADICTION, was_interrupted=budget.stop.is_set())
    listener.on_base(found, known)
    if found.minutes == 0:
        return Explained(Explanation(0, 0, 0, (), ()), Standing.MET, found, known)
    slowdown = (time.monotonic() - begun_s) / max(0.01, time.process_time() - begun_cpu_s)
    budget = budget.part(most_s=soft_limit_s(problem, slowdown)) if is_soft else budget
    asked = _about(found, people)
    return replace(_shortage(found, asked, budget, finders, listener), known=known)


def _shortage(found: Base, asked: Base, budget: Budget, finders: Finders, listener: Listener) -> Explained:
    open_bound = () if found.is_proven else (_open_bound(found),)
    if not asked.minutes:
        nothing = Explanation(found.minutes, found.people, found.bound, (), (), open_bound)
        return Explained(nothing, Standing.SHORT, found, was_interrupted=budget.stop.is_set())
    told, ways = _searched(asked, budget, finders, listener)
    unfinished = (*open_bound, *told.unfinished, *ways.unfinished)
    explanation = Explanation(
        found.minutes, found.people, found.bound, tuple(told.causes), tuple(ways.ways), unfinished
    )
    return Explained(
        explanation, Standing.SHORT, found, was_interrupted=budget.stop.is_set(), are_ways_through=not ways.unfinished
    )


def _at_first_sight(
    problem: Problem, known: Base | None, people: Collection[str], proven: int, budget: Budget, listener: Listener
) -> AbstractContextManager[None]:
    """Have somebody told who is certainly short, those first who are in the known week; not where that week is proven."""
    if known is not None and known.minutes <= proven:
        return nullcontext()
    rows = [row.id for row in problem.participants if not people or row.id in people]
    short = known.unmet if known is not None else {}
    return looking_for_one(problem, sorted(rows, key=lambda key: key not in short), budget, listener.on_alone)


def _about(base: Base, people: Collection[str]) -> Base:
    """Return the base with the lacks of these people only, everybody's where there are none."""
    if not people:
        return base
    return replace(base, unmet={key: value for key, value in base.unmet.items() if key in people}, lacking={})


def _contradiction(
    problem: Problem, found: Infeasible, budget: Budget, finders: Finders, listener: Listener
) -> Explained:
    told, ways = _searched(found, budget, finders, listener)
    unfinished = (*told.unfinished, *ways.unfinished)
    explanation = Explanation(*_without_a_week(problem), tuple(told.causes), tuple(ways.ways), unfinished)
    return Explained(
        explanation,
        Standing.CONTRADICTION,
        was_interrupted=budget.stop.is_set(),
        are_ways_through=not unfinished,  # causes find here which steps help
    )


def _without_a_week(problem: Problem) -> tuple[int, int, int]:
    """Return minutes, people and bound where there is no week: whatever anybody needs is lacking."""
    nothing = Base.of(problem, Schedule(problem.week, ()), 0)
    return nothing.minutes, nothing.people, nothing.minutes


def _searched(
    base: Base | Infeasible, budget: Budget, finders: Finders, listener: Listener
) -> tuple[FoundCauses, FoundWays]:
    listener.on_stage(LOOKING_FOR_CAUSES, budget.left_s)
    # one after the other: side by side both are less than half as fast, and causes that come too late are not told
    told = finders.causes(base, budget.part(SHARE_OF_CAUSES), listener.on_cause)
    ways = finders.ways(base, budget)
    return told, ways


def _open_bound(base: Base) -> Sentence:
    if base.bound <= 0:
        return Sentence("It is not certain that {} of unmet need is the least.", hours(base.minutes))
    return Sentence(
        "It is not certain that {} of unmet need is the least: no week has less than {}.",
        hours(base.minutes),
        hours(base.bound),
    )
