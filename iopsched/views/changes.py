"""What is different since the last published revision, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from iopsched.domain.problem import Problem
from iopsched.domain.publication import Change
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import moment
from iopsched.phrases import count
from iopsched.view import Labels, session_rows

KIND_WORDS: Mapping[str, str] = {
    "moved": "other time",
    "room": "other room",
    "staff": "other staff",
    "participants": "other participants",
}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One changed session: what it is, what kind of change, how it was and is, and who joins or leaves."""

    title: str
    kinds: str
    before: str
    after: str
    people: str


def change_lines(problem: Problem, changes: Iterable[Change], labels: Labels) -> tuple[ChangeLine, ...]:
    """Return the changed sessions in order of their time."""
    rows = sorted(changes, key=lambda row: ((row.after or row.before or _NOWHERE).start, row.key))
    return tuple(_line(problem, row, labels) for row in rows)


_NOWHERE = Session("", "", 0, 0, (), ())


def _line(problem: Problem, change: Change, labels: Labels) -> ChangeLine:
    before, after = change.before, change.after
    return ChangeLine(
        title=_title(problem, after or before, labels),
        kinds=", ".join(KIND_WORDS.get(kind, kind) for kind in change.kinds),
        before=_words(problem, before, labels),
        after=_words(problem, after, labels),
        people=_people(before, after, labels) if before and after else "",
    )


def _title(problem: Problem, session: Session | None, labels: Labels) -> str:
    return session_rows(problem, Schedule(problem.week, (session,)), labels)[0].title if session else ""


def _words(problem: Problem, session: Session | None, labels: Labels) -> str:
    """Return for instance ``Mon 09:00-12:00 · T01+T07 · R02 · telehealth``."""
    if session is None:
        return ""
    row = session_rows(problem, Schedule(problem.week, (session,)), labels)[0]
    modality = "" if row.modality == "in_person" else row.modality
    pieces = (f"{moment(session.start)}-{row.end}", "+".join(row.therapists) or "nobody", row.room, modality)
    return " · ".join(piece for piece in pieces if piece)


def _people(before: Session, after: Session, labels: Labels) -> str:
    joins = sorted(set(after.participant_ids) - set(before.participant_ids))
    leaves = sorted(set(before.participant_ids) - set(after.participant_ids))
    found = []
    for word, words, people in (("joins", "join", joins), ("leaves", "leave", leaves)):
        if people and labels.shows_people:
            verb = word if len(people) == 1 else words
            found.append(f"{', '.join(map(labels.participant, people))} {verb}")
        elif people:
            found.append(f"{count(len(people), 'participant')} {word if len(people) == 1 else words}")
    return "; ".join(found)
