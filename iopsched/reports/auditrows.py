"""The rows of the auditor's report."""

from __future__ import annotations

from dataclasses import dataclass

from iopsched.reports.reporttable import Day, told


@dataclass(frozen=True, slots=True)
class SessionOnRecord:
    """One session as it was published when it began."""

    week: Day = told("Monday of the week.", "date")
    revision: int = told("The revision in force when the session began.", "number")
    was_published: bool = told("Whether that revision was published before the session began.", "yes_no")
    session_key: str = told("The session's identity in all revisions of its week.", "id")
    session_id: str = told("Its id as in `sessions.csv`.", "id")
    date: Day = told("The day.", "date")
    start: str = told("Its start.", "time")
    end: str = told("Its end.", "time")
    service_id: str = told("The service.", "id")
    code: str = told("The service's code for billing.")
    group_id: str = told("The group, blank where there is none.", "id")
    population: str = told("Of whom: the population of the group, else of the participants.")
    modality: str = told("How it was held: `in_person`, `telehealth`, `hybrid`.")
    room_id: str = told("The room, blank where there is none.", "id")
    lead_id: str = told("Who led, by id.", "id")
    lead: str = told("What they are called: their name as exports show it, else the id.")
    credential: str = told("The lead's license or degree as in `therapists.csv` of that time.")
    is_licensed: bool | None = told("Whether the lead was licensed, as in `therapists.csv` of that time.", "yes_no")
    needs_license: bool | None = told("Whether the service asks for a licensed lead.", "yes_no")
    further_staff: tuple[str, ...] = told("Further staff, by id.", "ids")
    counting_staff: int = told("Staff that counts for the ratio.", "number")
    participants: int = told("How many participants.", "number")
    online_participants: int = told("How many of these by video.", "number")
    participant_ids: tuple[str, ...] = told("Who, by id.", "ids")
    people: tuple[str, ...] = told("Their names, where names are asked for.", "ids")
    ratio_limit: int | None = told("Most participants for each member of staff that counts; blank: no ratio.", "number")
    most_participants: int | None = told("Most participants with the staff that was there.", "number")
    is_within_ratio: bool | None = told("Whether the ratio was kept.", "yes_no")
    ratio_rule: str = told("Where the ratio stands.")
    ratio_source: str = told("The source of the ratio's number.")
    attended: int = told("Participants of whom `attendance.csv` says that they came.", "number")
    absent: int = told("Participants of whom it says that they did not come.", "number")
    not_recorded: int = told("Participants of whom it says nothing.", "number")
    later_revisions: tuple[str, ...] = told("Later revisions that changed this session.", "ids")
    published: str = told("When the revision was published, on the clinic's clock.", "moment")
    actor: str = told("Who published it.")
    anchor: str = told("The hash of the revision.")


@dataclass(frozen=True, slots=True)
class HoursOnRecord:
    """What one participant had in a week, against the numbers in force for them."""

    week: Day = told("Monday of the week.", "date")
    revision: int = told("The revision that was read.", "number")
    participant_id: str = told("Participant, by id.", "id")
    participant: str = told("What they are called: the name where names are asked for, else the id.")
    level: str = told("Level of care.")
    payer: str = told("Payer, blank where there is none.")
    required_minutes: int = told("Least minutes that week.", "minutes")
    scheduled_minutes: int = told("Minutes published that count toward them.", "minutes")
    had_minutes: int = told("Minutes of these really had so far, as `attendance.csv` says.", "minutes")
    required_days: int = told("Least program days that week.", "number")
    scheduled_days: int = told("Program days published.", "number")
    status: str = told("`met`, or `short` where anything was lacking as published.")
    rule: str = told(
        "Whose numbers hold, such as those of the level or payer; the table of standards has their source."
    )


@dataclass(frozen=True, slots=True)
class Standard:
    """A number that sessions and hours are held against, and its source."""

    week: Day = told("Monday of the first week in which it held.", "date")
    owner: str = told("Whose number: a population, level, payer, group or service.")
    setting: str = told("The setting or column.")
    value: str = told("The number.")
    place: str = told("Where it stands.")
    source: str = told("The rule or text that it is from.")


@dataclass(frozen=True, slots=True)
class SessionChangedLater:
    """What a later revision says of a session."""

    week: Day = told("Monday of the week.", "date")
    session_key: str = told("The session's identity in all revisions of its week.", "id")
    since_revision: int = told("The revision in force when the session began.", "number")
    revision: int = told("The later revision.", "number")
    published: str = told("When that one was published, on the clinic's clock.", "moment")
    actor: str = told("Who published that one.")
    change: str = told("What kind of change.")
    before: str = told("Time, staff and room in the revision in force.")
    after: str = told("Time, staff and room in the later one.")
    people: str = told("Who joins or leaves.")


@dataclass(frozen=True, slots=True)
class AttendanceOnRecord:
    """What ``attendance.csv`` says of one participant and session."""

    week: Day = told("Monday of the week.", "date")
    revision: int = told("The revision whose roster was read, the last one of the week.", "number")
    session_key: str = told("The session's identity in all revisions of its week.", "id")
    participant_id: str = told("Participant, by id.", "id")
    participant: str = told("What they are called: the name where names are asked for, else the id.")
    status: str = told("`attended`, `in part`, `no_show`, `excused`, `cancelled`, `not recorded` or `planned`.")
    had_minutes: int | None = told("Minutes on the clock that they were there; blank: still to come.", "minutes")
    attendance_row: int | None = told("The row of `attendance.csv`; blank where there is none.", "number")
