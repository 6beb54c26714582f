"""What must be given by whom, and how much each can give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from iopsched.domain.people import Therapist
from iopsched.domain.timegrid import DAY, Windows
from iopsched.why.counts.ways import Ways

MOST_SETS = 40


@dataclass(frozen=True, slots=True)
class Burden:
    """Minutes that some of ``servers`` must give, inside a window; ``what`` says for what."""

    servers: frozenset[str]
    window: Windows
    minutes: int


def usable(ways: Ways, therapist: Therapist, window: Windows | None = None) -> int:
    """Return the minutes that a member of staff can be in sessions this week, inside a window."""
    free = ways.terms.therapist_free[therapist.id]
    free = free if window is None else free.intersection(window)
    daily, weekly = ways.terms.therapist_limits(therapist)
    return min(weekly, sum(min(daily, free.minutes_inside(day * DAY, (day + 1) * DAY)) for day in free.days()))


def unions_of(sets: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Return different sets and unions of them, smallest first; not all unions where there are many."""
    found = dict.fromkeys(sets)
    for one in list(found):
        for other in list(found):
            if len(found) < MOST_SETS:
                found.setdefault(one | other)
    found.setdefault(frozenset().union(*found))
    return sorted(found, key=lambda names: (len(names), sorted(names)))
