"""Everything that an export may need to know of a week, gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from iopsched.domain.names import Names
from iopsched.domain.outcome import GoalResult, Unmet
from iopsched.domain.problem import Problem
from iopsched.domain.publication import Change, Publication
from iopsched.domain.schedule import HoursRow, Schedule
from iopsched.files.anchors import Anchor, anchor_of
from iopsched.verifier import Violation
from iopsched.views.answertables import AnswerTold
from iopsched.views.labels import Labels


@dataclass(frozen=True, slots=True)
class Edition:
    """One week, and how much of it each reader may see.

    ``labels`` say how people are named in rosters, ``calendar_labels`` in
    calendars. ``publication`` gives each session its identity; it is a draft
    where the week was not published as it is. ``changes`` are those against
    the last published revision of the week, None where there is none;
    ``called`` those against what people were told before: of a week that is published as it is, its revision before.
    ``revisions`` are all published ones of the week, in order; ``running`` are
    the other published weeks that calendars hold beside this one, ``since``
    the first of all these weeks.
    ``goals`` and ``unmet`` are what the search reported, empty where the
    schedule was edited since; ``hours`` and ``violations`` are counted anew
    by the verifier. ``answer`` is why people are short and what would help, where that was asked.
    ``language`` is the code of the one language of all participants' handouts, None where each has their own.
    """

    problem: Problem
    schedule: Schedule
    publication: Publication
    hours: tuple[HoursRow, ...]
    violations: tuple[Violation, ...]
    labels: Labels
    calendar_labels: Labels
    goals: tuple[GoalResult, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    changes: tuple[Change, ...] | None = None
    called: tuple[Change, ...] | None = None
    revisions: tuple[Publication, ...] = ()
    running: tuple[Edition, ...] = ()
    since: date | None = None
    answer: AnswerTold | None = None
    language: str | None = None

    @property
    def first_week(self) -> date:
        """Return the first week of the calendar files that hold this one: their description of the zone begins there."""
        return self.since or self.publication.week

    @property
    def zone(self) -> ZoneInfo:
        """Return the clinic's time zone."""
        return ZoneInfo(self.problem.clinic.timezone)

    @property
    def record(self) -> Anchor | None:
        """Return the anchor of this week, None where nothing of it was published."""
        return anchor_of([self.publication])

    @property
    def newest_record(self) -> Anchor | None:
        """Return the anchor of what was published last of all that calendars hold."""
        return anchor_of([self.publication, *(one.publication for one in self.running)])

    @property
    def names(self) -> Names:
        """Return what is known of names; to be shown through labels only."""
        return self.labels.names


Files = Mapping[str, bytes]
"""The files of an export by their path below the target folder, ``/`` between parts."""
