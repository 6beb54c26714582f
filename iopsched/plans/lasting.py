"""Admissions where they last: whoever is new and would have to change the group in a later week is placed anew.

The weeks are made in order first. Where somebody new ends in another group of the same service than that of their first week, that
week is made once more with the group in which they end, and so are those after it. What came of it is taken only if no more need
is unmet in all weeks together and fewer of these people change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from iopsched.answers.base import Budget
from iopsched.domain.outcome import Infeasible, OutOfTime
from iopsched.plans.ahead import Chain, Places, Sources, chain_of
from iopsched.plans.plannedweek import Placement, WeekAhead

MOST_TRIES = 3


def placements(weeks: Sequence[WeekAhead], before: WeekAhead | None = None) -> tuple[Placement, ...]:
    """Return where everybody is placed who has no group of a service in the week before, by week and participant.

    Where there is no week ``before`` the first, only those are new in it who are admitted in it.
    """
    rows: list[Placement] = []
    for number in range(len(weeks)):
        earlier = weeks[number - 1] if number else before
        rows += _new(earlier, weeks[number:])
    return tuple(rows)


def _new(earlier: WeekAhead | None, weeks: Sequence[WeekAhead]) -> Iterator[Placement]:
    first = weeks[0]
    for person in sorted(first.present if earlier is not None else _admitted(first)):
        had = earlier.groups_of(person) if earlier is not None and person in earlier.present else {}
        for service, group in sorted(first.groups_of(person).items()):
            if service not in had:
                yield _placement(person, service, group, weeks)


def _admitted(week: WeekAhead) -> Iterator[str]:
    rows = (row for row in week.problem.participants if row.id in week.present)
    return (row.id for row in rows if row.admitted is not None and row.admitted >= week.week)


def _placement(person: str, service: str, group: str, weeks: Sequence[WeekAhead]) -> Placement:
    """Return how long somebody stays in the group of their first week, and where they are then."""
    until = weeks[0].week
    for later in weeks[1:]:
        now = later.groups_of(person).get(service)
        if person not in later.present or now is None:
            break
        if now != group:
            return Placement(person, weeks[0].week, service, group, until, now)
        until = later.week
    return Placement(person, weeks[0].week, service, group, until)


def with_lasting(
    chain: Chain, sources: Sources, budget: Budget, before: WeekAhead | None = None
) -> tuple[Chain, tuple[Placement, ...]]:
    """Return the weeks with whoever is new where they can stay, and for whom that was found by looking ahead.

    Weeks that lie there already stay as they are.
    """
    places: dict[tuple[str, str], str] = {}
    kept: list[Placement] = []
    refused: set[tuple[str, date]] = set()
    for _ in range(MOST_TRIES):
        moved = [
            row
            for row in placements(chain.weeks, before)
            if row.moved_to and (row.participant_id, row.week) not in refused and _is_open(chain, row.week)
        ]
        if not moved or budget.is_over or chain.stopped is not None:
            break
        first = min(row.week for row in moved)
        asked = [row for row in moved if row.week == first]
        trial: Places = {**places, **{(row.participant_id, row.service_id): row.moved_to for row in asked}}
        found = _again(chain, first, trial, sources, budget)
        if found is not None and _is_better(found, chain, before):
            chain, places = found, dict(trial)
            kept += asked
        else:
            refused |= {(row.participant_id, row.week) for row in asked}
    return chain, tuple(kept)


def _is_open(chain: Chain, monday: date) -> bool:
    return next(week.origin for week in chain.weeks if week.week == monday) == "made"


def _again(chain: Chain, first: date, places: Places, sources: Sources, budget: Budget) -> Chain | None:
    """Return the weeks with these places, from a week on made anew; None where one of them has no schedule then."""
    before = [week for week in chain.weeks if week.week < first]
    mondays = [week.week for week in chain.weeks if week.week >= first]
    found = chain_of(mondays, sources, budget, lambda _: None, before, places)
    is_whole = len(found.weeks) == len(chain.weeks) and not isinstance(found.stopped, Infeasible | OutOfTime)
    return found if is_whole else None


def _is_better(found: Chain, chain: Chain, before: WeekAhead | None) -> bool:
    changes = [sum(bool(row.moved_to) for row in placements(one.weeks, before)) for one in (found, chain)]
    return found.unmet <= chain.unmet and changes[0] < changes[1]
