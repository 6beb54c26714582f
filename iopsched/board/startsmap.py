"""At which starts a session may be held, as it is: the verifier says so for each, but most are ruled out at a glance first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from iopsched.board.nearby import NearbyWeek, rules_of
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY
from iopsched.rulebook import RuleId
from iopsched.verifier import CHECKS
from iopsched.verifier.week import Week

ALONE = (
    RuleId.WINDOW,
    RuleId.SUPERVISOR,
    RuleId.STAFFED,
    RuleId.MATCH,
    RuleId.APART,
    RuleId.TWO_STAFF,
    RuleId.RATIO,
    RuleId.SIZE,
    RuleId.SEATS,
)
"""Rules that say something of a session whatever else is held."""


@dataclass(frozen=True, slots=True)
class StartVerdict:
    """A start of a session. Of one that is not legal, ``rules`` are those that were found broken first, the least negotiable first."""

    start: int
    rules: tuple[RuleId, ...] = ()

    @property
    def is_legal(self) -> bool:
        """Return whether nothing is broken there that is not broken now, and nothing that names the session."""
        return not self.rules


def starts_map(around: NearbyWeek, old: Session | None, session: Session) -> tuple[StartVerdict, ...]:
    """Return every start of a session while the clinic is open, as long as it is, with its people, staff and room."""
    starts = tuple(open_starts(around.problem, session.minutes))
    barred = at_a_glance(around, old, [at(session, start) for start in starts])
    found = []
    for start in starts:
        rules = barred.get(start)
        if rules is None:
            rules = rules_of(around.broken(old, at(session, start)))
        found.append(StartVerdict(start, rules))
    return tuple(found)


def open_starts(problem: Problem, minutes: int) -> Iterator[int]:
    """Yield the starts on the grid from which so many minutes lie inside opening hours on one day."""
    opening, grid = problem.clinic.open, problem.clinic.grid_minutes
    for day in sorted(opening.days()):
        for start in range(day * DAY, (day + 1) * DAY - minutes + 1, grid):
            if opening.covers(start, start + minutes):
                yield start


def at(session: Session, start: int) -> Session:
    """Return a session at another start, as long as it is."""
    return replace(session, start=start, end=start + session.minutes)


def at_a_glance(around: NearbyWeek, old: Session | None, tried: Sequence[Session]) -> Mapping[int, tuple[RuleId, ...]]:
    """Return the starts of one session that are certainly not legal, each with the rules found broken.

    ``tried`` is the session at each start. It is looked at as if it were alone in the week, then beside whatever its
    people, staff and room are in at that time.
    """
    broken: dict[int, set[RuleId]] = {}
    found = (*_begun(around.problem, tried), *_alone(around.problem, tried), *_taken(around, old, tried))
    for start, rule in found:
        broken.setdefault(start, set()).add(rule)
    return {start: tuple(rule for rule in reversed(RuleId) if rule in rules) for start, rules in broken.items()}


def _begun(problem: Problem, tried: Sequence[Session]) -> Iterator[tuple[int, RuleId]]:
    """Yield the starts that lie in what has begun, and all of a session that has: it stays as it was published."""
    begun = {row.id for row in problem.begun}
    for row in tried:
        if (row.start < problem.first_start or row.id in begun) and row not in problem.begun:
            yield row.start, RuleId.PIN


def _alone(problem: Problem, tried: Sequence[Session]) -> Iterator[tuple[int, RuleId]]:
    """Yield what forbids a start whatever else is held: all starts lie in one week, where each is a session of its own."""
    named = {f"{place}": row.start for place, row in enumerate(tried)}
    rows = [replace(row, id=f"{place}") for place, row in enumerate(tried)]
    week = Week(problem, Schedule(problem.week, tuple(rows)))
    for rule in ALONE:
        for found in CHECKS[rule](week):
            if len(found.sessions) == 1:
                yield named[found.sessions[0]], rule


def _taken(around: NearbyWeek, old: Session | None, tried: Sequence[Session]) -> Iterator[tuple[int, RuleId]]:
    """Yield the starts at which somebody or the room is in another session, or too near to one, or the group has another hour."""
    first = tried[0] if tried else None
    if first is None:
        return
    own = {first.id, old.id if old is not None else first.id}
    gap = around.problem.clinic.staff.changeover_minutes
    marks = [("participant", key) for key in first.participant_ids]
    used = [("therapist", key) for key in first.therapist_ids] + ([("room", first.room_id)] if first.room_id else [])
    people, things = (_others(around, keys, own) for keys in (marks, used))
    group = around.problem.group.get(first.group_id or "")
    same_start = group is not None and group.same_start
    clocks = {row.start % DAY for row in _others(around, [("group", group.id)], own)} if group and same_start else set()
    for row in tried:
        if any(other.start < row.end and row.start < other.end for other in (*people, *things)):
            yield row.start, RuleId.OVERLAP
        elif gap and any(other.start < row.end + gap and row.start < other.end + gap for other in things):
            yield row.start, RuleId.WINDOW
        if clocks - {row.start % DAY}:
            yield row.start, RuleId.WINDOW


def _others(around: NearbyWeek, marks: Iterable[tuple[str, str]], own: set[str]) -> list[Session]:
    return list({row.id: row for mark in marks for row in around.at(mark) if row.id not in own}.values())
