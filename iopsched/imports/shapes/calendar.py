"""Calendar files (RFC 5545): each entry of the week is an appointment, those that repeat are laid out."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from iopsched.domain.timegrid import DAY, is_planned
from iopsched.imports.entries import RosterEntry, SheetReading, Surroundings, When
from iopsched.imports.freetext import FreeText
from iopsched.imports.lexicon import WordKind
from iopsched.imports.shapes.repeats import occurrences
from iopsched.imports.sheets import Place, tidy
from iopsched.imports.spotting import spot
from iopsched.imports.understanding import Understanding, flat

MOST_ENTRIES = 50_000
_LINE = re.compile(r"(room|where|location|staff|therapist|clinician|provider|lead|who|participants?|clients?|patients?|attendees|members?|service|group|type) ?: ?(.{1,4000})", re.IGNORECASE)  # fmt: skip
_STAFF = ("staff", "therapist", "clinician", "provider", "lead")
_WHERE = ("room", "where", "location")
_HEADS = re.compile(r"[0-9]+ participants?", re.IGNORECASE)


class CalendarReader:
    """Reads the entries of calendar files; the same entry in several files is one, with all that they say of it."""

    def __init__(self, known: Understanding) -> None:
        self.known = known
        self.zone = ZoneInfo(known.problem.clinic.timezone)
        self.reading = SheetReading("calendar", "")
        self._number = 0

    def read(self, name: str, data: bytes) -> bool:
        """Add the entries of a file; return whether it is a calendar."""
        try:
            calendars = Calendar.from_ical(data, multiple=True)
            events: list[Any] = [event for calendar in calendars for event in calendar.walk("VEVENT")][:MOST_ENTRIES]
            owners = [self._owner(str(calendar.get("X-WR-CALNAME", ""))) for calendar in calendars]
        except (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError):
            return False
        owner = owners[0] if owners else Surroundings()
        changed = {
            (str(event.get("UID", "")), self._key(event["RECURRENCE-ID"].dt))
            for event in events
            if "RECURRENCE-ID" in event
        }
        for event in events:
            self._number += 1
            try:
                self._event(name, event, changed, owner)
            except (ValueError, TypeError, AttributeError, OverflowError, KeyError):
                message = "This entry cannot be read."
                self.known.fault("E-IMPORT-ENTRY", Place(name, self._number, 0), message, "Export the calendar again.")
        return True

    def _owner(self, name: str) -> Surroundings:
        spotted = spot(self.known.lexicon, tidy(name), {WordKind.STAFF})
        rows = [row for row in spotted.found if row.is_certain]
        return Surroundings(fallback_staff=rows[0].meanings[0].id) if len(rows) == 1 else Surroundings()

    def _event(self, name: str, event: Any, changed: set[tuple[str, str]], owner: Surroundings) -> None:
        place = Place(name, self._number, 0)
        start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
        if end is None and "DURATION" in event:
            end = start + event["DURATION"].dt
        times = [self._local(moment) for moment in self._occurrences(event, start, changed)]
        inside = [moment for moment in times if self._is_inside(moment)]
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            self.known.ignore(place, "called_off")
        elif not isinstance(start, datetime):
            self.known.ignore(place, "ordinary" if self._is_inside_day(start) else "other_week")
        elif not inside:
            self.known.ignore(place, "other_week")
        else:
            length = round((end - start).total_seconds() / 60) if isinstance(end, datetime) else None
            self._add(place, event, inside, length, owner)

    def _occurrences(self, event: Any, start: Any, changed: set[tuple[str, str]]) -> Iterator[Any]:
        """Yield the moments of an entry near the week, those that another entry replaces left out."""
        if not isinstance(start, datetime):
            return
        if "RANGE" in getattr(event.get("RECURRENCE-ID"), "params", {}):
            raise ValueError("changes all that follow")
        uid = str(event.get("UID", ""))
        left_out = {self._key(moment) for moment in _dates_of(event, "EXDATE")}
        if "RECURRENCE-ID" in event:
            yield start
            return
        for moment in dict.fromkeys((*self._laid_out(event, start), *_dates_of(event, "RDATE"))):
            if not isinstance(moment, datetime):
                continue
            keys = {self._key(moment), self._key(moment)[:10]}
            if keys.isdisjoint(left_out) and not any((uid, key) in changed for key in keys):
                yield moment

    def _laid_out(self, event: Any, start: datetime) -> Iterator[datetime]:
        """Yield the moments of an entry and its rules near the week."""
        rule = event.get("RRULE")
        if rule is None:
            yield start
            return
        first = datetime.combine(self.known.dates.week - timedelta(days=2), time(), start.tzinfo)
        for row in [rule] if not isinstance(rule, list) else rule:
            yield from occurrences(row, start, first, first + timedelta(days=11))

    def _key(self, moment: date | datetime) -> str:
        """Return a moment as the clinic's clocks show it, whatever zone it is written in; of a whole day its date."""
        local = self._local(moment) if isinstance(moment, datetime) else moment
        return local.isoformat()

    def _local(self, moment: datetime) -> datetime:
        return (moment if moment.tzinfo is None else moment.astimezone(self.zone)).replace(tzinfo=None)

    def _is_inside(self, moment: datetime) -> bool:
        return self._is_inside_day(moment.date())

    def _is_inside_day(self, day: date) -> bool:
        week = self.known.dates.week
        if not week <= day < week + timedelta(days=7):
            monday = day - timedelta(days=day.weekday())
            self.known.dates.outside[monday] = self.known.dates.outside.get(monday, 0) + 1
            return False
        return True

    def _add(self, place: Place, event: Any, moments: list[datetime], length: int | None, owner: Surroundings) -> None:
        texts = _texts(event)
        staff, people, remote, room, how = self._who(place, texts)
        around = replace(owner, staff=staff, room=room, how=how)
        found = FreeText(self.known).appointments(f"{texts['summary']} ", place, When(), around)
        if not found and not people:
            return
        base = found[0] if found else RosterEntry(place, When(), staff=staff, room=room, how=how)
        if base.service is None and base.group is None and texts["categories"]:
            own = self.known.label(texts["categories"])
            base = replace(base, group=own.group, service=own.service)
        for moment in moments:
            start = moment.hour * 60 + moment.minute
            if length is not None and not 0 < length <= DAY - start:
                raise ValueError("ends before it begins, or on another day")
            end = None if length is None else start + length
            when = When(((moment.date() - self.known.dates.week).days,), start, end)
            key = f"{event.get('UID', '')} {moment.isoformat()}" if event.get("UID") else ""
            own_people = flat([base.people, people])
            self.reading.entries.append(replace(base, when=when, people=own_people, remote=remote, key=key))

    def _who(
        self, place: Place, texts: Mapping[str, str]
    ) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], str | None, str]:
        """Return staff, participants, who of them is online, room and how, from the lines of a description and its fields."""
        known = self.known
        staff: list[str] = []
        people: list[str] = []
        remote: list[str] = []
        where = [texts["location"]]
        how = ""
        for line in texts["description"].splitlines():
            if (match := _LINE.match(line)) is None:
                own = known.label(line)
                how = how or (own.how if not _HEADS.fullmatch(line) else "")
            elif match[1].casefold() in _WHERE:
                where.append(match[2])
            elif match[1].casefold() in _STAFF:
                staff += self._named(match[2], place, WordKind.STAFF)
            elif match[1].casefold() not in ("service", "group", "type"):
                listed = match[2].replace(",", ";")
                people += known.many(listed, place, WordKind.PERSON, "E-IMPORT-PERSON")
                remote += known.remote_people(listed)
        for name in texts["attendees"].split("\n"):
            spotted = spot(known.lexicon, name, {WordKind.STAFF, WordKind.PERSON})
            for row in (row for row in spotted.found if row.is_certain):
                (staff if row.meanings[0].kind is WordKind.STAFF else people).append(row.meanings[0].id)
        labels = [known.label(text) for text in where if text]
        room = next((label.room for label in labels if label.room), None)
        how = next((label.how for label in labels if label.how), how)
        return flat([staff]), flat([people]), flat([remote]), room, how

    def _named(self, text: str, place: Place, kind: WordKind) -> tuple[str, ...]:
        """Return whom a line names, commas between names and before credentials alike."""
        spotted = spot(self.known.lexicon, text, {kind})
        found = [row.meanings[0].id for row in spotted.found if row.is_certain]
        if not found and text.strip():
            self.known.lacks("E-IMPORT-STAFF", kind, place, " ".join(phrase for _, phrase in spotted.unknown))
        return tuple(found)


