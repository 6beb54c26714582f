"""Goals ``changes`` and ``moves``: what differs from the earlier week, by person and by entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY
from iopsched.verifier.week import Week

# What somebody must be told of one session: weekday, start, service, group, lead, room.
Entry = tuple[int, int, str, str, str, str]
EntrySets = Mapping[str, set[Entry]]


@dataclass(frozen=True, slots=True)
class _Compared:
    """The entries of the same people in both weeks."""

    people: frozenset[str]
    old: EntrySets
    new: EntrySets

    def changed(self) -> int:
        return sum(self._old(key) != self._new(key) for key in self.people)

    def moved(self) -> int:
        return sum(len(self._old(key) ^ self._new(key)) for key in self.people)

    def _old(self, key: str) -> set[Entry]:
        return self.old.get(key, set())

    def _new(self, key: str) -> set[Entry]:
        return self.new.get(key, set())


def changed_people(week: Week) -> Mapping[str, int]:
    """Return participants and staff whose entries differ, by sub-term."""
    if week.problem.comparison != "strict":
        return {"participants": 0, "therapists": 0}
    return {"participants": _participants(week).changed(), "therapists": _therapists(week).changed()}


def changed_entries(week: Week) -> Mapping[str, int]:
    """Return entries that only one of the two weeks has, by sub-term."""
    return _moved(week) if week.problem.comparison == "strict" else dict.fromkeys(_moved(week), 0)


def steadiness(week: Week) -> Mapping[str, int]:
    """Return the same entries where they are weighed as a preference."""
    return _moved(week) if week.problem.comparison == "weighed" else {}


def _moved(week: Week) -> dict[str, int]:
    return {"participant_entries": _participants(week).moved(), "therapist_entries": _therapists(week).moved()}


def _participants(week: Week) -> _Compared:
    """Compare whoever is in both weeks: an admission or a discharge is no change."""
    previous = week.problem.previous
    if previous is None:
        return _NOBODY
    before = previous.census.union(*(session.participant_ids for session in previous.sessions))
    present = {row.id for row in week.participants if week.calendars.is_present(row)}
    return _compared(week, previous, before & present, lambda session: session.participant_ids)


def _therapists(week: Week) -> _Compared:
    """Compare everybody on the staff."""
    previous = week.problem.previous
    if previous is None:
        return _NOBODY
    staff = frozenset(row.id for row in week.problem.therapists)
    return _compared(week, previous, staff, lambda session: session.therapist_ids)


_NOBODY = _Compared(frozenset(), {}, {})


def _compared(
    week: Week, previous: Schedule, people: frozenset[str], who: Callable[[Session], tuple[str, ...]]
) -> _Compared:
    first = week.problem.first_start
    old, new = (_entries(schedule, who, first) for schedule in (previous, week.schedule))
    return _Compared(people, old, new)


def _entries(schedule: Schedule, who: Callable[[Session], tuple[str, ...]], first: int) -> EntrySets:
    """Return what each person of a week must be told of, from a minute on."""
    found: dict[str, set[Entry]] = {}
    for session in schedule.sessions:
        for key in who(session) if session.start >= first else ():
            found.setdefault(key, set()).add(entry_of(session))
    return found


def entry_of(session: Session) -> Entry:
    """Return what each of its people must be told of a session."""
    group, room = session.group_id or "", session.room_id or ""
    return session.start // DAY, session.start % DAY, session.service_id, group, session.lead_id, room
