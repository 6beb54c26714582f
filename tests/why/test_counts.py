"""Each kind of set-up that can never work is told at its cell, with its numbers; whoever obeys the remedy hears no more of it.

``impossible.toml`` spoils the clinic beside it, three times or more for each kind; ``impossible.txt`` has the lines.
"""

import re
import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

from iopsched.ingest import CODES as OF_READER
from iopsched.ingest import inspect_clinic
from iopsched.why.counts import CODES, never
from tests.support.editing import edit

HERE = Path(__file__).parent
WEEK = date(2026, 11, 30)
CASES = tomllib.loads((HERE / "impossible.toml").read_text(encoding="utf-8"))
TOLD = {
    name: lines
    for name, *lines in (block.splitlines() for block in (HERE / "impossible.txt").read_text("utf-8").split("## ")[1:])
}


def code_of(name):
    return name.split()[0]


def issues_after(folder, *changes):
    """Return what ``check`` says of the clinic after these changes, but for rows still as in an example."""
    shutil.copytree(HERE / "clinic", folder)
    edit(folder, *changes)
    found = inspect_clinic(folder, WEEK)
    return (*found.issues, *(never(found.problem, found.rows, found.issues, found.people) if found.problem else ()))


def lines_of(code, issues):
    return [str(issue) for issue in issues if issue.code == code]


def test_the_clinic_as_it_is_has_nothing_to_tell(tmp_path):
    """Otherwise the cases would not show what they spoil."""
    assert issues_after(tmp_path / "clinic") == ()


@pytest.mark.parametrize("name", CASES)
def test_whoever_sets_up_what_cannot_work_is_warned(name, tmp_path):
    case, code = CASES[name], code_of(name)
    found = lines_of(code, issues_after(tmp_path / "clinic", *case["set"]))
    assert found == TOLD[name]
    for number, changes in enumerate(case["mend"]):
        left = issues_after(tmp_path / str(number), *case["set"], *changes)
        assert len(lines_of(code, left)) < len(found), changes
        assert [issue for issue in left if issue.level == "error"] == []


def test_every_line_has_a_row_a_column_two_numbers_and_a_remedy():
    for name, lines in TOLD.items():
        for line in lines:
            match = re.fullmatch(r"(\w+\.\w+)(:\d+)?, column [\w.-]+: (W-[A-Z-]+) (.+\.) ([A-Z].+\.)", line)
            assert match, line
            assert match[2] or code_of(name) == "W-CASELOAD-SHORT", line
            assert len(re.findall(r"(?<![\w'])\d+(?:\.\d+)?(?![\w'])|max_", match[4])) > 1 or " 0 " in match[4], line


def test_every_kind_has_three_siblings_and_no_other_name():
    for code in CODES:
        assert sum(code_of(name) == code for name in CASES) > 2, code
    assert {code_of(name) for name in CASES} == set(CODES)
    assert set(TOLD) == set(CASES)
    assert not CODES.keys() & OF_READER.keys()
