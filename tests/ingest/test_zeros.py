"""Ids that lost their leading zeros in Excel are told of once a column, with the cause."""

import re
import shutil

from iopsched.ingest import inspect_clinic, inspect_schedule, read_problem


def renamed(folder, pattern, new, *names):
    for name in names:
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(re.sub(pattern, new, text), encoding="utf-8")


def told(found):
    return [str(issue) for issue in found.issues]


def numbered(folder):
    """Give participants ids such as 001."""
    names = ["participants.csv", "needs.csv", "keep_apart.csv", "pins.csv", "attendance.csv"]
    renamed(folder, r"\bP([1-4])\b", r"00\1", *names)
    return folder


def test_in_one_file(clinic, week):
    numbered(clinic)
    assert inspect_clinic(clinic, week).issues == ()
    renamed(clinic, r"\b00([1-4])\b", r"\1", "attendance.csv")
    assert told(inspect_clinic(clinic, week)) == [
        (
            "attendance.csv:2, column participant_id: E-ID-ZEROS Excel has removed leading zeros: '001' became '1'; "
            "2 cells of this column are so. Format the column as Text, then write the ids again."
        )
    ]


def test_in_the_file_of_the_ids_themselves(clinic, week):
    numbered(clinic)
    renamed(clinic, r"\b00([1-4])\b", r"\1", "participants.csv")
    assert told(inspect_clinic(clinic, week)) == [
        (
            "participants.csv:2, column participant_id: E-ID-ZEROS Excel has removed leading zeros: '001' became '1'; "
            "3 cells of this column are so. Format the column as Text, then write the ids again."
        )
    ]


def test_in_a_schedule(clinic, sound, week, tmp_path):
    before = tmp_path / "week"
    shutil.copytree(sound.parent / "week", before)
    renamed(before, r"\bP([1-4])\b", r"00\1", "roster.csv", "hours.csv")
    problem = read_problem(numbered(clinic), week)
    assert inspect_schedule(before, problem).issues == ()
    renamed(before, r"\b00([1-4])\b", r"\1", "roster.csv")
    assert [(i.row, i.column, i.code) for i in inspect_schedule(before, problem).issues] == [
        (2, "participant_id", "E-ID-ZEROS")
    ]
