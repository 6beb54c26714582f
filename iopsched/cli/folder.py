"""Reading a clinic together with one of its schedule folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from iopsched import work
from iopsched.cli.console import talk
from iopsched.cli.options import week_of

if TYPE_CHECKING:
    from iopsched.work.weeks import Read


def read_week(clinic: Path, folder: Path, week: str | None) -> Read:
    """Read a week as :func:`iopsched.work.weeks.read_week` does, and say where that is not with the tables of today."""
    read = work.weeks.read_week(clinic, folder, None if week is None else week_of(week))
    if read.revision is not None:
        talk(
            "The tables have changed since this week was published. It is read with the facts of its time "
            f"(revision {read.revision})."
        )
    return read
