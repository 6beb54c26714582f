"""One run of one program on one clinic: the whole command as a process, timed, and its week judged."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from benchmarks.planted import MAKES, WEEK, plant_make
from benchmarks.store import Row
from benchmarks.traces import DONE_GAP, GOALS, Trace, best_value_s, last_bound_s, unmet_zero_s, within_s

ROOT = Path(__file__).parents[1]
# The run of which every goal is drawn; of all others only unmet need is kept over time.
DRAWN = {"participants": 120, "seed": 1, "make": "roomy", "program": "iopsched"}
# A program that has not ended this long after its limit is killed, and its run does not count.
GRACE_S = 120.0
NOT_INSTALLED = 9


@dataclass(frozen=True)
class Trial:
    """One run to be made: ``limit_s`` is for the whole command, ``until`` the last goal to search for, blank for all."""

    participants: int
    seed: int
    make: str
    program: str
    limit_s: float
    workers: int = 2
    until: str = ""

    @property
    def key(self) -> Row:
        """Return what names the run in the results."""
        return {
            "participants": self.participants,
            "seed": self.seed,
            "make": self.make,
            "program": self.program,
        }

    @property
    def clinic(self) -> str:
        """Return the name of the clinic's folder."""
        return f"{self.make.replace('/', '-')}-{self.participants}-{self.seed}"


def ours(trial: Trial, clinic: Path, out: Path, trace: Path) -> list[str]:
    """Return the command of ``iopsched`` as a director would give it, with a trace."""
    options = ["--week", WEEK.isoformat(), "--out", str(out), "--time-limit", f"{trial.limit_s:g}"]
    more = ["--workers", str(trial.workers), "--trace", str(trace)]
    return ["iopsched", "solve", str(clinic), *options, *more]


def twin(module: str) -> Callable[[Trial, Path, Path, Path], list[str]]:
    """Return the maker of a twin's command."""

    def command(trial: Trial, clinic: Path, out: Path, trace: Path) -> list[str]:
        if trace != out / "trace.jsonl":
            raise ValueError(f"Every twin writes its trace into its own folder, not to {trace}.")
        options = ["--week", WEEK.isoformat(), "--seconds", f"{trial.limit_s:g}", "--workers", str(trial.workers)]
        more = ["--seed", str(trial.seed), "--out", str(out)] + (["--until", trial.until] if trial.until else [])
        return [module, str(clinic), *options, *more]

    return command


@dataclass(frozen=True)
class Program:
    """A program under test; ``command`` returns what follows ``python -m``."""

    label: str
    command: Callable[[Trial, Path, Path, Path], list[str]]
    is_ours: bool = False


PROGRAMS: dict[str, Program] = {
    "iopsched": Program("iopsched", ours, is_ours=True),
    "textbook": Program("textbook CP-SAT", twin("benchmarks.twins.textbook")),
    "textbook-proof": Program("textbook CP-SAT, to prove", twin("benchmarks.twins.textbook_proof")),
    "highs": Program("MIP with HiGHS", twin("benchmarks.twins.highs")),
    "timefold": Program("Timefold", twin("benchmarks.twins.timefold_twin")),
}


@dataclass(frozen=True)
class Ended:
    """How a process ended: ``exit_code`` below 0 is a signal, ``memory_mb`` its peak in MB of 2**20 bytes."""

    exit_code: int
    wall_s: float
    memory_mb: float
    said: str


