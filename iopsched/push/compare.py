"""Whether two calendar objects say the same. They are compared parsed: servers reorder and fold anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar
from icalendar.cal.component import Component

# What clients and servers write of their own accord, and what follows from a change rather than being one.
_STAMPS = frozenset({"DTSTAMP", "LAST-MODIFIED", "CREATED", "SEQUENCE"})


@dataclass(frozen=True, slots=True)
class Event:
    """What an object says. ``facts`` are its properties, ``alarms`` what hangs on it and is a person's own affair."""

    start: datetime | None
    end: datetime | None
    facts: tuple[tuple[str, str], ...]
    alarms: tuple[bytes, ...] = ()


def event_of(data: bytes) -> Event | None:
    """Return what an object says, None where it cannot be read."""
    try:
        calendar = Calendar.from_ical(data)
        events = calendar.walk("VEVENT")
        if not events:
            return None
        facts = sorted(fact for place, event in enumerate(events) for fact in _facts(event, place))
        alarms = sorted(part.to_ical() for event in events for part in event.subcomponents)
        return Event(_moment(events[0], "DTSTART"), _moment(events[0], "DTEND"), tuple(facts), tuple(alarms))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None


def says_the_same(one: Event | None, other: Event | None) -> bool:
    """Return whether two objects say the same, alarms included; what cannot be read says nothing."""
    return one is not None and one == other


def differs_in_alarms_only(one: Event | None, other: Event | None) -> bool:
    """Return whether somebody has only hung an alarm on an object."""
    return one is not None and other is not None and one.facts == other.facts


def has_same_time(one: Event | None, other: Event | None) -> bool:
    """Return whether two appointments begin and end at the same instants."""
    return one is not None and other is not None and (one.start, one.end) == (other.start, other.end)


def _facts(event: Component, place: int) -> list[tuple[str, str]]:
    found = []
    for name, value in event.property_items(recursive=False):
        if name in ("BEGIN", "END") or name in _STAMPS or name.startswith("X-"):
            continue
        found.append((f"{place}:{name}", _text(value)))
    return found


def _text(value: object) -> str:
    moment = getattr(value, "dt", None)
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(UTC).isoformat()
    to_ical = getattr(value, "to_ical", None)
    found = to_ical() if to_ical is not None else str(value)
    return found.decode(errors="replace") if isinstance(found, bytes) else str(found)


def _moment(event: Component, name: str) -> datetime | None:
    found = getattr(event.get(name), "dt", None)
    return found.astimezone(UTC) if isinstance(found, datetime) and found.tzinfo is not None else None
