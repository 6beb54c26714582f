"""The settings of a clinic folder, of which one value is replaced, added or taken out; every other byte stays as it is.

No library writes TOML so that remarks, blanks and the order stay. So the line
of a key is changed where it stands. What would come of it is read first: where
anything but the one value would change, nothing is changed, and the line to
type by hand is told.
"""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from iopsched.edits.refusal import refusal
from iopsched.edits.rowwriting import spliced
from iopsched.errors import InputError
from iopsched.ingest.report import Report
from iopsched.ingest.source.settingrows import key_of, toml_value
from iopsched.ingest.source.texts import read_settings
from iopsched.ingest.source.tomllines import key_lines, remark_start
from iopsched.policy.columns import SETTINGS_FILE
from iopsched.policy.setting import Path

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_HEAD = re.compile(r"[ \t]*\[")
_VALUE = re.compile(r"[^=]*=[ \t]*")
_ABSENT = object()
COUNTED = frozenset({"blocks"})
"""Tables of which there are several without a name, counted from 1."""


@dataclass(frozen=True)
class SettingsFile:
    """The text of ``clinic.toml``, and what stands before it where a program wrote a byte order mark."""

    mark: bytes
    text: str = field(repr=False)

    @classmethod
    def of(cls, data: bytes) -> SettingsFile:
        """Return the settings in the bytes of a file.

        Raises
        ------
        InputError
            If they cannot be read.
        """
        report = Report()
        if read_settings(data, SETTINGS_FILE, report) is None:
            raise InputError(report.issues)
        mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        return cls(mark, data[len(mark) :].decode())

    @property
    def data(self) -> bytes:
        """Return the file."""
        return self.mark + self.text.encode()

    def value(self, path: Path) -> Any:
        """Return the written value of a key, None where it is not written; blocks are counted from 1."""
        found = _value_at(tomllib.loads(self.text), path)
        return None if found is _ABSENT else found

    def with_value(self, path: Path, value: Any) -> SettingsFile:
        """Return the file with another value of a key, which is added where it is not written.

        Raises
        ------
        InputError
            If that cannot be done with certainty; it says what to type.
        """
        before = tomllib.loads(self.text)
        expected = with_setting(before, path, value)
        row = key_lines(self.text).get(".".join(path), 0)
        if expected is None:
            raise self._refusal(path, value, row)
        if _value_at(before, path) is not _ABSENT:
            made = self._replaced(row, toml_value(value))
        else:
            made = self._added(path, toml_value(value))
        return self._checked(made, expected, path, value, row)

    def without(self, path: Path) -> SettingsFile:
        """Return the file without a key; where a remark stands behind it, its line becomes a remark."""
        row = key_lines(self.text).get(".".join(path), 0)
        before = tomllib.loads(self.text)
        expected = with_setting(before, path, None)
        if not row or expected is None or _value_at(before, path) is _ABSENT:
            raise self._refusal(path, None, row)
        lines = self._lines
        line = lines[row - 1]
        lines[row - 1] = f"# {line}" if remark_start(line) is not None else ""
        return self._checked("".join(lines), expected, path, None, row)

    @property
    def _lines(self) -> list[str]:
        return _LINE.findall(self.text)

    def _replaced(self, row: int, written: str) -> str:
        lines = self._lines
        line = lines[row - 1] if 0 < row <= len(lines) else ""
        match = _VALUE.match(line)
        if match is None:
            return self.text
        remark = remark_start(line)
        end = match.end() + len(line[match.end() : remark].rstrip())
        lines[row - 1] = spliced(line, match.end(), end, written)
        return "".join(lines)

    def _added(self, path: Path, written: str) -> str:
        """Return the text with one more line behind the last of its table, or with a further table at the end."""
        lines, rows = self._lines, key_lines(self.text)
        line_end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
        head = rows.get(".".join(path[:-1]), 0) if len(path) > 1 else 0
        new = f"{key_of(path[-1:])} = {written}"
        if len(path) > 1 and not (head and _HEAD.match(lines[head - 1])):
            lead = "" if not self.text or self.text.endswith("\n") else line_end
            title = f"[[{path[0]}]]" if path[0] in COUNTED else f"[{key_of(path[:-1])}]"
            return f"{self.text}{lead}{line_end}{title}{line_end}{new}{line_end}"
        end = next((at for at in range(head, len(lines)) if _HEAD.match(lines[at])), len(lines))
        at = next((at for at in range(end, head, -1) if _says_something(lines[at - 1])), head)
        if at and not lines[at - 1].endswith("\n"):
            lines[at - 1] += line_end
        lines.insert(at, new + line_end)
        return "".join(lines)

    def _checked(self, made: str, expected: Mapping[str, Any], path: Path, value: Any, row: int) -> SettingsFile:
        """Return the file with a changed text in which the reader must find these settings."""
        try:
            found: object = tomllib.loads(made)
        except (ValueError, RecursionError):
            found = None
        if found != expected:
            raise self._refusal(path, value, row)
        return SettingsFile.of(self.mark + made.encode())

    @staticmethod
    def _refusal(path: Path, value: Any, row: int) -> InputError:
        message = "This setting stands in a form that cannot be changed from here with certainty."
        line = f"{key_of(path)} = {toml_value(value)}"
        remedy = "Delete its line by hand." if value is None else f"Write by hand: {line}."
        return refusal(SETTINGS_FILE, row, ".".join(path), message, remedy)


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _inner(value: Any, part: str) -> Any:
    if isinstance(value, dict):
        return value.get(part, _ABSENT)
    if isinstance(value, list) and part.isdecimal() and 0 < int(part) <= len(value):
        return value[int(part) - 1]
    return _ABSENT


def _value_at(table: Any, path: Path) -> Any:
    for part in path:
        table = _inner(table, part)
    return table


def with_setting(before: Mapping[str, Any], path: Path, value: Any) -> Mapping[str, Any] | None:
    """Return settings with another value of one, None for none; None where there is no place for it."""
    found = deepcopy(dict(before))
    table: Any = found
    for part in path[:-1]:
        if isinstance(table, dict):
            table.setdefault(part, [] if table is found and part in COUNTED else {})
        elif isinstance(table, list) and part == str(len(table) + 1):
            table.append({})
        table = _inner(table, part)
    if not isinstance(table, dict):
        return None
    if value is None:
        table.pop(path[-1], None)
    else:
        table[path[-1]] = value
    return found
