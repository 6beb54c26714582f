"""Which row of which file says what, for those who find something out after the files were read."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.people import TimeOff
from iopsched.domain.whereabouts import Key, Rows
from iopsched.ingest.draft import Draft
from iopsched.ingest.file.extratime import part_of_week
from iopsched.ingest.report import At

_COLUMN_OF = {"primary_id": "therapist_id", "group_ids": "group_id"}


def rows_of(draft: Draft) -> Rows:
    """Return the row of everything that a draft names; of an absence the first that touches the week.

    Absences stand under their start and end, too, they and pins under the number of their row, and the row of ``steps.csv`` that
    holds in this week in place of a cell of ``participants.csv`` under the participant and the column.
    """
    found: dict[Key, int] = {}
    for key, at in _places(draft):
        found.setdefault((at.file, *key), at.row)
    return found


def _places(draft: Draft) -> Iterator[tuple[Key, At]]:
    for entries in (draft.participants, draft.therapists, draft.rooms, draft.groups, draft.services):
        yield from (((entry.value.id,), entry.at) for entry in entries)
    for need in draft.needs:
        yield (need.value.participant_id, need.value.service_id), need.at
    for away in draft.time_off:
        if part_of_week([away.value], draft.week):
            yield (away.value.kind, away.value.id), away.at
        yield absence_key(away.value), away.at
        yield numbered(away.at.row), away.at
    for pin in draft.pins:
        yield numbered(pin.at.row), pin.at
    yield from _steps_in_force(draft)
    for pairs in (draft.pairs, draft.together):
        for pair in pairs:
            yield tuple(sorted(pair.value)), pair.at
    for setting in draft.settings.lines:
        yield (setting,), draft.settings.at(setting)


def numbered(row: int) -> Key:
    """Return what a row is known by that has no id of its own."""
    return (f"row {row}",)


def absence_key(away: TimeOff) -> Key:
    """Return what the row of an absence is known by: kind, id, start and end."""
    return away.kind, away.id, away.start.isoformat(), away.end.isoformat()


def _steps_in_force(draft: Draft) -> Iterator[tuple[Key, At]]:
    admitted = {entry.value.id: entry.value.admitted for entry in draft.participants}
    for step in sorted(draft.steps, key=lambda entry: entry.value.first_day, reverse=True):
        found = step.value
        begin = admitted.get(found.participant_id) or draft.week
        if found.first_day <= max(begin, draft.week):
            yield from (((found.participant_id, _COLUMN_OF.get(field, field)), step.at) for field in found.changes)
