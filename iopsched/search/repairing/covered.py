"""The published week with what a session lost replaced where it is held: by somebody else, or in another room.

No solver is asked, so that also a machine at its limits has a week near the published one soon: each session in turn is
held as the verifier accepts it, else it is canceled. Whoever is free is asked, and nobody gives anything up.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from iopsched.domain.schedule import Schedule, Session
from iopsched.repairs.lostsessions import still_held
from iopsched.search.clock import Clock
from iopsched.search.start.first_week import keep_previous
from iopsched.search.workshop import Workshop
from iopsched.verifier import violations
from iopsched.verifier.calendars import Calendars

MOST_TRIALS = 6
"""So many ways to hold one session are judged at most."""
SHARE = 0.25
"""The share of the time that is left which all of them may take; with one worker their number alone ends them."""


def covered_week(workshop: Workshop, clock: Clock) -> Schedule:
    """Return what still holds of the published week, with the sessions that somebody else can lead or another room has.

    It breaks no rule but, perhaps, ``must`` pins that ask for something that cannot be covered so.
    """
    problem = workshop.problem
    week = keep_previous(problem)
    if problem.previous is None:
        return week
    broken = frozenset(violations(problem, week))
    held = {session.id for session in week.sessions}
    lost = [session for session in still_held(problem, problem.previous) if session.id not in held]
    with clock.within(SHARE, math.inf):
        for session in sorted(lost, key=lambda row: (-len(row.participant_ids), row.start, row.id)):
            for trial in islice(_Covers(workshop, week, session).trials(), MOST_TRIALS):
                if clock.is_over:
                    return week
                tried = replace(week, sessions=tuple(sorted([*week.sessions, trial])))
                found = frozenset(violations(problem, tried))
                if found <= broken:
                    week, broken = tried, found
                    break
    return week


class _Covers:
    """Who and what is free at the time of a session that a week lacks."""

    def __init__(self, workshop: Workshop, week: Schedule, session: Session) -> None:
        self.workshop = workshop
        self.problem = workshop.problem
        self.week = week
        self.session = session
        self._calendars = Calendars(workshop.problem)
        meeting = [row for row in week.sessions if row.start < session.end and session.start < row.end]
        self._busy = {key for row in meeting for key in row.therapist_ids}
        self._in_use = {row.room_id for row in meeting}

    def trials(self) -> Iterator[Session]:
        """Yield the session as it could be held, what is most like it first."""
        for staff in self._staffs():
            for room_id in self._rooms():
                yield replace(self.session, therapist_ids=staff, room_id=room_id)
        if self.session.room_id is not None and self.session.modality == "in_person":
            for staff in self._staffs():
                yield replace(self.session, therapist_ids=staff, room_id=None, modality="telehealth")

    def _staffs(self) -> Iterator[tuple[str, ...]]:
        """Yield the staff as it was without whoever is missing, then with others instead; the lead is first."""
        ids = self.session.therapist_ids
        present = tuple(key for key in ids if self._is_free("therapist", key))
        if present:
            yield present
        if present == ids:
            return
        for key in self._others():
            yield (*present, key) if self.session.lead_id in present else (key, *present)

    def _others(self) -> list[str]:
        """Return who is free and could lead it: first whoever has these people, then whoever has least."""
        people = {*self.session.participant_ids}
        number = Counter(key for row in self.week.sessions for key in row.therapist_ids)
        known = {key for row in self.week.sessions if people & {*row.participant_ids} for key in row.therapist_ids}
        free = [
            key for key in self._leads() if self._is_free("therapist", key) and key not in self.session.therapist_ids
        ]
        return sorted(free, key=lambda key: (key not in known, number[key], key))

    def _leads(self) -> frozenset[str]:
        session, workshop = self.session, self.workshop
        visit = session.participant_ids[0], session.service_id
        if session.group_id is None and visit in workshop.visit_kinds:
            return frozenset(workshop.choices(*visit)[1])
        asked = session.service_id, session.group_id, session.start
        rows = (row for row in workshop.for_several if (row.service.id, row.group_id, row.start) == asked)
        return frozenset(key for row in rows for key in row.lead_ids)

    def _rooms(self) -> list[str | None]:
        """Return the session's own room where it is free, else those that are, the smallest that are large enough first."""
        own, heads = self.session.room_id, len(self.session.participant_ids)
        if own is None or (own not in self._in_use and self._is_free("room", own)):
            return [own]
        rows = [row for row in self.problem.rooms if row.id not in self._in_use and self._is_free("room", row.id)]
        return [row.id for row in sorted(rows, key=lambda row: (row.capacity, row.id)) if row.capacity > heads]

    def _is_free(self, kind: str, key: str) -> bool:
        absent = self._calendars.off(kind, key).overlaps(self.session.start, self.session.end)
        return not absent and (kind == "room" or key not in self._busy)
