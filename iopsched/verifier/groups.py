"""Rules ``size``, ``ratio``, ``two_staff`` and ``cohort``: how many are in a session, and who belongs to which group."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.people import Participant
from iopsched.domain.services import Group
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.rulebook import RuleId
from iopsched.verifier.limits import largest, smallest, staff_ratio
from iopsched.verifier.overlap import clashes
from iopsched.verifier.violation import Violation, counted
from iopsched.verifier.week import Meeting, Week, by_day, session_ids


def size(week: Week) -> Iterator[Violation]:
    """Report sessions with too few or too many participants."""
    for meeting in week.meetings:
        heads, low, high = len(meeting.people), smallest(meeting), largest(week.problem, meeting)
        found = f"Session {meeting} has {counted(heads, 'participant')};"
        if heads < low.value:
            sentence = f"{found} {low.owner} needs at least {low.value} ({low.setting})."
            yield Violation(RuleId.SIZE, meeting.id, sentence, (meeting.id,))
        if heads > high.value:
            sentence = f"{found} {high.owner} allows at most {high.value} ({high.setting})."
            yield Violation(RuleId.SIZE, meeting.id, sentence, (meeting.id,))


def ratio(week: Week) -> Iterator[Violation]:
    """Report sessions with more participants than their counting staff may care for."""
    for meeting in week.meetings:
        limit = staff_ratio(week.problem, meeting)
        counting = sum(therapist.counts_for_ratio for therapist in meeting.staff)
        if limit and len(meeting.people) > limit.value * counting:
            sentence = (
                f"Session {meeting} has {counted(len(meeting.people), 'participant')} and {counting} staff who count; "
                f"{limit.owner} allows {limit.value} for each ({limit.setting})."
            )
            yield Violation(RuleId.RATIO, meeting.id, sentence, (meeting.id,))


def two_staff(week: Week) -> Iterator[Violation]:
    """Report sessions in which several of those who need two members of staff are with one."""
    asked = week.problem.clinic.staff.two_staff
    for meeting in week.meetings:
        together = [person for person in meeting.people if person.population in asked]
        if len(together) >= 2 and len(meeting.staff) < 2:
            names = " and ".join(sorted({person.population for person in together}))
            sentence = (
                f"Session {meeting} has {counted(len(together), 'participant')} of population {names} with "
                f"{len(meeting.staff)} staff; two are needed (two_staff in clinic.toml)."
            )
            yield Violation(RuleId.TWO_STAFF, meeting.id, sentence, (meeting.id,))


def cohort(week: Week) -> Iterator[Violation]:
    """Report broken membership, groups that meet too often, and sessions that their group cannot hold."""
    for meeting in week.meetings:
        yield from _ties(week, meeting)
    for participant in week.problem.participants:
        yield from _membership(week, participant)
    for group in week.problem.groups:
        yield from _frequency(week, group)


def _ties(week: Week, meeting: Meeting) -> Iterator[Violation]:
    named, group, service = meeting.session.group_id, meeting.group, meeting.service
    sentence = ""
    if named and group is None:
        sentence = f"Session {meeting} is of group {named}, which is not in groups.csv."
    elif group and group.service_id != service.id:
        sentence = f"Session {meeting} is of service {service.id}; group {group.id} holds only {group.service_id}."
    elif group is None and service.id in week.problem.groups_of:
        sentence = f"Session {meeting} has no group; service {service.id} is held in groups (groups.csv)."
    if sentence:
        yield Violation(RuleId.COHORT, meeting.id, sentence, (meeting.id,))


def _membership(week: Week, participant: Participant) -> Iterator[Violation]:
    meetings = week.of_participant.get(participant.id, ())
    attended = {meeting.group.id: meeting.group for meeting in meetings if meeting.group}
    given = {key: week.problem.group[key] for key in participant.group_ids if key in week.problem.group}
    for group in attended.values():
        others = [
            other
            for other in (attended | given).values()
            if other.service_id == group.service_id and other.id != group.id
        ]
        for other in others:
            of_both = [row for row in meetings if row.group and row.group.id in (group.id, other.id)]
            yield from _two_groups(participant, group, other, given, session_ids(of_both))


def _two_groups(
    participant: Participant, group: Group, other: Group, given: dict[str, Group], sessions: tuple[str, ...]
) -> Iterator[Violation]:
    """Report an attended group beside another one of the service, if either is closed."""
    if "closed" not in (group.membership, other.membership):
        return
    closed = group if group.membership == "closed" else other
    both = f"groups {min(group.id, other.id)} and {max(group.id, other.id)}"
    reason = f"group_id in participants.csv is {other.id}; " if other.id in given and group.id not in given else ""
    sentence = (
        f"Participant {participant.id} is in {both} of service {group.service_id}; "
        f"{reason}membership of {closed.id} is closed (groups.csv)."
    )
    yield Violation(RuleId.COHORT, participant.id, sentence, sessions, (participant.id,))


def _frequency(week: Week, group: Group) -> Iterator[Violation]:
    meetings = week.of_group.get(group.id, ())
    if len(meetings) > group.sessions_per_week:
        sentence = (
            f"Group {group.id} has {counted(len(meetings), 'session')}; "
            f"at most {group.sessions_per_week} are allowed (sessions_per_week in groups.csv)."
        )
        yield Violation(RuleId.COHORT, group.id, sentence, session_ids(meetings))
    for found, those in clashes(meetings):
        yield Violation(RuleId.COHORT, group.id, f"Group {group.id} is in {found} at once.", those)
    service = week.problem.service.get(group.service_id)
    limit = service.max_per_day if service else 0
    for day, held in by_day(meetings).items():
        if limit and len(held) > limit:
            sentence = (
                f"Group {group.id} has {counted(len(held), 'session')} on {WEEKDAYS[day]}; service {group.service_id} "
                f"allows at most {limit} (max_per_day in services.csv)."
            )
            yield Violation(RuleId.COHORT, group.id, sentence, session_ids(held))
