"""A move of a draft as JSON, for whoever may take it back or make it again: what kind it is, and of what, by label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from iopsched.board.draftweek import DraftWeek
from iopsched.board.movehistory import MadeMove
from iopsched.domain.schedule import Session
from iopsched.views.labels import Labels
from iopsched.words.phrases import words

_PEOPLE = ("participant", "therapist", "who")
_OF_A_PERSON = frozenset({"join", "leave", "assist", "relieve", "put_back"})


@dataclass(frozen=True, slots=True)
class MoveTelling:
    """A move, the week before it, and the labels that whoever reads of it may see."""

    made: MadeMove
    before: DraftWeek
    labels: Labels

    def facts(self) -> Mapping[str, Any]:
        """Return the ``kind`` of the move; as far as it has them, ``what`` it moves, the ``other`` session, and for ``who``."""
        asked = self.made.asked
        told = {
            "kind": asked.get("kind", ""),
            "what": self._what(),
            "other": self._title(asked.get("other")),
            "who": self._person(next((asked[name] for name in _PEOPLE if name in asked), None)),
            "n": asked.get("revision"),
        }
        return {name: value for name, value in told.items() if value not in (None, "")}

    def _what(self) -> str:
        asked = self.made.asked
        if asked.get("kind") != "hold":
            return self._title(asked.get("session"))
        known = {row.id for row in self.before.schedule.sessions}
        new = next((row for row in self.made.after.schedule.sessions if row.id not in known), None)
        return "" if new is None else self.title(new)

    def _title(self, key: object) -> str:
        found = next((row for row in self._sessions() if row.id == key), None)
        return "" if found is None else self.title(found)

    def title(self, row: Session) -> str:
        """Return what a session is called where its week is not in sight: its group with its id, or for whom it is."""
        if row.group_id:
            name = self.labels.group(row.group_id, row.service_id)
            return row.id if row.id.startswith(name) else f"{name} ({row.id})"
        if len(row.participant_ids) == 1:
            return f"{self.labels.participant(row.participant_ids[0])} {words(row.service_id)}"
        return f"{words(row.service_id)} ({row.id})"

    def _person(self, key: object) -> str:
        if not isinstance(key, str) or self.made.asked.get("kind") not in _OF_A_PERSON:
            return ""
        is_participant = any(key in row.participant_ids for row in self._sessions())
        return (self.labels.participant if is_participant else self.labels.therapist)(key)

    def _sessions(self) -> tuple[Session, ...]:
        return (*self.before.schedule.sessions, *self.made.after.schedule.sessions, *self.before.aside)
