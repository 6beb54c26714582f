"""Weeks ahead, one after the other: how each is made and how much of the time it gets.

The first week gets a search for every goal, unless a draft or what is published still holds. Those after it are searched for the
least unmet need and then for few changes (:mod:`iopsched.plans.oneweek`): preferences of weeks that nobody publishes interest nobody. Then whoever is new and would have to change
the group later is placed anew where they can stay (:mod:`iopsched.plans.lasting`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from iopsched import search
from iopsched.answers.base import Budget
from iopsched.domain.outcome import Infeasible, OutOfTime, Solved
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.errors import InputError
from iopsched.plans.oneweek import bound_of, searched
from iopsched.plans.plannedweek import Origin, ReadAhead, WeekAhead
from iopsched.verifier import hours
from iopsched.words.sentence import Sentence

# Shares of the time that is left when it begins.
SHARE_OF_FIRST = 0.25
SHARE_OF_CHAIN = 0.75
"""Of what the first week leaves; causes and other placements have the rest."""
MOST_WEEK_S = 8.0
MOST_S_OF_A_PARTICIPANT = 0.1
"""A week that nobody publishes gets at most so long: what is found later rarely changes who is short."""
HARD = 3.0
"""A week may take so many times its share of what is left: most take much less."""

Places = Mapping[tuple[str, str], str]
"""Groups in which somebody has to be, by participant and service."""


@dataclass(frozen=True)
class Sources:
    """Where weeks come from.

    ``read`` reads one with the weeks before it; ``standing`` says what of it stands already: the schedule, what it is, and the
    bound of its unmet need.
    """

    read: Callable[[date, Sequence[WeekAhead]], ReadAhead]
    standing: Callable[[Problem], tuple[Schedule, Origin, int] | None]


OnWeek = Callable[[WeekAhead], None]


@dataclass(frozen=True)
class Chain:
    """Weeks in a row, and what kept the next one from being made: its search, or a fault in the tables."""

    weeks: tuple[WeekAhead, ...] = ()
    stopped: Infeasible | OutOfTime | None = None
    fault: Sentence | None = None

    @property
    def unmet(self) -> int:
        """Return the unmet need of all weeks together."""
        return sum(week.minutes for week in self.weeks)


def chain_of(
    mondays: Sequence[date],
    sources: Sources,
    budget: Budget,
    on_week: OnWeek,
    before: Sequence[WeekAhead] = (),
    places: Places | None = None,
) -> Chain:
    """Return the weeks of these Mondays, each made from the one before it; ``before`` are those that stand already.

    ``places`` are kept by everybody whom nothing else binds. Where a week has no schedule, or somebody asks to stop, it ends.
    """
    weeks = list(before)
    of_chain = budget.part(SHARE_OF_CHAIN)
    for number, monday in enumerate(mondays):
        if budget.stop.is_set() and weeks:
            break
        try:
            read = sources.read(monday, weeks)
        except InputError as error:
            if not weeks:
                raise
            return Chain(tuple(weeks), fault=_fault(monday, error))
        is_first = not before and number == 0
        stands = sources.standing(read.problem) if is_first else None
        if stands is not None:
            week = WeekAhead(read, stands[0], stands[2], stands[1])
        else:
            of_week = None if is_first else _part(read.problem, of_chain, len(mondays) - number)
            found = _made(read, budget, of_week, places or {})
            if not isinstance(found, WeekAhead):
                return Chain(tuple(weeks), found)
            week = found
            if budget.stop.is_set() and weeks and not week.is_proven:
                break  # nobody would know whether it is short, or only not finished
        if is_first:
            of_chain = budget.part(SHARE_OF_CHAIN)
        weeks.append(week)
        on_week(week)
    return Chain(tuple(weeks))


def _fault(monday: date, error: InputError) -> Sentence:
    """Return that a week cannot be read; `check` tells every fault of it."""
    first = next(issue for issue in error.issues if issue.level == "error")
    return Sentence("The week of {} cannot be read: {} ({}).", monday, first.message.rstrip("."), first.file)


def _part(problem: Problem, of_chain: Budget, weeks: int) -> Budget:
    """Return the time of a week: most need little of it, and leave it to those that are hard."""
    most_s = max(MOST_WEEK_S, MOST_S_OF_A_PARTICIPANT * len(problem.participants))
    return of_chain.part(min(1.0, HARD / weeks), most_s)


def _made(
    read: ReadAhead, budget: Budget, of_week: Budget | None, places: Places
) -> WeekAhead | Infeasible | OutOfTime:
    """Return a week that was searched: for all goals in the share of the first, or in its own time without the last goals."""
    asked = placed(read.problem, places)
    if of_week is None:
        found = search.solve(asked, budget.params(SHARE_OF_FIRST), None, budget.stop)
    else:
        found = searched(asked, of_week)
    if not isinstance(found, Solved):
        return found
    schedule = with_people(read.problem, found.schedule)
    if asked is not read.problem:
        return WeekAhead(read, schedule, 0)
    return WeekAhead(read, schedule, bound_of(found), "made", replace(found, schedule=schedule))


def placed(problem: Problem, places: Places) -> Problem:
    """Return a problem in which people stay in these groups, but whoever is in another of the same service already."""
    if not places:
        return problem
    people = []
    for person in problem.participants:
        own = {problem.group[key].service_id for key in person.group_ids if key in problem.group}
        more = tuple(
            group
            for (key, service), group in sorted(places.items())
            if key == person.id and service not in own and group in problem.group
        )
        people.append(replace(person, group_ids=(*person.group_ids, *more)) if more else person)
    return replace(problem, participants=tuple(people))


def with_people(problem: Problem, schedule: Schedule) -> Schedule:
    """Return a schedule with everybody's primary and with those who have nothing, as a folder of it would say."""
    rows = hours(problem, schedule)
    primaries = {row.participant_id: row.therapist_id for row in rows if row.therapist_id}
    return replace(schedule, primaries=primaries, census=frozenset(row.participant_id for row in rows))
