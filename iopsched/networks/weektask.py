"""The task of a site alone: its week."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

from iopsched import work
from iopsched.domain.outcome import Outcome
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.networks.parcels import Task, Tell, advance_of
from iopsched.params import Progress, SolveParams


@dataclass(frozen=True, slots=True)
class WeekAsked:
    """A week to be made: its facts, how to search, and a legal week to begin with if there is one."""

    problem: Problem
    params: SolveParams
    start: Schedule | None = None


def week_task(problem: Problem, params: SolveParams, start: Schedule | None = None) -> Task:
    """Return the task of making a week; the clinic's name stays at home."""
    nameless = replace(problem, clinic=replace(problem.clinic, name=""))
    return Task("week", WeekAsked(nameless, params, start))


def perform(asked: WeekAsked, tell: Tell, stop: threading.Event) -> Outcome:
    """Search for the week."""

    def hear(news: Progress) -> None:
        if (advance := advance_of(news)) is not None:
            tell(advance)

    return work.solving.find_week(asked.problem, asked.params, hear, stop, asked.start)
