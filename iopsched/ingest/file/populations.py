"""What ``clinic.toml`` says of each population: ratios, caps, caseloads, ages, who needs two staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from iopsched.ingest.file.levels import LevelParts
from iopsched.ingest.file.settings import Section
from iopsched.policy.setting import ANY
from iopsched.policy.settings import setting_at
from iopsched.words.wording import is_it, joined, listed, quoted
from iopsched.words.wordings import new_entry, said


def by_population(top: Section, table: str, populations: Iterable[str], base: Mapping[str, Any]) -> dict[str, int]:
    """Return the numbers of a table such as ``ratios`` by population, those of the preset where it is silent."""
    section, setting, inherited = top.section(table), setting_at(table, ANY), base.get(table, {})
    found = {}
    for name in populations:
        number = section.read(setting, name)
        if number is None:
            number = setting.high if section.has(name) else inherited.get(name)
        if number is not None:
            found[name] = number
    for name in inherited:
        section.has(name)
    section.finish()
    return found


def two_staff(top: Section, populations: tuple[str, ...], base: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the populations of ``two_staff`` that there are."""
    section = top.section("staff")
    named = section.texts("two_staff")
    if named is None:
        return tuple(name for name in base["staff"]["two_staff"] if name in populations)
    for name in named:
        if name not in populations:
            section.tell(
                "E-POPULATION",
                "two_staff",
                said("There is no population {} in {clinic.toml}.", quoted(name)),
                joined(is_it(name, populations), f"Write one of: {listed(populations)}."),
            )
    return tuple(name for name in named if name in populations)


def ages_of(
    section: Section, populations: Iterable[str], base: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[int, int]]:
    """Return the youngest and the oldest age of each population that has any."""
    found = {name: (low, high) for name, (low, high) in base.items() if name in populations}
    for name in populations:
        limits = section.read(setting_at("ages", ANY), name)
        if limits is not None and len(limits) == 2 and limits[0] <= limits[1]:
            found[name] = (limits[0], limits[1])
        elif limits is not None:
            section.tell(
                "E-AGES",
                name,
                f"The ages of {quoted(name)} are not a youngest and an oldest age.",
                said("Write {for example} {} {=} {}.", name, list(base.get(name, (12, 17)))),
            )
    for name in base:
        section.has(name)
    section.finish()
    return found


def tell_missing(
    top: Section, populations: Iterable[str], ratios: Mapping[str, int], levels: Mapping[str, LevelParts]
) -> None:
    """Tell of populations without a ratio or a level of care."""
    for name in populations:
        if name not in ratios:
            top.tell(
                "E-RATIO-MISSING",
                "ratios",
                f"The population {quoted(name)} has no ratio.",
                said("Add {}.", new_entry("ratios", name, "12 (participants per staff member)")),
            )
        if f"iop-{name}" not in levels:
            top.tell(
                "E-LEVEL-MISSING",
                "levels",
                f"The population {quoted(name)} has no level of care.",
                said("Add {a table [}levels.iop-{}{a table ]} with its hours a week.", name),
            )
