"""Which steps could be taken for people who lack something: data for whoever searches for the cheapest that help.

A function of each kind's name yields its offers. Nothing is ever offered that loosens a ratio, cap, license, age,
keep-apart row, authorization, number of a payer or level, or a rule of a preset.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.whereabouts import Rows
from iopsched.rulebook.steps import StepKind, price_of
from iopsched.steps.offer import OfferedStep
from iopsched.steps.offers import groups, newstaff, people, rooms, staffing, withdrawals
from iopsched.steps.offers.narrowing import narrowed
from iopsched.steps.offers.shortfall import Shortfall

__all__ = ["narrowed", "offers"]

_MODULES = (people, groups, rooms, staffing, newstaff, withdrawals)
_BY_KIND: Mapping[StepKind, Callable[[Shortfall], Iterator[OfferedStep]]] = {
    kind: next(getattr(module, kind) for module in _MODULES if hasattr(module, kind)) for kind in StepKind
}


def offers(
    problem: Problem, schedule: Schedule, short: Collection[str], *, rows: Rows | None = None
) -> tuple[OfferedStep, ...]:
    """Return the steps that could be taken for participants who lack something, by id, in the order of their kinds.

    ``rows`` are those of the reading of the clinic's files: without them cells are offered that a row of ``steps.csv``
    stands before. Kinds whose price is 0 are left out.
    """
    at = Shortfall(problem, schedule, short, rows or {})
    kinds = (kind for kind in StepKind if price_of(kind, problem.clinic.prices))
    return tuple(offer for kind in kinds for offer in _BY_KIND[kind](at))
