"""What ``iopsched push`` says of entries that are not as they should be, and what to do about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from iopsched.cli.console import talk
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.errors import MOST_TOLD
from iopsched.words.phrases import count

if TYPE_CHECKING:
    from iopsched.push import PushResult, Result

_GONE = "a session that is no longer held"
_BAN = (
    "You may not write there (403). Ask those who run the server for the right to change these calendars, then run the "
    "same command."
)
_MISSING = (
    "The server has no place for these entries ({}). Run the same command again; if it says the same, ask those who run "
    "the server whether the calendars are still there."
)
_UNTRUE = (
    "The server says that it has done what was asked, and has not ({}). Run the same command later; if it says the same, "
    "ask those who run the server."
)
_LATER = "The server is in trouble with these entries ({}). Run the same command later."
_LOCKED = "Somebody has locked these entries (423). Run the same command later."
_REFUSED = (
    "The server does not take these entries ({}), whatever their name. Empty its bin of deleted entries, then run the "
    "same command. If that does not help, show this line to those who run the server; --force does not help."
)


def tell_conflicts(reports: Sequence[PushResult], zone: ZoneInfo, week: date, *, is_forced: bool) -> None:
    """Say what was left alone, and how to make a move the plan."""
    found = [(report.name, result) for report in reports for result in report.conflicts]
    for name, result in found:
        session = result.wanted.row.session if result.wanted else None
        start = _moved_to(result, zone)
        talk(f"{name}: {session or _GONE}: {result.act}{f' to {start:%Y-%m-%d %H:%M}' if start else ''}. Kept.")
        if session is not None and start is not None and (pin := _pin(session, start, week)):
            talk(f"  To plan with it, add to pins.csv: {pin}")
    if any(result.act.is_elsewhere for _, result in found):
        talk("Delete the entries that are there under another name, then run the same command: it writes ours.")
    if not is_forced and any(not result.act.is_elsewhere for _, result in found):
        talk("--force overwrites what somebody changed on the server.")


def tell_refusals(reports: Iterable[PushResult], zone: ZoneInfo) -> None:
    """Say what the server refused, at most 50 of them, and what to do."""
    troubles = [report.trouble for report in reports if report.trouble]
    found = [(report.name, result) for report in reports if not report.trouble for result in report.refused]
    for name, result in found[:MOST_TOLD]:
        talk(f"{name}: {_called(result, zone)}: {result.act} ({result.status}).")
    if len(found) > MOST_TOLD:
        talk(f"And {count(len(found) - MOST_TOLD, 'entry', 'entries')} more that the server refused.")
    for sentence in dict.fromkeys([*troubles, *(_remedy(result.status) for _, result in found)]):
        talk(sentence)


def _called(result: Result, zone: ZoneInfo) -> str:
    if result.wanted is not None:
        return str(result.wanted.row.session)
    if result.theirs is not None and result.theirs.start is not None:
        return f"a session of {result.theirs.start.astimezone(zone):%Y-%m-%d %H:%M} that is no longer held"
    return _GONE


def _remedy(status: int) -> str:
    match status:
        case 403:
            return _BAN
        case 404 | 410:
            return _MISSING.format(status)
        case _ if status < 300:
            return _UNTRUE.format(status)
        case 423:
            return _LOCKED
        case _ if status == 408 or status >= 500:
            return _LATER.format(status)
        case _:
            return _REFUSED.format(status)


def _moved_to(result: Result, zone: ZoneInfo) -> datetime | None:
    """Return the local time to which somebody moved a session, None where nobody did."""
    if not result.act.has_moved or result.theirs is None or result.theirs.start is None:
        return None
    return result.theirs.start.astimezone(zone)


def _pin(session: Session, start: datetime, week: date) -> str:
    """Return the row of ``pins.csv`` that asks for the time to which somebody moved a session."""
    if not 0 <= (start.date() - week).days < 7:
        return ""
    alone = session.participant_ids[0] if session.group_id is None and len(session.participant_ids) == 1 else ""
    cells = (alone, "", "", session.group_id or "", session.service_id, WEEKDAYS[start.weekday()], f"{start:%H:%M}")
    return ",".join(("must", *cells, start.date().isoformat(), start.date().isoformat()))
