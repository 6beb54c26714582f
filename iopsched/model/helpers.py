"""Staff beyond the lead whom nobody's role or need asks for: those of pins, and those of the earlier week."""

from __future__ import annotations

from collections.abc import Iterable

from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY
from iopsched.model.terms import Terms


def pinned_staff(terms: Terms, service: Service, group: Group | None, start: int, present: tuple[str, ...]) -> set[str]:
    """Return staff whom a ``must`` pin asks to be present at such a session of these participants."""
    found = set()
    for pin in terms.problem.pins:
        if pin.action != "must" or pin.therapist_id is None:
            continue
        in_force = start // DAY in terms.pin_days(pin)
        same_start = pin.start in {None, start % DAY}
        same_service = pin.service_id in {None, service.id}
        same_group = pin.group_id is None or (group is not None and pin.group_id == group.id)
        same_person = pin.participant_id is None or pin.participant_id in present
        if in_force and same_start and same_service and same_group and same_person:
            found.add(pin.therapist_id)
    return found


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
