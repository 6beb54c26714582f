"""What became of each site in a night. Results are light: problem and outcome are kept packed until somebody asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from iopsched.domain.outcome import GoalId, GoalResult, Infeasible, Outcome, OutOfTime, Solved
from iopsched.domain.problem import Problem
from iopsched.errors import Issue
from iopsched.networks.parcels import unpacked
from iopsched.networks.sites import Site


class SiteState(StrEnum):
    """What became of a site."""

    DONE = "done"
    """Its week was made and is written."""
    SKIPPED = "skipped"
    """The same week was made by an earlier night from the same inputs and settings."""
    BAD_INPUT = "bad_input"
    """Its files have faults, which are the issues."""
    CONTRADICTION = "contradiction"
    """Pins or published facts cannot hold together."""
    NO_SCHEDULE = "no_schedule"
    """There are pins that must hold, and no week was found in time."""
    CONFLICT = "conflict"
    """Somebody else is at work there, or what is published is damaged."""
    NOT_WRITTEN = "not_written"
    """The disk refuses."""
    FAILED = "failed"
    """A bug, or whoever solved it was lost again and again."""
    INTERRUPTED = "interrupted"
    """The night was stopped; the best week so far is written, and counts as not done."""
    NOT_REACHED = "not_reached"
    """The night was stopped before there was anything."""


WITH_WEEK = frozenset((SiteState.DONE, SiteState.SKIPPED, SiteState.INTERRUPTED))
"""The states of a site whose folder holds a week."""


@dataclass(frozen=True, slots=True)
class SiteTimes:
    """Seconds of a site: reading it, waiting for a free core, its solve, and judging and writing what came back."""

    reading: float = 0.0
    waiting: float = 0.0
    solving: float = 0.0
    writing: float = 0.0


@dataclass(frozen=True, slots=True)
class Linked:
    """Sites that share staff, and what became of them together.

    ``sites`` are their names, ``people`` who is shared: (id, the ``therapist_id`` by site, minutes in sessions by site).
    ``way`` is ``together`` (in one model), ``rounds`` (one after the other) or blank where no weeks were made. ``unmet``
    and ``bound``: minutes of unmet need over all of them, and how many there are at least; None where that is not known.
    """

    sites: tuple[str, ...]
    people: tuple[tuple[str, Mapping[str, str], Mapping[str, int]], ...]
    way: str = ""
    unmet: int | None = None
    bound: int | None = None


@dataclass(frozen=True, slots=True)
class SiteResult:
    """One site and what became of it.

    ``issues`` are the faults of its input, warnings too; ``message`` is a sentence where there is no week. ``folder`` is
    where its week lies; ``kept`` where the week that was there before is kept, with the reason. ``earlier`` is how the
    earlier week is named, None without one. ``published`` is the revision that says the same as the week. ``goals`` are
    those of its week; of a site without one there are none. ``linked`` tells of the sites with which it shares staff, None
    of a site on its own.
    """

    site: Site
    state: SiteState
    issues: tuple[Issue, ...] = ()
    message: str = ""
    folder: Path | None = None
    kept: tuple[Path, str] | None = None
    earlier: Mapping[str, Any] | None = None
    published: int | None = None
    goals: tuple[GoalResult, ...] = ()
    linked: Linked | None = None
    packed_problem: bytes = b""
    packed_outcome: bytes = b""
    tries: int = 0
    times: SiteTimes = SiteTimes()

    @property
    def problem(self) -> Problem | None:
        """Return the facts of the week, None of a site that could not be read."""
        found: Problem | None = unpacked(self.packed_problem) if self.packed_problem else None
        return found

    @property
    def outcome(self) -> Outcome | None:
        """Return what the search ended with, None where there was none; of a site that was skipped as its folder tells it."""
        found: Outcome | None = unpacked(self.packed_outcome) if self.packed_outcome else None
        return found

    @property
    def made(self) -> tuple[Problem, Solved]:
        """Return the facts and the week of a site that has one.

        Raises
        ------
        LookupError
            If the site has none.
        """
        problem, outcome = self.problem, self.outcome
        if problem is None or not isinstance(outcome, Solved):
            raise LookupError(f"{self.site.name} has no week")
        return problem, outcome

    @property
    def unmet_minutes(self) -> int:
        """Return the minutes of unmet need of the week."""
        return next((goal.value for goal in self.goals if goal.name == GoalId.UNMET_NEED), 0)

    @property
    def has_week(self) -> bool:
        """Return whether its folder holds a week that this night, or an earlier one, has made."""
        return self.state in WITH_WEEK


@dataclass(frozen=True, slots=True)
class NightResult:
    """What became of all sites, in the order in which they were named; ``seconds`` are those of the whole night.

    ``lost`` is a sentence where whoever solved them was lost, which ended the night.
    """

    results: tuple[SiteResult, ...]
    was_interrupted: bool = False
    seconds: float = 0.0
    lost: str = ""


def state_of(outcome: Outcome) -> SiteState:
    """Return what a search's end means for its site, before anything is written."""
    if isinstance(outcome, Infeasible):
        return SiteState.CONTRADICTION
    if isinstance(outcome, OutOfTime):
        return SiteState.NOT_REACHED if outcome.was_interrupted else SiteState.NO_SCHEDULE
    return SiteState.INTERRUPTED if outcome.was_interrupted else SiteState.DONE
