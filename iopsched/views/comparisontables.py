"""Two weeks beside each other in words: one line a person, the goals side by side; and as tables for a page and a workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from iopsched.comparisons.factchanges import FactChange
from iopsched.domain.problem import Problem
from iopsched.rulebook import UNITS
from iopsched.views.answertables import AnswerCell, AnswerColumn, AnswerTable, AnswerTold
from iopsched.views.compared import GOAL_TITLES, ComparedPerson, Comparison, GoalDifference
from iopsched.views.factwords import fact_place, fact_sentence
from iopsched.views.goals import points
from iopsched.views.labels import Labels
from iopsched.views.relabeling import told
from iopsched.words.phrases import count

NO_FACT = "no fact of theirs changed"
NOTHING = "Nothing is different: everybody has the same appointments."
SAME = "as before"


class ComparisonWords:
    """The words of one comparison: who reads it sees the labels; ``weeks`` are the Mondays of both."""

    def __init__(self, found: Comparison, problem: Problem, weeks: tuple[date, date], labels: Labels) -> None:
        self._found = found
        self._problem = problem
        self._weeks = weeks
        self._labels = labels

    def headline(self) -> tuple[str, ...]:
        """Return how many have another week, came and left, and which settings differ."""
        found = self._found
        if not found.people:
            return (NOTHING, *self._settings())
        stayed, came, left = found.of("stayed"), found.of("came"), found.of("left")
        moved = count(sum(row.moved for row in stayed), "appointment")
        parts = [f"{_people(stayed)} {'has' if len(stayed) == 1 else 'have'} another week ({moved})"] if stayed else []
        parts += [f"{_people(came)} came"] if came else []
        parts += [f"{_people(left)} left"] if left else []
        return (f"{'; '.join(parts)}.", *self._settings())

    def _settings(self) -> tuple[str, ...]:
        told_facts = [self.fact(change) for change in self._found.settings]
        return (f"For everybody: {'; '.join(told_facts)}.",) if told_facts else ()

    def person_lines(self) -> tuple[str, ...]:
        """Return one line a person: what is different, and why as far as facts say it."""
        return tuple(map(self._line, self._found.people))

    def _line(self, row: ComparedPerson) -> str:
        entries = "; ".join(f"{entry.what}: {entry.before} -> {entry.after}" for entry in row.entries)
        why = "; ".join(map(self.fact, row.facts)) or NO_FACT
        return f"{_title(row)}: {entries or 'no appointment'} [{why}]"

    def fact(self, change: FactChange) -> str:
        """Return a fact with where it stands."""
        said = told(fact_sentence(change, self._weeks), self._problem, self._labels)
        place = fact_place(change, self._labels)
        return f"{said} ({place})" if said else place

    def goal_lines(self) -> tuple[str, ...]:
        """Return a line for each goal that differs."""
        shown = [row for row in self._found.goals if row.goal in GOAL_TITLES and row.old.value != row.new.value]
        return tuple(f"{GOAL_TITLES[row.goal]}: {_value(row, 0)} -> {_value(row, 1)}{_said(row)}" for row in shown)

    def answer(self, title: str, beside: str) -> AnswerTold:
        """Return it as an answer to be laid out; ``beside`` says which two weeks these are."""
        return AnswerTold("compare", title, (beside, *self.headline()), (self._people_table(), self._goal_table()))

    def _people_table(self) -> AnswerTable:
        columns = (
            AnswerColumn("Who", 14),
            AnswerColumn("Is", 16),
            AnswerColumn("What", 20),
            AnswerColumn("Was", 40),
            AnswerColumn("Is now", 40),
            AnswerColumn("Differs", 16),
            AnswerColumn("Why, as far as the tables say it", 60),
        )
        about = "One row an appointment. Why: the cells that differ and touch it; blank where none does."
        return AnswerTable("Who has another week", about, columns, tuple(self._rows(self._found.people)))

    def _rows(self, people: Iterable[ComparedPerson]) -> Iterator[tuple[AnswerCell, ...]]:
        for row in people:
            kind = f"{_kind(row)}{_standing(row)}"
            if not row.entries:
                yield row.label, kind, "", "", "", row.standing, self._why(row.why)
            for entry in row.entries:
                why = self._why((*row.why, *entry.why))
                yield row.label, kind, entry.what, entry.before, entry.after, ", ".join(entry.differs), why

    def _why(self, facts: Sequence[FactChange]) -> str:
        return "\n".join(dict.fromkeys(map(self.fact, facts)))

    def _goal_table(self) -> AnswerTable:
        columns = (
            AnswerColumn("Goal", 22),
            AnswerColumn("Was", 20),
            AnswerColumn("Is now", 20),
            AnswerColumn("Difference", 60),
        )
        rows = tuple(
            (GOAL_TITLES[row.goal], _value(row, 0), _value(row, 1), row.words or SAME)
            for row in self._found.goals
            if row.goal in GOAL_TITLES
        )
        return AnswerTable("Goals", "Each week counted with the facts of its time; less is better.", columns, rows)


def _people(rows: Sequence[ComparedPerson]) -> str:
    """Return for instance ``3 participants and 1 member of staff``."""
    number = [sum(row.kind == kind for row in rows) for kind in ("participant", "therapist")]
    parts = [count(number[0], "participant"), count(number[1], "member of staff", "members of staff")]
    return " and ".join(part for part, many in zip(parts, number, strict=True) if many)


def _kind(row: ComparedPerson) -> str:
    return "staff" if row.kind == "therapist" else row.kind


def _standing(row: ComparedPerson) -> str:
    return "" if row.standing == "stayed" else f", {row.standing}"


def _title(row: ComparedPerson) -> str:
    return f"{row.label} ({_kind(row)}{_standing(row)})"


def _value(row: GoalDifference, side: int) -> str:
    return points((row.old, row.new)[side].value, row.goal, UNITS[row.goal])


def _said(row: GoalDifference) -> str:
    return f" ({row.words})" if row.words else ""
