"""Who is behind in a week and how it is made up, in words for a terminal, and as tables for a page and a workbook."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import clock_of_end, decimal_hours, hours, moment
from iopsched.makeups.balances import Balance
from iopsched.makeups.madeup import FurtherSession, MadeUp, Owed, Placed, StillOwed
from iopsched.records.presence import Presence
from iopsched.views.answertables import AnswerCell, AnswerColumn, AnswerTable, AnswerTold
from iopsched.views.labels import Labels
from iopsched.views.relabeling import told
from iopsched.words.phrases import count, words
from iopsched.words.wording import listed

STATUS_WORDS = {"attended": "left early", "no_show": "no show", "excused": "excused", "cancelled": "cancelled"}
"""What is said of a session that somebody did not have, or not all of."""


MOST_NEAREST = 2
"""So many sessions are told that somebody nearly could join."""


def summary_lines(found: MadeUp) -> Iterator[str]:
    """Yield how many are behind and how much of it is made up."""
    if not found.owed:
        yield "Nobody is behind: with what is still to come everybody has what their level and payer ask."
        return
    minutes = sum(row.balance.owed_minutes for row in found.owed)
    days = sum(row.balance.owed_days for row in found.owed)
    behind = "1 participant is" if len(found.owed) == 1 else f"{len(found.owed)} participants are"
    yield f"{behind} behind: {_amount(minutes, days)}, with what is still to come as published."
    people = len({row.participant_id for row in found.placed})
    left_minutes = sum(row.balance.owed_minutes for row in found.left)
    left_days = sum(row.balance.owed_days for row in found.left)
    if not found.left:
        yield f"All of it can be made up, by {count(len(found.placed), 'session')} of {count(people, 'person', 'people')}."
    else:
        sure = "no addition makes it less" if found.is_proven else "a longer search may find less"
        yield f"Left after what can be made up: {count(len(found.left), 'person', 'people')}, {_amount(left_minutes, left_days)} ({sure})."


def owed_line(row: Owed, labels: Labels) -> str:
    """Return for instance ``P003: 3 h and 1 day behind (6 h of 9 h, 2 days of 3). Missed: A1-1 Mon 09:00 (no show)``."""
    missed = "; ".join(missed_line(one, labels) for one in row.missed)
    tail = f" Missed: {missed}." if missed else " Missed nothing; the published week has no more."
    return f"{labels.participant(row.participant_id)}: {lack_line(row.balance)}.{tail}"


def missed_line(row: Presence, labels: Labels) -> str:
    """Return for instance ``group A1 Mon 09:00 (no show)``, of a part what there was of it."""
    status = STATUS_WORDS.get(row.record.status, "") if row.record is not None else ""
    part = f", {row.expected.clock} of {row.planned.clock} min" if row.expected.clock else ""
    return f"{_what(row.session, labels)} {moment(row.session.start)} ({status}{part})"


def lack_line(row: Balance) -> str:
    """Return what somebody lacks, beside what they have and should have."""
    gaps = f"{count(row.long_gaps, 'gap')} of too many days" if row.long_gaps else ""
    owed = _amount(row.owed_minutes, row.owed_days, gaps) if row.owed_minutes or row.owed_days else gaps
    return f"{owed} behind ({_has(row)})"


def placed_line(row: Placed, labels: Labels) -> str:
    """Return for instance ``P003 joins group F1 Thu 14:00-15:30 with T04, room R2: 1.5 h; 6 there then``."""
    session = row.session
    verb = "joins" if row.kind == "joins" else "has a further session,"
    there = f"; {len(session.participant_ids)} there then" if row.kind == "joins" else ""
    return (
        f"{labels.participant(row.participant_id)} {verb} {_what(session, labels)} {_when(session)}"
        f"{_where(session, labels)}: {hours(row.minutes)}{there}"
    )


def left_lines(row: StillOwed, problem: Problem, labels: Labels) -> Iterator[str]:
    """Yield what stays owed to somebody, and why; then the sessions for which the fewest rules stand in the way."""
    who = labels.participant(row.balance.participant_id)
    yield f"{who}: {lack_line(row.balance)}. {told(row.why, problem, labels)}"
    yield from (f"  {line}" for line in nearest_lines(row, problem, labels))


def nearest_lines(row: StillOwed, problem: Problem, labels: Labels) -> Iterator[str]:
    """Yield the sessions that somebody nearly could join, each with a rule in the way."""
    for one in row.barred[:MOST_NEAREST]:
        what = f"{_what(one.session, labels)} {moment(one.session.start)}"
        yield f"not {what}: {told(one.sentence, problem, labels)}"


def further_line(row: FurtherSession, labels: Labels) -> str:
    """Return for instance ``A further session of A1 Thu 13:00-16:00 with T03, R04, would give P033 and P034 3 h each: ...``."""
    by_amount: dict[str, list[str]] = {}
    for one in row.mended:
        if one.minutes or one.days:
            by_amount.setdefault(_amount(one.minutes, one.days), []).append(labels.participant(one.participant_id))
    given = "; ".join(f"{listed(who)} {amount}{' each' if len(who) > 1 else ''}" for amount, who in by_amount.items())
    session, step = row.session, row.step
    what = f"A further session of {_what(session, labels)} {_when(session)}{_where(session, labels)}"
    others = [labels.participant(one.participant_id) for one in row.mended if not (one.minutes or one.days)]
    besides = f" ({listed(others)} would come besides, so that there are enough)" if others else ""
    return (
        f"{what}, would give {given}{besides}: write {step.new} into {step.column} of "
        f"{labels.group(step.id, session.service_id)} in {step.file} (now {step.old}), price {step.price}."
    )


def _amount(minutes: int, days: int, gaps: str = "") -> str:
    """Return for instance ``2 h, 1 day and 1 gap of too many days``."""
    parts = [*([hours(minutes)] if minutes or not days else []), *([count(days, "day")] if days else []), gaps]
    *rest, last = filter(None, parts)
    return f"{listed(rest)} and {last}" if rest else last


def _what(session: Session, labels: Labels) -> str:
    if session.group_id:
        return labels.group(session.group_id, session.service_id)
    return words(session.service_id)


def _when(session: Session) -> str:
    return f"{moment(session.start)}-{clock_of_end(session.end)}"


def _where(session: Session, labels: Labels) -> str:
    staff = ", ".join(map(labels.therapist, session.therapist_ids))
    room = "online" if session.modality == "telehealth" else labels.room(session.room_id) if session.room_id else ""
    return f" with {staff}{f', {room}' if room else ''}"


# --- tables ---------------------------------------------------------------------
def makeup_told(found: MadeUp, labels: Labels) -> AnswerTold:
    """Return it for a page and a workbook; where nobody is shown only the sums."""
    tables = (
        [_owed(found, labels), _placed(found, labels), _left(found, labels), _further(found, labels)]
        if labels.shows_people
        else []
    )
    return AnswerTold(
        "makeup",
        "Missed hours, and how they are made up",
        tuple(summary_lines(found)),
        tuple(table for table in tables if table.rows),
    )


def _owed(found: MadeUp, labels: Labels) -> AnswerTable:
    columns = (
        AnswerColumn("Who", 16),
        AnswerColumn("Hours behind", 10),
        AnswerColumn("Days behind", 10),
        AnswerColumn("Has and should have", 34),
        AnswerColumn("Missed", 60),
    )
    rows: list[tuple[AnswerCell, ...]] = [
        (
            labels.participant(row.participant_id),
            decimal_hours(row.balance.owed_minutes),
            row.balance.owed_days,
            _has(row.balance),
            "\n".join(missed_line(one, labels) for one in row.missed),
        )
        for row in found.owed
    ]
    about = "What each has had and will have as published, against level and payer."
    return AnswerTable("Behind", about, columns, tuple(rows))


def _has(row: Balance) -> str:
    """Return for instance ``6 h of 9 h, 2 of 3 days; lacks individual 1``."""
    lacking = ", ".join(f"{words(key)} {number}" for key, number in row.lacking.items())
    have = f"{hours(row.minutes)} of {hours(row.required_minutes)}, {row.days} of {count(row.required_days, 'day')}"
    return f"{have}{f'; lacks {lacking}' if lacking else ''}"


def _placed(found: MadeUp, labels: Labels) -> AnswerTable:
    columns = (
        AnswerColumn("Who", 16),
        AnswerColumn("How", 16),
        AnswerColumn("Session", 24),
        AnswerColumn("When", 20),
        AnswerColumn("With", 16),
        AnswerColumn("Where", 16),
        AnswerColumn("Hours", 8),
    )
    rows: list[tuple[AnswerCell, ...]] = [
        (
            labels.participant(row.participant_id),
            "joins" if row.kind == "joins" else "further session",
            _what(row.session, labels),
            _when(row.session),
            ", ".join(map(labels.therapist, row.session.therapist_ids)),
            "online" if row.session.modality == "telehealth" else labels.room(row.session.room_id or ""),
            decimal_hours(row.minutes),
        )
        for row in found.placed
    ]
    about = "Besides what is published; nobody else has anything different, but who leads a further session."
    return AnswerTable("Made up", about, columns, tuple(rows))


def _left(found: MadeUp, labels: Labels) -> AnswerTable:
    columns = (
        AnswerColumn("Who", 16),
        AnswerColumn("Hours", 8),
        AnswerColumn("Days", 8),
        AnswerColumn("Why", 80),
    )
    rows: list[tuple[AnswerCell, ...]] = [
        (
            labels.participant(row.balance.participant_id),
            decimal_hours(row.balance.owed_minutes),
            row.balance.owed_days,
            "\n".join([told(row.why, found.problem, labels), *nearest_lines(row, found.problem, labels)]),
        )
        for row in found.left
    ]
    return AnswerTable("Left", "What cannot be made up this week.", columns, tuple(rows))


def _further(found: MadeUp, labels: Labels) -> AnswerTable:
    columns = (AnswerColumn("Session", 24), AnswerColumn("When", 20), AnswerColumn("What it would give", 100))
    rows: list[tuple[AnswerCell, ...]] = [
        (_what(row.session, labels), _when(row.session), further_line(row, labels)) for row in found.extra
    ]
    about = "Were a group to meet once more. Not in the draft: write the number, then run makeup again."
    return AnswerTable("Sessions that would help", about, columns, tuple(rows))
