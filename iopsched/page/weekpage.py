"""What the week screen asks: the week, what a move would do, the move itself, undo and redo, and to save it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, TypeVar, cast, get_args

from iopsched import work
from iopsched.board.bestplaces import BestPlace
from iopsched.board.movejson import place_from
from iopsched.domain.names import Names
from iopsched.files.weektables import TABLES
from iopsched.page.asked import PageRequest, Refused, RequestWay
from iopsched.page.inputpage import tell, typing
from iopsched.views.labels import Labels, NameMode
from iopsched.views.movefacts import MoveTelling
from iopsched.views.weekfacts import WeekTelling
from iopsched.work.draftlogs import StaleRevisionError
from iopsched.work.editing import DraftState, EditedWeek, ElsewhereError, Side

STEP = "week"
MOST_BEST, MOST_BEST_S = 200, 4.0
"""So many places are looked at, for so long, however many there are."""
Done = TypeVar("Done")
Answered = Mapping[str, Any]


def edited(asked: PageRequest) -> EditedWeek:
    """Return the week that a request names, as it is edited: one for all who ask."""
    clinic, week = asked.clinic, asked.week
    return clinic.kept(("week", week), lambda: EditedWeek(clinic.path, week, asked.page.clock))


def labels(asked: PageRequest) -> Labels:
    """Return what may be shown: ids, or names where this person has asked for them."""
    if not asked.session.shows_names:
        return Labels(NameMode.ID, Names())
    return Labels.of_rosters(NameMode.FULL, work.weeks.names_of(asked.clinic.path))


def badge(asked: PageRequest) -> Answered:
    """Return how many places of the week are broken; where nothing is planned yet, nothing is."""
    found, judged = edited(asked).judged()
    number = len(judged.violations) if found.week.schedule.sessions else 0
    return {"badge": number or None, "sign": "!" if number else ""}


def state(asked: PageRequest) -> Answered:
    """Return what the frame shows of the draft."""
    return _state(asked, edited(asked).state())


def _state(asked: PageRequest, found: DraftState) -> Answered:
    history = found.history
    moves = (("undo", history.to_undo), ("redo", history.to_redo))
    faulty = [issue.file in TABLES for issue in found.faults if issue.level == "error"]
    return {
        "moves": history.unsaved_moves,
        "can_undo": history.can_undo,
        "can_redo": history.can_redo,
        **{name: None if move is None else MoveTelling(*move, labels(asked)).facts() for name, move in moves},
        "saved": found.opened.written,
        "is_saved": history.is_saved,
        "folder": found.opened.name or None,
        "published": found.opened.published_at,
        "is_published": found.opened.is_published,
        "elsewhere": found.is_elsewhere,
        "faults": faulty.count(False),
        "saved_faults": faulty.count(True),
        "damaged": found.damaged.name if found.damaged is not None else None,
        "revision": found.revision,
        "names": asked.session.shows_names,
    }


def told(handler: Callable[[PageRequest], Answered]) -> Callable[[PageRequest], Answered]:
    """Answer 409 where the draft is another one than the page shows, or the disk has another week."""

    @wraps(handler)
    def answer(asked: PageRequest) -> Answered:
        return _stale_told(asked, lambda: handler(asked))

    return answer


def _stale_told(asked: PageRequest, work_done: Callable[[], Done]) -> Done:
    try:
        return work_done()
    except StaleRevisionError as error:
        raise Refused(409, "stale", str(error), revision=edited(asked).state().revision) from None
    except ElsewhereError as error:
        raise Refused(409, "elsewhere", str(error)) from None


def _week(asked: PageRequest) -> Answered:
    """Return the whole week."""
    found, judged = edited(asked).judged()
    facts = WeekTelling(found.opened.problem, labels(asked))
    return {
        "revision": found.revision,
        **facts.whole(found.week, found.history.saved, judged),
        "published": found.opened.published_at,
        "state": _state(asked, found),
    }


@told
def _try(asked: PageRequest) -> Answered:
    """Return what a move would do; nothing is changed."""
    revision = asked.number("revision")
    week = edited(asked)
    found = week.seen(revision)
    after, verdict = week.tried(revision, asked.body.get("move"))
    before = set(found.week.schedule.sessions)
    moved = {row.id for row in after.schedule.sessions if row not in before}
    facts = WeekTelling(found.opened.problem, labels(asked))
    sessions = [facts.session(row) for row in after.schedule.sessions if row.id in moved]
    return {"revision": revision, **facts.verdict(verdict, moved), "sessions": sessions}


@told
def _move(asked: PageRequest) -> Answered:
    return changed(asked, edited(asked).move(asked.number("revision"), asked.body.get("move")))


@told
def _undo(asked: PageRequest) -> Answered:
    return changed(asked, edited(asked).undo(asked.number("revision")))


@told
def _redo(asked: PageRequest) -> Answered:
    return changed(asked, edited(asked).redo(asked.number("revision")))


@told
def _keep(asked: PageRequest) -> Answered:
    """Keep a session where it is by rows of ``pins.csv``, or take these out again; the draft stays."""
    is_kept = asked.body.get("keep")
    if not isinstance(is_kept, bool):
        raise Refused(400, "body", "Say whether it is to be kept.")
    week = edited(asked)
    key, revision = asked.text("session"), asked.number("revision")
    with typing(asked):
        written = work.weekpins.keep_session(asked.clinic.path, week, revision, key, is_kept=is_kept)
    tell(asked, written)
    return changed(asked, week.state())


@told
def _save(asked: PageRequest) -> Answered:
    """Write the draft to its folder."""
    week = edited(asked)
    saved = week.save(asked.number("revision"))
    answer = changed(asked, week.state())
    kept = None if saved.kept is None else {"folder": saved.kept.folder.name, "why": saved.kept.why}
    return {**answer, "folder": str(saved.folder), "still_broken": saved.broken, "kept": kept}


@told
def _settle(asked: PageRequest) -> Answered:
    """Go on with the draft, with the week on the disk, or with both."""
    side = asked.text("side", 10)
    if side not in get_args(Side):
        raise Refused(400, "body", "Say mine, theirs or both.")
    return changed(asked, edited(asked).settle(asked.number("revision"), cast("Side", side)))


def _session(asked: PageRequest) -> Answered:
    """Return what became of a session in this draft, move by move."""
    found = edited(asked).state()
    facts = WeekTelling(found.opened.problem, labels(asked))
    key = asked.query.get("id", "")
    rows = found.history.of_session(key)
    now = next((row for row in found.week.schedule.sessions if row.id == key), None)
    if now is None and not rows:
        raise Refused(404, "session", "There is no such session in this week.")
    return {
        "revision": found.revision,
        "now": facts.where(now),
        "history": [
            {"when": f"move {number}", "text": f"{facts.where(before)} -> {facts.where(after)}"}
            for number, before, after in rows
        ],
    }


def _elsewhere(asked: PageRequest) -> Answered:
    """Return what the draft and the week on the disk have changed since they were the same."""
    week = edited(asked)
    found = week.state()
    facts = WeekTelling(found.opened.problem, labels(asked))
    rows = week.differences()
    return {
        "revision": found.revision,
        "sessions": [
            {
                "id": row.session_id,
                **{
                    name: None if one is None else facts.session(one)
                    for name, one in (("before", row.before), ("mine", row.mine), ("theirs", row.theirs))
                },
                "disputed": row.is_disputed,
            }
            for row in rows
        ],
    }


@told
def _map(asked: PageRequest) -> Answered:
    """Return at which starts something can be held."""
    state, lookup, _ = edited(asked).lookup(asked.number("revision"))
    facts = WeekTelling(state.opened.problem, labels(asked))
    starts = lookup.starts(*_thing(asked), place_from(asked.week, asked.body))
    return {"revision": state.revision, "starts": [facts.start(row) for row in starts]}


def _best(asked: PageRequest) -> Iterator[Answered]:
    """Return places as they are found, and last in which order they are good."""
    state, lookup, judged = _stale_told(asked, lambda: edited(asked).lookup(asked.number("revision")))
    facts = WeekTelling(state.opened.problem, labels(asked))
    return _ranked(lookup.best(*_thing(asked), judged), facts)


def _ranked(places: Iterator[BestPlace], facts: WeekTelling) -> Iterator[Answered]:
    found: list[BestPlace] = []
    end = time.monotonic() + MOST_BEST_S
    for place in places:
        found.append(place)
        yield facts.best_place(place)
        if len(found) >= MOST_BEST or time.monotonic() > end:
            break
    yield {"ranked": sorted(range(len(found)), key=lambda number: found[number].rank)}


def _thing(asked: PageRequest) -> tuple[str | None, str | None]:
    """Return the session, or what is lacking, that a request is about."""
    if "session" in asked.body:
        return asked.text("session"), None
    return None, asked.text("unplaced")


def changed(asked: PageRequest, found: DraftState) -> Answered:
    """Tell all tabs, and answer with the week."""
    asked.page.news.post("week", clinic=asked.clinic.number, week=asked.week.isoformat(), revision=found.revision)
    return _week(asked)


WAYS = (
    RequestWay("GET", "/week", _week),
    RequestWay("GET", "/week/session", _session),
    RequestWay("POST", "/week/try", _try),
    RequestWay("POST", "/week/map", _map),
    RequestWay("POST", "/week/best", _best),
    RequestWay("POST", "/week/move", _move),
    RequestWay("POST", "/week/undo", _undo),
    RequestWay("POST", "/week/redo", _redo),
    RequestWay("POST", "/week/keep", _keep),
    RequestWay("POST", "/week/save", _save),
    RequestWay("GET", "/week/elsewhere", _elsewhere),
    RequestWay("POST", "/week/settle", _settle),
)
