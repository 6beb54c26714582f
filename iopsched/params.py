"""Parameters and progress of a search. Apart from the problem on purpose."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields

from iopsched.errors import UsageError
from iopsched.rulebook import GoalId

DEFAULT_LIMIT_S = 60.0
# Beside a deterministic limit the clock must not decide, or the same call would end differently on a busy machine.
BACKSTOP_LIMIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Effort:
    """What one call of the solver may cost: wall-clock seconds, and CP-SAT's deterministic time."""

    seconds: float
    deterministic: float


# How long a goal may wait for something better, against those that are still open: see iopsched.search.turn.
WEIGHTS: Mapping[GoalId, float] = {
    GoalId.UNMET_NEED: 0.6,
    GoalId.WORST_OFF: 0.02,
    GoalId.PEOPLE_SHORT: 0.03,
    GoalId.CHANGES: 0.35,  # counted only where somebody must be told of a change: then nothing is asked about more
    GoalId.MOVES: 0.3,
    GoalId.PREFERENCES: 0.09,
    GoalId.WORKLOAD: 0.08,
    GoalId.COST: 0.08,
}


@dataclass(frozen=True, slots=True)
class Tuning:
    """Numbers that decide how soon a good schedule is found, never which one is allowed.

    The defaults are measured, see ``docs/measurements.md``. A *choice* is one start and one lead that a one-to-one
    session could have; a *pair* is a participant and a member of staff.

    Turns (:class:`iopsched.search.turn.Turn`): a goal's turn ends when it is proven, or when nothing became better for
    ``patience`` times the longest wait so far, at least its part by ``weights`` of the ``least_wait`` of what is left, at
    most ``most_wait`` of it; smaller gains than ``least_gain`` of the gap are added up. A part of a week is one step of
    many: at least ``least_steps`` of them win nothing before a goal has stalled.

    All searches: ``completion_effort`` (deterministic) for completing a partial hint; ``check_s`` seconds for each question about contradicting pins. In a week searched as a whole single
    moves get at most ``polish_share`` of the time left after the first goal; in every week as much at the end. They take about ``polish_per_build`` times as
    long as the model to build, ``polish_effort`` (deterministic) a constraint; in a week where that is less than
    ``least_polish`` (deterministic) only the end has some. A week searched part by part is polished as a whole up to
    ``polish_choices``, above in parts of ``polish_part_choices``; a choice takes about ``polish_choice_s``, and
    ``polish_build_s`` until the first move.

    Size: from ``parts_from_choices`` choices on, a week is searched part by part (0 = always). Up to
    ``planned_pairs``, a relaxed week is waited for until it has stalled, and used as a plan;
    up to ``proven_pairs``, bounds are proven: above, even the relaxation is too large for the time that a week is given.

    Sketch: each group has at most ``group_leads`` possible leads, each one-to-one session ``session_leads`` leads and
    ``session_starts`` starts. Groups are decided ``groups_at_once``, and ``careful_groups_at_once`` where more than the
    share ``much_unmet`` of the need is unmet; then one-to-one sessions, ``people_at_once``. ``group_stage`` and
    ``session_stage`` are the efforts: what finds no place in this time finds none in four times as much.

    Promise: every need is asked for at once, with at most ``promise_leads`` leads for each one-to-one session,
    ``promise_times`` times of day for a group, ``promise_groups`` groups for a participant and ``promise_ways`` sessions
    formed freely for each that somebody needs, with ``promise_seeds`` seeds; then with all and one seed. Neither is asked
    where the sessions for several have more than ``promise_literals``. One try takes at most ``promise_effort``
    (deterministic) at 10,000 variables, more with their number to the power of 1.5, and ``promise_share`` of what is left; with several
    workers all tries and weeks near them together take at most ``promise_most`` of it.

    Outline: before a week is searched as a whole, a loose week of the least unmet need may take ``outline_share`` of what is left.

    Plans: one of unmet need is placed with the effort ``placing_stage``; others, or where that fails, in at most ``placing_attempts`` attempts, then mended in at most ``mending_steps`` steps.

    Parts: one takes the effort ``step``, at most ``step_share`` of what is left, and opens at first ``part_choices`` choices. That grows by ``growth`` where a
    part is solved to the end and shrinks by ``decline`` where it is not, between ``least_part_choices`` and
    ``most_part_choices``, so that a part takes about a second whatever the clinic. An open group counts as
    ``group_choices``. What a kind of part has won fades by ``decay``; each kind keeps ``least_chance`` of the best
    kind's weight, and no step counts as shorter than ``least_seconds``, of deterministic time too. ``sample_size`` people or
    leads are drawn; groups are opened beside their staff with ``group_probability``; at least ``min_open_days`` days are opened.
    What one-to-one sessions could be is made once and kept, up to about ``kept_visits`` ways. From goal ``preferences`` on, groups
    keep their room among at most ``told_apart`` equal ones; to tell more apart costs more than it wins.

    Processes: from ``processes_from_workers`` threads on, parts are solved in processes of their own, one a thread but for
    ``planning_workers``, at most ``most_processes``; below, threads of this process are as fast.

    Bounds: ``planning_workers`` and ``proving_workers`` are least numbers of threads; ``proving_subsolvers`` are those
    of CP-SAT that prove most in the first half minute (planning takes its own choice, which finds most). With one
    worker a bound may take ``effort_alone`` (deterministic). A proof that is being left is waited for ``join_timeout_s``.

    Raises
    ------
    ValueError
        If a number is out of its bounds.
    """

    weights: Mapping[GoalId, float] = field(default_factory=lambda: dict(WEIGHTS), hash=False)
    patience: float = 2.0
    least_wait: float = 0.25
    most_wait: float = 0.5
    least_gain: float = 0.01
    least_steps: int = 12
    completion_effort: float = 1.0
    check_s: float = 20.0
    polish_share: float = 0.5
    polish_per_build: float = 25.0
    polish_effort: float = 2.5e-4
    least_polish: float = 1.0
    polish_choices: int = 30_000
    polish_part_choices: int = 9000
    polish_choice_s: float = 2.5e-4
    polish_build_s: float = 1e-4

    parts_from_choices: int = 9001
    planned_pairs: int = 10_000
    proven_pairs: int = 30_000

    group_leads: int = 8
    session_leads: int = 2
    session_starts: int = 20
    groups_at_once: int = 2
    careful_groups_at_once: int = 4
    much_unmet: float = 0.004
    people_at_once: int = 60
    group_stage: Effort = Effort(seconds=4.0, deterministic=2.0)
    session_stage: Effort = Effort(seconds=1.0, deterministic=0.5)

    promise_leads: int = 5
    promise_times: int = 4
    promise_ways: int = 4
    promise_groups: int = 12
    promise_literals: int = 30_000
    promise_seeds: int = 4
    promise_effort: float = 1.0
    promise_share: float = 0.3
    promise_most: float = 0.4

    counting_step: Effort = Effort(seconds=2.0, deterministic=1.0)
    counting_proof: Effort = Effort(seconds=20.0, deterministic=6.0)
    day_step: Effort = Effort(seconds=8.0, deterministic=3.0)
    stretch_step: Effort = Effort(seconds=4.0, deterministic=1.5)
    stretch_minutes: int = 150
    reach_to_prove: float = 0.25

    outline_share: float = 0.3
    placing_attempts: int = 3
    placing_stage: Effort = Effort(seconds=10.0, deterministic=5.0)
    mending_steps: int = 8

    step: Effort = Effort(seconds=3.0, deterministic=1.0)
    step_share: float = 0.25
    part_choices: float = 4000.0
    least_part_choices: float = 1000.0
    most_part_choices: float = 40_000.0
    group_choices: float = 1500.0
    growth: float = 1.3
    decline: float = 0.6
    decay: float = 0.7
    least_chance: float = 0.3
    least_seconds: float = 0.01
    sample_size: int = 3
    group_probability: float = 0.5
    min_open_days: int = 2
    kept_visits: int = 200_000
    told_apart: int = 12

    processes_from_workers: int = 4
    most_processes: int = 14

    planning_workers: int = 2
    proving_workers: int = 1
    proving_subsolvers: tuple[str, ...] = ("default_lp",)
    effort_alone: float = 10.0
    join_timeout_s: float = 0.1

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            least = "not be negative" if each.name in _MAY_BE_0 else "be positive"
            if isinstance(value, int | float) and not (
                math.isfinite(value) and (value > 0 or (value == 0 and each.name in _MAY_BE_0))
            ):
                raise ValueError(f"{each.name} is {value}, but must {least}.")
        for name, share in [*self.weights.items(), *((name, getattr(self, name)) for name in _SHARES)]:
            if not 0 <= share <= 1:
                raise ValueError(f"{name} is {share}, but must lie between 0 and 1.")
        if self.growth < 1:
            raise ValueError(f"growth is {self.growth}, but must be at least 1.")
        if not self.least_part_choices <= self.part_choices <= self.most_part_choices:
            raise ValueError("part_choices must lie between least_part_choices and most_part_choices.")


