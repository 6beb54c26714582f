"""The solver, loaded without pandas: a fifth of a second before the search that no command needs.

``cp_model`` imports pandas for variables in series, which nothing here makes. While it is loaded, names stand in for
pandas; afterwards pandas is imported as ever by whoever asks for it, ``cp_model`` included. That is for a process of
our own alone: scripts and notebooks have everything as its makers ship it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from importlib import import_module
from types import ModuleType

from iopsched.stopping import leave_behind

SOLVER = "ortools.sat.python.cp_model"
TABLES = "pandas"


class _Names(ModuleType):
    """A module whose names are classes of nothing: enough for annotations."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        found = type(name, (), {})
        setattr(self, name, found)
        return found


class _WhenUsed(ModuleType):
    """A module that is imported when one of its names is first used."""

    def __getattr__(self, name: str) -> object:
        return getattr(import_module(self.__name__), name)


def prepare_search() -> None:
    """Make this process ready to build and search many models, and to end without taking them apart.

    Taking apart the models of a clinic of 60 can take a second, after all is written and told.
    """
    leave_behind()
    # A model is hundreds of thousands of small objects, and next to none of them is garbage before it is: looking for some
    # after each 700 new ones takes a tenth of the time of building.
    gc.set_threshold(50_000, 20, 100)
    load_solver()


def load_solver() -> None:
    """Load the solver without pandas, unless one of them is loaded already or this cannot be done."""
    if SOLVER in sys.modules or TABLES in sys.modules:
        return
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # nothing here multiplies matrices, and threads take time to start
    names = _Names(TABLES)
    sys.modules[TABLES] = names
    try:
        # another version may need more than names: then it is loaded with pandas, where it is first used
        with contextlib.suppress(AttributeError, ImportError, TypeError):
            vars(import_module(SOLVER))["pd"] = _WhenUsed(TABLES)
    finally:
        if sys.modules.get(TABLES) is names:
            del sys.modules[TABLES]
