"""Rule ``overlap``: nobody and no room is in two sessions at once."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from iopsched.rulebook import RuleId
from iopsched.verifier.violation import Violation
from iopsched.verifier.week import Index, Meeting, Week, session_ids
from iopsched.words.phrases import count
from iopsched.words.sentence import ParticipantRef, Reference, RoomRef, Sentence, TherapistRef

MOST_PAIRS = 50


def overlap(week: Week) -> Iterator[Violation]:
    """Report every two sessions that share a minute and a person or room, and double entries on a roster."""
    for noun, ref, index in (
        ("Participant", ParticipantRef, week.of_participant),
        ("Therapist", TherapistRef, week.of_therapist),
        ("Room", RoomRef, week.of_room),
    ):
        yield from _clashes(noun, ref, index)
    yield from _doubles(week)


def _clashes(noun: str, ref: type[Reference], index: Index) -> Iterator[Violation]:
    for subject, meetings in index.items():
        people = (subject,) if ref is ParticipantRef else ()
        for found, those in clashes(meetings):
            sentence = Sentence("{} {} is in {} at once.", noun, ref(subject), found)
            yield Violation(RuleId.OVERLAP, subject, sentence, those, people)


def clashes(meetings: Sequence[Meeting]) -> Iterator[tuple[Sentence, tuple[str, ...]]]:
    """Yield which of the sessions, in order of their starts, share a minute, in words and as ids: the first pairs, then the rest.

    A thousand sessions at once are half a million pairs, of which nobody reads more than the first.
    """
    for first, second in islice(_pairs(meetings), MOST_PAIRS):
        yield Sentence("sessions {} and {}", first.told, second.told), (first.id, second.id)
    ends = sorted(meeting.end for meeting in meetings)
    pairs = sum(place - bisect_right(ends, meeting.start) for place, meeting in enumerate(meetings))
    if pairs > MOST_PAIRS:
        yield Sentence("{} of sessions", count(pairs - MOST_PAIRS, "more pair")), session_ids(meetings)


def _pairs(meetings: Sequence[Meeting]) -> Iterator[tuple[Meeting, Meeting]]:
    for place, first in enumerate(meetings):
        for second in islice(meetings, place + 1, None):
            if second.start >= first.end:
                break  # they are in order of their starts
            yield first, second


def _doubles(week: Week) -> Iterator[Violation]:
    for meeting in week.meetings:
        for subject, entries in Counter(meeting.session.participant_ids).items():
            if entries > 1:
                told = "Participant {} is entered {} times in session {}."
                sentence = Sentence(told, ParticipantRef(subject), entries, meeting.told)
                yield Violation(RuleId.OVERLAP, subject, sentence, (meeting.id,), (subject,))
