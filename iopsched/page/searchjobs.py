"""Searches that run beside the page, each in a process of its own, one after the other.

What a search tells is kept, so that a late tab and a reload see all of it. The process is told everything through a pipe and
ends soon after that does, however this one ended; what it found lies on the disk then.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from iopsched.freshpython import environment

SEARCH = "search"
COMMAND = ("-P", "-m", "iopsched.cli.searchprocess")
NICER = 10
"""By so much the system prefers the page to a search."""
ROWS = frozenset(
    {"heading", "choice", "left_out"}
    | {"alone", "standing", "cause", "way"}
    | {"together", "referral", "more", "next", "later", "left"}
)
"""What answers tell one after the other; all of it is kept."""
ABORTED = frozenset({-signal.SIGABRT, 0xC0000409})
"""How a process ends that aborts, elsewhere and on Windows."""
CANCEL_S = 3.0
"""So long it may take until a process that was ended is gone."""
MOST_POINTS = 400
"""So many steps of a goal are kept for its line over time."""

Facts = dict[str, Any]
State = Literal["waiting", "running", "stopping", "ended"]


class SearchJob:
    """One search: what is asked, how far it is, what came of it. Safe in threads."""

    def __init__(self, clinic: int, week: date, asked: Mapping[str, Any], tell: Callable[[Facts], object]) -> None:
        self.clinic = clinic
        self.week = week
        self.state: State = "waiting"
        self.stage = ""
        self.result: Facts | None = None
        self._asked = asked
        self._tell = tell
        self._lock = threading.Lock()
        self._goals: dict[str, Facts] = {}
        self._rows: list[Facts] = []
        self._process: subprocess.Popen[str] | None = None
        self._begun_s: float | None = None
        self._is_through = threading.Event()

    @property
    def asked(self) -> Mapping[str, Any]:
        """Return what is asked."""
        return self._asked

    @property
    def is_over(self) -> bool:
        """Return whether nothing more will come."""
        return self.state == "ended"

    def told(self) -> Facts:
        """Return all that is known, for a tab that comes late."""
        with self._lock:
            goals = [{**goal, "points": list(goal["points"])} for goal in self._goals.values()]
            limit = self._asked["time_limit_s"]
            return {
                "state": self.state,
                "stage": self.stage,
                "limit_s": limit,
                "used_s": 0.0 if self._begun_s is None else round(time.monotonic() - self._begun_s, 1),
                "goals": goals,
                "rows": list(self._rows),
                "result": self.result,
            }

    def run(self, command: Sequence[str]) -> None:
        """Search until the process ends; what it tells is passed on line by line.

        Where the solver has met a bug of its own and aborted, it is asked once more, to search in another order.
        """
        with contextlib.suppress(OSError):  # the system may refuse to start one: that is told as if it had died
            code = self._run_once(command, self._asked)
            if code in ABORTED and self.result is None:
                self._run_once(command, {**self._asked, "seed": self._asked["seed"] + 1})
        with self._lock:
            self._end({"kind": "none", "why": "stopped" if self.state == "stopping" else "died"})

    def _run_once(self, command: Sequence[str], asked: Mapping[str, Any]) -> int | None:
        """Run a process to its end and return its code, None where somebody has asked to stop before it began."""
        with self._lock:
            if self.state == "stopping":
                return None
            self._process = process = _started(command)
            self.state, self._begun_s = "running", time.monotonic()
            self._rows.clear()
        self._pass_on({"state": "running"})
        self._send(json.dumps(asked))
        for line in process.stdout or ():
            self._hear(line)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # a process that died has left something unread
                if pipe is not None:
                    pipe.close()
        return process.returncode

    def stop(self) -> None:
        """Have the search end with the best week so far."""
        with self._lock:
            if self.is_over:
                return
            self.state = "stopping"
        self._send("stop")
        self._pass_on({"state": "stopping"})

    def cancel(self) -> bool:
        """End the search at once, without a week; return whether it has ended."""
        with self._lock:
            if self.is_over:
                return True
            self.state = "stopping"
            self.result = {"kind": "none", "why": "stopped"}
            process = self._process
        if process is not None:
            process.kill()
        return process is None or self._is_through.wait(CANCEL_S)

    def kill(self) -> None:
        """End the search when the page ends: it may still write what it has."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        with contextlib.suppress(OSError, ValueError):
            if process.stdin is not None:
                process.stdin.close()

    def _send(self, line: str) -> None:
        process = self._process
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):
                process.stdin.write(line + "\n")
                process.stdin.flush()

    def _hear(self, line: str) -> None:
        """Remember and pass on one line."""
        try:
            facts = json.loads(line)
            kind = facts["kind"]
        except (ValueError, TypeError, KeyError):
            return
        with self._lock:
            if kind == "goal":
                self._remember(facts)
            elif kind == "stage":
                self.stage = facts["stage"]
            elif kind in ROWS:
                self._rows.append(facts)
            else:
                self.result = facts
                return  # told when the process has ended and the week lies on the disk
        self._pass_on(facts)

    def _remember(self, facts: Facts) -> None:
        """Keep a goal's last words and its line over time."""
        points = self._goals.get(facts["name"], {"points": []})["points"]
        point = [facts["elapsed_s"], facts["value"], facts["bound"]]
        if not points or points[-1][1:] != point[1:]:
            points.append(point)
            del points[1 : 1 + len(points) - MOST_POINTS]
        self._goals[facts["name"]] = {**facts, "points": points}

    def _end(self, otherwise: Facts) -> None:
        self.result = self.result or otherwise
        self.state = "ended"
        self._is_through.set()
        self._tell({"state": "ended", "result": self.result})

    def _pass_on(self, facts: Facts) -> None:
        self._tell(facts)


