"""What the textbook model says of the earlier week: who has another week than then, and in how many entries.

An entry is what somebody must be told of one session: weekday, start, service, group, lead and room. Each entry of the
earlier week has Booleans that may be 1 only if the person has it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from benchmarks.twins.formulation import Ints, Terms
from benchmarks.twins.layout import Layout
from benchmarks.twins.sessions import NONE, Entries
from iopsched.domain.schedule import Schedule, Session

Entry = tuple[int, str, str, str, str]


@dataclass(slots=True)
class _Person:
    """Somebody of both weeks: what they could have now, and had before."""

    mine: Entries
    before: set[Entry] = field(default_factory=set)
    kept: list[Ints] = field(default_factory=list)


class EarlierWeek:
    """The rows about one earlier week; made once for all goals that ask for it."""

    def __init__(self, layout: Layout, previous: Schedule) -> None:
        self.layout, self.model = layout, layout.model
        known = previous.census.union(*(row.participant_ids for row in previous.sessions))
        people = [who for who in sorted(layout.present) if layout.people[who].id in known]
        self.participants = {layout.people[who].id: _Person(layout.attends_of[who]) for who in people}
        self.therapists = {row.id: _Person(layout.staff_of[who]) for who, row in enumerate(layout.workers)}
        for session in previous.sessions:
            entry = _entry(session)
            for keys, rows in ((session.participant_ids, self.participants), (session.therapist_ids, self.therapists)):
                for key in keys:
                    if key in rows and entry not in rows[key].before:
                        rows[key].before.add(entry)
                        rows[key].kept.append(self._again(rows[key].mine, session))

    def _everybody(self) -> Iterable[_Person]:
        return (*self.participants.values(), *self.therapists.values())

    def _again(self, mine: Entries, session: Session) -> Ints:
        """Return Booleans of which one may be 1 if somebody has an entry again."""
        layout, found = self.layout, self.layout.candidates
        kinds = [place for place, row in enumerate(layout.services) if row.id == session.service_id]
        groups = [place for place, row in enumerate(layout.groups) if row.id == session.group_id]
        group = (groups or [None])[0] if session.group_id else NONE
        same = np.isin(found.kind, kinds) & (found.start == session.start) & (found.group == group)
        own = mine.where(same[mine.at])
        at = np.unique(own.at)
        again = layout.model.variables(len(at))
        limits = (
            [(own, None), (layout.leads, [row.id for row in layout.workers].index(session.lead_id))]
            if self._is_staff(session.lead_id)
            else []
        )
        if not limits:
            return again[:0]
        if session.room_id is not None:
            places = [place for place, row in enumerate(layout.problem.rooms) if row.id == session.room_id]
            limits.append((layout.rooms, places[0] if places else NONE))
        for entries, who in limits:
            chosen = np.isin(entries.at, at) & ((entries.who == who) if who is not None else True)
            there = entries.where(chosen)
            self.model.require(Terms.of(again, at) + Terms.of(there.variable, there.at, -1), upper=0)
        if session.room_id is None:
            in_room = np.isin(at, layout.rooms.at)
            self.model.require(Terms.of(again[in_room], at[in_room]), upper=0)
        return again

    def _is_staff(self, key: str) -> bool:
        return any(row.id == key for row in self.layout.workers)

    def changes(self) -> list[Terms]:
        """Return the people whose entries differ."""
        found = []
        for row in self._everybody():
            differs = self.model.variables(1)
            kept, most = np.concatenate([np.empty(0, np.int64), *row.kept]), len(row.before) + len(row.mine.at)
            self.model.require(Terms.of(kept) + Terms.of(differs, 0, most), lower=len(row.before))
            now = Terms.of(row.mine.variable) + Terms.of(kept, 0, -1) + Terms.of(differs, 0, -most)
            self.model.require(now, upper=0)
            found.append(Terms.of(differs))
        return found

    def moves(self) -> list[Terms]:
        """Return the entries that one of the weeks has and the other lacks."""
        always = self.model.variables(1, 1, 1)  # stands for the entries before, a constant
        found = [Terms.of(always, 0, sum(len(row.before) for row in self._everybody()))]
        for row in self._everybody():
            kept = np.concatenate([np.empty(0, np.int64), *row.kept])
            found += [Terms.of(row.mine.variable), Terms.of(kept, 0, -2)]
        return found


def _entry(session: Session) -> Entry:
    return session.start, session.service_id, session.group_id or "", session.lead_id, session.room_id or ""
