"""The clinics that obstacles are planted into: planted ones, with facts of more kinds that keep nobody from anything."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.obstacles.tables import Tables
from benchmarks.planted import MAKES, WEEK, Make, plant_make, planted_folder
from iopsched.domain.schedule import Schedule
from iopsched.ingest import inspect_clinic, read_schedule

# Pins and absences of its own would contradict what is planted.
_FIXED = replace(MAKES["fixed"], name="fixed", pinned=0.0, time_off=0.0)
_GIVEN = replace(MAKES["tight"], name="given", given_primary=1.0, given_cohort=0.7)
BASES: Mapping[str, Make] = {
    "fixed": _FIXED,
    "given": _GIVEN,
    "tight": MAKES["tight"],
    "windows": MAKES["windows"],
    "evening": MAKES["evening"],
    "teens": MAKES["teens"],
    "roomy": MAKES["roomy"],
    "telehealth": MAKES["telehealth"],
}


def with_payer(tables: Tables, week: Schedule, chance: random.Random) -> None:
    """Let two people have a payer with a generous cap."""
    del week
    people = tables.rows("participants.csv")
    for row in chance.sample(people, 2):
        tables.set_cell("participants.csv", {"participant_id": row["participant_id"]}, "payer", "acme")
    tables.set_setting("payers.acme.max_hours_per_week", "19")


def with_supervisor(tables: Tables, week: Schedule, chance: random.Random) -> None:
    """Let a supervisor be needed, who holds no sessions and is there all day."""
    del week, chance
    tables.add_row("therapists.csv", {"therapist_id": "S01", "skills": "supervision", "supervisor": "yes"})
    tables.set_setting("staff.supervisor_on_site", "true")


def with_languages(tables: Tables, week: Schedule, chance: random.Random) -> None:
    """Let participants and leads share a language, which they do."""
    del week, chance
    for file, key in (("participants.csv", "participant_id"), ("therapists.csv", "therapist_id")):
        for row in tables.rows(file):
            if not row.get("language"):
                tables.set_cell(file, {key: row[key]}, "language", "English")
    tables.set_setting("match.language", '"require"')


def with_caseloads(tables: Tables, week: Schedule, chance: random.Random) -> None:
    """Let everybody on the staff be the primary of as many as in the known week."""
    del chance
    people = {row["participant_id"]: row["therapist_id"] for row in tables.rows("participants.csv")}
    seen = {
        session.participant_ids[0]: session.therapist_ids[0]
        for session in week.sessions
        if session.service_id == "individual"
    }
    primaries = list({**people, **seen}.values())
    for row in tables.rows("therapists.csv"):
        most = str(primaries.count(row["therapist_id"]))
        tables.set_cell("therapists.csv", {"therapist_id": row["therapist_id"]}, "max_caseload", most)


BESIDES: Mapping[str, Callable[[Tables, Schedule, random.Random], None]] = {
    "payer": with_payer,
    "supervisor": with_supervisor,
    "languages": with_languages,
    "caseloads": with_caseloads,
}


def make_base(folder: Path, name: str, participants: int, seed: int) -> tuple[Tables, Schedule]:
    """Write a clinic to a folder and return its files, and the week that it was built around."""
    plant_make(folder, BASES[name], participants, seed)
    problem = inspect_clinic(folder, WEEK).problem
    if problem is None:
        raise ValueError(f"{folder} has faults.")
    week = read_schedule(planted_folder(folder), problem)
    tables, chance = Tables.read(folder), random.Random(f"{name}/{participants}/{seed}")
    for beside, add in BESIDES.items():
        if chance.random() < 0.6 and not (beside == "supervisor" and name == "telehealth"):
            add(tables, week, chance)
    tables.write(folder)
    return tables, week
