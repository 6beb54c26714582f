"""Which files in a folder are ours: those that its manifest names, with the hash they still have.

A folder of exports is often shared: with the director's own files, with
another clinic. Only what we wrote and nobody has touched since is replaced or
removed. The new files are made beside the old ones together with a plan; once
the plan is whole the change is carried out, by the next command if need be.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from iopsched.errors import ConflictError, UsageError
from iopsched.files import folders, plans
from iopsched.files.plans import MANIFEST, FilePlan, finish, folder_of, is_inside, read_object, sha_of
from iopsched.words.phrases import count

SCHEMA = "iopsched.exports/1"
MOST_TOLD = 10
RECORD = "iopsched-record"
# What exports are called: at most one folder deep, never hidden, never out of the folder.
_PATH = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_-]*/)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,150}")


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it was written, and for which owner."""

    sha256: str
    owner: str


@dataclass(frozen=True, slots=True)
class Left:
    """What stays in the folders of an export: paths that it once wrote and somebody changed, and the others by folder, counted.

    The names of others are nobody's business: a file may be called after a person.
    """

    changed: tuple[str, ...] = ()
    others: Mapping[str, int] = field(default_factory=dict)


def replace_files(
    root: Path, files: Mapping[str, bytes], owner: str, *, record: str = "", is_forced: bool = False
) -> Left:
    """Write files below a folder, at most one folder deep, and remove the ones no longer made.

    ``record`` is the anchor of what they tell; the list of the files remembers it.

    Removed are only files of the same owner that lie in a folder below
    ``root`` that is written to and have an ending that is written there.
    Returned are the other files in these folders that stay, because they are
    somebody else's or were changed.

    Raises
    ------
    ConflictError
        If a file would be replaced that is not ours or was changed, and this is not forced; or if another process is
        writing there. Nothing is written.
    """
    for place in sorted({root, *(root / folder_of(path) for path in files)}):
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise UsageError(f"{place} is no folder of its own. Name another place with --into.")
    if (root / MANIFEST).is_dir() and not (root / MANIFEST).is_symlink():
        raise UsageError(f"{root / MANIFEST} is a folder. Move it elsewhere, or name another place with --into.")
    mark = hashlib.sha256(owner.encode()).hexdigest()[:32]  # the manifest does not tell who the clinic is
    with folders.tell_refusal(root, folders.UNCHANGED), folders.staging(root) as place:
        finish(root)
        known = _read_manifest(root)
        _refuse(root, files, known, mark, is_forced=is_forced)
        plan, left = _planned(root, files, known, mark)
        manifest = {"schema": SCHEMA, RECORD: record, "files": _manifest(known, plan, files, mark)}
        plans.prepare(place, files, plan, plans.as_bytes(manifest))
        plans.bind(place)
        with folders.tell_refusal(root, plans.AGAIN):
            finish(root)
    return left


def _scope(path: str) -> tuple[str, str]:
    return folder_of(path), Path(path).suffix


def _refuse(root: Path, files: Mapping[str, bytes], known: Mapping[str, _File], mark: str, *, is_forced: bool) -> None:
    """Raise :class:`ConflictError` where a file that is not ours, or was changed, would be replaced."""
    blocked = {path: why for path, data in files.items() if (why := _foreign(root / path, data, known.get(path), mark))}
    if is_forced:
        blocked = {path: why for path, why in blocked.items() if (root / path).is_dir()}
    if not blocked:
        return
    rows = [f"  {root / path}  ({why})" for path, why in sorted(blocked.items())]
    force = "" if is_forced else ", or replace them with --force"
    listing = "\n".join(
        [*rows[:MOST_TOLD], *([f"  and {len(rows) - MOST_TOLD} more"] if len(rows) > MOST_TOLD else [])]
    )
    raise ConflictError(
        f"{count(len(rows), 'file')} would be replaced that this export may not touch; nothing was written:\n{listing}\n"
        f"Name another folder with --into, move these files elsewhere{force}."
        + ("" if known else " An export of an earlier version, which kept no list of its files, needs --force once.")
    )


def _foreign(path: Path, data: bytes, known: _File | None, mark: str) -> str:
    """Return why a file may not be replaced, blank where it may or need not be."""
    found = sha_of(path)
    if found is None or (found == hashlib.sha256(data).hexdigest() and (known is None or known.owner == mark)):
        return ""
    if path.is_dir() and not path.is_symlink():
        return "a folder"
    if known is None:
        return "iopsched did not write it"
    if known.owner != mark:
        return "of another clinic, or of this one in another place"
    return "" if found == known.sha256 else "changed since iopsched wrote it"


def _planned(root: Path, files: Mapping[str, bytes], known: Mapping[str, _File], mark: str) -> tuple[FilePlan, Left]:
    """Return what is to be done, and which files stay though they lie where such files are made."""
    before = {path: sha_of(root / path) for path in files}
    write = {path: before[path] for path, data in files.items() if before[path] != hashlib.sha256(data).hexdigest()}
    scopes = {_scope(path) for path in files if folder_of(path)}
    stale = {path: row.sha256 for path, row in known.items() if row.owner == mark and _scope(path) in scopes}
    fresh = {path.casefold(): path for path in files}
    remove = {
        path: sha
        for path, sha in stale.items()
        if path not in files
        and sha_of(root / path) == sha
        and not _is_same(root / path, root / fresh.get(path.casefold(), folders.STAGING))
    }
    places = {folder for folder, _ in scopes if (root / folder).is_dir()}
    there = (f"{folder}/{entry.name}" for folder in places for entry in (root / folder).iterdir())
    ours = {path for path, row in known.items() if row.owner == mark and _scope(path) not in scopes}
    left = {path for path in there if path not in {*files, *remove, *ours} and not Path(path).name.startswith(".")}
    mine = {path for path, row in known.items() if row.owner == mark}
    return FilePlan(write, remove), Left(tuple(sorted(left & mine)), Counter(map(folder_of, sorted(left - mine))))


def _is_same(one: Path, other: Path) -> bool:
    """Return whether two paths are one file: on some disks where they differ by case alone."""
    return other.exists() and one.samefile(other)


def _manifest(
    known: Mapping[str, _File], plan: FilePlan, files: Mapping[str, bytes], mark: str
) -> dict[str, dict[str, str]]:
    """Return the files that are ours once the plan is carried out; files that somebody changed are not."""
    scopes = {_scope(path) for path in files if folder_of(path)}
    kept = {path: row for path, row in known.items() if row.owner != mark or _scope(path) not in scopes}
    mine = {path for path in files if path in plan.write or path in known}
    fresh = {path: _File(hashlib.sha256(files[path]).hexdigest(), mark) for path in mine}
    return {path: asdict(row) for path, row in sorted((kept | fresh).items())}


def _read_manifest(root: Path) -> dict[str, _File]:
    """Return the files that the manifest names; none where it is damaged, so that nothing counts as ours."""
    rows = read_object(root / MANIFEST).get("files")
    found = {}
    for path, row in rows.items() if isinstance(rows, dict) else ():
        match row:
            case {"sha256": str(sha), "owner": str(owner)} if _PATH.fullmatch(path) and is_inside(root, path):
                found[path] = _File(sha, owner)
    return found
