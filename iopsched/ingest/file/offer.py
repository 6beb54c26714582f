"""``rooms.csv``, ``services.csv`` and ``groups.csv``: where and what can be offered."""

from __future__ import annotations

from typing import Literal

from iopsched.domain.clinic import Clinic
from iopsched.domain.places import Room
from iopsched.domain.services import Group, Kind, Module, Role, Service, Times
from iopsched.domain.timegrid import DAY, NEVER
from iopsched.ingest.file.blocks import off_grid
from iopsched.ingest.file.people import read_population
from iopsched.ingest.row.cells import Cells
from iopsched.ingest.source.tables import normal_header
from iopsched.policy.choices import ATTENDS, JOINS, KINDS, MEETS, MEMBERSHIPS, MODALITIES, PREFERENCES, STARTS
from iopsched.words.wordings import said

MAX_SEATS = 1_000
_GUESTS: dict[Kind, int] = {"family": 2, "multifamily": 2}


def read_room(cells: Cells, own_id: str, clinic: Clinic) -> Room:
    """Return the room of one row."""
    availability = cells.windows("availability")
    capacity = cells.needed_whole("capacity")
    if capacity == 0 and cells.text("capacity") == "0":
        cells.tell(
            "W-ROOM-UNUSED",
            "capacity",
            "This room has no seats and will not be used.",
            "Write its seats, or delete it.",
        )
    if capacity > MAX_SEATS:
        cells.tell("W-IMPLAUSIBLE", "capacity", f"A room of {capacity} seats is hard to believe.", "Check the number.")
    return Room(
        id=own_id,
        capacity=capacity,
        max_participants=cells.whole("max_participants"),
        features=cells.features("features"),
        availability=clinic.open if availability is None else availability,
        busy=cells.windows("busy") or NEVER,
    )


def built_in_services(clinic: Clinic) -> tuple[Service, ...]:
    """Return the services of a clinic without ``services.csv``."""
    everybody = dict.fromkeys(clinic.populations, 1)
    teens = {"adolescent": 1} if "adolescent" in clinic.populations else {}
    return (
        Service("group", "group", 180, 180, staff=(Role("group", 1),), starts=_default_starts("group", 180, clinic)),
        Service(
            "individual", "individual", 60, 60, staff=(Role("individual", 1),), with_primary=True, per_week=everybody
        ),
        Service("family", "family", 60, 60, staff=(Role("family", 1),), guests=2, per_week=teens),
    )


def _default_starts(kind: Kind, minutes: int, clinic: Clinic) -> Literal["blocks", "grid"]:
    fits = any(block.end - block.start == minutes for block in clinic.blocks)
    return "blocks" if kind == "group" and fits else "grid"


def read_service(cells: Cells, own_id: str, clinic: Clinic) -> Service:
    """Return the service of one row, with the defaults of its kind filled in."""
    cells.needed_text("kind")
    kind = cells.choice("kind", KINDS, "other")
    minutes = cells.needed_whole("minutes")
    if 5 <= minutes < 15 and cells.text("minutes") == str(minutes):
        cells.tell(
            "W-IMPLAUSIBLE", "minutes", f"A session of {minutes} minutes is hard to believe.", "Check the number."
        )
    contact = cells.whole("contact_minutes")
    if contact is not None and contact > minutes and not cells.is_blank("minutes"):
        cells.tell(
            "W-CONTACT",
            "contact_minutes",
            f"contact_minutes is {contact}, but the session lasts {minutes} minutes.",
            "Lower contact_minutes, or raise minutes.",
        )
    starts = cells.choice_or_none("starts", STARTS)
    if starts == "blocks" and not clinic.blocks and clinic.populations:
        cells.tell(
            "E-NO-BLOCKS",
            "starts",
            said("Sessions of this service start with a block, but {clinic.toml} has no blocks."),
            said("Add {[[blocks]]}, or write grid in starts (any time that grid_minutes allows)."),
        )
    low, high = _sizes(cells, "min_participants", "max_participants")
    guests, max_per_day = cells.whole("guests"), cells.whole("max_per_day")
    return Service(
        id=own_id,
        kind=kind,
        minutes=minutes,
        contact_minutes=minutes if contact is None else contact,
        counts=cells.yes("counts", default=True),
        staff=cells.roles("staff") or (Role(kind, 1),),
        licensed_lead=cells.yes("licensed_lead", default=kind != "other"),
        min_participants=low,
        max_participants=high,
        participants_per_staff=cells.whole("participants_per_staff"),
        guests=_GUESTS.get(kind, 0) if guests is None else guests,
        starts=starts or _default_starts(kind, minutes, clinic),
        with_primary=cells.yes("with_primary", default=kind == "individual"),
        room_features=cells.features("room_features"),
        needs_room=cells.yes("needs_room", default=True),
        modality=cells.choice("modality", MODALITIES, "in_person"),
        per_week=_per_week(cells, clinic),
        max_per_day=1 if max_per_day is None else max_per_day,
        equipment=cells.counts("equipment"),
        code=cells.text("code"),
        unit_minutes=cells.whole("unit_minutes"),
    )


