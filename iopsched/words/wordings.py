"""What a sentence calls one way where the clinic is a folder of files, and another where it is a workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from iopsched.words.sentence import Reference, Sentence

_TABLES = (
    *("participants", "therapists", "rooms", "services", "groups", "needs", "time_off", "keep_apart", "keep_together"),
    *("pins", "waitlist", "attendance", "modules", "steps", "covers", "extra_time"),
)
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Wording(Reference):
    """Words whose ``id`` is right for a folder of files and ``sheet`` for a workbook."""

    sheet: str


_NAMED: Mapping[str, Wording] = {
    **{f"{table}.csv": Wording(f"{table}.csv", f"the sheet {table}") for table in _TABLES},
    "clinic.toml": Wording("clinic.toml", "the sheet clinic"),
    "the clinic folder": Wording("the clinic folder", "the workbook"),
    "file": Wording("file", "sheet"),
    "[[blocks]]": Wording("[[blocks]]", "rows such as blocks.1.start"),
    "for example": Wording("for example", "a row"),
    "example": Wording("for example", "for example"),
    "=": Wording("=", "with the value"),
    '"': Wording('"', ""),
    "[": Wording("[", ""),
    "]": Wording("]", ""),
    "a table [": Wording("a table [", "rows such as "),
    "a table ]": Wording("]", ".min_hours_per_week"),
    " without quotation marks": Wording(" without quotation marks", ""),
    " between quotation marks": Wording(" between quotation marks", ""),
    "; look for a missing quotation mark": Wording("; look for a missing quotation mark", ""),
}


def said(template: str, *values: object) -> Sentence:
    """Return a sentence in which ``{}`` is the next value, and ``{pins.csv}`` or ``{file}`` are called as the reader knows them.

    Raises ``KeyError`` for a name that has no wording, ``ValueError`` for too many values.
    """
    given = iter(values)
    filled = [_NAMED[name] if name else next(given) for name in _FIELD.findall(template)]
    return Sentence(_FIELD.sub("{}", template), *filled, *given)


def gives_example(sentence: str) -> bool:
    """Return whether a sentence holds an example."""
    return isinstance(sentence, Sentence) and _NAMED["example"] in sentence.refs


def wording_of(file: str) -> Reference:
    """Return the reference to a file of the clinic folder."""
    return _NAMED.get(file) or Reference(file)


def new_entry(table: str, key: str, value: str) -> Sentence:
    """Return for instance ``adult = 12 under [ratios]``, in a workbook ``the row ratios.adult with the value 12``."""
    begin, end = Wording("", f"the row {table}."), Wording(f" under [{table}]", "")
    return said("{}{} {=} {}{}", begin, key, value, end)


def in_workbook(sentence: str) -> str:
    """Return a sentence about files as one about the sheets of a workbook."""
    if not isinstance(sentence, Sentence):
        return sentence
    return sentence.text(lambda part: part.sheet if isinstance(part, Wording) else part.id)
