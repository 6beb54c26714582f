"""What somebody means by a schedule folder, a revision or a week, and all that stands behind it: to be compared."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from iopsched import store
from iopsched.domain.instants import local_text
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import monday_of
from iopsched.errors import UsageError
from iopsched.files.output import SUMMARY, is_schedule_folder, recover
from iopsched.ingest import Facts
from iopsched.policy.columns import SETTINGS_FILE
from iopsched.store import clinic_home
from iopsched.views.compared import ComparedWeek
from iopsched.words.wording import quoted
from iopsched.work.basis import facts_of_time, published_as, schedule_of
from iopsched.work.drafts import default_folder, newest_folder, revision_folder, week_of_now
from iopsched.work.restoring import published_week
from iopsched.work.weeks import inspect_week, read_week, with_earlier
from iopsched.work.writtenfacts import facts_kept, facts_of, facts_today

LAST, PUBLISHED, NEWEST = "last", "published", "newest"
_REVISION = re.compile(r"(?:(\d{4}-\d{2}-\d{2})\.)?(?:r(?=[1-9]))?([1-9][0-9]{0,3})")
_DEEPEST = 4
"""So many folders up a schedule folder looks for its clinic."""


@dataclass(frozen=True)
class WeekSide:
    """One of two weeks that are compared: a revision as it was published, or what lies in a folder.

    ``publication`` is the revision that it is, None of a draft; ``folder`` is where it was read, None of what the store keeps.
    """

    clinic: Path
    week: ComparedWeek
    publication: Publication | None
    folder: Path | None

    @property
    def problem(self) -> Problem:
        """Return the facts of the week."""
        return self.week.facts.problem

    @property
    def schedule(self) -> Schedule:
        """Return the sessions of the week."""
        return self.week.schedule

    @property
    def title(self) -> str:
        """Return for instance ``week of 2026-11-30, revision 2, published 2026-11-29 18:02``."""
        name = f"week of {self.problem.week.isoformat()}"
        if self.publication is None:
            return f"{name}, {self.folder} (not published)"
        when = local_text(self.publication.published, self.problem.clinic.timezone)
        return f"{name}, revision {self.publication.revision}, published {when}"

    def facts(self) -> dict[str, Any]:
        """Return which week it is, for a machine."""
        return {
            "week": self.problem.week.isoformat(),
            "revision": self.publication.revision if self.publication is not None else None,
            "folder": str(self.folder) if self.folder is not None else None,
        }


def sides_of(texts: tuple[str, str], clinic: Path | None, planned: date, today: date) -> tuple[WeekSide, WeekSide]:
    """Return the two weeks that somebody names: a folder, ``2026-11-30``, ``2026-11-30.r2``, ``r2``, ``published``, ``last``, ``newest``.

    ``CLINIC/NAME`` names the clinic, too; a clinic alone means its newest week. A date is the newest of its week, a draft
    before what is published. What names no week is of that of the other one, else of the week of ``today`` where that is
    published, else of the ``planned`` one; ``last`` is the last published week before it. Without a clinic it is the one
    around the folders that are named, else around the current folder.

    Raises
    ------
    UsageError
        If a text names nothing, or the clinic is not known.
    InputError
        If the files that are meant have faults.
    """
    asked = [_asked(text, clinic) for text in texts]
    known: list[WeekSide | None] = []
    homes: list[Path] = []
    for at, one in enumerate(asked):
        home = one.clinic or asked[1 - at].clinic or clinic_around(Path.cwd())
        homes.append(_home(home, texts[at]))
        known.append(_of_folder(homes[at], one.folder) if one.folder is not None else _dated(homes[at], one.name))
    found = [
        side or _undated(homes[at], asked[at].name, known[1 - at], planned, today) for at, side in enumerate(known)
    ]
    clinics = [side.problem.clinic.clinic_id for side in found]
    if all(clinics) and clinics[0] != clinics[1]:
        raise UsageError("These are weeks of two clinics: they have two values of clinic_id. Name two weeks of one.")
    return found[0], found[1]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a text names: a schedule folder, or by a name a revision or week; and the clinic, where it says or holds one."""

    clinic: Path | None
    folder: Path | None
    name: str = ""


def _asked(text: str, clinic: Path | None) -> _Asked:
    """Return what a text names: as it is written, else among the folders of the clinic; ``CLINIC/NAME`` names the clinic, too."""
    path = Path(text)
    if text.strip() and _is_week(path):
        return _Asked(clinic or clinic_around(path), path)
    if _is_reference(text):
        return _Asked(clinic, None, text)
    for folder in [clinic_home(clinic) / text, clinic_home(clinic) / "schedules" / text] if clinic is not None else []:
        if text.strip() and _is_week(folder):
            return _Asked(clinic, folder)
    if _is_reference(path.name) and path.parent.is_dir():
        return _Asked(clinic or clinic_around(path.parent), None, path.name)
    if text.strip() and path.exists() and clinic_around(path) in (path.resolve(), path):
        return _Asked(path, None, NEWEST)
    raise UsageError(
        f"{quoted(text)} is no schedule folder, date or revision. Write a folder, 2026-11-30, 2026-11-30.r2, r2, "
        f"{PUBLISHED}, {LAST} or {NEWEST}."
    )


