import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from iopsched.cli import trace
from iopsched.cli.exits import Exit
from iopsched.cli.trace import Trace, seconds_since_start
from iopsched.errors import UsageError
from iopsched.params import Progress
from iopsched.rulebook import GoalId
from tests.support.cli_world import FIRST_LINE

WEEK = ("--week", "2026-12-02")


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def telling(install, world):
    """A search that tells one piece of news of each kind."""

    def search(on_progress, _stop):
        on_progress(Progress("build", 0.0, 60.0))
        on_progress(Progress("model", 0.1, 59.9, variables=12, constraints=34))
        on_progress(Progress("goal", 0.1, 59.9, GoalId.UNMET_NEED, 120, None))
        on_progress(Progress("goal_done", 0.2, 59.8, GoalId.UNMET_NEED, 0, 0))
        on_progress(Progress("verify", 1.5, 58.5))
        return world.solved()

    return install(solve=search)


def test_every_piece_of_news_is_one_line(run, telling, clinic, tmp_path):
    begun = seconds_since_start()
    done = run("solve", clinic, *WEEK, "--trace", tmp_path / "search.jsonl")
    assert done.exit_code == Exit.DONE, done.output
    found = lines(tmp_path / "search.jsonl")
    seconds = [row.pop("seconds") for row in found]
    assert seconds == sorted(seconds)
    assert begun - 0.001 <= seconds[0] <= seconds_since_start()
    nothing = {"goal": None, "value": None, "bound": None}
    assert found == [
        {"stage": "build", **nothing},
        {"stage": "model", **nothing, "variables": 12, "constraints": 34},
        {"stage": "goal", "goal": "unmet_need", "value": 120, "bound": None},
        {"stage": "goal_done", "goal": "unmet_need", "value": 0, "bound": 0},
        {"stage": "verify", **nothing},
    ]


def test_the_size_of_a_model_is_for_traces_alone(run, telling, clinic, tmp_path):
    """What a director reads stays as it is."""
    said = run("solve", clinic, *WEEK, "--trace", tmp_path / "search.jsonl").stderr.partition("Next:")[0]
    assert (
        said.removeprefix(FIRST_LINE)
        == "Building the week.\nUnmet need: 0 h, proven best (0.2 s)\nChecking every rule.\n"
    )


@pytest.mark.parametrize("place", ["missing/search.jsonl", ""], ids=["no folder", "a folder"])
def test_a_trace_that_cannot_be_written_is_told_before_the_search(run, telling, clinic, tmp_path, place):
    file = tmp_path / place
    done = run("solve", clinic, *WEEK, "--trace", file)
    assert done.exit_code == Exit.USAGE
    assert f"\nError: Cannot write the trace {file}: " in done.stderr
    assert "params" not in telling
    assert not (clinic / "schedules").exists()


def test_a_file_that_is_no_trace_is_never_emptied(run, telling, clinic):
    """A slip such as ``--trace rooms.csv`` must not cost the rooms."""
    (clinic / "rooms.csv").write_text("room_id,capacity\nR1,14\n")
    done = run("solve", clinic, *WEEK, "--trace", clinic / "rooms.csv")
    assert done.exit_code == Exit.USAGE
    assert "is left alone" in done.stderr
    assert (clinic / "rooms.csv").read_text() == "room_id,capacity\nR1,14\n"
    assert "params" not in telling


def test_an_earlier_trace_is_replaced(run, telling, clinic, tmp_path):
    for _ in range(2):
        assert run("solve", clinic, *WEEK, "--trace", tmp_path / "search.jsonl").exit_code == Exit.DONE
    assert len(lines(tmp_path / "search.jsonl")) == 5


def test_a_trace_inside_the_folder_of_the_week_lives_on(run, telling, clinic, tmp_path):
    """In an empty folder named with --out, and beside an earlier week."""
    (tmp_path / "week").mkdir()
    for _ in range(2):
        done = run("solve", clinic, *WEEK, "--out", tmp_path / "week", "--trace", tmp_path / "week" / "search.jsonl")
        assert done.exit_code == Exit.DONE, done.output
        assert len(lines(tmp_path / "week" / "search.jsonl")) == 5
        assert (tmp_path / "week" / "summary.json").exists()


def test_lines_are_there_as_they_come(tmp_path):
    with Trace(tmp_path / "search.jsonl") as listener:
        listener(Progress("build", 0.0, 60.0))
        assert len(lines(tmp_path / "search.jsonl")) == 1
    listener(Progress("verify", 0.0, 60.0))  # too late: no error either
    assert len(lines(tmp_path / "search.jsonl")) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is a thing of Linux")
def test_a_disk_that_fills_up_ends_the_trace_but_not_the_search(run, telling, clinic):
    done = run("solve", clinic, *WEEK, "--trace", "/dev/full")
    assert done.exit_code == Exit.DONE
    assert "The trace /dev/full is not complete: No space left on device.\n" in done.stderr


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells when a process began")
def test_seconds_count_from_the_start_of_the_process():
    """The half second before the command line is loaded belongs to them."""
    code = "import time; time.sleep(0.5)\nfrom iopsched.cli.trace import seconds_since_start as s; print(s())"
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 0.5 <= float(done.stdout) <= time.monotonic() - begun + 0.02


def test_where_the_start_is_not_told_seconds_count_from_loading(monkeypatch):
    monkeypatch.setattr(trace.Path, "read_text", lambda *_, **__: "nonsense")
    assert trace._age_when_loaded() == 0.0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_that_nobody_reads_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="Cannot write the trace"):
        Trace(tmp_path / "pipe")
