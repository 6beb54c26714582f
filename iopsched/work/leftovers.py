"""Leftovers of the example that a clinic was made from: invented people among the clinic's own."""

from __future__ import annotations

from pathlib import Path

from iopsched.errors import InputError, Issue
from iopsched.ingest.source.raw import RawClinic, read_raw
from iopsched.policy.columns import CLINIC_FILES
from iopsched.work.templates import templates

# Rooms, services and modules of two clinics may well be the same; people and what is said of them are not.
_SHARED = frozenset({"clinic.toml", "rooms.csv", "services.csv", "modules.csv"})
_MOST = 5


def leftovers(clinic: Path) -> tuple[Issue, ...]:
    """Return the rows left from the example, table by table; of a shipped example itself, nothing."""
    examples = templates()
    if clinic.resolve() in {path.resolve() for path in examples.values()} or (own := _raw(clinic)) is None:
        return ()
    found = [(name, issues) for name, path in examples.items() if (issues := _same(own, _raw(path), name))]
    return max((issues for _, issues in found), key=lambda issues: sum(issue.row > 0 for issue in issues), default=())


def _raw(path: Path) -> RawClinic | None:
    try:
        return read_raw(path)[0]
    except InputError:
        return None


def _same(own: RawClinic, example: RawClinic | None, name: str) -> tuple[Issue, ...]:
    if example is None:
        return ()
    found = []
    if own.settings.get("name") == example.settings.get("name"):
        found.append(
            _issue("clinic.toml", 0, "name", f"The name is still that of the example '{name}'.", "Write your own.")
        )
    for file in CLINIC_FILES:
        if file in _SHARED or file not in own.tables or file not in example.tables:
            continue
        theirs = {frozenset(cells.items()) for _, cells in example.tables[file].content}
        rows = [number for number, cells in own.tables[file].content if frozenset(cells.items()) in theirs]
        if rows:
            some = ", ".join(map(str, rows[:_MOST])) + (f" and {len(rows) - _MOST} more" if len(rows) > _MOST else "")
            is_are = f"Row {some} is" if len(rows) == 1 else f"Rows {some} are"
            message = f"{is_are} still as in the example '{name}'."
            found.append(_issue(file, rows[0], "", message, "Delete or replace what is not yours."))
    return tuple(found)


def _issue(file: str, row: int, column: str, message: str, remedy: str) -> Issue:
    return Issue(file, row, column, "I-TEMPLATE", message, remedy, level="information")
