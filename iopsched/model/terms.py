"""The problem as the model sees it: defaults resolved, free time computed, once.

The verifier resolves the same defaults on its own, from the same sentences
(``docs/readings.md``); the two share facts and no code.
"""

from __future__ import annotations

from collections.abc import Container
from copy import copy
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property

from iopsched.domain.clinic import NO_PAYER, Level, Payer
from iopsched.domain.people import HeldModality, Participant, Therapist
from iopsched.domain.pins import Pin
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Need, Role, Service
from iopsched.domain.timegrid import DAY, HOUR, NEVER, WEEK, TimeRange, Windows, monday_of

FAMILY_KINDS = frozenset({"family", "multifamily"})
GROUP_KINDS = frozenset({"group", "multifamily"})
RATIO_KINDS = frozenset({"group", "multifamily", "other"})


@dataclass(frozen=True, slots=True)
class Demand:
    """What one participant wants of one service this week.

    ``required`` and ``wished`` are sessions; ``most`` is the largest number
    allowed, None where there is no limit. ``per_day`` 0 means no limit.
    """

    required: int = 0
    wished: int = 0
    most: int | None = 0
    per_day: int = 1
    need: Need | None = None


class Terms:
    """Resolved numbers of one problem. All minutes are minutes of the week."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.clinic = problem.clinic
        self._week_start = datetime.combine(problem.week, time())
        self.opening = self.clinic.open.minus(self._time_off("clinic", ""))
        self.open_days = sorted(self.clinic.open.days())
        self._could_work: dict[tuple[str, bool], bool] = {}
        self._offered_freely = {service.id: self._is_offered_freely(service) for service in problem.services}

    def about(self, participant_ids: Container[str]) -> Terms:
        """Return the same terms for a model that looks at some participants only; who is worked out stays so.

        Sessions of others may be in such a model where nothing about them is open: no rule is posted for them.
        """
        _ = self._free_participant, self._demands, self.therapist_free, self.room_free, self.supervised
        _ = self._starts_by_skills
        narrowed = copy(self)
        narrowed.__dict__["participants"] = tuple(p for p in self.participants if p.id in participant_ids)
        return narrowed

    # --- time -------------------------------------------------------------
    @cached_property
    def _absences(self) -> dict[tuple[str, str], Windows]:
        """Return the absences of this week by kind and id; the file may hold those of many years."""
        ranges: dict[tuple[str, str], set[TimeRange]] = {}
        for row in self.problem.time_off:
            start = max(0, int((row.start - self._week_start) / timedelta(minutes=1)))
            end = min(WEEK, int((row.end - self._week_start) / timedelta(minutes=1)))
            if start < end:
                ranges.setdefault((row.kind, row.id), set()).add(TimeRange(start, end))
        return {key: Windows.of(found) for key, found in ranges.items()}

    def _time_off(self, kind: str, subject: str) -> Windows:
        return self._absences.get((kind, subject), NEVER)

    def stay_days(self, participant: Participant) -> frozenset[int]:
        """Return the weekdays of this week on which the participant is in the program."""
        first, last = participant.admitted, participant.discharged
        dates = ((day, self.problem.week + timedelta(days=day)) for day in range(7))
        return frozenset(day for day, on in dates if (not first or first <= on) and (not last or on <= last))

    @cached_property
    def participants(self) -> tuple[Participant, ...]:
        """Return the participants whose stay touches an open day."""
        return tuple(p for p in self.problem.participants if self.stay_days(p) & set(self.open_days))

    @cached_property
    def _free_participant(self) -> dict[tuple[str, bool], Windows]:
        free = {}
        for person in self.problem.participants:
            stay = Windows.of(TimeRange(day * DAY, (day + 1) * DAY) for day in self.stay_days(person))
            off = person.busy.union(self._time_off("participant", person.id))
            for family in (False, True):
                base = person.availability
                if family and person.family_availability is not None:
                    base = person.family_availability
                free[person.id, family] = base.minus(off).intersection(stay).intersection(self.opening)
        return free

    def participant_free(self, participant_id: str, service: Service) -> Windows:
        """Return when a participant may be in a session of a service."""
        return self._free_participant[participant_id, service.kind in FAMILY_KINDS]

    @cached_property
    def therapist_free(self) -> dict[str, Windows]:
        """Return when each member of staff may be in a session."""
        return {
            row.id: row.availability.minus(row.busy.union(self._time_off("therapist", row.id))).intersection(
                self.opening
            )
            for row in self.problem.therapists
        }

    @cached_property
    def room_free(self) -> dict[str, Windows]:
        """Return when each room may be used."""
        return {
            row.id: row.availability.minus(row.busy.union(self._time_off("room", row.id))).intersection(self.opening)
            for row in self.problem.rooms
        }

    @cached_property
    def supervised(self) -> Windows:
        """Return when a licensed supervisor is in the building, in a session or not."""
        found = NEVER
        for row in self.problem.therapists:
            if row.supervisor and row.licensed and row.modality != "telehealth":
                found = found.union(row.availability.minus(self._time_off("therapist", row.id)))
        return found

    @cached_property
    def block_ranges(self) -> tuple[TimeRange, ...]:
        """Return every block on each of its days."""
        return tuple(
            TimeRange(day * DAY + block.start, day * DAY + block.end)
            for block in self.clinic.blocks
            for day in sorted(block.days)
        )

    @cached_property
    def evening(self) -> Windows:
        """Return the time inside blocks of the evening part."""
        return Windows.of(
            TimeRange(day * DAY + block.start, day * DAY + block.end)
            for block in self.clinic.blocks
            if block.part == "evening"
            for day in sorted(block.days)
        )

    def starts(self, service: Service, group: Group | None, *, anywhere: bool = False) -> list[int]:
        """Return the allowed starts of a session, sorted; ``anywhere`` drops all but the grid and the day."""
        found = []
        for start in range(0, WEEK, self.clinic.grid_minutes):
            end = start + service.minutes
            if start // DAY != (end - 1) // DAY:
                continue
            if anywhere or (self.opening.covers(start, end) and self._time_allowed(service, group, start, end)):
                found.append(start)
        return found

    def _time_allowed(self, service: Service, group: Group | None, start: int, end: int) -> bool:
        in_blocks = service.starts == "blocks" and bool(self.clinic.blocks)
        if in_blocks and not any(b.start == start and end <= b.end for b in self.block_ranges):
            return False
        return group is None or group.times is None or group.times.allow(start, end)

    def pin_days(self, pin: Pin) -> list[int]:
        """Return the weekdays of this week on which a pin speaks: those that it names, between its dates."""
        found = []
        for day in range(7) if pin.day is None else (pin.day,):
            date = self.problem.week + timedelta(days=day)
            after = pin.from_date is None or pin.from_date <= date
            before = pin.until_date is None or date <= pin.until_date
            if after and before:
                found.append(day)
        return found

    # --- numbers ----------------------------------------------------------
    def level(self, participant: Participant) -> Level:
        """Return the level of care of a participant."""
        return self.clinic.levels[participant.level or f"iop-{participant.population}"]

    def share_of_week(self, participant: Participant) -> tuple[int, int]:
        """Return (open days inside the stay, open days of the week): what minimums are multiplied with."""
        return len(self.stay_days(participant) & set(self.open_days)), len(self.open_days)

    def _prorated(self, participant: Participant, amount: int) -> int:
        inside, total = self.share_of_week(participant)
        return amount * inside // total if total else 0

    def payer(self, participant: Participant) -> Payer:
        """Return what the participant's payer asks, nothing where there is none."""
        return NO_PAYER if participant.payer is None else self.clinic.payers[participant.payer]

    def required_minutes(self, participant: Participant) -> int:
        """Return countable minutes a participant should have this week."""
        own = participant.min_minutes_per_week
        least = self.level(participant).min_minutes_per_week if own is None else own
        return self._prorated(participant, max(least, self.payer(participant).min_minutes_per_week))

    def required_days(self, participant: Participant) -> int:
        """Return program days a participant should have this week."""
        own = participant.min_days_per_week
        least = self.level(participant).min_days_per_week if own is None else own
        return self._prorated(participant, max(least, self.payer(participant).min_days_per_week))

    def program_day_minutes(self, participant: Participant) -> int:
        """Return countable minutes from which on a day is a program day, at least 1."""
        level, payer = self.level(participant), self.payer(participant)
        return max(1, level.program_day_minutes, payer.program_day_minutes)

    def least_on_group_days(self, participant: Participant) -> int:
        """Return the fewest countable minutes of a day with a countable group session, 0 = no rule."""
        level, payer = self.level(participant), self.payer(participant)
        return max(level.min_minutes_on_group_days, payer.min_minutes_on_group_days)

    def max_gap_days(self, participant: Participant) -> int:
        """Return the most days in a row without a countable session, 0 = no rule."""
        limits = self.level(participant).max_gap_days, self.payer(participant).max_gap_days
        return min((limit for limit in limits if limit), default=0)

    def required_group_sessions(self, participant: Participant) -> int:
        """Return sessions of kind group that the phase asks for this week."""
        if participant.phase is None:
            return 0
        return self._prorated(participant, self.clinic.phases[participant.phase].min_group_sessions)

    def max_minutes(self, participant: Participant) -> int:
        """Return the most countable minutes a week."""
        own = participant.max_minutes_per_week
        most = self.level(participant).max_minutes_per_week if own is None else own
        return min(most, self.payer(participant).max_minutes_per_week or WEEK)

    def max_minutes_per_day(self, participant: Participant) -> int:
        """Return the most countable minutes a day."""
        return min(self.level(participant).max_minutes_per_day, self.payer(participant).max_minutes_per_day or DAY)

    def most_below_php(self, participant: Participant) -> int | None:
        """Return the most countable minutes a week that are not yet partial hospitalization, None = no rule."""
        level = self.level(participant)
        if not level.php_guard_minutes:
            return None
        return level.php_guard_minutes if level.php_guard_is_inclusive else level.php_guard_minutes - 1

    def authorized_days(self, participant: Participant) -> int | None:
        """Return the most days with countable sessions that the payer allows this week, None = no limit."""
        limits = [limit for limit in (participant.authorized_days, participant.units_left) if limit is not None]
        return min(limits, default=None)

    def is_authorized(self, participant: Participant, day: int) -> bool:
        """Return whether countable sessions are authorized on a weekday of this week."""
        date = self.problem.week + timedelta(days=day)
        begun = participant.authorized_from is None or participant.authorized_from <= date
        return begun and (participant.authorized_until is None or date <= participant.authorized_until)

    def countable_minutes(self, service: Service) -> int:
        """Return minutes that count toward hours: those on the clock, less the breaks that are not allowed."""
        if not service.counts:
            return 0
        allowed = self.clinic.break_allowance_minutes * service.minutes // (3 * HOUR)
        breaks = service.minutes - service.contact_minutes
        return max(service.contact_minutes, service.minutes - max(0, breaks - allowed))

    def max_sessions_per_day(self, participant: Participant) -> int:
        """Return the most sessions a day, 0 = no limit."""
        own = participant.max_sessions_per_day
        return self.level(participant).max_sessions_per_day if own is None else own

    def max_minutes_in_a_row(self, participant: Participant) -> int:
        """Return the longest stretch without a pause, 0 = no limit."""
        own = participant.max_minutes_in_a_row
        return self.level(participant).max_minutes_in_a_row if own is None else own

    def therapist_limits(self, therapist: Therapist) -> tuple[int, int]:
        """Return the most session minutes (a day, a week)."""
        staff = self.clinic.staff
        day, week = therapist.max_minutes_per_day, therapist.max_minutes_per_week
        return staff.max_minutes_per_day if day is None else day, staff.max_minutes_per_week if week is None else week

    def longest_session(self, therapist: Therapist) -> int:
        """Return the most minutes of one session: those of a day, a week and until a meal is due."""
        staff = self.clinic.staff
        return min(*self.therapist_limits(therapist), staff.meal_after_minutes if staff.meal_minutes else DAY)

    def needs_two_staff(self, participant_id: str) -> bool:
        """Return whether two or more such participants together need two members of staff."""
        return self.problem.participant[participant_id].population in self.clinic.staff.two_staff

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

    def features(self, service: Service, group: Group | None) -> frozenset[str]:
        """Return the features every room of such a session has."""
        return service.room_features | (group.room_features if group is not None else frozenset())

    # --- needs ------------------------------------------------------------
    def _first_of_kind(self, kind: str) -> str | None:
        return next((service.id for service in self.problem.services if service.kind == kind), None)

    def stated_per_week(self, participant: Participant, service: Service) -> int | None:
        """Return the number of sessions written for a participant and a service, None where blank."""
        need = self.problem.need.get((participant.id, service.id))
        if need is not None:
            return need.per_week
        own = {"individual": participant.individual_per_week, "family": participant.family_per_week}.get(service.kind)
        if own is not None and service.id == self._first_of_kind(service.kind):
            return own
        return service.per_week.get(participant.population)

    def _is_offered_freely(self, service: Service) -> bool:
        if service.kind != "group" or service.id in self.problem.groups_of:
            return False
        return not any(self.stated_per_week(person, service) for person in self.participants)

    def is_due(self, need: Need) -> bool:
        """Return whether a need that comes every few weeks comes this week."""
        if need.last_held is None:
            return True
        return (self.problem.week - monday_of(need.last_held)).days // 7 >= need.every_weeks

    def demand(self, participant: Participant, service: Service) -> Demand:
        """Return what a participant wants and may have of a service this week."""
        return self._demands[participant.id, service.id]

    @cached_property
    def _demands(self) -> dict[tuple[str, str], Demand]:
        return {
            (person.id, service.id): self._resolve_demand(person, service)
            for person in self.problem.participants
            for service in self.problem.services
        }

    def _resolve_demand(self, participant: Participant, service: Service) -> Demand:
        need = self.problem.need.get((participant.id, service.id))
        per_day = service.max_per_day
        if need is not None and need.max_per_day is not None:
            per_day = need.max_per_day
        stated = self.stated_per_week(participant, service)
        if stated is None:
            free = self._offered_freely[service.id] or service.id in self.problem.groups_of
            return Demand(most=None if free else 0, per_day=per_day, need=need)
        if need is not None and not self.is_due(need):
            return Demand(per_day=per_day, need=need)
        if need is not None and need.optional:
            return Demand(wished=stated, most=stated, per_day=per_day, need=need)
        return Demand(required=stated, most=stated, per_day=per_day, need=need)

    @cached_property
    def services_in_use(self) -> tuple[Service, ...]:
        """Return services with groups, offered freely, or that anybody needs or wishes this week."""
        return tuple(
            service
            for service in self.problem.services
            if service.id in self.problem.groups_of
            or self._offered_freely[service.id]
            or any(self.demand(p, service).required or self.demand(p, service).wished for p in self.participants)
        )

    def could_work(self, therapist: Therapist, *, evening: bool = False) -> bool:
        """Return whether a member of staff could hold any session (that begins in the evening)."""
        key = therapist.id, evening
        if key not in self._could_work:
            self._could_work[key] = self._works(therapist, evening=evening)
        return self._could_work[key]

    def _works(self, therapist: Therapist, *, evening: bool) -> bool:
        free = self.therapist_free[therapist.id]
        day_limit, week_limit = self.therapist_limits(therapist)
        for service in self.services_in_use:
            if service.minutes > min(day_limit, week_limit):
                continue
            for skills, starts in self._starts_by_skills[service.id]:
                if not skills & set(therapist.skills):
                    continue
                for start in starts:
                    if evening and not self.evening.covers(start, start + 1):
                        continue
                    if free.covers(start, start + service.minutes):
                        return True
        return False

    @cached_property
    def _starts_by_skills(self) -> dict[str, list[tuple[frozenset[str], list[int]]]]:
        """Return, for each service in use, the skills and starts of its groups, each pair once."""
        found: dict[str, list[tuple[frozenset[str], list[int]]]] = {}
        for service in self.services_in_use:
            rows = []
            for group in self.problem.groups_of.get(service.id, (None,)):
                skills = frozenset(role.skill for role in self.roles(service, group))
                row = skills, self.starts(service, group)
                if row not in rows:
                    rows.append(row)
            found[service.id] = rows
        return found


def accepts(modality: str, session: str) -> bool:
    """Return whether a person with this modality may be in a session of that one."""
    return modality == "either" or session in {"hybrid", modality}


def is_remote(modality: str, session: str) -> bool:
    """Return whether a person takes part from elsewhere and takes no seat."""
    return session == "telehealth" or (session == "hybrid" and modality == "telehealth")


def room_windows(terms: Terms, room: Room) -> Windows:
    """Return when a room may be used, ``NEVER`` where it has no seat."""
    return terms.room_free[room.id] if room.capacity > 0 else NEVER
