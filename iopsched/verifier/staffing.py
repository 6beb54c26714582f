"""Rule ``staffed``: who must and may be on the staff of a session."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.services import Group, Need
from iopsched.policy.numbers import roles_of
from iopsched.rulebook import RuleId
from iopsched.verifier.covers import stands_in
from iopsched.verifier.pins import matches
from iopsched.verifier.violation import Violation
from iopsched.verifier.week import Meeting, Week, session_ids
from iopsched.words.sentence import GroupRef, ParticipantRef, Sentence, SessionRef, TherapistRef


def staffed(week: Week) -> Iterator[Violation]:
    """Report roles not filled, leads who may not lead, and staff who do not belong into a session."""
    for session in week.schedule.sessions:
        for key in sorted({key for key in session.therapist_ids if key not in week.problem.therapist}):
            told = "Therapist {} of session {} is not in therapists.csv."
            yield _broken(session.id, Sentence(told, TherapistRef(key), SessionRef(session.id)), (session.id,))
    for meeting in week.meetings:
        for sentence in (*_lead(week, meeting), *_roles(meeting), *_surplus(week, meeting)):
            yield _broken(meeting.id, sentence, (meeting.id,))
        for sentence, people in (*_suited(meeting), *_needed(week, meeting)):
            yield _broken(meeting.id, sentence, (meeting.id,), people)
    yield from _one_lead(week)
    yield from _same_therapist(week)


def _broken(subject: str, sentence: Sentence, sessions: tuple[str, ...], people: tuple[str, ...] = ()) -> Violation:
    return Violation(RuleId.STAFFED, subject, sentence, sessions, people)


def _lead(week: Week, meeting: Meeting) -> Iterator[Sentence]:
    lead, service, group = meeting.lead, meeting.service, meeting.group
    if not meeting.session.therapist_ids:
        yield Sentence("Session {} has no lead.", meeting.told)
    if lead and service.licensed_lead and not lead.licensed:
        told = "Lead {} of session {} is not licensed (licensed_lead of {} in services.csv)."
        yield Sentence(told, TherapistRef(lead.id), meeting.told, service.id)
    named = group.lead_ids if group else ()
    if (
        lead
        and group
        and named
        and lead.id not in named
        and not any(stands_in(week, lead.id, key, meeting) for key in named)
    ):
        told, leads = "Lead {} of session {} is not a lead of group {}: {} (lead in groups.csv).", group.lead_ids
        yield Sentence(told, TherapistRef(lead.id), meeting.told, GroupRef(group.id), _all_of(leads, " or "))


def _all_of(therapist_ids: Iterable[str], separator: str) -> Sentence:
    return Sentence.joined(separator, map(TherapistRef, therapist_ids))


def slots_of(meeting: Meeting) -> list[str]:
    """Return the skill of each place on the staff of a session, the lead's first."""
    return [role.skill for role in roles_of(meeting.service, meeting.group) for _ in range(role.number)]


def _source(meeting: Meeting) -> Sentence:
    group = meeting.group
    if group and group.staff:
        return Sentence("staff of group {} in groups.csv", GroupRef(group.id))
    return Sentence("staff of service {} in services.csv", meeting.service.id)


def _roles(meeting: Meeting) -> Iterator[Sentence]:
    """Say which roles stay empty when the lead fills the first and each other person at most one."""
    lead, slots = meeting.lead, slots_of(meeting)
    staff_ids = meeting.session.therapist_ids
    for key, entries in sorted(Counter(staff_ids).items()):
        if entries > 1:
            told = "Therapist {} is entered {} times on the staff of session {}."
            yield Sentence(told, TherapistRef(key), entries, meeting.told)
    if lead is None or not slots:
        return
    if slots[0] not in lead.skills:
        told = "Lead {} of session {} lacks the skill {} ({})."
        yield Sentence(told, TherapistRef(lead.id), meeting.told, slots[0], _source(meeting))
    others = [therapist for therapist in meeting.staff if therapist is not lead]
    for skill in unfilled(slots[1:], others):
        told = "Session {} lacks a different therapist with the skill {} ({})."
        yield Sentence(told, meeting.told, skill, _source(meeting))


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


