"""Writes the clinic around a planted week, and the week itself beside it."""

from __future__ import annotations

import csv
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

from benchmarks.planted.make import HOUR, Make, Service, Slack, Span
from benchmarks.planted.week import Meeting, Person, Taken, Week, Worker, joined, moments

WEEK = date(2026, 11, 30)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# How many of those who state preferred times prefer times that the planted week gives them.
PREFERRED_AS_PLANTED = 0.8
Row = dict[str, object]


class Clinic:
    """The tables of a clinic that can hold a planted week, and has the slack beyond it."""

    def __init__(self, week: Week, slack: Slack) -> None:
        self.week, self.make, self.slack = week, week.make, slack
        # preferred times, parts of days and the like have sources of their own: they change nothing else
        self.wishes, self.parts, self.rest = (week.source(of) for of in ("preferred", "parts", "rest"))
        self.missing = self._missing()

    @property
    def chance(self) -> random.Random:
        """Return the source that has planted the week."""
        return self.week.random

    def _missing(self) -> set[str]:
        """Return the counselors who are missing: those with an ordinary week."""
        counselors = sorted(
            (row for row in self.week.workers if row.skills == "counselor"), key=lambda row: (row.minutes, row.id)
        )
        number = math.ceil(len(self.week.workers) * max(0.0, -self.slack.staff))
        first = (len(counselors) - number) // 2
        return {row.id for row in counselors[first : first + number]}

    def write(self, folder: Path) -> None:
        """Write the clinic folder, and the planted week to ``FOLDER-planted``, where the clinic could hold it."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "clinic.toml").write_text(settings(self.make, f"{self.week.participants}/{self.week.seed}"))
        if self.make.has_services_file:
            table(folder / "services.csv", service_rows(self.make.services), end="\n")
        days = self._write_people(folder)
        days |= self._write_staff(folder)
        self._write_rooms(folder)
        table(folder / "groups.csv", self._group_rows())
        table(folder / "needs.csv", self._need_rows())
        table(folder / "keep_apart.csv", self._apart_rows())
        table(folder / "time_off.csv", self._time_off_rows(days))
        table(folder / "pins.csv", self._pin_rows())
        if not self.slack.is_short:
            write_week(planted_folder(folder), self.week)

    # --- people -----------------------------------------------------------
    def _write_people(self, folder: Path) -> dict[str, list[int]]:
        """Write the participants and return the days on which each can come."""
        rows, can_come = [], {}
        columns = dict.fromkeys(visit.column for visit in self.make.visits if visit.column)
        for person in self.week.people:
            days = can_come[person.id] = self._days(person.days)
            is_given = self.chance.random() < self.make.given_primary
            row: Row = {
                "participant_id": person.id,
                "population": person.track.population,
                "track": person.track.track,
                "availability": self._availability(days, person.track.window, person.taken, self.make.part_days),
                "preferred": self._preferred(days, person.track.window, person.taken),
                "therapist_id": person.primary if is_given and person.primary not in self.missing else "",
                "group_id": person.group if self.chance.random() < self.make.given_cohort else "",
            }
            rows.append(row | {column: self._stated(person, column) for column in columns})
        if all(service.modality == "telehealth" for service in self.make.services):
            rows = [row | {"modality": "telehealth"} for row in rows]
        table(folder / "participants.csv", rows)
        return can_come

    def _stated(self, person: Person, column: str) -> int:
        return sum(
            visit.share == 1 or visit.service in person.needs
            for visit in self.make.visits
            if visit.column == column and (not visit.populations or person.track.population in visit.populations)
        )

    def _days(self, planted: Iterable[int]) -> list[int]:
        """Return the planted days and, of every other day, the share that the slack asks for."""
        needed = set(planted)
        return [day for day in range(self.make.days) if day in needed or self.chance.random() < self.slack.availability]

    def _availability(self, days: Sequence[int], window: Span, taken: Sequence[Taken], part_days: float) -> str:
        """Return when somebody can come: all of the window, or a part of the day with little beyond what is planted."""
        spans = {}
        for day in days:
            planted = [(start, end) for d, start, end in taken if d == day]
            if part_days and self.parts.random() < part_days:
                spans[day] = [self._widened(row, window) for row in planted] or [self._piece(window)]
            else:
                spans[day] = [window, *planted]
        return "; ".join(f"{DAYS[day]} {_times(joined(rows))}" for day, rows in spans.items())

    def _widened(self, span: Span, window: Span) -> Span:
        before, after = (30 * (self.parts.random() < 0.25) for _ in range(2))
        start, end = span
        return min(start, max(window[0], start - before)), max(end, min(window[1], end + after))

    def _piece(self, window: Span) -> Span:
        """Return one to four hours of a window."""
        first, last = window
        minutes = min(last - first, self.parts.choice((1, 1, 3, 4)) * HOUR)
        start = first + 30 * self.parts.randrange((last - first - minutes) // 30 + 1)
        return start, start + minutes

    def _preferred(self, days: list[int], window: Span, taken: list[Taken]) -> str:
        """Return preferred times: most often around all that the planted week gives, else one half of the window."""
        wants, as_planted = self.wishes.random() < self.make.with_preferred, self.wishes.random() < PREFERRED_AS_PLANTED
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

    # --- staff ------------------------------------------------------------
    def _write_staff(self, folder: Path) -> dict[str, list[int]]:
        """Write the staff and return the days on which each works."""
        shifts = list(self.make.shifts)
        for number in range(math.floor(len(self.week.workers) * max(0.0, self.slack.staff))):
            shift = shifts[number % len(shifts)]
            # somebody above the planted need
            self.week.workers.append(Worker(f"T{len(self.week.workers) + 1:03d}", shift, self._usual_skills(number)))
        rows, at_work = [], {}
        for worker in self.week.workers:
            if worker.id in self.missing:
                continue
            hours = math.ceil(worker.minutes / HOUR)
            # somebody above the planted need works all week
            days = at_work[worker.id] = self._days({day for day, _, _ in worker.taken} or range(5))
            shift = self.make.shifts[worker.shift]
            row: Row = {
                "therapist_id": worker.id,
                "skills": self.make.skills[worker.skills],
                "availability": self._availability(days, shift, worker.taken, self.make.part_days / 3),
                "preferred": self._preferred(days, shift, worker.taken),
                "max_hours_per_week": "" if self.slack.staff > 0 else hours,
            }
            if self.make.lunch:
                row["busy"] = _windows(list(range(self.make.days)), self.make.lunch)
            if self.make.has_staff_tracks:
                row["tracks"] = ";".join(sorted(worker.tracks))
            rows.append(row)
        table(folder / "therapists.csv", rows)
        return at_work

    def _usual_skills(self, number: int) -> str:
        """Return the skills of somebody above the planted need: counselors, where there are any."""
        skills = list(self.make.skills)
        return "counselor" if "counselor" in skills else skills[number % len(skills)]

    def _write_rooms(self, folder: Path) -> None:
        """Write as many rooms of each kind as the planted week uses at once, and the slack above."""
        rows: list[Row] = []
        for kind, most in self.week.rooms_at_once().items():
            number = max(1, math.ceil(most * (1 + self.slack.rooms) - 1e-9))
            room = self.make.rooms[kind]
            features = {"features": room.features} if any(row.features for row in self.make.rooms.values()) else {}
            rows += [
                {"room_id": f"{kind}{place + 1:02d}", "capacity": room.capacity, **features} for place in range(number)
            ]
        table(folder / "rooms.csv", rows)

    # --- what is given besides --------------------------------------------
    def _group_rows(self) -> list[Row]:
        rows = []
        for group, (track, number) in self.week.groups.items():
            row: Row = {
                "group_id": group,
                "track": track.track,
                "population": track.population,
                "sessions_per_week": number,
                "one_lead": "prefer",
            }
            if self.make.given_times:
                is_given = self.rest.random() < self.make.given_times
                row["times"] = self._times_of(group) if is_given else ""
            if self.make.group_sizes:
                row["max_size"] = self.make.group_sizes[track.population]
            rows.append(row)
        return rows

    def _times_of(self, group: str) -> str:
        own = sorted((row.day, row.start) for row in self.week.meetings if row.group == group)
        return f"{' '.join(DAYS[day] for day, _ in own)} {clock(own[0][1])}"

    def _need_rows(self) -> list[Row]:
        in_columns = {visit.service for visit in self.make.visits if visit.column}
        return [
            {"participant_id": person.id, "service_id": service, "per_week": number}
            for person in self.week.people
            for service, number in person.needs.items()
            if service not in in_columns
        ]

    def _apart_rows(self) -> list[Row]:
        """Return pairs who share no session of the planted week: two participants, or one and somebody on the staff."""
        meets: dict[str, set[str]] = defaultdict(set)
        for meeting in self.week.meetings:
            everybody = {*meeting.people, *(worker.id for worker in meeting.workers)}
            for one in everybody:
                meets[one] |= everybody
        people = [person.id for person in self.week.people]
        staff = [worker.id for worker in self.week.workers if worker.id not in self.missing]
        found: dict[tuple[str, str], Row] = {}
        for number in range(round(len(people) * self.make.keep_apart)):
            one = self.rest.choice(people)
            others = [key for key in (staff if number % 3 == 2 else people) if key not in meets[one] | {one}]
            if others:
                pair = one, self.rest.choice(others)
                found[min(pair), max(pair)] = {"a": pair[0], "b": pair[1], "reason": "no contact"}
        return list(found.values())

    def _time_off_rows(self, days: Mapping[str, list[int]]) -> list[Row]:
        """Return absences on days on which the planted week asks nothing of somebody who could come."""
        used = defaultdict(set)
        for meeting in self.week.meetings:
            for one in (*meeting.people, *(worker.id for worker in meeting.workers)):
                used[one].add(meeting.day)
        people = {person.id for person in self.week.people}
        rows = []
        for one, own in days.items() if self.make.time_off else ():
            free = [day for day in own if day not in used[one]]
            if free and self.rest.random() < self.make.time_off:
                away = (WEEK + timedelta(days=self.rest.choice(free))).isoformat()
                kind = "participant" if one in people else "therapist"
                rows.append({"kind": kind, "id": one, "start": away, "end": away})
        return rows

    def _pin_rows(self) -> list[Row]:
        """Return pins that demand a share of the planted sessions, one third of them with the start."""
        rows = []
        for number, meeting in enumerate(self.week.meetings if self.make.pinned else ()):
            if self.rest.random() >= self.make.pinned:
                continue
            rows.append(
                {
                    "action": "must",
                    "participant_id": "" if meeting.group else meeting.people[0],
                    "therapist_id": meeting.workers[0].id if number % 2 else "",
                    "group_id": meeting.group,
                    "service_id": meeting.service,
                    "day": DAYS[meeting.day],
                    "start": "" if number % 3 else clock(meeting.start),
                }
            )
        return rows


def write_week(folder: Path, week: Week) -> None:
    """Write sessions and roster of the planted week, each session in the first room of its kind that is free."""
    folder.mkdir(parents=True, exist_ok=True)
    sessions: list[Row] = []
    roster: list[Row] = []
    count: dict[str, int] = defaultdict(int)
    taken: set[tuple[str, int, int]] = set()
    for meeting in sorted(week.meetings, key=lambda row: (row.day, row.start, row.group, row.people)):
        stem = meeting.group or meeting.service
        count[stem] += 1
        session_id = f"{stem}-{count[stem]}"
        sessions.append(
            {
                "session_id": session_id,
                "date": (WEEK + timedelta(days=meeting.day)).isoformat(),
                "start": clock(meeting.start),
                "end": clock(meeting.end),
                "service_id": meeting.service,
                "group_id": meeting.group,
                "room_id": _room(week.make, meeting, taken),
                "therapist_ids": ";".join(worker.id for worker in meeting.workers),
                "participants": len(meeting.people),
                "modality": week.make.service(meeting.service).modality or "in_person",
            }
        )
        roster += [{"session_id": session_id, "participant_id": person} for person in meeting.people]
    table(folder / "sessions.csv", sessions)
    table(folder / "roster.csv", roster)


def _room(make: Make, meeting: Meeting, taken: set[tuple[str, int, int]]) -> str:
    kind = make.service(meeting.service).room
    if not kind:
        return ""
    own = [(meeting.day, moment) for moment in moments(make, meeting.start, meeting.end)]
    place = 1
    while any((f"{kind}{place:02d}", *moment) in taken for moment in own):
        place += 1
    taken.update((f"{kind}{place:02d}", *moment) for moment in own)
    return f"{kind}{place:02d}"


# --- texts --------------------------------------------------------------------
def settings(make: Make, number: str) -> str:
    """Return ``clinic.toml``."""
    populations = ", ".join(f'"{name}"' for name in make.populations)
    head = [
        f'name = "Planted {number}"',
        'timezone = "America/Chicago"',
        f'open = "{make.opening}"',
        f"populations = [{populations}]",
        f"grid_minutes = {make.grid_minutes}",
        "",
    ]
    for block in make.blocks:
        texts = {"id": block.id, "part": block.part, "start": clock(block.start), "end": clock(block.end)}
        head += ["[[blocks]]", *(f'{key} = "{text}"' for key, text in {**texts, "days": block.days}.items()), ""]
    return "\n".join([*head, make.limits])


def service_rows(services: Sequence[Service]) -> list[Row]:
    """Return the rows of ``services.csv``, with the columns that some row fills."""
    columns = [row.name for row in fields(Service) if row.metadata.get("is_column", True)]
    used = [name for name in columns if any(getattr(service, name) != "" for service in services)]
    return [{name: getattr(service, name) for name in used} for service in services]


def clock(minute: int) -> str:
    """Return a time of day as files have it."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def table(path: Path, rows: Sequence[Row], end: str = "\r\n") -> None:
    """Write a table, or nothing where it has no rows."""
    if not rows:
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator=end)
        writer.writeheader()
        writer.writerows(rows)


def _times(spans: Iterable[Span]) -> str:
    return ", ".join(f"{clock(start)}-{clock(end)}" for start, end in spans)


def _windows(days: Iterable[int], hours: Span) -> str:
    """Return an availability cell, such as ``Mon 08:00-15:00; Wed 08:00-15:00``."""
    return "; ".join(f"{DAYS[day]} {_times([hours])}" for day in days)


def planted_folder(folder: Path) -> Path:
    """Return where the planted week of a clinic lies: beside the clinic, never inside."""
    return folder.with_name(f"{folder.name}-planted")
