"""What a cell says after an edit, written as the cell was."""

from __future__ import annotations

import re
from decimal import Decimal

from iopsched.policy.column import Column
from iopsched.steps.offer import AddItem, AddNumber, SetText

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_GAP = re.compile(r"(;[^\S\r\n]*|[\r\n]+)(?=\S)")
_COMMA = re.compile(r"(,\s*)(?=\S)")
_NEVER = "never"


def text_after(edit: SetText | AddItem | AddNumber, text: str, column: Column) -> str:
    """Return what a cell says after an edit; ``text`` is what it says before."""
    match edit:
        case SetText():
            return edit.text
        case AddItem():
            return _with_item(edit, text.strip(), column)
        case AddNumber():
            return _larger(text.strip() or edit.instead, edit.more)


def _with_item(edit: AddItem, text: str, column: Column) -> str:
    before = text or edit.whole
    if not before or before.casefold() == _NEVER:
        return edit.item
    body = before.rstrip("; ")
    if gap := _GAP.search(body):
        return body + gap[1] + edit.item
    if column.is_list and (comma := _COMMA.search(body)):
        return body + comma[1] + edit.item  # mixed signs would be in doubt
    return f"{body}; {edit.item}"


def _larger(text: str, more: int) -> str:
    """Return a number grown, with as many decimals; what stands beside it stays."""
    match = _NUMBER.search(text)
    if match is None:
        return str(more)
    return f"{text[: match.start()]}{Decimal(match[0]) + more}{text[match.end() :]}"
