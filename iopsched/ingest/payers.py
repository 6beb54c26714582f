"""``[payers.NAME]``: what a payer asks besides the level of care, from the preset and ``clinic.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from iopsched.domain.clinic import Payer
from iopsched.ingest.levels import own_parts, preset_parts
from iopsched.ingest.settings import Section

_HOURS = {
    "min_hours_per_week": ("min_minutes_per_week", 0, 168),
    "max_hours_per_week": ("max_minutes_per_week", 0, 168),
    "max_hours_per_day": ("max_minutes_per_day", 0, 24),
    "program_day_hours": ("program_day_minutes", 0, 24),
    "min_hours_on_group_days": ("min_minutes_on_group_days", 0, 24),
}
_WHOLE = {
    "min_days_per_week": ("min_days_per_week", 0, 7),
    "max_gap_days": ("max_gap_days", 0, 7),
    "certified_days": ("certified_days", 0, 366),
    "services_per_day": ("services_per_day", 0, 20),
}


def read_payers(section: Section, base: Mapping[str, Any]) -> dict[str, Payer]:
    """Return the payers of the preset and of ``clinic.toml``, whose numbers come first, sorted by name."""
    parts = {name: preset_parts(table, _HOURS, _WHOLE) for name, table in base.items()}
    for name in section.data:
        inner = section.section(name)
        parts[name] = {**parts.get(name, {}), **own_parts(inner, _HOURS, _WHOLE)}
        inner.finish()
    return {name: Payer(name, **numbers) for name, numbers in sorted(parts.items())}
