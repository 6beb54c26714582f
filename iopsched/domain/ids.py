"""Ids by the table whose row they name: a field of such a type is a reference.

mypy reads each as ``str``. :mod:`iopsched.domain.integrity` finds the
references of a fact by these types and holds them against the rows that
there are. A track is a free word and names nothing.
"""

from dataclasses import dataclass
from typing import Annotated, TypeAlias


@dataclass(frozen=True, slots=True)
class Refers:
    """A reference: the id stands for a row of this table."""

    table: str


ParticipantId: TypeAlias = Annotated[str, Refers("participant")]
ReferralId: TypeAlias = Annotated[str, Refers("participant or referral")]
StaffId: TypeAlias = Annotated[str, Refers("therapist")]
RoomId: TypeAlias = Annotated[str, Refers("room")]
GroupId: TypeAlias = Annotated[str, Refers("group")]
ServiceId: TypeAlias = Annotated[str, Refers("service")]
LevelId: TypeAlias = Annotated[str, Refers("level")]
PhaseId: TypeAlias = Annotated[str, Refers("phase")]
PayerId: TypeAlias = Annotated[str, Refers("payer")]
PopulationId: TypeAlias = Annotated[str, Refers("population")]
