"""The ways to hold sessions that a week can use in which few more people are told than must be.

Nothing that such a week could have is left out: a session is, where it alone has more untroubled people told, or more
entries changed, than the week may have. So what is proven among these weeks is proven of all that tell no more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from iopsched.model.candidate import Candidate
from iopsched.search.repairing.anew import Needed, WhatIsLacking
from iopsched.search.repairing.told import MustBeTold, VisitCost
from iopsched.search.workshop import Opening, Visit, Workshop


@dataclass(frozen=True, slots=True)
class TellingBudget:
    """How many untroubled people are told at most, and how many entries change beside those that must.

    ``has_all_staff``: any number of the staff may be told besides, where no untroubled participant is.
    """

    people: float
    entries: float = math.inf
    has_all_staff: bool = False

    def covers(self, participants: int, staff: int, entries: int) -> bool:
        """Return whether so many are within it."""
        is_within = participants + staff <= self.people or (self.has_all_staff and not participants)
        return is_within and entries <= self.entries


NOBODY, STAFF, FEW, ANYBODY = (
    TellingBudget(0),
    TellingBudget(0, has_all_staff=True),
    TellingBudget(2, has_all_staff=True),
    TellingBudget(math.inf),
)


def beyond(budget: TellingBudget, needed: Needed) -> float:
    """Return how many untroubled people are told at least in a week that a budget leaves out; it limits no entries."""
    return max(budget.people + 1, needed.people_with_participant if budget.has_all_staff else 0)


@dataclass(frozen=True, slots=True)
class ReachableWays:
    """Which ways to hold sessions a budget leaves, where so much is needed anew of what is ``lacking``."""

    workshop: Workshop
    told: MustBeTold
    lacking: WhatIsLacking
    budget: TellingBudget
    needed: Needed = field(default_factory=Needed)

    def candidates(self) -> list[Candidate]:
        """Return the ways to hold sessions of weeks within the budget, in an order that depends on ids and times only."""
        return [*self._for_several(), *self._visits()]

    def _visits(self) -> Iterator[Candidate]:
        for visit in self.workshop.visit_kinds:
            own = self.told.before[visit].places if visit in self.told.before else set()
            anew = frozenset(self._leads(visit))
            instead = frozenset(self._instead(visit)) - own
            known = {lead_id for _, lead_id in own | instead}
            for row in self.workshop.visits(Opening(leads={visit: anew | known})):
                if row.lead_id in anew or (row.start, row.lead_id) in own or (row.start, row.lead_id) in instead:
                    yield row

    def _leads(self, visit: Visit) -> Iterator[str]:
        """Yield who may have a new visit with a participant, at whatever time."""
        for lead_id in self.workshop.choices(*visit)[1]:
            if self._covers(visit, self.told.cost_of_visit(visit, lead_id)):
                yield lead_id

    def _instead(self, visit: Visit) -> Iterator[tuple[int, str]]:
        """Yield start and lead of visits that a participant may have where its lead had somebody else."""
        for service_id, lead_id, start in self.told.at_lead:
            if service_id == visit[1] and self._covers(visit, self.told.cost_of_visit(visit, lead_id, start)):
                yield start, lead_id

    def _covers(self, visit: Visit, cost: VisitCost) -> bool:
        """Return whether a new visit is within the budget; one that is none of what is lacking comes to what is needed for that."""
        is_needed = visit in self.lacking.visits
        return self._allows(cost.participants, cost.staff, cost.entries + (0 if is_needed else self.needed.entries))

    def _allows(self, participants: int, staff: int, entries: int) -> bool:
        """Return whether the budget covers so much, and what is needed where a participant is told."""
        if participants:
            staff = max(staff, self.needed.people_with_participant - participants)
        return self.budget.covers(participants, staff, entries)

    def _for_several(self) -> Iterator[Candidate]:
        told = self.told
        for row in self.workshop.for_several:
            there = told.at_group.get((row.service.id, row.group_id, row.start))
            if there is not None:
                yield self._again(row, there)
                continue
            free = sum(not told.is_untroubled(pid) for pid in row.participant_ids)
            new = sum(pid not in told.compared for pid in row.participant_ids)
            participants, staff = max(0, row.size[0] - free), int(told.staff.isdisjoint(row.lead_ids))
            if self._allows(participants, staff, max(0, row.size[0] - new) + 1):
                yield row

    def _again(self, row: Candidate, there: set[str]) -> Candidate:
        """Return a session of the published week: where nobody else may be told, only those come who came, or who are told anyway."""
        if self._allows(1, 0, 1):
            return row
        people = tuple(pid for pid in row.participant_ids if pid in there or not self.told.is_untroubled(pid))
        return replace(row, participant_ids=people) if len(people) >= row.size[0] else row
