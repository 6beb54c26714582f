"""Something is tried: the tables are changed, the week is searched with it, and both are had or taken back together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from iopsched import work
from iopsched.page import answersearches, inputpage, solvepage, trials, weekpage
from iopsched.page.asked import PageRequest, Refused, RequestWay
from iopsched.page.trials import TableTrial
from iopsched.params import DEFAULT_LIMIT_S
from iopsched.steps.offer import WrittenStep
from iopsched.work.editing import ElsewhereError

Answered = Mapping[str, Any]
TASKS = ("explain", "capacity")
LIMIT_S = 30.0
"""So long the week is searched by itself: few people have other appointments, which is soon found."""


def _trial(asked: PageRequest) -> Answered:
    """Return what is tried, and how far it is; null where nothing is."""
    trial = trials.tried(asked)
    if trial is None:
        return {"trial": None}
    job = asked.page.searches.of(asked.clinic.number)
    is_here = job is not None and job.week == asked.week
    search = job.told() if job is not None and is_here else None
    state = _state(asked, trial, is_running=search is not None and search["state"] != "ended")
    return {"trial": {**trial.facts, "kind": trial.kind, "state": state, "search": search}}


def _state(asked: PageRequest, trial: TableTrial, *, is_running: bool) -> str:
    if is_running:
        return "searching"
    if work.searches.found_folder(asked.clinic.path, asked.week).is_dir():
        return "found"
    if trials.is_taken(asked, trial):
        return "taken"
    return "moved" if trials.is_moved_since(asked, trial) else "written"


def _try(asked: PageRequest) -> Answered:
    """Take the steps of a way out, or of one more place, in the tables, as one change that can be taken back."""
    row = _row(asked)
    steps = [WrittenStep.of(step) for step in row["written"]]
    kinds = Counter("added" if step.old is None else "removed" if step.new is None else "cells" for step in steps)
    counted = {name: kinds[name] for name in ("cells", "added", "removed")}
    line = row["line"] if row["kind"] == "way" else row["title"]
    helps = tuple(row.get("helps", ()))
    trial = TableTrial(trials.mark_of(row["written"]), asked.week.isoformat(), row["kind"], line, helps)
    _free(asked)
    with inputpage.typing(asked):
        what = {"table": steps[0].file, **counted, **trial.facts}
        state = work.inputediting.take_steps(asked.clinic.path, steps, what)
    return _begun(asked, trial, state)


def _admit(asked: PageRequest) -> Answered:
    """Move somebody from the waitlist to the participants from this week on, as one change that can be taken back."""
    who = asked.text("person")
    trial = TableTrial(trials.mark_of(trials.admission(who)), asked.week.isoformat(), "admit", who, (who,))
    problem = weekpage.edited(asked).state().opened.problem
    waiting = {row.participant.id: row.participant for row in problem.waitlist}
    if who not in waiting:
        raise Refused(404, "way", "Nobody of that id is on the waitlist any more. Ask again who could come.")
    first_day = max(asked.week, waiting[who].admitted or asked.week)
    _free(asked)
    with inputpage.typing(asked):
        what = {"table": "waitlist.csv", "cells": 0, "added": 1, "removed": 1, **trial.facts}
        state = work.inputediting.admit_waiting(asked.clinic.path, problem, who, first_day, what)
    return _begun(asked, trial, state)


def _begun(asked: PageRequest, trial: TableTrial, state: work.inputediting.InputState) -> Answered:
    """Tell that the tables were changed, and have the week searched with that; nothing more is looked for in the old ones."""
    inputpage.tell(asked, state)
    for task in TASKS:
        job = asked.page.searches.of(asked.clinic.number, task)
        if job is not None:
            job.stop()
    if trial.is_searched:
        solvepage.begin(asked, LIMIT_S, is_near=True)
    return _trial(asked)


def _search(asked: PageRequest) -> Answered:
    """Search the week with what is tried once more."""
    _free(asked)
    solvepage.begin(asked, DEFAULT_LIMIT_S, is_near=True)
    return _trial(asked)


def _have(asked: PageRequest) -> Answered:
    """Make the week that was found with it the draft, as one step that can be undone."""
    _own(asked)
    taken = solvepage.take_found(asked)
    return {**_trial(asked), "state": taken["state"]}


def _take_back(asked: PageRequest) -> Answered:
    """Take back the change of the tables, and with it what was found, or the draft that it became."""
    trial = _own(asked)
    week, revision = weekpage.edited(asked), asked.number("revision")
    if week.seen(revision).is_elsewhere:  # the draft could not be taken back with the tables
        raise ElsewhereError(
            "Somebody else has changed this week on the disk. Say in step Week first which of both holds."
        )
    if trials.is_moved_since(asked, trial):
        raise Refused(409, "later", "The week was moved again since: take that back with Undo first.")
    job = asked.page.searches.of(asked.clinic.number)
    if job is not None and job.week == asked.week and not job.cancel():
        raise Refused(409, "later", "The search has not ended yet. Try again in a moment.")
    with inputpage.typing(asked):
        state = work.inputediting.read_input(asked.clinic.path)
        state = work.inputediting.move_input(asked.clinic.path, state.revision, "undo")
    inputpage.tell(asked, state)
    solvepage.forget_found(asked)
    if trials.is_taken(asked, trial):
        weekpage.changed(asked, week.undo(week.state().revision))
    return {**_trial(asked), "state": weekpage.state(asked)}


def _own(asked: PageRequest) -> TableTrial:
    """Return what is tried, where it is what the request names."""
    trial = trials.tried(asked)
    if trial is None or trial.mark != asked.text("way", 100):
        raise Refused(409, "later", "The tables were changed again since: take that back in step Input first.")
    return trial


def _row(asked: PageRequest) -> Mapping[str, Any]:
    """Return what can be tried and has the mark that is asked for."""
    mark = asked.text("way", 100)
    for task in TASKS:
        rows = answersearches.rows(asked, task)
        found = [row for row in rows if row.get("written") and trials.mark_of(row["written"]) == mark]
        if found:
            return found[-1]
    raise Refused(404, "way", "This is not offered any more. Ask again.")


def _free(asked: PageRequest) -> None:
    """Refuse while a search is at work, or while its week waits: both are the director's to end."""
    job = asked.page.searches.of(asked.clinic.number)
    if job is not None and not job.is_over:
        raise Refused(409, "search", "A search is at work: stop it in step Solve first.")
    if work.searches.found_folder(asked.clinic.path, asked.week).is_dir():
        raise Refused(409, "search", "A search has found a week: take it or leave it in step Solve first.")


WAYS = (
    RequestWay("GET", "/trial", _trial),
    RequestWay("POST", "/trial/start", _try),
    RequestWay("POST", "/trial/admit", _admit),
    RequestWay("POST", "/trial/search", _search),
    RequestWay("POST", "/trial/have", weekpage.told(_have)),
    RequestWay("POST", "/trial/takeback", weekpage.told(_take_back)),
)
