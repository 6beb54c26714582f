"""How much of a sheet fits on a page of letter paper when it is fitted to the width, so that no block is cut in two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
LETTER_POINTS = (612, 792)
SIDES, ENDS = 0.4, 0.7
"""Margins in inches: left and right, top and bottom."""
ROW_POINTS, LINE_POINTS = 15.0, 13.0
_INCH = 72
_SPARE = 0.97  # programs round the scale and the heights of rows in their own ways


def page_points(widths: Iterable[float], *, is_landscape: bool) -> float:
    """Return the heights of rows, in points, that fit on a page of columns of so many signs, fitted to the width."""
    wide, high = LETTER_POINTS[::-1] if is_landscape else LETTER_POINTS
    columns = sum(0.75 * (7 * width + 5) for width in widths)
    scale = min(1.0, (wide - 2 * SIDES * _INCH) / columns)
    return _SPARE * (high - 2 * ENDS * _INCH) / scale


def portions(items: Sequence[Item], most: int) -> Iterator[tuple[Item, ...]]:
    """Yield the items in order, as many at a time as may be."""
    for begin in range(0, len(items), most):
        yield tuple(items[begin : begin + most])


class Pages:
    """Fills pages with blocks of rows: a block that does not fit into the rest of a page begins the next one."""

    def __init__(self, capacity: float) -> None:
        self.capacity = capacity
        self.breaks: list[int] = []
        self._used = 0.0

    def add(self, top: int, points: float) -> None:
        """Take a block that begins at a row and is so high; one higher than a page goes on on the next by itself."""
        if self._used and self._used + points > self.capacity:
            self.breaks.append(top)
            self._used = 0.0
        self._used = (self._used + points) % self.capacity if points > self.capacity else self._used + points

    def turn(self, row: int) -> None:
        """End the page before a row."""
        self.breaks.append(row)
        self._used = 0.0
