"""Seconds of processor that models take to build in Python, on a clinic with a week that keeps every rule.

    python -m benchmarks.planted --participants 60 --seed 1 -- FOLDER
    python -m benchmarks.building FOLDER --held FOLDER-planted

*Parts* are opened by chance as a search opens them, after goal ``cost`` was reached: each is built with every goal, the goals
before as limits, and with the week as a hint. *Loose*, *whole* and *network* (what single moves read) are built once with every
goal. The process is prepared as that of `iopsched solve`. Each figure is the least of ``--times`` runs, so that other programs disturb little.
"""

from __future__ import annotations

import argparse
import gc
import random
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.ingest import read_problem, read_schedule
from iopsched.model.build import Model, build_model
from iopsched.model.decisions import values_of
from iopsched.model.loose import loose_candidates
from iopsched.model.terms import Terms
from iopsched.params import SolveParams
from iopsched.preparing import prepare_search
from iopsched.rulebook import GoalId
from iopsched.search.clock import Clock
from iopsched.search.incumbent import Incumbent
from iopsched.search.parts.neighborhoods import Neighborhoods, Snapshot
from iopsched.search.polish.rounds import Polish
from iopsched.search.workshop import Workshop
from iopsched.verifier import goal_values, violations

GOALS = tuple(GoalId)


class Bench:
    """One clinic with one week of it."""

    def __init__(self, problem: Problem, week: Schedule, parts: int, seed: int) -> None:
        self.problem = problem
        self.week = week
        self.parts = parts
        self.seed = seed

    def workshop(self) -> None:
        """Make what all parts have in common."""
        Workshop(Terms(self.problem))

    def open_parts(self) -> None:
        """Open parts, each with every goal."""
        workshop = Workshop(Terms(self.problem))
        near = Neighborhoods(workshop, random.Random(self.seed))
        openers = near.open_people, near.open_staff, near.open_groups, near.open_days
        for number in range(self.parts):
            snapshot = Snapshot(workshop, self.week, GoalId.COST)
            opening = openers[number % len(openers)](snapshot, workshop.tuning.part_choices)
            model = workshop.open_part(self.week, opening, told_apart=workshop.tuning.told_apart, is_about_all=False)
            values = goal_values(self.problem, self.week, {person.id for person in model.x.participants})
            for goal in GOALS:
                model.limit(goal, values[goal].value)
            values_of(model.x, self.week)

    def loose(self) -> None:
        """Build the model in which starts are open."""
        workshop = Workshop(Terms(self.problem))
        candidates = loose_candidates(workshop.factory)
        _all_goals(build_model(self.problem, terms=workshop.terms, candidates=candidates, told_apart=0))

    def whole(self) -> None:
        """Build the model of the whole week."""
        _all_goals(build_model(self.problem))

    def network(self, model: Model) -> None:
        """Read the model of the whole week as single moves do."""
        clock = Clock(SolveParams(time_limit_s=600.0), threading.Event())
        incumbent = Incumbent(self.problem, GOALS)
        incumbent.take_if_legal(self.week)
        polish = Polish(model, clock, incumbent)
        if not polish.network.floor:
            raise ValueError("No helper variable was read.")

    def verify(self) -> None:
        """Verify the week and count its goals, as after a step."""
        if violations(self.problem, self.week):
            raise ValueError("The week breaks a rule.")
        goal_values(self.problem, self.week)


def _all_goals(model: Model) -> Model:
    for goal in GOALS:
        model.goal(goal)
    return model


def seconds_of(times: int, task: Callable[[], object]) -> float:
    """Return the least seconds of processor of some runs."""
    found = []
    for _ in range(times):
        gc.collect()
        begun = time.process_time()
        task()
        found.append(time.process_time() - begun)
    return min(found)


def main() -> None:
    """Print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--held", type=Path, help="a schedule folder of the clinic, for all but loose and whole")
    parser.add_argument("--week", type=date.fromisoformat, default=date(2026, 11, 30))
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--parts", type=int, default=8, help="how many parts")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="*", default=["parts", "loose", "whole", "network", "verify"])
    asked = parser.parse_args()
    prepare_search()
    problem = read_problem(asked.folder, asked.week)
    week = Schedule(problem.week) if asked.held is None else read_schedule(asked.held, problem)
    bench = Bench(problem, week, asked.parts, asked.seed)
    if "parts" in asked.only:
        common = seconds_of(asked.times, bench.workshop)
        print(f"workshop {common:.3f}")
        print(f"a part {(seconds_of(asked.times, bench.open_parts) - common) / asked.parts:.3f}")
    for name in ("loose", "whole", "verify"):
        if name in asked.only:
            print(f"{name} {seconds_of(asked.times, getattr(bench, name)):.3f}")
    if "network" in asked.only:
        model = _all_goals(build_model(problem))
        print(f"network {seconds_of(asked.times, lambda: bench.network(model)):.3f}")


if __name__ == "__main__":
    main()
