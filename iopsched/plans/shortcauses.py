"""Why people are short in a week ahead: what keeps them from what they lack, the greatest lack first.

Where everybody who is short lacks as much with the clinic to themselves, the week is proven: no schedule has less unmet need.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from iopsched.answers.base import Budget
from iopsched.plans.oneweek import lacked_alone
from iopsched.plans.plannedweek import ShortCause, WeekAhead
from iopsched.stopping import looking_at
from iopsched.why.reasons import causes
from iopsched.words.sentence import Sentence

MOST_PEOPLE = 12
"""Of so many people, those with the greatest lack, causes are looked for."""
LEAST_LOOK_S = 0.5


def proven(week: WeekAhead, budget: Budget) -> WeekAhead:
    """Return a week with a better bound where few are short and lack as much with the clinic to themselves."""
    if week.is_proven:
        return week
    return replace(week, bound=max(week.bound, lacked_alone(week.problem, week.unmet, budget)))


def short_causes(
    weeks: Sequence[WeekAhead], budget: Budget
) -> tuple[tuple[WeekAhead, ...], Mapping[date, tuple[ShortCause, ...]], tuple[Sentence, ...]]:
    """Return the weeks with their bounds, the causes of each short one, and what time did not allow.

    Of a week in which the same people lack the same as in an earlier one nothing is looked for again.
    """
    told: list[WeekAhead] = []
    found: dict[date, tuple[ShortCause, ...]] = {}
    unfinished: list[Sentence] = []
    known: dict[tuple[tuple[str, int], ...], date] = {}
    left = sum(bool(week.unmet) for week in weeks)
    for planned in weeks:
        week, lacks = planned, tuple(planned.unmet.items())
        if lacks and budget.is_over:
            unfinished.append(
                Sentence("Time ended before it was known why people are short in the week of {}.", week.week)
            )
        elif lacks:
            part = budget.part(1 / left)
            week = proven(planned, part)
            like = known.get(lacks)
            rows = found[like] if like is not None else _causes(week, part)
            found[week.week] = tuple(replace(row, like=like) for row in rows)
            known.setdefault(lacks, week.week)
        left -= bool(lacks)
        told.append(week)
    return tuple(told), found, tuple(unfinished)


def _causes(week: WeekAhead, budget: Budget) -> tuple[ShortCause, ...]:
    """Return the causes, those of the greatest lack first; people with one cause share it."""
    short = week.unmet
    people = list(short)[:MOST_PEOPLE]
    end_s = max(budget.end_s, time.monotonic() + LEAST_LOOK_S)
    with looking_at(budget.stop, end_s):
        rows = causes(week.problem, week.schedule, people, is_proven=week.is_proven)
    alike: dict[Sentence, list[str]] = {}
    for key in people:
        alike.setdefault(rows[key].sentence, []).append(key)
    found = [ShortCause(tuple(who), sum(short[key] for key in who), said) for said, who in alike.items()]
    return tuple(sorted(found, key=lambda row: -row.minutes))
