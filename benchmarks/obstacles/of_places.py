"""Obstacles in the rows of groups and rooms, and closures: each function yields some of its kind, in random order."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.obstacles.obstacle import Obstacle, cell, row
from benchmarks.obstacles.scene import GROUP, ROOM, Scene, date_of, span, written
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY, HOUR, WEEKDAYS, Windows

Found = Iterator[Obstacle | None]


def _crowded(scene: Scene) -> Iterator[Session]:
    """Yield sessions in rooms that no obstacle is about, first those at whose start most rooms as large are in use."""
    seats = {row.id: row.capacity for row in scene.problem.rooms}

    def free(session: Session) -> int:
        room = session.room_id or ""
        used = {row.room_id for row in scene.week.sessions if row.start < session.end and session.start < row.end}
        return sum(number >= seats[room] and key not in used for key, number in seats.items())

    rows = [session for session in scene.shuffled(scene.week.sessions) if session.room_id]
    yield from (session for session in sorted(rows, key=free) if session.room_id not in scene.taken)


def room_window(scene: Scene) -> Found:
    """Let a room be in other hands during a session."""
    for session in _crowded(scene):
        room = scene.problem.room[session.room_id or ""]
        text = written(scene.windows(room).minus(Windows((span(session),))))
        price = -(-session.minutes // HOUR)
        yield cell("room_window", scene.tables, ROOM, room.id, "availability", text, price)


def room_away(scene: Scene) -> Found:
    """Let a room be closed for a day."""
    for session in _crowded(scene):
        day = date_of(session.start)
        yield row(
            "room_away", "time_off.csv", {"kind": "room", "id": session.room_id or "", "start": day, "end": day}, 5
        )


def room_busy(scene: Scene) -> Found:
    """Let a room be used otherwise during a session."""
    for session in _crowded(scene):
        text = written(Windows((span(session),)))
        yield cell("room_busy", scene.tables, ROOM, session.room_id or "", "busy", text, None)


def room_seats(scene: Scene) -> Found:
    """Let a room have too few seats for a session."""
    for session in _crowded(scene):
        if session.group_id:
            seats = str(len(session.participant_ids) - 1)
            yield cell("room_seats", scene.tables, ROOM, session.room_id or "", "capacity", seats, None)


def room_most(scene: Scene) -> Found:
    """Let a room hold fewer participants than a group has."""
    for session in _crowded(scene):
        if session.group_id:
            most = str(len(session.participant_ids) - 1)
            yield cell("room_most", scene.tables, ROOM, session.room_id or "", "max_participants", most, None)


def full_group(scene: Scene) -> Found:
    """Let a group take one or two less than it has."""
    for session in scene.meetings():
        group = session.group_id or ""
        given = sum(row["group_id"] == group for row in scene.tables.rows("participants.csv"))
        less = scene.chance.choice((1, 1, 2))
        most = len(session.participant_ids) - less
        if most >= max(given, 4):
            yield cell("full_group", scene.tables, GROUP, group, "max_size", str(most), 2 * less)


def min_size(scene: Scene) -> Found:
    """Let a group need one more than it has."""
    for session in scene.meetings():
        least = str(len(session.participant_ids) + 1)
        yield cell("min_size", scene.tables, GROUP, session.group_id or "", "min_size", least, None)


def fewer_sessions(scene: Scene) -> Found:
    """Let a group meet once less."""
    for session in scene.meetings():
        number = scene.problem.group[session.group_id or ""].sessions_per_week - 1
        yield cell("fewer_sessions", scene.tables, GROUP, session.group_id or "", "sessions_per_week", str(number), 3)


def group_times(scene: Scene) -> Found:
    """Let a group have one start less than it needs."""
    for session in scene.meetings():
        group = session.group_id or ""
        starts = sorted({row.start for row in scene.sessions[group]} - {session.start})
        if len({start % DAY for start in starts}) == 1:
            days, minute = " ".join(WEEKDAYS[start // DAY] for start in starts), starts[0] % DAY
            text = f"{days} {minute // HOUR:02d}:{minute % HOUR:02d}"
            yield cell("group_times", scene.tables, GROUP, group, "times", text, None)


def group_lead(scene: Scene) -> Found:
    """Let a group name a lead who is not there then."""
    for session in scene.meetings():
        for other in scene.shuffled(scene.problem.therapists):
            if not scene.windows(other).covers(session.start, session.end):
                yield cell("group_lead", scene.tables, GROUP, session.group_id or "", "lead", other.id, None)
                break


def group_ratio(scene: Scene) -> Found:
    """Let a group need a second member of staff for its last participant."""
    for session in scene.meetings():
        most = str(len(session.participant_ids) - 1)
        yield cell("group_ratio", scene.tables, GROUP, session.group_id or "", "participants_per_staff", most, None)


def group_features(scene: Scene) -> Found:
    """Let a group need a room as there is none."""
    for session in scene.meetings():
        if session.room_id:
            yield cell("group_features", scene.tables, GROUP, session.group_id or "", "room_features", "kitchen", None)


def group_room(scene: Scene) -> Found:
    """Let a group meet in a room that is too small."""
    small = min(scene.problem.rooms, key=lambda row: row.capacity, default=None)
    for session in scene.meetings():
        if small and small.capacity < len(session.participant_ids):
            yield cell("group_room", scene.tables, GROUP, session.group_id or "", "room_id", small.id, None)


def pin_against_group(scene: Scene) -> Found:
    """Forbid a group on one of its days."""
    for session in scene.meetings():
        cells = {"action": "must_not", "group_id": session.group_id or "", "day": WEEKDAYS[session.start // DAY]}
        yield row("pin_against_group", "pins.csv", cells, 2)


def closure(scene: Scene) -> Found:
    """Close the clinic from some hour of a day on."""
    for session in scene.shuffled(scene.week.sessions):
        day = date_of(session.start)
        hour = f"{session.start % DAY // HOUR:02d}:{session.start % HOUR:02d}"
        yield row(
            "closure", "time_off.csv", {"kind": "clinic", "id": "", "start": f"{day} {hour}", "end": f"{day} 23:00"}, 5
        )
