"""A clinic as one Excel workbook: a sheet per table, the settings on the sheet ``clinic``.

Each cell becomes the text that the CSV file would hold, and goes the same way
from there. Sheets are known by the names of the files (``participants.csv``)
everywhere; only :meth:`Workbook.told` turns places into sheets and cells.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from iopsched.errors import Issue
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.report import At, Report
from iopsched.ingest.source import settingrows
from iopsched.ingest.source.looks import tell_looks
from iopsched.ingest.source.serials import Shown, shown_number, time_text
from iopsched.ingest.source.sources import Source, bytes_of
from iopsched.ingest.source.tables import MAX_ABOVE, MAX_COLUMNS, MAX_ROWS, letters, normal_header
from iopsched.ingest.source.texts import MAX_TOLD, Numbered, Settings, is_clean_cell
from iopsched.ingest.source.xlsx import Stored, Tab, XlsxSheet, XlsxWorkbook
from iopsched.policy.column import Column
from iopsched.policy.columns import CLINIC_FILES, SETTINGS_FILE, TABLES, column_of
from iopsched.words.wording import nearest, quoted
from iopsched.words.wordings import in_workbook

SILENT = frozenset({"read_me", "readme"})
_NEEDED = frozenset({SETTINGS_FILE, "participants.csv", "therapists.csv"})
_KEY, _VALUE, _NOTE = "key", "value", "note"
_LOST = frozenset({"E-FORMULA", "E-CELL-ERROR", "E-CELL-DATE", "E-DATE-NUMBER"})
_RETYPE = "Format the cell as Text (a number as General), then type it again."


def sheet_of(file: str) -> str:
    """Return the name of the sheet that stands for a file of a clinic folder."""
    return file.rpartition(".")[0]


@dataclass(slots=True)
class _Grid:
    """One sheet in use: its tab, its cells, the row of its header and where each column is."""

    tab: Tab
    sheet: XlsxSheet
    header: int = 0
    columns: dict[str, int] = field(default_factory=dict)


class Workbook(Source):
    """A workbook whose sheets are read at most once; one that cannot be read is told of and has no sheets.

    Each issue about it is told with the name of its sheet and cell. ``data`` are the bytes of one that is not on the disk.
    """

    def __init__(self, path: Path, report: Report, data: bytes | None = None) -> None:
        super().__init__(path, report)
        report.words = in_workbook
        self.is_readable = False
        self._tabs: dict[str, Tab] = {}
        self._others: list[tuple[int, Tab]] = []
        self._grids: dict[str, _Grid | None] = {}
        self._notes: dict[str, str] = {}
        self._read: dict[str, list[Numbered]] = {}
        if data is None:
            data = bytes_of(path, At(path.name), report)
        if data is None:
            return
        try:
            self.book = XlsxWorkbook(data)
        except Fault as fault:
            report.fault(fault, At(path.name))
            return
        self.is_readable = True
        self._sort_tabs()

    def _sort_tabs(self) -> None:
        files = {sheet_of(file): file for file in CLINIC_FILES}
        for number, tab in enumerate(self.book.tabs, 1):
            name = normal_header(tab.name)
            file = files.get(name)
            if file is None:
                if name not in SILENT:
                    self._others.append((number, tab))
            elif file in self._tabs:
                self.report.tell(
                    "E-SHEET-TWICE",
                    At(file),
                    f"The sheets {quoted(self._tabs[file].name)} and {quoted(tab.name)} have the same name to us.",
                    "Delete or rename one of them.",
                )
            else:
                self._tabs[file] = tab

    @property
    def name(self) -> str:
        """Return the name of the file without its ending."""
        return self.path.resolve().stem

    def exists(self, name: str) -> bool:
        """Return whether there is a sheet; one that is not needed must have more than its header."""
        if name not in self._tabs:
            return False
        grid = self._grid(name)
        return name in _NEEDED or grid is None or len(grid.sheet.rows) > 1

    def renaming(self, name: str) -> str:
        """Return how to mend the name of a sheet that resembles this one, or nothing."""
        wanted = sheet_of(name)
        for number, tab in self._others:
            if nearest(wanted, [tab.name]) is not None:
                return f"Rename the {_nth(number)} sheet to {wanted}."
        return ""

    def others(self, known: Collection[str]) -> Iterator[tuple[str, str, bool]]:
        """Yield the sheets that nobody reads; a name is shown only if it resembles one that is missing."""
        missing = [sheet_of(file) for file in known if file not in self._tabs]
        for number, tab in self._others:
            name = f"{normal_header(tab.name)}.csv" if nearest(tab.name, missing) is not None else ""
            shown = f"The sheet {quoted(tab.name)}" if name else f"The {_nth(number)} sheet"
            yield name, f"{shown} is not part of a clinic and was not read.", bool(name)

    def rows(self, name: str) -> Iterator[Numbered | None] | None:
        """Return the numbered rows of a sheet, None (and an issue) where it cannot be read."""
        if (grid := self._grid(name)) is None:
            return None
        tell_looks(name, grid.sheet, grid.header, self.report, is_hidden=grid.tab.is_hidden)
        self._read[name] = []
        return self._rows(name, grid)

    def settings(self, name: str) -> Settings | None:
        """Return the settings, None (and an issue) where there are none that can be read."""
        if (grid := self._grid(name)) is None:
            return None
        tell_looks(name, grid.sheet, grid.header, self.report, is_hidden=grid.tab.is_hidden)
        self._read[name] = []
        key, value, note = self._setting_columns(grid)
        found: list[tuple[tuple[str, ...], Any]] = []
        rows: dict[str, int] = {}
        for number, cells in sorted(grid.sheet.rows.items()):
            if number <= grid.header:
                continue
            dotted = self._plain(name, number, cells[key]).text.strip() if key in cells else ""
            path = settingrows.path_of(dotted)
            whole = ".".join(path)
            if not all(path):
                message, remedy = "This is not the key of a setting.", "Write for example timezone."
                if key not in cells:
                    message, remedy = "This value has no key.", "Write the key, such as timezone, or clear the cell."
                if value in cells:
                    self.report.tell("E-SETTING-UNKNOWN", At(name, number), message, remedy)
                continue
            content = self._setting(name, number, path, cells.get(value))
            if content is None:
                if value not in cells or (cells[value].kind != "unknown" and not cells[value].text.strip()):
                    if path[0] == "payers" and len(path) > 1:
                        found.append((path[:2], {}))  # the payer is known, and asks nothing
                    message = f"The setting {quoted(dotted)} has no value, so this row has no effect."
                    remedy = "Write the value, or delete the row."
                    self.report.tell("W-SETTING-BLANK", At(name, number, whole), message, remedy)
                continue
            if note in cells:
                self._notes[whole] = self._plain(name, number, cells[note]).text
            self._read[name].append((number, [dotted, repr(content)]))
            if rows.setdefault(whole, number) != number:
                message = f"The setting {quoted(dotted)} is already in row {rows[whole]}."
                self.report.tell("E-SETTING-TWICE", At(name, number, whole), message, "Delete one of them.")
                continue
            found.append((path, content))
        table, misfits = settingrows.tables_of(found)
        for path in misfits:
            self.report.tell(
                "E-SETTING-TWICE",
                At(name, rows[".".join(path)], ".".join(path)),
                f"The setting {quoted('.'.join(path))} cannot stand beside one of the same beginning.",
                "Check both keys.",
            )
        return self._counted(table, rows)

    def notes(self) -> Mapping[str, str]:
        """Return the remarks beside settings, by dotted key, once the settings are read."""
        return self._notes

    def sha256(self) -> str:
        """Return the hash over the cells read, sheet by sheet: saving the file again changes nothing."""
        digest = hashlib.sha256()
        for name, rows in sorted(self._read.items()):
            digest.update(f"{name}\0{rows!r}\0".encode())
        return digest.hexdigest()

    def told(self, issues: tuple[Issue, ...]) -> tuple[Issue, ...]:
        """Return the issues with sheets and cells in place of files, rows and columns."""
        lost = {(issue.file, issue.row, issue.column) for issue in issues if issue.code in _LOST}
        settings = {column for file, _, column in lost if file == SETTINGS_FILE}

        def is_echo(issue: Issue) -> bool:
            if issue.code == "E-SETTING-MISSING":
                return issue.column in settings
            return issue.code == "E-CELL-BLANK" and (issue.file, issue.row, issue.column) in lost

        return tuple(sorted(self._placed(issue) for issue in issues if not is_echo(issue)))

    def _placed(self, issue: Issue) -> Issue:
        if issue.file not in CLINIC_FILES:
            own = issue.file == self.path.name or issue.code == "W-FILE-UNKNOWN"
            return replace(issue, file=self.path.name) if own else issue
        cell = ""
        if issue.row > 0:
            grid = self._grid(issue.file) if issue.file in self._tabs else None  # not read yet after another reading
            column = 1 if grid is None else grid.columns.get(normal_header(issue.column), 1)
            if issue.file == SETTINGS_FILE and grid is not None:
                column = grid.columns.get(_VALUE, 2)
            cell = f"{letters(column)}{issue.row}"
        tab = self._tabs.get(issue.file)
        return replace(
            issue,
            file=f"{self.path.name}: {tab.name if tab else sheet_of(issue.file)}",
            message=in_workbook(issue.message),
            remedy=in_workbook(issue.remedy),
            cell=cell,
        )

    def _grid(self, name: str) -> _Grid | None:
        """Return the cells of a sheet; None (and an issue) where they cannot be read."""
        if name not in self._grids:
            self._grids[name] = None
            try:
                sheet = self.book.sheet(self._tabs[name])
            except Fault as fault:
                self.report.fault(fault, At(name))
                return None
            grid = _Grid(self._tabs[name], sheet, _header_row(name, sheet))
            for column, cell in sorted(sheet.rows.get(grid.header, {}).items()):
                grid.columns.setdefault(normal_header(cell.text), column)
            self._grids[name] = grid
        return self._grids[name]

    def _rows(self, name: str, grid: _Grid) -> Iterator[Numbered]:
        header: list[str] = []
        told = 0
        for number, cells in sorted(grid.sheet.rows.items()):
            if number < grid.header:
                texts = [
                    self._plain(name, number, cells[at]).text if at in cells else "" for at in range(1, max(cells) + 1)
                ]
            elif not header:
                width = max(cells)
                if width > MAX_COLUMNS:
                    yield number, ["x"] * width
                    return
                texts = [self._plain(name, number, cells[at]).text if at in cells else "" for at in range(1, width + 1)]
                header = [normal_header(text) for text in texts]
            else:
                texts = [
                    self._text(At(name, number, column), cells[at]) if at in cells else ""
                    for at, column in enumerate(header, 1)
                ]
                for at in sorted(at for at in cells if at > len(header))[: MAX_TOLD - told]:
                    told += 1
                    self.report.tell(
                        "E-COLUMN-BLANK",
                        At(name, number),
                        f"Column {letters(at)} has a cell here but no name.",
                        "Give the column a name, or clear the cell.",
                    )
            self._read[name].append((number, texts))
            yield number, texts
            if number > MAX_ROWS:
                return

    def _text(self, at: At, cell: Stored) -> str:
        """Return the text of a cell below the header; blank (and an issue) where it has none for this column."""
        column = column_of(at.file, at.column)
        shown = self._plain(at.file, at.row, cell, at.column)
        if shown.what in ("date", "moment") and not column.is_day and column.kind != "remark":
            return self._lose(at, "E-CELL-DATE", "This cell holds a date, and this column holds none.", _RETYPE)
        if shown.what == "time" and not (column.is_day or column.kind in ("clock", "remark", "windows")):
            return self._lose(at, "E-CELL-DATE", "This cell holds a time, and this column holds none.", _RETYPE)
        if shown.what == "number":
            return self._number(at, column, shown)
        return shown.text

    def _number(self, at: At, column: Column, shown: Shown) -> str:
        number = float(shown.plain or shown.text)
        if column.is_day:
            serial = shown_number(str(number), "yyyy-mm-dd", is_1904=self.book.is_1904)
            maybe = f" that may be the date {serial.text}" if serial.what == "date" and number > 366 else ""
            return self._lose(
                at, "E-DATE-NUMBER", f"This cell holds the number {shown.text}{maybe}.", "Format the cell as a date."
            )
        if column.kind == "clock" and 0 <= number < 1:
            text = time_text(number, is_typed=False)
            self.report.tell(
                "I-TIME-NUMBER", at, f"The number {shown.text} was read as {text}.", "Format the cell as a time."
            )
            return text
        return shown.plain or shown.text if column.is_number else shown.text

    def _plain(self, name: str, row: int, cell: Stored, column: str = "") -> Shown:
        """Return what a cell shows; blank (and an issue) where that is an error, unknown or not to be shown."""
        at = At(name, row, column)
        if cell.kind == "unknown":
            remedy = "Open the workbook in Excel and save it, so that the result is stored."
            return Shown(self._lose(at, "E-FORMULA", "This cell holds a formula without a result.", remedy))
        if cell.kind == "error":
            error = cell.text if re.fullmatch(r"#[A-Z0-9/!?_]{2,20}", cell.text) else "an error"
            return Shown(
                self._lose(at, "E-CELL-ERROR", f"This cell shows {error}.", "Mend its formula, or type the value.")
            )
        if cell.kind == "number":
            return shown_number(cell.text, cell.code, is_1904=self.book.is_1904)
        if cell.kind == "day":
            return _iso(cell.text)
        if cell.kind == "text" and not is_clean_cell(cell.text, at, self.report):
            return Shown("")
        return Shown(cell.text)

    def _lose(self, at: At, code: str, message: str, remedy: str) -> str:
        self.report.tell(code, at, message, remedy)
        return ""

    def _setting_columns(self, grid: _Grid) -> tuple[int, int, int]:
        """Return the columns of key, value and note; without a header the first two."""
        if _KEY in grid.columns:
            return grid.columns[_KEY], grid.columns.setdefault(_VALUE, 2), grid.columns.get(_NOTE, 0)
        grid.header = 0
        grid.columns = {_KEY: 1, _VALUE: 2}
        return 1, 2, 3

    def _setting(self, name: str, row: int, path: tuple[str, ...], cell: Stored | None) -> Any:
        """Return the value of a setting; None where its cell is blank and it is no table, or cannot be read."""
        form = settingrows.form_of(path)
        if cell is None or not cell.text.strip():
            if cell is not None and cell.kind == "unknown":
                self._plain(name, row, cell, ".".join(path))
            return {} if form == "table" else None
        shown = self._plain(name, row, cell, ".".join(path))
        if not shown.text:
            return None
        if shown.what in ("date", "moment", "time") and form not in ("date", "clock"):
            what = "time" if shown.what == "time" else "date"
            self._lose(
                At(name, row, ".".join(path)),
                "E-CELL-DATE",
                f"This cell holds a {what}, and the setting is none.",
                _RETYPE,
            )
            return None
        if cell.kind == "yes_no" and form not in ("flag", "text"):
            return shown.text == "TRUE"
        return settingrows.value_of(shown, form)

    def _counted(self, table: dict[str, Any], rows: Mapping[str, int]) -> Settings:
        """Return the settings with ``blocks`` as a list, and the row of each key as the reader of settings counts."""
        blocks = table.get("blocks")
        places = dict(rows)
        if isinstance(blocks, dict) and all(isinstance(block, dict) for block in blocks.values()):
            names = settingrows.numbered(blocks)
            table["blocks"] = [blocks[name] for name in names]
            places = {key: row for key, row in rows.items() if not key.startswith("blocks.")}
            for number, name in enumerate(names, 1):
                for key, row in rows.items():
                    if key == f"blocks.{name}" or key.startswith(f"blocks.{name}."):
                        places[f"blocks.{number}{key[len(f'blocks.{name}') :]}"] = row
                        places[f"blocks.{number}"] = min(row, places.get(f"blocks.{number}", row))
            if not blocks:
                del table["blocks"]
        for key, row in rows.items():
            head = key
            while "." in head:
                head = head.rpartition(".")[0]
                places.setdefault(head, row)
        return table, places


def _header_row(name: str, sheet: XlsxSheet) -> int:
    """Return the row that names the columns: the first of ten that names a known one, else the first."""
    numbers = sorted(sheet.rows)[:MAX_ABOVE]
    columns = TABLES[name].names if name in TABLES else ()
    known = {_KEY, *columns}

    def named(number: int) -> int:
        return len({normal_header(cell.text) for cell in sheet.rows[number].values()} & known)

    first = next(iter(numbers), 0)
    if not numbers or named(first):
        return first
    least = 1 if name == SETTINGS_FILE or len(sheet.rows[first]) == 1 else 2
    own = next(iter(columns), "")
    return next(
        (
            number
            for number in numbers
            if named(number) >= least or any(normal_header(cell.text) == own for cell in sheet.rows[number].values())
        ),
        first,
    )


def _iso(text: str) -> Shown:
    """Return a date that the file stores as ISO text."""
    day, _, clock = text.removesuffix("Z").partition("T")
    try:
        date.fromisoformat(day)
    except ValueError:
        return Shown(text)
    return Shown(f"{day} {clock[:5]}", "moment") if clock.strip("0:.") else Shown(day, "date")


def _nth(number: int) -> str:
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")


def is_workbook(path: Path) -> bool:
    """Return whether a clinic is read as a workbook: true for an existing file, and for a path that ends in .xlsx."""
    return path.is_file() or (path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods") and not path.is_dir())
