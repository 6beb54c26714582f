"""The sites of a network: each a clinic and the week that is to be made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from iopsched.errors import Issue


@dataclass(frozen=True, slots=True)
class Site:
    """One clinic and one week of it.

    ``name`` is how reports and messages call the site, each its own. ``clinic`` is its folder or workbook, ``week`` a
    Monday. ``time_limit_s`` is the limit of its search where it has one of its own. Sites of a higher ``priority`` come first.
    """

    name: str
    clinic: Path
    week: date
    time_limit_s: float | None = None
    priority: int = 0


@dataclass(frozen=True, slots=True)
class SharedStaff:
    """One person at several sites: (name of the site, ``therapist_id`` there), and the limits over all of them.

    None where ``people.csv`` states no limit.
    """

    id: str
    at: tuple[tuple[str, str], ...]
    max_minutes_per_day: int | None = None
    max_minutes_per_week: int | None = None


@dataclass(frozen=True, slots=True)
class LinkedGroup:
    """Sites of one week that share staff, directly or over others; ``travel``: minutes from one to another, where they are known."""

    sites: tuple[Site, ...]
    people: tuple[SharedStaff, ...]
    travel: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SiteList:
    """The sites of a night in the order in which they were named.

    ``file`` is the network file that names them, None where folders were named; ``people`` and ``travel`` are the files
    beside it that say who works at several sites and how far these are apart, None where there are none. ``issues`` are
    warnings about these files. ``groups`` are the sites that share staff; every other site is on its own.
    """

    sites: tuple[Site, ...]
    file: Path | None = None
    people: Path | None = None
    travel: Path | None = None
    issues: tuple[Issue, ...] = ()
    groups: tuple[LinkedGroup, ...] = ()
