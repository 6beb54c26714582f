"""Planted obstacles matter, and the judge of what is told of them tells true from false."""

import pytest

from benchmarks.obstacles.judge import Court, Judgement, apply, proven
from benchmarks.obstacles.plans import Plan
from benchmarks.obstacles.planting import Planter, read_problem
from benchmarks.obstacles.tables import Tables


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("obstacles") / "case"
    kinds = ("pin_against_visit", "kept_from_primary", "staff_day", "staff_week", "person_modality")
    made = Planter(kinds=kinds).make(Plan("tiny", "evening", 12, 3, 3), folder)
    assert made is not None
    return made, Tables.read(folder / "clinic")


def told_of(case, tables, *facts):
    """Return what an explanation says that names these facts, one cause each."""
    people = [row["participant_id"] for row in tables.rows("participants.csv")]
    causes = [{"kind": "alone", "proven": True, "participants": people, "facts": [fact]} for fact in facts]
    return {"unmet": {"minutes": case.unmet, "bound": case.unmet}, "causes": causes, "ways_out": [], "unfinished": []}


def named(obstacle, tables):
    place = {"file": obstacle.file, "id": obstacle.id, "column": obstacle.column}
    if obstacle.file == "time_off.csv":
        place["id"] = obstacle.cells["id"]
    if obstacle.file == "pins.csv":
        place["id"] = f"row {tables.rows('pins.csv').index(tables.tables['pins.csv'].row(obstacle.cells)) + 2}"
    return place


def test_without_any_one_obstacle_the_least_unmet_need_falls(case):
    made, tables = case
    assert proven(read_problem(tables))[:2] == (made.unmet, made.unmet)
    for obstacle in made.obstacles:
        changed = tables.copy()
        obstacle.undo(changed)
        value, bound, _ = proven(read_problem(changed))
        assert value == bound < made.unmet, obstacle.kind
    for obstacle in made.obstacles:
        obstacle.undo(tables := tables.copy())
    assert proven(read_problem(tables))[0] == 0


def test_the_judge_tells_true_facts_from_false_ones(case):
    made, tables = case
    about = {*(key for row in made.obstacles for key in row.cells.values())}
    other = next(
        row
        for row in tables.rows("participants.csv")
        if row["participant_id"] not in about and row["therapist_id"] not in about and row["group_id"] not in about
    )
    wrong = {"file": "participants.csv", "id": other["participant_id"], "column": "language"}
    told = told_of(made, tables, *(named(row, tables) for row in made.obstacles), wrong)
    found = Judgement("tiny", [], [], 12)
    Court(tables, made, told, found).judge()
    assert found.named == [True, True, True]
    assert [cause["facts"][0][1] for cause in found.causes] == ["true", "true", "true", "false"]
    assert found.faults == []


def test_what_is_not_named_and_what_is_promised_wrongly_is_found(case):
    made, tables = case
    told = told_of(made, tables, named(made.obstacles[0], tables))
    way = {"number": 1, "kind": "complete", "price": 0, "steps": [], "unmet_after": 0}
    found = Judgement("tiny", [], [], 12)
    Court(tables, made, {**told, "ways_out": [way]}, found).judge()
    assert found.named == [True, False, False]
    assert found.ways[0]["wrong"] == [f"promised 0, reached {made.unmet}"]


def test_a_step_is_taken_as_it_is_written(case):
    _, tables = case
    changed = tables.copy()
    row = changed.rows("rooms.csv")[0]
    step = {"file": "rooms.csv", "id": row["room_id"], "column": "capacity", "old": row["capacity"], "new": "40"}
    assert apply(changed, step) == ""
    assert apply(changed, step) != ""  # the old text is not what stands there now
    assert changed.rows("rooms.csv")[0]["capacity"] == "40"
    assert apply(changed, {"file": "pins.csv", "id": "row 2", "column": "", "old": {"action": "?"}, "new": None}) != ""
