"""Offers become steps in a clinic's tables, one after another, so that two on one cell add up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from iopsched.domain.whereabouts import Key
from iopsched.edits.clinictables import Cells, ClinicTables
from iopsched.edits.refusal import refusal
from iopsched.policy.columns import column_of
from iopsched.steps.offer import AddItem, AddNumber, DropRow, NewRow, OfferedStep, SetText, WrittenStep
from iopsched.steps.retyping import shown_cells
from iopsched.steps.rowkeys import id_of_row
from iopsched.steps.texts import text_after


def with_steps(
    tables: ClinicTables, offers: Sequence[OfferedStep], row_of: Callable[[str, Key], int | None]
) -> tuple[tuple[WrittenStep, ...], ClinicTables]:
    """Return offers as somebody would type them, in their order, and the tables with all of them.

    ``row_of`` gives the number of the row that a key means in a file. Rows are taken out after all else, the last first:
    so every other row has the number that it had before.

    Raises
    ------
    InputError
        If a row is not there, or a change would change anything else.
    """
    written: dict[int, WrittenStep] = {}
    dropped: list[tuple[str, int]] = []
    for place, offer in enumerate(offers):
        edit = offer.edit
        if isinstance(edit, DropRow):
            row = _row(offer, row_of)
            dropped.append((offer.file, row))
            written[place] = _dropped(tables, offer, row)
        else:
            tables, written[place] = _written(tables, offer, edit, row_of)
    for file, row in sorted(set(dropped), reverse=True):
        tables = tables.without_row(file, row)
    return tuple(written[place] for place in range(len(offers))), tables


def _written(
    tables: ClinicTables,
    offer: OfferedStep,
    edit: SetText | AddItem | AddNumber | NewRow,
    row_of: Callable[[str, Key], int | None],
) -> tuple[ClinicTables, WrittenStep]:
    file = offer.file
    if isinstance(edit, NewRow):
        tables = tables.with_row(file, edit.cells)
        return tables, _step(offer, id_of_row(file, max(tables.rows(file)), edit.cells), None, dict(edit.cells))
    row = _row(offer, row_of)
    cells = tables.rows(file)[row]
    old = cells.get(offer.column, "")
    new = text_after(edit, old, column_of(file, offer.column))
    return tables.with_cell(file, row, offer.column, new), _step(offer, id_of_row(file, row, cells), old, new)


def _dropped(tables: ClinicTables, offer: OfferedStep, row: int) -> WrittenStep:
    """Return the step that takes a row out, with all of its cells that do not tell who somebody is."""
    cells = tables.rows(offer.file)[row]
    return _step(offer, id_of_row(offer.file, row, cells), shown_cells(offer.file, cells), None)


def _row(offer: OfferedStep, row_of: Callable[[str, Key], int | None]) -> int:
    row = row_of(offer.file, offer.key)
    if row is None:
        message = f"The row that is to be changed ({', '.join(offer.key)}) is not there."
        raise refusal(offer.file, 0, offer.column, message, "Read the clinic again.")
    return row


def _step(offer: OfferedStep, name: str, old: str | Cells | None, new: str | Cells | None) -> WrittenStep:
    column = "" if isinstance(offer.edit, NewRow | DropRow) else offer.column
    return WrittenStep(offer.kind, offer.file, name, column, old, new, offer.price, offer.sentence)
