"""All immutable facts of one clinic's week, with look-ups by id."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from iopsched.domain.clinic import AgainstLastWeek, Clinic
from iopsched.domain.integrity import check, subject
from iopsched.domain.people import (
    AttendanceRecord,
    Cover,
    KeepApart,
    KeepTogether,
    Participant,
    Therapist,
    TimeOff,
    WaitlistEntry,
    circles,
)
from iopsched.domain.pins import Pin
from iopsched.domain.places import Room
from iopsched.domain.schedule import Border, Schedule, Session
from iopsched.domain.services import Group, Module, Need, Service
from iopsched.domain.timegrid import Minute

_is_supposed: ContextVar[bool] = ContextVar("is_supposed", default=False)


@contextmanager
def supposing() -> Iterator[None]:
    """Have problems that are made inside be taken as they are: for many changes of one that was checked, one after another."""
    token = _is_supposed.set(True)
    try:
        yield
    finally:
        _is_supposed.reset(token)


@dataclass(frozen=True)
class Problem:
    """One clinic, one week: what the solver, the verifier and every report start from.

    ``week`` is a Monday. Rows are sorted by id (services keep file order, because "the first service of that kind" depends
    on it), so that two spellings of one clinic give equal problems. Numbers lie within their bounds and all references between
    rows hold. ``previous`` is the published or given week against which changes are counted, which may name what no longer
    exists. ``now`` is how many minutes of the week are over, None where nothing has begun: what ``previous`` shows of the same
    week before that stays as it is. ``missed`` are people, each with the id of a session that has begun, who were not
    there: it counts for nothing of theirs. ``borders`` say when staff work on the days next to this week. ``kept`` are
    sessions to be held exactly as they are, which break no rule by themselves.

    Raises
    ------
    ValueError
        If a fact is impossible or names a row that does not exist; it says so in a sentence. Files never come so
        far: :func:`iopsched.ingest.read_problem` tells all their faults, with file and row.
    """

    clinic: Clinic
    week: date
    services: tuple[Service, ...]
    participants: tuple[Participant, ...]
    therapists: tuple[Therapist, ...]
    rooms: tuple[Room, ...]
    groups: tuple[Group, ...] = ()
    needs: tuple[Need, ...] = ()
    time_off: tuple[TimeOff, ...] = ()
    keep_apart: tuple[KeepApart, ...] = ()
    keep_together: tuple[KeepTogether, ...] = ()
    covers: tuple[Cover, ...] = ()
    pins: tuple[Pin, ...] = ()
    waitlist: tuple[WaitlistEntry, ...] = ()
    attendance: tuple[AttendanceRecord, ...] = ()
    modules: tuple[Module, ...] = ()
    previous: Schedule | None = None
    borders: tuple[Border, ...] = ()
    now: int | None = None
    missed: frozenset[tuple[str, str]] = frozenset()
    kept: tuple[Session, ...] = ()

    def __post_init__(self) -> None:
        if self.week.weekday() != 0:
            raise ValueError(f"A week begins on a Monday; {self.week.isoformat()} is none.")
        for field in ("participants", "therapists", "rooms", "groups", "services"):
            rows = getattr(self, field)
            if len({row.id for row in rows}) != len(rows):
                raise ValueError(f"Ids of {field} must be unique.")
            if field != "services":
                object.__setattr__(self, field, tuple(sorted(rows, key=lambda row: row.id)))
        object.__setattr__(self, "modules", tuple(sorted(self.modules, key=lambda row: (row.order, row.id))))
        needs = tuple(sorted(self.needs, key=lambda need: (need.participant_id, need.service_id)))
        object.__setattr__(self, "needs", needs)
        if not _is_supposed.get():
            self._check()

    def _check(self) -> None:
        """Raise ``ValueError`` if a fact is impossible or names a row that does not exist."""
        clinic = self.clinic
        known: dict[str, Container[str]] = {
            "participant": self.participant,
            "participant or referral": self.participant.keys() | {entry.participant.id for entry in self.waitlist},
            "therapist": self.therapist,
            "room": self.room,
            "group": self.group,
            "service": self.service,
            "level": clinic.levels,
            "phase": clinic.phases,
            "payer": clinic.payers,
            "population": clinic.populations,
        }
        check(self._facts(), known)
        absent = {"participant": "participant or referral", "therapist": "therapist", "room": "room"}
        for row in self.time_off:
            if row.kind != "clinic" and row.id not in known[absent[row.kind]]:
                raise ValueError(f"{subject(row)} names a {row.kind} that does not exist.")
        for population, (youngest, oldest) in clinic.ages.items():
            if youngest > oldest:
                raise ValueError(f"The ages of {population} run from {youngest} to {oldest}.")

    def _facts(self) -> Iterator[object]:
        """Yield every fact whose numbers and references are checked."""
        clinic = self.clinic
        yield from (clinic, clinic.staff, *clinic.blocks)
        yield from (*clinic.levels.values(), *clinic.payers.values(), *clinic.phases.values())
        for service in self.services:
            yield from (service, *service.staff)
        for group in self.groups:
            yield from (group, *(group.staff or ()), *((group.times,) if group.times is not None else ()))
        yield from (*self.participants, *(entry.participant for entry in self.waitlist), *self.therapists, *self.rooms)
        yield from (*self.modules, *self.needs, *self.pins, *self.attendance, *self.time_off, *self.covers)
        yield from (*self.keep_apart, *self.keep_together, *filter(None, (row.left for row in self.therapists)))

    @cached_property
    def participant(self) -> Mapping[str, Participant]:
        """Return participants by id."""
        return {row.id: row for row in self.participants}

    @cached_property
    def therapist(self) -> Mapping[str, Therapist]:
        """Return staff by id."""
        return {row.id: row for row in self.therapists}

    @cached_property
    def room(self) -> Mapping[str, Room]:
        """Return rooms by id."""
        return {row.id: row for row in self.rooms}

    @cached_property
    def service(self) -> Mapping[str, Service]:
        """Return services by id."""
        return {row.id: row for row in self.services}

    @cached_property
    def group(self) -> Mapping[str, Group]:
        """Return groups by id."""
        return {row.id: row for row in self.groups}

    @cached_property
    def groups_of(self) -> Mapping[str, tuple[Group, ...]]:
        """Return the groups of each service id; services without any are missing."""
        found: dict[str, tuple[Group, ...]] = {}
        for group in self.groups:
            found[group.service_id] = (*found.get(group.service_id, ()), group)
        return found

    def modules_of(self, service_id: str, group_id: str | None) -> tuple[Module, ...]:
        """Return the modules that sessions of a service (and group) may hold, of any week, in their order."""
        return tuple(module for module in self.modules if module.is_part_of(service_id, group_id))

    @cached_property
    def helpers_before(self) -> Mapping[tuple[str, str | None, int], Mapping[str, frozenset[str]]]:
        """Return who was on the staff beside each lead in the earlier week, by service, group and start."""
        found: dict[tuple[str, str | None, int], dict[str, frozenset[str]]] = {}
        for session in self.previous.sessions if self.previous is not None else ():
            if len(session.therapist_ids) > 1:
                place = found.setdefault((session.service_id, session.group_id, session.start), {})
                known = place.get(session.lead_id, frozenset())
                place[session.lead_id] = known.union(session.therapist_ids[1:])
        return found

    @property
    def comparison(self) -> AgainstLastWeek:
        """Return how much differences from the earlier week matter: strictly where it is a revision of this one."""
        if self.previous is None:
            return "no"
        return "strict" if self.previous.week == self.week else self.clinic.against_last_week

    @property
    def first_start(self) -> Minute:
        """Return the first minute of the week from which sessions are decided: earlier ones have begun."""
        is_same_week = self.previous is not None and self.previous.week == self.week
        return max(0, self.now or 0) if is_same_week else 0

    @cached_property
    def begun(self) -> tuple[Session, ...]:
        """Return the sessions that have begun, as the earlier revision of this week shows them."""
        rows = self.previous.sessions if self.previous is not None else ()
        return tuple(row for row in rows if row.start < self.first_start)

    @cached_property
    def fixed(self) -> tuple[Session, ...]:
        """Return the sessions that leave nothing open: those that have begun, and those that are to be kept."""
        return (*self.begun, *(session for session in self.kept if session not in self.begun))

    @cached_property
    def primaries_before(self) -> Mapping[str, str]:
        """Return who was the primary of each participant in the earlier week, by participant.

        As its ``hours.csv`` says; where that is silent, whoever led the first session that the primary leads.
        """
        found: dict[str, str] = {}
        for session in sorted(self.previous.sessions if self.previous is not None else (), key=lambda row: row.start):
            service = self.service.get(session.service_id)
            if service is not None and service.with_primary and session.lead_id:
                for participant_id in session.participant_ids:
                    found.setdefault(participant_id, session.lead_id)
        return {**found, **(self.previous.primaries if self.previous is not None else {})}

    @cached_property
    def border(self) -> Mapping[str, Border]:
        """Return when staff work on the days next to this week, by id."""
        return {row.therapist_id: row for row in self.borders}

    @cached_property
    def covers_between(self) -> Mapping[tuple[str, str], tuple[Cover, ...]]:
        """Return the rows of ``covers.csv`` by (therapist id of the cover, of the covered person)."""
        found: dict[tuple[str, str], tuple[Cover, ...]] = {}
        for row, key in ((cover, key) for cover in self.covers for key in cover.covered_by):
            found[key, row.therapist_id] = (*found.get((key, row.therapist_id), ()), row)
        return found

    @cached_property
    def kept_together(self) -> Mapping[str, frozenset[str]]:
        """Return the people that ``keep_together.csv`` joins to each person it names, themselves included."""
        return circles((row.participant_id, row.other_participant_id) for row in self.keep_together)

    @cached_property
    def need(self) -> Mapping[tuple[str, str], Need]:
        """Return rows of ``needs.csv`` by (participant id, service id)."""
        return {(row.participant_id, row.service_id): row for row in self.needs}
