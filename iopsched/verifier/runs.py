"""Stretches of a day without a pause."""

from __future__ import annotations

from collections.abc import Sequence

from iopsched.verifier.week import Meeting


def runs(held: Sequence[Meeting], break_minutes: int) -> list[tuple[int, int]]:
    """Return first start and last end of each run of a day's sessions less than a pause apart."""
    found: list[tuple[int, int]] = []
    for meeting in sorted(held, key=lambda row: row.start):
        if found and meeting.start - found[-1][1] < break_minutes:
            found[-1] = (found[-1][0], max(found[-1][1], meeting.end))
        else:
            found.append((meeting.start, meeting.end))
    return found
