"""A session of a draft as rows of ``pins.csv``, which hold it in its week whatever is solved later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY, WEEKDAYS, clock, day_index


class LastingPins:
    """The pins of a problem, asked which of them hold a session where it is, and only there."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._rows: dict[Pin, tuple[int, ...]] = {}
        for pin in problem.pins:
            bare = replace(pin, row=0)
            self._rows[bare] = (*self._rows.get(bare, ()), pin.row)

    def of(self, session: Session) -> tuple[Pin, ...]:
        """Return the pins that hold a session: one for its group, else one for each participant."""
        monday, day = self._problem.week, day_index(session.start)
        pin = Pin(
            "must",
            therapist_id=session.lead_id or None,
            room_id=session.room_id,
            service_id=session.service_id,
            day=day,
            start=session.start % DAY,
            from_date=monday,
            until_date=monday + timedelta(days=6),
        )
        if session.group_id in self._problem.group:
            return (replace(pin, group_id=session.group_id),)
        return tuple(replace(pin, participant_id=key) for key in session.participant_ids) or (pin,)

    def left(self, session: Session, held: Iterable[Session]) -> tuple[Pin, ...]:
        """Return the pins that ask for a session of this week where it is no longer, and where no other of those ``held`` is."""
        here = self.of(session)[0]
        met = {one for row in held for pin in self.of(row) for one in (pin, replace(pin, room_id=None))}
        people = (None,) if here.group_id else session.participant_ids
        return tuple(
            pin
            for pin in self._rows
            if pin not in met
            and (pin.action, pin.service_id, pin.group_id) == (here.action, here.service_id, here.group_id)
            and (pin.from_date, pin.until_date) == (here.from_date, here.until_date)
            and pin.participant_id in people
            and None not in (pin.day, pin.start, pin.therapist_id)
        )

    def lacking(self, session: Session) -> tuple[Pin, ...]:
        """Return those of its pins that stand in no row yet."""
        return tuple(pin for pin in self.of(session) if pin not in self._rows)

    def rows(self, pins: Iterable[Pin]) -> frozenset[int]:
        """Return the rows in which pins stand, by number."""
        return frozenset(row for pin in pins for row in self._rows.get(pin, ()))


def pin_texts(pin: Pin) -> Mapping[str, str]:
    """Return the filled cells of a pin's row, by their columns."""
    cells = {
        "action": pin.action,
        "participant_id": pin.participant_id,
        "therapist_id": pin.therapist_id,
        "room_id": pin.room_id,
        "group_id": pin.group_id,
        "service_id": pin.service_id,
        "day": None if pin.day is None else WEEKDAYS[pin.day],
        "start": None if pin.start is None else clock(pin.start),
        "from": None if pin.from_date is None else pin.from_date.isoformat(),
        "until": None if pin.until_date is None else pin.until_date.isoformat(),
    }
    return {name: text for name, text in cells.items() if text is not None}
