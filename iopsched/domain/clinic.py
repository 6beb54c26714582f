"""The clinic's own numbers: blocks, levels of care, ratios, staff limits, weights.

Durations are whole minutes everywhere inside the program; ``clinic.toml``
writes hours because people do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from iopsched.domain.ids import PopulationId
from iopsched.domain.integrity import Count, NotBelow, Positive, Range, Weekday
from iopsched.domain.timegrid import DAY, NEVER, Windows

OLDEST_AGE = 120
CalendarClass = Literal["public", "private", "confidential"]
Closures = Literal["keep", "prorate"]
AgainstLastWeek = Literal["strict", "weighed", "no"]
Preference = Literal["require", "prefer", "no"]


def age_range(youngest: int, oldest: int) -> str:
    """Return ages in words, such as ``12 to 17``; ``18 or more`` where nobody is too old."""
    return f"{youngest} or more" if oldest >= OLDEST_AGE else f"{youngest} to {oldest}"


@dataclass(frozen=True, slots=True)
class Block:
    """A slot of the day in which group sessions are held, such as ``morning`` 09:00-12:00.

    ``start`` and ``end`` are minutes of the day (0..1440); ``days`` are
    weekdays, 0 is Monday; ``part`` is free text of which ``evening`` is the
    one that the workload goal counts.
    """

    id: str
    part: str
    start: Annotated[int, Range(0, DAY)]
    end: Annotated[int, Range(0, DAY), NotBelow("start", strict=True)]
    days: frozenset[Weekday]


@dataclass(frozen=True, slots=True)
class Level:
    """A level of care: the weekly rules of one participant, in minutes and days.

    ``max_gap_days``, ``max_sessions_per_day`` and ``max_minutes_in_a_row``
    are off at 0, and so are the minimums and the guard. A day counts as a
    program day from ``program_day_minutes`` countable minutes on; a day with a
    countable group session holds at least ``min_minutes_on_group_days``. From
    ``php_guard_minutes`` a week on the care is partial hospitalization, where
    ``php_guard_is_inclusive`` only beyond that number. ``name`` is that of
    the settings, where the id is another: a level that two populations share
    and complete differently is two levels.
    """

    id: str
    min_minutes_per_week: Count
    max_minutes_per_week: Count
    min_days_per_week: Count
    max_minutes_per_day: Count
    program_day_minutes: Count
    max_gap_days: Count = 0
    max_sessions_per_day: Count = 0
    max_minutes_in_a_row: Count = 0
    min_minutes_on_group_days: Count = 0
    php_guard_minutes: Count = 0
    php_guard_is_inclusive: bool = False
    name: str = field(default="", compare=False)

    @property
    def table(self) -> str:
        """Return the name of the level in ``clinic.toml``."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Payer:
    """What a payer asks besides the level of care: of both numbers the stricter one holds.

    0 everywhere: the payer asks nothing. ``certified_days`` is how long a
    physician's certification lasts, ``services_per_day`` the countable
    services that a program day should show; both are reported, not enforced.
    """

    id: str
    min_minutes_per_week: Count = 0
    max_minutes_per_week: Count = 0
    min_days_per_week: Count = 0
    max_minutes_per_day: Count = 0
    program_day_minutes: Count = 0
    min_minutes_on_group_days: Count = 0
    max_gap_days: Count = 0
    certified_days: Count = 0
    services_per_day: Count = 0


NO_PAYER = Payer("")


@dataclass(frozen=True, slots=True)
class Phase:
    """A stage of the stay: fewest and most sessions of kind ``group`` a week."""

    id: str
    min_group_sessions: Count
    max_group_sessions: Annotated[int, Range(0), NotBelow("min_group_sessions")]


@dataclass(frozen=True, slots=True)
class StaffLimits:
    """Limits of every member of staff, where their own row names none. All minutes.

    ``meal_minutes`` (0 = off) without a session come at the latest after
    ``meal_after_minutes``. ``supervisor_on_site``: no session in the building
    without a licensed supervisor there. ``two_staff`` are the populations of
    which two or more together are never left to one member of staff.
    """

    max_minutes_per_day: Count = 360
    max_minutes_per_week: Count = 1500
    min_rest_minutes: Count = 720
    break_minutes: Count = 30
    changeover_minutes: Count = 0
    meal_minutes: Count = 0
    meal_after_minutes: Count = 360
    supervisor_on_site: bool = False
    two_staff: tuple[PopulationId, ...] = ()


@dataclass(frozen=True, slots=True)
class Clinic:
    """Everything in ``clinic.toml``, with the preset's numbers filled in.

    ``open`` are the opening hours of the week before any dated closure; ``extra`` is the part of them that
    ``extra_time.csv`` adds, on days that are no open days by it.
    ``ratios`` maps a population to participants per counting staff member in
    a group session; ``caps`` to the default ``max_participants`` of kinds
    group and multifamily; ``caseload`` to the participants of it whose
    primary one therapist may be; ``ages`` to its youngest and oldest age.
    ``equipment`` maps a name to the number owned. ``break_allowance_minutes``
    of every three hours on the clock count though they are a break.
    ``curriculum_start`` lies in a week that teaches the modules of week 1.
    ``calendar_class`` is the CLASS of calendar entries (RFC 5545 3.8.1.3), None
    where the clinic leaves it to what an entry tells. ``match_language`` says how much the lead of an individual or
    family session shares a language with the participant. ``closures``: whether days that ``time_off.csv`` closes
    lower weekly minimums like days outside a stay.
    ``weights`` maps goal -> sub-term -> weight (0 = off). A day in the building
    with sessions of less than ``short_day_minutes`` is a short one. ``against_last_week``: whether changes against the week
    before come before preferences, are one of them, or do not matter. ``prices`` maps kinds of steps to their points of
    trouble (0 = never offered); of a kind that it does not name the product's own holds.
    """

    name: str
    clinic_id: str
    timezone: str
    open: Windows
    populations: tuple[str, ...]
    grid_minutes: Annotated[int, Range(1, DAY)]
    preset: str
    blocks: tuple[Block, ...]
    levels: Mapping[str, Level]
    phases: Mapping[str, Phase]
    ratios: Mapping[str, Positive]
    caps: Mapping[str, Count]
    staff: StaffLimits = field(default_factory=StaffLimits)
    equipment: Mapping[str, Count] = field(default_factory=dict)
    payers: Mapping[str, Payer] = field(default_factory=dict)
    caseload: Mapping[str, Count] = field(default_factory=dict)
    ages: Mapping[str, tuple[Count, Count]] = field(default_factory=dict)
    break_allowance_minutes: Count = 0
    curriculum_start: date | None = None
    calendar_class: CalendarClass | None = None
    match_language: Preference = "prefer"
    closures: Closures = "keep"
    extra: Windows = NEVER
    weights: Mapping[str, Mapping[str, Count]] = field(default_factory=dict)
    short_day_minutes: Count = 90
    against_last_week: AgainstLastWeek = "strict"
    prices: Mapping[str, Count] = field(default_factory=dict)

    @property
    def open_days(self) -> frozenset[int]:
        """Return the weekdays on which the clinic is open every week, closed ones of this week too."""
        return self.open.minus(self.extra).days()
