"""The two pictures of the benchmark, as SVG: a search over time, and time against size.

Only this module needs matplotlib. Colors are those of Okabe and Ito, told apart with any kind of color vision; every
program has a marker of its own besides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.report import MOST_EXPONENT, MUST, Figures, middle
from benchmarks.store import Row, Store
from benchmarks.traces import GOALS, Step
from benchmarks.trials import DRAWN, PROGRAMS

BLUE, ORANGE, VERMILION, GREEN, PURPLE, GRAY = "#0072B2", "#E69F00", "#D55E00", "#009E73", "#CC79A7", "#666666"
STYLES: Mapping[str, tuple[str, str]] = {
    "iopsched": (BLUE, "o"),
    "textbook": (VERMILION, "s"),
    "highs": (GREEN, "D"),
    "timefold": (PURPLE, "^"),
}
TITLES = {
    "unmet_need": ("Unmet need", "minutes"),
    "worst_off": ("Worst off", "minutes"),
    "people_short": ("People short", "people"),
    "changes": ("People with changes", "people"),
    "moves": ("Appointments changed", "entries"),
    "preferences": ("Preferences", "weighted minutes"),
    "workload": ("Workload", "weighted minutes"),
    "cost": ("Cost", "weighted minutes"),
}
# The same rows give the same bytes: no date, no random ids; text stays text, which keeps the files small.
mpl.rcParams.update({"svg.hashsalt": "iopsched", "svg.fonttype": "none", "font.size": 9.0, "axes.spines.top": False})
mpl.rcParams["axes.spines.right"] = False


def draw(store: Store) -> list[Path]:
    """Draw what there are rows for, beside the CSV files; return the pictures."""
    figures = Figures(store)
    steps = goal_steps(store, DRAWN)
    drawn = []
    if steps:
        run = figures.runs[tuple(DRAWN.values())]
        drawn.append(_save(search_picture(steps, run), store.folder / "search.svg"))
    if any(row["unmet_zero_s"] for row in figures.runs.values()):
        drawn.append(_save(size_picture(figures), store.folder / "size.svg"))
    return drawn


def goal_steps(store: Store, key: Mapping[str, object]) -> dict[str, list[Step]]:
    """Return value and bound over time of every goal of one run."""
    steps: dict[str, list[Step]] = {}
    for row in store.tables["steps"]:
        if all(row[name] == value for name, value in key.items()):
            steps.setdefault(row["goal"], []).append(Step(row["seconds"], row["value"], row["bound"]))
    return steps


def search_picture(steps: Mapping[str, Sequence[Step]], run: Row) -> Figure:
    """Draw value and bound of each goal of one run over time."""
    figure = Figure(figsize=(10.5, 4.4), layout="constrained")
    end = max(run["wall_s"], *(row.seconds for rows in steps.values() for row in rows))
    for goal, axes in zip(GOALS, figure.subplots(2, 4).flat, strict=True):
        _one_goal(axes, goal, steps.get(goal, ()), end)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False, fontsize=8)
    figure.suptitle(
        f"{run['participants']} participants, seed {run['seed']}, {run['workers']} workers: value and proven bound",
        fontsize=10,
    )
    return figure


def _one_goal(axes: Axes, goal: str, steps: Sequence[Step], end: float) -> None:
    title, unit = TITLES[goal]
    axes.set_title(title, fontsize=9, loc="left")
    axes.set_xlim(0, end)
    axes.set_xlabel("seconds since start")
    axes.set_ylabel(unit)
    for name, label, color, dashes in (("value", "value", BLUE, "-"), ("bound", "bound", VERMILION, "--")):
        told = [(row.seconds, getattr(row, name)) for row in steps if getattr(row, name) is not None]
        if told:
            times, heights = zip(*told, strict=True)
            axes.step([*times, end], [*heights, heights[-1]], dashes, where="post", color=color, label=label)
            axes.plot(times[:1], heights[:1], ".", color=color, clip_on=False)
        else:
            axes.plot([], [], dashes, color=color, label=label)
    heights = [height for row in steps for height in (row.value, row.bound) if height is not None]
    if heights and max(heights) == 0:
        axes.set_ylim(-0.05, 1)
        axes.set_yticks([0, 1])
        axes.text(0.5, 0.5, "0, so proven", transform=axes.transAxes, ha="center", color=GRAY)
    else:
        # a little below 0, so that a line at 0 is not hidden by the axis
        axes.set_ylim(bottom=-0.03 * max(heights, default=1))


def size_picture(figures: Figures) -> Figure:
    """Draw the time to unmet need 0 against the number of participants, both logarithmic."""
    figure = Figure(figsize=(7, 4.4), layout="constrained")
    axes = figure.subplots()
    for name, program in PROGRAMS.items():
        _one_program(axes, figures, name, program.label)
    axes.scatter(
        list(MUST),
        [row.unmet_zero_s for row in MUST.values()],
        marker="_",
        s=260,
        color="black",
        label="asked: at most",
    )
    first = middle(figures.times(60, "unmet_zero_s").values())
    if math.isfinite(first):
        ends = (60, 1000)
        line = [first * (size / 60) ** MOST_EXPONENT for size in ends]
        label = f"participants to the power {MOST_EXPONENT:g}"
        axes.plot(ends, line, ":", color=GRAY, label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(figures.sizes, [str(size) for size in figures.sizes])
    axes.minorticks_off()
    axes.set_yticks(*_seconds_ticks(axes.get_ylim()))
    axes.grid(visible=True, alpha=0.3)
    axes.set_xlabel("participants")
    axes.set_ylabel("seconds to unmet need 0, whole command")
    axes.set_title("Time against size: every seed, line through the medians", fontsize=10, loc="left")
    figure.legend(loc="outside right upper", frameon=False, fontsize=8)
    return figure


def _one_program(axes: Axes, figures: Figures, name: str, label: str) -> None:
    color, marker = STYLES.get(name, (GRAY, "x"))
    medians = [(size, middle(figures.times(size, "unmet_zero_s", program=name).values())) for size in figures.sizes]
    line = [row for row in medians if math.isfinite(row[1])]
    runs = [row for size in figures.sizes for row in figures.of(size, program=name) if row["is_counted"]]
    if not runs:
        return
    reached = [(row["participants"], row["unmet_zero_s"]) for row in runs if row["unmet_zero_s"] is not None]
    never = [(row["participants"], row["limit_s"]) for row in runs if row["unmet_zero_s"] is None]
    axes.plot([size for size, _ in line], [height for _, height in line], "-", marker=marker, color=color, label=label)
    axes.scatter(*_columns(reached), marker=marker, s=14, color=color, alpha=0.45, linewidths=0)
    if never:
        axes.scatter(
            *_columns(never), marker=marker, s=44, facecolors="none", edgecolors=color, label=f"{label}: not within"
        )


def _columns(points: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in points], [y for _, y in points]


def _seconds_ticks(limits: tuple[float, float]) -> tuple[list[float], list[str]]:
    known = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500]
    within = [tick for tick in known if limits[0] <= tick <= limits[1]]
    return within, [f"{tick:g}" for tick in within]


def _save(figure: Figure, path: Path) -> Path:
    figure.savefig(path, metadata={"Date": None})
    # one newline at the end of each line and none of matplotlib's trailing blanks
    lines = (line.rstrip() for line in path.read_text(encoding="utf-8").splitlines())
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
