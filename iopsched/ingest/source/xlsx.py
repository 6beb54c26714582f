"""The cells of an .xlsx file as they are stored, read by openpyxl part by part.

Part by part, since a workbook comes from anywhere: no part is unpacked beyond
a limit or holds a document type, a broken sheet leaves the others alone, and
cells that are merged or styled far beyond the table cost nothing.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any, Literal
from zipfile import ZipFile, ZipInfo

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.cell.text import Text
from openpyxl.packaging.relationship import get_dependents
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import FORMULA_TAG, INLINE_STRING, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from iopsched.ingest.cell.fault import Fault

MAX_PARTS = 10_000
MAX_UNPACKED = 50_000_000
MAX_TAGS = 1_000_000  # about 200,000 cells
LAST_COLUMN = 16_384
MAX_SHOWN = 200

_SAVE_AS = "Open it in the spreadsheet and save it as Excel workbook (.xlsx)."


@dataclass(frozen=True, slots=True)
class Stored:
    """One cell that is not empty: its text or number, and the code of its number format.

    An ``unknown`` cell holds a formula whose result was never stored.
    """

    kind: Literal["text", "number", "yes_no", "error", "day", "unknown"]
    text: str = ""
    code: str = ""


@dataclass(slots=True)
class XlsxSheet:
    """The filled cells of a sheet by row and column, both from 1."""

    rows: dict[int, dict[int, Stored]] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    struck: set[tuple[int, int]] = field(default_factory=set)
    commented: list[tuple[int, int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tab:
    """One entry of the workbook's list of sheets."""

    name: str
    part: str
    is_hidden: bool


class XlsxWorkbook:
    """A workbook: its tabs in order, and the cells of any of them.

    Raises
    ------
    Fault
        If these bytes are no workbook that can be read; so does :meth:`sheet`.
    """

    def __init__(self, data: bytes) -> None:
        _refuse_others(data)
        with _telling():
            self._archive = _Archive(BytesIO(data))
            _refuse_kinds(self._archive)
            reader = ExcelReader(BytesIO(data), keep_links=False)
            reader.archive = self._archive
            reader.read_manifest()
            reader.read_workbook()
            apply_stylesheet(self._archive, reader.wb)
            self._looks = reader.wb.create_sheet()
            fonts, styles = vars(reader.wb)["_fonts"], vars(reader.wb)["_cell_styles"]
            self._struck = {at for at, style in enumerate(styles) if fonts[style.fontId].strike}
            self.is_1904 = reader.wb.epoch == CALENDAR_MAC_1904
            self.tabs = [
                Tab(_unescaped(sheet.name), link.target, sheet.state != "visible")
                for sheet, link in reader.parser.find_sheets()
                if link.Type.endswith("/worksheet")
            ]
            if not self.tabs:
                raise Fault("E-FILE-CONTENT", "This workbook has no sheets, or was saved as Strict Open XML.", _SAVE_AS)
            part = next(reader.package.findall(SHARED_STRINGS), None)
            self._texts = self._shared(part.PartName.lstrip("/")) if part else []

    def code_of(self, style: str | None) -> str:
        """Return the code of the number format of a style, by its number in the file; None is the ordinary one."""
        cell = ReadOnlyCell(self._looks, 1, 1, 0, "n", int(style or 0))
        return str(cell.number_format)

    def sheet(self, tab: Tab) -> XlsxSheet:
        """Return the cells of a sheet."""
        found = XlsxSheet()
        with _telling():
            parser = _Parser(self._archive.open(tab.part), self._texts, data_only=True)
            for _, cells in parser.parse():
                for cell in cells:
                    if cell["column"] > LAST_COLUMN:
                        raise _damaged()
                    if (stored := self._stored(cell)) is not None:
                        found.rows.setdefault(cell["row"], {})[cell["column"]] = stored
                        if cell["style_id"] in self._struck or isinstance(cell["value"], _StruckText):
                            found.struck.add((cell["row"], cell["column"]))
            looks = parser.row_dimensions.items()
            found.hidden_rows = [int(row) for row, look in looks if look.get("hidden") in ("1", "true")]
            found.hidden_columns = [
                column
                for look in parser.column_dimensions.values()
                if look.get("hidden") in ("1", "true")
                for column in range(int(look["min"]), min(int(look["max"]), int(look["min"]) + MAX_SHOWN) + 1)
            ]
            found.commented = self._commented(tab)
            found.merged = [cells.coord for cells in parser.merged_cells.mergeCell] if parser.merged_cells else []
        return found

    def _commented(self, tab: Tab) -> list[tuple[int, int]]:
        """Return row and column of each cell with a comment."""
        folder, _, file = tab.part.rpartition("/")
        rels = f"{folder}/_rels/{file}.rels"
        if rels not in self._archive.namelist():
            return []
        parts = [link.target for link in get_dependents(self._archive, rels) if link.Type.endswith("/comments")]
        nodes = (node for part in parts for _, node in iterparse(self._archive.open(part)))
        return sorted(
            coordinate_to_tuple(node.get("ref")) for node in nodes if node.tag == f"{{{SHEET_MAIN_NS}}}comment"
        )

    def _stored(self, cell: dict[str, Any]) -> Stored | None:
        match cell["data_type"], cell["value"]:
            case "f", _:
                return Stored("unknown")
            case _, None | "":
                return None
            case "n", value:
                return Stored("number", str(value), ReadOnlyCell(self._looks, **cell).number_format)
            case "b", value:
                return Stored("yes_no", str(value).upper())
            case "d", value:
                return Stored("day", value.isoformat())
            case kind, value:
                return Stored("error" if kind == "e" else "text", _unescaped(value))

    def _shared(self, part: str) -> list[str]:
        """Return the texts that sheets refer to; openpyxl's own list would take their escapes for text."""
        nodes = (node for _, node in iterparse(self._archive.open(part)) if node.tag == f"{{{SHEET_MAIN_NS}}}si")
        return [_text_of(node) for node in nodes]


