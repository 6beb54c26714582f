"""Places where lists of people in treatment should not lie."""

from __future__ import annotations

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


def warn_of_place(target: Path) -> None:
    """Warn if the folder may be carried elsewhere: it tells who is in treatment."""
    for path in target.absolute().parents:
        if (path / ".git").exists():
            talk(f"Warning: {target} lies in the git work tree {path}. A schedule is health data: do not commit it.")
            return
        if any(word in path.name.casefold() for word in _SYNCED):
            talk(f"Warning: {target} lies in {path}, which looks synced. A schedule is health data: mind who gets it.")
            return
