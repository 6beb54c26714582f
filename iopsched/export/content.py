"""The week of an edition as its readers see it: cards of sessions, tables, rosters, hours.

Pure functions. Everybody appears as the edition's labels say. People, staff,
rooms and groups are told apart by small numbers, so that a page can be
filtered without an id that its reader may not see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from iopsched.domain.schedule import HoursRow, Session
from iopsched.domain.timegrid import WEEKDAYS, hours
from iopsched.export.edition import Edition
from iopsched.export.palette import TONES
from iopsched.verifier.limits import largest, smallest, staff_ratio
from iopsched.verifier.modality import people_in_room, staff_in_room
from iopsched.verifier.week import Meeting, Week
from iopsched.verifier.workdays import week_limit
from iopsched.view import HoursLine, Labels, SessionRow, hours_lines, session_rows

DASH = "\N{EN DASH}"
MODALITIES = {"in_person": "in person", "telehealth": "online", "hybrid": "hybrid"}


def words(identifier: str) -> str:
    """Return the id of a service or level as words: ``case_management`` is ``case management``."""
    return identifier.replace("_", " ")


def span(times: str) -> str:
    """Return times with the dash that typographers use."""
    return times.replace("-", DASH)


def title_of(session: Session, row: SessionRow, labels: Labels) -> str:
    """Return what a session is called: its group as its reader may see it, else its service in words, and for whom."""
    if session.group_id:
        label = labels.group(session.group_id, session.service_id)
        return words(label) if label == session.service_id else label
    people = row.participants if row.is_single else ()
    return " ".join((words(session.service_id), *people))


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody or something that a reader may ask for."""

    number: int
    label: str


@dataclass(frozen=True, slots=True)
class Card:
    """One session as it stands in the week.

    ``tone`` is the color of the service, by its place among the services.
    ``lead`` is who leads, ``others`` the rest of the staff. ``who`` are the
    participants of a session for one person or family. ``marks`` are words
    about what is tight. The last four are the numbers of whom it concerns.
    """

    row: SessionRow
    title: str
    service: str
    tone: int
    lead: str
    others: tuple[str, ...]
    who: str
    modality: str
    marks: tuple[str, ...]
    people: tuple[int, ...]
    staff: tuple[int, ...]
    room: int | None
    group: int | None

    @property
    def times(self) -> str:
        """Return for instance ``09:00-12:00``."""
        return span(self.row.times)

    @property
    def place(self) -> str:
        """Return the room, or why there is none."""
        if self.row.room:
            return self.row.room
        return "online" if self.row.modality == "telehealth" else "no room"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a week: what stands at its left, and the cards of each day."""

    title: str
    cells: tuple[tuple[Card, ...], ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """A group, or a session without one, and who is in it."""

    group: int | None
    title: str
    service: str
    tone: int
    when: str
    staff: str
    rooms: str
    members: int
    most: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A participant's hours; ``person`` is the number by which the page knows them."""

    person: int
    line: HoursLine
    primary: str
    groups: str
    missing: str
    short: str

    @property
    def row(self) -> HoursRow:
        """Return the counted numbers."""
        return self.line.row


@dataclass(frozen=True, slots=True)
class Load:
    """The session minutes of a member of staff, and the most of a week."""

    label: str
    minutes: int
    limit: int
    sessions: int


@dataclass(frozen=True, slots=True)
class SeatsLeft:
    """How many more participants a session may have, and which limit is nearest: size, ratio or room."""

    free: int
    why: str


