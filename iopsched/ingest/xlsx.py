"""The cells of an .xlsx file as they are stored: what a library would already have interpreted or passed over.

A reader of our own, because the libraries lose what a director must be told:
which numbers are shown with leading zeros, which formula has no stored
result, what is merged and hidden; and because a workbook comes from
anywhere: nothing is unpacked beyond a limit, no entity is ever resolved.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Literal, TypeVar
from xml.parsers import expat

from iopsched.ingest.report import Fault
from iopsched.ingest.serials import built_in_format

MAX_UNPACKED = 50_000_000
MAX_STORED_ROWS = 150_000
MAX_STORED_CELLS = 800_000

_SAVE_AS = "Open it in the spreadsheet and save it as Excel workbook (.xlsx)."
_SYMPTOMS = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, KeyError, IndexError, ValueError, OverflowError,
    RuntimeError, NotImplementedError, OSError, LookupError,
)  # fmt: skip
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = frozenset({"1", "true"})
_ReaderT = TypeVar("_ReaderT", bound="_Reader")


@dataclass(frozen=True, slots=True)
class Stored:
    """One cell that is not empty: its text or number, and the code of its number format.

    An ``unknown`` cell holds a formula whose result was never stored.
    """

    kind: Literal["text", "number", "yes_no", "error", "day", "unknown"]
    text: str = ""
    code: str = ""


@dataclass(slots=True)
class Sheet:
    """The cells of a sheet by row and column, both from 1; only those that hold something.

    ``is_cut``: the sheet has more rows or cells than are ever read.
    """

    rows: dict[int, dict[int, Stored]] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """One entry of the workbook's list of sheets."""

    name: str
    part: str
    is_hidden: bool


def letters(column: int) -> str:
    """Return what a spreadsheet calls a column: 1 is A, 27 is AA."""
    high, low = divmod(column - 1, 26)
    return (letters(high) if high else "") + chr(ord("A") + low)


