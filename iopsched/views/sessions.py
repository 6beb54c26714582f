"""What a reader sees of a week: rows in a declared order, labelled as :class:`~iopsched.views.labels.Labels` says.

Pure functions; the command line prints these rows, exports turn them into bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from iopsched.domain.people import Modality, Participant, Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import HoursRow, Schedule, Session
from iopsched.domain.timegrid import DAY, clock, clock_of_end, day_index, day_of
from iopsched.policy.numbers import largest
from iopsched.verifier import held_modules
from iopsched.verifier.modality import joins_by_video
from iopsched.verifier.week import Week
from iopsched.views.labels import Labels
from iopsched.words.phrases import words

PRIVATE_KINDS = ("individual", "family")


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session as a reader sees it. ``most`` is the largest number of participants allowed.

    ``start_minute`` and ``end_minute`` are those of the day, from 0 and up to 1440. ``title`` is its group, else its service and its participants; ``group`` is blank where there is none.
    ``modules`` are the titles of its parts with their minutes, in order; in
    mode ``none`` only those that have a public title. ``remote`` are those
    of the participants who join a session in a room by video, ``remote_heads``
    their number. A row made for one reader has that person's own place:
    ``room`` is blank and ``modality`` ``telehealth`` where they join by video; ``video_link`` is blank where nobody does.
    """

    session_id: str
    day: int
    date: date
    start_minute: int
    end_minute: int
    kind: str
    service_id: str
    title: str
    group: str
    therapists: tuple[str, ...]
    room: str
    participants: tuple[str, ...]
    heads: int
    most: int
    modality: str
    modules: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    remote_heads: int = 0
    video_link: str = ""

    @property
    def start(self) -> str:
        """Return for instance ``09:00``."""
        return clock(self.start_minute)

    @property
    def end(self) -> str:
        """Return for instance ``12:00``; ``24:00`` at midnight."""
        return clock_of_end(self.end_minute)

    @property
    def times(self) -> str:
        """Return for instance ``09:00-12:00``."""
        return f"{self.start}-{self.end}"

    @property
    def what(self) -> str:
        """Return what is held, without the participants."""
        return self.group or self.service

    @property
    def service(self) -> str:
        """Return the service in words."""
        return words(self.service_id)

    @property
    def staff(self) -> str:
        """Return who holds it, the lead first."""
        return " + ".join(self.therapists) or "nobody"

    @property
    def lead(self) -> str:
        """Return who leads it."""
        return self.therapists[0] if self.therapists else "nobody"

    @property
    def modality_words(self) -> str:
        """Return ``online``, ``online: P3`` or ``1 joins online``, blank where everybody comes in."""
        if self.modality != "hybrid":
            return "online" if self.modality == "telehealth" else ""
        return f"online: {', '.join(self.remote)}" if self.remote else self.remote_words

    @property
    def remote_words(self) -> str:
        """Return ``1 joins online``, blank where everybody of a session in a room is there."""
        verb = "joins" if self.remote_heads == 1 else "join"
        return f"{self.remote_heads} {verb} online" if self.remote_heads else ""

    @property
    def attendees(self) -> tuple[str, ...]:
        """Return the participants; where others come in, people who join by video are marked."""
        return tuple(f"{label} (online)" if label in self.remote else label for label in self.participants)

    @property
    def place(self) -> str:
        """Return the room, or why there is none."""
        return self.room or ("online" if self.modality == "telehealth" else "no room")

    @property
    def where(self) -> tuple[str, ...]:
        """Return the place, and the modality where the place does not say it."""
        return tuple(dict.fromkeys(piece for piece in (self.place, self.modality_words) if piece))

    @property
    def is_single(self) -> bool:
        """Return whether the session is for one participant or family."""
        return self.kind in PRIVATE_KINDS or self.most == 1

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the short pieces of a cell: title, staff, room, how many join online, heads of a group."""
        heads = () if self.is_single else (f"{self.heads}/{self.most}",)
        remote = (self.remote_words,) if self.remote_words else ()
        return (self.title, self.staff, self.place, *remote, *heads)


@dataclass(frozen=True, slots=True)
class GroupRow:
    """How full a group is: its members of :func:`group_members` against its largest size."""

    group_id: str
    label: str
    members: int
    most: int
    held: int
    planned: int


def session_rows(
    problem: Problem, schedule: Schedule, labels: Labels, reader: Participant | Therapist | None = None
) -> tuple[SessionRow, ...]:
    """Return every session, in order of time, room and id; with a ``reader``, as it is for that person."""
    sessions = sorted(schedule.sessions, key=lambda item: (item.start, item.end, item.room_id or "", item.id))
    return tuple(_row(problem, schedule, session, labels, reader) for session in sessions)


def _row(
    problem: Problem, schedule: Schedule, session: Session, labels: Labels, reader: Participant | Therapist | None
) -> SessionRow:
    """Return one row; a hand-edited session of an unknown service or group is shown as it is written."""
    service = problem.service.get(session.service_id)
    group = problem.group.get(session.group_id) if session.group_id else None
    people = tuple(labels.participant(person) for person in session.participant_ids) if labels.shows_people else ()
    known = [problem.participant[person] for person in session.participant_ids if person in problem.participant]
    population = group.population if group else next((person.population for person in known), "")
    kind = service.kind if service else "other"
    heads = len(session.participant_ids)
    most = largest(problem.clinic, service, group, (population,)).value if service else max(2, heads)
    group_label = labels.group(session.group_id, session.service_id) if session.group_id else ""
    modality = _own_modality(session, reader)
    remote = [person.id for person in known if modality == "hybrid" and joins_by_video(session, person)]
    whom = people if kind in PRIVATE_KINDS or most == 1 else ()
    return SessionRow(
        session_id=session.id,
        day=day_index(session.start),
        date=day_of(schedule.week, session.start),
        start_minute=session.start % DAY,
        end_minute=(session.end - 1) % DAY + 1,
        kind=kind,
        service_id=session.service_id,
        title=group_label or " ".join((words(session.service_id), *whom)),
        group=group_label,
        therapists=tuple(labels.therapist(person) for person in session.therapist_ids),
        room="" if modality == "telehealth" else labels.room(session.room_id),
        participants=people,
        heads=heads,
        most=most,
        modality=modality,
        modules=_modules(problem, session, labels),
        remote=tuple(map(labels.participant, remote)) if labels.shows_people else (),
        remote_heads=len(remote),
        video_link=labels.video_link(session.group_id, session.lead_id) if modality == "telehealth" or remote else "",
    )


def _own_modality(session: Session, reader: Participant | Therapist | None) -> Modality:
    """Return how a reader takes part; staff in the room need to know that others are not."""
    if reader is not None and joins_by_video(session, reader):
        return "telehealth"
    return "in_person" if isinstance(reader, Participant) and session.modality == "hybrid" else session.modality


def _modules(problem: Problem, session: Session, labels: Labels) -> tuple[str, ...]:
    held = held_modules(problem, session.service_id, session.group_id)
    titles = ((row.title if labels.shows_people else row.public_title, row.minutes) for row in held)
    return tuple(f"{title} {minutes} min" for title, minutes in titles if title)


def only(
    schedule: Schedule,
    *,
    participant: str | None = None,
    therapist: str | None = None,
    room: str | None = None,
    day: int | None = None,
) -> tuple[Session, ...]:
    """Return the sessions of a person, a room or a weekday; None asks for nothing."""
    return tuple(
        session
        for session in schedule.sessions
        if (participant is None or participant in session.participant_ids)
        and (therapist is None or therapist in session.therapist_ids)
        and (room is None or room == session.room_id)
        and (day is None or day == day_index(session.start))
    )


def group_members(week: Week, group_id: str) -> frozenset[str]:
    """Return the members of a group: everybody on the roster of its sessions, or with its ``group_id`` this week.

    Who was not yet admitted or is discharged takes no seat; of a group that
    nobody knows only the roster is known.
    """
    held = (row for row in week.schedule.sessions if row.group_id == group_id)
    roster = frozenset(person for row in held for person in row.participant_ids)
    return roster | {
        row.id for row in week.problem.participants if group_id in row.group_ids and week.calendars.is_present(row)
    }


def group_rows(problem: Problem, schedule: Schedule, labels: Labels) -> tuple[GroupRow, ...]:
    """Return how full each group is, by id; a group without sessions is not held."""
    found = []
    week = Week(problem, schedule)
    for group in problem.groups:
        sessions = [session for session in schedule.sessions if session.group_id == group.id]
        members = group_members(week, group.id)
        most = largest(problem.clinic, problem.service[group.service_id], group, (group.population,)).value
        label = labels.group(group.id, group.service_id)
        found.append(GroupRow(group.id, label, len(members), most, len(sessions), group.sessions_per_week))
    return tuple(found)


def kinds_held(problem: Problem, schedule: Schedule) -> str:
    """Return for instance ``12 group, 30 individual``, in the order of ``services.csv``."""
    held = [session.service_id for session in schedule.sessions]
    return ", ".join(f"{held.count(row.id)} {words(row.id)}" for row in problem.services if row.id in held)


@dataclass(frozen=True, slots=True)
class Grid:
    """A week as a table: ``cells[time][day]`` in the order of ``times`` and ``days``."""

    days: tuple[int, ...]
    times: tuple[str, ...]
    cells: tuple[tuple[tuple[SessionRow, ...], ...], ...]


def grid(rows: Iterable[SessionRow]) -> Grid:
    """Return the table of the days and times that occur."""
    every = list(rows)
    days = tuple(sorted({row.day for row in every}))
    times = tuple(sorted({row.times for row in every}))
    cells = tuple(
        tuple(tuple(row for row in every if row.day == day and row.times == time) for day in days) for time in times
    )
    return Grid(days, times, cells)


@dataclass(frozen=True, slots=True)
class HoursLine:
    """A participant's week in numbers, as a reader sees it."""

    label: str
    row: HoursRow
    primary: str
    groups: str


def hours_lines(hours: Iterable[HoursRow], labels: Labels) -> tuple[HoursLine, ...]:
    """Return everybody's hours, people below their minimum first; empty where people are not shown."""
    if not labels.shows_people:
        return ()
    rows = sorted(hours, key=lambda row: (row.status == "met", row.participant_id))
    return tuple(
        HoursLine(
            label=labels.participant(row.participant_id),
            row=row,
            primary=labels.therapist(row.therapist_id) if row.therapist_id else "",
            groups=", ".join(labels.group(key, "") for key in row.group_ids),
        )
        for row in rows
    )
