"""Finds causes: for whoever lacks something the cells each of which would let the least unmet need fall."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from iopsched.answers.base import Base, Budget
from iopsched.answers.causes.alonecells import AloneCells
from iopsched.answers.causes.causewords import cause_of, half_told, place
from iopsched.answers.causes.helping import Helping
from iopsched.answers.causes.nearcells import near_people
from iopsched.answers.causes.pairs import Pairs
from iopsched.answers.causes.witness import Witness
from iopsched.answers.explanation import AnswerKind, CauseAnswer
from iopsched.domain.whereabouts import Rows
from iopsched.model.reach import Reach
from iopsched.model.restriction import Restriction
from iopsched.model.terms import Terms
from iopsched.rulebook import RuleId
from iopsched.search.alone import least_alone
from iopsched.search.around import Ring, part_around
from iopsched.search.clock import Clock
from iopsched.search.guardedpart import GuardedPart
from iopsched.search.workshop import Workshop
from iopsched.stopping import Late
from iopsched.words.sentence import ParticipantRef, Sentence

OnCause = Callable[[CauseAnswer], None]
EFFORT = {Ring.OWN: 0.4, Ring.LEADS: 0.4, Ring.GROUPS: 0.6, Ring.ALL: 1.0}
"""What one question may take, in CP-SAT's own time: most are answered in a tenth of it."""
FEW_S = 4.0
"""How long the cells behind what one person lacks are looked for at most."""
SHARE_OF_SINGLES = 0.75
SHARE_WITHOUT_PROOF = 0.9
"""The time for single cells: pairs have the rest where somebody needs them, else those who were not looked at. Where the base is not proven, no pair is."""
SHARE_OF_NEAR = 0.5
"""Of that time what cells near people have where it is not proven that no week has less unmet need."""


@dataclass(frozen=True, slots=True)
class CausesFound:
    """The causes that are certain, in their order, and what time did not allow."""

    causes: tuple[CauseAnswer, ...]
    unfinished: tuple[Sentence, ...] = ()


def find_causes(base: Base, budget: Budget, rows: Rows | None = None, on_cause: OnCause | None = None) -> CausesFound:
    """Return why people lack what they lack in the week with the least unmet need.

    ``base.unmet`` are those who are asked about; the unmet need that has to fall is that of the whole clinic. ``on_cause``
    hears of the first cause as soon as it is certain and of the others of its kind together, in their order: who could not
    have it alone, what is short, what contradicts itself; by participant. Who else shares a cause, and further facts of
    it, may be known only at the end.
    """
    del rows
    finder = _Finder(base, budget, on_cause)
    looks = (
        *(finder.look_alone, finder.look_near, finder.look_among_all, finder.look_for_pairs),
        *(finder.look_at_the_rest, finder.look_for_pairs, finder.look_again),
    )
    with contextlib.suppress(Late):  # time is over, or somebody asked to stop
        for look in looks:
            look()
    return finder.found()


