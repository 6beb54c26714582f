"""A draft as lines of a log: the week that it began with, then what each move made of it. Replayed, they give the same draft.

A line holds the sessions that a move put, not only what was asked for: so the draft is the same whatever chose them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from iopsched.board.draftweek import DraftWeek
from iopsched.board.movehistory import MoveHistory
from iopsched.board.movejson import session_facts, session_from
from iopsched.domain.schedule import Schedule

SCHEMA = "iopsched.draft/1"

Line = dict[str, Any]
Files = Mapping[str, str]
"""Hashes of the tables of a schedule folder, by name; of no folder there are none."""


@dataclass(frozen=True, slots=True)
class LoggedDraft:
    """A draft as its log tells it: ``lines`` of the log were understood. ``revision`` grows with each.

    ``folder`` and ``files`` name the schedule on the disk that it was last known to be made from; ``saving`` are the
    hashes of what was about to be written when the log ended, empty where nothing was.
    """

    history: MoveHistory
    folder: str
    files: Files
    revision: int
    saving: Files
    lines: int = 1


def first_line(base: DraftWeek, folder: str, files: Files, revision: int) -> Line:
    """Return the line with which the log of a draft begins."""
    return {
        "schema": SCHEMA,
        "week": base.schedule.week.isoformat(),
        "folder": folder,
        "files": dict(files),
        "revision": revision,
        "sessions": [session_facts(row) for row in base.schedule.sessions],
    }


def move_line(asked: Mapping[str, Any], before: DraftWeek, after: DraftWeek) -> Line:
    """Return the line of a move."""
    old = {row.id: row for row in before.schedule.sessions}
    kept = {row.id for row in after.schedule.sessions}
    line: Line = {
        "do": "move",
        "move": dict(asked),
        "put": [session_facts(row) for row in after.schedule.sessions if old.get(row.id) != row],
        "out": [key for key in old if key not in kept],
    }
    if after.aside != before.aside:
        line["aside"] = [session_facts(row) for row in after.aside]
    if after.locked != before.locked:
        line["pinned"] = sorted(after.locked)
    return line


def draft_of(lines: Iterable[Mapping[str, Any]], like: Schedule) -> LoggedDraft | None:
    """Return the draft that lines tell, None where the first is none of the week of ``like``.

    What follows a line that cannot be understood is left out. ``like`` has what a schedule knows besides its sessions.
    """
    every = iter(lines)
    try:
        head = next(every)
        if head["schema"] != SCHEMA or date.fromisoformat(head["week"]) != like.week:
            return None
        base = DraftWeek(replace(like, sessions=tuple(sorted(map(session_from, head["sessions"])))))
        found = LoggedDraft(MoveHistory.of(base), head["folder"], head["files"], head["revision"], {})
    except (StopIteration, KeyError, TypeError, ValueError, AttributeError):
        return None
    for line in every:
        try:
            found = replace(_after(found, line), revision=found.revision + 1, lines=found.lines + 1)
        except (KeyError, TypeError, ValueError, AttributeError):
            break
    return found


def _after(found: LoggedDraft, line: Mapping[str, Any]) -> LoggedDraft:
    history = found.history
    match line["do"]:
        case "move":
            return replace(found, history=history.with_move(line["move"], _moved(history.now, line)), saving={})
        case "undo":
            return replace(found, history=history.undone(), saving={})
        case "redo":
            return replace(found, history=history.redone(), saving={})
        case "saving":
            return replace(found, saving=dict(line["files"]))
        case "saved":
            return replace(
                found, history=history.written(), folder=str(line["folder"]), files=dict(line["files"]), saving={}
            )
        case "based":
            theirs = tuple(sorted(map(session_from, line["sessions"])))
            return replace(
                found, history=history.beside(theirs), folder=str(line["folder"]), files=dict(line["files"]), saving={}
            )
        case other:
            raise ValueError(other)


def _moved(before: DraftWeek, line: Mapping[str, Any]) -> DraftWeek:
    put = {row.id: row for row in map(session_from, line["put"])}
    gone = {*line["out"], *put}
    kept = (row for row in before.schedule.sessions if row.id not in gone)
    aside = tuple(map(session_from, line["aside"])) if "aside" in line else before.aside
    locked = frozenset(line["pinned"]) if "pinned" in line else before.locked
    schedule = replace(before.schedule, sessions=tuple(sorted((*kept, *put.values()))))
    return DraftWeek(schedule, aside, locked)
