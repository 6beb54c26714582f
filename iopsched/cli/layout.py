"""Plain text tables that fit a terminal and stay readable in a pipe: no color, no box characters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iopsched.domain.timegrid import WEEKDAYS, decimal_hours
from iopsched.views.calls import Call, by_person, people_line
from iopsched.views.sessions import HoursLine, SessionRow, grid
from iopsched.words.phrases import DAYS

_TIME = 13  # "09:00-12:00" and a gap
_DOT = " · "
LEGEND = "A cell reads: group · therapists · room · members/most."


def table(header: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Return columns as wide as needed; ``right`` are the columns that hold numbers."""
    every = [header, *rows]
    widths = [max(len(row[i]) for row in every) for i in range(len(header))]

    def line(row: Sequence[str]) -> str:
        cells = (
            cell.rjust(n) if i in right else cell.ljust(n) for i, (cell, n) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    return "\n".join([line(header), line(["-" * n for n in widths]), *map(line, every[1:])])


def week_text(rows: Sequence[SessionRow], width: int) -> str:
    """Return groups as a grid of the week, and below it everything else day by day."""
    groups = [row for row in rows if not row.is_single]
    others = [row for row in rows if row.is_single]
    pieces = [grid_text(groups, width)] if groups else []
    if others:
        title = "Sessions with one participant or family"
        pieces.append(f"{title}\n{'=' * len(title)}\n{days_text(others, width)}")
    return "\n\n".join(pieces) or "No sessions."


def grid_text(rows: Sequence[SessionRow], width: int) -> str:
    """Return days as columns and times as rows; cells are wrapped between their parts, never cut unless one is too long."""
    table_of = grid(rows)
    room = max(10, (width - _TIME) // max(1, len(table_of.days)) - 1)
    room = min(room, max(len(_DOT.join(row.parts)) for row in rows))
    lines = [" " * _TIME + " ".join(WEEKDAYS[day].ljust(room) for day in table_of.days)]
    for time, cells in zip(table_of.times, table_of.cells, strict=True):
        lines.append(" " * _TIME + " ".join("-" * room for _ in table_of.days))
        columns = [[piece for row in cell for piece in _wrapped(row.parts, room)] for cell in cells]
        for i in range(max(map(len, columns))):
            start = time if i == 0 else ""
            texts = (column[i] if i < len(column) else "" for column in columns)
            lines.append(start.ljust(_TIME) + " ".join(text.ljust(room) for text in texts))
    return "\n".join([*(line.rstrip() for line in lines), "", LEGEND])


def _wrapped(parts: Sequence[str], room: int) -> list[str]:
    """Return the parts joined by dots, in as few lines as fit; further lines are set in."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(_DOT) + len(part) <= room:
            lines[-1] += _DOT + part
        else:
            lines.append(f" {part}" if lines else part)
    return [line if len(line) <= room else line[: room - 1] + "…" for line in lines]


def days_text(rows: Sequence[SessionRow], width: int) -> str:
    """Return a section for each day, a row for each time, as many sessions side by side as fit."""
    table_of = grid(rows)
    room = min(max(len(_DOT.join(row.parts)) for row in rows), width - _TIME)
    side = max(1, (width - _TIME + 2) // (room + 2))
    lines: list[str] = []
    for column, day in enumerate(table_of.days):
        lines += ["", DAYS[day]] if lines else [DAYS[day]]
        for time, cells in zip(table_of.times, table_of.cells, strict=True):
            texts = [_DOT.join(row.parts) for row in cells[column]]
            for i in range(0, len(texts), side):
                start = time if i == 0 else ""
                lines.append(
                    (start.ljust(_TIME) + "  ".join(text.ljust(room) for text in texts[i : i + side])).rstrip()
                )
    return "\n".join(lines)


def list_text(rows: Sequence[SessionRow], *, with_people: bool) -> str:
    """Return one line a session, for a person or a room; below it, who comes to it."""
    lines = []
    for row in rows:
        lines.append(f"{WEEKDAYS[row.day]} {row.date.day:>2}  {row.times}  {_DOT.join(row.parts)}")
        if row.modules:
            lines.append(f"{'':21}{', '.join(row.modules)}")
        if with_people and row.participants and not row.is_single:
            lines.append(f"{'':21}{', '.join(row.attendees)}")
    return "\n".join(lines) or "No sessions."


def hours_text(lines: Sequence[HoursLine]) -> str:
    """Return the hours of everybody as a table."""
    header = ("participant", "level", "hours", "needed", "days", "needed", "status", "missing")
    return table(
        header,
        (
            (
                line.label,
                line.row.level,
                decimal_hours(line.row.scheduled_minutes),
                decimal_hours(line.row.required_minutes),
                str(line.row.scheduled_days),
                str(line.row.required_days),
                line.row.status,
                line.row.missing,
            )
            for line in lines
        ),
        right=(2, 3, 4, 5),
    )


def calls_text(calls: Sequence[Call], title: str) -> str:
    """Return who must be told of what, person by person."""
    lines = [f"{title}: {people_line(calls)}."]
    for person, own in by_person(calls):
        lines.append(f"  {person.label}" + (" (staff)" if person.kind == "therapist" else ""))
        lines += [f"    {call.what}: {call.before} -> {call.after}" for call in own]
    return "\n".join(lines)
