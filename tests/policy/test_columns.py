"""Nothing is forgotten of a column: each stands in the docs, the complete example and the workbook, and is read."""

import io
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from iopsched.cli.exits import Exit
from iopsched.convert.folder import folder_files
from iopsched.convert.workbook import workbook_bytes
from iopsched.domain.names import Names
from iopsched.files import output
from iopsched.ingest import inspect_clinic
from iopsched.ingest.file.names import read_names
from iopsched.ingest.source.raw import RawTable, read_raw
from iopsched.ingest.source.tables import services_of
from iopsched.policy.column import UNKNOWN
from iopsched.policy.columns import SERVICES, TABLES, column_of
from iopsched.policy.columns.schedule import CURRICULUM, DAYS, HOURS, MODULES, ROSTER, SESSIONS
from scripts.format_tables import NETWORK_PAGE, PAGE, filled

COMPLETE = Path(__file__).parents[2] / "data" / "complete"
WEEK, STEPS_TAKEN = date(2026, 11, 30), date(2026, 12, 28)
KINDS = {**TABLES, SERVICES.file: services_of(("adult", "adolescent"))}
EVERY = pytest.mark.parametrize(
    ("file", "name"), [(file, name) for file, kind in KINDS.items() for name in kind.names], ids=str
)
NOT_YET = {"group_id", "admitted", "discharged"}  # a referral has no group and no stay of its own


@cache
def complete():
    return read_raw(COMPLETE)[0]


@cache
def page():
    return PAGE.read_text(encoding="utf-8")


@cache
def comments():
    """Return the comment of each column of the workbook, by sheet and column."""
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(complete())))
    return {
        (f"{sheet.title}.csv", cell.value): cell.comment.text if cell.comment else ""
        for sheet in book.worksheets[2:]
        for cell in sheet[1]
    }


def what_is_read(folder, week):
    """Return all that the program takes from a clinic: the problem, names, and what is told."""
    found = inspect_clinic(folder, week)
    told = {(issue.file, issue.row, issue.column, issue.code) for issue in found.issues}
    return found.problem, read_names(folder) if found.problem else Names(), told


def other(column, cell):
    """Return another value than the one in a filled cell: the least, or what it is not, or nothing."""
    if column.is_number:
        least = column.bounds[0]
        return str(least + (cell == str(least)))
    if column.kind == "yes_no":
        return "no" if cell == "yes" else "yes"
    return next((word for word in column.choices if word != cell), "")


def changed(file, name, folder):
    """Write the complete clinic with other values in the filled cells of one column."""
    table = complete().tables[file]
    at = table.names.index(name)
    rows = [(number, list(cells)) for number, cells in table.rows]
    for _, cells in rows:
        cells[at] = cells[at] and other(KINDS[file].column(name), cells[at])
    clinic = replace(complete(), tables={**complete().tables, file: RawTable(table.header, tuple(rows))})
    folder.mkdir()
    for path, data in folder_files(clinic).items():
        (folder / path).write_bytes(data)
    return folder


@cache
def as_it_is(week):
    return what_is_read(COMPLETE, week)


def test_the_page_is_as_declared():
    assert filled(page()) == page(), "python -m scripts.format_tables"
    of_nights = NETWORK_PAGE.read_text(encoding="utf-8")
    assert filled(of_nights) == of_nights, "python -m scripts.format_tables"


@EVERY
def test_stands_in_the_docs(file, name):
    """``docs/format.md`` has a row of the column below the heading of its file."""
    part = page().partition(f"<!-- table {file} -->")[2].partition("<!-- end -->")[0]
    row = f"| `POPULATION{SERVICES.other.name}` |" if name not in TABLES[file].by_name else f"| `{name}` |"
    assert row in part, f"docs/format.md says nothing of {file}, column {name}"


@EVERY
def test_is_explained(file, name):
    assert re.fullmatch(r"[^\n]{5,160}[.]", column_of(file, name).meaning)
    assert column_of(file, name).meaning in comments().get((file, name), ""), f"the workbook has no comment at {name}"


@EVERY
def test_is_filled_in_the_complete_example(file, name):
    table = complete().tables[file]
    is_filled = any(cells.get(name) for _, cells in table.content)
    assert is_filled or (file == "waitlist.csv" and name in NOT_YET), f"data/complete/{file} has no {name}"


@EVERY
def test_is_read(file, name, tmp_path):
    """Other values in its cells make another problem, other names or a fault; a reason is for its writer only."""
    if file == "waitlist.csv" and name in NOT_YET:
        return  # blank in the example; the reader is that of participants.csv
    assert name in complete().tables[file].names, f"data/complete/{file} has no {name}"
    week = STEPS_TAKEN if file == "steps.csv" else WEEK
    is_same = what_is_read(changed(file, name, tmp_path / "clinic"), week) == as_it_is(week)
    assert is_same == (name == "reason"), f"no reader takes column {name} of {file}"


@EVERY
def test_numbers_have_bounds(file, name):
    column = column_of(file, name)
    assert (column.bounds is not None) == column.is_number


def test_choices_and_references_are_complete():
    for file, kind in TABLES.items():
        for column in kind.columns:
            assert (column.kind == "choice") == bool(column.choices), (file, column.name)
            assert not column.of.endswith(".csv") or column.of in TABLES, (file, column.name)
            assert kind.column(column.name) is column
        assert kind.column("strange") is UNKNOWN


def test_written_tables_are_declared():
    """The header of each file of a schedule folder is what is declared of it."""
    for kind in (SESSIONS, ROSTER, HOURS, DAYS, MODULES, CURRICULUM):
        assert output.FILES.count(kind.file) == 1
        assert f"<!-- table schedule/{kind.file} -->" in page()


def test_every_exit_code_is_listed():
    rows = dict(re.findall(r"^\| ([0-9]+) \| (.+) \|$", page(), re.MULTILINE))
    assert set(rows) == {str(code.value) for code in Exit}
