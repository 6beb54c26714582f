"""Sheet "About": what this workbook is, of which week, and what each of its sheets holds."""

from __future__ import annotations

from iopsched.export.heading import NAMES_WORDS, zone_line
from iopsched.export.sheets.book import Book
from iopsched.export.sheets.plainbook import CONFIDENTIAL, Sheet
from iopsched.views.sessions import kinds_held
from iopsched.words.phrases import count, long_date

NAME = "About"
WIDTHS = (32, 110)


def open_sheet(book: Book) -> Sheet:
    """Return the sheet at its place; it is filled when all others are known."""
    return book.sheet(NAME, "What this workbook is, and what each sheet holds.", columns=WIDTHS, is_landscape=False)


def fill(book: Book, sheet: Sheet) -> None:
    """Write the facts and a list of all sheets with links."""
    row = book.heading(sheet, "About this workbook")
    for name, value in _facts(book):
        book.text(sheet, row, 0, name, "row")
        book.text(sheet, row, 1, value, "cell")
        row += 1
    row += 1
    book.text(sheet, row, 0, "Sheet", "header")
    book.text(sheet, row, 1, "What it holds", "header")
    for name, what in book.about:
        row += 1
        book.link(sheet, row, name, name, 0)
        book.text(sheet, row, 1, what, "cell")
        book.height(sheet, row, -(-len(what) // WIDTHS[1]))
    for label, name, place in book.places:
        row += 1
        book.link(sheet, row, label, name, place)
        book.text(sheet, row, 1, f"The week of {label}, on the sheet {name}.", "cell")
    book.fit(sheet, row, 1)


def _facts(book: Book) -> list[tuple[str, str]]:
    edition = book.edition
    problem = edition.problem
    held = kinds_held(problem, edition.schedule)
    sizes = (
        (len(edition.hours), "participant"),
        (len(problem.therapists), "therapist"),
        (len(problem.rooms), "room"),
        (len(problem.groups), "group"),
    )
    return [
        ("Made by", "iopsched, from the clinic folder and the schedule folder"),
        ("Clinic", problem.clinic.name),
        ("Week", f"{long_date(problem.week)} and the six days after it. {zone_line(edition)}"),
        ("State", book.status),
        ("Record", edition.record.line if edition.record else "nothing of this week was published"),
        ("Names", f"{edition.labels.mode}: {NAMES_WORDS[edition.labels.mode]}"),
        ("Clinic folder", ", ".join(count(number, word) for number, word in sizes)),
        ("Rule set (preset)", problem.clinic.preset),
        ("Sessions", f"{len(book.rows)}" + (f": {held}" if held else "")),
        ("Rules", f"{count(len(edition.violations), 'violation')}" if edition.violations else "every rule is kept"),
        ("Confidentiality", CONFIDENTIAL),
    ]
