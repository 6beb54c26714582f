"""The tables of a clinic and their faults as JSON has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from iopsched.policy.columns import TABLES

if TYPE_CHECKING:
    from iopsched.work.inputremedies import InputRemedies
    from iopsched.work.inputtables import CellFault, InputColumn, InputTable, InputView


def column_facts(view: InputView, file: str, told: InputColumn) -> Mapping[str, Any]:
    """Return a column, with the words that its cells can be chosen from."""
    column = told.column
    return {
        "at": told.place,
        "name": told.name if told.is_known else "",
        "header": view.header(told),
        "kind": column.kind if told.is_known else "unknown",
        "is_list": column.is_list,
        "is_needed": told.name in TABLES[file].needed_somewhere,
        "is_hidden": column.is_private and not view.shows_names,
        "is_own": column.kind == "id" and not column.of and told.name == TABLES[file].needed[0],
        "meaning": column.meaning,
        "bounds": column.bounds,
        "offered": view.offered(column) if told.is_known else (),
    }


def cell_facts(view: InputView, table: InputTable, cells: Sequence[str]) -> Sequence[str | None]:
    """Return the cells of a row; one that is filled and not shown is null."""
    texts = [*cells, *[""] * (len(table.columns) - len(cells))]
    return [None if view.is_hidden(column, text) else text for column, text in zip(table.columns, texts, strict=True)]


def fault_facts(row: CellFault, remedies: InputRemedies | None = None) -> Mapping[str, Any]:
    """Return a fault with the cell that it is about, and the texts that a button may write there."""
    issue = row.issue
    return {
        "table": row.table,
        "row": issue.row,
        "at": row.place,
        "column": issue.column,
        "level": issue.level,
        "code": issue.code,
        "place": issue.place,
        "message": issue.message,
        "remedy": issue.remedy,
        "writes": list(issue.replacements if remedies is None else remedies.texts(row)),
        "more": issue.more,
    }
