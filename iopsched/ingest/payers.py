"""``[payers.NAME]``: what a payer asks besides the level of care, from the preset and ``clinic.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from iopsched.domain.clinic import Payer
from iopsched.domain.timegrid import HOUR
from iopsched.ingest.settings import Section

_HOURS = {
    "min_hours_per_week": ("min_minutes_per_week", 168),
    "max_hours_per_week": ("max_minutes_per_week", 168),
    "max_hours_per_day": ("max_minutes_per_day", 24),
    "program_day_hours": ("program_day_minutes", 24),
    "min_hours_on_group_days": ("min_minutes_on_group_days", 24),
}
_WHOLE = {"min_days_per_week": 7, "max_gap_days": 7, "certified_days": 366, "services_per_day": 20}


def read_payers(section: Section, base: Mapping[str, Any]) -> dict[str, Payer]:
    """Return the payers of the preset and of ``clinic.toml``, whose numbers come first, sorted by name."""
    parts = {name: _preset_parts(table) for name, table in base.items()}
    for name in section.data:
        inner = section.section(name)
        own = parts.setdefault(name, {})
        for key, (field, high) in _HOURS.items():
            if (minutes := inner.minutes(key, 0, high)) is not None:
                own[field] = minutes
        for key, high in _WHOLE.items():
            if (number := inner.whole(key, 0, high)) is not None:
                own[key] = number
        inner.finish()
    return {name: Payer(name, **numbers) for name, numbers in sorted(parts.items())}


def _preset_parts(table: Mapping[str, Any]) -> dict[str, int]:
    parts = {field: int(Decimal(str(table[key])) * HOUR) for key, (field, _) in _HOURS.items() if key in table}
    return parts | {key: int(table[key]) for key in _WHOLE if key in table}
