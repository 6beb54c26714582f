"""Ways to more than a written week gives: another session, a place in one that is held, another group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from iopsched.domain.people import HeldModality, Participant
from iopsched.domain.schedule import Session
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY
from iopsched.model.terms import accepts, matches_group
from iopsched.why.cause import CauseKind
from iopsched.why.clearing import cleared
from iopsched.why.company import Company
from iopsched.why.trial import NEW, Addition, Flag
from iopsched.why.world import World

MOST_FLAGS = 2


class Additions:
    """The ways of one person in one world. ``short`` are those who would come, too, because they lack something."""

    def __init__(
        self, world: World, person: Participant, short: frozenset[str], put_off: tuple[Session, ...] = ()
    ) -> None:
        self.world = world
        self.problem = world.problem
        self.terms = world.terms
        self.person = person
        self.short = short
        self.put_off = put_off
        self.company = Company(world, person, short)

    def of_service(self, service: Service) -> Iterator[Addition]:
        """Yield every way to one more session of a service that at most two known things forbid."""
        groups = self.problem.groups_of.get(service.id)
        if not groups:
            if self.terms.size(service, None, self.person.population)[1] > 1:
                yield from self.joining(service, self._freely_held(service), ())
            yield from self.further(service, None, ())
            return
        for group, left, is_member in self._groups(service):
            yield from self._of_group(service, group, left, is_member=is_member)

    def _groups(self, service: Service) -> Iterator[tuple[Group, tuple[str, ...], bool]]:
        """Yield the groups that come into question, the sessions that would be left for them, and whether it is the own."""
        groups = self.problem.groups_of.get(service.id, ())
        matching = [group for group in groups if matches_group(self.person, group)] or list(groups)
        suiting = [group for group in matching if self.terms.may_join(self.person, group)] or matching
        own = self.world.held("participant", self.person.id)
        mine = {row.group_id for row in own}.union(self.person.group_ids)
        given = [group for group in suiting if group.id in self.person.group_ids]
        for group in given or suiting:
            closed = [key for key in mine if key and self.company.is_other_closed(group, key)]
            if not closed or not given:
                left = tuple(row.id for row in own if row.group_id in closed)
                yield group, left, group.id in mine

    def moved(self, service: Service) -> Iterator[Addition]:
        """Yield ways to hold one of the person's own sessions at another time that nothing is known to forbid."""
        for row in self.world.held("participant", self.person.id):
            if row.service_id == service.id:
                group = self.problem.group.get(row.group_id or "")
                yield from (way for way in self.further(service, group, (row.id,)) if not way.flags)

    def _freely_held(self, service: Service) -> list[Session]:
        return [row for row in self.world.schedule.sessions if row.service_id == service.id]

    def _of_group(
        self, service: Service, group: Group, left: tuple[str, ...], *, is_member: bool
    ) -> Iterator[Addition]:
        held = self.world.of_group.get(group.id, [])
        missed = [row for row in held if self.person.id not in row.participant_ids]
        if is_member or group.membership == "open":
            yield from self.joining(service, missed, left)
        elif missed:
            yield self._together(service, missed, left)
            free = [row for row in missed if not self._flags(service, row.start, row.end, left)]
            if free and len(free) < len(missed):
                yield self._together(service, free, left)
        if not left:
            yield from self.further(service, group, left)

    def of_cleared(self, service: Service) -> Iterator[Addition]:
        """Yield ways to sessions of groups at times at which only visits are in the way, which are put off."""
        for group, left, _ in self._groups(service):
            held = self.world.of_group.get(group.id, [])
            if not left:
                yield from self._further_cleared(service, group)
            yield from self._joining_cleared(
                service, [row for row in held if self.person.id not in row.participant_ids], left
            )

    def _further_cleared(self, service: Service, group: Group) -> Iterator[Addition]:
        """Yield further sessions of a group at times at which only visits are in the way, which are put off."""
        starts = self.world.starts(service, group)
        leads = self.world.leads(self.person, service, group, starts)
        members = {row.id for row in self.terms.participants if row.id in self.short and matches_group(row, group)}
        for start in starts:
            few, end = {self.person.id, *leads[start]}, start + service.minutes
            found = cleared(self.world, start, end, few | members) or cleared(self.world, start, end, few)
            if found is not None:
                world, moved = found
                yield from Additions(world, self.person, self.short, moved).further(service, group, (), only=start)

    def _joining_cleared(self, service: Service, missed: list[Session], left: tuple[str, ...]) -> Iterator[Addition]:
        """Yield held sessions at whose time, or on whose day, only visits of the person are in the way, which are put off."""
        for row in missed:
            day = row.start // DAY * DAY
            for start, end in ((row.start, row.end), (day, day + DAY)):
                found = cleared(self.world, start, end, [self.person.id])
                if found is None:
                    continue
                world, moved = found
                yield from Additions(world, self.person, self.short, moved).joining(service, [row], left)

    # --- sessions that are held -------------------------------------------
    def joining(self, service: Service, held: list[Session], left: tuple[str, ...]) -> Iterator[Addition]:
        """Yield places in sessions that are held."""
        for row in held:
            if self.person.id not in row.participant_ids:
                yield self._together(service, [row], left)

    def _together(self, service: Service, held: Iterable[Session], left: tuple[str, ...]) -> Addition:
        rows = list(held)
        flags = {flag for row in rows for flag in self._flags(service, row.start, row.end, left)}
        flags |= {flag for row in rows for flag in self.world.of_week(row.start, row.end)}
        joined = tuple(self._with_person(service, row) for row in rows)
        return Addition((*joined, *self.put_off), left, frozenset(flags))

    def _with_person(self, service: Service, row: Session) -> Session:
        group = self.problem.group.get(row.group_id or "")
        people = tuple(sorted({*row.participant_ids, self.person.id}))
        return self._housed(
            service,
            group,
            replace(
                row,
                participant_ids=people,
                therapist_ids=self.company.staff(service, group, row.start, people, row.therapist_ids),
            ),
        )

    def _housed(self, service: Service, group: Group | None, row: Session) -> Session:
        """Return the session in a larger room that is free, where its own has too few seats."""
        room = self.problem.room.get(row.room_id or "")
        heads = len(row.participant_ids) * (1 + service.guests) + len(row.therapist_ids)
        if room is None or (heads <= room.capacity and len(row.participant_ids) <= (room.max_participants or heads)):
            return row
        people = [self.problem.participant[key] for key in row.participant_ids]
        rooms = self.world.rooms(service, group, people, len(row.therapist_ids))
        options = [key for key, flags in self.world.room_options(rooms, row.start, row.end) if not flags]
        return replace(row, room_id=options[0]) if options else row

    def _flags(self, service: Service, start: int, end: int, left: tuple[str, ...] = ()) -> tuple[Flag, ...]:
        own = self.world.of_person(self.person, service, start, end)
        others = (row for row in self.world.held("participant", self.person.id) if row.id not in left)
        if any(row.start < end and start < row.end for row in others):
            return (*own, (CauseKind.IN_SESSION, self.person.id))
        return own

    # --- sessions that are not held ---------------------------------------
    def further(
        self, service: Service, group: Group | None, left: tuple[str, ...], only: int | None = None
    ) -> Iterator[Addition]:
        """Yield sessions that are not held, at every start or only at one."""
        starts = self.world.starts(service, group) if only is None else [only]
        held = self.world.of_group.get(group.id, []) if group is not None else []
        held = [row for row in held if row.id not in left]
        if group is not None and group.same_start and held:
            starts = [start for start in starts if start % DAY == held[0].start % DAY]
        starts = [start for start in starts if all(start != row.start for row in held)]
        leads = self.world.leads(self.person, service, group, starts)
        if group is not None and group.one_lead == "require" and held and held[0].lead_id:
            leads = {start: [held[0].lead_id] for start in starts}
        for start in starts:
            end = start + service.minutes
            flags = {*self._flags(service, start, end, left), *self.world.of_week(start, end)}
            if group is not None and len(held) >= group.sessions_per_week:
                flags.add((CauseKind.OFFERED, group.id))
            for lead_id in leads[start]:
                known = flags.union(self.world.of_staff(lead_id, start, end))
                if len(known) <= MOST_FLAGS:
                    yield from self._sessions(service, group, start, lead_id, known, left)

    def _sessions(
        self, service: Service, group: Group | None, start: int, lead_id: str, flags: set[Flag], left: tuple[str, ...]
    ) -> Iterator[Addition]:
        people = self.company.people(service, group, start, lead_id)
        staff = self.company.staff(service, group, start, people, (lead_id,))
        for modality in self._modalities(service, group, lead_id):
            row = Session(
                *(NEW, service.id, start, start + service.minutes, staff, people),
                modality=modality,
                group_id=group.id if group is not None else None,
            )
            if modality == "telehealth" or not service.needs_room:
                yield Addition((row, *self.put_off), left, frozenset(flags))
                continue
            rows = [self.problem.participant[key] for key in people]
            rooms = self.world.rooms(service, group, rows, len(staff))
            for room_id, taken in self.world.room_options(rooms, row.start, row.end):
                if len(known := flags.union(taken)) <= MOST_FLAGS:
                    yield Addition((replace(row, room_id=room_id), *self.put_off), left, frozenset(known))

    def _modalities(self, service: Service, group: Group | None, lead_id: str) -> list[HeldModality]:
        """Return the modalities that the person and the lead accept, of none the first there is."""
        every = self.terms.modalities(service, group)
        lead = self.problem.therapist[lead_id].modality
        found = [each for each in every if accepts(self.person.modality, each) and accepts(lead, each)]
        return found or list(every[:1])
