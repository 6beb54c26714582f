"""``modules.csv``: what a session consists of, and how much of it counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from iopsched.domain.services import Group, Module, Service
from iopsched.ingest.cells import Entries, Entry


def count_modules(services: Entries[Service], modules: Entries[Module], groups: Entries[Group]) -> None:
    """Let the countable modules of a service be its contact minutes where that cell is blank."""
    blank = {row.at.row for row in services.table.rows if not row["contact_minutes"]}
    for place, entry in enumerate(services.items):
        if entry.at.row in blank:
            services.items[place] = Entry(entry.at, with_modules(entry.value, modules, groups))


def with_modules(service: Service, modules: Entries[Module], groups: Entries[Group]) -> Service:
    """Return a service whose contact minutes are those of its countable modules, unchanged where it has none."""
    own = [group.id for group in groups.values if group.service_id == service.id]
    totals = countable_totals(service.id, modules.values, own)
    return replace(service, contact_minutes=min(totals.values())) if totals else service


Part = tuple[str | None, int]


def parts_of(
    service_id: str, modules: Iterable[Module], group_ids: Collection[str] = ()
) -> Mapping[Part, Sequence[Module]]:
    """Return the modules of a session by group and week of the rotation.

    ``group_ids`` are all groups of the service. The group None is any that no module names, if there is one.
    """
    own = [module for module in modules if module.service_id == service_id]
    named = sorted({name for module in own for name in module.group_ids})
    found = {}
    for group_id in named if group_ids and set(group_ids) <= set(named) else (None, *named):
        held = [module for module in own if module.is_part_of(service_id, group_id)]
        for week in range(1, max((module.week or 1 for module in held), default=0) + 1):
            found[group_id, week] = [module for module in held if module.week in (None, week)]
    return found


def countable_totals(service_id: str, modules: Iterable[Module], group_ids: Collection[str] = ()) -> Mapping[Part, int]:
    """Return the countable minutes of a session by group and week of the rotation."""
    return {
        part: sum(module.minutes for module in held if module.counts)
        for part, held in parts_of(service_id, modules, group_ids).items()
        if held
    }