class SearchJobs:
    """The searches of one page: one for a clinic at a time, and one at a time in all, so that the page stays quick."""

    def __init__(self, command: Sequence[str] = (sys.executable, *COMMAND)) -> None:
        self.command = command
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._jobs: dict[tuple[int, str], SearchJob] = {}

    @property
    def is_any_running(self) -> bool:
        """Return whether a search is at work or waits for its turn."""
        with self._lock:
            return any(not job.is_over for job in self._jobs.values())

    def of(self, clinic: int, task: str = SEARCH) -> SearchJob | None:
        """Return the last search of a clinic."""
        with self._lock:
            return self._jobs.get((clinic, task))

    def start(
        self,
        clinic: int,
        week: date,
        asked: Mapping[str, Any],
        tell: Callable[[Facts], object],
        task: str = SEARCH,
    ) -> SearchJob:
        """Begin a search of a clinic; return the one that runs, if one does."""
        with self._lock:
            running = self._jobs.get((clinic, task))
            if running is not None and not running.is_over:
                return running
            job = self._jobs[clinic, task] = SearchJob(clinic, week, asked, tell)
        turn = self._turn if task == SEARCH else contextlib.nullcontext()  # nobody waits at the phone for a long search
        threading.Thread(target=self._run, args=(job, turn), daemon=True).start()
        return job

    def forget(self, clinic: int) -> None:
        """Forget a search that is over."""
        with self._lock:
            found = self._jobs.get((clinic, SEARCH))
            if found is not None and found.is_over:
                del self._jobs[clinic, SEARCH]

    def end(self) -> None:
        """End all searches, as the page ends."""
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            job.kill()

    def _run(self, job: SearchJob, turn: contextlib.AbstractContextManager[object]) -> None:
        with turn:
            job.run(self.command)


def workers() -> int:
    """Return how many threads a search has: one core is left to the page."""
    return max(1, (os.cpu_count() or 2) - 1)


def _started(command: Sequence[str]) -> subprocess.Popen[str]:
    """Start the process of a search: in a session of its own, so that a Ctrl-C for the page does not reach it."""
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=environment(),
        start_new_session=os.name != "nt",
        creationflags=_WINDOWS_FLAGS,
    )


_WINDOWS_FLAGS = (
    getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
    | getattr(subprocess, "CREATE_NO_WINDOW", 0)
)
