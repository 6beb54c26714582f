"""Rule ``window``: when a session may be held."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.places import Room
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY, TimeRange, Windows, clock
from iopsched.rulebook import RuleId
from iopsched.verifier.overlap import MOST_PAIRS
from iopsched.verifier.violation import Violation, counted
from iopsched.verifier.week import Index, Meeting, Week, has_times, session_ids


def window(week: Week) -> Iterator[Violation]:
    """Report sessions at times at which the clinic, a person, the room, the service or the group does not allow them."""
    for session in week.schedule.sessions:
        if not has_times(session):
            yield _broken(session.id, f"Session {session.id} has no possible times {_raw(session)}.", session.id)
    for meeting in week.meetings:
        for sentence in (*_shape(week, meeting), *_slots(week, meeting), *_clinic(week, meeting)):
            yield _broken(meeting.id, sentence, meeting.id)
        yield from _participants(week, meeting)
        yield from _staff_and_room(week, meeting)
    yield from _same_start(week)
    yield from _changeover(week, "Therapist", week.of_therapist)
    yield from _changeover(week, "Room", week.of_room)


def _broken(subject: str, sentence: str, *sessions: str) -> Violation:
    return Violation(RuleId.WINDOW, subject, sentence, sessions)


def _raw(session: Session) -> str:
    return f"(minutes {session.start} to {session.end} of the week)"


def _shape(week: Week, meeting: Meeting) -> Iterator[str]:
    grid, service = week.problem.clinic.grid_minutes, meeting.service
    if meeting.start % DAY % grid:
        yield f"Session {meeting} does not start on the grid of {grid} minutes (grid_minutes in clinic.toml)."
    if meeting.minutes != service.minutes:
        yield (
            f"Session {meeting} lasts {meeting.minutes} minutes; "
            f"service {service.id} has {service.minutes} (minutes in services.csv)."
        )
    if (meeting.end - 1) // DAY != meeting.day:
        yield f"Session {meeting} crosses midnight."


def _slots(week: Week, meeting: Meeting) -> Iterator[str]:
    if meeting.service.starts == "blocks" and week.problem.clinic.blocks and not _in_block(week, meeting):
        yield (
            f"Session {meeting} does not start with a block and end within it "
            f"(starts of service {meeting.service.id} in services.csv, blocks in clinic.toml)."
        )
    group = meeting.group
    if group and group.times is not None and not group.times.allow(meeting.start, meeting.end):
        yield f"Session {meeting} is outside the times of group {group.id} (times in groups.csv)."


def _in_block(week: Week, meeting: Meeting) -> bool:
    start = meeting.start % DAY
    return any(
        block.start == start and start + meeting.minutes <= block.end and meeting.day in block.days
        for block in week.problem.clinic.blocks
    )


def _clinic(week: Week, meeting: Meeting) -> Iterator[str]:
    if week.calendars.closures.overlaps(meeting.start, meeting.end):
        yield f"The clinic is closed during session {meeting} (time_off.csv)."
    opening = week.problem.clinic.open
    if not opening.covers(meeting.start, meeting.end):
        yield f"Session {meeting} is outside opening hours, {_on_day(opening, meeting)} (open in clinic.toml)."


def _participants(week: Week, meeting: Meeting) -> Iterator[Violation]:
    for person in meeting.people:
        if not week.calendars.stay(person).covers(meeting.start, meeting.end):
            sentence = (
                f"Session {meeting} is outside the stay of participant {person.id} "
                "(admitted and discharged in participants.csv)."
            )
            yield Violation(RuleId.WINDOW, person.id, sentence, (meeting.id,), (person.id,))
        cause = _absence(week, meeting, "participant", person)
        if cause:
            sentence = f"Participant {person.id} {cause}"
            yield Violation(RuleId.WINDOW, person.id, sentence, (meeting.id,), (person.id,))


def _staff_and_room(week: Week, meeting: Meeting) -> Iterator[Violation]:
    for therapist in meeting.staff:
        cause = _absence(week, meeting, "therapist", therapist)
        if cause:
            yield _broken(therapist.id, f"Therapist {therapist.id} {cause}", meeting.id)
    if meeting.room:
        cause = _absence(week, meeting, "room", meeting.room)
        if cause:
            yield _broken(meeting.room.id, f"Room {meeting.room.id} {cause}", meeting.id)


def _absence(week: Week, meeting: Meeting, kind: str, row: Participant | Therapist | Room) -> str:
    """Return the first reason why somebody or a room cannot take part, blank if there is none."""
    if week.calendars.off(kind, row.id).overlaps(meeting.start, meeting.end):
        return f"is off during session {meeting} (time_off.csv)."
    if row.busy.overlaps(meeting.start, meeting.end):
        return f"is busy during session {meeting}: {_on_day(row.busy, meeting)} (busy in {kind}s.csv)."
    availability, column = _availability(row, meeting)
    if availability.covers(meeting.start, meeting.end):
        return ""
    # Blank availability is filled with the opening hours: time outside these is the clinic's violation alone.
    session = Windows((TimeRange(meeting.start, meeting.end),))
    if session.intersection(week.problem.clinic.open).minus(availability):
        times = f"{_on_day(availability, meeting)} ({column} in {kind}s.csv)"
        return f"is not available for all of session {meeting}: {times}."
    return ""


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
            sentence = f"Sessions of group {group_id} start at {found} (same_start in groups.csv)."
            yield _broken(group_id, sentence, *session_ids(meetings))


def _changeover(week: Week, noun: str, index: Index) -> Iterator[Violation]:
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
            sentence = f"{noun} {subject} has {gap} minutes between sessions {first} and {second}; {rule}"
            yield _broken(subject, sentence, first.id, second.id)
        if (more := sum(len(places) for _, places in soon) - MOST_PAIRS) > 0:
            found = counted(more, "more pair")
            sentence = f"{noun} {subject} has too few minutes between {found} of sessions; {rule}"
            yield _broken(subject, sentence, *session_ids(meetings))
