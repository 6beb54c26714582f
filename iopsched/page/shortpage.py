"""The screen for people who are short: who lacks what, why, and what would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from iopsched.page import answersearches, searchjobs, trials, weekpage
from iopsched.page.asked import PageRequest
from iopsched.views.weekfacts import WeekTelling

STEP = "short"
TASK = "explain"
LIMIT_S = 45.0
LONG_S = 180.0
"""So long it is looked where somebody wants to know more; all of it is used then."""
Answered = Mapping[str, Any]


def badge(asked: PageRequest) -> Answered:
    """Return how many people are short."""
    state, judged = weekpage.edited(asked).judged()
    number = len(judged.short)
    return {"badge": number or None, "sign": "!" if number and state.week.schedule.sessions else ""}


def _short(asked: PageRequest) -> Answered:
    """Return who is short in the draft, what of it could be held, and how far the explanation is."""
    told = answersearches.told(asked, TASK)
    return {**told, "rows": _rows(told["rows"]), **_lacking(asked)}


def _rows(told: Sequence[Answered]) -> list[Answered]:
    """Return what was told: ways out as they are found give way to those in their order, a cause to what is known of it now."""
    is_through = any(row["kind"] == "way" and not row["is_so_far"] for row in told)
    last = {row["id"]: row for row in told if row["kind"] == "cause"}
    kept = (
        row
        for row in told
        if not (is_through and row.get("is_so_far")) and (row["kind"] != "cause" or row is last[row["id"]])
    )
    return [{**row, "mark": trials.mark_of(row["written"])} if "written" in row else row for row in kept]


def _lacking(asked: PageRequest) -> Answered:
    """Return who is short in the draft, and what of it could be held."""
    state, judged = weekpage.edited(asked).judged()
    facts = WeekTelling(state.opened.problem, weekpage.labels(asked))
    whole = facts.whole(state.week, state.history.saved, judged)
    labels = {row["id"]: row["label"] for row in whole["participants"]}
    return {
        "revision": state.revision,
        "is_saved": state.history.is_saved,
        "is_empty": not state.week.schedule.sessions,
        "people": [
            {
                **row,
                "label": labels.get(row["participant"], row["participant"]),
                "unplaced": [one for one in whole["unplaced"] if one.get("participant") == row["participant"]],
            }
            for row in whole["short"]
        ],
        "rooms": whole["rooms"],
        "staff": whole["staff"],
    }


def _begin(asked: PageRequest) -> None:
    """Ask why people are short, and what would help."""
    is_long = asked.body.get("is_long") is True
    answersearches.start(asked, TASK, STEP, LONG_S if is_long else LIMIT_S, searchjobs.NICER, is_soft=not is_long)


WAYS = answersearches.ways("/short", TASK, _short, _begin)
