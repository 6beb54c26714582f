"""What is still as in the example: rows of people, and the name."""

import shutil

import pytest

from iopsched.work.leftovers import leftovers
from iopsched.work.templates import templates, write_workbook


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(templates()["teens"], tmp_path / "clinic")


def rows_of(folder):
    return {issue.file: issue.row for issue in leftovers(folder)}


def test_an_example_itself_and_another_clinic(tmp_path):
    assert leftovers(templates()["teens"]) == ()
    assert leftovers(tmp_path) == ()


def test_a_copy_is_told_table_by_table(copy):
    found = rows_of(copy)
    assert found["participants.csv"] == 2
    assert found["clinic.toml"] == 0
    assert "rooms.csv" not in found
    assert {issue.level for issue in leftovers(copy)} == {"information"}


def test_rows_of_ones_own_are_left_alone(copy):
    (copy / "participants.csv").write_text("participant_id,population\nK1,adolescent\n", encoding="utf-8")
    lines = (copy / "needs.csv").read_text(encoding="utf-8").splitlines()
    changed = lines[1].rpartition(",")[0] + ",x"
    (copy / "needs.csv").write_text("\n".join([lines[0], changed, *lines[2:]]), encoding="utf-8")
    found = rows_of(copy)
    assert "participants.csv" not in found
    assert found["needs.csv"] == 3


def test_a_workbook_is_compared_too(tmp_path):
    write_workbook(templates()["teens"], tmp_path / "clinic.xlsx")
    assert rows_of(tmp_path / "clinic.xlsx")["participants.csv"] == 2
