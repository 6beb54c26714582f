"""Switches: a model with guards in which whole restrictions give way, at most so many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from ortools.sat.python import cp_model

from iopsched.domain.services import Group
from iopsched.model.build import Model, build_model
from iopsched.model.candidate import Candidate
from iopsched.model.posting import Literal
from iopsched.model.restriction import YIELDING, Restriction, restriction_of
from iopsched.model.terms import Terms

ANY_MINUTES = 2**40


class Switches:
    """The model of sessions that are held as they are beside others that may be, and a literal for each restriction.

    ``joined`` are held, too, but which of the ``joiners`` come is open. ``about`` are the participants whose rules and unmet need
    are in it. The literal of a restriction that gives way holds.
    """

    def __init__(
        self,
        terms: Terms,
        held: list[Candidate],
        free: Iterable[Candidate],
        about: Collection[str] | None,
        joined: Iterable[Candidate] = (),
        joiners: Collection[str] = (),
    ) -> None:
        shared = list(joined)
        self.model: Model = build_model(
            terms.problem, guarded=YIELDING, terms=terms, candidates=[*held, *shared, *free], about=about, told_apart=0
        )
        self.model.hold(held)
        self.model.hold(shared, but=joiners)
        cp = self.model.cp
        self.literals: dict[Restriction, Literal] = {}
        for owner, guard in self.model.post.guards.items():
            restriction = restriction_of(owner)
            if restriction is None:
                cp.fix(guard, 1)
                continue
            if restriction not in self.literals:
                self.literals[restriction] = cp.new_bool_var("")
            cp.add_bool_or([guard, self.literals[restriction]])
        self._number = cp.new_int_var(0, max(1, len(self.literals)), "")
        cp.add(cp_model.LinearExpr.sum(list(self.literals.values())) <= self._number)
        self._total = cp.new_int_var(0, ANY_MINUTES, "")
        cp.add(self.model.unmet.total <= self._total)
        self._own: dict[str, Literal] = {}
        self._keep_to_one_group()

    def _keep_to_one_group(self) -> None:
        """Keep everybody to one closed group of a service: who may leave a group for another leaves it."""
        x = self.model.x
        for person in x.participants:
            for groups in x.problem.groups_of.values():
                found = [literal for group in groups if (literal := self._comes_to(person.id, group)) is not None]
                if len(found) > 1:
                    self.model.cp.add_at_most_one(found)

    def _comes_to(self, participant_id: str, group: Group) -> Literal | None:
        """Return a literal that holds at least where somebody comes to a closed group, None where they cannot."""
        x = self.model.x
        rows = [c for c in x.of_group(group.id) if participant_id in c.participant_ids]
        if group.membership != "closed" or not rows:
            return None
        comes = self.model.cp.new_bool_var("")
        for row in rows:
            self.model.cp.add_implication(x.attends[row, participant_id], comes)
        return comes

    def limit_total(self, minutes: int) -> None:
        """Allow so much unmet need in all of those whom it is about, and of the groups that always meet."""
        self._allow(self._total, 0, minutes)

    def limit_own(self, participant_id: str, minutes: int) -> None:
        """Allow a participant so much unmet need."""
        if participant_id not in self._own:
            self._own[participant_id] = self.model.cp.new_int_var(0, ANY_MINUTES, "")
            self.model.cp.add(self.model.unmet.of[participant_id].minutes <= self._own[participant_id])
        self._allow(self._own[participant_id], 0, minutes)

    def set(self, most: int, states: Mapping[Restriction, bool]) -> None:
        """Let at most so many restrictions give way; in ``states`` True gives way, False does not."""
        self._allow(self._number, 0, most)
        for restriction, literal in self.literals.items():
            state = states.get(restriction)
            self._allow(literal, int(state is True), int(state is not False))

    def lifted(self, values: Sequence[int]) -> frozenset[Restriction]:
        """Return the restrictions that give way in a solution."""
        return frozenset(key for key, literal in self.literals.items() if values[literal.index])

    def _allow(self, variable: Literal, low: int, high: int) -> None:
        domain = self.model.cp.proto.variables[variable.index].domain
        domain.clear()
        domain.extend([low, high])
