"""The mapping file: how a roster was read, as a person can read and correct it, and as the next import reads it again."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from iopsched.errors import Issue
from iopsched.imports.entries import SheetReading
from iopsched.imports.lexicon import WordKind
from iopsched.ingest.row.dates import Order
from iopsched.words.wording import either, plain, quoted

SCHEMA = "iopsched.mapping/1"
SHAPES = ("grid", "appointments", "staff_sheets", "attendees", "calendar")
ORDERS: tuple[Order, ...] = get_args(Order)
WORDS = (WordKind.GROUP, WordKind.SERVICE, WordKind.STAFF, WordKind.ROOM, WordKind.PERSON)
_TOP = ("schema", "shape", "date_order", "sheets", "guessed", "ignored", "tables", *WORDS)
_HEAD = """\
# How `iopsched import` reads this roster. Correct what was guessed wrong and
# import again: the file is read where it lies, or with --mapping. It may hold
# names of people: keep it where the roster is kept.
#
# shape: grid, appointments, staff_sheets, attendees or calendar.
# date_order: mdy (month first) or dmy.
# tables: the row of the header, and what each column is. In a list that is
#   date, day, start, end, time, length, what, group, staff, also_staff, people,
#   first_name, last_name, room, how, status, session or skip; in a grid time,
#   or the day, room or member of staff of the column.
# groups, services, staff, rooms, participants: which id a word of the roster
#   means; "" is not known yet. ignored: words that say nothing.
"""


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How one sheet is read; the header row is 0 where it is to be found."""

    header_row: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RosterMapping:
    """What a mapping file says; whatever it leaves out is recognized. ``file`` is its name, for remedies."""

    file: str = "the mapping file"
    shape: str | None = None
    date_order: Order | None = None
    sheets: tuple[str, ...] | None = None
    tables: Mapping[str, TableMapping] = field(default_factory=dict)
    words: Mapping[WordKind, Mapping[str, str]] = field(default_factory=dict)

    def table(self, sheet: str) -> TableMapping:
        """Return how a sheet is to be read."""
        return self.tables.get(sheet, TableMapping())


def read_mapping(
    data: bytes, file: str, known: Mapping[WordKind, Collection[str]]
) -> tuple[RosterMapping, list[Issue]]:
    """Return a mapping with every fault of its file; ``known`` are the ids of the clinic."""
    issues: list[Issue] = []

    def tell(key: str, message: str, remedy: str) -> None:
        issues.append(Issue(file, 0, key, "E-IMPORT-MAPPING", message, remedy))

    try:
        table: dict[str, Any] = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        tell(
            "", "This file is not written as settings are (TOML).", "Correct it, or delete it to have it written anew."
        )
        return RosterMapping(file), issues
    for key in table.keys() - {*_TOP}:
        tell(
            "",
            f"The key {quoted(key)} is none of a mapping." if key.isidentifier() else "A key is none of a mapping.",
            f"Write one of {either(sorted(_TOP))}.",
        )
    shape = _choice(table, "shape", SHAPES, tell)
    order = _choice(table, "date_order", ORDERS, tell)
    sheets = table.get("sheets")
    if not (sheets is None or (isinstance(sheets, list) and all(isinstance(one, str) for one in sheets))):
        tell("sheets", "This is no list of the names of sheets.", 'Write for example sheets = ["Week"].')
        sheets = None
    words = {kind: dict(_phrases(table, kind, known[kind], tell)) for kind in WORDS}
    ignored = table.get("ignored", [])
    if isinstance(ignored, list) and all(isinstance(one, str) for one in ignored):
        words[WordKind.IGNORED] = dict.fromkeys(ignored, "ignored")
    else:
        tell("ignored", "This is no list of words.", 'Write for example ignored = ["snacks"].')
    order_known = next((one for one in ORDERS if one == order), None)
    names = None if sheets is None else tuple(sheets)
    return RosterMapping(file, shape, order_known, names, _tables(table, tell), words), issues


def order_in(data: bytes) -> Order | None:
    """Return the order of dates that a mapping file names, None where it names none; nothing is told."""
    try:
        found = tomllib.loads(data.decode("utf-8-sig")).get("date_order")
    except (ValueError, RecursionError):
        return None
    return next((order for order in ORDERS if order == found), None)


def _choice(table: Mapping[str, Any], key: str, options: Collection[str], tell: Any) -> str | None:
    value = table.get(key)
    if value in (None, ""):
        return None
    if not isinstance(value, str) or value not in options:
        tell(key, "This is none of the words that may stand here.", f"Write {either(options)}.")
        return None
    return value


def _phrases(table: Mapping[str, Any], kind: WordKind, ids: Collection[str], tell: Any) -> Iterator[tuple[str, str]]:
    rows = table.get(kind, {})
    if not isinstance(rows, dict):
        tell(kind, "This is no table of words.", f'Write [{kind}] and below it lines such as "word" = "id".')
        return
    for number, (phrase, value) in enumerate(rows.items(), 1):
        if value == "":
            continue
        own = plain(value) if isinstance(value, str) else ""
        if own in ids:
            yield phrase, own
        else:
            message = f"The value of line {number} of [{kind}] is no id of the clinic."
            tell(kind, message, 'Write an id, or "" where it is not known; words that say nothing stand in ignored.')


def _tables(table: Mapping[str, Any], tell: Any) -> dict[str, TableMapping]:
    found: dict[str, TableMapping] = {}
    rows = table.get("tables", {})
    for name, row in (rows if isinstance(rows, dict) else {"": None}).items():
        columns = row.get("columns", {}) if isinstance(row, dict) else None
        header = row.get("header_row", 0) if isinstance(row, dict) else None
        is_plain = isinstance(columns, dict) and all(isinstance(value, str) for value in columns.values())
        if not is_plain or not isinstance(header, int) or isinstance(header, bool) or not 0 <= header <= 100_000:
            tell(
                "tables",
                "A table of a sheet is not written as it must be.",
                'Write header_row = 1 and columns = { A = "time" }.',
            )
            continue
        found[name] = TableMapping(header, {key.upper(): value for key, value in (columns or {}).items()})
    return found


def mapping_text(
    shape: str,
    order: Order | None,
    readings: Iterable[SheetReading],
    words: Mapping[WordKind, Mapping[str, str]],
    guesses: Iterable[str],
) -> str:
    """Return the text of a mapping file; phrases that nobody knows have a blank value."""
    rows = [row for row in readings if shape != "calendar"]
    lines = [_HEAD, f"schema = {_text(SCHEMA)}", f"shape = {_text(shape)}"]
    lines += [f"date_order = {_text(order)}"] if order else []
    lines += [f"sheets = {_list(row.sheet for row in rows)}"] if any(row.sheet for row in rows) else []
    lines += [f"ignored = {_list(words.get(WordKind.IGNORED, {}))}", f"guessed = {_list(guesses)}"]
    for row in rows:
        lines += ["", f"[tables.{_text(row.sheet)}]", f"header_row = {row.header_row}"]
        lines += ["", f"[tables.{_text(row.sheet)}.columns]"] if row.columns else []
        lines += [f"{letter} = {_text(what)}" for letter, what in row.columns.items()]
    for kind in WORDS:
        phrases = words.get(kind, {})
        lines += ["", f"[{kind}]", *(f"{_text(phrase)} = {_text(own)}" for phrase, own in sorted(phrases.items()))]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"
