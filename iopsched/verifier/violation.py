"""What the verifier finds."""

from __future__ import annotations

from dataclasses import dataclass, field

from iopsched.rulebook import RuleId
from iopsched.words.sentence import RoomRef, Sentence, TherapistRef


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One rule broken by one subject (the id of a person, room, group, session, or a row of pins.csv).

    ``sentence`` is plain words with ids and never names: what was found, the
    limit, and where the limit comes from. As data, whatever the words are:
    ``sessions`` are the ids of the sessions, none where one is missing or the
    subject's work as a whole is meant; ``people`` those of the participants.
    ``staff`` and ``rooms`` are those that the sentence refers to.
    """

    rule: RuleId
    subject: str
    sentence: Sentence
    sessions: tuple[str, ...] = field(default=(), compare=False)
    people: tuple[str, ...] = field(default=(), compare=False)

    @property
    def staff(self) -> tuple[str, ...]:
        """Return the ids of the members of staff."""
        return tuple(dict.fromkeys(ref.id for ref in self.sentence.refs if isinstance(ref, TherapistRef)))

    @property
    def rooms(self) -> tuple[str, ...]:
        """Return the ids of the rooms."""
        return tuple(dict.fromkeys(ref.id for ref in self.sentence.refs if isinstance(ref, RoomRef)))
