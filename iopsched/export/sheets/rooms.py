"""Sheet "Rooms": when each room is in use, half hour by half hour."""

from __future__ import annotations

from collections.abc import Sequence

from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY, HOUR, clock, day_of
from iopsched.export.palette import CYAN, INDIGO, SAND, TEAL, WINE
from iopsched.export.sheets.book import Book
from iopsched.export.sheets.plainbook import Sheet, SheetColumn
from iopsched.views.resources import RoomDay, room_days
from iopsched.views.sessions import SessionRow
from iopsched.views.slots import open_days
from iopsched.words.phrases import count

NAME = "Rooms"
KINDS = {
    "group": ("G", INDIGO), "individual": ("I", CYAN), "family": ("F", SAND), "multifamily": ("M", WINE),
    "other": ("O", TEAL),
}  # fmt: skip
FIXED = (
    SheetColumn("Room", 16),
    SheetColumn("Seats", 6, "whole"),
    SheetColumn("Day", 11, "date"),
    SheetColumn("Hours used", 7, "hours"),
    SheetColumn("Of hours open", 8, "hours"),
    SheetColumn("Share", 7, "share"),
)
CELL = 3.3


def add(book: Book) -> None:
    """Write a row for each room and day; a letter says what kind of session holds the room."""
    edition = book.edition
    days = open_days(edition.problem, book.rows)
    rows = room_days(edition.problem, edition.schedule, edition.labels, days)
    times = _times(book)
    columns = (
        *FIXED,
        *(SheetColumn(clock(time), CELL, header_kind="upright") for time in times),
        SheetColumn("Sessions", 80, "plain"),
    )
    widths = [column.width for column in columns]
    sheet = book.sheet(NAME, "Which room is in use when, by day and half hour.", columns=widths, is_landscape=False)
    roomless = sum(session.room_id is None for session in edition.schedule.sessions)
    lines = [
        "G group, I individual, F family, M several families, O other; blank: free. The column Sessions says which.",
        *([f"{count(roomless, 'session')} without a room (by video, or none needed)."] if roomless else []),
    ]
    top = book.heading(sheet, "Rooms", lines)
    end = book.table(
        sheet, top, columns, [_row(book, row, len(times)) for row in rows], "Use of each room by day and time"
    )
    if rows:
        book.points(sheet, top, 45)
        step = times[1] - times[0] if len(times) > 1 else HOUR
        for line, row in enumerate(rows, top + 1):
            _fill(book, sheet, line, row, times, step)
    sheet.freeze_panes(top + 1, 3)
    book.fit(sheet, end - 1, len(columns) - 2, top)


def _times(book: Book) -> Sequence[int]:
    """Return the minutes of the day at which a column begins: from first opening to last closing."""
    problem, sessions = book.edition.problem, book.edition.schedule.sessions
    step = 30 if problem.clinic.grid_minutes % 30 == 0 else 15
    pairs = [(item.start % DAY, (item.end - 1) % DAY + 1) for item in (*problem.clinic.open, *sessions)]
    first = min((start for start, _ in pairs), default=9 * HOUR) // step * step
    return range(first, max((end for _, end in pairs), default=17 * HOUR), step)


def _row(book: Book, row: RoomDay, width: int) -> list[object]:
    words = "; ".join(_words(item) for item in row.rows)
    share = row.minutes / row.open_minutes if row.open_minutes else None
    date = day_of(book.edition.problem.week, row.day * DAY)
    return [row.room, row.seats, date, row.minutes / 60, row.open_minutes / 60, share, *[""] * width, words]


def _words(row: SessionRow) -> str:
    heads = "" if row.is_single else f" ({row.heads})"
    return f"{row.times} {row.title}{heads}, {row.staff}"


def _fill(book: Book, sheet: Sheet, line: int, row: RoomDay, times: Sequence[int], step: int) -> None:
    held: list[tuple[Session, SessionRow]] = [(book.sessions[item.session_id], item) for item in row.rows]
    for place, time in enumerate(times, len(FIXED)):
        start = row.day * DAY + time
        here = [item for session, item in held if session.start < start + step and start < session.end]
        if here:
            letter, color = KINDS.get(here[0].kind, KINDS["other"])
            is_first = any(session.start >= start for session, item in held if item is here[0])
            frame = {"left": 5, "left_color": "#000000"} if is_first else {}
            sheet.write_string(line, place, letter * len(here), book.fill(color, **frame))
