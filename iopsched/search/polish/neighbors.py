"""Single moves: every way to change one session, one membership, or two visits with each other.

Each names sessions that are held and those that would be instead. Moves may break rules: the evaluator says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from iopsched.model.candidate import Candidate
from iopsched.search.polish.desk import Desk, Held

Rows = tuple[Held, ...]
Move = tuple[Rows, Rows]
"""Sessions that are held, and those that would be instead."""


def families(desk: Desk) -> Iterator[Callable[[], Iterator[Move]]]:
    """Yield families of moves, each to be looked at as a whole; the desk may change between two of them."""
    moves, exchanges = _Moves(desk), _Swaps(desk)
    for row in desk.movable:
        yield lambda row=row: moves.of_session(row)  # type: ignore[misc]
    for person in desk.x.participants:
        yield lambda person=person: moves.of_member(person.id)  # type: ignore[misc]
    for key in sorted(desk.of_kind, key=str):
        yield lambda key=key: moves.additions(key)  # type: ignore[misc]
    for row in desk.movable:
        yield lambda row=row: exchanges.swaps(row)  # type: ignore[misc]


class _Moves:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.x = desk.x

    # --- one session ------------------------------------------------------
    def of_session(self, row: Held) -> Iterator[Move]:
        """Yield a session dropped, elsewhere, with other staff, in another room."""
        if row not in self.desk.held:
            return
        yield (row,), ()
        for new in (*self._elsewhere(row), *self._with_other_staff(row), *self._in_another_room(row)):
            yield (row,), (new,)

    def _elsewhere(self, row: Held) -> Iterator[Held]:
        people = set(row.roster)
        for candidate in self.desk.of_kind[row.candidate.service.id, row.candidate.group_id]:
            if candidate in self.desk.candidates or not people.issubset(candidate.participant_ids):
                continue
            if not all(self.desk.is_free(pid, candidate, (row,)) for pid in row.roster):
                continue
            leads = self._leads(candidate, row.staff[0])
            for lead_id in leads:
                staff = (lead_id, *(w for w in row.staff[1:] if w != lead_id))
                for room_id in self._rooms(candidate, row.roster, (row,), row.room_id):
                    yield Held(candidate, staff, row.roster, room_id)

    def _leads(self, candidate: Candidate, before: str) -> Sequence[str]:
        """Return who is tried as the lead: whoever leads now, or where that is impossible everybody who can."""
        possible = tuple(self.x.leads[candidate])
        return (before,) if before in possible else possible

    def _rooms(
        self, candidate: Candidate, roster: Sequence[str], without: Rows, before: str | None
    ) -> list[str | None]:
        """Return which rooms are tried: the same one, or where it is not free one of each kind that is."""
        free = list(self.desk.rooms(candidate, roster, without))
        if before in free:
            return [before]
        return self._one_of_each(free)

    def _one_of_each(self, rooms: list[str | None]) -> list[str | None]:
        found: dict[int, str | None] = {}
        for room_id in rooms:
            found.setdefault(self.x.rooms.class_of.get(room_id or "", -1), room_id)
        return list(found.values())

    def _with_other_staff(self, row: Held) -> Iterator[Held]:
        candidate, others = row.candidate, row.staff[1:]
        for lead_id in self.x.leads[candidate]:
            if lead_id in others:
                yield self._staffed(row, lead_id, tuple(row.staff[0] if w == lead_id else w for w in others))
            if lead_id != row.staff[0]:
                yield self._staffed(row, lead_id, tuple(w for w in others if w != lead_id))
        helpers = dict.fromkeys(w for part in (*self.x.roles[candidate], self.x.surplus[candidate]) for w in part)
        for helper in helpers:
            if helper in row.staff:
                continue
            yield self._staffed(row, row.staff[0], (*others, helper))
            for place in range(len(others)):
                yield self._staffed(row, row.staff[0], (*others[:place], helper, *others[place + 1 :]))
        for place in range(len(others)):
            yield self._staffed(row, row.staff[0], (*others[:place], *others[place + 1 :]))

    def _staffed(self, row: Held, lead_id: str, others: tuple[str, ...]) -> Held:
        return Held(row.candidate, (lead_id, *sorted(others)), row.roster, row.room_id)

    def _in_another_room(self, row: Held) -> Iterator[Held]:
        for room_id in self.desk.rooms(row.candidate, row.roster, (row,)):
            if room_id != row.room_id:
                yield Held(row.candidate, row.staff, row.roster, room_id)

    # --- members ----------------------------------------------------------
    def of_member(self, participant_id: str) -> Iterator[Move]:
        """Yield a participant in one more session for several, in one less, in another group, in none."""
        shared = [row for row in self.desk.movable if not row.candidate.is_visit]
        inside = [row for row in shared if participant_id in row.roster]
        outside = [row for row in shared if participant_id in row.candidate.participant_ids and row not in inside]
        for row in inside:
            for left in self._without((row,), participant_id):
                yield (row,), left
        for row in outside:
            yield (row,), (_more(row, participant_id),)
        for row in inside:
            for other in outside:
                if other.candidate.service is row.candidate.service:
                    for left in self._without((row,), participant_id):
                        yield (row, other), (*left, _more(other, participant_id))
        yield from self._to_other_groups(participant_id, inside, outside)

    def _to_other_groups(self, participant_id: str, inside: list[Held], outside: list[Held]) -> Iterator[Move]:
        services = {row.candidate.service.id for row in (*inside, *outside) if row.candidate.group is not None}
        for service_id in sorted(services):
            own = tuple(row for row in inside if row.candidate.service.id == service_id)
            lefts = list(self._without(own, participant_id))
            groups: dict[str | None, list[Held]] = {}
            for row in outside:
                if row.candidate.service.id == service_id:
                    groups.setdefault(row.candidate.group_id, []).append(row)
            if len(own) > 1:
                yield from ((own, left) for left in lefts)
            for rows in groups.values():
                free = [row for row in rows if self.desk.is_free(participant_id, row.candidate, own)]
                for number in {len(free), len(rows)} - {0}:
                    chosen = tuple((free if number == len(free) else rows)[:number])
                    come = [_more(row, participant_id) for row in chosen]
                    yield from (((*own, *chosen), (*left, *come)) for left in lefts)

    def _without(self, rows: Rows, participant_id: str) -> Iterator[Rows]:
        """Yield sessions without a participant, and with one helper less each: fewer people may need fewer staff."""
        rosters = [tuple(pid for pid in row.roster if pid != participant_id) for row in rows]
        for less in (0, 1) if any(len(row.staff) > 1 for row in rows) else (0,):
            yield tuple(
                Held(row.candidate, row.staff[: max(1, len(row.staff) - less)], roster, row.room_id)
                for row, roster in zip(rows, rosters, strict=True)
                if roster
            )

    # --- one more session -------------------------------------------------
    def additions(self, key: tuple[str, str | None]) -> Iterator[Move]:
        """Yield one more session of a service, or of its group."""
        for candidate in self.desk.of_kind[key]:
            if candidate in self.desk.candidates:
                continue
            for roster in self._rosters(candidate):
                for lead_id in self.x.leads[candidate]:
                    for room_id in self._one_of_each(list(self.desk.rooms(candidate, roster, ()))):
                        yield (), (Held(candidate, (lead_id,), roster, room_id),)

    def _rosters(self, candidate: Candidate) -> Iterator[tuple[str, ...]]:
        service = candidate.service
        free = [
            pid for pid in candidate.participant_ids if self.desk.is_free(pid, candidate) and self._may(pid, service.id)
        ]
        if candidate.is_visit:
            yield from ((pid,) for pid in free)
            return
        if candidate.group_id is not None:
            members = {
                pid for row in self.desk.held if row.candidate.group_id == candidate.group_id for pid in row.roster
            }
            free = [pid for pid in free if pid in members] or free
        roster = tuple(free[: candidate.size[1]])
        if len(roster) >= max(1, candidate.size[0]):
            yield roster

    def _may(self, participant_id: str, service_id: str) -> bool:
        """Return whether a participant may have one more session of a service."""
        problem = self.x.problem
        demand = self.x.terms.demand(problem.participant[participant_id], problem.service[service_id])
        return demand.most is None or self.desk.attended[participant_id, service_id] < demand.most


class _Swaps:
    """Two visits, or two rooms, exchanged."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def swaps(self, row: Held) -> Iterator[Move]:
        """Yield two visits that exchange times, leads or both, and two sessions that exchange rooms."""
        if row not in self.desk.held:
            return
        movable = self.desk.movable
        for other in movable[movable.index(row) + 1 :]:
            if row.candidate.is_visit and other.candidate.is_visit:
                yield from self._exchanged(row, other)
            if row.room_id != other.room_id and None not in {row.room_id, other.room_id}:
                yield from self._rooms_exchanged(row, other)

    def _exchanged(self, row: Held, other: Held) -> Iterator[Move]:
        a, b = row.candidate, other.candidate
        same_start, same_lead = a.start == b.start, row.staff[0] == other.staff[0]
        places = []
        if not same_start:
            places.append(((b.start, row.staff[0]), (a.start, other.staff[0])))
        if not same_lead:
            places.append(((a.start, other.staff[0]), (b.start, row.staff[0])))
        if not same_start and not same_lead:
            places.append(((b.start, other.staff[0]), (a.start, row.staff[0])))
        for first, second in places:
            yield from self._at(row, first, other, second)

    def _at(self, row: Held, first: tuple[int, str], other: Held, second: tuple[int, str]) -> Iterator[Move]:
        old, candidates = (row, other), []
        for visit, (start, lead_id) in ((row, first), (other, second)):
            place = visit.candidate.service.id, start, visit.candidate.modality, lead_id, visit.roster[0]
            candidates.append(self.desk.visit_at.get(place))
        one, two = candidates
        if one is None or two is None:
            return
        for rooms in ((row.room_id, other.room_id), (other.room_id, row.room_id)):
            if all(
                room_id in self.desk.rooms(candidate, visit.roster, old)
                for room_id, candidate, visit in zip(rooms, (one, two), old, strict=True)
            ):
                new = (
                    Held(one, (first[1], *row.staff[1:]), row.roster, rooms[0]),
                    Held(two, (second[1], *other.staff[1:]), other.roster, rooms[1]),
                )
                yield old, new
                return

    def _rooms_exchanged(self, row: Held, other: Held) -> Iterator[Move]:
        if row.candidate.start >= other.candidate.end or other.candidate.start >= row.candidate.end:
            return
        new = tuple(
            Held(own.candidate, own.staff, own.roster, room_id)
            for own, room_id in ((row, other.room_id), (other, row.room_id))
        )
        yield (row, other), new


def _more(row: Held, participant_id: str) -> Held:
    return Held(row.candidate, row.staff, tuple(sorted((*row.roster, participant_id))), row.room_id)