class _StruckText(str):
    """A text of which every part is struck out by its own look, whatever the cell's is."""

    __slots__ = ()


def _text_of(node: Any) -> str:
    """Return the text of a node, blank where it has none."""
    text = Text.from_tree(node)
    if text is None:
        return ""
    runs = [run for run in text.r or () if run.t and run.t.strip()]
    is_struck = bool(runs) and all(run.rPr is not None and run.rPr.strike for run in runs)
    return _StruckText(text.content) if is_struck else str(text.content)


class _Archive(ZipFile):
    """The parts of a workbook, none of which is handed out unjudged."""

    tags = 0

    def open(self, name: str | ZipInfo, *_: Any, **__: Any) -> IO[bytes]:
        with super().open(name) as stream:
            data = stream.read(MAX_UNPACKED)  # not more, whatever size the file claims
        if b"<!DOCTYPE" in data.replace(b"\0", b""):
            raise Fault("E-WORKBOOK", "This workbook holds a document type, which no spreadsheet writes.", _SAVE_AS)
        tags = data.count(b"<")
        if self.tags + tags > MAX_TAGS:
            raise Fault("E-ROWS-MANY", "There are more rows or cells here than are read.", "Delete empty rows.")
        self.tags += tags
        return BytesIO(data)


class _Parser(WorkSheetParser):
    """Reads results, and tells formulas that have none; numbers stay as stored, since it is told of no date formats."""

    def parse_cell(self, element: Any) -> dict[str, Any]:
        cell: dict[str, Any] = super().parse_cell(element)
        if cell["value"] is None and cell["data_type"] != "str" and element.find(FORMULA_TAG) is not None:
            cell["data_type"] = "f"
        if (inline := element.find(INLINE_STRING)) is not None and cell["value"]:
            cell["value"] = _text_of(inline)
        return cell


def _damaged() -> Fault:
    return Fault(
        "E-WORKBOOK",
        "This workbook is damaged.",
        "Open it in Excel, let Excel repair it, and save it under a new name.",
    )


@contextmanager
def _telling() -> Iterator[None]:
    """Turn whatever openpyxl stumbles over into one fault, and leave what it merely passes over unsaid."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except Fault:
            raise
        except Exception:  # noqa: BLE001 - of any kind; and its text may hold a cell
            raise _damaged() from None


def _unescaped(text: str) -> str:
    """Return a text with the characters that XML cannot hold in place of their ``_x000D_``."""
    return unescape(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _refuse_others(data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Fault(
                "E-FILE-CONTENT",
                "This workbook is locked with a password.",
                "Remove the password in Excel (File, Info, Protect Workbook) and save it.",
            )
        raise Fault("E-FILE-CONTENT", "This is an old Excel workbook (.xls).", _SAVE_AS)
    if not data:
        raise Fault("E-FILE-EMPTY", "This file is empty.", "Save the workbook again.")
    if not data.startswith(b"PK\x03\x04"):
        raise Fault(
            "E-FILE-CONTENT",
            "This is not an Excel workbook (.xlsx).",
            f"{_SAVE_AS} Of a clinic folder name the folder, not a file in it.",
        )


def _refuse_kinds(archive: ZipFile) -> None:
    names = frozenset(archive.namelist())
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
        raise Fault("E-FILE-CONTENT", "This is an OpenDocument file (.ods).", _SAVE_AS)
    if "xl/workbook.bin" in names:
        raise Fault("E-FILE-CONTENT", "This is a binary Excel workbook (.xlsb).", _SAVE_AS)
    if any(name.rpartition("/")[2].casefold() == "vbaproject.bin" for name in names):
        raise Fault("E-FILE-CONTENT", "This workbook holds macros (.xlsm).", _SAVE_AS)
    if not any(name.startswith("xl/") for name in names):
        raise Fault("E-FILE-CONTENT", "This is a zip or Word file, not an Excel workbook.", _SAVE_AS)
    if len(names) > MAX_PARTS or sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
        raise Fault(
            "E-FILE-SIZE", "This workbook unpacks to more than 50 MB.", "Remove what is not part of the tables."
        )
