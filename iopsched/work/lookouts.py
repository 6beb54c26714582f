"""Whether files have changed, at a glance: by when and how they were last written, without reading them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from iopsched.store import clinic_home
from iopsched.store.place import DATABASE

Look = tuple[tuple[str, int, int, int], ...]
_TABLES = (".csv", ".toml")


def look_at(paths: Iterable[Path]) -> Look:
    """Return what can be seen of files without reading them; of one that is not there, nothing."""
    found = []
    for path in paths:
        with contextlib.suppress(OSError):
            facts = path.stat()
            found.append((str(path), facts.st_mtime_ns, facts.st_size, facts.st_ino))
    return tuple(found)


def clinic_files(clinic: Path) -> tuple[Path, ...]:
    """Return the files that a clinic's facts are read from, and its store."""
    store = clinic_home(clinic) / DATABASE
    if not clinic.is_dir():
        return (clinic, store)
    with contextlib.suppress(OSError), os.scandir(clinic) as entries:
        names = sorted(entry.name for entry in entries if entry.name.lower().endswith(_TABLES))
        return (*(clinic / name for name in names), store)
    return (store,)
