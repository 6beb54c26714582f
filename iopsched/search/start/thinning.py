"""Few of the many ways to hold sessions for several: a loose week is sought among these first.

Of a group few times of day stay, so that most could come at some of them. Of sessions formed freely as many stay as give
each participant several times what they need. Whoever could join many groups is dealt a few.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate
from iopsched.model.rules.pins import could_match
from iopsched.search.workshop import Workshop

SAMPLE = 30
"""Of so many sessions formed freely, drawn by chance, the one that helps most is taken next."""


class Thinning:
    """Leaves out most ways to hold sessions.

    ``times`` of day stay for a group, ``ways`` to have each needed session, ``groups`` of each service for a participant.
    """

    def __init__(self, workshop: Workshop, times: int, ways: int, groups: int) -> None:
        self.workshop = workshop
        self.problem = workshop.problem
        self.times = times
        self.ways = ways
        self.groups = groups
        self.random = random.Random(0)
        self._pins = [pin for pin in self.problem.pins if pin.action == "must"]

    def of(self, sessions: Sequence[Candidate]) -> list[Candidate]:
        """Return the sessions that stay, in their order; what a ``must`` pin may ask for stays."""
        kept = {row for row in sessions if any(could_match(pin, row) for pin in self._pins)}
        for rows in _by(sessions, lambda row: (row.service.id, row.group_id, row.population, row.modality)):
            kept.update(self._of_group(rows) if rows[0].group is not None else self._formed_freely(rows))
        return self._with_few_groups([row for row in sessions if row in kept])

    def _with_few_groups(self, sessions: Sequence[Candidate]) -> list[Candidate]:
        """Return the sessions, each with those participants of whose few groups it is."""
        chosen = self._few_groups(sessions)
        found = []
        for row in sessions:
            people = tuple(
                pid for pid in row.participant_ids if row.group_id in chosen.get((pid, row.service.id), (row.group_id,))
            )
            if len(people) >= row.size[0]:
                found.append(row if len(people) == len(row.participant_ids) else replace(row, participant_ids=people))
        return found

    def _few_groups(self, sessions: Sequence[Candidate]) -> dict[tuple[str, str], frozenset[str]]:
        """Deal groups to whoever could join many: first those whose given members are free when they are, then the emptiest.

        Participants who are kept together are dealt the same.
        """
        possible: dict[tuple[str, str], dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for row in sessions:
            if row.group is not None and row.group.membership == "closed":
                for pid in row.participant_ids:
                    possible[pid, row.service.id][row.group.id].add(row.start)
        given: dict[str, list[set[int]]] = defaultdict(list)
        for (pid, _), groups in possible.items():
            for group_id in groups.keys() & set(self.problem.participant[pid].group_ids):
                given[group_id].append(groups[group_id])
        dealt: dict[str, int] = defaultdict(int)
        chosen: dict[tuple[str, str], frozenset[str]] = {}
        for (pid, service_id), groups in possible.items():
            if len(groups) <= self.groups or (pid, service_id) in chosen:
                continue
            likeness = {group_id: _likeness(starts, given[group_id]) for group_id, starts in groups.items()}
            best = sorted(groups, key=lambda group_id: (-likeness[group_id], dealt[group_id], group_id))[: self.groups]
            for group_id in best:
                dealt[group_id] += 1
            for other in self.problem.kept_together.get(pid, frozenset({pid})):
                chosen[other, service_id] = frozenset(best)
        return chosen

    def _of_group(self, rows: Sequence[Candidate]) -> Iterable[Candidate]:
        """Return the sessions at the times at which most could come; whoever can come at one counts half for the next."""
        at: dict[int, list[Candidate]] = defaultdict(list)
        for row in rows:
            at[row.start % DAY].append(row)
        worth: dict[str, float] = defaultdict(lambda: 1.0)
        kept: list[Candidate] = []
        for _ in range(min(self.times, len(at))):
            gains = {time: sum(worth[pid] for row in at[time] for pid in row.participant_ids) for time in at}
            best = min(at, key=lambda time: (-gains[time], time % 60, time))
            for pid in {pid for row in at[best] for pid in row.participant_ids}:
                worth[pid] /= 2
            kept += at.pop(best)
        return kept

    def _formed_freely(self, rows: Sequence[Candidate]) -> Iterable[Candidate]:
        """Return sessions that give everybody several ways, spread over leads and times."""
        wanted = {
            pid: self.ways * self._required(pid, rows[0])
            for pid in {pid for row in rows for pid in row.participant_ids}
        }
        left = {pid: number for pid, number in wanted.items() if number}
        used: dict[tuple[str | None, int], int] = defaultdict(int)
        open_rows = list(rows)
        kept = []
        while left and open_rows:
            sample = self.random.sample(range(len(open_rows)), min(SAMPLE, len(open_rows)))
            place = max(sample, key=lambda number: self._gain(open_rows[number], left, used))
            row = open_rows[place]
            open_rows[place] = open_rows[-1]
            open_rows.pop()
            served = sorted((pid for pid in row.participant_ids if pid in left), key=lambda pid: -left[pid])
            if len(served) == 0:
                continue
            kept.append(row)
            used[row.lead_id, row.day] += 1
            for pid in served[: row.size[1]]:
                left[pid] -= 1
                if not left[pid]:
                    del left[pid]
        return kept

    def _required(self, participant_id: str, row: Candidate) -> int:
        person = self.problem.participant[participant_id]
        demand = self.workshop.terms.demand(person, row.service)
        return demand.required if demand.most is not None else 1

    def _gain(self, row: Candidate, left: dict[str, int], used: dict[tuple[str | None, int], int]) -> tuple[float, int]:
        served = sum(pid in left for pid in row.participant_ids)
        return min(served, row.size[1]) / (1 + used[row.lead_id, row.day]), -row.start


def _likeness(starts: set[int], given: Sequence[set[int]]) -> float:
    """Return which share of a group's given members' starts suits somebody, in quarters; a half where there are none."""
    whole = sum(len(own) for own in given)
    return round(4 * sum(len(own & starts) for own in given) / whole) / 4 if whole else 0.5


def _by(
    rows: Sequence[Candidate], key: Callable[[Candidate], tuple[str, str | None, str, str]]
) -> Iterable[list[Candidate]]:
    found: dict[tuple[str, str | None, str, str], list[Candidate]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found.values()
