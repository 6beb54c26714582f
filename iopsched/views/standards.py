"""Which rule a participant's hours are held against, in words, and on whose word its number stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from iopsched.domain.people import Participant
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import HoursRow, Schedule
from iopsched.domain.timegrid import hours
from iopsched.policy.numbers import in_force, level_of
from iopsched.policy.presets import preset_sources, preset_table, value_at
from iopsched.verifier.week import Week
from iopsched.words.phrases import count

NO_SOURCE = "no regulation cited"
OWN = "participants.csv or steps.csv"


@dataclass(frozen=True, slots=True)
class NumberSource:
    """A number of a level or payer: the setting in which it stands, and on whose word."""

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
    (minutes, whose_minutes), (days, whose_days) = (
        _asked(week, person, key) for key in ("min_hours_per_week", "min_days_per_week")
    )
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
    levels = sorted({(level_of(problem.clinic, person).id, person.population) for person in people})
    payers = sorted({person.payer for person in people if person.payer})
    found = [row for level_id, population in levels for row in _level(problem, level_id, population)]
    found += [row for payer_id in payers for row in _payer(problem, payer_id)]
    return tuple(dict.fromkeys(found))


def _level(problem: Problem, level_id: str, population: str) -> Iterator[NumberSource]:
    level = problem.clinic.levels.get(level_id)
    if level is None:
        return
    tables = (level.table, f"iop-{population}")
    for setting, number, is_time in (
        ("min_hours_per_week", level.min_minutes_per_week, True),
        ("min_days_per_week", level.min_days_per_week, False),
        ("program_day_hours", level.program_day_minutes, True),
    ):
        keys = tuple(("levels", name, setting) for name in tables)
        yield _number(problem, f"level {level.table}", setting, number, keys, is_time=is_time)


def _payer(problem: Problem, payer_id: str) -> Iterator[NumberSource]:
    payer = problem.clinic.payers.get(payer_id)
    for setting, number, is_time in (
        ("min_hours_per_week", payer.min_minutes_per_week if payer else 0, True),
        ("min_days_per_week", payer.min_days_per_week if payer else 0, False),
        ("program_day_hours", payer.program_day_minutes if payer else 0, True),
    ):
        if number:
            keys = (("payers", payer_id, setting),)
            yield _number(problem, f"payer {payer_id}", setting, number, keys, is_time=is_time)


def _number(
    problem: Problem, owner: str, setting: str, number: int, keys: tuple[tuple[str, ...], ...], *, is_time: bool
) -> NumberSource:
    """Compare with the preset: an edition does not know which numbers ``clinic.toml`` repeats."""
    preset = problem.clinic.preset
    value = hours(number) if is_time else str(number)
    table = preset_table(preset)
    for key in keys:
        found = value_at(table, key)
        if found is None:
            continue
        source = preset_sources(preset).get(".".join(key), NO_SOURCE)
        if round(found * 60 if is_time else found) == number:
            return NumberSource(owner, setting, value, f"as in preset {preset}", source)
        return NumberSource(
            owner, setting, value, "clinic.toml", f"the clinic's own number; preset {preset} has {found:g}, {source}"
        )
    return NumberSource(owner, setting, value, "clinic.toml", "the clinic's own number")
