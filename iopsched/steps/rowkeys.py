"""Which row of a table a key means."""

from __future__ import annotations

import re
from collections.abc import Mapping

from iopsched.domain.whereabouts import Key
from iopsched.policy.columns import COVERS, EXTRA_TIME, KEEP_APART, KEEP_TOGETHER, NEEDS, PINS, STEPS, TABLES, TIME_OFF
from iopsched.words.wording import plain

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    NEEDS.file: ("participant_id", "service_id"),
    STEPS.file: ("participant_id", "from"),
    TIME_OFF.file: ("kind", "id", "start", "end"),
    EXTRA_TIME.file: ("kind", "id", "start", "end"),
    COVERS.file: ("therapist_id", "covered_by", "from", "until"),
    KEEP_APART.file: ("a", "b"),
    KEEP_TOGETHER.file: ("a", "b"),
    PINS.file: (),
}
_UNORDERED = frozenset({KEEP_APART.file, KEEP_TOGETHER.file})
_NUMBER = re.compile("(?:row )?([0-9]+)")


def numbered(row: int) -> Key:
    """Return the key of a row that is known by its number alone."""
    return (f"row {row}",)


def id_of_row(file: str, row: int, cells: Mapping[str, str]) -> str:
    """Return what a row is called: by its first id, else by its number."""
    columns = ("id",) if file in (TIME_OFF.file, EXTRA_TIME.file) else columns_of_key(file)[:1]
    return "".join(plain(cells.get(column, "")) for column in columns) or numbered(row)[0]


def row_of(file: str, rows: Mapping[int, Mapping[str, str]], key: Key) -> int | None:
    """Return the number of the first row that a key means, None where none is meant.

    A key has the ids of a row in the order of their columns, or as many of the first of them as are needed; or it is
    ``row N`` (:func:`numbered`), for rows that nothing else tells apart.
    """
    key = key[1:] if key[:1] == (file,) else key
    columns = columns_of_key(file)
    for row, cells in rows.items():
        known = tuple(plain(cells.get(column, "")) for column in columns)[: len(key)]
        if (key and known == key) or (file in _UNORDERED and sorted(known) == sorted(key)):
            return row
    match = _NUMBER.fullmatch(key[-1]) if key else None
    return int(match[1]) if match and int(match[1]) in rows else None


def columns_of_key(file: str) -> tuple[str, ...]:
    """Return the columns by which a row of a file is known; none where it has its number only."""
    return _COLUMNS.get(file, TABLES[file].needed[:1])
