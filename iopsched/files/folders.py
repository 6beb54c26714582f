"""Every file that the product writes comes through here: whole or not at all, for its owner's eyes only.

New files have no name where the system can do so, until all of a change are
whole (:mod:`iopsched.files.unnamed`). Then they are named in ``.iopsched-tmp``, a
private folder beside their place, and renamed. A reader, a full disk, a crash
or a power cut sees the earlier state or the later one, never a mixture. What a
crash in these moments leaves there is mended and swept by the next command that
is given the clinic or writes in the same folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import count
from pathlib import Path

from iopsched.errors import ConflictError, UsageError
from iopsched.files.locks import lock
from iopsched.files.unnamed import give_name, put, unnamed

STAGING = ".iopsched-tmp"
NEW, READY, _ASIDE, _OLD = "new", "ready", "aside", "old"
UNCHANGED = "What was there before is unchanged."


@contextlib.contextmanager
def tell_refusal(what: object, remedy: str = "") -> Iterator[None]:
    """Raise :class:`UsageError` for what the disk refuses inside."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"Cannot write {what}: {error.strerror}. {remedy}".rstrip()) from None


def check_writable(folder: Path) -> None:
    """Raise :class:`UsageError` if no folder can be made or replaced at this place."""
    if os.path.ismount(folder) or not _whole(folder).name:
        raise UsageError(f"{folder} is a drive of its own and cannot be replaced. Name a folder inside it.")
    ancestor = next(path for path in folder.absolute().parents if path.exists())
    with tell_refusal(f"to {ancestor}", "Name another folder."):
        tempfile.TemporaryFile(dir=ancestor).close()  # has no name where the system can do so: a kill leaves nothing


Made = Mapping[str, bytes] | Callable[[Path | None], Mapping[str, bytes]]
"""Files by name, or what makes them when it is known where the earlier ones are kept."""


def write_folder(
    target: Path, files: Made, ours: Collection[str], is_kept: Callable[[], bool] | None = None
) -> Path | None:
    """Replace the folder ``target`` by the files, or make it; entries not named in ``ours`` live on.

    ``is_kept`` is asked, when nobody else can write there, whether the files
    that are there now are to be kept; they are then brought to safety in
    ``NAME.before-N`` before anything is replaced, and that folder is returned.
    """
    target = _whole(target)
    kept = None
    with tell_refusal(target, UNCHANGED), staging(target.parent, ours) as place:
        try:
            if is_kept is not None and target.exists() and is_kept():
                kept = _copy_aside(place, target, ours)
            _swap_in(place, target, files(kept) if callable(files) else files)
        finally:
            with contextlib.suppress(OSError):  # the next start tries again
                _mend(target.parent, ours)
    return kept


@contextlib.contextmanager
def staging(folder: Path, ours: Collection[str] | None = None) -> Iterator[Path]:
    """Hold a folder against other writers and yield its place for files in the making: not there yet, and gone afterward.

    What a crash left there is swept first. Folders cut off while they were
    replaced are mended where ``ours`` says which of their entries are ours.
    """
    make_folders(folder)
    place = folder / STAGING
    for path in (place, *(place / name for name in (NEW, READY, _ASIDE, _OLD))):
        if os.path.lexists(path) and not _is_place(path):
            raise UsageError(f"{path} is no folder of iopsched. Move it elsewhere.")
    with lock(folder):
        _mend(folder, ours)
        try:
            yield place
        finally:
            with contextlib.suppress(OSError):  # the next start tries again
                _sweep(folder)


def make_file(target: Path, data: bytes) -> None:
    """Write a new file, never over anything."""
    if not add_file(target, data, ""):
        raise UsageError(f"{_whole(target)} exists. Name a new file.")


def add_file(target: Path, data: bytes, remedy: str = UNCHANGED) -> bool:
    """Write a new file; return False where something has its name, whoever put it there a moment before.

    ``remedy`` is said after what the disk refuses.
    """
    target = _whole(target)
    with tell_refusal(target, remedy):
        try:
            _write_file(target, data, is_new=True)
        except FileExistsError:
            return False
    return True


def make_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder, or fill an empty one; the files may lie in folders of its own."""
    target = _whole(target)
    with tell_refusal(target), staging(target.parent) as place:
        write_files(place / NEW, files)
        if target.exists():
            target.rmdir()  # an empty one is as good as none
        (place / NEW).rename(target)
        sync_folder(target.parent)


def replace_file(target: Path, data: bytes) -> None:
    """Write a file, over the earlier one if there is one."""
    target = _whole(target)
    with tell_refusal(target, UNCHANGED):
        _write_file(target, data, is_new=False)


def _write_file(target: Path, data: bytes, *, is_new: bool) -> None:
    """Write a file that gets its name at once where it can, else beside its place first."""
    with staging(target.parent) as place, unnamed(target.parent, (data,)) as (handle,):
        fresh = place / NEW / target.name
        if os.path.lexists(target) or not give_name(handle, target):
            make_folders(fresh.parent)
            put(handle, data, fresh)
            _replace(fresh, target, is_new=is_new)
        sync_folder(target.parent)


def _replace(fresh: Path, target: Path, *, is_new: bool) -> None:
    if is_new:
        try:
            os.link(fresh, target)
        except FileExistsError:
            raise
        except OSError:  # a disk without links
            if os.path.lexists(target):
                raise FileExistsError from None
        else:
            return
    fresh.replace(target)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder with new files, none of which has a name before all are whole; readable by their owner only."""
    with unnamed(next(path for path in folder.parents if path.exists()), files.values()) as handles:
        make_folders(folder)
        for handle, (name, data) in zip(handles, files.items(), strict=True):
            make_folders((folder / name).parent)
            put(handle, data, folder / name)
    for made in sorted({folder, *((folder / name).parent for name in files)}, reverse=True):
        sync_folder(made)


def recover(target: Path, ours: Collection[str] | None = None) -> None:
    """Sweep what a crash left beside a target; a swap that it cut in two is undone or finished where ``ours`` is known."""
    folder = _whole(target).parent
    if _is_place(folder / STAGING):
        with contextlib.suppress(OSError, ConflictError), lock(folder):
            _mend(folder, ours)


def sweep(folder: Path, ours: Collection[str], finish: Callable[[Path], None]) -> None:
    """Finish, mend and sweep what a crash left in a folder, unless somebody is writing there or the disk refuses.

    ``finish`` carries out a change of the folder that was decided. Nothing is
    waited for, and nothing touched where the disk cannot tell whether somebody
    is writing.
    """
    if _is_place(folder / STAGING) and not folder.is_symlink():
        with contextlib.suppress(OSError, UsageError, ConflictError), lock(folder, wait_s=0.0) as is_sure:
            if is_sure:
                finish(folder)
                _mend(folder, ours)


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
    handle = os.open(folder, os.O_RDONLY | os.O_NONBLOCK)
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
    write_files(aside, {name: (target / name).read_bytes() for name in sorted(ours) if (target / name).is_file()})
    places = (target.with_name(f"{target.name}.before-{n}") for n in count(1))
    kept = next(path for path in places if not os.path.lexists(path))
    aside.rename(kept)
    sync_folder(target.parent)
    return kept


def _swap_in(place: Path, target: Path, files: Mapping[str, bytes]) -> None:
    new, old = place / NEW, place / _OLD
    write_files(new, files)
    make_folders(old)
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
