"""A table of absences of many years is told in seconds and little memory."""

import pytest

from scripts.memory import COMPLETE, MOST_ROWS, PROMISED_MB, WEEK, grow, measured


@pytest.mark.slow
def test_a_hundred_thousand_absences_are_checked_in_time(tmp_path):
    clinic = tmp_path / "clinic"
    clinic.mkdir()
    for path in COMPLETE.glob("*.*"):
        (clinic / path.name).write_bytes(path.read_bytes())
    grow(clinic, "time_off")
    with (clinic / "time_off.csv").open(encoding="utf-8") as lines:
        assert sum(1 for _ in lines) > MOST_ROWS - 10
    cost = measured("check", str(clinic), "--week", WEEK)
    assert cost.code == 0
    assert cost.peak_mb < PROMISED_MB
    assert cost.seconds < 30  # 6.6 s of processor; 35 s where the table was read for each person
