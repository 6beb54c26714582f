"""Names of files made from ids, which may hold almost any character and differ by case alone."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

_PLAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,62}[A-Za-z0-9_-])?")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(\..*)?", re.IGNORECASE)
_MOST = 40


def safe_names(ids: Iterable[str]) -> dict[str, str]:
    """Return a name for each id that every file system takes and keeps apart from the others.

    A plain id is its own name. One with other characters, a name that Windows
    keeps for itself, or ids that differ by case alone get a mark made from the
    id: all of them, so that nobody's file is ever taken over by another's.
    """
    every = sorted(set(ids))
    folded = Counter(text.casefold() for text in every)
    found = {text: text for text in every if _is_plain(text) and folded[text.casefold()] == 1}
    taken = {name.casefold() for name in found.values()}
    for text in every:
        if text in found:
            continue
        stem = re.sub(r"[^A-Za-z0-9_-]+", "_", text)[:_MOST].strip("_-") or "id"
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        name = next(name for size in range(8, 65, 8) if (name := f"{stem}-{digest[:size]}").casefold() not in taken)
        taken.add(name.casefold())
        found[text] = name
    return found


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and _RESERVED.fullmatch(text) is None
