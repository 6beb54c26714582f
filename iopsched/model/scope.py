"""The part of a week of which candidates are made."""

from __future__ import annotations

from dataclasses import dataclass

from iopsched.domain.people import Participant
from iopsched.domain.services import Service
from iopsched.domain.timegrid import Windows
from iopsched.model.terms import Terms
from iopsched.rulebook import ALL_RULES, RuleId


@dataclass(frozen=True, slots=True)
class Scope:
    """Who could come, to which services, when the clinic is open, and which rules leave candidates out."""

    participants: tuple[Participant, ...]
    services: tuple[Service, ...]
    opening: Windows
    rules: frozenset[RuleId]

    @classmethod
    def whole(cls, terms: Terms, rules: frozenset[RuleId] = ALL_RULES) -> Scope:
        """Return the whole week of a problem."""
        return cls(terms.participants, terms.problem.services, terms.opening, rules)
