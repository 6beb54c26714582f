"""Which sites of a night share staff, by ``people.csv`` and by ``shared = yes`` beside one ``therapist_id``."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import permutations
from pathlib import Path

from iopsched import ingest
from iopsched.domain.people import circles
from iopsched.errors import InputError
from iopsched.files.reading import UnreadableError, read_bytes
from iopsched.ingest.report import At, Report
from iopsched.networks.sharing.sharingfiles import PersonRow, read_people, read_travel
from iopsched.networks.sites import LinkedGroup, SharedStaff, Site, SiteList
from iopsched.policy.columns import SETTINGS_FILE, THERAPISTS
from iopsched.words.wording import did_you_mean, quoted

_SHARED = re.compile(rb"shared|s\x00h\x00a\x00r\x00e\x00d", re.IGNORECASE)
_SHARED_CELL = re.compile(rb">\s*shared\s*<", re.IGNORECASE)

Home = Path
"""Where a clinic lies, resolved: its sites of several weeks have one."""


@dataclass(slots=True)
class _Person:
    """Somebody while it is found out where they work: ``therapist_id`` by clinic."""

    id: str
    at: dict[Home, str] = field(default_factory=dict)
    max_minutes_per_day: int | None = None
    max_minutes_per_week: int | None = None


def linked(sites: SiteList) -> SiteList:
    """Return the sites with the groups of those that share staff, and what is to be said about their files.

    Clinics are read only where ``people.csv`` names them or their staff table has the column ``shared``. What is wrong in a
    clinic's own files is told when its week is made.

    Raises
    ------
    InputError
        If ``people.csv`` or ``travel.csv`` has faults; it holds all of them.
    """
    report = Report()
    rows = read_people(sites, report)
    ways = read_travel(sites, report)
    clinics = _Clinics(sites)
    people = [*_written(rows, clinics, report)]
    people += _marked(people, clinics, report)
    if report.has_errors:
        raise InputError((*sites.issues, *report.issues))
    groups = tuple(_groups(sites, people, ways, report))
    _tell_one_id(groups, clinics, report)
    return replace(sites, groups=groups, issues=(*sites.issues, *report.issues))


def _tell_one_id(groups: Iterable[LinkedGroup], clinics: _Clinics, report: Report) -> None:
    """Warn of linked clinics with one ``clinic_id``, as a copied folder has: calendars would take their sessions for the same."""
    seen: dict[str, Site] = {}
    for site in (site for group in groups for site in group.sites):
        own = clinics.clinic_ids.get(site.clinic.resolve(), "")
        first = seen.setdefault(own, site)
        if own and first.clinic.resolve() != site.clinic.resolve():
            message = f"Sites {first.name} and {site.name} have the same clinic_id."
            remedy = "Write another clinic_id at one of them; calendars would take sessions of both for the same."
            report.tell("W-CLINIC-ID", At(f"{site.name}/{SETTINGS_FILE}", 0, "clinic_id"), message, remedy)


class _Clinics:
    """The clinics of a night, each read once and only if somebody asks; ``week`` is that of the first of its sites."""

    def __init__(self, sites: SiteList) -> None:
        self.sites: dict[Home, list[Site]] = defaultdict(list)
        for site in sites.sites:
            self.sites[site.clinic.resolve()].append(site)
        self._staff: dict[Home, Mapping[str, bool] | None] = {}
        self.clinic_ids: dict[Home, str] = {}

    def staff(self, home: Home) -> Mapping[str, bool] | None:
        """Return whether each member of staff is marked as shared, by id; None of a clinic that cannot be read."""
        if home not in self._staff:
            problem = ingest.inspect_clinic(home, self.sites[home][0].week, is_for_solving=False).problem
            self._staff[home] = None if problem is None else {row.id: row.shared for row in problem.therapists}
            self.clinic_ids[home] = "" if problem is None else problem.clinic.clinic_id
        return self._staff[home]

    def marking(self) -> Iterator[Home]:
        """Yield the clinics whose staff table may have the column ``shared``: a look at its bytes spares reading the others."""
        if len(self.sites) > 1:
            yield from (home for home in self.sites if _may_mark(home))


def _may_mark(home: Home) -> bool:
    try:
        if home.is_dir():
            return _SHARED.search(read_bytes(home / THERAPISTS.file)) is not None
        with zipfile.ZipFile(home) as book:
            names = [name for name in book.namelist() if name.endswith("sharedStrings.xml") or "/worksheets/" in name]
            return any(_SHARED_CELL.search(book.read(name)) for name in names)
    except (OSError, UnreadableError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False


def _written(rows: Iterable[PersonRow], clinics: _Clinics, report: Report) -> Iterator[_Person]:
    """Yield the people of ``people.csv``; an id that a clinic does not have is a fault, and of who is at one site alone is told."""
    found: dict[str, _Person] = {}
    first: dict[str, PersonRow] = {}
    for row in rows:
        home = row.sites[0].clinic.resolve()
        staff = clinics.staff(home)
        if staff is not None and row.therapist_id not in staff:
            message = f"Site {row.sites[0].name} has no member of staff {quoted(row.therapist_id)}."
            remedy = did_you_mean(row.therapist_id, staff) or "Write a therapist_id of its therapists.csv."
            report.tell("E-PERSON-UNKNOWN", row.at.cell("therapist_id"), message, remedy, row.therapist_id)
        person = found.setdefault(row.person, _Person(row.person))
        first.setdefault(row.person, row)
        person.at[home] = row.therapist_id
        if row.max_minutes_per_day is not None:
            person.max_minutes_per_day = row.max_minutes_per_day
        if row.max_minutes_per_week is not None:
            person.max_minutes_per_week = row.max_minutes_per_week
    for person in found.values():
        if len(person.at) == 1:
            message = f"Person {quoted(person.id)} stands here at one site only, and shares nothing."
            others = [key for key in found if key != person.id]
            remedy = did_you_mean(person.id, others) or "Write a row for each site of a person, with the same code."
            report.tell("W-SHARED", first[person.id].at.cell("person"), message, remedy, person.id)
    yield from found.values()


def _marked(written: Iterable[_Person], clinics: _Clinics, report: Report) -> list[_Person]:
    """Return the people whom clinics mark as shared under one id, but for those of ``people.csv``; tell of whom nobody else has."""
    known = {(home, key) for person in written for home, key in person.at.items()}
    homes: dict[str, list[Home]] = defaultdict(list)
    for home in clinics.marking():
        for key, is_shared in (clinics.staff(home) or {}).items():
            if is_shared and (home, key) not in known:
                homes[key].append(home)
    taken = {person.id for person in written}
    found = []
    for key, own in sorted(homes.items()):
        if len(own) > 1:
            name = key if key not in taken else f"{key}-{key}"
            found.append(_Person(name, dict.fromkeys(own, key)))
            continue
        site = clinics.sites[own[0]][0].name
        message = (
            f"Member of staff {key} of site {site} is marked as shared, and no other site of this night has the same."
        )
        remedy = "Mark the same id at the other site, or map ids in people.csv beside the network file."
        report.tell("W-SHARED", At(f"{site}/{THERAPISTS.file}", 0, "shared"), message, remedy)
    return found


def _groups(
    sites: SiteList, people: Iterable[_Person], ways: Mapping[tuple[str, str], int], report: Report
) -> Iterator[LinkedGroup]:
    """Yield the groups of each week; tell of sites that share somebody and have no way written between them."""
    weeks: dict[date, list[Site]] = defaultdict(list)
    for site in sites.sites:
        weeks[site.week].append(site)
    asked: set[frozenset[str]] = set()
    for own in weeks.values():
        names = {site.clinic.resolve(): site.name for site in own}
        shared = [
            SharedStaff(
                person.id,
                tuple(sorted((names[home], key) for home, key in person.at.items() if home in names)),
                person.max_minutes_per_day,
                person.max_minutes_per_week,
            )
            for person in people
        ]
        shared = [person for person in shared if len(person.at) > 1]
        pairs = [(person.at[0][0], name) for person in shared for name, _ in person.at[1:]]
        for members in sorted(set(circles(pairs).values()), key=sorted):
            within = [person for person in shared if person.at[0][0] in members]
            between = {way for person in within for way in permutations([name for name, _ in person.at], 2)}
            known = tuple(sorted((start, end, ways[start, end]) for start, end in between if (start, end) in ways))
            asked |= {frozenset(way) for way in between if way not in ways}
            yield LinkedGroup(tuple(site for site in own if site.name in members), tuple(within), known)
    for start, end in sorted(tuple(sorted(way)) for way in asked):
        message = f"Sites {start} and {end} share staff, and travel.csv has no way between them: 0 minutes are assumed."
        report.tell("W-TRAVEL", At("travel.csv"), message, "Write a row with from, to and minutes.")
