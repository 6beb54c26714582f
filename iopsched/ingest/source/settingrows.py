"""The settings as rows of key and value, as a workbook's sheet ``clinic`` has them, and as TOML: the same tables.

A key is the dotted key of ``clinic.toml``; entries of ``blocks`` are counted,
as in ``blocks.1.start``. A cell has no quotation marks and no brackets, so
what its text means follows from the key.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from typing import Any, Literal

from iopsched.ingest.source.serials import Shown, time_text
from iopsched.ingest.source.tomllines import is_too_deep, lines_of, remark_of
from iopsched.policy.setting import ANY, Path
from iopsched.policy.settings import SETTINGS

Form = Literal["text", "texts", "wholes", "flag", "clock", "date", "number", "table", "unknown"]


def any_of(path: Path) -> Path:
    """Return the path with any name for all parts but the first."""
    return (*path[:1], *(ANY for _ in path[1:]))


FORMS: Mapping[Path, Form] = {
    **{any_of(setting.path): setting.form for setting in SETTINGS if setting.form == "number"},
    **{any_of(setting.path[:parts]): "table" for setting in SETTINGS for parts in range(1, len(setting.path))},
    **{setting.path: setting.form for setting in SETTINGS},
}
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{1,9}\.[0-9]{1,9}")
_YES, _NO = frozenset({"yes", "true", "y", "1"}), frozenset({"no", "false", "n", "0"})
NOTHING = "none"


def form_of(path: Path) -> Form:
    """Return what the value of a key is."""
    for known in (path, (*path[:1], ANY, *path[2:]), any_of(path)):
        if known in FORMS and len(known) == len(path):
            return FORMS[known]
    return "unknown"


def path_of(key: str) -> Path:
    """Return the parts of a dotted key; a part with other signs stands between quotation marks, as in TOML.

    A key of more parts than any setting has is one blank part.
    """
    if is_too_deep(key):
        return ("",)
    if '"' in key or "'" in key:
        try:
            found: object = tomllib.loads(f"{key} = 0")
        except (ValueError, RecursionError):
            return tuple(part.strip() for part in key.split("."))
        path: list[str] = []
        while isinstance(found, dict) and len(found) == 1:
            name, found = next(iter(found.items()))
            path.append(name)
        return tuple(path)
    return tuple(part.strip() for part in key.split("."))


def key_of(path: Path) -> str:
    """Return a dotted key."""
    return ".".join(part if _BARE.fullmatch(part) else _quoted(part) for part in path)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def value_of(shown: Shown, form: Form) -> Any:
    """Return the value of a cell; what does not fit the form stays a text, of which the reader of settings tells."""
    text = shown.text.strip()
    plain = shown.plain or text
    match form:
        case "number":
            return _number(plain)
        case "flag":
            low = plain.casefold()
            return low in _YES if low in _YES | _NO else text
        case "clock":
            is_fraction = shown.what == "number" and 0 <= float(plain) < 1
            return time_text(float(plain), is_typed=False) if is_fraction else text
        case "date":
            return _date(text)
        case "texts" | "wholes":
            return _items(plain, form)
        case "unknown":
            return _number(plain) if shown.what == "number" else text
        case _:
            return text


def _number(text: str) -> int | float | str:
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _date(text: str) -> date | str:
    try:
        return date.fromisoformat(text) if len(text) == 10 else text
    except ValueError:
        return text


def _items(text: str, form: Form) -> list[Any]:
    if text.startswith("[") and not is_too_deep(text):
        try:
            found = tomllib.loads(f"x = {text}")["x"]
        except (ValueError, RecursionError):
            return [text]
        return found if isinstance(found, list) else [text]
    if text.casefold() == NOTHING:
        return []
    parts = [part.strip() for part in re.split("[;,]", text) if part.strip()]
    return [_number(part) for part in parts] if form == "wholes" else list(parts)


def tables_of(rows: Iterable[tuple[Path, Any]]) -> tuple[dict[str, Any], list[Path]]:
    """Return nested tables, and the paths that cannot stand beside those before them."""
    table: dict[str, Any] = {}
    misfits = []
    for path, value in rows:
        inner: Any = table
        for part in path[:-1]:
            inner = inner.setdefault(part, {}) if isinstance(inner, dict) else None
        if not isinstance(inner, dict) or (
            path[-1] in inner and not (value == {} and isinstance(inner[path[-1]], dict))
        ):
            misfits.append(path)
        elif path[-1] not in inner:
            inner[path[-1]] = value
    return table, misfits


def numbered(blocks: Mapping[str, Any]) -> list[str]:
    """Return the names of counted entries in their order: by number, then as they stand."""
    return sorted(blocks, key=lambda name: (0, int(name)) if re.fullmatch("[0-9]{1,9}", name) else (1, 0))


def rows_of(table: Mapping[str, Any], above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield path and value of every setting in the order of the file; an empty table is a row of its own."""
    for name, value in table.items():
        path = (*above, name)
        if isinstance(value, Mapping):
            yield from rows_of(value, path) if value else ((path, {}),)
        elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            for number, item in enumerate(value, 1):
                yield from rows_of(item, (*path, str(number))) if item else (((*path, str(number)), {}),)
        else:
            yield path, value


