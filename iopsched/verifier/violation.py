"""What the verifier finds."""

from __future__ import annotations

from dataclasses import dataclass

from iopsched.rulebook import RuleId


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One rule broken by one subject (the id of a person, room, group, session, or a row of pins.csv).

    ``sentence`` is plain words with ids and never names: what was found, the
    limit, and where the limit comes from.
    """

    rule: RuleId
    subject: str
    sentence: str


def counted(number: int, noun: str) -> str:
    """Return for instance ``1 participant`` or ``13 participants``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
