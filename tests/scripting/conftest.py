"""Tiny clinics on disk, and the teens' week, solved once."""

from pathlib import Path

import pytest

import iopsched
from tests.support import small_clinic

ROOT = Path(iopsched.__file__).parents[1]

# Proven in a moment; P2 can come on Monday only and stays short.
TINY = {
    "clinic.toml": """name = "Tiny"
timezone = "America/Chicago"
open = "Mon-Tue 09:00-13:00"
populations = ["adult"]
grid_minutes = 60
[levels.iop-adult]
min_hours_per_week = 4
max_hours_per_week = 19
min_days_per_week = 2
program_day_hours = 1
max_hours_per_day = 4
[ratios]
adult = 12
""",
    "services.csv": "service_id,kind,minutes,min_participants\ngroup,group,120,1\n",
    "groups.csv": "group_id,track,population,sessions_per_week\nG1,mh,adult,2\n",
    "participants.csv": (
        "participant_id,population,track,availability,name\n007,adult,mh,,Zyxcanary Doe\nP2,adult,mh,Mon 09:00-13:00,\n"
    ),
    "therapists.csv": "therapist_id,name\nT1,Zyxcanary Roe\n",
    "rooms.csv": "room_id,capacity\nR1,5\n",
}


@pytest.fixture
def tiny(tmp_path):
    """A folder with a clinic of two participants and one group."""
    return small_clinic.write(tmp_path / "tiny", TINY)


@pytest.fixture(scope="session")
def teens():
    """The teens' clinic as it is read."""
    return iopsched.read_clinic(ROOT / "data" / "teens", "2026-11-30")


@pytest.fixture(scope="session")
def teens_week(teens):
    """A week of the teens that is found quickly; not every goal of it is proven."""
    return iopsched.solve(teens, deterministic_limit=0.3, workers=1)
