"""Anchors: the hash of a published revision in whatever leaves the store, so that its loss shows.

A chain of hashes tells that something within it was changed, never that its end was cut off or that all of it is gone.
Every exported file therefore says of which revision it is, and the hash under which that was recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from iopsched.domain.publication import Publication
from iopsched.files.output import EXPORTS
from iopsched.files.plans import MANIFEST, MOST_MANIFEST_BYTES
from iopsched.files.reading import UnreadableError, read_beginning

LETTERS = 32
_SHORT = 16
_FORM = re.compile(rf"\d{{4}}-\d\d-\d\d/\d{{1,6}}/[0-9a-f]{{{LETTERS}}}", re.ASCII)
# A page has it in its head and a calendar before its first entry; of a name between them nothing is searched.
_MARKED = re.compile(rb"(?i)iopsched-record[^0-9]{1,20}(" + _FORM.pattern.encode() + rb")")
_PATTERNS = ("*.html", "*.ics", "*/*.html", "*/clinic.ics")
_MOST_FILES, _MOST_FOLDERS = 200, 2000


class Anchor(NamedTuple):
    """A revision and the beginning of its hash: 32 letters in a file, perhaps fewer from paper."""

    week: str
    revision: int
    sha: str

    @property
    def text(self) -> str:
        """Return it as files carry it: ``2026-11-30/3/1f0c...``."""
        return f"{self.week}/{self.revision}/{self.sha}"

    @property
    def line(self) -> str:
        """Return it as people read it: ``Record 1f0c9a7be2d44f10 (revision 3)``."""
        return f"Record {self.sha[:_SHORT]} (revision {self.revision})"


class AnchoredFile(NamedTuple):
    """An anchor and the file that carries it."""

    anchor: Anchor
    path: Path


def anchor_of(publications: Iterable[Publication]) -> Anchor | None:
    """Return the anchor of the newest recorded one; a draft has the anchor of the revision it follows."""
    recorded = [one for one in publications if one.anchor]
    last = max(recorded, key=lambda one: (one.published, one.week), default=None)
    return None if last is None else Anchor(last.week.isoformat(), last.recorded_revision, last.anchor[:LETTERS])


def anchors_in(data: bytes) -> Iterator[Anchor]:
    """Yield the anchors in the bytes of a page, a calendar or the list of an export folder."""
    for match in _MARKED.finditer(data):
        week, revision, sha = match[1].decode().split("/")
        yield Anchor(week, int(revision), sha)


def find_anchors(home: Path) -> tuple[AnchoredFile, ...]:
    """Return the anchors in the exports of a clinic's schedule folders, each with the first file that carries it."""
    found: dict[Anchor, Path] = {}
    folders = sorted(home.glob(f"schedules/*/{EXPORTS}"))[-_MOST_FOLDERS:]
    for folder in folders:
        files = [folder / MANIFEST, *sorted(chain.from_iterable(map(folder.glob, _PATTERNS)))[:_MOST_FILES]]
        for path in files:
            for anchor in anchors_in(_beginning(path)):
                found.setdefault(anchor, path)
    return tuple(AnchoredFile(anchor, path) for anchor, path in sorted(found.items()))


def _beginning(path: Path) -> bytes:
    """Return where an anchor may stand in a file, nothing where it cannot be read."""
    try:
        return read_beginning(path, MOST_MANIFEST_BYTES if path.name == MANIFEST else 5000)
    except UnreadableError:
        return b""