class Book:
    """A workbook: its tabs in order, and the cells of any of them.

    Raises
    ------
    Fault
        If these bytes are no workbook that can be read; so does :meth:`sheet`.
    """

    def __init__(self, data: bytes) -> None:
        _refuse_others(data)
        self._unpacked = 0
        with _telling():
            self._zip = zipfile.ZipFile(BytesIO(data))
            names = frozenset(self._zip.namelist())
            _refuse_kinds(names, self._zip)
            if sum(info.file_size for info in self._zip.infolist()) > MAX_UNPACKED:
                raise Fault(
                    "E-FILE-SIZE", "This workbook unpacks to more than 50 MB.", "Remove what is not part of the tables."
                )
            main = next((part for kind, part in self._links("") if kind == "officeDocument"), "xl/workbook.xml")
            self.is_1904 = False
            self.tabs = self._tabs(main)
            parts = dict(self._links(main))
            self._texts = (
                self._read(parts["sharedStrings"], _Texts).found if parts.get("sharedStrings") in names else []
            )
            self._codes = self._read(parts["styles"], _Styles).codes() if parts.get("styles") in names else []

    def sheet(self, tab: Tab) -> Sheet:
        """Return the cells of a sheet."""
        with _telling():
            return self._read(tab.part, lambda: _Cells(self._texts, self._codes)).sheet

    def _tabs(self, main: str) -> list[Tab]:
        found = self._read(main, _Tabs)
        self.is_1904 = found.is_1904
        targets = {key: part for _, part, key in self._relations(main)}
        kinds = {key: kind for kind, _, key in self._relations(main)}
        return [
            Tab(name, targets[key], is_hidden)
            for name, key, is_hidden in found.found
            if kinds.get(key, "") == "worksheet"
        ]

    def _links(self, part: str) -> Iterator[tuple[str, str]]:
        return ((kind, target) for kind, target, _ in self._relations(part))

    def _relations(self, part: str) -> list[tuple[str, str, str]]:
        """Return kind, part and key of everything that a part refers to inside the file."""
        folder, name = posixpath.split(part)
        listing = posixpath.join(folder, "_rels", f"{name}.rels")
        if listing not in self._zip.namelist():
            return []
        return [
            (kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"), key)
            for kind, target, key in self._read(listing, _Relations).found
        ]

    def _read(self, part: str, make: Callable[[], _ReaderT]) -> _ReaderT:
        info = self._zip.getinfo(part)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _damaged()
        reader = make()
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, attributes: reader.start(name.rpartition(":")[2], attributes)
        parser.EndElementHandler = lambda name: reader.end(name.rpartition(":")[2])
        parser.CharacterDataHandler = reader.text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        with self._zip.open(info) as stream:
            while not reader.is_done and (chunk := stream.read(65_536)):
                self._unpacked += len(chunk)
                if self._unpacked > MAX_UNPACKED:
                    raise _damaged()
                parser.Parse(chunk, False)  # noqa: FBT003 - the library's own order
        if not reader.is_done:
            parser.Parse(b"", True)  # noqa: FBT003
        return reader


def _damaged() -> Fault:
    return Fault(
        "E-WORKBOOK",
        "This workbook is damaged.",
        "Open it in Excel, let Excel repair it, and save it under a new name.",
    )


class _telling:  # noqa: N801 - reads as a phrase
    """Turns whatever a damaged file makes the libraries raise into one fault."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        if isinstance(error, _SYMPTOMS):
            raise _damaged() from None


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


def _refuse_kinds(names: frozenset[str], archive: zipfile.ZipFile) -> None:
    if "mimetype" in names and b"opendocument" in archive.read("mimetype")[:200]:
        raise Fault("E-FILE-CONTENT", "This is an OpenDocument file (.ods).", _SAVE_AS)
    if "xl/workbook.bin" in names:
        raise Fault("E-FILE-CONTENT", "This is a binary Excel workbook (.xlsb).", _SAVE_AS)
    if any(name.rpartition("/")[2].casefold() == "vbaproject.bin" for name in names):
        raise Fault("E-FILE-CONTENT", "This workbook holds macros (.xlsm).", _SAVE_AS)
    if not any(name.startswith("xl/") for name in names):
        raise Fault("E-FILE-CONTENT", "This is a zip or Word file, not an Excel workbook.", _SAVE_AS)


def _refuse_doctype(*_: object) -> None:
    raise Fault("E-WORKBOOK", "This workbook holds a document type, which no spreadsheet writes.", _SAVE_AS)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _unescaped(text: str) -> str:
    """Return a text with the characters that XML cannot hold in place of their ``_x000D_``."""
    if "_x" not in text:
        return text
    found = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Reader:
    """Receives one part of the file, element by element."""

    is_done = False

    def start(self, name: str, attributes: Mapping[str, str], /) -> None:
        """Receive the beginning of an element."""

    def end(self, name: str) -> None:
        """Receive the end of an element."""

    def text(self, data: str) -> None:
        """Receive text."""


class _Relations(_Reader):
    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            self.found.append((attributes["Type"].rpartition("/")[2], attributes["Target"], attributes["Id"]))


class _Tabs(_Reader):
    def __init__(self) -> None:
        self.found: list[tuple[str, str, bool]] = []
        self.is_1904 = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "workbookPr":
            self.is_1904 = attributes.get("date1904", "") in _TRUE
        elif name == "sheet":
            key = next((value for key, value in attributes.items() if _local(key) == "id"), "")
            self.found.append((_unescaped(attributes["name"]), key, attributes.get("state", "visible") != "visible"))


class _Texts(_Reader):
    """Shared strings: the runs of each, without reading aids."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._is_text = False
        self._is_aid = False

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._is_aid = True
        elif name == "t":
            self._is_text = not self._is_aid

    def text(self, data: str) -> None:
        if self._is_text:
            self._parts.append(data)

    def end(self, name: str) -> None:
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._is_aid = False
        elif name == "si":
            self.found.append(_unescaped("".join(self._parts)))


class _Styles(_Reader):
    """The number format of every cell style."""

    def __init__(self) -> None:
        self._own: dict[int, str] = {}
        self._numbers: list[int] = []
        self._is_inside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            self._own[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif name == "cellXfs":
            self._is_inside = True
        elif name == "xf" and self._is_inside:
            self._numbers.append(int(attributes.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_inside = False

    def codes(self) -> list[str]:
        """Return the code of each style."""
        return [self._own.get(number, built_in_format(number)) for number in self._numbers]


class _Cells(_Reader):
    """One sheet."""

    def __init__(self, texts: list[str], codes: list[str]) -> None:
        self.sheet = Sheet()
        self._shared = texts
        self._codes = codes
        self._row = 0
        self._column = 0
        self._stored_rows = 0
        self._stored_cells = 0
        self._attributes: Mapping[str, str] = {}
        self._value: list[str] = []
        self._has_formula = False
        self._is_text = False
        self._is_aid = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name == "v" or (name == "t" and not self._is_aid):
            self._is_text = True
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            self._stored_rows += 1
            if attributes.get("hidden", "") in _TRUE:
                self.sheet.hidden_rows.append(self._row)
            self.is_done = self.sheet.is_cut = self._stored_rows > MAX_STORED_ROWS
        elif name == "rPh":
            self._is_aid = True
        elif name == "mergeCell":
            self.sheet.merged.append(attributes["ref"])

    def text(self, data: str) -> None:
        if self._is_text:
            self._value.append(data)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._is_text = False
        elif name == "c":
            self._end_cell()
        elif name == "rPh":
            self._is_aid = False

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._column += 1
        self._attributes = attributes
        self._stored_cells += 1
        if self._stored_cells > MAX_STORED_CELLS:
            self.is_done = self.sheet.is_cut = True

    def _end_cell(self) -> None:
        if reference := self._attributes.get("r"):
            self._column = _column_of(reference)
        if not self._value and not self._has_formula:
            return
        text = "".join(self._value)
        form = self._attributes.get("t", "n")
        if form == "s" and text:
            cell = Stored("text", self._shared[int(text)])
        elif form in ("inlineStr", "str"):
            cell = Stored("text", _unescaped(text))
        elif not text:
            cell = Stored("unknown" if self._has_formula else "text")
        elif form == "b":
            cell = Stored("yes_no", "TRUE" if text.strip() in _TRUE else "FALSE")
        elif form == "e":
            cell = Stored("error", text)
        elif form == "d":
            cell = Stored("day", text)
        else:
            float(text)
            style = int(self._attributes.get("s", "0"))
            code = self._codes[style] if 0 <= style < len(self._codes) else ""
            cell = Stored("number", text.strip(), code)
        if cell.text or cell.kind == "unknown":
            self.sheet.rows.setdefault(self._row, {})[self._column] = cell
        self._value = []
        self._has_formula = False


@lru_cache(maxsize=4096)
def _letters_to_column(name: str) -> int:
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - 64
    return column


def _column_of(reference: str) -> int:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise _damaged()
    return _letters_to_column(match[1])
