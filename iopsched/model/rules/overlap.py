"""Rule ``overlap``: nobody and no room is in two sessions at once.

One clique per person and start: of all sessions under way at a moment at most
one is theirs. Every start lies on the grid, so the ends may be rounded up to
it without losing a schedule; moments at which nothing starts add nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeVar

from iopsched.domain.timegrid import TimeRange, Windows
from iopsched.model.candidate import Candidate
from iopsched.model.posting import Expression, Literal, Posting
from iopsched.model.variables import Variables
from iopsched.rulebook import RuleId

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
    for person in x.terms.participants:
        sessions = [(c.start, c.end, literal) for c, literal in x.attending(person.id) if not c.is_loose]
        for _, literals in under_way(sessions):
            post.at_most_one(RuleId.OVERLAP, person.id, literals)
        _time_enough(post, person.id, x.attending(person.id))
    for therapist in x.problem.therapists:
        sessions = [(c.start, c.end, literal) for c, literal in x.working(therapist.id) if not c.is_loose]
        for _, literals in under_way(sessions):
            post.at_most_one(RuleId.OVERLAP, therapist.id, literals)
        _time_enough(post, therapist.id, x.working(therapist.id))
    for room_class in x.room_classes:
        for _, used in under_way(room_use(x, room_class.index, 0)):
            post.at_most(RuleId.OVERLAP, room_class.room_ids[0], sum(used), len(room_class.room_ids))
    _rooms_enough(x, post)


def room_use(x: Variables, class_index: int, extra_minutes: int) -> list[tuple[int, int, Expression]]:
    """Return (start, end, number of rooms) of everything that may use a class of rooms."""
    found: list[tuple[int, int, Expression]] = []
    by_span: dict[tuple[int, int], list[Literal]] = defaultdict(list)
    for number, choice in x.rooms.items():
        if class_index in choice:
            candidate = x.candidates[number]
            by_span[candidate.start, candidate.end].append(choice[class_index])
    for (start, end), literals in by_span.items():
        found.append((start, end + extra_minutes, sum(literals)))
    found.extend(
        (rooms.start, rooms.start + rooms.minutes + extra_minutes, rooms.count[class_index])
        for rooms in x.visit_rooms
        if class_index in rooms.count
    )
    return found


def _time_enough(post: Posting, subject: str, sessions: list[tuple[Candidate, Literal]]) -> None:
    """Keep loose sessions within the time that their starts span, beside what is placed there.

    The energy argument of unary scheduling: whatever must lie between two
    moments takes no longer than what lies between them. Of the free time only
    that counts in which any of the sessions could be.
    """
    days: dict[int, list[tuple[Candidate, Literal]]] = defaultdict(list)
    for candidate, literal in sessions:
        days[candidate.day].append((candidate, literal))
    for rows in days.values():
        loose = [(c.start, c.latest_start + c.service.minutes, c, literal) for c, literal in rows if c.is_loose]
        for first, last in sorted({row[:2] for row in loose}):
            inside = [(c, literal) for start, end, c, literal in loose if first <= start and end <= last]
            room = Windows.of(TimeRange(s, s + c.service.minutes) for c, _ in inside for s in c.starts)
            used = [c.service.minutes * literal for c, literal in inside]
            for candidate, literal in rows:
                shared = 0 if candidate.is_loose else room.minutes_inside(candidate.start, candidate.end)
                if shared:
                    used.append(shared * literal)
            if len(used) > 1:
                post.at_most(RuleId.OVERLAP, subject, sum(used), room.minutes)


def _rooms_enough(x: Variables, post: Posting) -> None:
    """Keep loose sessions of a day within the time of all rooms together, beside what is placed there."""
    days: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in x.candidates:
        if candidate.modality != "telehealth" and candidate.service.needs_room:
            days[candidate.day].append(candidate)
    for candidates in days.values():
        spans = {(c.start, c.latest_start + c.service.minutes) for c in candidates if c.is_loose}
        for first, last in sorted(spans):
            used: list[Expression] = []
            for candidate in candidates:
                within = first <= candidate.start and candidate.latest_start + candidate.service.minutes <= last
                shared = min(candidate.end, last) - max(candidate.start, first)
                if candidate.is_loose and within:
                    used.append(candidate.service.minutes * x.held[candidate.index])
                elif not candidate.is_loose and shared > 0:
                    used.append(shared * x.held[candidate.index])
            free = sum(len(c.room_ids) * c.windows.minutes_inside(first, last) for c in x.room_classes)
            post.at_most(RuleId.OVERLAP, "rooms", sum(used), free)
