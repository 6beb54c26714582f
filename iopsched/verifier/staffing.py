"""Rule ``staffed``: who must and may be on the staff of a session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.services import Group, Need
from iopsched.rulebook import RuleId
from iopsched.verifier.limits import roles_of
from iopsched.verifier.pins import matches
from iopsched.verifier.violation import Violation
from iopsched.verifier.week import Meeting, Week, session_ids


def staffed(week: Week) -> Iterator[Violation]:
    """Report roles not filled, leads who may not lead, and staff who do not belong into a session."""
    for session in week.schedule.sessions:
        for key in sorted({key for key in session.therapist_ids if key not in week.problem.therapist}):
            yield _broken(
                session.id, f"Therapist {key} of session {session.id} is not in therapists.csv.", (session.id,)
            )
    for meeting in week.meetings:
        for sentence in (*_lead(meeting), *_roles(meeting), *_surplus(week, meeting)):
            yield _broken(meeting.id, sentence, (meeting.id,))
        for sentence, *people in (*_suited(meeting), *_needed(week, meeting)):
            yield _broken(meeting.id, sentence, (meeting.id,), tuple(people))
    yield from _one_lead(week)
    yield from _same_therapist(week)


def _broken(subject: str, sentence: str, sessions: tuple[str, ...], people: tuple[str, ...] = ()) -> Violation:
    return Violation(RuleId.STAFFED, subject, sentence, sessions, people)


def _lead(meeting: Meeting) -> Iterator[str]:
    lead, service, group = meeting.lead, meeting.service, meeting.group
    if not meeting.session.therapist_ids:
        yield f"Session {meeting} has no lead."
    if lead and service.licensed_lead and not lead.licensed:
        yield f"Lead {lead.id} of session {meeting} is not licensed (licensed_lead of {service.id} in services.csv)."
    if lead and group and group.lead_ids and lead.id not in group.lead_ids:
        yield (
            f"Lead {lead.id} of session {meeting} is not a lead of group {group.id}: "
            f"{' or '.join(group.lead_ids)} (lead in groups.csv)."
        )


def _slots(meeting: Meeting) -> list[str]:
    return [role.skill for role in roles_of(meeting.service, meeting.group) for _ in range(role.number)]


def _source(meeting: Meeting) -> str:
    group = meeting.group
    if group and group.staff:
        return f"staff of group {group.id} in groups.csv"
    return f"staff of service {meeting.service.id} in services.csv"


def _roles(meeting: Meeting) -> Iterator[str]:
    """Say which roles stay empty when the lead fills the first and each other person at most one."""
    lead, slots = meeting.lead, _slots(meeting)
    staff_ids = meeting.session.therapist_ids
    for key, entries in sorted(Counter(staff_ids).items()):
        if entries > 1:
            yield f"Therapist {key} is entered {entries} times on the staff of session {meeting}."
    if lead is None or not slots:
        return
    if slots[0] not in lead.skills:
        yield f"Lead {lead.id} of session {meeting} lacks the skill {slots[0]} ({_source(meeting)})."
    others = [therapist for therapist in meeting.staff if therapist is not lead]
    for skill in unfilled(slots[1:], others):
        yield f"Session {meeting} lacks a different therapist with the skill {skill} ({_source(meeting)})."


def unfilled(slots: Sequence[str], staff: Sequence[Therapist]) -> list[str]:
    """Return the skills that stay empty when as many slots as possible are filled, nobody filling two."""
    filler: dict[int, int] = {}  # therapist -> slot, by position

    def fill(slot: int, tried: set[int]) -> bool:
        for place, therapist in enumerate(staff):
            if place in tried or slots[slot] not in therapist.skills:
                continue
            tried.add(place)
            if place not in filler or fill(filler[place], tried):
                filler[place] = slot
                return True
        return False

    return [skill for slot, skill in enumerate(slots) if not fill(slot, set())]


def _surplus(week: Week, meeting: Meeting) -> Iterator[str]:
    skills = set(_slots(meeting))
    for therapist in meeting.staff:
        if therapist is meeting.lead or skills.intersection(therapist.skills):
            continue
        if not _is_asked_for(week, meeting, therapist):
            listed = " or ".join(sorted(skills))
            yield (
                f"Therapist {therapist.id} of session {meeting} has no skill that it lists: "
                f"{listed} ({_source(meeting)}), and no need or pin asks for them."
            )


def _is_asked_for(week: Week, meeting: Meeting, therapist: Therapist) -> bool:
    needs = (week.problem.need.get((person.id, meeting.service.id)) for person in meeting.people)
    return any(need and therapist.id in need.therapist_ids for need in needs) or any(
        row.action == "must" and row.therapist_id == therapist.id and matches(row, week.problem.week, meeting)
        for row in week.problem.pins
    )


def _suited(meeting: Meeting) -> Iterator[tuple[str, ...]]:
    """Say whom staff do not suit, each with the participant where it is one."""
    for therapist in meeting.staff:
        who = f"Therapist {therapist.id} of session {meeting}"
        if meeting.group:
            for sentence in _suited_to(therapist, meeting.group, who, f"group {meeting.group.id}"):
                yield (sentence,)
            continue
        for person in meeting.people:
            for sentence in _suited_to(therapist, person, who, f"participant {person.id}"):
                yield sentence, person.id


def _suited_to(therapist: Therapist, row: Group | Participant, who: str, whom: str) -> Iterator[str]:
    if therapist.populations and row.population not in therapist.populations:
        works_with = " and ".join(therapist.populations)
        yield f"{who} works only with population {works_with}; {whom} is {row.population} (therapists.csv)."
    if therapist.tracks and row.tracks and not set(therapist.tracks) & set(row.tracks):
        works_with = " and ".join(therapist.tracks)
        yield f"{who} works only in track {works_with}; {whom} is in {' and '.join(row.tracks)} (therapists.csv)."


def _needed(week: Week, meeting: Meeting) -> Iterator[tuple[str, str]]:
    for person in meeting.people:
        need = week.problem.need.get((person.id, meeting.service.id))
        missing = set(need.therapist_ids) - set(meeting.session.therapist_ids) if need else set()
        for key in sorted(missing):
            yield (
                (
                    f"Session {meeting} lacks therapist {key}, whom participant {person.id} needs "
                    "(therapist_id in needs.csv)."
                ),
                person.id,
            )


def _one_lead(week: Week) -> Iterator[Violation]:
    for group_id, meetings in week.of_group.items():
        leads = _leads(meetings)
        if week.problem.group[group_id].one_lead == "require" and len(leads) > 1:
            sentence = (
                f"Group {group_id} is led by {' and '.join(leads)}; one lead is required (one_lead in groups.csv)."
            )
            yield _broken(group_id, sentence, session_ids(meetings))


def _same_therapist(week: Week) -> Iterator[Violation]:
    for need in week.problem.needs:
        meetings = serving(week, need)
        leads = _leads(meetings)
        if need.same_therapist == "require" and len(leads) > 1:
            sentence = (
                f"Sessions of {need.service_id} of participant {need.participant_id} are led by "
                f"{' and '.join(leads)}; one lead is required (same_therapist in needs.csv)."
            )
            yield _broken(need.participant_id, sentence, session_ids(meetings), (need.participant_id,))


def serving(week: Week, need: Need) -> tuple[Meeting, ...]:
    """Return the sessions of the need's service that the participant attends."""
    attended = week.of_participant.get(need.participant_id, ())
    return tuple(meeting for meeting in attended if meeting.service.id == need.service_id)


def _leads(meetings: Sequence[Meeting]) -> list[str]:
    return sorted({meeting.lead.id for meeting in meetings if meeting.lead})
