"""What the words of a roster may mean: the clinic's groups, services, staff, rooms and participants by id and name."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from iopsched.domain.names import Names
from iopsched.domain.problem import Problem


class WordKind(StrEnum):
    """What a phrase stands for; the values are the tables of the mapping file."""

    GROUP = "groups"
    SERVICE = "services"
    STAFF = "staff"
    ROOM = "rooms"
    PERSON = "participants"
    HOW = "how"
    IGNORED = "ignored"


PEOPLE = frozenset({WordKind.STAFF, WordKind.PERSON})
MOST_WORDS = 8
_WORD = re.compile(r"[^\W_]+")
_CREDENTIALS = frozenset(
    [
        "lcsw",
        "lmsw",
        "msw",
        "lpc",
        "lpcc",
        "lmft",
        "mft",
        "lmhc",
        "lcdc",
        "ladc",
        "cadc",
        "lac",
        "psyd",
        "phd",
        "edd",
        "md",
        "do",
        "np",
        "rn",
        "aprn",
        "pmhnp",
        "pa",
        "ma",
        "ms",
        "med",
        "bsw",
        "dnp",
        "lcpc",
        "dr",
        "mr",
        "mrs",
        "ms",
        "mx",
        "prof",
        "jr",
        "sr",
        "ii",
        "iii",
    ]
)
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "mx", "prof"})
_SHORT = {
    "indiv": "individual", "ind": "individual", "individuals": "individual", "fam": "family", "families": "family",
    "mgmt": "management", "mgt": "management", "med": "medication", "meds": "medication", "grp": "group",
    "groups": "group", "rm": "room", "ofc": "office", "mtg": "meeting", "conf": "conference", "eve": "evening",
    "morn": "morning", "adol": "adolescent", "teens": "teen", "wkshp": "workshop", "1on1": "individual",
}  # fmt: skip
_DROPPED = frozenset({"tx", "therapy", "session", "sessions", "sess", "appt", "appointment", "visit", "psychotherapy"})
_KIND_WORDS: Mapping[str, Sequence[str]] = {
    "individual": ("individual", "1 1", "one on one", "therapy", "it", "individual therapy"),
    "family": ("family", "family therapy", "ft"),
    "multifamily": ("multifamily", "multi family", "mfg", "multi family group", "multifamily group"),
    "group": ("group", "process group", "iop", "iop group"),
}
_CODES = {
    "90832": "individual", "90834": "individual", "90837": "individual", "90846": "family", "90847": "family",
    "90849": "multifamily", "90853": "group", "h0015": "group", "s9480": "group",
}  # fmt: skip
_HOW = {
    "telehealth": ("telehealth", "online", "zoom", "video", "virtual", "remote", "tele", "teams", "webex", "by video"),
    "hybrid": ("hybrid",),
    "in_person": ("in person", "onsite", "on site", "f2f", "face to face", "inperson", "office visit"),
    "no_room": ("no room",),
}

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Meaning:
    """One thing that a phrase may mean; the smaller the ``rank``, the surer. 0: its id, or what the mapping says."""

    rank: int
    kind: WordKind
    id: str


def phrase_of(text: str) -> Phrase:
    """Return the words of a text in lower case, without accents and signs."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign) and sign != "'")
    return tuple(_WORD.findall(bare))


def canonical(words: Phrase) -> Phrase:
    """Return a phrase with its abbreviations written out and without the words that say nothing."""
    full = tuple(_SHORT.get(word, word) for word in words)
    return tuple(word for word in full if word not in _DROPPED) or full


