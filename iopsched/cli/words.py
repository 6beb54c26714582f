"""Small words: counts, dates, nearest ids."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from iopsched.errors import UsageError
from iopsched.phrases import DAYS, count, long_date

__all__ = ["DAYS", "count", "known_id", "long_date", "shown"]


def shown(path: Path) -> str:
    """Return a path as one would type it: between quotation marks where it has a space."""
    return f'"{path}"' if " " in str(path) else str(path)


def known_id(given: str, kind: str, ids: Iterable[str]) -> str:
    """Return the id if there is one like it, else raise :class:`UsageError` that names the nearest."""
    known = list(ids)
    if given in known:
        return given
    by_fold = {item.casefold(): item for item in known}
    near = get_close_matches(given.casefold(), by_fold, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(by_fold[item] for item in near)}?" if near else ""
    raise UsageError(f"There is no {kind} {given}.{hint}")
