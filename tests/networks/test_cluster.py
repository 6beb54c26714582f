"""A cluster of worker processes does the tasks of a night, whatever happens to its workers."""

import gc
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path

import psutil
import pytest

from iopsched.networks.engines.engine import TRIES
from iopsched.networks.engines.ownworkers import SCRATCH, own_cluster
from iopsched.networks.parcels import Failure, unpacked
from tests.support.fake_tasks import fake_parcel

pytest.importorskip("distributed", reason="an extra")
pytest.importorskip("cryptography", reason="an extra")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
HOME = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def engine():
    with own_cluster(2, 1) as found:
        yield found
    with warnings.catch_warnings(action="ignore"):
        gc.collect()  # pipes of workers that were killed, which Dask leaves to the collector


def ends(engine, parcels, on_move=lambda _: None, stop=None):
    """Return the ends of a night by key, and how long it took."""
    return {found.key: found for found in engine.run(parcels, on_move, stop or threading.Event())}


def answer(finished):
    return unpacked(finished.answer).result


def workers():
    """Return the worker processes below this one."""
    return [child for child in psutil.Process().children(recursive=True) if "spawn_main" in " ".join(child.cmdline())]


def test_every_task_is_done_and_none_is_known_by_its_key(engine):
    seen = []
    found = ends(engine, [fake_parcel(f"site {number}", seconds=0.01) for number in range(12)], seen.append)
    assert {key: answer(end) for key, end in found.items()} == {f"site {n}": f"answer of site {n}" for n in range(12)}
    assert {end.tries for end in found.values()} == {1}
    begun = [move.key for move in seen if move.advance is None]
    assert sorted(begun) == sorted(found)
    assert {(move.advance.value, move.advance.bound) for move in seen if move.advance} <= {(100, 0), (50, 50)}


def test_a_task_is_begun_only_where_a_worker_is_free(engine):
    """So that what holds up one worker holds up nothing behind it."""
    taken = []

    def parcels():
        for number in range(9):
            taken.append(number)
            yield fake_parcel(f"s{number}", seconds=0.05)

    night = engine.run(parcels(), lambda _: None, threading.Event())
    next(night)
    assert len(taken) <= 5
    night.close()


def test_a_killed_worker_costs_its_site_a_try(engine, tmp_path):
    lost = []
    once, often = tmp_path / "once", tmp_path / "often"
    once.mkdir(), often.mkdir()
    parcels = [
        fake_parcel("once", deaths=1, counted_in=str(once), seconds=0.5),
        fake_parcel("often", deaths=9, counted_in=str(often), seconds=0.5),
        *(fake_parcel(f"s{number}", seconds=0.2) for number in range(6)),
    ]
    found = ends(engine, parcels, lambda move: lost.append(move.key) if move.is_lost else None)
    assert answer(found["once"]) == "answer of once"
    assert found["once"].tries == 2
    assert found["often"].answer == Failure("KilledWorker", is_lost=True)
    assert found["often"].tries == TRIES
    assert len(list(often.iterdir())) == TRIES
    assert {answer(found[f"s{number}"]) for number in range(6)} == {f"answer of s{number}" for number in range(6)}
    assert set(lost) == {"once", "often"}


def test_a_task_that_breaks_says_where_and_no_word_of_its_text(engine):
    found = ends(engine, [fake_parcel("broken", answer="Quillon", breaks=True)])
    assert answer(found["broken"]).kind == "ValueError"
    assert b"Quillon" not in found["broken"].answer


def test_a_stopped_night_keeps_what_its_tasks_have(engine):
    stop, begun = threading.Event(), time.monotonic()
    threading.Timer(1.0, stop.set).start()
    found = ends(engine, [fake_parcel(f"s{number}", seconds=60) for number in range(5)], stop=stop)
    assert time.monotonic() - begun < 5
    assert {answer(end) for end in found.values()} <= {f"answer of s{number}" for number in range(5)}
    assert found
    assert answer(ends(engine, [fake_parcel("next")])["next"]) == "answer of next"


def test_whoever_leaves_early_leaves_nothing_at_work(engine):
    night = engine.run([fake_parcel("long", seconds=60), fake_parcel("short")], lambda _: None, threading.Event())
    assert next(night).key == "short"
    night.close()
    begun = time.monotonic()
    assert len(ends(engine, [fake_parcel("a", seconds=0.1), fake_parcel("b", seconds=0.1)])) == 2
    assert time.monotonic() - begun < 3


def test_everything_listens_on_this_machine_only(engine):
    del engine
    ours = [psutil.Process(), *psutil.Process().children(recursive=True)]
    listening = {
        line.laddr.ip for one in ours for line in one.net_connections("inet") if line.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def test_the_scratch_folder_is_private_and_holds_no_file_of_data(engine):
    ends(engine, [fake_parcel("some", ballast=b"x" * 300_000)])
    folders = list(Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"))
    assert folders
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}
    assert sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file()) == 0


@pytest.mark.slow  # Dask is loaded in four processes
def test_a_killed_caller_leaves_no_process_and_the_next_night_no_folder(tmp_path):
    code = (
        "import sys, threading\n"
        "from iopsched.networks.engines.ownworkers import own_cluster\n"
        "from tests.support.fake_tasks import fake_parcel\n"
        "with own_cluster(2, 1) as engine:\n"
        "    parcels = [fake_parcel(str(n), seconds=60) for n in range(4)]\n"
        "    for found in engine.run(parcels, lambda move: print('begun', flush=True), threading.Event()): pass\n"
    )
    path = os.pathsep.join([str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])])
    env = {**os.environ, "PYTHONPATH": path, "TMPDIR": str(tmp_path)}
    caller = subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, text=True)
    assert caller.stdout.readline() == "begun\n"
    below = psutil.Process(caller.pid).children(recursive=True)
    assert len(below) >= 2
    caller.send_signal(signal.SIGKILL)
    caller.wait()
    _, alive = psutil.wait_procs(below, timeout=5)
    assert not alive
    (left,) = tmp_path.glob(f"{SCRATCH}*")
    code = (
        "from iopsched.networks.engines.ownworkers import _sweep\nimport pathlib\n"
        f"_sweep(pathlib.Path({str(tmp_path)!r}))"
    )
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    assert not left.exists()