class Lexicon:
    """Knows the phrases of a clinic. ``own`` are those of a mapping file, by kind and phrase; they come before all others."""

    def __init__(self, problem: Problem, names: Names, own: Mapping[WordKind, Mapping[str, str]]) -> None:
        self._known: dict[Phrase, set[Meaning]] = defaultdict(set)
        self._own: dict[Phrase, set[Meaning]] = defaultdict(set)
        self.codes: dict[str, set[str]] = defaultdict(set)
        for kind, phrases in own.items():
            for text, own_id in phrases.items():
                self._own[phrase_of(text)].add(Meaning(0, kind, own_id))
        self._service_of = {group.id: group.service_id for group in problem.groups}
        self._credentials = _CREDENTIALS.union(*map(phrase_of, names.credentials.values()))
        self._add_services(problem, names)
        self._add_people(WordKind.STAFF, {row.id: names.therapists.get(row.id, "") for row in problem.therapists})
        self._add_people(WordKind.PERSON, {row.id: names.participants.get(row.id, "") for row in problem.participants})
        for row in problem.participants:
            initials = names.initials.get(row.id, "")
            self._add(WordKind.PERSON, row.id, 5, initials)
            self._add(WordKind.PERSON, row.id, 5, " ".join(initials) if len(initials) < 4 else "")
        for room in problem.rooms:
            self._add(WordKind.ROOM, room.id, 0, room.id)
            self._add(WordKind.ROOM, room.id, 1, f"room {room.id}")
            self._add_thing(WordKind.ROOM, room.id, names.rooms.get(room.id, ""))
            if match := re.fullmatch(r"r(?:oom|m)?[ -]?0*([1-9][0-9]*)", room.id.casefold()):
                self._add(WordKind.ROOM, room.id, 3, f"room {match[1]}")
        for how, texts in _HOW.items():
            for text in texts:
                self._add(WordKind.HOW, how, 6, text)
        self.longest = min(MOST_WORDS, max(map(len, (*self._known, *self._own)), default=1))

    def _add(self, kind: WordKind, own_id: str, rank: int, text: str) -> None:
        words = phrase_of(text)
        if words and len(words) <= MOST_WORDS:
            self._known[words].add(Meaning(rank, kind, own_id))

    def _add_thing(self, kind: WordKind, own_id: str, name: str) -> None:
        """Add the name of a group, service or room, also written without abbreviations."""
        self._add(kind, own_id, 1, name)
        self._add(kind, own_id, 2, " ".join(canonical(phrase_of(name))))
        self._add(kind, own_id, 2, "".join(phrase_of(name)))
        if "(" in name:
            self._add(kind, own_id, 2, name.partition("(")[0])

    def _add_short(self, own_id: str, name: str) -> None:
        """Add how people shorten the name of a group: its last word cut off, its first word alone, its first letters."""
        words = phrase_of(name.partition("(")[0])
        if len(words) < 2:
            return
        for size in range(3, min(7, len(words[-1]))):
            self._add(WordKind.GROUP, own_id, 3, " ".join((*words[:-1], words[-1][:size])))
        if len(words[0]) > 3:
            self._add(WordKind.GROUP, own_id, 4, words[0])
        if len(letters := "".join(word[0] for word in words)) > 1 and letters.isalpha():
            self._add(WordKind.GROUP, own_id, 5, letters)

    def _add_services(self, problem: Problem, names: Names) -> None:
        for group in problem.groups:
            self._add(WordKind.GROUP, group.id, 0, group.id)
            self._add(WordKind.GROUP, group.id, 1, "".join(phrase_of(group.id)))
            self._add(WordKind.GROUP, group.id, 1, f"group {group.id}")
            self._add_thing(WordKind.GROUP, group.id, names.groups.get(group.id, ""))
            self._add_short(group.id, names.groups.get(group.id, ""))
            self._add_thing(WordKind.GROUP, group.id, names.public_groups.get(group.id, ""))
        first: dict[str, str] = {}
        for service in problem.services:
            first.setdefault(service.kind, service.id)
            self._add(WordKind.SERVICE, service.id, 0, service.id)
            self._add_thing(WordKind.SERVICE, service.id, service.id.replace("_", " "))
            self._add_thing(WordKind.SERVICE, service.id, names.public_services.get(service.id, ""))
            words = phrase_of(service.id.replace("_", " "))
            if len(words) > 1:
                self._add(WordKind.SERVICE, service.id, 3, "".join(word[0] for word in words))
            if words == ("medication",):
                self._add(WordKind.SERVICE, service.id, 3, "medication management")
                self._add(WordKind.SERVICE, service.id, 3, "medication check")
            if service.code:
                self.codes[service.code.casefold()].add(service.id)
        for kind, phrases in _KIND_WORDS.items():
            for text in phrases if kind in first else ():
                self._add(WordKind.SERVICE, first[kind], 4, text)
        for code, kind in _CODES.items():
            if kind in first and code not in self.codes:
                self.codes[code].add(first[kind])

    def _add_people(self, kind: WordKind, names: Mapping[str, str]) -> None:
        for own_id, name in names.items():
            self._add(kind, own_id, 0, own_id)
            for rank, text in _forms(name):
                self._add(kind, own_id, rank, text)

    def meanings(self, words: Phrase, kinds: Collection[WordKind] | None = None) -> list[Meaning]:
        """Return what a phrase may mean, of the kinds asked for, only the surest; several are equally sure."""
        for known in (self._own, self._known):
            found = self._surest(known, words, kinds)
            if found:
                return found
        full = canonical(words)
        return self._surest(self._known, full, kinds) if full != words else []

    def is_credential(self, word: str) -> bool:
        """Return whether a word stands beside names and is none."""
        return word in self._credentials

    def _surest(
        self, known: Mapping[Phrase, set[Meaning]], words: Phrase, kinds: Collection[WordKind] | None
    ) -> list[Meaning]:
        """Return the surest meanings of each kind; of several kinds those that are as sure as an id or a name."""
        best: dict[WordKind, list[Meaning]] = {}
        for row in sorted(known.get(words, ())):
            if kinds is None or row.kind in kinds or row.kind is WordKind.IGNORED:
                own = best.setdefault(row.kind, [])
                own += [row] if not own or own[0].rank == row.rank else []
        least = max(1, min((rows[0].rank for rows in best.values()), default=0))
        best = {kind: rows for kind, rows in best.items() if rows[0].rank <= least}
        groups, services = best.get(WordKind.GROUP, []), best.get(WordKind.SERVICE, [])
        if groups and services:  # a group says its service, too
            is_same = self._service_of.get(groups[0].id) == services[0].id
            del best[WordKind.SERVICE if is_same or groups[0].rank <= services[0].rank else WordKind.GROUP]
        return sorted(row for rows in best.values() for row in rows)


