"""The benchmark: clinics of every make, our whole command and its twins one after another, tables and two pictures.

Every run is the whole command in a process of its own: start of Python, reading, searching, checking, writing. On each
clinic our run is followed at once by those of the twins, with the same limit and number of workers; nothing else should
run on the machine. Results go to CSV files (:mod:`benchmarks.store`); a run that is there with the same limit is not made
again, so a stopped benchmark goes on where it was; one whose program was not installed is tried again.

    python -m benchmarks.run                                      every make at four sizes, 60 clinics: some hours
    python -m benchmarks.run --foreign COPY                       and published weeks (benchmarks.foreign)
    python -m benchmarks.run --plan                               what would be run, and how long it takes at most
    python -m benchmarks.run --quick                              a first look: every make at 60, 20 s, no twins
    python -m benchmarks.run --makes short --sizes 60 --seeds 1   one clinic
    python -m benchmarks.run --report                             tables and pictures of the runs that are there
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

from benchmarks import foreign
from benchmarks.figures import FOREIGN
from benchmarks.planted import MAKES, WEEK, plant
from benchmarks.report import rewrite_block, whole_report
from benchmarks.store import Store
from benchmarks.trials import NOT_INSTALLED, PROGRAMS, ROOT, Trial, hold

RESULTS = Path(__file__).parent / "results"
# Which seeds of every make are run at each size, unless sizes or seeds are named.
SEEDS = {60: (1, 2), 120: (1,), 300: (1,), 1000: (1,)}
LIMITS_S = {20: 60.0, 60: 60.0, 120: 60.0, 300: 120.0, 1000: 180.0}
FOREIGN_LIMITS_S = {10: 60.0, 20: 60.0, 40: 120.0}
FOREIGN_NAMES = ("p10_t30_low", "p10_t15_low", "p20_t30_medium", "p40_t30_medium")
# Up to here a twin has a chance to build a model at all.
MOST_TWIN_SIZE = 300
# These are asked for unmet need alone, so that all of their time goes into it.
WITNESSES = frozenset({"textbook", "textbook-proof", "highs"})
QUICK_SIZE, QUICK_S = 60, 20.0
READING_SIZE, READINGS = 1000, 5
# What a run takes beyond its limit: laying out the clinic, judging the week.
BESIDES_S = 3.0


def trials(
    sizes: Sequence[int],
    seeds: Sequence[int],
    makes: Sequence[str],
    twins: Sequence[str],
    limits: dict[int, float],
    workers: int = 2,
) -> Iterator[Trial]:
    """Return the runs to be made in their order: all programs on one clinic before the next.

    Without ``sizes`` or ``seeds`` they are those of ``SEEDS``.
    """
    for size in sizes or SEEDS:
        for seed in seeds or SEEDS.get(size, (1,)):
            for name in makes:
                limit = limits.get(size, LIMITS_S[min(LIMITS_S, key=lambda known: (known < size, known))])
                yield from _of_clinic(size, seed, name, twins, limit, workers)


def foreign_trials(
    names: Sequence[str], twins: Sequence[str], limits: dict[int, float], workers: int = 2
) -> Iterator[Trial]:
    """Return the runs of published weeks."""
    for name in names:
        people, _, rest = name.partition("_")
        size = int(people.removeprefix("p"))
        limit = limits.get(size, FOREIGN_LIMITS_S.get(size, max(FOREIGN_LIMITS_S.values())))
        yield from _of_clinic(size, 1, f"{FOREIGN}/{rest}", twins, limit, workers)


def _of_clinic(size: int, seed: int, name: str, twins: Sequence[str], limit: float, workers: int) -> Iterator[Trial]:
    yield Trial(size, seed, name, "iopsched", limit, workers)
    for twin in twins if size <= MOST_TWIN_SIZE else ():
        yield Trial(size, seed, name, twin, limit, workers, "unmet_need" if twin in WITNESSES else "")


def lay_out_foreign(wanted: Sequence[Trial], copy: Path | None, work: Path) -> None:
    """Write the clinic folders of the published weeks among the runs, from a copy, else fetched."""
    for trial in wanted:
        kind, _, rest = trial.make.partition("/")
        if kind == FOREIGN and not (work / trial.clinic).exists():
            name = f"p{trial.participants}_{rest}"
            foreign.write(foreign.read(name, foreign.fetch(name, copy)), work / trial.clinic)


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
    name = f"{trial.participants} participants, seed {trial.seed}, {trial.make}, {PROGRAMS[trial.program].label}"
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
    key = {"participants": READING_SIZE, "seed": seed, "make": "roomy"}
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
    parser.add_argument("--sizes", type=_numbers, default=(), metavar="N,...", help="participants")
    parser.add_argument("--seeds", type=_numbers, default=(), metavar="N,...")
    parser.add_argument("--makes", type=_makes, default=tuple(MAKES), metavar="NAME,...", help=f"of {', '.join(MAKES)}")
    parser.add_argument(
        "--foreign", metavar="COPY", help="published weeks besides: a folder with a copy of the instances, or 'fetch'"
    )
    parser.add_argument("--foreign-names", type=_names, default=FOREIGN_NAMES, metavar="NAME,...")
    parser.add_argument("--limits", type=_limits, default={}, metavar="SIZE:S,...", help="seconds for the command")
    parser.add_argument("--twins", type=_twins, default=("textbook", "timefold"), metavar="NAME,...", help="or none")
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument("--quick", action="store_true", help="a first look; results stay in --out only if it is named")
    parser.add_argument("--plan", action="store_true", help="only tell what would be run")
    parser.add_argument("--again", action="store_true", help="make runs again that are there")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="CSV files and pictures")
    parser.add_argument("--work", type=Path, metavar="FOLDER", help="clinics, weeks, traces; default: a temporary one")
    parser.add_argument("--report", action="store_true", help="only tables and pictures of what is there")
    parser.add_argument("--into", type=Path, nargs="*", default=(), metavar="FILE", help="rewrite the block of these")
    return parser.parse_args(arguments)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _names(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _makes(text: str) -> tuple[str, ...]:
    names = tuple(part for part in _names(text) if part != "none")
    unknown = [name for name in names if name not in MAKES]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(MAKES)}")
    return names


def _limits(text: str) -> dict[int, float]:
    pairs = (part.split(":") for part in text.split(","))
    return {int(size): float(seconds) for size, seconds in pairs}


def _twins(text: str) -> tuple[str, ...]:
    names = tuple(part for part in text.split(",") if part not in {"", "none"})
    unknown = [name for name in names if name not in PROGRAMS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]} is none of {', '.join(PROGRAMS)}")
    return names


def wanted_of(given: argparse.Namespace) -> list[Trial]:
    """Return the runs that the options ask for."""
    if given.quick:
        limits = {QUICK_SIZE: QUICK_S, **given.limits}
        return list(trials((QUICK_SIZE,), (1,), given.makes, (), limits, given.workers))
    wanted = list(trials(given.sizes, given.seeds, given.makes, given.twins, given.limits, given.workers))
    if given.foreign is not None:
        wanted += foreign_trials(given.foreign_names, given.twins, given.limits, given.workers)
    return wanted


def tell_plan(wanted: Sequence[Trial], store: Store) -> None:
    """Print the runs, those that are there with a mark, and the hours that the others take at most."""
    left = 0.0
    for trial in wanted:
        known = store.find(trial.key)
        is_there = known is not None and known["limit_s"] == trial.limit_s
        left += 0 if is_there else trial.limit_s + BESIDES_S
        print(
            f"{trial.clinic}: {PROGRAMS[trial.program].label}, {trial.limit_s:g} s{' (is there)' if is_there else ''}"
        )
    clinics = len({trial.clinic for trial in wanted})
    print(f"{len(wanted)} runs of {clinics} clinics; at most {left / 3600:.1f} h for those that are not there.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the runs that are missing, then report."""
    given = parsed(arguments)
    with tempfile.TemporaryDirectory(prefix="iopsched-benchmark-") as temporary:
        work = given.work or Path(temporary) / "work"
        store = Store.read(given.out or (Path(temporary) / "results" if given.quick else RESULTS))
        wanted = wanted_of(given)
        if given.plan:
            tell_plan(wanted, store)
            return
        if not given.report:
            work.mkdir(parents=True, exist_ok=True)
            copy = None if given.foreign in {None, "fetch"} else Path(given.foreign)
            lay_out_foreign(wanted, copy, work)
            make(wanted, store, work, is_again=given.again)
            if READING_SIZE in (given.sizes or SEEDS) and not given.quick:
                read_and_write(store, work)
        report(store, given.into)


if __name__ == "__main__":
    main()
