"""Two weeks of a clinic beside each other: who has another week, and why as far as facts say it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from iopsched import ingest
from iopsched.domain.names import Names
from iopsched.domain.publication import Change, Publication
from iopsched.export.formats import Format
from iopsched.export.writing import Written
from iopsched.store.revisions import changes, publish
from iopsched.views.compared import ComparedPerson, Comparison, compared
from iopsched.views.comparisontables import ComparisonWords
from iopsched.views.labels import Labels, NameMode
from iopsched.work.exports import answer_place, edition_of, export_answer
from iopsched.work.weeksides import WeekSide, sides_of

TITLE = "What is different, for whom, and why"


@dataclass(frozen=True)
class Compared:
    """Two weeks and what is different between them."""

    old: WeekSide
    new: WeekSide
    found: Comparison

    @property
    def beside(self) -> str:
        """Return which two weeks these are."""
        return f"{_capital(self.old.title)} -> {self.new.title}."

    def words(self, labels: Labels) -> ComparisonWords:
        """Return the comparison in words."""
        weeks = self.old.problem.week, self.new.problem.week
        return ComparisonWords(self.found, self.new.problem, weeks, labels)

    def facts(self) -> dict[str, Any]:
        """Return it for a machine."""
        stayed = [row for row in self.found.people if row.standing == "stayed" and row.moved]
        return {
            "old": self.old.facts(),
            "new": self.new.facts(),
            "changes": len(stayed),
            "moves": sum(row.moved for row in stayed),
            "people": [_person_facts(row) for row in self.found.people],
            "goals": [row.as_json() for row in self.found.goals],
            "settings": [change.as_json() for change in self.found.settings],
        }


def compare(texts: tuple[str, str], clinic: Path | None, planned: date, today: date, mode: NameMode | None) -> Compared:
    """Return two weeks beside each other; what the texts may name: :func:`iopsched.work.weeksides.sides_of`.

    Two weeks are compared by weekday. Sessions are matched as publications match them; what is different is what
    :func:`iopsched.work.publications.calls_since` has people told.
    """
    old, new = sides_of(texts, clinic, planned, today)
    labels = labels_of(new, mode)
    return Compared(old, new, compared(old.week, new.week, session_changes(old, new), labels))


def labels_of(side: WeekSide, mode: NameMode | None) -> Labels:
    """Return how people are shown; names are read only where somebody asks for them."""
    shown = mode or NameMode.ID
    return Labels(shown, ingest.read_names(side.clinic) if shown is not NameMode.ID else Names())


def session_changes(old: WeekSide, new: WeekSide) -> tuple[Change, ...]:
    """Return what became of each session; the other way round it is the same, with both sides exchanged.

    Two revisions of one week have the keys under which they were published. Else the sessions of one are matched with
    those of the other: from the published one on, else from the one whose sessions come first in their order.
    """
    before, after = old.publication, new.publication
    if before is not None and after is not None and before.week == after.week:
        return changes(before, after)
    week = new.problem.week
    if (after is not None and before is None) or (_rank(new) < _rank(old) and (before is None) == (after is None)):
        return tuple(
            replace(change, before=change.after, after=change.before, kinds=_turned(change.kinds))
            for change in changes(_base(new, week), replace(old.schedule, week=week))
        )
    return changes(_base(old, week), new.schedule)


def _base(side: WeekSide, week: date) -> Publication:
    """Return a week as the publication from which sessions are matched, as if it were of another week."""
    if side.publication is not None:
        return replace(side.publication, week=week)
    return publish("", replace(side.schedule, week=week), None, datetime(1970, 1, 1, tzinfo=UTC))


def _rank(side: WeekSide) -> tuple[object, ...]:
    sessions = sorted(
        (row.start, row.end, row.service_id, row.participant_ids, row.therapist_ids) for row in side.schedule.sessions
    )
    return side.problem.week, sessions, [row.id for row in side.schedule.sessions]


def _turned(kinds: tuple[str, ...]) -> tuple[str, ...]:
    other = {"added": "cancelled", "cancelled": "added"}
    return tuple(other.get(kind, kind) for kind in kinds)


def export(
    done: Compared, target: Path | None, formats: Collection[Format], mode: NameMode | None, *, is_forced: bool
) -> Written:
    """Write a comparison as a page and a workbook, by default into the exports of the newer folder.

    Raises
    ------
    UsageError
        If no folder is known, an answer has none of these formats, or the disk refuses.
    """
    place = answer_place(target, done.new.folder)
    edition = edition_of(done.new.clinic, done.new.problem, done.new.schedule, mode, None)
    told = done.words(edition.labels).answer(TITLE, done.beside)
    return export_answer(edition, done.new.clinic, place, told, formats, is_forced=is_forced)


def _person_facts(row: ComparedPerson) -> dict[str, Any]:
    entries = [
        {
            "what": entry.what,
            "old": entry.old,
            "new": entry.new,
            "differs": list(entry.differs),
            "why": [change.as_json() for change in entry.why],
        }
        for entry in row.entries
    ]
    why = [change.as_json() for change in row.facts]
    return {
        "who": row.who,
        "kind": row.kind,
        "standing": row.standing,
        "moves": row.moved,
        "entries": entries,
        "why": why,
    }


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
