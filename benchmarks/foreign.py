"""Published rehabilitation weeks as clinics: a make of clinic that nobody of this project has made.

The instances are those of a study of patient admission in a rehabilitation hospital (REPOSITORY, folder FOLDER): ten to
sixty patients with some eleven treatments each, many of them in groups that are formed freely, on a grid of 5, 15 or 30
minutes. They have no license, so they are no part of this repository: this module fetches them, or reads a copy, and
writes a clinic folder of each. It takes one week of a stay: everybody is there, and needs of each treatment the seventh
part of a stay that is a week, rounded up. Rooms and machines are rooms, staff and materials are staff.

    python -m benchmarks.foreign p10_t30_low p20_t30_medium --into clinics [--from COPY]
"""

from __future__ import annotations

import argparse
import ast
import csv
import math
import re
import sys
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMMIT = "f2fc2f89e48913f1edf9d876d77c30fb70cf3985"
REPOSITORY = "simon-wilmes/rehabiliation-admission-scheduling"
FOLDER = "data/comp_study_004"
ADDRESS = f"https://raw.githubusercontent.com/{REPOSITORY}/{COMMIT}/{FOLDER}"
NAMES = tuple(
    f"p{people}_t{grid}_{load}"
    for people in (10, 20, 30, 40)
    for grid in ("05", "15", "30")
    for load in ("low", "medium", "high", "vigh")
)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
OPENS, CLOSES, DAY = 8 * 60, 16 * 60, 24 * 60
SEATS = 13  # the instances know no seats: nobody is kept out
# what is no staff is a place, but for materials that a session needs beside its room
PLACES = frozenset(
    {"rooms", "sport_room", "swimming_pool", "rooms_with_beamer", "fitness_machines", "hydrotherapy_bath"}
)
MATERIALS = frozenset({"arts_crafts_materials"})
TIMEOUT_S = 60

CLINIC = """name = "RPS instance_{name}"
timezone = "Europe/Berlin"
open = "daily 08:00-16:00"
grid_minutes = {grid}

[levels.rehab]
min_hours_per_week = 0
max_hours_per_week = 56
min_days_per_week = 0
max_hours_per_day = 8

[staff]
max_hours_per_day = 8
max_hours_per_week = 56
min_rest_hours = 11
"""


@dataclass(frozen=True, slots=True)
class Resource:
    """A member of staff, a room or a machine; ``away`` are minutes of the week at which it is not there."""

    id: str
    kinds: tuple[str, ...]
    away: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Treatment:
    """A kind of session; ``uses`` says how many resources of each kind it takes."""

    id: str
    fewest: int
    most: int
    minutes: int
    uses: dict[str, int]


@dataclass(frozen=True, slots=True)
class Patient:
    """Somebody with sessions of treatments, by id, in a stay of so many days."""

    name: str
    sessions: dict[str, int]
    stay_days: int

    def per_week(self, treatment_id: str) -> int:
        """Return how many sessions a week a patient needs."""
        return math.ceil(self.sessions.get(treatment_id, 0) * len(DAYS) / self.stay_days)


@dataclass(frozen=True, slots=True)
class Instance:
    """A published instance."""

    name: str
    grid: int
    resources: tuple[Resource, ...]
    treatments: tuple[Treatment, ...]
    patients: tuple[Patient, ...]


# --- reading ------------------------------------------------------------------
def fetch(name: str, copy: Path | None = None) -> str:
    """Return the text of an instance, from a folder where there is one, else from the public address."""
    file = f"instance_{name}.txt"
    if copy is not None:
        return (copy / file).read_text(encoding="utf-8")
    with urllib.request.urlopen(f"{ADDRESS}/{file}", timeout=TIMEOUT_S) as answer:  # noqa: S310 - the address is written here
        return str(answer.read().decode("utf-8"))


def read(name: str, text: str) -> Instance:
    """Return an instance from its text.

    Raises
    ------
    ValueError
        If it is none.
    """
    rows = defaultdict(list)
    section = ""
    for line in text.splitlines():
        if head := re.match(r"\[(?:DATA: )?(\w+)\]", line):
            section = head[1]
        elif line.strip() and not line.startswith("#"):
            rows[section].append(line)
    kinds = {number: name for number, name, *_ in map(_cells, rows["RESOURCE_GROUPS"])}
    grid = next((row.split(":", 1)[1] for row in rows["INSTANCE"] if row.startswith("time_slot_length")), "")
    if not grid or not rows["PATIENTS"]:
        raise ValueError(f"{name} is no instance of the study.")
    treatments = {number: _treatment(cells, kinds) for number, *cells in map(_cells, rows["TREATMENTS"])}
    return Instance(
        name,
        _minutes(grid),
        tuple(_named_apart(_resource(_cells(row), kinds) for row in rows["RESOURCES"])),
        tuple(treatments.values()),
        tuple(_patient(_cells(row), treatments) for row in rows["PATIENTS"]),
    )


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.split(";")]


def _resource(cells: list[str], kinds: dict[str, str]) -> Resource:
    _, numbers, name, away = cells[:4]
    spans = re.findall(r"\((DayHour\([^)]*\)), *(DayHour\([^)]*\)), *(\w+)\)", away)
    found = []
    for start, end, every in spans:
        step = len(DAYS) if every == "None" else int(every)
        begin, length = _minutes(start), _minutes(end) - _minutes(start)
        found += [(moment, moment + length) for moment in range(begin, len(DAYS) * DAY, step * DAY)]
    return Resource(name, tuple(kinds[str(number)] for number in ast.literal_eval(numbers)), tuple(sorted(found)))


