"""Two weeks of the same people beside each other, session by session, whatever ids the sessions have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import day_index
from iopsched.verifier.changes import entry_of


@dataclass(frozen=True, slots=True)
class PersonBeside:
    """Somebody whose appointments differ: those that only the one week has, and those that only the other has."""

    participant_id: str
    before: tuple[Session, ...]
    after: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class DayBeside:
    """The sessions of a weekday (0 is Monday) that only one of two weeks has; ``same`` is how many both have."""

    day: int
    before: tuple[Session, ...]
    after: tuple[Session, ...]
    same: int


def people_beside(before: Iterable[Session], after: Iterable[Session]) -> tuple[PersonBeside, ...]:
    """Return the participants who would be told of a change, by id: of time, lead, group or place."""
    own = (_by_person(before), _by_person(after))
    rows = []
    for key in sorted(own[0].keys() | own[1].keys()):
        old, new = (rows.get(key, []) for rows in own)
        gone, come = _without(old, new, entry_of), _without(new, old, entry_of)
        if gone or come:
            rows.append(PersonBeside(key, gone, come))
    return tuple(rows)


def days_beside(before: Sequence[Session], after: Sequence[Session]) -> tuple[DayBeside, ...]:
    """Return what differs on each weekday on which either week has a session."""
    rows = []
    for day in sorted({day_index(row.start) for row in (*before, *after)}):
        old, new = ([row for row in rows if day_index(row.start) == day] for rows in (before, after))
        gone, come = _without(old, new, _all_but_id), _without(new, old, _all_but_id)
        rows.append(DayBeside(day, gone, come, len(old) - len(gone)))
    return tuple(rows)


def _by_person(sessions: Iterable[Session]) -> dict[str, list[Session]]:
    found: dict[str, list[Session]] = {}
    for row in sessions:
        for key in row.participant_ids:
            found.setdefault(key, []).append(row)
    return found


def _without(
    rows: Iterable[Session], others: Iterable[Session], key: Callable[[Session], Hashable]
) -> tuple[Session, ...]:
    """Return the sessions of which the other week says something else, as far as the key goes, in order of time."""
    left = Counter(map(key, others))
    found = []
    for row in sorted(rows, key=lambda row: (row.start, row.id)):
        if left[key(row)]:
            left[key(row)] -= 1
        else:
            found.append(row)
    return tuple(found)


def _all_but_id(row: Session) -> tuple[Hashable, ...]:
    return (
        row.service_id,
        row.start,
        row.end,
        row.therapist_ids,
        row.participant_ids,
        row.modality,
        row.group_id,
        row.room_id,
    )
