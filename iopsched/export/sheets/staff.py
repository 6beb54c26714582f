"""A sheet for each member of staff: the days against the limits, below them every session."""

from __future__ import annotations

from collections.abc import Mapping

from iopsched.domain.timegrid import DAY, clock, clock_of_end, day_of, hours
from iopsched.export.sheets.book import Book, SheetColumn
from iopsched.export.sheets.week import SIGN
from iopsched.views.headroom import Load, loads
from iopsched.views.resources import StaffWeek, staff_weeks
from iopsched.views.sessions import SessionRow

DAY_COLUMNS = (
    SheetColumn("Day", 12, "date"),
    SheetColumn("From", 8),
    SheetColumn("To", 8),
    SheetColumn("Sessions", 28, "whole"),
    SheetColumn("Hours in sessions", 18, "hours"),
    SheetColumn("At most", 22, "hours"),
    SheetColumn("Waiting (h)", 12, "hours"),
)
SESSION_COLUMNS = (
    SheetColumn("Day", 12, "date"),
    SheetColumn("From", 8),
    SheetColumn("To", 8),
    SheetColumn("Session", 28),
    SheetColumn("Room", 18),
    SheetColumn("With", 22),
    SheetColumn("Heads of most", 12),
    SheetColumn("Notes", 26),
    SheetColumn("Participants", 60),
)


def add(book: Book) -> None:
    """Write a sheet for everybody on the staff."""
    edition = book.edition
    load = loads(edition.problem, edition.schedule)
    for week in staff_weeks(edition.problem, edition.schedule, edition.labels):
        _add(book, week, load)


def _add(book: Book, week: StaffWeek, load: Mapping[str, Load]) -> None:
    columns = SESSION_COLUMNS if book.shows_people else SESSION_COLUMNS[:-1]
    sheet = book.sheet(week.label, f"The week of {week.label}.", columns=[column.width for column in columns])
    total = hours(week.minutes)
    limit = f" of at most {hours(week.most_a_week)}" if week.most_a_week is not None else ""
    top = book.heading(
        sheet,
        week.label,
        [
            f"{total}{limit} in sessions this week; {hours(week.waiting)} of waiting between sessions."
            + (f" {SIGN} OVER THE LIMIT" if week.is_over else ""),
            *(
                [f"Limits: {', '.join(week.sources)}."]
                if week.sources
                else ["Not in therapists.csv: no limits are known."]
            ),
        ],
    )
    last = top
    if week.days:
        most = None if week.most_a_day is None else week.most_a_day / 60
        days: list[list[object]] = [
            [
                day_of(book.edition.problem.week, row.day * DAY),
                row.start,
                row.end,
                row.sessions,
                row.minutes / 60,
                most,
                row.waiting / 60,
            ]
            for row in week.days
        ]
        last = book.table(sheet, top, DAY_COLUMNS, days, f"Days of {week.label} against the limits")
        last += 1
    top = last
    rows = [_row(book, row, week, load) for row in week.rows]
    end = book.table(sheet, top, columns, rows, f"Sessions of {week.label}")
    book.fit(sheet, end - 1, len(columns) - 1)


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
