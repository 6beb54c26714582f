"""How full each session is: ratio of participants to staff, seats of the room, and where nobody more fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.verifier.limits import largest, staff_ratio
from iopsched.verifier.modality import people_in_room, staff_in_room
from iopsched.verifier.week import Meeting, Week
from iopsched.view import PRIVATE_KINDS

FULL, RATIO, ROOM = "FULL", "RATIO AT LIMIT", "ROOM FULL"
OVER_SIZE, OVER_RATIO, OVER_ROOM = "OVER ITS SIZE", "OVER ITS RATIO", "OVER THE SEATS"


@dataclass(frozen=True, slots=True)
class Load:
    """One session against its limits.

    ``counting`` is the staff that counts for the ratio, ``ratio`` how many
    participants each may care for (None where no ratio holds). ``in_room``
    are all heads in the room, guests and staff included, ``seats`` what the
    room has (None without a room). ``marks`` are words: what is at its limit,
    or over it in a week that was edited by hand.
    """

    session_id: str
    heads: int
    most: int
    counting: int
    ratio: int | None
    in_room: int
    seats: int | None
    marks: tuple[str, ...]

    @property
    def ratio_words(self) -> str:
        """Return participants to staff and the limit, such as ``11:1 of 12:1``; blank where there is no ratio."""
        if self.ratio is None:
            return ""
        found = f"{self.heads / self.counting:.3g}:1" if self.counting else f"{self.heads}:0"
        return f"{found} of {self.ratio}:1"


def loads(problem: Problem, schedule: Schedule) -> Mapping[str, Load]:
    """Return the load of each session by its id; a session of an unknown service has none."""
    return {meeting.id: _load(problem, meeting) for meeting in Week(problem, schedule).meetings}


def _load(problem: Problem, meeting: Meeting) -> Load:
    heads, most = len(meeting.people), largest(problem, meeting).value
    limit = staff_ratio(problem, meeting)
    counting = sum(row.counts_for_ratio for row in meeting.staff)
    in_room = len(people_in_room(meeting)) * (1 + meeting.service.guests) + len(staff_in_room(meeting))
    room = meeting.room
    pairs = [(FULL, OVER_SIZE, heads, most)]
    if limit:
        pairs.append((RATIO, OVER_RATIO, heads, limit.value * counting))
    if room:
        pairs.append((ROOM, OVER_ROOM, in_room, room.capacity))
        if room.max_participants is not None:
            pairs.append((ROOM, OVER_ROOM, len(people_in_room(meeting)), room.max_participants))
    # One person with one therapist is full by nature: that is worth no mark.
    is_single = meeting.service.kind in PRIVATE_KINDS or most == 1
    marks = [
        over if number > bound else at
        for at, over, number, bound in pairs
        if number > bound or (number == bound and not is_single)
    ]
    return Load(
        session_id=meeting.id,
        heads=heads,
        most=most,
        counting=counting,
        ratio=limit.value if limit else None,
        in_room=in_room,
        seats=room.capacity if room else None,
        marks=tuple(dict.fromkeys(marks)),
    )
