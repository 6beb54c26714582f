"""Rules ``match``, ``together`` and ``apart``: who may and who must be together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.services import Group, Need
from iopsched.policy.needs import may_join
from iopsched.rulebook import RuleId
from iopsched.verifier.violation import Violation
from iopsched.verifier.week import Meeting, Week, session_ids
from iopsched.words.sentence import GroupRef, ParticipantRef, Sentence, SessionRef, TherapistRef

ONE_TO_ONE = ("individual", "family")
"""Kinds of sessions whose lead should share a language with the participant."""


def match(week: Week) -> Iterator[Violation]:
    """Report participants who do not belong into a session, and leads without the language or gender asked for."""
    yield from _unknown(week)
    for meeting in week.meetings:
        if meeting.group is None and len(meeting.populations) > 1:
            mixed = " and ".join(meeting.populations)
            sentence = Sentence("Session {} mixes the populations {}.", meeting.told, mixed)
            yield Violation(RuleId.MATCH, meeting.id, sentence, (meeting.id,))
        for participant in meeting.people:
            if meeting.group:
                yield from _member(meeting, meeting.group, participant)
                yield from _joined(week, meeting, meeting.group, participant)
            yield from _language(week, meeting, participant)
            need = week.problem.need.get((participant.id, meeting.service.id))
            if need:
                yield from _lead_for_need(meeting, need)
        yield from _lead_for_group(meeting)


def _unknown(week: Week) -> Iterator[Violation]:
    for session in week.schedule.sessions:
        if session.service_id not in week.problem.service:
            told = "Session {} is of service {}, which does not exist."
            sentence = Sentence(told, SessionRef(session.id), session.service_id)
            yield Violation(RuleId.MATCH, session.id, sentence, (session.id,))
        for key in session.participant_ids:
            if key not in week.problem.participant:
                told = "Participant {} of session {} is not in participants.csv."
                sentence = Sentence(told, ParticipantRef(key), SessionRef(session.id))
                yield Violation(RuleId.MATCH, session.id, sentence, (session.id,), (key,))


def _member(meeting: Meeting, group: Group, person: Participant) -> Iterator[Violation]:
    found = []
    if person.population != group.population:
        found.append(("is", person.population, "is for", group.population, "population in groups.csv"))
    if not set(person.tracks) & set(group.tracks):
        tracks = _listed("track", person.tracks), "is for", _listed("track", group.tracks)
        found.append(("has", *tracks, "track in groups.csv"))
    if group.gender and _fold(person.gender) != _fold(group.gender):
        found.append(("has", f"gender {person.gender or 'blank'}", "asks for", group.gender, "groups.csv"))
    if group.language and not _speaks(person.languages, group.language):
        found.append(("has", _listed("language", person.languages), "asks for", group.language, "groups.csv"))
    for verb, own, asks, asked, setting in found:
        who, whose = Sentence("{} of session {}", ParticipantRef(person.id), meeting.told), GroupRef(group.id)
        sentence = Sentence("Participant {} {} {}; group {} {} {} ({}).", who, verb, own, whose, asks, asked, setting)
        yield Violation(RuleId.MATCH, person.id, sentence, (meeting.id,), (person.id,))


def _joined(week: Week, meeting: Meeting, group: Group, person: Participant) -> Iterator[Violation]:
    if meeting.service.id == group.service_id and not may_join(week.problem, person, group):
        sentence = Sentence(
            "Participant {} of session {} has no need of {} and no group_id {} (joins in groups.csv).",
            *(ParticipantRef(person.id), meeting.told, group.service_id, GroupRef(group.id)),
        )
        yield Violation(RuleId.MATCH, person.id, sentence, (meeting.id,), (person.id,))


def _language(week: Week, meeting: Meeting, person: Participant) -> Iterator[Violation]:
    lead = meeting.lead
    if lead is None or week.problem.clinic.match_language != "require":
        return
    if meeting.service.kind in ONE_TO_ONE and not share_language(lead, person):
        sentence = Sentence(
            "Lead {} of session {} has {}; participant {} has {} (match.language in clinic.toml).",
            *(TherapistRef(lead.id), meeting.told, _listed("language", lead.languages)),
            *(ParticipantRef(person.id), _listed("language", person.languages)),
        )
        yield Violation(RuleId.MATCH, meeting.id, sentence, (meeting.id,), (person.id,))


def share_language(lead: Therapist, person: Participant) -> bool:
    """Return whether lead and participant have a language in common, or one of them states none."""
    own = set(map(_fold, lead.languages))
    return not own or not person.languages or not own.isdisjoint(map(_fold, person.languages))


def takes(group: Group, person: Participant) -> bool:
    """Return whether a group may have the person as a member, by population, track, gender and language."""
    return (
        person.population == group.population
        and bool(set(person.tracks) & set(group.tracks))
        and (not group.gender or _fold(person.gender) == _fold(group.gender))
        and (not group.language or _speaks(person.languages, group.language))
    )


def _lead_for_need(meeting: Meeting, need: Need) -> Iterator[Violation]:
    lead, found = meeting.lead, []
    if lead is None:
        return
    if need.gender and _fold(lead.gender) != _fold(need.gender):
        found.append((f"gender {lead.gender or 'blank'}", need.gender, "gender"))
    if need.language and not _staff_speaks(lead, need.language):
        found.append((_listed("language", lead.languages), need.language, "language"))
    for own, asked, column in found:
        sentence = Sentence(
            "Lead {} of session {} has {}; participant {} needs {} ({} in needs.csv).",
            *(TherapistRef(lead.id), meeting.told, own, ParticipantRef(need.participant_id), asked, column),
        )
        yield Violation(RuleId.MATCH, meeting.id, sentence, (meeting.id,), (need.participant_id,))


def _lead_for_group(meeting: Meeting) -> Iterator[Violation]:
    lead, group = meeting.lead, meeting.group
    if lead and group and group.language and not _staff_speaks(lead, group.language):
        own = _listed("language", lead.languages)
        told = "Lead {} of session {} has {}; group {} asks for {} (language in groups.csv)."
        sentence = Sentence(told, TherapistRef(lead.id), meeting.told, own, GroupRef(group.id), group.language)
        yield Violation(RuleId.MATCH, meeting.id, sentence, (meeting.id,))


def _fold(text: str | None) -> str:
    return (text or "").strip().casefold()


def _speaks(languages: Iterable[str], asked: str) -> bool:
    return _fold(asked) in map(_fold, languages)


def _staff_speaks(therapist: Therapist, asked: str) -> bool:
    return not therapist.languages or _speaks(therapist.languages, asked)


def _listed(noun: str, values: tuple[str, ...]) -> str:
    return f"{noun} {';'.join(values)}" if values else f"no {noun}"


def together(week: Week) -> Iterator[Violation]:
    """Report services that two people kept together attend in different groups."""
    for pair in week.problem.keep_together:
        both = pair.participant_id, pair.other_participant_id
        one, other = (_groups_attended(week, key) for key in both)
        for first, second in sorted((a.id, b.id) for a in one for b in other if a.service_id == b.service_id):
            if first != second:
                sentence = Sentence(
                    "Participant {} is in group {} and participant {} in group {}; keep_together.csv keeps them in one group.",
                    *(ParticipantRef(both[0]), GroupRef(first), ParticipantRef(both[1]), GroupRef(second)),
                )
                theirs = [
                    row
                    for key in both
                    for row in week.of_participant[key]
                    if row.group and row.group.id in (first, second)
                ]
                yield Violation(RuleId.TOGETHER, pair.participant_id, sentence, session_ids(theirs), both)


def _groups_attended(week: Week, participant_id: str) -> frozenset[Group]:
    return frozenset(meeting.group for meeting in week.of_participant.get(participant_id, ()) if meeting.group)


def apart(week: Week) -> Iterator[Violation]:
    """Report sessions shared by two people kept apart."""
    for pair in week.problem.keep_apart:
        for meeting in week.of_participant.get(pair.participant_id, ()):
            others = {person.id for person in meeting.people}
            if pair.other_participant_id in others - {pair.participant_id}:
                both = pair.participant_id, pair.other_participant_id
                yield _shared(meeting, both, Sentence("participant {}", ParticipantRef(pair.other_participant_id)))
            for key in {therapist.id for therapist in meeting.staff} & {pair.therapist_id}:
                yield _shared(meeting, (pair.participant_id,), Sentence("therapist {}", TherapistRef(key)))


def _shared(meeting: Meeting, people: tuple[str, ...], other: Sentence) -> Violation:
    told = "Participant {} and {} share session {}; keep_apart.csv keeps them apart."
    sentence = Sentence(told, ParticipantRef(people[0]), other, meeting.told)
    return Violation(RuleId.APART, people[0], sentence, (meeting.id,), people)
