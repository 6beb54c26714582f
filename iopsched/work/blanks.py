"""A clinic with nobody in it: settings with their defaults and remarks, the built-in services, headers of tables."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from iopsched import work
from iopsched.convert.folder import folder_files
from iopsched.files.folders import make_folder
from iopsched.files.newplaces import is_workbook_name, refuse_existing
from iopsched.ingest.source.raw import RawClinic, RawTable
from iopsched.policy.column import TableKind
from iopsched.policy.columns import SERVICES, TABLES
from iopsched.policy.presets import preset_table
from iopsched.policy.settings import setting_at

NAME = "Name of your clinic"
_BLOCKS = (("morning", "day", "09:00", "12:00"), ("evening", "evening", "18:00", "21:00"))
SETTINGS: Mapping[str, Any] = {
    "name": NAME,
    "timezone": "America/New_York",
    "open": "Mon-Fri 08:00-21:00",
    "populations": ["adult"],
    "grid_minutes": 30,
    "preset": "generic",
    "blocks": [
        {"id": name, "part": part, "start": start, "end": end, "days": "Mon-Fri"} for name, part, start, end in _BLOCKS
    ],
}
_SERVICES: tuple[Mapping[str, str], ...] = (
    {"service_id": "group", "kind": "group", "minutes": "180"},
    {"service_id": "individual", "kind": "individual", "minutes": "60", "adult_per_week": "1"},
)
_README = "README.md"


def blank_clinic() -> RawClinic:
    """Return a clinic for adults with the numbers of the generic rule set, the built-in services for adults and no other row."""
    generic = preset_table("generic")
    levels = {"iop-adult": generic["levels"]["iop-adult"]}
    settings = {
        **SETTINGS,
        "levels": levels,
        "ratios": {"adult": generic["ratios"]["adult"]},
        "staff": generic["staff"],
    }
    tables = {file: RawTable((1, [*kind.names])) for file, kind in _kinds().items()}
    names = tables[SERVICES.file].names
    rows = [(number, [row.get(name, "") for name in names]) for number, row in enumerate(_SERVICES, 2)]
    tables[SERVICES.file] = replace(tables[SERVICES.file], rows=tuple(rows))
    return RawClinic(settings, dict(_notes(settings, ())), tables)


def write_blank(target: Path) -> None:
    """Write a blank clinic as a new folder or workbook, with an identity of its own.

    In a folder ``README.md`` says what each column means, in a workbook the comment on it.

    Raises
    ------
    UsageError
        If something is there already, or the disk refuses.
    """
    refuse_existing(target)
    blank = blank_clinic()
    settings = {"name": NAME, "clinic_id": secrets.token_hex(8), **blank.settings}
    clinic = RawClinic(settings, blank.notes, blank.tables)
    if is_workbook_name(target):
        work.conversions.write_clinic(clinic, target)
    else:
        tables = {file: _csv(table) for file, table in clinic.tables.items()}
        make_folder(target, {**folder_files(clinic), **tables, _README: _columns().encode()})


def _csv(table: RawTable) -> bytes:
    """Return a table with all its columns, also those without a value."""
    return "".join(f"{','.join(cells)}\n" for _, cells in (table.header, *table.rows)).encode()


def _kinds() -> Mapping[str, TableKind]:
    """Return the tables with all their columns, also those that the populations give names to."""
    return {file: kind.spelled_out(SETTINGS["populations"]) if kind.other else kind for file, kind in TABLES.items()}


def _notes(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield what each setting means, by its dotted key."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _notes(value, (*path, name))
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, row in enumerate(value, 1):
                yield from _notes(row, (*path, name, str(number)))
        else:
            yield ".".join((*path, name)), setting_at(*path, name).meaning


def _columns() -> str:
    """Return a page with what each table is for and each column means."""
    lines = ["# The columns of each table", ""]
    for file, kind in _kinds().items():
        lines += [f"## {file}", "", f"One row is {kind.row}.", ""]
        lines += [f"- `{column.name}`: {column.meaning}" for column in kind.columns]
        lines.append("")
    return "\n".join(lines)
