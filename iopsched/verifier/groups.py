"""Rules ``size``, ``ratio``, ``two_staff`` and ``cohort``: how many are in a session, and who belongs to which group."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.people import Participant
from iopsched.domain.services import Group
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.policy.numbers import largest, smallest, staff_ratio
from iopsched.rulebook import RuleId
from iopsched.verifier.overlap import clashes
from iopsched.verifier.violation import Violation
from iopsched.verifier.week import Meeting, Week, by_day, session_ids
from iopsched.words.phrases import count
from iopsched.words.sentence import GroupRef, ParticipantRef, Sentence


def size(week: Week) -> Iterator[Violation]:
    """Report sessions with too few or too many participants."""
    for meeting in week.meetings:
        heads, low = len(meeting.people), smallest(meeting.service, meeting.group)
        high = largest(week.problem.clinic, meeting.service, meeting.group, meeting.populations)
        for is_broken, limit, verb in (
            (heads < low.value, low, "needs at least"),
            (heads > high.value, high, "allows at most"),
        ):
            if is_broken:
                told = "Session {} has {}; {} {} {} ({})."
                found = meeting.told, count(heads, "participant"), limit.owner, verb, limit.value, limit.setting
                yield _of_session(RuleId.SIZE, meeting, told, *found)


def _of_session(rule: RuleId, meeting: Meeting, template: str, *values: object) -> Violation:
    return Violation(rule, meeting.id, Sentence(template, *values), (meeting.id,))


def ratio(week: Week) -> Iterator[Violation]:
    """Report sessions with more participants than their counting staff may care for."""
    for meeting in week.meetings:
        limit = staff_ratio(week.problem.clinic, meeting.service, meeting.group, meeting.populations)
        counting = sum(therapist.counts_for_ratio for therapist in meeting.staff)
        if limit and len(meeting.people) > limit.value * counting:
            told = "Session {} has {} and {} staff who count; {} allows {} for each ({})."
            found = meeting.told, count(len(meeting.people), "participant"), counting
            yield _of_session(RuleId.RATIO, meeting, told, *found, limit.owner, limit.value, limit.setting)


def two_staff(week: Week) -> Iterator[Violation]:
    """Report sessions with one member of staff and several participants who need two."""
    asked = week.problem.clinic.staff.two_staff
    for meeting in week.meetings:
        together = [person for person in meeting.people if person.population in asked]
        if len(together) >= 2 and len(meeting.staff) < 2:
            names = " and ".join(sorted({person.population for person in together}))
            told = "Session {} has {} of population {} with {} staff; two are needed (two_staff in clinic.toml)."
            found = meeting.told, count(len(together), "participant"), names, len(meeting.staff)
            yield _of_session(RuleId.TWO_STAFF, meeting, told, *found)


def cohort(week: Week) -> Iterator[Violation]:
    """Report broken membership, groups that meet too often, and sessions that their group cannot hold."""
    for meeting in week.meetings:
        yield from _ties(week, meeting)
    for participant in week.participants:
        yield from _membership(week, participant)
    for group in week.problem.groups:
        yield from _frequency(week, group)


def _ties(week: Week, meeting: Meeting) -> Iterator[Violation]:
    named, group, service = meeting.session.group_id, meeting.group, meeting.service
    if named and group is None:
        told = "Session {} is of group {}, which is not in groups.csv."
        yield _of_session(RuleId.COHORT, meeting, told, meeting.told, GroupRef(named))
    elif group and group.service_id != service.id:
        told = "Session {} is of service {}; group {} holds only {}."
        found = meeting.told, service.id, GroupRef(group.id), group.service_id
        yield _of_session(RuleId.COHORT, meeting, told, *found)
    elif group is None and service.id in week.problem.groups_of:
        told = "Session {} has no group; service {} is held in groups (groups.csv)."
        yield _of_session(RuleId.COHORT, meeting, told, meeting.told, service.id)


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
    both = Sentence.joined(" and ", map(GroupRef, sorted((group.id, other.id))))
    is_given = other.id in given and group.id not in given
    reason = Sentence("group_id in participants.csv is {}; ", GroupRef(other.id)) if is_given else ""
    sentence = Sentence(
        "Participant {} is in groups {} of service {}; {}membership of {} is closed (groups.csv).",
        *(ParticipantRef(participant.id), both, group.service_id, reason, GroupRef(closed.id)),
    )
    yield Violation(RuleId.COHORT, participant.id, sentence, sessions, (participant.id,))


def _frequency(week: Week, group: Group) -> Iterator[Violation]:
    meetings = week.of_group.get(group.id, ())
    if len(meetings) > group.sessions_per_week:
        told = "Group {} has {}; at most {} are allowed (sessions_per_week in groups.csv)."
        sentence = Sentence(told, GroupRef(group.id), count(len(meetings), "session"), group.sessions_per_week)
        yield Violation(RuleId.COHORT, group.id, sentence, session_ids(meetings))
    for found, those in clashes(meetings):
        yield Violation(
            RuleId.COHORT, group.id, Sentence("Group {} is in {} at once.", GroupRef(group.id), found), those
        )
    service = week.problem.service.get(group.service_id)
    limit = service.max_per_day if service else 0
    for day, held in by_day(meetings).items():
        if limit and len(held) > limit:
            sentence = Sentence(
                "Group {} has {} on {}; service {} allows at most {} (max_per_day in services.csv).",
                *(GroupRef(group.id), count(len(held), "session"), WEEKDAYS[day], group.service_id, limit),
            )
            yield Violation(RuleId.COHORT, group.id, sentence, session_ids(held))
