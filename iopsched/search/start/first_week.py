"""The week a search begins with: constructed, or last week's as far as it still holds; legal either way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.model.decisions import named_week
from iopsched.model.variables import Variables
from iopsched.rulebook import GoalId, RuleId
from iopsched.search.clock import Clock
from iopsched.search.start.construct import construct
from iopsched.search.start.pinned import lacks_only_pins, musts, with_pins
from iopsched.search.start.sketch import Keep, is_worth_a_second_sketch, sketch
from iopsched.search.workshop import Workshop
from iopsched.stopping import looking_at
from iopsched.verifier import Violation, goal_values, unmet_minutes, violations


def first_large_week(
    workshop: Workshop,
    clock: Clock,
    keep: Keep,
    goals: Sequence[GoalId],
    near: Schedule | None = None,
    pinned: Schedule | None = None,
) -> Schedule | None:
    """Return a week that keeps every rule, None where neither the sketch nor the previous week gives one.

    ``keep`` is given what reads a week that
    nobody has judged yet, for whoever cannot wait. ``near`` is a week found before; where it meets every need, no other is
    looked for. ``pinned`` is a week that keeps the pins and has little else.
    """
    problem = workshop.problem
    if near is not None and not (sum(unmet_minutes(problem, near).values()) or violations(problem, near)):
        return near
    with looking_at(None, clock.end_s):
        return _sketched(workshop, clock, keep, goals, near, pinned)


def _sketched(
    workshop: Workshop,
    clock: Clock,
    keep: Keep,
    goals: Sequence[GoalId],
    near: Schedule | None,
    pinned: Schedule | None,
) -> Schedule | None:
    problem, tuning = workshop.problem, workshop.tuning
    first = sketch(workshop, clock, keep, pinned)
    is_tight = first is None or is_worth_a_second_sketch(problem, first, tuning.much_unmet)
    found = [first]
    if first is not None:
        keep(lambda: first)
    if len(problem.participants) * len(problem.therapists) <= tuning.planned_pairs and is_tight:
        found.append(sketch(workshop, clock, pinned=pinned, is_careful=True))
    found.append(near)
    if problem.previous is not None:
        found.append(keep_previous(problem))
    if not musts(workshop):
        pinned = Schedule(problem.week, problem.fixed)  # without pins a week may be empty
    laid_out = [with_pins(workshop, clock, _joined(workshop, week, pinned)) for week in found if week is not None]
    laid_out += [pinned] if pinned is not None else []
    weeks = [week for week in laid_out if not violations(problem, week)]
    return min(weeks, key=lambda week: rank(problem, week, goals), default=None)


def _joined(workshop: Workshop, week: Schedule, pinned: Schedule | None) -> Schedule:
    """Return a week that lacks pins with the sessions of another that keep them, in place of what these clash with."""
    problem = workshop.problem
    if pinned is None or not lacks_only_pins(workshop, week):
        return week
    held = {replace(row, id="") for row in week.sessions}
    missing = [row for row in pinned.sessions if replace(row, id="") not in held and row not in problem.fixed]
    others = [row for row in week.sessions if row not in problem.fixed]
    kept = [row for row in others if not any(_clash(row, new) for new in missing)]
    for new in missing:  # as many as before of a kind: more than are needed would break a rule
        alike = [row for row in kept if _kind(row) == _kind(new)]
        kept = [row for row in kept if row not in alike[:1]]
    joined = drop_violations(problem, named_week(problem, [*kept, *missing], week.census))
    return week if violations(problem, joined) else joined


def _kind(row: Session) -> tuple[str, str | None, tuple[str, ...]]:
    return row.service_id, row.group_id, row.participant_ids if row.group_id is None else ()


def _clash(row: Session, new: Session) -> bool:
    """Return whether two sessions cannot both be held, because somebody would be in both or a room in use twice."""
    if row.start >= new.end or new.start >= row.end:
        return False
    people = {*row.participant_ids, *row.therapist_ids} & {*new.participant_ids, *new.therapist_ids}
    return bool(people) or row.room_id == new.room_id is not None


def first_week(x: Variables, goals: Sequence[GoalId], near: Schedule | None = None) -> Schedule:
    """Return the better of a week made from nothing and one that keeps what it can of the previous week.

    Only sessions that ``must`` pins ask for may be missing; every other rule holds.
    """
    weeks = [drop_violations(x.problem, construct(x)), *([near] if near is not None else [])]
    if x.problem.previous is not None:
        weeks.append(drop_violations(x.problem, construct(x, keep_previous(x.problem))))
    return min(weeks, key=lambda week: rank(x.problem, week, goals))


def keep_previous(problem: Problem) -> Schedule:
    """Return what still holds of the previous week, nothing where there is none."""
    if problem.previous is None:
        return Schedule(problem.week)
    return drop_violations(problem, _carry_over(problem, problem.previous))


def rank(problem: Problem, week: Schedule, goals: Sequence[GoalId]) -> tuple[int, ...]:
    """Return what the better of two weeks has less of: violations, then each goal in order."""
    values = goal_values(problem, week)
    return (len(violations(problem, week)), *(values[goal].value for goal in goals))


def _carry_over(problem: Problem, previous: Schedule) -> Schedule:
    """Return the previous week's sessions with the people, rooms and groups that are still there."""
    kept = list(problem.fixed)
    taken = {row.id for row in kept}
    for session in (row for row in previous.sessions if row.id not in taken and row.start >= problem.first_start):
        known = (
            session.service_id in problem.service
            and (session.group_id is None or session.group_id in problem.group)
            and (session.room_id is None or session.room_id in problem.room)
            and all(therapist_id in problem.therapist for therapist_id in session.therapist_ids)
        )
        people = tuple(pid for pid in session.participant_ids if pid in problem.participant)
        if known and people:
            kept.append(replace(session, participant_ids=people))
    return Schedule(problem.week, tuple(kept))


def drop_violations(problem: Problem, schedule: Schedule) -> Schedule:
    """Return the schedule without sessions that break a rule; it may then lack sessions that pins ask for.

    Of the sessions that a violation names the participants named leave; where
    it names none of theirs, the session goes. Without any session all that are
    the subject's go. Repeated until nothing is broken.
    """
    while len(schedule.sessions) > len(problem.fixed):
        broken = [found for found in violations(problem, schedule) if not _is_missing_pin(found)]
        if not broken:
            break
        smaller = _without(schedule, broken, problem.fixed)
        schedule = smaller if smaller != schedule else replace(schedule, sessions=problem.fixed)
    return schedule


def _without(schedule: Schedule, broken: Sequence[Violation], begun: Sequence[Session]) -> Schedule:
    """Return the schedule less what each violation names, but for what has begun."""
    by_session: dict[str, list[frozenset[str]]] = defaultdict(list)
    subjects = {found.subject for found in broken if not found.sessions}
    for found in broken:
        people = frozenset(found.people)
        for session_id in found.sessions:
            by_session[session_id].append(people)
    kept = []
    for session in schedule.sessions:
        if session in begun:
            kept.append(session)
            continue
        roster = set(session.participant_ids)
        stays = subjects.isdisjoint({*roster, *session.therapist_ids, session.group_id, session.room_id})
        for people in by_session.get(session.id, ()):
            stays = stays and not people.isdisjoint(session.participant_ids)
            roster -= people
        if stays and roster:
            kept.append(replace(session, participant_ids=tuple(sorted(roster))))
    return replace(schedule, sessions=tuple(kept))


def _is_missing_pin(found: Violation) -> bool:
    return found.rule == RuleId.PIN and not found.sessions
