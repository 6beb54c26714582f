"""A clinic's input as one Excel workbook to fill in: drop-downs, a comment on every column, dates that are dates.

Every cell that is not plainly a date or a number is a text cell, so that no
spreadsheet makes a date of ``1-2``, drops the zeros of ``007`` or runs ``=1+1``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from iopsched.ingest.source.raw import RawClinic
from iopsched.ingest.source.settingrows import cell_of, form_of, key_of, rows_of
from iopsched.ingest.source.tables import services_of
from iopsched.policy.column import Column
from iopsched.policy.columns import SERVICES, TABLES, column_of
from iopsched.policy.presets import preset_names

SPARE_ROWS = 300
LONGEST = 32_767
_CREATED = datetime.fromisoformat("2000-01-01")  # a fixed day, so that the same clinic gives the same bytes
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,3})\.[0-9]{0,4}[1-9]")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:([T ])([0-9]{2}:[0-9]{2}))?")
_FORMS = {"": "yyyy-mm-dd", " ": "yyyy-mm-dd hh:mm", "T": 'yyyy-mm-dd"T"hh:mm'}
_FIRST_DAY, _LAST_DAY = date(1900, 3, 1), date(2199, 12, 31)
_WIDTHS = {"windows": 30, "remark": 28, "date": 12, "moment": 17, "number": 10, "hours": 10, "yes_no": 9, "clock": 9}
_READ_ME = (
    "How to use this workbook",
    "",
    "Each sheet is a table: one row per person, room, group and so on. The first row names the columns.",
    "Point at a column's name to read what it means. Dark columns must be filled; all others may stay blank.",
    "Cells with a drop-down take the words it lists. Several words in a cell stand with a semicolon between them: sud; dual",
    "Times of the week are written as days and hours: Mon-Fri 17:00-21:00; Sat 09:00-12:00",
    "People have codes such as P001. Names, where you write them, are shown only where an export is asked for them.",
    "The sheet clinic holds the settings: a key and its value, and a note that is for you only.",
    "Sheets that you do not need may stay empty. The order of columns is free; columns of your own are not read.",
    "",
    "Save the workbook, then type:",
    "iopsched check FILE.xlsx          lists every fault with its sheet and cell",
    "iopsched solve FILE.xlsx          makes the week",
    "iopsched convert FILE.xlsx FOLDER          writes the same clinic as a folder of CSV files, and back",
)


class CannotHoldError(ValueError):
    """A cell is longer than a workbook can hold; the text says where, not what."""


def workbook_bytes(clinic: RawClinic) -> bytes:
    """Return the workbook of a clinic: settings, every table, and the sheets of tables that it does not use yet.

    Raises
    ------
    CannotHoldError
        If a cell is longer than a workbook can hold.
    """
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, _OPTIONS)
    book.set_properties({"created": _CREATED, "title": "Clinic", "author": "iopsched", "comments": ""})
    writer = _Writer(book, clinic)
    writer.read_me()
    writer.settings()
    for file in TABLES:
        writer.table(file)
    book.close()
    return stream.getvalue()


class _Writer:
    def __init__(self, book: Any, clinic: RawClinic) -> None:
        self.book = book
        self.clinic = clinic
        plain = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
        head = {**plain, "bold": True, "border": 1, "num_format": "@"}
        self.text: Format = book.add_format({**plain, "num_format": "@"})
        self.number: Format = book.add_format(plain)
        self.left: Format = book.add_format({**plain, "align": "left"})
        self.left_day: Format = book.add_format({**plain, "align": "left", "num_format": _FORMS[""]})
        self.days = {joint: book.add_format({**plain, "num_format": code}) for joint, code in _FORMS.items()}
        self.needed: Format = book.add_format({**head, "bg_color": "#1F3864", "font_color": "#FFFFFF"})
        self.optional: Format = book.add_format({**head, "bg_color": "#D9E2F3"})
        self.title: Format = book.add_format({**plain, "bold": True, "font_size": 14})
        self.wrapped: Format = book.add_format({**plain, "text_wrap": True, "italic": True, "font_color": "#595959"})
        self.layouts = {file: self._layout(file) for file in TABLES}

    def read_me(self) -> None:
        """Write the sheet that says how to use the others."""
        sheet = self.book.add_worksheet("READ ME")
        sheet.set_column(0, 0, 110)
        for row, line in enumerate(_READ_ME):
            if line:
                sheet.write_string(row, 0, line, self.title if row == 0 else self.number)
        self._page(sheet)

    def settings(self) -> None:
        """Write the sheet of keys and values."""
        sheet = self.book.add_worksheet("clinic")
        sheet.set_column(0, 0, 40, self.text)
        sheet.set_column(1, 1, 44, self.text)
        sheet.set_column(2, 2, 80, self.wrapped)
        for at, (name, words) in enumerate(
            (
                ("key", "Which setting, such as timezone or levels.iop-adult.min_hours_per_week."),
                ("value", "Its value. Several stand with a semicolon between them; none = an empty list."),
                ("note", "Remarks for yourself; not read."),
            )
        ):
            sheet.write_string(0, at, name, self.needed if at < 2 else self.optional)
            self._comment(sheet, 0, at, words)
        row = 0
        above: tuple[str, ...] = ()
        for path, value in self._setting_rows():
            row += 1 if path[:-1] == above else 2
            above = path if value == {} else path[:-1]
            _string(sheet, row, 0, key_of(path), self.text)
            if note := self.clinic.notes.get(".".join(path)):
                _string(sheet, row, 2, note, self.wrapped)
            if value != {}:
                self._value(sheet, row, cell_of(value, form_of(path)))
            if offered := self._words(path):
                sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": offered, "show_error": False})
        self._page(sheet)
        sheet.freeze_panes(1, 1)

    @staticmethod
    def _words(path: tuple[str, ...]) -> list[str]:
        if path == ("preset",):
            return list(preset_names())
        return ["yes", "no"] if form_of(path) == "flag" else []

    @staticmethod
    def _page(sheet: Worksheet) -> None:
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def _setting_rows(self) -> Iterator[tuple[tuple[str, ...], Any]]:
        """Yield path and value of every setting; a table with a remark has a row of its own before its settings."""
        seen: set[tuple[str, ...]] = set()
        for path, value in rows_of(self.clinic.settings):
            for above in (path[:size] for size in range(1, len(path))):
                if above not in seen and ".".join(above) in self.clinic.notes:
                    yield above, {}
                seen.add(above)
            yield path, value

    def _value(self, sheet: Worksheet, row: int, value: object) -> None:
        if isinstance(value, bool):
            sheet.write_boolean(row, 1, value, self.left)
        elif isinstance(value, int | float):
            sheet.write_number(row, 1, value, self.left)
        elif isinstance(value, date) and not isinstance(value, datetime):
            sheet.write_datetime(row, 1, value, self.left_day)
        else:
            _string(sheet, row, 1, str(value), self.text)

    def table(self, file: str) -> None:
        """Write the sheet of a table, with drop-downs for the rows that are still to come, too."""
        sheet = self.book.add_worksheet(file.removesuffix(".csv"))
        table = self.clinic.tables.get(file)
        columns = self.layouts[file]
        top = table.header[0] - 1 if table else 0
        last = max((number for number, _ in table.rows), default=top + 1) if table else 1
        for at, (header, name) in enumerate(columns):
            column = column_of(file, name)
            is_needed = name in TABLES[file].needed_somewhere
            filled = [cells[at] for _, cells in (table.rows if table else ()) if at < len(cells)]
            sheet.set_column(at, at, _width(header, column, filled), self._form(column))
            if header:
                _string(sheet, top, at, header, self.needed if is_needed else self.optional)
                self._comment(sheet, top, at, column.meaning + (" Must be filled." if is_needed else ""))
            if rule := self._rule(column):
                sheet.data_validation(top + 1, at, last + SPARE_ROWS, at, rule)
        for number, cells in table.rows if table else ():
            for at, text in enumerate(cells):
                if text:
                    name = columns[at][1] if at < len(columns) else ""
                    self._cell(sheet, number - 1, at, text, column_of(file, name))
        sheet.freeze_panes(top + 1, 1)
        sheet.autofilter(top, 0, max(last - 1, top), len(columns) - 1)
        sheet.set_landscape()
        sheet.repeat_rows(top)
        sheet.repeat_columns(0)

    def _layout(self, file: str) -> list[tuple[str, str]]:
        """Return headers and normal names: the clinic's own columns in their order, then those it may want."""
        table = self.clinic.tables.get(file)
        own = list(zip(table.header[1], table.names, strict=True)) if table else []
        known = {name for _, name in own}
        populations = _names(self.clinic.settings.get("populations", ("adult", "adolescent")))
        kind = services_of(populations) if file == SERVICES.file else TABLES[file]
        return own + [(name, name) for name in kind.names if name not in known]

    def _form(self, column: Column) -> Format:
        if column.kind == "date":
            return self.days[""]
        if column.kind == "moment":
            return self.days[" "]
        return self.number if column.is_number else self.text

    def _cell(self, sheet: Worksheet, row: int, at: int, text: str, column: Column) -> None:
        if column.is_day and (match := _DAY.fullmatch(text)):
            joint = match[2] or ""
            day = _moment(match[1], match[3])
            if day is not None and (column.kind == "moment" or not joint):
                sheet.write_datetime(row, at, day, self.days[joint])
                return
        if column.is_number and _WHOLE.fullmatch(text):
            sheet.write_number(row, at, int(text), self.number)
        elif column.is_number and _DECIMAL.fullmatch(text):
            sheet.write_number(row, at, float(text), self.number)
        else:
            _string(sheet, row, at, text, self.text)

    def _rule(self, column: Column) -> dict[str, Any] | None:
        """Return the drop-down of a column; lists with semicolons take any text beside what is offered."""
        words: Iterable[str] = ()
        if column.kind == "yes_no":
            words = ("yes", "no")
        elif column.kind == "choice":
            words = column.choices
        elif column.kind == "setting":
            found = self.clinic.settings.get(column.of, ())
            words = _names(found)
        elif column.kind == "id" and column.of in self.layouts:
            return {"validate": "list", "source": self._ids(column.of), "show_error": False}
        listed = list(words)
        if not listed or len(",".join(listed)) > 255 or any("," in word for word in listed):
            return None
        is_strict = column.kind in ("yes_no", "choice") and not column.is_list
        rule: dict[str, Any] = {"validate": "list", "source": listed, "show_error": is_strict}
        if is_strict:
            words = f"Choose one of: {', '.join(listed)}."
            rule |= {"error_title": "Not known here", "error_message": words[:255], "error_type": "stop"}
        return rule

    def _ids(self, file: str) -> str:
        table = self.clinic.tables.get(file)
        own = TABLES[file].names[0]
        at = next(at for at, (_, name) in enumerate(self.layouts[file]) if name == own)
        top = table.header[0] if table else 1
        last = max((number for number, _ in table.rows), default=1) if table else 1
        return f"={file.removesuffix('.csv')}!{xl_range_abs(top, at, last + SPARE_ROWS - 1, at)}"

    @staticmethod
    def _comment(sheet: Worksheet, row: int, at: int, words: str) -> None:
        size = {"x_scale": 2.2, "y_scale": 0.35 * (1 + len(words) // 45) + 0.2}
        sheet.write_comment(row, at, words, {"author": "iopsched", "font_size": 9, **size})


def _names(value: object) -> list[str]:
    if isinstance(value, Mapping):
        return [str(name) for name in value]
    return [str(name) for name in value] if isinstance(value, list | tuple) else []


def _moment(day: str, clock: str | None) -> datetime | None:
    """Return a date that every spreadsheet can hold, None for one that it cannot."""
    try:
        found = datetime.fromisoformat(f"{day}T{clock or '00:00'}")
    except ValueError:
        return None
    is_blank_clock = clock is not None and (found.hour, found.minute) == (0, 0)
    return found if _FIRST_DAY <= found.date() <= _LAST_DAY and not is_blank_clock else None


def _string(sheet: Worksheet, row: int, at: int, text: str, form: Format) -> None:
    if len(text.encode("utf-16-le")) // 2 > LONGEST:
        raise CannotHoldError(f"sheet {sheet.get_name()}, cell {xl_rowcol_to_cell(row, at)}")
    sheet.write_string(row, at, text, form)


def _width(header: str, column: Column, cells: list[str]) -> int:
    longest = max((len(cell) for cell in cells), default=0)
    return max(len(header) + 4, min(_WIDTHS.get(column.kind, 24), 60), min(longest + 2, 44))
