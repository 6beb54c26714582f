"""Whole ``iopsched push`` commands against servers that answer as no server should.

``python -m scripts.hostile_server`` runs one command for each row of ``tests/support/hostile_server.py`` (``--only TEXT``: those whose
name holds it) and asks of each: it ends within 60 s and below 200 MB, with a sentence and exit code 0, 2 or 7;
the server's words are not repeated; and when the server is honest again, the same command makes every entry once and keeps what a person
changed. ``--kills N`` instead stops N pushes with ``kill -9`` at random moments of an honest server.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import random
import resource
import runpy
import shutil
import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import small_clinic

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["iopsched.cli.app", "iopsched.cli.push", "iopsched.push", "iopsched.export.calendars", "iopsched.store"]
)
WEEK = "2026-11-30"
MOST_S, MOST_MB = 60, 200
FILES = {
    **small_clinic.FILES,
    "participants.csv": "participant_id,population,track,group_id,therapist_id,availability\n"
    + "".join(f"P{n},adult,sud,G1,T{2 - (n < 3)},Mon-Fri 08:00-15:00\n" for n in (1, 2, 3)),
    "therapists.csv": "therapist_id,availability\nT1,Mon-Fri 08:00-17:00\nT2,Mon-Fri 08:00-17:00\n",
    "groups.csv": "group_id,service_id,track,population,sessions_per_week,times,lead,one_lead,room_id\n"
    "G1,group,sud,adult,3,Mon-Fri morning,T1,require,R1\n",
}


@dataclass(frozen=True)
class Run:
    """How a command ended. ``took_s`` is its time, ``peak_mb`` its memory."""

    code: int
    took_s: float
    peak_mb: float
    said: str


def command(arguments: list[str], talk: str, peak: str) -> None:
    """Be a whole command, from its arguments to its exit code; write down what it says and the memory that it took."""
    os.environ |= {"IOPSCHED_CALDAV_PASSWORD": "Zyxcanary-secret", "NO_COLOR": "1"}
    with Path(talk).open("wb") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    sys.argv = ["iopsched", *arguments]
    code: object = 0
    try:
        runpy.run_module("iopsched", run_name="__main__")
    except SystemExit as end:
        code = end.code or 0
    Path(peak).write_text(f"{code} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}")


def iopsched(*arguments: object, kill_after_s: float | None = None) -> Run:
    """Run a command to its end, or kill it after so many seconds. It is forked from a process that has loaded it."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        talk, peak = Path(place) / "talk", Path(place) / "peak"
        process = FORKS.Process(target=command, args=([*map(str, arguments)], str(talk), str(peak)))
        process.start()
        process.join(kill_after_s)
        if kill_after_s is not None:
            process.kill()
        process.join()
        said = talk.read_text(errors="replace") if talk.exists() else ""
        # The fork server now and then loses an exit code (255), so the command leaves its own.
        told = peak.read_text().split() if peak.exists() else [str(process.exitcode or 0), "0"]
    return Run(int(told[0]), time.monotonic() - begin, int(told[1]) / 1024, said)


class Clinic:
    """A clinic with two revisions: the first is on the server, one entry of it changed by a person, the second is not."""

    def __init__(self, folder: Path, hostile: Any) -> None:
        self.folder, self.hostile = folder, hostile
        small_clinic.write(folder, FILES)
        week = folder / "schedules" / WEEK
        solved = iopsched("solve", folder, "--week", WEEK, "--time-limit", "5")
        if solved.code:
            raise SystemExit(solved.said)
        server = hostile.HostileServer()
        self.url = server.url
        for push_too in (True, False):
            done = iopsched("publish", folder, week, "--force"), push_too and self.push(folder, server.url)
            if any(run.code not in (0, 4) for run in done if run):  # rooms may overlap: nobody minds here
                raise SystemExit(str(done))
            rows = (week / "sessions.csv").read_text()
            (week / "sessions.csv").write_text(rows.replace(",R2,", ",R1,"))
        server.stop()
        self.objects, self.collections = dict(server.objects), set(server.collections)
        self.edited = next(path for path in sorted(self.objects) if "therapist-T1" in path)
        data = self.objects[self.edited][1].replace(b"SUMMARY:", b"SUMMARY:Keys ")
        self.objects[self.edited] = '"theirs"', data

    def push(self, folder: Path, url: str, **options: Any) -> Run:
        """Push the week of a copy of the clinic."""
        week = folder / "schedules" / WEEK
        return iopsched("push", folder, week, "--caldav", url, "--user", "clinic", **options)

    def copy(self, folder: Path, *, is_new: bool) -> Any:
        """Return a server as the first push left it, or an empty one, and put a copy of the clinic beside it."""
        shutil.copytree(self.folder, folder)
        server = self.hostile.HostileServer()
        if not is_new:
            server.objects, server.collections = dict(self.objects), set(self.collections)
        with sqlite3.connect(folder / "iopsched.db") as db:
            if is_new:
                db.execute("DELETE FROM pushed")
            db.execute("UPDATE pushed SET target = replace(target, ?, ?)", (self.url, server.url))
        db.close()
        return server

    def faults_of(self, server: Any, *, is_new: bool) -> list[str]:
        """Return what is wrong with what an honest server has after the last push."""
        names = [path.rpartition("/")[0] + path.rpartition("/")[2].partition("@")[0][:36] for path in server.objects]
        found = [f"{len(names)} entries instead of 12"] if len(set(names)) != 12 or len(names) != 12 else []
        if not is_new and b"SUMMARY:Keys " not in server.objects.get(self.edited, ("", b""))[1]:
            found.append("a person's edit is lost")
        return found


