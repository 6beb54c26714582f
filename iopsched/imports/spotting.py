"""Finds the clinic's own phrases in a text: the longest first, from left to right, never across a line's end."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from iopsched.imports.lexicon import PEOPLE, Lexicon, Meaning, WordKind, phrase_of
from iopsched.imports.ordinary import BESIDE, NO_APPOINTMENT
from iopsched.ingest.cell.datewords import MONTHS
from iopsched.ingest.cell.days import one_day

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_HEADS = re.compile(r"(?<![\w/])[0-9]{1,3} ?(?:/|of) ?[0-9]{1,3}(?![\w/])|\bratio [0-9.]{1,5}:1(?: of [0-9.]{1,5}:1)?", re.IGNORECASE)  # fmt: skip
_LINE = re.compile(r"[\n;|\u00b7\u2022]")
_BREAK = re.compile(r"[/&+():]| - |\bw/")
_CALLED_OFF = (
    ("no", "group"),
    ("no", "groups"),
    ("no", "session"),
    ("cancelled",),
    ("canceled",),
    ("cxl",),
    ("no", "iop"),
)
_WHAT = frozenset({WordKind.GROUP, WordKind.SERVICE})
_MONTHS = frozenset(name[:size] for name in MONTHS.split() for size in (3, len(name)))


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase of a text and what it may mean; ``line`` counts the lines of the text."""

    meanings: tuple[Meaning, ...]
    phrase: str
    line: int

    @property
    def is_certain(self) -> bool:
        """Return whether only one thing can be meant."""
        return len(self.meanings) == 1

    @property
    def kinds(self) -> frozenset[WordKind]:
        """Return the kinds of what may be meant."""
        return frozenset(meaning.kind for meaning in self.meanings)


@dataclass(slots=True)
class Spotted:
    """What was found in a text; ``unknown`` are the words that nobody knows and that are no ordinary ones, by line."""

    found: list[Found] = field(default_factory=list)
    unknown: list[tuple[int, str]] = field(default_factory=list)
    is_nothing: bool = False

    def of(self, *kinds: WordKind) -> list[Found]:
        """Return what may mean one of these kinds."""
        return [row for row in self.found if row.kinds & {*kinds}]


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    line: int
    is_after_break: bool
    is_capital: bool


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    line, end = 0, 0
    for match in _TOKEN.finditer(text):
        between = text[end : match.start()]
        line += len(_LINE.findall(between))
        found += [
            _Token(word, line, _BREAK.search(between) is not None, match[0].isupper()) for word in phrase_of(match[0])
        ]
        end = match.end()
    return found


def spot(lexicon: Lexicon, text: str, kinds: Collection[WordKind] | None = None) -> Spotted:
    """Return what of the clinic a text names; with ``kinds`` only things of these."""
    tokens = _tokens(_HEADS.sub(" ; ", text))
    spotted = Spotted(is_nothing=_is_nothing(tokens))
    place, is_open = 0, False
    while place < len(tokens):
        size, meanings = _longest(lexicon, tokens, place, kinds)
        if size:
            words = " ".join(token.word for token in tokens[place : place + size])
            spotted.found.append(Found(tuple(meanings), words, tokens[place].line))
            is_open = False
        else:
            is_open = _add_unknown(lexicon, spotted, tokens[place], is_open=is_open)
        place += size or 1
    certain = {row.meanings[0] for row in spotted.found if row.is_certain}
    ids = {(meaning.kind, meaning.id) for meaning in certain}
    spotted.found = [row for row in spotted.found if row.is_certain or not _is_told(row, ids)]
    return spotted


def settled(spotted: Spotted) -> Spotted:
    """Return what was found with one kind for each phrase: a group or service where no other phrase is one, else the rest."""
    has_what = any(row.kinds <= _WHAT for row in spotted.found)
    found = []
    for row in spotted.found:
        kinds = row.kinds
        if kinds & _WHAT and not kinds <= _WHAT:
            kinds = kinds - _WHAT if has_what else kinds & _WHAT
            has_what = True
        elif WordKind.ROOM in kinds and len(kinds) > 1:
            kinds = kinds - {WordKind.ROOM}
        found.append(replace(row, meanings=tuple(meaning for meaning in row.meanings if meaning.kind in kinds)))
    return replace(spotted, found=found)


