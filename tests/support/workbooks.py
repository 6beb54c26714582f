"""What the tests of the workbook share: making one of any week, and reading it back."""

import io

import openpyxl

from iopsched.domain.names import Names
from iopsched.export.edition import Edition
from iopsched.export.workbook import files
from iopsched.store.revisions import draft
from iopsched.verifier import hours, violations
from iopsched.views.labels import Labels, NameMode


def book_of(edition):
    """Return the one workbook as openpyxl reads it."""
    ((name, data),) = files(edition).items()
    assert name == f"week-{edition.problem.week.isoformat()}.xlsx"
    return openpyxl.load_workbook(io.BytesIO(data))


def cells(sheet):
    """Return every cell that holds something."""
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def texts(sheet):
    """Return all texts of a sheet."""
    return [cell.value for cell in cells(sheet) if isinstance(cell.value, str)]


def records(sheet, place=0):
    """Return the rows of a table of the sheet as dictionaries by header."""
    area = list(sheet.tables.values())[place].ref
    header, *rows = ([cell.value for cell in row] for row in sheet[area])
    return [dict(zip(header, row, strict=True)) for row in rows]


def edition_of(problem, held, mode=NameMode.ID, names=None, **more):
    """Return a draft of any schedule of any problem."""
    labels = Labels(mode, names or Names())
    facts = {
        "problem": problem,
        "schedule": held,
        "publication": draft("site", held),
        "hours": hours(problem, held),
        "violations": violations(problem, held),
        "labels": labels,
        "calendar_labels": Labels(NameMode.NONE),
    }
    return Edition(**{**facts, **more})
