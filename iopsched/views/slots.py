"""The week as a director knows it: day by block by room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from iopsched.domain.clinic import Block
from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import DAY, clock, clock_of_end
from iopsched.views.sessions import SessionRow


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A stretch of the day: a block of the clinic, or a gap between blocks. Minutes of the day."""

    start: int
    end: int
    name: str
    days: frozenset[int] = frozenset()

    @property
    def times(self) -> str:
        """Return for instance ``09:00-12:00``; a gap at the edge of the day reads ``until 09:00``."""
        if self.name or 0 < self.start < self.end < DAY:
            return f"{clock(self.start)}-{clock_of_end(self.end)}"
        if self.start == 0:
            return "all day" if self.end == DAY else f"until {clock(self.end)}"
        return f"from {clock(self.start)}"


@dataclass(frozen=True, slots=True)
class SlotRow:
    """What one room holds in one stretch of the day: ``cells[i]`` on ``days[i]`` of the grid."""

    slot: Slot
    room: str
    cells: tuple[tuple[SessionRow, ...], ...]


@dataclass(frozen=True, slots=True)
class SlotGrid:
    """The week as rows of block and room, columns of days; only rows in which something is held."""

    days: tuple[int, ...]
    rows: tuple[SlotRow, ...]


def slots(blocks: Iterable[Block]) -> tuple[Slot, ...]:
    """Return the blocks and the gaps between them, in order; together they cover the whole day."""
    found = sorted(Slot(block.start, block.end, block.id, block.days) for block in blocks)
    gaps, reached = [], 0
    for slot in found:
        if slot.start > reached:
            gaps.append(Slot(reached, slot.start, ""))
        reached = max(reached, slot.end)
    if reached < DAY:
        gaps.append(Slot(reached, DAY, ""))
    return tuple(sorted((*found, *gaps)))


def slot_of(every: Sequence[Slot], start: int, end: int, day: int) -> Slot:
    """Return where a session belongs: the block of just these times, else the latest to begin before it.

    ``start`` and ``end`` are minutes of the day. Blocks of that weekday come before others.
    """
    here = [slot for slot in every if slot.start <= start < slot.end] or list(every[-1:])
    return max(here, key=lambda slot: (day in slot.days, (slot.start, slot.end) == (start, end), slot.start, slot.name))


def slot_of_row(every: Sequence[Slot], row: SessionRow) -> Slot:
    """Return where a session as a reader sees it belongs."""
    return slot_of(every, row.start_minute, row.end_minute, row.day)


def open_days(problem: Problem, rows: Iterable[SessionRow]) -> tuple[int, ...]:
    """Return the weekdays on which the clinic is open or a session is held; 0 is Monday."""
    return tuple(sorted(problem.clinic.open.days() | {row.day for row in rows}))


def slot_grid(problem: Problem, rows: Sequence[SessionRow], days: Sequence[int] | None = None) -> SlotGrid:
    """Return the grid of these sessions; ``days`` are its columns, by default the open ones."""
    columns = tuple(open_days(problem, rows) if days is None else days)
    every = slots(problem.clinic.blocks)
    cells: dict[tuple[Slot, str], dict[int, list[SessionRow]]] = {}
    for row in rows:
        slot = slot_of_row(every, row)
        cells.setdefault((slot, row.room), {}).setdefault(row.day, []).append(row)
    return SlotGrid(
        columns,
        tuple(
            SlotRow(slot, room, tuple(tuple(held.get(day, ())) for day in columns))
            for (slot, room), held in sorted(
                cells.items(), key=lambda item: (item[0][0], not item[0][1], item[0][1].casefold(), item[0][1])
            )
        ),
    )
