"""Folders replaced all at once: written beside their place, then swapped in by renaming.

A reader, a full disk, a crash or a power cut sees the earlier folder or the
later one, never a mixture. Everything is readable by its owner only, because
it may tell who is in treatment. What a crash leaves behind (``.NAME.new``,
``.NAME.old``, ``.NAME.aside``) is mended by :func:`recover`.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import count
from pathlib import Path

from iopsched.errors import ConflictError, UsageError

try:
    import fcntl
except ImportError:  # Windows has no such lock; there a second writer is not noticed
    fcntl = None  # type: ignore[assignment]

LOCK_WAIT_S = 5.0


def check_writable(folder: Path) -> None:
    """Raise :class:`UsageError` if no folder can be made or replaced at this place."""
    if os.path.ismount(folder) or not _whole(folder).name:
        raise UsageError(f"{folder} is a drive of its own and cannot be replaced. Name a folder inside it.")
    ancestor = next(path for path in folder.absolute().parents if path.exists())
    try:
        Path(tempfile.mkdtemp(prefix=".iopsched-", dir=ancestor)).rmdir()
    except OSError as error:
        raise UsageError(f"Cannot write to {ancestor}: {error.strerror}. Name another folder.") from None


def write_folder(
    target: Path, files: Mapping[str, bytes], ours: Collection[str], is_kept: Callable[[], bool] | None = None
) -> Path | None:
    """Replace the folder ``target`` by the files, or make it; entries not named in ``ours`` live on.

    ``is_kept`` is asked, when nobody else can write there, whether the files
    that are there now are to be kept; they are then brought to safety in
    ``NAME.before-N`` before anything is replaced, and that folder is returned.

    Raises
    ------
    UsageError
        If the disk refuses; what was there before is untouched.
    ConflictError
        If another process is writing there.
    """
    target = _whole(target)
    kept = None
    try:
        make_folders(target.parent)
        with _lock(target.parent):
            _mend(target, ours)
            try:
                if is_kept is not None and target.exists() and is_kept():
                    kept = _copy_aside(target, ours)
                _swap_in(target, files)
            finally:
                with contextlib.suppress(OSError):  # the next start tries again
                    _mend(target, ours)
    except OSError as error:
        raise UsageError(f"Cannot write {target}: {error.strerror}. What was there before is unchanged.") from None
    return kept


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, each whole or not at all; what else is there stays.

    Raises
    ------
    UsageError
        If the disk refuses.
    ConflictError
        If another process is writing there.
    """
    try:
        make_folders(folder)
        with _lock(folder):
            for name, data in files.items():
                fresh = folder / f".{name}.new"
                fresh.unlink(missing_ok=True)
                write_new(fresh, data)
                fresh.replace(folder / name)
            sync_folder(folder)
    except OSError as error:
        raise UsageError(f"Cannot write {folder}: {error.strerror}.") from None


def recover(target: Path, ours: Collection[str]) -> None:
    """Undo a swap that a crash cut in two, or finish it, and sweep what it left."""
    target = _whole(target)
    if target.name and any(os.path.lexists(path) for path in _beside(target)):
        with contextlib.suppress(OSError), _lock(target.parent):
            _mend(target, ours)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet, readable by its owner only, down to the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def make_folders(folder: Path) -> None:
    """Make a folder and its parents, each open to its owner only."""
    for path in reversed((folder, *folder.parents)):
        with contextlib.suppress(FileExistsError):
            if not path.exists():
                path.mkdir(mode=0o700)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder down to the disk, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _whole(target: Path) -> Path:
    """Return the absolute path, without ``..``, which has no name to rename."""
    return target.resolve() if ".." in target.parts else target.absolute()


def _beside(target: Path) -> tuple[Path, Path, Path]:
    return (
        target.with_name(f".{target.name}.old"),
        target.with_name(f".{target.name}.new"),
        target.with_name(f".{target.name}.aside"),
    )


def _copy_aside(target: Path, ours: Collection[str]) -> Path:
    """Bring the files that are ours to safety in the first free ``NAME.before-N``; the folder itself stays."""
    aside = _beside(target)[2]
    aside.mkdir(mode=0o700)
    for name in sorted(ours):
        if (target / name).is_file():
            write_new(aside / name, (target / name).read_bytes())
    sync_folder(aside)
    places = (target.with_name(f"{target.name}.before-{n}") for n in count(1))
    kept = next(place for place in places if not os.path.lexists(place))
    aside.rename(kept)
    sync_folder(target.parent)
    return kept


def _swap_in(target: Path, files: Mapping[str, bytes]) -> None:
    old, new, _ = _beside(target)
    new.mkdir(mode=0o700)
    for name, data in files.items():
        write_new(new / name, data)
    sync_folder(new)
    if target.exists():
        target.rename(old)
    new.rename(target)
    sync_folder(target.parent)


def _mend(target: Path, ours: Collection[str]) -> None:
    old, new, aside = _beside(target)
    if old.exists() and not target.exists():
        old.rename(target)
    if old.exists():
        _carry_over(old, target, ours)
    for leftover in (new, aside, old):
        if leftover.exists():
            shutil.rmtree(leftover)
    if target.parent.exists():
        sync_folder(target.parent)


def _carry_over(old: Path, target: Path, ours: Collection[str]) -> None:
    """Move what is not ours from the earlier folder to the later one, never over anything there."""
    for entry in sorted(old.iterdir()):
        if entry.name not in ours:
            place = target / entry.name
            while os.path.lexists(place):
                place = place.with_name(f"{place.name}.kept")
            entry.rename(place)
    sync_folder(target)


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold a folder, so that two writers cannot cross; the lock ends with its process."""
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        _wait_for(handle, folder)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, folder: Path) -> None:
    give_up = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                raise ConflictError(f"Another iopsched is writing in {folder}. Try again when it is done.") from None
            time.sleep(0.05)
        except OSError:
            return  # some network shares have no locks
        else:
            return
