"""The solver's model with variables that are quick to make: domains are made once, and a name only where there is one.

A part of a week has thousands of variables, and most of the time of making one goes into its name and domain.
"""

from __future__ import annotations

from functools import cache

from ortools.sat.python import cp_model

_DOMAIN = cache(cp_model.Domain)


class Program(cp_model.CpModel):
    """A model of CP-SAT."""

    def new_bool_var(self, name: str) -> cp_model.IntVar:
        """Return a new 0-1 variable."""
        return self._new(name, 0, 1)

    def new_int_var(self, lb: int, ub: int, name: str) -> cp_model.IntVar:  # type: ignore[override]
        """Return a new integer variable with bounds."""
        return self._new(name, lb, ub)

    def fix(self, variable: cp_model.IntVar, value: int) -> None:
        """Leave a variable one value."""
        variable.with_domain(_DOMAIN(value, value))

    def _new(self, name: str, low: int, high: int) -> cp_model.IntVar:
        made = cp_model.IntVar(self.model_proto).with_domain(_DOMAIN(low, high))
        return made.with_name(name) if name else made
