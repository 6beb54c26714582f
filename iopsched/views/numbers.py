"""The numbers that a clinic's rules have now, where each stands, and on whose word.

Where ``clinic.toml`` is silent the preset's number holds, and the preset says
which regulation it is from; most numbers are nobody's but the product's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iopsched.domain.clinic import Level, Payer, age_range
from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import DAY, WEEK, hours
from iopsched.ingest import has_table, own_settings, preset_sources
from iopsched.policy.presets import preset_table, value_at
from iopsched.rulebook import DEFAULT_WEIGHTS, TERMS, GoalId, RuleId
from iopsched.verifier.supervision import is_supervisor
from iopsched.words.phrases import count

NO_SOURCE = "product default, no regulation cited"
OWN = "the clinic's own number"


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a rule or goal: of what, how much, in which file or preset, and on whose word."""

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
        self._preset = f"preset {preset}"
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
    """Return the numbers of every rule and goal."""
    found = _Numbers(problem, clinic)
    return (
        *found.ratio(),
        *found.size(),
        *found.levels(),
        *found.payers(),
        *found.phases(),
        *found.staff(),
        *found.presence(),
        *found.ages(),
        *found.rest(),
        *found.weights(),
    )


class _Numbers:
    def __init__(self, problem: Problem, clinic: Path) -> None:
        self.problem = problem
        self.origins = Origins(clinic, problem.clinic.preset)
        self.services_csv = ("services.csv", OWN) if has_table(clinic, "services.csv") else ("built in", NO_SOURCE)

    def ratio(self) -> Iterator[Number]:
        for population, number in self.problem.clinic.ratios.items():
            yield self._set(RuleId.RATIO, population, f"{number} per counting staff member", "ratios", population)
        for service in self.problem.services:
            if service.participants_per_staff is not None:
                value = f"{service.participants_per_staff} per counting staff member"
                yield Number(RuleId.RATIO, f"service {service.id}", value, *self.services_csv)
        for group in self.problem.groups:
            if group.participants_per_staff is not None:
                value = f"{group.participants_per_staff} per counting staff member"
                yield Number(RuleId.RATIO, f"group {group.id}", value, "groups.csv", OWN)

    def size(self) -> Iterator[Number]:
        for population, number in self.problem.clinic.caps.items():
            value = f"2 to {number} participants, where neither service nor group says otherwise"
            yield self._set(RuleId.SIZE, population, value, "caps", population)
        for service in self.problem.services:
            if value := _between(service.min_participants, service.max_participants):
                yield Number(RuleId.SIZE, f"service {service.id}", value, *self.services_csv)
        for group in self.problem.groups:
            if value := _between(group.min_size, group.max_size):
                yield Number(RuleId.SIZE, f"group {group.id}", value, "groups.csv", OWN)

    def levels(self) -> Iterator[Number]:
        in_use = {row.level for row in self.problem.participants}
        in_use |= {f"iop-{population}" for population in self.problem.clinic.populations}
        for level in self.problem.clinic.levels.values():
            if level.id in in_use:
                yield from self._level(level)
        own = sum(row.max_minutes_per_week is not None for row in self.problem.participants)
        if own:
            yield Number(RuleId.WEEK_MAX, "participants with a maximum of their own", str(own), "participants.csv", OWN)
        authorized = sum(
            any(value is not None for value in (row.authorized_from, row.authorized_until, row.authorized_days))
            for row in self.problem.participants
        )
        if authorized:
            yield Number(
                RuleId.WEEK_MAX, "participants with an authorization", str(authorized), "participants.csv", OWN
            )
        units = [row.units_left for row in self.problem.participants if row.units_left is not None]
        if units:
            value = f"{len(units)}, of whom {units.count(0)} have none left"
            yield Number(RuleId.WEEK_MAX, "participants with units of an authorization", value, "participants.csv", OWN)
        allowed = self.problem.clinic.break_allowance_minutes
        value = f"{allowed} min of every 3 h on the clock count" if allowed else "off, only contact minutes count"
        yield self._set(GoalId.UNMET_NEED, "breaks", value, "hours", "break_allowance_minutes")

    def _level(self, level: Level) -> Iterator[Number]:
        inclusive = "yes" if level.php_guard_is_inclusive else "no"
        rows: list[tuple[RuleId | GoalId, str, str]] = [
            (RuleId.WEEK_MAX, "max_hours_per_week", hours(level.max_minutes_per_week % WEEK)),
            (RuleId.WEEK_MAX, "max_hours_per_day", hours(level.max_minutes_per_day % DAY)),
            (RuleId.DAY_MIN, "min_hours_on_group_days", hours(level.min_minutes_on_group_days)),
            (RuleId.PHP_GUARD, "php_guard_hours", hours(level.php_guard_minutes)),
            *([(RuleId.PHP_GUARD, "php_guard_inclusive", inclusive)] if level.php_guard_minutes else []),
            (RuleId.DAY_MAX, "max_sessions_per_day", _or_off(level.max_sessions_per_day)),
            (RuleId.DAY_MAX, "max_hours_in_a_row", hours(level.max_minutes_in_a_row)),
            (GoalId.UNMET_NEED, "min_hours_per_week", hours(level.min_minutes_per_week)),
            (GoalId.UNMET_NEED, "min_days_per_week", _or_off(level.min_days_per_week)),
            (GoalId.UNMET_NEED, "program_day_hours", hours(level.program_day_minutes)),
            (GoalId.UNMET_NEED, "max_gap_days", _or_off(level.max_gap_days)),
        ]
        for rule, key, value in rows:
            shown = "off" if value == "0 h" else value
            place, source = self.origins.of(*(("levels", name, key) for name in self._tables(level)))
            yield Number(rule, f"level {level.id}, {key}", shown, place, source)

    def _tables(self, level: Level) -> list[str]:
        return level_tables(level, {row.population for row in self.problem.participants if row.level == level.id})

    def payers(self) -> Iterator[Number]:
        """Yield what the payers ask whom somebody carries or ``clinic.toml`` names."""
        carried = Counter(row.payer for row in self.problem.participants)
        for payer in self.problem.clinic.payers.values():
            if carried[payer.id] or self.origins.place("payers", payer.id) == "clinic.toml":
                yield from self._payer(payer, f"payer {payer.id} ({count(carried[payer.id], 'participant')})")

    def _payer(self, payer: Payer, subject: str) -> Iterator[Number]:
        reported = "reported, not enforced"
        asked: list[tuple[RuleId | GoalId, str, int, str]] = [
            (RuleId.WEEK_MAX, "max_hours_per_week", payer.max_minutes_per_week, hours(payer.max_minutes_per_week)),
            (RuleId.WEEK_MAX, "max_hours_per_day", payer.max_minutes_per_day, hours(payer.max_minutes_per_day)),
            (
                RuleId.DAY_MIN,
                "min_hours_on_group_days",
                payer.min_minutes_on_group_days,
                hours(payer.min_minutes_on_group_days),
            ),
            (GoalId.UNMET_NEED, "min_hours_per_week", payer.min_minutes_per_week, hours(payer.min_minutes_per_week)),
            (GoalId.UNMET_NEED, "min_days_per_week", payer.min_days_per_week, str(payer.min_days_per_week)),
            (GoalId.UNMET_NEED, "program_day_hours", payer.program_day_minutes, hours(payer.program_day_minutes)),
            (GoalId.UNMET_NEED, "max_gap_days", payer.max_gap_days, str(payer.max_gap_days)),
            (GoalId.UNMET_NEED, "certified_days", payer.certified_days, f"{payer.certified_days}, {reported}"),
            (GoalId.UNMET_NEED, "services_per_day", payer.services_per_day, f"{payer.services_per_day}, {reported}"),
        ]
        for rule, key, number, value in asked:
            if number:
                yield self._set(rule, f"{subject}, {key}", value, "payers", payer.id, key)
        if not any(number for _, _, number, _ in asked):
            yield self._set(GoalId.UNMET_NEED, subject, "asks nothing besides the level", "payers", payer.id)

    def phases(self) -> Iterator[Number]:
        for phase in self.problem.clinic.phases.values():
            value = f"{phase.min_group_sessions} to {phase.max_group_sessions} group sessions a week"
            yield self._set(RuleId.PHASE, f"phase {phase.id}", value, "phases", phase.id, "group_sessions")

    def staff(self) -> Iterator[Number]:
        limits = self.problem.clinic.staff
        for key, minutes in (
            ("max_hours_per_day", limits.max_minutes_per_day),
            ("max_hours_per_week", limits.max_minutes_per_week),
            ("min_rest_hours", limits.min_rest_minutes),
        ):
            yield self._set(RuleId.STAFF_LOAD, f"all staff, {key}", hours(minutes), "staff", key)
        meal = f"{limits.meal_minutes} min" if limits.meal_minutes else "off"
        yield self._set(RuleId.STAFF_LOAD, "all staff, meal_minutes", meal, "staff", "meal_minutes")
        if limits.meal_minutes:
            after = hours(limits.meal_after_minutes)
            yield self._set(RuleId.STAFF_LOAD, "all staff, meal_after_hours", after, "staff", "meal_after_hours")
        for population, most in self.problem.clinic.caseload.items():
            value = f"{count(most, 'participant')} for each therapist"
            yield self._set(RuleId.PRIMARY, f"{population}, caseload", value, "caseload", population)
        for row in self.problem.therapists:
            for key, own in (
                ("max_hours_per_day", row.max_minutes_per_day),
                ("max_hours_per_week", row.max_minutes_per_week),
            ):
                if own is not None:
                    yield Number(RuleId.STAFF_LOAD, f"{row.id}, {key}", hours(own), "therapists.csv", OWN)
            if row.target_minutes_per_week is not None:
                value = hours(row.target_minutes_per_week)
                yield Number(GoalId.WORKLOAD, f"{row.id}, target_hours_per_week", value, "therapists.csv", OWN)
            if row.max_caseload is not None:
                value = f"{row.max_caseload} participants"
                yield Number(RuleId.PRIMARY, f"{row.id}, max_caseload", value, "therapists.csv", OWN)

    def presence(self) -> Iterator[Number]:
        """Yield with whom staff may be alone, and who has to be in the building."""
        limits = self.problem.clinic.staff
        value = ", ".join(limits.two_staff) or "off"
        yield self._set(RuleId.TWO_STAFF, "two or more of population", value, "staff", "two_staff")
        value = "yes" if limits.supervisor_on_site else "off"
        yield self._set(RuleId.SUPERVISOR, "supervisor_on_site", value, "staff", "supervisor_on_site")
        if limits.supervisor_on_site:
            who = [row.id for row in self.problem.therapists if is_supervisor(row)]
            yield Number(RuleId.SUPERVISOR, "licensed supervisors", ", ".join(who) or "nobody", "therapists.csv", OWN)

    def weights(self) -> Iterator[Number]:
        for goal, defaults in DEFAULT_WEIGHTS.items():
            own = self.problem.clinic.weights.get(goal, {})
            for term, default in defaults.items():
                place = self.origins.place("goals", goal, term)
                source = OWN if place == "clinic.toml" else TERMS[goal][term].source
                yield Number(goal, f"weight of {term}", str(own.get(term, default)), place, source)

    def ages(self) -> Iterator[Number]:
        """Yield the ages of each population, and how many are an exception."""
        for population, (low, high) in self.problem.clinic.ages.items():
            yield self._set(RuleId.MATCH, f"{population}, ages", f"{age_range(low, high)} years", "ages", population)
        overrides = sum(row.age_override for row in self.problem.participants)
        if overrides:
            yield Number(RuleId.MATCH, "documented age overrides", str(overrides), "participants.csv", OWN)

    def rest(self) -> Iterator[Number]:
        problem = self.problem
        for service in problem.services:
            value = "no limit" if service.max_per_day == 0 else f"{service.max_per_day} a day"
            yield Number(RuleId.DAY_MAX, f"service {service.id}", value, *self.services_csv)
            if service.staff:
                value = ", ".join(f"{role.skill}:{role.number}" for role in service.staff)
                licensed = ", licensed lead" if service.licensed_lead else ""
                yield Number(RuleId.STAFFED, f"service {service.id}", value + licensed, *self.services_csv)
        for group in problem.groups:
            value = f"at most {count(group.sessions_per_week, 'session')} a week"
            yield Number(RuleId.COHORT, f"group {group.id}", value, "groups.csv", OWN)
        for room in problem.rooms:
            yield Number(RuleId.SEATS, f"room {room.id}", f"{room.capacity} seats", "rooms.csv", OWN)
        clinic = problem.clinic
        yield self._set(RuleId.WINDOW, "grid", f"{clinic.grid_minutes} min", "grid_minutes")
        changeover = f"{clinic.staff.changeover_minutes} min"
        yield self._set(RuleId.WINDOW, "changeover", changeover, "staff", "changeover_minutes")
        yield Number(RuleId.PIN, "pins", str(len(problem.pins)), "pins.csv", OWN)
        yield Number(RuleId.TOGETHER, "pairs kept together", str(len(problem.keep_together)), "keep_together.csv", OWN)
        yield Number(RuleId.APART, "pairs kept apart", str(len(problem.keep_apart)), "keep_apart.csv", OWN)

    def _set(self, rule: RuleId | GoalId, subject: str, value: str, *key: str) -> Number:
        place, source = self.origins.of(key)
        return Number(rule, subject, value, place, source)


def _between(least: int | None, most: int | None) -> str:
    words = [f"at least {least}"] if least is not None else []
    words += [f"at most {most}"] if most is not None else []
    return " and ".join(words) + " participants" if words else ""


def _or_off(number: int) -> str:
    return str(number) if number else "off"
