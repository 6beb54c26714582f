"""The goals and their sub-terms: sentence, unit, default weight and source of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iopsched.domain.outcome import GoalId


@dataclass(frozen=True, slots=True)
class TermText:
    """A sub-term of a goal: what it counts, its unit before weighting, its setting and its source.

    ``weight`` is the default weight; None where a goal is the plain sum of its terms.
    """

    sentence: str
    unit: str
    setting: str
    source: str
    weight: int | None = None


UNITS: Mapping[GoalId, str] = {
    GoalId.UNMET_NEED: "minutes",
    GoalId.WORST_OFF: "minutes",
    GoalId.PEOPLE_SHORT: "people",
    GoalId.CHANGES: "people",
    GoalId.MOVES: "entries",
    GoalId.PREFERENCES: "minutes",
    GoalId.WORKLOAD: "minutes",
    GoalId.COST: "minutes",
}

OWN_POLICY = "the program's own policy"
CONTRACT = "the product's promise: 60 minutes stand for a day, a run or an hour, 180 for a group session"


def _weighted(goal: GoalId, *terms: tuple[str, int, str, str] | tuple[str, int, str, str, str]) -> dict[str, TermText]:
    """Return the sub-terms of a goal from name, default weight, unit, sentence, and where else they are set."""
    return {
        name: TermText(sentence, unit, f"clinic.toml [goals.{goal}] {name}{''.join(beside)}", OWN_POLICY, weight)
        for name, weight, unit, sentence, *beside in terms
    }


TERMS: Mapping[GoalId, Mapping[str, TermText]] = {
    GoalId.UNMET_NEED: {
        "hours": TermText(
            "Minutes that count below the weekly minimum of level, own cell and payer.",
            "minutes",
            "clinic.toml [levels.NAME], [payers.NAME] min_hours_per_week; participants.csv min_hours_per_week",
            "SAMHSA Advisory 2021 (ASAM level 2.1): adults 9 h, adolescents 6 h a week",
        ),
        "days": TermText(
            "60 minutes for each program day below the minimum; a day counts from program_day_hours on.",
            "minutes",
            "clinic.toml [levels.NAME], [payers.NAME] min_days_per_week, program_day_hours",
            "HCPCS H0015 and 405 IAC 5-21.5-11: 3 h a day on 3 days; " + CONTRACT,
        ),
        "gaps": TermText(
            "60 minutes for each run of days without any session that counts, where it is too long, around the week.",
            "minutes",
            "clinic.toml [levels.NAME], [payers.NAME] max_gap_days",
            "North Carolina SAIOP: no more than 2 consecutive days between services; " + CONTRACT,
        ),
        "sessions": TermText(
            "The length of every needed session that is not held.",
            "minutes",
            "needs.csv per_week; participants.csv individual_per_week, family_per_week; services.csv POPULATION_per_week",
            "the treatment plan",
        ),
        "phase": TermText(
            "180 minutes for each group session below the minimum of the phase.",
            "minutes",
            "clinic.toml [phases.NAME] group_sessions",
            "the program's phase table; " + CONTRACT,
        ),
        "meetings": TermText(
            "The length of every session that a group with meets = always lacks, where enough people could come.",
            "minutes",
            "groups.csv meets, sessions_per_week, min_size",
            "the program's standing timetable",
        ),
    },
    GoalId.WORST_OFF: {
        "largest": TermText(
            "The largest unmet need of any one participant.",
            "minutes",
            "",
            "nobody gets nothing so that others get everything",
        ),
    },
    GoalId.PEOPLE_SHORT: {
        "people": TermText("Participants with any unmet need.", "people", "", "one person short is better than three"),
    },
    GoalId.CHANGES: {
        "participants": TermText(
            "Participants of both weeks whose times, groups, leads or rooms differ.", "people", "--previous", OWN_POLICY
        ),
        "therapists": TermText("Staff whose times, groups, leads or rooms differ.", "people", "--previous", OWN_POLICY),
    },
    GoalId.MOVES: {
        "participant_entries": TermText(
            "Entries of the same participants that only one of the two weeks has.", "entries", "--previous", OWN_POLICY
        ),
        "therapist_entries": TermText(
            "Entries of staff that only one of the two weeks has.", "entries", "--previous", OWN_POLICY
        ),
    },
    GoalId.PREFERENCES: _weighted(
        GoalId.PREFERENCES,
        (
            "skipped",
            1,
            "minutes",
            "Minutes of held sessions of their own group that members do not attend (attend = all).",
            "; groups.csv attend",
        ),
        (
            "outside_preferred",
            1,
            "minutes",
            "Session minutes outside the preferred windows of each participant and therapist.",
            "; column preferred",
        ),
        (
            "leads",
            60,
            "leads",
            "Leads beyond the first of a group with one_lead = prefer, and of a need with same_therapist = prefer.",
            "; groups.csv one_lead; needs.csv same_therapist",
        ),
        (
            "therapists",
            30,
            "therapists",
            "Different staff beyond the first among a participant's individual and family sessions.",
        ),
        ("wishes", 60, "sessions", "Sessions of optional needs that are not held.", "; needs.csv optional"),
        (
            "modules",
            0,
            "modules",
            "Modules of the rotation that members of closed groups will not have met when their stay ends.",
            ", [curriculum] start; modules.csv week; participants.csv discharged",
        ),
        (
            "primary",
            240,
            "participants",
            "Participants whose primary therapist, given or chosen, is not that of the earlier week.",
            "; therapist_id of participants.csv",
        ),
        (
            "language",
            120,
            "sessions",
            "Individual and family sessions whose lead shares no language with the participant.",
            "; column language",
        ),
        (
            "short_days",
            60,
            "days",
            "Days on which a participant comes to the building for less than short_day_minutes of sessions.",
            ", [goals] short_day_minutes",
        ),
        ("mixed_days", 60, "days", "Days on which a participant has sessions both in the building and by video."),
        ("rooms", 30, "rooms", "Rooms beyond the first in which a group meets.", "; groups.csv room_id"),
        (
            "steadiness",
            20,
            "entries",
            "Entries that only one of this week and the week before has, where against_last_week = weighed.",
            ", [goals] against_last_week",
        ),
        (
            "apart_days",
            15,
            "pairs",
            "Pairs of sessions of one individual or family service that a participant has on days next to each other.",
        ),
    ),
    GoalId.WORKLOAD: _weighted(
        GoalId.WORKLOAD,
        (
            "imbalance",
            1,
            "minutes",
            "Largest less smallest session minutes over staff who could hold any session, each as a share of their target_hours_per_week, times the largest target.",
            "; therapists.csv target_hours_per_week",
        ),
        (
            "evenings",
            60,
            "sessions",
            "Largest less smallest number of evening sessions over staff who could hold one.",
            "; [[blocks]] part",
        ),
        ("idle", 1, "minutes", "Minutes beyond 60 a day that staff wait between first start and last end."),
        (
            "sizes",
            15,
            "members",
            "Members of the largest less the smallest group of a service and population, and members away from target_size.",
            "; groups.csv target_size",
        ),
        (
            "no_pause",
            1,
            "minutes",
            "Minutes beyond 4 hours of each run of a member of staff's sessions without a pause of break_minutes.",
            ", [staff] break_minutes",
        ),
    ),
    GoalId.COST: _weighted(
        GoalId.COST,
        ("staff", 1, "minutes", "Session minutes times staff."),
        ("trips", 30, "days", "Days on which a participant comes to the building."),
        ("waits", 1, "minutes", "Minutes that a participant waits between sessions of one day."),
        ("staff_days", 30, "days", "Days on which a member of staff comes to the building."),
    ),
}

DEFAULT_WEIGHTS: Mapping[GoalId, Mapping[str, int]] = {
    goal: {name: text.weight for name, text in terms.items() if text.weight is not None}
    for goal, terms in TERMS.items()
    if goal in (GoalId.PREFERENCES, GoalId.WORKLOAD, GoalId.COST)
}


def weights_of(goal: GoalId, own: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Return the weight of each sub-term of a goal: the clinic's own, else the product's default."""
    return {**DEFAULT_WEIGHTS[goal], **own.get(goal, {})}


GOALS: Mapping[GoalId, str] = {
    GoalId.UNMET_NEED: "Everybody has the hours, days and sessions they need.",
    GoalId.WORST_OFF: "Nobody goes without so that others have everything.",
    GoalId.PEOPLE_SHORT: "As few people as possible are short of anything.",
    GoalId.CHANGES: "As few people as possible must be told of a change.",
    GoalId.MOVES: "Whoever must be told of a change is moved as little as possible.",
    GoalId.PREFERENCES: "Members attend their whole group, at preferred times, with few different therapists, who speak "
    "their language, and join groups that teach them every module in their stay; they keep their primary therapist, come "
    "for days that are worth the way, in person or by video, and groups keep their room.",
    GoalId.WORKLOAD: "Work, evenings and group sizes are even, nobody waits, and nobody works long without a pause.",
    GoalId.COST: "Few staff hours, few trips and days of staff in the building, little waiting.",
}
