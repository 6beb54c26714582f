"""The same clinic gives the same bytes: in fresh processes, whatever the hash seed, whatever the order of the rows."""

import csv
import json

import pytest

from iopsched.params import SolveParams
from iopsched.search import solve
from tests.support import small_clinic
from tests.support.solving import copy_of, example, finished

TABLES = ("sessions.csv", "roster.csv", "hours.csv")
# In services.csv the order says which service is the first of its kind; pins keep their row numbers in messages alone.
SHUFFLED = (
    "participants",
    "therapists",
    "rooms",
    "groups",
    "needs",
    "time_off",
    "keep_apart",
    "pins",
    "waitlist",
    "attendance",
)


def reordered(folder, order):
    """Put the rows of every table of a clinic into another order; return how many tables that changed."""
    changed = 0
    for name in SHUFFLED:
        path = folder / f"{name}.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        before, rows = rows, order(rows)
        changed += rows != before
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return changed


def backwards(rows):
    return rows[::-1]


def last_first(rows):
    return [*rows[-1:], *rows[:-1]]


# Proven in a moment, with several rows in every table.
CLINIC = {
    "clinic.toml": """name = "Small"
timezone = "America/Chicago"
open = "Mon-Wed 09:00-15:00"
populations = ["adult"]
grid_minutes = 60
[levels.iop-adult]
min_hours_per_week = 5
max_hours_per_week = 19
min_days_per_week = 2
program_day_hours = 1
max_hours_per_day = 5
[ratios]
adult = 12
[equipment]
projector = 1
""",
    "services.csv": """service_id,kind,minutes,min_participants,with_primary,adult_per_week,equipment
group,group,120,1,no,,
individual,individual,60,1,yes,1,
film,other,60,1,no,,projector:1
""",
    "groups.csv": """group_id,track,population,sessions_per_week,one_lead
G1,mh,adult,2,prefer
G2,mh;sud,adult,2,no
""",
    "participants.csv": """participant_id,population,track,availability,preferred,therapist_id
P1,adult,mh,,Mon-Wed 12:00-15:00,
P2,adult,mh,,,T2
P3,adult,sud,Mon-Tue 09:00-15:00,,
P4,adult,sud,,Mon 09:00-12:00,
P5,adult,mh,Tue-Wed 09:00-13:00,,T1
""",
    "therapists.csv": """therapist_id,availability,skills,max_hours_per_day
T1,,,
T2,Mon-Wed 09:00-13:00,,3
T3,Tue 09:00-15:00,other;group,
""",
    "rooms.csv": """room_id,capacity
R1,9
R2,3
R3,3
""",
    "needs.csv": """participant_id,service_id,per_week,optional
P1,film,1,
P4,film,1,
P3,film,1,yes
""",
    "time_off.csv": """kind,id,start,end
participant,P1,2026-11-30T09:00,2026-11-30T10:00
room,R3,2026-12-01,2026-12-01
therapist,T1,2026-12-02T13:00,2026-12-02T15:00
""",
    "keep_apart.csv": """a,b
P1,P3
P4,T2
P2,P4
""",
    "pins.csv": """action,participant_id,therapist_id,service_id,day,start
must,P2,,individual,Tue,10:00
must_not,,T1,,Mon,09:00
must_not,P5,,group,Wed,
must,P3,,individual,Mon,
""",
}


def solved(folder, out, hash_seed, *options):
    """Solve in a fresh process; return the bytes of the four files."""
    code, _, err = finished(
        "solve",
        folder,
        "--week",
        "2026-11-30",
        "--out",
        out,
        "--workers",
        "1",
        "--quiet",
        *options,
        PYTHONHASHSEED=str(hash_seed),
    )
    assert code in {0, 4}, err
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_another_hash_seed_gives_the_same_bytes_and_another_order_of_rows_the_same_tables(tmp_path):
    folder = small_clinic.write(tmp_path / "clinic", CLINIC)
    first = solved(folder, tmp_path / "out1", 1)
    summary = json.loads(first["summary.json"])
    assert (summary["status"], summary["repeatable"]) == ("optimal", True)
    assert len(first["sessions.csv"].splitlines()) > 5
    assert solved(folder, tmp_path / "out2", 2) == first
    for number, order in enumerate((backwards, last_first), 3):
        assert reordered(folder, order) == 8
        found = solved(folder, tmp_path / f"out{number}", number)
        assert {name: found[name] for name in TABLES} == {name: first[name] for name in TABLES}
        told = json.loads(found["summary.json"])
        assert {**told, "inputs_sha256": ""} == {**summary, "inputs_sha256": ""}


@pytest.mark.slow
def test_a_deterministic_limit_gives_the_same_bytes_of_a_whole_clinic(tmp_path):
    """Cut short in the middle of the search, twice; rows in another order give the same tables too."""
    folder = copy_of("complete", tmp_path / "clinic")
    first = solved(folder, tmp_path / "out1", 1, "--deterministic-limit", "3")
    summary = json.loads(first["summary.json"])
    assert (summary["status"], summary["repeatable"]) == ("feasible", True)
    at_once = solve(example("complete"), SolveParams(time_limit_s=0.01))
    assert summary["goals"][0]["value"] < at_once.goals[0].value  # else no search was repeated
    assert solved(folder, tmp_path / "out2", 2, "--deterministic-limit", "3") == first
    assert reordered(folder, backwards) >= 8
    found = solved(folder, tmp_path / "out3", 3, "--deterministic-limit", "3")
    assert {name: found[name] for name in TABLES} == {name: first[name] for name in TABLES}
