"""The numbers that a clinic's rules have now, and the place and source of each.

Where ``clinic.toml`` is silent the preset's number holds, and the preset says
which regulation it is from; most numbers are nobody's but the product's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from iopsched.domain.clinic import Level
from iopsched.domain.people import Therapist
from iopsched.domain.problem import Problem
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import hours
from iopsched.ingest import has_table, own_settings, preset_sources
from iopsched.policy.numbers import is_supervisor
from iopsched.policy.presets import preset_table, value_at
from iopsched.policy.setting import Setting
from iopsched.policy.settings import SETTINGS, settings_of
from iopsched.rulebook import GoalId, RuleId
from iopsched.words.phrases import count

NO_SOURCE = "product default, no regulation cited"
OWN = "the clinic's own number"
PRICES = "prices"
"""The table of settings that no rule reads: what the steps cost that answers offer."""


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a rule or goal, or of the prices: its subject, its value, its file or preset, and its source."""

    rule: str
    subject: str
    value: str
    place: str
    source: str

    def __str__(self) -> str:
        """Return the number as one line."""
        return f"{self.subject}: {self.value} ({self.place}: {self.source})"


class Origins:
    """Tells of each dotted key of the settings whether ``clinic.toml`` names it or the preset does."""

    def __init__(self, clinic: Path, preset: str) -> None:
        self._own: Mapping[str, Any] = own_settings(clinic)
        self._preset = f"rule set {preset}"
        self._table = preset_table(preset)
        self._sources = preset_sources(preset)

    def of(self, *keys: tuple[str, ...]) -> tuple[str, str]:
        """Return place and source of the first key that anybody names, each the parts of a dotted key."""
        for key in keys:
            dotted = ".".join(key)
            inherited = value_at(self._table, key)
            source = self._sources.get(dotted, NO_SOURCE)
            if value_at(self._own, key) is not None:
                also = f"; {self._preset} has {_plain(inherited)}, {source}" if inherited is not None else ""
                return "clinic.toml", OWN + also
            if inherited is not None:
                return self._preset, source
        return "built in", NO_SOURCE

    def place(self, *key: str) -> str:
        """Return only the place."""
        return self.of(key)[0]


