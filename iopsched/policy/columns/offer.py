"""Rooms, services, groups and the modules of sessions: where and what can be offered."""

from __future__ import annotations

from dataclasses import replace

from iopsched.policy import choices
from iopsched.policy.column import Column, TableKind
from iopsched.policy.columns.shared import (
    BUSY,
    FEATURES,
    FROM_1_TO_999,
    GROUPS_FILE,
    OPEN,
    POPULATION,
    PUBLIC,
    RATIO,
    ROOMS_FILE,
    SERVICE,
    SERVICES_FILE,
    THERAPISTS_FILE,
    TO_20,
    TO_50,
    TO_9999,
    VIDEO_LINK,
    id_of,
    needed,
    number,
    own_id,
    windows,
    words,
)

ROOMS = TableKind(
    ROOMS_FILE,
    "a room",
    (
        own_id("room_id", "Code of the room, such as R01."),
        needed(number("capacity", "Seats, staff included.", (0, 999_999_999))),
        number("max_participants", "Most participants, without guests and staff. Blank = no limit.", TO_9999),
        words("features", "What the room has, such as wheelchair; video.", "feature"),
        windows("availability", "When it can be used.", OPEN),
        BUSY,
        Column("name", "Name on rosters and calendars.", "name"),
    ),
    may_be_empty=True,
)
SERVICES = TableKind(
    SERVICES_FILE,
    "a kind of session",
    (
        own_id("service_id", "Code of the kind of session, such as group."),
        Column("kind", "What kind of session it is.", "choice", choices.KINDS, is_needed=True),
        needed(number("minutes", "Length on the clock.", (5, 480))),
        number("contact_minutes", "Minutes that count toward weekly hours. Blank = all of them.", (0, 480)),
        Column("counts", "Counts toward weekly hours. Blank = yes.", "yes_no"),
        words("staff", "Staff at every session as skill:number, the lead first, such as group:1; intern:1.", "skill"),
        Column(
            "licensed_lead", "The lead must be licensed. Blank = yes, except for other services (kind other).", "yes_no"
        ),
        number("min_participants", "Fewest participants of a session.", (0, 999)),
        number("max_participants", "Most participants of a session.", FROM_1_TO_999),
        RATIO,
        number("guests", "Extra seats per participant. Blank = 2 for family and multifamily.", TO_20),
        Column(
            "starts",
            "Starts with a block (blocks), or at any time that grid_minutes allows (grid).",
            "choice",
            choices.STARTS,
        ),
        Column("with_primary", "Led by the participant's primary therapist. Blank = yes for individual.", "yes_no"),
        FEATURES,
        Column("needs_room", "Needs a room. Blank = yes.", "yes_no"),
        Column("modality", "How it is held. Blank = in_person.", "choice", choices.MODALITIES),
        number("max_per_day", "Most sessions of it that a participant has on one day. Blank = 1; 0 = no limit.", TO_20),
        words("equipment", "What every session uses, as name:number, such as projector:1.", "equipment"),
        Column("code", "Service code for billing, such as H0015; goes into the table for the health record."),
        number(
            "unit_minutes", "Minutes of contact of a unit that is billed. Blank = one unit a day and code.", (1, 480)
        ),
        PUBLIC,
    ),
    other=number(
        "_per_week",
        "Sessions a week that each participant of this population needs. Blank = no need; 0 = none.",
        TO_50,
    ),
)
GROUPS = TableKind(
    GROUPS_FILE,
    "a standing group (cohort) of a group service",
    (
        own_id("group_id", "Code of the group, such as A1."),
        words("track", "Tracks of its members, such as sud; dual.", "track", is_needed=True),
        needed(POPULATION),
        needed(number("sessions_per_week", "Sessions a week.", TO_50)),
        id_of("service_id", "Service, by id. Blank = group.", SERVICES_FILE),
        Column("times", "When it may meet: blocks, windows, or start times such as Mon Wed Fri 09:00.", "windows"),
        Column("same_start", "All its sessions start at the same time of day. Blank = yes.", "yes_no"),
        number("min_size", "Fewest members. Blank = the service's number.", (0, 999)),
        number("max_size", "Most members. Blank = the service's number.", FROM_1_TO_999),
        RATIO,
        id_of("lead", "Therapists, by id; one of them leads every session.", THERAPISTS_FILE, is_list=True),
        Column("one_lead", "The same lead all week. Blank = prefer.", "choice", choices.PREFERENCES),
        words("staff", "Staff at every session as skill:number, instead of the service's.", "skill"),
        id_of("room_id", "Room in which it always meets, by id.", ROOMS_FILE),
        FEATURES,
        Column(
            "membership",
            "closed: members belong to this group. open: anyone of the track.",
            "choice",
            choices.MEMBERSHIPS,
        ),
        Column("attend", "all: members attend every session. some: as many as they need.", "choice", choices.ATTENDS),
        Column(
            "meets",
            "always: each session lacking is unmet need where min_size people could come. Blank = needed.",
            "choice",
            choices.MEETS,
        ),
        Column(
            "joins",
            "Who is placed here without group_id or a stated need: track = anyone of the track; need = nobody. "
            "Blank = track for kind group, need for all others.",
            "choice",
            choices.JOINS,
        ),
        Column(
            "makeup",
            "Takes somebody else for one date, to make up for what they missed. Blank = yes where membership is open.",
            "yes_no",
        ),
        Column("gender", "Only members of this gender."),
        Column("language", "Only members and leads of this language.", of="language"),
        Column("modality", "How it is held. Blank = as the service.", "choice", choices.MODALITIES),
        VIDEO_LINK,
        number("target_size", "Best number of members.", FROM_1_TO_999),
        Column("name", "Name on rosters.", "name"),
        PUBLIC,
    ),
)
MODULES = TableKind(
    "modules.csv",
    "a part of each session of a service",
    (
        needed(SERVICE),
        Column("title", "What this part of the session is, such as Process group.", is_needed=True),
        needed(number("minutes", "Its length.", (1, 480))),
        id_of("module_id", "Code of the module. Blank = its title."),
        id_of("group_id", "Only for these groups, by id. Blank = any.", GROUPS_FILE, is_list=True),
        number("order", "Place within the session. Blank = as the rows stand.", TO_9999),
        Column("countable", "Counts toward weekly hours. Blank = yes.", "yes_no"),
        Column("kind", "In your own words, such as therapy, education or break."),
        number("week", "Week of the rotation in which it is held. Blank = every week.", (1, 104)),
        replace(PUBLIC, name="public_title"),
    ),
)
