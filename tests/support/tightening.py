"""A clinic tightened to a week that it can hold: whatever the week does not use may be taken away, and the week stays legal.

Each function takes a problem, the week and a random source, and returns the problem with less room for anything else.
"""

from collections import defaultdict
from dataclasses import replace

from iopsched.domain.people import KeepApart, KeepTogether
from iopsched.domain.services import Times
from iopsched.domain.timegrid import DAY, TimeRange, Windows
from iopsched.model.terms import Terms
from iopsched.verifier import violations
from iopsched.verifier.goals import unmet_minutes

FAMILY = {"family", "multifamily"}


def spans(sessions):
    return Windows.of(TimeRange(session.start, session.end) for session in sessions)


def of_each(week, attribute):
    """Return the sessions of each person or room."""
    found = defaultdict(list)
    for session in week.sessions:
        value = getattr(session, attribute)
        for key in value if isinstance(value, tuple) else (value,):
            found[key].append(session)
    return found


def some(rng, rows):
    """Return about half of the rows."""
    return [row for row in rows if rng.random() < 0.5]


def changed(rows, changes):
    """Return rows with the changes of those that have any, by id."""
    return tuple(replace(row, **changes[row.id]) if row.id in changes else row for row in rows)


def participants_hours(problem, week, rng):
    """Nobody is free beyond the own sessions."""
    own = of_each(week, "participant_ids")
    kinds = {row.id: row.kind for row in problem.services}
    changes = {}
    for row in some(rng, problem.participants):
        family = [session for session in own[row.id] if kinds[session.service_id] in FAMILY]
        others = [session for session in own[row.id] if kinds[session.service_id] not in FAMILY]
        changes[row.id] = {"availability": spans(others), "family_availability": spans(family)}
    return replace(problem, participants=changed(problem.participants, changes))


def staff_hours(problem, week, rng):
    """Nobody on the staff is there beyond the own sessions."""
    own = of_each(week, "therapist_ids")
    changes = {row.id: {"availability": spans(own[row.id])} for row in some(rng, problem.therapists)}
    return replace(problem, therapists=changed(problem.therapists, changes))