def cell_of(value: Any, form: Form) -> str | int | float | bool | date:
    """Return what a cell holds for a value, so that :func:`value_of` gives it back."""
    if isinstance(value, bool) and form == "flag":
        return "yes" if value else "no"
    if isinstance(value, time):
        return value.isoformat("minutes") if not value.second else value.isoformat()
    if isinstance(value, str | bool | int | float | date):
        return value
    if isinstance(value, list):
        simple = "; ".join(map(str, value)) or NOTHING
        return simple if value_of(Shown(simple), form) == value else toml_value(value)
    return toml_value(value)


def toml_of(table: Mapping[str, Any], notes: Mapping[str, str]) -> str:
    """Return the settings as TOML; ``notes`` are remarks by dotted key, each put behind its line."""
    lines = list(_toml_lines(table, (), (), notes))
    return "\n".join(lines).lstrip("\n") + "\n"


def _toml_lines(table: Mapping[str, Any], path: Path, shown: Path, notes: Mapping[str, str]) -> Iterator[str]:
    inner = {name: value for name, value in table.items() if isinstance(value, Mapping)}
    lists = {
        name: value
        for name, value in table.items()
        if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value)
    }
    for name, value in table.items():
        if name not in inner and name not in lists:
            yield _noted(f"{key_of((name,))} = {toml_value(value)}", notes.get(".".join((*path, name)), ""))
    for name, value in table.items():
        if name in lists:
            for number, item in enumerate(value, 1):
                note = notes.get(".".join((*path, name, str(number))), "")
                yield "\n" + _noted(f"[[{key_of((*shown, name))}]]", note)
                yield from _toml_lines(item, (*path, name, str(number)), (*shown, name), notes)
        elif name in inner:
            if not value or any(not isinstance(item, Mapping) for item in value.values()):
                yield "\n" + _noted(f"[{key_of((*shown, name))}]", notes.get(".".join((*path, name)), ""))
            yield from _toml_lines(value, (*path, name), (*shown, name), notes)


def _noted(line: str, note: str) -> str:
    return f"{line}  # {' '.join(note.split())}" if note.strip() else line


def toml_value(value: Any) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key_of((name,))} = {toml_value(item)}" for name, item in value.items()) + "}"
    return value.isoformat() if isinstance(value, date | time) else repr(value)


def notes_of(text: str, lines: Mapping[str, int]) -> dict[str, str]:
    """Return the remark behind the line of each dotted key of a TOML text."""
    rows = lines_of(text)
    found = {key: remark_of(rows[number - 1]) for key, number in lines.items() if 0 < number <= len(rows)}
    return {key: note for key, note in found.items() if note}
