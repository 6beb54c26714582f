"""Plants obstacles one after the other: each makes the least unmet need grow, and undoing it alone helps."""

from __future__ import annotations

import json
import random
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.obstacles import of_people, of_places, of_staff
from benchmarks.obstacles.bases import make_base
from benchmarks.obstacles.obstacle import Obstacle
from benchmarks.obstacles.scene import Scene
from benchmarks.obstacles.tables import Tables
from benchmarks.planted import WEEK, planted_folder
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.ingest import inspect_clinic
from iopsched.params import Progress, SolveParams
from iopsched.rulebook import GoalId
from iopsched.search import solve
from iopsched.search.conclusion import Solved

Find = Callable[[Scene], Iterator[Obstacle | None]]
KINDS: Mapping[str, Find] = {
    find.__name__: find
    for module in (of_people, of_staff, of_places)
    for find in vars(module).values()
    if callable(find)
    and not isinstance(find, type)
    and getattr(find, "__module__", "") == module.__name__
    and not find.__name__.startswith("_")
}
EFFORT = 3.0  # deterministic: the same cases on every machine
TRIES = 2
# With more than this unmet it is no week that a director would ask about.
MOST_UNMET = 30 * 60
# Beside others: an obstacle that leaves a whole group without sessions hides what else is in the way of its members.
MOST_BESIDE = 12 * 60


@dataclass(frozen=True)
class Plan:
    """Which case to make: the clinic, and how many obstacles, with ``has_pair`` two of them for the same thing.

    ``is_priced``: whether each can be undone by steps.
    """

    name: str
    base: str
    participants: int
    seed: int
    obstacles: int
    has_pair: bool = False
    is_priced: bool = False


@dataclass(frozen=True)
class Case:
    """A clinic with obstacles; ``unmet`` is its least unmet need in minutes, proven by the product's own search.

    ``together`` are places in ``obstacles`` of those that help only if both are undone.
    """

    plan: Plan
    obstacles: tuple[Obstacle, ...]
    together: tuple[int, ...]
    unmet: int

    @property
    def price(self) -> int | None:
        """Return what undoing everything costs in steps, None where some of it cannot be had by steps."""
        prices = [row.price for row in self.obstacles]
        return None if None in prices else sum(row for row in prices if row is not None)

    def as_json(self) -> dict[str, Any]:
        """Return the case as a machine reads it."""
        return {
            "schema": "obstacles/1",
            "plan": asdict(self.plan),
            "unmet": self.unmet,
            "price": self.price,
            "together": self.together,
            "obstacles": [row.as_json() for row in self.obstacles],
        }

    @classmethod
    def read(cls, folder: Path) -> Case:
        """Read what stands in the folder of a case."""
        facts = json.loads((folder / "planted.json").read_text(encoding="utf-8"))
        obstacles = tuple(Obstacle.from_json(row) for row in facts["obstacles"])
        return cls(Plan(**facts["plan"]), obstacles, tuple(facts["together"]), facts["unmet"])


def read_problem(tables: Tables) -> Problem | None:
    """Return what the product reads, None where it finds faults."""
    with tempfile.TemporaryDirectory() as folder:
        tables.write(Path(folder))
        return inspect_clinic(Path(folder), WEEK).problem


def least(
    problem: Problem, start: Schedule | None = None, enough: int = 0, effort: float = EFFORT
) -> tuple[int, int, Schedule] | None:
    """Return the least unmet need that the product finds, its bound and the week; None where pins contradict each other.

    The search ends as soon as ``enough`` is reached.
    """
    stop = threading.Event()

    def hear(news: Progress) -> None:
        if news.goal is GoalId.UNMET_NEED and news.value is not None and news.value <= enough:
            stop.set()

    params = SolveParams(deterministic_limit=effort, workers=1)
    found = solve(problem, params, hear, stop, start=start, last=GoalId.UNMET_NEED)
    if not isinstance(found, Solved):
        return None
    unmet = found.goals[0]
    return unmet.value, unmet.bound, found.schedule


