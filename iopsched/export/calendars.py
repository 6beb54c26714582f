"""The week as calendar files: one for the clinic, and one for each therapist, room and participant.

A session has the same identity in all of them and in every revision of the
week, so that a calendar program which has read an earlier file changes its
entry and makes no second one. A cancelled session stays in, marked so, until
the week is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import assert_never
from uuid import uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from iopsched.domain.publication import PublishedSession
from iopsched.export.edition import Edition, Files
from iopsched.export.events import NAMESPACE, event, text, uid
from iopsched.export.filenames import safe_names
from iopsched.export.timezones import vtimezone
from iopsched.view import NameMode

__all__ = ["calendar_object", "disclosures", "files", "uid"]

FOLDER = "calendars"
REFRESH = timedelta(hours=6)
_END = b"END:VCALENDAR\r\n"
_OWN = "A participant's own calendar shows nobody else."


def disclosures(mode: NameMode) -> str:
    """Return in one or two sentences what calendars tell whoever can open them."""
    match mode:
        case NameMode.NONE:
            return (
                "Calendars name no participant, group or service: only times, rooms, staff ids, head counts and "
                "public names."
            )
        case NameMode.ID:
            return f"Calendars show who attends what by the ids of participants, groups and services. {_OWN}"
        case NameMode.INITIALS:
            return f"Calendars show who attends what by participants' initials: health information. {_OWN}"
        case NameMode.FULL:
            return (
                "Calendars show who attends what by participants' full names: health information, for those who "
                f"treat them only. {_OWN}"
            )
        case _:
            assert_never(mode)


def calendar_object(edition: Edition, row: PublishedSession) -> bytes:
    """Return one session as an object for a CalDAV server, as therapists and rooms see it (RFC 4791 4.1)."""
    return _calendar(edition, {}, (_bytes(event(edition, row)),))


def files(edition: Edition) -> Files:
    """Return the calendars of the clinic and of everybody and every room in the week.

    Who has no session this week has an empty calendar, so that those who
    subscribed to it see last week's entries go.
    """
    rows = sorted(edition.publication.sessions, key=lambda row: (row.session.start, row.key))

    @cache
    def staff_event(place: int) -> bytes:
        return _bytes(event(edition, rows[place]))

    @cache
    def own_event(place: int) -> bytes:
        return _bytes(event(edition, rows[place], for_participant=True))

    every = range(len(rows))
    found = {f"{FOLDER}/clinic.ics": _calendar(edition, _about(edition, "clinic", ""), map(staff_event, every))}
    for kind, by_id in _places(edition, rows).items():
        made = own_event if kind == "participant" else staff_event
        names = safe_names(by_id)
        for own_id, places in by_id.items():
            about = _about(edition, kind, own_id)
            found[f"{FOLDER}/{kind}-{names[own_id]}.ics"] = _calendar(edition, about, map(made, places))
    return found


def _places(edition: Edition, rows: Iterable[PublishedSession]) -> dict[str, dict[str, list[int]]]:
    """Return by kind of calendar and id which rows belong there."""
    problem = edition.problem
    found: dict[str, dict[str, list[int]]] = {
        "therapist": {person.id: [] for person in problem.therapists},
        "room": {room.id: [] for room in problem.rooms},
        "participant": {row.participant_id: [] for row in edition.hours},
    }
    for place, row in enumerate(rows):
        session = row.session
        owners = {
            "therapist": session.therapist_ids,
            "room": (session.room_id,) if session.room_id else (),
            "participant": session.participant_ids,
        }
        for kind, ids in owners.items():
            for own_id in dict.fromkeys(ids):
                found[kind].setdefault(own_id, []).append(place)
    return found


def _about(edition: Edition, kind: str, own_id: str) -> Mapping[str, str]:
    """Return name and identity of a whole calendar. The identity makes Outlook replace it instead of adding one."""
    name = _name(edition, kind, own_id)
    site = edition.publication.site
    return {
        "name": name,
        "x-wr-calname": name,
        "x-wr-relcalid": str(uuid5(NAMESPACE, chr(10).join((site, "calendar", kind, own_id)))),
    }


def _name(edition: Edition, kind: str, own_id: str) -> str:
    labels = edition.calendar_labels
    match kind:
        case "therapist":
            return f"Schedule {labels.therapist(own_id)}"
        case "room":
            return f"Schedule room {labels.room(own_id)}"
        case "participant":
            return f"Schedule {labels.participant(own_id)}" if labels.shows_people else "My schedule"
        case _:
            return "Schedule"


def _calendar(edition: Edition, about: Mapping[str, str], events: Iterable[bytes]) -> bytes:
    """Return a calendar file. ``Calendar.new`` is avoided: it adds a random identity that breaks synchronizing."""
    found = Calendar()
    found.add("version", "2.0")
    found.add("prodid", "-//iopsched//iopsched//EN")
    for name, value in about.items():
        found.add(name, text(value))
    if about:
        found.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        found.add("x-published-ttl", text("PT6H"))
    zone = _zone(edition.zone, edition.publication.week)
    return _bytes(found).removesuffix(_END) + zone + b"".join(events) + _END


@lru_cache(maxsize=16)
def _zone(zone: ZoneInfo, week: date) -> bytes:
    """Return the description of a time zone, blank where entries are in UTC; it stands in every file."""
    found = vtimezone(zone, week)
    return b"" if found is None else _bytes(found)


def _bytes(component: Component) -> bytes:
    written: bytes = component.to_ical()
    return written