def staff_limits(problem, week, rng):
    """Nobody on the staff may have more hours than they have."""
    own = of_each(week, "therapist_ids")
    changes = {}
    for row in some(rng, problem.therapists):
        by_day = defaultdict(int)
        for session in own[row.id]:
            by_day[session.start // DAY] += session.minutes
        changes[row.id] = {
            "max_minutes_per_week": sum(by_day.values()),
            "max_minutes_per_day": max(by_day.values(), default=0),
        }
    return replace(problem, therapists=changed(problem.therapists, changes))


def room_hours(problem, week, rng):
    """No room is there beyond its sessions."""
    own = of_each(week, "room_id")
    changes = {row.id: {"availability": spans(own[row.id])} for row in some(rng, problem.rooms)}
    return replace(problem, rooms=changed(problem.rooms, changes))


def room_sizes(problem, week, rng):
    """No room has a seat more than its fullest session needs."""
    own = of_each(week, "room_id")
    changes = {}
    for row in some(rng, problem.rooms):
        heads = [
            len(session.participant_ids) * (1 + problem.service[session.service_id].guests) + len(session.therapist_ids)
            for session in own[row.id]
        ]
        changes[row.id] = {"capacity": max(heads, default=0)}
    return replace(problem, rooms=changed(problem.rooms, changes))


def group_rows(problem, week, rng):
    """Groups name their times, leads, room and sizes."""
    own = of_each(week, "group_id")
    changes = {}
    for row in some(rng, problem.groups):
        held = own[row.id]
        if not held:
            continue
        heads = [len(session.participant_ids) for session in held]
        full = {
            "times": Times(starts=frozenset(session.start for session in held)),
            "lead_ids": tuple(sorted({session.lead_id for session in held})),
            "max_size": max(heads),
            "min_size": min(heads),
            "sessions_per_week": len(held),
            "same_start": len({session.start % DAY for session in held}) == 1,
            "one_lead": "require" if len({session.lead_id for session in held}) == 1 else "no",
        }
        rooms = {session.room_id for session in held}
        full |= {"room_id": rooms.pop()} if len(rooms) == 1 else {}
        kept = set(some(rng, full)) | {"sessions_per_week"}
        if "max_size" in kept or "min_size" in kept:
            kept |= {"max_size", "min_size"}
        changes[row.id] = {key: value for key, value in full.items() if key in kept}
    return replace(problem, groups=changed(problem.groups, changes))


def memberships(problem, week, rng):
    """People belong to the groups that they attend, and have the primary that they see."""
    groups, primary = defaultdict(set), {}
    for session in week.sessions:
        for key in session.participant_ids:
            if session.group_id:
                groups[key].add(session.group_id)
            if problem.service[session.service_id].with_primary:
                primary[key] = session.lead_id
    changes = {
        row.id: {"group_ids": tuple(sorted(groups[row.id])), "primary_id": primary.get(row.id, row.primary_id)}
        for row in some(rng, problem.participants)
    }
    return replace(problem, participants=changed(problem.participants, changes))


def asked_hours(problem, week, rng):
    """People must have the hours and days that they have, and may have no more."""
    terms, own = Terms(problem), of_each(week, "participant_ids")
    changes = {}
    for row in some(rng, terms.participants):
        by_day = defaultdict(int)
        for session in own[row.id]:
            if minutes := terms.countable_minutes(problem.service[session.service_id]):
                by_day[session.start // DAY] += minutes
        full = sum(minutes >= terms.program_day_minutes(row) for minutes in by_day.values())
        sessions = defaultdict(int)
        for session in own[row.id]:
            sessions[session.start // DAY] += 1
        changes[row.id] = {
            "min_minutes_per_week": sum(by_day.values()),
            "max_minutes_per_week": sum(by_day.values()),
            "min_days_per_week": full,
            "authorized_days": len(by_day),
            "max_sessions_per_day": max(sessions.values(), default=0),
        }
    return replace(problem, participants=changed(problem.participants, changes))


def levels(problem, week, rng):
    """No level or gap allows more than the week has."""
    terms, own = Terms(problem), of_each(week, "participant_ids")
    most = defaultdict(int)
    for row in terms.participants:
        by_day = defaultdict(int)
        for session in own[row.id]:
            by_day[session.start // DAY] += terms.countable_minutes(problem.service[session.service_id])
        key = terms.level(row).id
        most[key] = max(most[key], *by_day.values(), 0)
    found = {
        key: replace(level, max_minutes_per_day=most[key]) if most[key] else level
        for key, level in problem.clinic.levels.items()
    }
    return replace(problem, clinic=replace(problem.clinic, levels=found))


def pairs(problem, week, rng):
    """People who never meet are kept apart, people of the same groups together."""
    met, groups = set(), defaultdict(set)
    for session in week.sessions:
        there = {*session.participant_ids, *session.therapist_ids}
        met |= {(a, b) for a in there for b in there}
        for key in session.participant_ids if session.group_id else ():
            groups[key].add(session.group_id)
    people = [row.id for row in problem.participants]
    apart, together = set(problem.keep_apart), set(problem.keep_together)
    for _ in range(12):
        a, b = sorted(rng.sample(people, 2))
        if (a, b) not in met:
            apart.add(KeepApart(a, b))
        elif groups[a] == groups[b] and groups[a]:
            together.add(KeepTogether(a, b))
    for row in some(rng, problem.participants):
        other = rng.choice(problem.therapists).id
        if (row.id, other) not in met:
            apart.add(KeepApart(row.id, None, other))
    return replace(problem, keep_apart=tuple(apart), keep_together=tuple(together))


def caseloads(problem, week, rng):
    """Nobody is the primary of more people than in the week."""
    counts = defaultdict(set)
    for session in week.sessions:
        if problem.service[session.service_id].with_primary:
            counts[session.lead_id] |= set(session.participant_ids)
    for row in problem.participants:
        if row.primary_id:
            counts[row.primary_id].add(row.id)
    changes = {row.id: {"max_caseload": len(counts[row.id])} for row in some(rng, problem.therapists)}
    return replace(problem, therapists=changed(problem.therapists, changes))


def rest(problem, week, rng):
    """The rest that is asked for is the shortest of the week."""
    shortest = 7 * DAY
    for sessions in of_each(week, "therapist_ids").values():
        for first in sessions:
            for second in sessions:
                if second.start // DAY == first.start // DAY + 1:
                    shortest = min(shortest, second.start - first.end)
    staff = replace(problem.clinic.staff, min_rest_minutes=min(shortest, DAY))
    return replace(problem, clinic=replace(problem.clinic, staff=staff))


WAYS = (
    *(participants_hours, staff_hours, staff_limits, room_hours, room_sizes, group_rows, memberships),
    *(asked_hours, levels, pairs, caseloads, rest),
)


def tightened(problem, week, rng):
    """Return the problem with a random choice of all this, as far as the week stays legal and meets every need; and what was done."""
    own = of_each(week, "group_id")
    groups = tuple(replace(row, sessions_per_week=len(own[row.id])) for row in problem.groups)
    problem, done = replace(problem, groups=groups), []
    for way in rng.sample(WAYS, len(WAYS)):
        if rng.random() < 0.5:
            continue
        tried = way(problem, week, rng)
        if not violations(tried, week) and not sum(unmet_minutes(tried, week).values()):
            problem = tried
            done.append(way.__name__)
    return problem, done
