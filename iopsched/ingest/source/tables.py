"""CSV text becomes rows of untouched cells which know their file and row.

Row numbers are those a spreadsheet shows: the header is row 1, blank lines
count, a line break inside quotes does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from iopsched.ingest.privacy import has_swallowed, is_full_name, is_mixed, is_near
from iopsched.ingest.report import At, Report
from iopsched.ingest.source.daycolumns import DayColumns, day_target
from iopsched.ingest.source.sources import Source
from iopsched.ingest.source.texts import Numbered
from iopsched.policy.column import Column, TableKind
from iopsched.policy.columns import LIST_COLUMNS, SERVICES, TABLES
from iopsched.words.phrases import count
from iopsched.words.wording import listed, nearest, plain, quoted
from iopsched.words.wordings import said

MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL = 1_000
LONG_NAME = 500
MAX_HEADER = 40
MAX_ABOVE = 10

_REMARK = re.compile(
    r"#.*|(grand |sub)?totals?:?( [0-9]+)?|sum:?|count:?|(foot)?notes?:.*|end of (list|file).*",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = re.compile("[\r\n]")
# Columns of tables without people whose words a message may repeat.
TERMS = {
    "services.csv": ("service_id",),
    "groups.csv": ("group_id", "track"),
    "rooms.csv": ("room_id", "features"),
    "modules.csv": ("module_id",),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row as written: cells by column, trimmed; a missing column reads blank. Rewritten dates are in ``written``."""

    at: At
    cells: dict[str, str]
    written: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        """Return the cell of a column."""
        return self.cells.get(column, "")


@dataclass(slots=True)
class Table:
    """The rows of a file.

    ``lost_ids`` are first cells of rows that had to be left out, so that references to them are not called unknown;
    ``is_complete`` is False where even those are not known. ``header``: the columns in their order, ``header_row``: where.
    """

    kind: TableKind
    exists: bool = True
    is_complete: bool = True
    columns: frozenset[str] = frozenset()
    rows: list[Row] = field(default_factory=list)
    lost_ids: set[str] = field(default_factory=set)
    header: tuple[str, ...] = ()
    header_row: int = 0


def read_table(folder: Source, kind: TableKind) -> Table:
    """Return a file's rows; whatever is wrong with its structure is in the folder's report."""
    table, at = Table(kind), At(folder.prefix + kind.file)
    if not folder.exists(kind.file):
        table.exists = False
        table.is_complete = not kind.is_needed
        if kind.is_needed:
            remedy = folder.renaming(kind.file) or f"Its columns are: {_header_words(kind)}."
            folder.report.tell("E-FILE-MISSING", at, said("This {file} is missing."), remedy)
        return table
    table.is_complete = False
    if (rows := folder.rows(kind.file)) is None:
        return table
    if words := TERMS.get(kind.file):
        folder.report.terms.watch(at.file, lambda: (row[column] for row in table.rows for column in words))
    fill(table, at, rows, folder.report)
    return table


def _header_words(kind: TableKind) -> str:
    """Return the columns that must be there, for people."""
    return listed(kind.needed) + (" and more" if len(kind.needed) < len(kind.columns) else "")


def services_of(populations: Iterable[str]) -> TableKind:
    """Return the columns of ``services.csv``, with ``NAME_per_week`` for every population.

    Where the populations are not known, every ``..._per_week`` may be one.
    """
    return SERVICES.spelled_out(map(normal_header, populations))


def normal_header(text: str) -> str:
    """Return a header name in lower case with underscores: ``Group-Id`` is ``group_id``."""
    return re.sub(r"[\s_-]+", "_", plain(text).strip().lower()).strip("_")


def is_header(kind: TableKind, cells: Sequence[str], *, is_first: bool) -> bool:
    """Return whether a row names columns of a table; one below a title must name the first or two of them."""
    known = {normal_header(cell) for cell in cells} & set(kind.names)
    return bool(known) if is_first else kind.needed[0] in known or len(known) > 1


def fill(table: Table, at: At, rows: Iterator[Numbered | None], report: Report) -> None:
    """Fill the table from numbered rows of text, wherever they came from."""
    header: list[str] | None = None
    above: list[int] = []
    is_whole = True
    days = DayColumns({})
    for item in rows:
        if item is None:
            is_whole = False
            break
        number, cells = item
        here, cells = At(at.file, number), [cell.strip() for cell in cells]
        if not any(cells):
            continue
        if header is None:
            if len(cells) <= MAX_COLUMNS and not is_header(table.kind, cells, is_first=not above):
                above.append(number)
                if len(above) < MAX_ABOVE:
                    continue
                break
            if above:
                report.tell("I-HEADER-LOW", here, "The header stands in this row; what is above it was not read.", "")
            header = _header(table, here, cells, report)
            if header is None:
                return
            days = DayColumns.of(header) if day_target(table.kind) else days
            continue
        if number > MAX_ROWS:
            report.tell("E-ROWS-MANY", here, said("This {file} has more than 100,000 rows."), "Remove old rows.")
            is_whole = False
            break
        if _is_header_again(header, cells):
            report.tell("I-HEADER-AGAIN", here, "This row repeats the header and was left out.", "")
            continue
        is_whole = _row(table, header, here, cells, report) and is_whole
        if days.places:
            _tell_days(table, days, here, cells, report)
    if header is None:
        remedy = f"The first row must be: {_header_words(table.kind)}."
        if above:
            report.tell("E-HEADER", At(at.file, above[0]), "The first row names no known column.", remedy)
        elif is_whole:
            report.tell("E-FILE-EMPTY", at, said("This {file} is empty."), remedy)
        return
    table.is_complete = is_whole
    if is_whole and not table.rows and not table.lost_ids and not table.kind.may_be_empty:
        _tell_no_rows(table, at, header, report)


