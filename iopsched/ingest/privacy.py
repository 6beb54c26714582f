"""Keeps what may be a person's name out of messages: a value is repeated only if it can be none.

Columns slip and change places, so the column says little. A value is repeated where each of its words is a number, a
date, a time, an id such as ``P001``, a word of the product or of the clinic's own settings, services, groups and rooms,
or nearly the word that the remedy offers. All else is known by its file, row and column.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable

from iopsched.ingest.cell.days import FULL_DAYS, one_day, swapped_day
from iopsched.ingest.vocabulary import is_plain, words_of
from iopsched.words.wording import quoted

_WORD = r"[^\W\d_](?:[^\W\d_]|[.'\u2019-])*"
_NAME = re.compile(rf"{_WORD}(?:,? {_WORD})+")
_QUOTED = re.compile(r"(?<!\w)'(.+?)'(?!\w)")
_TERM = re.compile(r"[a-z0-9_.\[\]-]{1,60}")
_SPOKEN = "this text"
NAME_NOT_SHOWN = "name not shown"
_NOT_SHOWN = "'(not shown)'"
_DOTS = "..."
_OFFERED = re.compile(r"'([^']+)'|(?:Write one of:|Known here:|tracks are:|Words in use:) ([^.]+)")
_LIST = re.compile(
    r"( ?)((?:Write one of|Known here|Known blocks|The group's tracks are|Words that have one): )(.+?)\.(?= [A-Z]|$)"
)
_LETTERS = re.compile("M?T?W?(?:TH|R)?F?S?S?")  # days, but beside a time only: alone they may be initials
_NO_SUCH = re.compile(rf"no (\w+) {re.escape(_NOT_SHOWN)}")
_KEYED = r'\1"..."\2, with the text of the cell in place of the dots\3'
_TABLE = re.compile(rf'((?:a table \[|rows such as )\w+\.)"?{re.escape(_DOTS)}"?(\]|\.min_hours_per_week)(,?)')


_LABELS = frozenset({"W-COLUMN-UNKNOWN", "W-FILE-UNKNOWN"})  # these judge names of columns and files themselves

_OFFERS_ITS_OWN = frozenset({"E-TIMEZONE"})  # the remedy holds nothing that the clinic wrote
_LISTS_ITS_OWN = frozenset({"E-CHOICE", "E-SETTING-UNKNOWN", "E-PRESET"})  # nor do these lists


def looks_like_name(text: str) -> bool:
    """Return whether a text is made of words and blanks only, as ``Mary Smith`` or ``Smith, Mary``."""
    return any(_NAME.fullmatch(part.strip()) for part in text.split(";"))


_NO_HEADER = re.compile(r"^[A-Za-z]{1,3}-?[0-9]+$|^[0-9]{1,4}[-/.][0-9]|[][{}\"=<>|]")


def is_full_name(text: str) -> bool:
    """Return whether a text looks like a name and each word begins as names do and is none that the product knows."""
    return looks_like_name(text) and not any(is_plain(word) or word[:1].islower() for word in words_of(text))


def is_near(name: str, known: Iterable[str]) -> bool:
    """Return whether each word of a file's or column's name is one that the product knows, or nearly one of the known."""
    offered = {word for own in known for word in words_of(own)}
    words = [word for word in re.split("[0-9]+", " ".join(words_of(name))) for word in word.split()]
    return all(len(word) == 1 or is_plain(word) or _is_slip(word, offered) for word in words)


def is_mixed(header: str) -> bool:
    """Return whether a header holds words of the product and others beside them, as a row does that swallowed another."""
    plain = [is_plain(word) for word in words_of(header)]
    return re.search(r"[\s;,.]", header) is not None and any(plain) and not all(plain)


def has_swallowed(headers: Iterable[str]) -> bool:
    """Return whether a row of unknown headers holds what only rows do: a code such as ``P4``, a date, or a stray sign."""
    return any(_NO_HEADER.search(header) for header in headers)


def shown_file(name: str, known: Iterable[str]) -> str:
    """Return the name of a file in quotation marks; only its ending where it may be a person's name."""
    if is_near(name, known):
        return quoted(name)
    ending = re.search(r"\.[A-Za-z0-9]{1,5}$", name)
    return f"({NAME_NOT_SHOWN}{f', {ending[0]}' if ending else ''})"


