"""Plant causes in clinics and compare what is told with what was planted.

    python -m scripts.causes --clinics 10 --pairs 200

A reason is right where it names the planted row and nothing else but sessions that are held then, and where a new solve
without the facts that it names gives the person more. Printed is whatever is not right, then the figures.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iopsched.domain.outcome import GoalId
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.build import build_model
from iopsched.model.decisions import read_decisions
from iopsched.params import SolveParams
from iopsched.search.clock import Clock
from iopsched.search.run import Settings, run
from iopsched.verifier import unmet_minutes, violations
from iopsched.why.reasons import causes
from scripts.causes.clinics import TARGET, clinic
from scripts.causes.plants import Plant, plants

PARAMS = SolveParams(time_limit_s=120, workers=1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of planted causes: ``right``, ``evaded`` (nobody is short), or what is wrong."""

    what: str
    planted: tuple[Plant, ...]
    told: str = ""


def judge(problem: Problem, planted: Sequence[Plant]) -> Verdict:
    """Return whether what is told of the target, or of whoever is short, is what was planted."""
    for plant in planted:
        problem = plant.change(problem)
    schedule, unmet = best_week(problem)
    if not unmet:
        return Verdict("evaded", tuple(planted))
    who = TARGET if TARGET in unmet else min(unmet)
    cause = causes(problem, schedule, [who])[who]
    rows = {(fact.kind, fact.subject) for fact in cause.facts if not fact.frees}
    rows = rows or {(fact.kind, fact.subject) for fact in cause.facts}
    if not rows:
        return Verdict("nothing told", tuple(planted), cause.sentence)
    if not rows <= frozenset().union(*(plant.told for plant in planted)):
        return Verdict("another fact", tuple(planted), cause.sentence)
    without = problem
    for fact in cause.facts:
        without = fact.undo(without)
    if without is not problem and sum(best_week(without)[1].values()) >= sum(unmet.values()):
        return Verdict("not true", tuple(planted), cause.sentence)
    return Verdict("right", tuple(planted), cause.sentence)


def best_week(problem: Problem) -> tuple[Schedule, dict[str, int]]:
    """Return a week with the least unmet need, and who lacks how many minutes in it."""
    model = build_model(problem)
    model.cp.minimize(model.goal(GoalId.UNMET_NEED))
    found = run(model.cp, Clock(PARAMS, threading.Event()), Settings(workers=1))
    if found.values is None or not found.is_proven:
        raise ValueError(f"No week was proven to be the best: the solver ended with {found.status}.")
    schedule = read_decisions(model.x, found.values)
    if violations(problem, schedule):
        raise ValueError("The week breaks a rule.")
    return schedule, {key: minutes for key, minutes in unmet_minutes(problem, schedule).items() if minutes}


def trials(clinics: int, pairs: int) -> Iterator[Verdict]:
    """Yield the verdict on every plant in every clinic, then on pairs of plants drawn by chance."""
    chance = random.Random(14)
    for seed in range(clinics):
        problem = clinic(seed)
        for plant in plants(problem):
            yield judge(problem, [plant])
    for number in range(pairs):
        problem = clinic(number % clinics)
        yield judge(problem, chance.sample(plants(problem), 2))


def main() -> int:
    """Run the trials; 1 where anything is not right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clinics", type=int, default=10)
    parser.add_argument("--pairs", type=int, default=200)
    options = parser.parse_args()
    found: Counter[str] = Counter()
    for verdict in trials(options.clinics, options.pairs):
        found[f"{len(verdict.planted)} planted: {verdict.what}"] += 1
        if verdict.what not in {"right", "evaded"}:
            names = " + ".join(plant.name for plant in verdict.planted)
            sys.stdout.write(f"{verdict.what}: {names}: {verdict.told}\n")
            sys.stdout.flush()
    for what, number in sorted(found.items()):
        sys.stdout.write(f"{what}: {number}\n")
    return int(any(not what.endswith(("right", "evaded")) for what in found))


if __name__ == "__main__":
    sys.exit(main())
