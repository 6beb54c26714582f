import json
from dataclasses import replace
from pathlib import Path

import pytest

from iopsched.domain.people import Participant
from iopsched.verifier.account import Account
from iopsched.views.lacks import facts, needs_line
from tests.support.small_clinic import FILES, write

ACCOUNT = Account(Participant("B05", "adult"), 540, 540, 3, 3, 0, 0, {}, 0, {})


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {
                "scheduled_minutes": 420,
                "scheduled_days": 2,
                "lacking": {"family": 1},
                "lacking_minutes": 60,
                "phase_sessions_short": 1,
            },
            "has 7 of 9 h, 2 of 3 days; lacks 1 family, 1 group session of the phase",
        ),
        ({"scheduled_minutes": 445}, "has 7 h 25 min of 9 h"),
        ({"scheduled_minutes": 0, "required_minutes": 50}, "has 0 h of 50 min"),
        ({"scheduled_days": 0, "required_days": 1}, "has 0 of 1 day"),
        ({"phase_sessions_short": 2}, "lacks 2 group sessions of the phase"),
        ({"long_gaps": 1, "scheduled_days": 2}, "has 2 of 3 days, 1 gap of too many days"),
    ],
)
def test_only_what_lacks_is_said(changes, text):
    assert facts(replace(ACCOUNT, **changes)) == text


def test_the_first_five_are_named():
    short = [replace(ACCOUNT, participant=Participant(f"P{i}", "adult")) for i in range(7)]
    assert needs_line(short, 9, {}) == (
        "Needs: 2 of 9 participants have everything; short are P0, P1, P2, P3, P4 and 2 more."
    )


@pytest.mark.parametrize(
    ("short", "text"),
    [
        ((), "Needs: 9 of 9 participants have everything; group G1 lacks 1 session; group G2 lacks 2 sessions."),
        (
            (replace(ACCOUNT, lacking={"family": 1}),),
            (
                "Needs: 8 of 9 participants have everything; B05 lacks 1 family; group G1 lacks 1 session; "
                "group G2 lacks 2 sessions."
            ),
        ),
    ],
)
def test_groups_that_always_meet_are_named(short, text):
    assert needs_line(short, 9, {"G1": 1, "G2": 2}) == text


def test_groups_that_always_meet_are_told_where_a_machine_reads(run, tmp_path):
    """By ``solve --json`` as in summary.json, and by ``verify``."""
    row = "G1,group,sud,adult,5,always\n"
    files = {
        **FILES,
        "groups.csv": f"group_id,service_id,track,population,sessions_per_week,meets\n{row}",
        "time_off.csv": "kind,id,start,end\ntherapist,T1,2026-12-04,\ntherapist,T2,2026-12-04,\n",
    }
    clinic = write(tmp_path / "clinic", files)
    solved = json.loads(run("solve", clinic, "--week", "2026-11-30", "--workers", "1", "--json").stdout)
    lacking = [{"group_id": "G1", "sessions": 1, "minutes": 180}]
    assert solved["meetings"] == lacking
    assert json.loads((Path(solved["folder"]) / "summary.json").read_text(encoding="utf-8"))["meetings"] == lacking
    done = run("verify", clinic, solved["folder"], "--json")
    assert json.loads(done.stdout)["meetings"] == lacking
    assert done.stderr.endswith("; group G1 lacks 1 session.\n")
