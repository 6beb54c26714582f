"""Facts behind the rules on who is together: sizes, ratios, membership, matching, pairs and pins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iopsched.domain.problem import Problem
from iopsched.policy.numbers import largest, smallest, staff_ratio
from iopsched.verifier import Violation
from iopsched.why.cause import CauseKind, Fact, Undo
from iopsched.why.edits import NO_LIMIT, changed_clinic, changed_need, changed_row, changed_staff_limits, without
from iopsched.why.scene import Scene
from iopsched.words.phrases import count
from iopsched.words.sentence import GroupRef, ParticipantRef, Reference, Sentence, TherapistRef
from iopsched.words.wordings import said


def size(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the largest and the smallest number of participants."""
    session = scene.session_of(violation.sessions)
    service, group = scene.service_of(session), scene.group_of(session)
    most = largest(scene.problem.clinic, service, group, [scene.person.population])
    least = smallest(service, group)
    if len(session.participant_ids) > most.value:
        clause = Sentence("{} is full with {} ({})", _title(scene, violation), most.value, most.setting)
        yield Fact(CauseKind.FULL, _row(scene, violation), clause, _sized(scene, violation, "max", NO_LIMIT))
    else:
        told = "too few could come at the same time: {} needs at least {} ({})"
        clause = Sentence(told, _title(scene, violation), count(least.value, "participant"), least.setting)
        yield Fact(CauseKind.MIN_SIZE, _row(scene, violation), clause, _sized(scene, violation, "min", 1))


def _row(scene: Scene, violation: Violation) -> str:
    """Return the id of the group of the session, else of its service."""
    session = scene.session_of(violation.sessions)
    return session.group_id or session.service_id


def _title(scene: Scene, violation: Violation) -> Sentence:
    session = scene.session_of(violation.sessions)
    return Sentence("group {}", GroupRef(session.group_id)) if session.group_id else Sentence("a session")


def _sized(scene: Scene, violation: Violation, which: str, number: int) -> Undo:
    session = scene.session_of(violation.sessions)
    if session.group_id:
        return changed_row("groups", session.group_id, **{f"{which}_size": number})
    return changed_row("services", session.service_id, **{f"{which}_participants": number})


