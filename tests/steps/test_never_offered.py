"""What no step ever touches: every column and setting is declared here as offered or as never offered."""

from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.policy.columns import SETTINGS_FILE, TABLES
from iopsched.policy.numbers import largest
from iopsched.rulebook.steps import StepKind
from iopsched.steps.offer import NewRow
from iopsched.steps.offers import offers
from tests.support.stepping import read, taken

WEEK = date(2026, 11, 30)
EXAMPLES = sorted(path for path in (Path(__file__).parents[2] / "data").iterdir() if path.is_dir())
EVERY_EXAMPLE = pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
# Cells that steps change; files in which rows are taken out (-) or added (+).
OFFERED = {
    "participants.csv": "availability family_availability group_id modality therapist_id",
    "therapists.csv": "availability max_hours_per_day max_hours_per_week skills +",
    "rooms.csv": "availability +",
    "groups.csv": "max_size sessions_per_week +",
    "time_off.csv": "-",
    "covers.csv": "+",
    "pins.csv": "-",
}
# Rules, and what a regulator, a payer, a physician or a safety plan has set: whoever changes one of these loosens it.
LOOSENS = {
    "participants.csv": (
        "population age age_override level phase payer min_hours_per_week max_hours_per_week min_days_per_week "
        "max_sessions_per_day max_hours_in_a_row individual_per_week family_per_week needs_features gender language "
        "admitted discharged authorized_from authorized_until authorized_days units_authorized units_used units_as_of "
        "certified modules_met track"
    ),
    "therapists.csv": "tracks populations licensed counts_for_ratio max_caseload modality gender language supervisor",
    "rooms.csv": "capacity max_participants features",
    "services.csv": (
        "kind minutes contact_minutes counts staff licensed_lead min_participants max_participants participants_per_staff "
        "guests starts with_primary room_features needs_room modality max_per_day equipment"
    ),
    "groups.csv": (
        "track population service_id same_start min_size participants_per_staff lead one_lead staff room_id room_features "
        "membership joins meets makeup gender language modality times"
    ),
    "needs.csv": "service_id per_week therapist_id max_per_day same_therapist gender language every_weeks last_held optional",
    "keep_apart.csv": "a b",
    "keep_together.csv": "a b",
    "modules.csv": "title minutes group_id order countable kind week",
    "steps.csv": (
        "from level phase payer individual_per_week family_per_week min_hours_per_week max_hours_per_week "
        "min_days_per_week therapist_id group_id"
    ),
}
# What somebody does meanwhile, or would rather have, or has had; and words that no rule reads.
NOT_OURS = {
    "participants.csv": "busy preferred name initials",
    "therapists.csv": "busy preferred target_hours_per_week video_link name credential shared",
    "rooms.csv": "busy name",
    "services.csv": "code unit_minutes public_name _per_week",
    "groups.csv": "attend target_size video_link name public_name",
    "modules.csv": "module_id public_title",
    "keep_apart.csv": "reason",
    "keep_together.csv": "reason",
    "needs.csv": "participant_id",
    "steps.csv": "participant_id",
}
WHOLE_FILES = {"waitlist.csv", "attendance.csv", "extra_time.csv", "time_off.csv", "covers.csv", "pins.csv"}
NEVER_CHANGED = (
    "clinic",
    "week",
    "services",
    "needs",
    "keep_apart",
    "keep_together",
    "modules",
    "attendance",
    "borders",
)
KEPT_FIELDS = {
    "participants": {"availability", "family_availability", "group_ids", "modality", "primary_id"},
    "therapists": {"availability", "max_minutes_per_day", "max_minutes_per_week", "skills"},
    "rooms": {"availability"},
    "groups": {"max_size", "sessions_per_week"},
}


@pytest.mark.parametrize("file", TABLES)
def test_every_column_is_declared_as_offered_or_never(file):
    table = TABLES[file]
    known = {*table.names, *([table.other.name] if table.other else [])} - {table.needed[0]}
    declared = [name for part in (OFFERED, LOOSENS, NOT_OURS) for name in part.get(file, "").split()]
    assert len(declared) == len(set(declared))
    missing = known - set(declared)
    assert not missing or file in WHOLE_FILES, "declare the column in tests/steps/test_never_offered.py"


def everything_offered(example):
    problem, rows = read(taken(example, (), {}), WEEK)
    return problem, offers(problem, Schedule(WEEK), [row.id for row in problem.participants], rows=rows)


@EVERY_EXAMPLE
def test_only_what_is_declared_is_offered(example):
    """No setting ever is: what the clinic decides for everybody stays."""
    _, found = everything_offered(example)
    for offer in found:
        is_new = isinstance(offer.edit, NewRow)
        assert offer.file != SETTINGS_FILE
        assert (offer.column or ("+" if is_new else "-")) in OFFERED[offer.file].split(), offer


@EVERY_EXAMPLE
def test_nothing_else_changes_and_no_rule_is_looser(example):
    problem, found = everything_offered(example)
    few = found[:: max(1, len(found) // 150)]
    for offer in few:
        changed = offer.changed(problem)
        assert all(getattr(changed, name) == getattr(problem, name) for name in NEVER_CHANGED), offer
        for table, may_change in KEPT_FIELDS.items():
            kept = {row.id: row for row in getattr(changed, table)}
            for row in getattr(problem, table):
                same = replace(kept[row.id], **{field: getattr(row, field) for field in may_change})
                assert same == row, offer
    assert {field.name for field in fields(Problem)} >= {*NEVER_CHANGED, *KEPT_FIELDS}


@EVERY_EXAMPLE
def test_groups_grow_up_to_their_cap_at_most(example):
    """All steps of a group together."""
    problem, found = everything_offered(example)
    for group in problem.groups:
        grown = problem
        for offer in found:
            if offer.kind == StepKind.RAISE_SIZE and offer.key == (group.id,):
                grown = offer.changed(grown)
        service = problem.service[group.service_id]
        most, now = (
            largest(problem.clinic, service, row, (group.population,)).value for row in (grown.group[group.id], group)
        )
        assert most <= max(now, largest(problem.clinic, service, None, (group.population,)).value)


@EVERY_EXAMPLE
def test_a_new_row_asks_no_less_than_its_model(example):
    """A group has the ratio and the smallest size of one there is, a room no more seats, and somebody new is licensed."""
    problem, found = everything_offered(example)
    for offer in found:
        if offer.kind == StepKind.NEW_GROUP:
            row = offer.changed(problem).group[offer.key[0]]
            like = [
                group
                for group in problem.groups
                if (group.service_id, group.tracks, group.population) == (row.service_id, row.tracks, row.population)
            ]
            named = ("participants_per_staff", "min_size", "max_size", "staff", "gender", "language", "membership")
            assert any(all(getattr(group, name) == getattr(row, name) for name in named) for group in like)
        elif offer.kind == StepKind.EXTRA_ROOM:
            assert offer.changed(problem).room[offer.key[0]].capacity in {room.capacity for room in problem.rooms}
        elif offer.kind == StepKind.NEW_SKILL:
            person = problem.therapist[offer.key[0]]
            assert offer.changed(problem).therapist[person.id].licensed == person.licensed
