"""The report on authorizations in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from iopsched.words.phrases import count, long_date

if TYPE_CHECKING:
    from iopsched.reports.authorizations import AuthorizationRow

MOST_TOLD = 10


def authorization_lines(rows: Sequence[AuthorizationRow], today: date) -> Iterator[str]:
    """Yield how many there are, and of each kind of end who is near it."""
    units = sum(row.units_authorized is not None for row in rows)
    yield f"As of {long_date(today)}: {count(len(rows), 'participant')} with a payer or an authorization, {units} with a number of days."
    ended = [row for row in rows if row.days_to_end is not None and row.days_to_end < 0]
    near = [row for row in rows if row.ends_soon and row not in ended]
    none_left = [row for row in rows if row.units_left is not None and row.units_left <= 0]
    certificates = [row for row in rows if row.certification_ends_soon]
    for what, those, when in (
        ("The authorization has ended", ended, "authorized_until"),
        ("The authorization ends within 14 days", near, "authorized_until"),
        ("No day is left after what is published", none_left, "runs_out"),
        ("The certification has ended, ends within 14 days or is not dated", certificates, "certified_until"),
    ):
        if those:
            yield f"{what}: {_listed(those, when)}."


def _listed(rows: Sequence[AuthorizationRow], column: str) -> str:
    told = []
    for row in rows[:MOST_TOLD]:
        day: date | None = getattr(row, column)
        told.append(f"{row.participant_id} ({day.isoformat()})" if day is not None else row.participant_id)
    more = f" and {len(rows) - MOST_TOLD} more" if len(rows) > MOST_TOLD else ""
    return f"{', '.join(told)}{more}"


def authorization_missing(rows: Sequence[AuthorizationRow], unmatched: int) -> Iterator[str]:
    """Yield what somebody has to see to."""
    over = [row for row in rows if row.units_left is not None and row.units_left < 0]
    if over:
        yield f"More days used or planned than authorized: {_listed(over, 'runs_out')}. Have the authorization extended."
    silent = [row for row in rows if row.payer and row.units_authorized is None and row.authorized_until is None]
    if silent:
        yield (
            f"A payer, and no authorization in the tables: {count(len(silent), 'participant')}. Fill authorized_until or "
            "units_authorized of participants.csv where the payer asks for one."
        )
    both = [row for row in rows if row.units_used and row.units_counted and row.units_as_of is None]
    if both:
        yield (
            f"Days of published weeks are counted beside units_used: {_listed(both, 'units_as_of')}. Where some are in both, write "
            "the last day that is in units_used into units_as_of of participants.csv."
        )
    if unmatched:
        yield f"Rows of attendance.csv that do not fit: {unmatched}. `iopsched check` says what to do."
