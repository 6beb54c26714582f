"""Minutes of runs of sessions beyond a longest one, counted in slots of a day.

A slot belongs to a run if a session covers it, or if it lies in a gap that is
shorter than a pause. Of a run, just those slots lie beyond the longest that
have as many slots of it before them: so each counts alone, and no run needs a
beginning or an end. More sessions never make fewer such minutes; those with an
open start are left out.
"""

from __future__ import annotations

import math
from collections import defaultdict

from ortools.sat.python import cp_model

from iopsched.model.ownsessions import Attendance
from iopsched.model.posting import Expression, Literal
from iopsched.model.variables import Variables


def minutes_beyond(x: Variables, sessions: Attendance, longest_minutes: int, pause_minutes: int) -> Expression:
    """Return the minutes of each run of one person's day beyond the longest, for minimizing.

    Sessions less than ``pause_minutes`` apart form a run.
    """
    placed = [row for row in sessions if not row[0].starts]
    if not pause_minutes:  # sessions that touch are apart by that much: each is a run of its own
        return sum(max(0, c.service.minutes - longest_minutes) * literal for c, literal in placed)
    first, last = min((c.start for c, _ in placed), default=0), max((c.end for c, _ in placed), default=0)
    if last - first <= longest_minutes:
        return 0
    unit = math.gcd(longest_minutes, *(minute - first for c, _ in placed for minute in (c.start, c.end)))
    covering: dict[int, list[Literal]] = defaultdict(list)
    spans: dict[tuple[int, int], list[Literal]] = defaultdict(list)
    for candidate, literal in placed:
        spans[candidate.start - first, candidate.end - first].append(literal)
    for (start, end), literals in spans.items():
        for slot in range(start // unit, end // unit):
            covering[slot] += literals
    slots = range((last - first) // unit)
    in_run = [x.cp.new_bool_var("") for _ in slots]
    busy = [cp_model.LinearExpr.sum(covering[slot]) for slot in slots]
    for slot in covering:
        x.cp.add(in_run[slot] >= busy[slot])
    for gap in range(1, -(-pause_minutes // unit)):  # so many slots between two sessions are no pause
        for slot in range(1, len(slots) - gap):
            if slot - 1 not in covering or slot + gap not in covering:
                continue
            for between in in_run[slot : slot + gap]:
                x.cp.add(between >= busy[slot - 1] + busy[slot + gap] - 1)
    return unit * _beyond(x, in_run, longest_minutes // unit)


def _beyond(x: Variables, in_run: list[Literal], longest: int) -> Expression:
    """Return in how many slots a run is under way that already was in so many slots before."""
    found = []
    for slot in range(longest, len(in_run)):
        found.append(x.cp.new_bool_var(""))
        x.cp.add(found[-1] >= cp_model.LinearExpr.sum(in_run[slot - longest : slot + 1]) - longest)
    return cp_model.LinearExpr.sum(found)
