"""``modules.csv``: what a session consists of, and how much of it counts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from iopsched.domain.services import Group, Module, Service
from iopsched.ingest.row.cells import Entries, Entry


def count_modules(services: Entries[Service], modules: Entries[Module], groups: Entries[Group]) -> None:
    """Let the countable modules of a service be its contact minutes where that cell is blank."""
    blank = {row.at.row for row in services.table.rows if not row["contact_minutes"]}
    counted = {service.id: service for service in with_modules(services.values, modules.values, groups.values)}
    for place, entry in enumerate(services.items):
        if entry.at.row in blank:
            services.items[place] = Entry(entry.at, counted[entry.value.id])


def with_modules(
    services: Iterable[Service], modules: Iterable[Module], groups: Iterable[Group]
) -> tuple[Service, ...]:
    """Return the services with the contact minutes of their countable modules; a service without modules is unchanged."""
    own, ids = of_services(modules), ids_of_services(groups)
    found = []
    for service in services:
        totals = countable_totals(own.get(service.id, ()), ids.get(service.id, ()))
        found.append(replace(service, contact_minutes=min(totals.values())) if totals else service)
    return tuple(found)


def of_services(modules: Iterable[Module]) -> Mapping[str, Sequence[Module]]:
    """Return the modules of each service that has some, in file order."""
    found: dict[str, list[Module]] = {}
    for module in modules:
        found.setdefault(module.service_id, []).append(module)
    return found


def ids_of_services(groups: Iterable[Group]) -> Mapping[str, Sequence[str]]:
    """Return the ids of the groups of each service that has some, in file order."""
    found: dict[str, list[str]] = {}
    for group in groups:
        found.setdefault(group.service_id, []).append(group.id)
    return found


Part = tuple[str | None, int]


def parts_of(modules: Iterable[Module], group_ids: Collection[str] = ()) -> Mapping[Part, Sequence[Module]]:
    """Return the modules of a session by group and week of the rotation.

    ``modules`` and ``group_ids`` are all of one service. The group None is any that no module names, if there is one.
    Names of other groups are told elsewhere and make no part: each would hold all modules again.
    """
    shared: list[Module] = []
    named: dict[str, list[Module]] = {name: [] for name in sorted(set(group_ids))}
    for module in modules:
        if not module.group_ids:
            shared.append(module)
        for name in named.keys() & module.group_ids:
            named[name].append(module)
    named = {name: own for name, own in named.items() if own}
    found = {}
    for group_id in named if group_ids and len(named) == len(set(group_ids)) else (None, *named):
        held = shared if group_id is None else [*shared, *named[group_id]]
        for week, own in _by_week(held).items():
            found[group_id, week] = own
    return found


def _by_week(held: Sequence[Module]) -> Mapping[int, Sequence[Module]]:
    """Return the modules of each week of the rotation; each has all those without a week."""
    weekly: dict[int, list[Module]] = {}
    for module in held:
        if module.week is not None:
            weekly.setdefault(module.week, []).append(module)
    every = [module for module in held if module.week is None]
    return {week: [*every, *weekly.get(week, ())] for week in range(1, max(weekly, default=min(1, len(held))) + 1)}


def countable_totals(modules: Iterable[Module], group_ids: Collection[str] = ()) -> Mapping[Part, int]:
    """Return the countable minutes of a session by group and week of the rotation; arguments as in `parts_of`."""
    return {
        part: sum(module.minutes for module in held if module.counts)
        for part, held in parts_of(modules, group_ids).items()
        if held
    }
