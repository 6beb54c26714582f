"""Staff beside the lead: for further roles, or because a need, a pin, the ratio or the earlier week asks for them."""

from __future__ import annotations

from collections.abc import Iterable

from iopsched.domain.services import Group, Role, Service
from iopsched.domain.timegrid import DAY
from iopsched.model.filters import Filters, Frame, none
from iopsched.model.terms import Terms
from iopsched.rulebook import RuleId


class Helpers:
    """Who could come beside the lead."""

    def __init__(self, terms: Terms, filters: Filters) -> None:
        self.terms = terms
        self.problem = terms.problem
        self.filters = filters
        self._are_kept = bool(self.problem.helpers_before)
        self._asks_skill = RuleId.STAFFED in filters.rules
        self._limits_size = RuleId.SIZE in filters.rules

    def of(
        self, frame: Frame, present: tuple[str, ...], most: int
    ) -> tuple[tuple[tuple[Role, tuple[str, ...]], ...], tuple[str, ...]]:
        """Return who could fill each role beyond the lead's, and who could come besides.

        ``present`` are the participants who could come, ``most`` how many of them may.
        """
        roles = self.terms.roles(frame.service, frame.group)
        heads = min(most, len(present)) if self._limits_size else len(present)
        number = sum(role.number for role in roles)
        asked = {therapist_id for pid in present for therapist_id in self.asked_by(pid, frame.service)}
        asked |= self._pinned(frame, present)
        kept = self.kept(frame, (frame.start,))
        is_short = self.ratio_may_ask(frame.service, frame.group, frame.population, heads, frame.lead_id)
        needs_two = self._two_staff_may_ask(frame, present, number)
        if number == 1 and not (asked or is_short or needs_two or kept):
            return (), ()
        free = [w for w in self.problem.therapists if w.id != frame.lead_id and none(self.filters.to_staff(w, frame))]
        rest = [Role(roles[0].skill, roles[0].number - 1), *roles[1:]]
        others = tuple(
            (role, tuple(w.id for w in free if none(self.filters.to_skill(w, role.skill))))
            for role in rest
            if role.number > 0
        )
        skilled = [w for w in free if self._has_skill(frame, w.skills)]
        surplus = kept | (asked & {w.id for w in free})
        if is_short:
            surplus |= {w.id for w in skilled if w.counts_for_ratio}
        if needs_two:
            surplus |= {w.id for w in skilled}
        return others, tuple(sorted(surplus))

    def kept(self, frame: Frame, starts: Iterable[int]) -> frozenset[str]:
        """Return who was there beside the lead in the earlier week, has one of the skills and may be there again."""
        if not self._are_kept:
            return frozenset()
        before = earlier_leads(self.terms, frame.service, frame.group, starts)
        found = {w for lead_id, staff in before.items() if frame.lead_id in {None, lead_id} for w in staff}
        staff = (w for w in self.problem.therapists if w.id in found and self._has_skill(frame, w.skills))
        return frozenset(w.id for w in staff if w.id != frame.lead_id and none(self.filters.to_staff(w, frame)))

    def asked_by(self, participant_id: str, service: Service) -> tuple[str, ...]:
        """Return the staff that a participant's need names."""
        need = self.problem.need.get((participant_id, service.id))
        return need.therapist_ids if need is not None else ()

    def needing_two(self, present: tuple[str, ...]) -> int:
        """Return how many of these people may not be with one member of staff together."""
        if not self.problem.clinic.staff.two_staff:
            return 0
        return sum(self.terms.needs_two_staff(pid) for pid in present)

    def _has_skill(self, frame: Frame, own: Iterable[str]) -> bool:
        """Return whether somebody has a skill of one of the roles, where that is asked."""
        roles = self.terms.roles(frame.service, frame.group)
        return not self._asks_skill or not {role.skill for role in roles}.isdisjoint(own)

    def _pinned(self, frame: Frame, present: tuple[str, ...]) -> set[str]:
        """Return the staff that a ``must`` pin names for such a session of these participants."""
        found = set()
        for pin in self.problem.pins:
            if pin.action != "must" or pin.therapist_id is None:
                continue
            in_force = frame.start // DAY in self.terms.pin_days(pin)
            same_start = pin.start in {None, frame.start % DAY}
            same_service = pin.service_id in {None, frame.service.id}
            same_group = pin.group_id is None or (frame.group is not None and pin.group_id == frame.group.id)
            same_person = pin.participant_id is None or pin.participant_id in present
            if in_force and same_start and same_service and same_group and same_person:
                found.add(pin.therapist_id)
        return found

    def ratio_may_ask(
        self, service: Service, group: Group | None, population: str, heads: int, lead_id: str | None = None
    ) -> bool:
        """Return whether the required staff alone could be too few for the ratio, with so many participants."""
        ratio = self.terms.ratio(service, group, population)
        return ratio is not None and heads > ratio * self._least_counting(lead_id, self.terms.roles(service, group))

    def _least_counting(self, lead_id: str | None, roles: tuple[Role, ...]) -> int:
        """Return how many of the required staff count for the ratio, whoever fills the roles."""
        found = 0
        for place, role in enumerate(roles):
            able = [w for w in self.problem.therapists if not self._asks_skill or role.skill in w.skills]
            everybody_counts = all(w.counts_for_ratio for w in able)
            is_lead_known = place == 0 and lead_id is not None
            found += (role.number - is_lead_known) * everybody_counts
            found += is_lead_known and self.problem.therapist[lead_id or ""].counts_for_ratio
        return found

    def _two_staff_may_ask(self, frame: Frame, present: tuple[str, ...], staff: int) -> bool:
        """Return whether the required staff alone could be one, with several participants who need two."""
        if staff > 1:
            return False
        most = self.terms.size(frame.service, frame.group, frame.population)[1] if self._limits_size else 2
        return min(most, self.needing_two(present)) > 1


def earlier_leads(
    terms: Terms, service: Service, group: Group | None, starts: Iterable[int]
) -> dict[str, frozenset[str]]:
    """Return who was on the staff of such a session in the earlier week beside which lead, at one of the starts.

    Without them that therapist has another week than before: a change that no rule asks for.
    """
    before = terms.problem.helpers_before
    if not before:
        return {}
    found: dict[str, frozenset[str]] = {}
    for start in starts:
        for lead_id, staff in before.get((service.id, group.id if group else None, start), {}).items():
            found[lead_id] = found.get(lead_id, frozenset()) | staff
    return found
