"""What can go wrong, as types.

::

    IopschedError
    ├── InputError          one or more issues in files a person can edit (exit 3)
    ├── UsageError          a command asked for in an impossible way (exit 2)
    ├── ConflictError       somebody else's change is in the way (exit 7)
    └── InternalError       a schedule of ours that our own verifier rejects (exit 1)

An impossible set of pins is no exception but an outcome: see
:mod:`iopsched.domain.outcome`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


class IopschedError(Exception):
    """Base of every exception that this package raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Issue:
    """One thing to look at in one cell of the input.

    ``file`` is a name relative to the clinic folder; ``row`` is the row a
    spreadsheet shows (header = 1), 0 where no row is to blame; ``column`` is
    blank where no column is. ``value`` is the cell as written, blank where it
    may identify a person. ``code`` is stable (``E-...`` or ``W-...``).
    ``message`` says what was found; ``remedy`` says how to mend it.
    ``level`` is ``error`` (nothing is solved), ``warning`` or ``information``.
    """

    file: str
    row: int
    column: str
    code: str
    message: str
    remedy: str
    value: str = ""
    level: Literal["error", "warning", "information"] = "error"

    @property
    def place(self) -> str:
        """Return ``file:row, column``, as much of it as is known."""
        place = self.file if self.row <= 0 else f"{self.file}:{self.row}"
        return f"{place}, column {self.column}" if self.column else place

    def __str__(self) -> str:
        """Return the whole issue as one line."""
        return f"{self.place}: {self.code} {self.message} {self.remedy}".rstrip()


class InputError(IopschedError):
    """The input has faults; ``issues`` holds every one of them, errors and warnings."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues: tuple[Issue, ...] = tuple(sorted(issues))
        errors = sum(issue.level == "error" for issue in self.issues)
        super().__init__(f"{errors} fault{'s' if errors != 1 else ''} in the input")


class UsageError(IopschedError):
    """A request that makes no sense whatever the data, such as a negative time limit."""


class ConflictError(IopschedError):
    """Another process or person changed what this one was about to write."""


class InternalError(IopschedError):
    """The product contradicts itself; the message says what to send to its makers."""
