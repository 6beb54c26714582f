"""Participants, the waitlist, dated steps and staff."""

from __future__ import annotations

from dataclasses import replace

from iopsched.policy import choices
from iopsched.policy.column import Column, TableKind
from iopsched.policy.columns.shared import (
    BUSY,
    FEATURES,
    GENDER,
    GROUPS_FILE,
    HOURS_OF_DAY,
    HOURS_OF_WEEK,
    NAME,
    OPEN,
    PARTICIPANTS_FILE,
    PERSON,
    POPULATION,
    THERAPISTS_FILE,
    TO_50,
    TO_9999,
    VIDEO_LINK,
    hours,
    id_of,
    needed,
    number,
    own_id,
    windows,
    words,
)

_LEVEL = Column("level", "Level of care, a name of the settings levels.", "setting", of="levels")
_PHASE = Column("phase", "Phase, a name of the settings phases.", "setting", of="phases")
_PAYER = Column("payer", "Payer, a name of the settings payers.", "setting", of="payers")
_INDIVIDUAL = number("individual_per_week", "Individual sessions a week, instead of the service's number.", TO_50)
_FAMILY = number("family_per_week", "Family sessions a week, instead of the service's number.", TO_50)
_MIN_HOURS = hours("min_hours_per_week", "Least hours a week that count, instead of the level's.", HOURS_OF_WEEK)
_MAX_HOURS = hours("max_hours_per_week", "Most hours a week that count, instead of the level's.", HOURS_OF_WEEK)
_MIN_DAYS = number("min_days_per_week", "Least program days a week, instead of the level's.", (0, 7))

_PARTICIPANT = (
    own_id("participant_id", "Code of the person, such as P001; no name."),
    needed(POPULATION),
    words("track", "Tracks, which must meet those of a group, such as sud; dual.", "track", needed_with=GROUPS_FILE),
    windows("availability", "When the person can come.", OPEN),
    windows("preferred", "When the person would rather come."),
    number("age", "Age in whole years.", (0, 120)),
    Column("age_override", "Why a person of another age may join this population.", "remark"),
    BUSY,
    replace(_LEVEL, meaning=f"{_LEVEL.meaning} Blank = iop- and the population."),
    _PHASE,
    id_of("group_id", "Groups that the person is in and stays in, one per service.", GROUPS_FILE, is_list=True),
    id_of("therapist_id", "Primary therapist, by id. Blank = one is chosen.", THERAPISTS_FILE),
    _INDIVIDUAL,
    _FAMILY,
    windows("family_availability", "When the family can come.", "as availability"),
    _MIN_HOURS,
    _MAX_HOURS,
    _MIN_DAYS,
    number("max_sessions_per_day", "Most sessions on one day.", (0, 99)),
    hours("max_hours_in_a_row", "Most hours without a pause.", HOURS_OF_DAY),
    Column("modality", "How the person attends. Blank = in_person.", "choice", choices.PERSON_MODALITIES),
    replace(FEATURES, name="needs_features"),
    GENDER,
    words("language", "Languages that the person speaks.", "language"),
    Column("admitted", "First program day.", "date"),
    Column("discharged", "Last program day.", "date"),
    Column("authorized_from", "First day that the payer has authorized.", "date"),
    Column("authorized_until", "Last day that the payer has authorized.", "date"),
    number("authorized_days", "Most days with sessions that count this week.", (0, 7)),
    number("units_authorized", "Days of attendance that the payer has authorized in all.", TO_9999),
    number("units_used", "Days of attendance used already, beside those of published weeks.", TO_9999),
    Column("units_as_of", "Last day that is in units_used. Blank = no day of a published week is in it.", "date"),
    _PAYER,
    Column("certified", "Day of the physician's last certification of the treatment.", "date"),
    words("modules_met", "Modules, by module_id, that the person has met already.", "module"),
    NAME,
    Column("initials", "Initials. Shown only where an export is asked for initials.", "name"),
)
PARTICIPANTS = TableKind(PARTICIPANTS_FILE, "a person in treatment", _PARTICIPANT, is_needed=True)
WAITLIST = TableKind(
    "waitlist.csv",
    "a referral not yet admitted",
    (
        *(replace(column, needed_with="") for column in _PARTICIPANT),
        Column("referred", "Day of the referral.", "date"),
    ),
)
THERAPISTS = TableKind(
    THERAPISTS_FILE,
    "a member of staff",
    (
        own_id("therapist_id", "Code of the member of staff, such as T01; no name."),
        words("skills", "What they may hold. Blank = group; individual; family.", "skill"),
        windows("availability", "When they work.", OPEN),
        BUSY,
        windows("preferred", "When they would rather hold sessions."),
        words("tracks", "Tracks they work with. Blank = any.", "track"),
        words("populations", "Populations they work with. Blank = any.", "populations", kind="setting"),
        Column("licensed", "May lead sessions that need a license. Blank = yes.", "yes_no"),
        Column("counts_for_ratio", "Counts for the ratio in groups. Blank = yes.", "yes_no"),
        hours("max_hours_per_day", "Most hours in sessions on one day, instead of the clinic's.", HOURS_OF_DAY),
        hours("max_hours_per_week", "Most hours in sessions a week, instead of the clinic's.", HOURS_OF_WEEK),
        hours("target_hours_per_week", "Fair share of hours in sessions. Blank = the most a week.", (1, 168)),
        number("max_caseload", "Most participants whose primary they are.", TO_9999),
        Column("modality", "How they work. Blank = either.", "choice", choices.PERSON_MODALITIES),
        VIDEO_LINK,
        NAME,
        Column("credential", "License or degree, such as LCSW; shown behind the name.", "label"),
        GENDER,
        words("language", "Languages they speak. Blank = matches any.", "language"),
        Column("supervisor", "A supervisor in the sense of supervisor_on_site. Blank = no.", "yes_no"),
        Column("shared", "Works at other clinics, too, under the same therapist_id. Blank = no.", "yes_no"),
    ),
    is_needed=True,
)
STEPS = TableKind(
    "steps.csv",
    "a change of a participant's level, phase, numbers, therapist or group on its date",
    (
        needed(PERSON),
        Column(
            "from",
            "First day on which the filled cells of this row hold; blank ones change nothing.",
            "date",
            is_needed=True,
        ),
        _LEVEL,
        _PHASE,
        _PAYER,
        _INDIVIDUAL,
        _FAMILY,
        _MIN_HOURS,
        _MAX_HOURS,
        _MIN_DAYS,
        id_of("therapist_id", "Primary therapist from then on, by id.", THERAPISTS_FILE),
        id_of("group_id", "Groups that the person is in from then on, one per service.", GROUPS_FILE, is_list=True),
    ),
)
