"""Whole nights on a Dask cluster, by the command: refusals, kills, and the same weeks as one after the other."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.support.dask_processes import HOME, DaskProcesses
from tests.support.small_clinic import THREE_STARTS, write

pytest.importorskip("distributed", reason="an extra")
pytest.importorskip("cryptography", reason="an extra")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
WEEK = "2026-11-30"
FILES = ("sessions.csv", "roster.csv", "hours.csv")
SIX = ("north", "south", "east", "west", "hill", "dale")
LONG = ("--week", WEEK, "--workers", "1", "--deterministic-limit", "4")


def clinics(folder):
    return [write(folder / name, THREE_STARTS) for name in SIX]


def command(clinics, *options):
    path = os.pathsep.join([str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-m", "iopsched", "network", *map(str, clinics), *options], cwd=clinics[0].parent,
        env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def weeks(clinics):
    return {clinic.name: [(clinic / "schedules" / WEEK / name).read_bytes() for name in FILES] for clinic in clinics}


def states(text):
    return {row["site"]: row["state"] for row in json.loads(text.splitlines()[-1])["sites"]}


@pytest.fixture(scope="module")
def serial(tmp_path_factory):
    """Return the weeks that are made one after the other."""
    sites = clinics(tmp_path_factory.mktemp("serial"))
    night = command(sites, *LONG)
    night.communicate()
    assert night.returncode == 0
    return weeks(sites)


def busiest(pid):
    """Return the worker that has worked most of late."""
    used = {}
    for one in psutil.Process(pid).children():
        with contextlib.suppress(psutil.Error):
            if "spawn_main" in " ".join(one.cmdline()):
                used[one] = one.cpu_percent(0.1)
    return max(used, key=used.get)


@pytest.mark.slow
def test_killed_workers_cost_no_site_and_the_weeks_are_those_of_a_serial_night(tmp_path, serial):
    """Three workers die while they are at work on three sites."""
    sites = clinics(tmp_path)
    night = command(sites, *LONG, "--cluster", "2", "--json")
    killed = set()
    for line in night.stdout:
        row = json.loads(line)
        if row.get("event") == "begun" and len(killed) < 3 and row["site"] not in killed:
            killed.add(row["site"])
            busiest(night.pid).send_signal(signal.SIGKILL)
        last = line
    night.communicate()
    assert night.returncode == 0
    assert len(killed) == 3
    assert set(states(last).values()) == {"done"}
    assert any(row["tries"] > 1 for row in json.loads(last)["sites"])
    assert weeks(sites) == serial


@pytest.mark.slow
def test_a_night_whose_scheduler_is_killed_goes_on_by_the_same_line(tmp_path, serial):
    sites = clinics(tmp_path)
    home = tmp_path / "cluster"
    home.mkdir()
    with DaskProcesses(home) as cluster:
        cluster.start()
        night = command(sites, *LONG, "--dask", cluster.address, "--json")
        for line in night.stdout:
            if '"event": "end"' in line:
                cluster.kill("scheduler")
                killed = time.monotonic()
                break
        rest, complaints = night.communicate()
        assert night.returncode == 130
        assert time.monotonic() - killed < 30
        before = states(rest)
        assert set(before.values()) == {"done", "not_reached"}
        assert "The scheduler is lost." in json.loads(rest.splitlines()[-1])["lost"]
        assert "Traceback" not in complaints
    home = tmp_path / "again"
    home.mkdir()
    with DaskProcesses(home) as cluster:
        cluster.start()
        night = command(sites, *LONG, "--dask", cluster.address, "--json")
        out, _ = night.communicate()
    assert night.returncode == 0
    assert {site for site, state in states(out).items() if state == "skipped"} == {
        site for site, state in before.items() if state == "done"
    }
    assert weeks(sites) == serial


@pytest.mark.slow
def test_ctrl_c_ends_a_night_on_a_cluster_within_five_seconds(tmp_path):
    sites = clinics(tmp_path)
    night = command(sites, "--week", WEEK, "--workers", "1", "--time-limit", "60", "--cluster", "2", "--json")
    while '"begun"' not in night.stdout.readline():
        pass
    time.sleep(1)
    below = psutil.Process(night.pid).children(recursive=True)
    night.send_signal(signal.SIGINT)
    begun = time.monotonic()
    out, _ = night.communicate()
    assert time.monotonic() - begun < 5
    assert night.returncode == 130
    assert "not_reached" in states(out).values()
    assert not psutil.wait_procs(below, timeout=2)[1]
