"""Lines of text or cells without a header: a day, a time, and what is held then, in any order; days may stand above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from iopsched.imports.entries import SheetReading, Surroundings, When
from iopsched.imports.freetext import FreeText
from iopsched.imports.sheets import Sheet
from iopsched.imports.understanding import Understanding

LEAST_LINES = 2


class AgendaReader:
    """Reads one sheet line by line."""

    def __init__(self, sheet: Sheet, known: Understanding) -> None:
        self.sheet = sheet
        self.known = known
        self.around = known.label(sheet.name) if sheet.name else Surroundings()
        self.reading = SheetReading("appointments", sheet.name)

    def read(self) -> SheetReading | None:
        """Return what the sheet holds, None where fewer than two lines have a day, a time and what is held."""
        for row, cells in self.sheet.rows().items():
            self._line(row, cells)
        return self.reading if len(self.reading.entries) >= LEAST_LINES else None

    def _line(self, row: int, cells: Mapping[int, str]) -> None:
        place = self.sheet.place((row, min(cells)))
        days = [found for text in cells.values() if (found := self.known.dates.days(text)) is not None]
        rest = {column: text for column, text in cells.items() if self.known.dates.days(text) is None}
        if days and not rest:
            self.around = replace(self.around, days=days[0])
            return
        when = self._moment(rest)
        own = days[0] if days else when.days or self.around.days
        if own is None or when.start is None:
            self.known.ignore(place, "not_understood")
            return
        text = "\n".join(text for text in rest.values() if self.known.clocks.moment(text, self.known.dates) is None)
        around = replace(self.around, days=own)
        self.reading.entries += FreeText(self.known).appointments(text, place, replace(when, days=own), around)

    def _moment(self, cells: Mapping[int, str]) -> When:
        """Return the time of a line: a stretch, or a start and perhaps an end in cells of their own."""
        found = When()
        for text in cells.values():
            if (span := self.known.clocks.span(text)) is not None:
                return replace(found, start=span[0], end=span[1])
            if (moment := self.known.clocks.moment(text, self.known.dates)) is not None:
                found = replace(found, days=moment[0], start=moment[1])
            elif (point := self.known.clocks.point(text) if ":" in text else None) is not None:
                found = replace(found, end=point) if found.start is not None else replace(found, start=point)
            elif found.start is None and (spot := self.known.clocks.find_point(text)) is not None:
                found = replace(found, start=spot[0])
        is_later = found.end is None or found.start is None or found.end > found.start
        return found if is_later else replace(found, end=None)


def read_agenda(sheet: Sheet, known: Understanding) -> SheetReading | None:
    """Return what a sheet holds as lines, None where it holds none."""
    return AgendaReader(sheet, known).read()
