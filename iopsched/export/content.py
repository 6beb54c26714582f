"""The week of an edition as its readers see it: cards of sessions, tables, rosters, hours.

Pure functions. Everybody appears as the edition's labels say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.export.edition import Edition
from iopsched.export.numbering import Numbering
from iopsched.export.palette import TONES
from iopsched.verifier.week import Week
from iopsched.views.headroom import Load, loads
from iopsched.views.lacks import Shortage, shortage
from iopsched.views.resources import StaffWeek, staff_weeks
from iopsched.views.sessions import HoursLine, SessionRow, group_members, hours_lines, session_rows

DASH = "\N{EN DASH}"


def span(text: str) -> str:
    """Return a text with the dash that typographers use between times."""
    return re.sub(r"(?<=\d\d:\d\d)-(?=\d\d:\d\d)", DASH, text)


@dataclass(frozen=True, slots=True)
class Card:
    """One session as it stands in the week.

    ``tone`` is the color of the service, by its place among the services.
    ``load`` says how full it is, None for a service that nobody knows. The
    last four count the people and things it concerns.
    """

    row: SessionRow
    tone: int
    load: Load | None
    people: tuple[int, ...]
    staff: tuple[int, ...]
    room: int | None
    group: int | None

    @property
    def times(self) -> str:
        """Return for instance ``09:00-12:00``, with a longer dash."""
        return span(self.row.times)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a week: what stands at its left, and the cards of each day."""

    title: str
    cells: tuple[tuple[Card, ...], ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """A group, or a session without one, and its members."""

    group: int | None
    title: str
    tone: int
    when: str
    staff: str
    rooms: str
    members: int
    most: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A participant's hours and unmet need; ``person`` is their number on the page."""

    person: int
    line: HoursLine
    lacks: str


class Content:
    """The week of one edition; everything is worked out when first asked for."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.labels = edition.labels
        self.problem = edition.problem
        self.numbers = Numbering(edition)
        self._service_place = {service.id: place for place, service in enumerate(self.problem.services)}

    @cached_property
    def _week(self) -> Week:
        return Week(self.problem, self.edition.schedule)

    @cached_property
    def _sessions(self) -> Mapping[str, Session]:
        return {session.id: session for session in self.edition.schedule.sessions}

    def tone(self, service_id: str) -> int:
        """Return the color of a service."""
        return self._service_place.get(service_id, 0) % len(TONES)

    @cached_property
    def cards(self) -> tuple[Card, ...]:
        """Return every session, in order of time, room and id."""
        rows = session_rows(self.problem, self.edition.schedule, self.labels)
        full = loads(self.problem, self.edition.schedule)
        return tuple(self._card(row, self._sessions[row.session_id], full.get(row.session_id)) for row in rows)

    def _card(self, row: SessionRow, session: Session, load: Load | None) -> Card:
        shown = session.participant_ids if self.labels.shows_people else ()
        return Card(
            row=row,
            tone=self.tone(row.service_id),
            load=load,
            people=tuple(self.numbers.people[key] for key in shown),
            staff=tuple(self.numbers.staff[key] for key in session.therapist_ids),
            room=self.numbers.rooms[session.room_id] if session.room_id else None,
            group=self.numbers.groups[session.group_id] if session.group_id else None,
        )

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
        leads = sorted({card.row.lead for card in cards}, key=str.casefold)
        return self._table(cards, lambda card: card.row.lead, leads)

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
        """Return the members of each group, then of each session that several share without a group."""
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
        if group_id:
            ids |= group_members(self._week, group_id)
        names = [self.labels.participant(key) for key in sorted(ids)] if self.labels.shows_people else []
        first = cards[0]
        return Roster(
            group=first.group,
            title=first.row.title,
            tone=first.tone,
            when="; ".join(_times_of(cards)),
            staff=", ".join(dict.fromkeys(name for card in cards for name in card.row.therapists)) or "nobody",
            rooms=", ".join(dict.fromkeys(card.row.place for card in cards)),
            members=len(ids),
            most=max(card.row.most for card in cards),
            names=tuple(sorted(names, key=str.casefold)),
        )

    @cached_property
    def shortage(self) -> Shortage:
        """Return who lacks what."""
        return shortage(self.problem, self.edition.schedule, self.edition.unmet, self.labels)

    def person_lines(self) -> tuple[PersonLine, ...]:
        """Return everybody's hours, people below their minimum first; empty where people are not shown."""
        lacks = {row.participant_id: row.facts for row in self.shortage.lines}
        return tuple(
            PersonLine(self.numbers.people[line.row.participant_id], line, lacks.get(line.row.participant_id, ""))
            for line in hours_lines(self.edition.hours, self.labels)
        )

    @cached_property
    def staff_weeks(self) -> tuple[StaffWeek, ...]:
        """Return the week of everybody in ``therapists.csv``, the fullest first."""
        known = self.problem.therapist
        weeks = staff_weeks(self.problem, self.edition.schedule, self.labels)
        return tuple(
            sorted((row for row in weeks if row.therapist_id in known), key=lambda row: (-row.minutes, row.label))
        )


def _times_of(cards: Sequence[Card]) -> list[str]:
    """Return for instance ``Mon Wed 09:00-12:00`` for each of the times, in their order."""
    days: dict[str, list[str]] = {}
    for card in cards:
        days.setdefault(card.times, []).append(WEEKDAYS[card.row.day])
    return [f"{' '.join(names)} {times}" for times, names in days.items()]
