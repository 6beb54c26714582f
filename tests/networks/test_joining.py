"""A running cluster of real processes: it does the tasks, or the command says in words what is wrong with it."""

import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from iopsched.errors import UsageError
from iopsched.networks.engines import joining, workerside
from iopsched.networks.engines.addresses import address_of
from iopsched.networks.engines.engine import EngineLostError
from iopsched.networks.engines.joining import joined_cluster
from iopsched.networks.parcels import unpacked
from iopsched.networks.sealing import KEY, new_key
from tests.support.certificates import Authority
from tests.support.dask_processes import DaskProcesses
from tests.support.fake_tasks import fake_parcel

pytest.importorskip("distributed", reason="an extra")
pytest.importorskip("cryptography", reason="an extra")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Return a cluster whose workers have a key that its scheduler has not."""
    key = new_key()
    with DaskProcesses(tmp_path_factory.mktemp("cluster"), environment={KEY: key}) as found:
        found.key = key
        yield found.start(scheduler_environment={KEY: ""})


def joined(cluster, files=None):
    return joined_cluster(address_of(cluster.address, files), files)


def answers(engine, parcels):
    return {
        found.key: unpacked(found.answer).result for found in engine.run(parcels, lambda _: None, threading.Event())
    }


def test_a_running_cluster_does_the_tasks(cluster, monkeypatch):
    monkeypatch.setenv(KEY, cluster.key)
    with joined(cluster) as engine:
        assert engine.is_sealed
        found = answers(engine, [fake_parcel(str(number)) for number in range(6)])
    assert found == {str(number): f"answer of {number}" for number in range(6)}


def test_keys_that_differ_are_told_before_the_night(cluster, monkeypatch):
    for key, told in ((None, "this command has no key"), (new_key(), "another key than this command")):
        monkeypatch.delenv(KEY, raising=False)
        if key is not None:
            monkeypatch.setenv(KEY, key)
        with pytest.raises(UsageError, match=told), joined(cluster):
            pass


def test_other_versions_are_told_before_the_night(cluster, monkeypatch):
    monkeypatch.setenv(KEY, cluster.key)
    told = workerside.about("").versions
    other = tuple((name, "9.9" if name == "ortools" else version) for name, version in told)
    monkeypatch.setattr(joining, "own_versions", lambda: other)
    with (
        pytest.raises(UsageError, match=r"have other versions.*ortools [\d.]+, .*there.*ortools 9\.9.*here"),
        joined(cluster),
    ):
        pass


@pytest.mark.slow
def test_a_cluster_without_iopsched_is_told(tmp_path, monkeypatch):
    """Its workers load another package of that name, which is none of ours."""
    (tmp_path / "iopsched").mkdir()
    (tmp_path / "iopsched/__init__.py").touch()
    monkeypatch.setattr("tests.support.dask_processes.HOME", tmp_path)
    with DaskProcesses(tmp_path) as cluster:
        cluster.start(workers=1)
        with (
            pytest.raises(UsageError, match=r"2 of 2 processes of the cluster .* cannot load iopsched"),
            joined(cluster),
        ):
            pass


@pytest.mark.slow
def test_a_cluster_without_workers_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(joining, "WORKERS_S", 0.3)
    with DaskProcesses(tmp_path) as cluster:
        cluster.start(workers=0)
        with pytest.raises(UsageError, match="no workers"), joined(cluster):
            pass


@pytest.mark.slow
class Changing:
    """A cluster whose workers change between two questions: one that comes in between is asked, and one that goes."""

    security = SimpleNamespace(require_encryption=False)

    def __init__(self, later):
        self.seen = iter(({"tcp://127.0.0.1:1": 1}, later))

    def wait_for_workers(self, *_, **__):
        pass

    def nthreads(self):
        return next(self.seen)

    def run(self, ask, text, **_):
        return {f"tcp://127.0.0.1:{port}": replace(ask(text), mark=None) for port in (1, 2)}

    def run_on_scheduler(self, ask, text):
        return ask(text)


def test_workers_that_come_and_go_while_they_are_asked_count_as_they_are_then(monkeypatch):
    monkeypatch.delenv(KEY, raising=False)
    assert joining.engine_of(Changing({"tcp://127.0.0.1:1": 1, "tcp://127.0.0.1:2": 3}), None).slots == 4
    assert joining.engine_of(Changing({"tcp://127.0.0.1:2": 3}), None).slots == 3
    with pytest.raises(UsageError, match="has no workers"):
        joining.engine_of(Changing({}), None)
    with pytest.raises(UsageError, match="without TLS"):
        joining.engine_of(Changing({"tcp://10.0.0.7:2": 1, "tcp://127.0.0.1:2": 1}), None)


def test_a_killed_scheduler_ends_the_night_soon(tmp_path):
    def night(cluster, found):
        with joined(cluster) as engine:
            parcels = [fake_parcel("a"), *(fake_parcel(str(number), seconds=60) for number in range(5))]
            for end in engine.run(parcels, lambda _: None, threading.Event()):
                found[end.key] = end.answer
                if end.key == "a":
                    cluster.kill("scheduler")

    with DaskProcesses(tmp_path) as cluster:
        cluster.start()
        found, begun = {}, time.monotonic()
        with pytest.raises(EngineLostError):
            night(cluster, found)
        assert time.monotonic() - begun < 30
        assert {key: unpacked(data).result for key, data in found.items()} == {"a": "answer of a"}


@pytest.mark.slow
def test_a_worker_that_dies_for_good_leaves_its_task_to_another(tmp_path):
    counted = tmp_path / "deaths"
    counted.mkdir()
    with DaskProcesses(tmp_path) as cluster:
        cluster.start()
        with joined(cluster) as engine:
            found = answers(
                engine, [fake_parcel("x", seconds=0.5, deaths=1, counted_in=str(counted)), fake_parcel("y")]
            )
    assert found == {"x": "answer of x", "y": "answer of y"}


@pytest.mark.slow
@needs_openssl
def test_tls_with_a_real_scheduler(tmp_path, monkeypatch):
    """Right files; another authority; expired; none; and a key that the whole cluster lacks."""
    monkeypatch.delenv(KEY, raising=False)
    (tmp_path / "ca").mkdir(), (tmp_path / "stranger").mkdir()
    authority, stranger = Authority(tmp_path / "ca"), Authority(tmp_path / "stranger")
    caller = authority.files("caller")
    with DaskProcesses(tmp_path, files=authority.files("scheduler")) as cluster:
        cluster.start(workers=1)
        assert cluster.address.startswith("tls://127.0.0.1:")
        with joined(cluster, caller) as engine:
            assert not engine.is_sealed
            assert answers(engine, [fake_parcel("a")]) == {"a": "answer of a"}
        for files, told in (
            (stranger.files("caller"), "not signed by the authority in --ca"),
            (authority.files("late", is_expired=True), "--cert has expired"),
        ):
            begun = time.monotonic()
            with pytest.raises(UsageError, match=told), joined(cluster, files):
                pass
            assert time.monotonic() - begun < 15
        plain = address_of(cluster.address.replace("tls://", "tcp://"), None)
        with pytest.raises(UsageError, match="does not answer as a Dask scheduler"), joined_cluster(plain, None):
            pass


def test_the_library_is_not_loaded_before_it_is_asked_for():
    code = "import sys, iopsched.networks.engines.joining, iopsched.networks.engines.ownworkers; print('distributed' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_without_the_extra_it_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(joining, "MODULES", ("no_such_module",))
    with pytest.raises(UsageError, match=r"iopsched\[network\]"):
        joining.library("--cluster")
