"""Which revision of a week was in force when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iopsched.domain.publication import Change, Publication
from iopsched.domain.timegrid import DAY, Minute
from iopsched.reports.onrecord import WeekOnRecord

FOREVER = 9 * DAY
"""Later than every minute of a week."""


@dataclass(frozen=True)
class LaterRevision:
    """A revision published after the one in force, by whom, and what it changed of each session since the one before it, by key."""

    publication: Publication
    actor: str
    changes: Mapping[str, Change]


@dataclass(frozen=True)
class InForce:
    """A revision with the minutes of the week between which it was in force.

    ``published_at`` is the minute of its publication, below 0 before the week. The first revision of a week is taken for the
    time before its publication, too.
    """

    record: WeekOnRecord
    begins: Minute
    ends: Minute
    published_at: Minute
    later: tuple[LaterRevision, ...] = ()