def clinic_around(place: Path) -> Path | None:
    """Return the clinic in or around a folder, a workbook too; None where there is none."""
    start = place.resolve()
    for folder in (start, *start.parents)[:_DEEPEST]:
        if (folder / SETTINGS_FILE).is_file():
            return folder
        book = folder.parent / f"{folder.name}.xlsx"
        if folder.name and (folder / "schedules").is_dir() and book.is_file():
            return book
    return None


def _home(clinic: Path | None, text: str) -> Path:
    if clinic is None:
        raise UsageError(f"No clinic lies around {quoted(text)}. Name it with --clinic CLINIC.")
    if not clinic.exists():
        raise UsageError(f"There is no clinic {clinic}.")
    return clinic


def _is_week(folder: Path) -> bool:
    recover(folder)
    return is_schedule_folder(folder)


def _is_reference(text: str) -> bool:
    return text in (LAST, PUBLISHED, NEWEST) or _REVISION.fullmatch(text) is not None or _day(text) is not None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _dated(clinic: Path, text: str) -> WeekSide | None:
    """Return the week of a text that names its own date, None of one that names none."""
    day, numbered = _day(text), _REVISION.fullmatch(text)
    if day is not None:
        return _newest(clinic, monday_of(day))
    if numbered is not None and numbered[1] is not None:
        first = _day(numbered[1])
        if first is None:
            raise UsageError(f"{quoted(text)} names no date. Write a revision such as 2026-11-30.r2.")
        return _of_number(clinic, monday_of(first), int(numbered[2]))
    return None


def _undated(clinic: Path, text: str, other: WeekSide | None, planned: date, today: date) -> WeekSide:
    """Return the week of a text that says which revision, and leaves the week to the other one."""
    home = clinic_home(clinic)
    week = other.problem.week if other is not None else week_of_now(clinic, today, planned)
    if text == LAST:
        earlier = [entry.week for entry in store.history(home) if entry.week < week]
        if not earlier:
            raise UsageError(f"Nothing is published of any week before {week.isoformat()}.")
        week = max(earlier)
    numbered = _REVISION.fullmatch(text)
    if numbered is not None:
        return _of_number(clinic, week, int(numbered[2]))
    if text == NEWEST:
        return _of_folder(clinic, newest_folder(clinic, week if other is not None else None, planned).folder)
    return _of_publication(clinic, published_week(clinic, week))


def _newest(clinic: Path, week: date) -> WeekSide:
    """Return the newest of a week: the draft before the published; what the store keeps where no folder is left."""
    try:
        found = newest_folder(clinic, week, week)
    except UsageError:
        publication = store.latest(clinic_home(clinic), week)
        if publication is None:
            raise
        return _of_publication(clinic, publication)
    return _of_folder(clinic, found.folder)


def _of_number(clinic: Path, week: date, number: int) -> WeekSide:
    """Return a revision of a week; of one that is not published yet its draft."""
    publication = store.revision_of(clinic_home(clinic), week, number)
    if publication is not None:
        return _of_publication(clinic, publication)
    folder = revision_folder(default_folder(clinic, week), number)
    if is_schedule_folder(folder):
        return _of_folder(clinic, folder)
    raise UsageError(f"There is no revision {number} of the week of {week.isoformat()}. `iopsched history` lists them.")


def _of_folder(clinic: Path, folder: Path) -> WeekSide:
    read = read_week(clinic, folder)
    publication = published_as(clinic, read.schedule)
    facts = None if publication is None else facts_of_time(clinic, publication)
    if publication is not None and facts is not None:
        return WeekSide(
            clinic, ComparedWeek(facts_kept(clinic, facts, read.problem), read.schedule), publication, folder
        )
    return WeekSide(clinic, ComparedWeek(facts_of(read), read.schedule), publication, folder)


def _of_publication(clinic: Path, publication: Publication) -> WeekSide:
    facts, schedule = facts_of_time(clinic, publication), schedule_of(clinic, publication)
    found = inspect_week(clinic, publication.week, is_for_solving=False, facts=facts)
    if found.problem is None:
        raise UsageError(
            "The clinic's tables have faults, and none were kept with this revision. `iopsched check` tells."
        )
    problem = with_earlier(clinic, found.problem, _summary(facts))
    known = facts_today(clinic, problem) if facts is None else facts_kept(clinic, facts, problem)
    return WeekSide(clinic, ComparedWeek(known, schedule), publication, None)


def _summary(facts: Facts | None) -> Mapping[str, Any] | None:
    """Return the summary that was kept with a revision, None where there is none."""
    try:
        found = json.loads(facts.schedule[SUMMARY]) if facts is not None else None
    except (KeyError, ValueError):
        return None
    return found if isinstance(found, dict) else None
