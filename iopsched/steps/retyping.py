"""Steps as they were told are typed into a clinic's tables: only where the cell or row still is as it was then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from iopsched.edits.clinictables import Cells, ClinicTables
from iopsched.edits.refusal import refusal
from iopsched.errors import InputError
from iopsched.policy.columns import TABLES
from iopsched.steps.offer import WrittenStep
from iopsched.steps.rowkeys import id_of_row, row_of

_AGAIN = "Ask again what would help, and apply that."


def with_typed(tables: ClinicTables, steps: Sequence[WrittenStep]) -> ClinicTables:
    """Return the tables with all of these steps; rows are taken out after all else, the last first.

    Raises
    ------
    InputError
        If a cell or row is no longer as a step says that it was, or a change would change anything else.
    """
    dropped: set[tuple[str, int]] = set()
    for step in steps:
        if isinstance(step.new, Mapping):
            tables = tables.with_row(step.file, step.new)
        elif step.new is None:
            dropped.add((step.file, _row_to_drop(tables, step)))
        else:
            row = row_of(step.file, tables.rows(step.file), (step.id,))
            if row is None or tables.rows(step.file)[row].get(step.column, "") != step.old:
                raise _gone(step)
            tables = tables.with_cell(step.file, row, step.column, step.new)
    for file, row in sorted(dropped, reverse=True):
        tables = tables.without_row(file, row)
    return tables


def _row_to_drop(tables: ClinicTables, step: WrittenStep) -> int:
    for row, cells in tables.rows(step.file).items():
        if id_of_row(step.file, row, cells) == step.id and shown_cells(step.file, cells) == step.old:
            return row
    raise _gone(step)


def _gone(step: WrittenStep) -> InputError:
    message = f"What this step changes ({step.id}) is no longer there, or no longer as it was."
    return refusal(step.file, 0, step.column, message, _AGAIN)


def shown_cells(file: str, cells: Cells) -> Cells:
    """Return the cells of a row that do not tell who somebody is."""
    return {name: text for name, text in cells.items() if not TABLES[file].column(name).is_private}
