"""What must hold in every published week of a season, and in what is reported of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from benchmarks.season.desk import Desk
from iopsched import store, work
from iopsched.domain.instants import begun
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Session
from iopsched.store.overlay import past_changes
from iopsched.verifier import violations

Row = Mapping[str, object]


def published_faults(desk: Desk, folder: str, before: Publication | None) -> Iterator[str]:
    """Yield what is wrong with a week that was just published: broken rules, and changes of what had begun."""
    read = work.weeks.read_week(desk.clinic, Path(folder))
    week = read.problem.week
    for fault in violations(read.problem, read.schedule):
        yield f"{week}: {fault.rule} {fault.subject}: {fault.sentence}"
    passed = begun(week, desk.now, read.problem.clinic.timezone)
    if before is not None and passed is not None:
        for change in past_changes(before, read.schedule, passed):
            yield f"{week}: {change.key} had begun and was changed ({', '.join(change.kinds)})"


def held(desk: Desk, week: date) -> Sequence[tuple[str, Session]]:
    """Return the sessions of the last revision of a week, each with its date."""
    last = store.latest(desk.clinic, week)
    rows = last.schedule.sessions if last is not None else ()
    return [((week + timedelta(days=row.start // 1440)).isoformat(), row) for row in rows]


def report_faults(desk: Desk, week: date) -> Iterator[str]:
    """Yield where billing and payroll of a week do not add up to its roster and attendance, to the minute."""
    came = {(row["date"], row["participant_id"], row["session_id"]): row for row in desk.rows("attendance.csv")}
    contact: Counter[tuple[str, str]] = Counter()
    worked: Counter[tuple[str, str]] = Counter()
    counts = {row["service_id"]: row.get("contact_minutes") or row["minutes"] for row in desk.rows("services.csv")}
    for day, session in held(desk, week):
        for person in session.therapist_ids:
            worked[day, person] += session.minutes
        for person in session.participant_ids:
            row = came.get((day, person, session.id))
            if row is None or row["status"] == "attended":
                contact[day, person] += int(counts.get(session.service_id) or session.minutes)
    billed: Counter[tuple[str, str]] = Counter()
    for row in desk.told("report", "billing", "--week", week)["rows"]:
        billed[row["date"], row["participant_id"]] += row["contact_minutes"]
    yield from _differing(week, "billing", contact, +billed)
    paid: Counter[tuple[str, str]] = Counter()
    for row in desk.told("report", "payroll", "--week", week)["rows"]:
        paid[row["date"], row["therapist_id"]] += row["in_session_minutes"]
    yield from _differing(week, "payroll", worked, +paid)


def _differing(
    week: date, what: str, expected: Mapping[tuple[str, str], int], found: Mapping[tuple[str, str], int]
) -> Iterator[str]:
    for key in sorted(expected.keys() | found.keys()):
        if expected.get(key, 0) != found.get(key, 0):
            yield f"{week}: {what} of {key[1]} on {key[0]}: {found.get(key, 0)} minutes, by the roster {expected.get(key, 0)}"


def unit_faults(desk: Desk, weeks: Sequence[date]) -> Iterator[str]:
    """Yield where the units of somebody are not the days on which they were there, and those that are planned."""
    came = {(row["date"], row["participant_id"], row["session_id"]): row for row in desk.rows("attendance.csv")}
    plain = {row["service_id"] for row in desk.rows("services.csv") if (row.get("counts") or "yes") in {"no", "n", "0"}}
    days: dict[str, set[str]] = {}
    for week in weeks:
        for day, session in held(desk, week):
            if datetime.combine(date.fromisoformat(day), time(), desk.now.tzinfo) > desk.now:
                continue
            for person in session.participant_ids if session.service_id not in plain else ():
                row = came.get((day, person, session.id))
                if row is None or row["status"] == "attended":
                    days.setdefault(person, set()).add(day)
    for row in desk.told("report", "authorizations", "--week", weeks[-1])["rows"]:
        found = row["units_counted"]
        if row["units_authorized"] is not None and found != len(days.get(row["participant_id"], ())):
            expected = len(days.get(row["participant_id"], ()))
            yield f"{weeks[-1]}: {row['participant_id']} has {found} days counted, by the roster {expected}"


def store_faults(desk: Desk) -> Iterator[str]:
    """Yield what is wrong with the store."""
    yield from (fault.sentence for fault in store.verify(desk.clinic))
