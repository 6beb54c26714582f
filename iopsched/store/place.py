"""Where the store of a clinic lies."""

from __future__ import annotations

import json
from pathlib import Path

from iopsched.files.reading import UnreadableError, read_bytes

DATABASE = "iopsched.db"
SNAPSHOTS = "published"
CALENDARS = "iopsched-calendars.json"
MOST_CALENDARS_BYTES = 50_000_000


def clinic_home(clinic: Path) -> Path:
    """Return the folder that holds what is published: the clinic folder, or the one beside a workbook that has its name."""
    if not clinic.is_file():
        return clinic
    return clinic.with_suffix("") if clinic.suffix else clinic.with_name(f"{clinic.name}.made")


def drafted_site(home: Path) -> str | None:
    """Return the identity under which drafts were exported before anything was published, None where that is unknown."""
    try:
        site = json.loads(read_bytes(home / CALENDARS, MOST_CALENDARS_BYTES))["site"]
    except (UnreadableError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return site if isinstance(site, str) and site else None
