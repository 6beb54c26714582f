"""Ids as somebody types them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches

from iopsched.errors import UsageError
from iopsched.words.wording import plain


def known_id(given: str, kind: str, ids: Iterable[str], names: Callable[[], Mapping[str, str]] | None = None) -> str:
    """Return the id that was given: as it is, in other letters, or by the name that exactly one has.

    ``names`` gives names by id, and is asked only where no id is meant.

    Raises
    ------
    UsageError
        If there is none, with the nearest ids, or more than one. It never tells a name.
    """
    known = list(ids)
    if given in known:
        return given
    if len(found := [item for item in known if _form(item) == _form(given)]) == 1:
        return found[0]
    every = names() if names is not None else {}
    if found := [item for item in known if item in every and _form(every[item]) == _form(given)]:
        if len(found) == 1:
            return found[0]
        raise UsageError(f"{len(found)} have this name: {', '.join(found)}. Write one of these ids.")
    by_fold = {item.casefold(): item for item in known}
    near = get_close_matches(given.casefold(), by_fold, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(by_fold[item] for item in near)}?" if near else ""
    is_name = names is not None and not any(letter.isdigit() for letter in given)  # or may be one: it is not repeated
    what = f"no {kind} of this name" if is_name else f"no {kind} {given}"
    raise UsageError(f"There is {what}.{hint}")


def _form(text: str) -> str:
    """Return a text without the differences that no eye sees or no hand types."""
    return " ".join(plain(text).casefold().split())
