"""Posting: every constraint names its rule and the people and things that it concerns.

Each owner of a guarded rule gets one literal that switches its constraints
on, so that the model that explains is the model that solves. Enforcement literals on every kind of constraint used here need
ortools 9.15 (earlier releases call such models invalid).
"""

from __future__ import annotations

from collections.abc import Iterable

from ortools.sat.python import cp_model

from iopsched.model.owner import Owner
from iopsched.rulebook import RuleId
from iopsched.stopping import look
from iopsched.words.sentence import Reference

Literal = cp_model.IntVar
Expression = cp_model.LinearExpr | cp_model.IntVar | int


class Posting:
    """Adds constraints to a model and files them under their owner."""

    def __init__(self, cp: cp_model.CpModel, guarded: frozenset[RuleId] = frozenset()) -> None:
        self.cp = cp
        self.guarded = guarded
        self.guards: dict[Owner, cp_model.IntVar] = {}

    def require(self, rule: RuleId, subject: Reference, *constraints: cp_model.Constraint) -> None:
        """File constraints that were just added under (rule, subject), unless somebody asks to stop."""
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
        if len(chosen) > 1:
            self.require(rule, subject, self.cp.add_at_most_one(chosen))

    def at_most(self, rule: RuleId, subject: Reference, total: Expression, limit: Expression) -> None:
        """Keep a total at or below a limit."""
        comparison = total <= limit
        if comparison is not True:
            self.require(rule, subject, self.cp.add(comparison))
