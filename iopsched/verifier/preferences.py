"""Sub-terms of the goals ``preferences`` and ``cost``, before their weights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from iopsched.domain.people import Participant, Therapist
from iopsched.verifier.account import Account
from iopsched.verifier.curriculum import modules_missed
from iopsched.verifier.modality import people_in_room
from iopsched.verifier.staffing import serving
from iopsched.verifier.week import Index, Meeting, Week, by_day


def preference_terms(week: Week, found: Iterable[Account]) -> Mapping[str, int]:
    """Return minutes skipped and outside preferred times; numbers of leads, therapists, wishes and modules too many or few."""
    problem = week.problem
    return {
        "skipped": _skipped(week),
        "outside_preferred": _outside(problem.participants, week.of_participant)
        + _outside(problem.therapists, week.of_therapist),
        "leads": _leads(week),
        "therapists": sum(_therapists(week, person) for person in problem.participants),
        "wishes": sum(sum(account.wished.values()) for account in found),
        "modules": modules_missed(week),
    }


def _skipped(week: Week) -> int:
    present = {row.id for row in week.problem.participants if week.calendars.is_present(row)}
    return sum(
        meeting.minutes * len((members & present).difference(person.id for person in meeting.people))
        for group in week.problem.groups
        if group.attend == "all"
        for members in [week.members(group, with_roster=group.membership == "closed")]
        for meeting in week.of_group.get(group.id, ())
    )


def _outside(people: Iterable[Participant | Therapist], index: Index) -> int:
    return sum(
        meeting.minutes - person.preferred.minutes_inside(meeting.start, meeting.end)
        for person in people
        if person.preferred is not None
        for meeting in index.get(person.id, ())
    )


def _leads(week: Week) -> int:
    groups = [week.of_group.get(row.id, ()) for row in week.problem.groups if row.one_lead == "prefer"]
    needs = [serving(week, need) for need in week.problem.needs if need.same_therapist == "prefer"]
    return sum(_beyond_first(meeting.session.lead_id for meeting in held) for held in (*groups, *needs))


def _beyond_first(ids: Iterable[str]) -> int:
    return max(0, len(set(ids) - {""}) - 1)


def _therapists(week: Week, person: Participant) -> int:
    """Return how many different staff beyond the first are in the individual and family sessions."""
    held = week.of_participant.get(person.id, ())
    return _beyond_first(
        therapist.id
        for meeting in held
        if meeting.service.kind in ("individual", "family")
        for therapist in meeting.staff
    )


def cost_terms(week: Week) -> Mapping[str, int]:
    """Return minutes of staff, days with a trip, and minutes that participants wait between sessions."""
    days = list(_days(week))
    return {
        "staff": sum(meeting.minutes * len(meeting.staff) for meeting in week.meetings),
        "trips": sum(any(person in people_in_room(meeting) for meeting in held) for person, held in days),
        "waits": sum(waiting(held) for _, held in days),
    }


def _days(week: Week) -> Iterator[tuple[Participant, list[Meeting]]]:
    for person in week.problem.participants:
        for held in by_day(week.of_participant.get(person.id, ())).values():
            yield person, held


def waiting(held: Sequence[Meeting]) -> int:
    """Return the minutes of one person's day from first start to last end that no session fills."""
    span = max(meeting.end for meeting in held) - min(meeting.start for meeting in held)
    return max(0, span - sum(meeting.minutes for meeting in held))