def _surplus(week: Week, meeting: Meeting) -> Iterator[Sentence]:
    skills = set(slots_of(meeting))
    for therapist in meeting.staff:
        if therapist is meeting.lead or skills.intersection(therapist.skills):
            continue
        if not is_named(week, meeting, therapist):
            listed = " or ".join(sorted(skills))
            told = "Therapist {} of session {} has no skill that it lists: {} ({}), and no need or pin asks for them."
            yield Sentence(told, TherapistRef(therapist.id), meeting.told, listed, _source(meeting))


def is_named(week: Week, meeting: Meeting, therapist: Therapist) -> bool:
    """Return whether a need of somebody in the session, or a pin that it matches, names a therapist."""
    needs = (week.problem.need.get((person.id, meeting.service.id)) for person in meeting.people)
    return any(need and therapist.id in need.therapist_ids for need in needs) or any(
        row.action == "must" and row.therapist_id == therapist.id and matches(row, week.problem.week, meeting)
        for row in week.problem.pins
    )


def _suited(meeting: Meeting) -> Iterator[tuple[Sentence, tuple[str, ...]]]:
    """Report the participants and groups that the staff do not suit."""
    for therapist in meeting.staff:
        if meeting.group:
            yield from ((sentence, ()) for sentence in _suited_to(therapist, meeting.group, meeting))
            continue
        for person in meeting.people:
            yield from ((sentence, (person.id,)) for sentence in _suited_to(therapist, person, meeting))


def _suited_to(therapist: Therapist, row: Group | Participant, meeting: Meeting) -> Iterator[Sentence]:
    if therapist.populations and row.population not in therapist.populations:
        works_with = " and ".join(therapist.populations)
        told = "{} works only with population {}; {} is {} (therapists.csv)."
        yield Sentence(told, _who(therapist, meeting), works_with, _whom(row), row.population)
    if therapist.tracks and row.tracks and not set(therapist.tracks) & set(row.tracks):
        works_in, tracks = (" and ".join(tracks) for tracks in (therapist.tracks, row.tracks))
        told = "{} works only in track {}; {} is in {} (therapists.csv)."
        yield Sentence(told, _who(therapist, meeting), works_in, _whom(row), tracks)


def _who(therapist: Therapist, meeting: Meeting) -> Sentence:
    return Sentence("Therapist {} of session {}", TherapistRef(therapist.id), meeting.told)


def _whom(row: Group | Participant) -> Sentence:
    is_group = isinstance(row, Group)
    return Sentence("group {}", GroupRef(row.id)) if is_group else Sentence("participant {}", ParticipantRef(row.id))


def _needed(week: Week, meeting: Meeting) -> Iterator[tuple[Sentence, tuple[str, ...]]]:
    for person in meeting.people:
        need = week.problem.need.get((person.id, meeting.service.id))
        missing = set(need.therapist_ids) - set(meeting.session.therapist_ids) if need else set()
        for key in sorted(missing):
            told = "Session {} lacks therapist {}, whom participant {} needs (therapist_id in needs.csv)."
            yield Sentence(told, meeting.told, TherapistRef(key), ParticipantRef(person.id)), (person.id,)


def _one_lead(week: Week) -> Iterator[Violation]:
    for group_id, meetings in week.of_group.items():
        leads = _leads(meetings)
        if week.problem.group[group_id].one_lead == "require" and len(leads) > 1:
            told = "Group {} is led by {}; one lead is required (one_lead in groups.csv)."
            sentence = Sentence(told, GroupRef(group_id), _all_of(leads, " and "))
            yield _broken(group_id, sentence, session_ids(meetings))


def _same_therapist(week: Week) -> Iterator[Violation]:
    for need in week.problem.needs:
        meetings = serving(week, need)
        leads = _leads(meetings)
        if need.same_therapist == "require" and len(leads) > 1:
            sentence = Sentence(
                "Sessions of {} of participant {} are led by {}; one lead is required (same_therapist in needs.csv).",
                *(need.service_id, ParticipantRef(need.participant_id), _all_of(leads, " and ")),
            )
            yield _broken(need.participant_id, sentence, session_ids(meetings), (need.participant_id,))


def serving(week: Week, need: Need) -> tuple[Meeting, ...]:
    """Return the sessions of the need's service that the participant attends."""
    attended = week.of_participant.get(need.participant_id, ())
    return tuple(meeting for meeting in attended if meeting.service.id == need.service_id)


def _leads(meetings: Sequence[Meeting]) -> list[str]:
    return sorted({meeting.lead.id for meeting in meetings if meeting.lead})
