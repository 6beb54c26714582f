"""The columns of a network file, and of the files beside it: which weeks are made in one night, and who works at several sites."""

from __future__ import annotations

from dataclasses import replace

from iopsched.policy.column import Column, TableKind
from iopsched.policy.columns.shared import HOURS_OF_DAY, HOURS_OF_WEEK, hours, number

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

_SITE = "a name of a site or a clinic of NETWORK.csv"
PEOPLE = TableKind(
    "people.csv",
    "one person on the staff of one site",
    (
        Column("person", "Code of the person over all sites, such as S1; no name.", "id", is_needed=True),
        Column("site", f"Where: {_SITE}.", "label"),
        Column("clinic", "Where, as the network file names the clinic; in place of site.", "label"),
        Column("therapist_id", "The person's id there.", "id", is_needed=True),
        hours(
            "max_hours_per_day",
            "Most hours in sessions on one day over all sites. Blank = the most that a site allows.",
            HOURS_OF_DAY,
        ),
        hours(
            "max_hours_per_week",
            "Most hours in sessions a week over all sites. Blank = the most that a site allows.",
            HOURS_OF_WEEK,
        ),
    ),
)
TRAVEL = TableKind(
    "travel.csv",
    "the way from one site to another, and back where no row says otherwise",
    (
        Column("from", f"Where it begins: {_SITE}.", "label", is_needed=True),
        Column("to", f"Where it ends: {_SITE}.", "label", is_needed=True),
        replace(number("minutes", "How long it takes.", (0, 600)), is_needed=True),
    ),
)
