"""A cell of windows as pieces of a week that can be painted, and painted pieces as the text of a cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from iopsched.domain.timegrid import DAY, NEVER, WEEKDAYS, TimeRange, Windows, clock, clock_of_end
from iopsched.edits.clinictables import ClinicTables
from iopsched.errors import UsageError
from iopsched.ingest.cell.days import days_written
from iopsched.ingest.cell.fault import Fault
from iopsched.ingest.cell.windows import Hours, read_windows
from iopsched.ingest.file.clinic import read_clinic
from iopsched.ingest.report import Report
from iopsched.ingest.source.opening import unwritten_source

PIECE = 30
"""How fine the strip is that somebody paints, in minutes."""
_OPEN_WHERE_BLANK = frozenset({"availability", "family_availability", "times"})

DayRanges = tuple[tuple[tuple[int, int], ...], ...]
"""For each day from Monday on its stretches, from and until, in minutes after midnight."""


@dataclass(frozen=True, slots=True)
class PaintedWeek:
    """What a cell says: its stretches, the opening hours, and whether the strip shows all of it.

    Where the cell cannot be read, ``days`` is None and ``fault`` says why.
    """

    days: DayRanges | None
    open: DayRanges
    is_exact: bool = True
    fault: str = ""


def painted(clinic: Path, tables: ClinicTables, week: date, column: str, text: str) -> PaintedWeek:
    """Return the windows of a cell of a column, in the week of a Monday; a blank cell means what it means there."""
    hours = hours_of(clinic, tables, week)
    shown = _by_day(hours.open)
    if not text.strip():
        return PaintedWeek(shown if column in _OPEN_WHERE_BLANK else _by_day(NEVER), shown)
    try:
        found = read_windows(text, hours, with_starts=column == "times")
    except Fault as fault:
        return PaintedWeek(None, shown, is_exact=False, fault=f"{fault.message} {fault.remedy}")
    edges = [edge for item in found.windows for edge in (item.start, item.end)]
    is_exact = not (found.is_dated or found.starts) and all(edge % PIECE == 0 for edge in edges)
    return PaintedWeek(_by_day(found.windows), shown, is_exact)


def hours_of(clinic: Path, tables: ClinicTables, week: date) -> Hours:
    """Return what windows cells may refer to in the week of a Monday."""
    source = unwritten_source(clinic, tables.made, Report())
    return Hours() if source is None else read_clinic(source, week).hours


def _by_day(windows: Windows) -> DayRanges:
    days = []
    for day in range(len(WEEKDAYS)):
        pieces = windows.intersection(Windows((TimeRange(day * DAY, (day + 1) * DAY),)))
        days.append(tuple((item.start - day * DAY, item.end - day * DAY) for item in pieces))
    return tuple(days)


def windows_text(days: Sequence[Sequence[tuple[int, int]]]) -> str:
    """Return painted stretches as a cell says them: days with the same times together, ``never`` without any.

    Raises
    ------
    UsageError
        If they are no stretches of seven days.
    """
    try:
        windows = Windows.of(
            TimeRange(at * DAY + start, at * DAY + end) for at, day in enumerate(days) for start, end in day
        )
    except (TypeError, ValueError):
        raise UsageError("These are no windows of a week.") from None
    if len(days) != len(WEEKDAYS) or any(not 0 <= start < end <= DAY for day in days for start, end in day):
        raise UsageError("These are no windows of a week.")
    times = [", ".join(f"{clock(start)}-{clock_of_end(end)}" for start, end in day) for day in _by_day(windows)]
    runs = [(text, [at for at, _ in run]) for text, run in groupby(enumerate(times), key=lambda pair: pair[1]) if text]
    parts: dict[str, list[str]] = {}
    for text, run in runs:
        parts.setdefault(text, []).append(_run(run))
    return "; ".join(f"{' '.join(names)} {text}" for text, names in parts.items()) or "never"


def _run(days: Sequence[int]) -> str:
    return days_written(days) if len(days) <= 2 else f"{WEEKDAYS[days[0]]}-{WEEKDAYS[days[-1]]}"


def ranges_of(value: Iterable[object]) -> list[list[tuple[int, int]]]:
    """Return stretches as JSON holds them; raises :class:`UsageError` for anything else."""
    try:
        return [[(int(start), int(end)) for start, end in day] for day in value]  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise UsageError("These are no windows of a week.") from None
