"""A running Dask cluster of real processes: a scheduler and workers, as an operator starts them."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

HOME = Path(__file__).parents[2]


class DaskProcesses:
    """A scheduler and its workers on this machine; what they say goes into ``folder``."""

    def __init__(self, folder, *, files=None, environment=None, logging="warning"):
        self.folder, self.files = Path(folder), files
        path = os.pathsep.join([str(HOME), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.environment = {
            **os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "ignore", "TMPDIR": str(self.folder),
            "DASK_LOGGING__DISTRIBUTED": logging, "DASK_CONFIG": str(self.folder), **(environment or {}),
        }  # fmt: skip
        self.processes = {}
        self.scheduler_file = self.folder / "scheduler.json"

    def start(self, workers=2, scheduler_environment=None):
        """Start all, and wait until the scheduler is known."""
        self.start_scheduler(environment=scheduler_environment)
        for number in range(workers):
            self.start_worker(f"worker-{number}")
        return self

    def start_scheduler(self, port=0, environment=None):
        self.scheduler_file.unlink(missing_ok=True)
        options = ["--host", "127.0.0.1", "--port", str(port), "--dashboard-address", "127.0.0.1:0"]
        self._start(
            "scheduler",
            ["scheduler", *options, "--scheduler-file", str(self.scheduler_file), *self._tls()],
            environment,
        )
        until = time.monotonic() + 30
        while not self.scheduler_file.exists() and time.monotonic() < until:
            time.sleep(0.05)
        self.facts = json.loads(self.scheduler_file.read_text(encoding="utf-8"))
        self.address = self.facts["address"]

    def start_worker(self, name, nthreads=1):
        options = ["--nthreads", str(nthreads), "--local-directory", str(self.folder / "scratch"), "--no-dashboard"]
        self._start(name, ["worker", self.address, "--name", name, *options, *self._tls()])

    def kill(self, name):
        self.processes.pop(name).kill()

    def logs(self):
        """Return all that the processes have said."""
        return {path.stem: path.read_bytes() for path in self.folder.glob("*.log")}

    def _tls(self):
        if self.files is None:
            return []
        return [
            "--tls-ca-file", str(self.files.authority), "--tls-cert", str(self.files.certificate), "--tls-key", str(self.files.key),
        ]  # fmt: skip

    def _start(self, name, arguments, environment=None):
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments], cwd=self.folder, env={**self.environment, **(environment or {})},
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # a worker's nanny, and the worker
            process.wait()
