"""The report of a night, as ``iopsched network`` asks for it and tells of it."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iopsched import work
from iopsched.cli.console import out, talk
from iopsched.cli.liveline import LiveLine
from iopsched.cli.nightscreen import PROGRESS
from iopsched.cli.options import path_option
from iopsched.errors import ConflictError, UsageError
from iopsched.words.phrases import count, shown

if TYPE_CHECKING:
    from iopsched.networks.engines.engine import Engine
    from iopsched.networks.results import NightResult
    from iopsched.work.networks import NightAsked
    from iopsched.work.nightreports import ReportAsked

HELP_S = 20.0
ReportFolder = Annotated[
    Path | None,
    path_option(
        "--out -o",
        "DIR",
        "Folder of the report. Default: network-2026-11-30, the first week's Monday, beside the network file, else here.",
    ),
]
CapacityLimit = Annotated[
    float,
    typer.Option(
        "--capacity-limit",
        metavar="S",
        min=0,
        max=3600,
        help="Seconds to ask each site, after all weeks are made, what would help and who more could come; 0 = not asked.",
    ),
]


class AskingScreen:
    """Tells how far the asking is: a line that renews itself on a terminal, lines of JSON for a machine."""

    def __init__(self, number: int, *, as_json: bool, is_quiet: bool) -> None:
        self._number = number
        self._as_json = as_json
        self._line = LiveLine(is_wanted=not is_quiet and not as_json)
        self._done = 0

    def hear(self, site: str) -> None:
        """Take that a site has answered."""
        self._done += 1
        if self._as_json:
            told = {"schema": PROGRESS, "event": "asked", "site": site, "asked": self._done, "sites": self._number}
            out(json.dumps(told))
        else:
            self._line.draw(f"{self._done} of {count(self._number, 'site')} asked what would help")

    def end(self) -> None:
        """Leave the line."""
        self._line.wipe()


@dataclass(frozen=True, slots=True)
class ReportTold:
    """What became of the report: its page, None without one; ``left`` sites were to be asked and were not."""

    page: Path | None = None
    left: int = 0
    has_failed: bool = False
    was_stopped: bool = False


def report_asked(asked: NightAsked, target: Path | None, seconds: float) -> ReportAsked | None:
    """Return what is asked of the report, None where there is none: of some sites alone only where somebody says where.

    Raises
    ------
    UsageError
        If it could not be written: told before the night begins.
    """
    if asked.only and target is None:
        return None
    params = replace(asked.params, workers=asked.params.workers or asked.cores)
    place = work.nightreports.report_place(asked.sites, target)
    return work.nightreports.ReportAsked(place, seconds, params, asked.sites)


def write_report(
    night: NightResult,
    asked: ReportAsked | None,
    engine: Engine,
    stop: threading.Event,
    *,
    as_json: bool,
    is_quiet: bool,
) -> ReportTold:
    """Write the report, and say so where that cannot be: the weeks are written all the same."""
    if asked is None:
        return ReportTold(was_stopped=stop.is_set())
    number = work.nightreports.to_ask(night, asked)
    if number and not stop.is_set() and not is_quiet:
        made = sum(result.has_week for result in night.results)
        written = f"{made} of {count(len(night.results), 'week')} written after {night.seconds:.0f} s."
        talk(f"{written} Asking {count(number, 'site')} what would help, at most {asked.seconds:g} s each.")
    screen = AskingScreen(number, as_json=as_json, is_quiet=is_quiet)
    try:
        found = work.nightreports.report_night(night, asked, engine, stop, screen.hear)
    except (UsageError, ConflictError) as error:
        talk(f"The weeks are made, but there is no report: {error}")
        return ReportTold(has_failed=True, was_stopped=stop.is_set())
    finally:
        screen.end()
    return ReportTold(found.page, found.left, was_stopped=stop.is_set())


def report_words(told: ReportTold) -> str:
    """Return where the report lies and what it does not know yet, blank where there is none."""
    if told.page is None:
        return ""
    left = f" ({count(told.left, 'site')} not asked what would help)" if told.left else ""
    return f"Report: {shown(told.page)}{left}"
