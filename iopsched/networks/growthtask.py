"""The task of asking one site, whose week is made, what one more therapist, room or evening would bring, and who more could come."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from iopsched import search
from iopsched.answers.base import Base, Budget, base_of
from iopsched.answers.capacity.capacityanswer import KindAnswer
from iopsched.answers.capacity.capacityquestions import CapacityQuestions
from iopsched.answers.capacity.nextplace import NextPlaces, with_limits
from iopsched.domain.outcome import GoalId, Solved
from iopsched.domain.people import Therapist
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.domain.timegrid import DAY, TimeRange, Windows
from iopsched.networks.parcels import Task, Tell
from iopsched.params import SolveParams
from iopsched.policy.numbers import role_skills
from iopsched.words.sentence import Sentence

BASE_SHARE = 0.25
EACH_SHARE = 0.25
"""The share of what is left that one supposition may take."""
LIMITS_SHARE = 0.8
EVENING: Literal["evening"] = "evening"
NEW_ID = "~one-more"
"""No id of a clinic is called so."""
NO_WEEK = Sentence("No week was found again in the time there was, so nothing can be said of more people.")
Resource = Literal["therapist", "room", "evening"]
RESOURCES: tuple[Resource, ...] = ("therapist", "room", "evening")


@dataclass(frozen=True, slots=True)
class GrowthAsked:
    """A week that was made, with a bound that is known of its unmet need; ``params`` say how long may be asked."""

    problem: Problem
    schedule: Schedule
    bound: int
    params: SolveParams


@dataclass(frozen=True, slots=True)
class OneMore:
    """What is lacking with one more of a resource; minutes. ``days`` are the weekdays of an evening.

    ``after`` comes from a week that the verifier accepts; ``bound``: with it no week lacks less.
    """

    resource: Resource
    after: int
    bound: int
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Growth:
    """What would help a site. ``minutes`` are what its best week lacks, of which no week lacks less than ``bound``.

    ``more`` is empty where nobody is short; ``kinds`` say who could come; ``unfinished`` is what time did not allow.
    """

    minutes: int = 0
    bound: int = 0
    more: tuple[OneMore, ...] = ()
    kinds: tuple[KindAnswer, ...] = ()
    unfinished: tuple[Sentence, ...] = ()


def growth_task(problem: Problem, schedule: Schedule, bound: int, params: SolveParams) -> Task:
    """Return the task; the clinic's name stays at home."""
    nameless = replace(problem, clinic=replace(problem.clinic, name=""))
    return Task("growth", GrowthAsked(nameless, schedule, bound, params))


def perform(asked: GrowthAsked, tell: Tell, stop: threading.Event) -> Growth:
    """Ask, within the time limit; ``tell`` hears nothing: there is no goal to tell of."""
    del tell
    budget = Budget.of(asked.params.time_limit_s, stop, asked.params.workers, asked.params.seed)
    base = base_of(asked.problem, asked.schedule, budget.part(BASE_SHARE), asked.bound)
    if not isinstance(base, Base):
        return Growth(unfinished=(NO_WEEK,))
    more = tuple(_one_more(base, budget)) if base.minutes else ()
    asking = CapacityQuestions(base, budget)
    limits = NextPlaces(asking, None, {})
    kinds = with_limits(limits, asking.kinds(), budget.part(LIMITS_SHARE), asking.unfinished)
    return Growth(base.minutes, base.bound, more, kinds, tuple(asking.unfinished))


def _one_more(base: Base, budget: Budget) -> Iterator[OneMore]:
    """Yield what each resource would bring; of evenings all together first, and each alone where these bring something."""
    problem = base.problem
    yield _supposed(base, "therapist", with_therapist(problem), budget)
    if problem.rooms:
        yield _supposed(base, "room", with_room(problem), budget)
    days = _evening_days(problem)
    if not days:
        return
    every = _supposed(base, EVENING, with_evenings(problem, days), budget, days)
    if every.after == base.minutes or len(days) == 1:
        yield every
        return
    for place, day in enumerate(days):
        if budget.is_over:
            return
        part = budget.part(EACH_SHARE * len(days) / (len(days) - place))
        yield _supposed(base, EVENING, with_evenings(problem, (day,)), part, (day,))


def _supposed(base: Base, resource: Resource, problem: Problem, budget: Budget, days: tuple[int, ...] = ()) -> OneMore:
    params = budget.params(EACH_SHARE)
    found = search.solve(problem, params, stop=budget.stop, start=base.schedule, last=GoalId.UNMET_NEED)
    if not isinstance(found, Solved):
        return OneMore(resource, base.minutes, 0, days)
    unmet = next(goal for goal in found.goals if goal.name == GoalId.UNMET_NEED)
    return OneMore(resource, min(base.minutes, unmet.value), unmet.bound, days)


def with_therapist(problem: Problem) -> Problem:
    """Return a clinic with one more therapist, who has every skill and is there whenever it is open, within its limits for staff."""
    skills = {skill for service in problem.services for skill in role_skills(service, None)}
    skills |= {skill for group in problem.groups for skill in role_skills(problem.service[group.service_id], group)}
    new = Therapist(NEW_ID, skills=tuple(sorted(skills)), availability=problem.clinic.open)
    return replace(problem, therapists=(*problem.therapists, new))


def with_room(problem: Problem) -> Problem:
    """Return a clinic with one more room, as large as its largest, with every feature, free whenever it is open."""
    features = frozenset[str]().union(*(row.features for row in problem.rooms))
    most = max(row.capacity for row in problem.rooms)
    new = Room(NEW_ID, capacity=most, features=features, availability=problem.clinic.open)
    return replace(problem, rooms=(*problem.rooms, new))


def with_evenings(problem: Problem, days: tuple[int, ...]) -> Problem:
    """Return a clinic in which all staff and rooms are there on the whole evening of some days; absences stay."""
    time = Windows.of(
        TimeRange(day * DAY + row.start, day * DAY + row.end)
        for row in problem.clinic.blocks
        for day in days
        if row.part == EVENING and day in row.days
    ).intersection(problem.clinic.open)
    staff = tuple(replace(row, availability=row.availability.union(time)) for row in problem.therapists)
    rooms = tuple(replace(row, availability=row.availability.union(time)) for row in problem.rooms)
    return replace(problem, therapists=staff, rooms=rooms)


def _evening_days(problem: Problem) -> tuple[int, ...]:
    blocks = (row for row in problem.clinic.blocks if row.part == EVENING)
    return tuple(sorted({day for row in blocks for day in row.days}))
