"""The question who of some people can come to a week, and its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.model.terms import Terms


@dataclass(frozen=True, slots=True)
class Waiting:
    """The question who of some people can come to the week of a problem.

    ``people`` wait and are none of the problem's participants, whoever has waited longest first; ``are_alike``: each could
    stand for the other. ``week`` is legal; nobody in it may lack more afterwards. ``keeps_sessions``: no session of the
    week moves or ends, and whoever comes joins groups or has sessions in what is free.
    """

    problem: Problem
    week: Schedule
    people: tuple[str, ...]
    with_people: Problem = field(compare=False, repr=False)
    are_alike: bool = False
    keeps_sessions: bool = False


@dataclass(frozen=True, slots=True)
class Admitted:
    """Who can come, in the order of waiting, and a ``week`` of them that the verifier accepts.

    ``bound``: no week has more of them. ``is_in_order``: of as many as these no others, who have waited longer, could come.
    """

    who: tuple[str, ...]
    week: Schedule
    bound: int
    is_in_order: bool = False

    @property
    def is_proven(self) -> bool:
        """Return whether no more can come."""
        return self.bound <= len(self.who)


def admitted_problem(waiting: Waiting, who: Sequence[str]) -> Problem:
    """Return the problem in which these have been admitted, and nobody else of those who wait."""
    there, here = set(who), waiting.problem
    extended = waiting.with_people
    people = tuple(row for row in extended.participants if row.id in here.participant or row.id in there)
    waitlist = tuple(row for row in here.waitlist if row.participant.id not in there)
    return replace(here, participants=people, waitlist=waitlist)


def held_of_groups(problem: Problem, week: Schedule) -> dict[str, int]:
    """Return how many sessions each group holds that always meets, no more than are due."""
    groups = {group.id: group for group in problem.groups if group.meets == "always"}
    if not groups:
        return {}
    terms = Terms(problem)
    held = Counter(row.group_id for row in week.sessions)
    return {key: min(held[key], terms.sessions_due(group)) for key, group in groups.items()}
