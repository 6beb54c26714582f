"""Obstacles in the rows of participants: each function yields some of its kind, in random order."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.obstacles.obstacle import Obstacle, cell, row, setting
from benchmarks.obstacles.scene import PERSON, Scene, date_of, span, written
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY, HOUR, WEEKDAYS, Windows

Found = Iterator[Obstacle | None]


def _but(scene: Scene, person: str, session: Session) -> Windows:
    """Return the time of somebody's sessions without one of them."""
    return Windows.of(span(other) for other in scene.sessions[person] if other != session)


def visit_window(scene: Scene) -> Found:
    """Let somebody come to their other sessions only."""
    for session in scene.visits():
        (person,) = session.participant_ids
        yield cell(
            "visit_window", scene.tables, PERSON, person, "availability", written(_but(scene, person, session)), 2
        )


def meeting_window(scene: Scene) -> Found:
    """Let somebody have no time for one session of their group."""
    for session in scene.meetings():
        for person in scene.shuffled(session.participant_ids):
            if person not in scene.taken:
                there = scene.windows(scene.problem.participant[person])
                text = written(there.minus(Windows((span(session),))))
                yield cell("meeting_window", scene.tables, PERSON, person, "availability", text, 2)


def family_window(scene: Scene) -> Found:
    """Let a family be free only while the person is in other sessions."""
    for session in scene.visits():
        if session.service_id == "family":
            (person,) = session.participant_ids
            text = written(_but(scene, person, session))
            yield cell("family_window", scene.tables, PERSON, person, "family_availability", text, 2)


def person_busy(scene: Scene) -> Found:
    """Let somebody be at work or at school whenever a visit could be."""
    for session in scene.visits():
        (person,) = session.participant_ids
        there = scene.windows(scene.problem.participant[person])
        text = written(there.minus(_but(scene, person, session)))
        yield cell("person_busy", scene.tables, PERSON, person, "busy", text, None)


def kept_from_primary(scene: Scene) -> Found:
    """Keep somebody apart from the primary therapist that their row names."""
    for session in scene.given_visits():
        yield row(
            "kept_from_primary", "keep_apart.csv",
            {"a": session.participant_ids[0], "b": session.therapist_ids[0], "reason": "no contact"}, None,
        )  # fmt: skip


def kept_from_member(scene: Scene) -> Found:
    """Keep two members of a group apart whose rows name it."""
    for session in scene.meetings():
        given = [key for key in session.participant_ids if scene.person(key)["group_id"] == session.group_id]
        free = [key for key in scene.shuffled(given) if key not in scene.taken]
        if len(free) > 1:
            cells = {"a": free[0], "b": free[1], "reason": "no contact"}
            yield row("kept_from_member", "keep_apart.csv", cells, None)


