"""What a session of a service (and group) needs and may be: starts, length, staff, size, modality, room."""

from __future__ import annotations

from functools import cached_property

from iopsched.domain.people import HeldModality, Participant
from iopsched.domain.services import Group, Role, Service
from iopsched.domain.timegrid import DAY, HOUR, WEEK, Windows
from iopsched.model.terms.time import TimeTerms
from iopsched.words.sentence import Reference

GROUP_KINDS = frozenset({"group", "multifamily"})
RATIO_KINDS = frozenset({"group", "multifamily", "other"})


class SessionTerms(TimeTerms):
    """The numbers of sessions: the group's, else the service's, else the clinic's.

    ``is_wide``: whether some facts hold only at a price (:mod:`iopsched.model.priced`). Then constraints of the subjects
    that are ``lifted`` need not hold, and equal rooms that are ``rooms_apart`` are told apart.
    """

    is_wide = False
    lifted: tuple[Reference, ...] = ()
    rooms_apart: frozenset[str] = frozenset()

    @cached_property
    def therapist_away(self) -> dict[str, Windows]:
        """Return when each member of staff is busy or off, which is when covers lead."""
        return {row.id: row.busy.union(self.time_off("therapist", row.id)) for row in self.problem.therapists}

    def starts_on_grid(self, service: Service) -> list[int]:
        """Return every start on the grid from which a session ends on the same day."""
        starts = range(0, WEEK, self.clinic.grid_minutes)
        return [start for start in starts if start // DAY == (start + service.minutes - 1) // DAY]

    def fits_blocks(self, service: Service, start: int, end: int) -> bool:
        """Return whether a session begins with a block and ends inside it, where its service asks for that."""
        if service.starts != "blocks" or not self.clinic.blocks:
            return True
        return any(block.start == start and end <= block.end for block in self.block_ranges)

    def starts(self, service: Service, group: Group | None) -> list[int]:
        """Return the allowed starts of a session, sorted."""
        spans = ((start, start + service.minutes) for start in self.starts_on_grid(service))
        return [
            start
            for start, end in spans
            if self.opening.covers(start, end)
            and self.fits_blocks(service, start, end)
            and (group is None or group.times is None or group.times.allow(start, end))
        ]

    def countable_minutes(self, service: Service) -> int:
        """Return minutes that count toward hours: those on the clock, less the breaks that are not allowed."""
        if not service.counts:
            return 0
        allowed = self.clinic.break_allowance_minutes * service.minutes // (3 * HOUR)
        breaks = service.minutes - service.contact_minutes
        return max(service.contact_minutes, service.minutes - max(0, breaks - allowed))

    def roles(self, service: Service, group: Group | None) -> tuple[Role, ...]:
        """Return the staff needed at every session, the lead's role first."""
        if group is not None and group.staff:
            return group.staff
        return service.staff or (Role(service.kind, 1),)

    def size(self, service: Service, group: Group | None, population: str) -> tuple[int, int]:
        """Return (fewest, most) participants of a session."""
        low, high = {"individual": (1, 1), "family": (1, 1), "other": (1, 12)}.get(
            service.kind, (2, self.clinic.caps.get(population, 10 if population == "adolescent" else 12))
        )
        low = low if service.min_participants is None else service.min_participants
        high = high if service.max_participants is None else service.max_participants
        if group is not None:
            low = low if group.min_size is None else group.min_size
            high = high if group.max_size is None else group.max_size
        return max(1, low), high

    def ratio(self, service: Service, group: Group | None, population: str) -> int | None:
        """Return participants per counting member of staff, None where no ratio applies."""
        if service.kind not in RATIO_KINDS:
            return None
        if group is not None and group.participants_per_staff is not None:
            return group.participants_per_staff
        if service.participants_per_staff is not None:
            return service.participants_per_staff
        return self.clinic.ratios.get(population)

    def modalities(self, service: Service, group: Group | None) -> tuple[HeldModality, ...]:
        """Return the modalities a session may have."""
        either: tuple[HeldModality, ...] = ("in_person", "telehealth")
        admits = either if service.modality == "either" else (service.modality,)
        asked = group.modality if group is not None else None
        if asked is None or asked == "either":
            return admits
        if asked == "hybrid" and service.modality == "either":
            return ("hybrid",)
        return tuple(modality for modality in admits if modality == asked)

    def is_elsewhere(self, person: Participant, session: HeldModality) -> bool:
        """Return whether a participant takes part in a session of this modality from elsewhere and takes no seat."""
        return is_remote(person.modality, session)

    def features(self, service: Service, group: Group | None) -> frozenset[str]:
        """Return the features every room of such a session has."""
        return service.room_features | (group.room_features if group is not None else frozenset())


def accepts(modality: str, session: str) -> bool:
    """Return whether a person with this modality may be in a session of that one."""
    return modality == "either" or session in {"hybrid", modality}


def is_remote(modality: str, session: str) -> bool:
    """Return whether a person takes part from elsewhere and takes no seat."""
    return session == "telehealth" or (session == "hybrid" and modality == "telehealth")
