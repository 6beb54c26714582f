"""Entries of a roster become the sessions of a week: the same session told several times is one, gaps are filled and told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from iopsched.domain.people import HeldModality, Participant
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, WEEK
from iopsched.imports.entries import RosterEntry, SheetReading
from iopsched.imports.entrykinds import EntryKinds
from iopsched.imports.sheets import Place
from iopsched.imports.understanding import PRIVATE, Understanding, flat
from iopsched.model.naming import name_sessions
from iopsched.verifier.calendars import Calendars


@dataclass(slots=True)
class _Draft:
    """A session while it is put together from entries."""

    day: int
    start: int
    end: int | None
    slot_end: int | None
    service: Service
    group: Group | None
    places: list[Place]
    staff: list[str] = field(default_factory=list)
    seconds: list[str] = field(default_factory=list)
    rooms: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    remote: list[str] = field(default_factory=list)
    how: list[str] = field(default_factory=list)
    key: str = ""

    def take(self, other: _Draft) -> None:
        """Add what another telling of the same session says."""
        self.end = self.end if self.end is not None else other.end
        for name in ("places", "staff", "seconds", "rooms", "people", "remote", "how"):
            mine: list[object] = getattr(self, name)
            mine += [one for one in getattr(other, name) if one not in mine]


class WeekBuilder:
    """Puts the sessions of a week together from all that the sheets of a roster say."""

    def __init__(self, known: Understanding, readings: Sequence[SheetReading]) -> None:
        self.known = known
        self.problem = known.problem
        self.readings = readings
        self._kinds = EntryKinds(known)
        self._calendars = Calendars(known.problem)
        self.members: dict[str, list[str]] = defaultdict(list)
        for reading in readings:
            for group, people in reading.members.items():
                self.members[group] += people

    def schedule(self) -> Schedule:
        """Return the week, its sessions named; faults of what cannot be put together are told."""
        drafts: list[_Draft] = []
        for reading in self.readings:
            lacks_staff = not any(entry.staff for entry in reading.entries)
            for entry in reading.entries:
                own = replace(entry, staff=(entry.fallback_staff,)) if lacks_staff and entry.fallback_staff else entry
                drafts += self._drafts(own)
        drafts += self._of_members(drafts)
        joined = _joined(self._merged(drafts))
        sessions = [self._session(draft) for draft in joined]
        found = Schedule(self.problem.week, tuple(sorted(sessions)))
        return name_sessions(found, self.problem.previous)

    def _drafts(self, entry: RosterEntry) -> Iterator[_Draft]:
        what = self._kinds.of(entry)
        if what is None or entry.when.start is None:
            if what is not None:
                self.known.fault(
                    "E-IMPORT-TIME",
                    entry.place,
                    "This says no time that can be read.",
                    "Write from when to when, such as 09:00-12:00.",
                )
            return
        service, group = what
        for day in entry.when.days:
            seconds = [*entry.staff[:1]] if entry.is_second and len(entry.staff) > 1 else []
            yield _Draft(
                day, entry.when.start, entry.when.end, entry.when.slot_end, service, group, [entry.place],
                [key for key in entry.staff if key not in seconds], seconds, [entry.room] if entry.room else [],
                [*entry.people], [*entry.remote], [entry.how] if entry.how else [], entry.key,
            )  # fmt: skip

    # --- several tellings ---------------------------------------------------
    def _merged(self, drafts: Iterable[_Draft]) -> list[_Draft]:
        """Return each session once; of visits those with the same participants or key are the same."""
        found: dict[tuple[object, ...], _Draft] = {}
        for draft in drafts:
            for key in _keys(draft):
                if key in found:
                    found[key].take(draft)
                    own = found[key]
                    break
            else:
                own = draft
            for key in _keys(draft):
                found.setdefault(key, own)
        return list({id(draft): draft for draft in found.values()}.values())

    def _of_members(self, drafts: Sequence[_Draft]) -> Iterator[_Draft]:
        """Yield the sessions of groups that lists name and no sheet gives a time: those that their only allowed starts say."""
        held = {draft.group.id for draft in drafts if draft.group is not None}
        for reading in self.readings:
            for own_id in sorted(reading.members.keys() - held):
                group = self.problem.group[own_id]
                starts = sorted(group.times.starts) if group.times is not None else []
                place = Place(reading.sheet, max(1, reading.header_row), 1)
                if len(starts) != group.sessions_per_week:
                    message = f"Nothing says when group {own_id} meets."
                    self.known.fault(
                        "E-IMPORT-TIME",
                        place,
                        message,
                        "Write its days and times in the roster, or its only starts under times in groups.csv.",
                    )
                    continue
                self.known.guess("Groups without times in the roster meet at the only starts that groups.csv allows")
                service = self.problem.service[group.service_id]
                for start in starts:
                    lead = [*group.lead_ids] if len(group.lead_ids) == 1 else []
                    room = [group.room_id] if group.room_id else []
                    yield _Draft(start // DAY, start % DAY, None, None, service, group, [place], lead, [], room)

    # --- one session --------------------------------------------------------
    def _session(self, draft: _Draft) -> Session:
        service, group = draft.service, draft.group
        end = draft.end if draft.end is not None else draft.start + service.minutes
        if draft.end is None and draft.slot_end is not None and draft.slot_end - draft.start != service.minutes:
            self.known.guess("Where only a start is given, a session was taken to be as long as its service")
        start = draft.day * DAY + draft.start
        until = min(WEEK, draft.day * DAY + max(end, draft.start + 1))
        people = self._people(draft, start, until)
        modality, has_room = self._modality(draft)
        return Session(
            id="",
            service_id=service.id,
            start=start,
            end=until,
            therapist_ids=self._staff(draft, people),
            participant_ids=tuple(sorted(people)),
            modality=modality,
            group_id=group.id if group is not None else None,
            room_id=self._room(draft) if has_room else None,
        )

    def _people(self, draft: _Draft, start: int, end: int) -> tuple[str, ...]:
        """Return who the roster names, else the members of the group that the tables do not say to be away then."""
        if draft.people or draft.group is None:
            return flat([draft.people])
        if (listed := self.members.get(draft.group.id)) is not None:
            return flat([listed])
        own = [
            row.id
            for row in self.problem.participants
            if draft.group.id in row.group_ids and self._is_there(row, start, end)
        ]
        if own:
            self.known.guess(
                "Groups whose members the roster does not name got those who have the group in participants.csv"
                " and are then in their stay and not off"
            )
        return tuple(own)

    def _is_there(self, person: Participant, start: int, end: int) -> bool:
        is_off = self._calendars.off("participant", person.id).overlaps(start, end)
        return self._calendars.stay(person).covers(start, end) and not is_off

    def _staff(self, draft: _Draft, people: tuple[str, ...]) -> tuple[str, ...]:
        """Return the staff, the lead first: one whom the group names before others; who leads for certain, where nobody is named."""
        found = flat([draft.staff, draft.seconds])
        leads = set(draft.group.lead_ids) if draft.group is not None else set()
        if found:
            return tuple(sorted(found, key=lambda key: key not in leads)) if leads & {*found} else found
        if not leads and draft.service.with_primary and len(people) == 1:
            leads = {self.problem.participant[people[0]].primary_id or ""} - {""}
        if len(leads) != 1:
            return ()
        self.known.guess(
            "Sessions without staff in the roster got the only lead of their group, or the participant's primary"
        )
        return tuple(leads)

    def _room(self, draft: _Draft) -> str | None:
        if draft.rooms:
            return draft.rooms[0]
        if draft.group is not None and draft.group.room_id and draft.service.needs_room:
            self.known.guess("Groups whose room the roster does not name got the room in groups.csv")
            return draft.group.room_id
        return None

    def _modality(self, draft: _Draft) -> tuple[HeldModality, bool]:
        """Return how a session is held, and whether it has a room."""
        own = (draft.group.modality if draft.group is not None else None) or draft.service.modality
        is_online = "telehealth" in draft.how
        if "hybrid" in draft.how or own == "hybrid" or (draft.rooms and (draft.remote or is_online)):
            return "hybrid", True
        if is_online or own == "telehealth":
            return "telehealth", False
        return "in_person", "no_room" not in draft.how


def _keys(draft: _Draft) -> Iterator[tuple[object, ...]]:
    """Yield by what a session is known, the surest first."""
    when = (draft.day, draft.start)
    if draft.key:
        yield "key", draft.key, *when
    if draft.group is not None:
        yield "group", draft.group.id, *when
    elif draft.key:
        return
    elif draft.people and (draft.service.kind in PRIVATE or draft.service.max_participants == 1):
        yield "visit", draft.service.id, frozenset(draft.people), *when
        return
    if draft.group is None and draft.people:  # nobody is in two places: each of its staff tells the same session
        yield "people", draft.service.id, frozenset(draft.people), *when
    if draft.group is None and draft.staff:
        yield "staff", draft.service.id, frozenset((*draft.staff, *draft.seconds)), *when


def _joined(drafts: list[_Draft]) -> list[_Draft]:
    """Return the sessions with those that a grid shows row by row joined, up to the length of their service."""
    found: list[_Draft] = []
    last: dict[tuple[object, ...], _Draft] = {}
    for draft in sorted(drafts, key=lambda row: (row.day, row.start)):
        key = (
            draft.day,
            draft.service.id,
            draft.group and draft.group.id,
            frozenset(draft.staff),
            frozenset(draft.people),
        )
        before = last.get(key)
        if before is not None and _goes_on(before, draft):
            before.end = before.slot_end = draft.end or draft.slot_end
            continue
        last[key] = draft
        found.append(draft)
    return found


def _goes_on(before: _Draft, draft: _Draft) -> bool:
    """Return whether a session begins where another like it ends, and both together are no longer than their service."""
    end, after = before.end or before.slot_end, draft.end or draft.slot_end
    return (
        end is not None and after is not None and end == draft.start and after - before.start <= before.service.minutes
    )
