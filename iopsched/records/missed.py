"""Who missed which session that had begun, as ``summary.json`` tells it, and as it is read there again.

A week in which missed sessions are made up counts them for nothing: else what makes up for them would be too much.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

MISSED = "missed"
"""The key of ``summary.json`` under which a week remembers them."""

Missed = frozenset[tuple[str, str]]
"""Pairs of a participant and a session, by id."""


def missed_facts(missed: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Return them under their key, sorted; nothing where there are none."""
    rows = [{"participant_id": person, "session_id": session} for person, session in sorted(missed)]
    return {MISSED: rows} if rows else {}


def missed_in(summary: Mapping[str, Any] | None) -> Missed:
    """Return what a week counts for nothing, as its summary says; whatever cannot be read is left out."""
    match summary:
        case {"missed": [*rows]}:
            return frozenset(
                (row["participant_id"], row["session_id"])
                for row in rows
                if isinstance(row, dict)
                and all(isinstance(row.get(key), str) for key in ("participant_id", "session_id"))
            )
        case _:
            return frozenset()
