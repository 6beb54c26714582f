"""Participants, staff, and the dated facts about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Literal, get_args

from iopsched.domain.ids import GroupId, LevelId, ParticipantId, PayerId, PhaseId, PopulationId, ReferralId, StaffId
from iopsched.domain.integrity import Count, NotBelow
from iopsched.domain.timegrid import ALWAYS, NEVER, Windows

Modality = Literal["in_person", "telehealth", "either", "hybrid"]
HeldModality = Literal["in_person", "telehealth", "hybrid"]
HELD_MODALITIES: tuple[HeldModality, ...] = get_args(HeldModality)


@dataclass(frozen=True, slots=True)
class Participant:
    """A person in treatment. Names are not here: see :mod:`iopsched.domain.names`.

    ``availability`` is filled with the clinic's opening hours where the cell
    was blank; ``family_availability`` is None where it is the same. Fields of
    the form ``... | None`` are None where the cell was blank, and then the
    level's, service's or clinic's number applies. ``admitted`` and
    ``discharged`` are the first and last program day, both inclusive.
    ``authorized_days`` is for this week; ``units_left`` are days of the
    authorization not used before this week, None where none are stated: those authorized less ``units_used``, which
    the row states up to and with the day ``units_as_of``, and less the ``units_counted`` of published weeks before this one.
    ``certified`` is the date of the physician's certification. ``modules_met``
    are modules of the curriculum that the person has met already.
    """

    id: str
    population: PopulationId
    tracks: tuple[str, ...] = ()
    availability: Windows = ALWAYS
    preferred: Windows | None = None
    busy: Windows = NEVER
    family_availability: Windows | None = None
    age: Count | None = None
    age_override: bool = False
    level: LevelId = ""
    phase: PhaseId | None = None
    group_ids: tuple[GroupId, ...] = ()
    primary_id: StaffId | None = None
    individual_per_week: Count | None = None
    family_per_week: Count | None = None
    min_minutes_per_week: Count | None = None
    max_minutes_per_week: Count | None = None
    min_days_per_week: Count | None = None
    max_sessions_per_day: Count | None = None
    max_minutes_in_a_row: Count | None = None
    modality: Modality = "in_person"
    needs_features: frozenset[str] = frozenset()
    gender: str | None = None
    languages: tuple[str, ...] = ()
    admitted: date | None = None
    discharged: Annotated[date | None, NotBelow("admitted")] = None
    authorized_from: date | None = None
    authorized_until: Annotated[date | None, NotBelow("authorized_from")] = None
    authorized_days: Count | None = None
    units_left: Count | None = None
    units_used: Count = 0
    units_as_of: date | None = None
    units_counted: Count = 0
    payer: PayerId | None = None
    certified: date | None = None
    modules_met: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WaitlistEntry:
    """A referral not yet admitted; takes no part in a solve, only in capacity questions."""

    participant: Participant
    referred: date | None = None


@dataclass(frozen=True, slots=True)
class HoursLeft:
    """The most minutes in sessions that other sites leave to a shared member of staff: on each weekday, and in the week."""

    days: tuple[Count, ...]
    week: Count


@dataclass(frozen=True, slots=True)
class Therapist:
    """A member of staff, of any profession. Blank ``tracks``, ``populations``, ``languages`` match any.

    ``max_minutes_per_day`` and ``max_minutes_per_week`` are None where the
    clinic's staff limits apply; ``max_caseload`` is None where there is none.
    ``target_minutes_per_week`` is the fair share of sessions, None where it
    is the most that are allowed a week.
    ``supervisor``: may be the licensed supervisor on site. ``shared``: whether the same person works at other clinics of
    the operator under the same id. ``left``: what these leave of the person's hours, beside the limits of this row; None
    where nothing is known of them.
    """

    id: str
    skills: tuple[str, ...] = ("group", "individual", "family")
    availability: Windows = ALWAYS
    busy: Windows = NEVER
    preferred: Windows | None = None
    tracks: tuple[str, ...] = ()
    populations: tuple[PopulationId, ...] = ()
    licensed: bool = True
    counts_for_ratio: bool = True
    max_minutes_per_day: Count | None = None
    max_minutes_per_week: Count | None = None
    target_minutes_per_week: Count | None = None
    max_caseload: Count | None = None
    modality: Modality = "either"
    gender: str | None = None
    languages: tuple[str, ...] = ()
    supervisor: bool = False
    shared: bool = False
    left: HoursLeft | None = None


@dataclass(frozen=True, slots=True)
class TimeOff:
    """A dated absence. ``start`` and ``end`` are naive clinic local time, end exclusive.

    ``id`` is blank where ``kind`` is ``clinic``.
    """

    kind: Literal["participant", "therapist", "room", "clinic"]
    id: str
    start: datetime
    end: Annotated[datetime, NotBelow("start", strict=True)]


@dataclass(frozen=True, slots=True, order=True)
class Cover:
    """Who may stand in for a member of staff: a row of ``covers.csv``, between its dates, both inclusive.

    While the covered person is away (time off, busy), each of ``covered_by`` may lead the sessions that the primary leads,
    of participants whose primary, given or chosen, is the covered person, and those of groups that name this person as a lead.
    """

    therapist_id: StaffId
    covered_by: tuple[StaffId, ...]
    first_day: date | None = None
    last_day: Annotated[date | None, NotBelow("first_day")] = None


@dataclass(frozen=True, slots=True, order=True)
class KeepApart:
    """A participant who must never share a session with another participant or a therapist.

    Exactly one of the two others is filled.
    """

    participant_id: ReferralId
    other_participant_id: ReferralId | None = None
    therapist_id: StaffId | None = None


def kept_apart(rows: Iterable[KeepApart]) -> Mapping[str, frozenset[str]]:
    """Return, for each person of a row, everybody they must never share a session with; nobody for all others."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        other = row.other_participant_id or row.therapist_id or ""
        found[row.participant_id].add(other)
        found[other].add(row.participant_id)
    return defaultdict(frozenset, {key: frozenset(others) for key, others in found.items()})


@dataclass(frozen=True, slots=True, order=True)
class KeepTogether:
    """Two participants who are in the same group of each service that both attend; the lesser id comes first."""

    participant_id: ReferralId
    other_participant_id: ReferralId


def circles(pairs: Iterable[tuple[str, str]]) -> Mapping[str, frozenset[str]]:
    """Return, for each person of a pair, everybody joined to them directly or over others, themselves included."""
    root: dict[str, str] = {}

    def find(key: str) -> str:
        while root.setdefault(key, key) != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    for one, other in pairs:
        root[find(one)] = find(other)
    whole: dict[str, set[str]] = {}
    for key in root:
        whole.setdefault(find(key), set()).add(key)
    found = {key: frozenset(members) for key, members in whole.items()}
    return {key: found[find(key)] for key in root}


@dataclass(frozen=True, slots=True)
class AttendanceRecord:
    """Who really came to what; history, not plan. ``row`` is the row of the file, for messages."""

    date: date
    participant_id: ParticipantId
    session_id: str | None
    service_id: str | None
    minutes: Count | None
    status: Literal["attended", "no_show", "excused", "cancelled"]
    row: int = field(default=0, compare=False)