def _plain(value: object) -> str:
    """Return a setting in words, not as it is written in the file."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " to ".join(map(str, value)) if value and isinstance(value[0], int) else ", ".join(value) or "none"
    return str(value)


def level_tables(level: Level, populations: Iterable[str]) -> list[str]:
    """Return the tables from which a level of these populations takes its numbers, its own first."""
    return [level.table, *(f"iop-{name}" for name in sorted(populations))]


def numbers(problem: Problem, clinic: Path) -> tuple[Number, ...]:
    """Return the numbers of every rule and goal; numbers of settings come from their declarations."""
    found = _Numbers(problem, clinic)
    tables = tuple(dict.fromkeys(setting.path[0] for setting in SETTINGS))
    beside = {"payers": found.people(), "goals": found.rows()}
    return tuple(number for table in tables for number in (*beside.get(table, ()), *found.of(table)))


class _Numbers:
    def __init__(self, problem: Problem, clinic: Path) -> None:
        self.problem = problem
        self.origins = Origins(clinic, problem.clinic.preset)
        self.services_csv = ("services.csv", OWN) if has_table(clinic, "services.csv") else ("built in", NO_SOURCE)

    def of(self, table: str) -> Iterator[Number]:
        """Yield the numbers of the settings of a table that a rule or goal reads, name by name."""
        settings = [setting for setting in settings_of(table) if setting.rule is not None or table == PRICES]
        for name in dict.fromkeys(name for setting in settings for name in setting.names(self.problem.clinic)):
            if table == "payers":
                yield from self._payer(name, settings)
            elif table != "levels" or name in self._levels_in_use:
                yield from (self._number(setting, name, name) for setting in settings if self._speaks(setting, name))

    def _speaks(self, setting: Setting, name: str) -> bool:
        return name in setting.names(self.problem.clinic) and setting.says_something(self.problem.clinic, name)

    def _number(self, setting: Setting, name: str, shown: str) -> Number:
        keys = [setting.path_of(name)]
        if setting.path[0] == "levels":
            users = {row.population for row in self.problem.participants if row.level == name}
            keys = [setting.path_of(table) for table in level_tables(self.problem.clinic.levels[name], users)]
        place, source = self.origins.of(*keys)
        source = setting.source if place == "built in" and setting.source else source
        value = setting.told(setting.value(self.problem.clinic, name))
        return Number(setting.rule or setting.path[0], setting.subject.format(shown), value, place, source)

    @cached_property
    def _levels_in_use(self) -> frozenset[str]:
        usual = (f"iop-{population}" for population in self.problem.clinic.populations)
        return frozenset({row.level for row in self.problem.participants}.union(usual))

    def _payer(self, name: str, settings: Iterable[Setting]) -> Iterator[Number]:
        """Yield the numbers of each payer that a participant has or ``clinic.toml`` names."""
        carried = sum(row.payer == name for row in self.problem.participants)
        if not carried and self.origins.place("payers", name) != "clinic.toml":
            return
        shown = f"{name} ({count(carried, 'participant')})"
        asked = [setting for setting in settings if not setting.is_off(self.problem.clinic, name)]
        yield from (self._number(setting, name, shown) for setting in asked)
        if not asked:
            place, source = self.origins.of(("payers", name))
            yield Number(GoalId.UNMET_NEED, f"payer {shown}", "asks nothing besides the level", place, source)

    def people(self) -> Iterator[Number]:
        """Yield how many participants have a maximum or an authorization of their own."""
        people = self.problem.participants
        units = [row.units_left for row in people if row.units_left is not None]
        authorized = ("authorized_from", "authorized_until", "authorized_days")
        for subject, number in (
            ("a maximum of their own", sum(row.max_minutes_per_week is not None for row in people)),
            ("an authorization", sum(any(getattr(row, key) is not None for key in authorized) for row in people)),
        ):
            if number:
                yield Number(RuleId.WEEK_MAX, f"participants with {subject}", str(number), "participants.csv", OWN)
        if units:
            value = f"{len(units)}, of whom {units.count(0)} have none left"
            yield Number(RuleId.WEEK_MAX, "participants with units of an authorization", value, "participants.csv", OWN)

    def rows(self) -> Iterator[Number]:
        """Yield the numbers that stand in tables."""
        problem = self.problem
        for service in problem.services:
            yield from self._service(service)
        for group in problem.groups:
            yield from _group(group)
        for therapist in problem.therapists:
            yield from _therapist(therapist)
        if problem.clinic.staff.supervisor_on_site:
            who = ", ".join(row.id for row in problem.therapists if is_supervisor(row)) or "nobody"
            yield Number(RuleId.SUPERVISOR, "licensed supervisors", who, "therapists.csv", OWN)
        if overrides := sum(row.age_override for row in problem.participants):
            yield Number(RuleId.MATCH, "documented age overrides", str(overrides), "participants.csv", OWN)
        for room in problem.rooms:
            yield Number(RuleId.SEATS, f"room {room.id}", f"{room.capacity} seats", "rooms.csv", OWN)
        yield Number(RuleId.PRIMARY, "rows of covers", str(len(problem.covers)), "covers.csv", OWN)
        if problem.clinic.extra:
            yield Number(RuleId.WINDOW, "extra opening hours", str(problem.clinic.extra), "extra_time.csv", OWN)
        yield Number(RuleId.PIN, "pins", str(len(problem.pins)), "pins.csv", OWN)
        yield Number(RuleId.TOGETHER, "pairs kept together", str(len(problem.keep_together)), "keep_together.csv", OWN)
        yield Number(RuleId.APART, "pairs kept apart", str(len(problem.keep_apart)), "keep_apart.csv", OWN)

    def _service(self, service: Service) -> Iterator[Number]:
        values = [
            (RuleId.RATIO, _each(service.participants_per_staff)),
            (RuleId.SIZE, _between(service.min_participants, service.max_participants)),
            (RuleId.DAY_MAX, f"{service.max_per_day} a day" if service.max_per_day else "no limit"),
        ]
        if service.staff:
            roles = ", ".join(f"{role.skill}:{role.number}" for role in service.staff)
            values.append((RuleId.STAFFED, roles + (", licensed lead" if service.licensed_lead else "")))
        for rule, value in values:
            if value:
                yield Number(rule, f"service {service.id}", value, *self.services_csv)


def _group(group: Group) -> Iterator[Number]:
    for rule, value in (
        (RuleId.RATIO, _each(group.participants_per_staff)),
        (RuleId.SIZE, _between(group.min_size, group.max_size)),
        (RuleId.COHORT, f"at most {count(group.sessions_per_week, 'session')} a week"),
    ):
        if value:
            yield Number(rule, f"group {group.id}", value, "groups.csv", OWN)


def _therapist(row: Therapist) -> Iterator[Number]:
    for rule, key, own in (
        (RuleId.STAFF_LOAD, "max_hours_per_day", row.max_minutes_per_day),
        (RuleId.STAFF_LOAD, "max_hours_per_week", row.max_minutes_per_week),
        (GoalId.WORKLOAD, "target_hours_per_week", row.target_minutes_per_week),
    ):
        if own is not None:
            yield Number(rule, f"{row.id}, {key}", hours(own), "therapists.csv", OWN)
    if row.max_caseload is not None:
        value = f"{row.max_caseload} participants"
        yield Number(RuleId.PRIMARY, f"{row.id}, max_caseload", value, "therapists.csv", OWN)


def _each(number: int | None) -> str:
    return "" if number is None else f"{number} per counting staff member"


def _between(least: int | None, most: int | None) -> str:
    words = [f"at least {least}"] if least is not None else []
    words += [f"at most {most}"] if most is not None else []
    return " and ".join(words) + " participants" if words else ""
