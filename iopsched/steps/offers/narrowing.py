"""Whole gaps of a day are offered of participants' time; somebody is asked only for what a week uses of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import TimeRange, Windows
from iopsched.rulebook.steps import StepKind
from iopsched.steps.offer import OfferedStep
from iopsched.steps.offers.opentimes import FAMILY
from iopsched.steps.offers.people import another_stretch


def narrowed(problem: Problem, schedule: Schedule, steps: Iterable[OfferedStep]) -> tuple[OfferedStep, ...]:
    """Return the steps with each stretch of a participant's time cut to what the schedule uses of it.

    ``problem`` is the one for which they were offered; the schedule stays legal with them. A stretch of which nothing
    is used stays as it is, and so do all other steps.
    """
    return tuple(
        _narrowed(problem, schedule, step) if step.kind == StepKind.PARTICIPANT_WINDOW else step for step in steps
    )


def _narrowed(problem: Problem, schedule: Schedule, step: OfferedStep) -> OfferedStep:
    person = problem.participant[step.key[0]]
    known: Windows = getattr(person, step.column) or Windows()
    added = getattr(step.changed(problem).participant[person.id], step.column).minus(known)
    is_family = step.column == "family_availability"
    used = Windows.of(
        TimeRange(row.start, row.end)
        for row in schedule.sessions
        if person.id in row.participant_ids
        and is_family == (person.family_availability is not None and problem.service[row.service_id].kind in FAMILY)
    )
    found = used.minus(known).intersection(added)
    if not found:
        return step
    item = TimeRange(found.ranges[0].start, found.ranges[-1].end)
    edit, told, changed = another_stretch(person, step.column, item)
    return replace(step, edit=edit, sentence=told, changed=changed)
