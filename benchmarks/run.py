"""The benchmark: planted clinics, our whole command and its twins one after another, a table and two pictures.

Every run is the whole command in a process of its own: start of Python, reading, searching, checking, writing. On each
clinic our run is followed at once by those of the twins, with the same number of workers; nothing else should run on
the machine. Results go to CSV files (:mod:`benchmarks.store`); a run that is there with the same limit is not made
again, so a stopped benchmark goes on where it was; one whose program was not installed is tried again.

    python -m benchmarks.run                                      everything: some hours
    python -m benchmarks.run --sizes 60 --seeds 1 --slack roomy   one run and its twins
    python -m benchmarks.run --report                             table and pictures of the runs that are there
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.planted import MAKES, WEEK, plant
from benchmarks.report import rewrite_block, whole_report
from benchmarks.store import Store
from benchmarks.trials import NOT_INSTALLED, PROGRAMS, ROOT, WITNESS_S, Trial, hold

RESULTS = Path(__file__).parent / "results"
SIZES = (30, 60, 120, 300, 1000)
LIMITS_S = {30: 20.0, 60: 20.0, 120: 60.0, 300: 180.0, 1000: 240.0}
# These two are asked for unmet need alone, where they have a chance to build a model at all.
WITNESS_SIZES = {"textbook": (30, 60, 120), "highs": (30, 60, 120)}
# A proof that not every need can be met is asked for at these sizes.
SHORT_SIZES = (30, 60, 120)
READING_SIZE, READINGS = 1000, 5


def trials(
    sizes: Sequence[int],
    seeds: Sequence[int],
    slacks: Sequence[str],
    twins: Sequence[str],
    limits: dict[int, float],
    workers: int = 2,
) -> Iterator[Trial]:
    """Return the runs to be made in their order: all programs on one clinic before the next; twins on roomy ones."""
    for size in sizes:
        for seed in seeds:
            for slack in slacks:
                if slack == "short" and size not in SHORT_SIZES:
                    continue
                limit = limits.get(size, LIMITS_S[min(LIMITS_S, key=lambda known: (known < size, known))])
                yield Trial(size, seed, slack, "iopsched", limit, workers)
                for name in twins if slack == "roomy" else ():
                    if name not in WITNESS_SIZES:
                        yield Trial(size, seed, slack, name, limit, workers)
                    elif size in WITNESS_SIZES[name] or size < min(WITNESS_SIZES[name]):
                        yield Trial(size, seed, slack, name, WITNESS_S, workers, "unmet_need")


def make(wanted: Sequence[Trial], store: Store, work: Path, *, is_again: bool = False) -> int:
    """Make the runs that are not there yet and return how many were made."""
    made, revision = 0, _revision()
    for trial in wanted:
        known = store.find(trial.key)
        asked = {"limit_s": trial.limit_s, "workers": trial.workers, "until": trial.until}
        is_there = known is not None and known["exit_code"] != NOT_INSTALLED
        if is_there and not is_again and all(known[name] == value for name, value in asked.items()):
            continue
        tables = hold(trial, work, revision)
        store.replace(trial.key, tables)
        made += 1
        _tell(trial, tables["runs"][0])
    return made


def _tell(trial: Trial, row: dict[str, object]) -> None:
    name = f"{trial.participants} participants, seed {trial.seed}, {trial.slack}, {PROGRAMS[trial.program].label}"
    unmet = "not reached" if row["unmet_zero_s"] is None else f"{row['unmet_zero_s']:.2f} s"
    every = "not reached" if row["all_goals_s"] is None else f"{row['all_goals_s']:.1f} s"
    news = f"unmet need 0: {unmet}; all goals: {every}; {row['wall_s']:.1f} s, {row['memory_mb']:.0f} MB"
    print(f"{name}: {news if row['is_counted'] else row['why_not']}", file=sys.stderr, flush=True)


def read_and_write(store: Store, work: Path, seed: int = 1) -> None:
    """Time reading and writing of the largest clinic: the medians of some fresh processes."""
    clinic = work / f"roomy-{READING_SIZE}-{seed}"
    if not clinic.exists():
        plant(clinic, READING_SIZE, seed)
    command = [sys.executable, "-m", "benchmarks.reading", str(clinic), "--week", WEEK.isoformat()]
    found = [
        json.loads(subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout)
        for _ in range(READINGS)
    ]
    times = {name: median(row[name] for row in found) for name in ("read_s", "write_s")}
    key = {"participants": READING_SIZE, "seed": seed, "slack": "roomy"}
    store.replace(key, {"reading": [{**key, **times}]})


def _revision() -> str:
    """Return the commit that is measured, with a mark where files were changed since; blank outside git."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--exclude=*"],  # noqa: S607
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def report(store: Store, into: Sequence[Path]) -> None:
    """Print the table, rewrite the pictures beside the results, and the block of each file that carries them."""
    print(whole_report(store))
    if not store.tables["runs"]:
        return
    try:
        from benchmarks.pictures import draw
    except ImportError as error:
        print(f"No pictures: {error}. They need matplotlib.", file=sys.stderr)
        drawn = sorted(store.folder.glob("*.svg"))
    else:
        drawn = draw(store)
    for path in into:
        rewrite_block(path, store, drawn)


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=_numbers, default=SIZES, metavar="N,...", help="participants")
    parser.add_argument("--seeds", type=_numbers, default=(1, 2, 3, 4, 5), metavar="N,...")
    parser.add_argument(
        "--slack",
        type=_slacks,
        default=("roomy", "tight", "short"),
        metavar="roomy,tight,short",
        help="or 1,0.35,-0.1",
    )
    parser.add_argument("--limits", type=_limits, default={}, metavar="SIZE:S,...", help="seconds for the command")
    parser.add_argument("--twins", type=_twins, default=("textbook", "highs", "timefold"), metavar="NAME,...")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument("--again", action="store_true", help="make runs again that are there")
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="FOLDER", help="CSV files and pictures")
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="clinics, weeks, traces; default: a temporary one")
    parser.add_argument("--report", action="store_true", help="only table and pictures of what is there")
    parser.add_argument("--into", type=Path, nargs="*", default=(), metavar="FILE", help="rewrite the block of these")
    return parser.parse_args(arguments)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _slacks(text: str) -> tuple[str, ...]:
    known = {"1": "roomy", "0.35": "tight", "-0.1": "short", **{name: name for name in MAKES}}
    return tuple(known[part] for part in text.split(","))


def _limits(text: str) -> dict[int, float]:
    pairs = (part.split(":") for part in text.split(","))
    return {int(size): float(seconds) for size, seconds in pairs}


def _twins(text: str) -> tuple[str, ...]:
    names = tuple(part for part in text.split(",") if part not in {"", "none"})
    unknown = [name for name in names if name not in PROGRAMS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(PROGRAMS)}")
    return names


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the runs that are missing, then report."""
    given = parsed(arguments)
    store = Store.read(given.out)
    if not given.report:
        wanted = list(trials(given.sizes, given.seeds, given.slack, given.twins, given.limits, given.workers))
        with tempfile.TemporaryDirectory(prefix="iopsched-benchmark-") as temporary:
            work = given.work or Path(temporary)
            work.mkdir(parents=True, exist_ok=True)
            make(wanted, store, work, is_again=given.again)
            if READING_SIZE in given.sizes:
                read_and_write(store, work)
    report(store, given.into)


if __name__ == "__main__":
    main()
