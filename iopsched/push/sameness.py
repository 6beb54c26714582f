"""Whether two calendar objects say the same. They are compared by what they mean: servers reorder, fold and add.

The reader is our own and small, because what it reads may be anything: it
knows lines and components, expands nothing and takes the same time for every
byte.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_MOST_BYTES = 1_000_000
_MOST_DEPTH = 8
_FOLD = re.compile(rb"\r?\n[ \t]")  # may cut a letter in two, so it goes before letters are read
_END_OF_LINE = re.compile(r"\r\n|\n|\r")
_LINE = re.compile(r'([A-Za-z0-9-]+)((?:;(?:[^":]|"[^"]*")*)?):(.*)', re.DOTALL)
_TZID = re.compile(r';TZID="?([^";]{1,200})', re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DURATION = re.compile(r"\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")
_LISTS = ("CATEGORIES", "RESOURCES")
# What clients and servers write of their own accord, and what follows from a change rather than being one. The UID
# is the object's place, not what it says.
_STAMPS = frozenset({"DTSTAMP", "LAST-MODIFIED", "CREATED", "SEQUENCE", "UID"})
# What an object says that does not say it.
_DEFAULTS = {"CLASS": "PUBLIC", "TRANSP": "OPAQUE", "STATUS": "CONFIRMED", "PRIORITY": "0"}


@dataclass(frozen=True, slots=True)
class Event:
    """What an object says. ``facts`` are its properties, ``alarms`` what hangs on it and is a person's own affair."""

    start: datetime | None
    end: datetime | None
    facts: tuple[tuple[str, str], ...]
    alarms: tuple[str, ...] = ()

    @property
    def meaning(self) -> str:
        """Return a digest of all that it says."""
        return hashlib.sha256(repr((self.facts, self.alarms)).encode(errors="replace")).hexdigest()


@dataclass(slots=True)
class _Entry:
    """A VEVENT while it is read."""

    facts: list[tuple[str, str]] = field(default_factory=list)
    moments: dict[str, datetime] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)


def event_of(data: bytes) -> Event | None:
    """Return what an object says, None where it cannot be read or is no appointment."""
    if len(data) > _MOST_BYTES:
        return None
    text = _FOLD.sub(b"", data).decode("utf-8-sig", errors="replace")
    path: list[str] = []
    entries: list[_Entry] = []
    others: list[str] = []
    for line in _END_OF_LINE.split(text):
        if not (match := _LINE.fullmatch(line)):
            if line.strip():
                return None
            continue
        name, options, value = match[1].upper(), match[2], match[3]
        if name == "BEGIN":
            path.append(value.strip().upper())
            if len(path) > _MOST_DEPTH or (len(path) == 1) != (path[0] == "VCALENDAR" and path[-1] == path[0]):
                return None
            if path[1:] == ["VEVENT"]:
                entries.append(_Entry())
        elif name == "END":
            if not path or path.pop() != value.strip().upper():
                return None
        elif path[1:] == ["VEVENT"]:
            _take(entries[-1], name, options, value)
        elif path[1:2] == ["VEVENT"]:
            entries[-1].alarms.append(f"{'/'.join(path[2:])}:{name}:{value}")
        elif path[1:] and path[1] != "VTIMEZONE":
            others.append(f"{'/'.join(path[1:])}:{name}:{value}")
    if path or not entries:
        return None
    facts = [(f"{place}:{name}", value) for place, entry in enumerate(entries) for name, value in _settled(entry)]
    facts += [("other", line) for line in others]
    alarms = [line for entry in entries for line in entry.alarms]
    first = entries[0].moments
    return Event(first.get("DTSTART"), first.get("DTEND"), tuple(sorted(facts)), tuple(sorted(alarms)))


def says_the_same(one: Event | None, other: Event | None) -> bool:
    """Return whether two objects say the same, alarms included; what cannot be read says nothing."""
    return one is not None and one == other


def differs_in_alarms_only(one: Event | None, other: Event | None) -> bool:
    """Return whether somebody has only hung an alarm on an object."""
    return one is not None and other is not None and one.facts == other.facts


def has_same_time(one: Event | None, other: Event | None) -> bool:
    """Return whether two appointments begin and end at the same instants."""
    return one is not None and other is not None and (one.start, one.end) == (other.start, other.end)


def _take(entry: _Entry, name: str, options: str, value: str) -> None:
    """Take in one property."""
    if name in _STAMPS or name.startswith("X-"):
        return
    if name == "DURATION" or name.startswith("DT"):
        moment = _moment(options, value) if name != "DURATION" else None
        if moment is not None:
            entry.moments[name] = moment
        entry.facts.append((name, moment.isoformat() if moment else f"{options}:{value}".upper()))
        return
    told = unicodedata.normalize("NFC", _ESCAPE.sub(_unescaped, value).strip())
    if name in _LISTS:
        told = ",".join(sorted(part.strip() for part in told.split(",")))
    if _DEFAULTS.get(name) != told.upper():
        entry.facts.append((name, told))


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]


def _settled(entry: _Entry) -> list[tuple[str, str]]:
    """Return the facts of an entry, its end told as a moment also where a server tells how long it is."""
    lasts = next((value.rpartition(":")[2] for name, value in entry.facts if name == "DURATION"), None)
    start = entry.moments.get("DTSTART")
    match = _DURATION.fullmatch(lasts) if lasts else None
    if match is None or start is None:
        return entry.facts
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    try:
        end = start + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return entry.facts
    entry.moments["DTEND"] = end
    return [*(fact for fact in entry.facts if fact[0] != "DURATION"), ("DTEND", end.isoformat())]


def _moment(options: str, value: str) -> datetime | None:
    """Return an instant; None for a day, a floating time and a zone that is not known."""
    text = value.strip().upper()
    try:
        if text.endswith("Z"):
            return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        zone = _zone(match[1].strip()) if (match := _TZID.search(options)) else None
        if zone is None:
            return None
        return datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(tzid: str) -> ZoneInfo | None:
    """Return a zone by its usual name, by that of Windows, or by one with a maker before it (``/maker.org/x/A/B``)."""
    parts = WINDOWS_TO_OLSON.get(tzid, tzid).strip("/").split("/")
    for size in range(min(3, len(parts)), 0, -1):
        try:
            return ZoneInfo("/".join(parts[-size:]))
        except (ValueError, OSError, KeyError):  # as odd names raise
            continue
    return None
