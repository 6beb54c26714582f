"""Days that published weeks have used, or will have used, of each authorization."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from iopsched.domain.people import Participant
from iopsched.records.presence import Presence


def counts_from(person: Participant) -> date:
    """Return the first day that is counted of a participant: later than ``units_as_of``, not before ``authorized_from``."""
    first = person.authorized_from or date.min
    return first if person.units_as_of is None else max(first, person.units_as_of + timedelta(days=1))


def used_days(
    rows: Iterable[Presence], people: Iterable[Participant], before: date = date.max
) -> Mapping[str, Mapping[date, Sequence[Presence]]]:
    """Return the days before a date on which each of these participants had, or will have, a session that counts.

    With each day stand the presences that count. What was recorded stands before what was planned: a day on which somebody was
    not there uses nothing.
    """
    first = {person.id: counts_from(person) for person in people}
    found: dict[str, dict[date, list[Presence]]] = defaultdict(dict)
    for row in rows:
        if row.expected.countable and row.participant_id in first and first[row.participant_id] <= row.date < before:
            found[row.participant_id].setdefault(row.date, []).append(row)
    return dict(sorted(found.items()))


def days_counted(rows: Iterable[Presence], people: Iterable[Participant], before: date) -> Mapping[str, int]:
    """Return on how many days before a date each of these participants had, or will have, a session that counts."""
    return {key: len(days) for key, days in used_days(rows, people, before).items()}
