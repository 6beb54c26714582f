"""Which shape a roster has: each sheet is read as the first shape that it fits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

from iopsched.domain.timegrid import is_planned
from iopsched.imports.entries import SheetReading
from iopsched.imports.shapes.agenda import read_agenda
from iopsched.imports.shapes.calendar import CalendarReader
from iopsched.imports.shapes.grid import read_grid
from iopsched.imports.shapes.headings import read_headings
from iopsched.imports.shapes.table import read_table
from iopsched.imports.sheets import Place, Sheet
from iopsched.imports.understanding import Understanding
from iopsched.imports.when import Dates
from iopsched.ingest.row.dates import Order

Reader = Callable[[Sheet, Understanding], SheetReading | None]
_READERS: Mapping[str, Sequence[Reader]] = {
    "grid": (read_grid,),
    "staff_sheets": (read_grid, read_table),
    "appointments": (read_table, read_agenda),
    "attendees": (read_headings, read_table),
}
_ANY: Sequence[Reader] = (read_table, read_grid, read_agenda, read_headings)
_OLD = re.compile(r"^(?:old|archived?|template|backup|obsolete|copy of|(?:last|prior|previous) week)\b|\((?:old|archived?|copy)\)|\bold$|do not use", re.IGNORECASE)  # fmt: skip
OWN_SHEETS = frozenset({"Week", "Hours", "Staff", "About"})
OWN_LIST = "Staff"
"""The sheet of our own workbooks that tells everything: every session of everybody on the staff, and who comes."""


def week_of_sheets(sheets: Iterable[Sheet], near: date, order: Order | None) -> date | None:
    """Return the Monday of the week in which most dates of a roster lie, None where it has none."""
    dates = Dates(near, order)
    found: Counter[date] = Counter()
    for sheet in sheets:
        for text in sheet.cells.values():
            if len(text) <= 40 and (day := dates.any_date(text)) is not None and is_planned(day):
                found[day - timedelta(days=day.weekday())] += 1
    return min(found, key=lambda monday: (-found[monday], abs((monday - near).days))) if found else None


def chosen(sheets: Sequence[Sheet], known: Understanding, asked: str | None) -> list[Sheet]:
    """Return the sheets that are read: the one asked for, those of the mapping, of our own workbooks the list of all, else all."""
    names = {sheet.name for sheet in sheets}
    if asked is not None:
        return [sheet for sheet in sheets if sheet.name.casefold() == asked.strip().casefold()]
    if known.mapping.sheets is not None:
        return [sheet for sheet in sheets if sheet.name in known.mapping.sheets]
    if names >= OWN_SHEETS:
        return [sheet for sheet in sheets if sheet.name == OWN_LIST]
    for sheet in sheets:
        if sheet.is_hidden:
            known.ignore(Place(sheet.name, 0, 0), "hidden")
    visible = [sheet for sheet in sheets if not sheet.is_hidden]
    present = [sheet for sheet in visible if not _OLD.search(sheet.name)]
    for sheet in visible if present else ():
        if sheet not in present:
            known.ignore(Place(sheet.name, 0, 0), "old")
    return present or visible


def read_all(sheets: Sequence[Sheet], known: Understanding) -> list[SheetReading]:
    """Return what each sheet holds that is of any shape; the others are told as left out."""
    readers = _READERS.get(known.mapping.shape or "", _ANY)
    readings = []
    is_own = [sheet.name for sheet in sheets] == [OWN_LIST]
    for sheet in sheets:
        reading = _read(sheet, known, readers)
        if reading is None:
            known.ignore(Place(sheet.name, 0, 0), "no_shape")
            continue
        readings.append(reading)
        for cell in sheet.struck:
            known.ignore(sheet.place(cell), "called_off")
        if is_own and sheet.name == OWN_LIST:
            known.forget(sheet.name)
        for cell in sheet.lost:
            message = "This cell holds a formula without a result, or shows an error."
            known.fault(
                "E-IMPORT-CELL",
                sheet.place(cell),
                message,
                "Open the workbook in Excel and save it, or type the value.",
            )
    return readings


def _read(sheet: Sheet, known: Understanding, readers: Sequence[Reader]) -> SheetReading | None:
    outside = dict(known.dates.outside)
    for reader in readers:
        known.dates.outside = dict(outside)
        found = known.trial(partial(reader, sheet, known))
        if found is not None:
            return found
    known.dates.outside = outside
    return None


def read_calendars(files: Mapping[str, bytes], known: Understanding) -> list[SheetReading]:
    """Return what calendar files hold, as one."""
    reader = CalendarReader(known)
    for name, data in files.items():
        if not reader.read(name, data):
            known.fault(
                "E-IMPORT-ENTRY", Place(name, 1, 0), "This is no calendar file.", "Export the calendar again as .ics."
            )
    return [reader.reading] if reader.reading.entries else []


def shape_of(readings: Iterable[SheetReading]) -> str:
    """Return the shape of a roster: that of most of its appointments."""
    weights: Counter[str] = Counter()
    for reading in readings:
        weights[reading.shape] += len(reading.entries) or len(reading.members)
    return max(weights, key=lambda shape: weights[shape], default="")
