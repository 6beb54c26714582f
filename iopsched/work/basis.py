"""The earlier week, against which a new one counts its changes: which it is, and how ``summary.json`` names it.

Unasked it is the last published revision of the same week, else of the week before.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from iopsched import ingest
from iopsched.domain.happenings import Happening
from iopsched.domain.instants import begun, minute_of
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule
from iopsched.errors import Issue
from iopsched.files.output import SUMMARY, file_sha256, parsed_summary
from iopsched.files.weektables import HOURS, SESSIONS, TABLES
from iopsched.records.missed import Missed, missed_in
from iopsched.repairs.remembered import happenings_in
from iopsched.store import clinic_home, facts_of, latest, revision_of, revisions_of
from iopsched.verifier import hours
from iopsched.words.wording import quoted

A_WEEK = timedelta(days=7)
NONE = Path("none")
"""What somebody asks for who wants no earlier week."""
REMEDY = "What depends on it is told without it; put it back as it was, or solve again."


@dataclass(frozen=True, slots=True)
class EarlierFolder:
    """The schedule folder that a week of a clinic is made from, and the hash of each of its tables at that time."""

    clinic: Path
    folder: Path
    files_sha256: Mapping[str, str]
    publication: Publication | None = None

    @property
    def source(self) -> Path:
        """Return where the schedule is read."""
        return self.folder

    @property
    def entry(self) -> Mapping[str, Any]:
        """Return how ``summary.json`` names it: its folder as seen from the clinic."""
        return {"folder": _path_between(self.clinic, self.folder), "files_sha256": self.files_sha256}

    def is_at(self, folder: Path) -> bool:
        """Return whether it lies in this folder, whatever the way there is called."""
        return self.folder.exists() and folder.exists() and self.folder.samefile(folder)

    def moved(self, folder: Path) -> EarlierFolder:
        """Return the same in another folder."""
        return replace(self, folder=folder)


@dataclass(frozen=True, slots=True)
class EarlierRevision:
    """The published revision that a week is made from, as the store keeps it."""

    publication: Publication
    source: Schedule

    @property
    def entry(self) -> Mapping[str, Any]:
        """Return how ``summary.json`` names it."""
        return {"week": self.publication.week.isoformat(), "revision": self.publication.revision}

    def is_at(self, folder: Path) -> bool:
        """Return whether it lies in this folder: it lies in the store."""
        del folder
        return False

    def moved(self, folder: Path) -> EarlierRevision:
        """Return the same, whatever becomes of folders."""
        del folder
        return self


Earlier = EarlierFolder | EarlierRevision


def earlier_of(clinic: Path, week: date, asked: Path | None) -> Earlier | None:
    """Return the earlier week of a new one as it is now; ``asked`` names its folder, or :data:`NONE`.

    Call it before the week is written: that may replace the folder.
    """
    if asked == NONE:
        return None
    if asked is not None:
        found = ingest.inspect_schedule(asked).schedule if asked.is_dir() else None
        publication = None if found is None else published_as(clinic, found)
        return EarlierFolder(clinic, asked, {name: file_sha256(asked / name) for name in TABLES}, publication)
    home = clinic_home(clinic)
    before, same = latest(home, week - A_WEEK), latest(home, week)
    publication = same if same is not None and same.schedule.sessions else before  # a week taken back is none to keep
    return None if publication is None else EarlierRevision(publication, schedule_of(clinic, publication))


def begun_of(problem: Problem, earlier: Earlier | None, now: datetime | None) -> int | None:
    """Return how much of a week has passed; None where nothing has, or where nothing of this week is published."""
    publication = earlier.publication if earlier is not None else None
    if now is None or publication is None or publication.week != problem.week:
        return None
    return begun(problem.week, now, problem.clinic.timezone)


def earlier_named(clinic: Path, summary: Mapping[str, Any] | None) -> tuple[Earlier | None, tuple[Issue, ...]]:
    """Return the earlier week that a week was made from; None with a warning where it is no longer as it was then.

    ``summary`` is what :func:`iopsched.files.output.read_summary` returned.
    """
    match summary.get("previous") if summary is not None else None:
        case {"folder": str(name), **rest}:
            folder = Path(os.path.normpath(clinic / name))
            try:
                found = {name: file_sha256(folder / name) for name in TABLES}
            except (OSError, ValueError):
                found = {}
            if found.get(SESSIONS) and found == rest.get("files_sha256"):
                return EarlierFolder(clinic, folder, found), ()
            return None, (
                _lost(f"The earlier week {quoted(name)}, from which this one was made, was moved or changed"),
            )
        case {"week": str(text), "revision": int(revision)}:
            publication = _revision(clinic, text, revision)
            if publication is not None:
                return EarlierRevision(publication, schedule_of(clinic, publication)), ()
            what = f"Revision {revision} of the week of {quoted(text)}, from which this one was made, was lost"
            return None, (_lost(what),)
        case _:
            return None, ()


def now_named(week: date, summary: Mapping[str, Any] | None) -> int | None:
    """Return how much of its week had passed when a week was made, as its summary says."""
    return None if summary is None else minute_of(week, summary.get("now"))


def _revision(clinic: Path, week: str, revision: int) -> Publication | None:
    try:
        return revision_of(clinic_home(clinic), date.fromisoformat(week), revision)
    except ValueError:
        return None


def _lost(what: str) -> Issue:
    return Issue(SUMMARY, 0, "previous", "W-PREVIOUS-LOST", f"{what} since.", REMEDY, level="warning")


def _path_between(clinic: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(folder, clinic)).as_posix()
    except ValueError:  # on another drive
        return folder.resolve().as_posix()


def published_as(clinic: Path, schedule: Schedule) -> Publication | None:
    """Return the last revision of a week that holds exactly these sessions, None where it was not published so."""
    week = revisions_of(clinic_home(clinic), schedule.week)
    sessions = frozenset(schedule.sessions)
    return next((one for one in reversed(week) if frozenset(one.schedule.sessions) == sessions), None)


def facts_of_time(clinic: Path, publication: Publication) -> ingest.Facts | None:
    """Return the clinic's facts as they were when a week was published, None where they were not kept."""
    data = facts_of(clinic_home(clinic), publication.week, publication.revision)
    return None if data is None else ingest.facts_from(data)


