"""The best places for a session: starts, rooms and leads that break nothing, priced by the goals; then those that displace others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from iopsched.board.draftweek import DraftWeek
from iopsched.board.nearby import NearbyWeek, rules_of
from iopsched.board.startsmap import StartVerdict, at, at_a_glance, open_starts
from iopsched.board.verdict import JudgedWeek
from iopsched.domain.people import HELD_MODALITIES, HeldModality
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY
from iopsched.policy.numbers import roles_of
from iopsched.rulebook import GoalId, RuleId
from iopsched.verifier import GoalValue, goal_values, session_modalities
from iopsched.verifier.modality import accepts

MOST_DISPLACED = 2
_TIMELESS = frozenset(RuleId) - {RuleId.OVERLAP, RuleId.WINDOW, RuleId.STAFF_LOAD, RuleId.SUPERVISOR}


@dataclass(frozen=True, slots=True)
class BestPlace:
    """A place at which a session breaks nothing, once the sessions that it displaces are taken out; with the goals of that week.

    ``changes`` are the goals that differ from the week as it is, with both values.
    """

    session: Session
    displaced: tuple[Session, ...]
    changes: tuple[tuple[GoalId, GoalValue, GoalValue], ...]

    @property
    def rank(self) -> tuple[object, ...]:
        """Return what the better of two places has less of: the goals in their order, then sessions displaced, then time."""
        return (*(then.value - now.value for _, now, then in self._all), len(self.displaced), self.session.start)

    @property
    def _all(self) -> Iterator[tuple[GoalId, GoalValue, GoalValue]]:
        known = {goal: (now, then) for goal, now, then in self.changes}
        nothing = GoalValue(0, ())
        return ((goal, *known.get(goal, (nothing, nothing))) for goal in GoalId)


def best_places(
    around: NearbyWeek, week: DraftWeek, judged: JudgedWeek, old: Session | None, session: Session
) -> Iterator[BestPlace]:
    """Yield places for a session as they are found, the likeliest first, never the one where it is.

    ``old`` is the session as it is held now, None of one that is not. First come places that displace nobody, then those
    that displace one session or two; sessions that are pinned in the draft or have begun are not displaced.
    """
    problem = around.problem
    fixed = {*week.locked, *(row.id for row in problem.fixed)}
    blocked: list[tuple[Session, tuple[Session, ...]]] = []
    for led in _led(around, old, session):
        for tried in sorted(_places(around, old, led), key=lambda row: _distance(session, row)):
            clashing = _clashing(around, tried)
            if clashing:
                if len(clashing) <= MOST_DISPLACED and not any(_stays(row, session, fixed) for row in clashing):
                    blocked.append((tried, clashing))
            elif tried != old and not around.broken(old, tried):
                yield priced(judged, week, tried, ())
    for tried, clashing in sorted(blocked, key=lambda row: len(row[1])):
        if not around.broken(old, tried, clashing):
            yield priced(judged, week, tried, clashing)


def open_map(around: NearbyWeek, session: Session, *, is_led_so: bool, is_housed_so: bool) -> tuple[StartVerdict, ...]:
    """Return every start of a session that is not held: legal where some lead and some room make it so.

    ``is_led_so`` and ``is_housed_so`` say that only its own lead, or its own room, is meant.
    """
    starts = tuple(open_starts(around.problem, session.minutes))
    found: dict[int, StartVerdict] = {}
    for led in (session,) if is_led_so else _led(around, None, session):
        left = [start for start in starts if start not in found or not found[start].is_legal]
        housings = (led,) if is_housed_so else tuple(_housings(around.problem, led))
        for start, rules in _rules_at(around, left, housings).items():
            if start not in found or not rules:
                found[start] = StartVerdict(start, rules)
    return tuple(found[start] for start in starts)


def _rules_at(
    around: NearbyWeek, starts: Sequence[int], housings: Sequence[Session]
) -> Mapping[int, tuple[RuleId, ...]]:
    """Return what is broken at each start in the first room in which nothing is; else what is in the first room of all."""
    found: dict[int, tuple[RuleId, ...]] = {}
    for housed in housings:
        tried = [at(housed, start) for start in starts if found.get(start, (RuleId.WINDOW,))]
        barred = at_a_glance(around, None, tried)
        for row in tried:
            rules = barred.get(row.start)
            rules = rules_of(around.broken(None, row)) if rules is None else rules
            if row.start not in found or not rules:
                found[row.start] = rules
    return found


def _stays(row: Session, session: Session, fixed: Collection[str]) -> bool:
    """Return whether a session is not displaced: it is fixed, or the other one's own group meets in it."""
    return row.id in fixed or (row.group_id is not None and row.group_id == session.group_id)


