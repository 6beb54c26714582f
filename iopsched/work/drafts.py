"""Folders of a week: the one that was published is never replaced, a new week is the draft of the next revision.

A week that nobody has published is ``schedules/2026-11-30``. The draft of its second revision is ``2026-11-30.r2`` and
keeps this name when it is published; a third one is made beside it.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from iopsched import ingest
from iopsched.domain.publication import Publication
from iopsched.store import clinic_home, latest
from iopsched.work.basis import published_as

_NUMBERED = re.compile(r"(.+)\.r([1-9][0-9]*)")


def default_folder(clinic: Path, week: date) -> Path:
    """Return ``CLINIC/schedules/2026-11-30``; for a workbook, in the folder beside it that has its name."""
    return clinic_home(clinic) / "schedules" / week.isoformat()


def revision_folder(folder: Path, revision: int) -> Path:
    """Return where a revision lies beside a folder of its week, such as ``2026-11-30.r2``."""
    return folder.with_name(f"{_stem(folder)}.r{revision}")


def target_of(clinic: Path, week: date, asked: Path | None = None) -> Path:
    """Return where a new week is written: the folder that was asked for, or a draft beside it where that is published."""
    published = latest(clinic_home(clinic), week)
    if published is None:
        return asked or default_folder(clinic, week)
    if asked is not None and revision_in(clinic, asked) is None:
        return asked
    return revision_folder(asked or default_folder(clinic, week), published.revision + 1)


def revision_in(clinic: Path, folder: Path) -> Publication | None:
    """Return the revision of which a folder is the published week, None of a draft.

    A draft of the next revision may say what was published already; a draft it is all the same.
    """
    found = ingest.inspect_schedule(folder).schedule if folder.is_dir() else None
    publication = None if found is None else published_as(clinic, found)
    return None if publication is None or _number(folder) > publication.revision else publication


def _stem(folder: Path) -> str:
    numbered = _NUMBERED.fullmatch(folder.name)
    return numbered[1] if numbered else folder.name


def _number(folder: Path) -> int:
    """Return the revision that the name of a folder tells, 0 where it tells none."""
    numbered = _NUMBERED.fullmatch(folder.name)
    return int(numbered[2]) if numbered else 0
