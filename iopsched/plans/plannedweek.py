"""What is known of each week ahead: its schedule, what it lacks and since which facts, and whom it places where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from iopsched.comparisons.factchanges import FactChange
from iopsched.domain.outcome import GoalId, Infeasible, OutOfTime, Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.verifier import goal_values, unmet_minutes
from iopsched.verifier.account import accounts
from iopsched.verifier.goals import GoalValue
from iopsched.verifier.week import Week
from iopsched.words.sentence import Sentence

Origin = Literal["made", "draft", "published"]


@dataclass(frozen=True, slots=True)
class ReadAhead:
    """A week as the tables of today say it, with the last schedule before it and what is new in it.

    ``problem`` is how it is solved: days and sessions of the weeks planned before are counted. ``facts`` are the rows and cells that
    hold in it and not in the week before.
    """

    problem: Problem
    facts: tuple[FactChange, ...] = ()


@dataclass(frozen=True)
class WeekAhead:
    """A week ahead with a schedule. ``bound``: no schedule of it has less unmet need, as far as is known.

    ``origin`` says whether the schedule was made now, or lay there as a draft or was published. ``solved`` is what the search ended
    with, None where nothing was searched, or where some groups were given.
    """

    read: ReadAhead
    schedule: Schedule
    bound: int
    origin: Origin = "made"
    solved: Solved | None = None

    @property
    def problem(self) -> Problem:
        """Return the facts of the week."""
        return self.read.problem

    @property
    def week(self) -> date:
        """Return the Monday of the week."""
        return self.problem.week

    @cached_property
    def values(self) -> Mapping[GoalId, GoalValue]:
        """Return the value of every goal, counted anew."""
        return goal_values(self.problem, self.schedule)

    @property
    def minutes(self) -> int:
        """Return the unmet need of the week: of participants, and of groups that always meet."""
        return self.values[GoalId.UNMET_NEED].value

    @cached_property
    def unmet(self) -> Mapping[str, int]:
        """Return minutes of unmet need of whoever is short, by participant, the greatest first."""
        rows = [(key, minutes) for key, minutes in unmet_minutes(self.problem, self.schedule).items() if minutes]
        return dict(sorted(rows, key=lambda row: (-row[1], row[0])))

    @cached_property
    def present(self) -> frozenset[str]:
        """Return whoever is in treatment in the week."""
        return frozenset(row.participant.id for row in accounts(Week(self.problem, self.schedule)))

    @property
    def is_proven(self) -> bool:
        """Return whether no schedule of the week has less unmet need."""
        return self.bound >= self.minutes

    def groups_of(self, participant_id: str) -> Mapping[str, str]:
        """Return the group of a participant for each service in which they have one."""
        held = (row for row in self.schedule.sessions if participant_id in row.participant_ids)
        return {row.service_id: row.group_id for row in held if row.group_id is not None}


@dataclass(frozen=True, slots=True)
class Placement:
    """Where somebody new is placed, by service: the group of their first week, and the last week in which they are still in it.

    ``moved_to`` is the group that they are in afterwards, blank where they stay.
    """

    participant_id: str
    week: date
    service_id: str
    group_id: str
    until: date
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class ShortCause:
    """Why people are short in a week, the people with the most unmet need first, and how much that is in all.

    ``like`` is the earlier week in which the same people lacked the same: then nothing was looked for.
    """

    participants: tuple[str, ...]
    minutes: int
    sentence: Sentence
    like: date | None = None


@dataclass(frozen=True)
class PlannedAhead:
    """The weeks ahead as far as they were made.

    ``stopped`` is what kept the next week from being made, None where nothing did. ``placements`` are of everybody who is new in
    some week; ``lasting`` says of whom it was found by looking ahead. ``unfinished`` is what time did not allow.
    """

    weeks: tuple[WeekAhead, ...]
    causes: Mapping[date, tuple[ShortCause, ...]] = field(default_factory=dict)
    placements: tuple[Placement, ...] = ()
    lasting: tuple[Placement, ...] = ()
    stopped: Infeasible | OutOfTime | None = None
    was_interrupted: bool = False
    unfinished: tuple[Sentence, ...] = ()

    @property
    def is_short(self) -> bool:
        """Return whether somebody lacks something in some week."""
        return any(week.minutes for week in self.weeks)
