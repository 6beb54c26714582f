"""What the textbook model says of the earlier week: who has another week than then, in how many entries, and whose primary.

An entry is what somebody must be told of one session: weekday, start, service, group, lead and room. Each entry of the
earlier week has a Boolean that may be 1 only if the person has it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.twins.formulation import Formulation, Ints, Terms
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session


@dataclass(frozen=True, slots=True)
class Booleans:
    """The variables of the textbook model by what they stand for, all by place.

    ``visits`` by (participant, service, start, therapist), ``visit_rooms`` by (participant, service, start, room),
    ``leads`` and ``seconds`` by (group, start, therapist), ``group_rooms`` by (group, start, room), ``attends`` by (participant,
    group, start). ``now`` has all sessions that somebody could have, by (``participant`` or ``therapist``, place).
    """

    visits: dict[tuple[int, int, int, int], int]
    visit_rooms: dict[tuple[int, int, int, int], int]
    leads: dict[tuple[int, int, int], int]
    seconds: dict[tuple[int, int, int], int]
    group_rooms: dict[tuple[int, int, int], int]
    attends: dict[tuple[int, int, int], int]
    now: dict[tuple[str, int], Ints]


@dataclass(slots=True)
class _Person:
    """Somebody of both weeks: how many entries there were, and Booleans of those that may be kept."""

    now: Ints
    before: int = 0
    kept: list[int] = field(default_factory=list)


class EarlierWeek:
    """The rows about one earlier week; made once, for the goals ``changes`` and ``moves``."""

    def __init__(self, problem: Problem, previous: Schedule, model: Formulation, booleans: Booleans) -> None:
        self.problem, self.model, self.booleans = problem, model, booleans
        self._place = {
            kind: {row.id: place for place, row in enumerate(rows)}
            for kind, rows in {
                "participant": problem.participants,
                "therapist": problem.therapists,
                "room": problem.rooms,
                "service": problem.services,
                "group": problem.groups,
            }.items()
        }
        known = previous.census.union(*(row.participant_ids for row in previous.sessions))
        people = [
            ("participant", self._place["participant"][key]) for key in sorted(known & problem.participant.keys())
        ]
        people += [("therapist", place) for place in range(len(problem.therapists))]
        self.people = {key: _Person(booleans.now.get(key, np.empty(0, np.int64))) for key in people}
        for session in previous.sessions:
            self._add(session)

    def changes(self) -> list[Terms]:
        """Return the people whose entries differ."""
        found = []
        for row in self.people.values():
            differs = self.model.variables(1)
            kept, most = np.array(row.kept, np.int64), row.before + len(row.now)
            self.model.require(Terms.of(kept) + Terms.of(differs, 0, most), lower=row.before)
            now = Terms.of(row.now) + Terms.of(kept, 0, -1) + Terms.of(differs, 0, -most)
            self.model.require(now, upper=0)
            found.append(Terms.of(differs))
        return found

    def moves(self) -> list[Terms]:
        """Return the entries that one of the weeks has and the other lacks."""
        always = self.model.variables(1, 1, 1)  # stands for the entries before, a constant
        found = [Terms.of(always, 0, sum(row.before for row in self.people.values()))]
        for row in self.people.values():
            found += [Terms.of(row.now), Terms.of(np.array(row.kept, np.int64), 0, -2)]
        return found

    # --- entries ----------------------------------------------------------
    def _add(self, session: Session) -> None:
        """Note what the people of a session of the earlier week had, and what may be so again."""
        staff = [self._place["therapist"].get(key) for key in session.therapist_ids]
        people = [self._place["participant"].get(key) for key in session.participant_ids]
        room, service = (self._place[kind].get(key or "") for kind, key in _places(session))
        is_possible = None not in (room, service) and staff[:1] != [None]
        if session.group_id is None:
            kept = self._visit(people, int(service or 0), session.start, staff, int(room or 0)) if is_possible else {}
        else:
            group = self._place["group"].get(session.group_id)
            is_possible = is_possible and group is not None
            kept = self._meeting(people, int(group or 0), session.start, staff, int(room or 0)) if is_possible else {}
        for key in [*(("participant", who) for who in people), *(("therapist", who) for who in staff)]:
            if key[1] is not None and (key[0], key[1]) in self.people:
                row = self.people[key[0], key[1]]
                row.before += 1
                if (key[0], key[1]) in kept:
                    row.kept.append(kept[key[0], key[1]])

    def _visit(
        self, people: Sequence[int | None], kind: int, start: int, staff: Sequence[int | None], room: int
    ) -> dict[tuple[str, int], int]:
        """Return who may have a visit again; its lead has the same entry with any participant."""
        lead, booleans, found = int(staff[0] or 0), self.booleans, {}
        ways = []
        for who in range(len(self.problem.participants)):
            parts = booleans.visits.get((who, kind, start, lead)), booleans.visit_rooms.get((who, kind, start, room))
            both = self._all(parts)
            if both is not None:
                ways.append(both)
                if who in people:
                    found["participant", who] = both
        if ways:
            again = int(self.model.variables(1)[0])
            rows = Terms.of(np.array([again])) + Terms.of(np.array(ways, np.int64), 0, -1)
            self.model.require(rows, upper=0)
            found["therapist", lead] = again
        return found

    def _meeting(
        self, people: Sequence[int | None], group: int, start: int, staff: Sequence[int | None], room: int
    ) -> dict[tuple[str, int], int]:
        """Return who may have a session of a group again."""
        booleans, lead, found = self.booleans, int(staff[0] or 0), {}
        same = self._all((booleans.leads.get((group, start, lead)), booleans.group_rooms.get((group, start, room))))
        found["therapist", lead] = same
        for second in staff[1:]:
            if second is not None:
                found["therapist", second] = self._all((same, booleans.seconds.get((group, start, second))))
        for who in people:
            if who is not None:
                found["participant", who] = self._all((same, booleans.attends.get((who, group, start))))
        return {key: variable for key, variable in found.items() if variable is not None}

    def _all(self, parts: Iterable[int | None]) -> int | None:
        """Return a Boolean that may be 1 only if all of these are, None where one cannot be."""
        chosen = list(parts)
        if None in chosen:
            return None
        found = int(self.model.variables(1)[0])
        rows = np.arange(len(chosen))
        same = np.full(len(chosen), found)
        self.model.require(Terms.of(same, rows) + Terms.of(np.array(chosen, np.int64), rows, -1), upper=0)
        return found


def by_key(variables: Ints, *columns: Ints) -> dict[tuple[int, ...], int]:
    """Return the variables by what the columns say of each."""
    rows = zip(variables.tolist(), *(column.tolist() for column in columns), strict=True)
    return {tuple(key): variable for variable, *key in rows}


def _places(session: Session) -> tuple[tuple[str, str | None], ...]:
    return ("room", session.room_id), ("service", session.service_id)
