"""What was tried in the tables and can be taken back: known by its mark in the log of their changes, also after a restart."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from iopsched import work
from iopsched.errors import IopschedError
from iopsched.page import weekpage
from iopsched.page.asked import PageRequest

TrialKind = Literal["way", "next", "admit"]
"""A way out, one more place of a kind, or somebody of the waitlist who is admitted."""


@dataclass(frozen=True, slots=True)
class TableTrial:
    """A change of the tables that is tried for a week, of a kind; ``line`` says which, ``helps`` whom it was to help, by id.

    ``attempt`` tells one try from an earlier one of the same change, whose week may still be among the draft's moves.
    """

    mark: str
    week: str
    kind: TrialKind
    line: str
    helps: tuple[str, ...] = ()
    attempt: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def is_searched(self) -> bool:
        """Return whether the week is searched with it by itself: one more place alone moves nobody."""
        return self.kind != "next"

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what the log of changes and the page know it by."""
        helps = list(self.helps)
        return {
            "way": self.mark,
            "week": self.week,
            "trial": self.kind,
            "line": self.line,
            "helps": helps,
            "attempt": self.attempt,
        }


def mark_of(what: object) -> str:
    """Return what tells one change from all others."""
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]


def admission(participant_id: str) -> Mapping[str, str]:
    """Return what is marked where somebody of the waitlist is admitted."""
    return {"admit": participant_id}


def tried(asked: PageRequest) -> TableTrial | None:
    """Return what is tried for the week that is shown, if it is the last change of the tables."""
    try:
        what = work.inputediting.read_input(asked.clinic.path).what("undo") or {}
    except IopschedError:
        return None
    if what.get("week") != asked.week.isoformat() or "way" not in what:
        return None
    attempt = what.get("attempt", what["way"])  # before this version the change alone was noted
    return TableTrial(what["way"], what["week"], what["trial"], what["line"], tuple(what["helps"]), attempt)


def is_taken(asked: PageRequest, trial: TableTrial) -> bool:
    """Return whether the draft's last move is the week that was found with a trial."""
    history = weekpage.edited(asked).state().history
    return history.at > 0 and history.moves[history.at - 1].asked.get("way") == trial.attempt


def is_moved_since(asked: PageRequest, trial: TableTrial) -> bool:
    """Return whether the week that was found with a trial was taken as the draft, and moved since."""
    history = weekpage.edited(asked).state().history
    return any(move.asked.get("way") == trial.attempt for move in history.moves[: history.at][:-1])
