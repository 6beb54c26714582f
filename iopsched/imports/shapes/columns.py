"""The header of a list: which column is what, by the words that record systems and people write there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from iopsched.imports.lexicon import phrase_of
from iopsched.imports.sheets import column_number

ROLES: Mapping[str, str] = {
    "date": "date;service date;dos;date of service;appt date;appointment date;session date;start date;visit date",
    "day": "day;weekday;days;dow;day of week;day of the week;meets;meeting days;week day",
    "start": "start;start time;begin;begins;starts;from;begin time;appt time;appointment time;start date time;start datetime;starts at;time in",
    "end": "end;end time;to;until;finish;stop;ends;stop time;end date time;end datetime;finish time;time out;thru",
    "time": "time;times;time slot;slot;when;hours;meeting time;time of day;schedule;day time;date time;datetime",
    "length": "length;duration;minutes;min;mins;len;duration min;duration minutes;length min;duration mins;duration hours;hrs;units min",
    "what": "what;type;service;appointment type;appt type;visit type;session type;service type;session;activity;description;cpt;"
    "cpt code;code;service code;kind;procedure;title;subject;event;appointment;service id;modality type;reason;program;class;sessions",
    "group": "group;group name;cohort;group id;groups;group title;iop group",
    "staff": "staff;therapist;clinician;provider;counselor;lead;facilitator;leader;resource;practitioner;rendering provider;"
    "therapist id;therapist ids;provider name;assigned staff;therapist name;clinician name;facilitators;therapists;clinicians;led by;"
    "primary therapist;staff name;lead therapist;provider id;staff id;group leader;"
    "organizer;meeting organizer",
    "also_staff": "co provider;co providers;co therapist;cotherapist;co facilitator;cofacilitator;second staff;co lead;co staff;with;co leader;coleader;other staff",
    "invited": "required attendees;optional attendees;invitees;guests",
    "people": "people;client;clients;patient;patients;participant;participants;attendee;attendees;member;members;name;client name;"
    "patient name;who;participant id;mrn;patient id;client id;names;client s;patient s;participant name;roster;client names;attending;full name;member name",
    "first_name": "first name;first;given name;client first name;patient first name;fname",
    "last_name": "last name;last;surname;family name;client last name;patient last name;lname",
    "room": "room;location;place;where;site;room id;office;rm;room name;loc",
    "how": "modality;mode;format;delivery;pos;telehealth;delivery mode;place of service;in person telehealth;visit mode",
    "status": "status;appt status;appointment status;attendance;confirmed;visit status",
    "all_day": "all day event;all day",
    "session": "session id;group session id;session no;session number;event id;class id",
}  # fmt: skip
_PHRASES = {phrase_of(text): role for role, texts in ROLES.items() for text in texts.split(";")}
_PASSED = {
    phrase_of(text)
    for text in [
        "notes",
        "note",
        "comments",
        "comment",
        "phone",
        "email",
        "dob",
        "payer",
        "insurance",
        "no",
        "number",
        "#",
        "age",
        "start at",
        "end at",
        "kind of session",
        "contact minutes",
        "countable_minutes",
        "heads of most",
        "signature",
        "time in",
        "time out",
        "staff signature",
        "row",
        "appointment id",
        "appt id",
        "id",
        "participant",
        "level",
        "track",
        "population",
        "copay",
        "balance",
        "units",
        "auth",
        "authorization",
        "gender",
        "contact",
        "end date",
        "reminder on off",
        "reminder date",
        "reminder time",
        "meeting resources",
        "billing information",
        "categories",
        "mileage",
        "priority",
        "private",
        "sensitivity",
        "show time as",
        "cell",
    ]
}
_TOTALS = frozenset({("hours", "in", "sessions"), ("waiting", "h"), ("signature",), ("required",), ("hours", "used")})
SUBJECT = {"what", "group", "people", "last_name"}
TIMES = {"date", "day", "start", "time"}


@dataclass(slots=True)
class ListColumns:
    """Where each role stands in the table that is being read; ``notes`` are columns of remarks."""

    row: int
    roles: dict[str, list[int]] = field(default_factory=dict)
    notes: list[int] = field(default_factory=list)
    is_totals: bool = False
    in_hours: bool = False

    @property
    def is_of_members(self) -> bool:
        """Return whether the table says who is in which group, and no time."""
        return not TIMES & self.roles.keys()


def header_of(cells: Mapping[int, str], row: int, given: Mapping[str, str] | None = None) -> ListColumns | None:
    """Return the columns that a row names, None where it is no header; ``given`` says them by letter."""
    found = ListColumns(row)
    others = 0
    phrases = {column: phrase_of(text) for column, text in cells.items()}
    for column, words in phrases.items():
        role = _PHRASES.get(words) or _PHRASES.get(
            tuple(word for word in words if word not in ("id", "am", "pm", "the"))
        )
        if role is not None:
            found.roles.setdefault(role, []).append(column)
        elif words in _PASSED or not words:
            found.notes += [column] if words and words[0] in ("notes", "note", "comments", "comment") else []
        else:
            others += 1
    if given:
        found.roles = {}
        for letter, role in given.items():
            found.roles.setdefault(role, []).append(column_number(letter))
        found.roles.pop("skip", None)
        return found
    found.is_totals = bool(_TOTALS & {*phrases.values()})
    found.in_hours = any({"hours", "hrs"} & {*phrases[column]} for column in found.roles.get("length", ()))
    known = found.roles.keys()
    is_list = len(known) >= 3 and bool(known & SUBJECT) and bool(known & TIMES)
    is_of_members = {"people", "group"} <= known or {"last_name", "group"} <= known
    if others > len(cells) // 2 or not (is_list or is_of_members or (found.is_totals and len(known) >= 2)):
        return None
    if "participant" in map(" ".join, phrases.values()) and "people" in known:
        found.roles["people"] = found.roles["people"][:1]
    return found
