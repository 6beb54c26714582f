"""What a participant reads on paper, in each language that there is: one file ``catalogs/handouts.CODE.json`` each.

A second language is a file with the same keys. ``services`` are called as they
are there; a service that is not stays as the clinic calls it, and so do names
of groups, rooms and people.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from iopsched.words.phrases import words

ENGLISH = "en"
_HEAD, _TAIL = "handouts.", ".json"


@dataclass(frozen=True, slots=True)
class PaperWords:
    """The sentences of one language: ``code`` as in ``lang``, ``entries`` as in the file."""

    code: str
    entries: Mapping[str, Any]

    @property
    def language(self) -> str:
        """Return the language as the tables of a clinic call it, such as ``Spanish``."""
        return str(self.entries["language"])

    def say(self, key: str, **values: object) -> str:
        """Return a sentence with its values; one with ``one`` and ``other`` is chosen by the value ``n``."""
        entry = self.entries[key]
        text = entry if isinstance(entry, str) else entry["one" if values["n"] == 1 else "other"]
        return str(text).format(**values)

    def service(self, service_id: str) -> str:
        """Return what a service is called, without a capital."""
        return str(self.entries["services"].get(service_id, words(service_id)))

    def weekday(self, day: int) -> str:
        """Return the name of a day from 0, Monday, at the head of a line."""
        return _capital(self.entries["days"][day])

    def dated(self, form: str, day: date) -> str:
        """Return a date in one of the forms of the file: ``day_of_month``, ``date``, ``long_date``, ``short_day``, ``short_day_of_month``."""
        weekday, month = self.entries["days"][day.weekday()], self.entries["months"][day.month - 1]
        return self.say(form, weekday=weekday, day=day.day, month=month, year=day.year)

    def short_dates(self, days: Sequence[date]) -> str:
        """Return for instance ``Thu 26 and Fri 27 Nov``: the month where it ends."""
        ends = [at + 1 == len(days) or days[at + 1].month != day.month for at, day in enumerate(days)]
        return self.listed(
            [
                self.dated("short_day_of_month" if is_end else "short_day", day)
                for day, is_end in zip(days, ends, strict=True)
            ]
        )

    def listed(self, parts: Sequence[str]) -> str:
        """Return for instance ``1 family session, 1 group session and 2 h of program time``."""
        return str(self.entries["and"]).join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


@cache
def paper_words(code: str = ENGLISH) -> PaperWords:
    """Return the sentences of a language of :func:`paper_languages`."""
    file = resources.files("iopsched.words").joinpath("catalogs", f"{_HEAD}{code}{_TAIL}")
    return PaperWords(code, json.loads(file.read_text(encoding="utf-8")))


@cache
def paper_languages() -> Mapping[str, str]:
    """Return the code of each language that has a file, by what tables call it."""
    names = sorted(file.name for file in resources.files("iopsched.words").joinpath("catalogs").iterdir())
    codes = [name.removeprefix(_HEAD).removesuffix(_TAIL) for name in names if name.startswith(_HEAD)]
    return {paper_words(code).language: code for code in codes}


def spoken_code(languages: Sequence[str]) -> str:
    """Return the first of somebody's languages that there is a file for, else English."""
    known = {name.casefold(): code for name, code in paper_languages().items()}
    return next((known[name.casefold()] for name in languages if name.casefold() in known), ENGLISH)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
