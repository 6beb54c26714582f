"""What cannot be understood of a roster, what was left out, assumed and understood: gathered to be told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TypeVar

from iopsched.domain.names import Names
from iopsched.errors import Issue
from iopsched.imports.lexicon import WordKind, phrase_of
from iopsched.imports.sheets import Place
from iopsched.words.phrases import count
from iopsched.words.wording import either, nearest

MOST_COMPARED = 40_000
MOST_LISTED = 20
Read = TypeVar("Read")
_NAMED = {
    WordKind.PERSON: ("a participant", "participants.csv"),
    WordKind.STAFF: ("a member of staff", "therapists.csv"),
    WordKind.ROOM: ("a room", "rooms.csv"),
    WordKind.GROUP: ("a group or service", "groups.csv or services.csv"),
    WordKind.SERVICE: ("a service", "services.csv"),
}


@dataclass(slots=True)
class Gathering:
    """All that is to be told of a roster, by place; the same of several places is told once.

    ``file`` is the roster, ``mapping_file`` the name of its mapping file, for remedies. ``words`` are the phrases that were
    understood, by kind, for the mapping; ``guesses`` sentences of what was assumed, with how often.
    """

    file: str
    names: Names
    mapping_file: str
    ignored: dict[Place, str] = field(default_factory=dict)
    words: dict[WordKind, dict[str, str]] = field(default_factory=dict)
    unknown: dict[tuple[str, WordKind, str], list[Place]] = field(default_factory=dict)
    several: dict[tuple[str, ...], list[Place]] = field(default_factory=dict)
    faults: dict[tuple[str, str, str], list[Place]] = field(default_factory=dict)
    guesses: dict[str, int] = field(default_factory=dict)
    notes: list[Place] = field(default_factory=list)

    def trial(self, read: Callable[[], Read | None]) -> Read | None:
        """Return what a reader returns; where that is None, all that it left here is as it was before."""
        names = ("ignored", "words", "unknown", "several", "faults", "guesses", "notes")
        before = {name: deepcopy(getattr(self, name)) for name in names}
        found = read()
        if found is None:
            for name, value in before.items():
                setattr(self, name, value)
        return found

    def ignore(self, place: Place, why: str) -> None:
        """Remember that a cell was left out."""
        self.ignored[place] = why

    def forget(self, sheet: str) -> None:
        """Forget what was left out of a sheet."""
        self.ignored = {place: why for place, why in self.ignored.items() if place.sheet != sheet}

    def guess(self, sentence: str) -> None:
        """Count a guess by the sentence that tells of it."""
        self.guesses[sentence] = self.guesses.get(sentence, 0) + 1

    def fault(self, code: str, place: Place, message: str, remedy: str) -> None:
        """Remember a fault; the same of several cells is told once."""
        self.faults.setdefault((code, message, remedy), []).append(place)

    def crossing(self, place: Place) -> None:
        """Remember that something ends before it starts."""
        message = "This ends before it starts, or on the next day."
        remedy = "No session crosses midnight: correct the times, or write the part of each day by itself."
        self.fault("E-IMPORT-TIME", place, message, remedy)

    def lacks(self, code: str, kind: WordKind, place: Place, phrase: str) -> None:
        """Remember that somebody or something is known by no table."""
        self.unknown.setdefault((code, kind, phrase), []).append(place)

    def issues(self) -> Iterator[Issue]:
        """Yield every fault, each phrase that nobody knows once, and a warning of words that were passed over."""
        for (code, message, remedy), places in self.faults.items():
            yield self._issue(code, places, message, remedy)
        for ids, places in self.several.items():
            remedy = f"Write the id there, or write under the right heading of {self.mapping_file} which is meant."
            yield self._issue("E-IMPORT-SEVERAL", places, f"This may mean {either(ids)}.", remedy)
        for (code, kind, phrase), places in self.unknown.items():
            what, table = _NAMED[kind]
            near = self._near(kind, phrase)
            perhaps = f"Perhaps {either(near)} is meant. " if near else ""
            remedy = f"{perhaps}Correct it, add {what} to {table}, or write under [{kind}] in {self.mapping_file} which is meant."
            yield self._issue(code, places, f"This names {what} that no table of the clinic has.", remedy)
        if self.notes:
            message = "This holds words beside the appointment that were passed over."
            yield self._issue("W-IMPORT-WORDS", self.notes, message, "Look whether they matter.", level="warning")

    def _issue(self, code: str, places: Sequence[Place], message: str, remedy: str, *, level: str = "error") -> Issue:
        first, rest = min(places), len({*places}) - 1
        more = f" So {'does' if rest == 1 else 'do'} {count(rest, 'more place')}: {_listed(places)}." if rest else ""
        file = f"{self.file}: {first.sheet}" if first.sheet else self.file
        is_error = level == "error"
        return Issue(
            file,
            first.row,
            "",
            code,
            f"{message}{more}",
            remedy,
            level="error" if is_error else "warning",
            cell=first.cell,
        )

    def _near(self, kind: WordKind, phrase: str) -> list[str]:
        """Return the ids whose name is nearly this phrase."""
        names = {
            WordKind.PERSON: self.names.participants,
            WordKind.STAFF: self.names.therapists,
            WordKind.ROOM: self.names.rooms,
            WordKind.GROUP: self.names.groups,
        }.get(kind, {})
        if len(names) * len(self.unknown) > MOST_COMPARED:
            return []
        by_words = {" ".join(sorted(phrase_of(name))): own_id for own_id, name in names.items()}
        found = nearest(" ".join(sorted(phrase.split())), by_words)
        return [by_words[found]] if found is not None else []


def _listed(places: Sequence[Place]) -> str:
    """Return all places but the first; after some of them that there are more."""
    rest = sorted({*places})[1:]
    more = ", ..." if len(rest) > MOST_LISTED else ""
    return f"{', '.join(map(str, rest[:MOST_LISTED]))}{more}"
