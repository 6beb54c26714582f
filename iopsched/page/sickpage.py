"""The screen for a call-out: who is away when, up to three answers, and the one that is published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from iopsched import work
from iopsched.domain.timegrid import DAY, WEEKDAYS, day_of
from iopsched.page import answersearches, inputpage, weekpage
from iopsched.page.asked import PageRequest, Refused, RequestWay

STEP = "sick"
TASK = "repair"
LIMIT_S = 10.0
LONG_S = 60.0
MOST_TOLD = 20
_WAYS = ("absent", "closed", "admit", "discharge")
_WHEN = re.compile(r"(@\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?)?(@(\d{2}:\d{2})?-(\d{2}:\d{2})?)?")
Answered = Mapping[str, Any]


def _sick(asked: PageRequest) -> Answered:
    """Return who could be away when, and how far the answers are."""
    state = weekpage.edited(asked).state()
    problem, labels = state.opened.problem, weekpage.labels(asked)
    days = sorted(problem.clinic.open_days)
    return {
        **answersearches.told(asked, TASK),
        "published": _revision(asked),
        "staff": [{"id": row.id, "label": labels.therapist(row.id)} for row in problem.therapists],
        "rooms": [{"id": row.id, "label": labels.room(row.id)} for row in problem.rooms],
        "participants": [{"id": row.id, "label": labels.participant(row.id)} for row in problem.participants],
        "days": [{"date": _date(asked.week, day), "weekday": WEEKDAYS[day]} for day in days],
        "today": asked.page.clock().date().isoformat(),
        "done": {**_calls(asked)} or None,
    }


def _calls(asked: PageRequest) -> dict[str, Any]:
    """Return what this program has published of a call-out in the week, and who was called; blank where nothing was."""
    return asked.clinic.kept(("calls", asked.week), dict)


def _date(week: date, day: int) -> str:
    return day_of(week, day * DAY).isoformat()


def _begin(asked: PageRequest) -> None:
    """Look for answers to what happened, in the seconds that somebody waits at the phone, or longer where these were not enough."""
    happened, limit_s = _told(asked), LONG_S if asked.body.get("is_long") is True else LIMIT_S
    # not nicer: somebody waits at the phone
    answersearches.start(asked, TASK, STEP, limit_s, 0, told=happened, published=_revision(asked))


def _revision(asked: PageRequest) -> int | None:
    """Return the number of the last revision of the week, None where nothing of it is published."""
    published = weekpage.edited(asked).state().opened.published
    return None if published is None else published.revision


def _told(asked: PageRequest) -> list[list[str]]:
    """Return what happened as the command reads it: a way, and an id with its days and times."""
    rows = asked.body.get("happened")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_TOLD:
        raise Refused(400, "happened", "Say who is away, or what is closed.")
    found = []
    for row in rows:
        match row:
            case {"way": str(way), "id": str(key), "when": str(when)} if way in _WAYS and _WHEN.fullmatch(when):
                found.append([way, f"{key[:200]}{when}"])
            case _:
                raise Refused(400, "happened", "Say who is away, or what is closed, and when.")
    return found


def _skip_pins(asked: PageRequest) -> Answered:
    """Have the pins that stand against what happened not hold in this week: one change of the tables, which step Input takes back."""
    result = answersearches.told(asked, TASK)["result"] or {}
    if not result.get("pins"):
        raise Refused(404, "pins", "No pin stands in the way any more. Find answers again.")
    with inputpage.typing(asked):
        written = work.weekpins.skip_week(asked.clinic.path, weekpage.edited(asked), result["pins"])
    inputpage.tell(asked, written)
    return _sick(asked)


def _choice(asked: PageRequest) -> Mapping[str, Any]:
    """Return the choice that a request names; no further ones are looked for, they would be to the week before."""
    number = asked.number("number")
    job = asked.page.searches.of(asked.clinic.number, TASK)
    rows = job.told()["rows"] if job is not None and job.week == asked.week else []
    choice: Mapping[str, Any] | None = next(
        (row for row in rows if row.get("number") == number and row["folder"]), None
    )
    if choice is None:
        raise Refused(404, "choice", "There is no such answer any more. Look for answers again.")
    if job is not None:
        if job.asked.get("published") != _revision(asked):  # it would take back what that one has changed
            raise Refused(409, "choice", "Another revision was published since. Find answers again, to that one.")
        job.stop()
    return choice


def _folder(asked: PageRequest, choice: Mapping[str, Any]) -> Path:
    return work.drafts.default_folder(asked.clinic.path, asked.week).with_name(choice["folder"])


def _take(asked: PageRequest) -> Answered:
    """Make one of the choices that were found the draft, to be looked at and changed before it is published."""
    folder = _folder(asked, _choice(asked))
    with asked.clinic.lock:
        work.callouts.take_choice(asked.clinic.path, asked.week, folder)
    asked.page.news.post("week", clinic=asked.clinic.number)
    return _sick(asked)


def _publish(asked: PageRequest) -> Answered:
    """Publish one of the choices that were found."""
    choice = _choice(asked)
    folder = _folder(asked, choice)
    with asked.clinic.lock:
        done = work.callouts.publish_choice(asked.clinic.path, folder, asked.page.clock(), work.publications.actor())
    revision = weekpage.edited(asked).state().revision
    asked.page.news.post("week", clinic=asked.clinic.number, week=asked.week.isoformat(), revision=revision)
    where = None if done.call_list is None else str(done.call_list)
    told = {"revision": done.revision, "calls": done.calls, "call_list": where}
    calls = _calls(asked)
    calls.clear()
    calls.update(told, choice=choice, called=[])
    return told


def _tick(asked: PageRequest) -> Answered:
    """Note that somebody of the call list was called, or was not."""
    called = set(_calls(asked).get("called", ()))
    whom = asked.body.get("who")
    if not isinstance(whom, str) or whom not in {f"{row['kind']} {row['who']}" for row in _on_list(asked)}:
        raise Refused(404, "who", "Nobody of this kind is on the call list.")
    called = called | {whom} if asked.body.get("is_called") is True else called - {whom}
    _calls(asked)["called"] = sorted(called)
    return {"called": sorted(called)}


def _on_list(asked: PageRequest) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = _calls(asked).get("choice", {}).get("calls", ())
    return rows


WAYS = (
    *answersearches.ways("/sick", TASK, _sick, _begin),
    RequestWay("POST", "/sick/skip", _skip_pins),
    RequestWay("POST", "/sick/take", _take),
    RequestWay("POST", "/sick/publish", _publish),
    RequestWay("POST", "/sick/tick", _tick),
)
