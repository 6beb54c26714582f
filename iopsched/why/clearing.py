"""Visits put off to other times, so that nobody is told to have no time who only has a movable appointment then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY
from iopsched.why.world import World

MOST_MOVED = 8


def cleared(world: World, start: int, end: int, people: Iterable[str]) -> tuple[World, tuple[Session, ...]] | None:
    """Return the world in which these people have no visits between two moments, and the visits that were put off.

    ``people`` are participants and staff. None where there is no such visit, or one finds no other time.
    """
    wanted = set(people)
    rows = [row for row in world.schedule.sessions if _is_in_the_way(row, start, end, wanted)]
    if not rows or len(rows) > MOST_MOVED:
        return None
    moved: list[Session] = []
    for row in rows:
        free = _put_off(world, row, start, end)
        if free is None:
            return None
        moved.append(free)
        world = _with(world, free)
    return world, tuple(moved)


def _is_in_the_way(row: Session, start: int, end: int, people: set[str]) -> bool:
    is_visit = row.group_id is None and len(row.participant_ids) == 1
    return (
        is_visit
        and row.start < end
        and start < row.end
        and not people.isdisjoint({*row.participant_ids, *row.therapist_ids})
    )


def _with(world: World, session: Session) -> World:
    rows = (session if row.id == session.id else row for row in world.schedule.sessions)
    return World(world.problem, Schedule(world.schedule.week, tuple(rows)), world.terms)


def _put_off(world: World, row: Session, start: int, end: int) -> Session | None:
    """Return the visit at the first other time, the same day first, at which its people and a room are free."""
    service = world.problem.service[row.service_id]
    person = world.problem.participant[row.participant_ids[0]]
    rooms = world.rooms(service, None, [person], len(row.therapist_ids)) if row.room_id else []
    for at in sorted(world.starts(service, None), key=lambda at: (at // DAY != row.start // DAY, at)):
        until = at + service.minutes
        if (at < end and start < until) or world.of_week(at, until) or world.of_person(person, service, at, until):
            continue
        busy: list[object] = [world.is_taken("participant", person.id, at, until)]
        busy += [world.of_staff(key, at, until) for key in row.therapist_ids]
        if any(busy):
            continue
        options = [key for key, flags in world.room_options(rooms, at, until) if not flags] if row.room_id else [None]
        if options:
            return replace(row, start=at, end=until, room_id=options[0])
    return None
