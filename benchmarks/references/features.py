"""What a planted clinic can have on top: facts of a week as directors have them, one kind at a time.

Each function edits the files of a clinic folder; the same folder and seed give the same bytes. None keeps the planted week.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Rows = list[dict[str, str]]
MONDAY, TUESDAY, WEDNESDAY, FRIDAY, SATURDAY = "2026-11-30", "2026-12-01", "2026-12-02", "2026-12-04", "2026-12-05"
SHARE = 0.3


def require_language(folder: Path, chance: random.Random) -> None:
    """Ask for a shared language; some people speak Spanish only, half of the staff both."""
    people, staff = (_read(folder / name) for name in ("participants.csv", "therapists.csv"))
    for row in people:
        row["language"] = "Spanish" if chance.random() < SHARE else "English"
    for place, row in enumerate(staff):
        row["language"] = "English;Spanish" if place % 2 else "English"
    _write(folder / "participants.csv", people)
    _write(folder / "therapists.csv", staff)
    _append(folder, '[match]\nlanguage = "require"\n')


def meet_always(folder: Path, chance: random.Random) -> None:
    """Let half of the groups meet always, and some take only whoever needs them; every group has a size to aim at."""
    groups = _read(folder / "groups.csv")
    for place, row in enumerate(groups):
        row["meets"] = "always" if place % 2 == 0 else "needed"
        row["joins"] = "need" if chance.random() < SHARE / 2 else ""
        row["target_size"] = str(chance.randint(4, 8))
    _write(folder / "groups.csv", groups)


def close_a_day(folder: Path, chance: random.Random) -> None:
    """Close the clinic on a day, prorate by it, and let some people come or go within the week."""
    _table(
        folder / "time_off.csv",
        [{"kind": "clinic", "id": "", "start": WEDNESDAY, "end": WEDNESDAY, "reason": "holiday"}],
    )
    people = _read(folder / "participants.csv")
    for row in people:
        stays = chance.random() >= SHARE
        row["admitted"] = "" if stays else chance.choice((MONDAY, TUESDAY))
        row["discharged"] = "" if stays or chance.random() < 0.5 else FRIDAY
    _write(folder / "participants.csv", people)
    _append(folder, '[hours]\nclosures = "prorate"\n')


def cover_absences(folder: Path, chance: random.Random) -> None:
    """Let a third of the staff be away for one or two days, each with covers."""
    staff = [row["therapist_id"] for row in _read(folder / "therapists.csv")]
    away = chance.sample(staff, max(1, len(staff) // 3))
    rows = [
        {
            "kind": "therapist",
            "id": key,
            "start": chance.choice((MONDAY, TUESDAY)),
            "end": TUESDAY,
            "reason": "training",
        }
        for key in away
    ]
    _table(folder / "time_off.csv", rows)
    covers = [
        {
            "therapist_id": key,
            "covered_by": ";".join(chance.sample([row for row in staff if row != key], 2)),
            "from": "",
            "until": "",
        }
        for key in away
        if len(staff) > 2
    ]
    if covers:
        _table(folder / "covers.csv", covers)


def add_time(folder: Path, chance: random.Random) -> None:
    """Open a Saturday morning for some people and staff."""
    people, staff = (_read(folder / name) for name in ("participants.csv", "therapists.csv"))
    span = {"start": f"{SATURDAY}T09:00", "end": f"{SATURDAY}T13:00", "reason": "extra"}
    rows = [{"kind": "clinic", "id": "", **span}]
    rows += [{"kind": "participant", "id": row["participant_id"], **span} for row in people if chance.random() < 0.5]
    rows += [{"kind": "therapist", "id": row["therapist_id"], **span} for row in staff if chance.random() < 0.5]
    _table(folder / "extra_time.csv", rows)


def take_steps(folder: Path, chance: random.Random) -> None:
    """Change numbers of some people on a day of the week."""
    rows = [
        {
            "participant_id": row["participant_id"],
            "from": chance.choice((MONDAY, WEDNESDAY, "2026-12-07")),
            "individual_per_week": str(chance.choice((0, 2))),
            "min_hours_per_week": str(chance.choice((3, 6))),
            "min_days_per_week": str(chance.choice((1, 2))),
        }
        for row in _read(folder / "participants.csv")
        if chance.random() < SHARE
    ]
    if rows:
        _table(folder / "steps.csv", rows)


def wish_more(folder: Path, chance: random.Random) -> None:
    """State targets of staff, and second individual sessions: some wished, some needed with one therapist."""
    staff = _read(folder / "therapists.csv")
    for row in staff:
        row["target_hours_per_week"] = str(chance.choice((8, 12, 16)))
    _write(folder / "therapists.csv", staff)
    path = folder / "needs.csv"
    needs = _read(path) if path.exists() else []
    for row in needs:
        row |= {"same_therapist": "", "optional": ""}
    needs += [
        {
            "participant_id": row["participant_id"],
            "service_id": "individual",
            "per_week": "2",
            "same_therapist": chance.choice(("prefer", "require")),
            "optional": chance.choice(("yes", "")),
        }
        for row in _read(folder / "participants.csv")
        if chance.random() < SHARE
    ]
    _table(path, needs)


FEATURES: Mapping[str, Callable[[Path, random.Random], None]] = {
    "language": require_language,
    "always": meet_always,
    "closed": close_a_day,
    "covers": cover_absences,
    "extra": add_time,
    "steps": take_steps,
    "wishes": wish_more,
}


def _read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: Rows) -> None:
    _table(path, rows)


def _table(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _append(folder: Path, text: str) -> None:
    with (folder / "clinic.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{text}")
