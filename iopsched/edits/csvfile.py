"""One CSV file whose cells and rows can be changed, every other byte staying as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from iopsched.edits.cellspans import Layout, RowSpan, layout_of
from iopsched.edits.lettering import Lettering, lettering_of
from iopsched.edits.refusal import refusal
from iopsched.errors import InputError
from iopsched.ingest.report import At, Report
from iopsched.ingest.source.tables import Table, fill
from iopsched.ingest.source.texts import text_of
from iopsched.policy.column import TableKind
from iopsched.policy.columns import PINS
from iopsched.words.formulas import guard

Texts = list[list[str]]


@dataclass(frozen=True)
class CsvFile:
    """A table of a clinic folder; rows have the numbers that a spreadsheet shows, columns their normal names.

    Every change gives a new file. What would come of it is read first: where the reader would find anything but the
    same table with this one change, :class:`InputError` is raised.
    """

    kind: TableKind
    lettering: Lettering
    text: str = field(repr=False)
    layout: Layout = field(repr=False)

    @classmethod
    def of(cls, kind: TableKind, data: bytes) -> CsvFile:
        """Return the table in the bytes of a file.

        Raises
        ------
        InputError
            If they cannot be read, or hold no header.
        """
        report = Report()
        if text_of(data, kind.file, report) is None:
            raise InputError(report.issues)
        lettering = lettering_of(data)
        text = lettering.text_of(data)
        layout = layout_of(text, kind.file)
        found = None if layout is None else cls(kind, lettering, text, layout)
        if found is None or not found.columns:
            raise refusal(kind.file, 0, "", "The cells of this file cannot be told apart with certainty.")
        return found

    @classmethod
    def like(cls, kind: TableKind, columns: Sequence[str], model: CsvFile) -> CsvFile:
        """Return a new table with these columns and without rows, written as ``model`` is."""
        is_quoted = all(cell.is_quoted for row in model.layout.rows for cell in row.cells)
        cells = [model.written(name, is_quoted=is_quoted) for name in columns]
        text = model.layout.delimiter.join(cells) + model.line_end
        return cls.of(kind, model.lettering.bytes_of(text))

    @property
    def data(self) -> bytes:
        """Return the file."""
        return self.lettering.bytes_of(self.text)

    @cached_property
    def table(self) -> Table:
        """Return what the reader takes the file for; its faults are told elsewhere."""
        table = Table(self.kind)
        fill(table, At(self.kind.file), iter([(row.number, row.texts) for row in self.layout.rows]), Report())
        return table

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the normal names of the columns in their order, blank for a column without a name."""
        return self.table.header

    @cached_property
    def rows(self) -> Mapping[int, Mapping[str, str]]:
        """Return the cells as written of every row below the header that is not blank, by number and column."""
        blank = [""] * len(self.columns)
        return {
            row.number: dict(zip(self.columns, [*row.texts, *blank], strict=False))
            for row in self._filled
            if row.number > self.table.header_row
        }

    @property
    def line_end(self) -> str:
        """Return the line end of the last row that has one, else a plain one."""
        ends = [self.text[row.end : row.next] for row in self._filled if row.next > row.end]
        return ends[-1] if ends else "\n"

    @property
    def _filled(self) -> list[RowSpan]:
        return [row for row in self.layout.rows if not row.is_blank]

    def with_cell(self, row: int, column: str, text: str) -> CsvFile:
        """Return the file with another text in one cell; a column that is not there yet is added behind the last."""
        if column not in self.columns:
            return self._with_column(column).with_cell(row, column, text)
        return self._with_text(row, self.columns.index(column), text.strip())

    def with_row(self, cells: Mapping[str, str]) -> CsvFile:
        """Return the file with one more row behind the last, written as the rows above it are."""
        for column in cells:
            if column not in self.columns:
                return self._with_column(column).with_row(cells)
        return self._with_new_row(cells)

    def without_row(self, row: int) -> CsvFile:
        """Return the file without a row and its line end."""
        span = self.layout.rows[row - 1]
        expected = self._texts()
        del expected[row - 1]
        return self._read(_spliced(self.text, span.begin, span.next, ""), expected, row)

    def written(self, text: str, *, is_quoted: bool = False) -> str:
        """Return a cell as it stands in this file, between quotation marks where it asks for them."""
        safe = guard(text)
        if is_quoted or any(sign in safe for sign in (self.layout.delimiter, '"', "\r", "\n")):
            return '"' + safe.replace('"', '""') + '"'
        return safe

    def _texts(self) -> Texts:
        return [row.texts for row in self.layout.rows]

    def _with_text(self, row: int, place: int, text: str) -> CsvFile:
        """Return the file with another text in the cell at a place; cells that are missing before it are added."""
        span, expected = self.layout.rows[row - 1], self._texts()
        expected[row - 1] = _placed(expected[row - 1], place, text)
        is_quoted = place < len(span.cells) and span.cells[place].is_quoted
        made = [self._with_written(span, place, self.written(text, is_quoted=way)) for way in (is_quoted, True)]
        if not self._reads(made[0], expected):
            made.reverse()  # without quotation marks it would change what another row is taken for
        return self._read(made[0], expected, row, self.columns[place])

    def _with_written(self, span: RowSpan, place: int, written: str) -> str:
        if place < len(span.cells):
            cell = span.cells[place]
            return _spliced(self.text, cell.inner, cell.inner_end, written)
        missing = place + 1 - max(len(span.cells), 1)
        return _spliced(self.text, span.end, span.end, self.layout.delimiter * missing + written)

    def _with_column(self, column: str) -> CsvFile:
        """Return the file with a further column, blank in every row; a table that takes shorter rows leaves them."""
        place, top, text, expected = len(self.columns), self.table.header_row, self.text, self._texts()
        for span in reversed(self._filled):
            is_header = span.number == top
            if span.number < top or not (is_header or (len(span.cells) <= place and self.kind.file != PINS.file)):
                continue
            is_quoted = is_header and span.cells[place - 1].is_quoted
            written = self.written(column, is_quoted=is_quoted) if is_header else ""
            changed = self._with_written(span, place, written)
            text = changed[: len(changed) - len(self.text) + span.next] + text[span.next :]
            expected[span.number - 1] = _placed(expected[span.number - 1], place, column if is_header else "")
        return self._read(text, expected, top, column)

    def _with_new_row(self, cells: Mapping[str, str]) -> CsvFile:
        above = self._filled[-1]
        body = [row for row in self._filled if row.number > self.table.header_row] or [above]
        width = max(len(self.columns), len(above.cells))
        texts = [cells[name].strip() if name in cells else "" for name in self.columns]
        texts.extend([""] * (width - len(texts)))
        line = self.layout.delimiter.join(self._like_above(place, text, body) for place, text in enumerate(texts))
        if above.next > above.end:
            made = _spliced(self.text, above.next, above.next, line + self.text[above.end : above.next])
        else:
            made = _spliced(self.text, above.end, above.end, self.line_end + line)
        expected = self._texts()
        expected.insert(above.number, texts)
        return self._read(made, expected, above.number + 1)

    def _like_above(self, place: int, text: str, body: Sequence[RowSpan]) -> str:
        """Return a cell of a new row: between quotation marks where all above it are, behind the blanks of the last."""
        over = [row.cells[place] for row in body if place < len(row.cells)]
        lead = self.text[over[-1].begin : over[-1].inner] if over and over[-1].text.strip() and text else ""
        return lead + self.written(text, is_quoted=bool(over) and all(cell.is_quoted for cell in over))

    def _reads(self, made: str, expected: Texts) -> bool:
        """Return whether the reader would find these cells in a text; blank lines may become fewer."""
        found = layout_of(made, self.kind.file)
        filled = [texts for texts in expected if any(texts)]
        return found is not None and [row.texts for row in found.rows if not row.is_blank] == filled

    def _read(self, made: str, expected: Texts, row: int, column: str = "") -> CsvFile:
        """Return the file with a changed text in which the reader must find these cells."""
        try:
            data = self.lettering.bytes_of(made)
        except UnicodeEncodeError as error:
            letter, name = made[error.start], self.lettering.encoding
            message = (
                f"The letter {letter!r} cannot be written here: the encoding of this file ({name}) does not have it."
            )
            remedy = "Save the file as CSV UTF-8."
            raise refusal(self.kind.file, row, column, message, remedy, "E-EDIT-LETTER") from None
        if text_of(data, self.kind.file, Report()) != made or not self._reads(made, expected):
            message = "This change would change how other cells of the file are read."
            raise refusal(self.kind.file, row, column, message)
        return CsvFile.of(self.kind, data)


def _spliced(text: str, begin: int, end: int, new: str) -> str:
    return text[:begin] + new + text[end:]


def _placed(texts: Sequence[str], place: int, text: str) -> list[str]:
    """Return cells with a text at a place, blank ones before it where there are fewer."""
    found = [*texts, *[""] * (place + 1 - len(texts))]
    found[place] = text
    return found
