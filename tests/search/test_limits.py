"""Limits are kept: a search ends when its time is over, and one search after another leaves nothing behind."""

import threading
import time
from pathlib import Path

import pytest

from iopsched.params import SolveParams
from iopsched.search import solve
from tests.support.solving import assert_sound, crowd, example, ordinary


def assert_kept(problem, limit_s, workers):
    """Assert that a search that is cut short ends in time: one and a half seconds or a tenth late at most, if the machine is idle."""
    begun = time.monotonic()
    outcome = solve(problem, SolveParams(time_limit_s=limit_s, workers=workers))
    late = time.monotonic() - begun - limit_s
    assert_sound(problem, outcome)
    assert not outcome.is_optimal
    assert late < max(1.5, limit_s / 10) * share_of_others(), f"{late:.2f} s late"


def share_of_others():
    """Return how many times longer work takes now than on an idle machine, from 1 to 4."""
    wall, used = time.monotonic(), time.process_time()
    while time.process_time() < used + 0.1:
        pass
    return min(4.0, max(1.0, (time.monotonic() - wall) / 0.1))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_time_limit_is_kept(workers):
    assert_kept(crowd(), 2.0, workers)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("limit_s", [1, 3, 10, 20])
def test_a_time_limit_is_kept_by_a_whole_clinic(limit_s, workers):
    """The promise: at most a second or a tenth more, building and explaining included."""
    assert_kept(example("complete"), limit_s, workers)


def test_a_deterministic_limit_ends_a_search_that_the_clock_would_not():
    problem = crowd()
    begun = time.monotonic()
    outcome = solve(problem, SolveParams(time_limit_s=600, deterministic_limit=0.1, workers=1))
    assert_sound(problem, outcome)
    assert not outcome.is_optimal
    assert outcome.is_repeatable
    assert time.monotonic() - begun < 60


def test_the_clock_ends_a_search_that_a_deterministic_limit_would_not():
    """And then nobody says that it can be repeated."""
    problem = crowd()
    outcome = solve(problem, SolveParams(time_limit_s=1, deterministic_limit=10_000, workers=1))
    assert_sound(problem, outcome)
    assert not outcome.is_repeatable
    assert outcome.seconds < 5


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts threads and files as Linux shows them")
@pytest.mark.parametrize("workers", [1, 2])
def test_threads_and_files_stay_flat_over_many_searches(workers):
    problem, params = ordinary(), SolveParams(time_limit_s=0.05, workers=workers)
    for _ in range(2):
        solve(problem, params)
    before = counts()
    for _ in range(20):
        solve(problem, params)
    deadline = time.monotonic() + 2  # a thread that has ended may be shown a moment longer
    while not no_more_than(before) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert no_more_than(before)


def no_more_than(before):
    """Return whether nothing has grown; a thread of the warm-up may have ended since."""
    return all(now <= then for now, then in zip(counts(), before, strict=True))


def counts():
    """Return Python's threads, the system's threads, and open files of this process."""
    shown = (len(list(Path("/proc/self", kind).iterdir())) for kind in ("task", "fd"))
    return threading.active_count(), *shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_limit_s": 0}, {"time_limit_s": -1}, {"time_limit_s": float("nan")}, {"time_limit_s": float("inf")},
        {"deterministic_limit": 0}, {"deterministic_limit": float("nan")}, {"seed": -1}, {"seed": 2**31},
        {"workers": -1}, {"workers": 257},
    ],
)  # fmt: skip
def test_limits_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        SolveParams(**wrong)
