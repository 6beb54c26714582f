"""A search for a week that runs in a process of its own: what it is asked, what it tells, and the week that it leaves.

What was found lies in a hidden folder beside the schedules until somebody takes it or not, so that nothing is lost where the
page, the browser or the computer ends meanwhile.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from iopsched import ingest, work
from iopsched.domain.outcome import GoalResult, Infeasible, OutOfTime, Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.errors import InputError
from iopsched.export.assembly import goals_in
from iopsched.files.output import read_summary, schedule_files, write_schedule
from iopsched.params import Progress, SolveParams
from iopsched.repairs.happeningwords import in_words
from iopsched.rulebook import UNITS, GoalId
from iopsched.verifier import hours, violations
from iopsched.views.goals import GOAL_WORDS, WEIGHTED, goal_lines, minutes_outside, points
from iopsched.work.basis import NONE
from iopsched.work.clinics import ClinicInput
from iopsched.work.drafts import default_folder

Facts = dict[str, Any]
Tell = Callable[[Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class WeekSearch:
    """What is asked of a search: a clinic's week, from a draft, with some of its sessions held, for so long.

    ``draft`` is the week from which it begins, empty where there is none; ``held`` are the ids of sessions of it that
    stay as they are. ``is_anew``: nothing of an earlier week is kept for its own sake. ``is_near``: as little of the draft
    is changed as the needs allow, where nothing of this week is published from which changes are counted anyway.
    """

    clinic: Path
    week: date
    now: datetime
    params: SolveParams
    draft: tuple[Session, ...] = ()
    held: frozenset[str] = frozenset()
    is_anew: bool = False
    is_near: bool = False


@dataclass(frozen=True, slots=True)
class FoundWeek:
    """A week that a search has left, as the verifier accepts it with the clinic's tables of today, and its goals."""

    problem: Problem
    schedule: Schedule
    goals: tuple[GoalResult, ...]


def found_folder(clinic: Path, week: date) -> Path:
    """Return where a search leaves what it found: ``schedules/.2026-11-30.found``."""
    folder = default_folder(clinic, week)
    return folder.with_name(f".{folder.name}.found")


def search_week(asked: WeekSearch, tell: Tell, stop: threading.Event) -> None:
    """Search, tell each piece of news, and write the best week into its folder as soon as the search has ended.

    Raises
    ------
    InputError
        If the clinic's tables have faults.
    KeptSessionsError
        If what is held breaks rules by itself.
    """
    given = _given(asked)
    for one in work.recording.forgotten(given):
        tell({"kind": "left_out", "text": str(in_words(one))})
    news = SearchNews(given.problem, tell)
    outcome = work.solving.find_week(given.problem, asked.params, news, stop, given.start)
    if not isinstance(outcome, Solved):
        tell(nothing_found(outcome, asked.params))
        return
    earlier = None if given.earlier is None else given.earlier.entry
    counted = hours(given.problem, outcome.schedule)
    inputs = "" if asked.held else given.inputs_sha256  # what is proven with sessions held says nothing of the clinic
    files = schedule_files(given.problem, outcome, counted, asked.params, inputs, earlier)
    write_schedule(found_folder(asked.clinic, asked.week), lambda _: files)
    tell(
        {
            "kind": "found",
            "is_optimal": outcome.is_optimal,
            "was_stopped": outcome.was_interrupted,
            "seconds": round(outcome.seconds, 1),
            "goals": goals_told(given.problem, outcome.schedule, outcome.goals),
        }
    )


def found_week(clinic: Path, week: date, now: datetime) -> FoundWeek | None:
    """Return what a search has left of a week, None where there is nothing that the verifier accepts today."""
    folder = found_folder(clinic, week)
    if not folder.is_dir():
        return None
    with contextlib.suppress(InputError):
        problem = work.clinics.read_clinic(clinic, week, None, now, is_for_solving=False).problem
        schedule = ingest.inspect_schedule(folder, problem).schedule
        if schedule is not None and not violations(problem, schedule):
            return FoundWeek(problem, schedule, goals_in(read_summary(folder)))
    return None


