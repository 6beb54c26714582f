"""Every schedule of a tiny clinic, by brute force and the verifier alone: what the model is held against."""

from __future__ import annotations

from itertools import combinations, permutations

from iopsched.domain.schedule import Session
from iopsched.policy.numbers import roles_of, staff_ratio
from iopsched.rulebook import RuleId
from iopsched.verifier import session_modalities, violations
from iopsched.verifier.pins import matches
from iopsched.verifier.week import Week
from tests.support.clinics import schedule

# More sessions may bring what a pin asks for, or fill a day; they mend no other rule.
MENDABLE = frozenset({RuleId.PIN, RuleId.DAY_MIN})


def every_start(problem):
    """Return every start on the grid inside opening hours."""
    step = problem.clinic.grid_minutes
    return [start for window in problem.clinic.open for start in range(window.start, window.end) if start % step == 0]


def every_session(problem, starts=None, most_staff=2):
    """Yield every session, legal or not, that anybody could enter: any people, staff, room and modality."""
    people = [row.id for row in problem.participants]
    rosters = [chosen for number in range(1, len(people) + 1) for chosen in combinations(people, number)]
    workers = [row.id for row in problem.therapists]
    staffs = [
        (lead, *others)
        for lead in workers
        for number in range(most_staff)
        for others in combinations([w for w in workers if w != lead], number)
    ]
    rooms = [None, *(row.id for row in problem.rooms)]
    places = [("telehealth", None), *((modality, room) for modality in ("in_person", "hybrid") for room in rooms)]
    number = 0
    for service in problem.services:
        for group in problem.groups_of.get(service.id, (None,)):
            for start in every_start(problem) if starts is None else starts:
                for modality, room in places:
                    for staff in staffs:
                        for roster in rosters:
                            number += 1
                            yield Session(
                                id=f"S{number:05d}",
                                service_id=service.id,
                                start=start,
                                end=start + service.minutes,
                                therapist_ids=staff,
                                participant_ids=roster,
                                modality=modality,
                                group_id=group.id if group else None,
                                room_id=room,
                            )


def is_sensible(problem, session, *, skilled=True):
    """Return whether staff beyond the roles, if any, are there because something asks: ratio, two_staff, a need, a pin or the earlier week.

    The verifier accepts any surplus with the skill; the model adds none without a reason (docs/readings.md).
    ``skilled`` = False is for models without the rule ``staffed``, where anybody fills any role.
    """
    (meeting,) = Week(problem, schedule(session)).meetings
    roles = roles_of(meeting.service, meeting.group)
    slots = [role.skill for role in roles for _ in range(role.number)][1:]
    others = [row for row in meeting.staff if row is not meeting.lead]
    surplus = len(others) - len(slots)
    if surplus <= 0:
        return True
    return any(
        (not skilled or _fill(slots, [row for row in others if row not in extra]))
        and all(_has_reason(problem, meeting, row, skilled=skilled) for row in extra)
        for extra in combinations(others, surplus)
    )


def _fill(slots, staff):
    return any(
        all(skill in row.skills for skill, row in zip(slots, order, strict=True)) for order in permutations(staff)
    )


def _has_reason(problem, meeting, therapist, *, skilled):
    needs = [problem.need.get((person.id, meeting.service.id)) for person in meeting.people]
    if any(need and therapist.id in need.therapist_ids for need in needs):
        return True
    pins = [pin for pin in problem.pins if pin.action == "must" and pin.therapist_id == therapist.id]
    if any(matches(pin, problem.week, meeting) for pin in pins):
        return True
    if _was_there(problem, meeting, therapist) and (not skilled or _listed(meeting) & set(therapist.skills)):
        return True
    if _two_are_asked_for(problem, meeting) and (not skilled or _listed(meeting) & set(therapist.skills)):
        return True
    ratio = staff_ratio(problem.clinic, meeting.service, meeting.group, meeting.populations)
    if ratio is None or not therapist.counts_for_ratio or (skilled and not _listed(meeting) & set(therapist.skills)):
        return False
    counting = sum(row.counts_for_ratio for row in meeting.staff)
    return len(meeting.people) > ratio.value * (counting - 1)


def _was_there(problem, meeting, therapist):
    """Return whether the earlier week has the therapist beside this lead in the same session."""
    now = meeting.session
    return any(
        therapist.id in before.therapist_ids[1:]
        and (before.service_id, before.group_id, before.start, before.lead_id)
        == (now.service_id, now.group_id, now.start, now.lead_id)
        for before in (problem.previous.sessions if problem.previous is not None else ())
    )


def _listed(meeting):
    return {role.skill for role in roles_of(meeting.service, meeting.group)}


def _two_are_asked_for(problem, meeting):
    together = [person for person in meeting.people if person.population in problem.clinic.staff.two_staff]
    return len(together) >= 2 and len(meeting.staff) <= 2


def broken(problem, *sessions):
    """Return the rules that a schedule of these sessions breaks and that more sessions cannot mend."""
    return {found.rule for found in violations(problem, schedule(*sessions))} - MENDABLE


def legal_sessions(problem, sessions):
    """Return the sessions that break nothing when held alone and have no pointless staff."""
    return [
        row
        for row in sessions
        if _has_a_chance(problem, row) and not broken(problem, row) and is_sensible(problem, row)
    ]


def _has_a_chance(problem, session):
    """Return whether modality, room and opening hours admit a session: a quick look that spares most full ones."""
    service, group = problem.service[session.service_id], problem.group.get(session.group_id)
    has_room = session.modality != "telehealth" and service.needs_room
    return (
        session.modality in session_modalities(service, group)
        and has_room == (session.room_id is not None)
        and problem.clinic.open.covers(session.start, session.end)
    )


def every_legal_set(problem, sessions, most=None):
    """Yield every set of sessions that breaks no rule but pins, each once; ``sessions`` are legal alone.

    A set with a broken rule stays broken whatever is added, so the search
    looks at extensions of legal sets only.
    """
    compatible = {(a.id, b.id) for a, b in combinations(sessions, 2) if not broken(problem, a, b)}

    def extend(chosen, rest):
        yield chosen
        if most is not None and len(chosen) == most:
            return
        for place, row in enumerate(rest):
            if any((other.id, row.id) not in compatible for other in chosen):
                continue
            if len(chosen) < 2 or not broken(problem, *chosen, row):
                yield from extend((*chosen, row), rest[place + 1 :])

    yield from extend((), list(sessions))


def shares_a_group(*sessions):
    """Return whether a group meets twice at once, with one modality.

    No rule of the contract forbids it where ``max_per_day`` allows, yet the
    model has one candidate of a group for each start and modality.
    """
    keys = [(row.group_id, row.start, row.modality) for row in sessions if row.group_id]
    return len(set(keys)) < len(keys)
