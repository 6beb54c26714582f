"""Answers as files: one self-contained page, and one workbook, with the rows of ``views/answertables.py``."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from iopsched.export.charts import Picture
from iopsched.export.edition import Edition, Files
from iopsched.export.formats import Format
from iopsched.export.heading import NAMES_WORDS, status_line, zone_line
from iopsched.export.sheets import answersheets
from iopsched.export.sheets.book import Book
from iopsched.export.templating import render
from iopsched.views.answertables import AnswerTold
from iopsched.words.phrases import long_date

ANSWER_FORMATS = (Format.XLSX, Format.HTML)
"""The formats that an answer has."""


def answer_files(
    edition: Edition, answer: AnswerTold, formats: Collection[Format], pictures: Sequence[Picture] = ()
) -> Files:
    """Return an answer about the week of an edition in each format, such as ``explain-2026-11-30.html``."""
    stem = f"{answer.command}-{edition.schedule.week.isoformat()}"
    found: dict[str, bytes] = {}
    if Format.XLSX in formats:
        book = Book(edition)
        answersheets.add(book, answer)
        found[f"{stem}.xlsx"] = book.finish()
    if Format.HTML in formats:
        found[f"{stem}.html"] = _page(edition, answer, pictures)
    return found


def _page(edition: Edition, answer: AnswerTold, pictures: Sequence[Picture]) -> bytes:
    return render(
        "answer.html",
        record=None,
        answer=answer,
        pictures=pictures,
        clinic=edition.problem.clinic.name,
        week=long_date(edition.schedule.week),
        status=status_line(edition),
        zone=zone_line(edition),
        shown=NAMES_WORDS[edition.labels.mode],
    )
