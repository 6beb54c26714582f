"""What is owed to whom in a week that runs, what was placed for it, and what is left, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from iopsched.domain.outcome import Outcome
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.timegrid import clock, clock_of_end, day_of
from iopsched.makeups.balances import Balance
from iopsched.makeups.barred import BarredSession
from iopsched.records.presence import Presence
from iopsched.steps.offer import WrittenStep
from iopsched.views.calls import Call
from iopsched.words.sentence import Sentence

PlacedAs = Literal["joins", "extra"]
"""Whether somebody joins a session that is published, or a further session is held."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What somebody lacks of what rules and payer ask, by what they had and what is planned.

    ``missed`` is what they did not attend, or only in part; nobody who has none of it was to have more: then the
    published week itself is short.
    """

    balance: Balance
    missed: tuple[Presence, ...] = ()

    @property
    def participant_id(self) -> str:
        """Return whose it is."""
        return self.balance.participant_id

    @property
    def is_owed(self) -> bool:
        """Return whether hours, days or sessions are lacking; a gap of too many days alone only of whoever missed something."""
        return bool(self.balance.owed_minutes or self.balance.owed_days or (self.missed and self.balance.long_gaps))

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        return {**_amounts(self.balance), "missed": [_missed_facts(row) for row in self.missed]}


@dataclass(frozen=True, slots=True)
class Placed:
    """A session still to come that somebody has besides those that are published. ``minutes`` count toward weekly hours."""

    participant_id: str
    session: Session
    kind: PlacedAs
    minutes: int

    def facts(self, week: date) -> dict[str, Any]:
        """Return it for a machine; ``week`` is the Monday."""
        return {"participant_id": self.participant_id, "kind": self.kind, "minutes": self.minutes} | _when_and_where(
            self.session, week
        )


@dataclass(frozen=True, slots=True)
class StillOwed:
    """What cannot be made up this week, and why; ``barred`` are sessions still to come that the person cannot join."""

    balance: Balance
    why: Sentence
    barred: tuple[BarredSession, ...] = ()

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        return {**_amounts(self.balance), "why": str(self.why), "barred": [row.facts() for row in self.barred]}


@dataclass(frozen=True, slots=True)
class Mended:
    """How much less somebody would be owed: minutes and program days."""

    participant_id: str
    minutes: int
    days: int

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        return {"participant_id": self.participant_id, "minutes": self.minutes, "days": self.days}


@dataclass(frozen=True, slots=True)
class FurtherSession:
    """A session of a group that the draft does not have, which would help were the group to meet once more a week.

    ``session`` has who would come to it, ``step`` is what to write into the clinic's files for it, and ``mended`` what that
    spares each of them.
    """

    session: Session
    step: WrittenStep
    mended: tuple[Mended, ...]

    def facts(self, week: date) -> dict[str, Any]:
        """Return it for a machine; ``week`` is the Monday."""
        place = _when_and_where(self.session, week)
        del place["session_id"]  # it is not held, so nothing knows it
        return {**place, "participants": [row.facts() for row in self.mended], "step": self.step.as_json()}


@dataclass(frozen=True, slots=True)
class MadeUp:
    """What a published week owes, and how it is made up.

    ``base`` is the last published revision, ``now`` the moment on the clinic's clock from which on sessions are to come.
    ``schedule`` is the published week with what was placed, ``problem`` the facts under which the verifier accepts it.
    ``extra`` are sessions that are not in it and would help whoever is left, the one that helps most first.
    ``is_proven``: no other additions leave less. ``folder`` is where the week lies, None where nothing was placed.
    """

    base: Publication
    now: datetime
    problem: Problem
    owed: tuple[Owed, ...]
    placed: tuple[Placed, ...] = ()
    left: tuple[StillOwed, ...] = ()
    extra: tuple[FurtherSession, ...] = ()
    schedule: Schedule | None = None
    outcome: Outcome | None = None
    is_proven: bool = True
    folder: Path | None = None
    calls: tuple[Call, ...] = field(default=())

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        week = self.base.week
        return {
            "week": week.isoformat(),
            "base": {"week": week.isoformat(), "revision": self.base.revision},
            "now": self.now.isoformat(timespec="minutes"),
            "owed": [row.facts() for row in self.owed],
            "placed": [row.facts(week) for row in self.placed],
            "left": [row.facts() for row in self.left],
            "extra": [row.facts(week) for row in self.extra],
            "proven": self.is_proven,
            "folder": None if self.folder is None else str(self.folder),
            "call_list": [call.facts() for call in self.calls],
        }


def placed_in(schedule: Schedule, kept: Sequence[Session], countable: Mapping[str, int]) -> tuple[Placed, ...]:
    """Return what is in a schedule beside the published sessions that were kept, by participant and time.

    ``countable`` are the minutes that count of a session of each service.
    """
    known = {_place(row): set(row.participant_ids) for row in kept}
    found = [
        Placed(person, row, "joins" if _place(row) in known else "extra", countable[row.service_id])
        for row in schedule.sessions
        for person in row.participant_ids
        if person not in known.get(_place(row), ())
    ]
    return tuple(sorted(found, key=lambda one: (one.participant_id, one.session.start, one.session.id)))


def _place(row: Session) -> tuple[object, ...]:
    """Return what tells the sessions of a week apart: nobody leads two at once."""
    return row.service_id, row.group_id, row.start, row.lead_id


def _amounts(row: Balance) -> dict[str, Any]:
    return {
        "participant_id": row.participant_id,
        "minutes": row.owed_minutes,
        "days": row.owed_days,
        "sessions": [{"service_id": key, "number": number} for key, number in sorted(row.lacking.items())],
        "required_minutes": row.required_minutes,
        "expected_minutes": row.minutes,
        "required_days": row.required_days,
        "expected_days": row.days,
    }


def _missed_facts(row: Presence) -> dict[str, Any]:
    had = row.expected
    return {
        **_when_and_where(row.session, row.week),
        "minutes": row.planned.countable - had.countable,
        "status": row.record.status if row.record is not None else None,
        "row": row.record.row if row.record is not None else None,
    }


def _when_and_where(row: Session, week: date) -> dict[str, Any]:
    return {
        "session_id": row.id,
        "date": day_of(week, row.start).isoformat(),
        "start": clock(row.start),
        "end": clock_of_end(row.end),
        "service_id": row.service_id,
        "group_id": row.group_id,
        "room_id": row.room_id,
        "therapist_ids": list(row.therapist_ids),
        "modality": row.modality,
    }
