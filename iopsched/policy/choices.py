"""The words that a cell with fixed words may hold."""

from __future__ import annotations

from typing import Literal

from iopsched.domain.clinic import Preference
from iopsched.domain.people import Modality
from iopsched.domain.services import Joins, Kind, Meets

KINDS: tuple[Kind, ...] = ("group", "individual", "family", "multifamily", "other")
PREFERENCES: tuple[Preference, ...] = ("require", "prefer", "no")
PERSON_MODALITIES: tuple[Modality, ...] = ("in_person", "telehealth", "either")
MODALITIES: tuple[Modality, ...] = (*PERSON_MODALITIES, "hybrid")
STARTS: tuple[Literal["blocks", "grid"], ...] = ("blocks", "grid")
MEMBERSHIPS: tuple[Literal["closed", "open"], ...] = ("closed", "open")
JOINS: tuple[Joins, ...] = ("track", "need")
MEETS: tuple[Meets, ...] = ("needed", "always")
ATTENDS: tuple[Literal["all", "some"], ...] = ("all", "some")
ABSENT: tuple[Literal["participant", "therapist", "room", "clinic"], ...] = (
    "participant",
    "therapist",
    "room",
    "clinic",
)
ACTIONS: tuple[Literal["must", "must_not"], ...] = ("must", "must_not")
STATUSES: tuple[Literal["attended", "no_show", "excused", "cancelled"], ...] = (
    "attended",
    "no_show",
    "excused",
    "cancelled",
)