def ratio(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the most participants for each member of staff."""
    session = scene.session_of(violation.sessions)
    service, group = scene.service_of(session), scene.group_of(session)
    limit = staff_ratio(scene.problem.clinic, service, group, [scene.person.population])
    if not any(scene.problem.therapist[key].counts_for_ratio for key in session.therapist_ids):
        lead = session.lead_id
        told = "{}, who could hold it, does not count for the ratio ({therapists.csv}, counts_for_ratio)"
        edit = changed_row("therapists", lead, counts_for_ratio=True)
        yield Fact(CauseKind.COUNTS, lead, said(told, TherapistRef(lead)), edit)
    if limit is not None:
        told = "{} for each member of staff who counts ({}), and nobody else is free to help"
        clause = Sentence(told, count(limit.value, "participant"), limit.setting)
        table = "groups" if group is not None else "services"
        edit = changed_row(table, _row(scene, violation), participants_per_staff=NO_LIMIT)
        yield Fact(CauseKind.RATIO, _row(scene, violation), clause, edit)


def two_staff(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield that several participants are not left to one member of staff."""
    del scene, violation
    clause = said("two members of staff are needed and no second one is free ({clinic.toml}, two_staff)")
    yield Fact(CauseKind.TWO_STAFF, "clinic", clause, changed_staff_limits(two_staff=()))


def cohort(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the group that somebody stays in, and how often a group meets a week and a day."""
    person = scene.person
    if violation.subject == person.id:
        for group_id in person.group_ids:
            clause = said(
                "{} stays in group {} ({participants.csv}, group_id)", ParticipantRef(person.id), GroupRef(group_id)
            )
            kept = tuple(key for key in person.group_ids if key != group_id)
            yield Fact(CauseKind.OWN_GROUP, group_id, clause, changed_row("participants", person.id, group_ids=kept))
        return
    group = scene.problem.group.get(violation.subject)
    if group is None:
        return
    times = count(group.sessions_per_week, "session")
    clause = said("group {} has {} a week ({groups.csv}, sessions_per_week)", GroupRef(group.id), times)
    yield Fact(CauseKind.OFFERED, group.id, clause, changed_row("groups", group.id, sessions_per_week=NO_LIMIT))
    service = scene.problem.service[group.service_id]
    told = "at most {} of {} a day ({services.csv}, max_per_day)"
    clause = said(told, count(service.max_per_day, "session"), service.id)
    yield Fact(CauseKind.PER_DAY, service.id, clause, changed_row("services", service.id, max_per_day=0))


def match(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the gender, language, track or population that is asked for."""
    session, person = scene.session_of(violation.sessions), scene.person
    need = scene.problem.need.get((person.id, session.service_id))
    if need is not None and need.gender is not None:
        clause = said(
            "a lead of the gender {} is asked for, and nobody who may hold it is one ({needs.csv}, gender)", need.gender
        )
        yield Fact(CauseKind.GENDER, person.id, clause, changed_need(person.id, session.service_id, gender=None))
    if need is not None and need.language is not None:
        clause = said("nobody who may hold it speaks {} ({needs.csv}, language)", need.language)
        yield Fact(CauseKind.LANGUAGE, person.id, clause, changed_need(person.id, session.service_id, language=None))
    if scene.problem.clinic.match_language == "require":
        clause = said(
            "nobody who may hold it shares a language with {} ({clinic.toml}, match.language)",
            ParticipantRef(person.id),
        )
        yield Fact(CauseKind.LANGUAGE, person.id, clause, changed_clinic(match_language="no"))
    group = scene.group_of(session)
    if group is None:
        return
    if group.joins != "track":
        told = "nobody joins group {} without a need of it or a group_id ({groups.csv}, joins)"
        edit = changed_row("groups", group.id, joins="track")
        yield Fact(CauseKind.JOINS, group.id, said(told, GroupRef(group.id)), edit)
    if group.gender is not None:
        clause = said("group {} is for the gender {} ({groups.csv}, gender)", GroupRef(group.id), group.gender)
        yield Fact(CauseKind.GENDER, group.id, clause, changed_row("groups", group.id, gender=None))
    if group.language is not None:
        clause = said("group {} is held in {} ({groups.csv}, language)", GroupRef(group.id), group.language)
        yield Fact(CauseKind.LANGUAGE, group.id, clause, changed_row("groups", group.id, language=None))
    tracks = ";".join(person.tracks) or "no track"
    clause = said(
        "no group takes {} of the track {} ({participants.csv}, track; {groups.csv}, track)",
        *(ParticipantRef(person.id), tracks),
    )
    yield Fact(CauseKind.TRACK, person.id, clause, changed_row("participants", person.id, tracks=group.tracks))


def apart(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the rows that keep two people of the session apart."""
    session = scene.session_of(violation.sessions)
    there = {*session.participant_ids, *session.therapist_ids}
    for row in scene.problem.keep_apart:
        other = row.other_participant_id or row.therapist_id or ""
        if {row.participant_id, other} <= there:
            told = "{} and {} are kept apart ({keep_apart.csv})"
            clause = said(told, _ref(scene.problem, row.participant_id), _ref(scene.problem, other))
            yield Fact(CauseKind.APART, f"{row.participant_id} {other}", clause, without("keep_apart", row.__eq__))


def together(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the rows that keep the two people together."""
    del violation
    for row in scene.problem.keep_together:
        if scene.person.id in {row.participant_id, row.other_participant_id}:
            told = "{} and {} are kept in one group ({keep_together.csv})"
            clause = said(told, ParticipantRef(row.participant_id), ParticipantRef(row.other_participant_id))
            subject = f"{row.participant_id} {row.other_participant_id}"
            yield Fact(CauseKind.TOGETHER, subject, clause, without("keep_together", row.__eq__))


def _ref(problem: Problem, person_id: str) -> Reference:
    return ParticipantRef(person_id) if person_id in problem.participant else TherapistRef(person_id)


def pin(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the row that forbids the session, or asks for one that is in its way; or that the time has begun."""
    session = scene.sessions.get(violation.subject)
    if session is not None:
        clause = Sentence("the times that would do have begun")
        yield Fact(CauseKind.BEGUN, "week", clause, lambda problem: replace(problem, now=None))
        return
    number = violation.subject.removeprefix("row ")
    row = next((pin for pin in scene.problem.pins if str(pin.row) == number), None)
    if row is not None:
        told = (
            "row {} of {pins.csv} forbids it" if row.action == "must_not" else "row {} of {pins.csv} fixes another time"
        )
        rest = tuple(pin for pin in scene.problem.pins if pin is not row)
        yield Fact(CauseKind.PIN, number, said(told, number), lambda problem: replace(problem, pins=rest))
