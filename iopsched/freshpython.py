"""Fresh Python processes that run a module of ours and speak through pipes.

Nothing of the program that asks is run again in them, as :mod:`multiprocessing` would. All that they are told goes through
a pipe: nothing of a clinic is in a command line, an environment or on the disk. A module that is run so ends as soon as its
standard input does, so that none is left however the program that asked has ended.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

HOME = Path(__file__).parents[1]
BROKEN = (OSError, EOFError, ValueError, pickle.PickleError)
"""What a process that has ended leaves in a pipe."""


def environment() -> dict[str, str]:
    """Return the environment of a process that finds our modules wherever it is started."""
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(HOME), *([known] if known else [])])}


class FreshPython:
    """One process that runs a module, and is sent and sends pickles.

    Raises
    ------
    OSError
        If the system lets nobody start another process.
    """

    def __init__(self, module: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )
        self._writing = threading.Lock()

    def send(self, message: object) -> None:
        """Send a message; one of :data:`BROKEN` is raised where the process has ended."""
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        with self._writing:
            if self.process.stdin is None:
                raise EOFError
            self.process.stdin.write(data)
            self.process.stdin.flush()

    def read(self) -> Any:
        """Wait for the next message; one of :data:`BROKEN` is raised where the process has ended."""
        if self.process.stdout is None:
            raise EOFError
        return pickle.load(self.process.stdout)

    def end(self) -> None:
        """End the process at once."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue


class OtherSide:
    """The side of the process: what it is sent on its standard input, and what it sends on its standard output.

    Only the main thread may make one. Ctrl-C is ignored: a terminal tells everybody, and who started the process decides.
    """

    def __init__(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self._source, self._target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing else may come between the messages
        self._writing = threading.Lock()

    def read(self) -> Any:
        """Wait for the next message."""
        return pickle.load(self._source)

    def listen(self, take: Callable[[Any], None]) -> None:
        """From now on give each message to ``take``, in a thread, and end the process with its input, whatever it is doing."""
        threading.Thread(target=self._listen, args=(take,), daemon=True).start()

    def send(self, message: object) -> None:
        """Send a message, whole, from whichever thread."""
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        with self._writing:
            self._target.write(data)
            self._target.flush()

    def _listen(self, take: Callable[[Any], None]) -> None:
        try:
            while True:
                take(self.read())
        finally:
            os._exit(0)
