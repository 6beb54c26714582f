"""The screen that searches for a week: begin, watch, stop, and then take what was found, leave it, or look at both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from iopsched import work
from iopsched.board.beside import DayBeside, PersonBeside, days_beside, people_beside
from iopsched.board.movejson import session_facts
from iopsched.board.verdict import JudgedWeek, verdict
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import hours
from iopsched.page import searchjobs, trials, weekpage
from iopsched.page.asked import PageRequest, Refused, RequestWay
from iopsched.params import DEFAULT_LIMIT_S
from iopsched.views.weekfacts import WeekTelling
from iopsched.work.searches import FoundWeek

STEP = "solve"
MOST_LIMIT_S = 24 * 3600.0
Answered = Mapping[str, Any]


def badge(asked: PageRequest) -> Answered:
    """Return whether something waits to be taken."""
    job = asked.page.searches.of(asked.clinic.number)
    if job is not None and not job.is_over:
        return {"badge": 1, "sign": "…"}
    waits = work.searches.found_folder(asked.clinic.path, asked.week).is_dir()
    return {"badge": 1, "sign": "✓"} if waits else {}


def _solve(asked: PageRequest) -> Answered:
    """Return how far the search is, and whether there is a week to take."""
    job = asked.page.searches.of(asked.clinic.number)
    is_here = job is not None and job.week == asked.week
    told = job.told() if job is not None and is_here else {"state": "none", "goals": [], "result": None}
    other = job.week.isoformat() if job is not None and not is_here and not job.is_over else None
    waits = told["state"] in ("none", "ended") and work.searches.found_folder(asked.clinic.path, asked.week).is_dir()
    return {**told, "elsewhere": other, "is_found": waits, "default_limit_s": DEFAULT_LIMIT_S}


def _start(asked: PageRequest) -> Answered:
    """Begin a search, from the draft as it is."""
    limit = asked.body.get("time_limit_s", DEFAULT_LIMIT_S)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 1 <= limit <= MOST_LIMIT_S:
        raise Refused(400, "limit", "The time limit is a number of seconds, from 1 to a day.")
    begin(asked, float(limit), is_anew=asked.body.get("is_anew") is True)
    return _solve(asked)


def begin(asked: PageRequest, limit_s: float, *, is_anew: bool = False, is_near: bool = False) -> None:
    """Begin a search for the week that is shown, from the draft as it is; ``is_near``: as little as possible is changed."""
    clinic, week = asked.clinic, asked.week
    draft = weekpage.edited(asked).state().week
    facts = {
        "clinic": str(clinic.path),
        "week": week.isoformat(),
        "now": asked.page.clock().isoformat(),
        "time_limit_s": limit_s,
        "nicer": searchjobs.NICER,
        "seed": 0,
        "workers": searchjobs.workers(),
        "draft": [session_facts(row) for row in draft.schedule.sessions],
        "held": sorted(draft.locked),
        "is_anew": is_anew,
        "is_near": is_near,
    }

    def tell(row: Mapping[str, Any]) -> int:
        return asked.page.news.post("solve", clinic=clinic.number, week=week.isoformat(), row=row)

    asked.page.searches.start(clinic.number, week, facts, tell)


def _stop(asked: PageRequest) -> Answered:
    """End the search with the best week so far."""
    job = asked.page.searches.of(asked.clinic.number)
    if job is not None:
        job.stop()
    return _solve(asked)


def _found(asked: PageRequest) -> Answered:
    """Return what was found beside the draft: goals, who is short, whose appointments differ, both weeks by day.

    Where there is nothing, ``fault`` says why: another tab may have taken it a moment ago.
    """
    try:
        found = _left(asked)
    except Refused as refused:
        return {"fault": refused.body["message"]}
    week = weekpage.edited(asked)
    state, judged = week.judged()
    labels = weekpage.labels(asked)
    facts = WeekTelling(found.problem, labels)
    then = JudgedWeek(found.problem, found.schedule)
    told = facts.verdict(verdict(judged, then), ())
    draft = state.week.schedule.sessions
    return {
        "revision": state.revision,
        "is_empty": not draft,
        "broken": {"now": len(judged.violations), "then": len(then.violations)},
        "goals": told["goals"],
        "short": told["short"],
        "needs": [_need(row, facts) for row in told["needs"]],
        "found_goals": work.searches.goals_told(found.problem, found.schedule, found.goals),
        "people": [_person(row, facts) for row in people_beside(draft, found.schedule.sessions)],
        "days": [_day(row, facts) for row in days_beside(draft, found.schedule.sessions)],
    }


def take_found(asked: PageRequest) -> Answered:
    """Make what was found the draft's week, as one step that can be undone; what is tried in the tables is noted with it."""
    found, week, trial = _left(asked), weekpage.edited(asked), trials.tried(asked)
    what = {"kind": "found"} if trial is None else {"kind": "found", "way": trial.attempt}
    answer = weekpage.changed(asked, week.take(asked.number("revision"), found.schedule, what))
    clinic, monday = asked.clinic.path, asked.week
    work.takenweeks.remember_taken(work.searches.found_folder(clinic, monday), clinic, monday)
    forget_found(asked)
    return answer


def _discard(asked: PageRequest) -> Answered:
    """Leave what was found."""
    forget_found(asked)
    return _solve(asked)


def forget_found(asked: PageRequest) -> None:
    """Leave what a search has found, and what is known of it."""
    work.searches.drop_found(asked.clinic.path, asked.week)
    asked.page.searches.forget(asked.clinic.number)


def _left(asked: PageRequest) -> FoundWeek:
    found = work.searches.found_week(asked.clinic.path, asked.week, asked.page.clock())
    if found is None:
        sentence = "There is no week to take: none was found, or it no longer keeps the rules with the tables of now."
        raise Refused(404, "found", sentence)
    return found


def _person(row: PersonBeside, facts: WeekTelling) -> Answered:
    return {
        "participant": row.participant_id,
        "label": facts.labels.participant(row.participant_id) or row.participant_id,
        "before": _lines(row.before, facts),
        "after": _lines(row.after, facts),
    }


def _need(row: Mapping[str, Any], facts: WeekTelling) -> Answered:
    """Return how much somebody lacks in the draft and in the week that was found."""
    label = facts.labels.participant(row["participant"]) or row["participant"]
    return {**row, "label": label, "now_text": hours(row["now"]), "then_text": hours(row["then"])}


def _day(row: DayBeside, facts: WeekTelling) -> Answered:
    return {"weekday": row.day, "draft": _lines(row.before, facts), "found": _lines(row.after, facts), "same": row.same}


def _lines(rows: Iterable[Session], facts: WeekTelling) -> list[Answered]:
    """Return sessions as lines of a list, with labels."""
    return [
        {
            **facts.session(row),
            "room_label": facts.labels.room(row.room_id) if row.room_id else "",
            "staff_label": ", ".join(map(facts.labels.therapist, row.therapist_ids)),
            "seats": len(row.participant_ids),
        }
        for row in rows
    ]


WAYS = (
    RequestWay("GET", "/solve", _solve),
    RequestWay("POST", "/solve/start", _start),
    RequestWay("POST", "/solve/stop", _stop),
    RequestWay("GET", "/solve/found", _found),
    RequestWay("POST", "/solve/take", weekpage.told(take_found)),
    RequestWay("POST", "/solve/discard", _discard),
)
