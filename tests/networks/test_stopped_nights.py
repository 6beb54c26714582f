"""A night that is interrupted or killed leaves whole weeks, no process, and goes on by the same command."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from iopsched.networks.engines.processes import MODULE
from tests.support.commands import invoke
from tests.support.small_clinic import THREE_STARTS, write

HOME = Path(__file__).parents[2]
WEEK = "2026-11-30"
QUICK = ("--week", WEEK, "--workers", "1", "--deterministic-limit", "0.2", "--capacity-limit", "0")
TABLES = ("sessions.csv", "roster.csv", "hours.csv", "summary.json")


def night(*arguments):
    """Start the command as somebody would; each line of standard output is an object."""
    path = os.pathsep.join([str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "iopsched", "network", *map(str, arguments), "--week", WEEK, "--json"]
    env = {**os.environ, "PYTHONPATH": path}
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def until(process, event, site):
    """Read news until this one."""
    for line in process.stdout:
        found = json.loads(line)
        if (found.get("event"), found.get("site")) == (event, site):
            return
    raise AssertionError("the night has ended before")


def states(process):
    """Return what became of each site, from the rest of the output."""
    *_, last = process.stdout
    return {row["site"]: row["state"] for row in json.loads(last)["sites"]}


@pytest.fixture
def clinics(tmp_path):
    """Return a clinic that is done at once and one whose search takes as long as it may."""
    small = write(tmp_path / "small", THREE_STARTS)
    shutil.copytree(HOME / "data/complete", tmp_path / "large", ignore=shutil.ignore_patterns("schedules", "published"))
    return small, tmp_path / "large"


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    """Have the report of a night lie where nobody looks for it."""
    monkeypatch.chdir(tmp_path)


def left_behind(clinic):
    """Return what lies in a clinic that no command leaves there."""
    return [str(path) for path in clinic.rglob("*") if path.name.startswith(".iopsched")]


@pytest.mark.parametrize("jobs", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_an_interrupted_night_keeps_what_is_done_and_goes_on(clinics, jobs):
    small, large = clinics
    with night(small, large, "--jobs", jobs, "--workers", "1", "--seed", "3") as process:
        until(process, *(("end", "small") if jobs == 2 else ("begun", "large")))
        process.send_signal(signal.SIGINT)
        found = states(process)
    assert process.returncode == 130
    assert found["large"] in ("interrupted", "not_reached")
    assert found["small"] == ("done" if jobs == 2 else "not_reached")
    assert not left_behind(large)


@pytest.mark.slow
def test_a_killed_night_leaves_no_process_and_goes_on(clinics):
    small, large = clinics
    with night(*clinics, "--jobs", 2, "--workers", "1") as process:
        until(process, "end", "small")
        below = [one for one in psutil.Process(process.pid).children() if MODULE in " ".join(one.cmdline())]
        process.kill()
    assert len(below) == 2
    assert not psutil.wait_procs(below, timeout=3)[1]
    assert not (large / "schedules").exists()
    before = (small / "schedules" / WEEK / "summary.json").read_bytes()
    with night(small, "--workers", "1") as process:
        assert states(process) == {"small": "skipped"}
    assert process.returncode == 0
    assert (small / "schedules" / WEEK / "summary.json").read_bytes() == before


def test_processes_write_what_this_process_writes(tmp_path):
    """Byte for byte."""
    found = []
    for number in (1, 2):
        clinic = write(tmp_path / str(number) / "north", THREE_STARTS)
        done = invoke("network", clinic, "--jobs", number, *QUICK)
        assert done.exit_code == 0
        found.append([(clinic / "schedules" / WEEK / name).read_bytes() for name in TABLES])
    assert found[0] == found[1]
