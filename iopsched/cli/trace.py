"""``--trace``: a search's values and bounds over time, one JSON object a line, with nobody's id in it."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import Self

from iopsched.cli.console import talk
from iopsched.errors import UsageError
from iopsched.files.folders import tell_refusal
from iopsched.files.reading import Reason, UnreadableError, read_beginning
from iopsched.params import Progress

_LOADED_AT = time.monotonic()


def seconds_since_start() -> float:
    """Return the seconds since this process began, start of Python and all imports included.

    Linux tells when a process began, to 0.01 s (``starttime`` in ``/proc/self/stat``, proc(5)). Elsewhere the count
    begins where the command line is loaded, some 0.1 s later.
    """
    now = time.monotonic()
    return now - _LOADED_AT + _AGE_WHEN_LOADED_S


def _age_when_loaded() -> float:
    try:
        # the name in brackets before it may hold anything, blanks and brackets included
        fields = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0.0
    return max(0.0, age - (time.monotonic() - _LOADED_AT))


_AGE_WHEN_LOADED_S = _age_when_loaded()


class Trace:
    """A callback for ``solve`` that writes each piece of news as it comes; use as a context.

    A line has ``seconds`` since the process began, ``stage``, ``goal``, ``value`` and ``bound`` (null while unknown),
    and ``variables`` and ``constraints`` where a model's size is told, ``memory_mb`` where the memory is. A disk that fills up ends the trace, never the
    search.

    Raises
    ------
    UsageError
        If the file cannot be written, or holds something that is no trace.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # CP-SAT reports values and bounds from different threads.
        self._lock = threading.Lock()
        self._failure = ""
        _refuse_other_files(path)
        with tell_refusal(f"the trace {path}", "Name another file."):
            # as all that is written: for its owner alone; a pipe that nobody reads is refused, not waited for
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NONBLOCK", 0)
            handle = os.open(path, flags, 0o600)
        self._file = os.fdopen(handle, "w", encoding="utf-8", newline="\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            try:
                self._file.close()
            except OSError as failure:
                self._failure = self._failure or failure.strerror or str(failure)
        if self._failure:
            talk(f"The trace {self._path} is not complete: {self._failure}.")

    def __call__(self, news: Progress) -> None:
        """Write a line; never raises into the solver."""
        line: dict[str, object] = {
            "seconds": round(seconds_since_start(), 3),
            "stage": news.stage,
            "goal": None if news.goal is None else str(news.goal),
            "value": news.value,
            "bound": news.bound,
        }
        sizes = {"variables": news.variables, "constraints": news.constraints, "memory_mb": news.memory_mb}
        line.update((name, size) for name, size in sizes.items() if size is not None)
        with self._lock:
            if self._failure or self._file.closed:
                return
            try:
                self._file.write(json.dumps(line) + "\n")
                self._file.flush()
            except OSError as error:
                self._failure = error.strerror or str(error)


def _refuse_other_files(path: Path) -> None:
    """Keep a slip of the pen, such as ``--trace rooms.csv``, from emptying a file that is no trace."""
    try:
        begin = read_beginning(path, 12)
    except UnreadableError as error:
        if error.reason in (Reason.MISSING, Reason.KIND):  # opening it for writing tells more
            return
        raise UsageError(f"Cannot write the trace: {error} Name another file.") from None
    if begin and not begin.startswith(b'{"seconds": '):
        raise UsageError(f"{path} holds something else than a trace and is left alone. Name another file.")
