"""The columns behind each rule, declared once: what each says, and what it would be if it kept nobody from anything."""

from __future__ import annotations

from dataclasses import dataclass

from iopsched.domain.timegrid import ALWAYS, DAY, NEVER
from iopsched.rulebook import RuleId
from iopsched.why.edits import NO_LIMIT

R = RuleId
MOST_A_WEEK = 99


@dataclass(frozen=True, slots=True)
class CellColumn:
    """A column behind rules: its name, the field, what would keep nobody, and a sentence with the row and the value."""

    name: str
    told: str
    rules: frozenset[RuleId]
    free: object
    field: str = ""

    @property
    def key(self) -> str:
        """Return the field that holds it."""
        return self.field or self.name


def _of(*rules: RuleId) -> frozenset[RuleId]:
    return frozenset(rules)


_WINDOW, _STAFFED, _MATCH, _SEATS = _of(R.WINDOW), _of(R.STAFFED), _of(R.MATCH), _of(R.SEATS)
OPENING = _of(R.WINDOW, R.SUPERVISOR)

COLUMNS: dict[str, tuple[CellColumn, ...]] = {
    "participants": (
        CellColumn("availability", "{} can come only {}", _WINDOW, ALWAYS),
        CellColumn("family_availability", "the family of {} can come only {}", _WINDOW, ALWAYS),
        CellColumn("busy", "{} is busy {}", _WINDOW, NEVER),
        CellColumn("admitted", "the stay of {} begins on {}", _WINDOW, None),
        CellColumn("discharged", "the stay of {} ends on {}", _WINDOW, None),
        CellColumn("authorized_from", "the authorization of {} begins on {}", _of(R.WEEK_MAX), None),
        CellColumn("authorized_until", "the authorization of {} ends on {}", _of(R.WEEK_MAX), None),
        CellColumn("authorized_days", "the authorization of {} allows {} days this week", _of(R.WEEK_MAX), None),
        CellColumn("units_used", "the authorization of {} has {} days left", _of(R.WEEK_MAX), None, "units_left"),
        CellColumn(
            "group_id", "{} stays in group {}", _of(R.COHORT, R.SIZE, R.TOGETHER, R.APART, R.MATCH), (), "group_ids"
        ),
        CellColumn("therapist_id", "the primary therapist of {} is {}", _of(R.PRIMARY, R.APART), None, "primary_id"),
        CellColumn(
            "max_hours_per_week", "{} may have {} hours a week", _of(R.WEEK_MAX), NO_LIMIT, "max_minutes_per_week"
        ),
        CellColumn("max_sessions_per_day", "{} may have {} sessions a day", _of(R.DAY_MAX), 0),
        CellColumn(
            "max_hours_in_a_row", "{} may have {} hours without a pause", _of(R.DAY_MAX), 0, "max_minutes_in_a_row"
        ),
        CellColumn("modality", "the modality of {} is {}", _SEATS, "either"),
        CellColumn("needs_features", "{} needs a room with {}", _SEATS, frozenset()),
        CellColumn("language", "{} speaks {}", _MATCH, (), "languages"),
        CellColumn("track", "the track of {} is {}", _of(R.MATCH, R.STAFFED), None, "tracks"),
    ),
    "therapists": (
        CellColumn("skills", "{} has the skills {}", _STAFFED, None),
        CellColumn("availability", "{} is there only {}", OPENING, ALWAYS),
        CellColumn("busy", "{} is busy {}", _WINDOW, NEVER),
        CellColumn("tracks", "{} works with the tracks {}", _STAFFED, ()),
        CellColumn("populations", "{} works with the populations {}", _STAFFED, ()),
        CellColumn("licensed", "{} is not licensed", _of(R.STAFFED, R.SUPERVISOR), free=True),
        CellColumn("counts_for_ratio", "{} does not count for the ratio", _of(R.RATIO), free=True),
        CellColumn(
            "max_hours_per_day", "{} may have {} hours of sessions a day", _of(R.STAFF_LOAD), DAY, "max_minutes_per_day"
        ),
        CellColumn(
            "max_hours_per_week",
            "{} may have {} hours of sessions a week",
            _of(R.STAFF_LOAD),
            NO_LIMIT,
            "max_minutes_per_week",
        ),
        CellColumn("max_caseload", "{} may be primary of {} participants", _of(R.PRIMARY), None),
        CellColumn("modality", "the modality of {} is {}", _of(R.SEATS, R.SUPERVISOR), "either"),
        CellColumn("language", "{} speaks {}", _MATCH, (), "languages"),
        CellColumn("supervisor", "{} is no supervisor", _of(R.SUPERVISOR), free=True),
    ),
    "rooms": (
        CellColumn("capacity", "room {} has {} seats", _SEATS, NO_LIMIT),
        CellColumn("max_participants", "room {} takes {} participants", _SEATS, None),
        CellColumn("features", "the features of room {} are {}", _SEATS, None),
        CellColumn("availability", "room {} is there only {}", _WINDOW, ALWAYS),
        CellColumn("busy", "room {} is in other use {}", _WINDOW, NEVER),
    ),
    "groups": (
        CellColumn("track", "group {} is for the track {}", _MATCH, None, "tracks"),
        CellColumn("sessions_per_week", "group {} meets {} times a week", _of(R.COHORT), MOST_A_WEEK),
        CellColumn("times", "group {} may meet {}", _WINDOW, None),
        CellColumn("same_start", "all sessions of group {} start at the same time of day", _WINDOW, free=False),
        CellColumn("min_size", "group {} needs {} participants", _of(R.SIZE), 1),
        CellColumn("max_size", "group {} takes {} participants", _of(R.SIZE), NO_LIMIT),
        CellColumn(
            "participants_per_staff", "group {} has {} participants for each member of staff", _of(R.RATIO), NO_LIMIT
        ),
        CellColumn("lead", "group {} is led by {}", _STAFFED, (), "lead_ids"),
        CellColumn("one_lead", "group {} has one lead all week", _STAFFED, "no"),
        CellColumn("staff", "group {} asks for the staff {}", _STAFFED, None),
        CellColumn("room_id", "group {} meets in room {}", _SEATS, None),
        CellColumn("room_features", "group {} needs a room with {}", _SEATS, frozenset()),
        CellColumn("membership", "the membership of group {} is {}", _of(R.COHORT), "open"),
        CellColumn("gender", "group {} is for {}", _MATCH, None),
        CellColumn("language", "group {} is held in {}", _MATCH, None),
        CellColumn("joins", "nobody joins group {} without a need of it or a group_id", _MATCH, "track"),
        CellColumn("modality", "the modality of group {} is {}", _SEATS, "either"),
    ),
    "services": (
        CellColumn("min_participants", "{} needs {} participants", _of(R.SIZE), 1),
        CellColumn("max_participants", "{} takes {} participants", _of(R.SIZE), NO_LIMIT),
        CellColumn("participants_per_staff", "{} has {} participants for each member of staff", _of(R.RATIO), NO_LIMIT),
        CellColumn("licensed_lead", "the lead of {} must be licensed", _STAFFED, free=False),
        CellColumn("staff", "{} asks for the staff {}", _STAFFED, None),
        CellColumn("with_primary", "only the primary therapist may hold {}", _of(R.PRIMARY), free=False),
        CellColumn("room_features", "{} needs a room with {}", _SEATS, frozenset()),
        CellColumn("modality", "the modality of {} is {}", _SEATS, "either"),
        CellColumn("max_per_day", "{} is held {} times a day for each participant", _of(R.DAY_MAX, R.COHORT), 0),
    ),
}
NEEDS: tuple[CellColumn, ...] = (
    CellColumn("therapist_id", "{} is to be seen by {}", _STAFFED, (), "therapist_ids"),
    CellColumn("same_therapist", "{} is to have one therapist throughout", _STAFFED, "no"),
    CellColumn("gender", "{} asks for a lead of the gender {}", _MATCH, None),
    CellColumn("language", "{} asks for a lead who speaks {}", _MATCH, None),
    CellColumn("max_per_day", "{} may have {} sessions of it a day", _of(R.DAY_MAX), 0),
)
