"""The columns of a network file: which clinics' weeks are made in one night."""

from __future__ import annotations

from iopsched.policy.column import Column, TableKind
from iopsched.policy.columns.shared import number

NETWORK = TableKind(
    "NETWORK.csv",
    "a clinic whose week is made in the night",
    (
        Column("clinic", "Clinic folder or workbook, as seen from this file.", "label", is_needed=True),
        Column("week", "Any date of the week. Blank = that of --week, else next Monday's.", "date"),
        number("time_limit", "Seconds for the search of its week. Blank = --time-limit, else 60.", (1, 86_400)),
        number("priority", "Sites of a higher number are made first. Blank = 0.", (0, 999)),
        Column("site", "Name in reports, each site its own. Blank = the name of the clinic's folder.", "id"),
    ),
    is_needed=True,
)
