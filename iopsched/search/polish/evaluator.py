"""What a few other decisions would make of a week: answered ten thousand times a second, from the model alone.

A week is given by the deciding variables that are 1. Helper variables take the value that is best for the row or goal
that asks: each row says how small (or how large) a helper can be, where the others are as that row would have them.
So an answer is optimistic: a move that it refuses is illegal, and no goal comes out worse than it is. Whatever looks
better is judged by the verifier. Where goals and rules bound each helper from one side only, as those of
:mod:`iopsched.model.goals` do, the answer is exact.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from iopsched.search.polish.derivation import Network, Node
from iopsched.search.polish.rows import LinearRow


class Evaluator:
    """Goals and rows of a model at a week, and at weeks that differ from it in a few decisions.

    ``on`` are the decisions that are 1. ``activity``: of each row, the sum of its decisions less its limit; ``least``:
    the value of each node; ``implied``: what each reason says of its node.
    """

    def __init__(self, network: Network, rows: Sequence[LinearRow], on: Iterable[int]) -> None:
        self.network = network
        self.activity = [-row.most for row in rows]
        for number, amount in self._changed((), on).items():
            self.activity[number] += amount
        self.least: list[int] = []
        self.implied: list[int] = [0] * len(network.reasons)
        for floor, reasons in zip(network.floor, network.reasons_for, strict=True):
            for reason in reasons:
                self.implied[reason] = self.imply(reason, 0, {})
            self.least.append(max([floor, *(self.implied[reason] for reason in reasons)]))

    def _changed(self, off: Iterable[int], on: Iterable[int]) -> dict[int, int]:
        """Return by how much rows change."""
        network = self.network
        found: dict[int, int] = defaultdict(int)
        for sign, variables in ((-1, off), (1, on)):
            for variable in variables:
                for number, coefficient in (*network.plain.get(variable, ()), *network.mixed.get(variable, ())):
                    found[number] += sign * coefficient
        return found

    def imply(self, number: int, amount: int, least: Mapping[Node, int]) -> int:
        """Return what a reason says of its node where its row changes by an amount and some nodes have other values."""
        reason = self.network.reasons[number]
        total = self.activity[reason.row] + amount + reason.constant
        for node, weight in reason.parts:
            total += weight * (least[node] if node in least else self.least[node])
        return -(-total // reason.divisor)

    def values(self, on: Iterable[int]) -> tuple[int, ...]:
        """Return every goal of the present week, whose decisions these are."""
        found = list(self.network.constants)
        for variable in on:
            for place, coefficient in self.network.in_goals.get(variable, ()):
                found[place] += coefficient
        for node, goals in self.network.node_in_goals.items():
            for place, weight in goals:
                found[place] += weight * self.least[node]
        return tuple(found)

    def broken(self) -> list[int]:
        """Return the rows that the present week breaks; none in a legal one."""
        parts = self.network.parts
        return [
            number
            for number, activity in enumerate(self.activity)
            if activity + sum(weight * self.least[node] for node, weight in parts.get(number, ())) > 0
        ]

    def put(self, off: Iterable[int], on: Iterable[int]) -> None:
        """Change decisions for good: some become 0, others 1."""
        touched = self._changed(off, on)
        for number, amount in touched.items():
            self.activity[number] += amount
        deduction = Deduction(self, {number: 0 for number in touched if number in self.network.parts})
        deduction.run()
        for node, value in deduction.least.items():
            self.least[node] = value
        for reason, value in deduction.implied.items():
            self.implied[reason] = value


class Deduction:
    """What follows where rows with helpers change by some amounts.

    ``least`` are the nodes whose value changes, ``implied`` the reasons that were looked at anew.
    """

    def __init__(self, evaluator: Evaluator, touched: Mapping[int, int]) -> None:
        self.least: dict[Node, int] = {}
        self.implied: dict[int, int] = {}
        self._evaluator = evaluator
        self._network = evaluator.network
        self._touched = touched
        self._due: set[int] = set()
        self._queue: list[Node] = []
        self._queued: set[Node] = set()

    def run(self) -> bool:
        """Work out the nodes in their order; return whether no row is broken then."""
        evaluator, network, touched = self._evaluator, self._network, self._touched
        rows = set(touched)
        for number in touched:
            self._mark(network.reasons_in.get(number, ()))
        while self._queue:
            node = heapq.heappop(self._queue)
            value = self._value(node)
            if value == evaluator.least[node]:
                continue
            self.least[node] = value
            rows.update(network.rows_of.get(node, ()))
            self._mark(network.reasons_from.get(node, ()))
        return not any(map(self._is_empty, self.least)) and not any(map(self._is_broken, rows))

    def _mark(self, reasons: Iterable[int]) -> None:
        for reason in reasons:
            self._due.add(reason)
            node = self._network.reasons[reason].node
            if node not in self._queued:
                self._queued.add(node)
                heapq.heappush(self._queue, node)

    def _value(self, node: Node) -> int:
        network, evaluator = self._network, self._evaluator
        value = network.floor[node]
        for reason in network.reasons_for[node]:
            if reason in self._due:
                amount = self._touched.get(network.reasons[reason].row, 0)
                own = self.implied[reason] = evaluator.imply(reason, amount, self.least)
            else:
                own = evaluator.implied[reason]
            value = max(value, own)
        return value

    def _is_empty(self, node: Node) -> bool:
        """Return whether a helper would have to be larger than it can be."""
        other, least = self._network.opposite.get(node), self._evaluator.least
        return other is not None and self.least[node] + self.least.get(other, least[other]) > 0

    def _is_broken(self, number: int) -> bool:
        evaluator, least = self._evaluator, self.least
        total = evaluator.activity[number] + self._touched.get(number, 0)
        for node, weight in self._network.parts[number]:
            total += weight * (least[node] if node in least else evaluator.least[node])
        return total > 0


class WithoutSome:
    """Weeks that lack some decisions (``off``) of the present one and have others instead."""

    def __init__(self, evaluator: Evaluator, off: Iterable[int]) -> None:
        self._evaluator = evaluator
        self._off = tuple(off)
        self._gone: dict[int, int] = defaultdict(int)
        self._gone_mixed: dict[int, int] = defaultdict(int)
        network = evaluator.network
        for variable in self._off:
            for number, coefficient in network.plain.get(variable, ()):
                self._gone[number] -= coefficient
            for number, coefficient in network.mixed.get(variable, ()):
                self._gone_mixed[number] -= coefficient
        self._owed = [number for number, amount in self._gone.items() if evaluator.activity[number] + amount > 0]

    def change(self, on: Iterable[int]) -> tuple[int, ...] | None:
        """Return by how much each goal changes at least where these decisions become 1; None where that is illegal."""
        if not self._keeps_plain_rows(on):
            return None
        touched = dict(self._gone_mixed)
        mixed = self._evaluator.network.mixed
        for variable in on:
            for number, coefficient in mixed.get(variable, ()):
                touched[number] = touched.get(number, 0) + coefficient
        deduction = Deduction(self._evaluator, {number: amount for number, amount in touched.items() if amount})
        return self._changes(on, deduction.least) if deduction.run() else None

    def _keeps_plain_rows(self, on: Iterable[int]) -> bool:
        activity, gone, plain = self._evaluator.activity, self._gone, self._evaluator.network.plain
        added: dict[int, int] = {}
        for variable in on:
            for number, coefficient in plain.get(variable, ()):
                added[number] = added.get(number, 0) + coefficient
        for number, amount in added.items():
            if amount > 0 and activity[number] + amount + gone.get(number, 0) > 0:
                return False
        return not any(activity[number] + gone[number] + added.get(number, 0) > 0 for number in self._owed)

    def _changes(self, on: Iterable[int], least: Mapping[Node, int]) -> tuple[int, ...]:
        network = self._evaluator.network
        found = [0] * len(network.constants)
        for sign, variables in ((-1, self._off), (1, on)):
            for variable in variables:
                for place, coefficient in network.in_goals.get(variable, ()):
                    found[place] += sign * coefficient
        for node, value in least.items():
            for place, weight in network.node_in_goals.get(node, ()):
                found[place] += weight * (value - self._evaluator.least[node])
        return tuple(found)
