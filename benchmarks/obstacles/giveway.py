"""Giving way on one fact that a cause names, in the files: the ways in which a director could read "without this"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from benchmarks.obstacles.obstacle import Obstacle
from benchmarks.obstacles.tables import IDS, SETTINGS, Row, Tables
from iopsched.domain.timegrid import WEEKDAYS

BLANK = frozenset(
    [
        "availability",
        "busy",
        "family_availability",
        "group_id",
        "therapist_id",
        "tracks",
        "populations",
        "needs_features",
        "room_features",
        "room_id",
        "lead",
        "times",
        "max_caseload",
        "authorized_from",
        "authorized_until",
        "authorized_days",
        "units_authorized",
        "discharged",
        "admitted",
        "payer",
        "phase",
        "gender",
        "language",
        "max_participants",
    ]
)
TEXTS: Mapping[str, tuple[str, ...]] = {
    "licensed": ("yes",),
    "counts_for_ratio": ("yes",),
    "supervisor": ("yes",),
    "modality": ("either",),
    "licensed_lead": ("no",),
    "with_primary": ("no",),
    "needs_room": ("no",),
    "same_start": ("no",),
    "one_lead": ("no",),
    "same_therapist": ("no",),
    "membership": ("open",),
    "joins": ("track",),
    "guests": ("0",),
    "starts": ("grid",),
    "capacity": ("99",),
    "max_size": ("50",),
    "max_per_day": ("9",),
    "max_sessions_per_day": ("0",),
    "max_hours_in_a_row": ("0",),
    "participants_per_staff": ("99",),
    "max_hours_per_week": ("40", "168"),
    "max_hours_per_day": ("12", "24"),
    "min_hours_per_week": ("0",),
    "min_days_per_week": ("0",),
    "min_size": ("1",),
    "min_participants": ("1",),
    "max_participants": ("50",),
    "individual_per_week": ("0",),
    "family_per_week": ("0",),
    "per_week": ("0",),
    "minutes": ("5",),
}
SETTING_TEXTS: Mapping[str, tuple[str, ...]] = {
    "open": ('"daily 06:00-23:00"',),
    "language": ('"no"',),
    "supervisor_on_site": ("false",),
    "two_staff": ("[]",),
    "changeover_minutes": ("0",),
    "min_rest_hours": ("0",),
    "meal_minutes": ("0",),
}


def ways_to_give(tables: Tables, fact: Mapping[str, str], planted: Obstacle | None) -> Iterator[Tables]:
    """Yield the clinic with one fact given way on, in several readings, the likeliest first.

    ``planted`` is the obstacle that the fact names, where it names one.
    """
    for change in _changes(tables, fact, planted):
        changed = tables.copy()
        try:
            change(changed)
        except KeyError:  # no such row: named wrongly, nothing given way on
            continue
        yield changed


Change = Callable[[Tables], object]


def _changes(tables: Tables, fact: Mapping[str, str], planted: Obstacle | None) -> Iterator[Change]:
    file, column = fact["file"], fact["column"]
    if planted is not None:
        yield planted.undo
    if file == SETTINGS:
        key = column if "." in column or not fact["id"] else f"{fact['id']}.{column}"
        yield from _of_setting(key)
        return
    for at, row in enumerate(rows_of(tables, fact)):
        yield from _of_row(tables, fact, at, row)


def _of_row(tables: Tables, fact: Mapping[str, str], at: int, row: Row) -> Iterator[Change]:
    """Yield ways to give on a row, the so-manieth of those that the fact could mean."""
    file, column = fact["file"], fact["column"]

    def own(changed: Tables) -> Row:
        return rows_of(changed, fact)[at]

    if not column:
        yield lambda changed: changed.rows(file).remove(own(changed))
        if file in IDS:
            yield lambda changed: changed.add_row(file, {**row, IDS[file][0]: "EXTRA"})
            yield lambda changed: _open(own(changed))
        return
    for text in _texts(tables, file, column, row):
        yield lambda changed, text=text: _set(changed, file, own(changed), column, text)


def _texts(tables: Tables, file: str, column: str, row: Row) -> list[str]:
    """Return what a cell could say that keeps nobody from anything."""
    texts = [*TEXTS.get(column, ()), *([""] if column in BLANK else [])]
    if column == "skills":
        texts = [";".join(sorted({skill for other in tables.rows(file) for skill in other["skills"].split(";")}))]
    if column in {"track", "tracks"}:
        files = ("participants.csv", "groups.csv")
        texts = [
            ";".join(
                sorted({part for name in files for other in tables.rows(name) for part in other["track"].split(";")})
            )
        ]
    if column == "features":
        asked = [(name, key) for name, key in (("participants.csv", "needs_features"), ("services.csv", "room_features"), ("groups.csv", "room_features"))]  # fmt: skip
        found = {part for name, key in asked for other in tables.rows(name) for part in other.get(key, "").split(";")}
        texts = [";".join(sorted(found - {""}))]
    if column == "sessions_per_week":
        texts = [str(int(row[column]) + 1)]
    if column.endswith("_per_week") and column not in TEXTS and column != "sessions_per_week":
        texts = ["0"]
    if column in {"group_id", "therapist_id"} and file == "participants.csv":
        other_file = "groups.csv" if column == "group_id" else "therapists.csv"
        texts += [other[column] for other in tables.rows(other_file) if other[column] != row.get(column)]
    if column in WEEKDAYS:
        texts = [""]
    return texts


def _of_setting(key: str) -> Iterator[Change]:
    name = key.rpartition(".")[2]
    texts = SETTING_TEXTS.get(name, ("0",) if name.startswith("min") else ("99",))
    if key.startswith("phases."):
        texts = ("[0, 99]",)
    for text in texts:
        yield lambda changed, text=text: changed.set_setting(key, text)


def rows_of(tables: Tables, fact: Mapping[str, str]) -> list[Row]:
    """Return the rows that a fact could mean: by their id, the one ``row N`` counted from the heading, or by several ids."""
    rows, key = tables.rows(fact["file"]), fact["id"]
    words = key.split()
    if len(words) == 2 and words[0] == "row" and words[1].isdigit() and 2 <= int(words[1]) < len(rows) + 2:
        return [rows[int(words[1]) - 2]]
    if fact["file"] == "time_off.csv":
        return [row for row in rows if key in {row["id"], *(("clinic",) if row["kind"] == "clinic" else ())}]
    found = [row for row in rows if next(iter(row.values()), "") == key]
    return found or [row for row in rows if words and {*words} <= {*row.values()}]


def _set(tables: Tables, file: str, row: Row, column: str, text: str) -> None:
    row[column] = text
    if column not in tables.tables[file].columns:
        tables.tables[file].columns.append(column)


def _open(row: Row) -> None:
    """Blank whatever a row restricts."""
    for column in row:
        if column in BLANK - {"payer", "phase"}:
            row[column] = ""
        elif column in {"licensed", "modality", "capacity", "max_size", "max_hours_per_week", "max_hours_per_day"}:
            row[column] = TEXTS[column][0]
