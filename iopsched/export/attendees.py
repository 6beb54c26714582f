"""Who is due where, one row for each attendee and session: what billing and record programs import."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import clock, clock_of_end, day_of
from iopsched.errors import UsageError
from iopsched.export.edition import Edition, Files
from iopsched.export.moments import span
from iopsched.export.texts import guard, one_line
from iopsched.policy.numbers import countable_minutes
from iopsched.verifier.modality import joins_by_video
from iopsched.views.labels import NameMode

COLUMNS = (
    "date", "start", "end", "start_at", "end_at", "minutes", "participant_id", "participant", "session_id",
    "service_id", "service_code", "kind", "group_id", "provider", "co_providers", "location", "modality", "status",
    "contact_minutes", "countable_minutes", "payer",
)  # fmt: skip


def files(edition: Edition) -> Files:
    """Return the table as ``attendees-WEEK.csv``, in order of time and participant.

    ``participant_id`` is the key that other programs match by; ``participant``
    is filled with what the names setting asks for beyond the id.
    ``location`` and ``modality`` are the participant's own: who joins a session
    in a room by video is ``telehealth``. ``minutes`` are those of the clock,
    ``contact_minutes`` those without breaks, ``countable_minutes`` those that count toward weekly hours; ``payer`` is
    the participant's. ``start_at`` and ``end_at`` are ISO times with their distance to UTC.
    Text is guarded, so that no cell is run as a formula.

    Raises
    ------
    UsageError
        In mode ``none``: a list of attendees without attendees says nothing.
    """
    if not edition.labels.shows_people:
        raise UsageError(
            "A list of attendees (csv) needs to name them. Show people by id, initials or full name (in a command by "
            "`--names id`), or leave csv out."
        )
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_rows(edition))
    return {f"attendees-{edition.schedule.week.isoformat()}.csv": text.getvalue().encode("utf-8-sig")}


def _rows(edition: Edition) -> Iterator[tuple[str | int, ...]]:
    labels = edition.labels
    shown: dict[str, str] = {}
    for session in sorted(edition.schedule.sessions, key=lambda row: (row.start, row.end, row.id)):
        when, held = _when(edition, session), _what(edition, session)
        service = edition.problem.service.get(session.service_id)
        contact = service.contact_minutes if service else session.minutes
        countable = countable_minutes(edition.problem.clinic, service) if service else 0
        for person in sorted(session.participant_ids):
            if person not in shown:
                shown[person] = "" if labels.mode is NameMode.ID else labels.participant(person)
            how = _how(edition, session, person)
            known = edition.problem.participant.get(person)
            payer = _cell(known.payer or "") if known else ""
            yield (*when, _cell(person), _cell(shown[person]), *held, *how, "scheduled", contact, countable, payer)


def _when(edition: Edition, session: Session) -> tuple[str | int, ...]:
    week = edition.schedule.week
    start, end = span(week, session, edition.zone)
    return (
        day_of(week, session.start).isoformat(),
        clock(session.start),
        clock_of_end(session.end),
        start.isoformat(),
        end.isoformat(),
        session.minutes,
    )


def _what(edition: Edition, session: Session) -> tuple[str, ...]:
    service = edition.problem.service.get(session.service_id)
    texts = (
        session.id,
        session.service_id,
        service.code if service else "",
        service.kind if service else "other",
        session.group_id or "",
        session.lead_id,
        ";".join(session.therapist_ids[1:]),
    )
    return tuple(map(_cell, texts))


def _how(edition: Edition, session: Session, person: str) -> tuple[str, str]:
    """Return where and how one participant takes part: who joins by video is at no room of the clinic."""
    if joins_by_video(session, edition.problem.participant.get(person)):
        return "telehealth", "telehealth"
    return _cell(session.room_id or ""), "in_person"


def _cell(text: str) -> str:
    return guard(one_line(text))
