"""The tables of the benchmark, made from its CSV files alone.

A run that does not count (:func:`benchmarks.trials.rows_of` says why) has reached nothing. Medians are over seeds; one
that falls on a seed that never got there is "not reached". Figures asked for are those that the project set itself
before the work began (two cores, whole command).
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.store import Row, Store
from benchmarks.traces import GOALS, Step, reached_s, seconds_behind, value_at
from benchmarks.trials import PROGRAMS, WITNESS_S

BEGIN, END = "<!-- benchmark -->", "<!-- /benchmark -->"
BEGIN_WHOLE = "<!-- benchmark in full -->"
SEEDS = 5


@dataclass(frozen=True)
class Wanted:
    """What a size must reach: seconds to unmet need 0, seconds to all goals (None: told only), MB."""

    unmet_zero_s: float
    all_goals_s: float | None
    memory_mb: float | None = None


MUST = {
    60: Wanted(2.5, 20),
    120: Wanted(6, 60),
    300: Wanted(20, 180),
    1000: Wanted(90, None, 4096),
}
RATIO_SIZES, LEAST_RATIO = (60, 120), 15
MOST_TIGHT_RATIO, MOST_EXPONENT, MOST_READING_S = 2.0, 1.5, 3.0


# --- figures -----------------------------------------------------------------
def middle(values: Iterable[float | None]) -> float:
    """Return the median where None is never: infinite if the middle run never got there, nan without any."""
    known = [math.inf if value is None else value for value in values]
    return _median(known)


def _median(values: Sequence[float]) -> float:
    if not values:
        return math.nan
    # between a finite and an infinite value lies no finite middle
    return math.inf if any(math.isinf(row) for row in _middle_two(values)) else median(values)


def _middle_two(values: Sequence[float]) -> list[float]:
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]


def exponent(points: Iterable[tuple[float, float]]) -> float:
    """Return the slope of the least-squares line through the logarithms of (size, seconds); nan below two sizes."""
    logs = [(math.log(size), math.log(seconds)) for size, seconds in points]
    if len({x for x, _ in logs}) < 2:
        return math.nan
    x_mean, y_mean = (sum(row[axis] for row in logs) / len(logs) for axis in (0, 1))
    return sum((x - x_mean) * (y - y_mean) for x, y in logs) / sum((x - x_mean) ** 2 for x, _ in logs)


@dataclass(frozen=True)
class Ratio:
    """A twin's time to its best value within its limit, divided by our time to that value or a better one.

    ``is_least``: the twin found no week at all; then its whole limit is set against our time to unmet need 0, and the
    ratio would be larger. ``value`` is nan where one of the runs does not count, 0 where we never got there.
    """

    seed: int
    value: float
    is_least: bool = False


class Figures:
    """What the tables say, from the rows of a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.runs = {_name(row): row for row in store.tables["runs"]}
        self.by_goal: dict[tuple[object, ...], dict[str, Row]] = {}
        for row in store.tables["goals"]:
            self.by_goal.setdefault(_name(row), {})[str(row["goal"])] = row
        self.unmet: dict[tuple[object, ...], list[Step]] = {}
        for row in store.tables["steps"]:
            if row["goal"] == "unmet_need":
                self.unmet.setdefault(_name(row), []).append(Step(row["seconds"], row["value"], row["bound"]))

    def of(self, size: int, slack: str = "roomy", program: str = "iopsched") -> list[Row]:
        """Return the runs of one size, by seed."""
        rows = [
            row for row in self.runs.values()
            if (row["participants"], row["slack"], row["program"]) == (size, slack, program)
        ]  # fmt: skip
        return sorted(rows, key=lambda row: row["seed"])

    @property
    def sizes(self) -> list[int]:
        """Return the sizes that were run."""
        return sorted({row["participants"] for row in self.runs.values()})

    def times(self, size: int, column: str, slack: str = "roomy", program: str = "iopsched") -> dict[int, float | None]:
        """Return one time of every run by seed, None for never."""
        return {row["seed"]: row[column] if row["is_counted"] else None for row in self.of(size, slack, program)}

    def growth(self, program: str = "iopsched", slack: str = "roomy") -> float:
        """Return the exponent of the time to unmet need 0 over the sizes from 60: through the median of each size."""
        medians = (
            (size, middle(self.times(size, "unmet_zero_s", slack, program).values()))
            for size in self.sizes
            if size >= 60
        )
        return exponent((size, seconds) for size, seconds in medians if math.isfinite(seconds) and seconds > 0)

    def ratios(self, size: int, program: str = "textbook") -> list[Ratio]:
        """Return a twin's time over ours, by seed."""
        found = []
        for theirs in self.of(size, "roomy", program):
            mine = self.runs.get((size, theirs["seed"], "roomy", "iopsched"))
            if mine is None or not (mine["is_counted"] and theirs["is_counted"]):
                found.append(Ratio(theirs["seed"], math.nan))
                continue
            goal = self.by_goal.get(_name(theirs), {}).get("unmet_need")
            best = 0 if goal is None else goal["value"]
            their_s = theirs["limit_s"] if goal is None else goal["best_value_s"]
            our_s = reached_s(self.unmet.get(_name(mine), ()), best)
            value = math.nan if their_s is None else 0.0 if our_s is None else their_s / our_s
            found.append(Ratio(theirs["seed"], value, goal is None))
        return found

    def behind(self, size: int, program: str = "timefold") -> list[tuple[int, float, bool]]:
        """Return by seed: for how many seconds a twin was ahead in unmet need, and whether its last week is better.

        Weeks are compared goal by goal in rank order, as the verifier counts them, at the end of equal time.
        """
        found = []
        for theirs in self.of(size, "roomy", program):
            mine = self.runs.get((size, theirs["seed"], "roomy", "iopsched"))
            if mine is None or not (mine["is_counted"] and theirs["is_counted"]):
                continue
            until = min(mine["limit_s"], theirs["limit_s"])
            seconds = seconds_behind(self.unmet.get(_name(mine), ()), self.unmet.get(_name(theirs), ()), until)
            is_better = self._last(theirs) < self._last(mine)
            found.append((theirs["seed"], seconds, is_better))
        return found

    def _last(self, run: Row) -> list[float]:
        """Return the values of a run's week in rank order, infinite without a week."""
        goals = self.by_goal.get(_name(run), {})
        return [goals[goal]["value"] if goal in goals else math.inf for goal in GOALS]

    def unmet_at(self, run: Row, seconds: float) -> int | None:
        """Return the unmet need of a run at a moment."""
        return value_at(self.unmet.get(_name(run), ()), seconds)


