"""A list: a header that names the columns, and a row for each appointment, for each client of one, or for each member of a group."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from iopsched.imports.entries import RosterEntry, SheetReading, Surroundings
from iopsched.imports.freetext import FreeText
from iopsched.imports.lexicon import WordKind, phrase_of
from iopsched.imports.shapes.columns import SUBJECT, TIMES, ListColumns, header_of
from iopsched.imports.shapes.rowtimes import RowTimes
from iopsched.imports.sheets import Place, Sheet
from iopsched.imports.spotting import is_of_the_page, says_nothing
from iopsched.imports.understanding import Understanding, flat
from iopsched.ingest.source.tables import letters

_CALLED_OFF = re.compile(r"cancel|no.?show|resched|deleted|void|declin|\bc/?x\b", re.IGNORECASE)
_WHO = re.compile(r"\b(?:who|clients?|attendees|members|participants|patients): ?([^\n]{1,4000})", re.IGNORECASE)
_SECOND = re.compile(r"\bsecond\b", re.IGNORECASE)


class TableReader:
    """Reads one sheet row by row: headers, headings that name staff, a day or a group, and rows."""

    def __init__(self, sheet: Sheet, known: Understanding) -> None:
        self.sheet = sheet
        self.known = known
        self.own = known.mapping.table(sheet.name)
        self.columns: ListColumns | None = None
        self.around = known.label(sheet.name) if sheet.name else Surroundings()
        self.last: dict[str, str] = {}
        self.reading = SheetReading("appointments", sheet.name)

    def read(self) -> SheetReading | None:
        """Return what the sheet holds, None where it is no list."""
        for row, cells in self.sheet.rows().items():
            if (header := self._header(row, cells)) is not None:
                self._begin(header)
            elif all(map(is_of_the_page, cells.values())):
                self.known.ignore(self.sheet.place((row, min(cells))), "ordinary")
            elif self.columns is None:
                self._heading(row, cells, is_above=True)
            elif not self._heading(row, cells):
                self._row(row, self._filled(row, cells))
        if self.columns is None or not self.reading.columns:
            return None
        if self.columns.is_of_members and not self.reading.entries:
            self.reading.shape = "attendees"
        return self.reading

    def _header(self, row: int, cells: Mapping[int, str]) -> ListColumns | None:
        if self.own.header_row and self.columns is None:
            return header_of(cells, row, self.own.columns) if row == self.own.header_row else None
        return header_of(cells, row)

    def _begin(self, header: ListColumns) -> None:
        self.columns = header
        self.last = {}
        if not header.is_totals and not self.reading.columns:
            self.reading.header_row = header.row
            self.reading.columns = {
                letters(column): role for role, columns in header.roles.items() for column in columns
            }

    def _heading(self, row: int, cells: Mapping[int, str], *, is_above: bool = False) -> bool:
        """Take what a row of one cell says of the rows below it; return whether it says no more than that."""
        if len(cells) != 1:
            return False
        column, text = next(iter(cells.items()))
        days = self.known.dates.days(text)
        around = self.known.label(text) if len(text) <= 60 else Surroundings()
        if days is not None:
            self.around = replace(self.around, days=days)
        elif around.staff or around.group or around.room:
            if self.columns is not None and self._is_only_people(column) and not (around.group or around.staff):
                return False
            self.around = replace(around, days=self.around.days)
            self.last = {}
        elif is_above or not self._is_only_people(column):
            if not is_above:
                self.known.ignore(
                    self.sheet.place((row, column)), "ordinary" if says_nothing(text) else "not_understood"
                )
            return True
        else:
            return False
        return True

    def _is_only_people(self, column: int) -> bool:
        return self.columns is not None and column in (
            *self.columns.roles.get("people", ()),
            *self.columns.roles.get("last_name", ()),
        )

    def _filled(self, row: int, cells: Mapping[int, str]) -> dict[int, str]:
        """Return the cells of a row with those of merged cells that begin above it."""
        found = dict(cells)
        for first, last in self.sheet.last.items():
            if first[0] < row <= last[0] and first in self.sheet.cells and first[1] == last[1]:
                found.setdefault(first[1], self.sheet.cells[first])
        return found

    # --- rows ---------------------------------------------------------------
    def _row(self, row: int, cells: dict[int, str]) -> None:
        columns = self.columns
        if columns is None or columns.is_totals:
            return
        texts = self._texts(columns, cells)
        place = self.sheet.place((row, min(cells)))
        if _CALLED_OFF.search(texts.get("status", "")):
            self.known.ignore(place, "called_off")
            return
        if texts.pop("all_day", "").casefold() in ("true", "yes", "1"):
            self.known.ignore(place, "ordinary")
            return
        if not texts.keys() & (SUBJECT | {"staff", "room"}) or self._is_total(texts):
            self.known.ignore(place, "ordinary")
            return
        if texts.keys() <= {"people", "last_name", "first_name"} and self.last:
            texts = {**self.last, **texts}
        else:
            roles = TIMES | {"end", "group"} if not columns.is_of_members else {"group"}
            repeated = {role for role in roles - texts.keys() if self._may_repeat(role, texts)}
            texts |= {role: self.last[role] for role in repeated & self.last.keys()}
            self.last = texts
        self._entry(place, texts, columns, " ".join(cells.get(column, "") for column in columns.notes))

    def _texts(self, columns: ListColumns, cells: Mapping[int, str]) -> dict[str, str]:
        """Return the text of each role; of several columns that say what is held the first that names it."""
        found = {role: [cells[at] for at in places if cells.get(at)] for role, places in columns.roles.items()}
        if len(whats := found.get("what", [])) > 1:
            found["what"] = next(([text] for text in whats if FreeText(self.known).names_what(text)), whats)
            beside = [match[1] for text in whats if text not in found["what"] and (match := _WHO.search(text))]
            found["people"] = [*found.get("people", []), *beside]
        return {role: " ; ".join(texts) for role, texts in found.items() if texts}

    @staticmethod
    def _is_total(texts: Mapping[str, str]) -> bool:
        words = [word for text in texts.values() for word in phrase_of(text)[:1]]
        return "total" in words or "totals" in words or "subtotal" in words

    @staticmethod
    def _may_repeat(role: str, texts: Mapping[str, str]) -> bool:
        """Return whether a blank cell means what the row above says: a day always, times where the row has no day either."""
        if role == "group":
            return "what" not in texts
        return role in ("date", "day") or not texts.keys() & {"day", "date", "start", "end", "time"}

    def _entry(self, place: Place, texts: Mapping[str, str], columns: ListColumns, notes: str) -> None:
        known = self.known
        staff = (*known.many(texts.get("staff", ""), place, WordKind.STAFF, "E-IMPORT-STAFF"),)
        also = known.many(texts.get("also_staff", ""), place, WordKind.STAFF, "E-IMPORT-STAFF")
        people = _people(known, place, texts)
        room, how = _where(known, place, texts)
        if columns.is_of_members:
            self._member(place, texts, people)
            return
        when = RowTimes(known, self.around.days).when(place, texts, columns)
        if when is None:
            return
        invited, guests = known.invited(texts.get("invited", ""), place)
        also, people = flat([also, invited]), flat([people, guests])
        own = replace(
            self.around, days=when.days, staff=flat([self.around.staff, staff, also]), how=how or self.around.how
        )
        base = RosterEntry(place, when, staff=own.staff, room=room or self.around.room, people=people, how=own.how)
        entry = _what(known, base, texts, own)
        if entry is None:
            return
        remote = known.remote_people(texts.get("people", "")) or (people if how == "telehealth" else ())
        is_second = bool(_SECOND.search(notes)) and bool(self.around.staff)
        self.reading.entries.append(
            replace(
                entry,
                people=flat([entry.people, people]),
                remote=remote,
                key=texts.get("session", ""),
                is_second=is_second,
            )
        )

    def _member(self, place: Place, texts: Mapping[str, str], people: tuple[str, ...]) -> None:
        groups = (
            self.known.many(texts.get("group", ""), place, WordKind.GROUP, "E-IMPORT-WHAT")
            if texts.get("group")
            else ()
        )
        if not groups and self.around.group:
            groups = (self.around.group,)
        for group in groups:
            self.reading.members.setdefault(group, []).extend(people)


def _people(known: Understanding, place: Place, texts: Mapping[str, str]) -> tuple[str, ...]:
    whole = texts.get("people", "")
    if "last_name" in texts:
        whole = f"{texts['last_name']}, {texts.get('first_name', '')}"
    return known.many(whole, place, WordKind.PERSON, "E-IMPORT-PERSON") if whole else ()


def _where(known: Understanding, place: Place, texts: Mapping[str, str]) -> tuple[str | None, str]:
    """Return the room and how the session is held; a place that is no room, such as ``online``, says how."""
    text = texts.get("room", "")
    how = known.label(texts.get("how", "")).how if texts.get("how") else ""
    own = known.label(text).how if text else ""
    if not text or (own and known.label(text).room is None):
        return None, own or how
    return known.one(text, place, WordKind.ROOM, "E-IMPORT-ROOM"), how


def _what(
    known: Understanding, base: RosterEntry, texts: Mapping[str, str], around: Surroundings
) -> RosterEntry | None:
    """Return the entry with its group and service: by its code, the columns of groups and kinds, or both."""
    what, group = texts.get("what", ""), texts.get("group", "")
    codes = known.lexicon.codes.get(what.strip().casefold(), set())
    if (
        group
        and (FreeText(known).names_what(group) or not says_nothing(group))
        and (own := known.one(group, base.place, WordKind.GROUP, "E-IMPORT-WHAT"))
    ):
        return replace(base, group=own, service=known.problem.group[own].service_id)
    if len(codes) == 1:
        return replace(base, service=next(iter(codes)))
    found = FreeText(known).appointments(what, base.place, base.when, replace(around, room=base.room)) if what else []
    if found:
        first = found[0]
        return replace(first, when=base.when, people=flat([first.people, base.people]))
    why = known.ignored.get(base.place) if what else None
    if why == "not_understood":
        del known.ignored[base.place]
        known.lacks("E-IMPORT-WHAT", WordKind.GROUP, base.place, " ".join(phrase_of(what)))
    elif why == "ordinary" and base.people:
        del known.ignored[base.place]
        return base
    if what:
        return None
    return replace(base, group=around.group, service=around.service)


def read_table(sheet: Sheet, known: Understanding) -> SheetReading | None:
    """Return what a sheet holds as a list, None where it is none."""
    return TableReader(sheet, known).read()
