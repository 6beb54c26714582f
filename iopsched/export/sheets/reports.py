"""Sheets of sentences: broken rules, unmet needs, changes, goals."""

from __future__ import annotations

from collections import Counter

from iopsched.domain.timegrid import hours
from iopsched.export.sheets.book import Book, Column
from iopsched.goalwords import GOAL_WORDS, points, proven, unproven
from iopsched.phrases import count
from iopsched.rulebook import RULES, GoalId
from iopsched.views.changes import change_lines
from iopsched.views.unmet import Told, shortage


def add_broken_rules(book: Book) -> None:
    """Write what the verifier finds, if anything: a week may have been edited by hand."""
    found = book.edition.violations
    if not found:
        return
    told = Told(book.edition.problem, book.edition.labels)
    columns = (Column("Rule", 14), Column("What it asks", 70), Column("What was found", 80))
    numbers = Counter(row.rule for row in found)
    rows: list[list[object]] = (
        [[row.rule.value, RULES[row.rule].sentence, told.sentence(row.sentence)] for row in found]
        if book.shows_people
        else [[rule.value, RULES[rule].sentence, count(number, "time")] for rule, number in sorted(numbers.items())]
    )
    sheet = book.sheet(
        "Broken rules", "Rules that this week does not keep.", columns=[column.width for column in columns]
    )
    lines = [f"{count(len(found), 'violation')}. Such a week should not be held before they are settled."]
    top = book.heading(sheet, "Broken rules", lines)
    end = book.table(sheet, top, columns, rows, "Rules that this week breaks")
    sheet.freeze_panes(top + 1, 0)
    book.fit(sheet, end - 1, len(columns) - 1, top)


def add_unmet(book: Book) -> None:
    """Write who is short of what and why."""
    edition = book.edition
    found = shortage(edition.problem, edition.schedule, edition.unmet, edition.labels)
    columns = (
        Column("Participant", 24),
        Column("Level", 16),
        Column("Counts as (h)", 10, "hours"),
        Column("What is lacking", 50),
        Column("Why", 90),
    )
    sheet = book.sheet("Unmet needs", "Who is short of what, and why.", columns=[column.width for column in columns])
    lines = [
        f"{found.people - found.short} of {count(found.people, 'participant')} have all their hours and sessions"
        + (f"; what is lacking counts as {hours(found.minutes)} of unmet need." if found.short else ".")
    ]
    if found.short and not book.shows_people:
        lines.append("People are not shown in this workbook (names: none).")
    elif found.short and not edition.unmet:
        lines.append("Reasons are not known, as the week was edited after the search: iopsched explain tells them.")
    top = book.heading(sheet, "Unmet needs", lines)
    if not book.shows_people or not found.short:
        book.fit(sheet, top, 3)
        return
    rows = [[row.label, row.level, row.minutes / 60, row.facts, row.why] for row in found.lines]
    end = book.table(sheet, top, columns, rows, "Participants who are short")
    sheet.freeze_panes(top + 1, 1)
    book.fit(sheet, end - 1, len(columns) - 1, top)


def add_changes(book: Book) -> None:
    """Write what is different since the last published revision."""
    edition = book.edition
    columns = (
        Column("Session", 26),
        Column("Change", 22),
        Column("Before", 46),
        Column("Now", 46),
        Column("Who joins or leaves", 50),
    )
    sheet = book.sheet(
        "Changes", "What is different since the last published revision.", columns=[column.width for column in columns]
    )
    if edition.changes is None:
        line = "There is no earlier published revision of this week to compare with."
    elif not edition.changes:
        line = "Nothing has changed since the last published revision."
    else:
        line = f"{count(len(edition.changes), 'session')} changed since the last published revision."
    top = book.heading(sheet, "Changes", [line])
    if not edition.changes:
        book.fit(sheet, top, 3)
        return
    rows = [
        [row.title, row.kinds, row.before or "was not held", row.after or "is not held", row.people]
        for row in change_lines(edition.problem, edition.changes, edition.labels)
    ]
    end = book.table(sheet, top, columns, rows, "Sessions that changed")
    sheet.freeze_panes(top + 1, 1)
    book.fit(sheet, end - 1, len(columns) - 1, top)


def add_goals(book: Book) -> None:
    """Write how good the week is in each goal, and how much better it could be at most."""
    goals = book.edition.goals
    columns = (
        Column("Goal", 22),
        Column("Value", 24),
        Column("Proven bound", 24),
        Column("Gap", 8, "share"),
        Column("Proven best", 10),
        Column("In words", 90),
    )
    sheet = book.sheet("Goals", "How good this week is, goal by goal.", columns=[column.width for column in columns])
    lines = (
        ["Goals in order of rank; less is better. No week whose earlier goals are as good can be below the bound."]
        if goals
        else ["Goals are not known: the week was edited after the search, or was not made by it."]
    )
    top = book.heading(sheet, "Goals", lines)
    if not goals:
        book.fit(sheet, top, 3)
        return
    rows: list[list[object]] = [
        [
            GOAL_WORDS[GoalId(goal.name)],
            points(goal.value, GoalId(goal.name), goal.unit),
            points(goal.bound, GoalId(goal.name), goal.unit),
            max(0.0, goal.gap),
            "yes" if goal.is_proven else "not yet",
            proven(goal) if goal.is_proven else unproven(goal),
        ]
        for goal in goals
    ]
    end = book.table(sheet, top, columns, rows, "Goals with their bounds")
    sheet.freeze_panes(top + 1, 1)
    book.fit(sheet, end - 1, len(columns) - 1, top)
