"""The screen for people who are short: who lacks what, why, and what would help."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from iopsched import work
from iopsched.errors import IopschedError
from iopsched.page import answersearches, inputpage, searchjobs, weekpage
from iopsched.page.asked import PageRequest, Refused, RequestWay
from iopsched.steps.offer import WrittenStep
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
    told = answersearches.told(asked, TASK)
    taken = _taken(asked)
    return {
        **told,
        "rows": [{**row, "is_taken": _mark(row) == taken} if row["kind"] == "way" else row for row in told["rows"]],
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
    answersearches.start(asked, TASK, STEP, LIMIT_S, searchjobs.NICER)
    return _short(asked)


def _stop(asked: PageRequest) -> Answered:
    """Have the explanation end with what is certain so far."""
    answersearches.stop(asked, TASK)
    return _short(asked)


def _try_way(asked: PageRequest) -> Answered:
    """Take the steps of a way out in the tables, as one change that can be taken back."""
    way = _way(asked)
    steps = [WrittenStep.of(row) for row in way["written"]]
    kinds = Counter("added" if step.old is None else "removed" if step.new is None else "cells" for step in steps)
    counted = {name: kinds[name] for name in ("cells", "added", "removed")}
    with inputpage.typing(asked):
        what = {"table": steps[0].file, **counted, "way": _mark(way)}
        state = work.inputediting.take_steps(asked.clinic.path, steps, what)
    inputpage.tell(asked, state)
    return _short(asked)


def _take_back(asked: PageRequest) -> Answered:
    """Take back the steps of a way out, if they were the last change of the tables."""
    way = _way(asked)
    with inputpage.typing(asked):
        state = work.inputediting.read_input(asked.clinic.path)
        if (state.what("undo") or {}).get("way") != _mark(way):
            raise Refused(409, "later", "The tables were changed again since: take that back in step Input first.")
        state = work.inputediting.move_input(asked.clinic.path, state.revision, "undo")
    inputpage.tell(asked, state)
    return _short(asked)


def _way(asked: PageRequest) -> Mapping[str, Any]:
    """Return the way out of the number that is asked for."""
    job = asked.page.searches.of(asked.clinic.number, TASK)
    number = asked.number("way")
    rows: Sequence[Mapping[str, Any]] = job.told()["rows"] if job is not None and job.week == asked.week else []
    for row in rows:
        if row["kind"] == "way" and row["number"] == number:
            return row
    raise Refused(404, "way", "There is no such way out any more. Find out why again.")


def _mark(way: Mapping[str, Any]) -> str:
    """Return what tells the steps of a way out from those of others."""
    return hashlib.sha256(json.dumps(way["written"], sort_keys=True).encode()).hexdigest()[:16]


def _taken(asked: PageRequest) -> str:
    """Return the mark of the way out whose steps were the last change of the tables, blank where that was none."""
    try:
        what = work.inputediting.read_input(asked.clinic.path).what("undo")
    except IopschedError:
        return ""
    return str((what or {}).get("way", ""))


WAYS = (
    RequestWay("GET", "/short", _short),
    RequestWay("POST", "/short/start", _start),
    RequestWay("POST", "/short/stop", _stop),
    RequestWay("POST", "/short/try", _try_way),
    RequestWay("POST", "/short/takeback", _take_back),
)
