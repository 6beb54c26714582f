"""The hard rules: name, sentence, remedy and source of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import Any


class RuleId(StrEnum):
    """Hard rules (``docs/format.md``, section 2), from the most to the least negotiable; some hold only where a setting switches them on."""

    PIN = "pin"
    PHASE = "phase"
    DAY_MAX = "day_max"
    DAY_MIN = "day_min"
    WEEK_MAX = "week_max"
    PHP_GUARD = "php_guard"
    COHORT = "cohort"
    PRIMARY = "primary"
    STAFF_LOAD = "staff_load"
    SIZE = "size"
    RATIO = "ratio"
    TWO_STAFF = "two_staff"
    SUPERVISOR = "supervisor"
    STAFFED = "staffed"
    MATCH = "match"
    TOGETHER = "together"
    APART = "apart"
    SEATS = "seats"
    WINDOW = "window"
    OVERLAP = "overlap"


ALL_RULES = frozenset(RuleId)


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule says, what to do when it is in the way, where its numbers stand and come from."""

    sentence: str
    remedy: str
    setting: str
    source: str


RULES: Mapping[RuleId, RuleText] = {
    RuleId.PIN: RuleText(
        "Every session that pins.csv asks for is held, and none that it forbids; what has begun stays as it was published.",
        "Delete or loosen the row of pins.csv.",
        "pins.csv",
        "the director's own decision",
    ),
    RuleId.PHASE: RuleText(
        "A participant attends no more sessions of kind group a week than the phase allows.",
        "Change the participant's phase, or group_sessions of the phase in clinic.toml.",
        "clinic.toml [phases.NAME] group_sessions",
        "the program's phase table",
    ),
    RuleId.DAY_MAX: RuleText(
        "A participant has no more sessions of a service, no more sessions in all and no longer stretch "
        "without a pause on one day than allowed, and never more sessions of a service than needed.",
        "Raise max_per_day (services.csv, needs.csv), max_sessions_per_day or max_hours_in_a_row.",
        "services.csv max_per_day; needs.csv; clinic.toml [levels.NAME], [staff] break_minutes",
        "the clinic's own policy",
    ),
    RuleId.DAY_MIN: RuleText(
        "A participant who comes to a group session that counts has at least so many hours that count on that day; off "
        "where neither level nor payer asks for it.",
        "Lower min_hours_on_group_days of the level or payer, or add sessions beside a short group.",
        "clinic.toml [levels.NAME] and [payers.NAME] min_hours_on_group_days",
        "payers that bill by the day: North Carolina SAIOP and HCPCS H0015 ask for 3 h a day, 12VAC30-130-5090 for 3 h "
        "(adolescents 2 h)",
    ),
    RuleId.WEEK_MAX: RuleText(
        "A participant's hours that count stay within the level's and payer's maximum a week and a day, and within the "
        "authorized days, units and dates.",
        "Raise max_hours_per_week or max_hours_per_day of the level, or have the authorization extended.",
        "clinic.toml [levels.NAME], [payers.NAME]; participants.csv authorized_from, authorized_until, "
        "authorized_days, units_authorized, units_used",
        "ASAM level 2.1: adults 9-19 h, adolescents 6-19 h a week (SAMHSA Advisory 2021; DMC-ODS Orange County)",
    ),
    RuleId.PHP_GUARD: RuleText(
        "A participant's hours a week that count stay below those of partial hospitalization; off where the level names "
        "no such number.",
        "Give the participant a level for partial hospitalization, or change php_guard_hours of the level.",
        "clinic.toml [levels.NAME] php_guard_hours, php_guard_inclusive",
        "ASAM level 2.5 begins at 20 h a week (Mid Shore Behavioral Health; LAC 48:I.5698); COMAR 10.63.03.03 and "
        "LAC 50:XV.9303 let IOP reach 20 h",
    ),
    RuleId.COHORT: RuleText(
        "A participant belongs to at most one closed group of a service and keeps the group they have; a group "
        "holds at most its sessions_per_week sessions, at most one a day unless max_per_day allows more.",
        "Blank the participant's group_id to allow a move, or raise sessions_per_week in groups.csv.",
        "groups.csv membership, sessions_per_week; participants.csv group_id",
        "the program's cohort policy",
    ),
    RuleId.PRIMARY: RuleText(
        "Sessions with the primary therapist are led by that therapist, one for each participant, within the "
        "therapist's caseload, in all and of each population.",
        "Name another therapist_id in participants.csv, or raise max_caseload in therapists.csv or the number under "
        "[caseload] in clinic.toml.",
        "services.csv with_primary; participants.csv therapist_id; therapists.csv max_caseload; clinic.toml [caseload]",
        "the clinic's own policy; caseload limits such as N.J.A.C. 10:161B-10.1 (1:24)",
    ),
    RuleId.STAFF_LOAD: RuleText(
        "A therapist's session hours stay within the daily and weekly limit, with the rest required between days, "
        "also to the weeks before and after, and a meal break in time.",
        "Raise max_hours_per_day or max_hours_per_week in therapists.csv, or the [staff] limits in clinic.toml.",
        "clinic.toml [staff] max_hours_per_day, max_hours_per_week, min_rest_hours, meal_minutes, meal_after_hours; "
        "therapists.csv max_hours_per_day, max_hours_per_week",
        "the clinic's own policy",
    ),
    RuleId.SIZE: RuleText(
        "A session has at least its smallest and at most its largest number of participants.",
        "Change min_size or max_size in groups.csv, or min_participants or max_participants in services.csv.",
        "groups.csv min_size, max_size; services.csv min_participants, max_participants; clinic.toml [caps]",
        "for example 24 Miss. Code R. 2-22.1: 2-12 adults, 2-10 children; 26 TAC 564.902: at most 16 in counseling",
    ),
    RuleId.RATIO: RuleText(
        "A session has no more participants than its counting staff may care for.",
        "Add a co-facilitator with the skill, or change participants_per_staff or [ratios].",
        "clinic.toml [ratios]; services.csv and groups.csv participants_per_staff",
        "state licensing; `iopsched rules ratio --clinic FOLDER` cites it where the rule set (preset) has one",
    ),
    RuleId.TWO_STAFF: RuleText(
        "Two or more participants of a population named in two_staff are never with one member of staff alone.",
        "Add a co-facilitator with the skill, or take the population out of two_staff in clinic.toml.",
        "clinic.toml [staff] two_staff",
        "10A NCAC 27G .3702: at least two staff present with minors, one if only one minor is present (day treatment)",
    ),
    RuleId.SUPERVISOR: RuleText(
        "Every session in the building lies inside the working hours of a licensed supervisor; off unless "
        "supervisor_on_site is switched on.",
        "Name another supervisor in therapists.csv, or widen the supervisor's availability.",
        "clinic.toml [staff] supervisor_on_site; therapists.csv supervisor, licensed, availability",
        "LAC 48:I.5698 (partial hospitalization): a licensed professional on site whenever clinical services run; "
        "compare 10A NCAC 27G .4502",
    ),
    RuleId.STAFFED: RuleText(
        "Every role of a session is filled by different therapists with the skill, who match its track and "
        "population; its lead is licensed and one of the named where asked.",
        "Add the skill, track or population in therapists.csv, or change staff, lead or one_lead.",
        "services.csv staff, licensed_lead; groups.csv staff, lead, one_lead; needs.csv therapist_id, same_therapist",
        "state licensing, such as 405 IAC 5-21.5-11 (services by a licensed or qualified professional)",
    ),
    RuleId.MATCH: RuleText(
        "A participant shares population and a track with the group, belongs to it or needs it where its joins asks for that, "
        "and shares gender and language where asked.",
        "Correct population or track in participants.csv, joins in groups.csv, or language in clinic.toml [match].",
        "participants.csv population, track, gender, language; groups.csv; needs.csv gender, language; clinic.toml [ages], [match]",
        "for example 26 TAC 564.905: adults and adolescents apart",
    ),
    RuleId.TOGETHER: RuleText(
        "Two people who are kept together are in the same group of each service that both attend.",
        "Delete the row of keep_together.csv if it no longer holds, or let one group take both.",
        "keep_together.csv",
        "the director's own decision",
    ),
    RuleId.APART: RuleText(
        "Two people who are kept apart share no session.",
        "Delete the row of keep_apart.csv if it no longer holds.",
        "keep_apart.csv",
        "the director's own decision",
    ),
    RuleId.SEATS: RuleText(
        "Participants, guests and staff fit the room, which has what the session needs; equipment suffices; "
        "remote sessions use no room and only people who accept telehealth.",
        "Use a larger room, or change capacity, features, room_id or modality.",
        "rooms.csv capacity, max_participants, features; services.csv room_features, equipment, modality; clinic.toml [equipment]",
        "the building",
    ),
    RuleId.WINDOW: RuleText(
        "A session lies inside the windows of all its people, its room and the clinic, outside time off and "
        "inside stays, begins on the grid or with a block, and leaves the changeover time.",
        "Widen availability, shorten busy, or change times in groups.csv.",
        "availability, busy, time_off.csv, admitted, discharged; groups.csv times; clinic.toml open, grid_minutes, [staff] changeover_minutes",
        "working hours and stays",
    ),
    RuleId.OVERLAP: RuleText(
        "Nobody and no room is in two sessions at once.",
        "Nothing can be done: this is nature.",
        "",
        "nature",
    ),
}

