"""The variables of the textbook model, who is a member of what, and the shapes of row that rules and goals share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from benchmarks.twins.facts import HYBRID, TELEHEALTH, Facts
from benchmarks.twins.formulation import Formulation, Ints, Terms
from benchmarks.twins.sessions import LEAD, Entries, Sessions
from iopsched.domain.people import Participant, Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import DAY

DAYS = 7


class Layout:
    """One problem as variables."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.facts = Facts(problem)
        self.openings = self.facts.openings
        self.model = Formulation()
        self.sessions = Sessions(self.facts, self.model)
        self.candidates = self.sessions.candidates
        self.attends, self.staff, self.rooms = self.sessions.attends, self.sessions.staff, self.sessions.rooms
        self.people, self.workers, self.groups = problem.participants, problem.therapists, problem.groups
        self.services = problem.services
        self.minutes = np.array([row.minutes for row in self.services], np.int64)
        self.countable = np.array([self.facts.countable(row) for row in self.services], np.int64)
        self.grid = problem.clinic.grid_minutes
        self.present = frozenset(who for who, row in enumerate(self.people) if self.openings.is_present(row))
        self.members = self._members()

    def _members(self) -> dict[tuple[int, int], int]:
        """Return a Boolean of each possible membership, by participant and group; those given are 1."""
        pairs = {
            (int(who), int(self.candidates.group[at]))
            for who, at in zip(self.attends.who, self.attends.at, strict=True)
        }
        given = {
            (who, place)
            for who, person in enumerate(self.people)
            for place, group in enumerate(self.groups)
            if group.id in person.group_ids
        }
        found = {}
        for who, place in sorted(pairs | given):
            if place >= 0:
                found[who, place] = int(self.model.variables(1, int((who, place) in given), 1)[0])
        return found

    def is_given(self, who: int, place: int) -> bool:
        """Return whether a participant's row names a group."""
        return self.groups[place].id in self.people[who].group_ids

    # --- what an entry stands for -------------------------------------------
    def held(self, entries: Entries) -> Ints:
        """Return the variables of the sessions of entries."""
        return self.candidates.variable[entries.at]

    def start(self, entries: Entries) -> Ints:
        """Return the starts of entries."""
        return self.candidates.start[entries.at]

    def kind(self, entries: Entries) -> Ints:
        """Return the places of the services of entries."""
        return self.candidates.kind[entries.at]

    def length(self, entries: Entries) -> Ints:
        """Return the clock minutes of entries."""
        return self.minutes[self.kind(entries)]

    def day(self, entries: Entries) -> Ints:
        """Return the weekdays of entries."""
        return self.start(entries) // DAY

    @cached_property
    def leads(self) -> Entries:
        """Return the entries of leads."""
        return self.staff.where(self.staff.part == LEAD)

    @cached_property
    def attends_of(self) -> list[Entries]:
        """Return the attendance of each participant."""
        return [self.attends.where(self.attends.who == who) for who in range(len(self.people))]

    @cached_property
    def staff_of(self) -> list[Entries]:
        """Return what each therapist could be on the staff of."""
        return [self.staff.where(self.staff.who == who) for who in range(len(self.workers))]

    def of_kinds(self, entries: Entries, kinds: Iterable[str]) -> Entries:
        """Return the entries in services of some kinds."""
        chosen = np.array([row.kind in kinds for row in self.services], bool)
        return entries.where(chosen[self.kind(entries)])

    def by_video(self, entries: Entries, rows: Sequence[Participant | Therapist]) -> NDArray[np.bool_]:
        """Return which entries are by video: telehealth, and in hybrid sessions all who are remote but the lead."""
        mode = self.candidates.mode[entries.at]
        remote = np.array([row.modality == "telehealth" for row in rows], bool)[entries.who]
        if rows is self.workers:
            remote = remote & (entries.part != LEAD)
        return (mode == TELEHEALTH) | ((mode == HYBRID) & remote)

    def pairs(self, one: Entries, other: Entries) -> tuple[Ints, Ints]:
        """Return the places in two tables of entries, all pairs that are of the same session."""
        order = np.argsort(other.at, kind="stable")
        low = np.searchsorted(other.at[order], one.at, "left")
        high = np.searchsorted(other.at[order], one.at, "right")
        first = np.repeat(np.arange(len(one.at)), high - low)
        steps = np.arange(len(first)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
        return first, order[np.repeat(low, high - low) + steps]

    # --- shapes of rows -------------------------------------------------------
    def moments(self, entries: Entries, keys: Ints, beyond: int = 0) -> Terms:
        """Return every entry once for each moment of the grid from its start to its end and so many minutes more."""
        cells = -(-(self.length(entries) + beyond) // self.grid)
        parts = []
        for step in range(int(cells.max(initial=0))):
            on = cells > step
            moment = self.start(entries)[on] // self.grid + step
            parts.append(Terms.of(entries.variable[on], keys[on] * (2 * DAYS * DAY // self.grid) + moment))
        return Terms.joined(parts)

    def on_day(self, entries: Entries) -> Ints:
        """Return keys that tell apart both people and weekdays."""
        return entries.who * DAYS + self.day(entries)

    def any_of(self, terms: Terms, moments: Ints | None = None) -> tuple[Ints, Ints]:
        """Return the keys of terms and for each a Boolean that is at least each of them.

        ``moments``: of those of one key at one moment at most one is there, so that they need one row.
        """
        found, inverse = np.unique(terms.keys, return_inverse=True)
        there = self.model.variables(len(found))
        keys = np.arange(len(terms.keys)) if moments is None else inverse * (DAYS * DAY) + moments
        rows, first = np.unique(keys, return_index=True)
        self.model.require(Terms.of(terms.variables, keys) + Terms.of(there[inverse[first]], rows, -1), upper=0)
        return found, there

    def days_with(self, entries: Entries, *, exact: bool = False) -> tuple[Ints, Ints]:
        """Return days (place x 7 + weekday) with entries, and Booleans that are 1 if there is any; ``exact``: else 0."""
        days = self.on_day(entries)
        found, there = self.any_of(Terms.of(entries.variable, days), self.start(entries))
        if exact:
            held = Terms.of(entries.variable, days, -1)
            self.model.require(Terms.of(there, found) + held, upper=0)
        return found, there

    def beyond_first(self, variables: Ints, names: Ints, moments: Ints) -> Terms:
        """Return the number of different names of what is held, less one, 0 where nothing is."""
        if not len(variables):
            return Terms.joined([])
        _, used = self.any_of(Terms.of(variables, names), moments)
        some = self.model.variables(1)
        self.model.require(Terms.of(some) + Terms.of(variables, 0, -1), upper=0)
        return Terms.of(used) + Terms.of(some, 0, -1)

    def without_pause(self, entries: Entries, keys: Ints, pause: int, longest: int) -> tuple[Terms, int]:
        """Return the pieces of runs of sessions that lie beyond the longest run, and the minutes of a piece.

        A run goes on while the pauses are shorter than one that counts. A piece of time belongs to a run if a session covers
        it or if it lies in a gap that is shorter than a pause; it lies beyond if all pieces before it that make up the longest
        run belong to one, too.
        """
        minutes = self.length(entries)
        if not pause:
            return Terms.of(entries.variable, 0, np.maximum(0, minutes - longest)), 1
        unit = int(np.gcd.reduce([self.grid, longest, *minutes.tolist()]))
        cells = DAYS * DAY // unit
        found, inverse = np.unique(keys, return_inverse=True)
        runs = self.model.variables(len(found) * cells)
        steps = range(int((minutes // unit).max(initial=0)))
        covers = [(minutes // unit > step, self.start(entries) // unit + step) for step in steps]
        busy = Terms.joined([Terms.of(entries.variable[on], (inverse * cells + at)[on]) for on, at in covers])
        rows = np.unique(busy.keys)
        self.model.require(busy + Terms.of(runs[rows], rows, -1), upper=0)
        every = np.arange(len(runs))
        for gap in range(1, -(-pause // unit)):
            before = every[: -gap - 1]
            before = before[before // cells == (before + gap + 1) // cells]
            day = before * unit // DAY == (before + gap + 1) * unit // DAY  # runs are of one day
            before = before[day]
            for between in range(1, gap + 1):
                sides = Terms.of(runs[before], before) + Terms.of(runs[before + gap + 1], before)
                self.model.require(sides + Terms.of(runs[before + between], before, -1), upper=1)
        window = longest // unit
        last = every[(every % (DAY // unit)) >= window]
        beyond = self.model.variables(len(last))
        within = Terms.joined([Terms.of(runs[last - step], last) for step in range(window + 1)])
        self.model.require(within + Terms.of(beyond, last, -1), upper=window)
        return Terms.of(beyond), unit
