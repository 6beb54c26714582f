"""The report of a night as files: one page, one workbook, a CSV for each table, and all of it for a machine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from iopsched.export.reporttables import PageTable, add_meanings, add_sheet, page_table, table_csv
from iopsched.export.sheets.plainbook import BookHead, PlainBook, SheetColumn
from iopsched.export.sheets.reports import add_table
from iopsched.export.templating import render, script_hash
from iopsched.networks.overview.nightoverview import NightOverview, SiteSection
from iopsched.reports.reporttable import ReportTable
from iopsched.words.phrases import count

PAGE, BOOK, FACTS = "network.html", "network.xlsx", "network.json"
SCRIPT = "sorting.js"
TITLE = "Network report"
MOST_PAGE_ROWS = 200
"""Of every table but that of the sites the page has so many rows; the workbook and the CSV have all."""
MOST_SECTIONS = 60
"""So many sites have a section of their own on the page, those that need somebody most."""
ON_PAGE = ("help", "hours", "linked", "shared", "shortages", "capacity")
IF_ANY = ("linked", "shared")
"""Tables that the page has only where they have rows."""
NOT_ON_PAGE = ("folder",)
HEADERS = {
    "unmet_bound": "Least possible (h)",
    "met": "All met",
    "points": "Trouble (points)",
    "price_of_next": "Trouble of one more (points)",
}
"""What stands above columns of the page whose name alone does not say it; its minutes are told in hours."""


@dataclass(frozen=True, slots=True)
class _PagePart:
    """A table of the page, and what the page leaves out of it."""

    key: str
    table: PageTable
    left_out: str
    nothing: str


def night_files(overview: NightOverview, facts: Mapping[str, object], week: date) -> dict[str, bytes]:
    """Return the files by name; ``facts`` are those of the night, to which the tables are added.

    Files of the same results are the same byte for byte, but for the table ``runs`` and the facts, which hold times.
    """
    found = {f"{table.key}.csv": table_csv(table) for table in overview.every_table}
    found[PAGE] = _page(overview)
    found[BOOK] = _workbook(overview, week)
    text = json.dumps({**facts, "report": overview.facts()}, indent=2, ensure_ascii=False, default=str)
    found[FACTS] = f"{text}\n".encode()
    return found


def _workbook(overview: NightOverview, week: date) -> bytes:
    book = PlainBook(
        BookHead(
            clinic=count(len(overview.tables[0].rows), "site"),
            title=TITLE,
            of=overview.weeks,
            status=f"{TITLE}, {overview.weeks}",
            status_word="as made",
            created=datetime.combine(week, time(), UTC),
        )
    )
    for place, table in enumerate(overview.tables):
        add_sheet(book, table, [*(overview.lines if place == 0 else ()), table.about])
    if overview.open_ends:
        columns = (SheetColumn("What was not looked for, or not finished", 120),)
        rows = [[text] for text in overview.open_ends]
        about = "What was not looked for, or not finished."
        add_table(book, "Not known", (about, about), columns, [about], rows)
    add_meanings(book, overview.tables)
    return book.finish()


def _page(overview: NightOverview) -> bytes:
    sites = overview.tables[0]
    parts = [_part(table) for table in overview.tables[1:] if _is_on_page(table)]
    return render(
        "night.html",
        record=None,
        title=TITLE,
        overview=overview,
        sites=page_table(_without_columns(sites), HEADERS),
        places={row.site: f"site-{place}" for place, row in enumerate(overview.sections[:MOST_SECTIONS], start=1)},
        size=count(len(sites.rows), "site"),
        parts=parts,
        sections=[_section(row) for row in overview.sections[:MOST_SECTIONS]],
        further=max(0, len(overview.sections) - MOST_SECTIONS),
        script=SCRIPT,
        script_hash=script_hash(SCRIPT),
    )


def _is_on_page(table: ReportTable) -> bool:
    return table.key in ON_PAGE and (bool(table.rows) or table.key not in IF_ANY)


def _without_columns(table: ReportTable) -> ReportTable:
    return replace(table, hidden=NOT_ON_PAGE)


def _part(table: ReportTable) -> _PagePart:
    rows: Sequence[object] = table.rows
    if table.key == "shortages":
        rows = [row for row in table.rows if row.unmet_minutes]
    if table.key == "capacity":
        rows = [row for row in table.rows if row.more or row.price_of_next]
    left = len(table.rows) - len(rows[:MOST_PAGE_ROWS])
    said = f"{count(left, 'more row')} in {table.key}.csv and the workbook." if left else ""
    return _PagePart(table.key, page_table(replace(table, rows=rows[:MOST_PAGE_ROWS]), HEADERS), said, table.nothing)


def _section(section: SiteSection) -> tuple[SiteSection, list[PageTable]]:
    return section, [page_table(replace(table, hidden=("site",)), HEADERS) for table in section.tables]
