"""What a repair must give anew where unmet need is to be no more than so much: entries, and people who were not to be told.

Whoever lost a visit lacks its minutes until they have another one. So where all that is lost comes to more than may stay
unmet, some of it must be given anew. All of this is counted from the facts, and what it comes to is a bound.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from iopsched.search.repairing.told import MustBeTold
from iopsched.search.workshop import Opening, Workshop

MOST_STAFF = 4
MOST_COMBINATIONS = 20_000
MOST_PARTICIPANTS = 6


@dataclass(frozen=True, slots=True)
class Needed:
    """What is needed at least: entries besides those that cannot be again, and untroubled people, one participant among them."""

    entries: int = 0
    people_with_participant: int = 1


@dataclass(frozen=True, slots=True)
class _Lack:
    """Needed visits of a participant: how many, the minutes and the participant's entries of each, and who could lead them."""

    number: int
    minutes: int
    entries: int
    leads: frozenset[str]


class WhatIsLacking:
    """The visits that somebody lacks where all is as before that can be."""

    def __init__(self, workshop: Workshop, told: MustBeTold) -> None:
        self.workshop = workshop
        self.told = told
        self.visits = frozenset(visit for visit in workshop.visit_kinds if told.lacking(visit))

    def needed(self, unmet: int) -> Needed:
        """Return what is needed in every week with so little unmet need."""
        asked = self._minutes - unmet
        if asked <= 0:
            return Needed()
        return Needed(self._entries(asked), self._people_with_participant(asked))

    @cached_property
    def _rows(self) -> tuple[_Lack, ...]:
        return tuple(self._lacks())

    def _lacks(self) -> Iterator[_Lack]:
        workshop, problem = self.workshop, self.workshop.problem
        for visit in workshop.visit_kinds:
            if visit in self.visits:
                leads = frozenset(row.lead_ids[0] for row in workshop.visits(Opening(leads={visit: None})))
                entries = int(visit[0] in self.told.compared)
                yield _Lack(self.told.lacking(visit), problem.service[visit[1]].minutes, entries, leads)

    @property
    def _minutes(self) -> int:
        return sum(row.number * row.minutes for row in self._rows)

    def _entries(self, asked: int) -> int:
        """Return the fewest entries that give so many minutes: of participants, and of staff.

        A lead has as many entries more as there are visits more than before; one that its participant has left, who cannot
        have it again, may be given to somebody else without a new entry. Whoever gives up a visit has one entry less, so
        to give it to somebody else spares nothing.
        """
        own = _least(((row.number, row.minutes, row.entries) for row in self._rows), asked)
        visits = _least(((row.number, row.minutes, 1) for row in self._rows), asked)
        return own + max(0, visits - len(self.told.vacated))

    def _people_with_participant(self, asked: int) -> int:
        """Return how many untroubled people are told at least in a week that tells a participant among them.

        With each of those so many minutes are free again as the longest visits of one participant come to.
        """
        told, problem = self.told, self.workshop.problem
        left = asked - sum(row.minutes for row in told.vacated)
        own: Counter[str] = Counter()
        for (pid, service_id), before in told.before.items():
            if told.is_untroubled(pid) and service_id in problem.service:
                own[pid] += len(before.leads) * problem.service[service_id].minutes
        freed = max(own.values(), default=0)
        return min(number + self._staff(left - number * freed) for number in range(1, MOST_PARTICIPANTS + 1))

    def _staff(self, asked: int) -> int:
        """Return how many of the untroubled staff hold new visits at least, so that so many minutes find a lead."""
        ours = [row for row in self._rows if row.leads]
        held = sum(row.number * row.minutes for row in ours if row.leads & self.told.staff)
        others = [row for row in ours if not row.leads & self.told.staff]
        staff = sorted(frozenset().union(*(row.leads for row in others)))
        for number in range(min(MOST_STAFF, len(staff)) + 1):
            if math.comb(len(staff), number) > MOST_COMBINATIONS or any(
                held + _given(others, chosen) >= asked for chosen in combinations(staff, number)
            ):
                return number
        return min(MOST_STAFF, len(staff)) + 1


def _given(rows: Iterable[_Lack], staff: tuple[str, ...]) -> int:
    return sum(row.number * row.minutes for row in rows if not row.leads.isdisjoint(staff))


def _least(rows: Iterable[tuple[int, int, int]], asked: int) -> int:
    """Return the least price of so many minutes, from rows of (number, minutes, price) of which parts may be taken."""
    found, left = 0.0, float(asked)
    for number, minutes, price in sorted(rows, key=lambda row: row[2] / row[1]):
        taken = min(number, left / minutes)
        found, left = found + taken * price, left - taken * minutes
        if left <= 0:
            break
    return math.ceil(found - 1e-6)
