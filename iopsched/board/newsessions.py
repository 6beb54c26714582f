"""Sessions that a week does not hold yet, with the people who would come and whoever and whatever is free then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from iopsched.board.draftweek import DraftWeek
from iopsched.board.gridmoves import NewPlace
from iopsched.domain.people import HELD_MODALITIES, HeldModality, Participant, Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Service
from iopsched.policy.numbers import largest, roles_of, smallest
from iopsched.rulebook import RuleId
from iopsched.verifier import CHECKS, session_modalities, violations_in
from iopsched.verifier.account import accounts
from iopsched.verifier.calendars import Calendars
from iopsched.verifier.primaries import primaries
from iopsched.verifier.week import Week

_OWN = (RuleId.WINDOW, RuleId.PHASE, RuleId.WEEK_MAX, RuleId.DAY_MAX, RuleId.PHP_GUARD)
"""Rules of one participant, for the sake of which somebody does not come to a further session of the group."""


def visit_for(
    problem: Problem, week: DraftWeek, person: Participant, service: Service, start: int, place: NewPlace
) -> Session:
    """Return a further session of one participant: with the lead and in the room of the place, else the best that are free.

    Of a service for several, whoever else lacks it and can come is there too.
    """
    plain = _plain(problem, week, service, None, start, (person.id,))
    if smallest(service, None).value > 1:
        plain = replace(plain, participant_ids=_company(problem, week, plain, person))
    need = problem.need.get((person.id, service.id))
    asked = need.therapist_ids if need is not None else ()
    return _suited(problem, week, plain, place, (*asked, *_leads_wished(problem, week, person, service)), asked)


def _leads_wished(problem: Problem, week: DraftWeek, person: Participant, service: Service) -> tuple[str, ...]:
    """Return who should lead somebody's further session: the primary, then whoever leads others of theirs."""
    own = [row for row in week.schedule.sessions if person.id in row.participant_ids]
    before = [row.lead_id for row in own if row.service_id == service.id]
    primary = primaries(Week(problem, week.schedule)).get(person.id, "") if service.with_primary else ""
    return (person.primary_id or "", primary, *before, *(row.lead_id for row in own))


def _company(problem: Problem, week: DraftWeek, session: Session, person: Participant) -> tuple[str, ...]:
    """Return somebody with those who lack the same service and can come, as many as there may be."""
    rows = accounts(Week(problem, week.schedule))
    others = [
        row.participant.id
        for row in rows
        if session.service_id in row.lacking and row.participant.population == person.population
    ]
    coming = _coming(problem, week, replace(session, participant_ids=tuple(others)), (*_OWN, RuleId.OVERLAP))
    service = problem.service[session.service_id]
    most = largest(problem.clinic, service, None, (person.population,)).value
    return tuple(sorted((person.id, *[key for key in coming if key != person.id][: most - 1])))


def further_of_group(problem: Problem, week: DraftWeek, group: Group, start: int, place: NewPlace) -> Session:
    """Return a further session of a group, with its members as far as windows and maximums of their own let them come."""
    service, held = problem.service[group.service_id], week.of_group(group.id)
    members = Week(problem, week.schedule).members(group, with_roster=True)
    plain = _plain(problem, week, service, group, start, tuple(sorted(members & problem.participant.keys())))
    coming = _coming(problem, week, plain)
    least = smallest(service, group).value
    plain = replace(plain, participant_ids=coming if len(coming) >= least else plain.participant_ids)
    wanted = (*(row.lead_id for row in held), *group.lead_ids)
    rooms = (*(row.room_id or "" for row in held), group.room_id or "")
    helpers = held[0].therapist_ids[1:] if held else ()
    return _suited(problem, week, plain, place, wanted, helpers, rooms)


def _plain(
    problem: Problem, week: DraftWeek, service: Service, group: Group | None, start: int, people: tuple[str, ...]
) -> Session:
    group_id = group.id if group is not None else None
    key = week.free_id(problem, service.id, group_id)
    admitted = session_modalities(service, group)
    modality: HeldModality = next((each for each in HELD_MODALITIES if each in admitted), "in_person")
    return Session(key, service.id, start, start + service.minutes, (), people, modality, group_id)


def _coming(problem: Problem, week: DraftWeek, session: Session, rules: Iterable[RuleId] = _OWN) -> tuple[str, ...]:
    """Return the people of a session whom none of these rules about themselves keeps from it."""
    people = {*session.participant_ids}
    near = [row for row in week.schedule.sessions if not people.isdisjoint(row.participant_ids)]
    judged = Week(problem, Schedule(problem.week, (*near, session)), people)
    barred = {
        key
        for rule in rules
        for row in CHECKS[rule](judged)
        if session.id in row.sessions and len(row.people) == 1
        for key in row.people
    }
    return tuple(sorted(people - barred))


