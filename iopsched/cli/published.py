"""How revisions and what changed in them are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from iopsched.cli.words import count
from iopsched.domain.publication import Change
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import moment

_WORDS = {
    "moved": "moved",
    "room": "another room",
    "staff": "other staff",
    "participants": "other participants",
    "modality": "held another way",
    "service": "another service",
}


def change_counts(changes: Iterable[Change]) -> dict[str, int]:
    """Return how many sessions were added, changed and cancelled."""
    found = Counter(change.kinds[0] if change.kinds[0] in ("added", "cancelled") else "changed" for change in changes)
    return {kind: found[kind] for kind in ("added", "changed", "cancelled")}


def counts_line(changes: Sequence[Change]) -> str:
    """Return for instance ``2 added, 1 changed``, ``nothing changed`` where there is nothing."""
    return ", ".join(f"{number} {kind}" for kind, number in change_counts(changes).items() if number) or "no change"


def change_line(change: Change) -> str:
    """Return for instance ``G1-2: moved from Wed 09:00 to Thu 09:00, another room``; ids only."""
    before, after = change.before, change.after
    if before is None or after is None:
        session = before or after
        return f"{session}: {change.kinds[0]}"
    parts = [_WORDS[kind] for kind in change.kinds]
    if before.start != after.start:
        parts[0] = f"moved from {moment(before.start)} to {moment(after.start)}"
    elif before.end != after.end:
        parts[0] = f"now {count(after.minutes, 'minute')} long"
    return f"{after.id}: {', '.join(parts)}"


def change_facts(change: Change) -> dict[str, object]:
    """Return a change as ``--json`` prints it."""
    return {
        "kinds": list(change.kinds),
        "before": _session_facts(change.before),
        "after": _session_facts(change.after),
    }


def _session_facts(session: Session | None) -> dict[str, object] | None:
    if session is None:
        return None
    return {
        "session_id": session.id,
        "start": moment(session.start),
        "minutes": session.minutes,
        "therapist_ids": list(session.therapist_ids),
        "room_id": session.room_id,
        "participants": len(session.participant_ids),
        "modality": session.modality,
    }