def _named_apart(resources: Iterator[Resource]) -> Iterator[Resource]:
    """Yield resources, with a number behind a name that another one has."""
    seen: dict[str, int] = defaultdict(int)
    for row in resources:
        seen[row.id] += 1
        yield row if seen[row.id] == 1 else Resource(f"{row.id}-{seen[row.id]}", row.kinds, row.away)


def _treatment(cells: list[str], kinds: dict[str, str]) -> Treatment:
    fewest, most, name, length, uses = cells[:5]
    numbers = {kinds[kind]: int(number) for kind, number in re.findall(r"(\d+) *: *(\d+)", uses)}
    return Treatment(name, int(fewest), int(most), _minutes(length), numbers)


def _patient(cells: list[str], treatments: dict[str, Treatment]) -> Patient:
    sessions = {treatments[number].id: int(count) for number, count in re.findall(r"(\d+) *: *(\d+)", cells[2])}
    return Patient(cells[1], sessions, int(cells[3]))


def _minutes(text: str) -> int:
    """Return the minutes of a ``DayHour`` or ``Duration``, from Monday 00:00."""
    unit = {"day": DAY, "hour": 60, "hours": 60, "minutes": 1}
    return sum(unit[name] * int(number) for name, number in re.findall(r"(\w+) *= *(\d+)", text))


# --- writing ------------------------------------------------------------------
def write(instance: Instance, folder: Path) -> None:
    """Write an instance as a clinic folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "clinic.toml").write_text(CLINIC.format(name=instance.name, grid=instance.grid), encoding="utf-8")
    people = {f"P{number:02d}": row for number, row in enumerate(instance.patients)}
    _table(
        folder / "participants.csv",
        (
            {"participant_id": pid, "population": "adult", "track": "rehab", "level": "rehab", "name": row.name}
            for pid, row in people.items()
        ),
    )
    _table(
        folder / "needs.csv",
        (
            {"participant_id": pid, "service_id": treatment_id, "per_week": row.per_week(treatment_id)}
            for pid, row in people.items()
            for treatment_id in row.sessions
        ),
    )
    _table(folder / "services.csv", (_service(row, instance) for row in instance.treatments))
    staff = [row for row in instance.resources if PLACES.isdisjoint(row.kinds)]
    _table(folder / "therapists.csv", (_therapist(row) for row in staff))
    rooms = [row for row in instance.resources if not PLACES.isdisjoint(row.kinds)]
    _table(
        folder / "rooms.csv",
        (
            {"room_id": row.id, "capacity": SEATS, "features": ";".join(row.kinds), "availability": _windows(row)}
            for row in rooms
        ),
    )


def _service(row: Treatment, instance: Instance) -> dict[str, object]:
    places = [kind for kind in row.uses if kind in PLACES]
    return {
        "service_id": row.id,
        "kind": "individual" if row.most == 1 else "group",
        "minutes": row.minutes,
        "staff": ";".join(f"{kind}:{number}" for kind, number in row.uses.items() if kind not in PLACES),
        "licensed_lead": "no",
        "min_participants": row.fewest,
        "max_participants": row.most,
        "participants_per_staff": row.most,
        "starts": "grid",
        "with_primary": "no",
        "room_features": ";".join(places),
        "needs_room": "yes" if places else "no",
        "max_per_day": max(1, *(patient.per_week(row.id) for patient in instance.patients)),
    }


def _therapist(row: Resource) -> dict[str, object]:
    is_person = "no" if MATERIALS.issuperset(row.kinds) else "yes"
    return {
        "therapist_id": row.id,
        "skills": ";".join(row.kinds),
        "availability": _windows(row),
        "licensed": is_person,
        "counts_for_ratio": is_person,
    }


def _windows(row: Resource) -> str:
    """Return when a resource is there, days with the same times together."""
    days = defaultdict(list)
    for number, day in enumerate(DAYS):
        days[", ".join(_free(row, number * DAY))].append(day)
    return "; ".join(f"{' '.join(names)} {times}" for times, names in days.items() if times)


def _free(row: Resource, midnight: int) -> Iterator[str]:
    moment = midnight + OPENS
    for start, end in [*row.away, (midnight + CLOSES, midnight + DAY)]:
        if midnight <= start < midnight + DAY:
            if moment < min(start, midnight + CLOSES):
                yield f"{_clock(moment)}-{_clock(min(start, midnight + CLOSES))}"
            moment = max(moment, end)


def _clock(moment: int) -> str:
    return f"{moment % DAY // 60:02d}:{moment % 60:02d}"


def _table(path: Path, rows: Iterator[dict[str, object]]) -> None:
    found = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


def main(argv: list[str] | None = None) -> int:
    """Write clinic folders of the instances named, all up to forty patients where none is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "names", nargs="*", default=NAMES, metavar="NAME", help="such as p10_t30_low; default: all up to p40"
    )
    parser.add_argument("--into", type=Path, required=True, help="the folder in which the clinic folders are written")
    parser.add_argument(
        "--from", dest="copy", type=Path, help=f"a copy of {FOLDER} of the repository; nothing is fetched then"
    )
    wanted = parser.parse_args(argv)
    for name in wanted.names:
        write(read(name, fetch(name, wanted.copy)), wanted.into / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
