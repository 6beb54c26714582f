"""The week on the desk: its sessions as candidates with people and rooms, and what they are in the model."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from iopsched.domain.schedule import Schedule, Session
from iopsched.model.candidate import Candidate
from iopsched.model.decisions import find_candidate, literals_of, named_week
from iopsched.model.variables import Variables, literals_of_begun

MOST_KNOWN = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A session that is held, or that could be: the staff begin with the lead. Two are never equal."""

    candidate: Candidate
    staff: tuple[str, ...]
    roster: tuple[str, ...]
    room_id: str | None

    @property
    def session(self) -> Session:
        """Return the session, not named yet."""
        return self.candidate.session(self.staff, self.roster, self.room_id)


class Desk:
    """The sessions of a week, which can be exchanged for others, and the candidates ``fixed``, which cannot.

    ``is_complete``: whether the model has words for all of them.
    """

    def __init__(self, x: Variables, week: Schedule, fixed: Collection[Candidate] = ()) -> None:
        self.x = x
        self.census = week.census
        self.fixed = {*fixed, *x.begun.values()}
        self.changeover = x.problem.clinic.staff.changeover_minutes
        self.of_kind: dict[tuple[str, str | None], list[Candidate]] = defaultdict(list)
        self.visit_at: dict[tuple[str, int, str, str | None, str], Candidate] = {}
        for candidate in x.open_candidates:
            self.of_kind[candidate.service.id, candidate.group_id].append(candidate)
            if candidate.is_visit:
                place = candidate.service.id, candidate.start, candidate.modality, candidate.lead_id
                self.visit_at |= {(*place, pid): candidate for pid in candidate.participant_ids}
        self._rank = {room.id: (room.capacity, len(room.features), room.id) for room in x.problem.rooms}
        self._possible: dict[tuple[Candidate, str], list[str]] = {}
        self._literals: dict[Held, frozenset[int] | None] = {}
        self.held: list[Held] = []
        self.is_complete = all(self._lay(session) for session in week.sessions)
        self._count()

    def _lay(self, session: Session) -> bool:
        candidate = find_candidate(self.x, session)
        if candidate is None:
            return False
        people = session.participant_ids if candidate.begun is None else candidate.participant_ids
        row = Held(candidate, session.therapist_ids, people, session.room_id)
        self.held.append(row)
        return self.literals(row) is not None

    def _count(self) -> None:
        self._taken: dict[str, list[Held]] = defaultdict(list)
        self.attended: Counter[tuple[str, str]] = Counter()
        self.busy: dict[str, list[Held]] = defaultdict(list)
        self.candidates = {row.candidate for row in self.held}
        for row in self.held:
            if row.room_id is not None:
                self._taken[row.room_id].append(row)
            for pid in row.roster:
                self.attended[pid, row.candidate.service.id] += 1
                self.busy[pid].append(row)

    @property
    def movable(self) -> tuple[Held, ...]:
        """Return the sessions that can be exchanged."""
        return tuple(row for row in self.held if row.candidate not in self.fixed)

    def exchange(self, old: Sequence[Held], new: Sequence[Held]) -> None:
        """Hold other sessions instead of some."""
        if len(old) == len(new):  # everything keeps its place, so that whoever goes through them misses none
            instead = dict(zip(old, new, strict=True))
            self.held = [instead.get(row, row) for row in self.held]
        else:
            self.held = [*(row for row in self.held if row not in old), *new]
        self._count()

    def week(self, old: Sequence[Held] = (), new: Sequence[Held] = ()) -> Schedule:
        """Return the week that is held with some sessions exchanged."""
        rows = (*(row for row in self.held if row not in old), *new)
        sessions = [row.session for row in rows if row.candidate.begun is None]
        return named_week(self.x.problem, sessions, self.census)

    def decisions(self, rows: Iterable[Held]) -> frozenset[int]:
        """Return the variables that are 1 where these sessions are held."""
        return frozenset().union(*(self.literals(row) or () for row in rows))

    def is_known(self, row: Held) -> bool:
        """Return whether the model has words for a session."""
        return self.literals(row) is not None

    def literals(self, row: Held) -> frozenset[int] | None:
        """Return the variables that hold a session, None where the model has no word for it."""
        if row not in self._literals:
            if len(self._literals) > MOST_KNOWN:
                self._literals.clear()
            self._literals[row] = self._literals_of(row)
        return self._literals[row]

    def _literals_of(self, row: Held) -> frozenset[int] | None:
        if row.candidate.begun is not None:
            return frozenset(literal.index for literal in literals_of_begun(self.x, row.candidate))
        found = literals_of(self.x, row.candidate, row.session)
        if found is None:
            return None
        indexes = {literal.index for literal in found}
        if row.room_id is not None and self.x.rooms.named:
            index = self.x.rooms.class_of.get(row.room_id, -1)
            named = (self.x.rooms.named.get((row.candidate, pid, index)) for pid in row.roster)
            indexes.update(literal.index for literal in named if literal is not None)
        return frozenset(indexes)

    # --- rooms ------------------------------------------------------------
    def rooms(self, candidate: Candidate, roster: Sequence[str], without: Sequence[Held]) -> Iterator[str | None]:
        """Yield the rooms in which a session could be once some others are gone, the smallest first."""
        if not candidate.needs_room:
            yield None
            return
        key = candidate, roster[0]
        if key not in self._possible:
            self._possible[key] = sorted(self.x.rooms.possible(*key), key=lambda room_id: self._rank[room_id])
        for room_id in self._possible[key]:
            if self._is_free(room_id, candidate, without):
                yield room_id

    def _is_free(self, room_id: str, candidate: Candidate, without: Sequence[Held]) -> bool:
        begin, end = candidate.start - self.changeover, candidate.end + self.changeover
        for row in self._taken.get(room_id, ()):
            if row.candidate.start < end and row.candidate.end > begin and row not in without:
                return False
        return True

    def is_free(self, participant_id: str, candidate: Candidate, without: Sequence[Held] = ()) -> bool:
        """Return whether a participant has no other session at the time of this one."""
        return not any(
            row.candidate.start < candidate.end and row.candidate.end > candidate.start and row not in without
            for row in self.busy.get(participant_id, ())
        )
