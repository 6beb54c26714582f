"""What is different since the last published revision, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from iopsched.domain.problem import Problem
from iopsched.domain.publication import Change
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import WEEKDAYS, hours, moment
from iopsched.views.labels import Labels
from iopsched.views.sessions import SessionRow, session_rows
from iopsched.words.phrases import count

_KINDS: Mapping[str, str] = {
    "room": "other room",
    "staff": "other staff",
    "participants": "other participants",
    "modality": "held another way",
    "service": "other service",
}
_NOWHERE = Session("", "", 0, 0, (), ())


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


def change_counts(changes: Iterable[Change]) -> dict[str, int]:
    """Return how many sessions were added, changed and cancelled."""
    found = Counter(change.kinds[0] if change.kinds[0] in ("added", "cancelled") else "changed" for change in changes)
    return {kind: found[kind] for kind in ("added", "changed", "cancelled")}


def counts_line(changes: Iterable[Change]) -> str:
    """Return for instance ``2 added, 1 changed``, ``no change`` where there is none."""
    return ", ".join(f"{number} {kind}" for kind, number in change_counts(changes).items() if number) or "no change"


def since_line(changes: Collection[Change] | None) -> str:
    """Return how much has changed, in a sentence."""
    if changes is None:
        return "There is no earlier published revision of this week to compare with."
    if not changes:
        return "Nothing has changed since the last published revision."
    return f"Sessions since the last published revision: {counts_line(changes)}."


def kind_words(change: Change, *, with_times: bool = False) -> str:
    """Return for instance ``moved, other room``; with times ``moved from Wed 09:00 to Thu 09:00, other room``."""
    before, after = change.before, change.after
    if before is None or after is None:
        return ", ".join(change.kinds)
    found = []
    if before.start != after.start:
        found.append(f"moved from {moment(before.start)} to {moment(after.start)}" if with_times else "moved")
    if before.minutes != after.minutes:
        found.append(f"now {hours(after.minutes)} long")
    return ", ".join((*found, *(_KINDS[kind] for kind in change.kinds if kind in _KINDS)))


def _line(problem: Problem, change: Change, labels: Labels) -> ChangeLine:
    before, after = (
        session_rows(problem, Schedule(problem.week, (session,) if session else ()), labels)
        for session in (change.before, change.after)
    )
    return ChangeLine(
        title=next((row.title for row in (*after, *before)), ""),
        kinds=kind_words(change),
        before="".join(map(_words, before)) or "was not held",
        after="".join(map(_words, after)) or "is not held",
        people=_people(change, labels),
    )


def _words(row: SessionRow) -> str:
    """Return for instance ``Mon 09:00-12:00 · T01 + T07 · R02``."""
    return " · ".join((f"{WEEKDAYS[row.day]} {row.times}", row.staff, *row.where))


def _people(change: Change, labels: Labels) -> str:
    if change.before is None or change.after is None:
        return ""
    before, after = set(change.before.participant_ids), set(change.after.participant_ids)
    found = []
    for verb, verbs, people in (("joins", "join", after - before), ("leaves", "leave", before - after)):
        if people:
            who = ", ".join(map(labels.participant, sorted(people)))
            named = who if labels.shows_people else count(len(people), "participant")
            found.append(f"{named} {verb if len(people) == 1 else verbs}")
    return "; ".join(found)


def change_line(change: Change) -> str:
    """Return for instance ``G1-2: moved from Wed 09:00 to Thu 09:00, other room``; ids only."""
    before, after = change.before, change.after
    name = f"{before or after}" if before is None or after is None else after.id
    return f"{name}: {kind_words(change, with_times=True)}"


def change_facts(change: Change) -> dict[str, object]:
    """Return a change as ``--json`` prints it."""
    return {
        "kinds": list(change.kinds),
        "before": _session_facts(change.before),
        "after": _session_facts(change.after),
    }


def _session_facts(session: Session | None) -> dict[str, object] | None:
    if session is None:
        return None
    return {
        "session_id": session.id,
        "start": moment(session.start),
        "minutes": session.minutes,
        "therapist_ids": list(session.therapist_ids),
        "room_id": session.room_id,
        "participants": len(session.participant_ids),
        "modality": session.modality,
    }
