"""The rule that a participant's hours are compared with, in words, and the source of its number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import HoursRow, Schedule
from iopsched.domain.timegrid import hours
from iopsched.policy.numbers import Limit, in_force, level_of
from iopsched.policy.presets import preset_sources, preset_table, value_at
from iopsched.policy.setting import ANY, Path
from iopsched.policy.settings import setting_at
from iopsched.verifier.week import Week
from iopsched.words.phrases import count

NO_SOURCE = "no regulation cited"
OWN_NUMBER = "the clinic's own number"
OWN = "participants.csv or steps.csv"
_MINIMUMS = ("min_hours_per_week", "min_days_per_week", "program_day_hours")


@dataclass(frozen=True, slots=True)
class NumberSource:
    """A number of a level or payer: its setting and its source."""

    owner: str
    setting: str
    value: str
    place: str
    source: str


def hours_rules(problem: Problem, schedule: Schedule, rows: tuple[HoursRow, ...]) -> Mapping[str, str]:
    """Return by participant id which numbers hold, such as ``9 h, 3 days: level iop-adult``."""
    week = Week(problem, schedule)
    known = problem.participant
    return {
        row.participant_id: _rule(week, known[row.participant_id], row) for row in rows if row.participant_id in known
    }


def _rule(week: Week, person: Participant, row: HoursRow) -> str:
    (minutes, whose_minutes), (days, whose_days) = (_asked(week, person, key) for key in _MINIMUMS[:2])
    if whose_minutes == whose_days:
        parts = [f"{hours(minutes)}, {count(days, 'day')}: {whose_minutes}"]
    else:
        parts = [f"{hours(minutes)}: {whose_minutes}", f"{count(days, 'day')}: {whose_days}"]
    if (minutes, days) != (row.required_minutes, row.required_days):
        inside = week.calendars.open_days_inside(person)
        parts.append(f"stay covers {inside} of {count(len(week.calendars.open_days), 'open day')}")
    return "; ".join(parts)


def _asked(week: Week, person: Participant, key: str) -> tuple[int, str]:
    limit = in_force(week.problem.clinic, person, key)
    return limit.value, OWN if limit.owner == "participants.csv" else limit.owner


def number_sources(problem: Problem, rows: tuple[HoursRow, ...]) -> tuple[NumberSource, ...]:
    """Return where the minimums stand of every level and payer that somebody with a row of hours has."""
    people = [problem.participant[row.participant_id] for row in rows if row.participant_id in problem.participant]
    used = {(level_of(problem.clinic, person), person.population) for person in people}
    levels = sorted(used, key=lambda pair: (pair[0].id, pair[1]))
    payers = sorted({person.payer for person in people if person.payer})
    found = [
        _source(problem, f"level {level.table}", ("levels", level.id, key), (level.table, f"iop-{population}"))
        for level, population in levels
        for key in _MINIMUMS
        if level.id in problem.clinic.levels
    ]
    found += [
        payer_source(problem, name, key)
        for name in payers
        for key in _MINIMUMS
        if name in problem.clinic.payers and not setting_at("payers", name, key).is_off(problem.clinic, name)
    ]
    return tuple(dict.fromkeys(found))


def payer_source(problem: Problem, payer: str, key: str) -> NumberSource:
    """Return where a number of a payer stands, such as ``program_day_hours``."""
    return _source(problem, f"payer {payer}", ("payers", payer, key), (payer,))


def ratio_source(problem: Problem, limit: Limit) -> NumberSource:
    """Return where a ratio stands that :func:`iopsched.policy.numbers.staff_ratio` found."""
    if len(limit.where) > 1:
        return _source(problem, f"{limit.owner}", limit.where, limit.where[1:])
    place = limit.where[0] if limit.where else "product default"
    return NumberSource(f"{limit.owner}", limit.setting, str(limit.value), place, OWN_NUMBER)


def _source(problem: Problem, owner: str, path: Path, tables: Path) -> NumberSource:
    """Compare with the preset: an edition does not know which numbers ``clinic.toml`` repeats."""
    setting, preset = setting_at(*path), problem.clinic.preset
    kept = setting.value(problem.clinic, path[1])
    value = hours(kept) if setting.kind == "hours" else str(kept)
    keys = (setting.path_of(name) for name in tables)
    name = setting.key if setting.key != ANY else path[0]
    key = next((key for key in keys if value_at(preset_table(preset), key) is not None), None)
    if key is None:
        return NumberSource(owner, name, value, "clinic.toml", OWN_NUMBER)
    source, found = preset_sources(preset).get(".".join(key), NO_SOURCE), value_at(preset_table(preset), key)
    if setting.stored(found) == kept:
        return NumberSource(owner, name, value, f"as in rule set {preset}", source)
    own = f"{OWN_NUMBER}; rule set {preset} has {found:g}, {source}"
    return NumberSource(owner, name, value, "clinic.toml", own)
