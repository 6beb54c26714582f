"""Trials: a week with one more session for somebody, judged by the verifier; and the facts without which it would be legal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY
from iopsched.stopping import look
from iopsched.verifier import CHECKS, Violation, violations_in
from iopsched.verifier.account import accounts
from iopsched.verifier.week import Week
from iopsched.why.cause import CauseKind, Fact
from iopsched.why.facts import FACTS
from iopsched.why.scene import Scene

MOST_FACTS = 2
MOST_BROKEN = 4
NEW = "~new"
"""The id of a session that is tried: no session of a schedule is called so."""
Flag = tuple[CauseKind, str]
Key = tuple[str, str, str]
Sessions = Mapping[str, Session]


@dataclass(frozen=True, slots=True)
class Addition:
    """Sessions to add, or to hold instead of those with the same id, and sessions that the person leaves.

    ``flags`` are what is known to stand in the way before it is tried: kind of cause, and whose.
    """

    sessions: tuple[Session, ...]
    left: tuple[str, ...] = ()
    flags: frozenset[Flag] = frozenset()

    @property
    def kind(self) -> tuple[object, ...]:
        """Return what ways with the same obstacles share."""
        return self.flags, self.sessions[0].group_id, self.sessions[0].id == NEW


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What a trial found: without these facts the person has so many minutes less unmet need."""

    way: Addition
    facts: tuple[Fact, ...]
    gain: int


class Whole:
    """A whole week as it is: what it breaks, nothing but in a week made of pieces, and who lacks how many minutes."""

    def __init__(self, problem: Problem, sessions: Sessions) -> None:
        self._week = Week(problem, _schedule(problem, sessions.values()))

    @cached_property
    def broken(self) -> frozenset[Key]:
        """Return the broken rules."""
        return frozenset(map(_key, violations_in(self._week)))

    @cached_property
    def unmet(self) -> Mapping[str, int]:
        """Return the minutes of unmet need of everybody."""
        return {row.participant.id: row.unmet_minutes for row in accounts(self._week)}


class Trials:
    """Tries ways for one person in one week; everybody else stays as they are."""

    def __init__(self, problem: Problem, schedule: Schedule, person: Participant, whole: Whole | None = None) -> None:
        self.problem = problem
        self.person = person
        self.sessions: Sessions = {session.id: session for session in schedule.sessions}
        self.whole = whole or Whole(problem, self.sessions)
        self.made = 0
        self._about = frozenset([person.id])
        self.before = self._unmet(problem, [s for s in schedule.sessions if person.id in s.participant_ids])

    def find(self, way: Addition) -> Obstacle | None:
        """Return the facts without which the way is legal and helps; None where it does not help or nothing is known."""
        look()
        self.made += 1
        near = self._near(way)
        tried = with_way(near, way, self.person.id)
        known = {_key(row) for row in violations_in(self._week(self.problem, near.values()))}
        week = self._week(self.problem, tried.values())
        broken = [row for row in violations_in(week) if _key(row) not in known]
        if len(broken) > MOST_BROKEN:
            return None
        scene = Scene(self.problem, week.calendars, self.person, tried, frozenset(row.id for row in way.sessions))
        facts: set[Fact] = set()
        for violation in broken:
            if facts and not self._is_broken(violation, tried, sorted(facts), known):
                continue
            found = self._behind(scene, violation, tried, known)
            facts.update(found)
            if not found or len(facts) > MOST_FACTS:
                return None
        chosen = tuple(sorted(facts))
        undone, left = _undone(self.problem, tried, chosen)
        week = self._week(undone, left.values())
        if chosen and not {_key(row) for row in violations_in(week)} <= known | self._broken_by_freeing(near, chosen):
            return None
        gain = self.before - sum(row.unmet_minutes for row in accounts(week))
        gain += self._given_up(chosen)
        return Obstacle(way, chosen, gain) if gain > 0 else None

    def _broken_by_freeing(self, near: Sessions, facts: Iterable[Fact]) -> set[Key]:
        """Return what is broken in other sessions only because somebody or a room is taken out of them."""
        frees = [free for fact in facts for free in fact.frees]
        if not frees:
            return set()
        return {_key(row) for row in violations_in(self._week(self.problem, _freed(near, frees).values()))}

    def _given_up(self, facts: Iterable[Fact]) -> int:
        """Return the minutes of sessions that the person leaves in a finding: what stands in the way is not what is lost."""
        leaves = {key for fact in facts for key, who in fact.frees if who == self.person.id}
        kept = [row for row in self.sessions.values() if self.person.id in row.participant_ids and row.id not in leaves]
        return self._unmet(self.problem, kept) - self.before if leaves else 0

    def is_proven(self, finding: Obstacle) -> bool:
        """Return whether the whole week is legal without the facts, the person has more and nobody else has less."""
        frees = tuple(free for fact in finding.facts for free in fact.frees)
        before = Whole(self.problem, _freed(self.sessions, frees)) if frees else self.whole
        tried = with_way(self.sessions, finding.way, self.person.id)
        undone, left = _undone(self.problem, tried, finding.facts)
        week = Week(undone, _schedule(self.problem, left.values()))
        then = {row.participant.id: row.unmet_minutes for row in accounts(week)}
        if then[self.person.id] >= before.unmet[self.person.id] or any(
            then[key] > minutes for key, minutes in before.unmet.items() if key != self.person.id
        ):
            return False
        return all(_key(row) in before.broken for row in violations_in(week))

    def _behind(self, scene: Scene, violation: Violation, tried: Sessions, known: set[Key]) -> Sequence[Fact]:
        """Return the fewest facts without which the rule is kept: one where there is one."""
        guesses = list(FACTS[violation.rule](scene, violation))
        for guess in guesses:
            if not self._is_broken(violation, tried, [guess], known):
                return [guess]
        if len(guesses) < MOST_FACTS or self._is_broken(violation, tried, guesses, known):
            return []
        kept = guesses
        for guess in guesses:
            fewer = [other for other in kept if other is not guess]
            if not self._is_broken(violation, tried, fewer, known):
                kept = fewer
        return kept

    def _is_broken(self, violation: Violation, tried: Sessions, facts: Sequence[Fact], known: set[Key]) -> bool:
        try:
            undone, left = _undone(self.problem, tried, facts)
        except ValueError:  # what is left is no clinic, such as a smallest size above the largest
            return True
        found = CHECKS[violation.rule](self._week(undone, left.values()))
        return any(row.subject == violation.subject and _key(row) not in known for row in found)

    def _near(self, way: Addition) -> Sessions:
        """Return the sessions of the person, and those that share staff, a room or the group with the way."""
        staff = {key for row in way.sessions for key in row.therapist_ids}
        rooms = {row.room_id for row in way.sessions if row.room_id}
        groups = {row.group_id for row in way.sessions if row.group_id}
        return {
            key: row
            for key, row in self.sessions.items()
            if self.person.id in row.participant_ids
            or row.group_id in groups
            or row.room_id in rooms
            or not staff.isdisjoint(row.therapist_ids)
        }

    def _week(self, problem: Problem, sessions: Iterable[Session]) -> Week:
        return Week(problem, _schedule(problem, sessions), self._about)

    def _unmet(self, problem: Problem, sessions: Iterable[Session]) -> int:
        return sum(row.unmet_minutes for row in accounts(self._week(problem, sessions)))


