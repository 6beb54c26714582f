"""Which row of which file says what, for those who find something out after the files were read."""

from __future__ import annotations

from collections.abc import Iterator

from iopsched.domain.whereabouts import Key, Rows
from iopsched.ingest.draft import Draft
from iopsched.ingest.file.extratime import part_of_week
from iopsched.ingest.report import At


def rows_of(draft: Draft) -> Rows:
    """Return the row of everything that a draft names; of an absence the first that touches the week."""
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
    for pairs in (draft.pairs, draft.together):
        for pair in pairs:
            yield tuple(sorted(pair.value)), pair.at
    for setting in draft.settings.lines:
        yield (setting,), draft.settings.at(setting)
