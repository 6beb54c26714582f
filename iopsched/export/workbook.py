"""One Excel workbook of a week: the director's grid, hours, rooms, changes, goals, sign-in sheets, everybody on the staff."""

from __future__ import annotations

from iopsched.export.edition import Edition, Files
from iopsched.export.sheets import about, answersheets, hours, reports, rooms, signin, staff, week
from iopsched.export.sheets.book import Book


def files(edition: Edition) -> Files:
    """Return the workbook by its name, such as ``week-2026-11-30.xlsx``."""
    book = Book(edition)
    week.add(book)
    reports.add_broken_rules(book)
    reports.add_unmet(book)
    if edition.answer is not None:
        answersheets.add(book, edition.answer)
    hours.add(book)
    rooms.add(book)
    reports.add_calls(book)
    reports.add_changes(book)
    reports.add_goals(book)
    contents = about.open_sheet(book)
    signin.add(book)
    staff.add(book)
    about.fill(book, contents)
    return {f"week-{edition.problem.week.isoformat()}.xlsx": book.finish()}
