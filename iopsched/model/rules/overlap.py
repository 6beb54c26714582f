"""Rule ``overlap``: nobody and no room is in two sessions at once.

One clique per person and start: of all sessions under way at a moment at most
one is theirs. Every start lies on the grid, so the ends may be rounded up to
it without losing a schedule; moments at which nothing starts add nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar

from iopsched.model.posting import Expression, Literal, Posting
from iopsched.model.rules.energy import rooms_enough, time_enough
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId
from iopsched.words.sentence import RoomRef

Item = TypeVar("Item")


def under_way(sessions: Iterable[tuple[int, int, Item]]) -> Iterator[tuple[int, list[Item]]]:
    """Yield, for each start among (start, end, item), the items under way at that minute."""
    rows = sorted(sessions, key=lambda row: row[:2])
    active: list[tuple[int, Item]] = []
    position = 0
    for start in sorted({row[0] for row in rows}):
        active = [(end, item) for end, item in active if end > start]
        while position < len(rows) and rows[position][0] == start:
            active.append((rows[position][1], rows[position][2]))
            position += 1
        yield start, [item for _, item in active]


def overlap(x: Variables, post: Posting) -> None:
    """Post the rule for participants, therapists and rooms."""
    for subject, sessions in x.sessions_by_person():
        for _, literals in under_way((c.start, c.end, literal) for c, literal in sessions if not c.is_loose):
            post.at_most_one(RuleId.OVERLAP, subject, literals)
    for room_class in x.rooms.classes:
        for _, used in under_way(room_use(x, room_class.index, 0)):
            post.at_most(RuleId.OVERLAP, RoomRef(room_class.room_ids[0]), sum(used), len(room_class.room_ids))
    time_enough(x, post)
    rooms_enough(x, post)


def room_use(x: Variables, class_index: int, extra_minutes: int) -> list[tuple[int, int, Expression]]:
    """Return (start, end, number of rooms) of everything that may use a class of rooms."""
    found: list[tuple[int, int, Expression]] = []
    by_span: dict[tuple[int, int], list[Literal]] = defaultdict(list)
    for candidate, choice in x.rooms.choices.items():
        if class_index in choice:
            by_span[candidate.start, candidate.end].append(choice[class_index])
    for (start, end), literals in by_span.items():
        found.append((start, end + extra_minutes, sum(literals)))
    found.extend(
        (rooms.start, rooms.start + rooms.minutes + extra_minutes, rooms.count[class_index])
        for rooms in x.rooms.visits
        if class_index in rooms.count
    )
    return found