def remembered_by(clinic: Path, publication: Publication) -> tuple[Happening, ...]:
    """Return what a published week was made to know to have happened, whatever the clinic's files say."""
    return happenings_in(_summary_then(clinic, publication))


def missed_then(clinic: Path, publication: Publication) -> Missed:
    """Return who missed which session, as a published week was made to know."""
    return missed_in(_summary_then(clinic, publication))


def _summary_then(clinic: Path, publication: Publication) -> Mapping[str, Any] | None:
    facts = facts_of_time(clinic, publication)
    return parsed_summary(facts.schedule[SUMMARY]) if facts is not None and SUMMARY in facts.schedule else None


def schedule_of(clinic: Path, publication: Publication) -> Schedule:
    """Return what was published, with everybody's primary and with those who had nothing.

    Where the hours of that time were not kept, they are counted with the facts of that time, as far as these are known.
    """
    schedule = publication.schedule
    facts = facts_of_time(clinic, publication)
    if facts is not None and HOURS in facts.schedule:
        rows = list(csv.DictReader(io.StringIO(facts.schedule[HOURS].decode(), newline="")))
        return _with_people(schedule, {row["participant_id"]: row["therapist_id"] for row in rows})
    problem = ingest.inspect_kept(facts, publication.week).problem if facts is not None else None
    if problem is not None:
        return _with_people(schedule, {row.participant_id: row.therapist_id for row in hours(problem, schedule)})
    return _with_people(schedule, {person: "" for session in schedule.sessions for person in session.participant_ids})


def _with_people(schedule: Schedule, primary_of: Mapping[str, str]) -> Schedule:
    primaries = {person: primary for person, primary in sorted(primary_of.items()) if primary}
    return replace(schedule, primaries=primaries, census=frozenset(primary_of))
