"""Lays out the planted week: groups with their days, start and lead, then everybody's visits, then courses."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.planted.make import HOUR, Course, Make, Service, Span, Track, Visit

Taken = tuple[int, int, int]  # day, start, end


@dataclass
class Worker:
    """A member of staff of the planted week."""

    id: str
    shift: str
    skills: str
    taken: list[Taken] = field(default_factory=list)
    tracks: set[str] = field(default_factory=set)

    @property
    def minutes(self) -> int:
        """Return the minutes in sessions."""
        return sum(end - start for _, start, end in self.taken)

    def is_free(self, make: Make, day: int, start: int, end: int) -> bool:
        """Return whether one more session fits the shift, what is taken, the day and the week."""
        first, last = make.shifts[self.shift]
        if start < first or end > last or (make.lunch and start < make.lunch[1] and make.lunch[0] < end):
            return False
        if any(d == day and s < end and start < e for d, s, e in self.taken):
            return False
        today = sum(e - s for d, s, e in self.taken if d == day)
        return today + end - start <= make.staff_day and self.minutes + end - start <= make.staff_week

    def may_join(self, make: Make, track: str) -> bool:
        """Return whether the worker is, or may become, one of a track's staff."""
        return not make.has_staff_tracks or track in self.tracks or len(self.tracks) < 2


@dataclass
class Meeting:
    """A session of the planted week; ``workers``: the lead first."""

    service: str
    day: int
    start: int
    end: int
    workers: list[Worker]
    people: list[str]
    group: str = ""


@dataclass
class Person:
    """A participant of the planted week; ``needs``: sessions a week of what is stated for them alone."""

    id: str
    track: Track
    group: str
    days: tuple[int, ...]
    block: int
    primary: str = ""
    taken: list[Taken] = field(default_factory=list)
    needs: dict[str, int] = field(default_factory=dict)
    courses: Counter[tuple[str, int]] = field(default_factory=Counter)  # sessions of a course on a day

    def is_free(self, day: int, start: int, end: int) -> bool:
        """Return whether nothing of theirs is under way then."""
        return not any(d == day and s < end and start < e for d, s, e in self.taken)

    def minutes_on(self, day: int) -> int:
        """Return the minutes in sessions on a day."""
        return sum(end - start for d, start, end in self.taken if d == day)


