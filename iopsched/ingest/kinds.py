"""The columns of every file of a clinic folder, and the words that cells may hold."""

from __future__ import annotations

from typing import Literal

from iopsched.domain.people import Modality
from iopsched.domain.services import Kind, Preference
from iopsched.ingest.tables import TableKind, normal_header
from iopsched.words.wordings import said

KINDS: tuple[Kind, ...] = ("group", "individual", "family", "multifamily", "other")
PREFERENCES: tuple[Preference, ...] = ("require", "prefer", "no")
PERSON_MODALITIES: tuple[Modality, ...] = ("in_person", "telehealth", "either")
MODALITIES: tuple[Modality, ...] = ("in_person", "telehealth", "either", "hybrid")
STARTS: tuple[Literal["blocks", "grid"], ...] = ("blocks", "grid")
MEMBERSHIPS: tuple[Literal["closed", "open"], ...] = ("closed", "open")
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

_PARTICIPANT = [
    "availability",
    "preferred",
    "age",
    "age_override",
    "busy",
    "level",
    "phase",
    "group_id",
    "therapist_id",
    "individual_per_week",
    "family_per_week",
    "family_availability",
    "min_hours_per_week",
    "max_hours_per_week",
    "min_days_per_week",
    "max_sessions_per_day",
    "max_hours_in_a_row",
    "modality",
    "needs_features",
    "gender",
    "language",
    "admitted",
    "discharged",
    "authorized_from",
    "authorized_until",
    "authorized_days",
    "units_authorized",
    "units_used",
    "payer",
    "certified",
    "modules_met",
    "name",
    "initials",
]

THERAPISTS = TableKind(
    "therapists.csv",
    ("therapist_id",),
    (
        "skills",
        "availability",
        "busy",
        "preferred",
        "tracks",
        "populations",
        "licensed",
        "counts_for_ratio",
        "max_hours_per_day",
        "max_hours_per_week",
        "target_hours_per_week",
        "max_caseload",
        "modality",
        "name",
        "credential",
        "gender",
        "language",
        "supervisor",
    ),
    is_needed=True,
)
ROOMS = TableKind(
    "rooms.csv",
    ("room_id", "capacity"),
    ("max_participants", "features", "availability", "busy", "name"),
    may_be_empty=True,
)
GROUPS = TableKind(
    "groups.csv",
    ("group_id", "track", "population", "sessions_per_week"),
    (
        "service_id",
        "times",
        "same_start",
        "min_size",
        "max_size",
        "participants_per_staff",
        "lead",
        "one_lead",
        "staff",
        "room_id",
        "room_features",
        "membership",
        "attend",
        "gender",
        "language",
        "modality",
        "target_size",
        "name",
        "public_name",
    ),
)
NEEDS = TableKind(
    "needs.csv",
    ("participant_id", "service_id", "per_week"),
    ("therapist_id", "max_per_day", "same_therapist", "gender", "language", "every_weeks", "last_held", "optional"),
)
MODULES = TableKind(
    "modules.csv",
    ("service_id", "title", "minutes"),
    ("module_id", "group_id", "order", "countable", "kind", "week", "public_title"),
)
STEPS = TableKind(
    "steps.csv",
    ("participant_id", "from"),
    (
        "level",
        "phase",
        "payer",
        "individual_per_week",
        "family_per_week",
        "min_hours_per_week",
        "max_hours_per_week",
        "min_days_per_week",
    ),
)
TIME_OFF = TableKind("time_off.csv", ("kind", "start"), ("id", "end", "reason"))
KEEP_APART = TableKind("keep_apart.csv", ("a", "b"), ("reason",))
KEEP_TOGETHER = TableKind("keep_together.csv", ("a", "b"), ("reason",))
PINS = TableKind(
    "pins.csv",
    ("action",),
    ("participant_id", "therapist_id", "room_id", "group_id", "service_id", "day", "start", "from", "until"),
)
ATTENDANCE = TableKind("attendance.csv", ("date", "participant_id", "status"), ("session_id", "service_id", "minutes"))
SESSIONS = TableKind(
    "sessions.csv",
    ("session_id", "date", "start", "end", "service_id", "therapist_ids"),
    ("weekday", "group_id", "room_id", "participants", "modality"),
    is_needed=True,
    may_be_empty=True,
)
ROSTER = TableKind("roster.csv", ("session_id", "participant_id"), (), is_needed=True, may_be_empty=True)
HOURS = TableKind(
    "hours.csv",
    ("participant_id",),
    (
        "level",
        "required_minutes",
        "scheduled_minutes",
        "required_days",
        "scheduled_days",
        "unmet_minutes",
        "missing",
        "therapist_id",
        "group_ids",
        "status",
        "clock_minutes",
        "contact_minutes",
    ),
    may_be_empty=True,
)

CLINIC_FILES = (
    "clinic.toml",
    "participants.csv",
    "therapists.csv",
    "rooms.csv",
    "services.csv",
    "groups.csv",
    "needs.csv",
    "time_off.csv",
    "keep_apart.csv",
    "keep_together.csv",
    "pins.csv",
    "waitlist.csv",
    "attendance.csv",
    "modules.csv",
    "steps.csv",
)
LATER_FILES = {
    "covers.csv": "Nobody stands in by it; write who leads in the columns lead and therapist_id.",
    "extra_time.csv": said("It adds no time; write the times in the columns availability, or open in {clinic.toml}."),
}
"""Files of the clinic folder that only a later version reads, and what to do until then."""


def participants_kind(*, with_groups: bool) -> TableKind:
    """Return the columns of ``participants.csv``; ``track`` is needed where there are groups."""
    track = ("track",)
    needed = ("participant_id", "population", *(track if with_groups else ()))
    return TableKind("participants.csv", needed, (*(() if with_groups else track), *_PARTICIPANT), is_needed=True)


def waitlist_kind() -> TableKind:
    """Return the columns of ``waitlist.csv``."""
    return TableKind("waitlist.csv", ("participant_id", "population"), ("track", *_PARTICIPANT, "referred"))


def services_kind(populations: tuple[str, ...]) -> TableKind:
    """Return the columns of ``services.csv``, with ``NAME_per_week`` for every population.

    Where the populations are not known, every ``..._per_week`` may be one.
    """
    per_week = tuple(f"{normal_header(name)}_per_week" for name in populations)
    rest = [
        "contact_minutes",
        "counts",
        "staff",
        "licensed_lead",
        "min_participants",
        "max_participants",
        "participants_per_staff",
        "guests",
        "starts",
        "with_primary",
        "room_features",
        "needs_room",
        "modality",
        "max_per_day",
        "equipment",
        "code",
        "public_name",
    ]
    return TableKind(
        "services.csv", ("service_id", "kind", "minutes"), (*rest, *per_week), other="" if populations else "_per_week"
    )