def _tell_no_rows(table: Table, at: At, header: Sequence[str], report: Report) -> None:
    """Tell of a table without rows, but where it names every column: so ``init --empty`` has written it, and it waits."""
    is_needed = table.kind.is_needed
    if is_needed or not set(table.kind.names) <= set(header):
        code = "E-FILE-HEADER-ONLY" if is_needed else "W-FILE-HEADER-ONLY"
        remedy = said("Add a row for each.") if is_needed else said("Add a row for each, or delete the {file}.")
        report.tell(code, at, said("This {file} has a header and no rows."), remedy)
    table.is_complete = not is_needed


def _is_header_again(header: list[str], cells: list[str]) -> bool:
    """Return whether a row names columns in their places and nothing else, and enough of them to be no row of ids."""
    named = [(name, cell) for name, cell in zip(header, cells, strict=False) if cell]
    if not named or named[0][0] != normal_header(named[0][1]) or any(n != normal_header(c) for n, c in named):
        return False
    return len(named) > 2 or (len(named) == len(header) and any("_" in name for name in header))


def _tell_days(table: Table, days: DayColumns, at: At, cells: list[str], report: Report) -> None:
    """Tell of a row whose times stand in columns of days: read without them, it would be free whenever the clinic is open."""
    target = day_target(table.kind)
    if not table.rows or table.rows[-1].at != at or table.rows[-1][target]:
        return
    text = days.windows(cells)
    is_blank = not any(cells[place] for place in days.places if place < len(cells))
    what = "has nothing in its columns of days" if is_blank else "has its times in columns of days, which are not read"
    remedy = f"Write in the column {target}: {'never' if is_blank else text}"
    if not is_blank and not text:
        remedy = f"Write them in the column {target}, such as Mon Wed 09:00-12:00"
    report.tell(
        "E-DAY-COLUMNS", at.cell(target), f"This row {what}; a blank cell would mean all opening hours.", f"{remedy}."
    )


def _header(table: Table, at: At, cells: list[str], report: Report) -> list[str] | None:
    """Return the column names, with blank for columns to leave out; None where the table cannot be used."""
    kind = table.kind
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        report.tell(
            "E-COLUMNS-MANY",
            at,
            said("This {file} has {} columns, more than 200.", len(cells)),
            "Remove what is not needed.",
        )
        return None
    names = [normal_header(cell) for cell in cells]
    is_usable = True
    for position, name in enumerate(names, 1):
        first = names.index(name) + 1
        if name and first < position:
            report.tell(
                "E-COLUMN-TWICE",
                at.cell(name if kind.has(name) else ""),
                f"Columns {letters(first)} and {letters(position)} have the same name.",
                "Delete or rename one of them.",
            )
            is_usable = False
    strange = [name for name in names if name and not kind.has(name)]
    for column in kind.needed:
        if column not in names:
            close = nearest(column, [name for name in strange if is_near(name, [column])])
            strange = [name for name in strange if name != close]
            hint = f"Rename '{close}' to '{column}'." if close else "Add it to the header."
            if close is None and (other := _other_id(column, strange)):
                strange = [name for name in strange if name != other]
                position = names.index(other)
                hint = f"Rename column {letters(position + 1)} ({cells[position]}) to {column}."
            report.tell("E-COLUMN-MISSING", at.cell(column), f"The column '{column}' is missing.", hint)
            is_usable = False
    _tell_unknown_columns(kind, at, {name: cells[names.index(name)] for name in strange}, names, report)
    table.columns = frozenset(names) & frozenset(kind.names)
    table.header, table.header_row = tuple(names), at.row
    return names if is_usable else None


def _other_id(column: str, strange: list[str]) -> str:
    """Return the header that probably is the id column under another name, blank where there is none."""
    stem = column.removesuffix("_id")
    if stem == column:
        return ""
    people = {"client", "patient", "member", "mrn", "chart"} if stem == "participant" else set[str]()
    people |= {"staff", "employee", "provider", "clinician"} if stem == "therapist" else set()
    near = {"id", "ids", "code", "no", "number"} | {
        f"{word}{end}" for word in {stem, *people} for end in ("", "id", "_id", "_no", "_number", "_code")
    }
    return next((name for name in strange if name in near), "")


