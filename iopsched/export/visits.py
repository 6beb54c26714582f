"""What people on paper are told: a participant's own week, a therapist's week, who arrives when.

Pure functions. A participant's rows are made of that participant's sessions
and hold nothing about anybody else but the staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import HOUR, clock, clock_of_end, day_index, hours
from iopsched.export.content import DASH
from iopsched.export.edition import Edition
from iopsched.verifier.account import accounts
from iopsched.verifier.closedays import closed_days, closure_loss
from iopsched.verifier.modality import joins_by_video
from iopsched.verifier.week import Week
from iopsched.views.own_hours import own_hours
from iopsched.views.sessions import SessionRow, session_rows
from iopsched.words.papers import PaperWords, paper_words, spoken_code
from iopsched.words.phrases import count

RETURNS_AFTER = HOUR


@dataclass(frozen=True, slots=True)
class Appointment:
    """One session as one person is told of it. ``people`` is for staff only and empty on a participant's page."""

    times: str
    title: str
    place: str
    with_whom: str
    note: str
    people: tuple[str, ...] = ()
    heads: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of somebody's week."""

    title: str
    date: str
    appointments: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True)
class PersonalSheet:
    """A week for one person. ``words`` are sentences about hours, ``told`` the language."""

    key: str
    label: str
    days: tuple[Day, ...]
    words: tuple[str, ...]
    told: PaperWords

    @property
    def is_long(self) -> bool:
        """Return whether there is so much in it that only small type keeps it on one page."""
        return sum(len(day.appointments) for day in self.days) + len(self.days) > 12


@dataclass(frozen=True, slots=True)
class Arrival:
    """A participant who comes in: when, where to go, and when they leave again."""

    start: int
    time: str
    label: str
    steps: tuple[str, ...]
    leaves: str
    is_return: bool


@dataclass(frozen=True, slots=True)
class Arrivals:
    """One day at the front desk. ``online`` lists people who do not come in for a session, with time and session."""

    day: date
    title: str
    here: tuple[Arrival, ...]
    online: tuple[Arrival, ...]


class ClockFormat:
    """Tells times as the clinic's readers do: of twelve hours in America, else of twenty-four."""

    def __init__(self, *, is_of_twelve: bool) -> None:
        self._is_of_twelve = is_of_twelve

    def at(self, minute: int, *, is_end: bool = False, told: PaperWords | None = None) -> str:
        """Return for instance ``9:00 am``; noon and midnight by their names, which nobody mistakes."""
        text = clock_of_end(minute) if is_end else clock(minute)
        if not self._is_of_twelve:
            return text
        told = told or paper_words()
        hour, rest = int(text[:2]) % 24, text[3:]
        if rest == "00" and hour % 12 == 0:
            return told.say("noon" if hour else "midnight")
        return told.say("am" if hour < 12 else "pm", time=f"{hour % 12 or 12}:{rest}")

    def span(self, session: Session, told: PaperWords | None = None) -> str:
        """Return when a session is held."""
        return f"{self.at(session.start, told=told)} {DASH} {self.at(session.end, is_end=True, told=told)}"


