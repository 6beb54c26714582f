"""Every fault is told in the words of ``expected_*.txt``, at its place, and nothing else is told.

The lines of ``cases_NAME.toml`` stand in ``expected_NAME.txt``, a block of lines for each case.
"""

import re
import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

from iopsched.ingest import CODES, inspect_clinic, inspect_schedule, read_problem

HERE = Path(__file__).parent
WEEK = date(2026, 12, 2)
CASES = {
    name: case | {"is_week": file == "cases_weeks.toml"}
    for file in sorted(path.name for path in HERE.glob("cases_*.toml"))
    for name, case in tomllib.loads((HERE / file).read_text(encoding="utf-8")).items()
}


def expected():
    """Return the lines told of each case."""
    blocks = [
        block
        for path in sorted(HERE.glob("expected_*.txt"))
        for block in path.read_text(encoding="utf-8").split("## ")[1:]
    ]
    return {block.splitlines()[0]: block.splitlines()[1:] for block in blocks}


def swapped(text, pairs):
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text, f"{old!r} is not in the file"
        text = text.replace(old, new, 1)
    return text


def spoil(folder, case):
    """Write a case's changes into a copy of the folder."""
    for name in case.get("missing", ()):
        (folder / name).unlink()
    for name, text in case.get("files", {}).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    for name, text in case.get("raw", {}).items():
        (folder / name).write_bytes(text.encode("latin-1"))
    for name, encoding in case.get("encoded", {}).items():
        (folder / name).write_bytes((folder / name).read_text(encoding="utf-8").encode(encoding))
    for name, lines in case.get("add", {}).items():
        with (folder / name).open("a", encoding="utf-8", newline="") as stream:
            stream.writelines(f"{line}\n" for line in lines)
    for name, pairs in case.get("swap", {}).items():
        text = swapped((folder / name).read_text(encoding="utf-8"), pairs)
        (folder / name).write_text(text, encoding="utf-8", newline="")


def issues_of(case, folder):
    """Return the issues of a case, made in ``folder``."""
    shutil.copytree(HERE / ("week" if case["is_week"] else "clinic"), folder)
    spoil(folder, case)
    week = date.fromisoformat(case["week"]) if "week" in case else WEEK
    if case["is_week"]:
        found = inspect_schedule(folder, read_problem(HERE / "clinic", WEEK))
        return found.issues, found.schedule is None
    inspection = inspect_clinic(folder, week)
    return inspection.issues, inspection.problem is None


def told(case, folder):
    return [str(issue) for issue in issues_of(case, folder)[0]]


@pytest.mark.parametrize("name", CASES)
def test_case(name, tmp_path):
    """A case tells exactly its lines; errors and only errors withhold the result; no name is repeated."""
    issues, is_withheld = issues_of(CASES[name], tmp_path / "clinic")
    assert [str(issue) for issue in issues] == expected()[name]
    assert is_withheld == any(issue.level == "error" for issue in issues)
    assert "canary" not in repr(issues).casefold()


def test_every_line_reads_like_a_sentence():
    """Message and remedy are sentences for people: they begin with a capital or a quotation and end with a period."""
    for name, lines in expected().items():
        for line in lines:
            match = re.fullmatch(r"[^:]+(:\d+)?(, column [^:]+)?: ([EWCI]-[A-Z-]+) (.+[.?])", line)
            assert match, (name, line)
            assert "None" not in match[4], (name, line)


def test_the_untouched_folders_have_no_issue():
    """Otherwise the cases would not show what they spoil."""
    problem = read_problem(HERE / "clinic", WEEK)
    assert inspect_clinic(HERE / "clinic", WEEK).issues == ()
    assert inspect_schedule(HERE / "week", problem).issues == ()


def test_every_code_has_a_case():
    """A code that no case provokes is either dead or untested."""
    seen = {
        code for lines in expected().values() for line in lines for code in re.findall(r": ([EWCI]-[A-Z-]+) ", line)
    }
    others = "".join(
        (HERE / name).read_text(encoding="utf-8") for name in ("test_files.py", "test_looks.py", "test_workbooks.py")
    )
    elsewhere = set(re.findall(r"[\": ]([EWCI]-[A-Z-]+)[\" ]", others))
    assert seen | elsewhere == set(CODES)


def test_expected_has_no_other_cases():
    """A case that was deleted leaves no lines behind."""
    assert set(expected()) == set(CASES)
