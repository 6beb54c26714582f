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
    row = row_of(tables, fact)
    if row is None:
        return
    if not column:
        yield lambda changed: changed.tables[file].rows.remove(row_of(changed, fact))  # type: ignore[arg-type]
        if file in IDS:
            yield lambda changed: changed.add_row(file, {**row, IDS[file][0]: "EXTRA"})
            yield lambda changed: _open(changed, fact)
        return
    texts = [*TEXTS.get(column, ()), *([""] if column in BLANK else [])]
    if column == "skills":
        texts = [";".join(sorted({skill for other in tables.rows(file) for skill in other["skills"].split(";")}))]
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
    for text in texts:
        yield lambda changed, text=text: _set(changed, fact, text)


def _of_setting(key: str) -> Iterator[Change]:
    name = key.rpartition(".")[2]
    texts = SETTING_TEXTS.get(name, ("0",) if name.startswith("min") else ("99",))
    if key.startswith("phases."):
        texts = ("[0, 99]",)
    for text in texts:
        yield lambda changed, text=text: changed.set_setting(key, text)


def row_of(tables: Tables, fact: Mapping[str, str]) -> Row | None:
    """Return the row that a fact names by its id, or by ``row N`` counted from the heading."""
    rows, key = tables.rows(fact["file"]), fact["id"]
    words = key.split()
    if len(words) == 2 and words[0] == "row" and words[1].isdigit() and 2 <= int(words[1]) < len(rows) + 2:
        return rows[int(words[1]) - 2]
    name = "id" if fact["file"] == "time_off.csv" else None
    for row in rows:
        if (row.get(name, "") if name else next(iter(row.values()), "")) == key:
            return row
    # several ids of one row
    return next((row for row in rows if words and {*words} <= {*row.values()}), None)


def _set(tables: Tables, fact: Mapping[str, str], text: str) -> None:
    row = row_of(tables, fact)
    if row is None:
        raise KeyError(fact["id"])
    row[fact["column"]] = text
    columns = tables.tables[fact["file"]].columns
    if fact["column"] not in columns:
        columns.append(fact["column"])


def _open(tables: Tables, fact: Mapping[str, str]) -> None:
    """Blank whatever a row restricts."""
    row = row_of(tables, fact) or {}
    for column in row:
        if column in BLANK - {"payer", "phase"} and not (fact["file"] == "rooms.csv" and column == "features"):
            row[column] = ""
        elif column in {"licensed", "modality", "capacity", "max_size", "max_hours_per_week", "max_hours_per_day"}:
            row[column] = TEXTS[column][0]
