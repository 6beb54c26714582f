"""Rule ``pin`` as linear rows: what the director has fixed or forbidden."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.twins.formulation import Ints, Terms
from benchmarks.twins.layout import DAYS, Layout
from benchmarks.twins.sessions import PINNED
from iopsched.domain.pins import Pin
from iopsched.domain.timegrid import DAY


def pin(layout: Layout) -> None:
    """Hold what is fixed, and nothing that is forbidden; whom a row fixes may be there beyond the roles."""
    for row in layout.problem.pins:
        at = _pinned(layout, row)
        parts = _parts(layout, row, at)
        if row.action == "must_not":
            layout.model.require(Terms.joined(parts), upper=len(parts) - 1)
        elif any(_holds(layout, row)):
            always = layout.model.variables(1, 1, 1)  # a row without any candidate cannot be kept
            layout.model.require(Terms.of(_all_of(layout, at, parts)) + Terms.of(always, 0, -1), lower=0)
    extra = layout.staff.where(layout.staff.part == PINNED)
    for worker in np.unique(extra.who).tolist():
        mine = extra.where(extra.who == worker)
        reasons = []
        for row in layout.sessions.pins_for(layout.workers[worker]):
            at = np.intersect1d(_pinned(layout, row), mine.at)
            reasons.append(Terms.of(_all_of(layout, at, _parts(layout, replace(row, therapist_id=None), at)), at, -1))
        layout.model.require(Terms.joined([Terms.of(mine.variable, mine.at), *reasons]), upper=0)


def _holds(layout: Layout, row: Pin) -> list[bool]:
    """Return on which weekdays of this week a row speaks."""
    dates = [layout.openings.date_of(day) for day in range(DAYS)]
    return [(row.from_date or on) <= on <= (row.until_date or on) and row.day in (None, on.weekday()) for on in dates]


def _pinned(layout: Layout, row: Pin) -> Ints:
    """Return the candidates that a row could speak of by service, group and start."""
    found = layout.candidates
    chosen = np.array(_holds(layout, row), bool)[found.start // DAY]
    chosen &= (row.start is None) | (found.start % DAY == (row.start or 0))
    kinds = [place for place, service in enumerate(layout.services) if row.service_id in (None, service.id)]
    chosen &= np.isin(found.kind, kinds)
    if row.group_id is not None:
        chosen &= np.isin(found.group, [place for place, group in enumerate(layout.groups) if group.id == row.group_id])
    return np.flatnonzero(chosen)


def _parts(layout: Layout, row: Pin, at: Ints) -> list[Terms]:
    """Return what has to come together at each candidate to match a row: held, and the people and room that it names."""
    parts = [Terms.of(layout.candidates.variable[at], at)]
    named = (
        (row.participant_id, layout.attends, layout.people),
        (row.therapist_id, layout.staff, layout.workers),
        (row.room_id, layout.rooms, layout.problem.rooms),
    )
    for key, entries, rows in named:
        if key is not None:
            who = [place for place, other in enumerate(rows) if other.id == key]
            theirs = entries.where(np.isin(entries.who, who) & np.isin(entries.at, at))
            parts.append(Terms.of(theirs.variable, theirs.at))
    return parts


def _all_of(layout: Layout, at: Ints, parts: list[Terms]) -> Ints:
    """Return a Boolean for each candidate that may be 1 only if all parts are."""
    matched = layout.model.variables(len(at))
    for part in parts:
        layout.model.require(Terms.of(matched, at) + part * -1, upper=0)
    return matched