def _is_told(row: Found, ids: Collection[tuple[WordKind, str]]) -> bool:
    """Return whether another phrase says which of several is meant, as the id behind a name that two have."""
    return any((meaning.kind, meaning.id) in ids for meaning in row.meanings)


def _is_nothing(tokens: list[_Token]) -> bool:
    """Return whether a text says that there is no appointment."""
    words = tuple(token.word for token in tokens)
    return any(words[at : at + len(off)] == off for off in _CALLED_OFF for at in range(len(words)))


def _longest(
    lexicon: Lexicon, tokens: list[_Token], place: int, kinds: Collection[WordKind] | None
) -> tuple[int, list[Meaning]]:
    """Return how many words from a place on are a phrase, 0 where none is, and what they mean."""
    most = min(lexicon.longest, len(tokens) - place)
    for size in range(most, 0, -1):
        part = tokens[place : place + size]
        if part[0].line != part[-1].line:
            continue
        allowed = kinds
        if any(token.is_after_break for token in part[1:]):
            allowed = [kind for kind in (kinds or WordKind) if kind not in PEOPLE]
        words = tuple(token.word for token in part)
        meanings = lexicon.meanings(words, allowed)
        if size == 1:
            meanings = [row for row in meanings if _may_stand_alone(lexicon, part[0], row, kinds)]
        if meanings:
            return size, meanings
    return 0, []


def _may_stand_alone(lexicon: Lexicon, token: _Token, row: Meaning, kinds: Collection[WordKind] | None) -> bool:
    """Return whether one word is enough to mean something: an ordinary word, a letter or a number only as an id."""
    word = token.word
    if kinds is None and (len(word) == 1 or word.isdigit()):
        return row.rank == 0 and (token.is_capital if word.isalpha() else len(word) > 2)
    if word in BESIDE or word.isdigit() or lexicon.is_credential(word) or len(word) == 1:
        return row.rank == 0 or (row.kind not in PEOPLE and word not in ("1", "it"))
    return True


def _add_unknown(lexicon: Lexicon, spotted: Spotted, token: _Token, *, is_open: bool) -> bool:
    """Add a word that nobody knows to the phrase before it; return whether the phrase may go on."""
    word = token.word
    if (
        word in BESIDE
        or word in NO_APPOINTMENT
        or word.isdigit()
        or lexicon.is_credential(word)
        or is_calendar_word(word)
    ):
        return False
    if is_open and not token.is_after_break and spotted.unknown[-1][0] == token.line:
        spotted.unknown[-1] = (token.line, f"{spotted.unknown[-1][1]} {word}")
        return True
    if len(word) == 1:
        return False
    spotted.unknown.append((token.line, word))
    return True


def is_calendar_word(word: str) -> bool:
    """Return whether a word is a day, a month or a number with an ending, such as ``1st``."""
    return (
        one_day(word) is not None
        or word in _MONTHS
        or re.fullmatch("[0-9]+(?:st|nd|rd|th|am|pm|a|p)", word) is not None
    )


_FURNITURE = re.compile(
    r"(?:(?:page|pg\.?) ?[0-9]{1,5}(?: ?(?:of|/) ?[0-9]{1,5})?|(?:printed|generated|exported)\b.{0,80}) ?",
    re.IGNORECASE,
)


def is_of_the_page(text: str) -> bool:
    """Return whether a text is of the printed page and of no appointment, such as ``Page 1 of 3`` or ``Printed 11/27/2026``."""
    return _FURNITURE.fullmatch(text.strip()) is not None


def says_nothing(text: str) -> bool:
    """Return whether all words of a text are ordinary ones, such as ``Lunch`` or ``Total``."""
    return all(
        word in BESIDE or word in NO_APPOINTMENT or word.isdigit() or is_calendar_word(word) or len(word) == 1
        for word in phrase_of(text)
    )
