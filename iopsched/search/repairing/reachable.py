"""The ways to hold sessions that a week can use in which few more people are told than must be.

Nothing that such a week could have is left out: a session is, where it alone has more untroubled people told, or more
entries changed, than the week may have. So what is proven among these weeks is proven of all that tell no more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from iopsched.model.candidate import Candidate
from iopsched.search.repairing.told import MustBeTold
from iopsched.search.workshop import Opening, Visit, Workshop


@dataclass(frozen=True, slots=True)
class TellingBudget:
    """How many untroubled people are told at most, and how many entries change beside those that must."""

    people: float
    entries: float = math.inf

    def covers(self, people: int, entries: int) -> bool:
        """Return whether so many are within it."""
        return people <= self.people and entries <= self.entries


def within(workshop: Workshop, told: MustBeTold, budget: TellingBudget) -> list[Candidate]:
    """Return the ways to hold sessions of weeks within a budget, in an order that depends on ids and times only."""
    return [*_for_several(workshop, told, budget), *_visits(workshop, told, budget)]


def _visits(workshop: Workshop, told: MustBeTold, budget: TellingBudget) -> Iterator[Candidate]:
    for visit in workshop.visit_kinds:
        places = told.before[visit].places if visit in told.before else set()
        known = {lead_id for _, lead_id in places}
        able = workshop.choices(*visit)[1]
        anew = frozenset(key for key in able if _is_within(told, budget, visit, key, None))
        had = {key for key in able if (visit[1], key) in told.slots}
        for row in workshop.visits(Opening(leads={visit: anew | known | had})):
            is_known = row.lead_id in anew or (row.start, row.lead_id) in places
            if is_known or _is_within(told, budget, visit, row.lead_id, row.start):
                yield row


def _is_within(told: MustBeTold, budget: TellingBudget, visit: Visit, lead_id: str | None, start: int | None) -> bool:
    """Return whether a new visit with this lead, at this start or where the lead had nobody, is within the budget."""
    if lead_id is None:
        return False
    return budget.covers(told.people_of_visit(visit, lead_id, start), told.entries_of_visit(visit, lead_id, start))


def _for_several(workshop: Workshop, told: MustBeTold, budget: TellingBudget) -> Iterator[Candidate]:
    for row in workshop.for_several:
        there = told.at_group.get((row.service.id, row.group_id, row.start))
        if there is not None:
            yield _again(row, there, told, budget)
            continue
        free = sum(not told.is_untroubled(pid) for pid in row.participant_ids)
        new = sum(pid not in told.compared for pid in row.participant_ids)
        people = max(0, row.size[0] - free) + (not told.staff.intersection(row.lead_ids))
        if budget.covers(people, max(0, row.size[0] - new) + 1):
            yield row


def _again(row: Candidate, there: set[str], told: MustBeTold, budget: TellingBudget) -> Candidate:
    """Return a session of the published week: where nobody else may be told, only those come who came, or who are told anyway."""
    if budget.people >= 1 and budget.entries >= 1:
        return row
    people = tuple(pid for pid in row.participant_ids if pid in there or not told.is_untroubled(pid))
    return replace(row, participant_ids=people) if len(people) >= row.size[0] else row
