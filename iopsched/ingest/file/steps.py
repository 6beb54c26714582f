"""``steps.csv``: dated changes of level, phase or numbers, taken before anything else looks at a participant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from iopsched.domain.people import Participant
from iopsched.ingest.file.people import Step
from iopsched.ingest.row.cells import Entries, Entry


def steps_by_person(steps: Iterable[Step]) -> Mapping[str, Sequence[Step]]:
    """Return the steps of each participant in the order of their days; who has none is missing."""
    found: dict[str, list[Step]] = defaultdict(list)
    for step in sorted(steps, key=lambda step: step.first_day):
        found[step.participant_id].append(step)
    return dict(found)


def take_steps(participants: Entries[Participant], steps: Entries[Step], week: date) -> None:
    """Replace the cells of everybody by those of the steps taken until the week begins, or their stay in it.

    A step that is dated within the week holds from the next week on: limits
    and minimums are those of a whole week.
    """
    of_person = steps_by_person(steps.values)
    for place, entry in enumerate(participants.items):
        person = entry.value
        begin = max(week, person.admitted) if person.admitted is not None else week
        for step in of_person.get(person.id, ()):
            if step.first_day <= begin:
                person = replace(person, **step.changes)  # type: ignore[arg-type]
        participants.items[place] = Entry(entry.at, person)