def _texts(event: Any) -> dict[str, str]:
    names = []
    for field in ("ATTENDEE", "ORGANIZER"):
        rows = event.get(field, [])
        names += [
            tidy(str(row.params.get("CN", "")) or str(row).removeprefix("mailto:").partition("@")[0])
            for row in (rows if isinstance(rows, list) else [rows])
        ]
    categories = event.get("CATEGORIES", [])
    listed = [
        str(one)
        for row in (categories if isinstance(categories, list) else [categories])
        for one in getattr(row, "cats", [])
    ]
    found = {field: tidy(str(event.get(field.upper(), ""))) for field in ("summary", "location", "description")}
    return {**found, "attendees": "\n".join(names), "categories": tidy(" ".join(listed))}


def _dates_of(event: Any, field: str) -> Iterator[Any]:
    rows = event.get(field, [])
    for row in rows if isinstance(rows, list) else [rows]:
        yield from (one.dt for one in row.dts)


def week_of_events(files: Iterable[bytes]) -> date | None:
    """Return the Monday of the week in which most entries that do not repeat lie, None where there are none."""
    found: Counter[date] = Counter()
    for data in files:
        for match in re.finditer(rb"^DTSTART[^:\r\n]{0,80}:([0-9]{8})", data, re.MULTILINE):
            with contextlib.suppress(ValueError):
                day = date.fromisoformat(match[1].decode())
                found[day - timedelta(days=day.weekday())] += 1
    return max(found, key=lambda monday: (found[monday], monday)) if found and is_planned(max(found)) else None
