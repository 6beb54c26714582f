"""Every file that the product writes comes through here: whole or not at all, for its owner's eyes only.

New files are made in ``.iopsched-tmp``, a private folder beside their place, and
get their names by renaming. A reader, a full disk, a crash or a power cut sees
the earlier state or the later one, never a mixture. What a crash leaves there
is mended and swept by the next command that writes in the same folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

from iopsched.errors import ConflictError, UsageError

msvcrt: Any = None
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]
    msvcrt = import_module("msvcrt")

LOCK_WAIT_S = 5.0
STAGING = ".iopsched-tmp"
LOCK = ".iopsched-lock"
NEW, _ASIDE, _OLD = "new", "aside", "old"


def check_writable(folder: Path) -> None:
    """Raise :class:`UsageError` if no folder can be made or replaced at this place."""
    if os.path.ismount(folder) or not _whole(folder).name:
        raise UsageError(f"{folder} is a drive of its own and cannot be replaced. Name a folder inside it.")
    ancestor = next(path for path in folder.absolute().parents if path.exists())
    try:
        tempfile.TemporaryFile(dir=ancestor).close()  # has no name where the system can do so: a kill leaves nothing
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
        with staging(target.parent, ours) as place:
            try:
                if is_kept is not None and target.exists() and is_kept():
                    kept = _copy_aside(place, target, ours)
                _swap_in(place, target, files)
            finally:
                with contextlib.suppress(OSError):  # the next start tries again
                    _mend(target.parent, ours)
    except OSError as error:
        raise UsageError(f"Cannot write {target}: {error.strerror}. What was there before is unchanged.") from None
    return kept


@contextlib.contextmanager
def staging(folder: Path, ours: Collection[str] | None = None) -> Iterator[Path]:
    """Hold a folder against other writers and yield its empty place for files in the making, which ends with the block.

    What a crash left there is swept first. Folders cut off while they were
    replaced are mended where ``ours`` says which of their entries are ours.

    Raises
    ------
    OSError
        If the disk refuses.
    UsageError
        If something else has the name of that place.
    ConflictError
        If another process is writing there.
    """
    make_folders(folder)
    place = folder / STAGING
    if os.path.lexists(place) and not _is_place(place):
        raise UsageError(f"{place} is no folder of iopsched. Move it elsewhere.")
    with _lock(folder):
        _mend(folder, ours)
        place.mkdir(mode=0o700, exist_ok=True)
        try:
            yield place
        finally:
            with contextlib.suppress(OSError):  # the next start tries again
                _sweep(folder)


@contextlib.contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Yield where to write a new file or folder; without an error it then gets its name, never over anything.

    Raises
    ------
    UsageError
        If the disk refuses, or something has come to stand there.
    ConflictError
        If another process is writing there.
    """
    target = _whole(target)
    try:
        with staging(target.parent) as place:
            (place / NEW).mkdir(mode=0o700)
            fresh = place / NEW / target.name
            yield fresh
            _give_name(fresh, target)
            sync_folder(target.parent)
    except OSError as error:
        raise UsageError(f"Cannot write {target}: {error.strerror}.") from None


def _give_name(fresh: Path, target: Path) -> None:
    if fresh.is_dir():
        if target.exists():
            target.rmdir()  # an empty one is as good as none
        fresh.rename(target)
        return
    try:
        os.link(fresh, target)
    except FileExistsError:
        raise UsageError(f"{target} exists. Name a new file.") from None
    except OSError:  # a disk without links
        if os.path.lexists(target):
            raise UsageError(f"{target} exists. Name a new file.") from None
        fresh.rename(target)


def recover(target: Path, ours: Collection[str] | None = None) -> None:
    """Sweep what a crash left beside a target; a swap that it cut in two is undone or finished where ``ours`` is known."""
    folder = _whole(target).parent
    if _is_place(folder / STAGING):
        with contextlib.suppress(OSError, ConflictError), _lock(folder):
            _mend(folder, ours)


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


def _is_place(place: Path) -> bool:
    return place.is_dir() and not place.is_symlink()


def _copy_aside(place: Path, target: Path, ours: Collection[str]) -> Path:
    """Bring the files that are ours to safety in the first free ``NAME.before-N``; the folder itself stays."""
    aside = place / _ASIDE
    aside.mkdir(mode=0o700)
    for name in sorted(ours):
        if (target / name).is_file():
            write_new(aside / name, (target / name).read_bytes())
    sync_folder(aside)
    places = (target.with_name(f"{target.name}.before-{n}") for n in count(1))
    kept = next(path for path in places if not os.path.lexists(path))
    aside.rename(kept)
    sync_folder(target.parent)
    return kept


def _swap_in(place: Path, target: Path, files: Mapping[str, bytes]) -> None:
    new, old = place / NEW, place / _OLD
    new.mkdir(mode=0o700)
    old.mkdir(mode=0o700, exist_ok=True)
    for name, data in files.items():
        write_new(new / name, data)
    sync_folder(new)
    sync_folder(place)
    if target.exists():
        target.rename(old / target.name)
    new.rename(target)
    sync_folder(target.parent)


def _mend(folder: Path, ours: Collection[str] | None) -> None:
    """Put back folders that were taken away for one that never came, finish those that did come, and sweep."""
    place = folder / STAGING
    if not _is_place(place):
        return
    if ours is not None and (place / _OLD).is_dir():
        for old in sorted((place / _OLD).iterdir()):
            target = folder / old.name
            if not os.path.lexists(target):
                old.rename(target)
                continue
            _carry_over(old, target, ours)
            shutil.rmtree(old)
    _sweep(folder)


def _sweep(folder: Path) -> None:
    """Remove files in the making, and their place unless an unfinished change still needs it."""
    place = folder / STAGING
    for name in (NEW, _ASIDE):
        if os.path.lexists(place / name):
            shutil.rmtree(place / name)
    for path in (place / _OLD, place):
        with contextlib.suppress(OSError):
            path.rmdir()
    sync_folder(folder)


def _carry_over(old: Path, target: Path, ours: Collection[str]) -> None:
    """Move what is not ours from the earlier folder to the later one, never over anything there; ours are plain files."""
    for entry in sorted(old.iterdir()):
        if entry.name not in ours or entry.is_symlink() or not entry.is_file():
            place = target / entry.name
            while os.path.lexists(place):
                place = place.with_name(f"{place.name}.kept")
            entry.rename(place)
    sync_folder(target)


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold a folder, so that two writers cannot cross; the lock ends with its process."""
    own = folder / LOCK  # Windows locks files only
    handle = os.open(folder, os.O_RDONLY) if fcntl else os.open(own, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for(handle, folder)
        yield
    finally:
        os.close(handle)
        if fcntl is None:
            with contextlib.suppress(OSError):  # another writer waits for it
                own.unlink()


def _wait_for(handle: int, folder: Path) -> None:
    give_up = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            if fcntl:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            else:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except (BlockingIOError, PermissionError):
            if time.monotonic() > give_up:
                raise ConflictError(f"Another iopsched is writing in {folder}. Try again when it is done.") from None
            time.sleep(0.05)
        except OSError:
            return  # some network shares have no locks
        else:
            return
