"""Display names, read only when an output has asked for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from iopsched.domain.names import Names
from iopsched.ingest.report import Report
from iopsched.ingest.source.kept import Facts, kept_source
from iopsched.ingest.source.opening import open_source
from iopsched.ingest.source.tables import Table, read_table
from iopsched.policy.column import TableKind
from iopsched.policy.columns import GROUPS, PARTICIPANTS, ROOMS, SERVICES, THERAPISTS, WAITLIST


def read_names(folder: Path) -> Names:
    """Return the names of a clinic folder or workbook; blank cells and unreadable files have none.

    It is taken to have passed :func:`inspect_clinic`; issues are not told again.
    """
    source = open_source(folder, Report())
    if source is None:
        return Names()

    def table(kind: TableKind) -> Table:
        return read_table(source, kind)

    people = (table(PARTICIPANTS), table(WAITLIST))
    staff, rooms, groups = table(THERAPISTS), table(ROOMS), table(GROUPS)
    return Names(
        participants=_column("name", *people),
        initials=_column("initials", *people),
        therapists=_column("name", staff),
        credentials=_column("credential", staff),
        rooms=_column("name", rooms),
        groups=_column("name", groups),
        public_groups=_column("public_name", groups),
        group_links=_column("video_link", groups),
        staff_links=_column("video_link", staff),
        public_services=_column("public_name", table(SERVICES)),
    )


def kept_credentials(facts: Facts) -> Mapping[str, str]:
    """Return the credentials of staff as they were kept with a published week, by id."""
    return _column("credential", read_table(kept_source(facts, Report(lenient=True)), THERAPISTS))


def _column(column: str, *tables: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in tables:
        for row in table.rows:
            if row[column]:
                found.setdefault(row[table.kind.needed[0]], row[column])
    return found
