"""How full each session is: how many more fit by size, ratio and room, and which of them is in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule
from iopsched.policy.numbers import largest, smallest, staff_ratio
from iopsched.verifier.modality import people_in_room, staff_in_room
from iopsched.verifier.week import Meeting, Week
from iopsched.views.sessions import PRIVATE_KINDS


@dataclass(frozen=True, slots=True)
class Load:
    """One session against its limits.

    ``left`` says how many more participants ``size``, ``ratio`` and ``room``
    would each allow, below 0 in a week that was edited by hand; limits that do
    not hold are not in it. ``counting`` is the staff that counts for the
    ratio, ``ratio`` how many participants each may care for. ``at_minimum``:
    one participant fewer would be too few.
    """

    heads: int
    counting: int
    ratio: int | None
    left: Mapping[str, int]
    at_minimum: bool
    is_single: bool

    @property
    def free(self) -> int:
        """Return how many more participants may come."""
        return min(self.left.values())

    @property
    def limits(self) -> tuple[str, ...]:
        """Return marks for limits that are reached or passed, such as ``full (ratio)``; ``full`` is full by its size.

        One person with one therapist is full by nature: that is worth no mark.
        """
        over = [name for name, left in self.left.items() if left < 0]
        at = [name for name, left in self.left.items() if left == 0 and not self.is_single]
        marks = [f"too many for its {' and '.join(over)}"] if over else []
        if at:
            marks.append("full" if at == ["size"] else f"full ({', '.join(at)})")
        return tuple(marks)

    @property
    def near(self) -> tuple[str, ...]:
        """Return marks for what one participant more or less would change."""
        if self.is_single:
            return ()
        seat = ("1 seat left",) if self.free == 1 else ()
        return (*seat, "at its minimum") if self.at_minimum else seat

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
    kind, heads, room = (meeting.service, meeting.group), len(meeting.people), meeting.room
    most = largest(problem.clinic, *kind, meeting.populations).value
    ratio = staff_ratio(problem.clinic, *kind, meeting.populations)
    counting = sum(row.counts_for_ratio for row in meeting.staff)
    left = {"size": most - heads}
    if ratio:
        left["ratio"] = ratio.value * counting - heads
    if room:
        inside, each = len(people_in_room(meeting)), 1 + meeting.service.guests
        seats = (room.capacity - len(staff_in_room(meeting)) - inside * each) // each
        left["room"] = seats if room.max_participants is None else min(seats, room.max_participants - inside)
    return Load(
        heads=heads,
        counting=counting,
        ratio=ratio.value if ratio else None,
        left=left,
        at_minimum=heads <= smallest(*kind).value,
        is_single=meeting.service.kind in PRIVATE_KINDS or most == 1,
    )
