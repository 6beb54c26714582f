"""What somebody says has happened, as facts of a week: ``T03@Tue@08:00-``, ``clinic@2026-12-01``, ``W02``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Literal, get_args

from iopsched.domain.happenings import Admission, Discharge, Happening
from iopsched.domain.names import Names
from iopsched.domain.people import TimeOff
from iopsched.domain.problem import Problem
from iopsched.errors import UsageError
from iopsched.repairs.saying import Saying
from iopsched.repairs.spans import DateReading, DaysAndTimes, days_named, split, when_of
from iopsched.typedids import known_id
from iopsched.words.wording import either, quoted

AbsentKind = Literal["participant", "therapist", "room"]
CLINIC = "clinic"
LAST_DAY = timedelta(days=6)


def first_days(told: Iterable[Saying], calendar: DateReading) -> tuple[date, ...]:
    """Return the first date of each thing that was said with dates, before the week and its people are known."""
    found = (days_named(split(one.text)[1], calendar) for one in told)
    return tuple(days[0] for days in found if days)


@dataclass(frozen=True)
class FactsReader:
    """Reads what was said about a clinic's week; ``names`` are asked only where no id is meant."""

    problem: Problem
    calendar: DateReading
    names: Callable[[], Names]

    @property
    def usual_days(self) -> tuple[date, date]:
        """Return the days that are meant where none are written: the day of now, or the whole week where that is not in it."""
        monday, today = self.problem.week, self.calendar.now.date()
        return (today, today) if monday <= today <= monday + LAST_DAY else (monday, monday + LAST_DAY)

    def happenings(self, told: Iterable[Saying]) -> tuple[Happening, ...]:
        """Return what happened, each once, in the order in which it was said.

        Raises
        ------
        UsageError
            If a text cannot be read, or names nobody or several.
        """
        return tuple(dict.fromkeys(chain.from_iterable(map(self._happenings, told))))

    def _happenings(self, one: Saying) -> Iterator[Happening]:
        match one.way:
            case "absent":
                yield from self._absences(one.text, self._absent)
            case "closed":
                yield from self._absences(one.text, self._closed)
            case "admit":
                yield self._admission(one.text)
            case "discharge":
                yield self._discharge(one.text)

    @property
    def _tables(self) -> Mapping[AbsentKind, Collection[str]]:
        problem = self.problem
        people = [*problem.participant, *(row.participant.id for row in problem.waitlist)]
        return {"participant": people, "therapist": problem.therapist, "room": problem.room}

    def _every_id(self) -> frozenset[str]:
        return frozenset(chain.from_iterable(self._tables.values()))

    def _absences(self, text: str, whose: Callable[[str], tuple[str, str]]) -> Iterator[TimeOff]:
        head, parts = split(text, self._every_id())
        when = when_of(text, parts, self.calendar)
        kind, own_id = whose(head)
        for start, end in when.stretches(self.usual_days):
            if end <= start:
                raise UsageError(f"{quoted(text, 80)} ends before it begins.")
            yield TimeOff(kind, own_id, start, end)  # type: ignore[arg-type]

    def _absent(self, head: str) -> tuple[AbsentKind, str]:
        """Return which table an id is of, and the id; a table may be named before it, as in ``room:R1``."""
        asked, sign, rest = head.partition(":")
        tables = self._tables
        if sign and asked in get_args(AbsentKind):
            kind: AbsentKind = asked  # type: ignore[assignment]
            return kind, known_id(rest.strip(), _WORD[kind], tables[kind], lambda: self._names_of(kind))
        found = known_id(
            head, "participant, member of staff or room", dict.fromkeys(chain(*tables.values())), self._all_names
        )
        kinds = [kind for kind, ids in tables.items() if found in ids]
        if len(kinds) > 1:
            raise UsageError(f"{found} is the id of several. Write {either(f'{kind}:{found}' for kind in kinds)}.")
        return kinds[0], found

    def _closed(self, head: str) -> tuple[str, str]:
        if head.casefold() == CLINIC:
            return CLINIC, ""
        return "room", known_id(head, "room", self.problem.room, lambda: self._names_of("room"))

    def _names_of(self, kind: AbsentKind) -> Mapping[str, str]:
        names = self.names()
        return {"participant": names.participants, "therapist": names.therapists, "room": names.rooms}[kind]

    def _all_names(self) -> Mapping[str, str]:
        names = self.names()
        return {**names.rooms, **names.therapists, **names.participants}

    def _day(self, text: str, parts: list[str]) -> date | None:
        """Return the one day that is written behind an id, None where none is."""
        when = when_of(text, parts, self.calendar)
        if replace(when, first=None, last=None) != DaysAndTimes() or when.first != when.last:
            raise UsageError(f"{quoted(text, 80)}: write one date behind the id, such as @2026-12-01.")
        return when.first

    def _admission(self, text: str) -> Admission:
        problem = self.problem
        waiting = {row.participant.id: row.participant for row in problem.waitlist}
        head, parts = split(text, frozenset(chain(waiting, problem.participant)))
        day = self._day(text, parts)
        own_id = known_id(head, "referral", [*waiting, *problem.participant], lambda: self.names().participants)
        if own_id in problem.participant:
            admitted = problem.participant[own_id].admitted
            if admitted is None or admitted < problem.week or day not in (None, admitted):
                since = f"since {admitted}" if admitted is not None else "without a date in the column admitted"
                raise UsageError(f"{own_id} is a participant already, {since}. Another date is written there by hand.")
            return Admission(own_id, admitted)
        person = waiting[own_id]
        first = day or person.admitted or self._first_possible
        if person.discharged is not None and person.discharged < first:
            raise UsageError(f"{own_id} would be admitted on {first}, after the last program day, {person.discharged}.")
        return Admission(own_id, first)

    @property
    def _first_possible(self) -> date:
        return self.usual_days[0]

    def _discharge(self, text: str) -> Discharge:
        problem = self.problem
        head, parts = split(text, frozenset(problem.participant))
        day = self._day(text, parts)
        waiting = [row.participant.id for row in problem.waitlist]
        own_id = known_id(head, "participant", [*problem.participant, *waiting], lambda: self.names().participants)
        if own_id in waiting and own_id not in problem.participant:
            raise UsageError(f"{own_id} is on the waitlist, and has nothing to leave. --admit takes them in.")
        first, last = self.usual_days
        day = day or (last if first == last else first - timedelta(days=1))
        admitted = problem.participant[own_id].admitted
        if admitted is not None and day < admitted:
            raise UsageError(f"{own_id} would leave on {day}, before the first program day, {admitted}.")
        return Discharge(own_id, day)


_WORD: Mapping[AbsentKind, str] = {"participant": "participant", "therapist": "member of staff", "room": "room"}
