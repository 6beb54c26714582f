"""Two weeks beside each other: who came, who left, who has other appointments, and which facts that differ touch them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from iopsched.comparisons.factchanges import FactChange, fact_changes
from iopsched.comparisons.facttables import WeekFacts
from iopsched.comparisons.touching import Touching
from iopsched.domain.clinic import Clinic
from iopsched.domain.outcome import GoalId
from iopsched.domain.publication import Change
from iopsched.domain.schedule import Schedule, Session
from iopsched.rulebook import UNITS, weights_of
from iopsched.verifier import goal_values
from iopsched.verifier.calendars import Calendars
from iopsched.verifier.changes import Entry, entry_of
from iopsched.verifier.goals import GoalValue
from iopsched.views.calls import Call, by_person, call_list
from iopsched.views.goals import GOAL_WORDS, TERM_WORDS, WEIGHTED, amount
from iopsched.views.labels import Labels

Standing = Literal["came", "left", "stayed"]
PRIMARY = "primary therapist"


@dataclass(frozen=True)
class ComparedWeek:
    """One of two weeks: its facts and its schedule."""

    facts: WeekFacts
    schedule: Schedule

    def people(self, kind: str) -> frozenset[str]:
        """Return the participants of the week, or everybody on its staff."""
        problem = self.facts.problem
        if kind == "therapist":
            return frozenset(problem.therapist)
        calendars = Calendars(problem)
        present = {row.id for row in problem.participants if calendars.is_present(row)}
        held = (session.participant_ids for session in self.schedule.sessions)
        return self.schedule.census.union(present, *held)

    def entries(self, kind: str, who: str) -> set[Entry]:
        """Return what somebody must be told of their sessions, as goal ``moves`` counts it."""
        rows = (
            (row, row.participant_ids if kind == "participant" else row.therapist_ids) for row in self.schedule.sessions
        )
        return {entry_of(row) for row, people in rows if who in people}


@dataclass(frozen=True, slots=True)
class ComparedEntry:
    """What is different about one appointment of somebody: ``old`` and ``new`` say when, with whom and where.

    ``differs`` names what: ``time``, ``lead``, ``group``, ``room`` and the like, or ``added``, ``dropped``. ``why`` are the facts that
    touch it. Blank ``old`` or ``new``: there is none. ``after`` is ``new`` in words.
    """

    what: str
    old: str
    new: str
    after: str
    differs: tuple[str, ...]
    why: tuple[FactChange, ...]

    @property
    def before(self) -> str:
        """Return how it was, in words."""
        return self.old or "new"


@dataclass(frozen=True, slots=True)
class ComparedPerson:
    """Somebody whose week is another; ``why`` are the facts by which they came or left.

    ``moved`` are the entries that only one of both weeks has, as goal ``moves`` counts them.
    """

    who: str
    label: str
    kind: str
    standing: Standing
    entries: tuple[ComparedEntry, ...]
    moved: int
    why: tuple[FactChange, ...] = ()

    @property
    def facts(self) -> tuple[FactChange, ...]:
        """Return every fact that differs and touches them, each once."""
        found: list[FactChange] = []
        for change in (*self.why, *(one for row in self.entries for one in row.why)):
            if change not in found:
                found.append(change)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class GoalDifference:
    """A goal of both weeks, each with the facts of its time; ``words`` say the difference."""

    goal: GoalId
    old: GoalValue
    new: GoalValue
    words: str

    def as_json(self) -> dict[str, object]:
        """Return it as an object of names and values."""
        values = {"old": self.old.value, "new": self.new.value}
        return {"name": str(self.goal), **values, "unit": UNITS[self.goal], "difference": self.words}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two weeks beside each other; ``settings`` are those that differ, which are about everybody."""

    people: tuple[ComparedPerson, ...]
    goals: tuple[GoalDifference, ...]
    settings: tuple[FactChange, ...]

    def of(self, standing: Standing) -> Sequence[ComparedPerson]:
        """Return who came, left, or stayed and has another week."""
        return [row for row in self.people if row.standing == standing]


def compared(old: ComparedWeek, new: ComparedWeek, changes: Iterable[Change], labels: Labels) -> Comparison:
    """Return what is different; ``changes`` are those of the sessions, matched with each other, by weekday.

    Without labels for participants there are only the staff.
    """
    touching = Touching(old.facts, new.facts, fact_changes(old.facts, new.facts))
    calls = call_list(new.facts.problem, changes, labels, then=old.facts.problem)
    entries = {(first.kind, first.who): list(rows) for first, rows in by_person(calls)}
    people = []
    for kind in ("participant", "therapist") if labels.shows_people else ("therapist",):
        before, after = old.people(kind), new.people(kind)
        keys = {who for of_kind, who in entries if of_kind == kind} | (before ^ after) | _repaired(kind, old, new)
        for who in sorted(keys):
            standing: Standing = "stayed" if (who in before) == (who in after) else "came" if who in after else "left"
            row = _person(kind, who, standing, entries.get((kind, who), []), (old, new), touching, labels)
            if row.entries or row.standing != "stayed":
                people.append(row)
    return Comparison(tuple(people), goal_differences(old, new), touching.of_all)


