"""What every column of a clinic holds, in words for the person who fills it, and how a workbook offers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from iopsched.ingest import kinds

Kind = Literal["text", "remark", "number", "date", "moment", "clock", "windows", "yes_no", "choice", "setting", "id"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``choices`` are the words of a ``choice``; ``of`` is the file whose ids an
    ``id`` names, or the setting whose names a ``setting`` takes; an id that names
    no file is the row's own. ``is_list``: several, with ``;`` between them.
    """

    meaning: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    of: str = ""
    is_list: bool = False


_WINDOWS = "Days and times, such as Mon-Fri 17:00-21:00; Sat 09:00-12:00."
_BUSY = Column(f"When never, such as for work or meetings. {_WINDOWS}", "windows")
_REASON = Column("Why. For your own eyes; never printed.", "remark")
_PERSON = Column("Participant, by id.", "id", of="participants.csv")
_STAFF = Column("Therapist, by id.", "id", of="therapists.csv")
_ROOM = Column("Room, by id.", "id", of="rooms.csv")
_GROUP = Column("Group, by id.", "id", of="groups.csv")
_SERVICE = Column("Service, by id; without the sheet services: group, individual, family.", "id", of="services.csv")
_MIN_HOURS = Column("Least countable hours a week, instead of the level's.", "number")
_MAX_HOURS = Column("Most countable hours a week, instead of the level's.", "number")
_MIN_DAYS = Column("Least program days a week, instead of the level's.", "number")
_INDIVIDUAL = Column("Individual sessions a week, instead of the service's number.", "number")
_FAMILY = Column("Family sessions a week, instead of the service's number.", "number")
_LEVEL = Column(
    "Level of care, a name of the settings levels. Blank = iop- and the population.", "setting", of="levels"
)
_PHASE = Column("Phase, a name of the settings phases.", "setting", of="phases")
_PAYER = Column("Payer, a name of the settings payers.", "setting", of="payers")
_POPULATION = Column("Population, as the settings list them, such as adult.", "setting", of="populations")
_RATIO = Column("Participants per counting member of staff, instead of the clinic's ratio.", "number")
_GENDER = Column("Gender, in your own words; matched only where a group or need asks for it.")
_FEATURES = Column("What the room must have, such as wheelchair; video.", is_list=True)
_MAX_PER_DAY = Column("Most sessions of this service on one day; 0 = no limit.", "number")
_PUBLIC = Column("Name for calendars that others may see.")

_PARTICIPANT: dict[str, Column] = {
    "participant_id": Column("Code of the person, such as P001; no name. Each row its own.", "id"),
    "population": _POPULATION,
    "track": Column("Tracks, which must meet those of a group, such as sud; dual.", is_list=True),
    "availability": Column(f"When the person can come. {_WINDOWS} Blank = whenever the clinic is open.", "windows"),
    "preferred": Column(f"When the person would rather come. {_WINDOWS}", "windows"),
    "age": Column("Age in whole years.", "number"),
    "age_override": Column("Why a person of another age may join this population.", "remark"),
    "busy": _BUSY,
    "level": _LEVEL,
    "phase": _PHASE,
    "group_id": Column(
        "Groups that the person is in and stays in, one per service.", "id", of="groups.csv", is_list=True
    ),
    "therapist_id": Column("Primary therapist, by id. Blank = one is chosen.", "id", of="therapists.csv"),
    "individual_per_week": _INDIVIDUAL,
    "family_per_week": _FAMILY,
    "family_availability": Column(f"When the family can come. {_WINDOWS} Blank = as availability.", "windows"),
    "min_hours_per_week": _MIN_HOURS,
    "max_hours_per_week": _MAX_HOURS,
    "min_days_per_week": _MIN_DAYS,
    "max_sessions_per_day": Column("Most sessions on one day.", "number"),
    "max_hours_in_a_row": Column("Most hours without a pause.", "number"),
    "modality": Column("How the person attends. Blank = in_person.", "choice", kinds.PERSON_MODALITIES),
    "needs_features": _FEATURES,
    "gender": _GENDER,
    "language": Column("Languages that the person speaks.", is_list=True),
    "admitted": Column("First program day.", "date"),
    "discharged": Column("Last program day.", "date"),
    "authorized_from": Column("First day that the payer has authorized.", "date"),
    "authorized_until": Column("Last day that the payer has authorized.", "date"),
    "authorized_days": Column("Most days with countable sessions this week.", "number"),
    "units_authorized": Column("Days of attendance that the payer has authorized in all.", "number"),
    "units_used": Column("Days of attendance used already.", "number"),
    "payer": _PAYER,
    "certified": Column("Last day on which a physician has certified the treatment.", "date"),
    "modules_met": Column("Modules, by module_id, that the person has met already.", is_list=True),
    "name": Column("Name. Shown only where an export is asked for names."),
    "initials": Column("Initials. Shown only where an export is asked for initials."),
}

COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "participants.csv": _PARTICIPANT,
    "waitlist.csv": {**_PARTICIPANT, "referred": Column("Day of the referral.", "date")},
    "therapists.csv": {
        "therapist_id": Column("Code of the member of staff, such as T01; no name. Each row its own.", "id"),
        "skills": Column("What they may hold. Blank = group; individual; family.", is_list=True),
        "availability": Column(f"When they work. {_WINDOWS} Blank = whenever the clinic is open.", "windows"),
        "busy": _BUSY,
        "preferred": Column(f"When they would rather hold sessions. {_WINDOWS}", "windows"),
        "tracks": Column("Tracks they work with. Blank = any.", is_list=True),
        "populations": Column("Populations they work with. Blank = any.", "setting", of="populations", is_list=True),
        "licensed": Column("May lead sessions that need a license. Blank = yes.", "yes_no"),
        "counts_for_ratio": Column("Counts for the ratio in groups. Blank = yes.", "yes_no"),
        "max_hours_per_day": Column("Most hours in sessions on one day, instead of the clinic's.", "number"),
        "max_hours_per_week": Column("Most hours in sessions a week, instead of the clinic's.", "number"),
        "target_hours_per_week": Column("Fair share of hours in sessions. Blank = the most a week.", "number"),
        "max_caseload": Column("Most participants whose primary they are.", "number"),
        "modality": Column("How they work. Blank = either.", "choice", kinds.PERSON_MODALITIES),
        "name": Column("Name. Shown only where an export is asked for names."),
        "credential": Column("License or degree, such as LCSW; shown behind the name."),
        "gender": _GENDER,
        "language": Column("Languages they speak. Blank = matches any.", is_list=True),
        "supervisor": Column("A supervisor in the sense of supervisor_on_site. Blank = no.", "yes_no"),
    },
    "rooms.csv": {
        "room_id": Column("Code of the room, such as R01. Each row its own.", "id"),
        "capacity": Column("Seats, staff included.", "number"),
        "max_participants": Column("Most participants, without guests and staff. Blank = no limit.", "number"),
        "features": Column("What the room has, such as wheelchair; video.", is_list=True),
        "availability": Column(f"When it can be used. {_WINDOWS} Blank = whenever the clinic is open.", "windows"),
        "busy": _BUSY,
        "name": Column("Name on rosters and calendars."),
    },
    "services.csv": {
        "service_id": Column("Code of the kind of session, such as group. Each row its own.", "id"),
        "kind": Column("What kind of session it is.", "choice", kinds.KINDS),
        "minutes": Column("Length on the clock.", "number"),
        "contact_minutes": Column("Minutes that count toward weekly hours. Blank = all of them.", "number"),
        "counts": Column("Counts toward weekly hours. Blank = yes.", "yes_no"),
        "staff": Column(
            "Staff at every session as skill:number, the lead first, such as group:1; intern:1.", is_list=True
        ),
        "licensed_lead": Column("The lead must be licensed. Blank = yes, except for kind other.", "yes_no"),
        "min_participants": Column("Fewest participants of a session.", "number"),
        "max_participants": Column("Most participants of a session.", "number"),
        "participants_per_staff": _RATIO,
        "guests": Column("Extra seats per participant. Blank = 2 for family and multifamily.", "number"),
        "starts": Column("Starts with a block, or anywhere on the grid.", "choice", kinds.STARTS),
        "with_primary": Column("Led by the participant's primary therapist. Blank = yes for individual.", "yes_no"),
        "room_features": _FEATURES,
        "needs_room": Column("Needs a room. Blank = yes.", "yes_no"),
        "modality": Column("How it is held. Blank = in_person.", "choice", kinds.MODALITIES),
        "max_per_day": Column(
            "Most sessions of it that a participant has on one day. Blank = 1; 0 = no limit.", "number"
        ),
        "equipment": Column("What every session uses, as name:number, such as projector:1.", is_list=True),
        "code": Column("Service code for billing, such as H0015; goes into the table for the health record."),
        "public_name": _PUBLIC,
    },
    "groups.csv": {
        "group_id": Column("Code of the group, such as A1. Each row its own.", "id"),
        "track": Column("Tracks of its members, such as sud; dual.", is_list=True),
        "population": _POPULATION,
        "sessions_per_week": Column("Sessions a week.", "number"),
        "service_id": Column("Service, by id. Blank = group.", "id", of="services.csv"),
        "times": Column("When it may meet: blocks, windows, or start times such as Mon Wed Fri 09:00.", "windows"),
        "same_start": Column("All its sessions start at the same time of day. Blank = yes.", "yes_no"),
        "min_size": Column("Fewest members. Blank = the service's number.", "number"),
        "max_size": Column("Most members. Blank = the service's number.", "number"),
        "participants_per_staff": _RATIO,
        "lead": Column("Therapists, by id, one of whom leads every session.", "id", of="therapists.csv", is_list=True),
        "one_lead": Column("The same lead all week. Blank = prefer.", "choice", kinds.PREFERENCES),
        "staff": Column("Staff at every session as skill:number, instead of the service's.", is_list=True),
        "room_id": Column("Room in which it always meets, by id.", "id", of="rooms.csv"),
        "room_features": _FEATURES,
        "membership": Column(
            "closed: members belong to this group. open: anyone of the track.", "choice", kinds.MEMBERSHIPS
        ),
        "attend": Column("all: members attend every session. some: as many as they need.", "choice", kinds.ATTENDS),
        "gender": Column("Only members of this gender."),
        "language": Column("Only members and leads of this language."),
        "modality": Column("How it is held. Blank = as the service.", "choice", kinds.MODALITIES),
        "target_size": Column("Best number of members.", "number"),
        "name": Column("Name on rosters."),
        "public_name": _PUBLIC,
    },
    "needs.csv": {
        "participant_id": _PERSON,
        "service_id": _SERVICE,
        "per_week": Column("Sessions a week.", "number"),
        "therapist_id": Column("Therapists, by id, all on the staff of each.", "id", of="therapists.csv", is_list=True),
        "max_per_day": _MAX_PER_DAY,
        "same_therapist": Column("One lead for all of them. Blank = no.", "choice", kinds.PREFERENCES),
        "gender": Column("Gender asked of the lead."),
        "language": Column("Language asked of the lead."),
        "every_weeks": Column("Due every so many weeks. Blank = 1.", "number"),
        "last_held": Column("Day on which it was held last.", "date"),
        "optional": Column("A wish, not a need. Blank = no.", "yes_no"),
    },
    "time_off.csv": {
        "kind": Column("Whose absence it is.", "choice", kinds.ABSENT),
        "start": Column("First day, or day and time such as 2026-12-02 13:00.", "moment"),
        "id": Column("Who or which, by id; blank for the clinic.", "id", of="*"),
        "end": Column("Last day, or day and time. Blank = the same day.", "moment"),
        "reason": _REASON,
    },
    "keep_apart.csv": {
        "a": Column("Participant, by id.", "id", of="*"),
        "b": Column("Participant or therapist, by id, with whom a never shares a session.", "id", of="*"),
        "reason": _REASON,
    },
    "keep_together.csv": {
        "a": Column("Participant, by id.", "id", of="participants.csv"),
        "b": Column("Participant, by id, who is in the same groups as a.", "id", of="participants.csv"),
        "reason": _REASON,
    },
    "pins.csv": {
        "action": Column("must: such a session is held. must_not: none is.", "choice", kinds.ACTIONS),
        "participant_id": _PERSON,
        "therapist_id": _STAFF,
        "room_id": _ROOM,
        "group_id": _GROUP,
        "service_id": _SERVICE,
        "day": Column("Day of the week.", "choice", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")),
        "start": Column("Start, such as 15:00.", "clock"),
        "from": Column("First day on which the pin holds.", "date"),
        "until": Column("Last day on which the pin holds.", "date"),
    },
    "attendance.csv": {
        "date": Column("Day of the session.", "date"),
        "participant_id": _PERSON,
        "status": Column("What became of it.", "choice", kinds.STATUSES),
        "session_id": Column("Session, as in sessions.csv of that week.", "id", of="*"),
        "service_id": _SERVICE,
        "minutes": Column("Minutes attended.", "number"),
    },
    "modules.csv": {
        "service_id": _SERVICE,
        "title": Column("What this part of the session is, such as Process group."),
        "minutes": Column("Its length.", "number"),
        "module_id": Column("Code of the module. Blank = its title.", "id", of="*"),
        "group_id": Column("Only for these groups, by id. Blank = any.", "id", of="groups.csv", is_list=True),
        "order": Column("Place within the session. Blank = as the rows stand.", "number"),
        "countable": Column("Counts toward weekly hours. Blank = yes.", "yes_no"),
        "kind": Column("In your own words, such as therapy, education or break."),
        "week": Column("Week of the rotation in which it is held. Blank = every week.", "number"),
        "public_title": _PUBLIC,
    },
    "steps.csv": {
        "participant_id": _PERSON,
        "from": Column("First day on which the filled cells of this row hold.", "date"),
        "level": _LEVEL,
        "phase": _PHASE,
        "payer": _PAYER,
        "individual_per_week": _INDIVIDUAL,
        "family_per_week": _FAMILY,
        "min_hours_per_week": _MIN_HOURS,
        "max_hours_per_week": _MAX_HOURS,
        "min_days_per_week": _MIN_DAYS,
    },
}
PER_WEEK = Column(
    "Sessions a week that each participant of this population needs. Blank = no need; 0 = none.", "number"
)
UNKNOWN = Column("This column is not known and is not read.", "remark")


def column_of(file: str, name: str) -> Column:
    """Return a column by its normal name; one that is not known is free text."""
    found = COLUMNS.get(file, {}).get(name)
    if found is None and file == "services.csv" and name.endswith("_per_week"):
        return PER_WEEK
    return found or UNKNOWN
