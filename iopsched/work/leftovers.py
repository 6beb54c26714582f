"""Leftovers of the example that a clinic was made from: invented people among the clinic's own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from iopsched.errors import InputError, Issue
from iopsched.ingest.source.raw import RawClinic, read_raw
from iopsched.policy.columns import CLINIC_FILES, SETTINGS_FILE
from iopsched.words.sentence import Sentence
from iopsched.words.wording import quoted
from iopsched.words.wordings import said
from iopsched.work.blanks import blank_clinic
from iopsched.work.templates import templates

# Rooms, services and modules of two clinics may well be the same; people and what is said of them are not.
_SHARED = frozenset({"clinic.toml", "rooms.csv", "services.csv", "modules.csv"})
_OWN = ("name", "timezone", "open", "blocks")
_MOST = 5


def leftovers(clinic: Path) -> tuple[Issue, ...]:
    """Return what is left of the example or the blank clinic that it was made from, in one line; else nothing.

    Of a shipped example itself that is nothing, too.
    """
    examples = templates()
    if clinic.resolve() in {path.resolve() for path in examples.values()} or (own := _raw(clinic)) is None:
        return ()
    found = [(name, _same(own, example)) for name, path in examples.items() if (example := _shipped(path)) is not None]
    found.append(("", _same(own, blank_clinic())))
    name, same = max(found, key=lambda pair: sum(number for _, number in pair[1]))
    if not any(number for _, number in same):
        return ()
    what = f"the example {quoted(name)}" if name else "the empty clinic of init"
    listing = said("; ".join("{}" for _ in same), *(text for text, _ in same))
    message = said("Still as in {}: {}.", what, listing)
    return (
        Issue(
            SETTINGS_FILE,
            0,
            "",
            "I-TEMPLATE",
            message,
            "Write your own, or delete what is not yours.",
            level="information",
        ),
    )


@cache
def _shipped(path: Path) -> RawClinic | None:
    """Return an example, which never changes; a page asks after each change of a cell."""
    return _raw(path)


def _raw(path: Path) -> RawClinic | None:
    try:
        return read_raw(path)[0]
    except InputError:
        return None


def _same(own: RawClinic, example: RawClinic) -> list[tuple[Sentence, int]]:
    """Return the name with the settings, and the rows of each table, that are as in the example; each with its weight.

    Settings alone may well be the same in two clinics: they are told where the name or people are the example's.
    """
    found = []
    is_named = own.settings.get("name") == example.settings.get("name")
    for file in CLINIC_FILES:
        if file in _SHARED or file not in own.tables or file not in example.tables:
            continue
        theirs = {frozenset(cells.items()) for _, cells in example.tables[file].content}
        content = own.tables[file].content
        rows = [number for number, cells in content if frozenset(cells.items()) in theirs]
        if len(rows) == len(content) > _MOST:
            found.append((said(f"all {len(rows)} rows of {{{file}}}"), len(rows)))
        elif rows:
            some = ", ".join(map(str, rows[:_MOST])) + (f" and {len(rows) - _MOST} more" if len(rows) > _MOST else "")
            row = "row" if len(rows) == 1 else "rows"
            found.append((said(f"{row} {some} of {{{file}}}"), len(rows)))
    if not (found or is_named):
        return []
    same = [key for key in _OWN if key in own.settings and own.settings[key] == example.settings.get(key)]
    settings = [(said(f"{', '.join(same)} of {{{SETTINGS_FILE}}}"), int(is_named))] if same else []
    return [*settings, *found]
