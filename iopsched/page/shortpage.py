"""The screen for people who are short: who lacks what, why, and what would help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iopsched.page import searchjobs, weekpage
from iopsched.page.asked import PageRequest, RequestWay
from iopsched.views.weekfacts import WeekTelling

STEP = "short"
TASK = "explain"
LIMIT_S = 45.0
Answered = Mapping[str, Any]


def badge(asked: PageRequest) -> Answered:
    """Return how many people are short."""
    state, judged = weekpage.edited(asked).judged()
    number = len(judged.short)
    return {"badge": number or None, "sign": "!" if number and state.week.schedule.sessions else ""}


def _short(asked: PageRequest) -> Answered:
    """Return who is short in the draft, what of it could be held, and how far the explanation is."""
    state, judged = weekpage.edited(asked).judged()
    facts = WeekTelling(state.opened.problem, weekpage.labels(asked))
    whole = facts.whole(state.week, state.history.saved, judged)
    labels = {row["id"]: row["label"] for row in whole["participants"]}
    job = asked.page.searches.of(asked.clinic.number, TASK)
    is_here = job is not None and job.week == asked.week
    told = job.told() if job is not None and is_here else {"state": "none", "rows": [], "result": None}
    return {
        **told,
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


def _start(asked: PageRequest) -> Answered:
    """Ask why people are short, and what would help."""
    week = asked.week
    facts = {
        "task": TASK,
        "clinic": str(asked.clinic.path),
        "week": week.isoformat(),
        "now": asked.page.clock().isoformat(),
        "time_limit_s": LIMIT_S,
        "nicer": searchjobs.NICER,
        "seed": 0,
        "workers": searchjobs.workers(),
    }

    def tell(row: Mapping[str, Any]) -> int:
        return asked.page.news.post("short", clinic=asked.clinic.number, week=week.isoformat(), row=row)

    asked.page.searches.start(asked.clinic.number, week, facts, tell, task=TASK)
    return _short(asked)


def _stop(asked: PageRequest) -> Answered:
    """Have the explanation end with what is certain so far."""
    job = asked.page.searches.of(asked.clinic.number, TASK)
    if job is not None:
        job.stop()
    return _short(asked)


WAYS = (
    RequestWay("GET", "/short", _short),
    RequestWay("POST", "/short/start", _start),
    RequestWay("POST", "/short/stop", _stop),
)
