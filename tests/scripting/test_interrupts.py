"""Ctrl-C in a script, and the "interrupt" of a notebook, keep the best week so far."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import iopsched
from iopsched import NoScheduleError, UsageError, scripting, search, solve
from iopsched.domain.outcome import OutOfTime
from tests.support.solving import crowd

ROOT = Path(iopsched.__file__).parents[1]


@pytest.fixture(autouse=True)
def handler():
    """Python's own handler before and, whatever happens, after."""
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def interrupt_soon(progress):
    """Press Ctrl-C when the first goal is being searched."""
    if progress.goal is not None and not pressed:
        pressed.append(True)
        os.kill(os.getpid(), signal.SIGINT)


pressed = []


@pytest.mark.skipif(sys.platform == "win32", reason="a process of Windows cannot send itself a Ctrl-C")
def test_the_first_interrupt_keeps_the_best_week():
    pressed.clear()
    begun = time.monotonic()
    week = solve(crowd(), time_limit_s=300, workers=1, on_progress=interrupt_soon)
    assert pressed
    assert week.was_interrupted
    assert "interrupted=True" in repr(week)
    assert time.monotonic() - begun < 60


def stand_in(monkeypatch, work):
    """Put a search in place of the real one; it gets the event that asks it to stop."""
    monkeypatch.setattr(search, "solve", lambda problem, params, on_progress, stop, start=None: work(stop))


def test_interrupted_before_there_was_a_week(monkeypatch):
    def work(stop):
        signal.raise_signal(signal.SIGINT)
        assert stop.is_set()
        return OutOfTime(1.0, was_interrupted=True)

    stand_in(monkeypatch, work)
    with pytest.raises(NoScheduleError, match="Interrupted before"):
        solve(crowd())


def test_the_second_interrupt_ends_at_once(monkeypatch):
    def work(_stop):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    stand_in(monkeypatch, work)
    with pytest.raises(KeyboardInterrupt):
        solve(crowd())


def test_a_handler_of_somebody_else_is_left_alone(monkeypatch):
    heard = []

    def work(stop):
        signal.raise_signal(signal.SIGINT)
        assert not stop.is_set()
        return OutOfTime(1.0)

    stand_in(monkeypatch, work)
    before = signal.signal(signal.SIGINT, lambda *_: heard.append("own"))
    try:
        with pytest.raises(NoScheduleError):
            solve(crowd())
        assert heard == ["own"]
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_touch_no_handler():
    """Python allows it in the main thread only."""
    seen = []

    def work():
        with scripting._stopped_by_interrupt(threading.Event()):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


def test_a_fault_in_the_numbers_leaves_the_handler(monkeypatch):
    with pytest.raises(UsageError):
        solve(crowd(), workers=-1)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_script_ends_with_a_week():
    """As a process: interrupted from outside, it goes on behind `solve` and ends well."""
    code = (
        "from tests.support.solving import crowd\n"
        "from iopsched import solve, verify\n"
        "problem = crowd()\n"
        "tell = lambda news: news.goal and print('searching', flush=True)\n"
        "week = solve(problem, time_limit_s=300, workers=1, on_progress=tell)\n"
        "print('kept', week.was_interrupted, verify(problem, week))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout.readline() == "searching\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out.splitlines()[-1], err, process.returncode) == ("kept True ()", "", 0)