class Week:
    """The planted week of one make, size and seed. The slack changes nothing here."""

    def __init__(self, make: Make, participants: int, seed: int) -> None:
        self.make, self.participants, self.seed = make, participants, seed
        self.random = random.Random(f"{participants}/{seed}")
        self.workers: list[Worker] = []
        self.people: list[Person] = []
        self.groups: dict[str, tuple[Track, int]] = {}
        self.meetings: list[Meeting] = []

    def source(self, of: str) -> random.Random:
        """Return a source of chance of its own, so that what it decides changes nothing else."""
        return random.Random(f"{self.participants}/{self.seed}/{of}")

    def plant(self) -> None:
        """Lay out groups, then everybody's visits, then courses.

        Raises
        ------
        ValueError
            If there are too few participants for the last track.
        """
        left, smallest = self.participants, self.make.smallest_group
        if left < 2 * smallest:
            raise ValueError(f"{left} participants cannot be planted: at least {2 * smallest} are needed.")
        for number, track in enumerate(self.make.tracks):
            size = left if number == len(self.make.tracks) - 1 else round(self.participants * track.share)
            if size < smallest:  # a small clinic has fewer tracks
                continue
            left -= size
            self._plant_track(track, size)
        for person in self.people:
            for visit in self.make.visits:
                self._visit(person, visit)
        for course in self.make.courses:
            self._hold_course(course)

    # --- groups -----------------------------------------------------------
    def _plant_track(self, track: Track, size: int) -> None:
        if not track.blocks:
            first = len(self.people) + 1
            days = tuple(range(self.make.days))
            self.people += [Person(f"P{first + place:04d}", track, "", days, track.window[0]) for place in range(size)]
            return
        minutes = self.make.service("group").minutes
        number = max(1, math.ceil(size / track.size))
        shares = [size // number + (place < size % number) for place in range(number)]
        for share in shares:
            group = f"G{len(self.groups) + 1:02d}"
            pattern, block = self.random.choice(self.make.patterns), self.random.choice(track.blocks)
            self.groups[group] = (track, len(pattern))
            members = [f"P{len(self.people) + place + 1:04d}" for place in range(share)]
            sessions = [(day, block, block + minutes) for day in pattern]
            lead = self._group_lead(track, sessions)
            for row in sessions:
                lead.taken.append(row)
                self.meetings.append(Meeting("group", *row, [lead], members, group))
            for member in members:
                person = Person(member, track, group, pattern, block)
                person.taken += sessions
                self.people.append(person)

    def _group_lead(self, track: Track, sessions: list[Taken]) -> Worker:
        """Return the busiest counselor of the shift who can hold all of these sessions, else a new one."""
        able = [
            worker
            for worker in self.workers
            if worker.shift == track.shift
            and worker.skills == "counselor"
            and worker.may_join(self.make, track.track)
            and all(worker.is_free(self.make, *row) for row in sessions)
            # hours are left for the visits of a lead's own people
            and (len(sessions) == 1 or worker.minutes < 9 * HOUR)
        ]
        lead = max(able, key=lambda row: (row.minutes, row.id)) if able else self._new_worker(track.shift, "counselor")
        lead.tracks.add(track.track)
        return lead

    def _new_worker(self, shift: str, skills: str) -> Worker:
        self.workers.append(Worker(f"T{len(self.workers) + 1:03d}", shift, skills))
        return self.workers[-1]

    # --- visits -----------------------------------------------------------
    def _visit(self, person: Person, visit: Visit) -> None:
        """Place a visit, if the person has it, on a day of the group with whoever can."""
        if visit.populations and person.track.population not in visit.populations:
            return
        if visit.share < 1:
            if self.random.random() >= visit.share:
                return
            person.needs[visit.service] = 1
        options = self._visit_options(person, self.make.service(visit.service).minutes)
        row, worker = self._visit_place(person, visit.skills, options)
        worker.tracks.add(person.track.track)
        worker.taken.append(row)
        person.taken.append(row)
        self.meetings.append(Meeting(visit.service, *row, [worker], [person.id]))
        if visit.is_primary:
            person.primary = worker.id

    def _visit_options(self, person: Person, minutes: int) -> list[Taken]:
        first, last = person.track.visit_window
        options = [
            (day, start, start + minutes)
            for day in person.days
            for start in range(first, last - minutes + 1, self.make.grid_minutes)
            if person.is_free(day, start, start + minutes) and person.minutes_on(day) + minutes <= self.make.person_day
        ]
        self.random.shuffle(options)
        if self.make.near_visits:
            options.sort(key=lambda row: abs(row[1] - person.block) > 5 * HOUR)
        return options

    def _visit_place(self, person: Person, skills: str, options: list[Taken]) -> tuple[Taken, Worker]:
        for worker in sorted(self.workers, key=lambda row: -len(row.taken)):
            if worker.skills != skills or not worker.may_join(self.make, person.track.track):
                continue
            for row in options:
                if worker.is_free(self.make, *row):
                    return row, worker
        worker = self._new_worker(person.track.shift, skills)
        return next(row for row in options if worker.is_free(self.make, *row)), worker

    # --- courses ----------------------------------------------------------
    def _hold_course(self, course: Course) -> None:
        """Form sessions until everybody who has the course has all of theirs, each as full as it can be."""
        service = self.make.service(course.service)
        left = {}
        for person in self.people:
            number = self.random.randint(*course.per_week)
            known = sum(count * self.make.service(key).minutes for key, count in person.needs.items())
            if self.random.random() < course.share and known + number * service.minutes <= self.make.course_minutes:
                left[person.id] = number
        self._leave_out_few(left, int(service.min_participants or 1))
        asked, known_people = dict(left), {person.id: person for person in self.people}
        while left:
            people = self._hold_one(course, [known_people[key] for key in left])
            if not people:  # nobody is free at any hour together with enough others
                break
            for person in people:
                left[person.id] -= 1
            left = {key: number for key, number in left.items() if number}
        for key, number in asked.items():
            if number > left.get(key, 0):
                known_people[key].needs[course.service] = number - left.get(key, 0)

    def _leave_out_few(self, left: dict[str, int], least: int) -> None:
        """Let nobody have a course that too few people have."""
        if len(left) < least:
            left.clear()
        if least > 1:  # everybody as often as the others, so that the last session has enough people
            for key in left:
                left[key] = min(left.values())

    def _hold_one(self, course: Course, waiting: list[Person]) -> list[Person]:
        """Hold one session at the hour at which most can come, of some tried; return who came."""
        service = self.make.service(course.service)
        least, most = int(service.min_participants or 1), int(service.max_participants or 12)
        # as many sessions as needed, about equally full
        size = math.ceil(len(waiting) / math.ceil(len(waiting) / most))
        hour: Taken | None = None
        people: list[Person] = []
        for row in self._course_hours(service.minutes):
            able = [person for person in waiting if self._can_attend(person, service, row)][:size]
            if len(able) >= max(least, len(people) + 1):
                hour, people = row, able
            if len(people) == size:
                break
        if hour is None:
            return []
        workers = [self._course_worker(skills, hour) for skills in (course.skills, course.helper) if skills]
        self.meetings.append(Meeting(course.service, *hour, workers, [person.id for person in people]))
        for person in people:
            person.taken.append(hour)
            person.courses[course.service, hour[0]] += 1
        return people

    def _course_hours(self, minutes: int) -> list[Taken]:
        """Return some hours of the week at random."""
        first = min(track.visit_window[0] for track in self.make.tracks)
        last = max(track.visit_window[1] for track in self.make.tracks)
        starts = [
            (day, start, start + minutes)
            for day in range(self.make.days)
            for start in range(first, last - minutes + 1, self.make.grid_minutes)
            if not (self.make.lunch and start < self.make.lunch[1] and self.make.lunch[0] < start + minutes)
        ]
        self.random.shuffle(starts)
        return starts[: max(12, len(starts) // 4)]

    def _can_attend(self, person: Person, service: Service, row: Taken) -> bool:
        day, start, end = row
        first, last = person.track.visit_window
        if day not in person.days or start < first or end > last or not person.is_free(*row):
            return False
        if person.minutes_on(day) + end - start > self.make.person_day:
            return False
        return person.courses[service.service_id, day] < int(service.max_per_day or 1)

    def _course_worker(self, skills: str, row: Taken) -> Worker:
        for worker in sorted(self.workers, key=lambda row: -len(row.taken)):
            if worker.skills == skills and worker.is_free(self.make, *row):
                worker.taken.append(row)
                return worker
        shift = next(name for name, (first, last) in self.make.shifts.items() if first <= row[1] and row[2] <= last)
        worker = self._new_worker(shift, skills)
        worker.taken.append(row)
        return worker

    def rooms_at_once(self) -> dict[str, int]:
        """Return of each kind of room how many are in use at once at most."""
        use: dict[tuple[str, int, int], int] = defaultdict(int)
        for meeting in self.meetings:
            for moment in moments(self.make, meeting.start, meeting.end):
                use[self.make.service(meeting.service).room, meeting.day, moment] += 1
        most: dict[str, int] = dict.fromkeys(self.make.rooms, 0)
        for (kind, _, _), number in use.items():
            if kind:
                most[kind] = max(most[kind], number)
        return most


def moments(make: Make, start: int, end: int) -> Iterable[int]:
    """Return the grid's moments of a session: two on the grid overlap if and only if they share one of these."""
    return range(start, end, make.grid_minutes)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that touch or overlap as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
