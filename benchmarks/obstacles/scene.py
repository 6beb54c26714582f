"""A clinic and the week that is known to be possible in it: who does what when, so that an obstacle can be put in the way."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from benchmarks.obstacles.tables import Tables
from benchmarks.planted import WEEK
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY, HOUR, WEEKDAYS, TimeRange, Windows, clock, clock_of_end

PERSON, STAFF, ROOM, GROUP = "participants.csv", "therapists.csv", "rooms.csv", "groups.csv"


@dataclass(frozen=True)
class Scene:
    """What an obstacle is planted into: the files as they are, as they were read, and a week that they would allow.

    ``problem`` and ``week`` are those of the clinic without any obstacle; ``taken`` are the ids that others are about.
    """

    tables: Tables
    problem: Problem
    week: Schedule
    chance: random.Random
    taken: frozenset[str]

    @cached_property
    def sessions(self) -> dict[str, list[Session]]:
        """Return everybody's sessions, also those of groups and rooms."""
        found: dict[str, list[Session]] = defaultdict(list)
        for session in self.week.sessions:
            of = {*session.participant_ids, *session.therapist_ids, session.group_id or "", session.room_id or ""}
            for key in sorted(of - {""}):
                found[key].append(session)
        return found

    def visits(self) -> Iterator[Session]:
        """Yield sessions of one participant, in random order, whose people are not taken."""
        for session in self.shuffled(self.week.sessions):
            if len(session.participant_ids) == 1 and not self.taken & {*session.participant_ids}:
                yield session

    def given_visits(self) -> Iterator[Session]:
        """Yield visits that no other therapist may lead: the row of the participant names the primary."""
        for session in self.visits():
            if self.person(session.participant_ids[0])["therapist_id"] == session.therapist_ids[0]:
                yield session

    def meetings(self) -> Iterator[Session]:
        """Yield sessions of groups, in random order, whose group is not taken."""
        for session in self.shuffled(self.week.sessions):
            if session.group_id and session.group_id not in self.taken:
                yield session

    def shuffled(self, rows: Sequence[Any]) -> list[Any]:
        """Return rows in random order."""
        return self.chance.sample(list(rows), len(rows))

    def person(self, row_id: str) -> dict[str, str]:
        """Return the row of a participant."""
        return self.tables.tables[PERSON].row({"participant_id": row_id})

    def staff(self, row_id: str) -> dict[str, str]:
        """Return the row of a therapist."""
        return self.tables.tables[STAFF].row({"therapist_id": row_id})

    def people(self) -> list[str]:
        """Return the participants that no obstacle is about, in random order."""
        return self.shuffled([row.id for row in self.problem.participants if row.id not in self.taken])

    def workers(self) -> list[str]:
        """Return the therapists with sessions that no obstacle is about, in random order."""
        return self.shuffled(
            [row.id for row in self.problem.therapists if row.id in self.sessions and row.id not in self.taken]
        )

    def windows(self, row: Participant | Therapist | Room) -> Windows:
        """Return when somebody or something is there."""
        return row.availability if row.availability is not None else self.problem.clinic.open

    def minutes(self, row_id: str) -> int:
        """Return the minutes of somebody's sessions."""
        return sum(session.minutes for session in self.sessions[row_id])


def date_of(minute: int) -> str:
    """Return the ISO date of a minute of the week."""
    return (WEEK + timedelta(days=minute // DAY)).isoformat()


def span(session: Session) -> TimeRange:
    """Return when a session is."""
    return TimeRange(session.start, session.end)


def pieces(sessions: Iterable[Session]) -> int:
    """Return how many hour-long pieces cover these sessions."""
    return sum(-(-part.minutes // HOUR) for part in Windows.of(span(row) for row in sessions))


def written(windows: Windows) -> str:
    """Return windows as a cell says them; ``never`` for none."""
    days: dict[int, list[str]] = defaultdict(list)
    for part in windows.ranges:
        days[part.start // DAY].append(f"{clock(part.start)}-{clock_of_end(part.end)}")
    return "; ".join(f"{WEEKDAYS[day]} {', '.join(times)}" for day, times in days.items()) or "never"
