"""How many sites a night can have: a real scheduler, the real caller's engine, many workers, and weeks that nobody solves.

``python -m benchmarks.manysites --sites 2000 --workers 100`` starts a scheduler process and worker processes with many
workers each, hands over as many tasks of the size of a clinic of 60 as there are sites, sealed, and measures seconds, memory
and bytes. A task waits as long as it is told and answers with as many bytes as a week has.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import resource
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from iopsched.networks import parcels
from iopsched.networks.engines.joining import engine_of, library
from iopsched.networks.parcels import Advance, Parcel, Tell, parcel_of
from iopsched.networks.sealing import KEY, new_key, seal_of

HOME = Path(__file__).parents[1]
KIND = "manysites"
parcels.TASKS[KIND] = "benchmarks.manysites"
TASK_BYTES, ANSWER_BYTES = 7_000, 3_500
"""Packed sizes of the task and the answer of an example clinic of 60, whose bytes cannot be packed any further."""
PER_PROCESS = 25


@dataclass(frozen=True, slots=True)
class FakeSite:
    """A task: how long it takes, and bytes in place of facts."""

    seconds: float
    facts: bytes


def perform(asked: FakeSite, tell: Tell, stop: threading.Event) -> bytes:
    """Wait, tell eight goals as a search does, and answer with as many bytes as a week has."""
    for goal in range(8):
        tell(Advance(goal, 100, 50))
        stop.wait(asked.seconds / 8)
    return secrets.token_bytes(ANSWER_BYTES)


def fake_parcel(number: int, seconds: float) -> Parcel:
    """Return one task."""
    site = FakeSite(seconds, secrets.token_bytes(TASK_BYTES))
    return parcel_of(str(number), parcels.Task(KIND, site), seconds)


async def host(address: str, workers: int) -> None:
    """Be so many workers of one thread each, in this process, until the scheduler is gone."""
    distributed: Any = library("--dask")
    started = [
        await distributed.Worker(
            address, nthreads=1, memory_limit=0, local_directory=tempfile.gettempdir(), dashboard=False
        )
        for _ in range(workers)
    ]
    await asyncio.gather(*(worker.finished() for worker in started))


class Hosts:
    """The processes of a simulation: the scheduler and those in which workers live."""

    def __init__(self, folder: Path, key: str, workers: int) -> None:
        self.environment = {
            **os.environ,
            KEY: key,
            "TMPDIR": str(folder),
            "PYTHONPATH": f"{HOME}:{os.environ.get('PYTHONPATH', '')}",
        }
        self.environment |= {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False", "PYTHONWARNINGS": "ignore"}
        file = folder / "scheduler.json"
        options = [
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--dashboard-address",
            "127.0.0.1:0",
            "--scheduler-file",
            str(file),
        ]
        self.scheduler = self._start([sys.executable, "-m", "dask", "scheduler", *options], without=KEY)
        while not file.exists():
            time.sleep(0.1)
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]
        sizes = [min(PER_PROCESS, workers - begun) for begun in range(0, workers, PER_PROCESS)]
        line = [sys.executable, "-m", "benchmarks.manysites", "--host", self.address, "--workers"]
        self.processes = [self._start([*line, str(size)]) for size in sizes]

    def _start(self, line: list[str], without: str = "") -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in self.environment.items() if name != without}
        return subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def bytes_passed(self) -> int:
        """Return the bytes that the scheduler has sent and received on the connections that are open."""
        told = subprocess.run(["ss", "-tnipHO"], capture_output=True, text=True, check=False).stdout  # noqa: S607 - a tool of the system
        own = "\n".join(line for line in told.splitlines() if f"pid={self.scheduler.pid}," in line)
        return sum(int(number) for number in re.findall(r"bytes_(?:sent|received):(\d+)", own))

    def end(self) -> None:
        """End all."""
        for process in [*self.processes, self.scheduler]:
            process.kill()
            process.wait()


def simulate(sites: int, workers: int, seconds: float) -> dict[str, Any]:
    """Run one night and return what it took."""
    distributed: Any = library("--dask")
    key = new_key()
    with tempfile.TemporaryDirectory() as folder:
        hosts = Hosts(Path(folder), key, workers)
        try:
            client = distributed.Client(hosts.address, set_as_default=False, direct_to_workers=False)
            client.wait_for_workers(workers, timeout=120)
            engine = engine_of(client, seal_of(key, KEY))
            passed, used = hosts.bytes_passed(), psutil.Process(hosts.scheduler.pid).cpu_times()
            own, begun = time.process_time(), time.monotonic()
            news: list[int] = []
            tasks = (fake_parcel(number, seconds) for number in range(sites))
            done = sum(
                1
                for end in engine.run(tasks, lambda _: news.append(1), threading.Event())
                if isinstance(end.answer, bytes)
            )
            took = time.monotonic() - begun
            scheduler = psutil.Process(hosts.scheduler.pid)
            spent = scheduler.cpu_times()
            return {
                "sites": sites, "workers": workers, "seconds_each": seconds, "done": done, "wall_s": round(took, 1),
                "ideal_s": round(sites * seconds / workers, 1),
                "caller_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "caller_cpu_s": round(time.process_time() - own, 1),
                "scheduler_mb": round(scheduler.memory_info().rss / 2**20),
                "scheduler_cpu_s": round(spent.user + spent.system - used.user - used.system, 1),
                "kb_passed_each": round((hosts.bytes_passed() - passed) / sites / 1000, 1), "news": len(news),
            }  # fmt: skip
        finally:
            hosts.end()


def main() -> None:
    """Simulate a night and print a line, or be a host of workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each solve")
    parser.add_argument("--host", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.host:
        asyncio.run(host(asked.host, asked.workers))
    else:
        print(json.dumps(simulate(asked.sites, asked.workers, asked.seconds)))


if __name__ == "__main__":
    main()
