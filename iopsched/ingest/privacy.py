"""Keeps what may be a person's name out of messages: a cell in the wrong column is not repeated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from iopsched.ingest.words import quoted

PRIVATE_COLUMNS = frozenset({"name", "initials", "reason", "age_override"})

_WORD = r"[^\W\d_](?:[^\W\d_]|[.'\u2019-])*"
_NAME = re.compile(rf"{_WORD}(?:,? {_WORD})+")
_DAYS = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun|(mon|tues|wednes|thurs|fri|satur|sun)day|daily|weekdays?|weekends?|never)\b",
    re.IGNORECASE,
)
_SPOKEN = "this text"
_IDS = re.compile(r"[EW]-ID|E-UNKNOWN-(GROUP|ROOM|SERVICE|SESSION|EQUIPMENT)")


def looks_like_name(text: str) -> bool:
    """Return whether a text is made of words and blanks only, as ``Mary Smith`` or ``Smith, Mary``."""
    return any(_NAME.fullmatch(part.strip()) for part in text.split(";"))


class Names:
    """Knows the names written in each file, gathered only when a fault asks for them."""

    def __init__(self) -> None:
        self._sources: dict[str, Callable[[], Iterable[str]]] = {}
        self._names: dict[str, frozenset[str]] = {}

    def watch(self, file: str, cells: Callable[[], Iterable[str]]) -> None:
        """Remember where the names of a file can be had."""
        self._sources[file] = cells

    def holds(self, file: str, text: str) -> bool:
        """Return whether a text is a name of the file, or one of its words."""
        if file not in self._names:
            cells = [cell.casefold() for cell in self._sources.get(file, tuple)() if cell]
            words = {word for cell in cells for word in cell.split() if len(word) > 2}
            self._names[file] = frozenset({*cells, *words})
        return text.casefold() in self._names[file]

    def is_private(self, code: str, file: str, value: str, remedy: str) -> bool:
        """Return whether a wrong cell may hold a name that no message should repeat."""
        if not value or file == "clinic.toml":
            return False
        if any(self.holds(file, part.strip()) for part in (value, *value.split(";"))):
            return not code.startswith(("E-ID", "W-ID"))
        if _IDS.match(code) or not looks_like_name(value) or _DAYS.search(value):
            return False
        return code.startswith("E-WINDOW") or not remedy.startswith("Did you mean")


def masked(sentence: str, value: str) -> str:
    """Return the sentence with ``this text`` in place of the value and its parts."""
    text = sentence.replace(quoted(value), _SPOKEN)
    low = value.casefold()

    def replace(match: re.Match[str]) -> str:
        inner = match[1].removesuffix("...").casefold()
        return _SPOKEN if inner and inner in low else match[0]

    text = re.sub("'([^']*)'", replace, text)
    for part in (value, *(part.strip() for part in value.split(";"))):
        if len(part) > 2:
            text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", "NAME", text)
    text = re.sub(rf"There is no ([\w ]+) {_SPOKEN}", rf"{_SPOKEN} names no \1", text)
    return text[:1].upper() + text[1:]
