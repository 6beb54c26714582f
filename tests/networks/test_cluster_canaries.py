"""Nothing of a clinic is in what a cluster tells of itself: task names, state, pages, logs, processes, folders."""

import http.client
import pickle
import re
import threading
import time
import zlib
from datetime import date
from urllib.parse import urlsplit

import psutil
import pytest

from iopsched.networks.engines.addresses import address_of
from iopsched.networks.engines.joining import joined_cluster
from iopsched.networks.engines.ownworkers import SCRATCH, own_cluster
from iopsched.networks.parcels import parcel_of, unpacked
from iopsched.networks.sealing import KEY, new_key
from iopsched.networks.weektask import week_task
from iopsched.params import SolveParams
from iopsched.work.clinics import read_clinic
from scripts.canaries import traces
from tests.support.dask_processes import DaskProcesses
from tests.support.fake_tasks import fake_parcel
from tests.support.small_clinic import FILES

pytest.importorskip("distributed", reason="an extra")
pytest.importorskip("cryptography", reason="an extra")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
NAME, PERSON, STAFF, ROOM, GROUP, CLINIC = CANARIES = (
    "Quillon",
    "Zyxwick",
    "Vexmoor",
    "Brakwyn",
    "Ashgrove",
    "Talvern",
)
STEMS = {"P": PERSON, "T": STAFF, "R": ROOM, "G": GROUP}
PAGES = (
    "sitemap.json", "json/counts.json", "json/identity.json", "individual-plots.json", "metrics", "info/main/workers.html",
    "info/main/exceptions.html", "info/main/logs.html", "status",
)  # fmt: skip


@pytest.fixture
def parcels(tmp_path):
    """Return real weeks of a clinic of canaries, a task that takes a while, and one that breaks with them in its text."""
    folder = tmp_path / "clinic"
    folder.mkdir()
    for file, text in FILES.items():
        spoiled = re.sub(r"\b([PTRG])([1-3])\b", lambda found: f"{STEMS[found[1]]}{found[2]}", text)
        spoiled = spoiled.replace("Zyxcanary", NAME).replace('name = "Small"', f'name = "{CLINIC}"')
        (folder / file).write_text(spoiled, encoding="utf-8")
    problem = read_clinic(folder, date(2026, 11, 30)).problem
    assert {person.id for person in problem.participants} == {f"{PERSON}{number}" for number in (1, 2, 3)}
    task = week_task(problem, SolveParams(time_limit_s=5, seed=0, workers=1))
    told = " ".join(CANARIES)
    return [
        parcel_of("week 1", task, 5), parcel_of("week 2", task, 5),
        fake_parcel("broken", answer=told, breaks=True), fake_parcel("long", answer=told, seconds=8, ballast=told.encode() * 50),
    ]  # fmt: skip


def hits(data):
    """Return the canaries in some bytes, also where they are packed."""
    found = [data]
    for place in (at.start() for at in re.finditer(rb"x[\x01\x5e\x9c\xda]", data)):
        try:
            found.append(zlib.decompressobj().decompress(data[place:]))
        except zlib.error:
            continue
    low = [(one, one.lower()) for one in found]
    return {
        stem for stem in CANARIES for one, small in low if any(trace in one or trace in small for trace in traces(stem))
    }


def test_the_search_finds_what_is_packed(parcels):
    """The tests below are as good as this."""
    assert hits(b"some bytes " + parcels[0].data) >= {PERSON, STAFF, ROOM, GROUP}
    assert not {NAME, CLINIC} & hits(parcels[0].data)
    assert hits("...Quillon...".encode("utf-16-le")) == {NAME}
    assert not hits(b"x\x9cnothing at all")


