"""The screen on which the clinic's tables are typed into: tables, cells, faults, and taking changes back."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from iopsched import work
from iopsched.edits.tablechange import TableChange
from iopsched.errors import InputError
from iopsched.files.rewriting import ChangedElsewhereError, HeldElsewhereError
from iopsched.page.asked import PageRequest, Refused, RequestWay
from iopsched.page.filewatch import expect_change
from iopsched.page.inputfacts import cell_facts, column_facts, fault_facts
from iopsched.policy.columns import SETTINGS_FILE, TABLES

if TYPE_CHECKING:
    from iopsched.edits.undolog import Step
    from iopsched.work.inputediting import InputState
    from iopsched.work.inputtables import CellFault, InputView

STEP = "input"
MOST_ROWS = 500
MOST_TOLD = 200
_LEVELS = ("error", "warning", "information")
_KNOWN = "input faults"


def badge(asked: PageRequest) -> Mapping[str, Any]:
    """Return how many faults the input has that forbid to solve."""
    try:
        errors = _levels(_faults(asked, work.inputediting.read_input(asked.clinic.path)))["error"]
    except InputError as error:
        errors = sum(issue.level == "error" for issue in error.issues)
    return {"badge": errors or None, "sign": "!" if errors else ""}


def _view(asked: PageRequest, state: InputState) -> InputView:
    return work.inputtables.InputView(state.tables, shows_names=asked.session.shows_names)


def _faults(asked: PageRequest, state: InputState, *, is_thorough: bool = False) -> Sequence[CellFault]:
    """Return the faults of the input as it lies now, thoroughly where that was asked of this state before.

    One state of the files is looked at once, whoever asks.
    """
    kept = _kept(asked, state)
    if is_thorough and True not in kept:
        found = work.clinics.check(asked.clinic.path, asked.week, asked.page.clock())
        kept[True] = work.inputtables.placed(work.inputtables.InputView(state.tables), found.issues)
    return kept[True] if True in kept else _quick_faults(asked, state)


def _quick_faults(asked: PageRequest, state: InputState) -> Sequence[CellFault]:
    """Return what the reader finds in milliseconds."""
    kept = _kept(asked, state)
    if False not in kept:
        view = work.inputtables.InputView(state.tables)
        kept[False] = work.inputtables.quick_faults(asked.clinic.path, view, asked.week)
    return kept[False]


def _kept(asked: PageRequest, state: InputState) -> dict[bool, Sequence[CellFault]]:
    """Return what is known of this state of the files, by whether it was looked at thoroughly."""
    found: dict[object, dict[bool, Sequence[CellFault]]] = asked.clinic.kept(_KNOWN, dict)
    key = (state.revision, asked.week)
    if key not in found:
        found.clear()
        found[key] = {}
    return found[key]


def _told(asked: PageRequest, state: InputState, faults: Sequence[CellFault]) -> list[Mapping[str, Any]]:
    """Return faults with the texts that a button may write."""
    remedies = work.inputremedies.InputRemedies(asked.clinic.path, _view(asked, state), asked.week)
    return [fault_facts(row, remedies if at < MOST_TOLD else None) for at, row in enumerate(faults)]


def _levels(faults: Sequence[CellFault]) -> Mapping[str, int]:
    """Return how many faults there are of each level, those not listed too."""
    return {level: sum(1 + row.issue.more for row in faults if row.issue.level == level) for level in _LEVELS}


def overview(asked: PageRequest, state: InputState) -> Mapping[str, Any]:
    """Return the tables with their counts, and what can be taken back."""
    view, faults = _view(asked, state), _faults(asked, state)

    def counts(file: str) -> Mapping[str, int]:
        return _levels([row for row in faults if row.table == file])

    tables = [
        {
            "id": file,
            "row": kind.row,
            "is_needed": kind.is_needed,
            "exists": view.has(file),
            "rows": len(view.table(file).rows),
            "faults": counts(file),
        }
        for file, kind in TABLES.items()
    ]
    undo = {step: state.what(step) if state.can(step) else None for step in ("undo", "redo")}
    return {
        "revision": state.revision,
        "names": asked.session.shows_names,
        "is_workbook": not state.files.path.is_dir(),
        "tables": tables,
        "settings": {
            "id": SETTINGS_FILE,
            "faults": counts(SETTINGS_FILE),
            "revision": state.revision_of(SETTINGS_FILE),
        },
        "faults": _levels(faults),
        "problems": _told(asked, state, _sorted(_quick_faults(asked, state))[:MOST_TOLD]),
        **undo,
    }


def _get(asked: PageRequest) -> Mapping[str, Any]:
    return overview(asked, work.inputediting.read_input(asked.clinic.path))


def _get_revision(asked: PageRequest) -> Mapping[str, Any]:
    return {"revision": work.inputediting.read_input(asked.clinic.path).revision}


def _file(name: object) -> str:
    if not isinstance(name, str) or name not in TABLES:
        raise Refused(404, "table", "A clinic has no such table.")
    return name


def _number(value: object, default: int, most: int) -> int:
    found = default
    if isinstance(value, int) and not isinstance(value, bool):
        found = value
    elif isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        found = int(value)
    return max(0, min(found, most))


def _get_table(asked: PageRequest) -> Mapping[str, Any]:
    state = work.inputediting.read_input(asked.clinic.path)
    return _page(asked, state, _file(asked.path.get("name")), asked.query)


def _page(asked: PageRequest, state: InputState, file: str, part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return some rows of a table, its columns, and the faults in these rows."""
    view = _view(asked, state)
    table = view.table(file)
    begin = _number(part.get("from"), 0, 10_000_000)
    numbers = list(table.rows)[begin : begin + max(1, _number(part.get("count"), 200, MOST_ROWS))]
    shown = {0, *numbers, *([table.layout.header_row] if table.layout else [])}
    return {
        "table": file,
        "revision": state.revision_of(file),
        "exists": view.has(file),
        "trouble": table.trouble and f"{table.trouble.message} {table.trouble.remedy}",
        "header_row": table.layout.header_row if table.layout else 0,
        "columns": [column_facts(view, file, column) for column in table.columns],
        "lacking": [
            {"name": column.name, "meaning": column.meaning, "is_needed": column.is_needed} for column in table.lacking
        ],
        "next_column": len(table.layout.names) if table.layout else 0,
        "total": len(table.rows),
        "from": begin,
        "rows": [{"row": number, "cells": cell_facts(view, table, table.rows[number])} for number in numbers],
        "faults": _told(asked, state, [row for row in _faults(asked, state) if row.table == file and row.row in shown]),
    }


