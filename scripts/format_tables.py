"""``python -m scripts.format_tables`` writes the tables of ``docs/format.md`` and ``docs/network.md`` from what is declared in the package.

Each stands between ``<!-- table NAME -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from iopsched.policy import columns
from iopsched.policy.column import Column, TableKind
from iopsched.policy.columns import nights, schedule
from iopsched.rulebook import GOALS, RULES, UNITS

PAGE = Path(__file__).parents[1] / "docs" / "format.md"
NETWORK_PAGE = PAGE.with_name("network.md")
OF_NIGHTS = (nights.NETWORK, nights.PEOPLE, nights.TRAVEL)
WRITTEN = (
    schedule.SESSIONS,
    schedule.ROSTER,
    schedule.HOURS,
    schedule.DAYS,
    schedule.MODULES,
    schedule.CURRICULUM,
)
_TABLE = re.compile(r"(<!-- table (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)
_HELD = {
    "text": "text",
    "name": "a name",
    "label": "text that is only shown",
    "remark": "a remark",
    "number": "a whole number",
    "hours": "hours",
    "date": "a date",
    "moment": "a date, or a date and time",
    "clock": "a time of day",
    "windows": "windows",
    "yes_no": "`yes` or `no`",
    "id": "an id",
}


def main() -> None:
    """Write the pages anew."""
    for path in (PAGE, NETWORK_PAGE):
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")


def filled(page: str) -> str:
    """Return the page with its tables as they are declared."""
    tables = {
        "files": markdown(("file", "needed", "one row is"), _files()),
        "rules": markdown(("rule", "holds where"), ((f"`{rule}`", text.sentence) for rule, text in RULES.items())),
        "goals": markdown(
            ("goal", "unit", "means"), ((f"`{goal}`", UNITS[goal], text) for goal, text in GOALS.items())
        ),
        **{table.file: _columns(table) for table in (*columns.TABLES.values(), *OF_NIGHTS)},
        **{f"schedule/{table.file}": _columns(table, with_needed=False) for table in WRITTEN},
    }
    return with_tables(page, tables)


def with_tables(page: str, tables: Mapping[str, str]) -> str:
    """Return a page with these tables, by name, at their places."""
    return _TABLE.sub(lambda match: f"{match[1]}{tables[match[2]]}{match[3]}", page)


def _files() -> Iterator[tuple[str, ...]]:
    yield f"`{columns.SETTINGS_FILE}`", "yes", "the clinic's settings; no table"
    for table in columns.TABLES.values():
        yield f"`{table.file}`", "yes" if table.is_needed else "", table.row


def _columns(table: TableKind, *, with_needed: bool = True) -> str:
    found = [*table.columns, *([table.other] if table.other else [])]
    if not with_needed:
        return markdown(("column", "holds", "meaning"), ((_name(each), _holds(each), each.meaning) for each in found))
    rows = ((_name(each), _needed(each), _holds(each), each.meaning) for each in found)
    return markdown(("column", "needed", "holds", "meaning"), rows)


def _name(column: Column) -> str:
    return f"`POPULATION{column.name}`" if column.name.startswith("_") else f"`{column.name}`"


def _needed(column: Column) -> str:
    return f"with `{column.needed_with}`" if column.needed_with else "yes" if column.is_needed else ""


def _holds(column: Column) -> str:
    if column.kind == "choice":
        held = "one of " + ", ".join(f"`{word}`" for word in column.choices)
    elif column.kind == "setting":
        held = f"a name of `{column.of}`"
    else:
        held = _HELD[column.kind] + (f" of `{column.of}`" if column.kind == "id" and column.of else "")
    if column.bounds:
        held += f", {column.bounds[0]:,} to {column.bounds[1]:,}"
    return f"list: {held}" if column.is_list else held


def markdown(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table."""
    lines = [header, ("---",) * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    main()
