"""Turns the texts of a roster into ids, and gathers what cannot be understood, with its place and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from iopsched.domain.problem import Problem
from iopsched.imports.entries import Surroundings
from iopsched.imports.gathering import Gathering
from iopsched.imports.lexicon import PEOPLE, Lexicon, WordKind, phrase_of
from iopsched.imports.mapping import RosterMapping
from iopsched.imports.sheets import Place
from iopsched.imports.spotting import Found, Spotted, says_nothing, spot
from iopsched.imports.when import Clocks, Dates

_PIECES = re.compile(r"[\n;|/&+]|\band\b")
PRIVATE = ("individual", "family")


@dataclass(slots=True)
class Understanding(Gathering):
    """What is known while a roster is read, and what each of its short texts names."""

    problem: Problem = field(kw_only=True)
    mapping: RosterMapping = field(kw_only=True)
    dates: Dates = field(kw_only=True)
    lexicon: Lexicon = field(init=False)
    clocks: Clocks = field(init=False)

    def __post_init__(self) -> None:
        self.lexicon = Lexicon(self.problem, self.names, self.mapping.words)
        self.clocks = Clocks(self.problem.clinic)

    def know(self, found: Found, own_id: str, kind: WordKind) -> str:
        """Remember what a phrase was read as; return the id."""
        if tuple(found.phrase.split()) != phrase_of(own_id) and kind is not WordKind.HOW:
            self.words.setdefault(kind, {})[found.phrase] = own_id
        return own_id

    def one(self, text: str, place: Place, kind: WordKind, code: str) -> str | None:
        """Return the id of the thing of a kind that a cell of a list names; None (and a fault) where it names none."""
        found = self.many(text, place, kind, code)
        return found[0] if found else None

    def many(self, text: str, place: Place, kind: WordKind, code: str) -> tuple[str, ...]:
        """Return the ids that a cell of a list names; a fault for each piece that names nobody."""
        ids: list[str] = []
        for piece in _PIECES.split(text):
            if not piece.strip():
                continue
            if says_nothing(piece) and not spot(self.lexicon, piece, {kind}).found:
                if self._may_name(piece, kind):
                    self.lacks(code, kind, place, " ".join(phrase_of(piece)))
                continue
            spotted = spot(self.lexicon, piece, {kind, WordKind.HOW})
            ids += self.certain(spotted, kind, place)
            if spotted.unknown and not spotted.of(WordKind.IGNORED):
                self.lacks(code, kind, place, " ".join(phrase for _, phrase in spotted.unknown))
        return tuple(dict.fromkeys(ids))

    def invited(self, text: str, place: Place) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the staff and the participants whom a list of both names; a fault for each piece that names nobody."""
        staff: list[str] = []
        people: list[str] = []
        for piece in _PIECES.split(text):
            of_staff = [row for row in spot(self.lexicon, piece, PEOPLE).of(WordKind.STAFF) if row.is_certain]
            if of_staff:
                staff += [self.know(row, row.meanings[0].id, WordKind.STAFF) for row in of_staff]
            else:
                people += self.many(piece, place, WordKind.PERSON, "E-IMPORT-PERSON")
        return flat([staff]), flat([people])

    @staticmethod
    def _may_name(piece: str, kind: WordKind) -> bool:
        """Return whether a piece without a word that is known may name somebody: by a number, or by single letters."""
        words = phrase_of(piece)
        letters = [word for word in words if len(word) == 1 and word.isalpha()]
        return kind in PEOPLE and (any(map(str.isdigit, piece)) or len(letters) == len(words) > 1)

    def remote_people(self, text: str) -> tuple[str, ...]:
        """Return who of a list of people is marked as joining online."""
        found = []
        for piece in _PIECES.split(text):
            spotted = spot(self.lexicon, piece, {WordKind.PERSON, WordKind.HOW})
            if any(row.meanings[0].id == "telehealth" for row in spotted.of(WordKind.HOW)):
                found += [row.meanings[0].id for row in spotted.of(WordKind.PERSON) if row.is_certain]
        return tuple(found)

    def certain(self, spotted: Spotted, kind: WordKind, place: Place) -> Iterator[str]:
        """Yield the ids of a kind that a text names for certain; what may mean several is a fault."""
        for row in spotted.of(kind):
            own = tuple(meaning.id for meaning in row.meanings if meaning.kind is kind)
            if len(own) == 1:
                yield self.know(row, own[0], kind)
            else:
                self.several.setdefault(own, []).append(place)

    def label(self, text: str) -> Surroundings:
        """Return what a heading, a header or the name of a sheet says, where it says nothing else."""
        spotted = spot(self.lexicon, text)
        if spotted.unknown or not spotted.found or any(not row.is_certain for row in spotted.found):
            for kind in (WordKind.STAFF, WordKind.ROOM, WordKind.PERSON):
                narrow = spot(self.lexicon, text, {kind})
                if len(narrow.found) == 1 and narrow.found[0].is_certain and not narrow.unknown:
                    own_id = self.know(narrow.found[0], narrow.found[0].meanings[0].id, kind)
                    return _of_kind(kind, own_id)
            return Surroundings()
        first: dict[WordKind, str] = {}
        for row in spotted.found:
            if row.is_certain:
                first.setdefault(row.meanings[0].kind, self.know(row, row.meanings[0].id, row.meanings[0].kind))
        staff_id = first.get(WordKind.STAFF)
        return Surroundings(
            staff=(staff_id,) if staff_id else (),
            room=first.get(WordKind.ROOM),
            group=first.get(WordKind.GROUP),
            service=first.get(WordKind.SERVICE),
            how=first.get(WordKind.HOW, ""),
            people=(first[WordKind.PERSON],) if WordKind.PERSON in first else (),
        )

    def title_staff(self, text: str) -> str:
        """Return the member of staff whom a title names beside other words, blank where it names none or several."""
        ids = {row.meanings[0].id for row in spot(self.lexicon, text, {WordKind.STAFF}).found if row.is_certain}
        return ids.pop() if len(ids) == 1 else ""


def _of_kind(kind: WordKind, own_id: str) -> Surroundings:
    if kind is WordKind.ROOM:
        return Surroundings(room=own_id)
    return Surroundings(staff=(own_id,)) if kind is WordKind.STAFF else Surroundings(people=(own_id,))


def flat(rows: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return ids of several lists, each once, in their order."""
    return tuple(dict.fromkeys(own_id for row in rows for own_id in row))
