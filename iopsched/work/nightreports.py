"""The report of a night: what is kept of its results, what is asked of each site besides, and the folder of its files."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from iopsched.domain.outcome import GoalId, Solved
from iopsched.domain.problem import Problem
from iopsched.domain.sharing import Timetable
from iopsched.errors import ConflictError, UsageError
from iopsched.export.nightfiles import FACTS, PAGE, night_files
from iopsched.files import owned
from iopsched.files.output import SUMMARY, versions
from iopsched.files.reading import UnreadableError, read_bytes
from iopsched.ingest.report import Report
from iopsched.networks.engines.engine import Engine, EngineLostError
from iopsched.networks.growthtask import Growth, growth_task
from iopsched.networks.nightfacts import SCHEMA, night_facts
from iopsched.networks.overview.lendingpairs import Lending, lending_of
from iopsched.networks.overview.nightoverview import overview_of
from iopsched.networks.overview.sharedtables import shared_staff, shared_tables
from iopsched.networks.overview.sitegrowth import SiteGrowth, growth_told
from iopsched.networks.overview.siteview import SiteView, view_site
from iopsched.networks.parcels import Failure, Parcel, Reply, parcel_of, unpacked
from iopsched.networks.results import NightResult, SiteResult
from iopsched.networks.sharing.linklimits import links_of
from iopsched.networks.sharing.sharingfiles import read_travel
from iopsched.networks.sites import SiteList
from iopsched.params import SolveParams
from iopsched.search.linked.elsewhere import restricted

OWNER = "iopsched.network"
MOST_BYTES = 200_000_000
MOST_FOLDERS = 9
"""So many folders of one name are tried where somebody's own files are in the way."""
ASKED_FAILED = "The question failed; the week is not touched by that."


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """What somebody asks of a report: where, and how long each site may be asked what would help, 0 = not at all.

    ``params`` are those of the night's searches, ``sites`` those of its network; ``more`` are further files of the folder, by path.
    """

    target: Path
    seconds: float
    params: SolveParams
    sites: SiteList
    more: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportWritten:
    """Where a report lies, and how many sites were to be asked and were not."""

    page: Path
    left: int = 0
    is_elsewhere: bool = False


def report_place(sites: SiteList, target: Path | None) -> Path:
    """Return the folder of the report: the one named, else beside the network file, else here, named by the first week.

    Raises
    ------
    UsageError
        If something that is no folder is there.
    """
    first = min((site.week for site in sites.sites), default=None)
    home = sites.file.parent if sites.file is not None else Path()
    place = target or home / (f"network-{first.isoformat()}" if first is not None else "network")
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise UsageError(f"{place} is no folder of its own. Name another place for the report with --out.")
    return place


def report_night(
    night: NightResult, asked: ReportAsked, engine: Engine, stop: threading.Event, on_site: Callable[[str], None]
) -> ReportWritten:
    """Write the report of a night, ask each site what would help, and write the report again with the answers.

    What a report in the same place knows of the same weeks is not asked again. ``on_site`` hears of each site that has
    answered. Setting ``stop`` ends the asking; what is known is written.

    Raises
    ------
    UsageError
        If the disk refuses.
    ConflictError
        If files of somebody else are in the way in every folder of that name.
    """
    views = [view_site(result) for result in night.results]
    lending = Lending.not_looked(views) if stop.is_set() else _lending(views, asked.sites)
    report = _Report(night, asked, views, lending, _known(asked, night.results))
    page = report.write()
    if stop.is_set() or night.lost or not asked.seconds:
        return report.written(page)
    for growth in _asked(report, engine, stop):
        report.growths[growth.site] = growth
        on_site(growth.site)
        report.is_new = True
    return report.written(report.write() if report.is_new else page)


def _lending(views: Sequence[SiteView], sites: SiteList) -> Lending:
    """Return whose hours another site lacks; the ways between sites were read, and their faults told, before."""
    return lending_of(views, read_travel(sites, Report()), shared_staff(sites))


def to_ask(night: NightResult, asked: ReportAsked) -> int:
    """Return how many sites have a week and are to be asked what would help: those of which it is not known already."""
    if not asked.seconds or night.lost:
        return 0
    known = _known(asked, night.results)
    made = [result.site.name for result in night.results if result.has_week]
    return sum(name not in known or known[name].seconds < asked.seconds for name in made)


