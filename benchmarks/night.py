"""``python -m benchmarks.night FOLDER`` makes the weeks of many planted clinics one after the other, and several at once.

Printed of each way: seconds of the whole night and of all solves together, how the night compares with the solves shared
out evenly, what each site costs besides its solve, and whether all values are those of the first way. The clinics stay in
FOLDER and are made once; ``--seconds`` limits each search by the clock, ``--effort`` by deterministic time (repeatable).
"""

from __future__ import annotations

import argparse
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.planted import WEEK, plant
from iopsched import work
from iopsched.networks.engines.engine import Move
from iopsched.networks.results import NightResult, SiteResult
from iopsched.networks.sites import Site
from iopsched.params import SolveParams
from iopsched.preparing import prepare_search
from iopsched.work.nightengines import EngineAsked

SMALLEST, LARGEST = 30, 60
NOW = datetime(WEEK.year, WEEK.month, WEEK.day).astimezone()


class Silent:
    """Hears of everything and says nothing."""

    def move(self, sites: tuple[Site, ...], move: Move) -> None:
        """Take news."""

    def end(self, result: SiteResult) -> None:
        """Take a result."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to make the night: its name, and who does the tasks."""

    name: str
    engine: EngineAsked
    slots: int


def clinics_in(folder: Path, number: int) -> list[Path]:
    """Return so many planted clinics of 30 to 60 participants; those that are missing are made."""
    found = []
    for index in range(number):
        clinic = folder / f"site{index:03}"
        if not clinic.is_dir():
            plant(clinic, SMALLEST + (LARGEST - SMALLEST) * index // max(1, number - 1), index + 1)
        found.append(clinic)
    return found


def night_of(clinics: list[Path], way: Way, params: SolveParams) -> tuple[NightResult, float]:
    """Make all weeks anew; return what became of them and the seconds that it took, with the start of processes."""
    for clinic in clinics:
        shutil.rmtree(clinic / "schedules", ignore_errors=True)
    begun = time.monotonic()
    sites = work.networks.read_sites(clinics, WEEK)
    with work.nightengines.chosen_engine(way.engine) as chosen:
        asked = work.networks.NightAsked(sites, params, chosen.cores, NOW)
        night = work.networks.run_night(asked, chosen.engine, Silent(), threading.Event())
    return night, time.monotonic() - begun


def values_of(night: NightResult) -> list[tuple[str, str, tuple[int, ...]]]:
    """Return the values of all goals of each site."""
    return [
        (result.site.name, str(result.state), tuple(goal.value for goal in result.goals)) for result in night.results
    ]


def ways(jobs: int, cluster: int) -> Iterator[Way]:
    """Yield the ways that are compared."""
    yield Way("serial", EngineAsked(), 1)
    if jobs:
        yield Way(f"--jobs {jobs}", EngineAsked(jobs=jobs), jobs)
    if cluster:
        yield Way(f"--cluster {cluster}", EngineAsked(cluster=cluster), cluster)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--effort", type=float)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--cluster", type=int, default=0)
    parser.add_argument("--only", action="append", help="ways by name, such as serial")
    given = parser.parse_args()
    params = SolveParams(given.seconds, given.effort, workers=1)
    clinics = clinics_in(given.folder, given.sites)
    prepare_search()
    first = None
    for way in ways(given.jobs, given.cluster):
        if given.only and way.name not in given.only:
            continue
        night, wall_s = night_of(clinics, way, params)
        print(line_of(way, night, wall_s, first), flush=True)
        first = first or values_of(night)


def line_of(way: Way, night: NightResult, wall_s: float, first: object) -> str:
    """Return a line of figures."""
    solving = sum(result.times.solving for result in night.results)
    reading = sum(result.times.reading for result in night.results)
    each = (wall_s * way.slots - solving) / len(night.results)
    same = "" if first is None else f", values {'equal' if values_of(night) == first else 'DIFFER'}"
    return (
        f"{way.name}: {wall_s:.1f} s, solves {solving:.1f} s, wall / (solves / {way.slots}) = "
        f"{wall_s * way.slots / solving:.3f}, overhead a site {each:.2f} s (reading {reading / len(night.results):.2f}){same}"
    )


if __name__ == "__main__":
    main()
