"""What a participant's week is held against: the level, the person's own cell before it, and the payer besides.

A cell of ``participants.csv`` replaces the level's number. The payer's number
holds in addition: of the two the stricter one. Every number comes with the
setting in which it stands, so that a sentence can name it.
"""

from __future__ import annotations

from collections.abc import Iterable

from iopsched.domain.people import Participant
from iopsched.verifier.week import Week

Standard = tuple[int, str]


def most_a_week(week: Week, person: Participant) -> Standard:
    """Return the most countable minutes a week."""
    level = week.level(person)
    own = _own(person.max_minutes_per_week, level.max_minutes_per_week, "max_hours_per_week", level.id)
    return min([own, *_asked(week, person, "max_minutes_per_week", "max_hours_per_week")])


def most_a_day(week: Week, person: Participant) -> Standard:
    """Return the most countable minutes a day."""
    level = week.level(person)
    own = level.max_minutes_per_day, f"max_hours_per_day of level {level.id}"
    return min([own, *_asked(week, person, "max_minutes_per_day", "max_hours_per_day")])


def most_sessions_a_day(week: Week, person: Participant) -> Standard:
    """Return the most sessions a day, 0 where there is no limit."""
    level = week.level(person)
    return _own(person.max_sessions_per_day, level.max_sessions_per_day, "max_sessions_per_day", level.id)


def most_in_a_row(week: Week, person: Participant) -> Standard:
    """Return the most minutes without a pause, 0 where there is no limit."""
    level = week.level(person)
    return _own(person.max_minutes_in_a_row, level.max_minutes_in_a_row, "max_hours_in_a_row", level.id)


def least_a_week(week: Week, person: Participant) -> int:
    """Return the countable minutes that a whole week should have."""
    own = person.min_minutes_per_week
    usual = week.level(person).min_minutes_per_week if own is None else own
    return max([usual, *(number for number, _ in _asked(week, person, "min_minutes_per_week"))])


def least_days_a_week(week: Week, person: Participant) -> int:
    """Return the program days that a whole week should have."""
    own = person.min_days_per_week
    usual = week.level(person).min_days_per_week if own is None else own
    return max([usual, *(number for number, _ in _asked(week, person, "min_days_per_week"))])


def program_day(week: Week, person: Participant) -> int:
    """Return the countable minutes from which on a day is a program day, at least one."""
    asked = (number for number, _ in _asked(week, person, "program_day_minutes"))
    return max([1, week.level(person).program_day_minutes, *asked])


def longest_gap(week: Week, person: Participant) -> int:
    """Return the most days in a row without a countable session, 0 where there is no limit."""
    limits = [week.level(person).max_gap_days, *(number for number, _ in _asked(week, person, "max_gap_days"))]
    return min(filter(None, limits), default=0)


def least_on_group_days(week: Week, person: Participant) -> Standard:
    """Return the fewest countable minutes of a day with a countable group session, 0 where there is no such rule."""
    level = week.level(person)
    name = "min_hours_on_group_days"
    own = level.min_minutes_on_group_days, f"{name} of level {level.id}"
    return max([own, *_asked(week, person, "min_minutes_on_group_days", name)])


def authorized_days(person: Participant) -> Standard | None:
    """Return the most days with countable sessions this week, None where there is no limit."""
    days, units = person.authorized_days, person.units_left
    found = [(days, "authorized_days in participants.csv")] if days is not None else []
    found += [(units, "units_authorized less units_used in participants.csv")] if units is not None else []
    return min(found, default=None)


def _own(value: int | None, fallback: int, setting: str, level_id: str) -> Standard:
    if value is None:
        return fallback, f"{setting} of level {level_id}"
    return value, f"{setting} in participants.csv"


def _asked(week: Week, person: Participant, field: str, setting: str = "") -> Iterable[Standard]:
    """Yield the payer's number, nothing where there is no payer or no number."""
    payer = week.problem.clinic.payers.get(person.payer or "")
    number = getattr(payer, field, 0)
    return [(number, f"{setting} of payer {person.payer}")] if number else []
