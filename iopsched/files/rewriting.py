"""Files that somebody else edits, too, are changed where they lie: all of them or none, and only as they were read.

No copy of what they held before is kept: they name people, and whoever asks for
a change is told each cell of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Collection, Mapping
from pathlib import Path

from iopsched.errors import ConflictError, UsageError
from iopsched.files import folders, plans
from iopsched.words.phrases import count

_IN_USE = ("~${}", ".~lock.{}#")
"""What Excel and LibreOffice put beside a file as long as somebody has it open."""
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
_CHANGED = "was changed by somebody else since it was read"


class HeldElsewhereError(ConflictError):
    """A file is open in a spreadsheet, which would not see what is written beside it; ``path`` is the file."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


class ChangedElsewhereError(ConflictError):
    """A file is no longer as it was read; ``path`` is the file."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


def rewrite(
    root: Path, files: Mapping[str, bytes], read: Mapping[str, str], gone: Collection[str] = ()
) -> tuple[str, ...]:
    """Put files of a folder in place of those that were read, all or nothing, and return the names of those that differ.

    ``read`` has the hash of each file as it was read; one that is not in it must not be there yet. Those of ``gone`` are
    taken away. Replaced files keep their owner, permissions and attributes, new ones get those of a file that was read. A
    command that is killed leaves all files as they were, or the next command finishes.

    Raises
    ------
    HeldElsewhereError
        If a file is open in a spreadsheet.
    ChangedElsewhereError
        If a file is no longer what was read.
    ConflictError
        If somebody is writing in the folder.
    UsageError
        If a file is a link or protected from writing, or the disk refuses.
    """
    new: dict[str, str | None] = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    new |= dict.fromkeys(gone)
    changed = sorted(name for name, sha in new.items() if read.get(name) != sha)
    if not changed:
        return ()
    check_rewritable(root, changed)
    root = root.resolve()
    plan = plans.FilePlan(
        {name: read.get(name) for name in changed if name not in gone},
        {name: read[name] for name in changed if name in gone},
    )
    with folders.tell_refusal(root, folders.UNCHANGED), folders.staging(root) as place:
        plans.finish(root)
        _refuse_changed(root, plan)
        made = plans.prepare(place, files, plan)
        for name, path in made.items():
            _keep_look(root / (name if name in read else min(read, default=name)), path)
        _refuse_changed(root, plan)
        plans.bind(place)
        _carry_out(root, plan)
    if left := [name for name in changed if plans.sha_of(root / name) != new[name]]:
        message = f"{root / left[0]} {_CHANGED}, while the change was made. Look at it, and type the change."
        raise ChangedElsewhereError(root / left[0], message)
    return tuple(changed)


def _carry_out(root: Path, plan: plans.FilePlan) -> None:
    """Carry a plan out; where a program holds the very first file, as Excel does on Windows, nothing was planned."""
    with folders.tell_refusal(root, plans.AGAIN):
        try:
            plans.finish(root)
        except PermissionError:
            before = {**plan.write, **plan.remove}
            if any(plans.sha_of(root / name) != sha for name, sha in before.items()):
                raise
            plans.withdraw(root)
            raise _held(root / min(before)) from None


def _held(path: Path) -> HeldElsewhereError:
    return HeldElsewhereError(path, f"{path} is open in another program. Close it there and run the command again.")


def check_rewritable(root: Path, names: Collection[str]) -> None:
    """Raise what :func:`rewrite` would for the sake of the folder or of what these files are; nothing is changed."""
    if not plans.can_be_planned(names):
        raise UsageError(f"A file in {root} has a name under which it cannot be changed. Give it a plain one.")
    for path in (root / name for name in sorted(names)):
        for mark in _IN_USE:
            sign = path.with_name(mark.format(path.name))
            if os.path.lexists(sign):
                raise HeldElsewhereError(
                    path,
                    f"{path} is open in a spreadsheet. Close it there and run the command again. If nobody has it open, "
                    f"delete {sign} before.",
                )
        if path.is_symlink():
            raise UsageError(
                f"{path} is a link to another file, which is not changed from here. Type the change there."
            )
        if path.exists() and not path.stat().st_mode & _WRITABLE:
            raise UsageError(f"{path} is protected from writing. Lift that, or type the change elsewhere.")
        if os.name == "nt" and path.exists() and not _can_be_opened(path):
            raise _held(path)
    if not root.is_dir() or not os.access(root, os.W_OK):
        raise UsageError(f"You may not write in {root}. {folders.UNCHANGED}")


def _can_be_opened(path: Path) -> bool:
    """Return whether nobody else holds a file: on Windows a program can keep others from writing to what it has open."""
    try:
        path.open("r+b").close()
    except PermissionError:
        return False
    return True


def _refuse_changed(root: Path, plan: plans.FilePlan) -> None:
    """Raise :class:`ConflictError` where a file is no longer what was read."""
    before = {**plan.write, **plan.remove}
    rows = [name for name, sha in before.items() if plans.sha_of(root / name) != sha]
    if rows:
        more = f" (and {count(len(rows) - 1, 'more file')})" if len(rows) > 1 else ""
        message = f"{root / rows[0]} {_CHANGED}{more}. Nothing was written. Run the command again."
        raise ChangedElsewhereError(root / rows[0], message)


def _keep_look(old: Path, new: Path) -> None:
    """Give a new file the owner, the permissions and the attributes of the old one, as far as the system lets us."""
    if not old.exists():
        return
    facts = old.stat()
    for name in os.listxattr(old) if hasattr(os, "listxattr") else ():
        with contextlib.suppress(OSError):
            os.setxattr(new, name, os.getxattr(old, name))
    if hasattr(os, "chown") and (facts.st_uid, facts.st_gid) != (new.stat().st_uid, new.stat().st_gid):
        for owner in (facts.st_uid, -1):
            with contextlib.suppress(OSError):
                os.chown(new, owner, facts.st_gid)
                break
    new.chmod(stat.S_IMODE(facts.st_mode))
