"""Rules ``primary`` and ``staff_load``: what a therapist may carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

from iopsched.domain.people import Therapist
from iopsched.domain.schedule import Border
from iopsched.domain.timegrid import WEEKDAYS, clock, clock_of_end, hours
from iopsched.policy.numbers import Limit, staff_limit
from iopsched.rulebook import RuleId
from iopsched.verifier.people import Told
from iopsched.verifier.primaries import is_led, primaries, with_primary
from iopsched.verifier.violation import Violation
from iopsched.verifier.week import Meeting, Week, by_day, runs, session_ids
from iopsched.words.phrases import count
from iopsched.words.sentence import ParticipantRef, Sentence, TherapistRef


def primary(week: Week) -> Iterator[Violation]:
    """Report sessions not led by the primary therapist, and therapists who are primary of too many."""
    chosen = primaries(week)
    for participant in week.participants:
        for meeting in with_primary(week, participant.id):
            if meeting.lead and not is_led(week, meeting, participant, chosen[participant.id]):
                sentence = Sentence(
                    "Session {} is led by {}; the primary therapist of participant {} is {} ({}).",
                    *(meeting.told, TherapistRef(meeting.lead.id), ParticipantRef(participant.id)),
                    *(TherapistRef(chosen[participant.id]), _source(participant.primary_id)),
                )
                yield Violation(RuleId.PRIMARY, participant.id, sentence, (meeting.id,), (participant.id,))
    present = [person for person in week.problem.participants if week.calendars.is_present(person)]
    cases = Counter((chosen.get(person.id), person.population) for person in present)
    for therapist in week.problem.therapists:
        caseload = sum(number for (primary_id, _), number in cases.items() if primary_id == therapist.id)
        if therapist.max_caseload is not None and caseload > therapist.max_caseload:
            told = "Therapist {} is primary of {}; at most {} are allowed (max_caseload in therapists.csv)."
            found = TherapistRef(therapist.id), count(caseload, "participant")
            sentence = Sentence(told, *found, therapist.max_caseload)
            yield Violation(RuleId.PRIMARY, therapist.id, sentence)
        for population, most in week.problem.clinic.caseload.items():
            caseload = cases[therapist.id, population]
            if caseload > most:
                told = (
                    "Therapist {} is primary of {} of population {}; at most {} are allowed (caseload in clinic.toml)."
                )
                found = TherapistRef(therapist.id), count(caseload, "participant")
                sentence = Sentence(told, *found, population, most)
                yield Violation(RuleId.PRIMARY, therapist.id, sentence)


def _source(given: str | None) -> str:
    return "therapist_id in participants.csv" if given else "who leads the earliest such session"


def staff_load(week: Week) -> Iterator[Violation]:
    """Report therapists with too many session hours, too little rest between days, or no meal break in time."""
    for therapist in week.problem.therapists:
        meetings = week.of_therapist.get(therapist.id, ())
        for sentence, those in (
            *_hours(week, therapist, meetings),
            *_rest(week, therapist, meetings),
            *_meals(week, therapist, meetings),
        ):
            yield Violation(RuleId.STAFF_LOAD, therapist.id, sentence, session_ids(those))


def _hours(week: Week, therapist: Therapist, meetings: tuple[Meeting, ...]) -> Iterator[Told]:
    for day, held in by_day(meetings).items():
        limit = staff_limit(week.problem.clinic, therapist, "max_hours_per_day")
        yield from _too_long(therapist, held, limit, f"on {WEEKDAYS[day]}")
        if therapist.left is not None:
            yield from _too_long(
                therapist, held, Limit(therapist.left.days[day], _LEFT, "therapists.csv"), f"on {WEEKDAYS[day]}"
            )
    limit = staff_limit(week.problem.clinic, therapist, "max_hours_per_week")
    yield from _too_long(therapist, meetings, limit, "this week")
    if therapist.left is not None:
        yield from _too_long(therapist, meetings, Limit(therapist.left.week, _LEFT, "therapists.csv"), "this week")


_LEFT = "what sessions at other sites leave"


def _too_long(
    therapist: Therapist, held: list[Meeting] | tuple[Meeting, ...], limit: Limit, when: str
) -> Iterator[Told]:
    total = sum(meeting.minutes for meeting in held)
    if total > limit.value:
        told = "Therapist {} has {} in sessions {}; at most {} are allowed ({})."
        values = TherapistRef(therapist.id), hours(total), when, hours(limit.value), limit.setting
        yield Sentence(told, *values), held


def _rest(week: Week, therapist: Therapist, meetings: tuple[Meeting, ...]) -> Iterator[Told]:
    asked = week.problem.clinic.staff.min_rest_minutes
    for before, end, after, start in nights(week, therapist, by_day(meetings)):
        if start - end < asked:
            told = "Therapist {} rests {} between {} and {}; at least {} are needed (min_rest_hours in clinic.toml)."
            rest = TherapistRef(therapist.id), hours(max(0, start - end)), before, after, hours(asked)
            yield Sentence(told, *rest), [row for row in meetings if row.end == end or row.start == start]


def nights(week: Week, therapist: Therapist, days: Mapping[int, list[Meeting]]) -> Iterator[tuple[str, int, str, int]]:
    """Yield day and last end, next day and first start of each two days in a row with sessions, over the border too."""
    first = {WEEKDAYS[day]: min(meeting.start for meeting in held) for day, held in days.items()}
    last = {WEEKDAYS[day]: max(meeting.end for meeting in held) for day, held in days.items()}
    for before, after in pairwise(WEEKDAYS):
        if before in last and after in first:
            yield before, last[before], after, first[after]
    border = week.problem.border.get(therapist.id, Border(therapist.id))
    if border.last_end is not None and "Mon" in first:
        yield "Sun of the week before", border.last_end, "Mon", first["Mon"]
    if border.first_start is not None and "Sun" in last:
        yield "Sun", last["Sun"], "Mon of the week after", border.first_start


def _meals(week: Week, therapist: Therapist, meetings: tuple[Meeting, ...]) -> Iterator[Told]:
    staff = week.problem.clinic.staff
    for day, held in by_day(meetings).items() if staff.meal_minutes else ():
        for start, end in runs(held, staff.meal_minutes):
            if end - start > staff.meal_after_minutes:
                when = f"{WEEKDAYS[day]} {clock(start)}-{clock_of_end(end)}"
                sentence = Sentence(
                    "Therapist {} works {} on {} without {} min for a meal; at most {} are allowed (meal_after_hours in clinic.toml).",
                    *(TherapistRef(therapist.id), hours(end - start), when),
                    *(staff.meal_minutes, hours(staff.meal_after_minutes)),
                )
                yield sentence, [meeting for meeting in held if start <= meeting.start < end]
