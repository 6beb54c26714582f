"""Cells that keep somebody from something: the columns, rows and settings behind each rule, and what would keep nobody.

A cell is a guess until the verifier has accepted a week without it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from iopsched.answers.causes.cellcolumns import COLUMNS, MOST_A_WEEK, NEEDS, OPENING, CellColumn
from iopsched.answers.explanation import CellFact
from iopsched.domain.clinic import Clinic
from iopsched.domain.problem import Problem
from iopsched.domain.services import Need, Role, Times
from iopsched.domain.timegrid import DAY, HOUR, TimeRange, Windows, moment
from iopsched.ingest.cell.effect import windows_written
from iopsched.policy.setting import Setting
from iopsched.policy.settings import SETTINGS
from iopsched.rulebook import RuleId
from iopsched.why.cause import Undo
from iopsched.why.edits import NO_LIMIT, changed_need, changed_row, without
from iopsched.why.facts.times import dates_of
from iopsched.words.sentence import GroupRef, ParticipantRef, Reference, RoomRef, Sentence, TherapistRef
from iopsched.words.wordings import said

Row = Any
R = RuleId


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, row or setting, and the problem without it. ``row`` is the id of its row, blank for settings."""

    fact: CellFact
    row: str
    undo: Undo = field(compare=False, repr=False)


_REFS: dict[str, type[Reference]] = {
    "participants": ParticipantRef,
    "therapists": TherapistRef,
    "rooms": RoomRef,
    "groups": GroupRef,
    "services": Reference,
}


def cells(problem: Problem, rules: Collection[RuleId], rows: Collection[str]) -> Iterator[Cell]:
    """Yield what these rows, the rows of dated and paired facts about them, and the settings have to do with some rules."""
    for table, columns in COLUMNS.items():
        for row in getattr(problem, table):
            if row.id in rows:
                yield from _of_row(problem, table, columns, row, rules)
    yield from _of_needs(problem, rules, rows)
    yield from _dated(problem, rules, rows)
    yield from _settings(problem, rules, rows)


def _of_row(
    problem: Problem, table: str, columns: tuple[CellColumn, ...], row: Row, rules: Collection[RuleId]
) -> Iterator[Cell]:
    for column in columns:
        value, free = getattr(row, column.key), column.free
        if column.rules.isdisjoint(rules):
            continue
        if free is None and column.name in _LISTS:
            free = _every(problem, column.key)
        if column.key == "staff":
            free = (Role(value[0].skill, 1),) if value else value
        if value == free or (value is None and column.key not in _FILLED_BY_CLINIC):
            continue
        text = _cell_text(problem, column.name, value)
        fact = CellFact(
            f"{table}.csv", row.id, column.name, text, _told(column, _REFS[table](row.id), text, f"{table}.csv")
        )
        yield Cell(fact, row.id, changed_row(table, row.id, **{column.key: free}))


def _told(column: CellColumn, ref: Reference, text: str, file: str) -> Sentence:
    """Return what a cell says; of a blank one what it stands for."""
    blank = "none" if column.name in _LISTS else "the usual number of"
    blank = "when the clinic is open" if "availability" in column.name else blank
    values = (text or blank,) if column.told.count("{}") > 1 else ()
    return said(f"{column.told} ({{{file}}}, {column.name})", ref, *values)


_LISTS = frozenset({"features", "skills", "track", "tracks"})
_FILLED_BY_CLINIC = frozenset({"max_minutes_per_day", "max_minutes_per_week"})


def _every(problem: Problem, key: str) -> object:
    """Return all words of a kind that a clinic uses: whoever has them all is kept from nothing."""
    if key == "features":
        asked = [row.room_features for row in problem.groups] + [row.room_features for row in problem.services]
        asked += [row.needs_features for row in problem.participants] + [row.features for row in problem.rooms]
        return frozenset().union(*asked)
    if key == "skills":
        found = {role.skill for row in problem.services for role in row.staff}
        found |= {role.skill for row in problem.groups for role in row.staff or ()}
        found |= {row.kind for row in problem.services}
        return tuple(sorted(found.union(*(row.skills for row in problem.therapists))))
    tracks = [row.tracks for row in problem.groups] + [row.tracks for row in problem.participants]
    return tuple(sorted({track for own in tracks for track in own}))


def _of_needs(problem: Problem, rules: Collection[RuleId], rows: Collection[str]) -> Iterator[Cell]:
    for need in problem.needs:
        if need.participant_id not in rows:
            continue
        if R.DAY_MAX in rules:
            yield _more_often(need)
        for column in NEEDS:
            value = getattr(need, column.key)
            if value is None or value == column.free or column.rules.isdisjoint(rules):
                continue
            text = _cell_text(problem, column.name, value)
            told = _told(column, ParticipantRef(need.participant_id), text, "needs.csv")
            fact = CellFact("needs.csv", need.participant_id, column.name, text, told)
            yield Cell(
                fact,
                need.participant_id,
                changed_need(need.participant_id, need.service_id, **{column.key: column.free}),
            )