TITLES: Mapping[RuleId, str] = {
    RuleId.PIN: "Not as pinned",
    RuleId.PHASE: "More group sessions than the phase allows",
    RuleId.DAY_MAX: "Too much on one day, or more sessions than needed",
    RuleId.DAY_MIN: "Too few hours on a group day",
    RuleId.WEEK_MAX: "More hours or days than allowed or authorized",
    RuleId.PHP_GUARD: "As many hours as in partial hospitalization",
    RuleId.COHORT: "Group meets too often, or somebody is in two closed groups",
    RuleId.PRIMARY: "Not led by the primary therapist, or caseload too large",
    RuleId.STAFF_LOAD: "Staff work too long, or rest too little",
    RuleId.SIZE: "Too many or too few participants",
    RuleId.RATIO: "Too few staff for the participants",
    RuleId.TWO_STAFF: "Alone with several participants",
    RuleId.SUPERVISOR: "No supervisor on site",
    RuleId.STAFFED: "Staff who may not lead or help here, or roles not filled",
    RuleId.MATCH: "Participant, group and lead do not match",
    RuleId.TOGETHER: "Kept together, but in different groups",
    RuleId.APART: "Kept apart, but in one session",
    RuleId.SEATS: "Room, seats or equipment do not fit",
    RuleId.WINDOW: "At a time that is not allowed",
    RuleId.OVERLAP: "In two sessions at once",
}
"""What is the matter where a rule is broken, in a few words, for lists of broken rules."""


def named_as_rules(*modules: ModuleType) -> Mapping[RuleId, Callable[..., Any]]:
    """Return the function of each rule: the one in these modules that has the rule's name.

    Raises
    ------
    LookupError
        If a rule has no function in them, or more than one.
    """
    found: dict[RuleId, Any] = {}
    for rule in RuleId:
        named = [vars(module).get(rule.value) for module in modules]
        own = [
            one for one, module in zip(named, modules, strict=True) if getattr(one, "__module__", "") == module.__name__
        ]
        if len(own) != 1:
            homes = ", ".join(module.__name__ for module in modules)
            msg = f"The rule {rule} has {len(own)} functions of its name in {homes}."
            raise LookupError(msg)
        found[rule] = own[0]
    return found
