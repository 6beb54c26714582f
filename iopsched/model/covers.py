"""Covers: who may lead in place of whom, and when."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

from iopsched.domain.people import Cover
from iopsched.domain.timegrid import DAY, TimeRange, Windows
from iopsched.model.terms import Terms


class Covers:
    """The covers of a week. A session may be led by a cover if it begins on a day of the row and the covered are away."""

    def __init__(self, terms: Terms) -> None:
        self._problem = terms.problem
        self._away = terms.therapist_away
        self._days = {pair: self._windows(rows) for pair, rows in terms.problem.covers_between.items()}
        self._covered = {
            cover: sorted(other for one, other in self._days if one == cover)
            for cover in {one for one, _ in self._days}
        }

    def _windows(self, rows: Iterable[Cover]) -> Windows:
        dates = [self._problem.week + timedelta(days=day) for day in range(7)]
        held = {
            date.weekday()
            for row in rows
            for date in dates
            if (row.first_day is None or row.first_day <= date) and (row.last_day is None or date <= row.last_day)
        }
        return Windows.of(TimeRange(day * DAY, (day + 1) * DAY) for day in sorted(held))

    def may_ever_lead(self, cover_id: str, therapist_id: str) -> bool:
        """Return whether somebody stands in for another at any time of the week."""
        days = self._days.get((cover_id, therapist_id))
        return days is not None and bool(days.intersection(self._away[therapist_id]))

    def may_lead(self, cover_id: str, therapist_id: str, start: int, end: int) -> bool:
        """Return whether somebody stands in for another in a session [start, end)."""
        days = self._days.get((cover_id, therapist_id))
        return days is not None and days.covers(start, start + 1) and self._away[therapist_id].overlaps(start, end)

    def stood_in_for(self, cover_id: str, service_minutes: int, starts: Collection[int]) -> tuple[str, ...]:
        """Return for whom somebody stands in at each of these starts of a session, by id."""
        covered = self._covered.get(cover_id)
        if not covered:
            return ()
        return tuple(
            other
            for other in covered
            if all(self.may_lead(cover_id, other, start, start + service_minutes) for start in starts)
        )

    def of_any(self, cover_id: str, therapist_ids: Collection[str], start: int, end: int) -> bool:
        """Return whether somebody stands in for one of several in a session [start, end)."""
        return any(self.may_lead(cover_id, other, start, end) for other in therapist_ids)
