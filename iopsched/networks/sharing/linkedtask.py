"""The task of sites that share staff: their weeks, searched together."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from iopsched import work
from iopsched.networks.parcels import Task, Tell, advance_of
from iopsched.params import Progress, SolveParams
from iopsched.search.linked import LinkedOutcome, LinkedProblem


@dataclass(frozen=True, slots=True)
class LinkedAsked:
    """Weeks to be made together, and how to search; the limits are those of all of them."""

    linked: LinkedProblem
    params: SolveParams


def linked_task(linked: LinkedProblem, params: SolveParams) -> Task:
    """Return the task of making linked weeks; clinics' names stay at home."""
    sites = tuple(
        (name, replace(problem, clinic=replace(problem.clinic, name="")), start)
        for name, problem, start in linked.sites
    )
    return Task("linked", LinkedAsked(replace(linked, sites=sites), params))


def perform(asked: LinkedAsked, tell: Tell, stop: threading.Event) -> LinkedOutcome:
    """Search for the weeks."""

    def hear(news: Progress) -> None:
        if (advance := advance_of(news)) is not None:
            tell(advance)

    return work.solving.find_linked_weeks(asked.linked, asked.params, hear, stop)
