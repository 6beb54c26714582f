"""Where each cell of a CSV text begins and ends.

The reader splits with :mod:`csv`, which does not say where. So the cells are
found here once more, by the same grammar, and held against what the reader
finds: a text on which the two differ is not edited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from iopsched.ingest.report import At, Report
from iopsched.ingest.source.texts import Numbered, blanks_behind, opening_of, split_rows
from iopsched.words.formulas import unguard

_QUOTED = re.compile('"[^"]*(?:""[^"]*)*"')
_LINE_END = re.compile("\r\n|\r|\n")
_SPACES = re.compile(" *")


@dataclass(frozen=True, slots=True)
class CellSpan:
    """One cell: what the reader takes it for, and where it stands, with the blanks around it.

    From ``inner`` to ``inner_end`` are its letters, quotation marks included.
    """

    text: str
    begin: int
    end: int
    inner: int
    inner_end: int
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class RowSpan:
    """One row: from ``begin`` to ``end`` are its cells, to ``next`` also its line end; ``number`` is a spreadsheet's."""

    number: int
    begin: int
    end: int
    next: int
    cells: tuple[CellSpan, ...]

    @property
    def texts(self) -> list[str]:
        """Return the cells as the reader has them, trimmed."""
        return [cell.text.strip() for cell in self.cells]

    @property
    def is_blank(self) -> bool:
        """Return whether nothing stands in it."""
        return not any(self.texts)


@dataclass(frozen=True, slots=True)
class Layout:
    """The rows of a text, and the sign between the cells; the first row begins behind a line ``sep=``."""

    delimiter: str
    begin: int
    rows: tuple[RowSpan, ...]

    @property
    def filled(self) -> list[RowSpan]:
        """Return the rows in which anything stands."""
        return [row for row in self.rows if not row.is_blank]


@lru_cache(maxsize=20)
def layout_of(text: str, file: str) -> Layout | None:
    """Return where the rows and cells of a text stand, None where the reader finds other ones or none.

    A change of one cell asks several times, of few texts; the last twenty are remembered.
    """
    report = Report()
    begin, delimiter = opening_of(text, At(file), report)
    if not delimiter:
        return None
    known: list[Numbered | None] = list(split_rows(text, At(file), report))
    try:
        rows = _Scanner(text, begin, delimiter).rows()
    except ValueError:
        return None
    if None in known or [(row.number, row.texts) for row in rows] != [_trimmed(row) for row in known if row]:
        return None
    return Layout(delimiter, begin, rows)


def _trimmed(row: Numbered) -> Numbered:
    return row[0], [cell.strip() for cell in row[1]]


class _Scanner:
    """Goes through a text from cell to cell; blanks behind quoted cells are known beforehand, as the reader knows them."""

    def __init__(self, text: str, begin: int, delimiter: str) -> None:
        self._text = text
        self._at = begin
        self._delimiter = delimiter
        self._behind = dict(blanks_behind(text, delimiter))
        self._plain = re.compile(f"[^{re.escape(delimiter)}\r\n]*")

    def rows(self) -> tuple[RowSpan, ...]:
        """Return all rows; raises ``ValueError`` for a text that is no table."""
        found: list[RowSpan] = []
        while self._at < len(self._text):
            begin = self._at
            cells = [] if _LINE_END.match(self._text, begin) else self._cells()
            end = self._at
            if match := _LINE_END.match(self._text, end):
                self._at = match.end()
            found.append(RowSpan(len(found) + 1, begin, end, self._at, tuple(cells)))
        return tuple(found)

    def _cells(self) -> list[CellSpan]:
        cells = [self._cell()]
        while self._text.startswith(self._delimiter, self._at):
            self._at += len(self._delimiter)
            cells.append(self._cell())
        return cells

    def _cell(self) -> CellSpan:
        begin = self._at
        inner = _end(_SPACES, self._text, begin) if self._delimiter != " " else begin
        if self._text.startswith('"', inner):
            return self._quoted(begin, inner)
        self._at = end = _end(self._plain, self._text, inner)
        bare = self._text[inner:end]
        inner_end = inner + len(bare.rstrip())
        inner = min(inner + len(bare) - len(bare.lstrip()), inner_end)
        return CellSpan(unguard(bare), begin, end, inner, inner_end, is_quoted=False)

    def _quoted(self, begin: int, inner: int) -> CellSpan:
        match = _QUOTED.match(self._text, inner)
        if match is None:
            msg = "a quotation mark never closes"
            raise ValueError(msg)
        inner_end = match.end()
        self._at = end = self._behind.get(inner_end, inner_end)
        if end < len(self._text) and not re.match(f"[{re.escape(self._delimiter)}\r\n]", self._text[end]):
            msg = "text stands behind a quotation mark"
            raise ValueError(msg)
        text = unguard(match[0][1:-1].replace('""', '"'))
        return CellSpan(text, begin, end, inner, inner_end, is_quoted=True)


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    match = pattern.match(text, at)
    return match.end() if match else at
