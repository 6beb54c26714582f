"""Answers as tables, which a page and a workbook lay out: the same rows under the same headers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from iopsched.answers.explanation import Explanation
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.views.explained import ToldCause, ToldStep, ToldWay, headline, place_of, told_causes, told_ways
from iopsched.views.labels import Labels
from iopsched.views.relabeling import told

AnswerCell = str | int
ROW_GONE = "(taken out)"
BLANK = "(blank)"


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """A column: its header, its width in signs, and whether only a page or only a workbook has it."""

    header: str
    width: float
    only: Literal["", "page", "workbook"] = ""


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """A table with what is said above it. ``name`` is its title, short enough for a sheet; ``starts_page`` on paper."""

    name: str
    about: str
    columns: tuple[AnswerColumn, ...]
    rows: tuple[tuple[AnswerCell, ...], ...]
    starts_page: bool = False

    def part(self, place: Literal["page", "workbook"]) -> AnswerTable:
        """Return the columns that a page or a workbook has, without those in which nothing stands."""
        filled = [any(row[number] != "" for row in self.rows) for number in range(len(self.columns))]
        kept = [n for n, column in enumerate(self.columns) if column.only in ("", place) and filled[n]]
        columns = tuple(self.columns[number] for number in kept)
        rows = tuple(tuple(row[n] for n in kept) for row in self.rows)
        return replace(self, columns=columns, rows=rows)


@dataclass(frozen=True, slots=True)
class AnswerTold:
    """An answer to be laid out: ``command`` is the one that gave it, ``lines`` are said first, ``open_ends`` last."""

    command: str
    title: str
    lines: tuple[str, ...]
    tables: tuple[AnswerTable, ...]
    open_ends: tuple[str, ...] = ()


STEP_COLUMNS = (
    AnswerColumn("Step", 50),
    AnswerColumn("Decides", 14),
    AnswerColumn("Where", 24, "page"),
    AnswerColumn("File", 16, "workbook"),
    AnswerColumn("Row", 10, "workbook"),
    AnswerColumn("Column", 14, "workbook"),
    AnswerColumn("Now", 30),
    AnswerColumn("Then", 30),
    AnswerColumn("Points of the step", 9),
)


def step_cells(step: ToldStep) -> tuple[AnswerCell, ...]:
    """Return what stands in the columns of a step."""
    where = place_of(step.file, step.row, step.column)
    cells = (step.sentence, step.who, where, step.file, step.row, step.column)
    return (*cells, step.before or BLANK, step.after or ROW_GONE, step.price)


def explanation_told(found: Explanation, problem: Problem, schedule: Schedule, labels: Labels) -> AnswerTold:
    """Return an explanation; ``schedule`` is the week that it explains."""
    causes, ways = told_causes(found.causes, problem, labels), told_ways(found.ways_out, problem, labels)
    tables = (_causes(causes), _ways(ways)) if ways else (_causes(causes),)
    return AnswerTold(
        "explain",
        "Why people are short, and what would help",
        headline(problem, schedule, found.bound, labels),
        tables if causes or ways else (),
        tuple(filter(None, (told(sentence, problem, labels) for sentence in found.unfinished))),
    )


def _causes(causes: tuple[ToldCause, ...]) -> AnswerTable:
    columns = (
        AnswerColumn("No.", 5),
        AnswerColumn("Who", 16),
        AnswerColumn("Lacks", 9),
        AnswerColumn("Why", 60),
        AnswerColumn("Asked and there", 16),
        AnswerColumn("What stands in the tables", 60),
        AnswerColumn("How sure", 12),
    )
    rows = tuple(
        (
            cause.number,
            cause.who,
            cause.lack,
            cause.sentence,
            cause.count,
            "\n".join(f"{fact.place}: {fact.value}" if fact.value else fact.place for fact in cause.facts),
            cause.doubt or "proven",
        )
        for cause in causes
    )
    return AnswerTable("Why short", "Causes, each with the cells that are behind it.", columns, rows)


def _ways(ways: tuple[ToldWay, ...]) -> AnswerTable:
    columns = (
        AnswerColumn("No.", 5),
        AnswerColumn("Ask", 16),
        AnswerColumn("What it brings", 40),
        AnswerColumn("Points", 7),
        *STEP_COLUMNS,
    )
    about = (
        "Each was solved again with the changed tables. Points are trouble: [prices] of clinic.toml says how many a step has. "
        "`iopsched explain CLINIC --apply 1 --out NEWFOLDER` takes number 1 in a copy."
    )
    return AnswerTable("What would help", about, columns, tuple(row for way in ways for row in _steps(way)))


def _steps(way: ToldWay) -> Iterator[tuple[AnswerCell, ...]]:
    """Yield a row for each step; what is said of all of them stands in the first."""
    brings = f"{way.outcome}; {way.harm}" if way.harm else way.outcome
    whole: tuple[AnswerCell, ...] = (way.who, f"{brings[:1].upper()}{brings[1:]}.", way.points)
    for place, step in enumerate(way.steps):
        yield way.number, *(whole if place == 0 else ("", "", "")), *step_cells(step)
