"""Many clinics in one night: each is read, sent to whoever solves it, judged, and written as soon as its week is there.

Only the caller reads and writes. What goes wrong at one site is its result and stops no other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from iopsched.errors import UsageError
from iopsched.networks.engines.engine import Engine, EngineLostError, Finished, Move
from iopsched.networks.networkfile import sites_of
from iopsched.networks.nightfacts import night_facts
from iopsched.networks.parcels import Parcel
from iopsched.networks.results import NightResult, SiteResult, SiteState
from iopsched.networks.sharing.linkage import linked
from iopsched.networks.sharing.sharedtold import linked_lines
from iopsched.networks.sites import Site, SiteList
from iopsched.params import SolveParams
from iopsched.words.wording import did_you_mean, listed
from iopsched.work.linkednights import LinkedSites
from iopsched.work.sitenights import LoneSite, Unit


@dataclass(frozen=True, slots=True)
class NightAsked:
    """What somebody asks of a night.

    ``params`` are those of each search, but for the time limits that sites have of their own; with ``workers`` 0 each
    has ``cores`` threads. ``now`` is the clock. With ``is_again`` weeks that were made already are made once more. ``only`` are the names of the sites whose weeks are
    wanted, none = all; those that share staff with them bind with the weeks they have.
    """

    sites: SiteList
    params: SolveParams
    cores: int
    now: datetime
    is_again: bool = False
    only: frozenset[str] = frozenset()

    @property
    def wanted(self) -> tuple[Site, ...]:
        """Return the sites whose weeks are wanted, in the order in which they were named."""
        return tuple(site for site in self.sites.sites if not self.only or site.name in self.only)

    def params_of(self, site: Site) -> SolveParams:
        """Return how somebody asks to search for the week of a site."""
        limit = site.time_limit_s
        return self.params if limit is None else replace(self.params, time_limit_s=limit)


class NightListener(Protocol):
    """Whoever wants to know how a night goes on. Called from any thread; must neither raise nor take long."""

    def move(self, sites: Sequence[Site], move: Move) -> None:
        """Take news of a search for these sites."""
        ...

    def end(self, result: SiteResult) -> None:
        """Take what became of a site."""
        ...


def read_sites(paths: Sequence[Path], week: date) -> SiteList:
    """Return the sites of a network file, or of clinics: :func:`iopsched.networks.networkfile.sites_of`."""
    return linked(sites_of(paths, week))


def only_these(sites: SiteList, names: Sequence[str]) -> frozenset[str]:
    """Return the names of the sites that somebody wants alone.

    Raises
    ------
    UsageError
        If a name is none of a site.
    """
    known = [site.name for site in sites.sites]
    for name in names:
        if name not in known:
            raise UsageError(f"There is no site '{name}'. {did_you_mean(name, known) or 'Sites are: ' + listed(known)}")
    return frozenset(names)


def facts_of(night: NightResult) -> dict[str, Any]:
    """Return what became of all sites for a machine."""
    return night_facts(night)


def shared_lines(night: NightResult) -> tuple[str, ...]:
    """Return a sentence about each group of sites that share staff."""
    return linked_lines(night)


def run_night(asked: NightAsked, engine: Engine, listener: NightListener, stop: threading.Event) -> NightResult:
    """Make the week of every site; write each as soon as it is there.

    After ``stop`` is set, or the engine is lost, nothing new is begun. What is done stays done, and the same call goes on
    from there.
    """
    begun = time.monotonic()
    night = _NightUnderWay(asked, listener, stop)
    lost = ""
    try:
        for units in waves_of(units_of(asked)):
            for finished in engine.run(night.parcels(units), night.hear, stop):
                night.conclude(finished)
    except EngineLostError as error:
        lost = str(error)
    results = night.results()
    return NightResult(results, stop.is_set(), time.monotonic() - begun, lost)


def _size(clinic: Path) -> int:
    """Return about how large a clinic is, without reading it."""
    with suppress(OSError):
        return (clinic / "participants.csv" if clinic.is_dir() else clinic).stat().st_size
    return 0


def in_order(sites: Iterable[Site]) -> list[Site]:
    """Return the sites in the order in which they are begun: by priority, then those that take longest, so that a night ends evenly."""
    return sorted(sites, key=lambda site: (-site.priority, -(site.time_limit_s or 0), -_size(site.clinic)))


def units_of(asked: NightAsked) -> Iterator[Unit]:
    """Yield what is solved together, in the order in which it is begun: sites that share staff with the first of them."""
    group_of = {site: group for group in asked.sites.groups for site in group.sites}
    begun: set[Site] = set()
    order = in_order(asked.wanted)
    for site in order:
        if site in begun:
            continue
        group = group_of.get(site)
        own = [site] if group is None else [row for row in order if row in group.sites]
        begun.update(own)
        lone = [LoneSite(row, asked.params_of(row), asked.cores, asked.now, is_again=asked.is_again) for row in own]
        yield lone[0] if group is None else LinkedSites(group, lone)


def waves_of(units: Iterable[Unit]) -> list[list[Unit]]:
    """Return what is solved together in waves, one to be begun when the last has ended, each in the order given.

    The weeks of one clinic are in waves of their own, the earlier week first: a week goes on from the one before it, and a
    night holds a clinic while it makes a week of it.
    """
    rows = list(units)
    begun: dict[Path, int] = {}
    wave_of: dict[int, int] = {}
    for number, unit in sorted(enumerate(rows), key=lambda row: row[1].sites[0].week):
        homes = {site.clinic.resolve() for site in unit.sites}
        wave_of[number] = max(begun.get(home, 0) for home in homes)
        begun |= dict.fromkeys(homes, wave_of[number] + 1)
    waves = range(max(wave_of.values(), default=-1) + 1)
    return [[unit for number, unit in enumerate(rows) if wave_of[number] == wave] for wave in waves]


@dataclass(slots=True)
class _NightUnderWay:
    """A night under way: which searches are out, and what is known of each site."""

    asked: NightAsked
    listener: NightListener
    stop: threading.Event
    _out: dict[str, Unit] = field(default_factory=dict)
    _sent: dict[str, float] = field(default_factory=dict)
    _waited: dict[str, float] = field(default_factory=dict)
    _results: dict[Site, SiteResult] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def parcels(self, units: Iterable[Unit]) -> Iterator[Parcel]:
        """Read site after site; yield the task of each that is to be solved."""
        for unit in units:
            if self.stop.is_set():
                return
            key = str(next(self._numbers))
            parcel = unit.parcel(key)
            self._tell(unit.early())
            if parcel is not None:
                self._out[key], self._sent[key] = unit, time.monotonic()
                yield parcel

    def hear(self, move: Move) -> None:
        """Pass on news of a search."""
        if move.advance is None and not move.is_lost:
            self._waited.setdefault(move.key, time.monotonic() - self._sent.get(move.key, time.monotonic()))
        unit = self._out.get(move.key)
        if unit is not None:
            self.listener.move(unit.sites, move)

    def conclude(self, finished: Finished) -> None:
        """Judge and write what came back."""
        unit = self._out.pop(finished.key)
        del self._sent[finished.key]
        self._tell(unit.conclude(finished, self._waited.pop(finished.key, 0.0)))

    def results(self) -> tuple[SiteResult, ...]:
        """Return what became of every site, in the order in which they were named."""
        for unit in self._out.values():
            unit.leave()
        missing = [site for site in self.asked.wanted if site not in self._results]
        self._tell(SiteResult(site, SiteState.NOT_REACHED) for site in missing)
        return tuple(self._results[site] for site in self.asked.wanted)

    def _tell(self, results: Iterable[SiteResult]) -> None:
        for result in results:
            self._results[result.site] = result
            self.listener.end(result)
