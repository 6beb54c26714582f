"""The thread in which the solver runs hands back whatever comes of it."""

import signal
import threading
import time

import pytest
from ortools.sat.python import cp_model

from iopsched.search.run import run_until
from iopsched.stopping import (
    CUT_S,
    CUT_WITHOUT_A_WEEK_S,
    Late,
    Request,
    TimeOver,
    have_a_week,
    is_any_left,
    look,
    looking_at,
    may_be_cut,
)


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


class DeafSolver:
    """A solver that loads for a while and hears nothing."""

    def __init__(self, seconds):
        self.parameters = cp_model.CpSolver().parameters
        self.seconds = seconds
        self.asked = 0

    def solve(self, cp, callback):
        time.sleep(self.seconds)
        return cp_model.OPTIMAL

    def stop_search(self):
        self.asked += 1


def test_a_solver_that_hears_nothing_is_left_behind():
    stop, solver = threading.Event(), DeafSolver(1.0)
    stop.set()
    begun = time.monotonic()
    with pytest.raises(Late):
        run_until(solver, cp_model.CpModel(), stop, patience_s=0.1)
    assert time.monotonic() - begun < 0.9
    before = solver.asked
    time.sleep(0.3)
    assert solver.asked > before  # it is still asked to end


def test_a_solver_that_does_not_end_when_time_is_over_is_left_behind():
    begun = time.monotonic()
    with pytest.raises(TimeOver):
        run_until(DeafSolver(1.0), cp_model.CpModel(), threading.Event(), end_s=begun + 0.1)
    assert time.monotonic() - begun < 0.9
    assert is_any_left()


def test_whoever_looks_leaves_when_time_is_over():
    def look_on():
        while True:
            look()

    with pytest.raises(TimeOver), looking_at(None, time.monotonic() + 0.05):
        look_on()
    look()


def test_whoever_has_patience_waits():
    stop = threading.Event()
    stop.set()
    assert run_until(DeafSolver(0.3), cp_model.CpModel(), stop) == cp_model.OPTIMAL


def look_at_nothing(*, has_a_week):
    """Search for twenty seconds, whoever asks to stop."""
    with may_be_cut():
        if has_a_week:
            have_a_week()
        signal.raise_signal(signal.SIGINT)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            pass


@pytest.mark.parametrize(("has_a_week", "seconds"), [(True, CUT_S), (False, CUT_WITHOUT_A_WEEK_S)])
def test_work_that_looks_at_nothing_is_cut(has_a_week, seconds):
    ended = []
    with Request(threading.Event(), lambda: ended.append(True)) as request:
        before = signal.signal(signal.SIGINT, request)
        try:
            begun = time.monotonic()
            with pytest.raises(Late):
                look_at_nothing(has_a_week=has_a_week)
            assert seconds - 0.05 < time.monotonic() - begun < seconds + 2
            time.sleep(0.4)  # what follows on the search is never cut
            assert request.stop.is_set()
            assert not ended
            signal.raise_signal(signal.SIGINT)
            assert ended
        finally:
            signal.signal(signal.SIGINT, before)
