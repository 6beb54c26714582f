"""``modules.csv``: what a session consists of, and how much of it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from iopsched.domain.services import Module, Service
from iopsched.ingest.cells import Entries, Entry


def count_modules(services: Entries[Service], modules: Entries[Module]) -> None:
    """Let the countable modules of a service be its contact minutes where that cell is blank."""
    blank = {row.at.row for row in services.table.rows if not row["contact_minutes"]}
    for place, entry in enumerate(services.items):
        if entry.at.row in blank and (totals := countable_totals(entry.value.id, modules.values)):
            changed = replace(entry.value, contact_minutes=min(totals.values()))
            services.items[place] = Entry(entry.at, changed)


Part = tuple[str | None, int]


def parts_of(service_id: str, modules: Iterable[Module]) -> Mapping[Part, Sequence[Module]]:
    """Return the modules of a session by group (None = any that is not named) and week of the rotation."""
    own = [module for module in modules if module.service_id == service_id]
    found = {}
    for group_id in (None, *sorted({name for module in own for name in module.group_ids})):
        held = [module for module in own if module.is_part_of(service_id, group_id)]
        for week in range(1, max((module.week or 1 for module in held), default=0) + 1):
            found[group_id, week] = [module for module in held if module.week in (None, week)]
    return found


def countable_totals(service_id: str, modules: Iterable[Module]) -> Mapping[Part, int]:
    """Return the countable minutes of a session by group and week of the rotation."""
    return {
        part: sum(module.minutes for module in held if module.counts)
        for part, held in parts_of(service_id, modules).items()
        if held
    }
