"""Finds causes: for whoever lacks something the cells each of which would let the least unmet need fall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from iopsched.answers.base import Base, Budget
from iopsched.answers.causes.causewords import cause_of
from iopsched.answers.causes.helping import Helping
from iopsched.answers.causes.witness import Witness
from iopsched.answers.explanation import AnswerKind, CauseAnswer
from iopsched.domain.whereabouts import Rows
from iopsched.model.reach import Reach
from iopsched.model.restriction import Restriction
from iopsched.model.terms import Terms
from iopsched.search.alone import least_alone
from iopsched.search.around import part_around
from iopsched.search.clock import Clock
from iopsched.search.guardedpart import GuardedPart
from iopsched.search.workshop import Workshop
from iopsched.words.sentence import ParticipantRef, Sentence

OnCause = Callable[[CauseAnswer], None]
FEW_S = 4.0
"""How long the cells behind what one person lacks are looked for at most."""


@dataclass(frozen=True, slots=True)
class CausesFound:
    """The causes that are certain, in their order, and what time did not allow."""

    causes: tuple[CauseAnswer, ...]
    unfinished: tuple[Sentence, ...] = ()


def find_causes(base: Base, budget: Budget, rows: Rows | None = None, on_cause: OnCause | None = None) -> CausesFound:
    """Return why people lack what they lack in the week with the least unmet need.

    ``on_cause`` hears of the first cause as soon as it is certain and of the others of its kind together, in their order:
    who could not have it alone, what is short, what contradicts itself; by participant. Who else shares a cause and
    which further facts it has may be known only at the end.
    """
    del rows
    finder = _Finder(base, budget, on_cause)
    finder.look_alone()
    finder.look_among_all()
    finder.look_again()
    return finder.found()


class _Finder:
    def __init__(self, base: Base, budget: Budget, on_cause: OnCause | None) -> None:
        self.base = base
        self.budget = budget
        self.on_cause = on_cause
        self.problem = base.problem
        self.terms = Terms(base.problem)
        self.workshop = Workshop(self.terms)
        self.reach = Reach(self.terms)
        self.alone: dict[str, int] = {}
        self.helping: list[Helping] = []
        self.numbers: dict[int, int] = {}
        self.deferred: list[tuple[str, AnswerKind]] = []
        self.unfinished: list[str] = []

    @property
    def is_proven(self) -> bool:
        """Return whether no week has less unmet need: what somebody lacks alone they lack in every week."""
        return max(self.base.bound, sum(self.alone.values())) >= self.base.minutes

    # --- who is looked at -------------------------------------------------
    def look_alone(self) -> None:
        """Look at those who would lack something with the clinic to themselves."""
        for key in self.base.unmet:
            if not self.budget.is_over:
                self.alone[key] = least_alone(self.workshop, self.problem.participant[key], self._clock())
        for key, minutes in self.alone.items():
            if minutes:
                self._look_at(key, "alone")
        self._hear()

    def look_among_all(self) -> None:
        """Look at those who lack what they could have if others needed less."""
        for key, minutes in self.base.unmet.items():
            if minutes > self.alone.get(key, 0):
                self._look_at(key, "shortage")
        self._hear()

    def look_again(self) -> None:
        """Look at those whose lack somebody else's cause explains: there may be more behind it."""
        deferred, self.deferred = self.deferred, []
        for key, kind in deferred:
            if not self.budget.is_over:
                self._look_around(key, kind)

    def _look_at(self, key: str, kind: AnswerKind) -> None:
        if any(cause.kind == kind and cause.explains_all(key) for cause in self.helping):
            self.deferred.append((key, kind))
        elif self.budget.is_over:
            self.unfinished.append(key)
        else:
            self._look_around(key, kind)
            if len(self.helping) == 1:
                self._hear()

    # --- what helps -------------------------------------------------------
    def _look_around(self, key: str, kind: AnswerKind) -> None:
        person = self.problem.participant[key]
        found = Helping(kind, self.base.unmet, self.alone)
        for opens_others in (False, True):
            part = part_around(self.workshop, self.base.schedule, person, self.reach, opens_others=opens_others)
            if kind == "alone":
                part.switches.limit_own(key, self.alone[key] - 1)
            self._collect(part, found)
            if found.cells or self.budget.is_over:
                break
        if found.cells:
            self._join(key, found)

    def _collect(self, part: GuardedPart, found: Helping) -> None:
        about = {row.id for row in part.switches.model.x.participants}
        now = sum(self.base.unmet.get(key, 0) for key in about) + sum(self.base.lacking.values())
        part.switches.limit_total(now - 1)
        states: dict[Restriction, bool] = {}
        budget = self.budget.part(most_s=FEW_S)
        while not budget.is_over:
            lifted = part.find(self._clock(), 1, states)
            if lifted is None or not lifted.restrictions:
                return
            states |= dict.fromkeys(lifted.restrictions, False)
            witness = Witness(self.problem, lifted.schedule)
            for week in (witness, *witness.in_rooms()):
                for cell, unmet in week.cells(self.base.minutes):
                    found.add(cell, week, unmet)

    def _join(self, key: str, found: Helping) -> None:
        """Add what was found to the cause that shares a fact about a row with it, else as a cause of its own."""
        for cause in self.helping:
            if cause.kind == found.kind and cause.shares_row_with(found):
                cause.take(found, key)
                return
        for cause in self.helping:
            found.leave_out(cause)
        if found.cells:
            found.people.add(key)
            self.helping.append(found)

    # --- what is told -----------------------------------------------------
    def _hear(self) -> None:
        for place, cause in enumerate(self.helping):
            if place not in self.numbers:
                self.numbers[place] = len(self.numbers) + 1
                if self.on_cause is not None:
                    self.on_cause(self._told(place, cause))

    def _told(self, place: int, cause: Helping) -> CauseAnswer:
        return cause_of(self.base, f"C{self.numbers[place]}", cause, is_proven=self.is_proven)

    def found(self) -> CausesFound:
        """Return the causes and what was not looked at."""
        self._hear()
        causes = tuple(self._told(place, cause) for place, cause in enumerate(self.helping))
        told = "Time ended before it was known what {} lacks something for."
        missing = dict.fromkeys(self.unfinished)
        return CausesFound(causes, tuple(Sentence(told, ParticipantRef(key)) for key in missing))

    def _clock(self) -> Clock:
        return Clock(self.budget.params(), self.budget.stop)
