"""``python -m scripts.report_tables`` writes the tables of ``docs/reports.md`` from the rows declared in the package."""

from __future__ import annotations

from pathlib import Path

from iopsched.reports.attendancerows import Absence, UnmatchedRow
from iopsched.reports.auditrows import (
    AttendanceOnRecord,
    HoursOnRecord,
    SessionChangedLater,
    SessionOnRecord,
    Standard,
)
from iopsched.reports.authorizations import AuthorizationRow, UnitDay
from iopsched.reports.billing import BillingRow, CodeTotal
from iopsched.reports.onrecord import CancelledSession, ChainFault, RevisionRead
from iopsched.reports.payroll import StaffDayWorked, StaffSums
from iopsched.reports.reporttable import columns_of
from scripts.format_tables import markdown, with_tables

PAGE = Path(__file__).parents[1] / "docs" / "reports.md"
ROWS = {
    "billing rows": BillingRow,
    "billing by_code": CodeTotal,
    "billing absences": Absence,
    "unmatched": UnmatchedRow,
    "payroll rows": StaffDayWorked,
    "payroll by_week": StaffSums,
    "authorizations rows": AuthorizationRow,
    "authorizations days": UnitDay,
    "audit rows": SessionOnRecord,
    "audit hours": HoursOnRecord,
    "audit standards": Standard,
    "audit changes": SessionChangedLater,
    "audit attendance": AttendanceOnRecord,
    "audit faults": ChainFault,
    "cancelled": CancelledSession,
    "sources": RevisionRead,
}
_HELD = {
    "text": "text",
    "id": "an id",
    "ids": "ids, with `;` between",
    "date": "a date",
    "time": "a time of day",
    "moment": "a date and time",
    "minutes": "minutes",
    "number": "a whole number",
    "decimal": "a number",
    "yes_no": "`yes` or `no`",
}


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def filled(page: str) -> str:
    """Return the page with its tables as they are declared."""
    return with_tables(page, {name: _columns(row) for name, row in ROWS.items()})


def _columns(row: type) -> str:
    columns = ((f"`{column.name}`", _HELD[column.kind], column.meaning) for column in columns_of(row))
    return markdown(("column", "holds", "meaning"), columns)


if __name__ == "__main__":
    main()
