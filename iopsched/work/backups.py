"""A backup of all that is published, and the store put back from one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from iopsched import ingest
from iopsched.errors import ConflictError, InternalError, UsageError
from iopsched.files import folders
from iopsched.files.newplaces import refuse_taken
from iopsched.store import archive, clinic_home
from iopsched.store.archive import Archive
from iopsched.store.place import DATABASE
from iopsched.words.phrases import count

MOST_TOLD = 5
_OWN = "made-"
"""How the identity of a clinic begins that has none of its own."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """Where a backup lies, and what is in it."""

    file: Path
    held: Archive
    sha256: str
    size_bytes: int

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        return {"file": str(self.file), "bytes": self.size_bytes, "sha256": self.sha256, **_facts(self.held)}


@dataclass(frozen=True, slots=True)
class PutBack:
    """A store that was put back from a backup; ``kept`` is where the one before lies, None where there was none.

    ``is_new`` is False where the store was as in the backup already: nothing was written. ``lost`` are the revisions
    that only the store before has.
    """

    file: Path
    held: Archive
    kept: Path | None
    is_new: bool
    lost: tuple[tuple[str, int], ...] = ()

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        return {
            "from": str(self.file),
            "is_new": self.is_new,
            "kept": None if self.kept is None else str(self.kept),
            "lost": [{"week": week, "revision": revision} for week, revision in self.lost],
            **_facts(self.held),
        }


def _facts(held: Archive) -> dict[str, Any]:
    week, revision = held.records[-1].place
    return {
        "made": held.made,
        "revisions": len(held.records),
        "weeks": held.weeks,
        "last": {"week": week, "revision": revision, "anchor": held.anchor},
    }


def backup(clinic: Path, target: Path | None, now: datetime) -> BackedUp:
    """Write all that is published into one new file, and read it again to be sure; by default beside the clinic.

    Raises
    ------
    UsageError
        If nothing is published, something is in the place, or the disk refuses.
    ConflictError
        If the store is damaged, or somebody is writing there for long.
    """
    if not clinic.exists():
        raise UsageError(f"There is no clinic {clinic}.")
    home = clinic_home(clinic)
    place = target or home.absolute().with_name(f"{home.absolute().name}-backup-{now:%Y-%m-%d-%H%M%S}.zip")
    refuse_taken(place)
    held = archive.take(home, now)
    if held is None:
        raise UsageError("Nothing was published yet, so there is nothing to back up.")
    data = held.to_bytes()
    folders.make_file(place, data)
    if archive.read(place).anchor != held.anchor:
        raise InternalError("A backup does not hold what was put into it.")
    return BackedUp(place, held, hashlib.sha256(data).hexdigest(), len(data))


def put_back(clinic: Path, source: Path, *, is_forced: bool = False) -> PutBack:
    """Put the store of a clinic back from a backup, all or nothing; what was there is kept beside it.

    Raises
    ------
    UsageError
        If there is no such clinic, or the disk refuses.
    ConflictError
        If the file is no whole backup or one of another clinic; if the store has revisions that it lacks, and this is
        not forced; or if somebody is writing there.
    """
    if not clinic.exists():
        raise UsageError(f"There is no clinic {clinic}. Put its tables there first: they are not in the backup.")
    home = clinic_home(clinic)
    held = archive.read(source)
    own = ingest.own_settings(clinic).get("clinic_id")
    if isinstance(own, str) and own and own != held.site and not held.site.startswith(_OWN):
        raise ConflictError(f"{source} is a backup of a clinic with another clinic_id. Name the backup of this one.")
    lost = archive.lacking(home, held)
    if lost and not is_forced:
        rows = [f"revision {revision} of the week of {week}" for week, revision in lost]
        more = f" and {len(rows) - MOST_TOLD} more" if len(rows) > MOST_TOLD else ""
        raise ConflictError(
            f"{home / DATABASE} has {count(len(rows), 'revision')} that the backup lacks: {', '.join(rows[:MOST_TOLD])}{more}. "
            "Nothing was written. --force puts the backup in its place and keeps the store of now beside it."
        )
    if archive.holds(home, held):
        return PutBack(source, held, None, is_new=False)
    return PutBack(source, held, archive.put_back(home, held), is_new=True, lost=lost)