@dataclass(slots=True)
class _Report:
    """A report while answers come in."""

    night: NightResult
    asked: ReportAsked
    views: list[SiteView]
    lending: Lending
    growths: dict[str, SiteGrowth]
    is_new: bool = False

    @property
    def missing(self) -> list[SiteView]:
        """Return the sites that were not asked what would help, or not for as long as they may be asked."""
        asked = {name: growth.seconds for name, growth in self.growths.items()}
        made = [view for view in self.views if view.result.has_week]
        return [view for view in made if asked.get(view.name, -1.0) < self.asked.seconds]

    def beside(self, view: SiteView) -> Problem:
        """Return the facts of a site as its staff are left by the weeks of others."""
        return beside_others(view.result, self.asked.sites, self.night.results)

    def files(self) -> dict[str, bytes]:
        """Return the files."""
        asked = self.asked
        overview = overview_of(self.views, self.growths, self.lending, shared_tables(self.night.results))
        growths = [self.growths[key].as_json() for key in sorted(self.growths)]
        week = min(view.row.week for view in self.views)
        facts = {**night_facts(self.night), "growth": growths}
        return {**night_files(overview, facts, week), **asked.more}

    def write(self) -> Path:
        """Write all files, or none; beside the place where somebody's own files are in the way there."""
        files = self.files()
        for number in range(1, MOST_FOLDERS + 1):
            target = self.asked.target
            place = target if number == 1 else target.with_name(f"{target.name}-{number}")
            try:
                owned.replace_files(place, files, OWNER)
            except ConflictError:
                if number == MOST_FOLDERS:
                    raise
            else:
                return place / PAGE
        raise AssertionError

    def written(self, page: Path) -> ReportWritten:
        """Return where it lies."""
        left = len(self.missing) if self.asked.seconds else 0
        return ReportWritten(page, left, page.parent != self.asked.target)


def _key(result: SiteResult, asked: ReportAsked) -> str:
    """Return what stands for a week and how it is asked: equal for an equal week, options and versions."""
    assert result.folder is not None  # noqa: S101 - it has a week
    try:
        summary = read_bytes(result.folder / SUMMARY, MOST_BYTES)
    except UnreadableError:
        summary = b""
    params = asked.params
    how = json.dumps([params.seed, params.workers, versions()], sort_keys=True)
    return hashlib.sha256(summary + how.encode()).hexdigest()


def _known(asked: ReportAsked, results: Iterable[SiteResult]) -> dict[str, SiteGrowth]:
    """Return the answers of a report in the same place that are about the same weeks."""
    told = _facts(asked.target / FACTS)
    keys = {result.site.name: _key(result, asked) for result in results if result.has_week}
    found: dict[str, SiteGrowth] = {}
    for row in told.get("growth", ()) if told.get("schema") == SCHEMA else ():
        try:
            growth = SiteGrowth.from_json(row)
        except (KeyError, TypeError, ValueError):
            continue
        if keys.get(growth.site) == growth.key:
            found[growth.site] = growth
    return found


def _facts(path: Path) -> Mapping[str, Any]:
    try:
        told = json.loads(read_bytes(path, MOST_BYTES)) if path.is_file() else {}
    except (UnreadableError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _asked(report: _Report, engine: Engine, stop: threading.Event) -> Iterator[SiteGrowth]:
    """Ask every site of which nothing is known, the one that lacks most first."""
    asked = report.asked
    missing = sorted(report.missing, key=lambda view: (-(view.row.unmet_minutes or 0), view.name))
    names = {str(place): view for place, view in enumerate(missing)}

    def parcels() -> Iterator[Parcel]:
        for key, view in names.items():
            params = replace(asked.params, time_limit_s=asked.seconds)
            yield _parcel(key, view.result, report.beside(view), params)

    try:
        for finished in engine.run(parcels(), lambda _: None, stop):
            view = names[finished.key]
            key = _key(view.result, asked)
            if isinstance(finished.answer, Failure):
                continue
            reply: Reply = unpacked(finished.answer)
            if isinstance(reply.result, Growth):
                if not stop.is_set():
                    yield growth_told(view.name, key, reply.result, asked.seconds)
            else:
                yield SiteGrowth(view.name, "", asked.seconds, unfinished=(ASKED_FAILED,))
    except EngineLostError:  # the weeks are made, and what is known is told
        return


def _parcel(key: str, result: SiteResult, problem: Problem, params: SolveParams) -> Parcel:
    _, outcome = result.made
    bound = next((goal.bound for goal in outcome.goals if goal.name == GoalId.UNMET_NEED), 0)
    return parcel_of(key, growth_task(problem, outcome.schedule, bound, params), params.time_limit_s)


def beside_others(result: SiteResult, sites: SiteList, results: Iterable[SiteResult]) -> Problem:
    """Return the problem of a site that has a week; staff whom it shares are away where the weeks of other sites have them."""
    problem, _ = result.made
    group = next((group for group in sites.groups if result.site in group.sites), None)
    if group is None:
        return problem
    weeks = {row.site.name: row for row in results if row.has_week and row.site in group.sites}
    problems = {name: known for name, row in weeks.items() if (known := row.problem) is not None}
    others = [
        Timetable(name, known.clinic.timezone, known.week, outcome.schedule.sessions)
        for name, known in problems.items()
        if isinstance(outcome := weeks[name].outcome, Solved)
    ]
    return restricted(result.site.name, problem, links_of(group, problems), others)
