"""Offers about staff: hours, windows and skills, who covers for whom, and somebody who comes in besides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import ceil

from iopsched.domain.people import Participant, Therapist
from iopsched.domain.timegrid import DAY, HOUR, TimeRange, Windows, day_index, decimal_hours
from iopsched.policy.column import Column
from iopsched.policy.columns import THERAPISTS
from iopsched.policy.numbers import staff_limit
from iopsched.policy.presets import DEFAULT, preset_sources, preset_table, value_at
from iopsched.rulebook.steps import StepKind
from iopsched.steps.offer import AddItem, AddNumber, OfferedStep
from iopsched.steps.offers.newtimes import pieces
from iopsched.steps.offers.offering import step
from iopsched.steps.offers.rowchanges import growing, with_time
from iopsched.steps.offers.shortfall import Shortfall
from iopsched.words.sentence import TherapistRef
from iopsched.words.wordings import said

MOST_PIECES = 400
"""So many pieces of staff's time are offered at most, of those first who could be in the sessions that are lacking."""
MOST_HOURS = {"max_hours_per_week": 10, "max_hours_per_day": 4}
"""So many further hours of one member of staff are offered at most."""
NEAR = {"max_hours_per_week": 6 * HOUR, "max_hours_per_day": 3 * HOUR}
"""A limit is near where less than this is left of it: then a further hour could matter."""


def staff_window(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer pieces of at most an hour beside and between the windows of staff, while any participant could come."""
    reach = Windows.of(item for row in at.problem.participants for item in _windows(row))
    left = MOST_PIECES
    for row in sorted(at.staff, key=lambda row: (not at.is_direct(row), row.id)):
        open_ = at.opening.minus(row.busy.union(at.absent("therapist", row.id)))
        found = [item for item in pieces(row.availability, open_, at.blocks) if reach.overlaps(item.start, item.end)]
        if len(found) > left:
            return
        left -= len(found)
        for item in found:
            told = said("Let {} also work {} ({therapists.csv}, availability).", TherapistRef(row.id), str(item))
            change = with_time("therapists", row.id, "availability", item)
            yield step(at, StepKind.STAFF_WINDOW, (row.id,), AddItem(str(item)), told, change)


def _windows(person: Participant) -> Iterator[TimeRange]:
    yield from person.availability
    yield from person.family_availability or ()


def staff_hours(at: Shortfall) -> Iterator[OfferedStep]:
    """Offer one more hour of sessions a week or a day to staff who are near their limit."""
    loads: Counter[tuple[str, int]] = Counter()
    for row in at.schedule.sessions:
        for key in row.therapist_ids:
            loads[key, day_index(row.start)] += row.minutes
    for therapist in at.staff:
        days = [loads[therapist.id, day] for day in range(7)]
        for column, load in (("max_hours_per_week", sum(days)), ("max_hours_per_day", max(days))):
            limit = staff_limit(at.clinic, therapist, column).value
            if limit - load < NEAR[column]:
                yield from _hours(at, therapist, column, limit)


def _hours(at: Shortfall, therapist: Therapist, column: str, limit: int) -> Iterator[OfferedStep]:
    field = column.replace("hours", "minutes")
    per = "a week" if column == "max_hours_per_week" else "a day"
    most = min(_bound(THERAPISTS.by_name[column]), _most_by_preset(at, column))
    for unit in range(1, min((most - limit) // HOUR, MOST_HOURS[column], ceil(at.most_minutes / HOUR)) + 1):
        told = said(
            f"Let {{}} have one more hour of sessions {per} ({{therapists.csv}}, {column}).", TherapistRef(therapist.id)
        )
        change = growing("therapists", therapist.id, field, HOUR, limit)
        edit = AddNumber(1, decimal_hours(limit))
        yield step(at, StepKind.STAFF_HOURS, (therapist.id,), edit, told, change, column=column, unit=unit)


def _bound(column: Column) -> int:
    return column.bounds[1] * HOUR if column.bounds is not None else DAY


def _most_by_preset(at: Shortfall, key: str) -> int:
    """Return the most minutes that a rule of the preset allows: a number with a source, not one of the product's own."""
    source = preset_sources(at.clinic.preset).get(f"staff.{key}", DEFAULT)
    if source.startswith(DEFAULT):
        return 7 * DAY
    return int(value_at(preset_table(at.clinic.preset), ("staff", key)) * HOUR)
