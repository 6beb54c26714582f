"""Staff who work at several sites, as tables of the report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from iopsched.networks.overview.nightrows import LinkedRow, SharedRow
from iopsched.networks.results import Linked, SiteResult
from iopsched.networks.sites import SiteList
from iopsched.reports.reporttable import ReportTable

WAYS = {"together": "searched together", "rounds": "made one after the other"}
EARLIER = "made by an earlier night"
SHARED = "Where each of them is in sessions; nobody is at two sites at once, and the way between is kept free."
LINKED = "How near the weeks of sites that share staff are to the least that has to be lacking over all of them."


def shared_tables(results: Iterable[SiteResult]) -> tuple[ReportTable, ...]:
    """Return who is shared and how their sites were made; nothing where nobody is."""
    groups: dict[tuple[date, tuple[str, ...]], Linked] = {}
    for result in results:
        if result.linked is not None:
            groups.setdefault((result.site.week, result.linked.sites), result.linked)
    people = [row for told in groups.values() for row in _people(told)]
    linked = [_linked(told) for told in groups.values()]
    return (
        ReportTable("linked", "Sites that share staff", LINKED, LinkedRow, linked),
        ReportTable("shared", "Staff of several sites", SHARED, SharedRow, people),
    )


def _linked(told: Linked) -> LinkedRow:
    gap = None
    if told.unmet is not None and told.bound is not None:
        gap = round((told.unmet - told.bound) / max(1, told.unmet), 4)
    return LinkedRow(told.sites, WAYS.get(told.way, EARLIER), told.unmet, told.bound, gap)


def _people(told: Linked) -> Iterable[SharedRow]:
    for person, at, minutes in told.people:
        for site, therapist_id in sorted(at.items()):
            yield SharedRow(person, site, therapist_id, minutes.get(site), sum(minutes.values()))


def shared_staff(sites: SiteList) -> frozenset[tuple[str, str]]:
    """Return everybody who works at several sites, as site and id."""
    return frozenset(pair for group in sites.groups for person in group.people for pair in person.at)
