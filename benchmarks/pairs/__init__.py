"""Two clinics that share three members of staff, with a planted week of both: all needs can be met without a double booking.

Each clinic is planted with no more staff than its week needs; then three members of staff of one are the same people as
three of the other, whose planted weeks leave them the way between the two. So everything is scarce, and the least
unmet need of both together is known to be 0.

    python -m benchmarks.pairs --seed 1 FOLDER
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path

from benchmarks.planted import FIRST, WEEK, Slack
from benchmarks.planted.files import Clinic, table
from benchmarks.planted.make import HOUR, Make
from benchmarks.planted.week import Person, Taken, Week, Worker
from iopsched.domain.sharing import SharedPerson, SiteLinks
from iopsched.ingest import read_problem
from iopsched.search.linked import LinkedProblem

SITES = ("east", "west")
SHARED = 3
TRAVEL_MINUTES = 30
SCARCE = Slack(availability=0.6, rooms=1 / 3, staff=0.0)
HALF_A_WEEK = 13 * HOUR
"""About what a shared person works at the first clinic; the second one has what is left of the week."""


def plant_pair(folder: Path, seed: int, sizes: tuple[int, int] | None = None, slack: Slack = SCARCE) -> None:
    """Write two clinics below a folder, with ``people.csv``, ``travel.csv`` and ``NETWORK.csv`` beside them.

    ``sizes`` are their participants, by default 14 to 30 as the seed has it. The week is that of planted clinics.
    """
    sizes = sizes or (14 + seed * 7 % 17, 14 + seed * 5 % 17)
    east, west = Week(FIRST, sizes[0], 2 * seed), GuestsFirst(FIRST, sizes[1], 2 * seed + 1)
    east.plant()
    staff = sorted(east.workers, key=lambda row: (abs(row.minutes - HALF_A_WEEK), row.id))[:SHARED]
    guests = [Guest(f"T{number:03d}", row.shift, row.skills, host=row) for number, row in enumerate(staff, 1)]
    west.workers.extend(guests)
    west.plant()
    for site, week in zip(SITES, (east, west), strict=True):
        Clinic(week, slack).write(folder / site)
    _write(folder, guests)


@dataclass
class Guest(Worker):
    """Somebody on the staff of the second clinic who works for the first one, too, as ``host``."""

    host: Worker = field(default_factory=lambda: Worker("", "", ""))

    @property
    def all_minutes(self) -> int:
        """Return the minutes in sessions at both clinics."""
        return self.minutes + self.host.minutes

    def is_free(self, make: Make, day: int, start: int, end: int) -> bool:
        """Return whether one more session fits here, and leaves the way to and from those at the other clinic."""
        others = [(s - TRAVEL_MINUTES, e + TRAVEL_MINUTES) for d, s, e in self.host.taken if d == day]
        today = sum(e - s for d, s, e in (*self.taken, *self.host.taken) if d == day)
        return (
            super().is_free(make, day, start, end)
            and not any(s < end and start < e for s, e in others)
            and today + end - start <= make.staff_day
            and self.all_minutes + end - start <= make.staff_week
        )


class GuestsFirst(Week):
    """A planted week in which visits are given to shared staff first, so that both clinics need them."""

    def _visit_place(self, person: Person, skills: str, options: list[Taken]) -> tuple[Taken, Worker]:
        guests = (row for row in self.workers if isinstance(row, Guest) and row.skills == skills)
        for guest in sorted(guests, key=lambda row: (row.minutes, row.id)):
            for row in options:
                if guest.is_free(self.make, *row):
                    return row, guest
        return super()._visit_place(person, skills, options)


def linked_pair(folder: Path) -> LinkedProblem:
    """Return the two clinics of a pair as they are solved together."""
    problems = {site: read_problem(folder / site, WEEK) for site in SITES}
    rows = _rows(folder / "people.csv")
    people: dict[str, dict[str, str]] = {}
    for row in rows:
        people.setdefault(row["person"], {})[row["site"]] = row["therapist_id"]
    most = {row["person"]: row for row in rows}
    shared = tuple(
        SharedPerson(
            key,
            tuple(sorted(at.items())),
            60 * int(most[key]["max_hours_per_day"]),
            60 * int(most[key]["max_hours_per_week"]),
            max(problem.clinic.staff.min_rest_minutes for problem in problems.values()),
        )
        for key, at in people.items()
    )
    return LinkedProblem(tuple((site, problems[site], None) for site in SITES), SiteLinks(shared, _travel()))


def _travel() -> tuple[tuple[str, str, int], ...]:
    return tuple((start, end, TRAVEL_MINUTES) for start, end in permutations(SITES))


def _write(folder: Path, guests: list[Guest]) -> None:
    """Write who is shared and the way between the clinics; the hours that both rows have together are the person's."""
    people: list[dict[str, object]] = []
    for number, guest in enumerate(guests, 1):
        hours = -(-guest.all_minutes // HOUR)
        for site, key in zip(SITES, (guest.host.id, guest.id), strict=True):
            person = {"person": f"S{number}", "site": site, "therapist_id": key}
            people.append({**person, "max_hours_per_day": FIRST.staff_day // HOUR, "max_hours_per_week": hours})
            _set_hours(folder / site / "therapists.csv", key, hours)
    table(folder / "people.csv", people)
    table(folder / "travel.csv", [{"from": SITES[0], "to": SITES[1], "minutes": TRAVEL_MINUTES}])
    table(folder / "NETWORK.csv", [{"clinic": site, "week": WEEK.isoformat()} for site in SITES])


def _set_hours(path: Path, therapist_id: str, hours: int) -> None:
    rows = _rows(path)
    for row in rows:
        if row["therapist_id"] == therapist_id:
            row["max_hours_per_week"] = str(hours)
    table(path, rows)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
