"""Facts behind the rules on staff: ``staffed``, ``primary`` and ``staff_load``."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.people import Therapist
from iopsched.domain.timegrid import DAY, hours
from iopsched.policy.numbers import roles_of, staff_limit
from iopsched.verifier import Violation
from iopsched.why.cause import CauseKind, Fact
from iopsched.why.edits import NO_LIMIT, changed_clinic, changed_need, changed_row, changed_staff_limits
from iopsched.why.scene import Scene
from iopsched.words.phrases import count
from iopsched.words.sentence import GroupRef, ParticipantRef, Sentence, TherapistRef
from iopsched.words.wordings import said


def staffed(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield skills, licences, tracks, named leads and needed staff."""
    session = scene.session_of(violation.sessions)
    service, group = scene.service_of(session), scene.group_of(session)
    roles = roles_of(service, group)
    lead = scene.problem.therapist.get(session.lead_id)
    if lead is not None:
        yield from _of_lead(scene, lead, roles[0].skill)
    if group is not None:
        told = "group {} has one lead all week ({groups.csv}, one_lead)"
        edit = changed_row("groups", group.id, one_lead="no")
        yield Fact(CauseKind.ONE_LEAD, group.id, said(told, GroupRef(group.id)), edit)
        told = "only the leads of group {} may hold it ({groups.csv}, lead)"
        edit = changed_row("groups", group.id, lead_ids=())
        yield Fact(CauseKind.LEADS, group.id, said(told, GroupRef(group.id)), edit)
    need = scene.problem.need.get((scene.person.id, service.id))
    if need is not None:
        for column, off in (("therapist_ids", ()), ("same_therapist", "no")):
            shown = "therapist_id" if column == "therapist_ids" else column
            clause = said(f"the need asks for certain staff ({{needs.csv}}, {shown})")
            edit = changed_need(scene.person.id, service.id, **{column: off})
            yield Fact(CauseKind.LEADS, scene.person.id, clause, edit)
    if len(roles) > 1 or roles[0].number > 1:
        table, row = ("groups", group.id) if group is not None and group.staff else ("services", service.id)
        skills = " and ".join(dict.fromkeys(role.skill for role in (roles[1:] or roles)))
        told = f"nobody else with the skill {{}} is free to be on its staff ({{{table}.csv}}, staff)"
        edit = changed_row(table, row, staff=(type(roles[0])(roles[0].skill, 1),))
        yield Fact(CauseKind.SECOND_STAFF, row, said(told, skills), edit)


def _of_lead(scene: Scene, lead: Therapist, skill: str) -> Iterator[Fact]:
    primary = scene.person.primary_id
    if skill not in lead.skills:
        if lead.id == primary and any(skill in row.skills for row in scene.problem.therapists):
            clause = said(
                "the primary therapist {} lacks the skill {} ({therapists.csv}, skills)", TherapistRef(lead.id), skill
            )
        else:
            clause = said("nobody on the staff who could hold it has the skill {} ({therapists.csv}, skills)", skill)
        edit = changed_row("therapists", lead.id, skills=(*lead.skills, skill))
        yield Fact(CauseKind.SKILL, skill, clause, edit)
    if not lead.licensed:
        who = "the primary therapist {}" if lead.id == primary else "{}, who could hold it,"
        clause = said(f"{who} is not licensed ({{therapists.csv}}, licensed)", TherapistRef(lead.id))
        yield Fact(CauseKind.LICENSE, lead.id, clause, changed_row("therapists", lead.id, licensed=True))
    if lead.tracks or lead.populations:
        told = (
            "{}, who could hold it, works in other tracks or populations only ({therapists.csv}, tracks, populations)"
        )
        edit = changed_row("therapists", lead.id, tracks=(), populations=())
        yield Fact(CauseKind.STAFF_TRACK, lead.id, said(told, TherapistRef(lead.id)), edit)


def primary(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield who the primary therapist is, and the caseload that is full."""
    person = scene.person
    if violation.subject == person.id:
        if person.primary_id is not None:
            skill = roles_of(scene.service_of(scene.first), scene.group_of(scene.first))[0].skill
            lead = scene.problem.therapist[person.primary_id]
            yield Fact(
                CauseKind.PRIMARY,
                person.id,
                said(_primary_told(lead, skill), TherapistRef(lead.id)),
                changed_row("participants", person.id, primary_id=None),
            )
        return
    therapist = scene.problem.therapist.get(violation.subject)
    if therapist is None:
        return
    if therapist.max_caseload is not None:
        clause = said(
            "{} may be primary of {} ({therapists.csv}, max_caseload)",
            *(TherapistRef(therapist.id), count(therapist.max_caseload, "participant")),
        )
        edit = changed_row("therapists", therapist.id, max_caseload=None)
        yield Fact(CauseKind.CASELOAD, therapist.id, clause, edit)
    if scene.problem.clinic.caseload:
        clause = said("{} may be primary of no more ({clinic.toml}, caseload)", TherapistRef(therapist.id))
        yield Fact(CauseKind.CASELOAD, therapist.id, clause, changed_clinic(caseload={}))


def _primary_told(lead: Therapist, skill: str) -> str:
    if skill not in lead.skills:
        return f"the primary therapist {{}} lacks the skill {skill} ({{therapists.csv}}, skills)"
    if not lead.licensed:
        return "the primary therapist {} is not licensed ({therapists.csv}, licensed)"
    return "only the primary therapist {} may hold it ({participants.csv}, therapist_id)"


def staff_load(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the hours of a day and a week, those that other sites leave, the rest between days and the meal."""
    therapist = scene.problem.therapist[violation.subject]
    ref, staff = TherapistRef(therapist.id), scene.problem.clinic.staff
    for key, column, off, per in (
        ("max_hours_per_day", "max_minutes_per_day", DAY, "a day"),
        ("max_hours_per_week", "max_minutes_per_week", NO_LIMIT, "a week"),
    ):
        limit = staff_limit(scene.problem.clinic, therapist, key)
        clause = Sentence("{} may have {} {} in sessions ({})", ref, hours(limit.value), per, limit.setting)
        yield Fact(
            CauseKind.STAFF_HOURS, therapist.id, clause, changed_row("therapists", therapist.id, **{column: off})
        )
    if therapist.left is not None:
        clause = Sentence(
            "{} works at other sites, too, which leave {} of sessions this week", ref, hours(therapist.left.week)
        )
        yield Fact(CauseKind.ELSEWHERE, therapist.id, clause, changed_row("therapists", therapist.id, left=None))
    clause = said("{} needs {} between two days ({clinic.toml}, min_rest_hours)", ref, hours(staff.min_rest_minutes))
    yield Fact(CauseKind.REST, therapist.id, clause, changed_staff_limits(min_rest_minutes=0))
    told = "{} needs a meal after {} ({clinic.toml}, meal_after_hours)"
    clause = said(told, ref, hours(staff.meal_after_minutes))
    yield Fact(CauseKind.MEAL, therapist.id, clause, changed_staff_limits(meal_minutes=0))


__all__ = ["ParticipantRef", "primary", "staff_load", "staffed"]
