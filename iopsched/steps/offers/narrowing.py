"""Offers leave open what a search decides; somebody is asked only for what the week that was found then needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import TimeRange, Windows
from iopsched.rulebook.steps import StepKind
from iopsched.steps.offer import OfferedStep, SetText
from iopsched.steps.offers.opentimes import FAMILY
from iopsched.steps.offers.people import Telling, another_stretch, led_by, moved_to


def narrowed(problem: Problem, schedule: Schedule, steps: Iterable[OfferedStep]) -> tuple[OfferedStep, ...]:
    """Return the steps as narrow as a schedule allows that is legal with them; it stays legal but for exotic covers.

    A stretch of a participant's time is cut to what the schedule uses of it; any group becomes the one that somebody is
    in, any primary the one who leads. ``problem`` is the one for which the steps were offered. Where the schedule tells
    nothing a step stays as it is, and so do all of other kinds.
    """
    return tuple(_narrowed(problem, schedule, step) for step in steps)


def _narrowed(problem: Problem, schedule: Schedule, step: OfferedStep) -> OfferedStep:
    if step.kind not in (StepKind.PARTICIPANT_WINDOW, StepKind.MOVE_PARTICIPANT, StepKind.OTHER_PRIMARY):
        return step
    person = problem.participant[step.key[0]]
    held = [row for row in schedule.sessions if person.id in row.participant_ids]
    if step.kind == StepKind.PARTICIPANT_WINDOW:
        found = _stretch(problem, person, held, step)
    elif step.kind == StepKind.MOVE_PARTICIPANT:
        found = _group(problem, person, held, step)
    else:
        found = _primary(problem, person, held, step)
    if found is None:
        return step
    edit, told, changed = found
    return replace(step, edit=edit, sentence=told, changed=changed)


def _stretch(problem: Problem, person: Participant, held: list[Session], step: OfferedStep) -> Telling | None:
    known: Windows = getattr(person, step.column) or Windows()
    added = getattr(step.changed(problem).participant[person.id], step.column).minus(known)
    is_family = step.column == "family_availability"
    has_family = person.family_availability is not None
    used = Windows.of(
        TimeRange(row.start, row.end)
        for row in held
        if is_family == (has_family and problem.service[row.service_id].kind in FAMILY)
    )
    found = used.minus(known).intersection(added)
    if not found:
        return None
    return another_stretch(person, step.column, TimeRange(found.ranges[0].start, found.ranges[-1].end))


def _group(problem: Problem, person: Participant, held: list[Session], step: OfferedStep) -> Telling | None:
    kept = step.changed(problem).participant[person.id].group_ids
    gone = [key for key in person.group_ids if key not in kept]
    if len(gone) != 1 or len(kept) != len(person.group_ids) - 1:
        return None
    service_id = problem.group[gone[0]].service_id
    now = {row.group_id for row in held if row.service_id == service_id} - {None, *gone}
    return moved_to(person, kept, now.pop() or "") if len(now) == 1 else None


def _primary(problem: Problem, person: Participant, held: list[Session], step: OfferedStep) -> Telling | None:
    leads = {
        row.lead_id
        for row in held
        if row.service_id in problem.service and problem.service[row.service_id].with_primary
    }
    is_open = step.edit == SetText("")
    return led_by(person, leads.pop()) if is_open and len(leads) == 1 and leads != {person.primary_id} else None
