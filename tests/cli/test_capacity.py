"""``iopsched capacity``."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from iopsched.cli.app import build

DATA = Path(__file__).parents[2] / "data"
WEEK = ["--week", "2026-11-30", "--workers", "1"]


@pytest.fixture(scope="module")
def phases(tmp_path_factory):
    """Return a copy of an example with two people on its waitlist and one who is short."""
    return shutil.copytree(DATA / "phases", tmp_path_factory.mktemp("clinic") / "phases")


def run(*words):
    """Run the command."""
    return CliRunner().invoke(build(), ["capacity", *map(str, words)])


@pytest.fixture(scope="module")
def told(phases):
    """Return the answer as JSON."""
    result = run(phases, *WEEK, "--json")
    assert result.exit_code == 4, result.stderr
    return json.loads(result.stdout)


def test_json_has_what_the_format_says(told):
    assert told["schema"] == "iopsched.capacity/1"
    for row in told["kinds"]:
        assert list(row) == ["population", "track", "part", "more", "bound", "limited_by", "price_of_next"]
    for row in told["waitlist"]:
        assert list(row)[:6] == ["participant_id", "can_start", "group_id", "therapist_id", "earliest_week", "why"]
    assert list(told["together"])[:3] == ["most", "bound", "who"]


def test_every_answer_is_proven_and_those_who_wait_can_start(told):
    more = {(row["track"], row["part"]): (row["more"], row["bound"]) for row in told["kinds"]}
    assert more == {
        ("day", "day"): (6, 6),
        ("day", "evening"): (0, 0),
        ("evening", "day"): (0, 0),
        ("evening", "evening"): (2, 2),
    }
    assert told["together"]["who"] == ["W1", "W2"]
    assert [(row["group_id"], row["earliest_week"]) for row in told["waitlist"]] == [
        ("AM", "2026-11-30"),
        ("PM", "2026-11-30"),
    ]
    assert told["unfinished"] == []


def test_the_words_tell_the_same_and_nothing_is_written(phases):
    before = {path: path.read_bytes() for path in phases.rglob("*") if path.is_file()}
    result = run(phases, *WEEK, "--move-nobody")
    assert result.exit_code == 4
    assert "2 of 2 on the waitlist can start at once (proven): W1, W2." in result.stdout
    assert "adult, evening, day: none (proven)" in result.stdout
    assert {path: path.read_bytes() for path in phases.rglob("*") if path.is_file()} == before


def test_faults_of_the_tables_are_bad_input(tmp_path):
    folder = shutil.copytree(DATA / "phases", tmp_path / "phases")
    (folder / "rooms.csv").write_text("room_id\nR1\n")
    assert run(folder, *WEEK).exit_code == 3


def test_time_that_is_over_is_told(phases):
    result = run(phases, *WEEK, "--time-limit", "0.01", "--json")
    assert result.exit_code in {4, 6}
    if result.exit_code == 4:
        assert json.loads(result.stdout)["unfinished"]
