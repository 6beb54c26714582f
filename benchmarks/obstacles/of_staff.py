"""Obstacles in the rows of therapists: each function yields some of its kind, in random order."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.obstacles.obstacle import Obstacle, cell, row
from benchmarks.obstacles.scene import STAFF, Scene, date_of, pieces, span, written
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import DAY, HOUR, WEEKDAYS, TimeRange, Windows

Found = Iterator[Obstacle | None]
EVENING = 16 * HOUR


def _day_of(scene: Scene, worker: str) -> list[Session]:
    """Return the sessions of one of somebody's days, chosen by chance."""
    day = scene.chance.choice(scene.sessions[worker]).start // DAY
    return [session for session in scene.sessions[worker] if session.start // DAY == day]


def staff_evening(scene: Scene) -> Found:
    """Take an evening from somebody's working hours."""
    for worker in scene.workers():
        own = [session for session in _day_of(scene, worker) if session.start % DAY >= EVENING]
        if own:
            day = own[0].start // DAY * DAY
            yield _without(scene, "staff_evening", worker, TimeRange(day + EVENING, day + DAY), own)


def staff_session(scene: Scene) -> Found:
    """Take the time of one session from somebody's working hours."""
    for worker in scene.workers():
        session = scene.chance.choice(scene.sessions[worker])
        yield _without(scene, "staff_session", worker, span(session), [session])


def _without(scene: Scene, kind: str, worker: str, lost: TimeRange, own: list[Session]) -> Obstacle | None:
    there = scene.windows(scene.problem.therapist[worker])
    text = written(there.minus(Windows((lost,))))
    return cell(kind, scene.tables, STAFF, worker, "availability", text, 4 * pieces(own))


def staff_busy(scene: Scene) -> Found:
    """Let somebody on the staff be in a meeting on a day, whatever they do then."""
    for worker in scene.workers():
        text = written(Windows.of(span(session) for session in _day_of(scene, worker)))
        yield cell("staff_busy", scene.tables, STAFF, worker, "busy", text, None)


def staff_away(scene: Scene) -> Found:
    """Let somebody on the staff be away on a day."""
    for worker in scene.workers():
        day = date_of(_day_of(scene, worker)[0].start)
        yield row("staff_away", "time_off.csv", {"kind": "therapist", "id": worker, "start": day, "end": day}, 5)


def license_lost(scene: Scene) -> Found:
    """Let somebody have no license."""
    for worker in scene.workers():
        yield cell("license_lost", scene.tables, STAFF, worker, "licensed", "no", None)


def skill_lost(scene: Scene) -> Found:
    """Take a skill from somebody that their sessions ask for."""
    for worker in scene.workers():
        skills = scene.staff(worker)["skills"].split(";")
        used = {session.service_id for session in scene.sessions[worker]}
        asked = {"medication": "psychiatry"}
        lost = scene.shuffled(sorted({asked.get(service, service) for service in used} & {*skills}))
        if lost:
            kept = ";".join(skill for skill in skills if skill != lost[0]) or "none"
            yield cell("skill_lost", scene.tables, STAFF, worker, "skills", kept, 10)


def staff_week(scene: Scene) -> Found:
    """Let somebody have an hour or two less a week."""
    for worker in scene.workers():
        less = scene.chance.choice((1, 1, 2))
        hours = -(-scene.minutes(worker) // HOUR)
        yield cell("staff_week", scene.tables, STAFF, worker, "max_hours_per_week", str(hours - less), 3 * less)


def staff_day(scene: Scene) -> Found:
    """Let somebody have an hour less a day."""
    for worker in scene.workers():
        days = [sum(row.minutes for row in scene.sessions[worker] if row.start // DAY == day) for day in range(7)]
        hours = -(-max(days) // HOUR)
        yield cell("staff_day", scene.tables, STAFF, worker, "max_hours_per_day", str(hours - 1), 3)


def staff_population(scene: Scene) -> Found:
    """Let somebody work with another population than that of their sessions."""
    for worker in scene.workers():
        people = {key for session in scene.sessions[worker] for key in session.participant_ids}
        seen = {scene.problem.participant[key].population for key in people}
        others = sorted({*scene.problem.clinic.populations} - seen)
        if others:
            yield cell("staff_population", scene.tables, STAFF, worker, "populations", others[0], None)


def staff_track(scene: Scene) -> Found:
    """Take a track from somebody who works with some only."""
    for worker in scene.workers():
        tracks = [track for track in scene.staff(worker).get("tracks", "").split(";") if track]
        if len(tracks) > 1:
            lost = scene.chance.choice(tracks)
            kept = ";".join(track for track in tracks if track != lost)
            yield cell("staff_track", scene.tables, STAFF, worker, "tracks", kept, None)


def staff_modality(scene: Scene) -> Found:
    """Let somebody work by video where sessions are in the building, or the other way round."""
    for worker in scene.workers():
        other = "in_person" if scene.sessions[worker][0].modality == "telehealth" else "telehealth"
        yield cell("staff_modality", scene.tables, STAFF, worker, "modality", other, None)


def caseload(scene: Scene) -> Found:
    """Let somebody be the primary of one participant less, where all caseloads are full."""
    for worker in scene.workers():
        most = scene.staff(worker).get("max_caseload", "")
        given = sum(row["therapist_id"] == worker for row in scene.tables.rows("participants.csv"))
        if most and int(most) > given:
            yield cell("caseload", scene.tables, STAFF, worker, "max_caseload", str(int(most) - 1), None)


def supervisor_hours(scene: Scene) -> Found:
    """Let the only supervisor go home early, or come late, on a day."""
    if scene.problem.clinic.staff.supervisor_on_site and "S01" not in scene.taken:
        for session in scene.shuffled(scene.week.sessions):
            day = session.start // DAY * DAY
            lost = TimeRange(session.start, day + DAY)
            within = [row for row in scene.week.sessions if row.end > lost.start and row.end <= lost.end]
            yield _without(scene, "supervisor_hours", "S01", lost, within)


def pin_against_staff(scene: Scene) -> Found:
    """Forbid somebody's sessions on a day."""
    for worker in scene.workers():
        day = WEEKDAYS[_day_of(scene, worker)[0].start // DAY]
        yield row("pin_against_staff", "pins.csv", {"action": "must_not", "therapist_id": worker, "day": day}, 2)
