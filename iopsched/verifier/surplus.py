"""Staff whom nothing asks into a session: no role, ratio, need or pin, and not the earlier week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from iopsched.domain.people import Therapist
from iopsched.policy.numbers import staff_ratio
from iopsched.verifier.staffing import is_named, slots_of, unfilled
from iopsched.verifier.week import Index, Meeting, Week


def asked_sessions(week: Week) -> Index:
    """Return, by therapist, the sessions that have a reason for them, by start."""
    begun = frozenset(week.problem.begun)  # what has begun has its staff, whatever asked for them
    coming = (meeting for meeting in week.meetings if meeting.session not in begun)
    idle = {meeting.id: found for meeting in coming if (found := unasked(week, meeting))}
    if not idle:
        return week.of_therapist
    return {
        key: tuple(meeting for meeting in held if key not in idle.get(meeting.id, ()))
        for key, held in week.of_therapist.items()
    }


def unasked(week: Week, meeting: Meeting) -> frozenset[str]:
    """Return who is on the staff for no reason.

    Whoever has no reason of their own fills a role if there is one left; the last of those without one is left out,
    until everybody who remains has a reason or a role. A reason counts the staff who remain, so that of two of whom
    the ratio asks for one, the first has it.
    """
    slots = slots_of(meeting)[1:]
    others = [therapist for therapist in meeting.staff if therapist is not meeting.lead]
    if len(others) <= len(slots):
        return frozenset()
    found: set[str] = set()
    while True:
        plain = [row for row in others if not _has_reason(week, meeting, others, row)]
        if len(slots) - len(unfilled(slots, plain)) == len(plain):
            return frozenset(found)
        found.add(plain[-1].id)
        others.remove(plain[-1])


def _has_reason(week: Week, meeting: Meeting, others: Sequence[Therapist], therapist: Therapist) -> bool:
    """Return whether something beside a role asks for a therapist among the staff beyond the lead."""
    if is_named(week, meeting, therapist):
        return True
    if not set(slots_of(meeting)).intersection(therapist.skills):
        return False
    if _was_there(week, meeting, therapist):
        return True
    asked = week.problem.clinic.staff.two_staff
    if len(others) <= 1 and sum(person.population in asked for person in meeting.people) > 1:
        return True
    limit = staff_ratio(week.problem.clinic, meeting.service, meeting.group, meeting.populations)
    if limit is None or not therapist.counts_for_ratio:
        return False
    lead = meeting.lead is not None and meeting.lead.counts_for_ratio
    counting = lead + sum(row.counts_for_ratio for row in others)
    return len(meeting.people) > limit.value * (counting - 1)


def _was_there(week: Week, meeting: Meeting, therapist: Therapist) -> bool:
    session = meeting.session
    before: Mapping[str, frozenset[str]] = week.problem.helpers_before.get(
        (session.service_id, session.group_id, session.start), {}
    )
    return therapist.id in before.get(session.lead_id, frozenset())
