"""A schedule laid beside its problem: sessions with their rows looked up, and small indexes.

A hand-edited schedule may name anything. What cannot be looked up is left out
here and reported by the check that owns it: services, groups and participants
by ``match`` and ``cohort``, staff by ``staffed``, rooms by ``seats``, times
that are no times by ``window``.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, WEEK, clock_of_end, moment
from iopsched.policy.needs import Needs
from iopsched.policy.numbers import countable_minutes
from iopsched.verifier.calendars import Calendars
from iopsched.words.sentence import Sentence, SessionRef

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session with its rows: ``staff`` and ``people`` are the known ones, each once, in the order given.

    ``countable`` are the minutes that count toward weekly hours, 0 where the service does not count.
    """

    session: Session
    service: Service
    group: Group | None
    room: Room | None
    lead: Therapist | None
    staff: tuple[Therapist, ...]
    people: tuple[Participant, ...]
    countable: int

    @property
    def id(self) -> str:
        """Return the session's id."""
        return self.session.id

    @property
    def start(self) -> int:
        """Return the minute of the week of the start."""
        return self.session.start

    @property
    def end(self) -> int:
        """Return the minute of the week of the end."""
        return self.session.end

    @property
    def day(self) -> int:
        """Return the weekday of the start, 0 is Monday."""
        return self.session.start // DAY

    @property
    def minutes(self) -> int:
        """Return the clock length in minutes."""
        return self.session.end - self.session.start

    @property
    def populations(self) -> tuple[str, ...]:
        """Return the group's population, or without a group those of the participants, sorted."""
        if self.group:
            return (self.group.population,)
        return tuple(sorted({person.population for person in self.people}))

    @property
    def told(self) -> Sentence:
        """Return for instance ``G1-1 (Mon 09:00-12:00)``."""
        return Sentence("{} ({}-{})", SessionRef(self.id), moment(self.start), clock_of_end(self.end))


Index = Mapping[str, tuple[Meeting, ...]]


class Week:
    """One schedule of one problem, with the look-ups that the checks share. Nothing here judges.

    ``about`` are the participants whose own rules and parts of goals are looked at, None = everybody: whoever asks about one person does
    not wait for all others.
    """

    def __init__(self, problem: Problem, schedule: Schedule, about: Container[str] | None = None) -> None:
        self.problem = problem
        self.about = about
        self.participants = tuple(row for row in problem.participants if about is None or row.id in about)
        self.schedule = schedule
        self.calendars = Calendars(problem)
        self.needs = Needs(problem, self.calendars.is_present, self.calendars.prorated)
        self._begun = frozenset(problem.begun)
        found = (self._meeting(session) for session in schedule.sessions if has_times(session))
        self.meetings = tuple(
            sorted((meeting for meeting in found if meeting), key=lambda meeting: (meeting.start, meeting.session))
        )

    def _meeting(self, session: Session) -> Meeting | None:
        problem = self.problem
        service = problem.service.get(session.service_id)
        if service is None:
            return None
        people = _known(session.participant_ids, problem.participant)
        if session in self._begun:  # whoever has left since, or was not there, has no part in what is counted
            people = tuple(
                row for row in people if self.calendars.is_present(row) and (row.id, session.id) not in problem.missed
            )
        return Meeting(
            session=session,
            service=service,
            group=problem.group.get(session.group_id or ""),
            room=problem.room.get(session.room_id or ""),
            lead=problem.therapist.get(session.lead_id),
            staff=_known(session.therapist_ids, problem.therapist),
            people=people,
            countable=countable_minutes(problem.clinic, service),
        )

    @cached_property
    def of_participant(self) -> Index:
        """Return the sessions that each participant attends, by start."""
        return _index(self.meetings, lambda meeting: (person.id for person in meeting.people))

    @cached_property
    def of_therapist(self) -> Index:
        """Return the sessions on whose staff each therapist is, by start."""
        return _index(self.meetings, lambda meeting: (person.id for person in meeting.staff))

    @cached_property
    def of_room(self) -> Index:
        """Return the sessions in each room, by start."""
        return _index(self.meetings, lambda meeting: (meeting.room.id,) if meeting.room else ())

    @cached_property
    def of_group(self) -> Index:
        """Return the sessions of each group, by start."""
        return _index(self.meetings, lambda meeting: (meeting.group.id,) if meeting.group else ())

    def is_about(self, participant: Participant) -> bool:
        """Return whether a participant's own rules and parts of goals are looked at."""
        return self.about is None or participant.id in self.about

    def countable_of(self, participant: Participant) -> list[Meeting]:
        """Return the sessions of countable services that a participant attends, by start."""
        return [meeting for meeting in self.of_participant.get(participant.id, ()) if meeting.service.counts]

    def members(self, group: Group, *, with_roster: bool) -> frozenset[str]:
        """Return the ids of those whose ``group_id`` names the group, and of those on its roster if asked."""
        given = self._given_members.get(group.id, frozenset())
        if with_roster:
            given |= {person.id for meeting in self.of_group.get(group.id, ()) for person in meeting.people}
        return given

    @cached_property
    def _given_members(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for person in self.problem.participants:
            for group_id in person.group_ids:
                found.setdefault(group_id, set()).add(person.id)
        return {group_id: frozenset(members) for group_id, members in found.items()}


def has_times(session: Session) -> bool:
    """Return whether the session runs forward inside the week, so that it can be reasoned about at all."""
    return 0 <= session.start < session.end <= WEEK


def session_ids(meetings: Iterable[Meeting]) -> tuple[str, ...]:
    """Return the ids of sessions, in the order given."""
    return tuple(meeting.id for meeting in meetings)


def by_day(meetings: Iterable[Meeting]) -> Mapping[int, list[Meeting]]:
    """Return the sessions of each weekday, in the order given; days without any are missing."""
    days: dict[int, list[Meeting]] = {}
    for meeting in meetings:
        days.setdefault(meeting.day, []).append(meeting)
    return days


def runs(held: Sequence[Meeting], break_minutes: int) -> list[tuple[int, int]]:
    """Return first start and last end of each run of a day's sessions less than a pause apart."""
    found: list[tuple[int, int]] = []
    for meeting in sorted(held, key=lambda row: row.start):
        if found and meeting.start - found[-1][1] < break_minutes:
            found[-1] = (found[-1][0], max(found[-1][1], meeting.end))
        else:
            found.append((meeting.start, meeting.end))
    return found


def _known(ids: tuple[str, ...], rows: Mapping[str, Row]) -> tuple[Row, ...]:
    return tuple(rows[key] for key in dict.fromkeys(ids) if key in rows)


def _index(meetings: tuple[Meeting, ...], keys: Callable[[Meeting], Iterable[str]]) -> Index:
    found: dict[str, list[Meeting]] = {}
    for meeting in meetings:
        for key in keys(meeting):
            found.setdefault(key, []).append(meeting)
    return {key: tuple(rows) for key, rows in found.items()}
