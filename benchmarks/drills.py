"""Drills: a published week is upset, repaired, and the repair is judged: how soon, how far from the week, with what proof.

    python -m benchmarks.drills                                        100 drills on clinics of eight makes, 60 participants
    python -m benchmarks.drills --sizes 300 --number 20 --limit 12
    python -m benchmarks.drills --clinic data/complete --number 20

What upsets the week is drawn by a seed (:mod:`benchmarks.upsets`): the same arguments make the same drills. Each repaired
week is judged by the verifier, and compared with a search of the same week that has the same past and remembers nothing
else, with a longer limit: it must lose no more need, and is to move far fewer people. Clinics, published weeks and rows are
kept in a folder (``--home``); a run that is stopped goes on with the drills that are missing.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from benchmarks.callouts import moves_without_cause
from benchmarks.planted import MAKES, WEEK, plant_make
from benchmarks.upsets import KINDS, Upset, upset
from iopsched import scripting
from iopsched.domain.outcome import Outcome, Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.rulebook.repairchoices import ChoiceName
from iopsched.search import solve
from iopsched.search.repairing import repaired
from iopsched.verifier import goal_values, violations

FEW_MAKES = ("roomy", "tight", "crowded", "windows", "fixed", "teens", "evening", "telehealth")
DISRUPTION = (GoalId.CHANGES, GoalId.MOVES)
WITHOUT_MEMORY = (*(goal for goal in GoalId if goal not in DISRUPTION), *DISRUPTION)
SHOWN = (*list(GoalId)[:3], *DISRUPTION)
Row = dict[str, object]


@dataclass(frozen=True)
class Asked:
    """How drills are run: the limit of a repair, that of the search without memory (0 = none) and of the published week."""

    home: Path
    limit_s: float
    against_s: float
    publish_s: float
    workers: int
    choice: ChoiceName
    has_causes: bool = False


def solved(problem: Problem, limit_s: float, workers: int, goals: Sequence[GoalId] = tuple(GoalId)) -> Solved:
    """Return a week.

    Raises
    ------
    TypeError
        If the search ends without one.
    """
    return _week(solve(problem, SolveParams(time_limit_s=limit_s, workers=workers), goals=goals))


def _week(outcome: Outcome) -> Solved:
    if not isinstance(outcome, Solved):
        raise TypeError(f"No week was found: {outcome}")
    return outcome


def published(clinic: Path, folder: Path, asked: Asked) -> Problem:
    """Return a clinic with the week that it has published, which is made once and kept in a folder."""
    if not (folder / "summary.json").exists():
        given = scripting.read_clinic(clinic, WEEK, "none")
        scripting.solve(given, time_limit_s=asked.publish_s, workers=asked.workers).save(folder)
    return scripting.read_clinic(clinic, WEEK, folder).problem


def planted_clinic(make: str, size: int, seed: int, home: Path) -> Path:
    """Return the folder of a clinic of a make, which is planted once."""
    folder = home / "clinics" / f"{make}-{size}-{seed}"
    if not (folder / "clinic.toml").exists():
        plant_make(folder, MAKES[make], size, seed)
    return folder


def drill(drawn: Upset, asked: Asked) -> Row:
    """Repair a week and return what is told of it."""
    params = SolveParams(time_limit_s=asked.limit_s, workers=asked.workers)
    begun, begun_cpu = time.monotonic(), time.process_time()
    found = _week(repaired(drawn.problem, asked.choice, params))
    row: Row = {"seconds": time.monotonic() - begun, "processor": time.process_time() - begun_cpu}
    row |= {goal.name: [goal.value, goal.bound] for goal in found.goals}
    row["violations"] = len(violations(drawn.problem, found.schedule))
    row["begun_kept"] = {*drawn.problem.begun} <= {*found.schedule.sessions}
    idle = moves_without_cause(drawn.problem, found.schedule) if asked.has_causes else []
    row["idle"] = [move.session_id for move in idle]
    if asked.against_s:
        other = forgetful(drawn.problem, asked)
        counted = goal_values(drawn.problem, other.schedule)
        row["against"] = {goal: counted[goal].value for goal in SHOWN}
    return row


def forgetful(problem: Problem, asked: Asked) -> Solved:
    """Return the week of a search that knows of the published one only what has begun."""
    past = Schedule(problem.week, problem.begun, {}, frozenset(row.id for row in problem.participants))
    return solved(replace(problem, previous=past), asked.against_s, asked.workers, WITHOUT_MEMORY)


def told(row: Mapping[str, object]) -> str:
    """Return the line of a drill."""
    pairs = [(goal, row[goal]) for goal in SHOWN]
    words = ", ".join(f"{goal} {value[0]} (at best {value[1]})" for goal, value in pairs if isinstance(value, list))
    against = row.get("against")
    beside = f"; without memory {against}" if isinstance(against, dict) else ""
    idle = "".join(f"; {key} moved without a cause" for key in row["idle"] if isinstance(row["idle"], list))  # type: ignore[attr-defined]
    return f"{row['clinic']} {row['seed']}: {row['what']}: {words}; {row['seconds']:.1f} s{beside}{idle}"


def summary(rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """Yield what all drills come to, and then each kind of them."""
    yield "kind | drills | rules broken | past touched | need lost | changes proven | moves proven | told, of without memory | seconds (median, most)"
    for kind in ("all", *KINDS):
        chosen = [row for row in rows if kind in ("all", row["kind"])]
        if chosen:
            yield " | ".join([kind, str(len(chosen)), *_counts(chosen)])


def _counts(rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    def share(number: int) -> str:
        return f"{100 * number / len(rows):.0f} %"

    yield str(sum(row["violations"] != 0 for row in rows))
    yield str(sum(not row["begun_kept"] for row in rows))
    beside = [(row, row["against"]) for row in rows if isinstance(row.get("against"), dict)]
    yield str(sum(_pair(row, GoalId.UNMET_NEED)[0] > other[GoalId.UNMET_NEED] for row, other in beside))  # type: ignore[index]
    for goal in DISRUPTION:
        until = SHOWN[: SHOWN.index(goal) + 1] if goal is GoalId.MOVES else (goal,)
        yield share(sum(all(_pair(row, one)[0] == _pair(row, one)[1] for one in until) for row in rows))
    ratios = [_pair(row, GoalId.CHANGES)[0] / max(1, other[GoalId.CHANGES]) for row, other in beside]  # type: ignore[index]
    yield f"{median(ratios):.2f}" if ratios else "-"
    seconds = [float(str(row["seconds"])) for row in rows]
    yield f"{median(seconds):.1f}, {max(seconds):.1f}"


def _pair(row: Mapping[str, object], goal: GoalId) -> tuple[int, int]:
    value, bound = row[goal]  # type: ignore[misc]
    return value, bound


def clinics(given: argparse.Namespace) -> list[tuple[str, Path]]:
    """Return the clinics of a run, by name."""
    home: Path = given.home
    if given.clinic is not None:
        return [(given.clinic.name, given.clinic)]
    return [
        (f"{make}-{size}-{seed}", planted_clinic(make, size, seed, home))
        for seed in given.seeds
        for size in given.sizes
        for make in given.makes
    ]


def run(given: argparse.Namespace) -> list[Row]:
    """Run the drills that are missing, one clinic after the other in turns, and return the rows of all."""
    asked = Asked(
        given.home, given.limit, given.against, given.publish, given.workers, ChoiceName(given.choice), given.causes
    )
    file = asked.home / f"drills-{asked.choice}-{asked.limit_s:g}s-{asked.workers}.jsonl"
    known = [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
    rows = {(row["clinic"], row["seed"]): row for row in known}
    chosen: list[Row] = []
    places = clinics(given)
    for number in range(given.number):
        name, clinic = places[number % len(places)]
        seed = given.first + number
        if (name, seed) not in rows:
            problem = published(clinic, asked.home / "published" / name, asked)
            drawn = upset(problem, problem.previous or Schedule(problem.week), seed, KINDS[seed % len(KINDS)])
            row = {"clinic": name, "seed": seed, "kind": drawn.kind, "what": str(drawn), **drill(drawn, asked)}
            with file.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(row) + "\n")
            rows[name, seed] = row
        chosen.append(rows[name, seed])
        print(told(rows[name, seed]), flush=True)
    return chosen


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the drills and tell what they come to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clinic", type=Path, help="one clinic folder instead of planted ones")
    parser.add_argument("--makes", type=lambda text: text.split(","), default=FEW_MAKES)
    parser.add_argument("--sizes", type=lambda text: [int(word) for word in text.split(",")], default=[60])
    parser.add_argument("--seeds", type=lambda text: [int(word) for word in text.split(",")], default=[1])
    parser.add_argument("--number", type=int, default=100)
    parser.add_argument("--first", type=int, default=1, help="seed of the first drill")
    parser.add_argument("--limit", type=float, default=4.0, help="seconds for each repair")
    parser.add_argument("--against", type=float, default=20.0, help="seconds for the search without memory; 0 = none")
    parser.add_argument("--publish", type=float, default=40.0, help="seconds for each published week")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--choice", choices=list(map(str, ChoiceName)), default=str(ChoiceName.LEAST_UNMET))
    parser.add_argument("--causes", action="store_true", help="look for moves without a cause, which takes a while")
    parser.add_argument("--home", type=Path, default=Path("build/drills"), help="where clinics and rows are kept")
    given = parser.parse_args(arguments)
    given.home.mkdir(parents=True, exist_ok=True)
    print("\n".join(summary(run(given))))


if __name__ == "__main__":
    main()