def drop_found(clinic: Path, week: date) -> None:
    """Forget what a search has left."""
    folder = found_folder(clinic, week)
    if folder.is_dir():
        shutil.rmtree(folder, ignore_errors=True)


def goals_told(problem: Problem, schedule: Schedule, goals: tuple[GoalResult, ...]) -> list[Facts]:
    """Return the goals of a week in the clinic's words: what it has, the best possible, how much better it could be."""
    lines = goal_lines(goals, problem.clinic, minutes_outside(problem, schedule))
    return [
        {
            "name": goal.name.value,
            "label": line.name,
            "value": goal.value,
            "bound": goal.bound,
            "text": _unless_points(line.value, goal.name, goal.value),
            "best": _unless_points(line.best, goal.name, goal.bound),
            "left": line.left,
            "is_proven": line.is_proven,
        }
        for goal, line in zip(goals, lines, strict=True)
    ]


def _unless_points(text: str, goal: GoalId, number: int) -> str:
    """Return a text, blank where it is only points, by which weeks are compared and which say nothing to a person."""
    return "" if goal in WEIGHTED and text == points(number, goal, UNITS[goal]) else text


class SearchNews:
    """A callback for a search that tells goals in words while they are searched; never raises into the solver."""

    def __init__(self, problem: Problem, tell: Tell) -> None:
        self._problem = problem
        self._tell = tell

    def __call__(self, news: Progress) -> None:
        """Tell a piece of news, if a person has a use for it."""
        common = {"elapsed_s": round(news.elapsed_s, 2), "left_s": round(max(0.0, news.time_left_s), 1)}
        if news.stage in ("goal", "goal_done") and news.goal is not None and news.value is not None:
            self._tell({"kind": "goal", **common, **self._goal(news.goal, news.value, news.bound)})
        elif news.stage in ("build", "construct", "polish", "verify"):
            self._tell({"kind": "stage", "stage": news.stage, **common})

    def _goal(self, goal: GoalId, value: int, bound: int | None) -> Facts:
        """Return a goal in words; of the later ones only the sum is known while they are searched."""
        facts = {"name": goal.value, "label": GOAL_WORDS[goal], "value": value, "bound": bound, "unit": UNITS[goal]}
        if bound is None:
            text = _unless_points(points(value, goal, UNITS[goal]), goal, value)
            return {**facts, "text": text, "best": "", "left": "", "is_proven": False}
        found = GoalResult(goal, value, min(bound, value), UNITS[goal])
        (line,) = goal_lines((found,), self._problem.clinic)
        told = {"left": line.left, "is_proven": found.is_proven}
        told |= {"text": _unless_points(line.value, goal, value), "best": _unless_points(line.best, goal, found.bound)}
        return {**facts, "bound": found.bound, **told}


def _given(asked: WeekSearch) -> ClinicInput:
    """Return the clinic as it is read, with what is held, and with the draft as the week to begin with."""
    earlier = NONE if asked.is_anew else None
    given = work.clinics.read_clinic(asked.clinic, asked.week, earlier, asked.now)
    if not asked.draft:
        return given
    schedule = Schedule(asked.week, tuple(sorted(asked.draft)))
    held = tuple(row for row in schedule.sessions if row.id in asked.held)
    previous = given.problem.previous
    if asked.is_near and (previous is None or previous.week != asked.week):
        # what is proven of changes against the draft says nothing of the clinic's own weeks
        given = replace(given, problem=replace(given.problem, previous=schedule), inputs_sha256="")
    return work.holding.held_in(given, schedule, held)


def nothing_found(outcome: Infeasible | OutOfTime, params: SolveParams) -> Facts:
    """Return why there is no week."""
    if isinstance(outcome, Infeasible):
        pins = [str(pin) for pin in outcome.pins]
        return {"kind": "none", "why": "contradiction", "pins": pins, "seconds": round(outcome.seconds, 1)}
    why = "stopped" if outcome.was_interrupted else "time"
    return {"kind": "none", "why": why, "limit_s": params.time_limit_s, "seconds": round(outcome.seconds, 1)}
