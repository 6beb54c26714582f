"""Levels of care: hours and days a week, from the preset, ``clinic.toml`` and the population's own level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from iopsched.domain.clinic import Level
from iopsched.domain.timegrid import DAY, HOUR, WEEK
from iopsched.ingest.report import Text
from iopsched.ingest.settingrows import key_of
from iopsched.ingest.settings import Section
from iopsched.ingest.words import is_it, joined, known_names, quoted

LevelParts = Mapping[str, Any]

_HOURS = {
    "min_hours_per_week": ("min_minutes_per_week", 0, 168),
    "max_hours_per_week": ("max_minutes_per_week", 1, 168),
    "max_hours_per_day": ("max_minutes_per_day", 1, 24),
    "program_day_hours": ("program_day_minutes", 0, 24),
    "max_hours_in_a_row": ("max_minutes_in_a_row", 0, 24),
    "min_hours_on_group_days": ("min_minutes_on_group_days", 0, 24),
    "php_guard_hours": ("php_guard_minutes", 0, 168),
}
_FLAGS = {"php_guard_inclusive": "php_guard_is_inclusive"}
_WHOLE = {
    "min_days_per_week": ("min_days_per_week", 0, 7),
    "max_gap_days": ("max_gap_days", 0, 7),
    "max_sessions_per_day": ("max_sessions_per_day", 0, 99),
}


_OFF = {
    "min_minutes_per_week": 0,
    "max_minutes_per_week": WEEK,
    "min_days_per_week": 0,
    "max_minutes_per_day": DAY,
    "program_day_minutes": 0,
}

Limits = Mapping[str, tuple[str, int, int]]  # setting -> field, least and most


def preset_parts(table: Mapping[str, Any], hours: Limits, whole: Limits) -> dict[str, int]:
    """Return the numbers of a preset's table by field, hours as minutes."""
    parts = {field: int(Decimal(str(table[key])) * HOUR) for key, (field, _, _) in hours.items() if key in table}
    return parts | {field: int(table[key]) for key, (field, _, _) in whole.items() if key in table}


def own_parts(section: Section, hours: Limits, whole: Limits) -> dict[str, int]:
    """Return the numbers that a table of ``clinic.toml`` names, by field, hours as minutes."""
    parts = {field: section.minutes(key, low, high) for key, (field, low, high) in hours.items()}
    parts |= {field: section.whole(key, low, high) for key, (field, low, high) in whole.items()}
    return {field: number for field, number in parts.items() if number is not None}


def preset_levels(base: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the levels of a preset in minutes and days."""
    found: dict[str, dict[str, Any]] = {}
    for name, table in base["levels"].items():
        parts: dict[str, Any] = preset_parts(table, _HOURS, _WHOLE)
        parts |= {field: bool(table[key]) for key, field in _FLAGS.items() if key in table}
        found[name] = parts
    return found


def read_levels(section: Section, base: Mapping[str, Any], populations: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Return the named numbers of every level, those of the preset where ``clinic.toml`` is silent.

    The own level of a population that the preset does not know must say how many hours a week it asks.
    """
    levels = preset_levels(base)
    for name in section.data:
        inner = section.section(name)
        is_new = name not in levels and name in {f"iop-{population}" for population in populations}
        if is_new and not inner.has("min_hours_per_week"):
            inner.tell(
                "E-SETTING-MISSING",
                "min_hours_per_week",
                "The setting 'min_hours_per_week' is missing; the level of a population takes no number from another.",
                "Add such as min_hours_per_week = 9, or 0 if nothing is asked.",
            )
        parts = dict(levels.get(name, {}))
        parts |= own_parts(inner, _HOURS, _WHOLE)
        for key, field in _FLAGS.items():
            if (flag := inner.flag(key)) is not None:
                parts[field] = flag
        inner.finish()
        _tell_reversed(inner, parts)
        levels[name] = parts
    return levels


def _tell_reversed(section: Section, parts: LevelParts) -> None:
    low, high = parts.get("min_minutes_per_week"), parts.get("max_minutes_per_week")
    if low is not None and high is not None and low > high:
        section.tell(
            "E-MIN-MAX",
            "min_hours_per_week",
            f"The minimum of {low / HOUR:g} h a week is above the maximum of {high / HOUR:g} h.",
            "Lower min_hours_per_week or raise max_hours_per_week.",
        )


def settle(
    parts: Mapping[str, LevelParts], populations: tuple[str, ...], used: Iterable[tuple[str, str]]
) -> tuple[dict[str, Level], dict[tuple[str, str], str]]:
    """Complete every level, and return the levels with the key of each (level, population) in use.

    A level takes what it does not name from ``iop-`` + population; what that
    does not name either is off. Where two
    populations use one level and that makes a difference, the second
    population's is kept under ``LEVEL (POPULATION)``.
    """
    levels: dict[str, Level] = {}
    keys: dict[tuple[str, str], str] = {}
    rank = {name: number for number, name in enumerate(populations)}
    pairs = sorted(
        {pair for pair in used if pair[0] in parts}, key=lambda pair: (pair[0], rank.get(pair[1], 0), pair[1])
    )
    for name, population in pairs:
        level = _complete(name, population, parts)
        key = name
        if name in levels and levels[name] != level:
            key = f"{name} ({population})"
            level = _complete(name, population, parts, key)
        levels[key] = level
        keys[name, population] = key
    for name in parts:
        owner = name.removeprefix("iop-")
        if name not in levels:
            levels[name] = _complete(name, owner if owner in populations else next(iter(populations), ""), parts)
    return dict(sorted(levels.items())), keys


def _complete(name: str, population: str, parts: Mapping[str, LevelParts], key: str = "") -> Level:
    return Level(key or name, **{**_OFF, **parts.get(f"iop-{population}", {}), **parts[name]})


def tell_unknown_level(name: str, known: Iterable[str]) -> tuple[str, Text]:
    """Return message and remedy for a level that ``clinic.toml`` does not have."""
    return (
        f"There is no level {quoted(name)} in clinic.toml.",
        lambda: joined(is_it(name, known), known_names(known), f"Or add a table [levels.{key_of((name,))}]."),
    )
