"""Published weeks of a period, each revision with the facts of its time, read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from iopsched import ingest, store
from iopsched.domain.instants import begun
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.domain.timegrid import Minute, monday_of
from iopsched.errors import InputError
from iopsched.records.presence import Presences, PublishedWeek
from iopsched.records.presences import presences
from iopsched.reports.inforce import FOREVER, InForce, LaterRevision
from iopsched.reports.onrecord import WeekOnRecord
from iopsched.store.revisions import changes
from iopsched.work.basis import facts_of_time


class PastWeeks:
    """What was published of the weeks of some days, both inclusive; ``now`` says what of it is over.

    Whatever reads raises ``InputError`` where facts were not kept with a revision and the tables of today have faults.
    """

    def __init__(self, clinic: Path, first: date, last: date, now: datetime) -> None:
        self._clinic, self._first, self._last, self._now = clinic, first, last, now
        self._home = store.clinic_home(clinic)
        self._read: dict[tuple[date, int], WeekOnRecord] = {}

    @cached_property
    def _revisions(self) -> Mapping[date, Sequence[Publication]]:
        """Return all revisions of each week, in their order."""
        found: dict[date, list[Publication]] = {}
        for one in store.since(self._home, monday_of(self._first)):
            if one.week <= self._last:
                found.setdefault(one.week, []).append(one)
        return found

    @cached_property
    def _actors(self) -> Mapping[tuple[date, int], str]:
        return {(entry.week, entry.revision): entry.actor for entry in store.history(self._home)}

    def last_revisions(self) -> tuple[WeekOnRecord, ...]:
        """Return the last revision of every published week, with the facts of its time."""
        return tuple(self._on_record(found[-1]) for found in self._revisions.values())

    def _on_record(self, publication: Publication) -> WeekOnRecord:
        place = publication.week, publication.revision
        if place not in self._read:
            self._read[place] = self._with_facts(publication)
        return self._read[place]

    def _with_facts(self, publication: Publication) -> WeekOnRecord:
        facts = facts_of_time(self._clinic, publication)
        problem = self._problem(facts, publication.week)
        credentials = self._credentials_today if facts is None else ingest.kept_credentials(facts)
        return WeekOnRecord(
            publication,
            self._actors[publication.week, publication.revision],
            problem,
            begun(publication.week, self._now, problem.clinic.timezone) or 0,
            facts is not None,
            credentials,
        )

    def _problem(self, facts: ingest.Facts | None, week: date) -> Problem:
        known = None if facts is None else ingest.problem_kept(facts, week)
        if known is not None:
            return known
        found = self.today(week) if facts is None else ingest.inspect_kept(facts, week)
        if found.problem is None:
            raise InputError(found.issues)
        return found.problem

    @cached_property
    def _credentials_today(self) -> Mapping[str, str]:
        return ingest.read_names(self._clinic).credentials

    def today(self, week: date) -> ingest.Inspection:
        """Return what the tables of today say of a week."""
        return ingest.inspect_clinic(self._clinic, week, is_for_solving=False)

    def presences(self, weeks: Sequence[WeekOnRecord]) -> Presences:
        """Return who was in the sessions of some weeks, as ``attendance.csv`` of today says."""
        published = [
            PublishedWeek(one.publication, ingest.KeptOffer(one.problem.clinic, one.problem.service)) for one in weeks
        ]
        last = weeks[-1].week if weeks else monday_of(self._last)
        found = self.today(last)
        if found.problem is None:
            raise InputError(found.issues)
        return presences(published, found.attendance, self._now)

    # --- what was in force when ----------------------------------------------
    def in_force(self, at: datetime | None = None) -> tuple[InForce, ...]:
        """Return the revisions that were in force when sessions of these days began, or at a moment of the clinic's clock."""
        if at is None:
            return tuple(one for found in self._revisions.values() for one in self._while_in_force(found))
        found = self._revisions.get(monday_of(at.date()), ())
        minute = self.minute_of(at)
        return tuple(one for one in self._every(found) if one.begins <= minute < one.ends)

    @staticmethod
    def minute_of(at: datetime) -> Minute:
        """Return the minute of its week of a moment of the clinic's clock."""
        return (at - datetime.combine(monday_of(at.date()), time.min)) // timedelta(minutes=1)

    def _while_in_force(self, found: Sequence[Publication]) -> Iterator[InForce]:
        for one in self._every(found):
            starts = (row.session.start for row in one.record.held(self._first, self._last))
            if any(one.begins <= start < one.ends for start in starts):
                yield one

    def _every(self, found: Sequence[Publication]) -> Iterator[InForce]:
        """Yield every revision of a week with the minutes between which it was in force."""
        if not found:
            return
        zone = ZoneInfo(self._on_record(found[-1]).problem.clinic.timezone)
        minutes = [_minute_from(one, zone) for one in found]
        for place, one in enumerate(found):
            begins = minutes[place] if place else -FOREVER
            ends = minutes[place + 1] if place + 1 < len(found) else FOREVER
            if begins >= ends:
                continue
            later = [
                LaterRevision(
                    other,
                    self._actors[other.week, other.revision],
                    {change.key: change for change in changes(found[number], other)},
                )
                for number, other in enumerate(found[place + 1 :], place)
            ]
            yield InForce(self._on_record(one), begins, ends, minutes[place], tuple(later))


def _minute_from(publication: Publication, zone: ZoneInfo) -> Minute:
    """Return the first whole minute of the week from which a revision was published; below 0 before the week."""
    local = publication.published.astimezone(zone).replace(tzinfo=None)
    passed = local - datetime.combine(publication.week, time.min)
    return -(-passed // timedelta(minutes=1))