def _forms(name: str) -> Iterator[tuple[int, str]]:
    """Yield the ways to write a person's name, with how sure they are: ``Jane Smith``, ``Smith, J.``, ``Smith``, ``Jane``."""
    bare = re.sub(r"\([^()]*\)", " ", name)
    last, comma, first = bare.partition(",")
    if comma and (rest := _person_words(first)):
        given, family = list(rest), _person_words(last)
    else:
        words = _person_words(last)
        given, family = list(words[:1]), words[1:]
        if len(words) > 2:
            yield from _of(list(words[:-1]), words[-1:])
    yield 1, name
    yield from _of(given, family)


def _of(given: list[str], family: Sequence[str]) -> Iterator[tuple[int, str]]:
    if not given or not family:
        if given or family:
            yield 1, " ".join((*given, *family))
        return
    whole, first, letter = " ".join(family), given[0], given[0][0]
    yield from ((1, text) for text in (f"{' '.join(given)} {whole}", f"{whole} {' '.join(given)}"))
    yield from ((1, text) for text in (f"{first} {whole}", f"{whole} {first}"))
    yield from ((2, text) for text in (f"{letter} {whole}", f"{whole} {letter}"))
    yield 2, f"{first} {whole[0]}"
    yield 3, whole
    yield 4, first


def _person_words(text: str) -> tuple[str, ...]:
    words = phrase_of(text)
    bare = tuple(word for word in words if word not in _CREDENTIALS)
    return bare if len(bare) > 1 else words[:1] if len(words) > 1 and words[0] not in _TITLES else words


def every(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts without repetitions, in their order."""
    return tuple(dict.fromkeys(texts))