def payer_cap(scene: Scene) -> Found:
    """Let a payer pay for an hour less than somebody needs."""
    people = [row for row in scene.problem.participants if row.payer == "acme"]
    if people:
        least = min(scene.minutes(row.id) // HOUR for row in people)
        also = tuple((PERSON, row.id, "payer") for row in people)
        yield setting("payer_cap", scene.tables, "payers.acme.max_hours_per_week", str(max(1, least - 1)), also)


def authorized_until(scene: Scene) -> Found:
    """Let an authorization end before somebody's last day."""
    for person in scene.people():
        last = max(session.start // DAY for session in scene.sessions[person])
        yield cell(
            "authorized_until", scene.tables, PERSON, person, "authorized_until", date_of((last - 1) * DAY), None
        )


def authorized_days(scene: Scene) -> Found:
    """Let an authorization pay for a day less than somebody comes in."""
    for person in scene.people():
        days = {session.start // DAY for session in scene.sessions[person]}
        yield cell("authorized_days", scene.tables, PERSON, person, "authorized_days", str(len(days) - 1), None)


def person_modality(scene: Scene) -> Found:
    """Let somebody come by video where sessions are in the building, or the other way round."""
    for person in scene.people():
        other = "in_person" if scene.sessions[person][0].modality == "telehealth" else "telehealth"
        yield cell("person_modality", scene.tables, PERSON, person, "modality", other, 1)


def other_group(scene: Scene) -> Found:
    """Let somebody belong to another group of their track, that meets when they cannot come."""
    for session in scene.meetings():
        own = scene.problem.group[session.group_id or ""]
        others = [row.id for row in scene.problem.groups if row.tracks == own.tracks and row.id != own.id]
        for person in scene.shuffled(session.participant_ids)[:3]:
            if person not in scene.taken and others:
                yield cell("other_group", scene.tables, PERSON, person, "group_id", scene.chance.choice(others), 1)


def other_primary(scene: Scene) -> Found:
    """Let somebody's primary be a therapist who works when they cannot come."""
    for session in scene.visits():
        (person,) = session.participant_ids
        there = scene.windows(scene.problem.participant[person])
        for other in scene.shuffled(scene.problem.therapists):
            if other.id not in session.therapist_ids and there.intersection(scene.windows(other)).minutes < 10 * HOUR:
                yield cell("other_primary", scene.tables, PERSON, person, "therapist_id", other.id, 3)
                break


def needs_feature(scene: Scene) -> Found:
    """Let somebody need a room as there is none."""
    for person in scene.people():
        yield cell("needs_feature", scene.tables, PERSON, person, "needs_features", "hoist", None)


def person_hours(scene: Scene) -> Found:
    """Let somebody have an hour less at most than they need."""
    for person in scene.people():
        most = scene.minutes(person) // HOUR - 1
        yield cell("person_hours", scene.tables, PERSON, person, "max_hours_per_week", str(most), None)


def sessions_a_day(scene: Scene) -> Found:
    """Let somebody have one session a day only."""
    for session in scene.visits():
        (person,) = session.participant_ids
        if any(other.start // DAY == session.start // DAY for other in scene.sessions[person] if other != session):
            yield cell("sessions_a_day", scene.tables, PERSON, person, "max_sessions_per_day", "1", None)


def person_language(scene: Scene) -> Found:
    """Let somebody speak what nobody on the staff does, where they must share a language."""
    if scene.problem.clinic.match_language == "require":
        for person in scene.people():
            yield cell("person_language", scene.tables, PERSON, person, "language", "Polish", None)


def need_gender(scene: Scene) -> Found:
    """Let a need ask for a woman where no gender is known."""
    for need in scene.shuffled(scene.tables.rows("needs.csv")):
        if need["participant_id"] not in scene.taken and need.get("gender", "") == "":
            cells = {"participant_id": need["participant_id"], "service_id": need["service_id"]}
            yield Obstacle("need_gender", "needs.csv", cells, "gender", "", "F", None)


def person_away(scene: Scene) -> Found:
    """Let somebody be away on a day of their sessions."""
    for person in scene.people():
        day = date_of(scene.chance.choice(scene.sessions[person]).start)
        yield row("person_away", "time_off.csv", {"kind": "participant", "id": person, "start": day, "end": day}, 5)


def pin_against_visit(scene: Scene) -> Found:
    """Forbid somebody's visits."""
    for session in scene.visits():
        cells = {"action": "must_not", "participant_id": session.participant_ids[0], "service_id": session.service_id}
        yield row("pin_against_visit", "pins.csv", cells, 2)


def pin_against_meeting(scene: Scene) -> Found:
    """Forbid somebody the group on one day."""
    for session in scene.meetings():
        person = scene.chance.choice(session.participant_ids)
        if person not in scene.taken:
            day = WEEKDAYS[session.start // DAY]
            cells = {"action": "must_not", "participant_id": person, "group_id": session.group_id or "", "day": day}
            yield row("pin_against_meeting", "pins.csv", cells, 2)
