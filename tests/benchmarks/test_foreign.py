"""Published rehabilitation weeks as clinic folders: read from an instance of the same form, made by hand."""

import csv
from pathlib import Path

import pytest

from benchmarks.foreign import fetch, main, read
from benchmarks.planted import WEEK
from iopsched.ingest.problem import read_problem

TEXT = """[INSTANCE]
num_beds: 2
time_slot_length: Duration(hours=0, minutes=30)
[DATA: RESOURCE_GROUPS]: rgid, name
0; therapists
1; lifeguards
5; rooms
9; arts_crafts_materials
10; fitness_machines
[DATA: RESOURCES]: rid, rgid, name, unavailable_time_slots
# a comment
0; [0];  anna; [(DayHour(day=0, hour=12), DayHour(day=0, hour=13), 1), (DayHour(day=1, hour=9), DayHour(day=1, hour=9, minutes=15), 2)]
1; [0,1]; anna; [(DayHour(day=2, hour=8), DayHour(day=2, hour=17), None)]
5; [5]; room; []
6; [10]; bike; []
7; [9]; clay; []
[DATA: TREATMENTS]: tid, min_participants, max_participants, name, duration, resources
0; 2; 8; pottery; Duration(hours=1, minutes=15); {0:1,5:1,9:1}
1; 1; 1; bicycle; Duration(hours=0, minutes=45); {0:1,10:1}
2; 3; 9; walking; Duration(hours=1, minutes=0); {0:2}
[DATA: PATIENTS]: pid, name, treatments
0; first; {0: 8, 1: 4}; 18; DayHour(day=0, hour=0, minutes=0); DayHour(day=1, hour=0, minutes=0); False; []
1; second; {2: 18}; 18; DayHour(day=3, hour=0, minutes=0); DayHour(day=6, hour=0, minutes=0); False; []
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "instance_two.txt").write_text(TEXT, encoding="utf-8")
    assert main(["two", "--from", str(tmp_path), "--into", str(tmp_path / "clinics")]) == 0
    return tmp_path / "clinics" / "two"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_week_needs_its_part_of_the_stay_rounded_up(folder: Path) -> None:
    needs = {(row["participant_id"], row["service_id"]): row["per_week"] for row in rows(folder / "needs.csv")}
    assert needs == {("P00", "pottery"): "4", ("P00", "bicycle"): "2", ("P01", "walking"): "7"}


def test_absences_repeat_after_so_many_days_and_end_with_the_day(folder: Path) -> None:
    anna, other, clay = rows(folder / "therapists.csv")
    assert anna["availability"] == (
        "Mon Wed Fri Sun 08:00-12:00, 13:00-16:00; Tue Thu Sat 08:00-09:00, 09:15-12:00, 13:00-16:00"
    )
    assert other["therapist_id"] == "anna-2", "a name that another one has gets a number"
    assert other["availability"] == "Mon Tue Thu Fri Sat Sun 08:00-16:00", "without an interval it is once only"
    assert (clay["licensed"], clay["counts_for_ratio"]) == ("no", "no"), "materials are staff that is nobody"


def test_machines_are_rooms_and_materials_a_role(folder: Path) -> None:
    assert [row["room_id"] for row in rows(folder / "rooms.csv")] == ["room", "bike"]
    pottery, bicycle, walking = rows(folder / "services.csv")
    assert (pottery["staff"], pottery["room_features"]) == ("therapists:1;arts_crafts_materials:1", "rooms")
    assert (bicycle["kind"], bicycle["room_features"]) == ("individual", "fitness_machines")
    assert (walking["staff"], walking["needs_room"]) == ("therapists:2", "no")
    assert [row["max_per_day"] for row in (pottery, bicycle, walking)] == ["4", "2", "7"]


def test_the_clinic_is_one_that_is_read(folder: Path) -> None:
    problem = read_problem(folder, WEEK)
    assert len(problem.participants) == 2
    assert problem.clinic.grid_minutes == 30
    assert problem.service["pottery"].minutes == 75


def test_what_is_no_instance_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="other is no instance"):
        read("other", "[INSTANCE]\nnum_beds: 2\n")
    with pytest.raises(FileNotFoundError):
        fetch("none", tmp_path)
