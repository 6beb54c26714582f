"""A grid: times down and days, rooms or staff across, or the other way round; one for the clinic or one for each therapist."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from iopsched.imports.entries import SheetReading, Surroundings, When
from iopsched.imports.freetext import FreeText
from iopsched.imports.lexicon import WordKind
from iopsched.imports.shapes.gridlabels import GridLabel, LabelReader, below, within
from iopsched.imports.shapes.gridtimes import GridTimes
from iopsched.imports.sheets import Sheet, column_number
from iopsched.imports.spotting import spot
from iopsched.imports.understanding import Understanding
from iopsched.ingest.source.tables import letters

_SIDES = re.compile(r"time|times|hour|hours|slot|block|blocks|room|rooms|when|staff|therapist|period", re.IGNORECASE)
LEAST_LABELS = 2
_ONE_KIND: tuple[Callable[[Surroundings], bool], ...] = (
    lambda around: around.room is not None or bool(around.how),
    lambda around: bool(around.staff),
    lambda around: around.group is not None,
)
MOST_TITLE_ROWS = 12


@dataclass(slots=True)
class _State:
    """How far a sheet is read: the labels of its columns, and the time of the row above."""

    labels: dict[int, GridLabel] = field(default_factory=dict)
    is_header_open: bool = False
    header_row: int = 0
    around: Surroundings = field(default_factory=Surroundings)
    time: When | None = None
    last_point: int = -1


class GridReader:
    """Reads one sheet row by row: headers, headings of days, and rows of appointments beside their time."""

    def __init__(self, sheet: Sheet, known: Understanding) -> None:
        self.sheet = sheet
        self.known = known
        self.own = known.mapping.table(sheet.name)
        self.rows = sheet.rows()
        self.labels = LabelReader(known)
        self.state = _State(around=self.labels.of_name(sheet.name))
        self.reading = SheetReading("grid", sheet.name)
        self.data: list[tuple[int, int, str, When, Surroundings]] = []
        self._covered = {
            (row, column): first
            for first, last in sheet.last.items()
            for row in range(first[0], min(last[0], first[0] + 2000) + 1)
            for column in range(first[1], min(last[1], first[1] + 200) + 1)
        }

    def read(self) -> SheetReading | None:
        """Return what the sheet holds, None where it is no grid."""
        for row, cells in self.rows.items():
            self._row(row, cells)
        if not self.reading.header_row or not self.data:
            return None
        if self.state.around.staff:
            self.reading.shape = "staff_sheets"
        times = GridTimes(self.sheet, self.labels, min(self.state.labels), self.reading.header_row)
        for row, column, text, when, around in self.data:
            place = self.sheet.place((row, column))
            self.reading.entries += FreeText(self.known).appointments(
                text, place, times.until(row, column, when), around
            )
        if not self.reading.entries and self.state.time is None:
            return None
        return self.reading

    # --- rows ---------------------------------------------------------------
    def _row(self, row: int, cells: dict[int, str]) -> None:
        labels = self._labels(row, cells)
        if labels:
            self._header(row, labels)
            return
        if len(cells) == 1 and self._heading(row, *next(iter(cells.items()))):
            return
        if not self.state.labels:
            if len(cells) <= LEAST_LABELS and row <= MOST_TITLE_ROWS:
                self._title(" ".join(cells.values()))
            return
        first = min(self.state.labels)
        time, beside = self._side(row, first, cells)
        if time is not None:
            self.state.time = time
        for column, text in cells.items():
            if column < first:
                continue
            label = self.state.labels.get(column)
            if label is None:
                self._stray(row, column, text)
                continue
            self._take(row, column, text, label, beside)

    def _take(self, row: int, column: int, text: str, label: GridLabel, beside: Surroundings) -> None:
        around = within(within(label.around, beside), self.state.around)
        has_time = (
            self.state.time is not None or self.known.clocks.find_span(text) or self.known.clocks.find_point(text)
        )
        if around.days is None or not has_time:
            self._stray(row, column, text)
        elif not around.days:
            self.known.ignore(self.sheet.place((row, column)), "other_week")
        else:
            when = replace(self.state.time or When(), days=around.days)
            self.data.append((row, column, text, when, around))

    def _stray(self, row: int, column: int, text: str) -> None:
        """Tell of a cell that has no day or no time: one that names a participant is a fault, another was not understood."""
        place = self.sheet.place((row, column))
        if spot(self.known.lexicon, text, {WordKind.PERSON, WordKind.IGNORED}).of(WordKind.PERSON):
            message = "Nothing says on which day and at what time this is."
            remedy = "Write the day above or beside it, and the time; cross it out if it is no appointment."
            self.known.fault("E-IMPORT-TIME", place, message, remedy)
        else:
            self.known.ignore(place, "not_understood")

    def _header(self, row: int, labels: dict[int, GridLabel]) -> None:
        state = self.state
        if state.is_header_open:
            state.labels = below(state.labels, labels)
        else:
            has_days = any(label.around.days is not None for label in labels.values())
            state.labels = labels
            if has_days:
                state.around = replace(state.around, days=None)
        state.is_header_open = True
        state.time, state.last_point = None, -1
        self.reading.header_row = self.reading.header_row or row
        self.reading.columns = {letters(column): label.text for column, label in sorted(state.labels.items())}

    def _labels(self, row: int, cells: dict[int, str]) -> dict[int, GridLabel]:
        """Return the labels of a row that is a header, none of another row."""
        if self.own.header_row and row == self.own.header_row and self.own.columns:
            cells = {**cells, **{column_number(letter): text for letter, text in self.own.columns.items()}}
        found = {column: label for column, text in cells.items() if (label := self.labels.label(text)) is not None}
        others = [column for column in cells if column not in found and not _SIDES.fullmatch(cells[column].strip())]
        single = [column for column in found if len(cells[column].strip(" .")) == 1]
        if single and len(single) <= LEAST_LABELS:
            return {}
        days = [column for column in found if found[column].around.days is not None]
        if len(others) > len(found) // 2 or self._has_time(cells):
            return {}
        is_header = len({found[at].around.days for at in days}) >= LEAST_LABELS if days else self._heads(found)
        if not is_header and not (days and len(found) == 1 and self._is_lone(row, days[0], cells, others)):
            return {}
        return self._spread(row, {at: label for at, label in found.items() if not days or at in days})

    def _is_lone(self, row: int, column: int, cells: dict[int, str], others: list[int]) -> bool:
        """Return whether one day stands beside the word for times, or is merged over its rooms: a grid of one day."""
        beside = any(_SIDES.fullmatch(text.strip()) for text in cells.values())
        return not others and (beside or self.sheet.end_of((row, column))[1] > column)

    def _heads(self, found: dict[int, GridLabel]) -> bool:
        """Return whether rooms, staff or groups head the columns: below a header of days, or where the day stands above."""
        around = [label.around for label in found.values()]
        is_one_kind = any(all(map(has, around)) for has in _ONE_KIND)
        if not is_one_kind or (self.state.around.days is None and not self.state.is_header_open):
            return False
        return self.state.is_header_open or (len({(a.room, a.staff, a.group) for a in around}) >= LEAST_LABELS)

    def _has_time(self, cells: dict[int, str]) -> bool:
        first = next(iter(cells.values()))
        return self.labels.time(first) is not None

    def _spread(self, row: int, labels: dict[int, GridLabel]) -> dict[int, GridLabel]:
        """Return labels for every column that a merged one covers."""
        found = dict(labels)
        for column, label in labels.items():
            last = self.sheet.end_of((row, column))[1]
            found |= dict.fromkeys(range(column, min(last, column + 60) + 1), label)
        return found

    def _heading(self, row: int, column: int, text: str) -> bool:
        """Take a day, room or member of staff that heads the rows below; return whether it was one."""
        days = self.known.dates.days(text)
        if days is not None and len(text.strip(" .")) > 1:
            self.state.around = replace(self.state.around, days=days)
            self.state.time, self.state.last_point = None, -1
            self.state.is_header_open = False
            return True
        around = self.known.label(text) if len(text) <= 60 and column == min(self.rows[row]) else Surroundings()
        if around.staff and not self.state.labels:
            self.state.around = replace(self.state.around, staff=around.staff)
            return True
        return False

    def _title(self, text: str) -> None:
        staff = self.known.title_staff(text)
        days = self.known.dates.days(text)
        if staff and not self.state.around.staff:
            self.state.around = replace(self.state.around, fallback_staff=staff)
        if days and self.state.around.days is None:
            self.state.around = replace(self.state.around, days=days)

    # --- times --------------------------------------------------------------
    def _side(self, row: int, first: int, cells: dict[int, str]) -> tuple[When | None, Surroundings]:
        """Return the time and what else stands before the first column of appointments."""
        time: When | None = None
        beside = Surroundings()
        for column in range(1, first):
            text = cells.get(column) or self._merged(row, column)
            if not text:
                continue
            if (found := self.labels.time(text, self.state.last_point)) is not None:
                time = found
            else:
                beside = within(self.known.label(text), beside)
                if (days := self.known.dates.days(text)) is not None:
                    beside = replace(beside, days=days)
        self.state.is_header_open = False
        if time is not None and time.start is not None and time.end is None:
            self.state.last_point = time.start
        elif time is None and beside.staff:
            self.state.time = None
        return time, beside

    def _merged(self, row: int, column: int) -> str:
        first = self._covered.get((row, column))
        return self.sheet.cells.get(first, "") if first is not None else ""


def read_grid(sheet: Sheet, known: Understanding) -> SheetReading | None:
    """Return what a sheet holds as a grid, None where it is none; days across are tried first, then days down."""
    across = GridReader(sheet, known).read()
    if across is not None:
        return across
    turned = sheet.turned()
    found = GridReader(turned, known).read()
    return None if found is None else replace(found, header_row=0, columns={})
