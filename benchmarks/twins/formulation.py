"""A linear model over whole numbers that belongs to no solver: variables, rows, objectives.

Everything is numpy arrays, so that a million variables are built in seconds; a solver's driver takes the rows over as
they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
FREE = 2**40


@dataclass(frozen=True, slots=True)
class Terms:
    """Coefficients times variables, each with the key of the row (or the goal) that it belongs to."""

    keys: Ints
    variables: Ints
    coefficients: Ints

    @classmethod
    def of(cls, variables: Ints, keys: Ints | int = 0, coefficients: Ints | int = 1) -> Terms:
        """Return the terms of parallel arrays; a single number stands for an array of it."""
        arrays = np.broadcast_arrays(np.asarray(keys), np.asarray(variables), np.asarray(coefficients))
        return cls(*(np.asarray(array, dtype=np.int64).ravel() for array in arrays))

    @classmethod
    def joined(cls, parts: Sequence[Terms]) -> Terms:
        """Return the terms of all parts."""
        names = ("keys", "variables", "coefficients")
        return cls(*(np.concatenate([np.empty(0, np.int64), *(getattr(row, name) for row in parts)]) for name in names))

    def __add__(self, other: Terms) -> Terms:
        """Return the terms of both."""
        return Terms.joined([self, other])

    def __mul__(self, factor: int) -> Terms:
        """Return the terms with every coefficient multiplied."""
        return Terms(self.keys, self.variables, self.coefficients * factor)

    def merged(self) -> Terms:
        """Return the same terms sorted by key and variable, each pair of these once."""
        order = np.lexsort((self.variables, self.keys))
        keys, variables = self.keys[order], self.variables[order]
        is_first = np.ones(len(keys), bool)
        is_first[1:] = (keys[1:] != keys[:-1]) | (variables[1:] != variables[:-1])
        places = np.flatnonzero(is_first)
        total = np.add.reduceat(self.coefficients[order], places) if len(places) else self.coefficients
        return Terms(keys[places], variables[places], total)


@dataclass(frozen=True, slots=True)
class Rows:
    """Linear rows: row i has the variables ``starts[i]:starts[i+1]`` and lies between ``lower[i]`` and ``upper[i]``."""

    starts: Ints
    variables: Ints
    coefficients: Ints
    lower: Ints
    upper: Ints


class Formulation:
    """Whole-number variables with bounds, and linear rows over them. ``FREE`` stands for no bound of a row."""

    def __init__(self) -> None:
        self._lower: list[Ints] = []
        self._upper: list[Ints] = []
        self.rows: list[Rows] = []
        self.number_of_variables = 0

    def variables(self, number: int, lower: Ints | int = 0, upper: Ints | int = 1) -> Ints:
        """Add variables, 0/1 unless bounds are given, and return their indices."""
        self._lower.append(np.broadcast_to(np.asarray(lower, dtype=np.int64), (number,)))
        self._upper.append(np.broadcast_to(np.asarray(upper, dtype=np.int64), (number,)))
        first = self.number_of_variables
        self.number_of_variables += number
        return np.arange(first, self.number_of_variables, dtype=np.int64)

    @property
    def lower(self) -> Ints:
        """Return the lower bounds of all variables."""
        return np.concatenate(self._lower)

    @property
    def upper(self) -> Ints:
        """Return the upper bounds of all variables."""
        return np.concatenate(self._upper)

    @property
    def number_of_rows(self) -> int:
        """Return the number of rows."""
        return sum(len(rows.lower) for rows in self.rows)

    def require(self, terms: Terms, lower: Ints | int = -FREE, upper: Ints | int = FREE) -> None:
        """Add one row for each key of the terms, with one bound for all or one for each key in ascending order."""
        if not len(terms.keys):
            return
        terms = terms.merged()
        keys = terms.keys
        starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
        number = len(starts)
        self.rows.append(
            Rows(
                starts=np.append(starts, len(keys)),
                variables=terms.variables,
                coefficients=terms.coefficients,
                lower=np.broadcast_to(np.asarray(lower, dtype=np.int64), (number,)),
                upper=np.broadcast_to(np.asarray(upper, dtype=np.int64), (number,)),
            )
        )
