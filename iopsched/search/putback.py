"""Putting back what moved for nothing: sessions as they were in the earlier week, where no rule and no goal objects.

A search that runs out of time before its proof may leave such moves, and they are the first that anybody sees. The
verifier alone judges: what it accepts, and counts as fewer changes, is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.model.decisions import named_week
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.verifier import goal_values, violations

LAST = GoalId.MOVES
MOST_OF_TIME = 0.15  # of what is left


def restored(problem: Problem, week: Schedule, goals: Sequence[GoalId], clock: Clock) -> Schedule:
    """Return a week in which everything is put back, one session at a time, that nothing keeps from being as it was.

    Where somebody took part, the whole session is put back first, then only its staff, room or one of its people. No goal
    up to the moves becomes worse; time ends it early.
    """
    upto = goals[: goals.index(LAST) + 1]
    values = _values(problem, week, upto)
    until_s = clock.elapsed_s + MOST_OF_TIME * clock.left_s
    improved = True
    while improved:
        improved = False
        for trial in _trials(problem, week):
            if clock.is_over or clock.elapsed_s > until_s:
                clock.ended_by_wall |= clock.elapsed_s > until_s
                return week
            if _values(problem, trial, upto) < values and not violations(problem, trial):
                week, values, improved = trial, _values(problem, trial, upto), True
                break
    return week


def _values(problem: Problem, week: Schedule, goals: Sequence[GoalId]) -> list[int]:
    found = goal_values(problem, week)
    return [found[goal].value for goal in goals]


def _trials(problem: Problem, week: Schedule) -> Iterator[Schedule]:
    """Yield weeks in which one session is more as it was."""
    before = problem.previous.sessions if problem.previous is not None else ()
    now = {_entry(session) for session in week.sessions}
    was = {_entry(session) for session in before}
    moved = [row for row in week.sessions if _entry(row) not in was and row not in problem.fixed]
    for old in before:
        if _entry(old) in now or old.start < problem.first_start:
            continue
        for new in moved:
            if (new.service_id, new.group_id) != (old.service_id, old.group_id):
                continue
            if new.start >= problem.first_start and {*new.participant_ids} & {*old.participant_ids}:
                for trial in _more_alike(old, new):
                    others = [row for row in week.sessions if row is not new and row not in problem.fixed]
                    yield named_week(problem, [*others, trial], week.census)


def _more_alike(old: Session, new: Session) -> Iterator[Session]:
    """Yield a session as it was, then with single parts of it as they were."""
    yield replace(old, id="")
    yield replace(old, id="", participant_ids=new.participant_ids)
    if (old.start, old.end) != (new.start, new.end):
        return
    yield replace(new, therapist_ids=old.therapist_ids)
    yield replace(new, room_id=old.room_id)
    for person in sorted({*old.participant_ids} ^ {*new.participant_ids}):
        people = {*new.participant_ids} ^ {person}
        if people:
            yield replace(new, participant_ids=tuple(sorted(people)))


def _entry(session: Session) -> Session:
    """Return a session but for its id."""
    return replace(session, id="")
