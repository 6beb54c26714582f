"""Faults of files that no text can hold: links, pipes, sizes, permissions; and of folders."""

import os
import shutil
import time
from datetime import date
from pathlib import Path

import pytest

from iopsched.errors import InputError
from iopsched.ingest import inspect_clinic, inspect_schedule, read_problem, read_schedule

HERE = Path(__file__).parent
WEEK = date(2026, 12, 2)


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(HERE / "clinic", tmp_path / "clinic"))


def lines(folder, week=WEEK, previous=None):
    return [str(issue) for issue in inspect_clinic(folder, week, previous).issues]


def test_a_folder_that_is_not_there(tmp_path):
    """Both kinds of folder are told of without a traceback."""
    told = ["nowhere: E-FOLDER This folder does not exist. Check its name; 'iopsched init' makes one."]
    assert lines(tmp_path / "nowhere") == told
    found = inspect_schedule(tmp_path / "nowhere")
    assert [issue.code for issue in found.issues] == ["E-FOLDER"]
    with pytest.raises(InputError, match="1 fault in the input"):
        read_schedule(tmp_path / "nowhere")


def test_a_folder_in_place_of_a_file(folder):
    (folder / "rooms.csv").unlink()
    (folder / "rooms.csv").mkdir()
    assert lines(folder) == [
        "rooms.csv: E-FILE-KIND This is not a regular file. Put a file of this name there.",
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_does_not_hang(folder):
    (folder / "rooms.csv").unlink()
    os.mkfifo(folder / "rooms.csv")
    assert [line.split()[1] for line in lines(folder)] == ["E-FILE-KIND"]


def test_a_file_that_may_not_be_read(folder, monkeypatch):
    """The right to read is denied by hand, because tests may run as an almighty user."""
    opened = os.open

    def deny(path, *args, **kwargs):
        if Path(path).name == "rooms.csv":
            raise PermissionError
        if Path(path).name == "pins.csv":
            raise OSError
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", deny)
    assert lines(folder) == [
        "pins.csv: E-FILE-ACCESS This file cannot be read. Check that it is there and not damaged.",
        "rooms.csv: E-FILE-ACCESS You may not read this file. Ask for permission to read it.",
    ]


def test_a_broken_link(folder):
    (folder / "rooms.csv").unlink()
    (folder / "rooms.csv").symlink_to(folder / "nowhere.csv")
    assert [line.split()[1] for line in lines(folder)] == ["E-FILE-ACCESS"]


def test_a_link_out_of_the_folder(folder, tmp_path):
    shutil.move(folder / "rooms.csv", tmp_path / "other.csv")
    (folder / "rooms.csv").symlink_to(tmp_path / "other.csv")
    assert lines(folder) == [
        "rooms.csv: W-FILE-LINK This is a link to a file outside the folder. Copy the file here.",
    ]


def test_a_file_over_ten_megabytes(folder):
    """It is refused before it is parsed."""
    (folder / "rooms.csv").write_bytes(b"room_id,capacity\n" + b"R1,16,\n" * 1_500_000)
    begin = time.monotonic()
    assert lines(folder) == [
        "rooms.csv: E-FILE-SIZE This file is larger than 10 MB. Remove what is not part of the table.",
    ]
    assert time.monotonic() - begin < 2


def test_too_many_rows(folder):
    (folder / "attendance.csv").write_text(
        "date,participant_id,status\n" + ",,\n" * 99_999 + "2026-11-23,P1,attended\n"
    )
    told = ["attendance.csv:100001: E-ROWS-MANY This file has more than 100,000 rows. Remove old rows."]
    assert lines(folder) == told


def test_too_many_columns(folder):
    (folder / "rooms.csv").write_text("room_id,capacity" + ",x" * 199 + "\n")
    assert lines(folder) == [
        "rooms.csv:1: E-COLUMNS-MANY This file has 201 columns, more than 200. Remove what is not needed.",
    ]


def test_long_cells(folder):
    """1,000 characters fit; a name over 500 is only warned of; the parser's own limit is told, too."""
    text = (folder / "participants.csv").read_text(encoding="utf-8")
    text = text.replace("Canary Onefield", "x" * 501).replace("Canary Twohill", "x" * 1001)
    (folder / "participants.csv").write_text(text, encoding="utf-8")
    (folder / "rooms.csv").write_text("room_id,capacity,name\nR1,16," + "x" * 140_000 + "\nR2,6,\n")
    assert lines(folder) == [
        "participants.csv:2, column name: W-NAME-LONG This name has 501 characters and will be cut where shown. Shorten it.",
        "participants.csv:3, column name: E-CELL-LONG This cell has 1001 characters, more than 1,000. Shorten it.",
        "rooms.csv:2: E-CELL-LONG A cell of this row is longer than 131,072 characters. Shorten it.",
    ]


def test_previous_week_with_people_now_gone(folder, tmp_path):
    """They are told of, and the week is read all the same."""
    before = Path(shutil.copytree(HERE / "week", tmp_path / "2026-11-30"))
    roster = (before / "roster.csv").read_text().replace("G2-1,P4", "G2-1,P8")
    (before / "roster.csv").write_text(roster)
    assert lines(folder, date(2026, 12, 9), before) == [
        (
            "previous: W-PREVIOUS-GONE The earlier week names people who are no longer in the clinic folder: 'P8'. "
            "Nothing needs to be done if they have left."
        ),
    ]
    assert read_problem(folder, date(2026, 12, 9), before).previous.census == {"P1", "P2", "P3", "P4"}


def test_faults_of_the_previous_week_name_its_folder(folder, tmp_path):
    before = Path(shutil.copytree(HERE / "week", tmp_path / "2026-11-30"))
    (before / "roster.csv").unlink()
    assert lines(folder, date(2026, 12, 9), before) == [
        "2026-11-30/roster.csv: E-FILE-MISSING This file is missing. Its columns are: session_id, participant_id.",
    ]


def test_a_week_without_sessions(tmp_path):
    """Its Monday comes from the problem, else from summary.json, else nobody knows it."""
    week = tmp_path / "week"
    week.mkdir()
    (week / "sessions.csv").write_text("session_id,date,start,end,service_id,therapist_ids\n")
    (week / "roster.csv").write_text("session_id,participant_id\n")
    problem = read_problem(HERE / "clinic", WEEK)
    assert read_schedule(week, problem).week == date(2026, 11, 30)
    assert [str(issue) for issue in inspect_schedule(week).issues] == [
        "summary.json: E-SCHEDULE-NO-WEEK There are no sessions, and no week can be read here. Make the schedule again.",
    ]
    for text in ("[]", "{", '{"week": "soon"}', '{"week": 3}'):
        (week / "summary.json").write_text(text)
        assert [issue.code for issue in inspect_schedule(week).issues] == ["E-SCHEDULE-NO-WEEK"]
    (week / "summary.json").write_text('{"week": "2026-11-30"}')
    assert read_schedule(week).week == date(2026, 11, 30)
    assert inspect_schedule(week).issues == ()


def test_a_number_of_five_thousand_digits(folder):
    """The parser of settings refuses it without naming a line."""
    text = (folder / "clinic.toml").read_text(encoding="utf-8")
    (folder / "clinic.toml").write_text(text.replace("van = 1", "van = " + "1" * 5000), encoding="utf-8")
    assert lines(folder) == ["clinic.toml:32: E-TOML This line has a number that is too large. Check the number."]
