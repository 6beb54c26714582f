"""Services (kinds of session), groups (cohorts) and needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from iopsched.domain.clinic import Preference
from iopsched.domain.ids import GroupId, PopulationId, ReferralId, RoomId, ServiceId, StaffId
from iopsched.domain.integrity import Count, NotBelow, Positive, Range
from iopsched.domain.people import Modality
from iopsched.domain.timegrid import DAY, NEVER, WEEK, Minute, Windows

Kind = Literal["group", "individual", "family", "multifamily", "other"]
Joins = Literal["track", "need"]
Meets = Literal["needed", "always"]


@dataclass(frozen=True, slots=True)
class Role:
    """So many different therapists with this skill at every session."""

    skill: str
    number: Positive


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of session, one row of ``services.csv`` or a built-in one.

    ``minutes`` is clock length, ``contact_minutes`` the part of it that is no
    break, and what counts toward hours (only where ``counts``) unless the
    clinic allows breaks. ``staff`` lists roles, the first of them holds
    the lead. None in ``min_participants``, ``max_participants`` and
    ``participants_per_staff`` means that the default by kind and population
    applies (``docs/format.md``, section 1). ``per_week`` maps a population to the
    default need; a missing key is a blank cell, 0 a written nought.
    ``max_per_day`` 0 means no limit. ``guests`` are extra heads per
    participant for seats. ``starts`` says whether sessions begin with a block
    or anywhere on the grid. ``code`` is what is billed, such as ``H0015``, by units of
    ``unit_minutes`` of contact; None = one unit a day.
    """

    id: str
    kind: Kind
    minutes: Annotated[int, Range(1, DAY)]
    contact_minutes: Count
    counts: bool = True
    staff: tuple[Role, ...] = ()
    licensed_lead: bool = True
    min_participants: Count | None = None
    max_participants: Annotated[int | None, Range(0), NotBelow("min_participants")] = None
    participants_per_staff: Positive | None = None
    guests: Count = 0
    starts: Literal["blocks", "grid"] = "grid"
    with_primary: bool = False
    room_features: frozenset[str] = frozenset()
    needs_room: bool = True
    modality: Modality = "in_person"
    per_week: Mapping[PopulationId, Count] = field(default_factory=dict)
    max_per_day: Count = 1
    equipment: Mapping[str, Count] = field(default_factory=dict)
    code: str = ""
    unit_minutes: Positive | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """When a group may meet: inside ``windows``, or starting exactly at one of ``starts``.

    ``starts`` are minutes of the week. A session is allowed if either admits it.
    """

    windows: Windows = NEVER
    starts: frozenset[Annotated[Minute, Range(0, WEEK - 1)]] = frozenset()

    def allow(self, start: Minute, end: Minute) -> bool:
        """Return whether a session [start, end) may be held."""
        return start in self.starts or self.windows.covers(start, end)


@dataclass(frozen=True, slots=True)
class Group:
    """A standing group (cohort) of a group service. None = blank cell: the service's number applies.

    ``times`` None means any time the clinic is open. ``same_start`` is
    already switched off by the reader where ``times`` lists different clock
    times. ``lead_ids``: one of them leads every session; empty = anyone who may.
    ``joins``: who is placed here without a ``group_id`` or a stated need, anyone of the ``track`` or nobody (``need``);
    None = ``track`` for kind group, ``need`` for all others. ``meets``: as often as its members need it, or ``always``,
    where each session lacking is unmet need if enough people could come. ``makeup``: whether it takes somebody of
    no session of its own for a single date, who has missed others; None = only an open one does.
    """

    id: str
    service_id: ServiceId
    tracks: tuple[str, ...]
    population: PopulationId
    sessions_per_week: Count
    times: Times | None = None
    same_start: bool = True
    min_size: Count | None = None
    max_size: Annotated[int | None, Range(0), NotBelow("min_size")] = None
    participants_per_staff: Positive | None = None
    lead_ids: tuple[StaffId, ...] = ()
    one_lead: Preference = "prefer"
    staff: tuple[Role, ...] | None = None
    room_id: RoomId | None = None
    room_features: frozenset[str] = frozenset()
    membership: Literal["closed", "open"] = "closed"
    attend: Literal["all", "some"] = "all"
    gender: str | None = None
    language: str | None = None
    modality: Modality | None = None
    target_size: Count | None = None
    joins: Joins | None = None
    meets: Meets = "needed"
    makeup: bool | None = None

    @property
    def takes_makeups(self) -> bool:
        """Return whether somebody who belongs to none of its sessions may join one to make up for another."""
        return self.membership == "open" if self.makeup is None else self.makeup


@dataclass(frozen=True, slots=True)
class Module:
    """A part of a session, such as a check-in: what it teaches, how long, and whether it counts.

    ``group_ids`` empty: of every session of the service. ``week`` None: of
    every week; else its place in the rotation of the curriculum, from 1.
    ``kind`` is a word for reports, such as ``education``. A session holds its
    modules in ``order``.
    """

    id: str
    service_id: ServiceId
    title: str
    minutes: Positive
    group_ids: tuple[GroupId, ...] = ()
    counts: bool = True
    kind: str = "group"
    week: Positive | None = None
    public_title: str = ""
    order: int = 0

    def is_part_of(self, service_id: str, group_id: str | None) -> bool:
        """Return whether sessions of the service (and group) may hold it."""
        return self.service_id == service_id and (not self.group_ids or group_id in self.group_ids)


@dataclass(frozen=True, slots=True)
class Need:
    """How often one participant needs one service a week: a row of ``needs.csv``.

    ``therapist_ids``: all of them are on the staff of every session that
    serves the need. ``gender`` and ``language`` are asked of the lead.
    ``every_weeks`` with ``last_held``: due this week unless held more
    recently. ``optional``: a wish, which costs the goal ``wishes`` and no unmet need.
    """

    participant_id: ReferralId
    service_id: ServiceId
    per_week: Count
    therapist_ids: tuple[StaffId, ...] = ()
    max_per_day: Count | None = None
    same_therapist: Preference = "no"
    gender: str | None = None
    language: str | None = None
    every_weeks: Positive = 1
    last_held: date | None = None
    optional: bool = False
