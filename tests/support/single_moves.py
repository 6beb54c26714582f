"""Every single move of a week, by plain enumeration; the verifier alone says whether one is legal and better."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values, violations
from tests.support.every_schedule import every_start


def better_moves(
    problem: Problem, week: Schedule, *, keep: Callable[[int], bool] = lambda number: True
) -> Iterator[Schedule]:
    """Yield the weeks one move away that break no rule and are better in the first goal that differs.

    ``keep`` chooses moves by their running number: all, or a sample where there are too many.
    """
    before = values(problem, week)
    for number, sessions in enumerate(single_moves(problem, week.sessions)):
        if keep(number):
            moved = replace(week, sessions=tuple(sessions))
            if values(problem, moved) < before and not violations(problem, moved):
                yield moved


def values(problem, week):
    """Return the values of all goals in rank order, counted by the verifier."""
    found = goal_values(problem, week)
    return [found[goal].value for goal in GoalId]


def single_moves(problem: Problem, sessions: Sequence[Session]) -> Iterator[list[Session]]:
    """Yield the sessions of each week that is one move away, legal or not."""
    yield from _of_one_session(problem, sessions)
    yield from _of_one_member(problem, sessions)
    yield from _of_two_visits(problem, sessions)


def _exchanged(sessions, *pairs):
    instead = {old.id: new for old, new in pairs}
    return [instead.get(row.id, row) for row in sessions if instead.get(row.id, row) is not None]


def _of_one_session(problem, sessions):
    for row in sessions:
        yield _exchanged(sessions, (row, None))
        for start in every_start(problem):
            moved = replace(row, start=start, end=start + row.minutes)
            if start != row.start:
                for room_id in _rooms(problem, sessions, moved):
                    yield _exchanged(sessions, (row, replace(moved, room_id=room_id)))
        for room in problem.rooms:
            if row.room_id not in {None, room.id}:
                yield _exchanged(sessions, (row, replace(row, room_id=room.id)))
        for therapist in problem.therapists:
            others = [w for w in row.therapist_ids[1:] if w != therapist.id]
            if therapist.id != row.lead_id:
                yield _exchanged(sessions, (row, replace(row, therapist_ids=(therapist.id, *others))))
            if therapist.id not in row.therapist_ids:
                for place in range(1, len(row.therapist_ids)):
                    staff = [*row.therapist_ids]
                    staff[place] = therapist.id
                    yield _exchanged(sessions, (row, replace(row, therapist_ids=tuple(staff))))


def _rooms(problem, sessions, moved):
    """Return the same room, or where it is taken at that time each that is not."""
    if moved.room_id is None:
        return [None]
    taken = {row.room_id for row in sessions if row.id != moved.id and row.start < moved.end and moved.start < row.end}
    if moved.room_id not in taken:
        return [moved.room_id]
    return [room.id for room in problem.rooms if room.id not in taken]


def _of_one_member(problem, sessions):
    shared = [row for row in sessions if row.group_id is not None]
    for person in problem.participants:
        inside = [row for row in shared if person.id in row.participant_ids]
        for row in shared:
            yield _exchanged(sessions, (row, _less(row, person.id) if row in inside else _more(row, person.id)))
        of_group = defaultdict(list)
        for row in shared:
            of_group[row.group_id].append(row)
        for own in dict.fromkeys(row.group_id for row in inside):
            left = [(row, _less(row, person.id)) for row in of_group[own] if row in inside]
            yield _exchanged(sessions, *left)
            for other, rows in of_group.items():
                if other != own and rows[0].service_id == of_group[own][0].service_id:
                    yield _exchanged(sessions, *left, *((row, _more(row, person.id)) for row in rows))


def _less(row, participant_id):
    people = tuple(pid for pid in row.participant_ids if pid != participant_id)
    return replace(row, participant_ids=people) if people else None


def _more(row, participant_id):
    return replace(row, participant_ids=tuple(sorted({*row.participant_ids, participant_id})))


def _of_two_visits(problem, sessions):
    visits = [row for row in sessions if row.group_id is None and len(row.participant_ids) == 1]
    for one, two in combinations(visits, 2):
        times = [replace(row, start=at.start, end=at.start + row.minutes) for row, at in ((one, two), (two, one))]
        leads = [_led(row, by.lead_id) for row, by in ((one, two), (two, one))]
        both = [_led(row, by.lead_id) for row, by in zip(times, (two, one), strict=True)]
        rooms = [replace(row, room_id=by.room_id) for row, by in ((one, two), (two, one))]
        for swapped in (times, leads, both, rooms):
            yield _exchanged(sessions, (one, swapped[0]), (two, swapped[1]))
        for swapped in (times, both):
            placed = [replace(row, room_id=by.room_id) for row, by in zip(swapped, (two, one), strict=True)]
            yield _exchanged(sessions, (one, placed[0]), (two, placed[1]))


def _led(row, lead_id):
    return replace(row, therapist_ids=(lead_id, *(w for w in row.therapist_ids[1:] if w != lead_id)))
