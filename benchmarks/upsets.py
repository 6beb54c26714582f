"""What upsets a published week: people, rooms or the clinic missing from any hour on, admissions, discharges, and pairs.

A seed draws one drill: the moment at which it is told (``now``), and what happens then. Each kind comes as often as the
others; a pair is two of different kinds at the same moment.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from iopsched.domain.happenings import Admission, Discharge, Happening
from iopsched.domain.people import Participant, TimeOff
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import DAY, moment
from iopsched.search.start.first_week import keep_previous
from iopsched.verifier import violations

EARLIEST, LATEST = 7, 18
"""The hours of a day between which a drill is told."""
SINGLE = ("therapist", "two therapists", "room", "closed day", "admission", "discharge")
KINDS = (*SINGLE, "pair")
SHARE_OF_REST = 0.25
"""Of the people who are out, so many stay away until the end of the week; all others until the end of the day."""


@dataclass(frozen=True)
class Upset:
    """One drill; ``problem`` is the clinic that knows what happened, with the published week and the moment."""

    kind: str
    now: int
    happenings: tuple[Happening, ...]
    problem: Problem

    def __str__(self) -> str:
        """Return for instance ``room, Tue 10:00: R2 until Wed 00:00``."""
        return f"{self.kind}, {moment(self.now)}: " + "; ".join(self._word(row) for row in self.happenings)

    def _word(self, row: Happening) -> str:
        match row:
            case Admission():
                return f"{row.participant_id} admitted from {row.first_day}"
            case Discharge():
                return f"{row.participant_id} until {row.last_day}"
            case _:
                return f"{row.id or 'clinic'} away until {row.end:%a %H:%M}"


def upset(problem: Problem, published: Schedule, seed: int, kind: str | None = None) -> Upset:
    """Return the drill of a seed: of a kind, or of one that the seed draws.

    What ``must`` pins ask for is still there in what remains of the published week: no drill contradicts them. Where a week uses no room, a therapist is out instead of one.
    """
    chance = random.Random(seed)
    drawn = chance.choice(KINDS) if kind is None else kind
    has_rooms = any(row.room_id is not None for row in published.sessions)
    if drawn == "room" and not has_rooms:
        drawn = "therapist"
    single = [one for one in SINGLE if has_rooms or one != "room"]
    while True:
        day, hour = chance.randrange(5), chance.randint(EARLIEST, LATEST)
        now = day * DAY + hour * 60
        begun = replace(problem, previous=published, now=now)
        coming = [row for row in published.sessions if now <= row.start < (day + 1) * DAY]
        if not coming:
            continue
        parts = chance.sample(single, 2) if drawn == "pair" else [drawn]
        draw = _Draw(begun, coming, chance)
        happenings = tuple(row for part in parts for row in DRAWS[part](draw))
        if happenings and not violations(draw.problem, keep_previous(draw.problem)):
            return Upset(drawn, now, happenings, draw.problem)


class _Draw:
    """Draws what happens at one moment; ``coming`` are the sessions of that day that have not begun."""

    def __init__(self, problem: Problem, coming: Sequence[Session], chance: random.Random) -> None:
        self.problem = problem
        self.coming = coming
        self.chance = chance

    @property
    def start(self) -> datetime:
        return datetime.combine(self.problem.week, time()) + timedelta(minutes=self.problem.now or 0)

    @property
    def midnight(self) -> datetime:
        return datetime.combine(self.start.date(), time()) + timedelta(days=1)

    def away(self, kind: str, key: str, end: datetime) -> TimeOff:
        absence = TimeOff(kind, key, self.start, end)  # type: ignore[arg-type]
        self.problem = replace(self.problem, time_off=(*self.problem.time_off, absence))
        return absence

    def therapists(self, number: int) -> list[Happening]:
        known = sorted({key for row in self.coming for key in row.therapist_ids})
        end_of_week = datetime.combine(self.problem.week, time()) + timedelta(days=7)
        return [
            self.away("therapist", key, end_of_week if self.chance.random() < SHARE_OF_REST else self.midnight)
            for key in (self.chance.sample(known, number) if len(known) >= number else ())
        ]

    def room(self) -> list[Happening]:
        known = sorted({row.room_id for row in self.coming if row.room_id is not None})
        return [self.away("room", self.chance.choice(known), self.midnight)] if known else []

    def closed(self) -> list[Happening]:
        return [self.away("clinic", "", self.midnight)]

    def admission(self) -> list[Happening]:
        """Have somebody come who has the needs and windows of somebody who is there."""
        alike = self.chance.choice(self.problem.participants)
        first_day = self.start.date()
        new = replace(
            alike,
            id=f"{alike.id}-new",
            group_ids=(),
            primary_id=None,
            admitted=first_day,
            discharged=None,
            modules_met=frozenset(),
        )
        needs = tuple(
            replace(row, participant_id=new.id) for row in self.problem.needs if row.participant_id == alike.id
        )
        self._with(participants=(*self.problem.participants, new), needs=(*self.problem.needs, *needs))
        return [Admission(new.id, first_day)]

    def discharge(self) -> list[Happening]:
        """Have somebody leave who has a session that day; yesterday was the last day, or, on a Monday, today is."""
        known = sorted({key for row in self.coming for key in row.participant_ids})
        key = self.chance.choice(known)
        last_day = max(self.problem.week, self.start.date() - timedelta(days=1))

        def left(row: Participant) -> Participant:
            return replace(row, discharged=last_day) if row.id == key else row

        self._with(participants=tuple(map(left, self.problem.participants)))
        return [Discharge(key, last_day)]

    def _with(self, **rows: object) -> None:
        self.problem = replace(self.problem, **rows)  # type: ignore[arg-type]


DRAWS: dict[str, Callable[[_Draw], list[Happening]]] = {
    "therapist": lambda draw: draw.therapists(1),
    "two therapists": lambda draw: draw.therapists(2),
    "room": _Draw.room,
    "closed day": _Draw.closed,
    "admission": _Draw.admission,
    "discharge": _Draw.discharge,
}
