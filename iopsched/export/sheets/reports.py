"""Sheets of sentences: broken rules, unmet needs, changes, goals."""

from __future__ import annotations

from collections.abc import Sequence

from iopsched.export.heading import NAMES_WORDS
from iopsched.export.sheets.book import Book
from iopsched.export.sheets.plainbook import PlainBook, SheetColumn
from iopsched.views.broken import broken_rules
from iopsched.views.calls import call_list, people_line
from iopsched.views.changes import change_lines, since_line
from iopsched.views.goals import POINTS, UNKNOWN, goal_lines, minutes_outside
from iopsched.views.lacks import shortage
from iopsched.words.phrases import count


def add_broken_rules(book: Book) -> None:
    """Write what the verifier finds, if anything: a week may have been edited by hand."""
    found = book.edition.violations
    if not found:
        return
    columns = (SheetColumn("Rule", 14), SheetColumn("What it asks", 70), SheetColumn("What was found", 80))
    rows = [
        [rule.rule, rule.sentence, text]
        for rule in broken_rules(book.edition.problem, found, book.edition.labels)
        for text in rule.found or (count(rule.number, "time"),)
    ]
    lines = [f"{count(len(found), 'violation')}. Such a week should not be held before they are settled."]
    about = "Rules that this week does not keep.", "Rules that this week breaks"
    add_table(book, "Broken rules", about, columns, lines, rows, frozen=0)


def add_unmet(book: Book) -> None:
    """Write the unmet needs and their reasons."""
    edition = book.edition
    found = shortage(edition.problem, edition.schedule, edition.unmet, edition.labels)
    columns = (
        SheetColumn("Participant", 24),
        SheetColumn("Level", 16),
        SheetColumn("Counts as (h)", 10, "hours"),
        SheetColumn("What is lacking", 50),
        SheetColumn("Why", 90),
    )
    lines = [f"{found.sentence}."]
    if found.short and not book.shows_people:
        lines.append(NAMES_WORDS[edition.labels.mode])
    elif found.short and not edition.unmet:
        lines.append(f"Reasons are {UNKNOWN}.")
    level = {row.participant_id: row.level for row in edition.hours}
    rows = [[row.label, level.get(row.participant_id, ""), row.minutes / 60, row.facts, row.why] for row in found.lines]
    add_table(
        book, "Unmet needs", ("Who is short of what, and why.", "Participants who are short"), columns, lines, rows
    )


def add_changes(book: Book) -> None:
    """Write the changes since the last published revision."""
    edition = book.edition
    columns = (
        SheetColumn("Session", 26),
        SheetColumn("Change", 22),
        SheetColumn("Before", 46),
        SheetColumn("Now", 46),
        SheetColumn("Who joins or leaves", 50),
    )
    rows = [
        [row.title, row.kinds, row.before, row.after, row.people]
        for row in change_lines(edition.problem, edition.changes or (), edition.labels)
    ]
    about = "What is different since the last published revision.", "Sessions that changed"
    add_table(book, "Changes", about, columns, [since_line(edition.changes)], rows)


def add_calls(book: Book) -> None:
    """Write who must be told of what, since people were told last; nothing where nobody must be."""
    edition = book.edition
    calls = call_list(edition.problem, edition.called or (), edition.labels, edition.problem.now)
    if not calls:
        return
    columns = (
        SheetColumn("Who", 24, "short"),
        SheetColumn("Kind", 11, "short"),
        SheetColumn("What", 24, "short"),
        SheetColumn("Before", 40),
        SheetColumn("Now", 40),
        SheetColumn("Told", 8),
    )
    rows = [[row.label, row.kind_words, row.what, row.before, row.after, ""] for row in calls]
    lines = [f"To be told: {people_line(calls)}. First whose changed session is next."]
    about = "Who must be told of what has changed.", "People to be told"
    add_table(book, "Call list", about, columns, lines, rows, is_landscape=False)


def add_goals(book: Book) -> None:
    """Write how good the week is in each goal, and how much better it could be at most."""
    goals, edition = book.edition.goals, book.edition
    outside = minutes_outside(edition.problem, edition.schedule)
    columns = (
        SheetColumn("Goal", 20),
        SheetColumn("This week", 60),
        SheetColumn("Points", 14),
        SheetColumn("At best", 20),
        SheetColumn("Open", 8, "share"),
        SheetColumn("Proven best", 10),
        SheetColumn("How sure", 45),
    )
    lines = (
        [
            "Goals in the order in which they count; less is better. At best: what no week can beat whose earlier goals are as good.",
            POINTS,
        ]
        if goals
        else [f"How good the week is in each goal is {UNKNOWN}."]
    )
    rows: list[list[object]] = [
        [line.name, line.value, line.points, line.best, line.gap, "yes" if line.is_proven else "not yet", line.left]
        for line in goal_lines(goals, edition.problem.clinic, outside)
    ]
    add_table(
        book,
        "Goals",
        ("How good this week is, goal by goal.", "Goals, and the best that any week could have"),
        columns,
        lines,
        rows,
    )


def add_table(
    book: PlainBook,
    name: str,
    about: tuple[str, str],
    columns: Sequence[SheetColumn],
    lines: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    frozen: int = 1,
    is_landscape: bool = True,
) -> None:
    """Write a sheet of lines and, where there are rows, one table; ``about`` says what the sheet is and the table."""
    widths = [column.width for column in columns]
    sheet = book.sheet(name, about[0], columns=widths, is_landscape=is_landscape)
    top = book.heading(sheet, name, lines)
    if not rows:
        book.fit(sheet, top, 3)
        return
    end = book.table(sheet, top, columns, rows, about[1])
    book.dense(sheet, top + 1, end)
    sheet.freeze_panes(top + 1, frozen)
    book.fit(sheet, end - 1, len(columns) - 1, top)