def _name(row: Mapping[str, object]) -> tuple[object, ...]:
    return row["participants"], row["seed"], row["slack"], row["program"]


# --- words -------------------------------------------------------------------
def seconds(value: float | None) -> str:
    """Return a time in words for a cell."""
    if value is None or math.isinf(value):
        return "not reached"
    if math.isnan(value):
        return "not run"
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s" if value >= 100 else f"{value:.1f} s"


def spread(by_seed: Mapping[int, float | None]) -> str:
    """Return the median and the worst seed."""
    if not by_seed:
        return "not run"
    known = {seed: math.inf if value is None else value for seed, value in by_seed.items()}
    worst = max(known, key=lambda seed: known[seed])
    center = seconds(middle(known.values()))
    return center if len(known) == 1 else f"{center} (worst: seed {worst}, {seconds(known[worst])})"


def verdict(value: float, most: float) -> str:
    """Return whether a figure is reached; what was not run is neither."""
    return "not run" if math.isnan(value) else "yes" if value <= most else "no"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


# --- tables ------------------------------------------------------------------
def must_table(figures: Figures) -> str:
    """Return the table of what each size must reach, and did."""
    head = (
        "participants", "unmet need 0 found and so proven", "asked", "reached",
        "all goals: gap ≤ 1 % or proven", "asked", "reached", "peak memory", "seeds",
    )  # fmt: skip
    rows = []
    for size, wanted in MUST.items():
        runs = figures.of(size)
        unmet, every = figures.times(size, "unmet_zero_s"), figures.times(size, "all_goals_s")
        memory = max((row["memory_mb"] for row in runs), default=math.nan)
        asked = [f"≤ {wanted.unmet_zero_s:g} s", *([f"< {wanted.memory_mb / 1024:g} GB"] if wanted.memory_mb else [])]
        reached = verdict(middle(unmet.values()), wanted.unmet_zero_s)
        if reached == "yes" and wanted.memory_mb and memory >= wanted.memory_mb:
            reached = "no: memory"
        told = ("told", "told below") if wanted.all_goals_s is None else (
            f"≤ {wanted.all_goals_s:g} s", verdict(middle(every.values()), wanted.all_goals_s)
        )  # fmt: skip
        rows.append(
            (
                str(size), spread(unmet), ", ".join(asked), reached, spread(every), *told,
                "not run" if math.isnan(memory) else f"{memory:.0f} MB", f"{len(runs)} of {SEEDS}",
            )
        )  # fmt: skip
    return _table(head, rows)


