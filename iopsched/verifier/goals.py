"""The value of every goal, recomputed from the schedule alone."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.rulebook import GoalId, weights_of
from iopsched.verifier.account import Account, accounts
from iopsched.verifier.changes import changed_entries, changed_people
from iopsched.verifier.meetings import lacking_minutes
from iopsched.verifier.preferences import cost_terms, preference_terms
from iopsched.verifier.week import Week
from iopsched.verifier.workload import workload_terms


@dataclass(frozen=True, slots=True)
class GoalValue:
    """A goal's value in its unit, less is better; ``parts`` are the weighted sub-terms that add up to it."""

    value: int
    parts: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, parts: Mapping[str, int]) -> GoalValue:
        """Return the value that is the sum of the parts."""
        return cls(sum(parts.values()), tuple(parts.items()))


def goal_values(
    problem: Problem, schedule: Schedule, about: Container[str] | None = None
) -> Mapping[GoalId, GoalValue]:
    """Return the value of every goal in rank order, with its weighted sub-terms.

    ``about`` are the participants whose own parts count, None = everybody; what is about staff, groups and needs with one
    lead counts in any case.
    """
    week = Week(problem, schedule, about)
    return goal_values_in(week, accounts(week))


def goal_values_in(week: Week, found: tuple[Account, ...]) -> Mapping[GoalId, GoalValue]:
    """Return the same of a week whose accounts are known."""
    clinic = week.problem.clinic
    return {
        GoalId.UNMET_NEED: GoalValue.of({**_unmet(found), "meetings": lacking_minutes(week)}),
        GoalId.WORST_OFF: GoalValue.of({"largest": max((account.unmet_minutes for account in found), default=0)}),
        GoalId.PEOPLE_SHORT: GoalValue.of({"people": sum(account.unmet_minutes > 0 for account in found)}),
        GoalId.CHANGES: GoalValue.of(changed_people(week)),
        GoalId.MOVES: GoalValue.of(changed_entries(week)),
        GoalId.PREFERENCES: _weighted(clinic.weights, GoalId.PREFERENCES, preference_terms(week, found)),
        GoalId.WORKLOAD: _weighted(clinic.weights, GoalId.WORKLOAD, workload_terms(week)),
        GoalId.COST: _weighted(clinic.weights, GoalId.COST, cost_terms(week)),
    }


def _weighted(weights: Mapping[str, Mapping[str, int]], goal: GoalId, terms: Mapping[str, int]) -> GoalValue:
    own = weights_of(goal, weights)
    return GoalValue.of({name: own[name] * number for name, number in terms.items()})


def _unmet(found: Iterable[Account]) -> Mapping[str, int]:
    total = dict.fromkeys(("hours", "days", "gaps", "sessions", "phase"), 0)
    for account in found:
        for name, minutes in account.unmet_parts.items():
            total[name] += minutes
    return total


def unmet_minutes(problem: Problem, schedule: Schedule) -> Mapping[str, int]:
    """Return minutes of unmet need of everybody with a row in hours.csv, by participant id."""
    return {row.participant.id: row.unmet_minutes for row in accounts(Week(problem, schedule))}
