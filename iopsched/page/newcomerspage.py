"""The second part of the screen for people who are short: who else could come, what keeps more out, and what one more costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iopsched.page import answersearches, searchjobs, trials
from iopsched.page.asked import PageRequest

TASK = "capacity"
NEWS = "newcomers"
LIMIT_S = 120.0
LONG_S = 600.0
"""So long it is looked where somebody wants to know more."""
Answered = Mapping[str, Any]


def _newcomers(asked: PageRequest) -> Answered:
    """Return how far the answer is; what can be tried has a mark."""
    told = answersearches.told(asked, TASK)
    return {**told, "rows": [{**row, "mark": _mark(row)} for row in told["rows"]]}


def _mark(row: Answered) -> str:
    """Return the mark of what can be tried, blank where it cannot."""
    if row["kind"] == "referral":
        return trials.mark_of(trials.admission(row["person"]))
    return trials.mark_of(row["written"]) if "written" in row else ""


def _begin(asked: PageRequest) -> None:
    """Ask who else could come; with ``moves_nobody`` every session stays as it is."""
    moves_nobody = asked.body.get("moves_nobody") is True
    limit_s = LONG_S if asked.body.get("is_long") is True else LIMIT_S
    answersearches.start(asked, TASK, NEWS, limit_s, searchjobs.NICER, moves_nobody=moves_nobody)


WAYS = answersearches.ways("/newcomers", TASK, _newcomers, _begin)
