"""What happened as ``summary.json`` and ``--json`` tell it, and as it is read there again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from iopsched.domain.happenings import Admission, Discharge, Happening
from iopsched.domain.people import TimeOff

REPAIR = "repair"
"""The key of ``summary.json`` under which a repaired week remembers what happened."""


def happening_facts(one: Happening) -> dict[str, str | None]:
    """Return what happened: of an absence ``end`` is the moment after it, of a discharge the last program day."""
    match one:
        case TimeOff(kind, who, start, end):
            texts = (moment.isoformat(timespec="minutes") for moment in (start, end))
            return {"kind": kind, "id": who, "start": next(texts), "end": next(texts)}
        case Admission(who, first_day):
            return {"kind": "admission", "id": who, "start": first_day.isoformat(), "end": None}
        case Discharge(who, last_day):
            return {"kind": "discharge", "id": who, "start": None, "end": last_day.isoformat()}


def happenings_in(summary: Mapping[str, Any] | None) -> tuple[Happening, ...]:
    """Return what a week was made to know besides the clinic's files, as its summary says; nothing of other weeks."""
    match summary:
        case {"repair": {"happenings": [*rows]}}:
            return tuple(one for row in rows if (one := _happening(row)) is not None)
        case _:
            return ()


def recorded_sha256(summary: Mapping[str, Any] | None) -> str | None:
    """Return the hash that the clinic's input has once what a week remembers was recorded in its files, as its summary says."""
    match summary:
        case {"repair": {"recorded_sha256": str(sha)}}:
            return sha
        case _:
            return None


def _happening(row: object) -> Happening | None:
    try:
        match row:
            case {"kind": "admission", "id": str(who), "start": str(day)}:
                return Admission(who, date.fromisoformat(day))
            case {"kind": "discharge", "id": str(who), "end": str(day)}:
                return Discharge(who, date.fromisoformat(day))
            case {
                "kind": ("participant" | "therapist" | "room" | "clinic") as kind,
                "id": str(who), "start": str(first), "end": str(last),
            }:  # fmt: skip
                start, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
                return TimeOff(kind, who, start, end) if start < end else None
            case _:
                return None
    except (ValueError, TypeError):
        return None
