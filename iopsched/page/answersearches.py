"""An answer that is searched beside the page for one of its screens: how it is asked, how far it is, how it is stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from iopsched import work
from iopsched.errors import IopschedError
from iopsched.page import searchjobs, weekpage
from iopsched.page.asked import PageRequest, Refused, RequestWay

Handler = Callable[[PageRequest], Mapping[str, Any]]


def told(asked: PageRequest, task: str) -> Mapping[str, Any]:
    """Return how far the answer to a task is in the week that is shown."""
    job = asked.page.searches.of(asked.clinic.number, task)
    is_here = job is not None and job.week == asked.week
    if job is None or not is_here:
        return {"state": "none", "rows": [], "result": None, "is_of_now": True, "is_of_week": True}
    now = sessions_now(asked)
    is_of_week = job.asked.get("sessions", now) == now
    return {**job.told(), "is_of_now": job.asked.get("input") == input_now(asked), "is_of_week": is_of_week}


def rows(asked: PageRequest, task: str) -> Sequence[Mapping[str, Any]]:
    """Return what was told of a task in the week that is shown, one thing after the other."""
    found: Sequence[Mapping[str, Any]] = told(asked, task)["rows"]
    return found


def input_now(asked: PageRequest) -> str:
    """Return the state of the clinic's files in a word, blank where they cannot be read: an answer is of one state."""
    try:
        return work.inputediting.read_input(asked.clinic.path).files_sha256
    except IopschedError:
        return ""


def sessions_now(asked: PageRequest) -> int:
    """Return the sessions of the draft in a number, the same while this program runs: an answer is of one week."""
    return hash(frozenset(weekpage.edited(asked).state().week.schedule.sessions))


def start(asked: PageRequest, task: str, news: str, limit_s: float, nicer: int, **more: object) -> None:
    """Have a task done in a process of its own for at most ``limit_s`` seconds; what it tells is posted as ``news``.

    Raises
    ------
    Refused
        If the same is asked of another week of the clinic at this moment.
    """
    week, clinic = asked.week, asked.clinic
    running = asked.page.searches.of(clinic.number, task)
    if running is not None and not running.is_over and running.week != week:
        other = f"the week of {running.week.day} {running.week:%B %Y}"
        raise Refused(
            409, "search", f"The same is being looked for in {other}. Stop it there, or wait until it has ended."
        )
    facts = {
        "task": task,
        "clinic": str(clinic.path),
        "week": week.isoformat(),
        "now": asked.page.clock().isoformat(),
        "time_limit_s": limit_s,
        "nicer": nicer,
        "seed": 0,
        "workers": searchjobs.workers(),
        "input": input_now(asked),
        "sessions": sessions_now(asked),
        **more,
    }

    def tell(row: Mapping[str, Any]) -> int:
        return asked.page.news.post(news, clinic=clinic.number, week=week.isoformat(), row=row)

    asked.page.searches.start(clinic.number, week, facts, tell, task=task)


def ways(path: str, task: str, tell: Handler, begin: Callable[[PageRequest], None]) -> tuple[RequestWay, ...]:
    """Return the requests about a task: to begin it, to have it end with what is certain so far; all answer how far it is."""

    def begun(asked: PageRequest) -> Mapping[str, Any]:
        begin(asked)
        return tell(asked)

    def stopped(asked: PageRequest) -> Mapping[str, Any]:
        job = asked.page.searches.of(asked.clinic.number, task)
        if job is not None:
            job.stop()
        return tell(asked)

    posts = {"start": begun, "stop": stopped}
    return (
        RequestWay("GET", path, tell),
        *(RequestWay("POST", f"{path}/{what}", then) for what, then in posts.items()),
    )