class PersonalSheets:
    """The sheets of one edition."""

    def __init__(self, edition: Edition, told: ClockFormat) -> None:
        self._edition = edition
        self._told = told
        self._english = paper_words()
        self._rows = {row.session_id: row for row in session_rows(edition.problem, edition.schedule, edition.labels)}
        self._people = edition.problem.participant
        self._sessions = sorted(edition.schedule.sessions, key=lambda session: (session.start, session.end, session.id))

    def participants(self) -> tuple[PersonalSheet, ...]:
        """Return a sheet for everybody who is in the program this week, by id."""
        problem, schedule = self._edition.problem, self._edition.schedule
        found = {row.participant.id: row for row in accounts(Week(problem, schedule))}
        closed, loss = closed_days(problem), closure_loss(problem, schedule)
        alone = frozenset(loss.alone if loss is not None else ())
        held: dict[str, list[Session]] = {row.participant_id: [] for row in self._edition.hours}
        for session in self._sessions:
            for key in session.participant_ids:
                held.setdefault(key, []).append(session)
        return tuple(
            PersonalSheet(
                key,
                self._edition.labels.participant(key),
                _by_day(self._edition, [(session, self._own(session, key, told)) for session in held[key]], told),
                own_hours(found[key], closed, is_by_closure=key in alone, told=told) if key in found else (),
                told,
            )
            for key in sorted(held)
            for told in (self._language_for(key),)
        )

    def therapists(self) -> tuple[PersonalSheet, ...]:
        """Return a sheet for every member of staff with a session, by id."""
        held: dict[str, list[Session]] = {}
        for session in self._sessions:
            for key in dict.fromkeys(session.therapist_ids):
                held.setdefault(key, []).append(session)
        return tuple(
            PersonalSheet(
                key,
                self._edition.labels.therapist(key),
                _by_day(self._edition, [(session, self._led(session, key)) for session in held[key]], self._english),
                (
                    f"{count(len(held[key]), 'session')}, {hours(sum(session.minutes for session in held[key]))} in all.",
                ),
                self._english,
            )
            for key in sorted(held)
        )

    def _language_for(self, key: str) -> PaperWords:
        """Return the language asked for, else the participant's own."""
        person = self._people.get(key)
        return paper_words(self._edition.language or spoken_code(person.languages if person else ()))

    def _own(self, session: Session, key: str, told: PaperWords) -> Appointment:
        """Return what one participant is told: the title is never the row's, which may name others."""
        row = self._row_for(session, self._people.get(key))
        is_online = row.modality == "telehealth"
        return Appointment(
            times=self._told.span(session, told),
            title=self._title(session, told),
            place=told.say("online") if is_online else row.room or told.say("at_the_desk"),
            with_whom=told.say("and_with").join(row.therapists),
            note=_by_video(row.video_link, told) if is_online else "",
        )

    def _led(self, session: Session, key: str) -> Appointment:
        """Return what a member of staff is told, with who comes, as far as that may be shown."""
        row = self._row_for(session, self._edition.problem.therapist.get(key))
        others = [label for person, label in zip(session.therapist_ids, row.therapists, strict=True) if person != key]
        return Appointment(
            times=self._told.span(session),
            title=self._title(session, self._english),
            place=row.place,
            with_whom=" + ".join(others),
            note=", ".join((*row.where[1:], *([row.video_link] if row.video_link else []))),
            people=row.attendees,
            heads="" if row.is_single else f"{row.heads} of {row.most}",
        )

    def _title(self, session: Session, told: PaperWords) -> str:
        """Return a session's title, without the participants."""
        row = self._rows[session.id]
        if session.group_id and row.group:
            return self._edition.labels.handed_out(session.group_id, session.service_id)
        what = row.group or told.service(session.service_id)
        return f"{what[:1].upper()}{what[1:]}"

    def _row_for(self, session: Session, reader: Participant | Therapist | None) -> SessionRow:
        """Return a session as it is for one person, who may join by video where others come in."""
        if session.modality != "hybrid":
            return self._rows[session.id]
        held = Schedule(self._edition.schedule.week, (session,))
        return session_rows(self._edition.problem, held, self._edition.labels, reader)[0]

    def _is_online(self, session: Session, key: str) -> bool:
        return joins_by_video(session, self._people.get(key))

    def arrivals(self) -> tuple[Arrivals, ...]:
        """Return the list of every day on which anything is held."""
        days = sorted({day_index(session.start) for session in self._sessions})
        return tuple(self._arrivals(day) for day in days)

    def _arrivals(self, day: int) -> Arrivals:
        today = [session for session in self._sessions if day_index(session.start) == day]
        here: list[Arrival] = []
        online: list[Arrival] = []
        for key in sorted({key for session in today for key in session.participant_ids}):
            own = [session for session in today if key in session.participant_ids]
            inside = [session for session in own if not self._is_online(session, key)]
            here += [self._arrival(key, visit, is_return=n > 0) for n, visit in enumerate(_visits(inside))]
            online += [self._arrival(key, [session]) for session in own if self._is_online(session, key)]
        when = self._edition.schedule.week + timedelta(days=day)
        return Arrivals(when, self._english.dated("date", when), _in_order(here), _in_order(online))

    def _arrival(self, key: str, visit: Sequence[Session], *, is_return: bool = False) -> Arrival:
        end = max(session.end for session in visit)
        return Arrival(
            start=visit[0].start,
            time=self._told.at(visit[0].start),
            label=self._edition.labels.participant(key),
            steps=tuple(self._step(session, key, is_first=session is visit[0]) for session in visit),
            leaves=self._told.at(end, is_end=True),
            is_return=is_return,
        )

    def _step(self, session: Session, key: str, *, is_first: bool) -> str:
        row = self._rows[session.id]
        place = row.room or self._english.say("at_the_desk")
        what = f"{self._title(session, self._english)} with {' and '.join(row.therapists) or 'nobody'}"
        pieces = [] if is_first else [self._told.at(session.start)]
        pieces += [] if self._is_online(session, key) else [place]
        return ": ".join((*pieces, what))


def _by_video(link: str, told: PaperWords) -> str:
    return told.say("join_at", link=link) if link else told.say("by_video")


def _by_day(edition: Edition, appointments: Iterable[tuple[Session, Appointment]], told: PaperWords) -> tuple[Day, ...]:
    days: dict[int, list[Appointment]] = {}
    for session, appointment in appointments:
        days.setdefault(day_index(session.start), []).append(appointment)
    dates = {day: edition.schedule.week + timedelta(days=day) for day in days}
    return tuple(
        Day(told.weekday(day), told.dated("day_of_month", dates[day]), tuple(rows)) for day, rows in days.items()
    )


def _visits(sessions: Sequence[Session]) -> list[list[Session]]:
    """Return the sessions of a day in visits: who has more than an hour between two goes and comes again."""
    visits: list[list[Session]] = []
    for session in sessions:
        if visits and session.start - max(earlier.end for earlier in visits[-1]) <= RETURNS_AFTER:
            visits[-1].append(session)
        else:
            visits.append([session])
    return visits


def _in_order(rows: Iterable[Arrival]) -> tuple[Arrival, ...]:
    return tuple(sorted(rows, key=lambda row: (row.start, row.label.casefold(), row.steps)))
