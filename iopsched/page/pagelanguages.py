"""The languages of the page: each is a catalog ``static/words.CODE.json``; what one lacks is said in English.

Which there are, and which one somebody has chosen, stands in the page that a browser loads first, so that it asks for one
catalog and nothing else.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from typing import Any

ENGLISH = "en"
NAME = "language"
"""The key under which a catalog says what its language calls itself."""
_CATALOG = re.compile(r"words\.([a-z]{2,3}(?:-[A-Z]{2})?)\.json")
_FORMS = frozenset({"zero", "one", "two", "few", "many", "other"})
_SHELL = '<html lang="en"'

Words = Mapping[str, Any]


def catalogs(static: Traversable) -> Mapping[str, Words]:
    """Return the sentences of each language that there is by its code, English first, each whole."""
    found = {
        matched[1]: json.loads(file.read_text(encoding="utf-8"))
        for file in sorted(static.iterdir(), key=lambda file: file.name)
        if (matched := _CATALOG.fullmatch(file.name))
    }
    english = found.get(ENGLISH, {})
    return {code: _whole(words, english) for code, words in sorted(found.items(), key=lambda row: row[0] != ENGLISH)}


def languages(catalogs: Mapping[str, Words]) -> Mapping[str, str]:
    """Return what each language calls itself, by its code."""
    return {code: str(words.get(NAME, code)) for code, words in catalogs.items()}


def is_sentence(entry: object) -> bool:
    """Return whether an entry of a catalog is a sentence, alone or in the forms that its number asks for; else it is a section."""
    return isinstance(entry, str) or (isinstance(entry, dict) and "other" in entry and entry.keys() <= _FORMS)


def shell(page: str, known: Mapping[str, str], chosen: str) -> str:
    """Return the page that is loaded first, with the languages that there are and the ``chosen`` one, blank for the browser's."""
    told = html.escape(json.dumps(known, ensure_ascii=False))
    return page.replace(_SHELL, f'{_SHELL} data-languages="{told}" data-language="{html.escape(chosen)}"', 1)


def _whole(words: Words, english: Words) -> Words:
    """Return a catalog in which every key of the English one stands."""
    found = dict(words)
    for key, entry in english.items():
        if key not in words or (isinstance(entry, dict) and not isinstance(words[key], dict)):
            found[key] = words[key] if isinstance(words.get(key), str) and is_sentence(entry) else entry
        elif not is_sentence(entry):
            found[key] = _whole(words[key], entry)
    return found
