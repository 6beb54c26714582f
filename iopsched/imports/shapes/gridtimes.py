"""When the rows of a grid begin and end, by the times down its side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from iopsched.imports.entries import When
from iopsched.imports.shapes.gridlabels import LabelReader
from iopsched.imports.sheets import Sheet


class GridTimes:
    """Knows the times down the side of a sheet: before its ``first`` column of appointments, below its ``header_row``."""

    def __init__(self, sheet: Sheet, labels: LabelReader, first: int, header_row: int) -> None:
        self.sheet = sheet
        self.labels = labels
        self.first = first
        self.header_row = header_row

    def until(self, row: int, column: int, when: When) -> When:
        """Return a time with its end: of a merged cell that of its last row, else what the row leaves room for."""
        last = self.sheet.end_of((row, column))[0]
        if when.start is None:
            return when
        if last > row:
            end = self._end_of_row(last, when)
            return replace(when, end=end) if end is not None else when
        return replace(when, slot_end=self._end_of_row(row, when)) if when.end is None else when

    def _end_of_row(self, row: int, when: When) -> int | None:
        """Return when the time of a row ends: as it says, or where the next row begins; as long as the others at the end."""
        starts = self._starts
        if (own := starts.get(row)) is not None and own[1] is not None:
            return own[1]
        after = [start for at, (start, _) in starts.items() if at > row and start is not None]
        before = [start for at, (start, _) in starts.items() if at <= row and start is not None]
        current = before[-1] if before else when.start or 0
        if after and after[0] > current:
            return after[0]
        steps = [b - a for a, b in pairwise(before) if b > a]
        return current + min(steps) if steps else None

    @cached_property
    def _starts(self) -> Mapping[int, tuple[int, int | None]]:
        return dict(self._side_times())

    def _side_times(self) -> Iterator[tuple[int, tuple[int, int | None]]]:
        """Yield row, start and end of the times down the side."""
        after = -1
        for row, cells in self.sheet.rows().items():
            for column in range(1, self.first):
                text = cells.get(column) if row > self.header_row else None
                when = self.labels.time(text, after) if text else None
                if when is not None and when.start is not None:
                    after = when.start
                    yield row, (when.start, when.end)
                    break
