"""Sub-terms of the goals ``preferences`` and ``cost``, before their weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from iopsched.domain.people import Participant, Therapist
from iopsched.verifier.account import Account
from iopsched.verifier.changes import steadiness
from iopsched.verifier.curriculum import modules_missed
from iopsched.verifier.matching import ONE_TO_ONE, share_language
from iopsched.verifier.modality import joins_by_video
from iopsched.verifier.primaries import primaries
from iopsched.verifier.staffing import serving
from iopsched.verifier.week import Index, Meeting, Week, by_day


def preference_terms(week: Week, found: Iterable[Account]) -> Mapping[str, int]:
    """Return minutes skipped and outside preferred times, and how many of everything else there is too many or few."""
    problem = week.problem
    days = list(_days(week))
    return {
        "skipped": _skipped(week),
        "outside_preferred": sum(outside_preferred(week.participants, week.of_participant).values())
        + sum(outside_preferred(problem.therapists, week.of_therapist).values()),
        "leads": _leads(week),
        "therapists": sum(_therapists(week, person) for person in week.participants),
        "wishes": sum(sum(account.wished.values()) for account in found),
        "modules": modules_missed(week),
        "primary": _other_primaries(week),
        "language": _without_language(week),
        "short_days": sum(
            0 < _minutes_inside(person, held) < problem.clinic.short_day_minutes for person, held in days
        ),
        "mixed_days": sum(_is_mixed(person, held) for person, held in days),
        "rooms": sum(_beyond_first(row.room.id if row.room else "" for row in held) for held in week.of_group.values()),
        "steadiness": sum(steadiness(week).values()),
        "apart_days": sum(_next_to_each_other(week, person) for person in week.participants),
    }


def _skipped(week: Week) -> int:
    present = {row.id for row in week.participants if week.calendars.is_present(row)}
    return sum(
        meeting.minutes * len((members & present).difference(person.id for person in meeting.people))
        for group in week.problem.groups
        if group.attend == "all"
        for members in [week.members(group, with_roster=group.membership == "closed")]
        for meeting in week.of_group.get(group.id, ())
    )


def outside_preferred(people: Iterable[Participant | Therapist], index: Index) -> Mapping[str, int]:
    """Return the minutes that each of these people who would rather have some times has outside them, by id."""
    return {
        person.id: sum(
            meeting.minutes - person.preferred.minutes_inside(meeting.start, meeting.end)
            for meeting in index.get(person.id, ())
        )
        for person in people
        if person.preferred is not None
    }


def _leads(week: Week) -> int:
    groups = [week.of_group.get(row.id, ()) for row in week.problem.groups if row.one_lead == "prefer"]
    needs = [serving(week, need) for need in week.problem.needs if need.same_therapist == "prefer"]
    return sum(_beyond_first(meeting.lead.id if meeting.lead else "" for meeting in held) for held in (*groups, *needs))


def _beyond_first(ids: Iterable[str]) -> int:
    return max(0, len(set(ids) - {""}) - 1)


def _therapists(week: Week, person: Participant) -> int:
    """Return how many different staff beyond the first are in the individual and family sessions."""
    held = week.of_participant.get(person.id, ())
    return _beyond_first(
        therapist.id for meeting in held if meeting.service.kind in ONE_TO_ONE for therapist in meeting.staff
    )


def _other_primaries(week: Week) -> int:
    """Return how many participants of this week have a primary, and had another one in the earlier week."""
    before, now = week.problem.primaries_before, primaries(week)
    present = {row.id for row in week.participants if week.calendars.is_present(row)}
    return sum(now[key] != before[key] for key in present & before.keys() & now.keys())


def _without_language(week: Week) -> int:
    if week.problem.clinic.match_language == "no":
        return 0
    return sum(
        not share_language(meeting.lead, person)
        for meeting in week.meetings
        if meeting.service.kind in ONE_TO_ONE and meeting.lead
        for person in meeting.people
        if week.is_about(person)
    )


def _minutes_inside(person: Participant, held: Iterable[Meeting]) -> int:
    return sum(meeting.minutes for meeting in held if not joins_by_video(meeting.session, person))


def _is_mixed(person: Participant, held: Sequence[Meeting]) -> bool:
    """Return whether a day has sessions in the building and sessions by video."""
    return len({joins_by_video(meeting.session, person) for meeting in held}) > 1


def _next_to_each_other(week: Week, person: Participant) -> int:
    """Return pairs of one-to-one sessions of the same service on two days of which one follows the other."""
    total = 0
    for service in week.problem.services:
        if service.kind in ONE_TO_ONE:
            own = by_day(row for row in week.of_participant.get(person.id, ()) if row.service.id == service.id)
            total += sum(len(held) * len(own.get(day + 1, ())) for day, held in own.items())
    return total


def cost_terms(week: Week) -> Mapping[str, int]:
    """Return minutes of staff, days with a trip, minutes that participants wait between sessions, and days of staff."""
    days = list(_days(week))
    return {
        "staff": sum(meeting.minutes * len(meeting.staff) for meeting in week.meetings),
        "trips": sum(_minutes_inside(person, held) > 0 for person, held in days),
        "waits": sum(waiting(held) for _, held in days),
        "staff_days": sum(
            len(by_day(row for row in held if not joins_by_video(row.session, therapist)))
            for therapist in week.problem.therapists
            for held in (week.of_therapist.get(therapist.id, ()),)
        ),
    }


def _days(week: Week) -> Iterator[tuple[Participant, list[Meeting]]]:
    for person in week.participants:
        for held in by_day(week.of_participant.get(person.id, ())).values():
            yield person, held


def waiting(held: Sequence[Meeting]) -> int:
    """Return the minutes of one person's day from first start to last end that no session fills."""
    span = max(meeting.end for meeting in held) - min(meeting.start for meeting in held)
    return max(0, span - sum(meeting.minutes for meeting in held))
