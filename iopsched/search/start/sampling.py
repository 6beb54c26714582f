"""A sample of the starts that a visit could have, beside sessions that are held."""

from __future__ import annotations

import random
from collections import defaultdict

from iopsched.domain.timegrid import DAY
from iopsched.model.candidate import Candidate

FAR_SHARE = 4  # of a sample of starts, one in so many is on a day on which the participant does not come anyway


def few_starts(held: list[Candidate], visits: list[Candidate], number: int, chance: random.Random) -> list[Candidate]:
    """Return the visits that clash with nothing held, of each participant and kind a sample.

    Most of a sample lies on days on which the participant comes anyway: whoever comes for one visit only comes for a
    short day. The others are there for visits that find no place on these days.
    """
    busy: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in held:
        for key in (*row.participant_ids, *row.lead_ids):
            busy[key].append((row.start, row.end))
    days = {key: {start // DAY for start, _ in spans} for key, spans in busy.items()}
    free: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for row in visits:
        if not any(
            start < row.end and row.start < end
            for key in (*row.participant_ids, *row.lead_ids)
            for start, end in busy[key]
        ):
            free[row.participant_ids[0], row.service.id].append(row)
    found = []
    for (participant_id, _), rows in free.items():
        near = [row for row in rows if row.day in days.get(participant_id, ())]
        far = [row for row in rows if row.day not in days.get(participant_id, ())]
        few = min(len(far), max(number // FAR_SHARE, number - len(near)))
        found += _sampled(near, number - few, chance) + _sampled(far, few, chance)
    return found


def _sampled(rows: list[Candidate], number: int, chance: random.Random) -> list[Candidate]:
    return chance.sample(rows, number) if len(rows) > number else rows
