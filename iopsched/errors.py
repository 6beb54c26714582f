"""What can go wrong, as types.

::

    IopschedError
    ├── InputError          one or more issues in files a person can edit (exit 3)
    ├── UsageError          a command asked for in an impossible way (exit 2)
    ├── ConflictError       somebody else's change is in the way (exit 7)
    ├── NoScheduleError     a script asked for a week and there is none (exit 5, 6)
    └── InternalError       a schedule of ours that our own verifier rejects (exit 1)

An impossible set of pins is no exception but an outcome: see
:mod:`iopsched.domain.outcome`. Only the scripting interface, which returns a
week and nothing else, raises ``NoScheduleError`` for it.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal

from iopsched.domain.outcome import Infeasible, OutOfTime

MOST_PLACES = 5
"""So many rows are named of issues that are alike."""
MOST_TOLD = 50


class IopschedError(Exception):
    """Base of every exception that this package raises on purpose; it can be pickled, with all that it holds."""

    def __reduce__(self) -> tuple[object, ...]:
        """Return how a copy is made: without ``__init__``, which takes something else than the text."""
        return type(self).__new__, (type(self), *self.args), self.__dict__


@dataclass(frozen=True, slots=True, order=True)
class Issue:
    """One thing to look at in one cell of the input.

    ``file`` is a name relative to the clinic folder; ``row`` is the row a
    spreadsheet shows (header = 1), 0 where no row is to blame; ``column`` is
    blank where no column is. ``value`` is the cell as written, blank where it
    may identify a person. ``code`` is stable (``E-...`` or ``W-...``).
    ``message`` says what was found; ``remedy`` says how to mend it.
    ``level`` is ``error`` (nothing is solved), ``warning`` or ``information``.
    ``cell`` is blank but in a workbook, where it is the cell, such as ``C7``;
    ``file`` is then the workbook and its sheet.
    ``replacements`` are the texts, likeliest first, one of which the cell should
    hold instead; empty where only a person can know.
    ``more`` is how many further issues of the same code the file has that are
    not listed; 0 but in the last of 1,000.
    """

    file: str
    row: int
    column: str
    code: str
    message: str
    remedy: str
    value: str = ""
    level: Literal["error", "warning", "information"] = "error"
    cell: str = ""
    replacements: tuple[str, ...] = ()
    more: int = 0

    @property
    def place(self) -> str:
        """Return ``file:row, column``, as much of it as is known; in a workbook ``file: sheet!C7 (column)``."""
        if self.cell:
            return f"{self.file}!{self.cell}" + (f" ({self.column})" if self.column else "")
        place = self.file if self.row <= 0 else f"{self.file}:{self.row}"
        return f"{place}, column {self.column}" if self.column else place

    def __str__(self) -> str:
        """Return the whole issue as one line."""
        return f"{self.place}: {self.code} {self.message} {self.remedy}".rstrip()


def counted(issues: Iterable[Issue]) -> int:
    """Return the number of issues, including the ones not listed."""
    return sum(1 + issue.more for issue in issues)


def alike(issues: Iterable[Issue]) -> list[tuple[Issue, ...]]:
    """Return the issues in order, those together that say the same of one column of one file."""
    found: dict[tuple[str, ...], list[Issue]] = {}
    for issue in sorted(issues):
        found.setdefault((issue.file, issue.column, issue.code, issue.message, issue.remedy), []).append(issue)
    return [tuple(group) for group in found.values()]


def others_alike(group: Sequence[Issue]) -> str:
    """Return a sentence about the rest of issues that are alike, such as ``And 39 more like it, in rows 3, 5 and others.``; blank without."""
    left = counted(group) - 1
    if not left:
        return ""
    places = [issue.cell or str(issue.row) for issue in group[1:] if issue.cell or issue.row > 0]
    if not places:
        return f"And {left:,} more like it."
    kind = "cell" if group[1].cell else "row"
    named = places[:MOST_PLACES]
    if left > len(named):
        where = f"{', '.join(named)} and others"
    else:
        where = " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
    return f"And {left:,} more like it, in {kind}{'s' if left > 1 else ''} {where}."


class InputError(IopschedError):
    """The input has faults; ``issues`` holds every one of them, errors and warnings.

    The message is what a notebook shows below a cell: the number of errors,
    then each with its place and remedy, at most 50 of them.
    """

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues: tuple[Issue, ...] = tuple(sorted(issues))
        errors = [issue for issue in self.issues if issue.level == "error"]
        total, left = counted(errors), counted(errors[MOST_TOLD:]) + sum(issue.more for issue in errors[:MOST_TOLD])
        lines = [f"{total:,} fault{'s' if total != 1 else ''} in the input", *map(str, errors[:MOST_TOLD])]
        if left:
            most = "up to 1,000 of each kind and file" if total > len(errors) else "all"
            lines.append(f"and {left:,} more; the attribute issues holds {most}")
        super().__init__("\n  ".join(lines))


class NoScheduleError(IopschedError):
    """A script asked for a week and there is none; ``outcome`` is what the search ended with instead."""

    def __init__(self, outcome: Infeasible | OutOfTime) -> None:
        self.outcome = outcome
        super().__init__(_why_none(outcome))


def _why_none(outcome: Infeasible | OutOfTime) -> str:
    if isinstance(outcome, OutOfTime):
        if outcome.was_interrupted:
            return "Interrupted before there was a week."
        return (
            f"No week was found in {outcome.seconds:.0f} seconds. That does not mean that there is none: "
            "try a longer time_limit_s."
        )
    what = "This pin cannot hold" if len(outcome.pins) == 1 else "These pins cannot all hold"
    return "\n  ".join([f"{what} together with the other rules. Change one of them:", *map(str, outcome.pins)])


class UsageError(IopschedError):
    """A request that makes no sense whatever the data, such as a negative time limit."""


class ConflictError(IopschedError):
    """Another process or person changed what this one was about to write."""


class InternalError(IopschedError):
    """The product contradicts itself; the message says what to send to its makers."""


def place_of(trace: TracebackType | None, asking: str) -> str:
    """Return the last place in our own code, such as ``iopsched.views.sessions:120``: all that may be told of a bug.

    ``asking`` is the module that asks: it stands around everything and is no place.
    """
    ours = [
        f"{frame.f_globals.get('__name__', '?')}:{line}"
        for frame, line in traceback.walk_tb(trace)
        if str(frame.f_globals.get("__name__", "")).startswith("iopsched") and frame.f_globals["__name__"] != asking
    ]
    return ours[-1] if ours else "an unknown place"
