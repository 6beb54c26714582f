"""A Dask cluster of worker processes on this machine, started and ended by the command that uses it.

It listens on 127.0.0.1 and speaks TLS with certificates of that night, which never leave the memory of these processes:
whoever else uses this machine can neither read what is sent nor have the workers run anything. Workers keep everything in
memory. Dask wants a folder for each all the same; it lies in a private one that is removed, by the next night at the latest.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from iopsched.errors import ConflictError
from iopsched.files.locks import lock
from iopsched.networks.engines import workerside
from iopsched.networks.engines.cluster import OnCluster
from iopsched.networks.engines.joining import library
from iopsched.networks.sealing import KEY, new_key, seal_of

HOST = "127.0.0.1"
SCRATCH = "iopsched-network-"
CLOSE_S = 1.0
SETTINGS: dict[str, Any] = {
    "distributed.scheduler.allowed-failures": 0,  # tries are counted here, as Dask also counts workers that a task only waited at
    "distributed.worker.memory.target": False,  # nothing is spilled to the disk
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,  # memory that a solve leaves fragmented would hold up a worker for good
    "distributed.worker.profile.enabled": False,
    "distributed.worker.http.routes": [],
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.preload": [],
    "distributed.worker.preload": [],
    "distributed.nanny.preload": [],
    "distributed.diagnostics.nvml": False,
    "distributed.diagnostics.computations.nframes": 0,
    "distributed.comm.compression": False,
}


@contextlib.contextmanager
def own_cluster(workers: int, cores: int, dashboard: int | None = None) -> Iterator[OnCluster]:
    """Yield the engine of so many worker processes, whose tasks may use ``cores`` each; they end with the context.

    ``dashboard`` is the port of Dask's page on this machine, 0 for any free one; None for no page.

    Raises
    ------
    UsageError
        If Dask is not installed.
    """
    distributed = library("--cluster")
    key = new_key()
    settings = {**SETTINGS, **({} if dashboard is not None else {"distributed.scheduler.http.routes": []})}
    with (
        _scratch() as folder,
        _apart(),
        import_module("dask").config.set(settings | {"temporary-directory": str(folder)}),
    ):
        security = distributed.Security.temporary()
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host=HOST,
            protocol="tls://",
            security=security,
            dashboard_address=f"{HOST}:{dashboard or 0}",
            silence_logs=logging.CRITICAL,
            local_directory=str(folder),
            env={KEY: key},
            preload=[workerside.__name__],
        )
        try:
            client = distributed.Client(cluster, security=security, set_as_default=False, direct_to_workers=False)
            try:
                engine = OnCluster(client, workers, cores, seal_of(key, KEY))
                engine.page = f"Dask's page: {cluster.dashboard_link}" if dashboard is not None else ""
                yield engine
            finally:
                _close(client)
        finally:
            _close(cluster)


def _close(what: Any) -> None:
    """Close what may be at work: a worker that does not end in time is killed, or ends with this process."""
    with contextlib.suppress(TimeoutError):
        what.close(timeout=CLOSE_S)


@contextlib.contextmanager
def _scratch() -> Iterator[Path]:
    """Yield a private folder, and remove those of nights that were killed."""
    _sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=SCRATCH))
    try:
        with lock(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(home: Path) -> None:
    for left in home.glob(f"{SCRATCH}*"):
        with contextlib.suppress(OSError, ConflictError), lock(left, 0):  # one that is at work, or somebody else's
            shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def _apart() -> Iterator[None]:
    """Have new Python processes load nothing of the program that runs here, and say nothing.

    The command must not begin once more in them; and where this process is cut short, the one that tidies up after it would
    complain of that.
    """
    main, warnings = sys.modules["__main__"], os.environ.get("PYTHONWARNINGS")
    before = {name: getattr(main, name, None) for name in ("__spec__", "__file__")}
    try:
        main.__spec__ = None
        main.__file__ = None
        os.environ["PYTHONWARNINGS"] = "ignore"
        yield
    finally:
        for name, value in before.items():
            setattr(main, name, value)
        if warnings is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = warnings
