"""How a change since the last revision is told on the terminal and to a machine."""

from __future__ import annotations

from iopsched.domain.publication import Change
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import moment
from iopsched.views.changes import kind_words


def change_line(change: Change) -> str:
    """Return for instance ``G1-2: moved from Wed 09:00 to Thu 09:00, other room``; ids only."""
    before, after = change.before, change.after
    name = f"{before or after}" if before is None or after is None else after.id
    return f"{name}: {kind_words(change, with_times=True)}"


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
