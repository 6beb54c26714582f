"""Text that a spreadsheet would take for a formula, and the apostrophe that tells it not to.

A cell such as ``=1+1`` is run by Excel when a CSV is opened (OWASP, "CSV
injection"). One apostrophe in front prevents it; reading takes it off again,
so that a round trip changes nothing.
"""

from __future__ import annotations

import re

_DANGER = re.compile("'*(\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\\t\\r\\n\\0])")


def guard(text: str) -> str:
    """Return the text as it may stand in a CSV; also guarded is what looks guarded already."""
    return f"'{text}" if _DANGER.match(text) else text


def unguard(text: str) -> str:
    """Return the text that :func:`guard` was given."""
    return text[1:] if text.startswith("'") and _DANGER.match(text, 1) else text
