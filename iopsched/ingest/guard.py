"""Cells that a spreadsheet would take for a formula when it opens a CSV file: one apostrophe in front makes them text.

Whoever writes CSV for people guards such cells; whoever reads CSV takes the
apostrophe away, so that a round trip changes nothing.
"""

from __future__ import annotations

import re

_DANGER = re.compile("'*(\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n\0])")


def guarded(text: str) -> str:
    """Return the text with an apostrophe in front where a spreadsheet might run it."""
    return f"'{text}" if _DANGER.match(text) else text


def unguarded(text: str) -> str:
    """Return a text as it was before :func:`guarded`."""
    return text[1:] if text[:1] == "'" and _DANGER.match(text[1:]) else text
