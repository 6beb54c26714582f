"""A week of counts: how many sessions a day each service has with each lead, and how many of them each participant attends.

The relaxation of a model of pooled candidates in which no session has a start. Of the clock it knows that whoever is in
sessions, and rooms of a kind together, have so many cells of the grid in each free stretch of a day: sessions begin on
the grid, so that each takes its length rounded up to it, and no two share a cell. Every week is one of its solutions
and lacks no less, so its optimum is a bound of unmet need; it has some hundred variables and takes less than a second.
Its solution is a plan of who attends what on which day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from iopsched.domain.services import Service
from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate
from iopsched.model.filters import Filters, none
from iopsched.model.posting import Expression, Literal
from iopsched.model.terms import Terms
from iopsched.model.terms.needs import Demand

Attended = tuple[str, str, int]
"""A participant, a service and a weekday."""
# Sums of lengths divided by these and rounded down before they are added fit as well (Chvátal-Gomory cuts).
DIVISORS = (1, 2, 3, 4)


@dataclass(slots=True)
class _Stretch:
    """Cells of the grid that touch, where sessions of somebody may be, and the sessions counted there with their cells."""

    cells: int = 0
    loads: list[tuple[int, Expression]] = field(default_factory=list)


class DayCounts:
    """The counts of the pooled candidates of services on some days.

    ``got`` says how many sessions of a service each participant has on other days.
    """

    def __init__(
        self,
        terms: Terms,
        filters: Filters,
        candidates: Iterable[Candidate],
        services: Iterable[Service],
        days: Collection[int],
        got: Mapping[tuple[str, str], int],
    ) -> None:
        self.cp = cp_model.CpModel()
        self.terms = terms
        self._filters = filters
        self._grid = terms.problem.clinic.grid_minutes
        self._got = got
        self.attended: dict[Attended, cp_model.IntVar] = {}
        self._stretches: dict[tuple[str, int], list[tuple[int, _Stretch]]] = {}
        self._open_cells: dict[int, set[int]] = defaultdict(set)
        self._in_rooms: dict[tuple[int, frozenset[str]], list[tuple[int, Expression]]] = defaultdict(list)
        # by person and cell, and by cell and the rooms that would do; of those whose sessions have a start
        self._busy_at: dict[tuple[str, int], list[Literal]] = defaultdict(list)
        self._rooms_at: dict[int, dict[frozenset[str], list[Literal]]] = defaultdict(lambda: defaultdict(list))
        by_service: dict[str, list[Candidate]] = defaultdict(list)
        for row in candidates:
            if row.is_pooled and row.day in days:
                by_service[row.service.id].append(row)
        everything = [row for rows in by_service.values() for row in rows]
        self._find_stretches(everything)
        for rows in by_service.values():
            for day in sorted({row.day for row in rows}):
                self._count([row for row in rows if row.day == day])
        self._limit_rooms()
        for loads in self._stretches.values():
            for _, stretch in loads:
                self._fit(stretch.loads, stretch.cells)
        self.unmet = self._unmet(services)

    def _cells(self, service: Service) -> int:
        return -(-service.minutes // self._grid)

    def _cells_of(self, row: Candidate) -> range:
        first = row.start // self._grid
        return range(first, first + self._cells(row.service))

    # --- free time --------------------------------------------------------
    def _find_stretches(self, candidates: Sequence[Candidate]) -> None:
        cells: dict[tuple[str, int], set[int]] = defaultdict(set)
        for row in candidates:
            others = (w for _, ids in row.other_roles for w in ids)
            for person_id in {*row.participant_ids, *row.lead_ids, *others}:
                cells[person_id, row.day].update(self._cells_of(row))
            self._open_cells[row.day].update(self._cells_of(row))
        for key, taken in cells.items():
            found: list[tuple[int, _Stretch]] = []
            last = None
            for cell in sorted(taken):
                if last is None or cell > last + 1:
                    found.append((cell, _Stretch()))
                found[-1][1].cells += 1
                last = cell
            self._stretches[key] = found

    def _place(self, key: str, start: int) -> int:
        """Return the place of the stretch of somebody's day in which a session begins."""
        begins = [first for first, _ in self._stretches[key, start // DAY]]
        return max(place for place, first in enumerate(begins) if first <= start // self._grid)

    def _fit(self, loads: Iterable[tuple[int, Expression]], cells: int) -> None:
        rows = list(loads)
        for divisor in DIVISORS:
            used = sum((number // divisor) * count for number, count in rows if number >= divisor)
            if not isinstance(used, int):
                self.cp.add(used <= cells // divisor)

    # --- sessions ---------------------------------------------------------
    def _count(self, rows: Sequence[Candidate]) -> None:
        """Add the sessions of a service on a day, and who attends them."""
        first = rows[0]
        held = self.cp.new_int_var(0, sum(row.most_at_once for row in rows), "")
        self._staff(rows, held)
        heads = [self._attend(pid, first, rows, held) for pid in sorted({p for r in rows for p in r.participant_ids})]
        low, high = first.size
        self.cp.add(sum(heads) >= low * held)
        self.cp.add(sum(heads) <= high * held)

    def _staff(self, rows: Sequence[Candidate], held: cp_model.IntVar) -> None:
        """Have staff in every role, and rooms, for so many sessions of a service on a day."""
        self.cp.add(held == self._led([(row, row.lead_ids) for row in rows]))
        for place, (role, _) in enumerate(rows[0].other_roles):
            self.cp.add(role.number * held == self._led([(row, row.other_roles[place][1]) for row in rows]))
        if all(row.needs_room for row in rows):  # else it is open how many are held online
            self._in_rooms[rows[0].day, self._rooms_of(rows)].append((self._cells(rows[0].service), held))

    def _led(self, rows: Iterable[tuple[Candidate, Iterable[str]]]) -> Expression:
        """Return the number of sessions that somebody leads, or is in a role of, counted by the stretches of their day."""
        starts: dict[tuple[str, int], list[Candidate]] = defaultdict(list)
        for row, ids in rows:
            for therapist_id in ids:
                starts[therapist_id, self._place(therapist_id, row.start)].append(row)
        counts = []
        for (therapist_id, place), own in starts.items():
            count = self.cp.new_int_var(0, len(own), "")
            counts.append(count)
            self._stretches[therapist_id, own[0].day][place][1].loads.append((self._cells(own[0].service), count))
        return sum(counts)

    def _attend(
        self, participant_id: str, first: Candidate, rows: Sequence[Candidate], held: cp_model.IntVar
    ) -> cp_model.IntVar:
        demand = self._demand(participant_id, first.service.id)
        left = self._left(participant_id, first.service.id)
        starts = sum(participant_id in row.participant_ids for row in rows)
        most = min(starts if left is None else min(left, starts), demand.per_day or starts)
        count = self.cp.new_int_var(0, max(0, most), "")
        self.cp.add(count <= held)
        self.attended[participant_id, first.service.id, first.day] = count
        (_, stretch), *others = self._stretches[participant_id, first.day]
        if not others:  # else it is open in which of them the participant attends
            stretch.loads.append((self._cells(first.service), count))
        return count

    def _demand(self, participant_id: str, service_id: str) -> Demand:
        problem = self.terms.problem
        return self.terms.demand(problem.participant[participant_id], problem.service[service_id])

    def _left(self, participant_id: str, service_id: str) -> int | None:
        """Return how many sessions a participant may still have, None where there is no limit."""
        most = self._demand(participant_id, service_id).most
        return None if most is None else max(0, most - self._got.get((participant_id, service_id), 0))

    # --- rooms ------------------------------------------------------------
    def _rooms_of(self, rows: Sequence[Candidate]) -> frozenset[str]:
        demands = [(row, self._filters.room_demand(row)) for row in rows]
        return frozenset(
            room.id
            for room in self.terms.problem.rooms
            if any(none(self._filters.to_room(row, room, demand)) for row, demand in demands)
        )

    def _limit_rooms(self) -> None:
        """Keep the sessions that fit only rooms of a set within the cells of the day, times the rooms."""
        for day, rooms in self._in_rooms:
            rows = ((inner, own) for (other, inner), own in self._in_rooms.items() if other == day)
            used = [number * held for inner, own in rows if inner <= rooms for number, held in own]
            self.cp.add(sum(used) <= len(rooms) * len(self._open_cells[day]))

    # --- what is lacking --------------------------------------------------
    def _unmet(self, services: Iterable[Service]) -> Expression:
        """Return the minutes of needed sessions of these services that are on no day."""
        total: list[Expression] = []
        counts: dict[tuple[str, str], list[cp_model.IntVar]] = defaultdict(list)
        for (participant_id, service_id, _), count in self.attended.items():
            counts[participant_id, service_id].append(count)
        for service in services:
            for person in self.terms.participants:
                key = person.id, service.id
                left, had = self._left(*key), self._got.get(key, 0)
                if left is not None and key in counts:
                    self.cp.add(sum(counts[key]) <= left)
                lacking = self._demand(*key).required - had
                if lacking > 0:
                    short = self.cp.new_int_var(0, lacking, "")
                    self.cp.add(short + sum(counts[key]) >= lacking)
                    total.append(service.minutes * short)
        return sum(total)
