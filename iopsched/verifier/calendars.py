"""When the clinic is open and people and rooms are free, from windows, absences and stays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from iopsched.domain.people import Participant, Therapist, TimeOff
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import ALWAYS, DAY, NEVER, WEEK, TimeRange, Windows


class Calendars:
    """The week's calendar of everybody: absences by id, opening hours, stays. All minutes of the week."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        spans: dict[tuple[str, str], list[TimeRange]] = {}
        for row in problem.time_off:
            key = (row.kind, "" if row.kind == "clinic" else row.id)
            spans.setdefault(key, []).extend(self._inside(row))
        self._off = {key: Windows.of(ranges) for key, ranges in spans.items()}
        self.closures = self.off("clinic", "")
        self.open = problem.clinic.open.minus(self.closures)
        self.open_days = problem.clinic.open_days
        self._stays: dict[tuple[date | None, date | None], tuple[int, ...]] = {}

    def _inside(self, row: TimeOff) -> Windows:
        start, end = (self._minute(moment) for moment in (row.start, row.end))
        return Windows((TimeRange(start, end),)) if start < end else NEVER

    def _minute(self, moment: datetime) -> int:
        monday = datetime.combine(self._problem.week, time())
        return min(WEEK, max(0, (moment.replace(tzinfo=None) - monday) // timedelta(minutes=1)))

    def off(self, kind: str, id_: str) -> Windows:
        """Return the absences of a ``participant``, ``therapist`` or ``room``; of the clinic with a blank id."""
        return self._off.get((kind, id_), NEVER)

    def stay_days(self, participant: Participant) -> tuple[int, ...]:
        """Return the weekdays (0 is Monday) of this week inside the stay, whether open or not."""
        dates = participant.admitted, participant.discharged
        if dates not in self._stays:
            first, last = dates[0] or date.min, dates[1] or date.max
            days = (self._problem.week + timedelta(days=day) for day in range(7))
            self._stays[dates] = tuple(day.weekday() for day in days if first <= day <= last)
        return self._stays[dates]

    def stay(self, participant: Participant) -> Windows:
        """Return the part of the week inside the stay, from midnight to midnight."""
        if participant.admitted is None and participant.discharged is None:
            return ALWAYS
        return Windows.of(TimeRange(day * DAY, (day + 1) * DAY) for day in self.stay_days(participant))

    def open_days_inside(self, participant: Participant) -> int:
        """Return how many open weekdays lie inside the stay, closed ones too unless the clinic prorates closures."""
        days = self.open_days.intersection(self.stay_days(participant))
        if self._problem.clinic.closures == "prorate":
            days = days.intersection(self.open.days())
        return len(days)

    def is_present(self, participant: Participant) -> bool:
        """Return whether the stay touches an open weekday: else there are no requirements and no needs."""
        return self.open_days_inside(participant) > 0

    def prorated(self, participant: Participant, weekly: int) -> int:
        """Return a weekly minimum for a stay that may cover part of the week, rounded down."""
        return weekly * self.open_days_inside(participant) // max(1, len(self.open_days))

    def free(self, kind: str, row: Therapist | Room) -> Windows:
        """Return when a ``therapist`` or ``room`` may be in a session at all: available, not busy, not off, the clinic open."""
        return row.availability.minus(row.busy).minus(self.off(kind, row.id)).intersection(self.open)
