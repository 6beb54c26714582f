"""What lifts an objection: for each question about a decision, which changes must be made before the answer is yes.

Filters are asked by the facts before each change, so that no rule is stated again. Windows are taken apart into stretches,
because pieces of time add up: each stretch that is not there before needs one of the changes that give it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import pairwise

from iopsched.domain.timegrid import TimeRange, Windows
from iopsched.model.changes import CLINIC, Changes
from iopsched.model.filters import Filters
from iopsched.model.owner import Owner
from iopsched.model.questions import Query
from iopsched.model.scope import Scope
from iopsched.model.terms import Terms
from iopsched.model.terms.time import FAMILY_KINDS, TimeTerms, own_time_of
from iopsched.rulebook import RuleId
from iopsched.words.sentence import ParticipantRef, Reference, RoomRef, TherapistRef

Clause = frozenset[int]
"""Changes of which at least one must be made."""
Clauses = tuple[Clause, ...]


class Lifting:
    """Answers for each question which changes it needs; None where none of them help."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self.filters = cache(self._filters)
        self._times = cache(self._of_times)
        self._windows = cache(self._of_windows)
        self._known: dict[tuple[object, ...], Clauses | None] = {}
        self._supervising = [
            number
            for number in range(len(changes.all))
            if any(self._supervises(row) for row in changes.touch[number].rows)
        ]

    def needed(self, question: Query) -> Clauses | None:
        """Return what a decision needs, all of it; None where nothing allows it. Nothing is needed where it is allowed as it is."""
        if question.place not in self._known:
            self._known[question.place] = self._needed(question)
        return self._known[question.place]

    def _supervises(self, row: Reference) -> bool:
        problem = self.changes.problem
        is_asked = problem.clinic.staff.supervisor_on_site and isinstance(row, TherapistRef)
        therapist = problem.therapist.get(row.id) if is_asked else None
        return therapist is not None and therapist.supervisor

    def _filters(self, taken: Clause) -> Filters:
        terms = Terms(self.changes.after(taken))
        return Filters(terms, Scope.whole(terms))

    def _of_times(self, taken: Clause) -> TimeTerms:
        return TimeTerms(self.changes.after(taken))

    def _needed(self, question: Query) -> Clauses | None:
        found: set[Clause] = set()
        ground: set[int] = set()
        for row in question.about:
            if row in self.changes.new:
                makers = self.changes.new[row]
                found.add(frozenset(makers))
                ground.add(makers[0])
        before = frozenset(ground)
        objections = list(question.ask(self.filters(before)))
        windows = [owner for owner in objections if _is_about_windows(owner)]
        for owner in windows:
            parts = self._of_time(question, owner.subject, before)
            if parts is None:
                return None
            found.update(parts)
        if len(windows) < len(objections):
            parts = self._of_rest(question, before, {owner.rule for owner in objections})
            if parts is None:
                return None
            found.update(parts)
        return tuple(sorted(found, key=sorted))

    # --- everything but windows ---------------------------------------------
    def _of_rest(self, question: Query, before: Clause, rules: Collection[RuleId]) -> Iterable[Clause] | None:
        """Return the changes of which each alone lifts all objections but those about windows; else those that do together."""
        touch = self.changes.touch
        own = (number for number in self.changes.of_rows(question.about) if not touch[number].is_of_time)
        supervising = self._supervising if RuleId.SUPERVISOR in rules else ()
        offered = [*own, *self.changes.of_rows([CLINIC]), *supervising]
        offered = [number for number in dict.fromkeys(offered) if number not in before]
        alone = frozenset(number for number in offered if self._is_lifted(question, before | {number}))
        if alone:
            return [alone]
        every = before.union(offered)
        needed = [number for number in offered if not self._is_lifted(question, every - {number})]
        if needed and self._is_lifted(question, before.union(needed)):
            return [frozenset([number]) for number in needed]
        return None

    def _is_lifted(self, question: Query, taken: Clause) -> bool:
        try:
            filters = self.filters(taken)
        except ValueError:  # changes that exclude each other
            return False
        return all(_is_about_windows(owner) for owner in question.ask(filters))

    # --- windows ------------------------------------------------------------
    def _of_windows(self, taken: Clause, row: Reference, service_id: str | None) -> Windows:
        problem = self.changes.after(taken)
        times = self._times(taken)
        match row:
            case ParticipantRef():
                is_family = problem.service[service_id or ""].kind in FAMILY_KINDS
                return times.own_time(problem.participant[row.id], is_family=is_family)
            case TherapistRef():
                return own_time_of(times, problem.therapist[row.id])
            case _:
                return own_time_of(times, problem.room[row.id])

    def _of_time(self, question: Query, row: Reference, before: Clause) -> Iterable[Clause] | None:
        """Return what each stretch of a session needs that lies outside somebody's windows."""
        start, end, service_id = question.of.start, question.of.end, question.of.service.id
        known = service_id if isinstance(row, ParticipantRef) else None
        offered = [number for number in self.changes.of_rows([row]) if number not in before]
        missing = Windows.of([TimeRange(start, end)]).minus(self._windows(before, row, known))
        gains = {number: self._windows(before | {number}, row, known).intersection(missing) for number in offered}
        gains = {number: gained for number, gained in gains.items() if gained}
        found: set[Clause] = set()
        for low, high in _stretches(missing, gains.values()):
            givers = frozenset(number for number, gained in gains.items() if gained.covers(low, high))
            if not givers:
                together = self._together(row, known, before, offered, (low, high))
                if together is None:
                    return None
                found.update(together)
            else:
                found.add(givers)
        return found

    def _together(
        self, row: Reference, service_id: str | None, before: Clause, offered: Sequence[int], span: tuple[int, int]
    ) -> Iterable[Clause] | None:
        """Return changes that give a stretch only together, such as an absence and the windows below it."""

        def has(numbers: Collection[int]) -> bool:
            return self._windows(before.union(numbers), row, service_id).covers(*span)

        needed = [number for number in offered if not has([other for other in offered if other != number])]
        return [frozenset([number]) for number in needed] if needed and has(needed) else None


def _is_about_windows(owner: Owner) -> bool:
    return owner.rule == RuleId.WINDOW and isinstance(owner.subject, ParticipantRef | TherapistRef | RoomRef)


def _stretches(missing: Windows, gains: Iterable[Windows]) -> Iterable[tuple[int, int]]:
    """Yield the pieces of what is missing, cut wherever a gain begins or ends."""
    cuts = sorted({minute for gained in gains for item in gained for minute in (item.start, item.end)})
    for item in missing:
        inside = [item.start, *(minute for minute in cuts if item.start < minute < item.end), item.end]
        yield from pairwise(inside)
