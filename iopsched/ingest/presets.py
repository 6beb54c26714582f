"""Rule presets shipped with the product: numbers of regulators and payers, each with its source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

BASE = "generic"


@cache
def preset_names() -> tuple[str, ...]:
    """Return the names of all presets, sorted."""
    files = resources.files("iopsched").joinpath("presets").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@cache
def _raw(name: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files("iopsched").joinpath("presets", f"{name}.toml").read_text(encoding="utf-8"))


def preset_table(name: str) -> Mapping[str, Any]:
    """Return the tables of a preset laid over those of ``generic``, without the sources."""
    merged = _over(_raw(BASE), _raw(name))
    return {key: value for key, value in merged.items() if key != "sources"}


def preset_sources(name: str) -> Mapping[str, str]:
    """Return dotted key -> citation for the numbers of a preset that have a source.

    Raises
    ------
    KeyError
        If there is no preset of this name.
    """
    if name not in preset_names():
        raise KeyError(name)
    inherited = {
        key: source for key, source in _raw(BASE)["sources"].items() if _value(_raw(name), key) is None or name == BASE
    }
    return {**inherited, **_raw(name)["sources"]}


def _value(table: Mapping[str, Any], dotted: str) -> object:
    found: Any = table
    for part in dotted.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def _over(base: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in top.items():
        below = merged.get(key)
        merged[key] = _over(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged
