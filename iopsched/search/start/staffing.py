"""Staff for one more session on the board: who may lead and help, and which participants they suit."""

from __future__ import annotations

from itertools import permutations

from iopsched.domain.people import Participant, Therapist
from iopsched.model.candidate import Candidate
from iopsched.model.helpers import earlier_leads
from iopsched.model.matching import lead_suits, staff_matches
from iopsched.model.rules.pins import could_match
from iopsched.search.start.board import Board


class Staffing:
    """Answers for members of staff, and for rosters beside them."""

    def __init__(self, board: Board) -> None:
        self.board = board

    def may_work(self, therapist_id: str, candidate: Candidate) -> bool:
        """Return whether the therapist's time, load and rest leave room for one more session."""
        staff = self.board.x.problem.clinic.staff
        therapist = self.board.x.problem.therapist[therapist_id]
        per_day = self.board.terms.most_minutes_on(therapist, candidate.day)
        per_week = self.board.terms.therapist_limits(therapist)[1]
        worked = self.board.worked[therapist_id]
        same_day = [c for c in worked if c.day == candidate.day]
        today = sum(c.service.minutes for c in same_day)
        eats = not staff.meal_minutes or (
            self.board.stretch(same_day, candidate, staff.meal_minutes) <= staff.meal_after_minutes
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
            and not self.board.bars(candidate, therapist_id=therapist_id)
            and self.board.is_free("therapist", therapist_id, candidate, staff.changeover_minutes)
            and today + candidate.service.minutes <= per_day
            and sum(c.service.minutes for c in worked) + candidate.service.minutes <= per_week
        )

    def leads(self, candidate: Candidate) -> list[str]:
        """Return who could lead the session, least busy first."""
        free = [w for w in candidate.lead_ids if self.may_work(w, candidate)]
        return sorted(free, key=lambda w: (sum(c.service.minutes for c in self.board.worked[w]), w))

    def suits_lead(self, participant_id: str, lead: str, candidate: Candidate) -> bool:
        """Return whether a participant may be in a session with this lead."""
        person, therapist = self.board.x.problem.participant[participant_id], self.board.x.problem.therapist[lead]
        if self.board.bars(candidate, participant_id=participant_id, therapist_id=lead):
            return False
        demand = self.board.terms.demand(person, candidate.service)
        if lead in self.board.apart[participant_id] or not lead_suits(therapist, demand):
            return False
        if demand.need is not None and demand.need.same_therapist == "require":
            first = self.board.first_lead.get((participant_id, candidate.service.id), lead)
            if first != lead:
                return False
        if candidate.service.with_primary:
            primary = self.board.primary[participant_id]
            if primary is None:
                return self._may_be_primary(person, therapist)
            filters, where = self.board.x.filters, (candidate.service, candidate.group, (candidate.start,))
            return primary == lead or primary in filters.stood_in_for(person, lead, *where)
        return True

    def _may_be_primary(self, person: Participant, therapist: Therapist) -> bool:
        """Return whether one more participant of the population fits the therapist's caseload."""
        has = self.board.caseload[therapist.id]
        of_population = self.board.x.problem.clinic.caseload.get(person.population)
        within = therapist.max_caseload is None or has.total() < therapist.max_caseload
        return within and (of_population is None or has[person.population] < of_population)

    def fill_roles(self, candidate: Candidate, lead: str) -> list[str] | None:
        """Return the lead and staff for every role, None where a role stays empty."""
        staff = [lead]
        for role, choice in candidate.other_roles:
            free = [w for w in choice if w not in staff and self.may_work(w, candidate)]
            if len(free) < role.number:
                return None
            staff += free[: role.number]
        return staff

    def asked_staff(self, candidate: Candidate, roster: list[str], staff: list[str]) -> list[str]:
        """Return further staff named by needs of the roster; a participant whose named therapist is busy leaves the roster."""
        asked = set()
        for participant_id in list(roster):
            need = self.board.x.problem.need.get((participant_id, candidate.service.id))
            wanted = set(need.therapist_ids if need is not None else ()) - set(staff)
            if all(w in candidate.surplus_ids and self.may_work(w, candidate) for w in wanted):
                asked |= wanted
            else:
                roster.remove(participant_id)
        return sorted(asked)

    def add_for_ratio(self, candidate: Candidate, heads: int, staff: list[str]) -> None:
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

    def add_second(self, candidate: Candidate, roster: list[str], staff: list[str]) -> None:
        """Add a second member of staff with the skill where participants may not be with one alone."""
        if len(staff) > 1 or len(self._needing_two(roster)) < 2:
            return
        free = (w for w in candidate.surplus_ids if w not in staff and self._is_skilled(w, candidate))
        second = next((w for w in free if self.may_work(w, candidate)), None)
        if second is not None:
            staff.append(second)

    def _needing_two(self, roster: list[str]) -> list[str]:
        return [pid for pid in roster if self.board.terms.needs_two_staff(pid)]

    def _is_skilled(self, therapist_id: str, candidate: Candidate) -> bool:
        therapist = self.board.x.problem.therapist.get(therapist_id)  # of the earlier week's staff, some may be gone
        listed = {role.skill for role in self.board.terms.roles(candidate.service, candidate.group)}
        return therapist is not None and bool(listed.intersection(therapist.skills))

    def within_two_staff(self, roster: list[str], staff: list[str]) -> list[str]:
        """Of participants who need two members of staff together, leave at most one with a single member of staff."""
        return roster if len(staff) > 1 else [pid for pid in roster if pid not in self._needing_two(roster)[1:]]

    def within_ratio(self, candidate: Candidate, roster: list[str], staff: list[str]) -> list[str]:
        """Cut the roster to what the staff may care for."""
        return roster if candidate.ratio is None else roster[: candidate.ratio * self._counting(staff)]

    def _counting(self, staff: list[str]) -> int:
        return sum(self.board.x.problem.therapist[w].counts_for_ratio for w in staff)

    def suits_staff(self, participant_id: str, staff: list[str], candidate: Candidate) -> bool:
        """Return whether a participant may be in a session with all of these."""
        if self.board.apart[participant_id] & set(staff):
            return False
        tracks = self.board.x.problem.participant[participant_id].tracks
        therapists = [self.board.x.problem.therapist[w] for w in staff]
        return candidate.group is not None or all(staff_matches(w, candidate.population, tracks) for w in therapists)

    def needed_staff(
        self, candidate: Candidate, roster: list[str], staff: list[str], room_id: str | None
    ) -> list[str] | None:
        """Return the staff, roles first, without unneeded ones; None where a role stays empty."""
        slots = [choice for role, choice in candidate.other_roles for _ in range(role.number)]
        for chosen in permutations(staff[1:], len(slots)):
            if all(w in choice for w, choice in zip(chosen, slots, strict=True)):
                required = [staff[0], *chosen]
                rest = [w for w in staff if w not in required]
                return self.with_reason(candidate, roster, [*required, *rest], len(required), room_id)
        return None

    def with_reason(
        self, candidate: Candidate, roster: list[str], staff: list[str], required: int, room_id: str | None
    ) -> list[str]:
        """Return the staff; beyond the roles only those that a pin or the remaining roster needs."""
        needs = [self.board.x.problem.need.get((pid, candidate.service.id)) for pid in roster]
        asked = {w for need in needs if need is not None for w in need.therapist_ids}
        for pin in self.board.x.problem.pins:
            is_here = pin.room_id in {None, room_id} and pin.participant_id in {None, *roster}
            speaks = pin.action == "must" and candidate.day in self.board.terms.pin_days(pin)
            if pin.therapist_id is not None and is_here and speaks and could_match(pin, candidate):
                asked.add(pin.therapist_id)
        before = earlier_leads(self.board.terms, candidate.service, candidate.group, (candidate.start,))
        asked.update(w for w in before.get(staff[0], ()) if self._is_skilled(w, candidate))
        kept = [*staff[:required], *(w for w in staff[required:] if w in asked)]
        for w in staff[required:]:
            if w not in kept and candidate.ratio is not None and len(roster) > candidate.ratio * self._counting(kept):
                kept.append(w)
        if len(kept) == 1 and len(self._needing_two(roster)) > 1:
            kept += [w for w in staff[required:] if self._is_skilled(w, candidate)][:1]
        return kept
