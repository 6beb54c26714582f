"""Weeks in a row: nothing changes while nothing has to, and whoever stays keeps group, group days and primary.

    python -m benchmarks.steady data/complete --weeks 4
    python -m benchmarks.steady data/complete --weeks 8 --leaving 0.1

Each week is made from the one before. With ``--leaving`` that share of the people is discharged each week, and as many
with the same needs and windows are admitted in their place. The same arguments make the same weeks.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from benchmarks.drills import solved
from benchmarks.planted import WEEK
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import DAY
from iopsched.ingest import read_problem
from iopsched.rulebook import GoalId


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the weeks and tell how much stayed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clinic", type=Path)
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--leaving", type=float, default=0.0, help="share of people who are replaced each week")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for each week")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args(arguments)
    chance = random.Random(1)
    problem = _undated(read_problem(given.clinic, WEEK))
    before: Schedule | None = None
    kept, stayed = 0, 0
    for number in range(given.weeks):
        if number:
            problem = replace(_replaced(problem, given.leaving, chance, number), previous=before)
            problem = replace(problem, week=WEEK + timedelta(weeks=number))
        week = solved(problem, given.limit, given.workers)
        goals = {goal.name: goal for goal in week.goals}
        told = ", ".join(
            f"{goal} {goals[goal].value} (at best {goals[goal].bound})"
            for goal in (GoalId.UNMET_NEED, GoalId.CHANGES, GoalId.MOVES)
        )
        print(f"week {number + 1}: {told}; {week.seconds:.1f} s", flush=True)
        if before is not None:
            same, people = continuity(before, week.schedule)
            kept, stayed = kept + same, stayed + people
            print(f"   {same} of {people} who stay keep group, group days and primary", flush=True)
            print(f"   {'every entry' if entries(before) == entries(week.schedule) else 'not every entry'} as before")
        before = week.schedule
    if stayed:
        print(f"{kept / stayed:.1%} of those who stay keep group, group days and primary")


def _undated(problem: Problem) -> Problem:
    """Return a clinic in which no date makes one week unlike the next."""
    people = tuple(
        replace(row, admitted=None, discharged=None, authorized_from=None, authorized_until=None, units_left=None)
        for row in problem.participants
    )
    needs = tuple(replace(row, every_weeks=1, last_held=None) for row in problem.needs)
    pins = tuple(row for row in problem.pins if row.from_date is None and row.until_date is None)
    return replace(problem, participants=people, needs=needs, pins=pins, time_off=(), modules=(), waitlist=())


def _replaced(problem: Problem, share: float, chance: random.Random, number: int) -> Problem:
    """Return the clinic with so many people replaced by others with the same needs and windows, under new ids."""
    named = {key for pin in problem.pins for key in (pin.participant_id,)}
    named |= {key for row in problem.keep_together for key in (row.participant_id, row.other_participant_id)}
    ids = [row.id for row in problem.participants if row.id not in named]
    leaving = set(chance.sample(ids, round(share * len(problem.participants))))
    new = {key: f"{key.split('-')[0]}-{number}" for key in leaving}
    return replace(
        problem,
        participants=tuple(replace(row, id=new.get(row.id, row.id)) for row in problem.participants),
        needs=tuple(
            replace(row, participant_id=new.get(row.participant_id, row.participant_id)) for row in problem.needs
        ),
        attendance=(),
        keep_apart=tuple(
            row for row in problem.keep_apart if not leaving & {row.participant_id, row.other_participant_id}
        ),
    )


def entries(week: Schedule) -> set[tuple[object, ...]]:
    """Return what people are told of a week, whatever its date and ids."""
    return {
        (row.start, row.service_id, row.group_id, row.therapist_ids, row.participant_ids, row.room_id)
        for row in week.sessions
    }


def continuity(before: Schedule, now: Schedule) -> tuple[int, int]:
    """Return how many of the people of both weeks keep group, group days and primary, and how many they are."""
    old, new = _groups(before), _groups(now)
    people = before.census & now.census
    same = sum(
        old.get(key, set()) == new.get(key, set()) and before.primaries.get(key) == now.primaries.get(key)
        for key in people
    )
    return same, len(people)


def _groups(week: Schedule) -> dict[str, set[tuple[str, int]]]:
    found: dict[str, set[tuple[str, int]]] = {}
    for session in week.sessions:
        for key in session.participant_ids if session.group_id is not None else ():
            found.setdefault(key, set()).add((session.group_id or "", session.start // DAY))
    return found


if __name__ == "__main__":
    main()
