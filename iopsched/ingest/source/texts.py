"""The text in the bytes of a file, its rows and settings, with every doubt about them told."""

from __future__ import annotations

import codecs
import csv
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from iopsched.ingest.report import At, Report
from iopsched.ingest.source.tomllines import is_too_deep, key_lines, lines_of
from iopsched.words.formulas import unguard
from iopsched.words.wording import escaped, plain, quoted

MAX_TOLD = 50
Numbered = tuple[int, list[str]]
"""The number of a row as a spreadsheet counts, and its cells."""
Settings = tuple[Mapping[str, Any], Mapping[str, int]]
"""Settings as a TOML file has them, and the row of every dotted key."""

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
_BEHIND = re.compile(r'"[^\S\r\n]')
_SEP = re.compile(r"sep=(.)\r?\n?|sep=(.)\r", re.IGNORECASE)
_CURLY = "\u201c\u201d\u201e\u2018\u2019"
_COMMA = re.compile(r"=\s*[0-9]+,[0-9]+\s*(#.*)?$")
# A quoted cell and the blanks behind it. Cells are taken from left to right, so that none begins inside another.
_QUOTED = r"""(?P<cell>(?:\A|[{0}\r\n])[^\S\r\n{0}]*"(?:[^"]|"")*+")[^\S\r\n{0}]*+(?=[{0}\r\n]|\Z)"""
_MANY_DIGITS = re.compile(r"[0-9_]{100,}")