def _schedule(problem: Problem, sessions: Iterable[Session]) -> Schedule:
    return Schedule(problem.week, tuple(sessions))


def _key(violation: Violation) -> Key:
    return violation.rule, violation.subject, str(violation.sentence)


def with_way(sessions: Sessions, way: Addition, person_id: str) -> Sessions:
    """Return the sessions with a way, and without the person in those that they leave."""
    left = _freed(sessions, [(key, person_id) for key in way.left])
    return {**left, **{row.id: row for row in way.sessions}}


def _freed(sessions: Sessions, frees: Iterable[tuple[str, str]]) -> dict[str, Session]:
    """Return the sessions without a person or room in one of them; one without any participant is not held."""
    found = dict(sessions)
    for key, who in frees:
        if key not in found:
            continue
        row = found[key]
        people, staff = (
            tuple(other for other in ids if other != who) for ids in (row.participant_ids, row.therapist_ids)
        )
        room = None if row.room_id == who else row.room_id
        found[key] = replace(row, participant_ids=people, therapist_ids=staff, room_id=room)
        if not people:
            del found[key]
    return found


def _undone(problem: Problem, sessions: Sessions, facts: Iterable[Fact]) -> tuple[Problem, Sessions]:
    for fact in facts:
        problem = fact.undo(problem)
        sessions = _freed(sessions, fact.frees)
    return problem, sessions


def spread(ways: Iterable[Addition]) -> Iterator[tuple[Addition, int]]:
    """Yield ways of each kind of obstacle, one for each day, with how many of the kind there are; the fewest obstacles first.

    Those that nothing is known to forbid are also told apart by who leads: staff hours and the hours of a day are seen
    only when they are tried.
    """
    number: Counter[tuple[object, ...]] = Counter()
    kinds: dict[tuple[object, ...], Addition] = {}
    for way in ways:
        first, kind = way.sessions[0], way.kind
        number[kind] += 1
        whose = () if way.flags else (first.lead_id, first.modality)
        kinds.setdefault((kind, first.start // DAY, *whose, len(way.sessions)), way)
    for way in sorted(kinds.values(), key=lambda way: (len(way.flags), way.sessions[0].start)):
        yield way, number[way.kind]