def _repaired(kind: str, old: ComparedWeek, new: ComparedWeek) -> frozenset[str]:
    """Return the participants whose primary therapist is another."""
    if kind != "participant":
        return frozenset()
    before, after = old.schedule.primaries, new.schedule.primaries
    return frozenset(key for key in before.keys() & after.keys() if before[key] != after[key])


def _person(
    kind: str,
    who: str,
    standing: Standing,
    calls: Iterable[Call],
    weeks: tuple[ComparedWeek, ComparedWeek],
    touching: Touching,
    labels: Labels,
) -> ComparedPerson:
    label = labels.participant(who) if kind == "participant" else labels.therapist(who)
    rows = [_entry((kind, who), call, touching) for call in sorted(calls, key=lambda call: call.start)]
    if who in _repaired(kind, *weeks):
        primaries = [week.schedule.primaries[who] for week in weeks]
        why = tuple(change for change in touching.about((kind, who)) if change.column == "therapist_id")
        was, now_is = map(labels.therapist, primaries)
        rows.append(ComparedEntry(PRIMARY, was, now_is, now_is, ("primary",), why))
    why = touching.of_person((kind, who)) if standing != "stayed" else ()
    before, after = (week.entries(kind, who) for week in weeks)
    return ComparedPerson(who, label, kind, standing, tuple(rows), len(before ^ after), why)


def _entry(who: tuple[str, str], call: Call, touching: Touching) -> ComparedEntry:
    old, new = call.old_session, call.new_session
    pairs = [(old, new)]
    if who[0] == "therapist":  # whoever takes over or hands over is touched by what kept the other from it
        pairs += [(call.replaced, new)] if call.replaced else []
        pairs += [(old, call.replacing)] if call.replacing else []
    why = touching.of_entry(who, pairs)
    return ComparedEntry(call.what, call.old, call.new, call.after, _differs(old, new), why)


def _differs(old: Session | None, new: Session | None) -> tuple[str, ...]:
    if old is None or new is None:
        return ("added",) if old is None else ("dropped",)
    found = {
        "service": old.service_id != new.service_id,
        "group": old.group_id != new.group_id,
        "time": (old.start, old.end) != (new.start, new.end),
        "lead": old.lead_id != new.lead_id,
        "staff": old.lead_id == new.lead_id and old.therapist_ids != new.therapist_ids,
        "room": old.room_id != new.room_id,
        "modality": old.modality != new.modality,
    }
    return tuple(name for name, is_another in found.items() if is_another)


def goal_differences(old: ComparedWeek, new: ComparedWeek) -> tuple[GoalDifference, ...]:
    """Return every goal of both weeks, each counted with the facts of its time and against its own earlier week."""
    before, after = (goal_values(week.facts.problem, week.schedule) for week in (old, new))
    clinics = old.facts.problem.clinic, new.facts.problem.clinic
    return tuple(
        GoalDifference(goal, before[goal], after[goal], difference_words(goal, (before[goal], after[goal]), clinics))
        for goal in GoalId
    )


def difference_words(goal: GoalId, values: tuple[GoalValue, GoalValue], clinics: tuple[Clinic, Clinic]) -> str:
    """Return for instance ``3 h more``, ``2 fewer trips, 1 h more of waiting``, blank where there is none."""
    if goal not in WEIGHTED:
        step = values[1].value - values[0].value
        fewer = "less" if UNITS[goal] == "minutes" else "fewer"
        return f"{amount(abs(step), UNITS[goal])} {'more' if step > 0 else fewer}" if step else ""
    before, after = (_terms(goal, value, clinic) for value, clinic in zip(values, clinics, strict=True))
    steps = {name: after.get(name, 0) - before.get(name, 0) for name in {**before, **after}}
    return ", ".join(_term_words(name, step) for name, step in steps.items() if step and name in TERM_WORDS)


def _terms(goal: GoalId, value: GoalValue, clinic: Clinic) -> Mapping[str, int]:
    """Return the sub-terms of a goal as numbers of things, without their weights."""
    own = weights_of(goal, clinic.weights)
    return {name: part // own[name] for name, part in value.parts if own.get(name)}


def _term_words(name: str, step: int) -> str:
    words = TERM_WORDS[name]
    return words.more(step) if step > 0 else words.fewer(-step)


GOAL_TITLES: Mapping[GoalId, str] = {
    goal: GOAL_WORDS[goal] for goal in GoalId if goal not in (GoalId.CHANGES, GoalId.MOVES)
}
"""The goals that are told side by side: the others are counted against a third week."""
