"""Tasks in processes of this machine: the same answers whoever is killed, and nobody is left when the caller is gone."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from iopsched.freshpython import FreshPython
from iopsched.networks.engines import processes
from iopsched.networks.engines.engine import TRIES
from iopsched.networks.engines.processes import BARE, MODULE, READY, InProcesses
from iopsched.networks.engines.serial import InThisProcess
from iopsched.networks.parcels import Failure, unpacked
from tests.support.fake_tasks import fake_parcel

HOME = Path(__file__).parents[2]


def ends(parcels, on_move=lambda _: None, stop=None, engine=None):
    """Return the ends of a night by key."""
    found = (engine or InProcesses(2, is_bare=True)).run(parcels, on_move, stop or threading.Event())
    return {end.key: end for end in found}


def answer(finished):
    return unpacked(finished.answer).result


def children(process=None):
    """Return the processes that do tasks below one."""
    found = (process or psutil.Process()).children(recursive=True)
    return [child for child in found if MODULE in " ".join(child.cmdline())]


def all_gone(found, seconds=3.0):
    return not psutil.wait_procs(found, timeout=seconds)[1]


def test_answers_are_those_of_this_process_and_come_from_others():
    seen = []
    parcels = [fake_parcel(f"s{number}", seconds=0.01) for number in range(8)]
    found = ends(parcels, seen.append)
    alone = ends(parcels, engine=InThisProcess())
    assert {key: answer(end) for key, end in found.items()} == {key: answer(end) for key, end in alone.items()}
    assert {end.tries for end in found.values()} == {1}
    assert sorted(move.key for move in seen if move.advance is None) == sorted(found)
    assert {(move.advance.value, move.advance.bound) for move in seen if move.advance} <= {(100, 0), (50, 50)}
    assert not children()


def test_tasks_are_read_as_they_are_needed():
    taken = []

    def parcels():
        for number in range(20):
            taken.append(number)
            yield fake_parcel(f"s{number}", seconds=0.02)

    night = InProcesses(2, is_bare=True).run(parcels(), lambda _: None, threading.Event())
    next(night)
    assert len(taken) <= 5, "one for each slot, one more for each, and one in the place of the first end"
    night.close()
    assert not children()


def test_a_killed_process_costs_its_site_a_try_and_no_other(tmp_path):
    lost = []
    folders = [tmp_path / name for name in ("a", "b", "c", "often")]
    for folder in folders:
        folder.mkdir()
    deadly = [fake_parcel(folder.name, deaths=1, counted_in=str(folder), seconds=0.1) for folder in folders[:3]]
    hopeless = fake_parcel("often", deaths=9, counted_in=str(folders[3]))
    others = [fake_parcel(f"s{number}", seconds=0.05) for number in range(4)]
    found = ends([*deadly, hopeless, *others], lambda move: lost.append(move.key) if move.is_lost else None)
    assert [found[name].tries for name in "abc"] == [2, 2, 2]
    assert found["often"].answer == Failure("WorkerLost", is_lost=True)
    assert (found["often"].tries, len(list(folders[3].iterdir()))) == (TRIES, TRIES)
    assert {end.tries for key, end in found.items() if key.startswith("s")} == {1}
    assert {key: answer(end) for key, end in found.items() if key != "often"} == {
        name: f"answer of {name}" for name in ("a", "b", "c", "s0", "s1", "s2", "s3")
    }
    assert sorted(lost) == ["a", "b", "c", "often", "often", "often"]


def test_a_task_that_breaks_says_where_and_no_word_of_its_text():
    (found,) = ends([fake_parcel("broken", answer="Quillon", breaks=True)]).values()
    assert (answer(found).kind, found.tries) == ("ValueError", 1)
    assert b"Quillon" not in found.answer


def test_a_system_that_starts_no_process_fails_each_task(monkeypatch):
    def refuse(_module):
        raise OSError("no more processes")

    monkeypatch.setattr(processes, "FreshPython", refuse)
    found = ends([fake_parcel("a"), fake_parcel("b")])
    assert {end.answer.is_lost for end in found.values()} == {True}


def test_a_stopped_night_keeps_what_its_tasks_have_and_begins_nothing():
    stop, begun = threading.Event(), time.monotonic()
    at_work = threading.Barrier(2, action=stop.set)

    def hear(move):
        if move.advance is not None and not stop.is_set():
            with contextlib.suppress(threading.BrokenBarrierError):
                at_work.wait(30)

    found = ends([fake_parcel(f"s{number}", seconds=60) for number in range(5)], hear, stop)
    assert time.monotonic() - begun < 30
    assert set(found) <= {"s0", "s1"}
    assert not children()


def test_an_interrupt_of_the_terminal_reaches_the_caller_alone():
    python = FreshPython(MODULE)
    try:
        python.send(BARE)
        assert python.read() == READY
        python.process.send_signal(signal.SIGINT)
        python.send(fake_parcel("a").data)
        while not isinstance(heard := python.read(), bytes):
            pass
        assert unpacked(heard).result == "answer of a"
    finally:
        python.end()


CALLER = """
import threading
from iopsched.networks.engines.processes import InProcesses
from tests.support.fake_tasks import fake_parcel
parcels = [fake_parcel(str(number), seconds=60) for number in range(4)]
for end in InProcesses(2, is_bare=True).run(parcels, lambda move: print("begun", flush=True), threading.Event()):
    pass
"""


def test_a_killed_caller_leaves_no_process():
    """Nor is anything of its own program run again in the processes: that would print at once."""
    path = os.pathsep.join([str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-c", CALLER]
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, text=True) as caller:
        assert [caller.stdout.readline(), caller.stdout.readline()] == ["begun\n"] * 2
        below = children(psutil.Process(caller.pid))
        assert len(below) == 2
        caller.kill()
    assert all_gone(below)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_nothing_of_a_task_is_told_of_a_process():
    """Whoever lists the processes of the machine sees no text of a task, and the process has no file of its own."""
    python = FreshPython(MODULE)
    try:
        python.send(BARE)
        python.read()
        python.send(fake_parcel("Quillon", seconds=30).data)
        python.read()
        place = Path(f"/proc/{python.process.pid}")
        assert b"Quillon" not in (place / "cmdline").read_bytes() + (place / "environ").read_bytes()
        names = {str(path.readlink()) for path in (place / "fd").iterdir()}
        assert all(name.startswith(("pipe:", "/dev/null", "anon_inode:", "socket:")) for name in names), names
    finally:
        python.end()
