"""Weekly schedules for Intensive Outpatient Programs: made, proven, explained.

For scripts and notebooks::

    from iopsched import read_clinic, solve, verify

Everything named in ``__all__`` is loaded when it is first used, so that ``import iopsched`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iopsched.domain.outcome import GoalResult, Infeasible, OutOfTime, Solved, Unmet
    from iopsched.domain.problem import Problem
    from iopsched.domain.schedule import Schedule, Session
    from iopsched.errors import (
        ConflictError,
        InputError,
        InternalError,
        IopschedError,
        Issue,
        NoScheduleError,
        UsageError,
    )
    from iopsched.params import Progress
    from iopsched.scripting import Saved, Week, read_clinic, solve, verify
    from iopsched.verifier import Violation
    from iopsched.work.clinics import ClinicInput

_HOMES = {
    "iopsched.domain.outcome": ("GoalResult", "Infeasible", "OutOfTime", "Solved", "Unmet"),
    "iopsched.domain.problem": ("Problem",),
    "iopsched.domain.schedule": ("Schedule", "Session"),
    "iopsched.errors": (
        "ConflictError",
        "InputError",
        "InternalError",
        "IopschedError",
        "Issue",
        "NoScheduleError",
        "UsageError",
    ),
    "iopsched.params": ("Progress",),
    "iopsched.scripting": ("Saved", "Week", "read_clinic", "solve", "verify"),
    "iopsched.verifier": ("Violation",),
    "iopsched.work.clinics": ("ClinicInput",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "ClinicInput",
    "ConflictError",
    "GoalResult",
    "Infeasible",
    "InputError",
    "InternalError",
    "IopschedError",
    "Issue",
    "NoScheduleError",
    "OutOfTime",
    "Problem",
    "Progress",
    "Saved",
    "Schedule",
    "Session",
    "Solved",
    "Unmet",
    "UsageError",
    "Violation",
    "Week",
    "read_clinic",
    "solve",
    "verify",
]


if not TYPE_CHECKING:  # a type checker that saw this would believe in every name

    def __getattr__(name: str) -> object:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(importlib.import_module(_HOME[name]), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
