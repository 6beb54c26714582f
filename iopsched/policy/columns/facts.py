"""The small files: needs, time off, people apart and together, pins, attendance."""

from __future__ import annotations

from iopsched.domain.timegrid import WEEKDAYS
from iopsched.policy import choices
from iopsched.policy.column import Column, TableKind
from iopsched.policy.columns.shared import (
    GROUPS_FILE,
    PARTICIPANTS_FILE,
    PERSON,
    REASON,
    ROOMS_FILE,
    SERVICE,
    THERAPISTS_FILE,
    TO_20,
    TO_50,
    id_of,
    needed,
    number,
)

NEEDS = TableKind(
    "needs.csv",
    "how often one participant needs one service each week",
    (
        needed(PERSON),
        needed(SERVICE),
        needed(number("per_week", "Sessions a week.", TO_50)),
        id_of("therapist_id", "Therapists, by id, all on the staff of each.", THERAPISTS_FILE, is_list=True),
        number("max_per_day", "Most sessions of this service on one day; 0 = no limit.", TO_20),
        Column("same_therapist", "One lead for all of them. Blank = no.", "choice", choices.PREFERENCES),
        Column("gender", "Gender asked of the lead."),
        Column("language", "Language asked of the lead.", of="language"),
        number("every_weeks", "Weeks from one due date to the next. Blank = 1.", (1, 52)),
        Column("last_held", "Day on which it was held last.", "date"),
        Column("optional", "A wish, not a need. Blank = no.", "yes_no"),
    ),
)
TIME_OFF = TableKind(
    "time_off.csv",
    "a dated absence of a person, a room or the whole clinic",
    (
        Column("kind", "Whose absence it is.", "choice", choices.ABSENT, is_needed=True),
        Column("start", "First day, or day and time such as 2026-12-02 13:00.", "moment", is_needed=True),
        id_of("id", "Who or which, by id; blank for the clinic."),
        Column("end", "Last day, or day and time. Blank = the same day.", "moment"),
        REASON,
    ),
)
KEEP_APART = TableKind(
    "keep_apart.csv",
    "two people who never share a session",
    (
        Column("a", "Participant, by id.", "id", is_needed=True),
        Column("b", "Participant or therapist, by id; a never shares a session with them.", "id", is_needed=True),
        REASON,
    ),
)
KEEP_TOGETHER = TableKind(
    "keep_together.csv",
    "two participants who are in the same groups",
    (
        needed(id_of("a", "Participant, by id.", PARTICIPANTS_FILE)),
        needed(id_of("b", "Participant, by id; in the same groups as a.", PARTICIPANTS_FILE)),
        REASON,
    ),
)
COVERS = TableKind(
    "covers.csv",
    "who stands in for a member of staff who is away",
    (
        needed(id_of("therapist_id", "Who is covered while away (time_off.csv, busy), by id.", THERAPISTS_FILE)),
        needed(id_of("covered_by", "Who may lead instead, by id.", THERAPISTS_FILE, is_list=True)),
        Column("from", "First day on which the row holds. Blank = any.", "date"),
        Column("until", "Last day on which the row holds. Blank = any.", "date"),
    ),
)
EXTRA_TIME = TableKind(
    "extra_time.csv",
    "dated time added to the windows of a person or room, or to the opening hours",
    (
        Column("kind", "Whose time it is.", "choice", choices.ABSENT, is_needed=True),
        Column("start", "First day, or day and time such as 2026-12-05 09:00.", "moment", is_needed=True),
        id_of("id", "Who or which, by id; blank for the clinic."),
        Column("end", "Last day, or day and time. Blank = the same day.", "moment"),
        REASON,
    ),
)
PINS = TableKind(
    "pins.csv",
    "something that the director has fixed or forbidden",
    (
        Column("action", "must: such a session is held. must_not: none is.", "choice", choices.ACTIONS, is_needed=True),
        PERSON,
        id_of("therapist_id", "Therapist, by id.", THERAPISTS_FILE),
        id_of("room_id", "Room, by id.", ROOMS_FILE),
        id_of("group_id", "Group, by id.", GROUPS_FILE),
        SERVICE,
        Column("day", "Day of the week.", "choice", WEEKDAYS),
        Column("start", "Start, such as 15:00.", "clock"),
        Column("from", "First day on which the pin holds.", "date"),
        Column("until", "Last day on which the pin holds.", "date"),
    ),
)
ATTENDANCE = TableKind(
    "attendance.csv",
    "who really came to what",
    (
        Column("date", "Day of the session.", "date", is_needed=True),
        needed(PERSON),
        Column("status", "What became of it.", "choice", choices.STATUSES, is_needed=True),
        id_of("session_id", "Session, as in sessions.csv of that week."),
        SERVICE,
        number("minutes", "Minutes attended.", (0, 1440)),
    ),
)