class ClinicWords:
    """Knows the clinic's own words for things that are no people, gathered only when a fault asks for them."""

    def __init__(self) -> None:
        self._sources: dict[str, Callable[[], Iterable[str]]] = {}
        self._words: frozenset[str] | None = None

    def watch(self, file: str, texts: Callable[[], Iterable[str]]) -> None:
        """Remember where the words of a file can be had."""
        self._sources[file] = texts
        self._words = None

    def knows(self, word: str) -> bool:
        """Return whether a word stands among the clinic's own."""
        if self._words is None:
            texts = {text for source in self._sources.values() for text in source() if not looks_like_name(text)}
            self._words = frozenset(word.casefold() for text in texts for word in words_of(text))
        return word.casefold() in self._words

    def strange(self, text: str, remedy: str = "", *, is_setting: bool = False, is_timed: bool = False) -> list[str]:
        """Return the words of a text that may be a name, which no message should repeat, none where it can be none.

        Words in lower case without blanks are the usual form of a setting, so there they are shown. Capitals
        such as SS may be days where there is a number or a part of the day, too, in the text or, if it ``is_timed``, beside it.
        """
        if is_setting and _TERM.fullmatch(text):
            return []
        words = words_of(text)
        has_number = any(map(str.isdecimal, words))
        is_code, is_timed = len(words) == 1 or has_number, is_timed or any(map(_is_time, words))
        found = [word for word in words if not (self._is_safe(word) or (len(word) == 1 and is_code))]
        found = [word for word in found if not ((is_timed and _is_day(word)) or _is_part_of_day(word))]
        texts = ["".join(parts) for parts in _OFFERED.findall(remedy)] if found else []
        offered = {form for part in texts if all(map(self._is_safe, words_of(part))) for form in _forms(part)}
        if all(_is_slip(word, {*FULL_DAYS, *offered}) for word in found) or (
            " " not in text and _is_slip("".join(words), offered)
        ):
            return []
        return found

    def _is_safe(self, word: str) -> bool:
        return is_plain(word) or self.knows(word)

    def shown_key(self, dotted: str) -> str:
        """Return the place of a setting with dots for each key that may be a name."""
        keys = dotted.split(".")
        return ".".join("..." if not _TERM.fullmatch(key) and self.strange(key) else key for key in keys)

    def masked(self, code: str, file: str, message: str, remedy: str, value: str) -> tuple[str, str, str]:
        """Return message, remedy and value of a fault without what may be a name."""
        if code in _LABELS:
            return message, remedy, value
        is_setting, both = file.endswith(".toml"), f"{message} {remedy}"
        is_timed = any(map(_is_time, words_of(value)))
        told = message if code in _OFFERS_ITS_OWN else both
        parts = [part.strip() for part in value.split(";")] if ";" in value else []
        found = {text: self.strange(text, both, is_setting=is_setting) for text in (value, *parts) if text}
        quotes = {
            text: self.strange(text.removesuffix("..."), both, is_setting=is_setting, is_timed=is_timed)
            for text in _quotes(told)
        }
        hidden = [text for text, words in found.items() if words]
        for text in hidden:
            message, remedy = _masked(message, text), _masked(remedy, text)
        for text in (text for text, words in quotes.items() if words):
            message, remedy = (sentence.replace(f"'{text}'", _NOT_SHOWN) for sentence in (message, remedy))
        for word in dict.fromkeys(word for words in (*found.values(), *quotes.values()) for word in words):
            message, remedy = _named(message, word), _named(remedy, word)
        if found or quotes or _DOTS in remedy:
            message, remedy = (
                _NO_SUCH.sub(r"no such \1", message),
                _TABLE.sub(_KEYED, remedy).replace(f"{_DOTS}.", _DOTS),
            )
        remedy = remedy if code in _LISTS_ITS_OWN else self._listed(remedy)
        return message, remedy, "" if hidden else value

    def _listed(self, sentence: str) -> str:
        """Return the sentence whose lists of what other cells or settings hold have only what can be shown."""

        def judged(match: re.Match[str]) -> str:
            shown = [item for item in match[3].split(", ") if not self.strange(item)]
            return f"{match[1]}{match[2]}{', '.join(shown)}." if shown else ""

        return _LIST.sub(judged, sentence) if ": " in sentence else sentence


def _quotes(message: str) -> list[str]:
    return _QUOTED.findall(message) if "'" in message else []


def _forms(text: str) -> list[str]:
    words = words_of(text.casefold())
    return [*words, "".join(words)]


def _is_part_of_day(word: str) -> bool:
    """Return whether a word is the beginning of a time of the day; in lower case, because Eve is a name."""
    return len(word) > 2 and any(part.startswith(word) for part in ("morning", "afternoon", "evening", "night"))


def _is_time(word: str) -> bool:
    """Return whether a word is a time or a part of the day, beside which short words are days."""
    return word[:1].isdecimal() or _is_part_of_day(word.removesuffix("s"))


def _is_day(word: str) -> bool:
    """Return whether a word beside a time is one or more days, also with their letters in another order."""
    return _LETTERS.fullmatch(word) is not None or one_day(word) is not None or swapped_day(word) is not None


def _is_slip(word: str, offered: set[str]) -> bool:
    """Return whether a word is nearly one that is offered; of words that begin as names do more must agree."""
    low, is_like_a_name = word.casefold(), word[:1].isupper()
    least = 0.8 if is_like_a_name else 0.7
    return len(word) >= (6 if is_like_a_name else 4) and any(
        difflib.SequenceMatcher(None, other, low).ratio() >= least for other in offered
    )


def _masked(sentence: str, value: str) -> str:
    """Return the sentence with ``this text`` in place of the value and its parts."""
    text = sentence.replace(quoted(value), _SPOKEN)
    low = value.casefold()

    def replace(match: re.Match[str]) -> str:
        inner = match[1].removesuffix("...").casefold()
        has_letters = any(map(str.isalnum, inner))  # a sign alone names nobody
        return _SPOKEN if has_letters and inner in low else match[0]

    text = _named(_QUOTED.sub(replace, text), value)
    text = re.sub(rf"There is no ([\w ]+) {_SPOKEN}", rf"{_SPOKEN} names no \1", text)
    return text[:1].upper() + text[1:]


def _named(sentence: str, text: str) -> str:
    """Return the sentence with dots in place of a text that stands there without quotation marks."""
    return (
        re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", _DOTS, sentence, flags=re.IGNORECASE) if len(text) > 2 else sentence
    )
