"""Rule ``seats`` as linear rows: rooms with seats, features and equipment enough."""

from __future__ import annotations

import numpy as np

from benchmarks.twins.facts import HYBRID
from benchmarks.twins.formulation import Terms
from benchmarks.twins.layout import Layout
from benchmarks.twins.rules_sessions import Numbers
from benchmarks.twins.sessions import Entries


def seats(layout: Layout, numbers: Numbers) -> None:
    """Sessions in the building have one room with seats, features and equipment enough."""
    require, found, rooms = layout.model.require, layout.candidates, layout.rooms
    at = np.flatnonzero(numbers.in_room)
    require(Terms.of(rooms.variable, rooms.at) + Terms.of(found.variable[at], at, -1), 0, 0)
    # where nobody but one participant and the roles can be there, rooms that are too small are left out
    beyond = np.isin(np.arange(len(found.variable)), layout.staff.at[layout.staff.part < 0])
    open_heads = numbers.in_room & (~numbers.is_visit | (found.mode == HYBRID) | beyond)
    people = layout.attends.where(open_heads[layout.attends.at] & ~layout.by_video(layout.attends, layout.people))
    staff = layout.staff.where(open_heads[layout.staff.at] & ~layout.by_video(layout.staff, layout.workers))
    own = rooms.where(open_heads[rooms.at])
    heads = Terms.of(people.variable, people.at, 1 + numbers.guests[people.at]) + Terms.of(staff.variable, staff.at)
    seats_of = np.array([row.capacity for row in layout.problem.rooms], np.int64)
    require(heads + Terms.of(own.variable, own.at, -seats_of[own.who]), upper=0)
    many = len(layout.people)
    most = np.array(
        [many if row.max_participants is None else row.max_participants for row in layout.problem.rooms], np.int64
    )
    require(Terms.of(people.variable, people.at) + Terms.of(own.variable, own.at, -most[own.who]), upper=0)
    _features(layout, people)
    _equipment(layout)


def _features(layout: Layout, people: Entries) -> None:
    for who, person in enumerate(layout.people):
        if not person.needs_features:
            continue
        mine = people.where(people.who == who)
        fits = np.array([person.needs_features <= row.features for row in layout.problem.rooms], bool)
        rooms = layout.rooms.where(np.isin(layout.rooms.at, mine.at))
        rooms = rooms.where(fits[rooms.who])
        layout.model.require(Terms.of(mine.variable, mine.at) + Terms.of(rooms.variable, rooms.at, -1), upper=0)


def _equipment(layout: Layout) -> None:
    found = layout.candidates
    for name in sorted({name for row in layout.services for name in row.equipment}):
        used = np.array([row.equipment.get(name, 0) for row in layout.services], np.int64)
        at = np.flatnonzero(used[found.kind])
        entries = Entries(found.variable[at], at, np.zeros(len(at), np.int64), np.zeros(len(at), np.int64))
        moments = layout.moments(entries, entries.who)
        amounts = dict(zip(entries.variable.tolist(), used[found.kind[at]].tolist(), strict=True))
        weights = np.array([amounts[variable] for variable in moments.variables.tolist()], np.int64)
        owned = layout.problem.clinic.equipment.get(name, 0)
        layout.model.require(Terms.of(moments.variables, moments.keys, weights), upper=owned)
