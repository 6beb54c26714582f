"""Rule ``pin``: what the director has fixed or forbidden."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from iopsched.domain.pins import Pin
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY, WEEKDAYS, clock, moment
from iopsched.rulebook import RuleId
from iopsched.verifier.violation import Violation
from iopsched.verifier.week import Meeting, Week
from iopsched.words.sentence import GroupRef, ParticipantRef, RoomRef, Sentence, SessionRef, TherapistRef


def pin(week: Week) -> Iterator[Violation]:
    """Report rows ``must`` without any matching session, sessions that a row ``must_not`` forbids, a changed past, and changes of what is to be kept."""
    yield from _past(week)
    yield from _kept(week)
    for row in week.problem.pins:
        found = [meeting for meeting in week.meetings if matches(row, week.problem.week, meeting)]
        if row.action == "must" and not found and _may_be_kept(week, row):
            sentence = Sentence("No session matches row {} of pins.csv, which asks for {}.", row.row, _cells(row))
            yield Violation(RuleId.PIN, f"row {row.row}", sentence)
        for meeting in found if row.action == "must_not" else ():
            if meeting.session in week.problem.begun:
                continue
            told = "Session {} matches row {} of pins.csv, which forbids {}."
            sentence = Sentence(told, meeting.told, row.row, _cells(row))
            people = (row.participant_id,) if row.participant_id else ()
            yield Violation(RuleId.PIN, f"row {row.row}", sentence, (meeting.id,), people)


def _past(week: Week) -> Iterator[Violation]:
    """Report sessions that have begun and are not as they were published, and others before that time."""
    begun, held = set(week.problem.begun), set(week.schedule.sessions)
    now = {session.id: session for session in held}
    for session in sorted(begun - held):
        told = (
            "Session {} has begun, and was published otherwise."
            if session.id in now
            else "Session {} has begun, and is gone."
        )
        yield Violation(RuleId.PIN, session.id, Sentence(told, _told(session)), (session.id,), session.participant_ids)
    published = {session.id for session in begun}
    for session in sorted(held - begun):
        if 0 <= session.start < week.problem.first_start and session.id not in published:
            told = "Session {} was not published, and its time has begun."
            yield Violation(RuleId.PIN, session.id, Sentence(told, _told(session)), (session.id,))


def _kept(week: Week) -> Iterator[Violation]:
    """Report sessions that are to be kept as they are, and are not."""
    for session in sorted({*week.problem.kept}.difference(week.schedule.sessions)):
        sentence = Sentence("Session {} is to be kept as it is, and is not.", _told(session))
        yield Violation(RuleId.PIN, session.id, sentence, (session.id,), session.participant_ids)


def _told(session: Session) -> Sentence:
    return Sentence("{} ({})", SessionRef(session.id), moment(session.start))


def _may_be_kept(week: Week, row: Pin) -> bool:
    """Return whether a ``must`` row speaks this week of a time that is still to come."""
    latest = DAY - 1 if row.start is None else row.start
    return any(day * DAY + latest >= week.problem.first_start for day in _days(row, week.problem.week))


def matches(row: Pin, monday: date, meeting: Meeting) -> bool:
    """Return whether a session fits every filled cell of a pin, on a date on which the pin holds."""
    session = meeting.session
    wanted_and_found = (
        (row.room_id, session.room_id),
        (row.group_id, session.group_id),
        (row.service_id, session.service_id),
        (row.start, session.start % DAY),
    )
    return (
        meeting.day in _days(row, monday)
        and all(wanted is None or wanted == found for wanted, found in wanted_and_found)
        and (row.participant_id is None or row.participant_id in session.participant_ids)
        and (row.therapist_id is None or row.therapist_id in session.therapist_ids)
    )


def _days(row: Pin, monday: date) -> frozenset[int]:
    """Return the weekdays of this week on which the pin speaks.

    A ``must`` row for Tuesdays from Wednesday on says nothing this week: its
    first Tuesday is the next one.
    """
    first, last = row.from_date or date.min, row.until_date or date.max
    days = range(7) if row.day is None else (row.day,)
    return frozenset(day for day in days if first <= monday + timedelta(days=day) <= last)


def _cells(row: Pin) -> Sentence:
    cells = (
        ("participant", row.participant_id and ParticipantRef(row.participant_id)),
        ("therapist", row.therapist_id and TherapistRef(row.therapist_id)),
        ("room", row.room_id and RoomRef(row.room_id)),
        ("group", row.group_id and GroupRef(row.group_id)),
        ("service", row.service_id),
        ("day", None if row.day is None else WEEKDAYS[row.day]),
        ("start", None if row.start is None else clock(row.start)),
        ("from", row.from_date),
        ("until", row.until_date),
    )
    filled = [Sentence("{} {}", noun, value) for noun, value in cells if value is not None]
    return Sentence.joined(", ", filled or ["any session"])
