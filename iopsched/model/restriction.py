"""Restrictions: what one rule asks of one row, and so what gives way at once where somebody changes that row.

A rule may post many constraints for a row and name the sessions as their owners. Whoever changes the row lifts all of
them: a group that may be larger is larger on each of its days.
"""

from __future__ import annotations

from dataclasses import dataclass

from iopsched.model.owner import CandidateRef, Owner, PairRef, ServiceRef
from iopsched.rulebook import ALL_RULES, RuleId

YIELDING = ALL_RULES - {RuleId.OVERLAP}
"""The rules that rows of the clinic's files are behind. That nobody is in two places at once is behind none."""

_SEATS = frozenset({"", "capacity", "max_participants"})


@dataclass(frozen=True, slots=True, order=True)
class Restriction:
    """A rule and the row that it speaks of; ``kind`` is the type of the row's reference, ``column`` the cell, where it is one."""

    rule: RuleId
    kind: str
    id: str
    column: str = ""


def restriction_of(owner: Owner) -> Restriction | None:
    """Return the restriction that an owner belongs to, None where nothing that a clinic writes could lift it."""
    subject = owner.subject
    if isinstance(subject, ServiceRef) and owner.column == "starts":
        return None
    if isinstance(subject, CandidateRef):
        if owner.rule == RuleId.SEATS:
            return Restriction(owner.rule, "seats", "", "")
        return Restriction(owner.rule, "session", subject.group_id or subject.service_id)
    if owner.rule == RuleId.SEATS and type(subject).__name__ == "RoomRef" and owner.column in _SEATS:
        return Restriction(owner.rule, "seats", "", "")
    if isinstance(subject, PairRef):
        return Restriction(owner.rule, "pair", f"{subject.id} {subject.other_id}")
    return Restriction(owner.rule, type(subject).__name__.removesuffix("Ref").lower(), subject.id, owner.column)
