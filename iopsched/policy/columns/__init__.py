"""Every column of a clinic folder, declared once: name, meaning, kind, bounds.

Readers, the workbook, the tables of ``docs/format.md`` and the tests that nothing is forgotten take them from here.
"""

from __future__ import annotations

from collections.abc import Mapping

from iopsched.policy.column import UNKNOWN, Column, TableKind
from iopsched.policy.columns.facts import (
    ATTENDANCE,
    COVERS,
    EXTRA_TIME,
    KEEP_APART,
    KEEP_TOGETHER,
    NEEDS,
    PINS,
    TIME_OFF,
)
from iopsched.policy.columns.offer import GROUPS, MODULES, ROOMS, SERVICES
from iopsched.policy.columns.people import PARTICIPANTS, STEPS, THERAPISTS, WAITLIST

__all__ = (
    "ATTENDANCE", "CLINIC_FILES", "COVERS", "EXTRA_TIME", "GROUPS", "KEEP_APART", "KEEP_TOGETHER", "LIST_COLUMNS",
    "MODULES", "NEEDS", "PARTICIPANTS", "PINS", "PRIVATE_COLUMNS", "ROOMS", "SERVICES", "SETTINGS_FILE",
    "STEPS", "TABLES", "THERAPISTS", "TIME_OFF", "WAITLIST", "column_of",
)  # fmt: skip

SETTINGS_FILE = "clinic.toml"
TABLES: Mapping[str, TableKind] = {
    table.file: table
    for table in (
        PARTICIPANTS,
        THERAPISTS,
        ROOMS,
        SERVICES,
        GROUPS,
        NEEDS,
        TIME_OFF,
        EXTRA_TIME,
        COVERS,
        KEEP_APART,
        KEEP_TOGETHER,
        PINS,
        WAITLIST,
        ATTENDANCE,
        MODULES,
        STEPS,
    )
}
CLINIC_FILES = (SETTINGS_FILE, *TABLES)
LIST_COLUMNS = frozenset(column.name for table in TABLES.values() for column in table.columns if column.is_list)
PRIVATE_COLUMNS = frozenset(column.name for table in TABLES.values() for column in table.columns if column.is_private)


def column_of(file: str, name: str) -> Column:
    """Return a column of a clinic by its normal name; one that is not known is a remark."""
    return TABLES[file].column(name) if file in TABLES else UNKNOWN