def _per_week(cells: Cells, clinic: Clinic) -> dict[str, int]:
    found = {name: cells.whole(f"{normal_header(name)}_per_week") for name in clinic.populations}
    return {name: number for name, number in found.items() if number is not None}


def _sizes(cells: Cells, least: str, most: str) -> tuple[int | None, int | None]:
    low, high = cells.whole(least), cells.whole(most)
    if low is not None and high is not None and low > high:
        cells.tell(
            "E-MIN-MAX", least, f"The minimum of {low} is above the maximum of {high}.", f"Correct {least} or {most}."
        )
    return low, high


def read_group(cells: Cells, own_id: str, clinic: Clinic) -> Group:
    """Return the group of one row; blanks stay None where the service's number applies."""
    low, high = _sizes(cells, "min_size", "max_size")
    times = _times(cells, clinic)
    same_start = cells.yes("same_start", default=True)
    if times is not None and len({start % DAY for start in times.starts}) > 1:
        if same_start and not cells.is_blank("same_start"):
            cells.tell(
                "W-SAME-START",
                "same_start",
                "The sessions shall start at the same time, but 'times' lists different times.",
                "The listed times were kept; write no here, or one time in 'times'.",
            )
        same_start = False
    return Group(
        id=own_id,
        service_id=cells.text("service_id") or "group",
        tracks=cells.needed_list("track"),
        population=read_population(cells, clinic),
        sessions_per_week=cells.needed_whole("sessions_per_week"),
        times=times,
        same_start=same_start,
        min_size=low,
        max_size=high,
        participants_per_staff=cells.whole("participants_per_staff"),
        lead_ids=cells.list("lead"),
        one_lead=cells.choice("one_lead", PREFERENCES, "prefer"),
        staff=cells.roles("staff"),
        room_id=cells.text_or_none("room_id"),
        room_features=cells.features("room_features"),
        membership=cells.choice("membership", MEMBERSHIPS, "closed"),
        attend=cells.choice("attend", ATTENDS, "all"),
        gender=cells.asked_gender(),
        language=cells.asked_language(),
        modality=cells.choice_or_none("modality", MODALITIES),
        target_size=cells.whole("target_size"),
        joins=cells.choice_or_none("joins", JOINS),
        meets=cells.choice("meets", MEETS, "needed"),
        makeup=None if cells.is_blank("makeup") else cells.yes("makeup", default=True),
    )


def read_module(cells: Cells) -> Module:
    """Return the module of one row; where ``order`` is blank the rows' own order holds."""
    title = cells.needed_text("title")
    return Module(
        id=cells.text("module_id") or title,
        service_id=cells.needed_text("service_id"),
        title=title,
        minutes=cells.needed_whole("minutes"),
        group_ids=cells.list("group_id"),
        counts=cells.yes("countable", default=True),
        kind=cells.text("kind") or "group",
        week=cells.whole("week"),
        public_title=cells.text("public_title"),
        order=cells.at.row if (order := cells.whole("order")) is None else order,
    )


def _times(cells: Cells, clinic: Clinic) -> Times | None:
    found = cells.window_cell("times", with_starts=True)
    if found is None:
        return None
    for minute in sorted({start % DAY for start in found.starts if start % clinic.grid_minutes}):
        cells.tell("E-OFF-GRID", "times", *off_grid(minute, clinic.grid_minutes))
    return Times(found.windows, found.starts)