def trial(clinic: Clinic, name: str, home: Path) -> tuple[Run, list[str]]:
    """Push to the server of a row; return how it ended and what was wrong."""
    method, act = clinic.hostile.ROWS[name]
    is_new = method == "MKCALENDAR"
    folder = home / str(abs(hash(name)))
    server = clinic.copy(folder, is_new=is_new)
    try:
        server.method, server.act = method, act
        run = clinic.push(folder, server.url)
        faults = []
        if run.code not in (0, 2, 7) or "Traceback" in run.said or not run.said.rstrip().endswith("."):
            faults.append(f"exit {run.code}: {run.said[-300:]}")
        if run.took_s > MOST_S or run.peak_mb > MOST_MB:
            faults.append(f"{run.took_s:.0f} s, {run.peak_mb:.0f} MB")
        if "Zyxcanary" in run.said:
            faults.append("repeats a secret")
        server.reform()
        again = clinic.push(folder, server.url)
        if again.code != (0 if is_new else 7):
            faults.append(f"then exit {again.code}: {again.said[-300:]}")
        return run, faults + clinic.faults_of(server, is_new=is_new)
    finally:
        server.stop()
        shutil.rmtree(folder)


def kills(clinic: Clinic, number: int, home: Path, seed: int) -> int:
    """Kill pushes, each of a fresh copy in turn new and changed, then push once more; return how many went wrong."""
    chance, wrong, killed = random.Random(seed), 0, 0
    folder = home / "probe"
    server = clinic.copy(folder, is_new=True)
    usual_s = clinic.push(folder, server.url).took_s
    server.stop()
    while killed < number:
        is_new = killed % 2 == 0
        folder = home / f"killed-{killed}"
        server = clinic.copy(folder, is_new=is_new)
        killed += clinic.push(folder, server.url, kill_after_s=chance.uniform(0.05, 1.05) * usual_s).code < 0
        again = clinic.push(folder, server.url)
        faults = clinic.faults_of(server, is_new=is_new)
        if again.code != (0 if is_new else 7) or faults:
            wrong += 1
            print(f"kill {killed}: exit {again.code}, {'; '.join(faults)}: {again.said[-300:]}", flush=True)
        server.stop()
        shutil.rmtree(folder)
    print(f"{killed} pushes killed, {wrong} of them not whole after the next push")
    return wrong


def main() -> int:
    """Run all; return 1 where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="rows whose name holds this")
    parser.add_argument("--jobs", type=int, default=4)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    hostile = importlib.import_module("tests.support.hostile_server")
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        clinic = Clinic(home / "clinic", hostile)
        if options.kills:
            return int(kills(clinic, options.kills, home, options.seed) > 0)
        names = [name for name in hostile.ROWS if options.only in name]
        with ThreadPoolExecutor(options.jobs) as pool:
            results = []
            for name, run, faults in pool.map(lambda name: (name, *trial(clinic, name, home)), names):
                results.append((name, run, faults))
                word = "WRONG" if faults else "right"
                print(f"{word} {run.took_s:5.1f} s {run.peak_mb:4.0f} MB exit {run.code} {name}", flush=True)
                print("".join(f"      {fault}\n" for fault in faults), end="", flush=True)
    bad = sum(bool(faults) for *_, faults in results)
    longest, largest = max(run.took_s for _, run, _ in results), max(run.peak_mb for _, run, _ in results)
    print(f"{len(results)} rows, {bad} wrong; at most {longest:.0f} s and {largest:.0f} MB")
    return int(bad > 0)


if __name__ == "__main__":
    raise SystemExit(main())
