"""Levels of care and payers: their numbers, from ``clinic.toml``, the preset and the population's own level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from iopsched.domain.clinic import Level, Payer
from iopsched.domain.timegrid import HOUR
from iopsched.ingest.cell.fault import Text
from iopsched.ingest.file.settings import Section
from iopsched.ingest.source.settingrows import key_of
from iopsched.policy.setting import Setting
from iopsched.policy.settings import settings_of
from iopsched.words.wording import is_it, joined, known_names, quoted
from iopsched.words.wordings import said

LevelParts = Mapping[str, Any]

_OFF = {setting.field: setting.off for setting in settings_of("levels") if setting.off is not None}


def preset_parts(table: Mapping[str, Any], settings: Iterable[Setting]) -> dict[str, Any]:
    """Return the kept values of a preset's table by field."""
    return {setting.field: setting.stored(table[setting.key]) for setting in settings if setting.key in table}


def preset_levels(base: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the levels of a preset in minutes and days."""
    return {name: preset_parts(table, settings_of("levels")) for name, table in base["levels"].items()}


def read_payers(section: Section, base: Mapping[str, Any]) -> dict[str, Payer]:
    """Return the payers of the preset and of ``clinic.toml``, whose numbers come first, sorted by name."""
    settings = settings_of("payers")
    parts = {name: preset_parts(table, settings) for name, table in base.items()}
    for name in section.data:
        parts[name] = {**parts.get(name, {}), **section.section(name).read_all(settings)}
    return {name: Payer(name, **numbers) for name, numbers in sorted(parts.items())}


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
                "The setting 'min_hours_per_week' is missing; no other level supplies it.",
                said("Add {for example} min_hours_per_week {=} 9, or 0 for no minimum."),
            )
        parts = {**levels.get(name, {}), **inner.read_all(settings_of("levels"))}
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
    own = {**_OFF, **parts.get(f"iop-{population}", {}), **parts[name]}
    return Level(key or name, **own, name=name if key else "")


def tell_unknown_level(name: str, known: Iterable[str]) -> tuple[str, Text]:
    """Return message and remedy for a level that ``clinic.toml`` does not have."""
    return (
        said("There is no level {} in {clinic.toml}.", quoted(name)),
        lambda: joined(
            is_it(name, known), known_names(known), said("Or add {a table [}levels.{}{a table ]}.", key_of((name,)))
        ),
    )