def run(command: list[str], log: Path, most_s: float) -> Ended:
    """Run a process to its end; one that outlives ``most_s`` seconds is killed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    with log.open("wb") as file:
        begun = monotonic()
        process = subprocess.Popen(command, stdout=file, stderr=file, cwd=ROOT, env=environment)
        alarm = threading.Timer(most_s, process.kill)
        alarm.start()
        try:
            # wait4 and not wait: it tells what this child alone has used
            _, status, usage = os.wait4(process.pid, 0)
        except KeyboardInterrupt:
            process.send_signal(signal.SIGTERM)
            process.wait()
            raise
        finally:
            alarm.cancel()
        wall_s = monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    said = log.read_text(encoding="utf-8", errors="replace")
    return Ended(process.returncode, wall_s, usage.ru_maxrss / unit, said)


def hold(trial: Trial, work: Path, revision: str = "") -> dict[str, list[Row]]:
    """Make a run and return its rows, by table of the store."""
    clinic = work / trial.clinic
    if not clinic.exists():
        plant_make(clinic, MAKES[trial.make], trial.participants, trial.seed)
    program = PROGRAMS[trial.program]
    out = work / f"{trial.clinic}-{trial.program}"
    trace_file = work / f"{out.name}.jsonl" if program.is_ours else out / "trace.jsonl"
    trace_file.unlink(missing_ok=True)
    shutil.rmtree(out, ignore_errors=True)  # what a run left behind that was killed
    command = [sys.executable, "-m", *program.command(trial, clinic, out, trace_file)]
    ended = run(command, work / f"{out.name}.log", trial.limit_s + GRACE_S)
    # what is kept of the log may be published: no places of this machine
    ended = replace(ended, said=ended.said.replace(str(work), "WORK").replace(str(ROOT), "."))
    judged = _judged(clinic, out) if (out / "sessions.csv").exists() else None
    return rows_of(trial, ended, Trace.read(trace_file), judged, _claimed(out), revision)


def _judged(clinic: Path, out: Path) -> Mapping[str, object]:
    command = [sys.executable, "-m", "benchmarks.checking", str(clinic), str(out), "--week", WEEK.isoformat()]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True)
    return json.loads(done.stdout)


def _claimed(out: Path) -> Mapping[str, tuple[int, int]] | None:
    """Return value and bound of every goal as ``summary.json`` tells them, None where there is none."""
    path = out / "summary.json"
    if not path.exists():
        return None
    goals = json.loads(path.read_text(encoding="utf-8"))["goals"]
    return {row["name"]: (row["value"], row["bound"]) for row in goals}


def rows_of(
    trial: Trial,
    ended: Ended,
    trace: Trace,
    judged: Mapping[str, object] | None,
    claimed: Mapping[str, tuple[int, int]] | None,
    revision: str = "",
) -> dict[str, list[Row]]:
    """Return the rows of a run: values as the verifier counts them, bounds as the program claims them."""
    is_ours = PROGRAMS[trial.program].is_ours
    steps = {goal: trace.steps(goal) for goal in GOALS}
    counted = judged["goals"] if judged else {}
    bounds = {goal: max((row.bound for row in steps[goal] if row.bound is not None), default=None) for goal in GOALS}
    if is_ours and claimed:
        bounds = {goal: bound for goal, (_, bound) in claimed.items()}
    why_not = _why_not(trial, ended, trace, judged, claimed)
    goals: list[Row] = []
    for goal in GOALS:
        value, bound = counted.get(goal), bounds.get(goal)
        if value is None or not (steps[goal] or is_ours):
            continue
        gap = max(0.0, (value - max(0, bound or 0)) / max(1, value))
        best_s, done_s = best_value_s(steps[goal], value), within_s(steps[goal])
        # the search of a later goal may by chance improve an earlier one, which no line tells: known at the latest then
        best_s = trace.end_s if best_s is None else best_s
        done_s = None if gap > DONE_GAP else trace.end_s if done_s is None else done_s
        goals.append(
            {
                **trial.key,
                "goal": goal,
                "value": value,
                "bound": bound,
                "gap": gap,
                "best_value_s": best_s,
                "last_bound_s": last_bound_s(steps[goal]),
                "within_s": done_s,
            }
        )
    within = [row["within_s"] for row in goals]
    variables, constraints = trace.size
    built_s, end_s = trace.built_s, trace.end_s
    is_counted = not why_not
    run_row: Row = {
        **trial.key,
        "limit_s": trial.limit_s,
        "workers": trial.workers,
        "until": trial.until,
        "exit_code": ended.exit_code,
        "is_counted": is_counted,
        "why_not": why_not,
        "wall_s": ended.wall_s,
        "read_s": trace.read_s,
        "built_s": built_s,
        "search_s": None if built_s is None or end_s is None else end_s - built_s,
        "variables": variables,
        "constraints": constraints,
        "memory_mb": ended.memory_mb,
        "violations": len(judged["violations"]) if judged else None,
        "unmet_zero_s": unmet_zero_s(steps["unmet_need"]) if is_counted else None,
        "all_goals_s": max(within) if is_counted and len(within) == len(GOALS) and None not in within else None,
        "revision": revision,
    }
    told = GOALS if trial.key == DRAWN else ("unmet_need",)
    news: list[Row] = [
        {**trial.key, "goal": goal, "seconds": row.seconds, "value": row.value, "bound": row.bound}
        for goal in told
        for row in steps[goal]
    ]
    return {"runs": [run_row], "goals": goals, "steps": news}


def _why_not(
    trial: Trial,
    ended: Ended,
    trace: Trace,
    judged: Mapping[str, object] | None,
    claimed: Mapping[str, tuple[int, int]] | None,
) -> str:
    """Return why a run does not count, blank where it does. To find no week in time counts: as never reached."""
    is_ours = PROGRAMS[trial.program].is_ours
    if ended.exit_code == NOT_INSTALLED and not is_ours:
        return "not installed"
    if ended.exit_code not in ({0, 4, 6} if is_ours else {0, 6}):
        last = ended.said.strip().rpartition("\n")[2]
        return f"ended with {ended.exit_code}: {last[-120:]}"
    if not is_ours and trace.hints != 0:
        return "no start witness" if trace.hints is None else f"began with {trace.hints} hints"
    if judged is None:
        return "" if ended.exit_code == 6 else "no week written"
    if judged["faults"]:
        return f"the week cannot be read: {judged['faults'][0]}"
    if judged["violations"]:
        return f"{len(judged['violations'])} violations, such as {judged['violations'][0]}"
    values = judged["goals"]
    if is_ours and {goal: value for goal, (value, _) in (claimed or {}).items()} != values:
        return "summary.json tells other values than the verifier"
    for goal in GOALS:
        # a goal searched later may by chance improve an earlier one; nobody may claim better than the verifier counts
        steps = trace.steps(goal)
        if steps and steps[-1].value is not None and steps[-1].value < values[goal]:
            return f"claims {steps[-1].value} of {goal} where the verifier counts {values[goal]}"
        if steps and steps[-1].bound is not None and steps[-1].bound > values[goal]:
            return f"claims a bound of {steps[-1].bound} for {goal} where the verifier counts {values[goal]}"
    return ""
