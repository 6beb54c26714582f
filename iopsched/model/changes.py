"""Changes of the facts that could be made at a price, and the problem in which all of them are made.

A change is known by what it does to a problem. Which rows it touches is found by comparing, so that whoever offers changes
states each of them once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property

from iopsched.domain.people import HeldModality, Participant
from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem, supposing
from iopsched.domain.services import Group
from iopsched.model.owner import ClinicRef, PinRef
from iopsched.model.terms import Terms
from iopsched.words.sentence import GroupRef, ParticipantRef, Reference, RoomRef, TherapistRef

CLINIC = ClinicRef("open")
_TABLES: Mapping[str, type[Reference]] = {
    "participants": ParticipantRef,
    "therapists": TherapistRef,
    "rooms": RoomRef,
    "groups": GroupRef,
}
_ABSENT: Mapping[str, type[Reference]] = {
    "participant": ParticipantRef,
    "therapist": TherapistRef,
    "room": RoomRef,
}
NUMBERS: Mapping[str, tuple[str, ...]] = {
    "therapists": ("max_minutes_per_day", "max_minutes_per_week"),
    "groups": ("max_size", "sessions_per_week"),
}
"""Limits of rows that grow step by step."""
_OF_TIME = frozenset({"availability", "family_availability"}).union(*NUMBERS.values())
"""Fields that say when somebody or something is there, and for how long: nothing but windows and limits looks at them."""


@dataclass(frozen=True, slots=True)
class PricedChange:
    """A change that could be made. ``price`` is in points; of changes with the same ``cell`` at most one can be made."""

    price: int
    changed: Callable[[Problem], Problem]
    cell: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Touch:
    """What a change touches: rows, rows that are new, limits of rows that grow, and whether it takes a pin out.

    ``is_of_time``: whether it changes nothing but windows and limits of rows that are there before.
    """

    rows: frozenset[Reference]
    new: frozenset[Reference]
    numbers: frozenset[tuple[Reference, str]]
    is_unpinning: bool
    is_of_time: bool


def _touch(before: Problem, after: Problem) -> Touch:
    """Return what differs between two problems."""
    rows: set[Reference] = set()
    new: set[Reference] = set()
    numbers: set[tuple[Reference, str]] = set()
    differing: set[str] = set()
    for table, ref in _TABLES.items():
        known = {row.id: row for row in getattr(before, table)}
        for row in getattr(after, table):
            old = known.get(row.id)
            if old is row:
                continue
            if old is None:
                new.add(ref(row.id))
                rows.add(ref(row.id))
            elif old != row:
                rows.add(ref(row.id))
                names = {each.name for each in fields(row) if getattr(old, each.name) != getattr(row, each.name)}
                numbers.update((ref(row.id), name) for name in names.intersection(NUMBERS.get(table, ())))
                differing |= names
    is_of_time = bool(rows) and not new and differing <= _OF_TIME
    absences, covers = set(before.time_off) ^ set(after.time_off), set(before.covers) ^ set(after.covers)
    for absence in absences:
        rows.add(CLINIC if absence.kind == "clinic" else _ABSENT[absence.kind](absence.id))
    for cover in covers:
        rows.update(map(TherapistRef, (cover.therapist_id, *cover.covered_by)))
    pin = _pin_taken_out(before, after)
    if pin is not None:
        rows.add(PinRef(str(pin)))
    is_of_time = is_of_time and not absences and not covers and pin is None
    return Touch(frozenset(rows), frozenset(new), frozenset(numbers), pin is not None, is_of_time)


def _pin_taken_out(before: Problem, after: Problem) -> Pin | None:
    """Return the pin that is no longer there; those behind it have moved up a row."""
    if len(after.pins) >= len(before.pins):
        return None
    pairs = zip(before.pins, after.pins, strict=False)
    differing = (old for old, new in pairs if replace(old, row=0) != replace(new, row=0))
    return next(differing, before.pins[-1])


class Changes:
    """Changes of one problem: what each touches, and what the problem becomes by some of them."""

    def __init__(self, problem: Problem, changes: Sequence[PricedChange]) -> None:
        self.problem = problem
        self.all = tuple(changes)
        with supposing():
            alone = [change.changed(problem) for change in self.all]
        self.touch = tuple(_touch(problem, changed) for changed in alone)
        self.of_row: dict[Reference, list[int]] = defaultdict(list)
        self.new: dict[Reference, list[int]] = defaultdict(list)
        self.steps: dict[tuple[Reference, str], list[int]] = defaultdict(list)
        for number, touch in enumerate(self.touch):
            for row in sorted(touch.rows, key=_by_kind):
                self.of_row[row].append(number)
            for row in touch.new:
                self.new[row].append(number)
            for limit in touch.numbers:
                self.steps[limit].append(number)
        self._known = {frozenset([number]): changed for number, changed in enumerate(alone)}
        self._known[frozenset()] = problem

    def price(self, taken: Iterable[int]) -> int:
        """Return the points of some changes."""
        return sum(self.all[number].price for number in taken)

    def after(self, taken: Iterable[int]) -> Problem:
        """Return what the problem becomes by some changes, made in their order.

        Raises
        ------
        ValueError
            If they cannot be made together.
        """
        key = frozenset(taken)
        if key not in self._known:
            found = self.problem
            with supposing():
                for number in sorted(key):
                    found = self.all[number].changed(found)
            self._known[key] = found
        return self._known[key]

    @cached_property
    def cells(self) -> Mapping[tuple[str, ...], tuple[int, ...]]:
        """Return the changes of each cell of which at most one can be made."""
        found: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, change in enumerate(self.all):
            if change.cell:
                found[change.cell].append(number)
        return {cell: tuple(numbers) for cell, numbers in found.items()}

    @cached_property
    def unpinned(self) -> Mapping[Reference, int]:
        """Return the change that takes out each pin."""
        return {row: number for number, touch in enumerate(self.touch) if touch.is_unpinning for row in touch.rows}

    @cached_property
    def demanding(self) -> frozenset[int]:
        """Return the changes by which more is asked of the week: they are not made here.

        An open day adds to the minimums of everybody where closures prorate them, and a group that always meets may owe
        another session where it could meet more often. That depends on its row and, where it owes less than it could, on people.
        """
        before = self._asked(frozenset())
        always = [group for group in self.problem.groups if group.meets == "always"]
        kinds: tuple[type[Reference], ...] = (GroupRef,) if always else ()
        terms = Terms(self.problem)
        if any(terms.sessions_due(group) < group.sessions_per_week for group in always):
            kinds = (GroupRef, ParticipantRef)
        suspects = dict.fromkeys(self.of_row.get(CLINIC, ()))
        suspects.update(dict.fromkeys(n for row, ns in self.of_row.items() if isinstance(row, kinds) for n in ns))
        return frozenset(number for number in suspects if self._asked(frozenset([number])) != before)

    def _asked(self, taken: frozenset[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return what is asked of everybody, and of the groups that are there before."""
        terms = Terms(self.after(taken))
        people = (terms.problem.participant[row.id] for row in self.problem.participants)
        asked = tuple(each for row in people for each in (terms.required_minutes(row), terms.required_days(row)))
        return asked, tuple(terms.sessions_due(terms.problem.group[row.id]) for row in self.problem.groups)

    @cached_property
    def regrouped(self) -> Mapping[str, tuple[Participant, ...]]:
        """Return the rows, as they are and as they could be, of the participants who could have other groups."""
        return self._variants("group_ids")

    @cached_property
    def given_primaries(self) -> Mapping[str, tuple[Participant, ...]]:
        """Return the rows, as they are and as they could be, of the participants who could have another primary."""
        return self._variants("primary_id")

    def _variants(self, field: str) -> Mapping[str, tuple[Participant, ...]]:
        found: dict[str, list[Participant]] = {}
        for number, touch in enumerate(self.touch):
            for row in touch.rows:
                if not isinstance(row, ParticipantRef) or row in touch.new:
                    continue
                old, new = self.problem.participant[row.id], self.after([number]).participant[row.id]
                if getattr(old, field) != getattr(new, field):
                    found.setdefault(row.id, [old]).append(new)
        return {key: tuple(rows) for key, rows in found.items()}

    @cached_property
    def wide(self) -> Problem:
        """Return the problem in which everything is possible that any of the changes makes possible.

        Pins stay: what they forbid is lifted where it is posted. Who may have other groups or another primary has none.
        """
        found = self.problem
        with supposing():
            for number, change in enumerate(self.all):
                if not self.touch[number].is_unpinning:
                    found = change.changed(found)
        return replace(found, participants=tuple(self._freed(row) for row in found.participants))

    def _freed(self, row: Participant) -> Participant:
        groups = () if row.id in self.regrouped else row.group_ids
        primary_id = None if row.id in self.given_primaries else row.primary_id
        return replace(row, group_ids=groups, primary_id=primary_id)

    def of_rows(self, rows: Iterable[Reference]) -> Iterator[int]:
        """Yield the changes that touch one of some rows, each once."""
        yield from dict.fromkeys(number for row in rows for number in self.of_row.get(row, ()))


