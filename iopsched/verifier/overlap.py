"""Rule ``overlap``: nobody and no room is in two sessions at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from iopsched.rulebook import RuleId
from iopsched.verifier.violation import Violation
from iopsched.verifier.week import Index, Week


def overlap(week: Week) -> Iterator[Violation]:
    """Report every two sessions that share a minute and a person or room, and double entries on a roster."""
    for noun, index in (
        ("Participant", week.of_participant),
        ("Therapist", week.of_therapist),
        ("Room", week.of_room),
    ):
        yield from _clashes(noun, index)
    yield from _doubles(week)


def _clashes(noun: str, index: Index) -> Iterator[Violation]:
    for subject, meetings in index.items():
        for place, first in enumerate(meetings):
            for second in islice(meetings, place + 1, None):
                if second.start >= first.end:
                    break  # they are in order of their starts
                sentence = f"{noun} {subject} is in sessions {first} and {second} at once."
                yield Violation(RuleId.OVERLAP, subject, sentence)


def _doubles(week: Week) -> Iterator[Violation]:
    for meeting in week.meetings:
        entries = meeting.session.participant_ids
        for subject in {entry for entry in entries if entries.count(entry) > 1}:
            sentence = f"Participant {subject} is entered {entries.count(subject)} times in session {meeting}."
            yield Violation(RuleId.OVERLAP, subject, sentence)
