"""Posting: every constraint names its rule and the people and things that it concerns.

Each owner of a guarded rule gets one literal that switches its constraints
on, so that the model that explains is the model that solves. Enforcement literals on every kind of constraint used here need
ortools 9.15 (earlier releases call such models invalid).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any, Self

from ortools.sat.python import cp_model

from iopsched.model.owner import Owner
from iopsched.rulebook import RuleId
from iopsched.stopping import look
from iopsched.words.sentence import Reference

Literal = cp_model.IntVar
Expression = cp_model.LinearExpr | cp_model.IntVar | int


def sum_of(terms: Iterable[tuple[int, Literal]]) -> Expression:
    """Return the sum of amount x literal, made at once: adding term by term takes twice as long."""
    rows = list(terms)
    if not rows:
        return 0
    amounts, literals = zip(*rows, strict=True)
    return cp_model.LinearExpr.weighted_sum(literals, amounts)


def add_up(expressions: Iterable[Expression]) -> Expression:
    """Return the sum of expressions, made at once."""
    rows = list(expressions)
    return cp_model.LinearExpr.sum(rows) if rows else 0


class Posting:
    """Adds constraints to a model and files them under their owner.

    ``lifts`` has a literal for each subject whose constraints need not hold where the literal does, ``lifted_by`` one for all. ``past`` are literals that hold because it has begun: a constraint that these break by themselves is posted as far as
    it binds what is still to come (nothing may be added to what is too much), or not at all.
    """

    def __init__(
        self,
        cp: cp_model.CpModel,
        guarded: frozenset[RuleId] = frozenset(),
        past: Iterable[Literal] = (),
        lifted: Iterable[Reference] = (),
    ) -> None:
        self.cp = cp
        self.guarded = guarded
        self.guards: dict[Owner, cp_model.IntVar] = {}
        self.lifts = {subject: cp.new_bool_var("") for subject in lifted}
        self.past = Past(cp, past)
        self.lifted_by: cp_model.IntVar | None = None

    def unless(self, literal: cp_model.IntVar) -> Self:
        """Return a posting to the same model whose constraints need not hold where a literal does."""
        found = copy.copy(self)
        found.lifted_by = literal
        return found

    def require(self, rule: RuleId, subject: Reference, *constraints: cp_model.Constraint) -> None:
        """File constraints that were just added under (rule, subject), unless somebody asks to stop."""
        self._lift(subject, constraints)
        for constraint in constraints:
            self.past.meet(constraint)
        self._file(rule, subject, constraints)

    def insist(self, rule: RuleId, subject: Reference, *constraints: cp_model.Constraint) -> None:
        """File constraints as :meth:`require` does, also where what has begun leaves no way to keep them."""
        self._lift(subject, constraints)
        self._file(rule, subject, constraints)

    def _lift(self, subject: Reference, constraints: Iterable[cp_model.Constraint]) -> None:
        """Let constraints hold only where nothing lifts them."""
        for literal in (self.lifted_by, self.lifts.get(subject)):
            if literal is not None:
                for constraint in constraints:
                    constraint.only_enforce_if(literal.negated())

    def _file(self, rule: RuleId, subject: Reference, constraints: Iterable[cp_model.Constraint]) -> None:
        look()
        if rule in self.guarded:
            self.guard(Owner(rule, subject), *constraints)

    def guard(self, owner: Owner, *constraints: cp_model.Constraint) -> None:
        """Let constraints hold only where the literal of their owner does."""
        if owner not in self.guards:
            self.guards[owner] = self.cp.new_bool_var("")
        for constraint in constraints:
            constraint.only_enforce_if(self.guards[owner])

    def at_most_one(self, rule: RuleId, subject: Reference, literals: Iterable[Literal]) -> None:
        """Allow at most one of the literals to hold."""
        chosen = list(literals)
        if self.past.is_there and self.past.count(chosen) > 1:
            self.require(rule, subject, *(self.cp.add(literal == 0) for literal in self.past.without(chosen)))
        elif len(chosen) > 1:
            self.require(rule, subject, self.cp.add_at_most_one(chosen))

    def limit(self, rule: RuleId, subject: Reference, terms: Iterable[tuple[int, Literal]], most: int) -> None:
        """Keep a sum of amount x literal at or below a number, if it could be above: no amount is negative."""
        rows = list(terms)
        if sum(amount for amount, _ in rows) > most:
            self.at_most(rule, subject, sum_of(rows), most)

    def at_most(self, rule: RuleId, subject: Reference, total: Expression, limit: Expression) -> None:
        """Keep a total at or below a limit."""
        excess = self.past.excess(total - limit) if self.past.is_there else 0
        comparison = total <= limit + excess
        if comparison is not True:
            self.require(rule, subject, self.cp.add(comparison))


class Past:
    """What is known of literals because it has begun: those that hold then, and what follows from single constraints."""

    def __init__(self, cp: cp_model.CpModel, literals: Iterable[Literal]) -> None:
        self.cp = cp
        self._known: dict[int, bool] = {}
        self._never: cp_model.IntVar | None = None
        for literal in literals:
            if literal.index not in self._known:
                self._known[literal.index] = True
                cp.add(literal == 1)

    @property
    def is_there(self) -> bool:
        """Return whether anything has begun."""
        return bool(self._known)

    def hold(self, literal: Literal) -> None:
        """Note that a literal holds in any case."""
        if self._known:
            self._note([literal.index])

    def count(self, literals: Sequence[Literal]) -> int:
        """Return how many of these hold."""
        return sum(self._holds(literal.index) is True for literal in literals) if self._known else 0

    def without(self, literals: Sequence[Literal]) -> list[Literal]:
        """Return those of which nothing is known."""
        return [literal for literal in literals if self._holds(literal.index) is None]

    def excess(self, total: Expression) -> int:
        """Return by how much a total is above 0 in any case."""
        if not self._known or isinstance(total, int):
            return 0
        flat = cp_model.FlatIntExpr(total)
        least = flat.offset
        for variable, factor in zip(flat.vars, flat.coeffs, strict=True):
            domain = self.cp.proto.variables[variable.index].domain
            known = self._known.get(variable.index)
            values = (domain[0], _last(domain)) if known is None else (int(known), int(known))
            least += min(factor * value for value in values)
        return max(0, least)

    def meet(self, constraint: cp_model.Constraint) -> None:
        """Note what follows from a constraint, and switch it off where it contradicts what is known."""
        if not self._known:
            return
        proto = constraint.proto
        kind = _kind(proto)
        if any(self._holds(literal) is not True for literal in proto.enforcement_literal) and kind != "bool_or":
            return
        broken = False
        match kind:
            case "bool_and":
                broken = any(self._holds(literal) is False for literal in proto.bool_and.literals)
                self._note([] if broken else proto.bool_and.literals)
            case "bool_or":
                clause = [*proto.bool_or.literals, *(-literal - 1 for literal in proto.enforcement_literal)]
                if not any(self._holds(literal) for literal in clause):
                    left = [literal for literal in clause if self._holds(literal) is None]
                    broken = not left
                    self._note(left if len(left) == 1 else [])
            case "at_most_one":
                literals = list(proto.at_most_one.literals)
                holding = [literal for literal in literals if self._holds(literal)]
                broken = len(holding) > 1
                self._note(
                    [-literal - 1 for literal in literals if literal not in holding] if len(holding) == 1 else []
                )
            case "linear":
                rows = proto.linear
                if len(rows.vars) == 1 and (known := self._known.get(rows.vars[0])) is not None:
                    value = rows.coeffs[0] * known
                    broken = not rows.domain[0] <= value <= _last(rows.domain)
            case _:
                pass
        if broken:
            if self._never is None:
                self._never = self.cp.new_constant(0)
            constraint.only_enforce_if(self._never)

    def _holds(self, literal: int) -> bool | None:
        """Return whether a literal (negative: a negated one) holds, None where that is not known."""
        known = self._known.get(literal if literal >= 0 else -literal - 1)
        return known if known is None or literal >= 0 else not known

    def _note(self, literals: Iterable[int]) -> None:
        for literal in literals:
            self._known.setdefault(literal if literal >= 0 else -literal - 1, literal >= 0)


def _last(domain: Sequence[int]) -> int:
    """Return the largest value of a domain of a message: these sequences have no negative index, and read past their begin."""
    return domain[len(domain) - 1]


def _kind(proto: Any) -> str:
    """Return which constraint a message holds."""
    return next(
        (name for name in ("bool_and", "bool_or", "at_most_one", "linear") if getattr(proto, f"has_{name}")()), ""
    )
