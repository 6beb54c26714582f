"""The thread in which the solver runs hands back whatever comes of it."""

import threading

import pytest
from ortools.sat.python import cp_model

from iopsched.model.running import run_until


class FailingSolver:
    """A solver that comes to grief in its own thread."""

    def __init__(self):
        self.parameters = cp_model.CpSolver().parameters

    def solve(self, cp, callback):
        raise MemoryError("too large")


def test_an_exception_of_the_solvers_thread_is_raised_here():
    with pytest.raises(MemoryError, match="too large"):
        run_until(FailingSolver(), cp_model.CpModel(), threading.Event())


def test_the_status_is_returned():
    assert run_until(cp_model.CpSolver(), cp_model.CpModel(), threading.Event()) == cp_model.OPTIMAL