def told_by(client, folder, processes, page):
    """Yield what a cluster tells while tasks are at work, with where it was found."""
    client.dump_cluster_state(str(folder / "state"), exclude=(), format="yaml")
    yield "state", (folder / "state.yaml").read_bytes()
    (folder / "state.yaml").unlink()
    for path in (*PAGES, *(f"info/task/{key}.html" for key in client.run_on_scheduler(task_names))):
        line = http.client.HTTPConnection("127.0.0.1", page, timeout=5)
        line.request("GET", f"/{path}")
        yield path, line.getresponse().read()
        line.close()
    for process in processes:
        yield "command line", " ".join(process.cmdline()).encode()
        yield "environment", repr(process.environ()).encode()
    yield "what the scheduler holds", client.run_on_scheduler(whole_tasks)
    yield "task names", repr(client.run_on_scheduler(task_names)).encode()
    yield "events", repr(client.get_events()).encode()


def task_names(dask_scheduler):
    return list(dask_scheduler.tasks)


def whole_tasks(dask_scheduler):
    """Return all that the scheduler has of the tasks, as bytes: what a dump of its memory would hold."""
    return pickle.dumps(
        [(task.run_spec, task.exception_text, task.traceback_text) for task in dask_scheduler.tasks.values()]
    )


def told_at_night(engine, parcels, folder, processes, page):
    """Do the tasks, look at everything while the long one is at work, and return what was told with the answers."""
    answers, told, begun = {}, [], threading.Event()
    night = engine.run(parcels, lambda move: begun.set() if move.key == "long" else None, threading.Event())
    for end in night:
        answers[end.key] = unpacked(end.answer).result
        if len(answers) == len(parcels) - 1:
            assert begun.wait(10)
            time.sleep(0.5)  # news on their way
            told += told_by(engine._client, folder, processes(), page)
            night.close()
    return answers, told


def below(process):
    return [process, *process.children(recursive=True)]


def left_in(folder):
    return [(str(path), str(path).encode() + path.read_bytes()) for path in folder.rglob("*") if path.is_file()]


def judge(answers, told):
    assert answers["week 1"].schedule == answers["week 2"].schedule
    assert {member for session in answers["week 1"].schedule.sessions for member in session.participant_ids}
    assert answers["broken"].kind == "ValueError"
    assert [(place, found) for place, data in told if (found := hits(data))] == []
    assert b"task-" in dict(told)["task names"]
    assert b"task-" in dict(told)["state"]
    assert len(dict(told)["what the scheduler holds"]) > 200


def test_a_local_cluster_with_its_page_on_tells_nothing(parcels, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    with own_cluster(2, 1, dashboard=0) as engine:
        page = urlsplit(engine._client.cluster.dashboard_link).port
        (folder,) = (tmp_path / "scratch").glob(f"{SCRATCH}*")
        answers, told = told_at_night(engine, parcels, tmp_path, lambda: below(psutil.Process())[1:], page)
        told += left_in(folder)
    judge(answers, told)
    assert not list((tmp_path / "scratch").iterdir())


@pytest.mark.slow
def test_a_cluster_that_logs_everything_tells_nothing(parcels, tmp_path, monkeypatch):
    """Real processes at the level debug; one worker is killed at work, another task breaks."""
    key = new_key()
    monkeypatch.setenv(KEY, key)
    home = tmp_path / "cluster"
    home.mkdir()
    with DaskProcesses(home, environment={KEY: key}, logging="debug") as cluster:
        cluster.start(workers=3, scheduler_environment={KEY: ""})
        page = cluster.facts["services"]["dashboard"]
        (tmp_path / "deaths").mkdir()
        dying = fake_parcel(
            "dying", answer=" ".join(CANARIES), seconds=0.5, deaths=1, counted_in=str(tmp_path / "deaths")
        )
        with joined_cluster(address_of(cluster.address, None), None) as engine:
            processes = [one for name in cluster.processes.values() for one in below(psutil.Process(name.pid))]
            parcels.insert(0, dying)
            answers, told = told_at_night(
                engine, parcels, tmp_path, lambda: [one for one in processes if one.is_running()], page
            )
        logs = cluster.logs()
    assert sum(map(len, logs.values())) > 5000
    judge(answers, [*told, *logs.items(), *left_in(home)])
    assert len(list((tmp_path / "deaths").iterdir())) == 1
    assert not list(home.rglob("core*"))
