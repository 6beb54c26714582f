"""What it costs a member of staff to take over a session, and a room to hold it: two weeks laid beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from iopsched.domain.people import Therapist
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY, WEEKDAYS, clock, clock_of_end, hours
from iopsched.policy.numbers import staff_limit
from iopsched.repairs.substitution import SubstituteCost
from iopsched.verifier.matching import ONE_TO_ONE, share_language
from iopsched.verifier.modality import people_in_room, staff_in_room
from iopsched.verifier.week import Meeting, Week, by_day, runs
from iopsched.verifier.workdays import nights
from iopsched.words.phrases import count
from iopsched.words.sentence import ParticipantRef, Sentence

NEAR_REST_MINUTES = 120
"""A rest between two days is told where it becomes shorter and is so near to the least that is allowed, or nearer."""


@dataclass(frozen=True, slots=True)
class _OwnDays:
    """The sessions of one therapist by weekday, before and after."""

    before: Mapping[int, list[Meeting]]
    after: Mapping[int, list[Meeting]]


def costs_of_lead(before: Week, after: Week, session: Session, therapist: Therapist) -> tuple[SubstituteCost, ...]:
    """Return what a therapist has to bear who has the session in the week ``after`` and not, or less, in that before."""
    own = _OwnDays(*(by_day(week.of_therapist.get(therapist.id, ())) for week in (before, after)))
    day = session.start // DAY
    found = (
        *_loads(before, own, day, therapist),
        *_presence(own, day),
        *_run(before, own, day, session),
        *_rests(before, after, own, therapist),
        *_preferred(session, therapist),
        *_languages(after, session, therapist),
    )
    return tuple(found)


def _loads(week: Week, own: _OwnDays, day: int, therapist: Therapist) -> Iterator[SubstituteCost]:
    clinic = week.problem.clinic
    sums = [
        (_total(days.get(day, [])), sum(_total(held) for held in days.values())) for days in (own.before, own.after)
    ]
    (day_was, week_was), (day_is, week_is) = sums
    if (day_was, week_was) == (day_is, week_is):
        return
    of_day, of_week = (staff_limit(clinic, therapist, f"max_hours_per_{span}").value for span in ("day", "week"))
    told = Sentence(
        "{} in sessions on {} instead of {} (at most {})", hours(day_is), WEEKDAYS[day], *map(hours, (day_was, of_day))
    )
    yield SubstituteCost("day_hours", told, day_was, day_is, of_day)
    told = Sentence("{} this week instead of {} (at most {})", *map(hours, (week_is, week_was, of_week)))
    yield SubstituteCost("week_hours", told, week_was, week_is, of_week)


def _total(held: list[Meeting]) -> int:
    return sum(meeting.minutes for meeting in held)


def _presence(own: _OwnDays, day: int) -> Iterator[SubstituteCost]:
    """Yield that somebody comes in on a day without sessions, or comes earlier or stays longer than otherwise."""
    was, now = own.before.get(day, []), own.after.get(day, [])
    if not now:
        return
    first, last = min(row.start for row in now), max(row.end for row in now)
    if not was:
        yield SubstituteCost(
            "day_off", Sentence("comes in on {}, a day without sessions", WEEKDAYS[day]), 0, last - first
        )
        return
    came, left = min(row.start for row in was), max(row.end for row in was)
    if first < came:
        told = Sentence("begins at {} instead of {}", clock(first), clock(came))
        yield SubstituteCost("earlier", told, came % DAY, first % DAY)
    if last > left:
        told = Sentence("ends at {} instead of {}", clock_of_end(last), clock_of_end(left))
        yield SubstituteCost("later", told, left - day * DAY, last - day * DAY)


def _run(week: Week, own: _OwnDays, day: int, session: Session) -> Iterator[SubstituteCost]:
    """Yield the stretch without a pause in which the session would lie, where it is longer than the session."""
    pause = week.problem.clinic.staff.break_minutes
    for start, end in runs(own.after.get(day, []), pause):
        if start <= session.start < end and end - start > session.minutes:
            longest = max((b - a for a, b in runs(own.before.get(day, []), pause)), default=0)
            told = Sentence("no pause of {} from {} to {}", hours(pause), clock(start), clock_of_end(end))
            yield SubstituteCost("run", told, longest, end - start)


def _rests(before: Week, after: Week, own: _OwnDays, therapist: Therapist) -> Iterator[SubstituteCost]:
    asked = after.problem.clinic.staff.min_rest_minutes
    were = {(one, other): start - end for one, end, other, start in nights(before, therapist, own.before)}
    for one, end, other, start in nights(after, therapist, own.after):
        was, now = were.get((one, other)), start - end
        if now < (DAY if was is None else was) and now <= asked + NEAR_REST_MINUTES:
            told = Sentence("{} of rest between {} and {} (at least {})", hours(now), one, other, hours(asked))
            yield SubstituteCost("rest", told, was, now, asked)


def _preferred(session: Session, therapist: Therapist) -> Iterator[SubstituteCost]:
    if therapist.preferred is None:
        return
    outside = session.minutes - therapist.preferred.minutes_inside(session.start, session.end)
    if outside:
        told = Sentence("{} outside the preferred times", hours(outside))
        yield SubstituteCost("preferred", told, 0, outside)


def _languages(week: Week, session: Session, therapist: Therapist) -> Iterator[SubstituteCost]:
    if week.problem.service[session.service_id].kind not in ONE_TO_ONE or session.lead_id != therapist.id:
        return
    people = [week.problem.participant[key] for key in session.participant_ids]
    apart = [person.id for person in people if not share_language(therapist, person)]
    if apart:
        told = Sentence("shares no language with {}", Sentence.joined(", ", map(ParticipantRef, apart)))
        yield SubstituteCost("language", told, 0, len(apart))


def costs_of_room(after: Week, session_id: str) -> tuple[SubstituteCost, ...]:
    """Return how many seats a session leaves in its new room."""
    meeting = next((row for row in after.meetings if row.id == session_id), None)
    if meeting is None or meeting.room is None:
        return ()
    each = 1 + meeting.service.guests
    taken = len(people_in_room(meeting)) * each + len(staff_in_room(meeting))
    left = meeting.room.capacity - taken
    told = Sentence("{} of {} taken", taken, count(meeting.room.capacity, "seat"))
    return (SubstituteCost("seats", told, None, left, meeting.room.capacity),)
