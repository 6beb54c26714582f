"""Sign-in sheets to print and lay out: one session of several a page, one day of visits a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap

from iopsched.export.sheets.book import Book, Sheet, SheetColumn, lines_of
from iopsched.views.sessions import SessionRow
from iopsched.words.phrases import DAYS, count, long_date

NAME, SINGLE_NAME = "Sign-in", "Sign-in single"
COLUMNS = (
    SheetColumn("No.", 4.5),
    SheetColumn("Participant", 30),
    SheetColumn("Time in", 11),
    SheetColumn("Time out", 11),
    SheetColumn("Signature", 34),
)
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
VISIT_POINTS = 21
MOST_A_PAGE = 28
MOST_BREAKS = 1000  # Excel forgets every break of a page beyond the 1023rd
PAGE_POINTS, LINE_POINTS = 610, 28
SIGNS = 95


@dataclass(frozen=True, slots=True)
class _Page:
    """What is on one sheet of paper: a session, or a part of one with very many people."""

    row: SessionRow
    first: int
    lines: tuple[str, ...]
    number: int
    pages: int


def add(book: Book) -> None:
    """Write the sheets: sessions of several first, those of one participant or family apart."""
    several = [row for row in book.rows if not row.is_single]
    single = [row for row in book.rows if row.is_single]
    _add(book, several)
    if single:
        _add_visits(book, single)


def _add_visits(book: Book, rows: Sequence[SessionRow]) -> None:
    """Write a page for each day, or more where many come; a family has lines for those who come along."""
    what = "One page, or more where many come, for each day of visits of one participant or family."
    sheet = book.sheet(SINGLE_NAME, what, columns=[column.width for column in VISIT_COLUMNS])
    title = f"{book.edition.problem.clinic.name}: sign-in sheet of visits"
    book.text(sheet, 0, 0, f"{title}. {book.status}." if book.edition.publication.is_draft else title, "strong")
    for place, column in enumerate(VISIT_COLUMNS):
        book.text(sheet, 1, place, column.header, "header")
    top, breaks = 2, []
    for day, visits in groupby(rows, key=lambda row: row.date):
        book.text(sheet, top, 0, long_date(day), "title")
        sheet.set_row(top, LINE_POINTS)
        top += 1
        for cells in (line for row in visits for line in _visit_lines(row)):
            for place, text in enumerate((*cells, "", "", "", "")):
                book.text(sheet, top, place, text, "line")
            sheet.set_row(top, max(VISIT_POINTS, 14 * max(lines_of(text, VISIT_COLUMNS[1].width) for text in cells)))
            top += 1
        breaks.append(top)
    sheet.set_h_pagebreaks(breaks)
    book.fit(sheet, top - 1, len(VISIT_COLUMNS) - 1)
    sheet.repeat_rows(0, 1)


def _visit_lines(row: SessionRow) -> Iterator[tuple[str, str, str, str]]:
    yield row.times, ", ".join(row.participants), row.staff, ", ".join(row.where)
    for _ in range(GUESTS if row.kind == "family" else 0):
        yield "", "", "", ""


def _add(book: Book, rows: Sequence[SessionRow]) -> None:
    pages = [page for row in rows for page in _pages(row)]
    for part in _parts(pages):
        what = f"One page for each group or other session of several participants. {_where(part)}"
        sheet = book.sheet(NAME, what, columns=[column.width for column in COLUMNS], is_landscape=False)
        title = f"{book.edition.problem.clinic.name}: sign-in sheet"
        book.text(sheet, 0, 0, title, "strong")
        top, breaks = 1, []
        if not part:
            book.text(sheet, 2, 0, "No such session is held this week.", "plain")
            top = 3
        for page in part:
            top = _page(book, sheet, top, page)
            breaks.append(top)
        # Fitted to a width only, never to a height: that would forget these breaks.
        sheet.set_h_pagebreaks(breaks)
        book.fit(sheet, top - 1, len(COLUMNS) - 1, 0)
        sheet.center_horizontally()


def _parts(pages: Sequence[_Page]) -> Iterator[Sequence[_Page]]:
    if not pages:
        yield ()
    yield from (pages[i : i + MOST_BREAKS] for i in range(0, len(pages), MOST_BREAKS))


def _where(pages: Sequence[_Page]) -> str:
    """Return which pages to print for a day, such as ``Pages: Monday 1-4, Tuesday 5-9.``."""
    found = []
    for day, here in groupby(enumerate(pages, 1), key=lambda item: item[1].row.day):
        numbers = [number for number, _ in here]
        found.append(f"{DAYS[day]} {numbers[0]}" + (f"-{numbers[-1]}" if len(numbers) > 1 else ""))
    return f"Pages: {', '.join(found)}." if found else ""


def _pages(row: SessionRow) -> Iterator[_Page]:
    """Yield the pages of a session; where people are not shown, as many blank lines as people are expected."""
    people = sorted(row.attendees, key=lambda label: (label.casefold(), label)) or [""] * row.heads
    every = (*people, *[""] * LATECOMERS)
    parts = [every[i : i + MOST_A_PAGE] for i in range(0, len(every), MOST_A_PAGE)]
    first = 1
    for number, part in enumerate(parts, 1):
        yield _Page(row, first, part, number, len(parts))
        first += len(part)


def _page(book: Book, sheet: Sheet, top: int, page: _Page) -> int:
    """Write one page from a row on; return the row after it."""
    row = page.row
    part = f" (page {page.number} of {page.pages})" if page.pages > 1 else ""
    # The one who comes is in the table below: no need to have the name in large letters.
    book.text(sheet, top, 0, f"{row.what}{part}", "title")
    sheet.set_row(top, 28)
    top += 1
    for line in _facts(book, row):
        book.text(sheet, top, 0, line, "plain", font_size=11)
        sheet.set_row(top, 17)
        top += 1
    top += 1
    height = min(LINE_POINTS, (PAGE_POINTS - 20 * (6 + len(row.therapists))) // len(page.lines))
    top = _lines(book, sheet, top, COLUMNS[1].header, page.lines, page.first, height)
    return _lines(book, sheet, top + 1, "Staff", row.therapists or ("",), 1, LINE_POINTS)


def _lines(book: Book, sheet: Sheet, top: int, header: str, lines: Sequence[str], first: int, height: float) -> int:
    for place, column in enumerate(COLUMNS):
        book.text(sheet, top, place, header if place == 1 else column.header, "header")
    for number, label in enumerate(lines, first):
        top += 1
        book.number(sheet, top, 0, number, "number_line")
        book.text(sheet, top, 1, label, "line")
        for place in range(2, len(COLUMNS)):
            book.text(sheet, top, place, "", "line")
        sheet.set_row(top, height)
    return top + 1


def _facts(book: Book, row: SessionRow) -> Iterator[str]:
    yield f"{long_date(row.date)}, {row.times}"
    heads = f"{count(row.heads, 'participant')} expected"
    yield from wrap(" · ".join((f"Where: {', '.join(row.where)}", f"Staff: {row.staff}", heads)), SIGNS)
    if row.modules:
        yield from wrap(f"Modules: {', '.join(row.modules)}", SIGNS)
    if book.edition.publication.is_draft:
        yield f"{book.status}."
