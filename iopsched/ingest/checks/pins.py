"""Pins that contradict each other, the stays, the windows or ``keep_apart.csv``.

Only what surely cannot hold is told here; what takes a search is left to the solver.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from iopsched.domain.pins import Pin
from iopsched.domain.services import Service
from iopsched.domain.timegrid import DAY, WEEKDAYS, TimeRange, Windows, clock
from iopsched.ingest.checks.sheet import SoundRows
from iopsched.ingest.report import At
from iopsched.ingest.row.cells import Entry
from iopsched.words.wording import listed, quoted
from iopsched.words.wordings import said

_CELLS = ("participant_id", "therapist_id", "room_id", "group_id")


@dataclass(frozen=True, slots=True)
class _Live:
    """A pin that says something this week: ``dates`` are weekdays on which it holds, ``days`` those of its session."""

    at: At
    pin: Pin
    dates: frozenset[int]
    days: frozenset[int]
    service: Service | None

    @property
    def moment(self) -> int | None:
        """Return the minute of the week of the session, if there is only one."""
        if self.pin.start is None or len(self.days) != 1:
            return None
        return next(iter(self.days)) * DAY + self.pin.start


def check_pins(sheet: SoundRows) -> None:
    """Tell of contradictions among pins and what they name."""
    pins = [live for entry in sheet.draft.pins if sheet.is_sound(entry.at) for live in _live(sheet, entry)]
    musts = [live for live in pins if live.pin.action == "must"]
    for live in musts:
        _can_be(sheet, live)
        for other in pins:
            if other.pin.action == "must_not" and _covers(other, live):
                _clash(sheet, "C-PIN-MUST-NOT", live, other, "forbids exactly what this row asks for")
    for first, second in _sharing(musts, ("participant_id", "therapist_id", "room_id")):
        if _two_places(first, second):
            _clash(sheet, "C-PIN-PLACES", second, first, "needs the same person or room at the same time elsewhere")
    _apart(sheet, musts)


def _live(sheet: SoundRows, entry: Entry[Pin]) -> Iterator[_Live]:
    pin = entry.value
    dates = frozenset(
        day
        for day in range(7)
        for when in (sheet.week + timedelta(days=day),)
        if (pin.from_date is None or pin.from_date <= when) and (pin.until_date is None or when <= pin.until_date)
    )
    if not dates:
        return
    group = sheet.groups.get(pin.group_id or "")
    service_id = pin.service_id or (group.value.service_id if group else "")
    days = dates if pin.day is None else dates & {pin.day}
    yield _Live(entry.at, pin, dates, days, sheet.services.get(service_id))


def _sharing(pins: list[_Live], columns: tuple[str, ...]) -> Iterator[tuple[_Live, _Live]]:
    """Yield the pairs of pins at known moments that name the same in one of the columns."""
    alike: dict[tuple[str, str], list[_Live]] = {}
    for live in pins:
        for column in columns:
            if live.moment is not None and (own_id := getattr(live.pin, column)) is not None:
                alike.setdefault((column, own_id), []).append(live)
    for group in alike.values():
        yield from combinations(group, 2)


def _clash(sheet: SoundRows, code: str, live: _Live, other: _Live, why: str) -> None:
    sheet.report.tell(code, live.at, f"Row {other.at.row} {why}.", "Delete or change one of the two rows.")


def _can_be(sheet: SoundRows, live: _Live) -> None:
    """Tell of a must pin whose session lies where nobody can be."""
    pin = live.pin
    if not live.days:
        return
    days = Windows.of(TimeRange(day * DAY, (day + 1) * DAY) for day in live.days)
    if not _fits(sheet.open.intersection(days), live):
        length = f" for {live.service.minutes} minutes" if live.service else ""
        when = length if pin.start is None else f" at {clock(pin.start)}{length}"
        sheet.report.tell(
            "C-PIN-CLOSED",
            live.at,
            f"The clinic is not open on {listed(WEEKDAYS[day] for day in sorted(live.days))}{when}.",
            "Change the day or start of the pin, or the opening hours.",
        )
        return
    person = sheet.participants.get(pin.participant_id or "")
    if person and not sheet.stay_days(person.value) & live.days:
        sheet.report.tell(
            "C-PIN-STAY",
            live.at.cell("participant_id"),
            f"{quoted(person.value.id)} is not admitted on any day of this pin.",
            "Delete the pin, or correct admitted or discharged.",
        )
        return
    free = sheet.open.intersection(days)
    therapist, room = sheet.therapists.get(pin.therapist_id or ""), sheet.rooms.get(pin.room_id or "")
    if person:
        free = free.intersection(sheet.free_of_participant(person.value))
    if therapist:
        free = free.intersection(sheet.free_of_therapist(therapist.value))
    if room:
        free = free.intersection(sheet.free_of_room(room.value))
    if not _fits(free, live):
        named = [quoted(entry.value.id) for entry in (person, therapist, room) if entry]
        sheet.report.tell(
            "C-PIN-AWAY",
            live.at,
            f"{' and '.join(named)} {'is not free' if len(named) == 1 else 'are not free together'} then.",
            said("Change the pin, or availability, busy or {time_off.csv}."),
        )


def _fits(free: Windows, live: _Live) -> bool:
    minutes = live.service.minutes if live.service else 1
    if live.pin.start is None:
        return any(item.minutes >= minutes for item in free)
    starts = (day * DAY + live.pin.start for day in live.days)
    return any(free.covers(start, start + minutes) for start in starts)


def _covers(ban: _Live, live: _Live) -> bool:
    """Return whether every session that ``live`` would accept is one that ``ban`` forbids."""
    for column in _CELLS:
        forbidden = getattr(ban.pin, column)
        if forbidden is not None and getattr(live.pin, column) != forbidden:
            return False
    if ban.pin.service_id is not None and (live.service is None or live.service.id != ban.pin.service_id):
        return False
    if ban.pin.start is not None and live.pin.start != ban.pin.start:
        return False
    return bool(live.days) and live.days <= ban.days


def _two_places(first: _Live, second: _Live) -> bool:
    """Return whether two pins surely need one person or room in two sessions at once."""
    shared = any(
        getattr(first.pin, column) is not None and getattr(first.pin, column) == getattr(second.pin, column)
        for column in ("participant_id", "therapist_id", "room_id")
    )
    if not shared or first.moment is None or second.moment is None:
        return False
    if first.moment != second.moment:
        early, late = sorted((first, second), key=lambda live: live.moment or 0)
        minutes = early.service.minutes if early.service else 1
        return (late.moment or 0) < (early.moment or 0) + minutes
    return _are_different(first, second)


def _are_different(first: _Live, second: _Live) -> bool:
    """Return whether no one session can match both pins."""
    for column in ("room_id", "group_id"):
        a, b = getattr(first.pin, column), getattr(second.pin, column)
        if a is not None and b is not None and a != b:
            return True
    if first.service is None or second.service is None:
        return False
    if first.service.id != second.service.id:
        return True
    a, b = first.pin.participant_id, second.pin.participant_id
    return _is_single(first.service) and a is not None and b is not None and a != b


def _is_single(service: Service) -> bool:
    return service.kind in ("individual", "family") and service.max_participants in (None, 1)


def _apart(sheet: SoundRows, musts: list[_Live]) -> None:
    apart = {frozenset(entry.value): entry.at.row for entry in sheet.draft.pairs}
    for live in musts:
        _tell_apart(sheet, live, apart.get(frozenset((live.pin.participant_id or "", live.pin.therapist_id or ""))))
    for first, second in _sharing(musts, ("room_id", "therapist_id", "group_id")):
        if not _is_one_session(first, second):
            continue
        people = [
            (a, b)
            for a in (first.pin.participant_id, first.pin.therapist_id)
            for b in (second.pin.participant_id, second.pin.therapist_id)
            if a is not None and b is not None and a != b
        ]
        row = next((apart[frozenset(pair)] for pair in people if frozenset(pair) in apart), None)
        _tell_apart(sheet, second, row, f" with row {first.at.row}")


def _tell_apart(sheet: SoundRows, live: _Live, row: int | None, beside: str = "") -> None:
    if row is not None:
        sheet.report.tell(
            "C-PIN-APART",
            live.at,
            said(
                "This pin{} puts two people into one session, but row {} of {keep_apart.csv} keeps them apart.",
                beside,
                row,
            ),
            "Delete or change one of the rows.",
        )


def _is_one_session(first: _Live, second: _Live) -> bool:
    """Return whether both pins can only be met by the same session."""
    if first.moment is None or first.moment != second.moment or _are_different(first, second):
        return False
    same = [
        column
        for column in ("room_id", "therapist_id", "group_id")
        if getattr(first.pin, column) is not None and getattr(first.pin, column) == getattr(second.pin, column)
    ]
    if same == ["group_id"]:
        return first.service is not None and first.service.max_per_day == 1
    return bool(same)
