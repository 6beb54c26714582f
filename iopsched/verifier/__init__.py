"""A second statement of every rule and goal in plain Python; knows nothing of the model.

It is slower and plainer than the solver's, written by reading the sentences
of the contract, so that no schedule leaves the product on the word of the
code that made it. Any schedule will do, edited by hand or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import DayRow, HoursRow, Schedule
from iopsched.rulebook import RuleId
from iopsched.verifier.account import hours_rows
from iopsched.verifier.curriculum import Lesson, fewest_missed, held_modules
from iopsched.verifier.curriculum import lessons as lessons_of
from iopsched.verifier.days import day_rows
from iopsched.verifier.goals import GoalValue, goal_values, unmet_minutes
from iopsched.verifier.groups import cohort, ratio, size, two_staff
from iopsched.verifier.matching import apart, match, together
from iopsched.verifier.modality import session_modalities
from iopsched.verifier.overlap import overlap
from iopsched.verifier.people import day_max, day_min, phase, php_guard, week_max
from iopsched.verifier.pins import pin
from iopsched.verifier.rooms import seats
from iopsched.verifier.staffing import staffed
from iopsched.verifier.supervision import supervisor
from iopsched.verifier.violation import Violation
from iopsched.verifier.week import Week
from iopsched.verifier.windows import window
from iopsched.verifier.workdays import primary, staff_load

__all__ = [
    "CHECKS",
    "GoalValue",
    "Lesson",
    "Violation",
    "days",
    "fewest_missed",
    "goal_values",
    "held_modules",
    "hours",
    "lessons",
    "session_modalities",
    "unmet_minutes",
    "violations",
]

CHECKS: Mapping[RuleId, Callable[[Week], Iterable[Violation]]] = {
    RuleId.PIN: pin,
    RuleId.PHASE: phase,
    RuleId.DAY_MAX: day_max,
    RuleId.DAY_MIN: day_min,
    RuleId.WEEK_MAX: week_max,
    RuleId.PHP_GUARD: php_guard,
    RuleId.COHORT: cohort,
    RuleId.PRIMARY: primary,
    RuleId.STAFF_LOAD: staff_load,
    RuleId.SIZE: size,
    RuleId.RATIO: ratio,
    RuleId.TWO_STAFF: two_staff,
    RuleId.SUPERVISOR: supervisor,
    RuleId.STAFFED: staffed,
    RuleId.MATCH: match,
    RuleId.TOGETHER: together,
    RuleId.APART: apart,
    RuleId.SEATS: seats,
    RuleId.WINDOW: window,
    RuleId.OVERLAP: overlap,
}


def violations(problem: Problem, schedule: Schedule) -> tuple[Violation, ...]:
    """Return every broken rule of a schedule, sorted, none twice; empty if the schedule may be published."""
    week = Week(problem, schedule)
    return tuple(sorted({found for check in CHECKS.values() for found in check(week)}))


def hours(problem: Problem, schedule: Schedule) -> tuple[HoursRow, ...]:
    """Return a row for each participant whose stay touches an open weekday, sorted by id."""
    return hours_rows(Week(problem, schedule))


def days(problem: Problem, schedule: Schedule) -> tuple[DayRow, ...]:
    """Return a row for each participant and day with a countable session, sorted by both."""
    return day_rows(Week(problem, schedule))


def lessons(problem: Problem, schedule: Schedule) -> tuple[Lesson, ...]:
    """Return when each member of a closed group meets each module of its rotation, sorted by all three ids."""
    return lessons_of(Week(problem, schedule))
