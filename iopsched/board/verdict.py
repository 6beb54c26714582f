"""What a week is worth by the verifier, whole, and what a move makes of it: rules, goals, and who is short."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.rulebook import GoalId, RuleId
from iopsched.verifier import GoalValue, Violation, violations_in
from iopsched.verifier.account import Account, accounts
from iopsched.verifier.goals import goal_values_in
from iopsched.verifier.week import Week


@dataclass(frozen=True)
class JudgedWeek:
    """A schedule with all that the verifier says of it."""

    problem: Problem
    schedule: Schedule

    @cached_property
    def week(self) -> Week:
        """Return the schedule beside its problem, with the look-ups of the verifier."""
        return Week(self.problem, self.schedule)

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """Return every broken rule, sorted."""
        return violations_in(self.week)

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """Return what everybody should have, has and lacks, by id."""
        return accounts(self.week)

    @cached_property
    def goals(self) -> Mapping[GoalId, GoalValue]:
        """Return the value of every goal in rank order."""
        return goal_values_in(self.week, self.accounts)

    @cached_property
    def short(self) -> Mapping[str, int]:
        """Return the minutes of unmet need of everybody who has any, by participant."""
        return {row.participant.id: row.unmet_minutes for row in self.accounts if row.unmet_minutes}


@dataclass(frozen=True, slots=True)
class BrokenPlaces:
    """A rule, and each place at which it is broken."""

    rule: RuleId
    places: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a move would do: rules newly broken and mended, the least negotiable first, and how many places stay broken.

    ``now`` and ``then`` are the week before and after it.
    """

    now: JudgedWeek
    then: JudgedWeek
    new: tuple[BrokenPlaces, ...]
    mended: tuple[BrokenPlaces, ...]
    left: int

    @property
    def is_legal(self) -> bool:
        """Return whether the move breaks nothing that is not broken already."""
        return not self.new

    @property
    def changed_goals(self) -> tuple[tuple[GoalId, GoalValue, GoalValue], ...]:
        """Return the goals whose value changes, in rank order, with both values."""
        pairs = ((goal, self.now.goals[goal], self.then.goals[goal]) for goal in self.then.goals)
        return tuple(row for row in pairs if row[1] != row[2])

    @property
    def changed_needs(self) -> Mapping[str, tuple[int, int]]:
        """Return the unmet minutes before and after of everybody for whom they change, by participant."""
        now, then = self.now.short, self.then.short
        people = sorted(now.keys() | then.keys())
        return {key: (now.get(key, 0), then.get(key, 0)) for key in people if now.get(key, 0) != then.get(key, 0)}


def verdict(now: JudgedWeek, then: JudgedWeek) -> Verdict:
    """Return what becomes of one week by what makes it the other."""
    before, after = set(now.violations), set(then.violations)
    return Verdict(now, then, by_rule(after - before), by_rule(before - after), len(before & after))


def by_rule(found: Iterable[Violation]) -> tuple[BrokenPlaces, ...]:
    """Return broken rules together, the least negotiable first, the places sorted."""
    places: dict[RuleId, list[Violation]] = {rule: [] for rule in reversed(RuleId)}
    for row in sorted(found):
        places[row.rule].append(row)
    return tuple(BrokenPlaces(rule, tuple(rows)) for rule, rows in places.items() if rows)
