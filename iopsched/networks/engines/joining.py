"""A running Dask cluster as an engine: it is reached, looked at, and refused in words where it would not do."""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from iopsched.errors import UsageError
from iopsched.networks.engines import workerside
from iopsched.networks.engines.addresses import ClientFiles, SchedulerAddress, is_loopback, knock, tls_context
from iopsched.networks.engines.cluster import OnCluster
from iopsched.networks.sealing import KEY, KEY_FILE, Seal, seal_of_environment

EXTRA = "pip install 'iopsched[network]'"
CONNECT_S = 10.0
WORKERS_S = 10.0
MODULES = ("distributed", "cryptography.hazmat.primitives.ciphers.aead")
QUIET = frozenset(("distributed", "tornado", "asyncio"))
Told = Mapping[str, workerside.About | BaseException]
_NO_WORKERS = "The cluster has no workers. Start some: `dask worker ADDRESS --nthreads 1`."


def library(option: str) -> ModuleType:
    """Return Dask's library, kept quiet: what happens to workers is told by the night itself.

    Raises
    ------
    UsageError
        If it, or what seals the tasks, is not installed.
    """
    try:
        found = [import_module(name) for name in MODULES]
    except ImportError:
        raise UsageError(
            f"{option} needs Dask and cryptography, which are not both here: {EXTRA}. --jobs N needs nothing."
        ) from None
    for name in [*QUIET, *logging.root.manager.loggerDict]:
        if name.partition(".")[0] in QUIET:
            logging.getLogger(name).setLevel(logging.CRITICAL)
    return found[0]


@contextlib.contextmanager
def joined_cluster(address: SchedulerAddress, files: ClientFiles | None) -> Iterator[OnCluster]:
    """Yield the engine of a running cluster.

    Raises
    ------
    UsageError
        If it cannot be reached, or has no workers that do for us.
    """
    distributed = library("--dask")
    seal = seal_of_environment()
    knock(address, tls_context(files) if files is not None else None)
    security = distributed.Security(require_encryption=False)
    if files is not None:
        security = distributed.Security(
            require_encryption=True,
            tls_ca_file=str(files.authority),
            tls_client_cert=str(files.certificate),
            tls_client_key=str(files.key),
        )
    try:
        client = distributed.Client(
            str(address), security=security, timeout=CONNECT_S, set_as_default=False, direct_to_workers=False
        )
    except (OSError, RuntimeError, ValueError):
        raise UsageError(
            f"The scheduler at {address} does not let this command in: is it a Dask scheduler of a like version?"
        ) from None
    try:
        yield engine_of(client, seal)
    finally:
        with contextlib.suppress(Exception):  # a scheduler that is gone
            client.close(timeout=2)


def engine_of(client: Any, seal: Seal | None) -> OnCluster:
    """Return the engine of the workers that there are.

    Raises
    ------
    UsageError
        If there are none, or one does not do.
    """
    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except TimeoutError:
        raise UsageError(_NO_WORKERS) from None
    if not client.security.require_encryption:
        _refuse_distant(client.nthreads())  # before anything is sent
    text = secrets.token_hex(16)
    told = client.run(workerside.about, text, on_error="return")
    threads: dict[str, int] = client.nthreads()
    told = {address: about for address, about in told.items() if address in threads}  # workers come and go meanwhile
    if not told:
        raise UsageError(_NO_WORKERS)
    if not client.security.require_encryption:
        _refuse_distant(threads)
    _refuse_different({**_scheduler(client, text), **told})
    _refuse_keys(told, seal.mark(text) if seal is not None else None)
    slots = sum(threads[address] for address in told)
    return OnCluster(client, slots, _cores(told, threads), seal)


def _refuse_distant(workers: Iterable[str]) -> None:
    """Without TLS everything stays on this machine, also what the scheduler passes on."""
    if any(not is_loopback(address.partition("://")[2].rpartition(":")[0].strip("[]")) for address in workers):
        raise UsageError(
            "The scheduler is on this machine, but it has workers on others and speaks to them without TLS. "
            "Start scheduler and workers with --tls-ca-file, --tls-cert and --tls-key (docs/network.md)."
        )


def _scheduler(client: Any, text: str) -> dict[str, workerside.About | BaseException]:
    """Return what the scheduler says of itself: it has to read what is sent to the workers."""
    try:
        return {"scheduler": client.run_on_scheduler(workerside.about, text)}
    except Exception as error:  # noqa: BLE001 - judged like what the workers answer
        return {"scheduler": error}


def own_versions() -> tuple[tuple[str, str], ...]:
    """Return the versions on which a result depends, as this process has them."""
    return workerside.about("").versions


def _refuse_different(told: Told) -> None:
    """Other versions give other weeks, if they understand each other at all."""
    ours = own_versions()
    lacking = sum(1 for about in told.values() if not isinstance(about, workerside.About))
    if lacking:
        raise UsageError(
            f"{lacking} of {len(told)} processes of the cluster (scheduler and workers) cannot load iopsched. Install there what is "
            f"installed here: {_listed(ours)}; the same extra, iopsched[network], brings all of it."
        )
    others = Counter(
        about.versions for about in told.values() if isinstance(about, workerside.About) and about.versions != ours
    )
    if others:
        (versions, _), *_ = others.most_common(1)
        raise UsageError(
            f"{others.total()} of {len(told)} processes of the cluster have other versions than this command, which would make "
            f"other weeks: {_listed(versions)} there, {_listed(ours)} here. Install the same on both."
        )


def _listed(versions: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions)


def _refuse_keys(told: Told, mark: str | None) -> None:
    """Caller and workers need the same key, or none."""
    marks = {about.mark for about in told.values() if isinstance(about, workerside.About)}
    if marks == {mark}:
        return
    names = f"{KEY} or {KEY_FILE}"
    if mark is None:
        raise UsageError(f"The workers seal what they are sent, but this command has no key: set {names} here, too.")
    if None in marks:
        raise UsageError(
            f"This command has a key, but some workers have none: set {names} there, too, and start them again."
        )
    raise UsageError(
        f"Some workers have another key than this command. {names} must name the same key on all machines."
    )


def _cores(told: Told, threads: Mapping[str, int]) -> int:
    """Return the cores that each task may use: those of a machine shared among its workers, of the machine that has fewest."""
    cores: dict[str, int] = {}
    slots: Counter[str] = Counter()
    for address, about in told.items():
        if isinstance(about, workerside.About):
            cores[about.machine] = about.cores
            slots[about.machine] += threads[address]
    return max(1, min(cores[machine] // slots[machine] for machine in slots))
