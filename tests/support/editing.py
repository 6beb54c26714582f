"""Changes to the tables of a clinic in a line each, as a director makes them in a spreadsheet.

``groups.csv G1 times = Mon 09:00`` writes a cell, of a row known by its first cell or its first two with a slash between;
``+ needs.csv P1,workshop,1`` adds a row, ``- needs.csv P1/workshop`` takes one out; ``clinic.toml A -> B`` replaces a text.
"""

import csv
import io
import re
from pathlib import Path

CELL = re.compile(r"(\S+\.csv) (\S+) (\w+) =(.*)")


def edit(folder: Path, *changes: str) -> None:
    """Make these changes, one after the other."""
    for change in changes:
        name = change.split()[change[0] in "+-"]
        path = folder / name
        text = path.read_text(encoding="utf-8")
        path.write_text(_edited(text, change), encoding="utf-8")


def _edited(text: str, change: str) -> str:
    if change.startswith("+ "):
        return f"{text}{change.split(maxsplit=2)[2]}\n"
    if change.startswith("clinic.toml"):
        old, new = (part.strip().replace("\\n", "\n") for part in change.removeprefix("clinic.toml").split("->"))
        assert old in text, change
        return text.replace(old, new, 1)
    header, *rows = csv.reader(io.StringIO(text))
    if change.startswith("- "):
        left = [row for row in rows if not _is(row, change.split()[2])]
        assert len(left) < len(rows), change
        return _written([header, *left])
    found = CELL.fullmatch(change)
    assert found, change
    own = [row for row in rows if _is(row, found[2]) or found[2] == "*"]
    assert own, change
    for row in own:
        row[header.index(found[3])] = found[4].strip()
    return _written([header, *rows])


def _is(row: list[str], key: str) -> bool:
    return key in {row[0], "/".join(row[:2])}


def _written(rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
