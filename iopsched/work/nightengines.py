"""Which engine does the tasks of a night, as somebody asks for it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from iopsched.errors import UsageError
from iopsched.networks.engines.addresses import address_of, files_of
from iopsched.networks.engines.engine import Engine, cores_here
from iopsched.networks.engines.joining import joined_cluster
from iopsched.networks.engines.ownworkers import own_cluster
from iopsched.networks.engines.processes import InProcesses
from iopsched.networks.engines.serial import InThisProcess


@dataclass(frozen=True, slots=True)
class EngineAsked:
    """Who shall do the tasks: so many processes, a Dask cluster of so many, or one that runs at an address.

    ``certificate``, ``key`` and ``authority`` are files by which TLS lets the caller in at that address. ``page`` is the
    port of Dask's page for a cluster that is started.
    """

    jobs: int = 1
    cluster: int | None = None
    dask: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class ChosenEngine:
    """An engine that is ready, the cores that each of its tasks may use, and what is to be said of it."""

    engine: Engine
    cores: int
    remark: str = ""


UNSEALED = (
    "No key seals the tasks: whoever may look into the scheduler can read them. docs/network.md says how to seal them."
)


@contextlib.contextmanager
def chosen_engine(asked: EngineAsked) -> Iterator[ChosenEngine]:
    """Yield the engine, ready to be used.

    Raises
    ------
    UsageError
        If it cannot be had, or options contradict each other.
    """
    _check(asked)
    if asked.cluster is not None:
        cores = max(1, cores_here() // asked.cluster)
        with own_cluster(asked.cluster, cores, asked.page) as found:
            yield ChosenEngine(found, cores, found.page)
    elif asked.dask is not None:
        files = files_of(asked.certificate, asked.key, asked.authority)
        with joined_cluster(address_of(asked.dask, files), files) as found:
            yield ChosenEngine(found, found.cores, "" if found.is_sealed else UNSEALED)
    else:
        engine: Engine = InThisProcess() if asked.jobs == 1 else InProcesses(asked.jobs)
        yield ChosenEngine(engine, max(1, cores_here() // asked.jobs))


def _check(asked: EngineAsked) -> None:
    """Refuse options that contradict each other."""
    ways = [
        option
        for option, is_asked in (
            ("--jobs", asked.jobs > 1),
            ("--cluster", asked.cluster is not None),
            ("--dask", asked.dask is not None),
        )
        if is_asked
    ]
    if len(ways) > 1:
        raise UsageError(f"{' and '.join(ways)} are two ways to do the same. Give one of them.")
    if asked.dask is None and (asked.certificate or asked.key or asked.authority):
        raise UsageError("--cert, --key and --ca are for --dask ADDRESS. --cluster makes certificates of its own.")
    if asked.page is not None and asked.cluster is None:
        raise UsageError("--dashboard is the page of a cluster that --cluster starts.")
