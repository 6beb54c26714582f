"""Realistic clinics with a planted week: a schedule that meets every need is known, so unmet need 0 can be reached.

The week is laid out first and the clinic is built around it: groups with their days, block, lead and room, visits in
the free hours of primary therapists, then the fewest staff and rooms that this week needs. What is released beyond
that is told by :class:`Slack`, a share each for availability, rooms and staff. Group times are free: no ``times`` in
``groups.csv``. The same arguments give the same bytes, and one seed the same planted week whatever the slack.

The planted week itself is written beside the clinic, to ``FOLDER-planted``, where no reader of the clinic comes by it.

    python -m benchmarks.planted --participants 120 --seed 1 --tight --besides languages earlier -- FOLDER
"""

from __future__ import annotations

import argparse
import csv
import math
import random
from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from benchmarks.variants import add_languages, add_modalities, write_earlier_week

WEEK = date(2026, 11, 30)
BESIDES = ("languages", "modalities", "earlier")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
HOUR = 60
GIVEN_PRIMARY, GIVEN_COHORT, WITH_MEDICATION = 0.7, 0.3, 0.2
# Who states preferred times, and how many of them prefer times that the planted week gives them.
WITH_PREFERRED, PREFERRED_AS_PLANTED = 0.3, 0.8
SMALLEST_GROUP = 4
MAX_DAY, MAX_WEEK = 6 * HOUR, 25 * HOUR
CLINIC = """name = "Planted {participants}/{seed}"
timezone = "America/Chicago"
open = "Mon-Fri 08:00-21:00"
populations = ["adult", "adolescent"]
grid_minutes = 30

[[blocks]]
id = "morning"
part = "day"
start = "09:00"
end = "12:00"
days = "Mon-Fri"

[[blocks]]
id = "afternoon"
part = "day"
start = "13:00"
end = "16:00"
days = "Mon-Fri"

[[blocks]]
id = "school"
part = "evening"
start = "16:00"
end = "19:00"
days = "Mon-Fri"

[[blocks]]
id = "night"
part = "evening"
start = "18:00"
end = "21:00"
days = "Mon-Fri"

[levels.iop-adult]
min_hours_per_week = 9
max_hours_per_week = 19
min_days_per_week = 3
program_day_hours = 3
max_hours_per_day = 5

[levels.iop-adolescent]
min_hours_per_week = 6
max_hours_per_week = 19
min_days_per_week = 3
program_day_hours = 2
max_hours_per_day = 5

[ratios]
adult = 12
adolescent = 8
"""
SERVICES = """service_id,kind,minutes,counts,staff,licensed_lead,min_participants,max_participants,guests,starts,with_primary,adult_per_week,adolescent_per_week
group,group,180,yes,group:1,yes,4,,,blocks,no,,
individual,individual,60,yes,individual:1,yes,1,1,,grid,yes,1,1
family,family,60,yes,family:1,yes,1,1,2,grid,no,,1
medication,other,30,no,psychiatry:1,yes,1,1,,grid,no,,
"""


@dataclass(frozen=True)
class Slack:
    """What a clinic has beyond its planted week.

    ``availability``: share of the other days on which a participant or member of staff can come besides, 0 to 1.
    ``rooms``: rooms of each size above those that the planted week uses at once, as a share of them.
    ``staff``: counselors above those of the planted week, as a share of its staff; with 0 or less nobody works more
    hours a week than in the planted week (rounded up to whole hours), else everybody up to ``MAX_WEEK``. Below 0 so
    many counselors with an ordinary week are missing (rounded up), and most likely not every need can be met.
    """

    availability: float = 1.0
    rooms: float = 1 / 3
    staff: float = 1 / 2


ROOMY = Slack()
TIGHT = Slack(availability=0.35, rooms=0.0, staff=0.0)
# The planted week cannot be held here: for proofs of an unmet need that is not 0.
SHORT = Slack(availability=0.35, rooms=0.0, staff=-0.1)


@dataclass(frozen=True)
class Track:
    """Who shares groups: a population and a part of the day in which they can come at all."""

    name: str
    population: str
    blocks: tuple[int, ...]
    window: tuple[int, int]
    shift: str
    share: float
    size: int


TRACKS = (
    Track("day-sud", "adult", (9 * HOUR,), (8 * HOUR, 15 * HOUR), "early", 0.28, 10),
    Track("day-mh", "adult", (9 * HOUR, 13 * HOUR), (8 * HOUR, 17 * HOUR), "early", 0.17, 10),
    Track("evening-sud", "adult", (18 * HOUR,), (15 * HOUR + 30, 21 * HOUR), "late", 0.30, 10),
    Track("teen", "adolescent", (16 * HOUR,), (15 * HOUR, 20 * HOUR), "late", 0.25, 7),
)
SHIFTS = {"early": (8 * HOUR, 17 * HOUR), "late": (12 * HOUR, 21 * HOUR)}
PATTERNS = ((0, 2, 4), (0, 1, 3), (1, 3, 4), (0, 2, 3), (1, 2, 4))


