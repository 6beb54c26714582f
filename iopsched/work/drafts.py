"""Folders of a week: the one that was published is never replaced, a new week is the draft of the next revision.

A week that nobody has published is ``schedules/2026-11-30``. The draft of its second revision is ``2026-11-30.r2`` and
keeps this name when it is published; a third one is made beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from iopsched import ingest
from iopsched.domain.publication import Publication
from iopsched.domain.timegrid import monday_of
from iopsched.errors import UsageError
from iopsched.files.output import is_schedule_folder, read_summary, recover
from iopsched.rulebook.repairchoices import ChoiceName
from iopsched.store import clinic_home, latest
from iopsched.words.phrases import shown
from iopsched.work.basis import published_as

_NUMBERED = re.compile(r"(.+)\.r([1-9][0-9]*)")
_CHOICE = re.compile(rf"(.+\.r[1-9][0-9]*)-(?:{'|'.join(name.replace('_', '-') for name in ChoiceName)})")
"""The other choices of a repair lie beside its first one, such as ``2026-11-30.r2-fewest-moves``."""


def default_folder(clinic: Path, week: date) -> Path:
    """Return ``CLINIC/schedules/2026-11-30``; for a workbook, in the folder beside it that has its name."""
    return clinic_home(clinic) / "schedules" / week.isoformat()


def revision_folder(folder: Path, revision: int) -> Path:
    """Return where a revision lies beside a folder of its week, such as ``2026-11-30.r2``."""
    return folder.with_name(f"{_stem(folder)}.r{revision}")


def choice_folder(folder: Path, name: ChoiceName) -> Path:
    """Return where another choice of a repair lies beside its first one, such as ``2026-11-30.r2-fewest-moves``."""
    return folder.with_name(f"{folder.name}-{name.replace('_', '-')}")


def is_choice_folder(folder: Path) -> bool:
    """Return whether a choice of a repair lies there, beside the draft of its revision."""
    return _CHOICE.fullmatch(folder.name) is not None


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


@dataclass(frozen=True, slots=True)
class WeekFolder:
    """A schedule folder of a clinic: the week in it, and the revision of which it is the published week, 0 of a draft."""

    folder: Path
    week: date
    revision: int


def folders_of(clinic: Path, week: date) -> tuple[WeekFolder, ...]:
    """Return the folders of a week where commands write by themselves: drafts first, the newest of each before the rest.

    A draft of a revision that was published in another folder meanwhile comes last. Of a repair only the first choice is
    a draft by itself; another one is found once it is published.
    """
    last = _last_revision(clinic, week)
    rows = []
    for folder in filter(is_schedule_folder, _beside(default_folder(clinic, week))):
        publication = revision_in(clinic, folder)
        if publication is None and is_choice_folder(folder):
            continue
        rows.append(WeekFolder(folder, week, publication.revision if publication is not None else 0))

    def rank(row: WeekFolder) -> tuple[int, int]:
        number = _number(row.folder)
        is_old = number <= last if number else last > 1  # the folder without a number is of the first revision
        return (1 if row.revision else 2 if is_old else 0, -(row.revision or number))

    return tuple(sorted(rows, key=rank))


def folder_of(clinic: Path, publication: Publication) -> Path | None:
    """Return where the week of a publication lies, None where it lies in none of the clinic's folders."""
    rows = folders_of(clinic, publication.week)
    return next((row.folder for row in rows if row.revision == publication.revision), None)


def week_of_now(clinic: Path, today: date, planned: date) -> date:
    """Return the Monday that a command about a published week means without a date: today's week, else the ``planned`` one."""
    own = monday_of(today)
    return own if latest(clinic_home(clinic), own) is not None else planned


def _last_revision(clinic: Path, week: date) -> int:
    published = latest(clinic_home(clinic), week)
    return published.revision if published is not None else 0


def newest_folder(clinic: Path, week: date | None, planned: date, *, is_published: bool = False) -> WeekFolder:
    """Return the folder that somebody means who names none: the newest of a week, the draft before the published.

    Where no week is named either, it is the ``planned`` one or, without a folder, the last before it, else the last of
    all. With ``is_published`` it is the folder of the last revision.

    Raises
    ------
    UsageError
        If there is none; it says which command makes it.
    """
    if not clinic.exists():
        raise UsageError(f"There is no clinic {clinic}.")
    recover(default_folder(clinic, planned))
    for monday in [week] if week is not None else weeks_with_folders(clinic, planned):
        last = _last_revision(clinic, monday)
        rows = folders_of(clinic, monday)
        meant = (row for row in rows if (row.revision == last if is_published or row.revision else True))
        if (newest := next(meant, None)) is not None and (newest.revision or not is_published):
            return newest
        if last:
            raise UsageError(
                f"Revision {last} of the week of {monday.isoformat()} lies in none of the clinic's folders. `iopsched "
                f"restore {shown(clinic)} --week {monday.isoformat()}` makes it one, or name its folder."
            )
    what = "" if week is None else f"of the week of {week.isoformat()} "
    if is_published:
        raise UsageError(f"Nothing {what}is published. `iopsched publish {shown(clinic)}` does it.")
    raise UsageError(f"There is no schedule {what}yet. `iopsched solve {shown(clinic)}` makes one, or name its folder.")


def weeks_with_folders(clinic: Path, planned: date) -> list[date]:
    """Return the weeks that have folders: the planned one and those before it, the last first, then later ones."""
    found = set()
    for path in default_folder(clinic, planned).parent.glob("*"):
        try:
            found.add(date.fromisoformat(_stem(path)))
        except ValueError:
            continue
    mondays = sorted((day for day in found if day.weekday() == 0), reverse=True)
    return [*(day for day in mondays if day <= planned), *(day for day in mondays if day > planned)]


def _beside(base: Path) -> list[Path]:
    """Return a folder and those beside it that are named after its revisions."""
    numbered = [path for path in base.parent.glob(f"{base.name}.r*") if _number(path) or _CHOICE.fullmatch(path.name)]
    return [path for path in (base, *numbered) if path.is_dir() and not path.is_symlink()]


def base_of(folder: Path) -> tuple[str, int] | None:
    """Return week and revision that the schedule in a folder was made from, None where it names none."""
    match (read_summary(folder) or {}).get("previous"):
        case {"week": str(week), "revision": int(revision)}:
            return week, revision
        case _:
            return None


def _stem(folder: Path) -> str:
    chosen = _CHOICE.fullmatch(folder.name)
    name = chosen[1] if chosen else folder.name
    numbered = _NUMBERED.fullmatch(name)
    return numbered[1] if numbered else name


def _number(folder: Path) -> int:
    """Return the revision that the name of a folder tells, 0 where it tells none."""
    numbered = _NUMBERED.fullmatch(folder.name)
    return int(numbered[2]) if numbered else 0