def read_settings(data: bytes, file: str, report: Report) -> Settings | None:
    """Return the settings of a TOML file, None where it has none that can be read."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        report.tell("E-ENCODING", At(file), "This file is not UTF-8.", "Save it as UTF-8 text.")
        return None
    if deep := next((row for row, line in enumerate(lines_of(text), 1) if is_too_deep(line)), 0):
        message = "A key of this line has more parts than any setting."
        report.tell("E-TOML", At(file, deep), message, "Delete the line, or write the key of a setting, such as name.")
        return None
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # tomllib lets numbers of 5,000 digits and deep lists through
        match = re.search(r"line (\d+)", str(error))
        row = int(match[1]) if match else _long_number(text)
        lines = lines_of(text)
        report.tell("E-TOML", At(file, row), *_toml_fault(lines[row - 1] if 0 < row <= len(lines) else "", str(error)))
        return None
    return _plain_settings(table), {plain(key): line for key, line in key_lines(text).items()}


def _plain_settings(value: Any) -> Any:
    """Return settings whose keys and texts are plain; names that are only shown stay as they are."""
    if isinstance(value, dict):
        return {plain(key): item if key == "name" else _plain_settings(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain_settings(item) for item in value]
    return plain(value) if isinstance(value, str) else value


def _long_number(text: str) -> int:
    return next((row for row, line in enumerate(lines_of(text), 1) if _MANY_DIGITS.search(line)), 0)


def _toml_fault(line: str, error: str) -> tuple[str, str]:
    """Return message and remedy for a line that is no TOML."""
    if any(sign in line for sign in _CURLY):
        return "This line has curly quotation marks.", 'Write straight ones, such as name = "Riverbend".'
    if _COMMA.search(line):
        return "This line has a number with a decimal comma.", "Write a point, such as 4.5."
    if _MANY_DIGITS.search(line):
        return "This line has a number that is too large.", "Check the number."
    if "overwrite" in error or "twice" in error or "declare" in error or "extend" in error:
        what = "table" if line.lstrip().startswith("[") else "setting"
        key = quoted(line.partition("=")[0].strip())
        return f"The {what} {key} stands here for the second time.", f"Write each {what} once; join the two."
    return (
        "This line is not written as settings are (TOML).",
        'Write key = value; put texts between quotation marks, such as name = "Riverbend".',
    )


def split_rows(text: str, at: At, report: Report) -> Iterator[Numbered | None]:
    """Yield number and cells of each row, None at the end where the rest cannot be read."""
    begin, delimiter = opening_of(text, at, report)
    number = 0
    if not delimiter:
        yield None
        return
    stream = io.StringIO(without(text, blanks_behind(text, delimiter), begin), newline="")
    try:
        for number, cells in enumerate(csv.reader(stream, delimiter=delimiter, skipinitialspace=True, strict=True), 1):
            yield number, [unguard(cell) for cell in cells]
    except csv.Error as error:
        _tell_csv_error(str(error), At(at.file, number + 1), report)
        yield None


def opening_of(text: str, at: At, report: Report) -> tuple[int, str]:
    """Return where the first row of a table begins and which sign separates its cells, blank where that is in doubt."""
    if match := _SEP.match(text):
        report.tell("I-SEP-LINE", at, "The first line 'sep=' names the separator and was left out.", "")
        return match.end(), match[1] or match[2]
    return 0, _delimiter(text, at, report)


def blanks_behind(text: str, delimiter: str) -> list[tuple[int, int]]:
    """Return begin and end of the blanks behind each quoted cell, which are no part of it."""
    if not _BEHIND.search(text):
        return []
    return [(found.end("cell"), found.end()) for found in re.finditer(_QUOTED.format(re.escape(delimiter)), text)]


def without(text: str, spans: Iterable[tuple[int, int]], begin: int = 0) -> str:
    """Return the text from ``begin`` on without these spans, which follow one another."""
    edges = [begin, *(edge for span in spans if span[0] >= begin for edge in span), len(text)]
    return "".join(text[first:last] for first, last in zip(edges[::2], edges[1::2], strict=True))


def _tell_csv_error(error: str, at: At, report: Report) -> None:
    if "field larger" in error:
        report.tell("E-CELL-LONG", at, "A cell of this row is longer than 131,072 characters.", "Shorten it.")
    elif "expected after" in error:
        report.tell(
            "E-QUOTE-AFTER",
            at,
            "Text follows a closing quotation mark in this row.",
            'Write a quotation mark inside a quoted cell twice: "".',
        )
    else:
        report.tell(
            "E-QUOTE-OPEN",
            at,
            "A quotation mark opens in this row and never closes.",
            "Add the closing one or delete it.",
        )


def _delimiter(text: str, at: At, report: Report) -> str:
    lines = islice((line for line in io.StringIO(text) if line.strip()), 10)
    bare = next((bare for line in lines if re.search("[,;\t|]", bare := re.sub('"[^"]*"', "", line))), "")
    counts = {sign: bare.count(sign) for sign in (",", ";", "\t")}
    best = max(counts.values())
    leaders = [sign for sign, count in counts.items() if count == best]
    if best == 0 and "|" in bare:
        report.tell("E-DELIMITER", At(at.file, 1), "The columns are separated by '|'.", "Separate them by commas.")
        return ""
    if best and len(leaders) > 1:
        report.tell(
            "E-DELIMITER",
            At(at.file, 1),
            "The header uses two separators equally often.",
            "Separate the columns by commas only.",
        )
        return ""
    return leaders[0] if best else ","


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
        report.tell("E-ENCODING", At(file, row), f"The byte {data[error.start]:#04x} is not a letter.", _SAVE)
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


def is_clean_cell(text: str, at: At, report: Report) -> bool:
    """Tell of characters that no cell should hold; return whether the cell can be read."""
    match = _FORBIDDEN.search(text)
    if match is not None and match[0] == "\0":
        report.tell("E-NUL", at, "This cell holds a NUL character.", "Type the cell again by hand.")
        return False
    if match is not None:
        message = f"This cell holds the invisible control character {escaped(match[0])}."
        report.tell("E-CONTROL", at, message, "Type the cell again by hand.")
    if _DOUBLE.search(text):
        report.tell(
            "W-ENCODING-TWICE",
            at,
            "Letters of this cell look as if they had been saved twice in the wrong encoding.",
            "Type its special letters again.",
        )
    return True
