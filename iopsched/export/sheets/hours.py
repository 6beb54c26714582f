"""Sheet "Hours": everybody's hours against the required hours, and the rule that requires them."""

from __future__ import annotations

from iopsched.export.heading import NAMES_WORDS
from iopsched.export.palette import INK_ON, ROSE_TINT, WINE
from iopsched.export.sheets.book import Book
from iopsched.export.sheets.plainbook import Sheet, SheetColumn
from iopsched.views.lacks import facts, people_short
from iopsched.views.sessions import HoursLine, hours_lines
from iopsched.views.standards import hours_rules, number_sources
from iopsched.words.phrases import count

NAME = "Hours"
SCHEDULED, REQUIRED, DAYS, NEEDED_DAYS, STATUS = 2, 3, 4, 5, 7
COLUMNS = (
    SheetColumn("Participant", 20, "short"),
    SheetColumn("Level", 14, "short"),
    SheetColumn("Hours", 8, "hours"),
    SheetColumn("Required", 10, "hours"),
    SheetColumn("Days", 7, "whole"),
    SheetColumn("Required days", 10, "whole"),
    SheetColumn("What is lacking", 28),
    SheetColumn("Status", 9),
    SheetColumn("Primary", 14, "short"),
    SheetColumn("Groups", 12, "short"),
    SheetColumn("Rule and where it stands", 50),
)


def add(book: Book) -> None:
    """Write everybody's hours, people below their minimum first, and then the sources of the numbers."""
    edition = book.edition
    sheet = book.sheet(
        NAME, "Everybody's hours and days against the rule, and where its numbers stand.",
        columns=[column.width for column in COLUMNS], is_landscape=False,
    )  # fmt: skip
    if not book.shows_people:
        lines = [f"{count(len(edition.hours), 'participant')}.", NAMES_WORDS[edition.labels.mode]]
        book.fit(sheet, book.heading(sheet, "Hours of participants", lines), 5)
        return
    people = hours_lines(edition.hours, edition.labels)
    short = sum(line.row.status == "short" for line in people)
    top = book.heading(
        sheet,
        "Hours of participants",
        [f"{short} of {count(len(people), 'participant')} short. Hours that count and program days of this week."],
    )
    rules = hours_rules(edition.problem, edition.schedule, edition.hours)
    accounts, _ = people_short(edition.problem, edition.schedule)
    lacks = {account.participant.id: facts(account) for account in accounts}
    rows = [
        _row(line, rules.get(line.row.participant_id, ""), lacks.get(line.row.participant_id, "")) for line in people
    ]
    end = book.table(sheet, top, COLUMNS, rows, "Hours and days of each participant against the rule")
    sheet.freeze_panes(top + 1, 1)
    book.dense(sheet, top + 1, end)
    if rows:
        _mark(book, sheet, top + 1, end - 1)
    end = _sources(book, sheet, end + 1)
    book.fit(sheet, end, len(COLUMNS) - 1, top)


def _row(line: HoursLine, rule: str, lacks: str) -> list[object]:
    row = line.row
    return [
        line.label,
        row.level,
        row.scheduled_minutes / 60,
        row.required_minutes / 60,
        row.scheduled_days,
        row.required_days,
        lacks,
        row.status.upper() if row.status == "short" else row.status,
        line.primary,
        line.groups,
        rule,
    ]


def _mark(book: Book, sheet: Sheet, first: int, last: int) -> None:
    """Mark people below their minimum by bold words and fills, and the numbers themselves also by a frame."""
    short = book.condition(bold=True, bg_color=WINE, font_color=INK_ON[WINE])
    below = book.condition(bold=True, bg_color=ROSE_TINT, border=1, border_color=WINE)
    book.when(sheet, (first, STATUS, last, STATUS), {"type": "cell", "criteria": "==", "value": '"SHORT"'}, short)
    for column, least in ((SCHEDULED, REQUIRED), (DAYS, NEEDED_DAYS)):
        formula = f"=${chr(65 + column)}{first + 1}<${chr(65 + least)}{first + 1}"
        book.when(sheet, (first, column, last, column), {"type": "formula", "criteria": formula}, below)
    book.when(sheet, (first, 6, last, 6), {"type": "no_blanks"}, below)


def _sources(book: Book, sheet: Sheet, top: int) -> int:
    edition = book.edition
    rows = number_sources(edition.problem, edition.hours)
    if rows:
        book.text(sheet, top, 0, "Where the numbers stand, and on whose word", "section")
    for line, row in enumerate(rows, top + 1):
        book.text(sheet, line, 0, f"{row.owner}, {row.setting}: {row.value} ({row.place}; {row.source})", "plain")
    book.dense(sheet, top + 1, top + 1 + len(rows))
    return top + len(rows)
