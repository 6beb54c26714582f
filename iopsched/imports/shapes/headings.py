"""Lists of attendees under headings: the group, when it meets and who leads it, and below it a line for each member."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from iopsched.imports.entries import RosterEntry, SheetReading, When
from iopsched.imports.lexicon import WordKind, phrase_of
from iopsched.imports.sheets import Place, Sheet
from iopsched.imports.spotting import is_of_the_page, says_nothing, settled, spot
from iopsched.imports.understanding import Understanding, flat
from iopsched.imports.when import days_inside


@dataclass(slots=True)
class _Heading:
    """A group, what the lines below it say of its sessions, and its members."""

    group: str
    place: Place
    when: When | None = None
    staff: list[str] = field(default_factory=list)
    room: str | None = None
    how: str = ""
    people: list[str] = field(default_factory=list)


class HeadingsReader:
    """Reads one sheet from above; headings beside each other begin columns of their own."""

    def __init__(self, sheet: Sheet, known: Understanding) -> None:
        self.sheet = sheet
        self.known = known
        self.headings: list[_Heading] = []
        self.at: dict[int, _Heading] = {}

    def read(self) -> SheetReading | None:
        """Return what the sheet holds, None where no group has members below it."""
        for row, cells in self.sheet.rows().items():
            groups = {column: own for column, text in cells.items() if (own := self._group(text)) is not None}
            if len(groups) > 1:
                self.at = {}
            for column, text in cells.items():
                self._cell(self.sheet.place((row, column)), column, text, groups.get(column), is_alone=len(groups) < 2)
        held = [heading for heading in self.headings if heading.people]
        if not held:
            return None
        reading = SheetReading("attendees", self.sheet.name)
        for heading in held:
            reading.members.setdefault(heading.group, []).extend(heading.people)
            if heading.when is not None and heading.when.days:
                reading.entries.append(self._entry(heading))
        return reading

    def _entry(self, heading: _Heading) -> RosterEntry:
        service = self.known.problem.group[heading.group].service_id
        when = heading.when or When()
        return RosterEntry(
            heading.place,
            when,
            heading.group,
            service,
            flat([heading.staff]),
            heading.room,
            flat([heading.people]),
            (),
            heading.how,
        )

    def _group(self, text: str) -> str | None:
        whole = settled(spot(self.known.lexicon, text))
        rows = [row for row in whole.of(WordKind.GROUP) if row.is_certain]
        is_alone = len(rows) == 1 and not whole.of(WordKind.PERSON)
        return rows[0].meanings[0].id if is_alone else None

    def _cell(self, place: Place, column: int, text: str, group: str | None, *, is_alone: bool) -> None:
        if group is not None:
            self._begin(_Heading(group, place), column, text, is_alone=is_alone)
            return
        heading = self._of(column)
        if heading is None:
            self.known.ignore(place, "ordinary" if says_nothing(text) else "not_understood")
        elif heading.people and (self.known.clocks.find_span(text) or days_inside(text, self.known.dates)):
            self.known.lacks("E-IMPORT-WHAT", WordKind.GROUP, place, " ".join(phrase_of(text)))
            self.at = {at: own for at, own in self.at.items() if own is not heading}
        elif not self._detail(heading, text):
            self._member(heading, place, text)

    def _begin(self, heading: _Heading, column: int, text: str, *, is_alone: bool) -> None:
        self.headings.append(heading)
        if is_alone:
            self.at = {}
        self.at[column] = heading
        self._detail(heading, text)

    def _of(self, column: int) -> _Heading | None:
        """Return the heading of a column: its own, else the only one, else the nearest on the left."""
        left = [at for at in self.at if at <= column]
        return self.at[max(left)] if left else next(iter(self.at.values()), None) if len(self.at) == 1 else None

    def _detail(self, heading: _Heading, text: str) -> bool:
        """Take what a line says of the sessions; return whether it says anything of that kind."""
        known = self.known
        spotted = spot(known.lexicon, text, {WordKind.STAFF, WordKind.ROOM, WordKind.HOW})
        span = known.clocks.find_span(text)
        days = days_inside(text, known.dates)
        people = settled(spot(known.lexicon, text)).of(WordKind.PERSON)
        if people and not span and not heading.when:
            spotted.found = [row for row in spotted.found if WordKind.STAFF not in row.kinds]
        if span or days:
            before = heading.when or When()
            start, end = span[0] if span else (before.start, before.end)
            heading.when = replace(before, days=days or before.days, start=start, end=end)
        for row in (row for row in spotted.found if row.is_certain):
            own = row.meanings[0]
            if own.kind is WordKind.STAFF:
                heading.staff.append(known.know(row, own.id, own.kind))
            elif own.kind is WordKind.ROOM:
                heading.room = known.know(row, own.id, own.kind)
            else:
                heading.how = own.id
        return bool(span or days or spotted.found) and not (people and not span)

    def _member(self, heading: _Heading, place: Place, text: str) -> None:
        if text.replace(".", "").isdigit() and not spot(self.known.lexicon, text, {WordKind.PERSON}).found:
            return
        if is_of_the_page(text) or (says_nothing(text) and not spot(self.known.lexicon, text, {WordKind.PERSON}).found):
            self.known.ignore(place, "ordinary")
            return
        heading.people += self.known.many(text, place, WordKind.PERSON, "E-IMPORT-PERSON")


def read_headings(sheet: Sheet, known: Understanding) -> SheetReading | None:
    """Return what a sheet holds as lists below headings, None where it holds none."""
    return HeadingsReader(sheet, known).read()