class _Finder:
    def __init__(self, base: Base, budget: Budget, on_cause: OnCause | None) -> None:
        self.base = Base.of(base.problem, base.schedule, base.bound)
        self.asked = tuple(base.unmet)
        self.budget = budget
        self.on_cause = on_cause
        self.problem = base.problem
        self.terms = Terms(base.problem)
        self.workshop = Workshop(self.terms)
        self.reach = Reach(self.terms)
        self.alone: dict[str, int] = {}
        self.helping: list[Helping] = []
        self.told: list[CauseAnswer | None] = []
        self.deferred: list[tuple[str, Helping]] = []
        self.unexplained: list[tuple[str, AnswerKind]] = []
        self.unfinished: list[str] = []
        self.pairs: list[CauseAnswer] = []
        self.rest: list[tuple[str, AnswerKind]] = []
        self.near: set[str] = set()
        self.looked = 0
        self.singles = budget.part(SHARE_OF_SINGLES if self.base.is_proven else SHARE_WITHOUT_PROOF)

    @property
    def is_proven(self) -> bool:
        """Return whether no week has less unmet need: what somebody lacks alone they lack in every week."""
        return max(self.base.bound, sum(self.alone.values())) >= self.base.minutes

    # --- who is looked at -------------------------------------------------
    def look_alone(self) -> None:
        """Look at those who would lack something with the clinic to themselves."""
        for key in self.asked:
            if self.budget.is_over:
                return
            self.alone[key] = least_alone(
                self.workshop, self.problem.participant[key], Clock(self.budget.params(), self.budget.stop)
            )
            if self.alone[key]:
                self._look_at(key, "alone")
        self._hear()

    def look_near(self) -> None:
        """Look in the week as it is, where another one may have less unmet need: what helps there is likely behind the lack."""
        if self.is_proven:
            return
        keys = [key for key in self.asked if not self.alone.get(key)]
        for key, found in near_people(self.base, keys, self.alone, self.terms, self.singles.part(SHARE_OF_NEAR)):
            self.near.add(key)
            self._join(key, found)
        self._hear()

    def look_among_all(self) -> None:
        """Look at those who lack what they could have if others needed less."""
        for key in self.asked:
            if self.base.unmet[key] > self.alone.get(key, 0) and key not in self.near:
                self._look_at(key, "shortage")
        self._hear()

    def look_at_the_rest(self) -> None:
        """Look at those for whom there was no time before."""
        self.singles, rest = self.budget, self.rest
        for key, kind in rest:
            self._look_at(key, kind)
        self._hear()

    def look_again(self) -> None:
        """Look at those whose lack somebody else's cause explains: something of their own may be behind it, too."""
        for key, cause in self.deferred:
            if not self.budget.is_over:
                for part in self._around(key, cause.kind, cause.restrictions).split(self.base.schedule, key):
                    cause.take(part, key)

    def look_for_pairs(self) -> None:
        """Look at those whom no single cell helps."""
        unexplained, self.unexplained = self.unexplained, []
        for key, kind in unexplained:
            if self.budget.is_over:
                self.unfinished.append(key)
                continue
            limit = self.alone[key] if kind == "alone" else None
            for pair in Pairs(self.workshop, self.base, key, limit, self.budget.part(most_s=2 * FEW_S)).find():
                for cell in sorted(pair.cells, key=place):
                    if all(cell.fact not in cause.facts for cause in self.pairs):
                        number = len(self.told) + len(self.pairs) + 1
                        self.pairs.append(half_told(f"C{number}", key, pair, cell))

    def _look_at(self, key: str, kind: AnswerKind) -> None:
        known = next((cause for cause in self.helping if cause.kind == kind and cause.explains_all(key)), None)
        if known is not None:
            self.deferred.append((key, known))
        elif self.budget.is_over:
            self.unfinished.append(key)
        elif self.singles.is_over:
            self.rest.append((key, kind))
        else:
            found = self._around(key, kind, ())
            if kind == "alone" and not found.is_about_rows:  # a setting for all is rarely what a clinic would change
                self._try_alone(key, found)
            if not found.cells:
                self.unexplained.append((key, kind))
            for part in sorted(found.split(self.base.schedule, key), key=lambda part: not part.is_about_rows):
                self._join(key, part)
            if len(self.helping) == 1:
                self._hear()

    # --- what helps -------------------------------------------------------
    def _around(self, key: str, kind: AnswerKind, known: Iterable[Restriction]) -> Helping:
        """Return what helps somebody besides these restrictions."""
        person = self.problem.participant[key]
        found = Helping(kind, self.base.unmet, self.alone)
        self.looked += 1
        waiting = max(1, len(self.asked) - self.looked)
        budget = self.singles.part(2 / (waiting + 1), 2 * FEW_S)
        for ring in (Ring.OWN, Ring.GROUPS) if known else Ring:
            if budget.is_over or self._is_enough(key, found, ring):
                continue
            part = part_around(self.workshop, self.base.schedule, person, self.reach, ring)
            if kind == "alone":
                part.switches.limit_own(key, self.alone[key] - 1)
            self._collect(part, found, {*known, *found.restrictions}, ring, budget.part(most_s=FEW_S))
        return found

    def _try_alone(self, key: str, found: Helping) -> None:
        """Add what helps somebody by cells that let them have more alone, each with a week of the whole clinic.

        Where settings are known to help, one row with which nothing is lacking is enough: others wait for their turn.
        """
        is_second = bool(found.cells)
        for cell, week, unmet in AloneCells(self.base, key, self.alone[key], self.singles.part(most_s=FEW_S)).find():
            found.add(cell, week, unmet)
            if is_second and not unmet.get(key, 0):
                return

    def _is_enough(self, key: str, found: Helping, ring: Ring) -> bool:
        """Return whether a larger part would most likely show nothing new: what is lacked is explained without moves."""
        if not found.is_about_rows or (ring == Ring.ALL and found.is_too_small):
            return False
        return ring != Ring.GROUPS or (found.least(key) == 0 and self._are_visits(key, found))

    def _are_visits(self, key: str, found: Helping) -> bool:
        person = self.problem.participant[key]
        gained = {service for week in found.cells.values() for service in week.gained(self.base.schedule, key)}
        return all(self.workshop.factory.visits.are_plain(person, self.problem.service[each]) for each in gained)

    def _collect(
        self, part: GuardedPart, found: Helping, known: Iterable[Restriction], ring: Ring, budget: Budget
    ) -> None:
        about = {row.id for row in part.switches.model.x.participants}
        now = sum(self.base.unmet.get(key, 0) for key in about) + sum(self.base.lacking.values())
        part.switches.limit_total(now - 1)
        states: dict[Restriction, bool] = dict.fromkeys(known, False)
        states |= {key: False for key in part.switches.literals if not _is_written(self.terms, key)}
        while not budget.is_over:
            lifted = part.find(Clock(budget.params(), budget.stop), 1, states, effort=EFFORT[ring])
            if lifted is None or not lifted.restrictions:
                return
            states |= dict.fromkeys(lifted.restrictions, False)
            found.restrictions |= lifted.restrictions
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
        for number in range(len(self.told), len(self.helping)):
            cause = self._cause(number)
            self.told.append(cause)
            if self.on_cause is not None:
                self.on_cause(cause)

    def _cause(self, place: int) -> CauseAnswer:
        return cause_of(self.base, f"C{place + 1}", self.helping[place], is_proven=self.is_proven)

    def found(self) -> CausesFound:
        """Return the causes and what was not looked at."""
        self._hear()
        if self.on_cause is not None:
            for cause in self.pairs:
                self.on_cause(cause)
        causes = (*(self._cause(place) for place in range(len(self.helping))), *self.pairs)
        known = {key for cause in causes for key in cause.participants}
        missing = [key for key in self.asked if key in self.unfinished or (self.budget.is_over and key not in known)]
        return CausesFound(causes, _unexplained(missing))


def _unexplained(keys: Sequence[str]) -> tuple[Sentence, ...]:
    """Return in one sentence who is short for reasons that time did not allow to find."""
    if not keys:
        return ()
    people = Sentence.joined(", ", [ParticipantRef(key) for key in keys])
    return (Sentence("Time ended before it was known why {} {} short.", people, "is" if len(keys) == 1 else "are"),)


def _is_written(terms: Terms, restriction: Restriction) -> bool:
    """Return whether a clinic has written what a restriction says: that nobody has more than they need is told by no cell."""
    if restriction.rule != RuleId.DAY_MAX:
        return True
    person = terms.problem.participant[restriction.id]
    needs = (need.max_per_day for need in terms.problem.needs if need.participant_id == person.id)
    numbers = terms.max_sessions_per_day(person), terms.max_minutes_in_a_row(person), *needs
    return any(numbers)