def comparison_table(figures: Figures) -> str:
    """Return the table of everything else that was asked for."""
    rows = [_ratio_row(figures, size) for size in RATIO_SIZES]
    rows += [_behind_row(figures, size) for size in figures.sizes if figures.of(size, program="timefold")]
    for size in MUST:
        for column, words in (("unmet_zero_s", "unmet need 0"), ("all_goals_s", "all goals")):
            rows.extend(_tight_row(figures, size, column, words))
    rows += [_short_row(figures, size) for size in figures.sizes if figures.of(size, "short")]
    growth = figures.growth()
    told = [size for size in MUST if math.isfinite(middle(figures.times(size, "unmet_zero_s").values()))]
    extent = "not run" if math.isnan(growth) else f"participants to the power {growth:.2f}"
    is_whole, is_run = {60, 1000} <= set(told), all(figures.of(size) for size in MUST)
    reached = verdict(growth, MOST_EXPONENT) if is_whole else "no" if is_run else "not run"
    rows.append(
        (
            "growth of the time to unmet need 0, 60 to 1000"
            + ("" if is_whole or not told else f" (reached only from {min(told)} to {max(told)})"),
            extent, f"≤ {MOST_EXPONENT:g}", reached,
        )
    )  # fmt: skip
    for row in figures.store.tables["reading"]:
        both = row["read_s"] + row["write_s"]
        what = f"reading and writing {row['participants']} participants"
        parts = f"{both:.2f} s ({row['read_s']:.2f} + {row['write_s']:.2f})"
        rows.append((what, parts, f"< {MOST_READING_S:g} s", "yes" if both < MOST_READING_S else "no"))
    return _table(("what", "measured: median (worst seed)", "asked", "reached"), rows)


def _ratio_row(figures: Figures, size: int) -> tuple[str, ...]:
    what = f"{size}: textbook's time to its best unmet need within {WITNESS_S:g} s / our time to it"
    found = figures.ratios(size)
    known = [row for row in found if not math.isnan(row.value)]
    if not known:
        return what, "not run", f"≥ {LEAST_RATIO}", "not run"
    worst = min(known, key=lambda row: row.value)
    center = median(row.value for row in known)
    text = f"{center:.1f} (worst {worst.value:.1f}, seed {worst.seed})"
    if any(row.is_least for row in known):
        text += f"; at least, for {sum(row.is_least for row in known)} without any week"
    if len(known) < len(found):
        text += f"; {len(found) - len(known)} not counted"
    return what, text, f"≥ {LEAST_RATIO}", "yes" if center >= LEAST_RATIO else "no"


def _behind_row(figures: Figures, size: int) -> tuple[str, ...]:
    what = f"{size}: Timefold ahead at equal time"
    found = figures.behind(size)
    if not found:
        why = {row["why_not"] for row in figures.of(size, program="timefold")} - {""}
        return what, "; ".join(sorted(why)) or "our run does not count", "never", "not compared"
    longest = max(found, key=lambda row: row[1])
    ends = [seed for seed, _, is_better in found if is_better]
    text = "never" if longest[1] == 0 else f"at most {longest[1]:.2f} s of the search (seed {longest[0]})"
    text += f"; better in the end: {', '.join(f'seed {seed}' for seed in ends) or 'never'}; {len(found)} seeds"
    return what, text, "never", "yes" if longest[1] == 0 and not ends else "no"


def _tight_row(figures: Figures, size: int, column: str, words: str) -> list[tuple[str, ...]]:
    tight, roomy = (middle(figures.times(size, column, slack).values()) for slack in ("tight", "roomy"))
    if math.isnan(tight) or math.isnan(roomy):
        return []
    what = f"{size}: tight instances, {words}"
    worst = spread(figures.times(size, column, "tight"))
    if math.isinf(tight) and math.isinf(roomy):
        return [(what, worst, f"≤ {MOST_TIGHT_RATIO:g} times roomy", "reached by neither")]
    ratio = tight / roomy
    text = f"{worst}; {ratio:.2f} times roomy" if math.isfinite(ratio) else worst
    return [(what, text, f"≤ {MOST_TIGHT_RATIO:g} times roomy", verdict(ratio, MOST_TIGHT_RATIO))]


def _short_row(figures: Figures, size: int) -> tuple[str, ...]:
    """Return for how many instances that lack staff the least unmet need is proven."""
    what = f"{size}: instances that lack staff, the least unmet need is proven"
    runs = figures.of(size, "short")
    found = {row["seed"]: figures.by_goal.get(_name(row), {}).get("unmet_need") for row in runs if row["is_counted"]}
    proven = {seed: row["within_s"] if row and row["gap"] == 0 else None for seed, row in found.items()}
    lacking = [row["value"] for row in found.values() if row]
    done = sum(value is not None for value in proven.values())
    text = f"{done} of {len(runs)} seeds"
    if lacking:
        text += f", {min(lacking)} to {max(lacking)} min; {spread(proven)}"
    return what, text, "all", "yes" if done == len(runs) else "no"


