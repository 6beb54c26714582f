"""What ``check`` tells of ``attendance.csv`` and of authorizations, given what was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Literal

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.whereabouts import Rows
from iopsched.errors import Issue
from iopsched.policy.columns import ATTENDANCE, PARTICIPANTS
from iopsched.policy.numbers import in_force
from iopsched.records.presence import AttendanceFault, Mismatch, Presences
from iopsched.words.phrases import count
from iopsched.words.sentence import ParticipantRef, Sentence, SessionRef
from iopsched.words.wordings import said

CODES: Mapping[str, str] = {
    "W-ATTENDANCE-UNMATCHED": "attendance of a session that was not published so",
    "W-ATTENDANCE-ROSTER": "attendance of somebody who was not on the roster of the session",
    "W-ATTENDANCE-TWICE": "two rows of attendance about the same person and session",
    "W-ATTENDANCE-MINUTES": "more minutes attended than the session has",
    "W-ATTENDANCE-MISSING": "people without a row of attendance in a session of which others have one",
    "I-ATTENDANCE-WEEKS": "attendance of weeks of which nothing is published",
    "W-UNITS": "all units of an authorization used, by published weeks too",
    "W-UNITS-SOON": "units of an authorization that are used up this week or the next",
    "I-UNITS-BOTH": "days of published weeks counted beside units used that have no date",
    "W-AUTHORIZATION-ENDS": "an authorization that ends this week or the next",
}
WEEKS_AHEAD = 2
"""Of authorizations that end within so many weeks, this one among them, is told."""


# --- attendance -----------------------------------------------------------------
_MISMATCHES: Mapping[Mismatch, tuple[str, str, str, str]] = {
    Mismatch.UNKNOWN: (
        "W-ATTENDANCE-UNMATCHED",
        "session_id",
        "No such session was published for that person and day, so the row counts nothing.",
        "Correct the date or the session_id; of a session that another person was to have, give its session_id.",
    ),
    Mismatch.OTHER_DAY: (
        "W-ATTENDANCE-UNMATCHED",
        "date",
        "This session was published for {}, so the row counts nothing.",
        "Correct the date, or the session_id.",
    ),
    Mismatch.CANCELLED: (
        "W-ATTENDANCE-UNMATCHED",
        "status",
        "The last revision of the week has cancelled this session, so the row counts nothing.",
        "Correct the row; or publish the week with the session, if it was held.",
    ),
    Mismatch.NOT_ON_ROSTER: (
        "W-ATTENDANCE-ROSTER",
        "participant_id",
        "This person was not on the roster of the session; the row counts.",
        "Correct the row if it is of somebody else.",
    ),
    Mismatch.REPEATED: (
        "W-ATTENDANCE-TWICE",
        "participant_id",
        "Another row is about the same person and session, and counts instead of this one.",
        "Delete the one that is wrong.",
    ),
    Mismatch.TOO_LONG: (
        "W-ATTENDANCE-MINUTES",
        "minutes",
        "These are more minutes than the session has; those of the session count.",
        "Correct the minutes.",
    ),
}


def of_attendance(found: Presences) -> Iterator[Issue]:
    """Yield the rows of ``attendance.csv`` that do not fit what was published, and what is taken for granted."""
    for fault in found.faults:
        code, column, _, remedy = _MISMATCHES[fault.mismatch]
        if fault.mismatch is Mismatch.UNKNOWN and fault.record.session_id is None:
            column = "service_id"
        told = message_of(fault)
        yield Issue(ATTENDANCE.file, fault.record.row, column, code, told, remedy, level="warning")
    if found.unrecorded:
        first = found.unrecorded[0]
        message = Sentence(
            "Without a row where others of the session have one: {}, such as {} in {} on {}; taken as there.",
            count(len(found.unrecorded), "time"),
            ParticipantRef(first.participant_id),
            SessionRef(first.session.id),
            first.date.isoformat(),
        )
        yield _remark("W-ATTENDANCE-MISSING", message, "Add a row for whoever was not there.")
    if found.weeks and found.elsewhere:
        message = said("{} of weeks of which nothing is published count nothing.", count(found.elsewhere, "row"))
        yield _remark("I-ATTENDANCE-WEEKS", message, "")


def message_of(fault: AttendanceFault) -> str:
    """Return what is wrong with a row of ``attendance.csv``, and whether it counts."""
    message = _MISMATCHES[fault.mismatch][2]
    return message.format(fault.day.isoformat()) if fault.day is not None else message


def _remark(code: str, message: Sentence, remedy: str) -> Issue:
    level: Literal["information", "warning"] = "information" if code.startswith("I-") else "warning"
    return Issue(ATTENDANCE.file, 0, "", code, message, remedy, level=level)


# --- authorizations -------------------------------------------------------------
def of_authorizations(problem: Problem, rows: Rows) -> Iterator[Issue]:
    """Yield what is soon, or already, at its end of authorizations; ``rows`` say where each participant stands."""
    for person in problem.participants:
        at = rows.get((PARTICIPANTS.file, person.id), 0)
        for code, column, message, remedy in _ends(problem, person):
            level: Literal["information", "warning"] = "information" if code.startswith("I-") else "warning"
            yield Issue(PARTICIPANTS.file, at, column, code, message, remedy, level=level)


def _ends(problem: Problem, person: Participant) -> Iterator[tuple[str, str, str, str]]:
    """Yield the code, the column, what is so and what to do."""
    until, left, counted = person.authorized_until, person.units_left, person.units_counted
    last = problem.week + timedelta(days=7 * WEEKS_AHEAD - 1)
    stays = person.discharged is None or (until is not None and person.discharged > until)
    if until is not None and problem.week <= until <= last and stays:
        message = f"The authorization ends on {until}."
        yield "W-AUTHORIZATION-ENDS", "authorized_until", message, "Have it extended before."
    if left is None:
        return
    days = count(counted, "day")
    since = f" ({days} of published weeks among what is used)" if counted else ""
    a_week = max(1, in_force(problem.clinic, person, "min_days_per_week").value)
    if left == 0 and counted:
        remedy = "No session that counts is scheduled; have the authorization extended, or correct the numbers."
        yield "W-UNITS", "units_authorized", f"No unit is left{since}.", remedy
    elif 0 < left < WEEKS_AHEAD * a_week:
        when = "this week" if left <= a_week else "next week"
        message = f"{count(left, 'unit')} left{since}: at {count(a_week, 'day')} a week all are used {when}."
        yield "W-UNITS-SOON", "units_authorized", message, "Have the authorization extended before."
    if counted and person.units_used and person.units_as_of is None:
        message = (
            f"{days} of published weeks {'is' if counted == 1 else 'are'} counted beside these {person.units_used}."
        )
        remedy = "If some are in both, write the last day that is in units_used into units_as_of."
        yield "I-UNITS-BOTH", "units_used", message, remedy