class Content:
    """The week of one edition; everything is worked out when first asked for."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.labels = edition.labels
        self.problem = edition.problem
        self.week = Week(edition.problem, edition.schedule)
        self._service_place = {service.id: place for place, service in enumerate(self.problem.services)}

    @cached_property
    def _meetings(self) -> Mapping[str, Meeting]:
        return {meeting.id: meeting for meeting in self.week.meetings}

    @cached_property
    def _sessions(self) -> Mapping[str, Session]:
        return {session.id: session for session in self.edition.schedule.sessions}

    @cached_property
    def _people(self) -> Mapping[str, int]:
        held = {person for session in self._sessions.values() for person in session.participant_ids}
        return _numbered(held.union(row.participant_id for row in self.edition.hours))

    @cached_property
    def _staff(self) -> Mapping[str, int]:
        return _numbered(person for session in self._sessions.values() for person in session.therapist_ids)

    @cached_property
    def _rooms(self) -> Mapping[str, int]:
        return _numbered(session.room_id for session in self._sessions.values() if session.room_id)

    @cached_property
    def _groups(self) -> Mapping[str, int]:
        return _numbered(session.group_id for session in self._sessions.values() if session.group_id)

    def choices(self) -> Mapping[str, tuple[Choice, ...]]:
        """Return whom and what the week can be filtered by; no participants where they are not shown."""
        found = {
            "therapist": self._choices(self._staff, self.labels.therapist),
            "room": self._choices(self._rooms, self.labels.room),
            "group": self._choices(self._groups, self._group_label),
        }
        if self.labels.shows_people:
            found["participant"] = self._choices(self._people, self.labels.participant)
        return {kind: choices for kind, choices in found.items() if choices}

    def _choices(self, numbers: Mapping[str, int], label: Callable[[str], str]) -> tuple[Choice, ...]:
        """Return the labels in order; equal ones are numbered, because the reader must not see the ids."""
        labels = {key: label(key) for key in numbers}
        often = Counter(labels.values())
        seen: Counter[str] = Counter()
        found = []
        for key, number in numbers.items():
            seen[labels[key]] += 1
            told = f"{labels[key]} ({seen[labels[key]]})" if often[labels[key]] > 1 else labels[key]
            found.append(Choice(number, told))
        return tuple(sorted(found, key=lambda choice: (choice.label.casefold(), choice.number)))

    def _group_label(self, group_id: str) -> str:
        group = self.problem.group.get(group_id)
        service_id = group.service_id if group else "group"
        label = self.labels.group(group_id, service_id)
        return words(label) if label == service_id else label

    def tone(self, service_id: str) -> int:
        """Return the color of a service."""
        return self._service_place.get(service_id, 0) % len(TONES)

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """Return every session, in order of time, room and id."""
        rows = session_rows(self.problem, self.edition.schedule, self.labels)
        return tuple(self._card(row, self._sessions[row.session_id]) for row in rows)

    def _card(self, row: SessionRow, session: Session) -> Card:
        lead = row.therapists[0] if row.therapists else "nobody"
        return Card(
            row=row,
            title=title_of(session, row, self.labels),
            service=words(row.service_id),
            tone=self.tone(row.service_id),
            lead=lead,
            others=row.therapists[1:],
            who=", ".join(row.participants) if row.is_single else "",
            modality=MODALITIES.get(row.modality, row.modality),
            marks=() if row.is_single else self._marks(row.session_id),
            people=tuple(self._people[key] for key in session.participant_ids) if self.labels.shows_people else (),
            staff=tuple(self._staff[key] for key in session.therapist_ids),
            room=self._rooms[session.room_id] if session.room_id else None,
            group=self._groups[session.group_id] if session.group_id else None,
        )

    def _marks(self, session_id: str) -> tuple[str, ...]:
        meeting = self._meetings.get(session_id)
        if meeting is None:
            return ()
        left = self.seats_left(meeting)
        marks = []
        if left.free <= 0:
            marks.append("full" if left.why == "size" else f"full ({left.why})")
        elif left.free == 1:
            marks.append("1 seat left")
        if self.is_at_minimum(meeting):
            marks.append("at its minimum")
        return tuple(marks)

    def is_at_minimum(self, meeting: Meeting) -> bool:
        """Return whether a session would have too few participants if one fewer belonged to it."""
        return len(meeting.people) <= smallest(meeting).value

    def seats_left(self, meeting: Meeting) -> SeatsLeft:
        """Return how many more participants a session may have, and what forbids one more than that."""
        found = [SeatsLeft(largest(self.problem, meeting).value - len(meeting.people), "size")]
        if ratio := staff_ratio(self.problem, meeting):
            counting = sum(therapist.counts_for_ratio for therapist in meeting.staff)
            found.append(SeatsLeft(ratio.value * counting - len(meeting.people), "ratio"))
        if meeting.room:
            people = len(people_in_room(meeting))
            each = 1 + meeting.service.guests
            seats = meeting.room.capacity - len(staff_in_room(meeting)) - people * each
            found.append(SeatsLeft(seats // each, "room"))
            if meeting.room.max_participants is not None:
                found.append(SeatsLeft(meeting.room.max_participants - people, "room"))
        return min(found, key=lambda left: left.free)

    @cached_property
    def days(self) -> tuple[int, ...]:
        """Return the weekdays on which anything is held."""
        return tuple(sorted({card.row.day for card in self.cards}))

    def date_of(self, day: int) -> date:
        """Return the date of a weekday."""
        return self.edition.schedule.week + timedelta(days=day)

    def groups_table(self) -> tuple[Line, ...]:
        """Return everything held for several participants: a line for each time, a cell for each day."""
        cards = [card for card in self.cards if not card.row.is_single]
        return self._table(cards, lambda card: card.times, sorted({card.times for card in cards}))

    def singles_table(self) -> tuple[Line, ...]:
        """Return the sessions for one participant or family: a line for each lead, a cell for each day."""
        cards = [card for card in self.cards if card.row.is_single]
        leads = sorted({card.lead for card in cards}, key=str.casefold)
        return self._table(cards, lambda card: card.lead, leads)

    def _table(self, cards: Sequence[Card], title: Callable[[Card], str], titles: Iterable[str]) -> tuple[Line, ...]:
        return tuple(
            Line(
                name,
                tuple(
                    tuple(card for card in cards if card.row.day == day and title(card) == name) for day in self.days
                ),
            )
            for name in titles
        )

    def rosters(self) -> tuple[Roster, ...]:
        """Return who is in which group, then in each session that several share without a group."""
        of_group: dict[str, list[Card]] = {}
        alone = []
        for card in self.cards:
            group_id = self._sessions[card.row.session_id].group_id
            if group_id is not None:
                of_group.setdefault(group_id, []).append(card)
            elif not card.row.is_single:
                alone.append(card)
        groups = [self._roster(group_id, of_group[group_id]) for group_id in sorted(of_group)]
        return (*groups, *(self._roster(None, [card]) for card in alone))

    def _roster(self, group_id: str | None, cards: Sequence[Card]) -> Roster:
        sessions = [self._sessions[card.row.session_id] for card in cards]
        ids = {person for session in sessions for person in session.participant_ids}
        if group_id and group_id in self.problem.group:
            ids |= self.week.members(self.problem.group[group_id], with_roster=True)
        names = [self.labels.participant(key) for key in sorted(ids)] if self.labels.shows_people else []
        first = cards[0]
        return Roster(
            group=first.group,
            title=first.title,
            service=first.service,
            tone=first.tone,
            when="; ".join(_times_of(cards)),
            staff=", ".join(dict.fromkeys(name for card in cards for name in card.row.therapists)) or "nobody",
            rooms=", ".join(dict.fromkeys(card.place for card in cards)),
            members=len(ids),
            most=max(card.row.most for card in cards),
            names=tuple(sorted(names, key=str.casefold)),
        )

    def person_lines(self) -> tuple[PersonLine, ...]:
        """Return everybody's hours, who is short first; nobody where people are not shown."""
        return tuple(self._person(line) for line in hours_lines(self.edition.hours, self.labels))

    def _person(self, line: HoursLine) -> PersonLine:
        row = line.row
        return PersonLine(
            person=self._people[row.participant_id],
            line=line,
            primary=self.labels.therapist(row.therapist_id) if row.therapist_id else "",
            groups=", ".join(map(self._group_label, row.group_ids)),
            missing=missing_words(row),
            short=hours(row.unmet_minutes) if row.status == "short" else "",
        )

    def loads(self) -> tuple[Load, ...]:
        """Return the week of every member of staff who may lead or join a session, the fullest first."""
        found = []
        for therapist in self.problem.therapists:
            held = self.week.of_therapist.get(therapist.id, ())
            minutes = sum(meeting.minutes for meeting in held)
            limit = week_limit(self.week, therapist)[0]
            found.append(Load(self.labels.therapist(therapist.id), minutes, limit, len(held)))
        return tuple(sorted(found, key=lambda load: (-load.minutes, load.label)))


def missing_words(row: HoursRow) -> str:
    """Return the needed sessions that are not held, such as ``1 family, 2 individual``."""
    pieces = (piece.rpartition(":") for piece in row.missing.split(";") if piece)
    return ", ".join(f"{number} {words(service)}" for service, _, number in pieces)


def _times_of(cards: Sequence[Card]) -> list[str]:
    """Return for instance ``Mon Wed 09:00-12:00`` for each of the times, in their order."""
    days: dict[str, list[str]] = {}
    for card in cards:
        days.setdefault(card.times, []).append(WEEKDAYS[card.row.day])
    return [f"{' '.join(names)} {times}" for times, names in days.items()]


def _numbered(ids: Iterable[str]) -> Mapping[str, int]:
    return {key: number for number, key in enumerate(sorted(set(ids)))}
