"""``steps.csv``: dated changes of level, phase or numbers, taken before anything else looks at a participant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from iopsched.domain.people import Participant
from iopsched.ingest.cells import Entries, Entry
from iopsched.ingest.people import Step


def take_steps(participants: Entries[Participant], steps: Entries[Step], week: date) -> None:
    """Replace the cells of everybody by those of the steps taken until the week begins, or their stay in it.

    A step that is dated within the week holds from the next week on: limits
    and minimums are those of a whole week.
    """
    for place, entry in enumerate(participants.items):
        person = entry.value
        begin = max(week, person.admitted) if person.admitted is not None else week
        taken = [step for step in steps.values if step.participant_id == person.id and step.first_day <= begin]
        for step in sorted(taken, key=lambda step: step.first_day):
            person = replace(person, **step.changes)  # type: ignore[arg-type]
        participants.items[place] = Entry(entry.at, person)