def priced(judged: JudgedWeek, week: DraftWeek, session: Session, displaced: tuple[Session, ...]) -> BestPlace:
    """Return a place with what the week is worth once the session is there and those that it displaces are taken out."""
    then = week.without({row.id for row in displaced}).having(session)
    values = goal_values(judged.problem, then.schedule)
    changes = ((goal, judged.goals[goal], value) for goal, value in values.items())
    return BestPlace(session, displaced, tuple(row for row in changes if row[1] != row[2]))


def _distance(session: Session, row: Session) -> tuple[bool, bool, int, int]:
    """Return how far a place is from where somebody would look first: the same room and hour, on a day near by."""
    return (
        row.room_id != session.room_id,
        row.start % DAY != session.start % DAY,
        abs(row.start // DAY - session.start // DAY),
        abs(row.start - session.start),
    )


def _places(around: NearbyWeek, old: Session | None, session: Session) -> Iterator[Session]:
    """Yield the session at each start at which no fact of the clinic forbids it, in the first room that is free then.

    Where none is free, it is the first room that could be.
    """
    left: dict[int, Session | None] = dict.fromkeys(open_starts(around.problem, session.minutes))
    for housed in _housings(around.problem, session):
        tried = [at(housed, start) for start in left]
        barred = at_a_glance(around, old, tried)
        for row in tried:
            rules = barred.get(row.start, ())
            if not rules:
                del left[row.start]
                yield row
            elif set(rules) == {RuleId.OVERLAP} and left[row.start] is None:
                left[row.start] = row
    yield from (row for row in left.values() if row is not None)


def _clashing(around: NearbyWeek, tried: Session) -> tuple[Session, ...]:
    """Return the other sessions that somebody of a session, its staff or its room is in at that time, by id."""
    marks = [("participant", key) for key in tried.participant_ids] + [
        ("therapist", key) for key in tried.therapist_ids
    ]
    if tried.room_id:
        marks.append(("room", tried.room_id))
    rows = (row for mark in marks for row in around.at(mark) if row.id != tried.id)
    found = {row.id: row for row in rows if row.start < tried.end and tried.start < row.end}
    return tuple(found[key] for key in sorted(found))


def _led(around: NearbyWeek, old: Session | None, session: Session) -> Iterator[Session]:
    """Yield the session with each lead who comes into question, its own first: whom no rule but those of time forbids."""
    problem = around.problem
    roles = roles_of(problem.service[session.service_id], problem.group.get(session.group_id or ""))
    yield session
    for row in problem.therapists:
        if row.id in session.therapist_ids or (roles and roles[0].skill not in row.skills):
            continue
        led = session.led_by(row.id)
        if not any(found.rule in _TIMELESS and session.id in found.sessions for found in around.broken(old, led)):
            yield led


def _housings(problem: Problem, session: Session) -> Iterator[Session]:
    """Yield in which rooms a session could be, its own first, then the smallest; last by video where that may be."""
    service = problem.service[session.service_id]
    yield session
    people = [problem.participant[key] for key in session.participant_ids if key in problem.participant]
    if not service.needs_room:
        return
    heads = len(people) * (1 + service.guests) + len(session.therapist_ids)
    asked = service.room_features.union(*(row.needs_features for row in people))
    admitted = session_modalities(service, problem.group.get(session.group_id or ""))
    in_room = session.modality if session.modality != "telehealth" else _in_room(admitted)
    for room in sorted(problem.rooms, key=lambda row: (row.capacity, row.id)):
        if room.id != session.room_id and room.capacity >= heads and asked <= room.features and in_room is not None:
            yield replace(session, room_id=room.id, modality=in_room)
    if (
        session.modality != "telehealth"
        and "telehealth" in admitted
        and all(accepts(row, "telehealth") for row in people)
    ):
        yield replace(session, room_id=None, modality="telehealth")


def _in_room(admitted: frozenset[str]) -> HeldModality | None:
    """Return how a session by video could be held in a room; None where it could not."""
    return next((each for each in HELD_MODALITIES if each in admitted and each != "telehealth"), None)