@dataclass
class Worker:
    """A member of staff of the planted week."""

    id: str
    shift: str
    skills: str
    taken: list[tuple[int, int, int]] = field(default_factory=list)

    def is_free(self, day: int, start: int, end: int) -> bool:
        """Return whether one more session fits the shift, what is taken, the day and the week."""
        first, last = SHIFTS[self.shift]
        if start < first or end > last:
            return False
        if any(d == day and s < end and start < e for d, s, e in self.taken):
            return False
        today = sum(e - s for d, s, e in self.taken if d == day)
        return today + end - start <= MAX_DAY and sum(e - s for _, s, e in self.taken) + end - start <= MAX_WEEK


@dataclass
class Meeting:
    """A session of the planted week."""

    service: str
    day: int
    start: int
    end: int
    worker: Worker
    people: list[str]
    group: str = ""


@dataclass
class Person:
    """A participant of the planted week."""

    id: str
    track: Track
    group: str
    days: tuple[int, ...]
    block: int
    primary: str = ""
    taken: list[tuple[int, int, int]] = field(default_factory=list)
    has_medication: bool = False


class Planter:
    """Lays out a week and writes the clinic around it."""

    def __init__(self, participants: int, seed: int, slack: Slack = ROOMY) -> None:
        self.participants, self.seed, self.slack = participants, seed, slack
        self.random = random.Random(f"{participants}/{seed}")
        # a source of their own: preferred times change nothing else
        self.wishes = random.Random(f"{participants}/{seed}/preferred")
        self.workers: list[Worker] = []
        self.missing: set[str] = set()
        self.people: list[Person] = []
        self.groups: dict[str, tuple[Track, int]] = {}
        self.meetings: list[Meeting] = []

    def plant(self) -> None:
        """Lay out groups, then everybody's visits.

        Raises
        ------
        ValueError
            If there are too few participants for the last track.
        """
        left = self.participants
        if left < 2 * SMALLEST_GROUP:
            raise ValueError(f"{left} participants cannot be planted: at least {2 * SMALLEST_GROUP} are needed.")
        for number, track in enumerate(TRACKS):
            size = left if number == len(TRACKS) - 1 else round(self.participants * track.share)
            if size < SMALLEST_GROUP:  # a small clinic has fewer tracks
                continue
            left -= size
            self._plant_track(track, size)
        for person in self.people:
            self._visit(person, "individual", 60, "counselor", primary=True)
            if person.track.population == "adolescent":
                self._visit(person, "family", 60, "counselor")
            if self.random.random() < WITH_MEDICATION:
                person.has_medication = True
                self._visit(person, "medication", 30, "psychiatry")

    def _plant_track(self, track: Track, size: int) -> None:
        number = max(1, math.ceil(size / track.size))
        shares = [size // number + (place < size % number) for place in range(number)]
        for share in shares:
            group = f"G{len(self.groups) + 1:02d}"
            self.groups[group] = (track, 3)
            pattern, block = self.random.choice(PATTERNS), self.random.choice(track.blocks)
            members = [f"P{len(self.people) + place + 1:04d}" for place in range(share)]
            lead = self._worker(track.shift, "counselor", [(day, block, block + 180) for day in pattern])
            for day in pattern:
                lead.taken.append((day, block, block + 180))
                self.meetings.append(Meeting("group", day, block, block + 180, lead, members, group))
            for member in members:
                person = Person(member, track, group, pattern, block)
                person.taken += [(day, block, block + 180) for day in pattern]
                self.people.append(person)

    def _worker(self, shift: str, skills: str, sessions: list[tuple[int, int, int]]) -> Worker:
        """Return the busiest worker of the shift who can hold all of these sessions, else a new one."""
        able = [
            worker
            for worker in self.workers
            if worker.shift == shift
            and worker.skills == skills
            and all(worker.is_free(*row) for row in sessions)
            # hours are left for the visits of a lead's own people
            and (len(sessions) == 1 or sum(e - s for _, s, e in worker.taken) < 9 * HOUR)
        ]
        if not able:
            self.workers.append(Worker(f"T{len(self.workers) + 1:03d}", shift, skills))
            return self.workers[-1]
        return max(able, key=lambda worker: (sum(e - s for _, s, e in worker.taken), worker.id))

    def _visit(self, person: Person, service: str, minutes: int, skills: str, *, primary: bool = False) -> None:
        """Place a visit on a day of the group, beside it, with whoever can."""
        first, last = person.track.window
        options = [
            (day, start, start + minutes)
            for day in person.days
            for start in range(first, last - minutes + 1, 30)
            if not any(d == day and s < start + minutes and start < e for d, s, e in person.taken)
            and sum(e - s for d, s, e in person.taken if d == day) + minutes <= 5 * HOUR
        ]
        self.random.shuffle(options)
        options.sort(key=lambda row: abs(row[1] - person.block) > 5 * HOUR)
        for worker in sorted(self.workers, key=lambda row: -len(row.taken)):
            if worker.skills != skills:
                continue
            for row in options:
                if worker.is_free(*row):
                    return self._hold(person, service, row, worker, primary=primary)
        worker = Worker(f"T{len(self.workers) + 1:03d}", person.track.shift, skills)
        self.workers.append(worker)
        row = next(row for row in options if worker.is_free(*row))
        return self._hold(person, service, row, worker, primary=primary)

    def _hold(self, person: Person, service: str, row: tuple[int, int, int], worker: Worker, *, primary: bool) -> None:
        worker.taken.append(row)
        person.taken.append(row)
        self.meetings.append(Meeting(service, *row, worker, [person.id]))
        if primary:
            person.primary = worker.id

    # --- writing ----------------------------------------------------------
    def write(self, folder: Path) -> None:
        """Write the clinic folder, and the planted week to ``FOLDER-planted``, where the clinic could hold it."""
        counselors = sorted(
            (row for row in self.workers if row.skills == "counselor"),
            key=lambda row: (sum(end - start for _, start, end in row.taken), row.id),
        )
        number = math.ceil(len(self.workers) * max(0.0, -self.slack.staff))
        first = (len(counselors) - number) // 2
        self.missing = {row.id for row in counselors[first : first + number]}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "clinic.toml").write_text(CLINIC.format(participants=self.participants, seed=self.seed))
        (folder / "services.csv").write_text(SERVICES)
        self._write_people(folder)
        self._write_staff(folder)
        self._write_rooms(folder)
        rows = [
            {
                "group_id": group,
                "track": track.name,
                "population": track.population,
                "sessions_per_week": number,
                "one_lead": "prefer",
            }
            for group, (track, number) in self.groups.items()
        ]
        _table(folder / "groups.csv", rows)
        needs = [
            {"participant_id": person.id, "service_id": "medication", "per_week": 1}
            for person in self.people
            if person.has_medication
        ]
        if needs:
            _table(folder / "needs.csv", needs)
        if not self.missing:
            self._write_week(planted_folder(folder))

    def _write_people(self, folder: Path) -> None:
        rows = []
        for person in self.people:
            days = self._days(person.days)
            is_given = self.random.random() < GIVEN_PRIMARY
            rows.append(
                {
                    "participant_id": person.id,
                    "population": person.track.population,
                    "track": person.track.name,
                    "availability": _windows(days, person.track.window),
                    "preferred": self._preferred(days, person.track.window, person.taken),
                    "therapist_id": person.primary if is_given and person.primary not in self.missing else "",
                    "group_id": person.group if self.random.random() < GIVEN_COHORT else "",
                }
            )
        _table(folder / "participants.csv", rows)

    def _days(self, planted: Iterable[int]) -> list[int]:
        """Return the planted days and, of every other day, the share that the slack asks for."""
        needed = set(planted)
        return [day for day in range(5) if day in needed or self.random.random() < self.slack.availability]

    def _preferred(self, days: list[int], window: tuple[int, int], taken: list[tuple[int, int, int]]) -> str:
        """Return preferred times: most often around all that the planted week gives, else one half of the window."""
        wants, as_planted = self.wishes.random() < WITH_PREFERRED, self.wishes.random() < PREFERRED_AS_PLANTED
        first, last = window
        before, after = (30 * self.wishes.randrange(3) for _ in range(2))
        is_early = self.wishes.random() < 0.5
        if not wants:
            return ""
        if taken and as_planted:
            earliest, latest = min(start for _, start, _ in taken), max(end for _, _, end in taken)
            return _windows(days, (max(first, earliest - before), min(last, latest + after)))
        middle = (first + last) // 60 * 30
        return _windows(days, (first, middle) if is_early else (middle, last))

    def _write_staff(self, folder: Path) -> None:
        for number in range(math.floor(len(self.workers) * max(0.0, self.slack.staff))):
            shift = ("early", "late")[number % 2]
            self.workers.append(Worker(f"T{len(self.workers) + 1:03d}", shift, "counselor"))
        skills = {"counselor": "group;individual;family", "psychiatry": "psychiatry"}
        rows = []
        for worker in self.workers:
            if worker.id in self.missing:
                continue
            hours = math.ceil(sum(end - start for _, start, end in worker.taken) / HOUR)
            # somebody above the planted need works all week
            days = self._days({day for day, _, _ in worker.taken} or range(5))
            rows.append(
                {
                    "therapist_id": worker.id,
                    "skills": skills[worker.skills],
                    "availability": _windows(days, SHIFTS[worker.shift]),
                    "preferred": self._preferred(days, SHIFTS[worker.shift], worker.taken),
                    "max_hours_per_week": "" if self.slack.staff > 0 else hours,
                }
            )
        _table(folder / "therapists.csv", rows)

    def _write_rooms(self, folder: Path) -> None:
        """Write as many large and small rooms as the planted week uses at once, and the slack above."""
        rows = []
        for kind, capacity, is_large in (("L", 14, True), ("S", 4, False)):
            use: dict[tuple[int, int], int] = defaultdict(int)
            for meeting in self.meetings:
                if (meeting.service == "group") == is_large:
                    for moment in range(meeting.start, meeting.end, 30):
                        use[meeting.day, moment] += 1
            number = math.ceil(max(use.values()) * (1 + self.slack.rooms) - 1e-9)
            rows += [{"room_id": f"{kind}{place + 1:02d}", "capacity": capacity} for place in range(number)]
        _table(folder / "rooms.csv", rows)

    def _write_week(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        sessions, roster = [], []
        count: dict[str, int] = defaultdict(int)
        rooms: dict[tuple[str, int, int], int] = {}
        for meeting in sorted(self.meetings, key=lambda row: (row.day, row.start, row.group, row.people)):
            stem = meeting.group or meeting.service
            count[stem] += 1
            session_id = f"{stem}-{count[stem]}"
            kind = "L" if meeting.service == "group" else "S"
            place = 0
            while any(rooms.get((f"{kind}{place}", meeting.day, m)) for m in range(meeting.start, meeting.end, 30)):
                place += 1
            for moment in range(meeting.start, meeting.end, 30):
                rooms[f"{kind}{place}", meeting.day, moment] = 1
            sessions.append(
                {
                    "session_id": session_id,
                    "date": (WEEK + timedelta(days=meeting.day)).isoformat(),
                    "start": _clock(meeting.start),
                    "end": _clock(meeting.end),
                    "service_id": meeting.service,
                    "group_id": meeting.group,
                    "room_id": f"{kind}{place + 1:02d}",
                    "therapist_ids": meeting.worker.id,
                    "participants": len(meeting.people),
                    "modality": "in_person",
                }
            )
            roster += [{"session_id": session_id, "participant_id": person} for person in meeting.people]
        _table(folder / "sessions.csv", sessions)
        _table(folder / "roster.csv", roster)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _table(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _windows(days: list[int], hours: tuple[int, int]) -> str:
    """Return an availability cell, such as ``Mon 08:00-15:00; Wed 08:00-15:00``."""
    return "; ".join(f"{DAYS[day]} {_clock(hours[0])}-{_clock(hours[1])}" for day in days)


def planted_folder(folder: Path) -> Path:
    """Return where the planted week of a clinic lies: beside the clinic, never inside."""
    return folder.with_name(f"{folder.name}-planted")


def plant(folder: Path, participants: int, seed: int, slack: Slack = ROOMY, besides: Container[str] = ()) -> None:
    """Write a planted clinic to ``folder`` and its planted week to ``planted_folder(folder)``.

    ``besides`` are ``languages``, ``modalities`` and ``earlier``, an earlier week in ``FOLDER-earlier``; they need a clinic
    that can hold the planted week.
    """
    planter = Planter(participants, seed, slack)
    planter.plant()
    planter.write(folder)
    planted = planted_folder(folder)
    if "languages" in besides:
        add_languages(folder, planted, random.Random(f"{participants}/{seed}/languages"))
    if "modalities" in besides:
        add_modalities(folder, random.Random(f"{participants}/{seed}/modalities"))
    if "earlier" in besides:
        write_earlier_week(folder, planted, random.Random(f"{participants}/{seed}/earlier"))


def main() -> None:
    """Write one clinic."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--participants", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tight", action="store_true", help=f"begin with {TIGHT} instead of {ROOMY}")
    parser.add_argument("--short", action="store_true", help=f"begin with {SHORT}")
    parser.add_argument("--availability", type=float, help="share of the other days on which each person can come")
    parser.add_argument("--rooms", type=float, help="rooms above the planted need, as a share of it")
    parser.add_argument("--staff", type=float, help="staff above the planted need, as a share of it")
    parser.add_argument(
        "--besides", nargs="*", default=[], choices=BESIDES, help="what planted clinics have on request"
    )
    given = parser.parse_args()
    shares = {name: getattr(given, name) for name in ("availability", "rooms", "staff")}
    slack = replace(
        SHORT if given.short else TIGHT if given.tight else ROOMY,
        **{key: row for key, row in shares.items() if row is not None},
    )
    plant(given.folder, given.participants, given.seed, slack, given.besides)


if __name__ == "__main__":
    main()
