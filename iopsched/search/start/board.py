"""The board on which a week is laid out session by session, with everybody's time and limits."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import permutations

from iopsched.domain.people import Participant, Therapist, kept_apart
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import WEEK
from iopsched.model.candidate import Candidate
from iopsched.model.helpers import earlier_leads
from iopsched.model.matching import lead_suits, staff_matches
from iopsched.model.rules.pins import could_match
from iopsched.model.terms import GROUP_KINDS, is_remote
from iopsched.model.variables import Variables


class Board:
    """What has been laid out so far. Answers whether one more session fits, and places it."""

    def __init__(self, x: Variables) -> None:
        self.x = x
        self.terms = x.terms
        self._taken: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        self._attended: dict[str, list[Candidate]] = defaultdict(list)
        self._worked: dict[str, list[Candidate]] = defaultdict(list)
        self._held: list[Candidate] = []
        self._break_minutes = x.problem.clinic.staff.break_minutes
        self._first_lead: dict[tuple[str, str], str] = {}
        self._primary = {p.id: p.primary_id for p in x.problem.participants}
        self._caseload: dict[str, Counter[str]] = defaultdict(Counter)
        for person in x.participants:
            if person.primary_id is not None:
                self._caseload[person.primary_id][person.population] += 1
        self._forbidden = [pin for pin in x.problem.pins if pin.action == "must_not" and x.terms.pin_days(pin)]
        self._apart = kept_apart(x.problem.keep_apart)

    def _bars(
        self,
        candidate: Candidate,
        *,
        participant_id: str | None = None,
        therapist_id: str | None = None,
        room_id: str | None = None,
    ) -> bool:
        """Return whether some ``must_not`` pin forbids the session to exactly these."""
        for pin in self._forbidden:
            if (
                (pin.participant_id, pin.therapist_id, pin.room_id) == (participant_id, therapist_id, room_id)
                and candidate.day in self.terms.pin_days(pin)
                and could_match(pin, candidate)
            ):
                return True
        return False

    # --- questions --------------------------------------------------------
    def count(self, participant_id: str, service_id: str) -> int:
        """Return sessions of a service that a participant has so far."""
        return sum(c.service.id == service_id for c in self._attended[participant_id])

    def days_of(self, participant_id: str) -> set[int]:
        """Return the days on which a participant has a session so far."""
        return {c.day for c in self._attended[participant_id]}

    def _is_free(self, kind: str, subject: str, candidate: Candidate, margin: int = 0) -> bool:
        return all(
            candidate.end + margin <= start or end + margin <= candidate.start
            for start, end in self._taken[kind, subject]
        )

    def may_attend(self, participant_id: str, candidate: Candidate) -> bool:
        """Return whether the participant's time and limits leave room for one more session."""
        person = self.x.problem.participant[participant_id]
        had = self._attended[participant_id]
        same_day = [c for c in had if c.day == candidate.day]
        demand = self.terms.demand(person, candidate.service)
        own = self.count(participant_id, candidate.service.id)
        own_today = sum(c.service.id == candidate.service.id for c in same_day)
        minutes = candidate.countable_minutes
        days = {c.day for c in had if c.service.counts} | ({candidate.day} if candidate.service.counts else set())
        most_days, below_php = self.terms.authorized_days(person), self.terms.most_below_php(person)
        most = min(self.terms.max_minutes(person), WEEK if below_php is None else below_php)
        most_a_day = self.terms.max_sessions_per_day(person)
        longest = self.terms.max_minutes_in_a_row(person)
        groups = sum(c.service.kind == "group" for c in had) + (candidate.service.kind == "group")
        most_groups = self.x.problem.clinic.phases[person.phase].max_group_sessions if person.phase else groups
        return (
            self._is_free("participant", participant_id, candidate)
            and not self._bars(candidate, participant_id=participant_id)
            and (demand.most is None or own < demand.most)
            and (not demand.per_day or own_today < demand.per_day)
            and sum(c.countable_minutes for c in had) + minutes <= most
            and sum(c.countable_minutes for c in same_day) + minutes <= self.terms.max_minutes_per_day(person)
            and (not most_a_day or len(same_day) < most_a_day)
            and (most_days is None or len(days) <= most_days)
            and groups <= most_groups
            and (not longest or self._stretch(same_day, candidate, self._break_minutes) <= longest)
            and self._fills_the_day(participant_id, same_day, candidate)
            and self._joins_partners(participant_id, candidate)
        )

    def _joins_partners(self, participant_id: str, candidate: Candidate) -> bool:
        """Return whether nobody with whom the participant is kept together is in another group of the service."""
        if candidate.group is None:
            return True
        joined = self.x.problem.kept_together.get(participant_id, frozenset())
        attended = (c for pid in joined - {participant_id} for c in self._attended[pid])
        return all(
            c.group is None or c.service.id != candidate.service.id or c.group.id == candidate.group.id
            for c in attended
        )

    def _fills_the_day(self, participant_id: str, same_day: list[Candidate], candidate: Candidate) -> bool:
        """Return whether a day with this group session would hold enough: what is laid out later is not counted on."""
        if not candidate.service.counts or candidate.service.kind not in GROUP_KINDS:
            return True
        least = self.terms.least_on_group_days(self.x.problem.participant[participant_id])
        return sum(c.countable_minutes for c in same_day) + candidate.countable_minutes >= least

    def _stretch(self, same_day: list[Candidate], candidate: Candidate, pause: int) -> int:
        """Return first start to last end of the run of sessions without a pause that this one would make."""
        start, end, grown = candidate.start, candidate.end, True
        while grown:
            grown = False
            for other in same_day:
                if other.start - end < pause and start - other.end < pause and (other.start < start or other.end > end):
                    start, end, grown = min(start, other.start), max(end, other.end), True
        return end - start

    def may_work(self, therapist_id: str, candidate: Candidate) -> bool:
        """Return whether the therapist's time, load and rest leave room for one more session."""
        staff = self.x.problem.clinic.staff
        per_day, per_week = self.terms.therapist_limits(self.x.problem.therapist[therapist_id])
        worked = self._worked[therapist_id]
        same_day = [c for c in worked if c.day == candidate.day]
        today = sum(c.service.minutes for c in same_day)
        eats = not staff.meal_minutes or (
            self._stretch(same_day, candidate, staff.meal_minutes) <= staff.meal_after_minutes
        )
        rested = all(
            c.day == candidate.day
            or not -1 <= c.day - candidate.day <= 1
            or max(c.start, candidate.start) - min(c.end, candidate.end) >= staff.min_rest_minutes
            for c in worked
        )
        return (
            rested
            and eats
            and not self._bars(candidate, therapist_id=therapist_id)
            and self._is_free("therapist", therapist_id, candidate, staff.changeover_minutes)
            and today + candidate.service.minutes <= per_day
            and sum(c.service.minutes for c in worked) + candidate.service.minutes <= per_week
        )

    def leads(self, candidate: Candidate) -> list[str]:
        """Return who could lead the session, least busy first."""
        free = [w for w in candidate.lead_ids if self.may_work(w, candidate)]
        return sorted(free, key=lambda w: (sum(c.service.minutes for c in self._worked[w]), w))

    # --- placing ----------------------------------------------------------
    def place(
        self,
        candidate: Candidate,
        people: list[str],
        lead: str | None,
        *,
        must_have_lead: bool = False,
        room_id: str | None = None,
    ) -> Session | None:
        """Hold a session (in a given room) with as many of the people as fit, or return None and change nothing."""
        if self._bars(candidate):
            return None
        leads = self.leads(candidate)
        if lead is not None and lead in leads:
            leads = [lead]
        elif lead is not None and must_have_lead:
            return None
        people = [pid for pid in people if self.may_attend(pid, candidate)]
        for chosen in leads:
            session = self._try(candidate, people, chosen, room_id)
            if session is not None:
                return session
        return None

    def _try(self, candidate: Candidate, people: list[str], lead: str, asked_room: str | None) -> Session | None:
        roster = self._compatible([pid for pid in people if self._suits_lead(pid, lead, candidate)])
        low, high = candidate.size
        roster = roster[:high]
        staff = self._fill_roles(candidate, lead)
        if staff is None or not self._has_equipment(candidate):
            return None
        required = len(staff)
        staff += self._asked_staff(candidate, roster, staff)
        self._add_for_ratio(candidate, len(roster), staff)
        self._add_second(candidate, roster, staff)
        roster = [pid for pid in roster if self._suits_staff(pid, staff, candidate)]
        roster = self._within_two_staff(self._within_ratio(candidate, roster, staff), staff)
        room_id, roster = self._find_room(candidate, roster, staff, asked_room)
        if len(roster) < low or (
            room_id is None and candidate.modality != "telehealth" and candidate.service.needs_room
        ):
            return None
        staff = self._with_reason(candidate, roster, staff, required, room_id)
        self.record(candidate, roster, staff, room_id)
        return Session(
            id="",
            service_id=candidate.service.id,
            start=candidate.start,
            end=candidate.end,
            therapist_ids=(lead, *sorted(staff[1:])),
            participant_ids=tuple(sorted(roster)),
            modality=candidate.modality,
            group_id=candidate.group.id if candidate.group else None,
            room_id=room_id,
        )

    def _suits_lead(self, participant_id: str, lead: str, candidate: Candidate) -> bool:
        person, therapist = self.x.problem.participant[participant_id], self.x.problem.therapist[lead]
        if self._bars(candidate, participant_id=participant_id, therapist_id=lead):
            return False
        demand = self.terms.demand(person, candidate.service)
        if lead in self._apart[participant_id] or not lead_suits(therapist, demand):
            return False
        if demand.need is not None and demand.need.same_therapist == "require":
            first = self._first_lead.get((participant_id, candidate.service.id), lead)
            if first != lead:
                return False
        if candidate.service.with_primary:
            primary = self._primary[participant_id]
            return self._may_be_primary(person, therapist) if primary is None else primary == lead
        return True

    def _may_be_primary(self, person: Participant, therapist: Therapist) -> bool:
        """Return whether one more participant of the population fits the therapist's caseload."""
        has = self._caseload[therapist.id]
        of_population = self.x.problem.clinic.caseload.get(person.population)
        within = therapist.max_caseload is None or has.total() < therapist.max_caseload
        return within and (of_population is None or has[person.population] < of_population)

    def _compatible(self, people: list[str]) -> list[str]:
        kept: list[str] = []
        for participant_id in people:
            if not self._apart[participant_id] & set(kept):
                kept.append(participant_id)
        return kept

    def _fill_roles(self, candidate: Candidate, lead: str) -> list[str] | None:
        staff = [lead]
        for role, choice in candidate.other_roles:
            free = [w for w in choice if w not in staff and self.may_work(w, candidate)]
            if len(free) < role.number:
                return None
            staff += free[: role.number]
        return staff

    def _asked_staff(self, candidate: Candidate, roster: list[str], staff: list[str]) -> list[str]:
        asked = set()
        for participant_id in list(roster):
            need = self.x.problem.need.get((participant_id, candidate.service.id))
            wanted = set(need.therapist_ids if need is not None else ()) - set(staff)
            if all(w in candidate.surplus_ids and self.may_work(w, candidate) for w in wanted):
                asked |= wanted
            else:
                roster.remove(participant_id)
        return sorted(asked)

    def _add_for_ratio(self, candidate: Candidate, heads: int, staff: list[str]) -> None:
        """Add counting staff while the ratio asks for it."""
        if candidate.ratio is None:
            return
        counting = self._counting(staff)
        for w in candidate.surplus_ids:
            if heads <= candidate.ratio * counting:
                break
            if w not in staff and self._counting([w]) and self.may_work(w, candidate):
                staff.append(w)
                counting += 1

    def _add_second(self, candidate: Candidate, roster: list[str], staff: list[str]) -> None:
        """Add a second member of staff with the skill where participants may not be with one alone."""
        if len(staff) > 1 or len(self._needing_two(roster)) < 2:
            return
        free = (w for w in candidate.surplus_ids if w not in staff and self._is_skilled(w, candidate))
        second = next((w for w in free if self.may_work(w, candidate)), None)
        if second is not None:
            staff.append(second)

    def _needing_two(self, roster: list[str]) -> list[str]:
        return [pid for pid in roster if self.terms.needs_two_staff(pid)]

    def _is_skilled(self, therapist_id: str, candidate: Candidate) -> bool:
        listed = {role.skill for role in self.terms.roles(candidate.service, candidate.group)}
        return bool(listed.intersection(self.x.problem.therapist[therapist_id].skills))

    def _within_two_staff(self, roster: list[str], staff: list[str]) -> list[str]:
        """Leave one participant at most with one member of staff, of those who may not be with one together."""
        return roster if len(staff) > 1 else [pid for pid in roster if pid not in self._needing_two(roster)[1:]]

    def _within_ratio(self, candidate: Candidate, roster: list[str], staff: list[str]) -> list[str]:
        """Cut the roster to what the staff may care for."""
        return roster if candidate.ratio is None else roster[: candidate.ratio * self._counting(staff)]

    def _counting(self, staff: list[str]) -> int:
        return sum(self.x.problem.therapist[w].counts_for_ratio for w in staff)

    def _suits_staff(self, participant_id: str, staff: list[str], candidate: Candidate) -> bool:
        """Return whether a participant may be in a session with all of these."""
        if self._apart[participant_id] & set(staff):
            return False
        tracks = self.x.problem.participant[participant_id].tracks
        therapists = [self.x.problem.therapist[w] for w in staff]
        return candidate.group is not None or all(staff_matches(w, candidate.population, tracks) for w in therapists)

    def needed_staff(
        self, candidate: Candidate, roster: list[str], staff: list[str], room_id: str | None
    ) -> list[str] | None:
        """Return the staff, roles first, without those whom nobody needs; None where a role stays empty."""
        slots = [choice for role, choice in candidate.other_roles for _ in range(role.number)]
        for chosen in permutations(staff[1:], len(slots)):
            if all(w in choice for w, choice in zip(chosen, slots, strict=True)):
                required = [staff[0], *chosen]
                rest = [w for w in staff if w not in required]
                return self._with_reason(candidate, roster, [*required, *rest], len(required), room_id)
        return None

    def _with_reason(
        self, candidate: Candidate, roster: list[str], staff: list[str], required: int, room_id: str | None
    ) -> list[str]:
        """Return the staff without those beyond the roles whom no pin and nobody left on the roster needs."""
        needs = [self.x.problem.need.get((pid, candidate.service.id)) for pid in roster]
        asked = {w for need in needs if need is not None for w in need.therapist_ids}
        for pin in self.x.problem.pins:
            is_here = pin.room_id in {None, room_id} and pin.participant_id in {None, *roster}
            speaks = pin.action == "must" and candidate.day in self.terms.pin_days(pin)
            if pin.therapist_id is not None and is_here and speaks and could_match(pin, candidate):
                asked.add(pin.therapist_id)
        before = earlier_leads(self.terms, candidate.service, candidate.group, (candidate.start,))
        asked.update(w for w in before.get(staff[0], ()) if self._is_skilled(w, candidate))
        kept = [*staff[:required], *(w for w in staff[required:] if w in asked)]
        for w in staff[required:]:
            if w not in kept and candidate.ratio is not None and len(roster) > candidate.ratio * self._counting(kept):
                kept.append(w)
        if len(kept) == 1 and len(self._needing_two(roster)) > 1:
            kept += [w for w in staff[required:] if self._is_skilled(w, candidate)][:1]
        return kept

    def _has_equipment(self, candidate: Candidate) -> bool:
        """Return whether enough of everything is left at every moment of the session."""
        owned = self.x.problem.clinic.equipment
        beside = [c for c in self._held if c.start < candidate.end and candidate.start < c.end]
        return all(
            number + sum(c.service.equipment.get(name, 0) for c in beside if c.start <= minute < c.end)
            <= owned.get(name, 0)
            for name, number in candidate.service.equipment.items()
            for minute in {candidate.start, *(max(c.start, candidate.start) for c in beside)}
        )

    def _find_room(
        self, candidate: Candidate, roster: list[str], staff: list[str], asked: str | None
    ) -> tuple[str | None, list[str]]:
        """Return the smallest free room that holds everybody, else the one that holds most, with who fits."""
        if candidate.modality == "telehealth" or not candidate.service.needs_room:
            return None, roster
        best: tuple[str | None, list[str]] = (None, [])
        features = self.terms.features(candidate.service, candidate.group)
        changeover = self.x.problem.clinic.staff.changeover_minutes
        for room in sorted(self.x.problem.rooms, key=lambda r: (r.capacity, len(r.features), r.id)):
            own = asked or (candidate.group.room_id if candidate.group is not None else None)
            if own not in {None, room.id} or not features <= room.features:
                continue
            if not self.terms.room_free[room.id].covers(candidate.start, candidate.end):
                continue
            if not self._is_free("room", room.id, candidate, changeover) or self._bars(candidate, room_id=room.id):
                continue
            fitting = self._who_fits(candidate, roster, staff, room.id)
            if len(fitting) > len(best[1]):
                best = (room.id, fitting)
            if len(fitting) == len(roster):
                break
        return best

    def _who_fits(self, candidate: Candidate, roster: list[str], staff: list[str], room_id: str) -> list[str]:
        room = self.x.problem.room[room_id]
        seats, heads, fitting = room.capacity - len(staff), 0, []
        for participant_id in roster:
            person = self.x.problem.participant[participant_id]
            if is_remote(person.modality, candidate.modality):
                fitting.append(participant_id)
                continue
            needed = 1 + candidate.service.guests
            full = room.max_participants is not None and heads >= room.max_participants
            if person.needs_features <= room.features and needed <= seats and not full:
                seats, heads = seats - needed, heads + 1
                fitting.append(participant_id)
        return fitting

    def record(self, candidate: Candidate, roster: list[str], staff: list[str], room_id: str | None) -> None:
        """Hold a session as given, the lead first, without asking whether it fits."""
        span = (candidate.start, candidate.end)
        self._held.append(candidate)
        for participant_id in roster:
            self._taken["participant", participant_id].append(span)
            self._attended[participant_id].append(candidate)
            self._first_lead.setdefault((participant_id, candidate.service.id), staff[0])
            if candidate.service.with_primary and self._primary[participant_id] is None:
                self._primary[participant_id] = staff[0]
                self._caseload[staff[0]][self.x.problem.participant[participant_id].population] += 1
        for therapist_id in staff:
            self._taken["therapist", therapist_id].append(span)
            self._worked[therapist_id].append(candidate)
        if room_id is not None:
            self._taken["room", room_id].append(span)
