"""Weeks that were published by hand, as editions; and what any reader of calendars should make of them."""

from dataclasses import replace
from datetime import UTC, date, datetime

from icalendar import Calendar

from iopsched.domain.names import Names
from iopsched.domain.publication import DRAFT, Publication, PublishedSession
from iopsched.domain.schedule import Session
from iopsched.export.edition import Edition
from iopsched.verifier import hours
from iopsched.views.labels import Labels, NameMode
from tests.support.clinics import MONDAY, at, clinic, small, span

FIRST = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
SECOND = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)
THIRD = datetime(2026, 11, 26, 17, 45, tzinfo=UTC)


def held(when, who="A1", staff="T1", **changes):
    """Return a session such as ``held("Mon 09:00-12:00", "A1 A2")``: process, no group, room R1 unless changed."""
    start, end = span(when) if when[-5:] != "24:00" else (span(f"{when[:-5]}23:59")[0], at(f"{when[:3]} 23:59") + 1)
    facts = {"id": "S-1", "service_id": "process", "room_id": "R1", **changes}
    return Session(
        start=start, end=end, therapist_ids=tuple(staff.split()), participant_ids=tuple(who.split()), **facts
    )


def row(key, session, sequence=0, stamped=FIRST, *, cancelled=False, draft=False):
    """Return a session with its identity."""
    return PublishedSession(key, replace(session, id=key), sequence, stamped, cancelled, draft)


def edition(
    *rows,
    mode=NameMode.NONE,
    roster=NameMode.ID,
    names=None,
    zone="America/Chicago",
    week=MONDAY,
    draft=False,
    **changes,
):
    """Return the edition of a published (or drafted) week; further fields change the problem."""
    problem = small(**{"clinic": clinic(timezone=zone), "week": week, **changes})
    rows = tuple(sorted(rows, key=lambda item: item.key))
    publication = Publication("a-site", week, DRAFT if draft else 1, FIRST, rows)
    names = names or Names()
    return Edition(
        problem=problem,
        schedule=publication.schedule,
        publication=publication,
        hours=hours(problem, publication.schedule),
        violations=(),
        labels=Labels.of_rosters(roster, names),
        calendar_labels=Labels.of_calendars(mode, names),
    )


def events(data):
    """Return the entries of a calendar file by their UID, as icalendar reads them."""
    return {str(event["uid"]): event for event in Calendar.from_ical(data).walk("VEVENT")}


def instants(data):
    """Return start and end of each entry in UTC, sorted."""
    return sorted((event.start.astimezone(UTC), event.end.astimezone(UTC)) for event in events(data).values())


def utc(text):
    """Return a moment of ``2026-11-30 15:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def monday(text):
    """Return a date, which must be a Monday."""
    day = date.fromisoformat(text)
    assert day.weekday() == 0
    return day
