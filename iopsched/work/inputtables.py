"""What the tables of a clinic hold, as a page shows them to be typed into: columns, cells, words to choose from, faults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from iopsched import ingest
from iopsched.edits.clinictables import ClinicTables, FolderTables
from iopsched.edits.tablechange import TableChange, TableLayout
from iopsched.errors import InputError, Issue
from iopsched.ingest.cell.days import FULL_DAYS
from iopsched.ingest.privacy import ClinicWords, is_full_name, looks_like_name
from iopsched.ingest.source.tables import TERMS, letters, normal_header
from iopsched.policy.column import UNKNOWN, Column, TableKind
from iopsched.policy.columns import SETTINGS_FILE, TABLES
from iopsched.policy.presets import preset_table
from iopsched.words.wording import nearest

MOST_OFFERED = 2_000
_CHOSEN = ("choice", "setting", "yes_no")
NO_TABLES = FolderTables({})


@dataclass(frozen=True, slots=True)
class CellFault:
    """A fault of the input with its table, and the place of its column, None where it is about no cell."""

    table: str
    place: int | None
    issue: Issue

    @property
    def row(self) -> int:
        """Return the row, 0 where it is about none."""
        return self.issue.row


@dataclass(frozen=True, slots=True)
class InputColumn:
    """A column as a table has it: its place, its header as written, and what is declared of it."""

    place: int
    name: str
    header: str
    column: Column
    file: str = ""

    @property
    def is_known(self) -> bool:
        """Return whether anybody reads it."""
        return self.column is not UNKNOWN


@dataclass(frozen=True)
class InputTable:
    """A table of a clinic; without a layout there is none, or its cells cannot be told apart, and ``trouble`` says why."""

    kind: TableKind
    layout: TableLayout | None
    trouble: Issue | None = None

    @cached_property
    def columns(self) -> tuple[InputColumn, ...]:
        """Return its columns in their order, also those that nobody reads."""
        if self.layout is None:
            return ()
        width = max(map(len, (self.layout.names, *self.layout.rows.values())))
        names = [*self.layout.names, *[""] * width]
        headers = [*self.layout.header, *[""] * width]
        return tuple(
            InputColumn(
                at, names[at], headers[at], self.kind.column(names[at]) if names[at] else UNKNOWN, self.kind.file
            )
            for at in range(width)
        )

    @property
    def lacking(self) -> tuple[Column, ...]:
        """Return the known columns that the table does not have."""
        there = {column.name for column in self.columns}
        return tuple(column for column in self.kind.columns if column.name not in there)

    @property
    def rows(self) -> Mapping[int, Sequence[str]]:
        """Return the cells of each filled row, by its number."""
        return {} if self.layout is None else self.layout.rows


@dataclass(frozen=True)
class InputView:
    """All tables of a clinic as they are written, sound or not. Without ``shows_names`` no cell is shown that may be a name."""

    tables: ClinicTables = field(repr=False)
    shows_names: bool = False
    _read: dict[str, InputTable] = field(default_factory=dict, repr=False)
    _strange: dict[tuple[str, str], bool] = field(default_factory=dict, repr=False)

    def has(self, file: str) -> bool:
        """Return whether there is such a table."""
        return self.tables.has(file)

    def table(self, file: str) -> InputTable:
        """Return a table by the name of its file."""
        if file not in self._read:
            self._read[file] = self._table(file)
        return self._read[file]

    def _table(self, file: str) -> InputTable:
        if not self.tables.has(file):
            return InputTable(TABLES[file], None)
        try:
            return InputTable(TABLES[file], self.tables.layout(file))
        except InputError as error:
            return InputTable(TABLES[file], None, error.issues[0])

    def is_hidden(self, column: InputColumn, text: str) -> bool:
        """Return whether a cell must not be shown: it may say who somebody is, and names are off."""
        if self.shows_names or not text:
            return False
        if column.column.is_private:
            return True
        kind = column.column.kind
        if kind == "id":
            return is_full_name(text)
        if kind == "label" or (kind == "text" and column.file in TERMS):  # of tables without people
            return False
        if kind == "text":  # the clinic's own words: only what has the form of a name may be one
            return looks_like_name(text) and bool(self._words.strange(text))
        if (kind, text) not in self._strange:
            offered = self.offered(column.column) if kind in _CHOSEN else self._blocks if kind == "windows" else ()
            words = self._words.strange(text, f"Write one of: {', '.join(offered)}." if offered else "")
            if kind == "windows" and any(map(str.isdigit, text)):  # beside a time it is a day that is spelled wrong
                words = [word for word in words if nearest(word, FULL_DAYS) is None]
            self._strange[kind, text] = bool(words)
        return self._strange[kind, text]

    def header(self, column: InputColumn) -> str:
        """Return how a column is called: as it is written, but by its letter where the header may be a name."""
        shows = self.shows_names or column.is_known or not self._words.strange(column.header)
        return column.header if shows and column.header else letters(column.place + 1)

    @cached_property
    def _words(self) -> ClinicWords:
        words = ClinicWords()
        for file, names in TERMS.items():
            words.watch(file, lambda file=file, names=names: self._texts(file, names))  # type: ignore[misc]
        words.watch(SETTINGS_FILE, lambda: [str(key) for key in _keys(self.tables.settings) if key == key.casefold()])
        return words

    def _texts(self, file: str, names: Iterable[str]) -> list[str]:
        table, asked = self.table(file), frozenset(names)
        places = [column.place for column in table.columns if column.name in asked]
        return [
            cells[place] for cells in table.rows.values() for place in places if place < len(cells) and cells[place]
        ]

    def offered(self, column: Column) -> tuple[str, ...]:
        """Return the words that a cell of a column can be chosen from, as far as they are known."""
        if column.kind == "choice":
            return column.choices
        if column.kind == "yes_no":
            return ("yes", "no")
        if column.kind == "id" and column.of in TABLES:
            found: Iterable[str] = self._texts(column.of, TABLES[column.of].needed[:1])
        elif column.kind == "setting":
            found = self._setting_names(column.of)
        elif column.kind == "text" and column.of:
            found = self._in_use(column.of)
        else:
            return ()
        return tuple(dict.fromkeys(text for text in found if not is_full_name(text)))[:MOST_OFFERED]

    @cached_property
    def _blocks(self) -> tuple[str, ...]:
        """Return the ids of the blocks in plain small letters, with which words of a cell of windows are compared."""
        found = self.tables.settings.get("blocks", ())
        ids = [block.get("id") for block in found if isinstance(block, Mapping)] if isinstance(found, list) else []
        return tuple(name for name in ids if isinstance(name, str) and name.isalpha() and name.islower())

    def _setting_names(self, table: str) -> list[str]:
        settings = self.tables.settings
        if table == "populations":
            own = settings.get(table)
            return [str(name) for name in own] if isinstance(own, list) else ["adult", "adolescent"]
        try:
            shipped = preset_table(str(settings.get("preset", "generic"))).get(table, {})
        except (KeyError, OSError):
            shipped = {}
        own = settings.get(table, {})
        return sorted({*shipped, *(own if isinstance(own, Mapping) else ())})

    def _in_use(self, kind: str) -> list[str]:
        """Return the words of a kind that stand in any table, such as all tracks."""
        found = []
        for file, table in TABLES.items():
            names = [column.name for column in table.columns if column.of == kind and column.kind == "text"]
            for cell in self._texts(file, names) if names else ():
                found += [part.partition(":")[0].strip() for part in cell.split(";")]
        if kind == "module":
            found += self._texts("modules.csv", ("module_id",))
        return sorted({word for word in found if word and not looks_like_name(word)})


def _keys(table: object) -> Iterator[str]:
    if isinstance(table, Mapping):
        for key, value in table.items():
            yield from (str(key), *_keys(value))
    elif isinstance(table, list):
        for item in table:
            yield from _keys(item)
    elif isinstance(table, str) and " " not in table:
        yield table


def quick_faults(clinic: Path, view: InputView, week: date) -> tuple[CellFault, ...]:
    """Return what the reader finds in the tables for the week of a Monday, in milliseconds; what can never work is not asked."""
    found = ingest.inspect_unwritten(clinic, view.tables.made, week)
    return placed(view, found.issues)


def placed(view: InputView, issues: Iterable[Issue]) -> tuple[CellFault, ...]:
    """Return faults with the tables and cells that they are about."""
    return tuple(_placed(view, issue) for issue in issues)


def _placed(view: InputView, issue: Issue) -> CellFault:
    stem = normal_header(issue.file.rpartition(": ")[2].partition(".")[0])
    file = next((name for name in (f"{stem}.csv", f"{stem}.toml") if name in (*TABLES, SETTINGS_FILE)), "")
    place = None
    if file in TABLES and issue.row > 0 and issue.column:
        name = normal_header(issue.column)
        table = view.table(file)
        place = next((column.place for column in table.columns if column.name == name), None)
        if place is None and table.layout is not None and issue.row == table.layout.header_row:
            place = _meant(table, name)
    return CellFault(file, place, issue)


def _meant(table: InputTable, name: str) -> int | None:
    """Return the column that is probably the missing one of a name, under a header that is not known."""
    strange = {column.name: column.place for column in table.columns if column.name and not column.is_known}
    best = nearest(name, strange)
    return None if best is None else strange[best]


def without_hidden(view: InputView, file: str, change: TableChange) -> tuple[TableChange, int]:
    """Return a change that leaves hidden cells as they are where it would blank them, and how many that are.

    Whoever copies rows while names are off copies blanks: pasted over the same rows they must not take the names away.
    """
    table = view.table(file)
    columns = dict(enumerate(table.columns))
    cells: dict[int, Mapping[int, str]] = {}
    for row, places in change.cells.items():
        there = [*table.rows.get(row, ()), *[""] * len(columns)]
        kept = {
            at: text
            for at, text in places.items()
            if text.strip() or at not in columns or not view.is_hidden(columns[at], there[at])
        }
        if kept:
            cells[row] = kept
    left = sum(map(len, change.cells.values())) - sum(map(len, cells.values()))
    return replace(change, cells=cells), left
