"""One CSV file whose cells and rows can be changed, every other byte staying as it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from iopsched.edits.cellspans import Layout, RowSpan, layout_of
from iopsched.edits.lettering import Lettering, lettering_of
from iopsched.edits.refusal import refusal
from iopsched.edits.rowwriting import RowWriter, spliced
from iopsched.edits.tablechange import TableChange, TableLayout
from iopsched.errors import InputError
from iopsched.ingest.report import At, Report
from iopsched.ingest.source.tables import Table, fill
from iopsched.ingest.source.texts import text_of
from iopsched.policy.column import TableKind
from iopsched.policy.columns import PINS

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
    def like(cls, kind: TableKind, columns: Sequence[str], model: CsvFile | None) -> CsvFile:
        """Return a new table with these columns and without rows, written as ``model`` is, plainly without one."""
        if model is None:
            return cls.of(kind, (",".join(columns) + "\n").encode())
        is_quoted = all(cell.is_quoted for row in model.layout.rows for cell in row.cells)
        cells = [model.writer.written(name, is_quoted=is_quoted) for name in columns]
        text = model.layout.delimiter.join(cells) + model.writer.line_end
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
    def written_layout(self) -> TableLayout:
        """Return header and rows as they are written."""
        top = self.table.header_row
        header = tuple(self.layout.rows[top - 1].texts)
        return TableLayout(
            top, self.columns, header, {row.number: row.texts for row in self._filled if row.number > top}
        )

    @property
    def writer(self) -> RowWriter:
        """Return what writes cells and rows as they stand in this file."""
        return RowWriter(self.text, self.layout, self.table.header_row, len(self.columns))

    @property
    def _filled(self) -> list[RowSpan]:
        return self.layout.filled

    def with_columns(self, names: Collection[str]) -> CsvFile:
        """Return the file with these columns; those that are not there yet stand blank behind the last."""
        for name in names:
            if name not in self.columns:
                return self._with_column(name).with_columns(names)
        return self

    def with_change(self, change: TableChange) -> CsvFile:
        """Return the file with several changes at once; places of cells are counted from 0."""
        expected = self._expected(change)
        row, place = change.first
        column = self.columns[place] if 0 <= place < len(self.columns) else ""
        made = self._made(change, is_quoted=False)
        if not self._reads(made, expected):
            # without quotation marks it would change what other rows are taken for
            quoted = self._made(change, is_quoted=True)
            made = quoted if self._reads(quoted, expected) else made
        return self._read(made, expected, row or self._filled[-1].number + 1, column)

    def _texts(self) -> Texts:
        return [row.texts for row in self.layout.rows]

    def _expected(self, change: TableChange) -> Texts:
        """Return what the reader must find after a change; of rows that become blank it finds nothing."""
        texts = {row.number: row.texts for row in self.layout.rows if row.number not in change.removed}
        for row, cells in change.cells.items():
            for place, text in cells.items():
                texts[row] = _placed(texts[row], place, text.strip())
        return [*texts.values(), *(self.writer.new_texts(cells) for cells in change.added)]

    def _made(self, change: TableChange, *, is_quoted: bool) -> str:
        """Return the text with a change in it; what is written anew stands between quotation marks if asked for."""
        text, last = self.text, self._filled[-1]
        for span in reversed(self.layout.rows):  # from the last to the first, so that places stay true
            if span is last and change.added:
                lines = self.writer.new_lines(span, change.added, is_quoted=is_quoted)
                text = spliced(text, span.next, span.next, lines)
            if span.number in change.removed:
                text = spliced(text, span.begin, span.next, "")
            elif span.number in change.cells:
                row = self.writer.row_with(span, change.cells[span.number], is_quoted=is_quoted)
                text = spliced(text, span.begin, span.end, row)
        return text

    def _with_column(self, column: str) -> CsvFile:
        """Return the file with a further column, blank in every row; a table that takes shorter rows leaves them."""
        place, top, text, expected = len(self.columns), self.table.header_row, self.text, self._texts()
        for span in reversed(self._filled):
            is_header = span.number == top
            if span.number < top or not (is_header or (len(span.cells) <= place and self.kind.file != PINS.file)):
                continue
            is_quoted = is_header and span.cells[place - 1].is_quoted
            cell = column if is_header else ""
            text = spliced(text, span.begin, span.end, self.writer.row_with(span, {place: cell}, is_quoted=is_quoted))
            expected[span.number - 1] = _placed(expected[span.number - 1], place, cell)
        return self._read(text, expected, top, column)

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


def _placed(texts: Sequence[str], place: int, text: str) -> list[str]:
    """Return cells with a text at a place, blank ones before it where there are fewer."""
    found = [*texts, *[""] * (place + 1 - len(texts))]
    found[place] = text
    return found
