"""A change of several files in one folder: made beside them together with a plan, then carried out as a whole.

One renaming makes the plan binding. Whoever dies before it has changed nothing;
after it the next command finishes what is left, as often as need be.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from iopsched.files import folders

MANIFEST = ".iopsched-exports.json"
MOST_MANIFEST_BYTES = 20_000_000
AGAIN = "Run the command again: it finishes what is begun."
_PLAN, _SWAP, _OLD = "plan.json", "swap", "old"
_NAME = r"[^./\\:\x00-\x1f][^/\\:\x00-\x1f]{0,250}"
_PATH = re.compile(f"(?:{_NAME}/)?{_NAME}")  # at most one folder deep, never hidden, never out of the folder
_OTHER = "?"  # the hash of whatever is no regular file


@dataclass(frozen=True, slots=True)
class FilePlan:
    """Paths to write with the hash of what each replaces (None: nothing), paths to remove with their hash."""

    write: Mapping[str, str | None]
    remove: Mapping[str, str] = field(default_factory=dict)


def can_be_planned(paths: Iterable[str]) -> bool:
    """Return whether paths below a folder may stand in a plan."""
    return all(map(_PATH.fullmatch, paths))


def prepare(
    place: Path, files: Mapping[str, bytes], plan: FilePlan, manifest: bytes | None = None
) -> Mapping[str, Path]:
    """Write new files, down to the disk, where :func:`bind` takes them; return where each lies.

    ``files`` are those of ``plan.write``; ``manifest`` is put in its place when all the rest is done.
    """
    made = {str(number): files[path] for number, path in enumerate(plan.write)}
    if manifest is not None:
        made[MANIFEST] = manifest
    made[_PLAN] = as_bytes(asdict(plan))
    folders.write_files(place / folders.NEW, made)
    return {path: place / folders.NEW / str(number) for number, path in enumerate(plan.write)}


def prepare_swap(place: Path, root: Path, files: Mapping[str, bytes], names: Sequence[str], stem: str) -> Path:
    """Write new files where :func:`bind` takes them, to replace ``names`` at the top of a folder in this order.

    ``files`` lie in these, at any depth; a name without any is taken away. What was there is kept in the first free
    ``STEM.before-N``, which is returned; it is not made where nothing was.
    """
    kept = next(path for number in count(1) if not os.path.lexists(path := root / f"{stem}.before-{number}"))
    made = {f"{_SWAP}/{path}": data for path, data in files.items()}
    there = {path.partition("/")[0] for path in files}
    made[_PLAN] = as_bytes({"swap": {name: name in there for name in names}, "kept": kept.name})
    folders.write_files(place / folders.NEW, made)
    folders.make_folders(place / folders.NEW / _OLD)
    return kept


def bind(place: Path) -> None:
    """Make the plan that was prepared binding."""
    (place / folders.NEW).rename(place / folders.READY)
    folders.sync_folder(place)


def finish(root: Path) -> None:
    """Carry out a plan that is binding, as often as need be; what somebody changed meanwhile stays."""
    ready = root / folders.STAGING / folders.READY
    plan = _read_plan(ready)
    if plan is None:
        _finish_swap(root, ready)
    else:
        for path, sha in plan.remove.items():
            if is_inside(root, path) and sha_of(root / path) == sha:
                (root / path).unlink()
        for number, (path, before) in enumerate(plan.write.items()):
            folders.make_folders((root / path).parent)
            if (ready / str(number)).exists() and is_inside(root, path) and sha_of(root / path) in (None, before):
                (ready / str(number)).replace(root / path)
        for folder in {folder_of(path) for path in (*plan.write, *plan.remove)}:
            if (root / folder).is_dir():
                folders.sync_folder(root / folder)
        if (ready / MANIFEST).exists():
            (ready / MANIFEST).replace(root / MANIFEST)
        folders.sync_folder(root)
    if ready.is_dir():
        shutil.rmtree(ready)


def withdraw(root: Path) -> None:
    """Forget a plan that is binding and of which nothing was carried out."""
    shutil.rmtree(root / folders.STAGING / folders.READY)


def _finish_swap(root: Path, ready: Path) -> None:
    """Carry out a plan of :func:`prepare_swap`, as often as need be."""
    old = ready / _OLD
    match read_object(ready / _PLAN):
        case {"swap": dict() as names, "kept": str(kept)} if can_be_planned((*names, kept)) and old.is_dir():
            for name, has_new in names.items():
                new, target = ready / _SWAP / name, root / name
                if has_new and not os.path.lexists(new):
                    continue  # it is in its place already
                if os.path.lexists(target):
                    target.rename(next(path for path in _free(old / name) if not os.path.lexists(path)))
                if has_new:
                    new.rename(target)
            folders.sync_folder(root)
            if any(old.iterdir()):
                old.rename(root / kept)
            folders.sync_folder(root)
        case _:
            pass


def _free(path: Path) -> Iterator[Path]:
    yield path
    yield from (path.with_name(f"{path.name}.{number}") for number in count(1))


def folder_of(path: str) -> str:
    """Return the folder in which a path of a plan lies, blank for the top."""
    return path.rpartition("/")[0]


def is_inside(root: Path, path: str) -> bool:
    """Return whether a path of a plan leads to nowhere else."""
    return not (root / folder_of(path)).is_symlink()


def sha_of(path: Path) -> str | None:
    """Return the hash of a regular file, None where there is nothing, another word for anything else."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return _OTHER
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def _read_plan(ready: Path) -> FilePlan | None:
    found = read_object(ready / _PLAN)
    write, remove = found.get("write"), found.get("remove")
    if not isinstance(write, dict) or not isinstance(remove, dict) or not can_be_planned((*write, *remove)):
        return None
    return FilePlan(write, remove)


def read_object(path: Path) -> dict[str, Any]:
    """Return the object in a regular file of a sane size, an empty one where there is none."""
    try:
        facts = path.lstat()
        if stat.S_ISREG(facts.st_mode) and facts.st_size <= MOST_MANIFEST_BYTES:
            found = json.loads(path.read_bytes())
            return found if isinstance(found, dict) else {}
    except (OSError, ValueError, RecursionError):
        pass
    return {}


def as_bytes(content: object) -> bytes:
    """Return an object as it is written into such a file."""
    return (json.dumps(content, indent=1) + "\n").encode()
