"""Rule ``overlap``: nobody and no room is in two sessions at once.

One clique per person and start: of all sessions under way at a moment at most
one is theirs. Every start lies on the grid, so the ends may be rounded up to
it without losing a schedule; moments at which nothing starts add nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

from iopsched.model.posting import Expression, Posting, add_up
from iopsched.model.roomvariables import RoomClass
from iopsched.model.rules.energy import rooms_enough, time_enough
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId
from iopsched.words.sentence import RoomRef

Item = TypeVar("Item")


class RoomUse(NamedTuple):
    """How many rooms some sessions use that start and end together, and at most."""

    number: Expression
    most: int


def under_way(sessions: Iterable[tuple[int, int, Item]]) -> Iterator[tuple[int, list[Item]]]:
    """Yield, for starts among (start, end, item), the items under way at that minute.

    Left out are starts at whose items all are still under way at the next start: what holds there holds here.
    """
    by_start: dict[int, list[tuple[int, Item]]] = defaultdict(list)
    for start, end, item in sessions:
        by_start[start].append((end, item))
    active: list[tuple[int, Item]] = []
    last = first_end = 0
    for start in sorted(by_start):
        if active and first_end <= start:
            yield last, [item for _, item in active]
            active = [row for row in active if row[0] > start]
        active += by_start[start]
        last, first_end = start, min(end for end, _ in active)
    if active:
        yield last, [item for _, item in active]


def overlap(x: Variables, post: Posting) -> None:
    """Post the rule for participants, therapists and rooms."""
    for subject, sessions in x.sessions_by_person():
        for _, literals in under_way((c.start, c.end, literal) for c, literal in sessions if not c.starts):
            post.at_most_one(RuleId.OVERLAP, subject, literals)
    for room_class in x.rooms.classes:
        for _, used in under_way(room_use(x, room_class.index, 0)):
            keep_enough_rooms(post, RuleId.OVERLAP, room_class, used)
    time_enough(x, post)
    rooms_enough(x, post)


def keep_enough_rooms(post: Posting, rule: RuleId, room_class: RoomClass, used: list[RoomUse]) -> None:
    """Keep what is under way at a moment within the rooms of a class, if it could need more."""
    number = len(room_class.room_ids)
    if sum(use.most for use in used) > number:
        post.at_most(rule, RoomRef(room_class.room_ids[0]), add_up(use.number for use in used), number)


def room_use(x: Variables, class_index: int, extra_minutes: int) -> list[tuple[int, int, RoomUse]]:
    """Return (start, end, how many rooms are used) of everything that may use a class of rooms."""
    found: list[tuple[int, int, RoomUse]] = []
    by_span: dict[tuple[int, int], list[RoomUse]] = defaultdict(list)
    for candidate, choice in x.rooms.choices.items():
        if class_index in choice:
            by_span[candidate.start, candidate.end].append(RoomUse(choice[class_index], candidate.most_at_once or 1))
    for (start, end), uses in by_span.items():
        number = RoomUse(add_up(use.number for use in uses), sum(use.most for use in uses))
        found.append((start, end + extra_minutes, number))
    found.extend(
        (rooms.start, rooms.start + rooms.minutes + extra_minutes, RoomUse(rooms.count[class_index], len(rooms.visits)))
        for rooms in x.rooms.visits
        if class_index in rooms.count
    )
    return found
