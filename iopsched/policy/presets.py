"""Rule presets shipped with the product: numbers of regulators and payers, each with its source."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from iopsched.policy.setting import ANY, Setting
from iopsched.policy.settings import SETTINGS, setting_at
from iopsched.rulebook import RuleId

BASE = "generic"
DEFAULT = "product default"


@cache
def preset_names() -> tuple[str, ...]:
    """Return the names of all presets, sorted."""
    files = resources.files("iopsched").joinpath("presets").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@cache
def _raw(name: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files("iopsched").joinpath("presets", f"{name}.toml").read_text(encoding="utf-8"))


@cache
def preset_table(name: str) -> Mapping[str, Any]:
    """Return the tables of a preset laid over those of ``generic``, without the sources."""
    merged = _over(_raw(BASE), _raw(name))
    return {key: value for key, value in merged.items() if key != "sources"}


def preset_sources(name: str) -> Mapping[str, str]:
    """Return dotted key -> citation for the numbers of a preset.

    What a preset takes from ``generic`` is no rule of its regulator: it reads ``product default``. A payer's table
    is that payer's rule under every preset.

    Raises
    ------
    KeyError
        If there is no preset of this name.
    """
    if name not in preset_names():
        raise KeyError(name)
    base = {key: source if key.startswith("payers.") else DEFAULT for key, source in _raw(BASE)["sources"].items()}
    return {**base, **_raw(name)["sources"]}


def guide(name: str, key: str) -> Any:
    """Return what checks of the input compare with under a preset: a number or names that are no setting."""
    return preset_table(name)["guides"][key]


def looser_numbers(name: str, written: Mapping[str, Any]) -> Iterator[tuple[str, object, object, str]]:
    """Yield key, written number, preset's number and its source where the written one is looser than a sourced one."""
    for key, source in preset_sources(name).items():
        number, base = (value_at(table, key.split(".")) for table in (written, preset_table(name)))
        if source.startswith(DEFAULT) or not _is_number(number) or not _is_number(base):
            continue
        if setting_at(*key.split(".")).is_looser(number, base):
            yield key, number, base, source


def _switches() -> Mapping[RuleId, tuple[Setting, ...]]:
    """Return the settings that switch a rule on: each has a value that asks nothing, which the base preset has."""
    found: dict[RuleId, tuple[Setting, ...]] = {}
    for rule in RuleId:
        settings = tuple(row for row in SETTINGS if row.rule is rule and not row.only_with)
        if settings and all(row.off is not None and _is_off_at_first(row) for row in settings):
            found[rule] = settings
    return found


def _is_off_at_first(setting: Setting) -> bool:
    table: Any = preset_table(BASE)
    for part in setting.path[:-1]:
        table = list(table.values()) if part == ANY else table.get(part, {})
    rows = table if isinstance(table, list) else [table]
    return all(setting.stored(row[setting.key]) == setting.off for row in rows if setting.key in row)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def value_at(table: Mapping[str, Any], key: Iterable[str]) -> Any:
    """Return what tables hold under the parts of a dotted key, None where there is nothing."""
    found: Any = table
    for part in key:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _over(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in top.items():
        below = merged.get(key)
        merged[key] = _over(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


SWITCHES = _switches()
