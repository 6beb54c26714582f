"""Judges what ``iopsched explain`` tells of a case: is it named, is it true, does it come out as promised, what does it cost.

Nothing here is taken from the searches that made the explanation. That an unmet need is the least is proven by the
textbook twin; that something helps is a week of the changed files that the verifier accepts.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.obstacles.giveway import rows_of, ways_to_give
from benchmarks.obstacles.obstacle import Obstacle
from benchmarks.obstacles.planting import Case, least, read_problem
from benchmarks.obstacles.tables import SETTINGS, Tables
from benchmarks.planted import WEEK
from benchmarks.twins.textbook import PROOF_SETTINGS, Textbook
from benchmarks.twins.textbook_model import TextbookModel
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values, violations

PROOF_S = 60.0
Told = Mapping[str, Any]


@dataclass
class Judgement:
    """What came of one case.

    ``named``: for each obstacle whether a fact of a cause names it. ``facts`` and ``conflicts``: what is true, false or
    still open, with the place; ``ways``: of each way out what it promised and what came. ``faults`` are whatever else is
    wrong.
    """

    case: str
    kinds: list[str]
    together: list[int]
    participants: int
    seconds: float = 0.0
    processor: float = 0.0
    unmet: int = 0
    bound: int = 0
    named: list[bool] = field(default_factory=list)
    causes: list[dict[str, Any]] = field(default_factory=list)
    ways: list[dict[str, Any]] = field(default_factory=list)
    price: int | None = None
    undoing: int | None = None
    unfinished: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def judge(folder: Path, command: Sequence[str]) -> Judgement:
    """Run the command on a case and judge what it tells."""
    case = Case.read(folder)
    found = Judgement(
        case.plan.name,
        [row.kind for row in case.obstacles],
        [*case.together],
        case.plan.participants,
        undoing=case.price,
    )
    told = _explained(folder / "clinic", command, found)
    if told is None:
        return found
    court = Court(Tables.read(folder / "clinic"), case, told, found)
    court.judge()
    return found


def _explained(clinic: Path, command: Sequence[str], found: Judgement) -> Told | None:
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    ended = subprocess.run([*command, str(clinic), "--json"], capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found.seconds = round(time.monotonic() - begun, 1)
    found.processor = round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1)
    if ended.returncode != 4:
        found.faults.append(f"exit {ended.returncode}: {ended.stderr.strip()[-300:]}")
    try:
        told: Told = json.loads(ended.stdout)
    except ValueError:
        found.faults.append("no JSON")
        return None
    return told


class Court:
    """One case before the judge."""

    def __init__(self, tables: Tables, case: Case, told: Told, found: Judgement) -> None:
        self.tables, self.case, self.told, self.found = tables, case, told, found
        problem = read_problem(tables)
        if problem is None:
            raise ValueError(f"{case.plan.name} has faults.")
        self.problem = problem
        value, bound, week = proven(problem)
        known = least(problem, week)
        if known is not None and known[0] < value:
            value, week = known[0], known[2]
        self.unmet, self.bound, self.week = value, bound, week

    def judge(self) -> None:
        """Judge everything."""
        found, told = self.found, self.told
        found.unmet, found.bound = self.unmet, self.bound
        found.unfinished = [str(row) for row in told["unfinished"]]
        if told["unmet"]["minutes"] < self.bound or told["unmet"]["bound"] > self.unmet:
            found.faults.append(f"unmet need {told['unmet']}, but {self.bound} to {self.unmet}")
        facts = [fact for cause in told["causes"] for fact in cause["facts"]]
        found.named = [any(names(self.tables, row, fact) for fact in facts) for row in self.case.obstacles]
        found.causes = [self._cause(cause) for cause in told["causes"]]
        found.ways = [self._way(way) for way in told["ways_out"]]
        prices = [way["price"] for way in told["ways_out"] if way["kind"] == "complete"]
        found.price = min(prices, default=None)

    # --- causes -----------------------------------------------------------
    def _cause(self, cause: Told) -> dict[str, Any]:
        if cause["kind"] == "conflict":
            verdicts = self._conflict(cause)
        else:
            verdicts = [self._helps(self.tables, fact, self.bound, self.week) for fact in cause["facts"]]
        places = [f"{fact['file']}:{fact['id']}:{fact['column']}" for fact in cause["facts"]]
        return {"kind": cause["kind"], "proven": cause["proven"], "facts": list(zip(places, verdicts, strict=True))}

    def _helps(self, tables: Tables, fact: Told, bound: int, week: Schedule | None) -> str:
        """Return whether giving way on a fact lets the least unmet need fall below a bound."""
        planted = next((row for row in self.case.obstacles if names(self.tables, row, fact)), None)
        verdict = "open: no reading"
        for changed in ways_to_give(tables, fact, planted):
            problem = read_problem(changed)
            if problem is None:
                continue
            after = least(problem, week, enough=bound - 1)
            if after is not None and after[0] < bound and is_lawful(problem, after[2], after[0]):
                return "true"
            value, least_bound, _ = proven(problem)
            if value < bound:
                return "true"
            verdict = "open" if least_bound < bound or verdict == "open" else "false"
        return verdict

    def _conflict(self, cause: Told) -> list[str]:
        """Return for each fact whether, where only these people need anything, giving way on it helps."""
        tables = for_these(self.tables, self.problem, cause["participants"])
        problem = read_problem(tables)
        if problem is None:
            return ["open" for _ in cause["facts"]]
        value, bound, week = proven(problem)
        if not value:
            return ["false: possible with everything as it is" for _ in cause["facts"]]
        return [self._helps(tables, fact, bound, week) for fact in cause["facts"]]

    # --- ways out ---------------------------------------------------------
    def _way(self, way: Told) -> dict[str, Any]:
        changed = self.tables.copy()
        wrong = [fault for step in way["steps"] if (fault := apply(changed, step))]
        problem = read_problem(changed)
        promised = way["unmet_after"]
        reached: int | None = None
        if problem is None:
            wrong.append("the changed clinic has faults")
        else:
            after = least(problem, self.week, enough=promised)
            if after is not None and is_lawful(problem, after[2], after[0]):
                reached = after[0]
        if sum(step["price"] for step in way["steps"]) != way["price"]:
            wrong.append("the price is not that of the steps")
        if reached is None or reached > promised:
            wrong.append(f"promised {promised}, reached {reached}")
        return {
            "number": way["number"], "kind": way["kind"], "price": way["price"], "promised": promised,
            "reached": reached, "steps": [step["kind"] for step in way["steps"]], "wrong": wrong,
        }  # fmt: skip


def proven(problem: Problem) -> tuple[int, int, Schedule | None]:
    """Return the least unmet need that the textbook twin finds and proves, and its week, which the verifier accepts.

    Raises
    ------
    AssertionError
        If the verifier does not accept it.
    """
    model = TextbookModel(problem)
    target = model.goal(GoalId.UNMET_NEED)
    if not len(target.variables):
        return 0, 0, None
    found = Textbook(1, 1, PROOF_SETTINGS).minimize(model.model, target, PROOF_S, _hear)
    if found.solution is None:
        return 10**6, found.bound or 0, None
    week = model.schedule(found.solution)
    value = goal_values(problem, week)[GoalId.UNMET_NEED].value
    if violations(problem, week):
        raise AssertionError("The verifier rejects the twin's week.")
    return value, found.bound or 0, week


def _hear(value: int | None, bound: int | None) -> None:
    """Hear of a value and a bound, and do nothing."""


def is_lawful(problem: Problem, week: Schedule, unmet: int) -> bool:
    """Return whether a week breaks no rule and has this unmet need."""
    return not violations(problem, week) and goal_values(problem, week)[GoalId.UNMET_NEED].value == unmet


def names(tables: Tables, obstacle: Obstacle, fact: Told) -> bool:
    """Return whether a fact names an obstacle: the same file and row, and the same column where both name one."""
    places = [(obstacle.file, "", obstacle.column), *obstacle.also]
    if obstacle.file == SETTINGS:
        whole = ".".join(filter(None, (fact["id"], fact["column"])))
        if fact["file"] == SETTINGS and obstacle.column in {whole, fact["column"]}:
            return True
    for file, row_id, column in places[1:]:
        if (fact["file"], fact["id"]) == (file, row_id) and fact["column"] in {column, ""}:
            return True
    if fact["file"] != obstacle.file or obstacle.file == SETTINGS:
        return False
    if obstacle.column and fact["column"] not in {obstacle.column, ""}:
        return False
    cells = obstacle.cells.items()
    return any(all(row.get(column, "") == text for column, text in cells) for row in rows_of(tables, fact))


def for_these(tables: Tables, problem: Problem, people: Sequence[str]) -> Tables:
    """Return the clinic in which only these participants need anything; all others may come."""
    changed = tables.copy()
    for row in problem.participants:
        if row.id not in people:
            for column in ("min_hours_per_week", "min_days_per_week", "individual_per_week", "family_per_week"):
                changed.set_cell("participants.csv", {"participant_id": row.id}, column, "0")
            changed.set_cell("participants.csv", {"participant_id": row.id}, "phase", "")
    if "needs.csv" in changed.tables:
        table = changed.tables["needs.csv"]
        table.rows = [row for row in table.rows if row["participant_id"] in people]
    return changed


def apply(tables: Tables, step: Told) -> str:
    """Take a step as somebody would type it; return what is wrong with it, blank where nothing is."""
    file, new, old = step["file"], step["new"], step["old"]
    if isinstance(new, dict):
        tables.add_row(file, {column: str(text) for column, text in new.items()})
        return ""
    if new is None:
        rows = tables.rows(file)
        cells = {column: text for column, text in (old or {}).items() if text}
        found = [row for row in rows if all(row.get(column, "") == text for column, text in cells.items())]
        if not cells or not found:
            return f"no such row in {file}: {old}"
        rows.remove(found[0])
        return ""
    if file == SETTINGS:
        return f"a step changes a setting: {step['column']}"
    rows = rows_of(tables, step)
    if not rows:
        return f"no row {step['id']} in {file}"
    row = next((row for row in rows if row.get(step["column"], "") == (old or "")), rows[0])
    wrong = (
        ""
        if row.get(step["column"], "") == (old or "")
        else f"{file} {step['id']} {step['column']}: old is not {old!r}"
    )
    row[step["column"]] = new
    if step["column"] not in tables.tables[file].columns:
        tables.tables[file].columns.append(step["column"])
    return wrong


def as_line(found: Judgement) -> str:
    """Return a judgement as a line of JSON."""
    return json.dumps(asdict(found))


COMMAND = [
    sys.executable, "-m", "benchmarks.obstacles.asidle", "explain", "--week", WEEK.isoformat(), "--workers", "1",
]  # fmt: skip
