"""The billing report in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from iopsched.domain.timegrid import hours
from iopsched.reports.presencewords import PLANNED, UNRECORDED
from iopsched.words.phrases import count

if TYPE_CHECKING:
    from iopsched.reports.billing import BillingRow

MOST_TOLD = 8


def billing_lines(rows: Sequence[BillingRow], totals: Mapping[str, int]) -> Iterator[str]:
    """Yield what can be billed, and why the rest cannot."""
    yield (
        f"To bill: {count(totals['units'], 'unit')} in {count(totals['billable_rows'], 'row')}, "
        f"{hours(totals['billable_contact_minutes'])} of contact, of {count(totals['people'], 'participant')}."
    )
    refused = Counter(row.reason for row in rows if not row.billable)
    if refused:
        reasons = "; ".join(f"{number} x {reason}" for reason, number in refused.most_common(MOST_TOLD))
        yield f"Not billable: {count(refused.total(), 'row')}: {reasons}."
    if totals["absences"]:
        yield f"Not there: {count(totals['absences'], 'place')} ({hours(totals['absent_minutes'])}), listed apart."


def billing_missing(rows: Sequence[BillingRow], unmatched: int) -> Iterator[str]:
    """Yield what somebody has to fill in or to look at."""
    blank = sorted({key for row in rows if not row.code for key in row.service_id})
    if blank:
        yield f"No code: service {', '.join(blank)}. Fill the column code of services.csv."
    if unpaid := len({row.participant_id for row in rows if not row.payer}):
        yield f"No payer: {count(unpaid, 'participant')}. Fill the column payer of participants.csv, unless they pay themselves."
    nobody = sorted(
        {key for row in rows for key, held in zip(row.provider_id, row.credential, strict=True) if not held}
    )
    if nobody:
        yield f"No credential: {', '.join(nobody)}. Fill the column credential of therapists.csv."
    silent = sum(row.status == UNRECORDED for row in rows)
    if silent:
        told = f"Attendance not recorded: {count(silent, 'row')}, taken as published. Record who came in attendance.csv"
        yield f"{told} before you bill."
    ahead = sum(row.status == PLANNED for row in rows)
    if ahead:
        yield f"Still to come: {count(ahead, 'row')}. Ask again when they are over."
    if unmatched:
        yield f"Rows of attendance.csv that do not fit: {unmatched}. `iopsched check` says what to do."