class Planter:
    """Makes cases of some kinds; ``counts`` are those planted so far, so that rare ones have their turn first."""

    def __init__(self, counts: Counter[str] | None = None, kinds: Collection[str] = tuple(KINDS)) -> None:
        self.counts = Counter[str]() if counts is None else counts
        self.kinds = tuple(kinds)

    def make(self, plan: Plan, folder: Path) -> Case | None:
        """Write a case to a folder and return it, None where the clinic could not be made."""
        clinic = folder / "clinic"
        shutil.rmtree(folder, ignore_errors=True)
        tables, known = make_base(clinic, plan.base, plan.participants, plan.seed)
        problem = read_problem(tables)
        base = None if problem is None else least(problem, known)
        if problem is None or base is None or base[0]:
            shutil.rmtree(folder)
            return None
        chance = random.Random(plan.name)
        scene = Scene(tables, problem, known, chance, frozenset())
        planting: Planting | None = self._plant_all(scene, plan)
        if planting is not None and plan.has_pair:
            planting = planting.with_second(self._kinds(chance))
        shutil.rmtree(planted_folder(clinic), ignore_errors=True)
        for other in clinic.parent.glob("clinic-*"):
            shutil.rmtree(other)
        if planting is None or len(planting.obstacles) < plan.obstacles:
            shutil.rmtree(folder)
            return None
        planting.tables().write(clinic)
        case = Case(plan, planting.obstacles, planting.together, planting.unmet)
        (folder / "planted.json").write_text(json.dumps(case.as_json(), indent=1), encoding="utf-8")
        self.counts.update(row.kind for row in case.obstacles)
        return case

    def _plant_all(self, scene: Scene, plan: Plan) -> Planting:
        """Plant until there are enough obstacles of which each helps if undone alone, as far as kinds allow."""
        wanted = plan.obstacles - plan.has_pair
        planting = Planting(scene, (), 0, scene.week)
        for kind in self._kinds(scene.chance):
            if len(planting.obstacles) == wanted:
                planting = planting.checked()
            if len(planting.obstacles) == wanted:
                return planting
            found = KINDS[kind](planting.present())
            rows = (row for row in found if row is not None and (row.price is not None or not plan.is_priced))
            most = MOST_UNMET if wanted == 1 else planting.unmet + MOST_BESIDE
            for row in islice(rows, TRIES):
                if (more := planting.with_one(row)) is not None and more.unmet <= most:
                    planting = more
                    break
        return planting.checked()  # fewer than wanted: the case is left out

    def _kinds(self, chance: random.Random) -> list[str]:
        """Return the kinds in the order in which they are tried: the rarest so far first, some by chance."""
        return sorted(self.kinds, key=lambda kind: self.counts[kind] + 3 * chance.random())


@dataclass(frozen=True)
class Planting:
    """Obstacles planted so far, the least unmet need with them and a week that has it."""

    scene: Scene
    obstacles: tuple[Obstacle, ...]
    unmet: int
    week: Schedule
    together: tuple[int, ...] = ()

    def tables(self, without: Container[int] = (), more: Sequence[Obstacle] = ()) -> Tables:
        """Return the clinic with all obstacles but some, and more."""
        changed = self.scene.tables.copy()
        for obstacle in (*(row for number, row in enumerate(self.obstacles) if number not in without), *more):
            obstacle.plant(changed)
        return changed

    def present(self, free: Container[str] = ()) -> Scene:
        """Return the scene as the next obstacle finds it."""
        return replace(self.scene, tables=self.tables(), taken=_taken(self.obstacles) - {*free})  # type: ignore[misc]

    def with_one(self, obstacle: Obstacle) -> Planting | None:
        """Return the planting with one more, None unless the least unmet need is proven and grows."""
        after = self.least(self.tables(more=[obstacle]))
        if after is None or not self.unmet < after[0] == after[1] <= MOST_UNMET:
            return None
        return replace(self, obstacles=(*self.obstacles, obstacle), unmet=after[0], week=after[2])

    def least(self, tables: Tables, enough: int = 0) -> tuple[int, int, Schedule] | None:
        """Return the least unmet need of other files, as :func:`least` does."""
        problem = read_problem(tables)
        return None if problem is None else least(problem, self.week, enough)

    def helps(self, numbers: Sequence[int]) -> bool:
        """Return whether undoing some lets the least unmet need fall."""
        after = self.least(self.tables(numbers), self.unmet - 1)
        return after is not None and after[0] < self.unmet

    def checked(self) -> Planting:
        """Return the planting without obstacles that do not help if undone alone, the last of them left out first."""
        for number in reversed(range(len(self.obstacles) - 1)):  # the last one was planted because it matters
            if not self.helps([number]):
                others = self.obstacles[:number] + self.obstacles[number + 1 :]
                left = replace(self, obstacles=others)
                after = left.least(left.tables())
                if after is None or after[0] != after[1]:
                    return replace(self, obstacles=(), unmet=0, week=self.scene.week)
                return replace(left, unmet=after[0], week=after[2]).checked()
        return self

    def with_second(self, kinds: Sequence[str]) -> Planting | None:
        """Return the planting with one more that blocks what another blocks: only undoing both helps."""
        for number in range(len(self.obstacles)):
            subjects = _taken([self.obstacles[number]])
            scene = self.present(free=subjects)
            for kind in kinds:
                if kind == self.obstacles[number].kind:
                    continue
                for obstacle in islice(filter(None, KINDS[kind](scene)), 40):
                    if subjects & _taken([obstacle]) and (pair := self._paired(number, obstacle)):
                        return pair
        return None

    def _paired(self, number: int, obstacle: Obstacle) -> Planting | None:
        """Return the planting with an obstacle beside another, None unless only undoing both helps."""
        after = self.least(self.tables(more=[obstacle]))
        if after is None or after[0] != after[1] or after[0] > MOST_UNMET:
            return None
        last = len(self.obstacles)
        pair = replace(
            self, obstacles=(*self.obstacles, obstacle), unmet=after[0], week=after[2], together=(number, last)
        )
        alone = any(pair.helps([which]) for which in (number, last))
        return pair if not alone and pair.helps([number, last]) else None


def _taken(obstacles: Sequence[Obstacle]) -> frozenset[str]:
    """Return the ids that obstacles are about."""
    ids: set[str] = set()
    for obstacle in obstacles:
        ids |= {*obstacle.cells.values(), *(place[1] for place in obstacle.also)}
    return frozenset(ids - {""})