def _by_kind(row: Reference) -> tuple[str, str]:
    return type(row).__name__, row.id


class WideTerms(Terms):
    """The terms of the problem with every change, but for what a change takes away: that stays as long as it is not made."""

    is_wide = True

    def __init__(self, changes: Changes) -> None:
        super().__init__(changes.wide)
        self.changes = changes
        self.lifted = tuple(changes.unpinned)
        self.rooms_apart = frozenset(row.id for row in changes.of_row if isinstance(row, RoomRef))
        base = Terms(changes.problem)
        self.therapist_away = {**self.therapist_away, **base.therapist_away}
        self._due = {group.id: 0 for group in self.problem.groups}
        self._due |= {group.id: base.sessions_due(group) for group in changes.problem.groups}

    def has_another_group(self, person: Participant, group: Group) -> bool:
        """Return whether somebody's own group keeps them out, whatever other groups they could have."""
        rows = self.changes.regrouped.get(person.id, (person,))
        return all(super(WideTerms, self).has_another_group(row, group) for row in rows)

    def is_elsewhere(self, person: Participant, session: HeldModality) -> bool:
        """Return whether a participant takes no seat: also who comes by video and could come in person."""
        own = self.changes.problem.participant.get(person.id, person)
        return super().is_elsewhere(person, session) or super().is_elsewhere(own, session)

    def may_join(self, participant: Participant, group: Group) -> bool:
        """Return whether a group may have somebody by its ``joins``, with one of the groups they could have."""
        rows = self.changes.regrouped.get(participant.id, (participant,))
        return any(super(WideTerms, self).may_join(row, group) for row in rows)
