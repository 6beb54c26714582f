"""Moments are told on the clinic's clock, wherever the computer stands."""

import time
from datetime import UTC, datetime

import pytest

from iopsched.domain.instants import local_text
from iopsched.work.clinics import timezone_of

LATE = datetime(2026, 11, 30, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "text"),
    [("America/New_York", "2026-11-29 21:05"), ("Asia/Kolkata", "2026-11-30 07:35"), (None, "2026-11-30 11:05")],
)
def test_a_moment_is_told_on_the_clinics_clock(monkeypatch, zone, text):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert local_text(LATE, zone) == text
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("line", "zone"),
    [
        ('timezone = "America/Chicago"', "America/Chicago"),
        ('timezone = "Mars/Base"', None),
        ("timezone = 5", None),
        ('name = "X"', None),
        ("not toml at all", None),
    ],
)
def test_the_zone_of_a_clinic_may_be_unknown(tmp_path, line, zone):
    (tmp_path / "clinic.toml").write_text(line, encoding="utf-8")
    assert timezone_of(tmp_path) == zone
