"""Which sites somebody means: by clinic folders and workbooks, or by a network file with a row for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path

from iopsched.domain import timegrid
from iopsched.errors import InputError, UsageError
from iopsched.ingest.cell.windows import Hours
from iopsched.ingest.report import Report
from iopsched.ingest.row.cells import Cells, Entry, read_entries
from iopsched.ingest.row.dates import mend_dates
from iopsched.ingest.source.sources import Folder
from iopsched.ingest.source.tables import read_table
from iopsched.networks.sites import Site, SiteList
from iopsched.policy.columns.nights import NETWORK

PEOPLE, TRAVEL = "people.csv", "travel.csv"
ENDING = ".csv"


def sites_of(paths: Sequence[Path], week: date) -> SiteList:
    """Return the sites of a network file, or of these clinics; ``week`` is the Monday of those that name none.

    Whether there is a clinic at each place is found out when it is read.

    Raises
    ------
    InputError
        If a network file has faults; it holds all of them.
    UsageError
        If a network file is named beside something else, or a clinic twice.
    """
    files = [path for path in paths if path.suffix.lower() == ENDING]
    if len(paths) == 1 and files:
        return _from_file(files[0], week)
    if files:
        raise UsageError(f"{files[0].name} is a network file. Name it alone, or name clinics.")
    resolved = Counter(path.resolve() for path in paths)
    if twice := next((path for path in paths if resolved[path.resolve()] > 1), None):
        raise UsageError(f"{twice} is named twice.")
    return SiteList(_with_names(Site("", path, week) for path in paths))


def _from_file(path: Path, week: date) -> SiteList:
    report = Report()
    kind = replace(NETWORK, file=path.name)
    table = read_table(Folder(path.parent, report), kind)
    mend_dates(table, report)
    rows = read_entries(table, report, lambda cells: _site(cells, path.parent, week), Hours())
    _tell_twice(rows.items, report)
    if report.has_errors:
        raise InputError(report.issues)
    beside = {name: path.with_name(name) for name in (PEOPLE, TRAVEL)}
    found = {name: file if file.exists() else None for name, file in beside.items()}
    return SiteList(_with_names(rows.values), path, found[PEOPLE], found[TRAVEL], report.issues)


def _site(cells: Cells, home: Path, week: date) -> Site:
    clinic = cells.needed_text("clinic")
    day = cells.day("week")
    if day is not None and not timegrid.is_planned(day):
        cells.tell(
            "E-DATE", "week", "This date lies in no week that can be planned.", "Write a date such as 2026-11-30."
        )
        day = None
    return Site(
        name="" if cells.is_blank("site") else cells.own_id("site"),
        clinic=home / clinic,
        week=week if day is None else timegrid.monday_of(day),
        time_limit_s=cells.whole("time_limit"),
        priority=cells.whole("priority") or 0,
    )


def _tell_twice(rows: Sequence[Entry[Site]], report: Report) -> None:
    """Tell of rows that name what another has named: the same week of a clinic, or the name of a site."""
    unsure = {issue.row for issue in report.issues if issue.level == "error" and issue.column in ("clinic", "week")}
    weeks: dict[tuple[Path, date], int] = {}
    names: dict[str, int] = {}
    for entry in rows:
        site, row = entry.value, entry.at.row
        first = row if row in unsure else weeks.setdefault((site.clinic.resolve(), site.week), row)
        if first != row:
            message = f"This clinic and week stand in row {first} already."
            report.tell("E-SITE-TWICE", entry.at.cell("clinic"), message, "Delete one of both rows.")
        first = names.setdefault(site.name.casefold(), row) if site.name else row
        if first != row:
            message = f"This name stands in row {first} already."
            report.tell("E-SITE-TWICE", entry.at.cell("site"), message, "Give each site a name of its own.", site.name)


def _with_names(sites: Iterable[Site]) -> tuple[Site, ...]:
    """Return the sites with a name for each, its own: that of the clinic's folder, as far as that tells them apart."""
    rows = tuple(sites)
    taken = {site.name.casefold() for site in rows if site.name}
    alike = Counter(_stem(site.clinic).casefold() for site in rows if not site.name)

    def name_of(site: Site) -> str:
        stem, home = _stem(site.clinic), _stem(site.clinic.absolute().parent)
        whole = f"{home}-{stem}" if alike[stem.casefold()] > 1 else stem
        found = next(name for name in _numbered(whole) if name.casefold() not in taken)
        taken.add(found.casefold())
        return found

    return tuple(site if site.name else replace(site, name=name_of(site)) for site in rows)


def _stem(clinic: Path) -> str:
    name = clinic.resolve().name
    return name.removesuffix(".xlsx") or "clinic"


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in count(2))
