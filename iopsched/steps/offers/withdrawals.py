"""Offers that take a row out: a pin, or an absence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

from iopsched.domain.people import TimeOff
from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import day_of
from iopsched.ingest.cellrows import absence_key, numbered
from iopsched.rulebook.steps import StepKind
from iopsched.steps.offer import DropRow, OfferedStep
from iopsched.steps.offers.offering import step
from iopsched.steps.offers.rowchanges import Changed
from iopsched.steps.offers.shortfall import Shortfall
from iopsched.words.sentence import ParticipantRef, RoomRef, Sentence, TherapistRef
from iopsched.words.wordings import said


def drop_pin(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer to take out each pin that says something about the part of the week that is still to come."""
    first = day_of(at.problem.week, at.problem.first_start)
    last = at.problem.week + timedelta(days=6)
    for pin in at.problem.pins:
        if (pin.from_date or first) <= last and (pin.until_date or last) >= first:
            what = str(replace(pin, row=0))
            told = said("Take out the pin in row {}, {} ({pins.csv}, row {}).", pin.row, what, pin.row)
            yield step(at, StepKind.DROP_PIN, numbered(pin.row), DropRow(), told, _without_pin(pin))


def _without_pin(pin: Pin) -> Changed:
    """Return a change that takes a pin out; the rows behind it move up."""

    def changed(problem: Problem) -> Problem:
        same = [row for row in problem.pins if replace(row, row=0) == replace(pin, row=0)]
        gone = max((row for row in same if row.row <= pin.row), key=lambda row: row.row)
        rest = (row for row in problem.pins if row is not gone)
        return replace(problem, pins=tuple(replace(row, row=row.row - (row.row > gone.row)) for row in rest))

    return changed


def drop_time_off(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer to call off each absence of this week that has not begun."""
    twice = Counter(map(absence_key, at.problem.time_off))
    for away in at.problem.time_off:
        if _is_to_come(at, away) and twice[absence_key(away)] == 1:
            row = at.rows.get(("time_off.csv", *absence_key(away)))
            key = absence_key(away) if row is None else numbered(row)
            yield step(at, StepKind.DROP_TIME_OFF, key, DropRow(), _told(away), _without_absence(away))


def _is_to_come(at: Shortfall, away: TimeOff) -> bool:
    monday = datetime.combine(at.problem.week, time())
    begun = at.problem.first_start and away.start < monday + timedelta(minutes=at.problem.first_start)
    return not begun and away.start < monday + timedelta(days=7) and away.end > monday


def _told(away: TimeOff) -> Sentence:
    last = away.end - timedelta(minutes=1)
    is_whole = away.start.time() == away.end.time() == time()
    form = "%Y-%m-%d" if is_whole else "%Y-%m-%d %H:%M"
    begin, end = f"{away.start:{form}}", f"{last if is_whole else away.end:{form}}"
    when = f"on {begin}" if begin == end else f"from {begin} to {end}"
    if away.kind == "clinic":
        return said("Open the clinic {} after all ({time_off.csv}, kind clinic).", when)
    if away.kind == "room":
        return said("Keep room {} in use {} ({time_off.csv}, kind room).", RoomRef(away.id), when)
    ref = ParticipantRef(away.id) if away.kind == "participant" else TherapistRef(away.id)
    return said(f"Have {{}} come {{}} after all ({{time_off.csv}}, kind {away.kind}).", ref, when)


def _without_absence(away: TimeOff) -> Changed:
    def changed(problem: Problem) -> Problem:
        return replace(problem, time_off=tuple(row for row in problem.time_off if row != away))

    return changed
