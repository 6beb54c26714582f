"""What is still as in the example: rows of people, and the name."""

import shutil

import pytest

from iopsched.work.leftovers import leftovers
from iopsched.work.templates import templates, write_workbook


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(templates()["teens"], tmp_path / "clinic")


def told(folder):
    """Return the one line about what is left, blank where there is none."""
    (message,) = [str(issue.message) for issue in leftovers(folder)] or [""]
    return message


def test_an_example_itself_and_another_clinic(tmp_path):
    assert leftovers(templates()["teens"]) == ()
    assert leftovers(tmp_path) == ()


def test_a_copy_is_told_table_by_table_in_one_line(copy):
    found = told(copy)
    assert found.startswith("Still as in the example 'teens': name, timezone, open, blocks of clinic.toml; all ")
    assert "; rows 2, 3, 4, 5, 6 of therapists.csv; " in found
    assert "rooms.csv" not in found
    assert {issue.level for issue in leftovers(copy)} == {"information"}


def test_rows_of_ones_own_are_left_alone(copy):
    (copy / "participants.csv").write_text("participant_id,population\nK1,adolescent\n", encoding="utf-8")
    lines = (copy / "needs.csv").read_text(encoding="utf-8").splitlines()
    changed = lines[1].rpartition(",")[0] + ",x"
    (copy / "needs.csv").write_text("\n".join([lines[0], changed, *lines[2:]]), encoding="utf-8")
    assert "participants.csv" not in told(copy)
    assert "; rows 3, 4, 5, 6, 7 and 13 more of needs.csv; " in told(copy)


def test_a_table_that_is_whole_the_examples_is_told_by_its_number_of_rows(copy):
    assert "; all 19 rows of needs.csv; " in told(copy)


def test_settings_alone_are_nobodys(copy):
    """Two clinics may well lie in one time zone and open at the same hours."""
    for path in copy.glob("*.csv"):
        path.unlink()
    assert told(copy) == "Still as in the example 'teens': name, timezone, open, blocks of clinic.toml."
    path = copy / "clinic.toml"
    path.write_text(path.read_text().replace("Lantern Hill", "My own"))
    assert told(copy) == ""


def test_a_workbook_is_compared_too(tmp_path):
    write_workbook(templates()["teens"], tmp_path / "clinic.xlsx")
    assert "all 18 rows of participants.csv" in told(tmp_path / "clinic.xlsx")


def test_an_empty_clinic_waits_for_its_name(tmp_path, run):
    for name in ("clinic", "clinic.xlsx"):
        run("init", tmp_path / name, "--empty")
        assert told(tmp_path / name) == (
            "Still as in the empty clinic of init: name, timezone, open, blocks of clinic.toml."
        )
