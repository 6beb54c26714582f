"""Sheet "Staff": for each member of staff the days against the limits, below them every session."""

from __future__ import annotations

from collections.abc import Mapping

from iopsched.domain.timegrid import DAY, clock, clock_of_end, day_of, hours
from iopsched.export.sheets.book import Book
from iopsched.export.sheets.paper import Pages, page_points
from iopsched.export.sheets.plainbook import Sheet, SheetColumn
from iopsched.export.sheets.week import SIGN
from iopsched.views.headroom import Load, loads
from iopsched.views.resources import StaffWeek, staff_weeks
from iopsched.views.sessions import SessionRow

NAME, PEOPLE = "Staff", "Participants"
DAY_COLUMNS = (
    SheetColumn("Day", 12, "date"),
    SheetColumn("From", 8),
    SheetColumn("To", 8),
    SheetColumn("Sessions", 32, "whole"),
    SheetColumn("Hours in sessions", 20, "hours"),
    SheetColumn("At most", 20, "hours"),
    SheetColumn("Waiting (h)", 12, "hours"),
)
SESSION_COLUMNS = (
    SheetColumn("Day", 12, "date"),
    SheetColumn("From", 8),
    SheetColumn("To", 8),
    SheetColumn("Session", 32),
    SheetColumn("Room", 20),
    SheetColumn("With", 20),
    SheetColumn("Heads of most", 12),
    SheetColumn("Notes", 34),
    SheetColumn(PEOPLE, 100, "plain"),
)
PRINTED = 8
"""Who comes is on the sheets to sign: printed here, it would make all other letters too small to read."""


def add(book: Book) -> None:
    """Write everybody on the staff one below the other, nobody over the end of a page who fits on one."""
    edition = book.edition
    load = loads(edition.problem, edition.schedule)
    widths = [column.width for column in SESSION_COLUMNS if column.header != PEOPLE or book.shows_people]
    sheet = book.sheet(NAME, "The week of each member of staff.", columns=widths, is_landscape=False)
    pages, top = Pages(page_points(widths[:PRINTED], is_landscape=False)), book.heading(sheet, NAME)
    pages.add(0, book.points_of(sheet, 0, top))
    for week in staff_weeks(edition.problem, edition.schedule, edition.labels):
        book.places.append((week.label, sheet.get_name(), top))
        end = _add(book, sheet, top, week, load)
        pages.add(top, book.points_of(sheet, top, end))
        top = end
    sheet.set_h_pagebreaks(pages.breaks)
    book.fit(sheet, top - 1, PRINTED - 1)


def _add(book: Book, sheet: Sheet, top: int, week: StaffWeek, load: Mapping[str, Load]) -> int:
    """Write the week of one member of staff from a row on; return the row after it and a gap."""
    columns = SESSION_COLUMNS if book.shows_people else SESSION_COLUMNS[:PRINTED]
    book.text(sheet, top, 0, week.label, "section")
    book.points(sheet, top, 20)
    limit = f" of at most {hours(week.most_a_week)}" if week.most_a_week is not None else ""
    over = f" {SIGN} OVER THE LIMIT" if week.is_over else ""
    book.text(
        sheet,
        top + 1,
        0,
        f"{hours(week.minutes)}{limit} in sessions this week; {hours(week.waiting)} of waiting between sessions.{over}",
        "plain",
    )
    known = f"Limits: {', '.join(week.sources)}." if week.sources else "Not in therapists.csv: no limits are known."
    book.text(sheet, top + 2, 0, known, "plain")
    top += 3
    first = top
    if week.days:
        days = [_day(book, week, place) for place in range(len(week.days))]
        top = book.table(sheet, top, DAY_COLUMNS, days, f"Days of {week.label} against the limits")
    rows = [_row(book, row, week, load) for row in week.rows]
    end = book.table(sheet, top, columns, rows, f"Sessions of {week.label}")
    book.dense(sheet, first, end)
    return end + 1


def _day(book: Book, week: StaffWeek, place: int) -> list[object]:
    row = week.days[place]
    return [
        day_of(book.edition.problem.week, row.day * DAY),
        row.start,
        row.end,
        row.sessions,
        row.minutes / 60,
        None if week.most_a_day is None else week.most_a_day / 60,
        row.waiting / 60,
    ]


def _row(book: Book, row: SessionRow, week: StaffWeek, load: Mapping[str, Load]) -> list[object]:
    session = book.sessions[row.session_id]
    own = book.edition.labels.therapist
    others = [own(key) for key in session.therapist_ids if key != week.therapist_id]
    role = "" if session.lead_id == week.therapist_id or not others else "second, "
    found = load.get(row.session_id)
    marks = f"{SIGN} {', '.join(found.limits)}" if found and found.limits else ""
    cells: list[object] = [
        row.date,
        clock(session.start),
        clock_of_end(session.end),
        row.title,
        row.place,
        " + ".join(others),
        "" if row.is_single else f"{row.heads}/{row.most}",
        " ".join(piece for piece in (f"{role}{', '.join(row.where[1:])}".strip(", "), marks) if piece),
    ]
    # Who comes to a session for one is in its title.
    people = "" if row.is_single else "; ".join(row.attendees)
    return [*cells, people] if book.shows_people else cells
