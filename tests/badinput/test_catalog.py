"""Every fault is told in the words of ``expected_*.txt``, at its place, and nothing else is told.

Every text that a remedy offers for a cell is written there: the fault is gone, and the cell says what was meant.

The lines of ``cases_NAME.toml`` stand in ``expected_NAME.txt``, a block of lines for each case.
"""

import csv
import io
import re
import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

from iopsched.ingest import CODES, inspect_clinic, inspect_schedule, read_problem
from iopsched.ingest.cell.windows import Hours, read_windows

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
        (HERE / name).read_text(encoding="utf-8")
        for name in (
            "test_files.py",
            "test_looks.py",
            "test_networkfiles.py",
            "test_workbooks.py",
            "../networks/test_sharing.py",
        )
    )
    elsewhere = set(re.findall(r"[\": ]([EWCI]-[A-Z-]+)[\" ]", others))
    assert seen | elsewhere == set(CODES)


def test_expected_has_no_other_cases():
    """A case that was deleted leaves no lines behind."""
    assert set(expected()) == set(CASES)


WINDOWS = ("availability", "busy", "preferred", "family_availability", "times", "open")
# What was meant, where the case itself does not say it: by the text of the cell.
MEANT = {
    "Weekdays 8-9": ["weekdays 08:00-09:00", "weekdays 08:00-21:00", "weekdays 20:00-21:00"],
    "Mon 1-2": ["Mon 13:00-14:00"],
    "Mon 8.00-16.00": ["Mon 08:00-16:00"],
    "Mon 22:00-02:00": ["Mon 22:00-24:00; Tue 00:00-02:00"],
    "SS 08:00-16:00": ["Sat Sun 08:00-16:00", "Sat 08:00-16:00", "Sun 08:00-16:00"],
    "T/S 08:00-16:00": ["Tue Sat 08:00-16:00", "Tue Sun 08:00-16:00"],
    "Monday to Friday 9-5": ["Mon-Fri 09:00-17:00"],
    "Mon 08:00-12:00, Tue 09:00-12:00": ["Mon 08:00-12:00; Tue 09:00-12:00"],
    "03/04/2026": ["2026-03-04", "2026-04-03"],
    "11/2/26": ["2026-02-11", "2026-11-02"],
    "11/30/2026": ["2026-11-30"],
    "1,000": ["1000", "1"],
    "\uff15": ["5"],
    "4,5": ["4.5"],
}


def made(case, folder):
    """Make the clinic of a case again and return its issues."""
    shutil.copytree(HERE / "clinic", folder)
    spoil(folder, case)
    return issues(case, folder)


def issues(case, folder):
    return inspect_clinic(folder, date.fromisoformat(case["week"]) if "week" in case else WEEK).issues


def obeyed(folder, issue, text):
    """Write a text into the cell of an issue."""
    path = folder / issue.file
    if path.suffix == ".toml":
        lines = path.read_text(encoding="utf-8").split("\n")
        key = lines[issue.row - 1].split("=")[0]
        lines[issue.row - 1] = f'{key}= "{text}"'
        path.write_text("\n".join(lines), encoding="utf-8")
        return
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    names = [name.strip().casefold() for name in rows[0]]
    rows[issue.row - 1][names.index(issue.column)] = text
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    path.write_text(stream.getvalue(), encoding="utf-8")


def meaning(issue, text):
    """Return what a text says in the column of an issue: minutes of the week for windows, else itself."""
    if issue.column.rpartition(".")[2] not in WINDOWS:
        return text
    found = read_windows(text, Hours(week=date(2026, 11, 30)), with_starts=issue.column == "times")
    return (found.windows, found.starts)


def offering():
    """Return the cases whose lines say what to write."""
    lines = "".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob("expected_*.txt")))
    blocks = {block.splitlines()[0]: block for block in lines.split("## ")[1:]}
    return [name for name, case in CASES.items() if not case["is_week"] and re.search(r"\. Write ", blocks[name])]


@pytest.mark.parametrize("name", offering())
def test_replacements(name, tmp_path):
    case = CASES[name]
    for number, issue in enumerate(issue for issue in made(case, tmp_path / "clinic") if issue.replacements):
        meant = case.get("means") or MEANT[issue.value]
        assert [meaning(issue, text) for text in issue.replacements] == [meaning(issue, text) for text in meant]
        for at, text in enumerate(issue.replacements):
            assert text in issue.remedy
            folder = tmp_path / f"{number}-{at}"
            made(case, folder)
            obeyed(folder, issue, text)
            left = [
                other
                for other in issues(case, folder)
                if (other.file, other.row, other.column) == (issue.file, issue.row, issue.column)
            ]
            assert issue.code not in {other.code for other in left}
            assert issue.level == "warning" or not [other for other in left if other.level == "error"]


SINGLE = re.compile(r"Did you mean '([^']+)'\?")


def hinted():
    """Return the cases that ask ``Did you mean 'X'?`` about a cell or a setting."""
    lines = "".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob("expected_*.txt")))
    blocks = {block.splitlines()[0]: block for block in lines.split("## ")[1:]}
    return [name for name, case in CASES.items() if not case["is_week"] and SINGLE.search(blocks[name])]


@pytest.mark.parametrize("name", hinted())
def test_hints(name, tmp_path):
    """The word of a hint in place of the one that the message quotes mends the fault."""
    case = CASES[name]
    for number, issue in enumerate(made(case, tmp_path / "clinic")):
        hint, wrong = SINGLE.search(issue.remedy), re.search("'([^']+)'", issue.message)
        if hint is None or wrong is None or issue.row == 0 or wrong[1] not in issue.value:
            continue
        folder = tmp_path / str(number)
        made(case, folder)
        obeyed(folder, issue, issue.value.replace(wrong[1], hint[1], 1))
        assert not [
            other
            for other in issues(case, folder)
            if (other.file, other.row, other.column, other.code) == (issue.file, issue.row, issue.column, issue.code)
        ]


RENAMING = re.compile(r"Rename '([^']+)' to ([\w.]+)\.")


def acting():
    """Return the cases of which a remedy is nothing but to delete a row or to rename a file."""
    lines = "".join(path.read_text(encoding="utf-8") for path in sorted(HERE.glob("expected_*.txt")))
    blocks = {block.splitlines()[0]: block for block in lines.split("## ")[1:]}
    found = re.compile(rf"[.?] (Delete the row\.|{RENAMING.pattern})$", re.MULTILINE)
    return [name for name, case in CASES.items() if not case["is_week"] and found.search(blocks[name])]


@pytest.mark.parametrize("name", acting())
def test_deleted_rows_and_renamed_files(name, tmp_path):
    """Without the row, or with the file under its name, the fault is gone."""
    case = CASES[name]
    found = made(case, tmp_path / "clinic")
    for number, issue in enumerate(found):
        rename = RENAMING.fullmatch(issue.remedy)
        if rename is None and issue.remedy != "Delete the row.":
            continue
        folder = tmp_path / str(number)
        made(case, folder)
        if rename is not None:
            (folder / rename[1]).rename(folder / rename[2])
        else:
            lines = (folder / issue.file).read_text(encoding="utf-8").splitlines(keepends=True)
            del lines[issue.row - 1]
            (folder / issue.file).write_text("".join(lines), encoding="utf-8", newline="")
        left = [other for other in issues(case, folder) if (other.file, other.code) == (issue.file, issue.code)]
        same = [other for other in found if (other.file, other.code) == (issue.file, issue.code)]
        assert len(left) < len(same)
