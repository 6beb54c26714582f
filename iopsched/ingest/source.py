"""Bytes of a folder, read once, and the text in them, with every doubt about both told."""

from __future__ import annotations

import codecs
import hashlib
import re
import stat
from itertools import islice
from pathlib import Path

from iopsched.ingest.report import At, Report
from iopsched.ingest.words import escaped, quoted

MAX_BYTES = 10_000_000
MAX_TOLD = 50

_KINDS = (
    (b"PK\x03\x04", "a workbook or zip file", "Open it in the spreadsheet and save it as CSV UTF-8."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Open it in the spreadsheet and save it as CSV UTF-8."),
    (b"%PDF", "a PDF file", "Export the table as CSV UTF-8."),
    (b"\x1f\x8b", "a compressed file", "Unpack it first."),
)
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|table|head|body|div|script)", re.IGNORECASE)
_JSON = re.compile(rb"\s*(\{\s*[\"}]|\[\s*[\[{\"])")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_DOUBLE = re.compile(
    "[\u00c2\u00c3][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u2013-\u2122]|\u00e2\u20ac"
)
_LINE_END = re.compile("\r\n|\r|\n")
_SAVE = "Save it as CSV UTF-8."


class Folder:
    """A clinic or schedule folder whose files are read at most once."""

    def __init__(self, path: Path, report: Report, prefix: str = "") -> None:
        self.path = path
        self.report = report
        self.prefix = prefix
        self._read: dict[str, bytes] = {}

    def exists(self, name: str) -> bool:
        """Return whether there is anything of this name, readable or not."""
        return (self.path / name).exists() or (self.path / name).is_symlink()

    def renaming(self, name: str) -> str:
        """Return how to mend the name of a file that stands here as ``NAME.txt`` or in other letters, or nothing."""
        if not self.path.is_dir():
            return ""
        near = (f"{name}.", name.rpartition(".")[0] + ".txt")
        for other in sorted(path.name for path in self.path.iterdir()):
            low = other.casefold()
            if low == name or low.startswith(near[0]) or low == near[1]:
                return f"Rename {quoted(other)} to {name}."
        return ""

    def data(self, name: str) -> bytes | None:
        """Return the bytes of a file that exists, None (and an issue) where they cannot be had."""
        at, path = At(self.prefix + name), self.path / name
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                self.report.tell("E-FILE-KIND", at, "This is not a regular file.", "Put a file of this name there.")
                return None
            if path.is_symlink() and not path.resolve().is_relative_to(self.path.resolve()):
                self.report.tell(
                    "W-FILE-LINK", at, "This is a link to a file outside the folder.", "Copy the file here."
                )
            with path.open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        except PermissionError:
            self.report.tell("E-FILE-ACCESS", at, "You may not read this file.", "Ask for permission to read it.")
            return None
        except OSError:
            self.report.tell(
                "E-FILE-ACCESS", at, "This file cannot be read.", "Check that it is there and not damaged."
            )
            return None
        if len(data) > MAX_BYTES:
            self.report.tell(
                "E-FILE-SIZE", at, "This file is larger than 10 MB.", "Remove what is not part of the table."
            )
            return None
        self._read[name] = data
        return data

    def sha256(self) -> str:
        """Return the hash over name, length and bytes of every file read, sorted by name."""
        digest = hashlib.sha256()
        for name, data in sorted(self._read.items()):
            digest.update(f"{name}\0{len(data)}\0".encode())
            digest.update(data)
        return digest.hexdigest()


def text_of(data: bytes, file: str, report: Report) -> str | None:
    """Return the text of a CSV file, None where it has none that can be read."""
    at = At(file)
    for start, what, remedy in _KINDS:
        if data.startswith(start):
            report.tell("E-FILE-CONTENT", at, f"This is {what}, not a CSV file.", remedy)
            return None
    if _MARKUP.match(data[:1000]):
        report.tell(
            "E-FILE-CONTENT", at, "This is a web page or XML file, not a CSV file.", "Export the table as CSV UTF-8."
        )
        return None
    if _JSON.match(data[:1000]):
        report.tell("E-FILE-CONTENT", at, "This is a JSON file, not a CSV file.", "Export the table as CSV UTF-8.")
        return None
    text = _decoded(data, file, report)
    if text is None:
        return None
    return text if _is_clean(text, file, report) else None


def _decoded(data: bytes, file: str, report: Report) -> str | None:
    """Climb the ladder: a byte order mark, then strict UTF-8, then cp1252."""
    at = At(file)
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        report.tell("E-ENCODING", at, "This file is written in UTF-32.", _SAVE)
        return None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            report.tell("E-ENCODING", at, "This file begins as UTF-16 and then is damaged.", _SAVE)
            return None
        report.tell("I-ENCODING", at, "This file is written in UTF-16 and was read as such.", _SAVE)
        return text
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        return _from_cp1252(data, file, report)


def _from_cp1252(data: bytes, file: str, report: Report) -> str | None:
    lines = data.splitlines()
    broken = next(row for row, line in enumerate(lines, 1) if not _is_utf8(line))
    mixed = next((row for row, line in enumerate(lines, 1) if _is_utf8(line) and not line.isascii()), None)
    if mixed is not None:
        report.tell(
            "E-ENCODING-MIXED",
            At(file, broken),
            f"This row is written in another encoding than row {mixed}.",
            "Type its special letters again, then save it as CSV UTF-8.",
        )
        return None
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        row = len(data[: error.start].splitlines()) or 1
        report.tell("E-ENCODING", At(file, row), f"The byte {data[error.start]:#04x} stands for no letter.", _SAVE)
        return None
    report.tell("W-ENCODING", At(file), "This file is not UTF-8; it was read as Windows text (cp1252).", _SAVE)
    return text


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_clean(text: str, file: str, report: Report) -> bool:
    """Tell of characters that no table should hold; return whether the text can be split into cells."""
    rows: dict[int, str] = {}
    if _FORBIDDEN.search(text):
        lines = enumerate(_LINE_END.split(text), 1)
        found = ((row, match[0]) for row, line in lines if (match := _FORBIDDEN.search(line)))
        rows = dict(islice(found, MAX_TOLD))
    for row, character in rows.items():
        if character == "\0":
            report.tell(
                "E-NUL", At(file, row), "This row holds a NUL character.", f"The file is damaged or not text. {_SAVE}"
            )
        else:
            report.tell(
                "E-CONTROL",
                At(file, row),
                f"This row holds the invisible control character {escaped(character)}.",
                "Type the cell again by hand.",
            )
    if twice := _DOUBLE.search(text):
        report.tell(
            "W-ENCODING-TWICE",
            At(file, _row_at(text, twice.start())),
            "Letters of this row look as if they had been saved twice in the wrong encoding.",
            "Type its special letters again, then save as CSV UTF-8.",
        )
    if re.search("\r(?!\n)", text):
        report.tell("I-LINE-ENDS", At(file), "The line ends are of an old or mixed kind and were mended.", _SAVE)
    return "\0" not in text


def _row_at(text: str, position: int) -> int:
    return len(_LINE_END.findall(text, 0, position)) + 1
