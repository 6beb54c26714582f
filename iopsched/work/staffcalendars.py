"""One calendar for each person who works at several sites of a night, over all of their weeks there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from iopsched import work
from iopsched.errors import ConflictError, InputError, UsageError
from iopsched.export.assembly import valid_summary
from iopsched.export.calendars import FOLDER, shared_calendar
from iopsched.export.edition import Edition
from iopsched.export.filenames import safe_names
from iopsched.networks.results import NightResult
from iopsched.networks.sites import LinkedGroup, Site, SiteList
from iopsched.work.drafts import newest_folder
from iopsched.work.exports import edition_of
from iopsched.work.weeks import read_week


def shared_calendars(sites: SiteList, night: NightResult, now: datetime) -> Mapping[str, bytes]:
    """Return the calendars of shared staff as files by path; ``now`` knows its time zone, or is read on each site's clock.

    Each holds what an export of each site holds of the person: the week of the night, a draft before what is published, and
    every published week that has not ended. A site whose week cannot be read has no entries there.
    """
    made = {result.site: result.folder for result in night.results if result.has_week and result.folder is not None}
    editions: dict[Site, Edition] = {}
    places: dict[str, list[tuple[str, Edition, str]]] = {}
    for group in sites.groups:
        if made.keys().isdisjoint(group.sites):
            continue
        for site, person_id, own_id in _work(group):
            if site not in editions and (found := _edition(site, made.get(site), now)) is not None:
                editions[site] = found
            if site in editions:
                places.setdefault(person_id, []).append((site.name, editions[site], own_id))
    names = safe_names(places)
    return {f"{FOLDER}/shared-{names[key]}.ics": shared_calendar(key, own) for key, own in sorted(places.items())}


def _work(group: LinkedGroup) -> Iterable[tuple[Site, str, str]]:
    by_name = {site.name: site for site in group.sites}
    return ((by_name[name], person.id, own_id) for person in group.people for name, own_id in person.at)


def _edition(site: Site, folder: Path | None, now: datetime) -> Edition | None:
    """Return a site's week as calendars show it, None where it has none that can be read."""
    try:
        place = folder or newest_folder(site.clinic, site.week, site.week).folder
        read = read_week(site.clinic, place)
        summary = valid_summary(read.folder, read.inputs_sha256)
        edition = edition_of(read.clinic, read.problem, read.schedule, None, summary)
        moment = now if now.tzinfo is not None else now.replace(tzinfo=edition.zone)
        return work.calendars.told(read.clinic, edition, moment)[0]
    except (InputError, UsageError, ConflictError):
        return None
