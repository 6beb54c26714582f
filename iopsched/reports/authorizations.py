"""Authorizations: days used, planned and left of each, what ends within two weeks, and when units run out at this pace.

A unit is a day with sessions that count. Used are those that the tables state and those that published weeks and
``attendance.csv`` show; planned those that are published and still to come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from iopsched.domain.authorization import certified_until
from iopsched.domain.clinic import NO_PAYER
from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import monday_of
from iopsched.policy.numbers import in_force
from iopsched.records.presence import Presence, Presences
from iopsched.records.units import counts_from, used_days
from iopsched.reports.attendancerows import unmatched_rows
from iopsched.reports.authorizationwords import authorization_lines, authorization_missing
from iopsched.reports.presencewords import attendance_row
from iopsched.reports.reporttable import Day, Reported, ReportKind, ReportTable, told
from iopsched.views.labels import Labels

SOON_DAYS = 14
PACE_WEEKS = 4


@dataclass(frozen=True, slots=True)
class AuthorizationRow:
    """How one participant stands with the payer."""

    participant_id: str = told("Participant, by id.", "id")
    participant: str = told("What they are called: the name where names are asked for, else the id.")
    payer: str = told("Payer, blank where there is none.")
    authorized_from: Day | None = told("First authorized day, as in `participants.csv`.", "date")
    authorized_until: Day | None = told("Last authorized day, as in `participants.csv`.", "date")
    days_to_end: int | None = told("Calendar days until that one; below 0 where it is past.", "number")
    ends_soon: bool = told("Whether the authorization has ended or ends within 14 days.", "yes_no")
    units_authorized: int | None = told("Days authorized; blank: no number is stated.", "number")
    units_used: int = told("Days stated as used in `participants.csv`.", "number")
    units_as_of: Day | None = told("The last day that is in that number; blank: none of a published week is.", "date")
    units_counted: int = told("Days used since, from published weeks and `attendance.csv`.", "number")
    units_planned: int = told("Days published that are still to come.", "number")
    units_left: int | None = told("Days left after all these; below 0 where more is used or planned.", "number")
    authorized_days: int | None = told("Most days of one week, as in `participants.csv`; blank: not limited.", "number")
    days_this_week: int = told("Days of the week of the report that are used or planned.", "number")
    days_left_this_week: int | None = told("Days that may still be added to that week; blank: not limited.", "number")
    days_a_week: float = told("Days a week of the last 4 published weeks, else the least that are asked.", "decimal")
    runs_out: Day | None = told(
        "The day on which the last unit is used at this pace; blank: not before the stay ends.", "date"
    )
    certified: Day | None = told("Day of the physician's last certification.", "date")
    certified_until: Day | None = told("Last day of it, where the payer says how long it lasts.", "date")
    certification_ends_soon: bool = told(
        "Whether it has ended, ends within 14 days or is asked for and not dated.", "yes_no"
    )
    first_counted: Day | None = told(
        "The first day from which published weeks are counted; blank: all of them.", "date"
    )


@dataclass(frozen=True, slots=True)
class UnitDay:
    """A day that uses a unit."""

    participant_id: str = told("Participant, by id.", "id")
    participant: str = told("What they are called: the name where names are asked for, else the id.")
    date: Day = told("The day.", "date")
    week: Day = told("Monday of the week.", "date")
    revision: int = told("The revision of the week that was read, its last one.", "number")
    state: str = told("`counted`, or `planned` where it is still to come.")
    countable_minutes: int = told("Minutes of the day that count toward weekly hours.", "minutes")
    session_key: tuple[str, ...] = told("The sessions, by their identity in all revisions of the week.", "ids")
    attendance_row: tuple[int, ...] = told("The rows of `attendance.csv`.", "ids")


SCREEN = (
    "participant_id", "payer", "authorized_until", "days_to_end", "units_authorized", "units_used", "units_counted",
    "units_planned", "units_left", "runs_out", "certified_until",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CountedSpan:
    """The day of the report, the Mondays of the published weeks, and the last day that is counted."""

    today: date
    weeks: tuple[date, ...]
    last: date


def authorizations(problem: Problem, presences: Presences, span: CountedSpan, labels: Labels) -> Reported:
    """Return the report on everybody who is not discharged; ``problem`` has the tables of today, before units are counted."""
    today = span.today
    people = [row for row in problem.participants if row.discharged is None or row.discharged >= today]
    used = used_days(presences.rows, people, span.last + timedelta(days=1))
    days = [_unit_day(person, own, labels) for person, found in used.items() for own in found.values()]
    this_week = Counter(person for person, _ in _days_of_week(presences.rows, monday_of(today)))
    rows = [
        _Standing(problem, person, used.get(person.id, {}), span).row(labels, this_week[person.id]) for person in people
    ]
    rows = [row for row in rows if _says_something(row)]
    about = "A row for each participant who is not discharged and has a payer or an authorization."
    main = ReportTable("rows", "Authorizations", about, AuthorizationRow, rows)
    told_days = [day for day in days if any(row.participant_id == day.participant_id for row in rows)]
    counted = ReportTable("days", "Days counted", "A row for each day that uses a unit.", UnitDay, told_days)
    unmatched = unmatched_rows(presences.faults, date.min, span.last)
    first = min(span.weeks, default=monday_of(today))
    return Reported(
        ReportKind.AUTHORIZATIONS,
        min(first, span.last),
        span.last,
        main,
        (counted,),
        _totals(rows),
        tuple(authorization_lines(rows, today)),
        (main, SCREEN),
        tuple(authorization_missing(rows, len(unmatched.rows))),
        unmatched,
    )


def _days_of_week(rows: Iterable[Presence], week: date) -> set[tuple[str, date]]:
    """Return who had, or will have, a session that counts on which day of a week."""
    return {(row.participant_id, row.date) for row in rows if row.week == week and row.expected.countable}


def _says_something(row: AuthorizationRow) -> bool:
    return (
        bool(row.payer or row.certified or row.authorized_from or row.authorized_until)
        or row.units_authorized is not None
    )


def _totals(rows: Sequence[AuthorizationRow]) -> dict[str, int]:
    with_units = [row for row in rows if row.units_authorized is not None]
    return {
        "people": len(rows),
        "with_units": len(with_units),
        "units_authorized": sum(row.units_authorized or 0 for row in with_units),
        "units_used": sum(row.units_used for row in with_units),
        "units_counted": sum(row.units_counted for row in with_units),
        "units_planned": sum(row.units_planned for row in with_units),
        "units_left": sum(row.units_left or 0 for row in with_units),
        "ends_soon": sum(row.ends_soon for row in rows),
        "certification_ends_soon": sum(row.certification_ends_soon for row in rows),
    }


def _unit_day(person_id: str, own: Sequence[Presence], labels: Labels) -> UnitDay:
    first = own[0]
    return UnitDay(
        participant_id=person_id,
        participant=labels.participant(person_id),
        date=first.date,
        week=first.week,
        revision=first.revision,
        state="counted" if _is_counted(own) else "planned",
        countable_minutes=sum(row.expected.countable for row in own),
        session_key=tuple(row.key for row in own),
        attendance_row=tuple(number for row in own if (number := attendance_row(row)) is not None),
    )


def _is_counted(own: Iterable[Presence]) -> bool:
    return any(row.had is not None for row in own)


class _Standing:
    """How one participant stands, with the days that use units."""

    def __init__(
        self, problem: Problem, person: Participant, days: Mapping[date, Sequence[Presence]], span: CountedSpan
    ) -> None:
        self._problem, self._person, self._span = problem, person, span
        self._days = dict(sorted(days.items()))
        self._counted = [day for day, own in self._days.items() if _is_counted(own)]
        self._planned = [day for day, own in self._days.items() if not _is_counted(own)]

    def row(self, labels: Labels, this_week: int) -> AuthorizationRow:
        """Return the row; ``this_week`` are the days of this week."""
        person, today = self._person, self._span.today
        payer = self._problem.clinic.payers.get(person.payer or "", NO_PAYER)
        until, certified = person.authorized_until, certified_until(person, payer)
        first = counts_from(person)
        return AuthorizationRow(
            participant_id=person.id,
            participant=labels.participant(person.id),
            payer=person.payer or "",
            authorized_from=person.authorized_from,
            authorized_until=until,
            days_to_end=(until - today).days if until is not None else None,
            ends_soon=_is_soon(until, today),
            units_authorized=self._authorized,
            units_used=person.units_used,
            units_as_of=person.units_as_of,
            units_counted=len(self._counted),
            units_planned=len(self._planned),
            units_left=self._left,
            authorized_days=person.authorized_days,
            days_this_week=this_week,
            days_left_this_week=None if person.authorized_days is None else person.authorized_days - this_week,
            days_a_week=self._pace,
            runs_out=self._runs_out(),
            certified=person.certified,
            certified_until=certified,
            certification_ends_soon=_is_soon(certified, today) or (bool(payer.certified_days) and certified is None),
            first_counted=None if first == date.min else first,
        )

    @property
    def _authorized(self) -> int | None:
        person = self._person
        return None if person.units_left is None else person.units_left + person.units_used

    @property
    def _left(self) -> int | None:
        left = self._person.units_left
        return None if left is None else left - len(self._days)

    @property
    def _pace(self) -> float:
        """Return the days a week of the last published weeks in which there are any, else the least that are asked."""
        weeks: dict[date, int] = {}
        for day in self._days:
            weeks[monday_of(day)] = weeks.get(monday_of(day), 0) + 1
        last = [weeks[week] for week in sorted(weeks)[-PACE_WEEKS:]]
        if last:
            return round(sum(last) / len(last), 1)
        return float(in_force(self._problem.clinic, self._person, "min_days_per_week").value)

    def _runs_out(self) -> date | None:
        """Return the day on which the last unit is used: one of those published, else one after them at the same pace."""
        left = self._person.units_left
        if left is None:
            return None
        every = list(self._days)
        if left <= len(every):
            return every[left - 1] if left else self._person.units_as_of or self._span.today
        if not self._pace:
            return None
        last = max([*every, self._span.today])
        found = last + timedelta(days=ceil((left - len(every)) / self._pace * 7))
        ends = self._person.discharged
        return None if ends is not None and found > ends else found


def _is_soon(day: date | None, today: date) -> bool:
    return day is not None and day <= today + timedelta(days=SOON_DAYS)
