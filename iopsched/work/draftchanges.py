"""What a draft changes: who has another week than in the one saved, published, or begun with; and putting it back for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from iopsched.board.gridmoves import ReplaceSessions
from iopsched.domain.schedule import Schedule, Session
from iopsched.errors import UsageError
from iopsched.store.revisions import changes, draft
from iopsched.views.calls import Call, by_person, call_list
from iopsched.views.labels import Labels
from iopsched.work.basis import schedule_of
from iopsched.work.editing import DraftState, EditedWeek

Against = Literal["saved", "published", "first"]


def schedule_before(state: DraftState, against: Against) -> Schedule:
    """Return the week that a draft is held against.

    Raises
    ------
    UsageError
        If nothing of the week is published.
    """
    if against == "first":
        return state.history.base.schedule
    if against == "saved":
        return replace(state.week.schedule, sessions=state.history.saved)
    if state.opened.published is None:
        raise UsageError("Nothing of this week is published.")
    return schedule_of(state.opened.clinic, state.opened.published)


def draft_calls(state: DraftState, against: Against, labels: Labels) -> tuple[Call, ...]:
    """Return who has another week in the draft, and what is otherwise; of what has begun there is nothing to tell."""
    problem = state.opened.problem
    found = changes(draft("", schedule_before(state, against)), state.week.schedule)
    return call_list(problem, found, labels, problem.now)


def people_changed(calls: Iterable[Call]) -> list[Mapping[str, Any]]:
    """Return the same person by person for a machine, with the ids of the sessions of each row."""
    return [
        {
            "who": first.who,
            "kind": first.kind,
            "label": first.label,
            "entries": [
                {
                    "what": row.what,
                    "old": row.before,
                    "new": row.after,
                    "sessions": sorted({one.id for one in (row.old_session, row.new_session) if one is not None}),
                }
                for row in rows
            ],
        }
        for first, rows in by_person(calls)
    ]


def put_back(before: Schedule, now: Schedule, who: str) -> ReplaceSessions:
    """Return the move after which one person's sessions are as they were, for everybody in them.

    Raises
    ------
    UsageError
        If nothing of theirs is otherwise.
    """
    old, new = (_of(schedule, who) for schedule in (before, now))
    touched = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    every = {row.id: row for row in before.sessions}
    held = {row.id for row in now.sessions}
    if not touched:
        raise UsageError("Nothing of theirs is otherwise than it was.")
    put = tuple(every[key] for key in sorted(touched) if key in every)
    return ReplaceSessions(put, tuple(sorted(key for key in touched if key in held and key not in every)))


def put_back_for(week: EditedWeek, revision: int, against: Against, who: str) -> DraftState:
    """Put one person's sessions back as they were, as one move that can be undone."""
    state = week.seen(revision)
    move = put_back(schedule_before(state, against), state.week.schedule, who)
    return week.make(revision, move, {"kind": "put_back", "who": who, "against": against})


def _of(schedule: Schedule, who: str) -> Mapping[str, Session]:
    return {row.id: row for row in schedule.sessions if who in row.participant_ids or who in row.therapist_ids}
