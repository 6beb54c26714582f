"""Ids by the table whose row they name: a field of such a type is a reference.

mypy reads each as ``str``. :mod:`iopsched.domain.integrity` finds the
references of a fact by these types and holds them against the rows that
there are. A track is a free word and names nothing.
"""

from dataclasses import dataclass
from typing import Annotated, TypeAlias


@dataclass(frozen=True, slots=True)
class Names:
    """A reference: the id stands for a row of this table."""

    table: str


ParticipantId: TypeAlias = Annotated[str, Names("participant")]
ReferralId: TypeAlias = Annotated[str, Names("participant or referral")]
StaffId: TypeAlias = Annotated[str, Names("therapist")]
RoomId: TypeAlias = Annotated[str, Names("room")]
GroupId: TypeAlias = Annotated[str, Names("group")]
ServiceId: TypeAlias = Annotated[str, Names("service")]
LevelId: TypeAlias = Annotated[str, Names("level")]
PhaseId: TypeAlias = Annotated[str, Names("phase")]
PayerId: TypeAlias = Annotated[str, Names("payer")]
PopulationId: TypeAlias = Annotated[str, Names("population")]
