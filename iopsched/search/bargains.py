"""Bargains: weeks that priced changes of the facts make possible, with as little unmet need and at as low a price as can be.

A part of the week is opened in the model of all changes, everything else stays as it is; no change made is where it begins.
"""

from __future__ import annotations

import contextlib
import logging
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ortools.sat.python import cp_model

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.changes import Changes, PricedChange, WideTerms
from iopsched.model.decisions import named_week, read_decisions, values_of
from iopsched.model.lifting import Lifting
from iopsched.model.posting import Literal
from iopsched.model.priced import Wish, ask, harmed, price_changes
from iopsched.params import Effort
from iopsched.search.clock import Clock
from iopsched.search.run import Settings, completed, run, threads
from iopsched.search.workshop import Opening, Workshop
from iopsched.stopping import Late, TimeOver, looking_at
from iopsched.verifier import unmet_minutes, violations
from iopsched.verifier.meetings import lacking_minutes
from iopsched.verifier.week import Week

log = logging.getLogger(__name__)

MOST_REFUSED = 4
"""So many sets of changes are tried before a search is given up."""
POINT = 100
"""What a point of the price weighs: more than everybody who has less than before can weigh together in a part."""
MINUTE = 1000 * POINT
"""What a minute of unmet need weighs: more than any price."""
SHARE_OF_MEETING = 0.4
"""Of the effort, for a first week that meets every need, at whatever price: it is soon found where there is one."""


@dataclass(frozen=True, slots=True)
class Bargain:
    """A legal week of the problem that some changes make, its unmet need in minutes, and their price in points."""

    week: Schedule
    taken: frozenset[int]
    unmet: int
    price: int

    @property
    def rank(self) -> tuple[int, int, list[int]]:
        """Return what is compared: less unmet need first, then the lower price, then the changes offered first."""
        return self.unmet, self.price, sorted(self.taken)


@dataclass(frozen=True, slots=True)
class Struck:
    """The best bargain that was found, None if none was; ``is_proven``: whether the opened part has no better one."""

    best: Bargain | None
    is_proven: bool


class Bargains:
    """Looks for bargains of one problem. Each that it returns was judged by the verifier."""

    def __init__(self, problem: Problem, changes: Sequence[PricedChange], clock: Clock) -> None:
        self.changes = Changes(problem, changes)
        self.clock = clock

    @cached_property
    def workshop(self) -> Workshop:
        """Return what opens parts of a week in the problem with every change."""
        return Workshop(WideTerms(self.changes), self.clock.params.tuning)

    @cached_property
    def lifting(self) -> Lifting:
        """Return what each decision needs."""
        return Lifting(self.changes)

    def judged(self, week: Schedule, taken: Iterable[int]) -> Bargain | None:
        """Return what a week is worth in the problem that some changes make; None where it breaks a rule there."""
        numbers = frozenset(taken)
        try:
            problem = self.changes.after(numbers)
        except ValueError:  # changes that exclude each other
            return None
        begun = frozenset(problem.fixed)
        named = named_week(problem, [row for row in week.sessions if row not in begun], week.census)
        if violations(problem, named):
            return None
        return Bargain(named, numbers, unmet_of(problem, named), self.changes.price(numbers))

    def stall(self, start: Bargain, opening: Opening, before: Mapping[str, int] | None = None) -> Stall:
        """Return where bargains are struck near one of them, with a part of its week opened.

        ``before`` is what people lacked without any change, by participant; None = as at the start.
        """
        lacked = unmet_minutes(self.changes.problem, start.week) if before is None else before
        return Stall(self, start, opening, lacked)

    # --- which part of a week is opened -------------------------------------
    def opening(self, people: Iterable[str]) -> Opening:
        """Return the part in which everything of some people is chosen anew: their visits and all groups that they could join."""
        wanted = frozenset(people)
        several = self.workshop.for_several
        groups = {
            row.group_id for row in several if row.group is not None and not wanted.isdisjoint(row.participant_ids)
        }
        visits = {visit: None for visit in self.workshop.visit_kinds if visit[0] in wanted}
        is_all = len(wanted) >= len(self.workshop.terms.participants)
        return Opening(
            frozenset(filter(None, groups)), visits, keeps_freely_formed=not (is_all or self._are_free(wanted))
        )

    def _are_free(self, people: frozenset[str]) -> bool:
        """Return whether some people could be in sessions for several that no group names."""
        return any(
            row.group is None and not people.isdisjoint(row.participant_ids) for row in self.workshop.for_several
        )

    def beside(self, week: Schedule, people: Iterable[str]) -> frozenset[str]:
        """Return some people, and everybody in sessions of a group that they could join."""
        wanted = frozenset(people)
        groups = self.opening(wanted).group_ids
        others = (key for row in week.sessions if row.group_id in groups for key in row.participant_ids)
        return wanted.union(others)


