"""Copies of a model in which all but a part is fixed, so that several threads can each solve a part of a week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

Domain = tuple[int, int]


def domains_of(cp: cp_model.CpModel) -> list[Domain]:
    """Return the least and the largest value of each variable."""
    return [(row.domain[0], row.domain[1]) for row in cp.proto.variables]


@dataclass(slots=True)
class Copy:
    """A copy of a model; ``fixed`` are the values of the variables that are fixed in it."""

    cp: cp_model.CpModel
    domains: Sequence[Domain]
    fixed: dict[int, int] = field(default_factory=dict)

    def fix(self, values: Mapping[int, int]) -> None:
        """Fix these variables, and open all others."""
        variables = self.cp.proto.variables
        for index in self.fixed.keys() - values.keys():
            _limit(variables[index], *self.domains[index])
        for index, value in values.items():
            if self.fixed.get(index) != value:
                _limit(variables[index], value, value)
        self.fixed = dict(values)


def _limit(variable: Any, low: int, high: int) -> None:
    variable.domain[0], variable.domain[1] = low, high
