"""The two pictures of the benchmark, as SVG: a search over time, and time against size.

Only this module needs matplotlib. Colors are those of Okabe and Ito, told apart with any kind of color vision; every
make has a marker of its own besides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.figures import FOREIGN, Figures, worst
from benchmarks.report import MOST_EXPONENT, MUST
from benchmarks.store import Row, Store
from benchmarks.traces import GOALS, Step
from benchmarks.trials import DRAWN

BLUE, ORANGE, VERMILION, GREEN, PURPLE, GRAY = "#0072B2", "#E69F00", "#D55E00", "#009E73", "#CC79A7", "#666666"
COLORS = (BLUE, ORANGE, VERMILION, GREEN, PURPLE, GRAY, "#56B4E9", "#000000")
MARKERS = "osD^vP*X<>hd"
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
    if figures.of():
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
    """Draw against the number of participants when the worst seed of each make had all that is known, both logarithmic."""
    figure = Figure(figsize=(8, 4.6), layout="constrained")
    axes = figure.subplots()
    for number, make in enumerate(figures.makes):
        if make != FOREIGN:
            _one_make(axes, figures, make, number)
    asked = [row.known_s for row in MUST.values()]
    axes.scatter(list(MUST), asked, marker="_", s=260, color="black", label="asked: at most")
    ends = (min(MUST), max(MUST))
    line = [asked[0] * (size / ends[0]) ** MOST_EXPONENT for size in ends]
    axes.plot(ends, line, ":", color=GRAY, label=f"participants to the power {MOST_EXPONENT:g}")
    axes.set_xscale("log")
    axes.set_yscale("log")
    sizes = sorted({*MUST, *(row["participants"] for row in figures.of() if FOREIGN not in row["make"])})
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.minorticks_off()
    axes.set_yticks(*_seconds_ticks(axes.get_ylim()))
    axes.grid(visible=True, alpha=0.3)
    axes.set_xlabel("participants")
    axes.set_ylabel("seconds to unmet need 0, or the least known, whole command")
    axes.set_title("Time against size: the worst seed of each make", fontsize=10, loc="left")
    figure.legend(loc="outside right upper", frameon=False, fontsize=8)
    return figure


def _one_make(axes: Axes, figures: Figures, make: str, number: int) -> None:
    """Draw the line of a make; where a size was never reached, an open mark at its time limit."""
    color, marker = COLORS[number % len(COLORS)], MARKERS[number % len(MARKERS)]
    found = [row for row in (worst(figures.times(size, make)) for size in figures.sizes) if row is not None]
    reached = [(row.participants, row.value) for row in found if math.isfinite(row.value)]
    never = [
        (row.participants, next(run["limit_s"] for run in figures.of(row.participants, row.make)))
        for row in found
        if math.isinf(row.value)
    ]
    axes.plot(*_columns(reached), "-", marker=marker, markersize=4, linewidth=1, color=color, label=make)
    if never:
        label = f"{make}: not within"
        axes.scatter(*_columns(never), marker=marker, s=44, facecolors="none", edgecolors=color, label=label)


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
