"""Where schedules go, and places where lists of people in treatment should not lie."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from iopsched.cli.console import talk

_SYNCED = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "my drive",
    "icloud",
    "com~apple~clouddocs",
    "box sync",
)


def default_folder(clinic: Path, monday: date) -> Path:
    """Return ``CLINIC/schedules/2026-11-30``."""
    return home_of(clinic) / "schedules" / monday.isoformat()


def home_of(clinic: Path) -> Path:
    """Return the folder in which a clinic keeps what it makes: its own, or beside a workbook one named like it."""
    if not clinic.is_file():
        return clinic
    return clinic.with_suffix("") if clinic.suffix else clinic.with_name(f"{clinic.name}.made")


def warn_of_place(target: Path) -> None:
    """Warn if the folder may be carried elsewhere: it tells who is in treatment."""
    for path in target.absolute().parents:
        if (path / ".git").exists():
            talk(f"Warning: {target} lies in the git work tree {path}. A schedule is health data: do not commit it.")
            return
        if any(word in path.name.casefold() for word in _SYNCED):
            talk(f"Warning: {target} lies in {path}, which looks synced. A schedule is health data: mind who gets it.")
            return
