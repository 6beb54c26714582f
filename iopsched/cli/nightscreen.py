"""What is said while a night of many clinics goes on: a line a site; on a terminal one more that renews itself; or JSON lines."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from iopsched.cli.console import out, talk
from iopsched.cli.liveline import LiveLine
from iopsched.domain.timegrid import hours
from iopsched.errors import Issue, alike, counted, others_alike
from iopsched.rulebook import UNITS, GoalId
from iopsched.views.goals import GOAL_WORDS, points
from iopsched.words.phrases import count

if TYPE_CHECKING:
    from iopsched.networks.engines.engine import Move
    from iopsched.networks.parcels import Advance
    from iopsched.networks.results import SiteResult
    from iopsched.networks.sites import Site, SiteList

PROGRESS = "iopsched.network.progress/1"
EVERY_S = 0.5
MOST_SAID = 10
"""So many kinds of faults of one site are said; the report has all."""
_BAD = frozenset({"bad_input", "contradiction", "no_schedule", "conflict", "not_written", "failed"})


@dataclass(slots=True)
class NightTally:
    """How far a night is: sites under way with what is known of their search, and how many have ended how."""

    sites: int
    slots: int
    begun: float = field(default_factory=time.monotonic)
    running: dict[str, Advance | None] = field(default_factory=dict)
    ended: int = 0
    solved: int = 0
    failed: int = 0
    spent_s: float = 0.0
    since: dict[str, float] = field(default_factory=dict)

    def end(self, result: SiteResult) -> None:
        """Count a site that has ended."""
        self.running.pop(result.site.name, None)
        self.since.pop(result.site.name, None)
        self.ended += 1
        self.failed += result.state in _BAD
        if result.tries:
            self.solved += 1
            self.spent_s += result.times.solving + result.times.writing

    def left_s(self) -> float | None:
        """Return about how many seconds are left, judged by the sites that were solved; None before there is one."""
        if not self.solved:
            return None
        each, now = self.spent_s / self.solved, time.monotonic()
        waiting = (self.sites - self.ended - len(self.running)) * each
        under_way = sum(max(0.0, each - (now - since)) for since in self.since.values())
        return (waiting + under_way) / self.slots


class NightScreen:
    """Tells a night to the person at the keyboard, or to a machine; use as a context."""

    def __init__(self, asked: SiteList, slots: int, *, as_json: bool, is_quiet: bool) -> None:
        self.tally = NightTally(len(asked.sites), slots)
        self._as_json = as_json
        self._is_quiet = is_quiet
        self._line = LiveLine(self._text, is_wanted=not is_quiet and not as_json)
        self._said: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._line.__enter__()
        return self

    def __exit__(self, *why: object) -> None:
        self._line.__exit__(*why)

    def move(self, sites: Sequence[Site], move: Move) -> None:
        """Take news of a search for these sites."""
        now = time.monotonic()
        with self._line.lock:
            for site in sites:
                self.tally.running[site.name] = move.advance or self.tally.running.get(site.name)
                self.tally.since.setdefault(site.name, now)
                self._pass_on(site.name, move, now)

    def end(self, result: SiteResult) -> None:
        """Say what became of a site."""
        with self._line.away():
            self.tally.end(result)
            self._say_issues(result)
            if self._as_json:
                self._emit("end", result.site.name, {"state": result.state, "unmet_minutes": result.unmet_minutes})
            elif not self._is_quiet:
                talk(f"{self.tally.ended}/{self.tally.sites} {site_line(result)}")

    def _say_issues(self, result: SiteResult) -> None:
        """Say the faults of a site's files, each behind the site's name; those of a site that has a week are for `check`."""
        if result.state not in ("bad_input", "contradiction"):
            return
        groups = alike(result.issues)
        for group in groups[:MOST_SAID]:
            talk(" ".join(filter(None, (_behind(result.site.name, str(group[0])), others_alike(group)))))
        if left := sum(map(counted, groups[MOST_SAID:])):
            talk(f"{result.site.name}: and {count(left, 'more fault')}, which the report lists.")

    def _pass_on(self, name: str, move: Move, now: float) -> None:
        """Tell a machine what is new, of each search at most twice a second; a person of a worker that is lost."""
        if move.is_lost and not self._as_json and not self._is_quiet:
            with self._line.away():
                talk(f"{name}: whoever solved it was lost; it is tried again.")
        event = "lost" if move.is_lost else "begun" if move.advance is None else "advance"
        if not self._as_json or (event == "advance" and now - self._said.get(name, 0.0) < EVERY_S):
            return
        self._said[name] = now
        self._emit(event, name, {} if move.advance is None else advance_facts(move.advance))

    def _emit(self, event: str, name: str, more: dict[str, Any]) -> None:
        tally, left = self.tally, self.tally.left_s()
        numbers = {"ended": tally.ended, "sites": tally.sites, "running": len(tally.running), "failed": tally.failed}
        left_s = None if left is None else round(left)
        out(json.dumps({"schema": PROGRESS, "event": event, "site": name, **more, **numbers, "seconds_left": left_s}))

    def _text(self) -> str:
        tally, left = self.tally, self.tally.left_s()
        failed = f", {tally.failed} failed" if tally.failed else ""
        running = "; ".join(f"{name} {advance_words(one)}" for name, one in tally.running.items())
        time_left = "" if left is None else f" · about {time_words(left)} left"
        return f"{tally.ended} of {count(tally.sites, 'site')}{failed}{time_left} · {running}"


def advance_facts(advance: Advance) -> dict[str, Any]:
    """Return how far a search is for a machine."""
    goal = None if advance.goal is None else tuple(GoalId)[advance.goal]
    return {"goal": goal, "value": advance.value, "bound": advance.bound}


def advance_words(advance: Advance | None) -> str:
    """Return how far a search is in few words: the goal, its value and the best that is possible."""
    if advance is None or advance.goal is None:
        return "begins"
    goal = tuple(GoalId)[advance.goal]
    name = GOAL_WORDS[goal].lower()
    if advance.value is None:
        return name
    value = points(advance.value, goal, UNITS[goal])
    bound = "" if advance.bound is None else f", at best {points(min(advance.bound, advance.value), goal, UNITS[goal])}"
    return f"{name} {value}{bound}"


def time_words(seconds: float) -> str:
    """Return a stretch of time for people."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _behind(name: str, said: str) -> str:
    """Return what is said behind the name of a site; a site that is not there is named by its folder alone."""
    return said if said.startswith(f"{name}:") else f"{name}: {said}"


def site_line(result: SiteResult) -> str:
    """Return what became of a site as one line."""
    return f"{result.site.name}: {end_words(result)}"


def end_words(result: SiteResult) -> str:
    """Return what became of a site in a few words."""
    if result.has_week:
        minutes = result.unmet_minutes
        people = next((goal.value for goal in result.goals if goal.name == GoalId.PEOPLE_SHORT), 0)
        lack = f"{count(people, 'person', 'people')} short, {hours(minutes)} unmet" if minutes else "all needs met"
        return lack + _AFTER.get(result.state, f" ({result.times.solving:.1f} s)")
    if result.message:
        return result.message
    return _WITHOUT.get(result.state, "").format(_faults(result.issues))


_AFTER = {"skipped": ", made already", "interrupted": ", stopped early and not counted as done"}
_WITHOUT = {
    "bad_input": "{} in its files, listed above; its week was not made.",
    "contradiction": "{} in its files, listed above: facts that cannot hold together; its week was not made.",
    "not_reached": "not reached.",
}


def _faults(issues: Sequence[Issue]) -> str:
    return count(counted(issue for issue in issues if issue.level == "error"), "fault")
