"""Display names, read only when an output has asked for them."""

from __future__ import annotations

from pathlib import Path

from iopsched.domain.names import Names
from iopsched.ingest.report import Report
from iopsched.ingest.source.kept import Facts, kept_source
from iopsched.ingest.source.opening import open_source
from iopsched.ingest.source.sources import Source
from iopsched.ingest.source.tables import Table, read_table
from iopsched.policy.column import TableKind
from iopsched.policy.columns import GROUPS, PARTICIPANTS, ROOMS, SERVICES, THERAPISTS, WAITLIST


def read_names(folder: Path) -> Names:
    """Return the names of a clinic folder or workbook; blank cells and unreadable files have none.

    It is taken to have passed :func:`inspect_clinic`; issues are not told again.
    """
    source = open_source(folder, Report())
    return Names() if source is None else _names_in(source)


def kept_names(facts: Facts) -> Names:
    """Return what of the names was kept with a published week: credentials, public names and links."""
    return _names_in(kept_source(facts, Report(lenient=True)))


def _names_in(source: Source) -> Names:
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


def _column(column: str, *tables: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in tables:
        for row in table.rows:
            if row[column]:
                found.setdefault(row[table.kind.needed[0]], row[column])
    return found
