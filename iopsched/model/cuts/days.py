"""Covers of program days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from ortools.sat.python import cp_model

from iopsched.model.build import Model
from iopsched.model.cuts.counting import most_apart, places_of
from iopsched.model.ownsessions import Attendance
from iopsched.stopping import look

MOST_SERVICES = 8


def program_days(model: Model) -> None:
    """Post that of a day's services a program day needs one beyond any set that is too short for it together.

    Where all sessions of some services that somebody could have on a day are shorter together than a program day, such a
    day has a session of another service: a cover inequality of the knapsack "countable minutes of the day" (Balas 1975).
    Sessions that have begun count as any other; how many of a service fit into a day comes from their starts alone.
    """
    x = model.x
    for person in x.participants:
        look()
        least = x.terms.program_day_minutes(person)
        for day, sessions in x.attendance.days(person.id).items():
            counts = x.program_days.get((person.id, day))
            if counts is None:
                continue
            minutes = most_minutes(sessions)
            for short in _too_short(minutes, least):
                others = [row for c, row in sessions if c.countable_minutes and c.service.id not in short]
                model.cp.add(cp_model.LinearExpr.sum(others) >= counts)


def most_minutes(sessions: Attendance) -> dict[str, int]:
    """Return, by service, the most countable minutes that somebody can have of it on the day of these sessions."""
    places: dict[str, set[tuple[int, int]]] = defaultdict(set)
    begun: dict[str, int] = defaultdict(int)
    longest: dict[str, int] = defaultdict(int)
    for c, _ in sessions:
        if not c.countable_minutes:
            continue
        longest[c.service.id] = max(longest[c.service.id], c.countable_minutes)
        if c.begun is None:
            places[c.service.id].update(places_of(c))
        else:
            begun[c.service.id] += 1
    return {key: (most_apart(places[key]) + begun[key]) * each for key, each in longest.items()}


def _too_short(minutes: Mapping[str, int], least: int) -> Iterator[frozenset[str]]:
    """Yield the largest sets of services that are too short together: no further one fits into any of them."""
    if len(minutes) > MOST_SERVICES:
        return
    for number in range(len(minutes), -1, -1):
        for chosen in combinations(sorted(minutes), number):
            total = sum(minutes[key] for key in chosen)
            if total < least and all(total + minutes[key] >= least for key in minutes.keys() - set(chosen)):
                yield frozenset(chosen)
