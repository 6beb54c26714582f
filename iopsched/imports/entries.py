"""What a roster says of one appointment, and of what in it is no appointment."""

from __future__ import annotations

from dataclasses import dataclass, field

from iopsched.imports.sheets import Place


@dataclass(frozen=True, slots=True)
class When:
    """The weekdays and the minutes of the day of an appointment; ``slot_end`` is where its row of a grid ends."""

    days: tuple[int, ...] = ()
    start: int | None = None
    end: int | None = None
    slot_end: int | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a cell and holds for it: of its column, its row, a heading or the name of its sheet.

    ``fallback_staff`` is named by a title: it holds where no appointment of the sheet names anybody.
    """

    days: tuple[int, ...] | None = None
    staff: tuple[str, ...] = ()
    room: str | None = None
    group: str | None = None
    service: str | None = None
    how: str = ""
    people: tuple[str, ...] = ()
    fallback_staff: str = ""


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """One appointment as a roster has it; what it does not say is None or blank.

    ``how`` is ``telehealth``, ``hybrid``, ``in_person`` or ``no_room``. ``key`` is what the roster itself knows the session by.
    ``remote`` are those of its people who join online. ``is_second`` tells that the first of its staff does not lead.
    """

    place: Place
    when: When
    group: str | None = None
    service: str | None = None
    staff: tuple[str, ...] = ()
    room: str | None = None
    people: tuple[str, ...] = ()
    remote: tuple[str, ...] = ()
    how: str = ""
    key: str = ""
    is_second: bool = False
    fallback_staff: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Ignored:
    """A cell, row or sheet that was left out.

    ``why``: ``ordinary`` words, ``called_off``, ``other_week``, ``hidden``, ``old``, ``no_shape`` or ``not_understood``.
    """

    place: Place
    why: str


@dataclass(slots=True)
class SheetReading:
    """What a sheet holds: its shape, how it was read, and its appointments.

    ``columns`` says by letter what each column is; ``members`` are the people that lists name for a group.
    """

    shape: str
    sheet: str
    header_row: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    entries: list[RosterEntry] = field(default_factory=list)
    members: dict[str, list[str]] = field(default_factory=dict)
