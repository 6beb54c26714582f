"""The tables of the benchmark, made from its CSV files alone; the worst make and seed stand first, never the best.

Figures asked for are those that the project set itself before the work began (two cores, whole command).
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import FOREIGN, KNOWN_UNMET, Figures, Found, middle, worst
from benchmarks.planted import MAKES
from benchmarks.store import Store
from benchmarks.traces import GOALS
from benchmarks.trials import PROGRAMS

BEGIN, END = "<!-- benchmark -->", "<!-- /benchmark -->"
BEGIN_WHOLE = "<!-- benchmark in full -->"
NOT_RUN, NOT_REACHED = "not run", "not reached"


@dataclass(frozen=True)
class Wanted:
    """What a size must reach in every make: seconds to unmet need 0 or the least known, MB."""

    known_s: float
    memory_mb: float | None = None


MUST = {60: Wanted(2.5), 120: Wanted(6), 300: Wanted(20), 1000: Wanted(90, 4096)}
MOST_TIGHT_RATIO, MOST_EXPONENT, MOST_READING_S = 2.0, 1.3, 3.0
# Which gap each size may end with, in the worst instance, and of how many instances the goal must be proven.
MOST_GAPS = {
    "workload": {60: 0.15, 120: 0.30},
    "cost": {60: 0.03, 120: 0.10},
}
LEAST_PROVEN = 0.9
MOST_FOREIGN_S = {(10, "foreign/t30_low"): 40, (20, "foreign/t30_medium"): 60, (40, "foreign/t30_medium"): 120}
MOST_SHORT_GAPS, LEAST_SHORT_PROVEN = {60: 0.10, 120: 0.20}, {60: 0.8}
SHORT_MAKES = tuple(name for name, make in MAKES.items() if make.slack.is_short)


# --- words -------------------------------------------------------------------
def seconds(value: float | None) -> str:
    """Return a time in words for a cell."""
    if value is None or math.isinf(value):
        return NOT_REACHED
    if math.isnan(value):
        return NOT_RUN
    return f"{value:.2f} s" if value < 10 else f"{value:.0f} s" if value >= 100 else f"{value:.1f} s"


def verdict(value: float, most: float) -> str:
    """Return whether a figure is reached; what was not run is neither."""
    return NOT_RUN if math.isnan(value) else "yes" if value <= most else "no"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def _percent(value: float) -> str:
    return NOT_RUN if math.isnan(value) else "no week" if math.isinf(value) else f"{value:.1%}"


# --- tables ------------------------------------------------------------------
def must_table(figures: Figures) -> str:
    """Return the table of what each size must reach in every make, and did in the worst."""
    head = (
        "participants", "unmet need 0, or the least known: worst make and seed", "asked", "reached", "within that time",
        "median", "most memory",
    )  # fmt: skip
    rows = []
    for size, wanted in MUST.items():
        runs, times = figures.of(size), figures.times(size)
        last = worst(times)
        memory = max((row["memory_mb"] for row in runs), default=math.nan)
        asked = f"≤ {wanted.known_s:g} s" + (f", < {wanted.memory_mb / 1024:g} GB" if wanted.memory_mb else "")
        reached = verdict(math.nan if last is None else last.value, wanted.known_s)
        if reached == "yes" and wanted.memory_mb and memory >= wanted.memory_mb:
            reached = "no: memory"
        within = sum(row.value <= wanted.known_s for row in times)
        rows.append(
            (
                str(size), NOT_RUN if last is None else f"{seconds(last.value)} ({last.where})", asked, reached,
                f"{within} of {len(times)} instances", seconds(middle(row.value for row in times)),
                NOT_RUN if math.isnan(memory) else f"{memory:.0f} MB",
            )
        )  # fmt: skip
    return _table(head, rows)


def make_table(figures: Figures) -> str:
    """Return for each make when the worst seed of each size reached unmet need 0, or the least that is known."""
    sizes = figures.sizes
    rows = [(f"`{make}`", *(_make_cell(figures, make, size) for size in sizes)) for make in figures.makes]
    return _table(("make: worst seed", *(str(size) for size in sizes)), rows)


def _make_cell(figures: Figures, make: str, size: int) -> str:
    last = worst(figures.times(size, make))
    if last is None:
        return ""
    if math.isfinite(last.value):
        return seconds(last.value)
    run = next(row for row in figures.of(size, last.make) if row["seed"] == last.seed)
    end = figures.goal(run, "unmet_need")
    if end is None or not run["is_counted"]:
        return run["why_not"] or "no week"
    return f"{end['value']} min left, {figures.known(run)} known"


def comparison_table(figures: Figures) -> str:
    """Return the table of everything else that was asked for."""
    rows = [_twin_row(figures, name) for name in PROGRAMS if name != "iopsched" and figures.of(program=name)]
    rows += [row for known, most_s in MOST_FOREIGN_S.items() for row in _foreign_rows(figures, *known, most_s)]
    rows += [row for size in MOST_SHORT_GAPS for row in _short_rows(figures, size)]
    rows += [row for size in (60, 120) for row in _gap_rows(figures, size)]
    rows += [row for size in MUST for row in _tight_row(figures, size)]
    rows.append(_growth_row(figures))
    for row in figures.store.tables["reading"]:
        both = row["read_s"] + row["write_s"]
        what = f"reading and writing {row['participants']} participants"
        parts = f"{both:.2f} s ({row['read_s']:.2f} + {row['write_s']:.2f})"
        rows.append((what, parts, f"< {MOST_READING_S:g} s", "yes" if both < MOST_READING_S else "no"))
    return _table(("what", "measured, the worst first", "asked", "reached"), rows)


def _twin_row(figures: Figures, program: str) -> tuple[str, ...]:
    what = f"{PROGRAMS[program].label} ahead in unmet need at some moment of equal time, or better in the end"
    found = figures.compared(program)
    if not found:
        why = {row["why_not"] for row in figures.of(program=program)} - {""}
        return what, "; ".join(sorted(why)) or "our run does not count", "never", "not compared"
    ahead = [row for row in found if row.behind_s > 0]
    ends = [row.found.where for row in found if row.is_better]
    text = f"ahead in {len(ahead)} of {len(found)} instances"
    last = worst(row.found for row in ahead)
    if last is not None:
        text += f", at most {last.value:.2f} s ({last.participants}, {last.where})"
    text += f"; better in the end in {len(ends)}" + (f" ({ends[0]})" if ends else "")
    return what, text, "never", "no" if ahead or ends else "yes"


def _foreign_rows(figures: Figures, size: int, make: str, most_s: float) -> list[tuple[str, ...]]:
    """Return when a published week had the least unmet need that was known before the work began."""
    unmet = KNOWN_UNMET[size, make]
    last = worst(figures.reached(run, unmet) for run in figures.of(size, make))
    if last is None:
        return []
    what = f"{make}, {size} participants: unmet need at most {unmet} min"
    return [(what, seconds(last.value), f"≤ {most_s:g} s", verdict(last.value, most_s))]


def _short_rows(figures: Figures, size: int) -> list[tuple[str, ...]]:
    """Return for how many instances that lack staff or rooms the least unmet need is proven, and the widest gap."""
    gaps = figures.gaps("unmet_need", size, SHORT_MAKES)
    last = worst(gaps)
    if last is None:
        return []
    proven, most = sum(row.value == 0 for row in gaps), MOST_SHORT_GAPS[size]
    least = LEAST_SHORT_PROVEN.get(size, 0.0)
    asked = f"gap ≤ {most:.0%}" + (f", proven in {least:.0%}" if least else "")
    done = last.value <= most and proven >= least * len(gaps)
    text = f"gap {_percent(last.value)} ({last.where}); proven in {proven} of {len(gaps)}"
    return [(f"{size}, short of staff or rooms: least unmet need", text, asked, "yes" if done else "no")]


def _gap_rows(figures: Figures, size: int) -> list[tuple[str, ...]]:
    rows = []
    for goal in ("preferences", *MOST_GAPS):
        gaps = figures.gaps(goal, size)
        last = worst(gaps)
        if last is None:
            continue
        proven = sum(row.value == 0 for row in gaps)
        text = f"gap {_percent(last.value)} ({last.where}), median {_percent(middle(row.value for row in gaps))}"
        text += f"; proven in {proven} of {len(gaps)}"
        if goal in MOST_GAPS:
            most = MOST_GAPS[goal][size]
            rows.append((f"{size}: {goal}", text, f"gap ≤ {most:.0%}", verdict(last.value, most)))
        else:
            reached = "yes" if proven >= LEAST_PROVEN * len(gaps) else "no"
            rows.append((f"{size}: {goal}", text, f"proven in {LEAST_PROVEN:.0%}", reached))
    return rows


def _tight_row(figures: Figures, size: int) -> list[tuple[str, ...]]:
    tight, roomy = (worst(figures.times(size, make)) for make in ("tight", "roomy"))
    if tight is None or roomy is None:
        return []
    what, asked = f"{size}: tight against roomy, worst seeds", f"≤ {MOST_TIGHT_RATIO:g} times roomy"
    if math.isinf(tight.value) and math.isinf(roomy.value):
        return [(what, NOT_REACHED, asked, "reached by neither")]
    ratio = tight.value / roomy.value
    text = seconds(tight.value) + (f", {ratio:.2f} times roomy" if math.isfinite(ratio) else "")
    return [(what, text, asked, verdict(ratio, MOST_TIGHT_RATIO))]


def _growth_row(figures: Figures) -> tuple[str, ...]:
    """Return the steepest growth of a make that was run at the smallest and the largest size."""
    what = f"growth of that time, {min(MUST)} to {max(MUST)}: worst make"
    asked = f"participants to the power ≤ {MOST_EXPONENT:g}"
    found = []
    for make in figures.makes:
        ends = [worst(figures.times(size, make)) for size in (min(MUST), max(MUST))]
        if all(row is not None for row in ends):
            is_whole = all(row is not None and math.isfinite(row.value) for row in ends)
            found.append(Found(0, make, 0, figures.growth(make) if is_whole else math.inf))
    last = worst(found)
    if last is None:
        return what, NOT_RUN, asked, NOT_RUN
    never = [row.make for row in found if math.isinf(row.value)]
    text = f"{last.value:.2f} ({last.make})" if not never else f"no figure: a size is not reached in {', '.join(never)}"
    return what, text, asked, verdict(last.value, MOST_EXPONENT)


def gap_table(figures: Figures) -> str:
    """Return what the runs of each make and size ended with: the widest gap of its seeds, memory, and who was ahead."""
    twins = [name for name in PROGRAMS if name != "iopsched" and figures.of(program=name)]
    head = (
        "make", "participants", "unmet need (bound)", *(f"gap of {goal}" for goal in GOALS[5:]), "memory",
        *(f"{PROGRAMS[name].label} ahead" for name in twins),
    )  # fmt: skip
    rows = []
    for make in figures.makes:
        for size in figures.sizes:
            runs = figures.of(size, make)
            if runs:
                rows.append((f"`{make}`", str(size), *_end_cells(figures, make, size, twins)))
    return _table(head, rows)


def _end_cells(figures: Figures, make: str, size: int, twins: Sequence[str]) -> Iterable[str]:
    runs = figures.of(size, make)
    ends = [row for row in (figures.goal(run, "unmet_need") for run in runs) if row is not None]
    yield ", ".join(f"{row['value']} ({row['bound'] or 0})" for row in ends) or "no week"
    for goal in GOALS[5:]:
        last = worst(figures.gaps(goal, size, [make]))
        yield "" if last is None else _percent(last.value)
    yield f"{max(row['memory_mb'] for row in runs):.0f} MB"
    for name in twins:
        found = figures.compared(name, size, make)
        last = worst(row.found for row in found)
        better = "; better in the end" if any(row.is_better for row in found) else ""
        yield "" if last is None else ("never" if last.value == 0 else f"{last.value:.2f} s") + better


def not_counted(figures: Figures) -> str:
    """Return a line for every run that does not count."""
    return "\n".join(
        f"- not counted: {row['participants']} participants, seed {row['seed']}, {row['make']}, "
        f"{PROGRAMS[row['program']].label}: {row['why_not']}"
        for row in figures.runs.values()
        if not row["is_counted"]
    )


def _short_report(figures: Figures) -> list[str]:
    told = f"{len(figures.of())} instances of {len(figures.makes)} of {len(MAKES) + 1} makes (`{FOREIGN}`: published weeks)."
    return [told, must_table(figures), make_table(figures), comparison_table(figures)]


def whole_report(store: Store) -> str:
    """Return all tables as Markdown."""
    figures = Figures(store)
    if not figures.runs:
        return "No runs are there yet."
    parts = [*_short_report(figures), "What every make ended with:", gap_table(figures)]
    return "\n\n".join([*parts, *filter(None, [not_counted(figures)])])


def rewrite_block(path: Path, store: Store, pictures: Sequence[Path]) -> None:
    """Put the first tables and the pictures between the two marks of a file, all tables where the mark says so.

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
    links = [
        f"![{ALT.get(picture.stem, picture.stem)}]({Path(os.path.relpath(picture, path.parent)).as_posix()})"
        for picture in pictures
    ]
    parts = [*([whole_report(store)] if begin == BEGIN_WHOLE else _short_report(Figures(store))), *links]
    path.write_text(before + begin + "\n" + "\n\n".join(parts) + "\n" + END + after, encoding="utf-8")


ALT = {
    "search": "Value and proven bound of each goal over time, 120 participants",
    "size": "Time to unmet need 0, or the least known, against participants, in every make",
}
