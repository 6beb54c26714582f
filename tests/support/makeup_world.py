"""A published week of two open groups, and rows of attendance about it."""

from __future__ import annotations

from datetime import UTC, datetime

from iopsched import store
from iopsched.domain.schedule import Schedule
from iopsched.ingest import facts_now
from iopsched.work.weeks import inspect_week
from tests.support.clinics import MONDAY, session
from tests.support.editing import edit
from tests.support.small_clinic import SETTINGS, write

PUBLISHED = datetime(2026, 11, 27, 15, tzinfo=UTC)
GROUPS = "group_id,service_id,track,population,sessions_per_week,membership,attend,max_size,makeup,same_start\n"
FILES = {
    "clinic.toml": SETTINGS.replace("min_hours_per_week = 9", "min_hours_per_week = 6").replace(
        "days_per_week = 3", "days_per_week = 2"
    ),
    "participants.csv": "participant_id,population,track,availability,max_hours_per_week\n"
    + "".join(f"P{n},adult,sud,,\n" for n in (1, 2, 3)),
    "therapists.csv": "therapist_id\nT1\nT2\n",
    "rooms.csv": "room_id,capacity\nR1,14\nR2,14\n",
    "services.csv": "service_id,kind,minutes,max_per_day,min_participants,starts\ngroup,group,180,1,1,grid\nindividual,individual,60,,1,\n",
    "groups.csv": f"{GROUPS}G1,group,sud,adult,2,open,some,,,no\nG2,group,sud,adult,2,open,some,,,no\n",
}
PLAN = (
    session("Mon 09:00-12:00", "P1 P2", "T1", "G1-1", service_id="group", group_id="G1"),
    session("Wed 09:00-12:00", "P1 P2", "T1", "G1-2", service_id="group", group_id="G1"),
    session("Tue 09:00-12:00", "P2 P3", "T2", "G2-1", service_id="group", group_id="G2"),
    session("Thu 09:00-12:00", "P2 P3", "T2", "G2-2", service_id="group", group_id="G2"),
)


def clinic_of(folder, *changes, plan=PLAN):
    clinic = write(folder / "clinic", FILES)
    edit(clinic, *changes)
    return published(clinic, plan)


def published(clinic, plan):
    found = inspect_week(clinic, MONDAY, is_for_solving=False)
    facts = facts_now(clinic, "Small", found.inputs_sha256).to_bytes()
    week = Schedule(MONDAY, tuple(plan))
    store.publish(clinic, found.problem.clinic, week, now=PUBLISHED, actor="dana", facts=facts)
    return clinic


def record(clinic, *rows):
    text = "date,participant_id,session_id,minutes,status\n" + "".join(f"{row}\n" for row in rows)
    (clinic / "attendance.csv").write_text(text)
