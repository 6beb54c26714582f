"""A holiday is foreseen by check and named as the reason for what it takes away."""

import shutil
from datetime import date
from pathlib import Path

from iopsched.ingest import inspect_clinic
from iopsched.params import SolveParams
from iopsched.search import solve

DATA = Path(__file__).parents[2] / "data" / "mwf_mornings"
WEEK = date(2026, 11, 30)


def test_a_monday_holiday(tmp_path):
    """Groups of Monday, Wednesday and Friday keep two of three mornings."""
    clinic = tmp_path / "clinic"
    shutil.copytree(DATA, clinic, ignore=shutil.ignore_patterns("schedules"))
    rows = (clinic / "time_off.csv").read_text(encoding="utf-8").splitlines()
    rows.insert(1, "clinic,,2026-11-30,2026-11-30,Holiday")
    (clinic / "time_off.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = inspect_clinic(clinic, WEEK)
    assert "W-CLOSURE" in {issue.code for issue in found.issues}
    assert found.problem is not None
    outcome = solve(found.problem, SolveParams(time_limit_s=60, deterministic_limit=0.1, workers=1))
    why = {row.why for row in outcome.unmet}
    assert any(row.startswith("Group DBT-A") for row in why), why
    assert all("he clinic is closed Mon 30 Nov (time_off.csv)" in row for row in why), why
