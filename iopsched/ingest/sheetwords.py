"""Messages about files of a clinic folder, in the words that fit a workbook."""

from __future__ import annotations

import re
from collections.abc import Callable

_TABLES = (
    "participants|therapists|rooms|services|groups|needs|time_off|keep_apart|keep_together|pins|waitlist|attendance"
    "|modules|steps"
)
_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(rf"\bDid you mean '({_TABLES})\.csv'"), r"Did you mean '\1'"),
    (re.compile(rf"\b({_TABLES})\.csv\b"), r"the sheet \1"),
    (re.compile(r"\bclinic\.toml\b"), "the sheet clinic"),
    (re.compile(r"\bthe clinic folder\b"), "the workbook"),
    (re.compile(r"\b([Tt]his|[Tt]he|[Ee]ach|[Oo]ther|[Aa]ll) (file)(s?)\b"), r"\1 sheet\3"),
    (re.compile(r"\bof one file\b"), "of one sheet"),
    (re.compile(r"\bAdd a table \[([^\]]+)\]"), r"Add rows such as \1.min_hours_per_week"),
    (re.compile(r"\badd a table \[([^\]]+)\]"), r"add rows such as \1.min_hours_per_week"),
    (re.compile(r"\bAdd (\w+) = (\w+) \(([^)]*)\) under \[(\w+)\]"), r"Add the row \4.\1 with the value \2 (\3)"),
    (re.compile(r"\[\[(\w+)\]\]"), r"rows such as \1.1.start"),
    (
        re.compile(r'\b(Add|Write)( such as)? (\w+) = ("?)([^"]+?)\4(?=\.$|\.? | to )'),
        lambda match: f"{match[1]}{' a row' if match[2] else ''} {match[3]} with the value {match[5]}",
    ),
    (re.compile(r" (without|between) quotation marks|; look for a missing quotation mark"), ""),
    (re.compile(r"\[((?:levels|payers|phases|goals|caseload|ratios|caps|staff|equipment|hours|curriculum|calendars|ages)[\w.-]*)\]"), r"\1"),
)  # fmt: skip


def in_words_of_sheets(sentence: str) -> str:
    """Return a sentence about files as one about sheets."""
    for pattern, words in _RULES:
        sentence = pattern.sub(words, sentence)
    return sentence
