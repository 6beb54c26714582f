"""The classes that Timefold searches over: thin entities whose values are numbers. Needs Java.

The score is :class:`benchmarks.twins.timefold_score.Calculator`, called from the solver through a class made at run
time. Two other ways were tried. Methods of a Python calculator that Timefold translates to Java byte code made 750
moves a second at 30 participants, far fewer than Python itself; and the listener for new best solutions turns the
whole plan into Python objects each time, so that only the score is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import HardMediumSoftScore


@dataclass
class Option:
    """A value, by its number among all of its kind."""

    number: int


@planning_entity
@dataclass
class GroupPlan:
    """A group and its week."""

    id: Annotated[str, PlanningId]
    place: int
    weeks: Annotated[list[Option], ValueRangeProvider(id="weeks")]
    week: Annotated[Option | None, PlanningVariable(value_range_provider_refs=["weeks"], allows_unassigned=True)] = (
        field(default=None)
    )


@planning_entity
@dataclass
class Member:
    """A participant without a given group, and the group."""

    id: Annotated[str, PlanningId]
    place: int
    choices: Annotated[list[Option], ValueRangeProvider(id="choices")]
    choice: Annotated[Option, PlanningVariable(value_range_provider_refs=["choices"])] = field(default=None)


@planning_entity
@dataclass
class VisitPlan:
    """A needed visit and its slot."""

    id: Annotated[str, PlanningId]
    place: int
    slots: Annotated[list[Option], ValueRangeProvider(id="slots")]
    slot: Annotated[Option | None, PlanningVariable(value_range_provider_refs=["slots"], allows_unassigned=True)] = (
        field(default=None)
    )


@planning_solution
@dataclass
class Plan:
    """The week to be planned."""

    groups: Annotated[list[GroupPlan], PlanningEntityCollectionProperty]
    members: Annotated[list[Member], PlanningEntityCollectionProperty]
    visits: Annotated[list[VisitPlan], PlanningEntityCollectionProperty]
    score: Annotated[HardMediumSoftScore, PlanningScore] = field(default=None)


def plan_of(groups: list[list[int]], choices: list[list[int]], visits: list[list[int]]) -> Plan:
    """Return a plan with nothing assigned; each entity is told the numbers of its values."""
    most = max((number for row in (*groups, *choices, *visits) for number in row), default=-1)
    options = [Option(number) for number in range(most + 1)]

    def chosen(numbers: list[int]) -> list[Option]:
        return [options[number] for number in numbers]

    return Plan(
        groups=[GroupPlan(f"group {place}", place, chosen(row)) for place, row in enumerate(groups)],
        members=[Member(f"member {place}", place, chosen(row)) for place, row in enumerate(choices)],
        visits=[VisitPlan(f"visit {place}", place, chosen(row)) for place, row in enumerate(visits)],
    )
