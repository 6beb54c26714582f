"""Sheets of an answer: what is said first, and one sheet for each table."""

from __future__ import annotations

from iopsched.export.sheets.book import Book
from iopsched.export.sheets.plainbook import SheetColumn
from iopsched.export.sheets.reports import add_table
from iopsched.views.answertables import AnswerTold


def add(book: Book, answer: AnswerTold) -> None:
    """Write a sheet for each table of an answer; what is said first and last stands on the first."""
    for number, table in enumerate(part.part("workbook") for part in answer.tables):
        columns = tuple(SheetColumn(column.header, column.width) for column in table.columns)
        ends = [f"Not finished: {sentence}" for sentence in answer.open_ends] if number == 0 else []
        lines = [*(answer.lines if number == 0 else ()), table.about, *ends]
        add_table(book, table.name, (f"{table.about}", table.about), columns, lines, table.rows)
