"""Which of the facts that differ touch whose appointment: told from the facts alone, never from what a search did.

A fact touches an appointment if it is about somebody or something that the appointment has or had. A fact about time does so only
where they are no longer free at the old time, or were not free at the new one before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from iopsched.comparisons.factchanges import CLINIC, FactChange, Subject
from iopsched.comparisons.facttables import WeekFacts
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import NEVER, Windows
from iopsched.policy.columns import (
    COVERS,
    KEEP_APART,
    KEEP_TOGETHER,
    NEEDS,
    PARTICIPANTS,
    PINS,
    SETTINGS_FILE,
    STEPS,
    THERAPISTS,
)
from iopsched.verifier.calendars import Calendars

ABOUT_ONE_PERSON = frozenset({KEEP_APART.file, KEEP_TOGETHER.file})
_OF_PARTICIPANTS = frozenset({NEEDS.file, STEPS.file})
_SHOWN_ONLY = frozenset({"public_name", "video_link", "credential"})


class Touching:
    """The facts that differ between two weeks, to be asked about one appointment after another."""

    def __init__(self, old: WeekFacts, new: WeekFacts, changes: Sequence[FactChange]) -> None:
        self._changes = [change for change in changes if change.column not in _SHOWN_ONLY]
        self._sides = (_FreeTimes(old.problem), _FreeTimes(new.problem))

    @cached_property
    def of_all(self) -> tuple[FactChange, ...]:
        """Return the settings that differ: they are about everybody."""
        return tuple(change for change in self._changes if change.file == SETTINGS_FILE)

    def of_person(self, who: Subject) -> tuple[FactChange, ...]:
        """Return the facts about somebody's stay: why they come or leave."""
        home = PARTICIPANTS.file if who[0] == "participant" else THERAPISTS.file
        own = (change for change in self._changes if change.file == home and who in change.about)
        return tuple(change for change in own if change.is_date or not change.column)

    def about(self, who: Subject) -> tuple[FactChange, ...]:
        """Return the facts that name somebody."""
        return tuple(change for change in self._changes if who in change.about)

    def of_entry(self, who: Subject, pairs: Iterable[tuple[Session | None, Session | None]]) -> tuple[FactChange, ...]:
        """Return the facts that touch an appointment of somebody as it was and is, in the order of tables and rows."""
        known = [
            (old, new, {who, CLINIC, *_subjects(old), *_subjects(new), *_alone(old), *_alone(new)})
            for old, new in pairs
        ]
        return tuple(
            change
            for change in self._changes
            if any(self._touches(change, mine, who, old, new) for old, new, mine in known)
        )

    def _touches(
        self, change: FactChange, mine: set[Subject], who: Subject, old: Session | None, new: Session | None
    ) -> bool:
        shared = change.about & mine
        if change.file == SETTINGS_FILE or not shared:
            return False
        if change.file in ABOUT_ONE_PERSON:
            return who in change.about
        if change.file == NEEDS.file and not change.about <= {*mine, *_people(old), *_people(new)}:
            return False
        if change.file in _OF_PARTICIPANTS:
            return bool(change.about & {who, *_alone(old), *_alone(new)})
        if change.file == PINS.file:
            return any(change.about <= {who, *_subjects(row), *_people(row)} for row in (old, new) if row is not None)
        if change.file == COVERS.file:
            return bool(shared & set(_subjects(old))) and bool(shared & set(_subjects(new)))
        if not change.is_about_time:
            return True
        return any(self._moves(change, subject, old, new) for subject in shared)

    def _moves(self, change: FactChange, subject: Subject, old: Session | None, new: Session | None) -> bool:
        """Return whether somebody or something is no longer free at the old time, or was not at the new one before."""
        before, after = self._sides
        is_lost = _has(old, subject) and _was_and_is_not(before, after, subject, old)
        is_won = _has(new, subject) and _was_and_is_not(after, before, subject, new)
        if not change.span:
            return is_lost or is_won
        return (is_lost and _meets(change.span, old)) or (is_won and _meets(change.span, new))


class _FreeTimes:
    """When people, rooms and the clinic are free in one week."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._calendars = Calendars(problem)
        self._known: dict[Subject, Windows] = {}

    def of(self, subject: Subject) -> Windows:
        """Return when somebody or something is free; never where the week does not know them."""
        if subject not in self._known:
            self._known[subject] = self._free(*subject)
        return self._known[subject]

    def _free(self, kind: str, key: str) -> Windows:
        calendars, problem = self._calendars, self._problem
        if kind == "clinic":
            return calendars.open
        if kind == "participant":
            person = problem.participant.get(key)
            if person is None:
                return NEVER
            times = person.availability.union(person.family_availability or NEVER).minus(person.busy)
            return times.minus(calendars.off(kind, key)).intersection(calendars.stay(person))
        if kind in ("therapist", "room"):
            row = problem.therapist.get(key) if kind == "therapist" else problem.room.get(key)
            return NEVER if row is None else calendars.free(kind, row)
        return NEVER


def _was_and_is_not(first: _FreeTimes, second: _FreeTimes, subject: Subject, session: Session | None) -> bool:
    if session is None:
        return False
    return first.of(subject).covers(session.start, session.end) and not second.of(subject).covers(
        session.start, session.end
    )


def _meets(span: Windows, session: Session | None) -> bool:
    return session is not None and span.overlaps(session.start, session.end)


def _has(session: Session | None, subject: Subject) -> bool:
    return session is not None and subject in {CLINIC, *_subjects(session), *_people(session)}


def _people(session: Session | None) -> Iterator[Subject]:
    yield from (("participant", key) for key in (session.participant_ids if session is not None else ()))


def _alone(session: Session | None) -> Iterator[Subject]:
    """Yield the participant of a session for one."""
    if session is not None and session.group_id is None and len(session.participant_ids) == 1:
        yield from _people(session)


def _subjects(session: Session | None) -> Iterator[Subject]:
    """Yield what an appointment has beside its participants."""
    if session is None:
        return
    yield from (("therapist", key) for key in session.therapist_ids)
    yield "service", session.service_id
    if session.room_id is not None:
        yield "room", session.room_id
    if session.group_id is not None:
        yield "group", session.group_id
