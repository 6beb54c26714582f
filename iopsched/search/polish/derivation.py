"""Rows and goals as a network: which helper variables follow from which decisions, and in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from iopsched.search.polish.rows import LOOK_EVERY, LinearRow, Sum

Node = int
"""How small a helper variable can be, or how small its negative: a place in the order in which they are computed."""

Weights = list[tuple[int, int]]
"""Places (of rows, nodes or goals), each with a weight."""

DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Implication:
    """Why a helper is so large: a row says it, whose other helpers are ``parts``.

    It is at least the row's sum with them and with ``constant``, divided by ``divisor``.
    """

    node: Node
    row: int
    parts: Weights
    divisor: int
    constant: int


class Network:
    """What follows from what.

    ``decisions`` are the deciding variables; ``free`` are helpers of which nothing is deduced. ``look`` is called now
    and then; what it raises ends the reading.
    """

    def __init__(
        self,
        rows: Sequence[LinearRow],
        goals: Sequence[Sum],
        domains: Sequence[tuple[int, int]],
        decisions: Collection[int],
        free: Collection[int],
        look: Callable[[], None],
    ) -> None:
        self._rows = rows
        self._domains = domains
        self._decisions = frozenset(decisions)
        self._free = frozenset(free)
        self._look = look
        self._helpers: dict[int, Weights] = {}  # of mixed rows, with coefficients
        self._limiting: dict[tuple[int, bool], list[int]] = defaultdict(list)
        self._numbers: dict[tuple[int, int], Node] = {}
        self.plain: dict[int, Weights] = defaultdict(list)  # by decision: rows of decisions only
        self.mixed: dict[int, Weights] = defaultdict(list)  # by decision: rows with helpers
        self.parts: dict[int, Weights] = {}  # by mixed row: its nodes
        self.floor: list[int] = []  # by node: what the domain says
        self.reasons: list[Implication] = []
        self.reasons_for: list[list[int]] = []  # by node
        self.reasons_in: dict[int, list[int]] = defaultdict(list)  # by row
        self.reasons_from: dict[Node, list[int]] = defaultdict(list)  # by node that they depend on
        self.rows_of: dict[Node, list[int]] = defaultdict(list)
        self.opposite: dict[Node, Node] = {}
        self.constants = [goal.constant for goal in goals]
        self.in_goals: dict[int, Weights] = defaultdict(list)  # by decision
        self.node_in_goals: dict[Node, Weights] = defaultdict(list)
        self._read_rows()
        self._read_goals(goals)

    def _read_rows(self) -> None:
        decisions = self._decisions
        for number, row in enumerate(self._rows):
            if number % LOOK_EVERY == 0:
                self._look()
            terms = row.terms
            if decisions.issuperset(terms):
                for variable, coefficient in terms.items():
                    self.plain[variable].append((number, coefficient))
                continue
            helpers = []
            for variable, coefficient in terms.items():
                if variable in decisions:
                    self.mixed[variable].append((number, coefficient))
                else:
                    helpers.append((variable, coefficient))
                    self._limiting[variable, coefficient < 0].append(number)
            self._helpers[number] = helpers
        for place, (number, helpers) in enumerate(self._helpers.items()):
            if place % LOOK_EVERY == 0:
                self._look()
            self.parts[number] = parts = [(self._node(v, c), abs(c)) for v, c in helpers]
            for node, _ in parts:
                self.rows_of[node].append(number)

    def _read_goals(self, goals: Sequence[Sum]) -> None:
        for place, goal in enumerate(goals):
            for variable, coefficient in goal.terms.items():
                if variable in self._decisions:
                    self.in_goals[variable].append((place, coefficient))
                else:
                    self.node_in_goals[self._node(variable, coefficient)].append((place, abs(coefficient)))
        for (variable, sign), node in self._numbers.items():
            other = self._numbers.get((variable, -sign))
            if other is not None:
                self.opposite[node] = other

    def _node(self, variable: int, sign: int, depth: int = 0) -> Node:
        """Return the node of a helper's smallest value, or with a negative sign of the negative of its largest.

        -1 where that node is under way: it depends on itself, and whoever asks takes the domain instead.
        """
        is_low = sign > 0
        key = variable, 1 if is_low else -1
        if key in self._numbers:
            return self._numbers[key]
        self._numbers[key] = -1
        low, high = self._domains[variable]
        limiting = () if variable in self._free or depth > DEEPEST else self._limiting[variable, is_low]
        found = [(number, *self._others(number, variable, depth)) for number in limiting]
        node = self._numbers[key] = len(self.floor)
        self.floor.append(low if is_low else -high)
        self.reasons_for.append([])
        for number, parts, constant in found:
            reason = len(self.reasons)
            self.reasons.append(Implication(node, number, parts, abs(self._rows[number].terms[variable]), constant))
            self.reasons_for[node].append(reason)
            self.reasons_in[number].append(reason)
            for other, _ in parts:
                self.reasons_from[other].append(reason)
        return node

    def _others(self, number: int, variable: int, depth: int) -> tuple[Weights, int]:
        """Return the other helpers of a row as parts, and what those under way add at least."""
        parts, constant = [], 0
        for other, coefficient in self._helpers[number]:
            if other == variable:
                continue
            node = self._node(other, coefficient, depth + 1)
            if node < 0:
                constant += min(coefficient * end for end in self._domains[other])
            else:
                parts.append((node, abs(coefficient)))
        return parts, constant