def _sorted(faults: Sequence[CellFault]) -> list[CellFault]:
    order = {file: at for at, file in enumerate((SETTINGS_FILE, *TABLES))}

    def place(row: CellFault) -> tuple[int, int, int, int]:
        at = -1 if row.place is None else row.place
        return _LEVELS.index(row.issue.level), order.get(row.table, len(order)), row.row, at

    return sorted(faults, key=place)


def _problems(asked: PageRequest) -> Mapping[str, Any]:
    """Return every fault and warning, also what can never work: errors first, then by table, row and column."""
    try:
        state = work.inputediting.read_input(asked.clinic.path)
    except InputError as error:
        view = work.inputtables.InputView(work.inputtables.NO_TABLES)
        return {"revision": "", "problems": [fault_facts(row) for row in work.inputtables.placed(view, error.issues)]}
    faults = _sorted(_faults(asked, state, is_thorough=True))
    quick = {row.issue for row in _quick_faults(asked, state)}
    return {
        "revision": state.revision,
        "problems": [
            {**told, "is_thorough": row.issue not in quick}
            for row, told in zip(faults, _told(asked, state, faults), strict=True)
        ],
    }


def _change(asked: PageRequest) -> Mapping[str, Any]:
    """Change cells and rows of a table."""
    file = _file(asked.body.get("table"))
    change = _asked_change(asked)
    columns = asked.body.get("columns", [])
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        raise _misshapen()
    left = 0
    with typing(asked):
        if not asked.session.shows_names and change.cells:
            seen = _view(asked, work.inputediting.read_input(asked.clinic.path))
            change, left = work.inputtables.without_hidden(seen, file, change)
        state = work.inputediting.change_table(asked.clinic.path, asked.text("revision", 100), file, change, columns)
    tell(asked, state)
    return {"input": overview(asked, state), "rows": _page(asked, state, file, asked.body), "left": left}


def _asked_change(asked: PageRequest) -> TableChange:
    """Return the change in a body: ``cells`` are ``[row, place, text]``, ``added`` rows of ``[place, text]``, ``removed`` rows."""
    cells: dict[int, dict[int, str]] = {}
    try:
        for row, place, text in asked.body.get("cells", []):
            cells.setdefault(_whole(row), {})[_whole(place)] = _text(text)
        added = tuple({_whole(place): _text(text) for place, text in row} for row in asked.body.get("added", []))
        removed = frozenset(map(_whole, asked.body.get("removed", [])))
    except (TypeError, ValueError):
        raise _misshapen() from None
    return TableChange(cells, tuple(row for row in added if any(row.values())), removed)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**9:
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _misshapen() -> Refused:
    return Refused(400, "body", "The change is not written as changes are.")


def _moved(step: Step) -> Callable[[PageRequest], Mapping[str, Any]]:
    def answer(asked: PageRequest) -> Mapping[str, Any]:
        with typing(asked):
            before = work.inputediting.read_input(asked.clinic.path)
            state = work.inputediting.move_input(asked.clinic.path, asked.text("revision", 100), step)
        tell(asked, state)
        return {"input": overview(asked, state), "done": before.what(step)}

    return answer


@contextlib.contextmanager
def typing(asked: PageRequest) -> Iterator[None]:
    """Hold the clinic while its files are changed, and say what stands in the way."""
    with asked.clinic.lock:
        try:
            yield
            expect_change(asked.clinic)
        except ChangedElsewhereError as error:
            raise Refused(409, "stale", str(error)) from None
        except HeldElsewhereError as error:
            raise Refused(409, "held", str(error), file=error.path.name) from None
        except InputError as error:
            issue = error.issues[0]
            raise Refused(
                400, "refused", f"{issue.message} {issue.remedy}", row=issue.row, column=issue.column
            ) from None


def tell(asked: PageRequest, state: InputState) -> None:
    """Tell all tabs that the files are others now."""
    asked.page.news.post("files", clinic=asked.clinic.number, revision=state.revision)


WAYS = (
    RequestWay("GET", "/input", _get),
    RequestWay("GET", "/input/revision", _get_revision),
    RequestWay("GET", "/input/problems", _problems),
    RequestWay("GET", "/input/table/{name}", _get_table),
    RequestWay("POST", "/input/change", _change),
    RequestWay("POST", "/input/undo", _moved("undo")),
    RequestWay("POST", "/input/redo", _moved("redo")),
)