class Stall:
    """A part of a week in which bargains are struck: the model is built once and asked again and again."""

    def __init__(self, bargains: Bargains, start: Bargain, opening: Opening, before: Mapping[str, int]) -> None:
        self.bargains = bargains
        self.start = start
        clock = bargains.clock
        with looking_at(clock.stop, clock.end_s):
            self.model = bargains.workshop.open_part(start.week, opening, is_about_all=False)
            self.priced = price_changes(self.model, bargains.lifting)
            self._harmed = harmed(self.model, before)
        self._hint: Mapping[int, int] | None = None
        self._is_being_read = False
        self._asked: dict[int, int] = {}  # a hint of all variables names those of earlier questions, too

    def strike(self, asked: Wish, effort: Effort) -> Struck:
        """Return the best bargain that keeps to what is asked; a set of changes that the verifier refuses is asked no more.

        First any that meets every need, then the cheapest from there: so there is something to tell when time ends.
        """
        end_s = time.monotonic() + effort.seconds
        start = self._known()
        if self._is_being_read:
            return Struck(None, is_proven=False)
        first: Mapping[int, int] | None = None
        best: Bargain | None = None
        if asked.most is None and not self._begins_with(asked):
            share = Effort(SHARE_OF_MEETING * effort.seconds, SHARE_OF_MEETING * effort.deterministic)
            first, is_refused = self._meeting(asked, share)
            if is_refused and asked.limits:
                return Struck(None, is_proven=True)
            best = None if first is None else self._judged([first[index] for index in range(len(first))])
        for _ in range(MOST_REFUSED):
            if self._is_being_read:
                break
            rest = Effort(max(0.0, end_s - time.monotonic()), effort.deterministic)
            values, is_proven = self._search(asked, rest, first or start)
            if values is None:
                return Struck(best, is_proven and best is None)
            found = self._judged(values)
            if found is not None or self.bargains.clock.is_over:
                return Struck(best if found is None else found, is_proven and found is not None)
            taken = self.priced.taken(values)
            log.info("a week with %d changes breaks a rule", len(taken))
            asked = replace(asked, known=(*asked.known, taken))
        return Struck(best, is_proven=False)

    def _begins_with(self, asked: Wish) -> bool:
        """Return whether the start is what is asked for and meets every need."""
        taken = self.start.taken
        is_free = asked.without.isdisjoint(taken) and not any(numbers <= taken for numbers in asked.known)
        return is_free and not self.start.unmet

    def _ask(self, asked: Wish) -> Literal:
        is_asked = ask(self.model, self.priced, asked)
        self._asked[is_asked.index] = 1
        return is_asked

    def _withdraw(self, is_asked: Literal) -> None:
        self.model.cp.fix(is_asked, 0)
        self._asked[is_asked.index] = 0

    def _judged(self, values: Sequence[int]) -> Bargain | None:
        """Return what a solution is worth, None where the verifier refuses it."""
        return self.bargains.judged(read_decisions(self.model.x, values), self.priced.taken(values))

    def _meeting(self, asked: Wish, effort: Effort) -> tuple[Mapping[int, int] | None, bool]:
        """Return the values of a week that meets every need, with the fewest points that it can have; whether none does.

        Without a goal the solver only has to agree with itself, as in :mod:`iopsched.search.start.promise`.
        """
        cp, clock = self.model.cp, self.bargains.clock
        is_asked = self._ask(replace(asked, is_met=not asked.limits))
        cp.minimize(0)
        seconds = math.inf if clock.params.workers == 1 else effort.seconds
        is_alone = threads(clock.params) == 1
        settings = Settings(seconds, effort.deterministic, interleaves=clock.is_repeatable, has_relaxation=not is_alone)
        with self._asking():
            found = run(cp, clock, settings, name="a bargain", hint={**self._known(), **self._asked})
            met = None if found.values is None else self._cheapened(found.values)
            self._withdraw(is_asked)
            return met, found.status == cp_model.INFEASIBLE
        return None, False

    def _cheapened(self, values: Sequence[int]) -> Mapping[int, int]:
        """Return the values of the same week with the fewest points that it can have."""
        cp, x, tuning = self.model.cp, self.model.x, self.bargains.workshop.tuning
        known = values_of(x, read_decisions(x, values))
        if known is not None:
            cp.minimize(POINT * self.priced.price + self._harmed)
            cheap = completed(cp, self.bargains.clock, {**known, **self._asked}, tuning.completion_effort)
            if len(cheap) == len(values):
                return cheap
        return dict(enumerate(values))

    def _search(self, asked: Wish, effort: Effort, hint: Mapping[int, int]) -> tuple[Sequence[int] | None, bool]:
        """Return the values of the best solution, None where none was found, and whether there is no better one."""
        cp, clock = self.model.cp, self.bargains.clock
        is_asked = self._ask(asked)
        price = POINT * self.priced.price + self._harmed
        cp.minimize(price if asked.limits else MINUTE * self.model.unmet.total + price)
        seconds = math.inf if clock.params.workers == 1 else effort.seconds
        settings = Settings(seconds, effort.deterministic, interleaves=clock.is_repeatable)
        with self._asking():
            found = run(cp, clock, settings, name="a bargain", hint={**hint, **self._asked})
            self._withdraw(is_asked)
            return found.values, found.is_proven
        return None, False

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        """Remember where a solver was left behind: it still reads the model, which must stay as it is then."""
        try:
            yield
        except TimeOver:
            self._is_being_read = True
        except Late:
            self._is_being_read = True
            raise

    def _known(self) -> Mapping[int, int]:
        """Return a hint of every variable: the week and the changes of the start."""
        if self._hint is None:
            x, made = self.model.x, self.priced.made
            known = values_of(x, self.start.week)
            self._hint = {}
            if known is not None:
                taken = {literal.index: int(number in self.start.taken) for number, literal in made.items()}
                tuning = self.bargains.workshop.tuning
                hint: Mapping[int, int] = {**known, **taken}
                with self._asking():
                    hint = completed(self.model.cp, self.bargains.clock, hint, tuning.completion_effort)
                self._hint = hint
        return self._hint


def unmet_of(problem: Problem, week: Schedule) -> int:
    """Return the unmet need of a week in minutes: of people, and of groups that always meet."""
    return sum(unmet_minutes(problem, week).values()) + lacking_minutes(Week(problem, week))
