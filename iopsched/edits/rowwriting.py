"""How cells and rows are written into a CSV text so that they look as those around them do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from iopsched.edits.cellspans import Layout, RowSpan
from iopsched.edits.tablechange import Places
from iopsched.words.formulas import guard


@dataclass(frozen=True, slots=True)
class RowWriter:
    """Writes for one text: its separator, its quotation marks, its line ends; ``width`` is the number of its columns."""

    text: str = field(repr=False)
    layout: Layout = field(repr=False)
    header_row: int
    width: int

    @property
    def line_end(self) -> str:
        """Return the line end of the last row that has one, else a plain one."""
        ends = [self.text[row.end : row.next] for row in self.layout.filled if row.next > row.end]
        return ends[-1] if ends else "\n"

    def written(self, text: str, *, is_quoted: bool = False) -> str:
        """Return a cell as it stands in this file, between quotation marks where it asks for them."""
        safe = guard(text)
        if is_quoted or any(sign in safe for sign in (self.layout.delimiter, '"', "\r", "\n")):
            return '"' + safe.replace('"', '""') + '"'
        return safe

    def new_lines(self, above: RowSpan, rows: Iterable[Places], *, is_quoted: bool) -> str:
        """Return new rows with their line ends, to stand behind a row."""
        body = [row for row in self.layout.filled if row.number > self.header_row] or [above]
        lines = [
            self.layout.delimiter.join(
                self._like_above(place, text, body, is_quoted=is_quoted and bool(text))
                for place, text in enumerate(self.new_texts(cells))
            )
            for cells in rows
        ]
        if above.next > above.end:
            return "".join(line + self.text[above.end : above.next] for line in lines)
        return "".join(self.line_end + line for line in lines)

    def new_texts(self, cells: Places) -> list[str]:
        """Return the cells of a new row, blank where nothing is given."""
        width = max(self.width, len(self.layout.filled[-1].cells))
        return [cells.get(place, "").strip() for place in range(width)]

    def row_with(self, span: RowSpan, cells: Places, *, is_quoted: bool) -> str:
        """Return the text of a row with other texts in cells; cells that are missing before one are added."""
        text = self.text[span.begin : span.end]
        known = len(span.cells)
        missing = [cells.get(place, "").strip() for place in range(known, max(cells) + 1)]
        if missing:
            written = (self.written(cell, is_quoted=is_quoted and bool(cell)) for cell in missing)
            text += (self.layout.delimiter if known else "") + self.layout.delimiter.join(written)
        for place in sorted((place for place in cells if place < known), reverse=True):
            cell = span.cells[place]
            written_cell = self.written(cells[place].strip(), is_quoted=is_quoted or cell.is_quoted)
            text = spliced(text, cell.inner - span.begin, cell.inner_end - span.begin, written_cell)
        return text

    def _like_above(self, place: int, text: str, body: Sequence[RowSpan], *, is_quoted: bool) -> str:
        """Return a cell of a new row: between quotation marks where all above it are, behind the blanks of the last."""
        over = [row.cells[place] for row in body if place < len(row.cells)]
        lead = self.text[over[-1].begin : over[-1].inner] if over and over[-1].text.strip() and text else ""
        return lead + self.written(text, is_quoted=is_quoted or (bool(over) and all(cell.is_quoted for cell in over)))


def spliced(text: str, begin: int, end: int, new: str) -> str:
    """Return a text with another piece from ``begin`` to ``end``."""
    return text[:begin] + new + text[end:]
