"""Owners: who answers for what the model forbids. A rule, and the row of the clinic's files that it speaks about."""

from __future__ import annotations

from dataclasses import dataclass

from iopsched.rulebook import RuleId
from iopsched.words.sentence import Reference


class ClinicRef(Reference):
    """A setting of ``clinic.toml``, or ``rooms``: all rooms together."""


class ServiceRef(Reference):
    """A service."""


class PinRef(Reference):
    """A row of ``pins.csv``, as the row reads."""


@dataclass(frozen=True, slots=True)
class PairRef(Reference):
    """A row of ``keep_apart.csv`` or ``keep_together.csv``: ``id`` is its participant, ``other_id`` the other person."""

    other_id: str


@dataclass(frozen=True, slots=True)
class CandidateRef(Reference):
    """A way to hold a session: ``id`` is its name, ``start`` its minute of the week."""

    service_id: str
    group_id: str | None
    start: int


@dataclass(frozen=True, slots=True)
class Owner:
    """A rule and its subject: the row whose facts would have to change, or the session that is too large or too small.

    ``column`` names the one cell of the row that objects, where it is one cell.
    """

    rule: RuleId
    subject: Reference
    column: str = ""
