"""Reading a clinic together with one of its schedule folders."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from iopsched import work
from iopsched.cli.console import talk
from iopsched.cli.options import today, week_of
from iopsched.errors import UsageError

if TYPE_CHECKING:
    from iopsched.work.drafts import WeekFolder
    from iopsched.work.weeks import Read


def read_week(clinic: Path, folder: Path | None, week: str | None, *, is_published: bool = False) -> Read:
    """Read a week as :func:`iopsched.work.weeks.read_week` does, and say where that is not with the tables of today.

    Without a folder the newest is taken, or that of the last revision with ``is_published``, and named.
    """
    monday = None if week is None else week_of(week)
    if folder is None:
        newest = work.drafts.newest_folder(clinic, monday, week_of(None), is_published=is_published)
        _name(newest)
        folder = newest.folder
    read = work.weeks.read_week(clinic, folder, monday)
    if read.revision is not None:
        talk(
            "The tables have changed since this week was published. It is read with the facts of its time "
            f"(revision {read.revision})."
        )
    return read


def newest_or_none(clinic: Path, monday: date | None, *, is_quiet: bool) -> WeekFolder | None:
    """Return the newest folder of a week and name it; without a week of the next that has one. None where there is none.

    A week that is over is none that a question without a week could be about.
    """
    try:
        newest = work.drafts.newest_folder(clinic, monday, week_of(None))
    except UsageError:
        return None
    if monday is None and newest.week + timedelta(days=6) < today():
        return None
    if not is_quiet:
        _name(newest)
    return newest


def _name(newest: WeekFolder) -> None:
    what = f"revision {newest.revision}" if newest.revision else "a draft, not published"
    talk(f"Folder: {newest.folder} ({what}).")
