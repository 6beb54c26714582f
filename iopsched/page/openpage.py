"""The screen that opens a clinic: recent ones, the folders of this computer, examples."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from iopsched import work
from iopsched.page.asked import PageRequest, Refused, RequestWay


def _start(asked: PageRequest) -> Mapping[str, Any]:
    """Return the recent clinics and the examples."""
    recent = [
        {
            "place": asked.page.places.number(row.path),
            "label": row.label,
            "where": str(row.path),
            "is_there": row.is_there,
            "is_held": row.is_held,
        }
        for row in work.openings.recent()
    ]
    examples = [{"name": row.name, "label": row.label, "words": row.words} for row in work.openings.examples()]
    return {"recent": recent, "examples": examples}


def _list(asked: PageRequest) -> Mapping[str, Any]:
    """Return the folders and clinics in a folder that was shown before, first in that of the person."""
    number = asked.body.get("place")
    folder = Path.home() if number is None else asked.page.places.path(asked.number("place"))
    found = work.openings.listed(folder)
    up = folder.parent if folder.parent != folder else None
    return {
        "place": asked.page.places.number(folder),
        "where": str(folder),
        "up": None if up is None else asked.page.places.number(up),
        "entries": [
            {"place": asked.page.places.number(row.path), "name": row.path.name, "is_clinic": row.is_clinic}
            for row in found.rows
        ],
        "more": found.more,
    }


def _open(asked: PageRequest) -> Mapping[str, Any]:
    """Open a clinic that was shown."""
    return _opened(asked, asked.page.places.path(asked.number("place")))


def _example(asked: PageRequest) -> Mapping[str, Any]:
    """Copy an example clinic into a new folder and open the copy, in the week for which its dates are made."""
    parent = asked.page.places.path(asked.number("place")) if "place" in asked.body else None
    name = asked.text("name", 100)
    opened = _opened(asked, work.openings.copy_example(name, parent))
    return {**opened, "week": work.templates.WEEKS.get(name)}


def _opened(asked: PageRequest, path: Path) -> Mapping[str, Any]:
    if not work.openings.is_clinic(path):
        raise Refused(404, "clinic", f"{path} is no clinic: it has no clinic.toml.")
    number = asked.page.open(path)
    work.openings.remember(path)
    return {"clinic": number}


WAYS = (
    RequestWay("GET", "/open", _start),
    RequestWay("POST", "/open/list", _list),
    RequestWay("POST", "/open/clinic", _open),
    RequestWay("POST", "/open/example", _example),
)
