"""How much memory is told before a search: near what such clinics were measured to take, and never a model for it."""

import pytest

from benchmarks.planted import MAKES, WEEK, plant_make
from iopsched.cli import memorywords
from iopsched.cli.memorywords import free_memory_mb, memory_line
from iopsched.ingest import inspect_clinic
from iopsched.model.terms import Terms
from iopsched.params import SolveParams
from iopsched.search import solve
from iopsched.search.memoryneed import needed_mb
from iopsched.search.workshop import Workshop
from tests.support.solving import ordinary

TWO = SolveParams(workers=2)


@pytest.mark.parametrize(
    ("make", "participants", "measured_mb"),
    [("roomy", 60, 130), ("windows", 120, 173), ("roomy", 120, 230), ("rehab", 120, 441), ("roomy", 300, 825)],
)
def test_the_estimate_is_near_what_was_measured(tmp_path, make, participants, measured_mb):
    plant_make(tmp_path / "clinic", MAKES[make], participants, 1)
    workshop = Workshop(Terms(inspect_clinic(tmp_path / "clinic", WEEK).problem))
    assert measured_mb / 1.5 <= needed_mb(workshop, TWO) <= measured_mb * 1.5


def test_processes_take_memory_too():
    workshop = Workshop(Terms(ordinary()))
    assert needed_mb(workshop, SolveParams(workers=8)) >= needed_mb(workshop, TWO) + 6 * 100


def test_it_is_told_once_before_any_model():
    heard = []
    solve(ordinary(), SolveParams(time_limit_s=0.5, workers=2), heard.append)
    stages = [news.stage for news in heard]
    assert stages.count("memory") == 1
    assert stages.index("memory") == 1
    assert heard[1].memory_mb > 50
    assert all(news.memory_mb is None for news in heard if news.stage != "memory")


@pytest.mark.parametrize(
    ("needed", "free", "begins"),
    [
        (900, 2000.0, ""),
        (900, None, ""),
        (2150, 8000.0, "This search takes about 2.1 GB of memory at its largest."),
        (2150, None, "This search takes about 2.1 GB of memory at its largest."),
        (
            2150,
            1200.0,
            "Warning: This search takes about 2.1 GB of memory at its largest, and 1.2 GB are free: the system may",
        ),
        (
            900,
            512.0,
            "Warning: This search takes about 0.9 GB of memory at its largest, and 0.5 GB are free: the system may",
        ),
    ],
)
def test_what_is_told(needed, free, begins):
    line = memory_line(needed, free)
    assert line.startswith(begins)
    assert bool(line) == bool(begins)


def test_the_smaller_of_what_is_free_and_what_a_container_may_have(tmp_path, monkeypatch):
    for name, text in (
        ("MEMORY", "MemTotal: 9 kB\nMemAvailable:    3072 kB\n"),
        ("LIMIT", "2097152\n"),
        ("USED", "1048576\n"),
    ):
        (tmp_path / name).write_text(text)
        monkeypatch.setattr(memorywords, name, str(tmp_path / name))
    assert free_memory_mb() == 1.0
    (tmp_path / "LIMIT").write_text("max\n")
    assert free_memory_mb() == 3.0
    for name in ("MEMORY", "LIMIT"):
        (tmp_path / name).unlink()
    assert free_memory_mb() is None
