"""The clinic of tests/badinput, which has no fault, as a folder to change."""

import shutil
from datetime import date
from pathlib import Path

import pytest

SOUND = Path(__file__).parents[1] / "badinput" / "clinic"
WEEK = date(2026, 12, 2)


@pytest.fixture
def sound():
    """Return the untouched folder."""
    return SOUND


@pytest.fixture
def clinic(tmp_path):
    """Return a copy to change."""
    return Path(shutil.copytree(SOUND, tmp_path / "clinic"))


@pytest.fixture
def week():
    return WEEK


@pytest.fixture
def bare(tmp_path):
    """Return a folder with the least that a clinic may have."""
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "clinic.toml").write_text('timezone = "America/Chicago"\nopen = "Mon-Fri 08:00-21:00"\n')
    (folder / "participants.csv").write_text("participant_id,population\nP1,adult\n")
    (folder / "therapists.csv").write_text("therapist_id\nT1\n")
    (folder / "rooms.csv").write_text("room_id,capacity\nR1,14\n")
    return folder
