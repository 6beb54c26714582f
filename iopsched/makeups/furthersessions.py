"""Which session of a group that meets as often as its row allows would help whoever is still behind, were it to meet once more."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from iopsched.domain.outcome import Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.errors import InputError
from iopsched.makeups.balances import Balance, Corrections, balances
from iopsched.makeups.madeup import FurtherSession, Mended
from iopsched.params import SolveParams
from iopsched.rulebook.steps import StepKind, price_of
from iopsched.search.makingup import MakeupScope, made_up
from iopsched.steps.offer import OfferedStep, WrittenStep
from iopsched.steps.offers.groups import extra_session
from iopsched.steps.offers.shortfall import Shortfall
from iopsched.verifier import unmet_minutes, violations

MOST_TOLD = 3
LEAST_OF_SEARCH_S, MOST_OF_SEARCHES_S = 1.0, 10.0
"""So long is searched for each group at least, and for all together at most."""

Written = Callable[[OfferedStep], tuple[WrittenStep, Problem]]
"""Gives a step as it is typed and the facts that the changed files say; raises ``InputError`` where it cannot be typed."""


@dataclass(frozen=True)
class StillBehind:
    """The week with all that can be made up, and who is behind in it all the same.

    ``facts`` are those under which the verifier judges, ``searched`` the same with all that attendance says is owed.
    ``rows`` are the balances of whoever is behind.
    """

    facts: Problem
    searched: Problem
    schedule: Schedule
    corrections: Corrections
    rows: Sequence[Balance]
    written: Written

    @property
    def people(self) -> frozenset[str]:
        """Return who is behind."""
        return frozenset(row.participant_id for row in self.rows)

    def unmet(self, problem: Problem, schedule: Schedule) -> int:
        """Return the minutes of need that stay unmet of whoever is behind."""
        found = unmet_minutes(problem, schedule)
        return sum(found.get(key, 0) for key in self.people)


@dataclass(frozen=True, slots=True)
class FurtherFound:
    """The sessions that would help, that which mends most first, and the groups of which it is proven that none would."""

    sessions: tuple[FurtherSession, ...] = ()
    useless: frozenset[str] = frozenset()


def further_sessions(behind: StillBehind, params: SolveParams, stop: threading.Event | None = None) -> FurtherFound:
    """Return the best further session of each group that has one, three at most.

    All that is in the week stays as it is. Each is in a week that was searched with the step and that the verifier accepts
    under the facts of the changed files. ``stop`` ends the search with what is there.
    """
    offered = tuple(_offers(behind))
    ways: list[_Way] = []
    useless: set[str] = set()
    end_s = monotonic() + min(MOST_OF_SEARCHES_S, params.time_limit_s)
    for number, offer in enumerate(offered):
        if stop is not None and stop.is_set():
            break
        each_s = (end_s - monotonic()) / (len(offered) - number)
        limits = replace(params, time_limit_s=max(LEAST_OF_SEARCH_S, each_s))
        way, is_proven = _best(behind, offer, limits, stop)
        if way is not None:
            ways.append(way)
        elif is_proven:
            useless.add(offer.key[0])
    ways.sort(
        key=lambda way: (-way.spared, way.told.step.price, way.told.session.start, way.told.session.group_id or "")
    )
    return FurtherFound(tuple(way.told for way in ways[:MOST_TOLD]), frozenset(useless))


@dataclass(frozen=True, slots=True)
class _Way:
    """A further session, and how many minutes of unmet need it spares."""

    spared: int
    told: FurtherSession


def _offers(behind: StillBehind) -> Iterator[OfferedStep]:
    """Yield the step by which each group that is full of sessions would meet once more, where that could help."""
    problem = behind.searched
    if not price_of(StepKind.EXTRA_SESSION, problem.clinic.prices):
        return
    had = tuple(
        replace(row, participant_ids=tuple(key for key in row.participant_ids if (key, row.id) not in problem.missed))
        for row in behind.schedule.sessions
    )
    held = Counter(row.group_id for row in behind.schedule.sessions)
    for offer in extra_session(Shortfall(problem, replace(behind.schedule, sessions=had), behind.people, {})):
        group = problem.group[offer.key[0]]
        if offer.unit == 1 and held[group.id] >= group.sessions_per_week:
            yield offer


def _best(
    behind: StillBehind, offer: OfferedStep, params: SolveParams, stop: threading.Event | None
) -> tuple[_Way | None, bool]:
    """Return the further session of a group that mends most, None where none does, and whether that is proven."""
    group_id, before = offer.key[0], behind.schedule
    searched = offer.changed(behind.searched)
    outcome = made_up(searched, MakeupScope(behind.people, before.sessions, group_id), params, stop)
    if not isinstance(outcome, Solved):
        return None, False
    places = {(row.start, row.lead_id) for row in before.sessions if row.group_id == group_id}
    new = [
        row for row in outcome.schedule.sessions if row.group_id == group_id and (row.start, row.lead_id) not in places
    ]
    spared = behind.unmet(behind.searched, before) - behind.unmet(searched, outcome.schedule)
    if len(new) != 1 or spared <= 0:
        return None, outcome.goals[0].is_proven
    try:
        step, facts = behind.written(offer)
    except InputError:
        return None, False
    if violations(facts, outcome.schedule):
        return None, False
    return _Way(spared, FurtherSession(new[0], step, _mended(behind, outcome.schedule, new[0]))), True


def _mended(behind: StillBehind, schedule: Schedule, session: Session) -> tuple[Mended, ...]:
    """Return how much less is owed to each who would come; whoever only makes up the number is owed nothing."""
    before = {row.participant_id: row for row in behind.rows}
    after = balances(behind.facts, schedule, behind.corrections)
    return tuple(
        Mended(key, before[key].owed_minutes - after[key].owed_minutes, before[key].owed_days - after[key].owed_days)
        if key in before
        else Mended(key, 0, 0)
        for key in session.participant_ids
    )
