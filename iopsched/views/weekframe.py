"""What a week could hold, as JSON has it: days, rooms, staff, groups, services, participants, blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from iopsched.domain.problem import Problem
from iopsched.domain.timegrid import DAY, WEEKDAYS, TimeRange, Windows, clock, clock_of_end, day_of
from iopsched.verifier.calendars import Calendars
from iopsched.views.labels import Labels
from iopsched.words.phrases import words

Facts = dict[str, Any]


def week_frame(problem: Problem, labels: Labels) -> Facts:
    """Return what the week could hold: days, rooms, staff, groups, services, participants, blocks."""
    return {
        "week": problem.week.isoformat(),
        "grid_minutes": problem.clinic.grid_minutes,
        "days": list(_days(problem)),
        "blocks": [
            {"id": row.id, "label": words(row.id), "start": clock(row.start), "end": clock_of_end(row.end)}
            for row in problem.clinic.blocks
        ],
        "rooms": [_labeled(row.id, labels.room(row.id)) for row in problem.rooms],
        "staff": [_labeled(row.id, labels.therapist(row.id)) for row in problem.therapists],
        "groups": [
            {**_labeled(row.id, labels.group(row.id, row.service_id)), "service": row.service_id}
            for row in problem.groups
        ],
        "services": [{**_labeled(row.id, words(row.id)), "kind": row.kind} for row in problem.services],
        "participants": [_labeled(row.id, labels.participant(row.id)) for row in problem.participants],
    }


def _days(problem: Problem) -> Iterator[Facts]:
    """Yield the days on which the clinic is open, or would be but for a closure."""
    opening = Calendars(problem).open
    for day in sorted(opening.days() | problem.clinic.open_days):
        own = opening.intersection(Windows((TimeRange(day * DAY, (day + 1) * DAY),)))
        yield {
            "date": day_of(problem.week, day * DAY).isoformat(),
            "weekday": WEEKDAYS[day],
            "open": [[clock(row.start), clock_of_end(row.end)] for row in own],
        }


def _labeled(key: str, label: str) -> Facts:
    return {"id": key, "label": label}
