"""The workbook of a week as its sheets see it."""

from __future__ import annotations

from iopsched.domain.schedule import Session
from iopsched.export.edition import Edition
from iopsched.export.heading import status_line, status_word
from iopsched.export.sheets.plainbook import BookHead, PlainBook
from iopsched.views.sessions import SessionRow, session_rows
from iopsched.words.phrases import long_date


class Book(PlainBook):
    """The workbook of one edition while it is written."""

    def __init__(self, edition: Edition) -> None:
        week = edition.problem.week
        head = BookHead(
            clinic=edition.problem.clinic.name,
            title=f"week of {long_date(week)}",
            of=f"Week of {week.isoformat()}",
            status=status_line(edition),
            status_word=status_word(edition),
            created=edition.publication.published,
            record=edition.record.text if edition.record is not None else "",
        )
        super().__init__(head)
        self.edition = edition
        self.rows: tuple[SessionRow, ...] = session_rows(edition.problem, edition.schedule, edition.labels)
        self.sessions: dict[str, Session] = {session.id: session for session in edition.schedule.sessions}
        self.shows_people = edition.labels.shows_people
