"""Every column of a schedule folder, in the order in which it is written."""

from __future__ import annotations

from iopsched.domain.people import HELD_MODALITIES
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.policy.column import Column, TableKind

_SESSION = Column("session_id", "Session, by id.", "id", of="sessions.csv", is_needed=True)
_PERSON = Column("participant_id", "Participant, by id.", "id", of="participants.csv", is_needed=True)
_GROUP = Column("group_id", "Group, by id; blank without one.", "id", of="groups.csv")
_DATE = Column("date", "Its date.", "date", is_needed=True)
_WEEKDAY = Column("weekday", "Day of the week; the date is believed where they differ.", "choice", WEEKDAYS)
_CLOCK = Column("clock_minutes", "Clock length of the sessions that count.", "number")
_CONTACT = Column("contact_minutes", "Contact minutes of the sessions that count.", "number")

SESSIONS = TableKind(
    "sessions.csv",
    "a session",
    (
        Column("session_id", "Code of the session, from its group or service and a number.", "id", is_needed=True),
        _DATE,
        _WEEKDAY,
        Column("start", "Start, local time of the clinic.", "clock", is_needed=True),
        Column("end", "End, local time of the clinic; the end of the day is 24:00.", "clock", is_needed=True),
        Column("service_id", "Service, by id.", "id", of="services.csv", is_needed=True),
        _GROUP,
        Column("room_id", "Room, by id; blank online.", "id", of="rooms.csv"),
        Column(
            "therapist_ids", "Staff, by id, the lead first.", "id", of="therapists.csv", is_list=True, is_needed=True
        ),
        Column("participants", "Number of participants.", "number", bounds=(0, 9999)),
        Column("modality", "How it is held.", "choice", HELD_MODALITIES),
    ),
    is_needed=True,
    may_be_empty=True,
)
ROSTER = TableKind("roster.csv", "a participant at a session", (_SESSION, _PERSON), is_needed=True, may_be_empty=True)
HOURS = TableKind(
    "hours.csv",
    "a participant's week",
    (
        _PERSON,
        Column("level", "Level of care in force.", "setting", of="levels"),
        Column("required_minutes", "Minutes asked for, of those that count.", "number"),
        Column("scheduled_minutes", "Minutes scheduled that count.", "number"),
        Column("required_days", "Program days asked for.", "number"),
        Column("scheduled_days", "Program days scheduled.", "number"),
        Column("unmet_minutes", "Minutes of unmet need.", "number"),
        Column("missing", "Needed sessions that are not scheduled, such as family:1.", is_list=True),
        Column("therapist_id", "Primary therapist, by id.", "id", of="therapists.csv"),
        Column("group_ids", "Groups that the participant belongs to, by id.", "id", of="groups.csv", is_list=True),
        Column("status", "Whether the whole need is met.", "choice", ("met", "short")),
        _CLOCK,
        _CONTACT,
    ),
    may_be_empty=True,
)
DAYS = TableKind(
    "days.csv",
    "a participant's day with a session that counts",
    (
        _PERSON,
        _DATE,
        _WEEKDAY,
        Column("payer", "Payer, a name of the settings payers.", "setting", of="payers"),
        _CLOCK,
        _CONTACT,
        Column("countable_minutes", "Minutes that count toward weekly hours.", "number"),
        Column("services", "Number of distinct services.", "number"),
        Column("services_asked", "Number of distinct services that the payer asks for; blank for none.", "number"),
        Column("kinds", "Kinds of modules and of sessions without modules.", is_list=True),
        Column("program_day", "Whether it is a program day.", "yes_no"),
    ),
)
MODULES = TableKind(
    "modules.csv",
    "a module that a session of the week holds",
    (
        _SESSION,
        Column("place", "Its place within the session, from 1.", "number"),
        Column("module_id", "Code of the module.", "id"),
        Column("title", "Its title."),
        Column("kind", "Its kind, in the clinic's own words."),
        Column("minutes", "Its length.", "number"),
        Column("countable", "Whether it counts toward weekly hours.", "yes_no"),
        Column("week", "Week of the rotation; blank where it does not rotate.", "number"),
    ),
)
CURRICULUM = TableKind(
    "curriculum.csv",
    "a module of the rotation of a participant's group",
    (
        _PERSON,
        _GROUP,
        Column("module_id", "Code of the module.", "id"),
        Column("status", "Whether the participant meets it before the stay ends."),
        Column("week", "Monday of the week in which it is met; blank where it is not.", "date"),
    ),
)