def _more_often(need: Need) -> Cell:
    """Return the number of a need: nobody has more sessions of it than they need."""
    told = said(
        "{} needs {} of {} a week ({needs.csv}, per_week)",
        ParticipantRef(need.participant_id),
        need.per_week,
        need.service_id,
    )
    fact = CellFact("needs.csv", need.participant_id, "per_week", str(need.per_week), told)
    undo = changed_need(need.participant_id, need.service_id, per_week=need.per_week + 1)
    return Cell(fact, need.participant_id, undo)


def _dated(problem: Problem, rules: Collection[RuleId], rows: Collection[str]) -> Iterator[Cell]:
    """Yield absences, pairs and pins: rows that would be taken out."""
    if not OPENING.isdisjoint(rules):
        for away in problem.time_off:
            if away.kind == "clinic" or away.id in rows:
                who = away.id or "the clinic"
                told = said(
                    "the clinic is closed {} ({time_off.csv})"
                    if away.kind == "clinic"
                    else "{} is away {} ({time_off.csv})",
                    *(() if away.kind == "clinic" else (_REFS[f"{away.kind}s"](who),)),
                    dates_of(away),
                )
                fact = CellFact("time_off.csv", away.id or "clinic", "", dates_of(away), told)
                yield Cell(fact, away.id, without("time_off", away.__eq__))
    if R.APART in rules:
        for row in problem.keep_apart:
            other = row.other_participant_id or row.therapist_id or ""
            if {row.participant_id, other} <= set(rows):
                ref = ParticipantRef if row.other_participant_id else TherapistRef
                told = said(
                    "{} and {} are kept apart ({keep_apart.csv})", ParticipantRef(row.participant_id), ref(other)
                )
                fact = CellFact("keep_apart.csv", row.participant_id, "", f"{row.participant_id};{other}", told)
                yield Cell(fact, row.participant_id, without("keep_apart", row.__eq__))
    if R.TOGETHER in rules:
        for pair in problem.keep_together:
            told = said(
                "{} and {} are kept in one group ({keep_together.csv})",
                *(ParticipantRef(pair.participant_id), ParticipantRef(pair.other_participant_id)),
            )
            value = f"{pair.participant_id};{pair.other_participant_id}"
            fact = CellFact("keep_together.csv", pair.participant_id, "", value, told)
            yield Cell(fact, pair.participant_id, without("keep_together", pair.__eq__))
    if R.PIN in rules:
        for pin in problem.pins:
            told = said("row {} of {pins.csv} says {}", pin.row, str(pin).split(": ", 1)[-1])
            fact = CellFact("pins.csv", f"row {pin.row}", "", str(pin).split(": ", 1)[-1], told)
            yield Cell(fact, "", without("pins", pin.__eq__))


def _settings(problem: Problem, rules: Collection[RuleId], rows: Collection[str]) -> Iterator[Cell]:
    clinic = problem.clinic
    if R.WINDOW in rules:
        told = said("the clinic is open {} ({clinic.toml}, open)", clinic.open)
        yield Cell(CellFact("clinic.toml", "", "open", str(clinic.open), told), "", _opened)
    people = [person for person in problem.participants if person.id in rows]
    own: dict[str, set[str | None]] = {
        "levels": {person.level or f"iop-{person.population}" for person in people},
        "payers": {person.payer for person in people},
        "phases": {person.phase for person in people},
    }
    for setting in SETTINGS:
        if setting.rule not in rules or setting.key in {"grid_minutes", "ages"}:
            continue
        for name in setting.names(clinic):
            if not setting.says_something(clinic, name) or setting.is_off(clinic, name):
                continue
            if name not in own.get(setting.path[0], {name}):
                continue
            yield _of_setting(clinic, setting, name)


def _of_setting(clinic: Clinic, setting: Setting, name: str) -> Cell:
    value, key = setting.value(clinic, name), ".".join(setting.path_of(name))
    free: object = setting.off
    if setting.key == "language":
        free = "no"
    elif setting.kind == "wholes":
        free = (value[0], MOST_A_WEEK)
    elif free is None:
        free = NO_LIMIT if setting.looser == "more" else 0
    text = _number(value) if setting.kind == "hours" else _text(value)
    told = said("{}: {} ({clinic.toml}, {})", setting.subject.format(name), setting.told(value), key)
    return Cell(CellFact("clinic.toml", "", key, text, told), "", lambda problem: setting.changed(problem, name, free))


def _opened(problem: Problem) -> Problem:
    """Return the clinic open all day on the days on which it is open."""
    days = Windows.of(TimeRange(day * DAY, (day + 1) * DAY) for day in sorted(problem.clinic.open.days()))
    return replace(problem, clinic=replace(problem.clinic, open=days))


def _cell_text(problem: Problem, name: str, value: object) -> str:
    if name == "availability" and value == problem.clinic.open:
        return ""
    return _number(value) if isinstance(value, int) and "hours" in name else _text(value)


def _number(minutes: object) -> str:
    return f"{int(str(minutes)) / HOUR:g}"


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Times):
        parts = [windows_written(value.windows)] if value.windows else []
        return "; ".join([*parts, *map(moment, sorted(value.starts))])
    if isinstance(value, Windows):
        return windows_written(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ";".join(sorted(map(str, value)))
    if isinstance(value, tuple):
        return ";".join(f"{row.skill}:{row.number}" if hasattr(row, "skill") else str(row) for row in value)
    return value.isoformat() if isinstance(value, date) else str(value)
