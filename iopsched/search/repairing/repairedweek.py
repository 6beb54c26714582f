"""The repaired weeks that are offered, each a search of its own: see :class:`iopsched.rulebook.repairchoices.ChoiceName`."""

from __future__ import annotations

import threading

from iopsched.domain.outcome import Outcome
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.params import OnProgress, SolveParams
from iopsched.rulebook.repairchoices import ORDERS, ChoiceName
from iopsched.search.lexicographic import solve_by
from iopsched.search.repairing.narrow import OnlyCanceled
from iopsched.search.repairing.nearpublished import FewestTold, RepairBeginning


def repaired(
    problem: Problem,
    choice: ChoiceName,
    params: SolveParams,
    stop: threading.Event | None = None,
    on_progress: OnProgress | None = None,
    start: Schedule | None = None,
) -> Outcome:
    """Make the week of a choice from the last published one, in the time asked for.

    ``problem`` knows what happened, the published week (``previous``) and from when on it may change (``now``). A bound is
    that of the weeks of the choice: ``cancel_only`` has few. Where ``must`` pins ask for what these cannot give, it is
    :class:`~iopsched.domain.outcome.Infeasible`, with all of them. ``start`` is a week to begin with, which ``cancel_only``
    does not need. For everything else see :func:`iopsched.search.solve`.
    """
    goals = ORDERS[choice]
    if choice is ChoiceName.CANCEL_ONLY:
        return solve_by(OnlyCanceled, problem, params, on_progress, stop, goals=goals)
    beginning = FewestTold if choice is ChoiceName.FEWEST_MOVES else RepairBeginning
    return solve_by(beginning, problem, params, on_progress, stop, goals=goals, start=start)
