"""One session as an entry of a calendar (RFC 5545, 7986), as far as its reader may know of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid5

from icalendar import Event, vText

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.publication import Publication, PublishedSession
from iopsched.domain.schedule import Schedule
from iopsched.export.edition import Edition
from iopsched.export.moments import is_certain, span
from iopsched.export.texts import clean, one_line
from iopsched.export.timezones import vtimezone
from iopsched.views.sessions import SessionRow, session_rows

NAMESPACE = UUID("5f1d8a0e-6c7b-4f0e-9d55-0b8f4a7c2e31")
"""Never changes: with it every appointment in every calendar would be a new one."""

NEUTRAL = "Session"
_NEUTRAL_COLOR = "steelblue"
_COLORS = {
    "group": "steelblue",
    "individual": "seagreen",
    "family": "darkorange",
    "multifamily": "mediumpurple",
    "other": "slategray",
}


def uid(publication: Publication, key: str) -> str:
    """Return the identity of a session in all calendars and in every revision of its week.

    It is made of the clinic's identity, the week and the session's key, and
    of nothing that may change: neither time nor room nor staff.
    """
    return f"{uuid5(NAMESPACE, chr(10).join((publication.site, iso_week(publication.week), key)))}@iopsched"


def iso_week(week: date) -> str:
    """Return for instance ``2026-W49``."""
    year, number, _ = week.isocalendar()
    return f"{year}-W{number:02d}"


def text(value: str) -> vText:
    r"""Return a text for a property, escaped when written and without characters that break a file.

    A backslash becomes a slash: readers disagree on what ``\\n`` is, a backslash and an n or a line's end.
    """
    return vText(clean(value).replace("\\", "/"))


def event(
    edition: Edition,
    row: PublishedSession,
    reader: Participant | Therapist | None = None,
    *,
    for_participant: bool = False,
) -> Event:
    """Return one session, with a ``reader`` as it is for that person.

    For a participant, known or not, nobody but the staff is in it, and no
    head count.
    """
    publication, session = edition.publication, row.session
    seen = session_rows(edition.problem, Schedule(publication.week, (session,)), edition.calendar_labels, reader)[0]
    start, end = times(edition, row)
    stamped = row.stamped.astimezone(UTC)
    title = _title(edition, row, seen, for_participant=for_participant)
    shows_more = edition.calendar_labels.shows_people
    found = Event()
    found.add("uid", uid(publication, row.key))
    found.add("dtstamp", stamped)
    found.add("last-modified", stamped)
    found.add("sequence", row.sequence)
    found.add("dtstart", start)
    found.add("dtend", end)
    found.add("summary", text(title))
    if location := one_line(seen.room) or ("Online" if seen.modality == "telehealth" else ""):
        found.add("location", text(location))
    found.add("description", text("\n".join(_lines(edition, row, seen, for_participant=for_participant))))
    found.add("categories", [text(one_line(session.service_id) if shows_more else title)])
    found.add("color", text(_COLORS.get(seen.kind, _NEUTRAL_COLOR) if shows_more else _NEUTRAL_COLOR))
    found.add("class", _class(edition))
    status, transparency, busy = _status(row)
    found.add("status", status)
    found.add("transp", transparency)
    found.add("x-microsoft-cdo-busystatus", text(busy))
    return found


def times(edition: Edition, row: PublishedSession) -> tuple[datetime, datetime]:
    """Return start and end as they are written: local, or UTC where a reader could mistake the local time.

    That is an hour which the clock shows twice, and a zone of which calendars
    cannot be told the rule.
    """
    zone = edition.zone
    start, end = span(edition.publication.week, row.session, zone)
    if vtimezone(zone, edition.first_week) is not None and is_certain(start) and is_certain(end):
        return start, end
    return start.astimezone(UTC), end.astimezone(UTC)


def _class(edition: Edition) -> str:
    """Return who may see an entry: the clinic's choice, else everybody, but where participants are named nobody else.

    Servers such as Nextcloud show a private entry to the owner of the calendar only.
    """
    default = "private" if edition.calendar_labels.shows_people else "public"
    return (edition.problem.clinic.calendar_class or default).upper()


def _status(row: PublishedSession) -> tuple[str, str, str]:
    if row.is_draft:
        return "TENTATIVE", "OPAQUE", "TENTATIVE"
    if row.is_cancelled:
        return "CANCELLED", "TRANSPARENT", "FREE"
    return "CONFIRMED", "OPAQUE", "BUSY"


def _title(edition: Edition, row: PublishedSession, seen: SessionRow, *, for_participant: bool) -> str:
    session, labels = row.session, edition.calendar_labels
    if labels.shows_people:
        return one_line(seen.what if for_participant else seen.title) or NEUTRAL
    names = labels.names
    public = names.public_groups.get(session.group_id or "") or names.public_services.get(session.service_id)
    return one_line(public or "") or NEUTRAL


def _lines(edition: Edition, row: PublishedSession, seen: SessionRow, *, for_participant: bool) -> list[str]:
    lines = [
        f"Room: {one_line(seen.room)}" if seen.room else "",
        f"Staff: {one_line(', '.join(seen.therapists))}" if seen.therapists else "",
    ]
    # Of somebody who left the tables nobody knows how they joined; and the words would name those who join online.
    if not (for_participant and seen.modality == "hybrid"):
        words = one_line(seen.modality_words) or "in person"
        lines.append(words[:1].upper() + words[1:])
        lines.append(f"Video: {one_line(seen.video_link)}" if seen.video_link else "")
    if not for_participant:
        lines.append("1 participant" if seen.heads == 1 else f"{seen.heads} participants")
        lines.append(f"Who: {one_line(', '.join(seen.attendees))}" if seen.participants else "")
    if edition.calendar_labels.shows_people:
        lines.append(f"Parts: {one_line(', '.join(seen.modules))}" if seen.modules else "")
    if row.is_draft:
        lines.append("Draft: may be cancelled" if row.is_cancelled else "Draft: may still change")
    return [line for line in lines if line]
