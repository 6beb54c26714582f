"""The published weeks of a clinic, each as its last revision told it, with what the clinic offered then."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from iopsched import store
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Publication
from iopsched.domain.timegrid import monday_of
from iopsched.ingest import Facts, KeptOffer, facts_from, offer_kept
from iopsched.ingest.problem import OFFER_FILES
from iopsched.records.presence import PublishedWeek


def published_weeks(
    clinic: Path, today: Problem, first: date = date.min, last: date = date.max, as_of: datetime | None = None
) -> tuple[PublishedWeek, ...]:
    """Return the last revision of each published week between two dates, both inclusive, by week.

    ``today`` says what is offered where nobody kept it. What was published after ``as_of`` is left out.
    """
    home = store.clinic_home(clinic)
    newest: dict[date, Publication] = {}
    for publication in store.since(home, monday_of(first) if first > date.min else first):
        if publication.week <= last and (as_of is None or publication.published <= as_of):
            newest[publication.week] = publication
    offered = _Offered(KeptOffer(today.clinic, today.service))
    return tuple(offered.week(publication, _facts(home, publication)) for _, publication in sorted(newest.items()))


def _facts(home: Path, publication: Publication) -> Facts | None:
    data = store.facts_of(home, publication.week, publication.revision)
    return None if data is None else facts_from(data)


class _Offered:
    """Reads what a clinic offered once for all weeks in which its files said the same."""

    def __init__(self, today: KeptOffer) -> None:
        self._today = today
        self._known: dict[tuple[bytes | None, ...], KeptOffer] = {}

    def week(self, publication: Publication, facts: Facts | None) -> PublishedWeek:
        """Return a week with the offer of its time."""
        if facts is None:
            return PublishedWeek(publication, self._today)
        files = tuple(facts.files.get(name) for name in OFFER_FILES)
        if files not in self._known:
            self._known[files] = offer_kept(facts, publication.week)
        return PublishedWeek(publication, self._known[files], facts)
