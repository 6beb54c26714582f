"""Covers: who may lead a session in place of somebody who is away."""

from __future__ import annotations

from iopsched.domain.timegrid import day_of
from iopsched.verifier.week import Meeting, Week


def stands_in(week: Week, cover_id: str, therapist_id: str, meeting: Meeting) -> bool:
    """Return whether ``covers.csv`` lets somebody lead a session for another, who is busy or off during it."""
    covered = week.problem.therapist.get(therapist_id)
    if covered is None:
        return False
    away = covered.busy.union(week.calendars.off("therapist", therapist_id))
    if not away.overlaps(meeting.start, meeting.end):
        return False
    on = day_of(week.problem.week, meeting.start)
    return any(
        row.therapist_id == therapist_id
        and cover_id in row.covered_by
        and not (row.first_day is not None and on < row.first_day)
        and not (row.last_day is not None and on > row.last_day)
        for row in week.problem.covers
    )
