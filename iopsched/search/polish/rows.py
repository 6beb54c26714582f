"""The constraints and goals of a model as rows: sums of variables that must not exceed a limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from json import JSONDecoder
from typing import NamedTuple

from ortools.sat.python import cp_model, cp_model_helper

from iopsched.model.posting import Expression

LOOK_EVERY = 1024
FAR = 2**60
_DECODER = JSONDecoder()

Terms = dict[int, int]
"""Coefficients by variable index."""


class LinearRow(NamedTuple):
    """The constraint ``sum of coefficient x variable <= most``."""

    terms: Terms
    most: int


@dataclass(frozen=True, slots=True)
class Sum:
    """A linear expression: ``constant`` + sum of coefficient x variable."""

    terms: Terms
    constant: int


class Reader:
    """Reads a model as rows. A kind of constraint that it does not know is left out, so that rows only ever allow more.

    ``left_out`` are constraints by index. ``look`` is called now and then; what it raises ends the reading.
    """

    def __init__(self, cp: cp_model.CpModel, left_out: Iterable[int], look: Callable[[], None]) -> None:
        self.domains: list[tuple[int, int]] = []
        for variable in cp.proto.variables:
            domain = _numbers(variable.domain)
            self.domains.append((domain[0], domain[-1]))
        skipped = set(left_out)
        self.rows: list[LinearRow] = []
        for index, constraint in enumerate(cp.proto.constraints):
            if index % LOOK_EVERY == 0:
                look()
            if index not in skipped:
                self.rows.extend(self._rows(constraint))

    def _rows(self, constraint: cp_model_helper.ConstraintProto) -> Iterator[LinearRow]:
        literals = constraint.enforcement_literal
        unless = [-literal - 1 for literal in _numbers(literals)] if len(literals) else []
        if constraint.has_linear():
            yield from self._linear(constraint.linear, unless)
        elif constraint.has_bool_or():
            yield _at_least_one([*unless, *_numbers(constraint.bool_or.literals)])
        elif constraint.has_bool_and():
            for literal in _numbers(constraint.bool_and.literals):
                yield _at_least_one([*unless, literal])
        elif constraint.has_at_most_one() and not unless:
            yield _at_most_one(_numbers(constraint.at_most_one.literals))
        elif constraint.has_exactly_one() and not unless:
            exactly_one = _numbers(constraint.exactly_one.literals)
            yield _at_most_one(exactly_one)
            yield _at_least_one(exactly_one)
        elif constraint.has_lin_max() and not unless:
            yield from self._maximum(constraint.lin_max)

    def _linear(self, linear: cp_model_helper.LinearConstraintProto, unless: list[int]) -> Iterator[LinearRow]:
        variables, coefficients, domain = _DECODER.raw_decode(f"[{linear.vars},{linear.coeffs},{linear.domain}]")[0]
        terms: Terms = dict(zip(variables, coefficients, strict=True))
        if len(terms) < len(variables):
            terms = defaultdict(int)
            for variable, coefficient in zip(variables, coefficients, strict=True):
                terms[variable] += coefficient
        if domain[-1] < FAR:
            yield from self._unless(terms, domain[-1], unless)
        if domain[0] > -FAR:
            yield from self._unless({v: -c for v, c in terms.items()}, -domain[0], unless)

    def _unless(self, terms: Terms, most: int, unless: list[int]) -> Iterator[LinearRow]:
        """Yield the row that holds unless one of the literals does; none where it always holds."""
        domains = self.domains
        largest = sum([c * domains[v][c > 0] for v, c in terms.items()])
        if largest <= most:
            return
        if unless:
            terms, slack = dict(terms), most - largest
            for literal in unless:
                most -= _add_literal(terms, literal, slack)
        yield LinearRow({v: c for v, c in terms.items() if c} if 0 in terms.values() else terms, most)

    def _maximum(self, maximum: cp_model_helper.LinearArgumentProto) -> Iterator[LinearRow]:
        """Yield that the target is no less than each; of more than that only what sums say."""
        for expression in maximum.exprs:
            terms: Terms = defaultdict(int)
            constant = _add_expression(terms, expression, 1)
            constant += _add_expression(terms, maximum.target, -1)
            yield LinearRow({v: c for v, c in terms.items() if c}, -constant)

    def goal(self, cp: cp_model.CpModel, expression: Expression) -> Sum:
        """Return an expression of the model as a sum."""
        if isinstance(expression, int):
            return Sum({}, expression)
        cp.minimize(expression)
        objective = cp.proto.objective
        terms: Terms = defaultdict(int)
        constant = round(objective.offset)
        for variable, coefficient in zip(objective.vars, objective.coeffs, strict=True):
            constant += _add_literal(terms, variable, coefficient)
        return Sum({v: c for v, c in terms.items() if c}, constant)


def _numbers(values: object) -> list[int]:
    """Return the numbers of a field of a message: written as text and read at once, which takes half of asking one by one."""
    found: list[int] = _DECODER.raw_decode(str(values))[0]
    return found


def _add_literal(terms: Terms, literal: int, coefficient: int) -> int:
    """Add a literal, perhaps a negated one, to a sum; return what is to be added to its constant."""
    if literal >= 0:
        terms[literal] = terms.get(literal, 0) + coefficient
        return 0
    terms[-literal - 1] = terms.get(-literal - 1, 0) - coefficient
    return coefficient


def _add_expression(terms: Terms, expression: cp_model_helper.LinearExpressionProto, factor: int) -> int:
    for variable, coefficient in zip(expression.vars, expression.coeffs, strict=True):
        terms[variable] = terms.get(variable, 0) + factor * coefficient
    return factor * expression.offset


def _at_least_one(literals: Iterable[int]) -> LinearRow:
    terms: Terms = {}
    most = -1
    for literal in literals:
        if literal >= 0:
            terms[literal] = terms.get(literal, 0) - 1
        else:
            terms[-literal - 1] = terms.get(-literal - 1, 0) + 1
            most += 1
    return LinearRow(terms, most)


def _at_most_one(literals: Iterable[int]) -> LinearRow:
    terms: Terms = {}
    most = 1
    for literal in literals:
        most -= _add_literal(terms, literal, 1)
    return LinearRow(terms, most)
