"""Where counts are written down: one warning for all people of whom the same is true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from iopsched.domain.whereabouts import Key, Rows
from iopsched.errors import Issue
from iopsched.words.sentence import ParticipantRef, Sentence
from iopsched.words.wording import each_of

WHO = ParticipantRef("each of them")
"""Stands in a message for the person, or for each of the people, of whom it is true."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell: the file, what its row is known by, and the column or dotted setting."""

    file: str
    key: Key
    column: str


@dataclass(slots=True)
class Ledger:
    """Warnings of what can never work; ``told`` are the participants and services of which that is said.

    ``short`` are the groups of which it is told that they meet too seldom: what lacks only because of them is no news.
    """

    rows: Rows
    told: set[tuple[str, str]] = field(default_factory=set)
    short: set[str] = field(default_factory=set)
    _issues: list[Issue] = field(default_factory=list)
    _people: dict[tuple[str, str, str, Sentence, str], list[tuple[int, str]]] = field(default_factory=dict)

    def row(self, file: str, *key: str) -> int:
        """Return the row of a file in which something stands, 0 where it stands in none."""
        return self.rows.get((file, *key), 0)

    def tell(self, code: str, spot: Spot, message: str, remedy: str) -> None:
        """Warn of something that is true of the clinic."""
        self._issues.append(_issue(code, spot.file, self.row(spot.file, *spot.key), spot.column, message, remedy))

    def tell_of(self, person_id: str, code: str, spot: Spot, message: Sentence, remedy: str) -> None:
        """Warn of something that is true of a participant, who is :data:`WHO` in the message."""
        key = code, spot.file, spot.column, message, remedy
        self._people.setdefault(key, []).append((self.row(spot.file, *spot.key), person_id))

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Return all warnings, sorted by place."""
        return tuple(sorted((*self._issues, *self._shared())))

    def _shared(self) -> Iterator[Issue]:
        for (code, file, column, message, remedy), found in self._people.items():
            people = {person_id: row for row, person_id in sorted(set(found))}
            whole = Sentence.of(each_of(people) if part == WHO else part for part in message.parts)
            yield _issue(code, file, min(found)[0], column, whole, remedy)


def _issue(code: str, file: str, row: int, column: str, message: str, remedy: str) -> Issue:
    return Issue(file, row, column, code, message, remedy, level="warning")
