"""Sign-in sheets to print and lay out: the sessions of a group side by side, one day of visits a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap

from iopsched.domain.timegrid import WEEKDAYS
from iopsched.export.sheets.book import Book
from iopsched.export.sheets.paper import ROW_POINTS, Pages, page_points, portions
from iopsched.export.sheets.plainbook import Sheet, SheetColumn
from iopsched.views.sessions import SessionRow
from iopsched.words.phrases import count, long_date

NAME, SINGLE_NAME = "Sign-in", "Sign-in single"
SIDE_BY_SIDE = 3
SIGNING = (SheetColumn("Time in", 9), SheetColumn("Time out", 10), SheetColumn("Signature", 17))
COLUMNS = (SheetColumn("No.", 4.5), SheetColumn("Participant", 25), *SIGNING * SIDE_BY_SIDE)
VISIT_COLUMNS = (
    SheetColumn("Time", 12),
    SheetColumn("Participant", 25),
    SheetColumn("Staff", 18),
    SheetColumn("Where", 15),
    SheetColumn("Time in", 9),
    SheetColumn("Time out", 9),
    SheetColumn("Signature", 25),
    SheetColumn("Staff signature", 19),
)
LATECOMERS, GUESTS = 3, 2
VISIT_POINTS, LEAST_POINTS = 21.0, 15.0
MOST_A_PAGE = 28
MOST_BREAKS = 1000  # Excel forgets every break of a page beyond the 1023rd
TITLE_POINTS, LINE_POINTS = 24.0, 20.0
SIGNS = 120
ONLINE, NOT_DUE = "online", "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class _Block:
    """Up to three sessions of a group with those who come to any of them, or a part where they are very many."""

    rows: tuple[SessionRow, ...]
    first: int
    people: tuple[str, ...]
    number: int
    parts: int

    @property
    def title(self) -> str:
        """Return whose block it is."""
        part = f" (page {self.number} of {self.parts})" if self.parts > 1 else ""
        return f"{self.rows[0].what}{part}"


def add(book: Book) -> None:
    """Write the sheets: sessions of several first, those of one participant or family apart."""
    several = [row for row in book.rows if not row.is_single]
    single = [row for row in book.rows if row.is_single]
    _add(book, several)
    if single:
        _add_visits(book, single)


# --- visits ---------------------------------------------------------------
def _add_visits(book: Book, rows: Sequence[SessionRow]) -> None:
    """Write a page for each day; a family has lines for those who come along. Lines are lower on a full day."""
    what = "One page for each day of visits of one participant or family, or more where very many come."
    widths = [column.width for column in VISIT_COLUMNS]
    sheet = book.sheet(SINGLE_NAME, what, columns=widths, is_landscape=False)
    _head(book, sheet, "sign-in sheet of visits")
    for place, column in enumerate(VISIT_COLUMNS):
        book.text(sheet, 1, place, column.header, "header")
    pages = Pages(page_points(widths, is_landscape=False) - 2 * ROW_POINTS)
    top = 2
    for day, visits in groupby(rows, key=lambda row: row.date):
        lines = [line for row in visits for line in _visit_lines(row)]
        book.text(sheet, top, 0, long_date(day), "title")
        book.points(sheet, top, TITLE_POINTS)
        room = (pages.capacity - TITLE_POINTS) / len(lines)
        height = room if LEAST_POINTS <= room < VISIT_POINTS else VISIT_POINTS
        top += 1
        for cells in lines:
            for place, text in enumerate((*cells, "", "", "", "")):
                book.text(sheet, top, place, text, "line")
            book.points(sheet, top, height)
            top += 1
        pages.turn(top)
    sheet.set_h_pagebreaks(pages.breaks)
    book.fit(sheet, top - 1, len(VISIT_COLUMNS) - 1)
    sheet.repeat_rows(0, 1)


def _visit_lines(row: SessionRow) -> Iterator[tuple[str, str, str, str]]:
    yield row.times, ", ".join(row.participants), row.staff, ", ".join(row.where)
    for _ in range(GUESTS if row.kind == "family" else 0):
        yield "", "", "", ""


# --- groups ---------------------------------------------------------------
def _add(book: Book, rows: Sequence[SessionRow]) -> None:
    blocks = [block for held in _together(book, rows) for block in _blocks(held)]
    for part in [*portions(blocks, MOST_BREAKS)] or [()]:
        what = "The sessions of each group or other session of several participants side by side, a signature for each."
        widths = [column.width for column in COLUMNS]
        sheet = book.sheet(NAME, what, columns=widths, is_landscape=False)
        _head(book, sheet, "sign-in sheet")
        top = 1
        if not part:
            book.text(sheet, 2, 0, "No such session is held this week.", "plain")
            top = 3
        pages = Pages(page_points(widths, is_landscape=False) - ROW_POINTS)
        for block in part:
            end = _block(book, sheet, top, block)
            pages.add(top, book.points_of(sheet, top, end))
            top = end
        # Fitted to a width only, never to a height: that would forget these breaks.
        sheet.set_h_pagebreaks(pages.breaks)
        book.fit(sheet, top - 1, len(COLUMNS) - 1, 0)
        sheet.center_horizontally()


def _head(book: Book, sheet: Sheet, title: str) -> None:
    """Write the line that every page begins with."""
    text = f"{book.edition.problem.clinic.name}: {title}"
    book.text(sheet, 0, 0, f"{text}. {book.status}." if book.edition.publication.is_draft else text, "strong")


def _together(book: Book, rows: Sequence[SessionRow]) -> Iterator[tuple[SessionRow, ...]]:
    """Yield the sessions of each group, a few at a time; sessions without a group each alone."""
    held: dict[str, list[SessionRow]] = {}
    for row in rows:
        group = book.sessions[row.session_id].group_id
        held.setdefault(f"group {group}" if group else f"session {row.session_id}", []).append(row)
    for sessions in held.values():
        yield from portions(sessions, SIDE_BY_SIDE)


def _blocks(rows: tuple[SessionRow, ...]) -> Iterator[_Block]:
    """Yield the blocks of sessions; where people are not shown, as many blank lines as people are expected."""
    people = sorted({label for row in rows for label in row.participants}, key=lambda label: (label.casefold(), label))
    every = (*(people or [""] * max(row.heads for row in rows)), *[""] * LATECOMERS)
    parts = [*portions(every, MOST_A_PAGE)]
    for number, part in enumerate(parts, 1):
        yield _Block(rows, (number - 1) * MOST_A_PAGE + 1, part, number, len(parts))


def _block(book: Book, sheet: Sheet, top: int, block: _Block) -> int:
    """Write one block from a row on; return the row after it and a gap."""
    book.text(sheet, top, 0, block.title, "title")
    book.points(sheet, top, TITLE_POINTS)
    top += 1
    for line in _facts(block.rows):
        book.text(sheet, top, 0, line, "plain")
        top += 1
    top = _headers(book, sheet, top, block.rows)
    for number, label in enumerate(block.people, block.first):
        book.number(sheet, top, 0, number, "number_line")
        _line(book, sheet, top, label, [_mark(row, label) for row in block.rows])
        top += 1
    for name in dict.fromkeys(name for row in block.rows for name in row.therapists or ("",)):
        book.text(sheet, top, 0, "", "number_line")
        marks = ["" if name in row.therapists or not name else NOT_DUE for row in block.rows]
        _line(book, sheet, top, f"{name} (staff)".strip(), marks)
        top += 1
    return top + 1


def _headers(book: Book, sheet: Sheet, top: int, rows: Sequence[SessionRow]) -> int:
    """Write when each session is held, below it what is to be filled in."""
    for place in range(2 + SIDE_BY_SIDE * len(SIGNING)):
        session, part = divmod(place - 2, len(SIGNING))
        held = rows[session] if 0 <= session < len(rows) else None
        if place < 2 or held:
            text = f"{WEEKDAYS[held.day]} {held.date.day}, {held.times}" if held and part == 0 else ""
            book.text(sheet, top, place, text, "header", text_wrap=False, border=0)
            book.text(sheet, top + 1, place, COLUMNS[place].header, "header")
    return top + 2


def _line(book: Book, sheet: Sheet, top: int, label: str, marks: Sequence[str]) -> None:
    book.text(sheet, top, 1, label, "line")
    for session, mark in enumerate(marks):
        for part in range(len(SIGNING)):
            text = mark if part == len(SIGNING) - 1 or mark == NOT_DUE else ""
            book.text(sheet, top, 2 + session * len(SIGNING) + part, text, "line")
    book.points(sheet, top, LINE_POINTS)


def _mark(row: SessionRow, label: str) -> str:
    """Return what stands where somebody signs: blank, online, or that nobody expects them."""
    if row.participants and label and label not in row.participants:
        return NOT_DUE
    return ONLINE if label and (label in row.remote or row.modality == "telehealth") else ""


def _facts(rows: Sequence[SessionRow]) -> Iterator[str]:
    """Yield where and with whom, once for the days on which it is the same; how many are expected; the modules."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(f"{row.place} · {row.staff}", []).append(WEEKDAYS[row.day])
    for place, days in found.items():
        yield from wrap(f"{' '.join(days)}: {place}", SIGNS)
    heads = dict.fromkeys(row.heads for row in rows)
    each = ", ".join(f"{WEEKDAYS[row.day]} {row.heads}" for row in rows)
    yield f"Expected: {count(rows[0].heads, 'participant')}." if len(heads) == 1 else f"Expected participants: {each}."
    for modules in dict.fromkeys(row.modules for row in rows if row.modules):
        yield from wrap(f"Modules: {', '.join(modules)}", SIGNS)
