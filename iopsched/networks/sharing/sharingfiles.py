"""``people.csv`` and ``travel.csv`` beside a network file: who works at several sites, and how far these are apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from iopsched.ingest.cell.windows import Hours
from iopsched.ingest.report import At, Report
from iopsched.ingest.row.cells import Cells, Entry, read_entries
from iopsched.ingest.source.sources import Folder
from iopsched.ingest.source.tables import read_table
from iopsched.networks.sites import Site, SiteList
from iopsched.policy.column import TableKind
from iopsched.policy.columns.nights import PEOPLE, TRAVEL
from iopsched.words.wording import did_you_mean, quoted

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row of ``people.csv``: somebody at the sites of one clinic; minutes None where the cell is blank."""

    at: At
    person: str
    sites: tuple[Site, ...]
    therapist_id: str
    max_minutes_per_day: int | None
    max_minutes_per_week: int | None

    def limit(self, column: str) -> int | None:
        """Return the minutes of a column of limits, None where it is blank."""
        return self.max_minutes_per_day if column == "max_hours_per_day" else self.max_minutes_per_week


@dataclass(frozen=True, slots=True)
class TravelRow:
    """A row of ``travel.csv``."""

    start: tuple[Site, ...]
    end: tuple[Site, ...]
    minutes: int


def read_people(sites: SiteList, report: Report) -> list[PersonRow]:
    """Return who works at several sites; each fault is told."""
    found = _entries(sites.people, PEOPLE, report, lambda cells: _person(cells, sites))
    rows = [entry.value for entry in found if entry.value.sites]
    ids: dict[tuple[Path, str], PersonRow] = {}
    places: dict[tuple[str, Path], PersonRow] = {}
    limits: dict[tuple[str, str], PersonRow] = {}
    for row in rows:
        clinic = row.sites[0].clinic.resolve()
        first = ids.setdefault((clinic, row.therapist_id), row)
        if first is not row:
            message = f"This therapist_id of the site stands in row {first.at.row} already."
            report.tell("E-PERSON-TWICE", row.at.cell("therapist_id"), message, "Delete one of both rows.")
        elif (other := places.setdefault((row.person, clinic), row)) is not row:
            message = f"Person {quoted(row.person)} has another id at this site in row {other.at.row}."
            report.tell("E-PERSON-TWICE", row.at.cell("person"), message, "Give each person one id at each site.")
        for column in ("max_hours_per_day", "max_hours_per_week"):
            minutes = row.limit(column)
            if minutes is None:
                continue
            own = limits.setdefault((row.person, column), row)
            if minutes != own.limit(column):
                message = f"Row {own.at.row} states another limit of the same person."
                report.tell("E-PERSON-TWICE", row.at.cell(column), message, "Write each person's limit once.")
    return rows


def _person(cells: Cells, sites: SiteList) -> PersonRow:
    return PersonRow(
        cells.at,
        cells.own_id("person"),
        _sites(cells, "clinic" if cells.is_blank("site") and not cells.is_blank("clinic") else "site", sites),
        cells.own_id("therapist_id"),
        cells.minutes("max_hours_per_day"),
        cells.minutes("max_hours_per_week"),
    )


def read_travel(sites: SiteList, report: Report) -> Mapping[tuple[str, str], int]:
    """Return the minutes from one site to another by their names, and back where no row says otherwise."""
    found = _entries(
        sites.travel,
        TRAVEL,
        report,
        lambda cells: TravelRow(
            _sites(cells, "from", sites), _sites(cells, "to", sites), cells.needed_whole("minutes")
        ),
    )
    written: dict[tuple[str, str], int] = {}
    rows: dict[tuple[str, str], int] = {}
    for entry in found:
        ways = [(a.name, b.name) for a in entry.value.start for b in entry.value.end]
        if any(start == end for start, end in ways):
            report.tell("E-TRAVEL-TWICE", entry.at.cell("to"), "This way ends where it begins.", "Delete the row.")
        elif first := next((rows[way] for way in ways if way in rows), None):
            message = f"This way stands in row {first} already."
            report.tell("E-TRAVEL-TWICE", entry.at.cell("to"), message, "Delete one of both rows.")
        rows |= dict.fromkeys(ways, entry.at.row)
        written |= dict.fromkeys(ways, entry.value.minutes)
    return {(end, start): minutes for (start, end), minutes in written.items()} | written


def _entries(path: Path | None, kind: TableKind, report: Report, read: Callable[[Cells], T]) -> Sequence[Entry[T]]:
    return (
        () if path is None else read_entries(read_table(Folder(path.parent, report), kind), report, read, Hours()).items
    )


def _sites(cells: Cells, column: str, sites: SiteList) -> tuple[Site, ...]:
    """Return the sites that a cell means: the one of this name, else all weeks of the clinic; none (and a fault) if there are none."""
    text = cells.needed_text(column)
    if not text:
        return ()
    named = tuple(site for site in sites.sites if site.name == text)
    home = sites.file.parent if sites.file is not None else Path()
    chosen = named or tuple(site for site in sites.sites if site.clinic.resolve() == (home / text).resolve())
    if not chosen:
        message = f"The network file has no site {quoted(text)}."
        options = _names(sites.sites)
        cells.tell("E-SITE-UNKNOWN", column, message, did_you_mean(text, options) or "Write a name of its column site.")
        return ()
    clinic = chosen[0].clinic.resolve()
    return tuple(site for site in sites.sites if site.clinic.resolve() == clinic)


def _names(sites: Iterable[Site]) -> list[str]:
    return [site.name for site in sites]