def _suited(
    problem: Problem,
    week: DraftWeek,
    plain: Session,
    place: NewPlace,
    wanted: Sequence[str],
    beside: Iterable[str],
    rooms: Sequence[str] = (),
) -> Session:
    """Return the session with the lead and room that break least, those that are wanted first."""
    leads = (place.lead_id,) if place.lead_id else _leads(problem, plain, wanted)
    tried = [replace(plain, therapist_ids=tuple(dict.fromkeys((lead, *beside))) if lead else ()) for lead in leads]
    best = _least_broken(problem, week, [_helped(problem, week, row) for row in tried])
    return _least_broken(problem, week, list(_housed(problem, best, place, rooms)))


def _helped(problem: Problem, week: DraftWeek, session: Session) -> Session:
    """Return a session with helpers who are free, as many as its roles and ratio ask for and there are."""
    service, group = problem.service[session.service_id], problem.group.get(session.group_id or "")
    skills = {role.skill for role in roles_of(service, group)}
    if sum(role.number for role in roles_of(service, group)) < 2 and len(session.participant_ids) < 2:
        return session
    lacks = _lacking_staff(problem, session)
    for row in problem.therapists if lacks else ():
        if (
            row.id in session.therapist_ids
            or skills.isdisjoint(row.skills)
            or not _is_free(problem, week, row, session)
        ):
            continue
        more = replace(session, therapist_ids=(*session.therapist_ids, row.id))
        left = _lacking_staff(problem, more)
        if left < lacks:
            session, lacks = more, left
    return session


def _lacking_staff(problem: Problem, session: Session) -> int:
    """Return how many rules about the staff of a session it breaks by itself."""
    judged = Week(problem, Schedule(problem.week, (session,)), ())
    return sum(1 for rule in (RuleId.STAFFED, RuleId.RATIO, RuleId.TWO_STAFF) for _ in CHECKS[rule](judged))


def _is_free(problem: Problem, week: DraftWeek, therapist: Therapist, session: Session) -> bool:
    free = Calendars(problem).free("therapist", therapist)
    others = (row for row in week.schedule.sessions if therapist.id in row.therapist_ids)
    return free.covers(session.start, session.end) and not any(
        row.start < session.end and session.start < row.end for row in others
    )


def _leads(problem: Problem, session: Session, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return who could lead a session: those who are wanted, then others, whoever lacks the skill last."""
    roles = roles_of(problem.service[session.service_id], problem.group.get(session.group_id or ""))
    known = dict.fromkeys((*(key for key in wanted if key in problem.therapist), *problem.therapist))
    skilled = [key for key in known if not roles or roles[0].skill in problem.therapist[key].skills]
    return tuple(dict.fromkeys((*skilled, *(key for key in known if key in wanted)))) or ("",)


def _housed(problem: Problem, session: Session, place: NewPlace, rooms: Sequence[str]) -> Iterator[Session]:
    """Yield the session in each way in which it could be housed, the likeliest first."""
    service = problem.service[session.service_id]
    if place.modality is not None:
        session = replace(session, modality=place.modality)
    if place.room_id is not None:
        modality: HeldModality = "telehealth" if not place.room_id and service.needs_room else session.modality
        yield replace(session, room_id=place.room_id or None, modality=place.modality or modality)
        return
    if session.modality == "telehealth" or not service.needs_room:
        yield session
        return
    heads = len(session.participant_ids) * (1 + service.guests) + len(session.therapist_ids)
    by_size = sorted(problem.rooms, key=lambda row: (row.capacity < heads, row.capacity, row.id))
    for key in dict.fromkeys((*(key for key in rooms if key), *(row.id for row in by_size))):
        yield replace(session, room_id=key)
    if place.modality is None and "telehealth" in session_modalities(
        service, problem.group.get(session.group_id or "")
    ):
        yield replace(session, modality="telehealth")


def _least_broken(problem: Problem, week: DraftWeek, tried: Sequence[Session]) -> Session:
    """Return the first of the sessions that breaks least beside those that share people, staff, room or time with it."""
    best, least = tried[0], -1
    for session in tried:
        number = _broken(problem, week, session)
        if least < 0 or number < least:
            best, least = session, number
        if number == 0:
            break
    return best


def _broken(problem: Problem, week: DraftWeek, session: Session) -> int:
    people = {*session.participant_ids}
    near = [
        row
        for row in week.schedule.sessions
        if not people.isdisjoint(row.participant_ids)
        or not set(session.therapist_ids).isdisjoint(row.therapist_ids)
        or (row.start < session.end and session.start < row.end)
    ]
    judged = Week(problem, Schedule(problem.week, (*near, session)), people)
    return sum(session.id in row.sessions for row in violations_in(judged))
