"""What several tables declare alike: bounds, columns, and short ways to declare a column of a kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from iopsched.policy.column import Column

PARTICIPANTS_FILE, THERAPISTS_FILE, ROOMS_FILE = "participants.csv", "therapists.csv", "rooms.csv"
GROUPS_FILE, SERVICES_FILE = "groups.csv", "services.csv"
TO_9999, FROM_1_TO_999, TO_50, TO_20 = (0, 9999), (1, 999), (0, 50), (0, 20)
HOURS_OF_DAY, HOURS_OF_WEEK = (0, 24), (0, 168)
OPEN = "whenever the clinic is open"
_WINDOWS = "Days and times, such as Mon-Fri 17:00-21:00; Sat 09:00-12:00."


def needed(column: Column) -> Column:
    """Return the column as one that a table must have."""
    return replace(column, is_needed=True)


def own_id(name: str, meaning: str) -> Column:
    """Return the id of the rows of a table."""
    return Column(name, f"{meaning} Each row its own.", "id", is_needed=True)


def id_of(name: str, meaning: str, file: str = "", *, is_list: bool = False) -> Column:
    """Return a column that names the ids of a file, of several files where none is given."""
    return Column(name, meaning, "id", of=file, is_list=is_list)


def number(name: str, meaning: str, bounds: tuple[int, int]) -> Column:
    """Return a column of whole numbers."""
    return Column(name, meaning, "number", bounds=bounds)


def hours(name: str, meaning: str, bounds: tuple[int, int]) -> Column:
    """Return a column of hours, which may have decimals; bounds in hours."""
    return Column(name, meaning, "hours", bounds=bounds)


def words(name: str, meaning: str, of: str, **more: Any) -> Column:
    """Return a list of words of a kind."""
    return Column(name, meaning, of=of, is_list=True, **more)


def windows(name: str, when: str, blank: str = "") -> Column:
    """Return a column of windows; ``blank`` is what a blank cell means."""
    return Column(name, f"{when} {_WINDOWS}{blank and f' Blank = {blank}.'}", "windows")


BUSY = windows("busy", "When never, such as for work or meetings.")
REASON = Column("reason", "Why. For your own eyes; never printed.", "remark")
NAME = Column("name", "Name. Shown only where an export is asked for names.", "name")
PUBLIC = Column("public_name", "Name for calendars that others may see.", "label")
VIDEO_LINK = Column("video_link", "Where sessions by video are joined, such as https://meet.example/a1.", "label")
PERSON = id_of("participant_id", "Participant, by id.", PARTICIPANTS_FILE)
SERVICE = id_of("service_id", "Service, by id; without the sheet services: group, individual, family.", SERVICES_FILE)
POPULATION = Column("population", "Population, as the settings list them, such as adult.", "setting", of="populations")
GENDER = Column("gender", "Gender, in your own words; matched only where a group or need asks for it.")
RATIO = number(
    "participants_per_staff", "Participants per counting member of staff, instead of the clinic's ratio.", FROM_1_TO_999
)
FEATURES = words("room_features", "What the room must have, such as wheelchair; video.", "feature")
