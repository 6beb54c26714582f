"""What became of a published session for one participant, in a word."""

from __future__ import annotations

from iopsched.records.presence import Presence

PLANNED, UNRECORDED, IN_PART = "planned", "not recorded", "in part"


def status_of(presence: Presence) -> str:
    """Return ``attended``, ``in part`` (fewer minutes than planned), ``no_show``, ``excused`` or ``cancelled``.

    Without a row of ``attendance.csv`` it is ``planned`` of what is still to come and ``not recorded`` of what is over.
    """
    if presence.record is None:
        return PLANNED if presence.had is None else UNRECORDED
    is_part = presence.had is not None and presence.had.clock < presence.planned.clock
    return IN_PART if presence.record.status == "attended" and is_part else presence.record.status


def attendance_row(presence: Presence) -> int | None:
    """Return the row of ``attendance.csv`` about it, None where there is none."""
    return presence.record.row if presence.record is not None else None
