"""The memory of changes to a clinic's files, so that each can be taken back and made again, also by a later program.

A change is kept as the bytes that it replaced, with the hash of each file before
and after it: it is taken back only while the file is still as the change left
it, and then to the last byte. The memory is written before the files are, so
that no change is ever made without it; a change that never came is voided.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from iopsched.files.linelog import append_log, drop_log, read_log
from iopsched.files.reading import UnreadableError

Members = Mapping[str, bytes]
"""The files of a clinic folder, or the parts of its workbook, by name."""
Step = Literal["undo", "redo"]
_ABSENT = ""


@dataclass(frozen=True, slots=True)
class Patch:
    """Other bytes in one file: ``new`` instead of ``old`` from ``at`` on; a hash is blank where there is no file."""

    member: str
    at: int
    old: bytes = field(repr=False)
    new: bytes = field(repr=False)
    before: str
    after: str

    def facts(self) -> dict[str, Any]:
        """Return it as a line of the log holds it."""
        texts = {name: base64.b64encode(getattr(self, name)).decode() for name in ("old", "new")}
        return {"member": self.member, "at": self.at, **texts, "before": self.before, "after": self.after}

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Patch:
        """Return what :meth:`facts` holds; raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
        old, new = (base64.b64decode(facts[name], validate=True) for name in ("old", "new"))
        return cls(str(facts["member"]), int(facts["at"]), old, new, str(facts["before"]), str(facts["after"]))


@dataclass(frozen=True, slots=True)
class RememberedEdit:
    """One change that can be taken back; ``what`` says what it was, in ids and numbers."""

    patches: tuple[Patch, ...]
    what: Mapping[str, Any]

    def shas(self, *, is_made: bool) -> Mapping[str, str]:
        """Return the hash of each file once the change is made, or taken back."""
        return {patch.member: patch.after if is_made else patch.before for patch in self.patches}


@dataclass(frozen=True)
class UndoLog:
    """What was changed, the earliest first; the first ``position`` of the edits are made, the others are taken back.

    ``unmade`` is the id of a last line whose change did not come, because the program died before.
    """

    path: Path
    edits: tuple[RememberedEdit, ...] = ()
    position: int = 0
    unmade: str = ""

    @classmethod
    def read(cls, path: Path, members: Members) -> UndoLog:
        """Return the memory of a clinic whose files are as given; an empty one where it cannot be read."""
        try:
            found, earlier, kind = _remembered(path, _stamp(path))
        except UnreadableError:
            return cls(path)
        if not found.edits:
            return found
        last = found.edits[found.position if kind == "undo" else found.position - 1]
        is_made = kind != "undo"
        if _are(members, last.shas(is_made=is_made)) or not _are(members, last.shas(is_made=not is_made)):
            return found
        return earlier

    def next(self, kind: Step) -> RememberedEdit | None:
        """Return the change that would be taken back or made again, None where there is none."""
        at = self.position - 1 if kind == "undo" else self.position
        return self.edits[at] if 0 <= at < len(self.edits) else None

    def moved(self, kind: Step, members: Members) -> dict[str, bytes] | None:
        """Return the files with the next change taken back or made again, None where one of them is no longer as it left it."""
        edit = self.next(kind)
        return None if edit is None else _applied(members, edit, is_undo=kind == "undo")

    def remember(self, before: Members, after: Members, what: Mapping[str, Any]) -> str:
        """Write down a change that is about to be made, and return the id under which it can be voided.

        Where nothing of what is remembered can be taken back or made again any more, it is forgotten first: it names people.
        """
        dead = self.moved("undo", before) is None and self.moved("redo", before) is None
        if dead and os.path.lexists(self.path):
            drop_log(self.path)
        elif self.unmade:
            self.void(self.unmade)
        patches = [patch.facts() for patch in patches_of(before, after)]
        return self._written({"kind": "edit", "patches": patches, "what": dict(what)})

    def step(self, kind: Step) -> str:
        """Write down that the next change is about to be taken back or made again; return an id as above."""
        if self.unmade:
            self.void(self.unmade)
        return self._written({"kind": kind})

    def void(self, line: str) -> None:
        """Write down that what a line says did not come."""
        append_log(self.path, {"kind": "void", "of": line})

    def _written(self, entry: dict[str, Any]) -> str:
        line = secrets.token_hex(8)
        append_log(self.path, {"id": line, **entry})
        return line


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what differs once a log has grown."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size, facts.st_ino


@lru_cache(maxsize=4)
def _remembered(path: Path, _: tuple[int, int, int] | None) -> tuple[UndoLog, UndoLog, str]:
    """Return what a log says, what it says without its last line, and of which kind that is; read once until it grows."""
    lines = read_log(path)
    void = {line.get("of") for line in lines if line.get("kind") == "void"}
    lines = [line for line in lines if line.get("kind") != "void" and line.get("id") not in void]
    if not lines:
        return UndoLog(path), UndoLog(path), ""
    earlier = replace(_replayed(path, lines[:-1]), unmade=str(lines[-1].get("id", "")))
    return _replayed(path, lines), earlier, str(lines[-1].get("kind"))


def _replayed(path: Path, lines: Sequence[Mapping[str, Any]]) -> UndoLog:
    """Return what lines say one after the other; one that says nothing known makes all before it unreachable."""
    edits: list[RememberedEdit] = []
    position = 0
    for line in lines:
        match line:
            case {"kind": "edit", "patches": list() as patches, "what": dict() as what}:
                try:
                    edit = RememberedEdit(tuple(map(Patch.of, patches)), what)
                except (KeyError, TypeError, ValueError):
                    edits, position = [], 0
                    continue
                edits[position:] = [edit]
                position += 1
            case {"kind": "undo"} if position > 0:
                position -= 1
            case {"kind": "redo"} if position < len(edits):
                position += 1
            case _:
                edits, position = [], 0
    return UndoLog(path, tuple(edits), position)


def sha_of_member(data: bytes | None) -> str:
    """Return the hash of a file, blank where there is none."""
    return _ABSENT if data is None else hashlib.sha256(data).hexdigest()


def patches_of(before: Members, after: Members) -> tuple[Patch, ...]:
    """Return what makes of some files others."""
    names = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    return tuple(_patch(name, before.get(name), after.get(name)) for name in names)


def _patch(name: str, before: bytes | None, after: bytes | None) -> Patch:
    old, new = before or b"", after or b""
    at = _same(old, new)
    tail = _same(old[at:][::-1], new[at:][::-1])
    hashes = sha_of_member(before), sha_of_member(after)
    return Patch(name, at, old[at : len(old) - tail], new[at : len(new) - tail], *hashes)


def _same(one: bytes, two: bytes) -> int:
    """Return how many bytes two texts have in common at their beginning."""
    low, high = 0, min(len(one), len(two))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[low:middle] == two[low:middle] else (low, middle - 1)
    return low


def _are(members: Members, shas: Mapping[str, str]) -> bool:
    return all(sha_of_member(members.get(name)) == sha for name, sha in shas.items())


def _applied(members: Members, edit: RememberedEdit, *, is_undo: bool) -> dict[str, bytes] | None:
    if not _are(members, edit.shas(is_made=is_undo)):
        return None
    found = dict(members)
    for patch in edit.patches:
        there, new = (patch.new, patch.old) if is_undo else (patch.old, patch.new)
        if (patch.before if is_undo else patch.after) == _ABSENT:
            del found[patch.member]
            continue
        data = found.get(patch.member, b"")
        found[patch.member] = data[: patch.at] + new + data[patch.at + len(there) :]
    return found if _are(found, edit.shas(is_made=not is_undo)) else None
