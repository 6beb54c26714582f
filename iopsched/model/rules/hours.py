"""Rules ``week_max``, ``php_guard``, ``day_max``, ``day_min`` and ``phase``: how much a participant may have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ortools.sat.python import cp_model

from iopsched.domain.people import Participant
from iopsched.domain.services import Service
from iopsched.domain.timegrid import DAY
from iopsched.model.owner import Owner
from iopsched.model.ownsessions import Attendance, by_day
from iopsched.model.past import is_past
from iopsched.model.posting import Expression, Literal, Posting, sum_of
from iopsched.model.terms import GROUP_KINDS
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId
from iopsched.words.sentence import ParticipantRef


def countable_minutes(attendance: Attendance) -> Expression:
    """Return countable minutes as an expression."""
    return sum_of(_countable(attendance))


def _countable(attendance: Attendance) -> Iterator[tuple[int, Literal]]:
    return ((c.countable_minutes, literal) for c, literal in attendance if c.countable_minutes)


def week_max(x: Variables, post: Posting) -> None:
    """Keep countable minutes a week and a day, and the authorized days; dates shape the candidates."""
    for person in x.participants:
        attendance = x.attending(person.id)
        subject = ParticipantRef(person.id)
        post.limit(RuleId.WEEK_MAX, subject, _countable(attendance), x.terms.max_minutes(person))
        per_day = x.terms.max_minutes_per_day(person)
        for sessions in x.attendance.days(person.id).values():
            post.limit(RuleId.WEEK_MAX, subject, _countable(sessions), per_day)
        most_days = x.terms.authorized_days(person)
        if most_days is not None:
            _authorized_days(x, post, person, most_days)


def _authorized_days(x: Variables, post: Posting, person: Participant, most: int) -> None:
    days = []
    for sessions in x.attendance.days(person.id).values():
        used = x.cp.new_bool_var("")
        for candidate, literal in sessions:
            if candidate.service.counts:
                post.require(RuleId.WEEK_MAX, ParticipantRef(person.id), x.cp.add_implication(literal, used))
        days.append(used)
    post.at_most(RuleId.WEEK_MAX, ParticipantRef(person.id), sum(days), most)


def at_once(x: Variables, person: Participant, sessions: Attendance) -> Iterator[tuple[Service, list[Literal]]]:
    """Yield the sessions of a participant by service, in lists of which at most one is attended.

    Said of a whole list, the linear relaxation counts whole days (or therapists), not one part for each start.
    """
    by_service: dict[str, Attendance] = defaultdict(list)
    for row in sessions:
        by_service[row[0].service.id].append(row)
    for own in by_service.values():
        service = own[0][0].service
        demand = x.terms.demand(person, service)
        if RuleId.DAY_MAX not in x.rules or 1 not in {demand.most, demand.per_day}:
            yield from ((service, [literal]) for _, literal in own)
            continue
        lists: dict[int, list[Literal]] = defaultdict(list)
        for candidate, literal in own:
            if candidate.begun is not None:  # of these there may be more than are allowed
                yield candidate.service, [literal]
            else:
                lists[candidate.start // DAY if demand.most != 1 else -1].append(literal)
        yield from ((service, literals) for literals in lists.values())


def php_guard(x: Variables, post: Posting) -> None:
    """Keep countable minutes a week below partial hospitalization."""
    for person in x.participants:
        most = x.terms.most_below_php(person)
        if most is not None:
            post.limit(RuleId.PHP_GUARD, ParticipantRef(person.id), _countable(x.attending(person.id)), most)


def day_min(x: Variables, post: Posting) -> None:
    """Fill every day with a countable group session up to the least that such a day should hold."""
    for person in x.participants:
        least = x.terms.least_on_group_days(person)
        for sessions in x.attendance.days(person.id).values() if least else ():
            groups = [literal for c, literal in sessions if c.service.counts and c.service.kind in GROUP_KINDS]
            if any(is_past(x.problem, c) and c.service.counts and c.service.kind in GROUP_KINDS for c, _ in sessions):
                # what the day lacks already is no fault of the rest; whatever is added has to make up for it
                groups = [literal for c, literal in sessions if c.service.counts and not is_past(x.problem, c)]
            if not groups:
                continue
            comes = x.cp.new_bool_var("")
            for literal in groups:
                post.require(RuleId.DAY_MIN, ParticipantRef(person.id), x.cp.add_implication(literal, comes))
            post.at_most(RuleId.DAY_MIN, ParticipantRef(person.id), least * comes, countable_minutes(sessions))


def day_max(x: Variables, post: Posting) -> None:
    """Keep sessions of a service a day and a week, sessions a day, and the longest stretch without a pause."""
    for person in x.participants:
        _per_service(x, post, person)
        most = x.terms.max_sessions_per_day(person)
        for sessions in x.attendance.days(person.id).values():
            if most:
                post.limit(RuleId.DAY_MAX, ParticipantRef(person.id), _each(sessions), most)
            owner, pause_minutes = (
                Owner(RuleId.DAY_MAX, ParticipantRef(person.id)),
                x.problem.clinic.staff.break_minutes,
            )
            limit_runs(x, post, owner, sessions, x.terms.max_minutes_in_a_row(person), pause_minutes)


def _each(sessions: Attendance) -> Iterator[tuple[int, Literal]]:
    return ((1, literal) for _, literal in sessions)


def _per_service(x: Variables, post: Posting, person: Participant) -> None:
    own = x.attendance.services(person.id)
    for service in x.problem.services:
        if service.id not in own:
            continue
        demand = x.terms.demand(person, service)
        if demand.most is not None:
            post.limit(RuleId.DAY_MAX, ParticipantRef(person.id), _each(own[service.id]), demand.most)
        for sessions in by_day(own[service.id]).values() if demand.per_day else ():
            post.limit(RuleId.DAY_MAX, ParticipantRef(person.id), _each(sessions), demand.per_day)


def limit_runs(x: Variables, post: Posting, owner: Owner, sessions: Attendance, limit: int, pause_minutes: int) -> None:
    """Ask for a pause between every start and end of somebody's day that lie too far apart; ``limit`` 0 = off.

    A pause is a stretch of ``pause_minutes`` that begins when some session
    ends and during which nothing is under way.
    """
    if not limit:
        return
    sessions = [(c, literal) for c, literal in sessions if not c.is_loose]
    starts = _any_at(x, post, owner, [(c.start, literal) for c, literal in sessions])
    ends = _any_at(x, post, owner, [(c.end, literal) for c, literal in sessions])
    pauses = {}
    for minute in sorted(ends):
        pauses[minute] = x.cp.new_bool_var("")
        for candidate, literal in sessions:
            if candidate.start < minute + pause_minutes and minute < candidate.end:
                post.at_most_one(owner.rule, owner.subject, [literal, pauses[minute]])
    for start, begins in starts.items():
        for end, finishes in ends.items():
            if end - start > limit:
                between = [p for minute, p in pauses.items() if start < minute and minute + pause_minutes < end]
                clause = x.cp.add_bool_or([begins.negated(), finishes.negated(), *between])
                post.require(owner.rule, owner.subject, clause)


def _any_at(x: Variables, post: Posting, owner: Owner, moments: list[tuple[int, Literal]]) -> dict[int, Literal]:
    """Return, per minute, a literal that holds at least when one of the literals at that minute does."""
    found: dict[int, Literal] = {}
    for minute, literal in moments:
        if minute not in found:
            found[minute] = x.cp.new_bool_var("")
        post.require(owner.rule, owner.subject, x.cp.add_implication(literal, found[minute]))
    return found


def phase(x: Variables, post: Posting) -> None:
    """Keep sessions of kind group within the phase's maximum."""
    for person in x.participants:
        if person.phase is None:
            continue
        most = x.problem.clinic.phases[person.phase].max_group_sessions
        groups = [literal for c, literal in x.attending(person.id) if c.service.kind == "group"]
        post.at_most(RuleId.PHASE, ParticipantRef(person.id), cp_model.LinearExpr.sum(groups), most)