def _tell_unknown_columns(kind: TableKind, at: At, strange: dict[str, str], names: list[str], report: Report) -> None:
    """Warn of columns that nobody reads, by name: alone where a known name is near, else all at once."""
    missing = [column for column in kind.names if column not in names]
    near = {name: close for name in strange if (close := nearest(name, missing)) and is_near(name, [close])}
    for name, close in near.items():
        message = f"The column {quoted(name)} is not known and was not read."
        report.tell("W-COLUMN-UNKNOWN", at.cell(name), message, f"Did you mean '{close}'?")
    rest = {name: written for name, written in strange.items() if name not in near}
    if not rest:
        return
    is_sure = kind.needed[0] in names and kind.file in TABLES and not has_swallowed(rest.values())
    shown = [_shown_header(written, names.index(name) + 1, is_sure=is_sure) for name, written in rest.items()]
    columns, verb = ("column", "is not known and was") if len(rest) == 1 else ("columns", "are not known and were")
    message = f"The {columns} {listed(shown)} {verb} not read."
    target = day_target(kind) if DayColumns.of(list(rest)).places else ""
    remedy = f"Days and times stand in the column {target}, such as Mon Wed 09:00-12:00." if target else ""
    report.tell("W-COLUMN-UNKNOWN", at, message, remedy)


def _shown_header(written: str, position: int, *, is_sure: bool) -> str:
    """Return a header as written; only its letter where this row may be no header, or this cell a swallowed row."""
    is_odd = (
        not is_sure or len(written) > MAX_HEADER or _BREAK.search(written) or is_full_name(written) or is_mixed(written)
    )
    return letters(position) if is_odd else quoted(written)


def letters(position: int) -> str:
    """Return what a spreadsheet calls a column: 1 is A, 27 is AA."""
    high, low = divmod(position - 1, 26)
    return (letters(high) if high else "") + chr(ord("A") + low)


def _row(table: Table, header: list[str], at: At, cells: list[str], report: Report) -> bool:
    """Add one row; return whether all that can be known of it is known."""
    kind = table.kind
    position = header.index(kind.needed[0])
    is_remark = not any(cells[position : position + 1]) and any(map(_REMARK.fullmatch, cells))
    filled = [cell for cell in cells if cell]
    if kind.needed[0].endswith("_id") and len(filled) == 1 and filled[0].endswith(":"):
        message = "This looks like a heading, not a row of the table."
        report.tell("E-ROW-REMARK", at, message, "Delete it, and the rows below it that do not belong to the table.")
        return True
    if is_remark or _REMARK.fullmatch(cells[0]):
        report.tell(
            "E-ROW-REMARK", at, "This looks like a total or a remark, not a row of the table.", "Delete the row."
        )
        return True
    while len(cells) > len(header) and not cells[-1]:
        cells.pop()
    if kind.file == "pins.csv" and position < len(cells):
        cells += [""] * (len(header) - len(cells))  # the contract's own example leaves blank cells at the end out
    if len(cells) != len(header):
        report.tell(
            "E-ROW-WIDTH",
            at,
            f"This row has {count(len(cells), 'cell')}, the header has {len(header)}.",
            "Add or remove cells, or put quotation marks around a cell that holds the separator.",
        )
        if position < len(cells):
            table.lost_ids.add(cells[position])
        return len(cells) > position
    for index, name in enumerate(header, 1):
        if not name and cells[index - 1]:
            report.tell(
                "E-COLUMN-BLANK", at, f"Column {letters(index)} has a cell here but no name.", "Give the column a name."
            )
    named = {
        name: cell if kind.column(name).is_shown_only else plain(cell)
        for name, cell in zip(header, cells, strict=True)
        if name in table.columns
    }
    odd = [name for name, cell in named.items() if len(cell) > LONG_NAME or _BREAK.search(cell)]
    fits = [_is_fit(kind.column(name), at.cell(name), named[name], report) for name in odd]
    table.rows.append(Row(at, named))
    return all(fits)


def _is_fit(column: Column, at: At, cell: str, report: Report) -> bool:
    """Tell of a cell that is too long or broken into lines; return False where rows may have been swallowed."""
    if len(cell) > MAX_CELL:
        report.tell("E-CELL-LONG", at, f"This cell has {len(cell)} characters, more than {MAX_CELL:,}.", "Shorten it.")
    elif len(cell) > LONG_NAME and at.column == "name":
        report.tell(
            "W-NAME-LONG", at, f"This name has {len(cell)} characters and will be cut where shown.", "Shorten it."
        )
    # A line a value is a way to write a list; where a missing quotation mark has swallowed rows, separators are in it, too.
    is_list = column.name in LIST_COLUMNS and not re.search('[,;\t"]', cell)
    if not is_list and column.kind != "remark" and _BREAK.search(cell):
        report.tell(
            "E-LINE-BREAK",
            at,
            "This cell holds a line break.",
            said("Write it on one line{; look for a missing quotation mark}."),
        )
        return False
    return True
