"""Payroll: what each member of staff worked on each day of published weeks.

Hours in sessions are those of the clock, as the roster shows them, and equal the verifier's loads. On site is from the
first start to the last end of the sessions in the building, whatever lies between; who joins by video is not on site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from iopsched.domain.publication import PublishedSession
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import Minute, clock, clock_of_end, hours
from iopsched.reports.onrecord import WeekOnRecord, cancelled_sessions, clock_changes, sources
from iopsched.reports.reporttable import Day, Reported, ReportKind, ReportTable, told
from iopsched.verifier.modality import joins_by_video
from iopsched.verifier.workload import is_evening
from iopsched.views.labels import Labels
from iopsched.words.phrases import DAYS, count


@dataclass(frozen=True, slots=True)
class StaffDayWorked:
    """One day of a member of staff."""

    week: Day = told("Monday of the week.", "date")
    revision: int = told("The revision of the week that was read, its last one.", "number")
    date: Day = told("The day.", "date")
    weekday: str = told("Its name.")
    therapist_id: str = told("Member of staff, by id.", "id")
    therapist: str = told("What they are called: their name as exports show it, else the id.")
    credential: str = told("Their credential as in `therapists.csv` of that time.")
    sessions: int = told("Sessions on whose staff they were.", "number")
    lead_sessions: int = told("Sessions of these that they led.", "number")
    in_session_minutes: int = told("Minutes in sessions, on the clock: as lead and as further staff.", "minutes")
    lead_minutes: int = told("Minutes of these as lead.", "minutes")
    co_minutes: int = told("Minutes of these as further staff.", "minutes")
    online_minutes: int = told("Minutes of these by video.", "minutes")
    evening_minutes: int = told("Minutes of these in sessions that begin in an evening block.", "minutes")
    on_site_minutes: int = told("Minutes in the building: from the first start to the last end there.", "minutes")
    idle_minutes: int = told("Minutes of these in no session.", "minutes")
    on_site_start: str = told("The first start in the building; blank on a day by video.", "time")
    on_site_end: str = told("The last end in the building; blank on a day by video.", "time")
    to_come_minutes: int = told("Minutes in sessions that had not ended when the report was made.", "minutes")
    session_key: tuple[str, ...] = told("The sessions, by their identity in all revisions of the week.", "ids")


SUMS = (
    "sessions", "lead_sessions", "in_session_minutes", "lead_minutes", "co_minutes", "online_minutes",
    "evening_minutes", "on_site_minutes", "idle_minutes", "to_come_minutes",
)  # fmt: skip


SCREEN = (
    "therapist_id", "days", "sessions", "in_session_minutes", "lead_minutes", "on_site_minutes", "idle_minutes",
    "online_minutes", "evening_minutes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StaffSums:
    """The sums of a member of staff over a week, or over the whole period."""

    first: Day = told("First day of the sums.", "date")
    last: Day = told("Last day of the sums.", "date")
    therapist_id: str = told("Member of staff, by id.", "id")
    therapist: str = told("What they are called: their name as exports show it, else the id.")
    credential: str = told("Their credential as in `therapists.csv` of that time.")
    days: int = told("Days with sessions.", "number")
    days_on_site: int = told("Days of these in the building.", "number")
    sessions: int = told("Sessions on whose staff they were.", "number")
    lead_sessions: int = told("Sessions of these that they led.", "number")
    in_session_minutes: int = told("Minutes in sessions.", "minutes")
    lead_minutes: int = told("Minutes of these as lead.", "minutes")
    co_minutes: int = told("Minutes of these as further staff.", "minutes")
    online_minutes: int = told("Minutes of these by video.", "minutes")
    evening_minutes: int = told("Minutes of these in sessions that begin in an evening block.", "minutes")
    on_site_minutes: int = told("Minutes in the building.", "minutes")
    idle_minutes: int = told("Minutes of these in no session.", "minutes")
    to_come_minutes: int = told("Minutes in sessions that had not ended when the report was made.", "minutes")


def payroll(weeks: Sequence[WeekOnRecord], first: date, last: date, labels: Labels) -> Reported:
    """Return the payroll report of the days from ``first`` to ``last``; ``labels`` say what staff are called."""
    rows = [row for one in weeks for row in _days(one, first, last, labels)]
    totals = {key: sum(getattr(row, key) for row in rows) for key in SUMS}
    by_week = ReportTable(
        "by_week", "Weeks", "The sums of each member of staff and week.", StaffSums, list(_weeks(rows))
    )
    people = list(_sums(rows, lambda row: row.therapist_id, lambda _: (first, last)))
    by_person = ReportTable("by_therapist", "Staff", "The sums of each member of staff.", StaffSums, people)
    main = ReportTable("rows", "Days", "A row for each member of staff and day with sessions.", StaffDayWorked, rows)
    gone = cancelled_sessions(weeks, first, last)
    return Reported(
        ReportKind.PAYROLL,
        first,
        last,
        main,
        (by_person, by_week, gone, sources(weeks)),
        totals,
        tuple(_lines(rows, totals, len(gone.rows))),
        (by_person, SCREEN),
        (*_missing(rows, totals), *clock_changes(weeks, first, last)),
    )


def _days(one: WeekOnRecord, first: date, last: date, labels: Labels) -> Iterator[StaffDayWorked]:
    """Yield the days of everybody in a week, by day and id."""
    own: dict[tuple[date, str], list[PublishedSession]] = {}
    for row in one.held(first, last):
        for person in dict.fromkeys(row.session.therapist_ids):
            own.setdefault((one.date_of(row), person), []).append(row)
    for (day, person), held in sorted(own.items(), key=lambda pair: pair[0]):
        yield _day(one, day, person, held, labels)


def _day(one: WeekOnRecord, day: date, person: str, held: Sequence[PublishedSession], labels: Labels) -> StaffDayWorked:
    sessions = [row.session for row in held]
    led = [session for session in sessions if session.lead_id == person]
    known = one.problem.therapist.get(person)
    inside = [session for session in sessions if not joins_by_video(session, known)]
    span = (min(row.start for row in inside), max(row.end for row in inside)) if inside else None
    minutes = _minutes(sessions)
    return StaffDayWorked(
        week=one.week,
        revision=one.revision,
        date=day,
        weekday=DAYS[day.weekday()],
        therapist_id=person,
        therapist=labels.therapist(person),
        credential=one.credential(person),
        sessions=len(sessions),
        lead_sessions=len(led),
        in_session_minutes=minutes,
        lead_minutes=_minutes(led),
        co_minutes=minutes - _minutes(led),
        online_minutes=minutes - _minutes(inside),
        evening_minutes=_minutes(row for row in sessions if is_evening(one.problem.clinic, row.start)),
        on_site_minutes=span[1] - span[0] if span else 0,
        idle_minutes=_idle(sessions, *span) if span else 0,
        on_site_start=clock(span[0]) if span else "",
        on_site_end=clock_of_end(span[1]) if span else "",
        to_come_minutes=_minutes(row for row in sessions if row.end > one.passed),
        session_key=tuple(row.key for row in held),
    )


def _minutes(sessions: Iterable[Session]) -> int:
    return sum(session.minutes for session in sessions)


def _idle(sessions: Iterable[Session], start: Minute, end: Minute) -> int:
    """Return the minutes between two moments that no session fills."""
    idle, done = 0, start
    for session in sorted(sessions, key=lambda row: row.start):
        idle += max(0, min(session.start, end) - done)
        done = max(done, min(session.end, end))
    return idle + end - done


def _weeks(rows: Iterable[StaffDayWorked]) -> Iterator[StaffSums]:
    def week(row: StaffDayWorked) -> tuple[date, date]:
        return row.week, row.week + timedelta(days=6)

    return _sums(rows, lambda row: (row.week, row.therapist_id), week)


def _sums(
    rows: Iterable[StaffDayWorked],
    key: Callable[[StaffDayWorked], Any],
    span: Callable[[StaffDayWorked], tuple[date, date]],
) -> Iterator[StaffSums]:
    """Yield the sums of the rows that have a key in common, in its order; ``span`` says of which days they are."""
    own: dict[Any, list[StaffDayWorked]] = {}
    for row in rows:
        own.setdefault(key(row), []).append(row)
    for _, days in sorted(own.items()):
        last = days[-1]
        yield StaffSums(
            *span(last),
            therapist_id=last.therapist_id,
            therapist=last.therapist,
            credential=last.credential,
            days=len(days),
            days_on_site=sum(bool(day.on_site_start) for day in days),
            **{name: sum(getattr(day, name) for day in days) for name in SUMS},
        )


def _lines(rows: Sequence[StaffDayWorked], totals: dict[str, int], cancelled: int) -> Iterator[str]:
    people = len({row.therapist_id for row in rows})
    yield (
        f"In sessions {hours(totals['in_session_minutes'])}, {hours(totals['lead_minutes'])} of it as lead: "
        f"{count(people, 'member', 'members')} of staff on {count(len(rows), 'working day')}."
    )
    yield (
        f"On site {hours(totals['on_site_minutes'])}, of which {hours(totals['idle_minutes'])} in no session; "
        f"by video {hours(totals['online_minutes'])}; evenings {hours(totals['evening_minutes'])}."
    )
    if cancelled:
        verb = "is" if cancelled == 1 else "are"
        yield f"{count(cancelled, 'cancelled session')} {verb} listed apart and in no sum."


def _missing(rows: Sequence[StaffDayWorked], totals: dict[str, int]) -> Iterator[str]:
    if totals["to_come_minutes"]:
        yield f"{hours(totals['to_come_minutes'])} in sessions had not ended when this report was made."
    blank = sorted({row.therapist_id for row in rows if not row.credential})
    if blank:
        yield f"No credential: {', '.join(blank)}. Fill the column credential of therapists.csv."
