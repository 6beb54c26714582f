"""What happens while a week runs: somebody or something is away, somebody is admitted, somebody leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from iopsched.domain.ids import ParticipantId, ReferralId
from iopsched.domain.people import TimeOff


@dataclass(frozen=True, slots=True, order=True)
class Admission:
    """A person of the waitlist becomes a participant; ``first_day`` is their first program day."""

    participant_id: ReferralId
    first_day: date


@dataclass(frozen=True, slots=True, order=True)
class Discharge:
    """A participant leaves; ``last_day`` is their last program day."""

    participant_id: ParticipantId
    last_day: date


Happening = TimeOff | Admission | Discharge
"""One thing that happened; an absence is a sickness, a lateness, a flooded room or a closed clinic."""
