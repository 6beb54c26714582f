"""The week as calendar files: one for the clinic, and one for each therapist, room and participant.

A session has the same identity in all of them and in every revision of the
week, so that a calendar program which has read an earlier file changes its
entry and makes no second one. A cancelled session stays in, marked so, until
the week is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import assert_never
from uuid import uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.publication import PublishedSession
from iopsched.domain.schedule import Session
from iopsched.export.edition import Edition, Files
from iopsched.export.events import NAMESPACE, event, text, uid
from iopsched.export.filenames import safe_names
from iopsched.export.texts import one_line
from iopsched.export.timezones import vtimezone
from iopsched.files.owned import RECORD
from iopsched.verifier.modality import joins_by_video
from iopsched.views.labels import NameMode

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


def calendar_object(edition: Edition, row: PublishedSession, reader: Therapist | None = None) -> bytes:
    """Return one session as an object for a CalDAV server, as its reader or, without one, a room sees it (RFC 4791 4.1)."""
    return _calendar(edition, {}, (_bytes(event(edition, row, reader)),))


def files(edition: Edition) -> Files:
    """Return the calendars of the clinic and of everybody and every room, of this week and the running ones.

    Who has no session has an empty calendar, so that those who subscribed to
    it see last week's entries go. Whoever a published session is no longer
    with has it as cancelled.
    """
    weeks = sorted((edition, *edition.running), key=lambda one: one.publication.week)
    first = weeks[0].publication.week
    entries = _Entries([replace(one, since=first) for one in weeks])
    head = replace(edition, since=first)
    found = {f"{FOLDER}/clinic.ics": _calendar(head, _about(edition, "clinic", ""), entries.all())}
    for kind, by_id in entries.owned().items():
        names = safe_names(by_id)
        for own_id, events in by_id.items():
            about = _about(edition, kind, own_id)
            found[f"{FOLDER}/{kind}-{names[own_id]}.ics"] = _calendar(head, about, events)
    return found


def shared_calendar(person_id: str, places: Sequence[tuple[str, Edition, str]]) -> bytes:
    """Return one calendar of somebody who works at several clinics: (name of the site, its week, the person's id there).

    Its entries are those of each clinic's own calendar of this person, with the same identities, and with the site before
    the room; no participant is named.
    """
    zones: dict[bytes, None] = {}
    events: dict[str, bytes] = {}
    for site, edition, own_id in places:
        first = min(one.publication.week for one in (edition, *edition.running))
        zones[_zone(edition.zone, first)] = None
        for week in (replace(one, since=first) for one in (edition, *edition.running)):
            for row in sorted(_owners(week)["therapist"].get(own_id, ()), key=_place):
                entry = event(week, row, week.problem.therapist.get(own_id))
                place = ": ".join([one_line(site), *([str(entry["location"])] if "location" in entry else [])])
                entry.pop("location", None)
                entry.add("location", text(place))
                events.setdefault(str(entry["uid"]), _bytes(entry))
    name = f"Schedule {one_line(person_id)}"
    identity = chr(10).join(("network", "calendar", person_id, *sorted(own.publication.site for _, own, _ in places)))
    about = {"name": name, "x-wr-calname": name, "x-wr-relcalid": str(uuid5(NAMESPACE, identity))}
    return _calendar(places[0][1], about, events.values(), b"".join(zones))


class _Entries:
    """The entries of several weeks, in order of time; one that looks the same to several readers is made once."""

    def __init__(self, weeks: Sequence[Edition]) -> None:
        self._weeks = weeks
        self._made: dict[tuple[int, PublishedSession, bool, bool], bytes] = {}

    def all(self) -> Iterator[bytes]:
        """Yield every entry as the clinic sees it."""
        for week in self._weeks:
            for row in sorted(week.publication.sessions, key=_place):
                yield self._entry(week, row, "clinic", "")

    def owned(self) -> Mapping[str, Mapping[str, Sequence[bytes]]]:
        """Return by kind of calendar and id the entries that belong there."""
        found: dict[str, dict[str, list[bytes]]] = {"therapist": {}, "room": {}, "participant": {}}
        for week in self._weeks:
            for kind, by_id in _owners(week).items():
                for own_id, rows in by_id.items():
                    entries = (self._entry(week, row, kind, own_id) for row in sorted(rows, key=_place))
                    found[kind].setdefault(own_id, []).extend(entries)
        return found

    def _entry(self, week: Edition, row: PublishedSession, kind: str, own_id: str) -> bytes:
        known: Mapping[str, Participant | Therapist] = (
            week.problem.participant if kind == "participant" else week.problem.therapist
        )
        reader = known.get(own_id)
        is_own = kind == "participant"
        key = (id(week), row, is_own, kind != "room" and joins_by_video(row.session, reader))
        if key not in self._made:
            self._made[key] = _bytes(event(week, row, reader, for_participant=is_own))
        return self._made[key]


def _place(row: PublishedSession) -> tuple[int, str]:
    return row.session.start, row.key


def _owners(week: Edition) -> Mapping[str, Mapping[str, Sequence[PublishedSession]]]:
    """Return by kind of calendar and id the sessions of a week that are, or were when it was published, with it."""
    problem = week.problem
    found: dict[str, dict[str, list[PublishedSession]]] = {
        "therapist": {person.id: [] for person in problem.therapists},
        "room": {room.id: [] for room in problem.rooms},
        "participant": {row.participant_id: [] for row in week.hours},
    }
    for row in week.publication.sessions:
        for kind, own_id in _concerned(row.session):
            found[kind].setdefault(own_id, []).append(row)
    for (kind, own_id), row in _left(week):
        found[kind].setdefault(own_id, []).append(row)
    return found


def _left(week: Edition) -> Iterator[tuple[tuple[str, str], PublishedSession]]:
    """Yield what has been published with somebody, or in a room, and is no longer: it is cancelled for them."""
    now = {row.key: row for row in week.publication.sessions}
    last = {
        (owner, row.key): (publication.revision, row.session)
        for publication in week.revisions
        for row in publication.sessions
        for owner in _concerned(row.session)
    }
    newest = max((publication.revision for publication in week.revisions), default=0)
    for (owner, key), (revision, session) in last.items():
        row = now.get(key)
        if row is not None and owner not in _concerned(row.session):
            is_draft = row.is_draft and revision == newest
            yield owner, replace(row, session=session, is_cancelled=True, is_draft=is_draft)


def _concerned(session: Session) -> frozenset[tuple[str, str]]:
    """Return kind and id of every calendar in which a session stands."""
    return frozenset(
        [
            *(("therapist", own_id) for own_id in session.therapist_ids),
            *(("room", own_id) for own_id in [session.room_id] if own_id),
            *(("participant", own_id) for own_id in session.participant_ids),
        ]
    )


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


def _calendar(edition: Edition, about: Mapping[str, str], events: Iterable[bytes], zones: bytes | None = None) -> bytes:
    """Return a calendar file. ``Calendar.new`` is avoided: it adds a random identity that breaks synchronizing."""
    found = Calendar()
    found.add("version", "2.0")
    found.add("prodid", "-//iopsched//iopsched//EN")
    for name, value in about.items():
        found.add(name, text(value))
    if (
        about and zones is None and edition.newest_record
    ):  # an object on a server stays as it is while nothing in it changes
        found.add(f"x-{RECORD}", text(edition.newest_record.text))
    if about:
        found.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        found.add("x-published-ttl", text("PT6H"))
    zone = _zone(edition.zone, edition.first_week) if zones is None else zones
    return _bytes(found).removesuffix(_END) + zone + b"".join(events) + _END


@lru_cache(maxsize=16)
def _zone(zone: ZoneInfo, week: date) -> bytes:
    """Return the description of a time zone, blank where entries are in UTC; it stands in every file."""
    found = vtimezone(zone, week)
    return b"" if found is None else _bytes(found)


def _bytes(component: Component) -> bytes:
    written: bytes = component.to_ical()
    return written
