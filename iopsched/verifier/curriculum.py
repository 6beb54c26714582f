"""The weekly rotation of modules: what a session holds this week, and who meets which module when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Module
from iopsched.domain.timegrid import monday_of
from iopsched.policy.needs import may_join
from iopsched.verifier.matching import takes
from iopsched.verifier.week import Week

Status = Literal["met", "this week", "ahead", "missed"]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A module of the rotation for one member: met before, taught this week, ahead on ``week``, or missed.

    ``week`` is the Monday of the week that teaches it to the member, None
    where the module was met elsewhere or is missed.
    """

    participant_id: str
    group_id: str
    module_id: str
    status: Status
    week: date | None


def held_modules(problem: Problem, service_id: str, group_id: str | None) -> tuple[Module, ...]:
    """Return the modules of a session of this week, in their order."""
    own = problem.modules_of(service_id, group_id)
    now = _place(problem, own, problem.week)
    return tuple(module for module in own if module.week in (None, now))


def _place(problem: Problem, modules: Sequence[Module], monday: date) -> int | None:
    """Return the week of the rotation that a week of the calendar is, None where nothing rotates."""
    length = max((module.week for module in modules if module.week is not None), default=0)
    start = problem.clinic.curriculum_start
    if not length or start is None:
        return None
    return (monday - monday_of(start)).days // 7 % length + 1


def lessons(week: Week) -> tuple[Lesson, ...]:
    """Return every rotating module of every member of a closed group, by participant, group and module."""
    found: list[Lesson] = []
    for group in week.problem.groups:
        if group.membership != "closed":
            continue
        members = week.members(group, with_roster=True)
        for person in week.problem.participants:
            if person.id in members and week.calendars.is_present(person):
                found.extend(_lessons(week.problem, person, group))
    return tuple(sorted(found, key=lambda row: (row.participant_id, row.group_id, row.module_id)))


def _lessons(problem: Problem, person: Participant, group: Group) -> Iterator[Lesson]:
    own = problem.modules_of(group.service_id, group.id)
    taught: dict[str, date] = {}
    for monday in _mondays(problem, person, group, own):
        place = _place(problem, own, monday)
        for module in own:
            if module.week is not None and module.week == place:
                taught.setdefault(module.id, monday)
    for module_id in sorted({module.id for module in own if module.week is not None}):
        monday_taught = taught.get(module_id)
        if module_id in person.modules_met:
            yield Lesson(person.id, group.id, module_id, "met", None)
        else:
            yield Lesson(person.id, group.id, module_id, _status(monday_taught, problem.week), monday_taught)


def _mondays(problem: Problem, person: Participant, group: Group, modules: Sequence[Module]) -> Iterator[date]:
    """Yield the weeks in which the person is a member, at most one whole rotation of them.

    Whoever is a member by ``group_id``, or was on the group's roster in the
    previous week, has been one since the admission, where that is known;
    whoever joins now, from now on.
    """
    monday = problem.week if person.admitted is None else monday_of(person.admitted)
    if monday < problem.week and not (group.id in person.group_ids or _was_there(problem, person, group)):
        monday = problem.week
    for _ in range(max((module.week for module in modules if module.week is not None), default=0)):
        if person.discharged is not None and monday > person.discharged:
            return
        yield monday
        monday += timedelta(days=7)


def _was_there(problem: Problem, person: Participant, group: Group) -> bool:
    if problem.previous is None:
        return False
    held = [session for session in problem.previous.sessions if session.group_id == group.id]
    return any(person.id in session.participant_ids for session in held)


def _status(taught: date | None, week: date) -> Status:
    if taught is None:
        return "missed"
    if taught == week:
        return "this week"
    return "met" if taught < week else "ahead"


def fewest_missed(problem: Problem, person: Participant, group: Group) -> int:
    """Return the fewest modules that the person would miss in any closed group of the service that takes them.

    A group that somebody is in by ``group_id`` is the only one: a proof, by
    looking at every choice there is, that no other membership teaches more.
    """
    closed = [row for row in problem.groups_of[group.service_id] if row.membership == "closed"]
    own = [row for row in closed if row.id in person.group_ids]
    choices = own or [row for row in closed if takes(row, person) and may_join(problem, person, row)] or [group]
    return min(sum(row.status == "missed" for row in _lessons(problem, person, choice)) for choice in choices)


def modules_missed(week: Week) -> int:
    """Return how many modules members will not have met when their stay ends."""
    if week.problem.clinic.curriculum_start is None:
        return 0
    about = {person.id for person in week.participants}
    return sum(lesson.status == "missed" for lesson in lessons(week) if lesson.participant_id in about)