_MAY_BE_0 = frozenset(
    {
        "parts_from_choices",
        "least_polish",
        "polish_choices",
        "planned_pairs",
        "proven_pairs",
        "much_unmet",
        "group_probability",
    }
)
_SHARES = (
    "promise_share",
    "promise_most",
    "outline_share",
    "least_wait",
    "most_wait",
    "least_gain",
    "polish_share",
    "much_unmet",
    "decline",
    "decay",
    "least_chance",
    "group_probability",
)


@dataclass(frozen=True, slots=True)
class SolveParams:
    """How to search. An empty ``SolveParams()`` is what the command line uses by default.

    ``time_limit_s``: wall-clock seconds for everything after reading, above 0.
    ``deterministic_limit``: CP-SAT's deterministic time in all (about a
    second each on one core), or None; with one worker it makes runs
    repeatable, and wall time then only is a backstop. ``seed``: 0 or more.
    ``workers``: search threads; 0 = all cores, 1 makes runs repeatable. ``tuning``: see :class:`Tuning`.

    Raises
    ------
    ValueError
        If a number is out of its bounds.
    """

    time_limit_s: float = DEFAULT_LIMIT_S
    deterministic_limit: float | None = None
    seed: int = 0
    workers: int = 0
    tuning: Tuning = field(default_factory=Tuning)

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
    elsewhere), ``goal`` (a new value or bound), ``goal_done``, ``polish``
    or ``verify``; ``memory``, once before any model is built: about how many MB the search takes at its largest.
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
    memory_mb: int | None = None


OnProgress = Callable[[Progress], None]
