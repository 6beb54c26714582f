"""Rule ``window``: when a session may be held."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.places import Room
from iopsched.domain.timegrid import DAY, TimeRange, Windows, clock
from iopsched.rulebook import RuleId
from iopsched.verifier.overlap import MOST_PAIRS
from iopsched.verifier.violation import Violation
from iopsched.verifier.week import Index, Meeting, Week, has_times, session_ids
from iopsched.words.phrases import count
from iopsched.words.sentence import GroupRef, ParticipantRef, Reference, RoomRef, Sentence, SessionRef, TherapistRef


def window(week: Week) -> Iterator[Violation]:
    """Report sessions at times at which the clinic, a person, the room, the service or the group does not allow them."""
    for session in week.schedule.sessions:
        if not has_times(session):
            told = "Session {} has no possible times (minutes {} to {} of the week)."
            yield _broken(session.id, Sentence(told, SessionRef(session.id), session.start, session.end), session.id)
    for meeting in week.meetings:
        for sentence in (*_shape(week, meeting), *_slots(week, meeting), *_clinic(week, meeting)):
            yield _broken(meeting.id, sentence, meeting.id)
        yield from _participants(week, meeting)
        yield from _staff_and_room(week, meeting)
    yield from _same_start(week)
    yield from _changeover(week, "Therapist", TherapistRef, week.of_therapist)
    yield from _changeover(week, "Room", RoomRef, week.of_room)


def _broken(subject: str, sentence: Sentence, *sessions: str) -> Violation:
    return Violation(RuleId.WINDOW, subject, sentence, sessions)


def _shape(week: Week, meeting: Meeting) -> Iterator[Sentence]:
    grid, service = week.problem.clinic.grid_minutes, meeting.service
    if meeting.start % DAY % grid:
        told = "Session {} does not start on the grid of {} minutes (grid_minutes in clinic.toml)."
        yield Sentence(told, meeting.told, grid)
    if meeting.minutes != service.minutes:
        told = "Session {} lasts {} minutes; service {} has {} (minutes in services.csv)."
        yield Sentence(told, meeting.told, meeting.minutes, service.id, service.minutes)
    if (meeting.end - 1) // DAY != meeting.day:
        yield Sentence("Session {} crosses midnight.", meeting.told)


def _slots(week: Week, meeting: Meeting) -> Iterator[Sentence]:
    if meeting.service.starts == "blocks" and week.problem.clinic.blocks and not _in_block(week, meeting):
        yield Sentence(
            "Session {} does not start with a block and end within it (starts of service {} in services.csv, blocks in clinic.toml).",
            *(meeting.told, meeting.service.id),
        )
    group = meeting.group
    if group and group.times is not None and not group.times.allow(meeting.start, meeting.end):
        yield Sentence(
            "Session {} is outside the times of group {} (times in groups.csv).", meeting.told, GroupRef(group.id)
        )


def _in_block(week: Week, meeting: Meeting) -> bool:
    start = meeting.start % DAY
    return any(
        block.start == start and start + meeting.minutes <= block.end and meeting.day in block.days
        for block in week.problem.clinic.blocks
    )


def _clinic(week: Week, meeting: Meeting) -> Iterator[Sentence]:
    if week.calendars.closures.overlaps(meeting.start, meeting.end):
        yield Sentence("The clinic is closed during session {} (time_off.csv).", meeting.told)
    opening = week.problem.clinic.open
    if not opening.covers(meeting.start, meeting.end):
        told = "Session {} is outside opening hours, {} (open in clinic.toml)."
        yield Sentence(told, meeting.told, _on_day(opening, meeting))


def _participants(week: Week, meeting: Meeting) -> Iterator[Violation]:
    for person in meeting.people:
        if not week.calendars.stay(person).covers(meeting.start, meeting.end):
            told = "Session {} is outside the stay of participant {} (admitted and discharged in participants.csv)."
            sentence = Sentence(told, meeting.told, ParticipantRef(person.id))
            yield Violation(RuleId.WINDOW, person.id, sentence, (meeting.id,), (person.id,))
        cause = _absence(week, meeting, "participant", person)
        if cause:
            sentence = Sentence("Participant {} {}", ParticipantRef(person.id), cause)
            yield Violation(RuleId.WINDOW, person.id, sentence, (meeting.id,), (person.id,))


def _staff_and_room(week: Week, meeting: Meeting) -> Iterator[Violation]:
    for therapist in meeting.staff:
        cause = _absence(week, meeting, "therapist", therapist)
        if cause:
            yield _broken(therapist.id, Sentence("Therapist {} {}", TherapistRef(therapist.id), cause), meeting.id)
    if meeting.room:
        cause = _absence(week, meeting, "room", meeting.room)
        if cause:
            yield _broken(meeting.room.id, Sentence("Room {} {}", RoomRef(meeting.room.id), cause), meeting.id)


def _absence(week: Week, meeting: Meeting, kind: str, row: Participant | Therapist | Room) -> Sentence | None:
    """Return the first reason why somebody or a room cannot take part, None if there is none."""
    if week.calendars.off(kind, row.id).overlaps(meeting.start, meeting.end):
        return Sentence("is off during session {} (time_off.csv).", meeting.told)
    if row.busy.overlaps(meeting.start, meeting.end):
        return Sentence(
            "is busy during session {}: {} (busy in {}s.csv).", meeting.told, _on_day(row.busy, meeting), kind
        )
    availability, column = _availability(row, meeting)
    if availability.covers(meeting.start, meeting.end):
        return None
    # Blank availability is filled with the opening hours: time outside these is the clinic's violation alone.
    session = Windows((TimeRange(meeting.start, meeting.end),))
    if session.intersection(week.problem.clinic.open).minus(availability):
        times = f"{_on_day(availability, meeting)} ({column} in {kind}s.csv)"
        return Sentence("is not available for all of session {}: {}.", meeting.told, times)
    return None


def _availability(row: Participant | Therapist | Room, meeting: Meeting) -> tuple[Windows, str]:
    is_family = meeting.service.kind in ("family", "multifamily")
    if is_family and isinstance(row, Participant) and row.family_availability is not None:
        return row.family_availability, "family_availability"
    return row.availability, "availability"


def _on_day(windows: Windows, meeting: Meeting) -> str:
    day = Windows((TimeRange(meeting.day * DAY, (meeting.day + 1) * DAY),))
    return str(windows.intersection(day))


def _same_start(week: Week) -> Iterator[Violation]:
    for group_id, meetings in week.of_group.items():
        clocks = sorted({meeting.start % DAY for meeting in meetings})
        if week.problem.group[group_id].same_start and len(clocks) > 1:
            found = " and ".join(map(clock, clocks))
            sentence = Sentence(
                "Sessions of group {} start at {} (same_start in groups.csv).", GroupRef(group_id), found
            )
            yield _broken(group_id, sentence, *session_ids(meetings))


def _changeover(week: Week, noun: str, ref: type[Reference], index: Index) -> Iterator[Violation]:
    asked = week.problem.clinic.staff.changeover_minutes
    for subject, meetings in index.items() if asked else ():
        rule = f"{asked} are needed (changeover_minutes in clinic.toml)."
        starts = [meeting.start for meeting in meetings]
        # Sessions that overlap are the business of that rule alone.
        soon = [
            (first, range(bisect_left(starts, first.end), bisect_left(starts, first.end + asked))) for first in meetings
        ]
        pairs = ((first, meetings[place]) for first, places in soon for place in places)
        for first, second in islice(pairs, MOST_PAIRS):
            gap = second.start - first.end
            told = "{} {} has {} minutes between sessions {} and {}; {}"
            sentence = Sentence(told, noun, ref(subject), gap, first.told, second.told, rule)
            yield _broken(subject, sentence, first.id, second.id)
        if (more := sum(len(places) for _, places in soon) - MOST_PAIRS) > 0:
            found = count(more, "more pair")
            told = "{} {} has too few minutes between {} of sessions; {}"
            sentence = Sentence(told, noun, ref(subject), found, rule)
            yield _broken(subject, sentence, *session_ids(meetings))
