"""Names of versions (ETags) as servers and what stands before them really write them.

A proxy that compresses makes a version weak (``W/"x"``, nginx) or hangs a word
on it (``"x-gzip"``, Apache; ``"x--gzip"``, Jetty), in some answers and not in
others. The version behind is the same, and the server knows it by its own
name only.
"""

from __future__ import annotations

import re

_MOST_LETTERS = 1024
_PLAIN = re.compile(r"[\x20-\x7e\x80-\xff]+")
_HUNG_ON = re.compile(r"[;-]{1,2}(gzip|br|deflate|zstd)(?=\"?$)", re.IGNORECASE)
Condition = dict[str, str]


def version_of(told: str) -> str:
    """Return a version as it may be sent back, blank where a server wrote none, or what no header can hold."""
    found = told.strip()
    is_name = _PLAIN.fullmatch(found) and len(found) <= _MOST_LETTERS and own_name(found).strip('"') not in ("", "*")
    return found if is_name else ""


def own_name(version: str) -> str:
    """Return the name that the server itself gave."""
    found = version[2:] if version[:2] in ("W/", "w/") else version
    return _HUNG_ON.sub("", found)


def is_same(one: str, other: str) -> bool:
    """Return whether two names are of one version; a blank one is of none."""
    return bool(one) and bool(other) and own_name(one).strip('"') == own_name(other).strip('"')


def conditions(version: str) -> list[Condition]:
    """Return how to ask for a change of this version only, the likeliest first; none where it has no name."""
    names = dict.fromkeys(name for name in (own_name(version), version) if name)
    return [{"If-Match": name} for name in names]
