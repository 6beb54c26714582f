"""Running chosen tests against one fault at a time, each in a process of its own that imports the package anew."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.mutation.faults import Fault

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

PACKAGE = "iopsched"
NOT_COPIED = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "dist", "build", "*.egg-info", "*.pyc")
HEAVY = ["ortools.sat.python.cp_model", "pandas", "pytest", "typer"]
TIMED_OUT, DIED = "no answer within the limit", "the process died"
ELSEWHERE = "the tests have imported another copy of the package"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a fault; ``caught_by`` is the first test that failed, blank where all passed."""

    fault: Fault
    caught_by: str
    seconds: float

    @property
    def is_caught(self) -> bool:
        """Return whether a test noticed."""
        return bool(self.caught_by)


class Bench:
    """A copy of the checkout in a temporary folder, in which one fault at a time is tried."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(home, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))

    def run(self, tests: Sequence[str], limit_s: float) -> str:
        """Return the first test that fails, blank where all pass."""
        context = _context()
        receiver, sender = context.Pipe(duplex=False)
        process: Any = context.Process(target=_work, args=(str(self.folder), list(tests), sender))  # type: ignore[attr-defined]
        process.start()
        sender.close()
        try:
            if not receiver.poll(limit_s):
                return TIMED_OUT
            failure = str(receiver.recv())
        except EOFError:
            return DIED
        finally:
            receiver.close()
            _end(process)
        if failure == ELSEWHERE:
            raise RuntimeError(failure)
        return failure

    def try_fault(self, fault: Fault, stages: Sequence[Sequence[str]], limit_s: float) -> Result:
        """Put the fault in, run the tests stage by stage until one fails, take it out again."""
        path = self.folder / PACKAGE / fault.file
        whole = path.read_text(encoding="utf-8")
        began = time.monotonic()
        path.write_text(fault.source(), encoding="utf-8")
        try:
            failure = next(filter(None, (self.run(tests, limit_s) for tests in stages)), "")
            return Result(fault, failure, time.monotonic() - began)
        finally:
            path.write_text(whole, encoding="utf-8")


def try_all(
    benches: Sequence[Bench],
    faults: Sequence[Fault],
    stages_of: Callable[[Fault], Sequence[Sequence[str]]],
    limit_s: float,
) -> Iterator[Result]:
    """Yield the result of each fault in their order, as many at a time as there are copies."""
    free: queue.SimpleQueue[Bench] = queue.SimpleQueue()
    for bench in benches:
        free.put(bench)

    def decide(fault: Fault) -> Result:
        bench = free.get()
        try:
            return bench.try_fault(fault, stages_of(fault), limit_s)
        finally:
            free.put(bench)

    with ThreadPoolExecutor(len(benches)) as pool:
        yield from pool.map(decide, faults)


def _context() -> BaseContext:
    """Return how processes begin: where it can be, from one that has imported the heavy packages but nothing of ours."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(HEAVY)
    return context


def _end(process: Any) -> None:
    """End a process and whatever it has started."""
    process.join(0.5)
    if process.is_alive():
        with contextlib.suppress(ProcessLookupError, PermissionError, AttributeError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.join()


class _FirstFailure:
    """A plugin of pytest that keeps the name of the first test, or module of tests, that fails."""

    def __init__(self) -> None:
        self.name = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Look at each phase of each test."""
        if report.failed:
            self.name = self.name or report.nodeid

    def pytest_collectreport(self, report: Any) -> None:
        """Look at each module."""
        if report.failed:
            self.name = self.name or f"{report.nodeid or 'tests'} (while collecting)"


def _work(folder: str, tests: list[str], sender: Connection) -> None:
    """Run tests in this process and send the first failure. Nothing of the package has been imported here before."""
    if any(name.split(".")[0] == PACKAGE for name in sys.modules):
        raise RuntimeError(ELSEWHERE)
    with contextlib.suppress(AttributeError):
        os.setsid()
    os.chdir(folder)
    os.environ.update(PYTHONPATH=folder, PYTHONDONTWRITEBYTECODE="1")
    sys.dont_write_bytecode = True
    sys.path.insert(0, folder)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    import pytest  # noqa: PLC0415 - loaded beforehand where processes fork

    first = _FirstFailure()
    arguments = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not slow", *tests]
    try:
        status = pytest.main(arguments, plugins=[first])
        failure = "" if status == pytest.ExitCode.OK else first.name or f"tests ended with status {int(status)}"
        found = Path(sys.modules[PACKAGE].__file__ or "") if PACKAGE in sys.modules else Path(folder)
        if not found.is_relative_to(folder):
            failure = ELSEWHERE
    except BaseException as error:  # noqa: BLE001 - whatever ends the tests is a sign
        failure = f"tests ended with {type(error).__name__}"
    sender.send(failure)
    sender.close()
    os._exit(0)
