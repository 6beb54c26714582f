"""A second statement of every rule and goal in plain Python; knows nothing of the model.

It is slower and plainer than the solver's, written by reading the sentences
of the contract, so that no schedule leaves the product on the word of the
code that made it. Any schedule will do, edited by hand or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import DayRow, HoursRow, Schedule
from iopsched.rulebook import RuleId, named_as_rules
from iopsched.verifier import groups, matching, overlap, people, pins, rooms, staffing, supervision, windows, workdays
from iopsched.verifier.account import hours_rows
from iopsched.verifier.curriculum import Lesson as Lesson
from iopsched.verifier.curriculum import fewest_missed as fewest_missed
from iopsched.verifier.curriculum import held_modules as held_modules
from iopsched.verifier.curriculum import lessons as lessons_of
from iopsched.verifier.days import day_rows
from iopsched.verifier.goals import GoalValue as GoalValue
from iopsched.verifier.goals import goal_values as goal_values
from iopsched.verifier.goals import unmet_minutes as unmet_minutes
from iopsched.verifier.modality import session_modalities as session_modalities
from iopsched.verifier.violation import Violation as Violation
from iopsched.verifier.week import Week

CHECKS: Mapping[RuleId, Callable[[Week], Iterable[Violation]]] = named_as_rules(
    groups, matching, overlap, people, pins, rooms, staffing, supervision, windows, workdays
)


def violations(problem: Problem, schedule: Schedule) -> tuple[Violation, ...]:
    """Return every broken rule of a schedule, sorted, none twice; empty if the schedule may be published."""
    return violations_in(Week(problem, schedule))


def violations_in(week: Week) -> tuple[Violation, ...]:
    """Return the broken rules of a week, of the participants whom it is about, sorted, none twice.

    What is said of the sessions that have begun by themselves is no fault of the schedule: they stay as they were
    published, whatever the facts are now.
    """
    found = _broken(week)
    if week.problem.begun:
        alone = _broken(Week(week.problem, replace(week.schedule, sessions=week.problem.begun), week.about))
        found -= {one for one in alone if one.rule != RuleId.PIN}
    return tuple(sorted(found))


def _broken(week: Week) -> set[Violation]:
    return {found for check in CHECKS.values() for found in check(week)}


def hours(problem: Problem, schedule: Schedule) -> tuple[HoursRow, ...]:
    """Return a row for each participant whose stay touches an open weekday, sorted by id."""
    return hours_rows(Week(problem, schedule))


def days(problem: Problem, schedule: Schedule) -> tuple[DayRow, ...]:
    """Return a row for each participant and day with a countable session, sorted by both."""
    return day_rows(Week(problem, schedule))


def lessons(problem: Problem, schedule: Schedule) -> tuple[Lesson, ...]:
    """Return when each member of a closed group meets each module of its rotation, sorted by all three ids."""
    return lessons_of(Week(problem, schedule))
