"""Where the store of a clinic lies."""

from __future__ import annotations

from pathlib import Path

DATABASE = "iopsched.db"
SNAPSHOTS = "published"


def clinic_home(clinic: Path) -> Path:
    """Return the folder that holds what is published: the clinic folder, or the one beside a workbook that has its name."""
    if not clinic.is_file():
        return clinic
    return clinic.with_suffix("") if clinic.suffix else clinic.with_name(f"{clinic.name}.made")
