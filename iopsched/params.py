"""How to search, and what is said while searching. Apart from the problem on purpose."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from iopsched.errors import UsageError
from iopsched.rulebook import GoalId

DEFAULT_LIMIT_S = 60.0
# Beside a deterministic limit the clock must not decide, or the same call would end differently on a busy machine.
BACKSTOP_LIMIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class SolveParams:
    """How to search. An empty ``SolveParams()`` is what the command line uses by default.

    ``time_limit_s``: wall-clock seconds for everything after reading, above 0.
    ``deterministic_limit``: CP-SAT's deterministic time in all (about a
    second each on one core), or None; with one worker it makes runs
    repeatable, and wall time then only is a backstop. ``seed``: 0 or more.
    ``workers``: search threads; 0 = all cores, 1 makes runs repeatable.

    Raises
    ------
    ValueError
        If a number is out of its bounds.
    """

    time_limit_s: float = DEFAULT_LIMIT_S
    deterministic_limit: float | None = None
    seed: int = 0
    workers: int = 0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.time_limit_s) and self.time_limit_s > 0):
            raise ValueError(f"The time limit is {self.time_limit_s} s, but must be positive.")
        limit = self.deterministic_limit
        if limit is not None and not (math.isfinite(limit) and limit > 0):
            raise ValueError(f"The deterministic limit is {limit}, but must be positive.")
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"The seed is {self.seed}, but must lie between 0 and 2147483647.")
        if not 0 <= self.workers <= 256:
            raise ValueError(f"The number of workers is {self.workers}, but must lie between 0 and 256.")


def params_of(time_limit_s: float | None, deterministic_limit: float | None, seed: int, workers: int) -> SolveParams:
    """Return the parameters that somebody asked for; without a time limit 60 s, or 3600 beside a deterministic limit.

    Raises
    ------
    UsageError
        If a number is out of its bounds.
    """
    if time_limit_s is None:
        time_limit_s = DEFAULT_LIMIT_S if deterministic_limit is None else BACKSTOP_LIMIT_S
    try:
        return SolveParams(time_limit_s, deterministic_limit, seed, workers)
    except ValueError as error:
        raise UsageError(str(error)) from None


@dataclass(frozen=True, slots=True)
class Progress:
    """One piece of news from a running solve.

    ``stage``: ``build``, ``construct``, ``model`` (the size of one that is
    about to be searched: its ``variables`` and ``constraints``, None
    elsewhere), ``goal`` (a new value or bound), ``goal_done`` or ``verify``.
    ``goal`` is None outside goals; ``value`` and ``bound`` are None while
    unknown.
    """

    stage: str
    elapsed_s: float
    time_left_s: float
    goal: GoalId | None = None
    value: int | None = None
    bound: int | None = None
    variables: int | None = None
    constraints: int | None = None


OnProgress = Callable[[Progress], None]