def gap_table(figures: Figures, slack: str = "roomy") -> str:
    """Return what every goal ended with: medians over seeds, and the widest gap."""
    head = ("participants", "goal", "value", "bound", "gap (worst)", "best value after", "gap ≤ 1 % or proven after")
    rows = []
    for size in figures.sizes:
        names = [_name(row) for row in figures.of(size, slack) if row["is_counted"]]
        for goal in GOALS:
            found = [figures.by_goal[name][goal] for name in names if goal in figures.by_goal.get(name, {})]
            if not found:
                continue
            gaps = [row["gap"] for row in found]
            value, bound = (median(row[column] or 0 for row in found) for column in ("value", "bound"))
            rows.append(
                (
                    str(size), f"`{goal}`", f"{value:g}", f"{bound:g}", f"{median(gaps):.1%} ({max(gaps):.1%})",
                    seconds(middle([row["best_value_s"] for row in found])),
                    seconds(middle([row["within_s"] for row in found])),
                )
            )  # fmt: skip
    return _table(head, rows)


def twin_table(figures: Figures) -> str:
    """Return when each twin reached unmet need 0, or what it was left with."""
    head = ("participants", *(program.label for program in PROGRAMS.values()))
    rows = []
    for size in figures.sizes:
        cells = []
        for name in PROGRAMS:
            runs = figures.of(size, program=name)
            why = sorted({row["why_not"] for row in runs} - {""})
            if runs and why and not any(row["is_counted"] for row in runs):
                cells.append("; ".join(why))
                continue
            text = spread(figures.times(size, "unmet_zero_s", program=name))
            left = [
                figures.by_goal[_name(row)]["unmet_need"]["value"]
                for row in runs
                if row["is_counted"]
                and row["unmet_zero_s"] is None
                and "unmet_need" in figures.by_goal.get(_name(row), {})
            ]
            weekless = sum(row["is_counted"] and _name(row) not in figures.by_goal for row in runs)
            text += f"; {min(left)} to {max(left)} min unmet on {len(left)} seeds" if left else ""
            text += f"; no week on {weekless} seeds" if weekless else ""
            cells.append(text)
        rows.append((str(size), *cells))
    return _table(head, rows)


def not_counted(figures: Figures) -> str:
    """Return a line for every run that does not count."""
    return "\n".join(
        f"- not counted: {row['participants']} participants, seed {row['seed']}, {row['slack']}, "
        f"{PROGRAMS[row['program']].label}: {row['why_not']}"
        for row in figures.runs.values()
        if not row["is_counted"]
    )


def whole_report(store: Store) -> str:
    """Return all tables as Markdown."""
    figures = Figures(store)
    if not figures.runs:
        return "No runs are there yet."
    parts = [must_table(figures), comparison_table(figures)]
    parts += ["Time to unmet need 0, roomy instances:", twin_table(figures)]
    parts += ["What every goal ended with, roomy instances:", gap_table(figures)]
    if any(figures.of(size, "tight") for size in figures.sizes):
        parts += ["The same, tight instances:", gap_table(figures, "tight")]
    return "\n\n".join([*parts, *filter(None, [not_counted(figures)])])


def rewrite_block(path: Path, store: Store, pictures: Sequence[Path]) -> None:
    """Put the first two tables and the pictures between the two marks of a file, all tables where the mark says so.

    Raises
    ------
    ValueError
        If the file has not exactly one pair of marks.
    """
    text = path.read_text(encoding="utf-8")
    begin = BEGIN_WHOLE if BEGIN_WHOLE in text else BEGIN
    if text.count(begin) != 1 or text.count(END) != 1:
        raise ValueError(f"{path} needs one line {begin} and, after it, one line {END}.")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(END)
    figures = Figures(store)
    links = [
        f"![{ALT.get(picture.stem, picture.stem)}]({Path(os.path.relpath(picture, path.parent)).as_posix()})"
        for picture in pictures
    ]
    short = [must_table(figures), comparison_table(figures)]
    parts = [*([whole_report(store)] if begin == BEGIN_WHOLE else short), *links]
    path.write_text(before + begin + "\n" + "\n\n".join(parts) + "\n" + END + after, encoding="utf-8")


ALT = {
    "search": "Value and proven bound of each goal over time, 120 participants",
    "size": "Time to unmet need 0 against participants, iopsched and its twins",
}
