"""Facts behind the rules ``window``, ``supervisor`` and ``overlap``: when somebody or something is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from iopsched.domain.people import Participant, Therapist, TimeOff
from iopsched.domain.places import Room
from iopsched.domain.schedule import Session
from iopsched.domain.timegrid import ALWAYS, NEVER, WEEKDAYS, Windows
from iopsched.verifier import Violation
from iopsched.why.cause import CauseKind, Fact, unchanged
from iopsched.why.edits import changed_row, changed_staff_limits, present_during, without
from iopsched.why.scene import Scene
from iopsched.words.sentence import GroupRef, ParticipantRef, Reference, RoomRef, Sentence, TherapistRef
from iopsched.words.wordings import said

MOST_STRETCHES = 3


@dataclass(frozen=True, slots=True)
class _Noun:
    """How one kind of row is called, and the kinds of cause that its times can be."""

    kind: str
    table: str
    ref: type[Reference]
    off: CauseKind
    busy: CauseKind
    window: CauseKind
    verb: str


_PERSON = _Noun(
    *("participant", "participants", ParticipantRef, CauseKind.PERSON_OFF, CauseKind.PERSON_BUSY),
    *(CauseKind.PERSON_WINDOW, "can come"),
)
_STAFF = _Noun(
    *("therapist", "therapists", TherapistRef, CauseKind.STAFF_OFF, CauseKind.STAFF_BUSY),
    *(CauseKind.STAFF_WINDOW, "is there"),
)
_ROOM = _Noun("room", "rooms", RoomRef, CauseKind.ROOM_OFF, CauseKind.ROOM_BUSY, CauseKind.ROOM_WINDOW, "is there")


def window(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield stays, absences, busy times, windows, closures and changeover times."""
    session, subject = scene.session_of(violation.sessions), violation.subject
    if subject in scene.problem.participant:
        yield from _stay(scene.problem.participant[subject])
        yield from _of_row(scene, _PERSON, scene.problem.participant[subject], session)
    elif subject in scene.problem.therapist:
        yield from _of_row(scene, _STAFF, scene.problem.therapist[subject], session)
    elif subject in scene.problem.room:
        yield from _of_row(scene, _ROOM, scene.problem.room[subject], session)
    yield from _closures(scene, session)
    group = scene.group_of(session)
    if group is not None and group.same_start:
        clause = said("all sessions of group {} start at the same time ({groups.csv}, same_start)", GroupRef(group.id))
        yield Fact(CauseKind.SAME_START, group.id, clause, changed_row("groups", group.id, same_start=False))
    if scene.problem.clinic.staff.changeover_minutes:
        minutes = scene.problem.clinic.staff.changeover_minutes
        clause = said("{} minutes are needed between two sessions ({clinic.toml}, changeover_minutes)", minutes)
        yield Fact(CauseKind.CHANGEOVER, "clinic", clause, changed_staff_limits(changeover_minutes=0))


def supervisor(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield that no supervisor is on site."""
    del scene, violation
    clause = said("no supervisor is on site then ({clinic.toml}, supervisor_on_site; {therapists.csv}, supervisor)")
    yield Fact(CauseKind.SUPERVISOR, "clinic", clause, changed_staff_limits(supervisor_on_site=False))


def overlap(scene: Scene, violation: Violation) -> Iterator[Fact]:
    """Yield the other sessions in which a person or room is at that time."""
    subject = violation.subject
    others = tuple(key for key in violation.sessions if key not in scene.tried)
    if not others:
        return
    if subject in scene.problem.participant:
        names = Sentence.joined(" and ", dict.fromkeys(_title(scene.sessions[key]) for key in others))
        clause = Sentence("{} is in {}", ParticipantRef(subject), names)
        frees = tuple((key, subject) for key in others)
        yield Fact(CauseKind.IN_SESSION, subject, clause, unchanged, frees)
    else:
        is_staff = subject in scene.problem.therapist
        ref = TherapistRef(subject) if is_staff else RoomRef(subject)
        told = "{} is in other sessions" if is_staff else "room {} is in use"
        kind = CauseKind.STAFF_TAKEN if is_staff else CauseKind.ROOM_TAKEN
        yield Fact(kind, subject, Sentence(told, ref), unchanged, tuple((key, subject) for key in others))


def _title(session: Session) -> Sentence:
    if session.group_id is not None:
        return Sentence("group {}", GroupRef(session.group_id))
    return Sentence("{}", session.service_id)


def _stay(person: Participant) -> Iterator[Fact]:
    for column, verb in (("admitted", "begins"), ("discharged", "ends")):
        day = getattr(person, column)
        if day is not None:
            clause = said(f"the stay {verb} on {{}} ({{participants.csv}}, {column})", day.isoformat())
            yield Fact(CauseKind.STAY, person.id, clause, changed_row("participants", person.id, **{column: None}))


def _of_row(scene: Scene, noun: _Noun, row: Participant | Therapist | Room, session: Session) -> Iterator[Fact]:
    ref = noun.ref(row.id)
    for absence in scene.problem.time_off:
        if (absence.kind, absence.id) == (noun.kind, row.id) and _meets(scene, absence, session):
            told = "room {} is closed {} ({time_off.csv})" if noun is _ROOM else "{} is away {} ({time_off.csv})"
            clause = said(told, ref, dates_of(absence))
            led = [scene.sessions[key] for key in sorted(scene.tried) if row.id in scene.sessions[key].therapist_ids]
            undo = present_during(absence, led) if noun is _STAFF else without("time_off", absence.__eq__)
            yield Fact(noun.off, row.id, clause, undo)
    file = f"{{{noun.table}.csv}}"
    if row.busy.overlaps(session.start, session.end):
        clause = said(f"{{}} is busy {{}} ({file}, busy)", ref, shown_windows(row.busy))
        yield Fact(noun.busy, row.id, clause, changed_row(noun.table, row.id, busy=NEVER))
    columns = ["availability"]
    if isinstance(row, Participant) and row.family_availability is not None:
        columns.insert(0, "family_availability")
    for column in columns:
        windows = getattr(row, column)
        is_shared = isinstance(row, Therapist) and row.left is not None  # the windows are what other sites leave
        place = f"{file}, {column}, less sessions at other sites" if is_shared else f"{file}, {column}"
        told = f"{{}} {noun.verb} only {{}} ({place})" if windows else f"{{}} is {{}} free ({place})"
        clause = said(told, ref, shown_windows(windows))
        yield Fact(noun.window, row.id, clause, changed_row(noun.table, row.id, **{column: ALWAYS}))


def _meets(scene: Scene, absence: TimeOff, session: Session) -> bool:
    monday = datetime.combine(scene.problem.week, time())
    start, end = (monday + timedelta(minutes=minute) for minute in (session.start, session.end))
    return absence.start < end and start < absence.end


def _closures(scene: Scene, session: Session) -> Iterator[Fact]:
    for absence in scene.problem.time_off:
        if absence.kind == "clinic" and _meets(scene, absence, session):
            clause = said("the clinic is closed {} ({time_off.csv})", dates_of(absence))
            yield Fact(CauseKind.CLOSED_DAY, "clinic", clause, without("time_off", absence.__eq__))


def dates_of(absence: TimeOff) -> str:
    """Return for instance ``Thu 26 to Fri 27 Nov``, ``Tue 1 Dec`` or ``Tue 1 Dec 09:00-12:00``."""
    last = absence.end - timedelta(minutes=1)
    is_whole = absence.start.time() == time() and absence.end.time() == time()
    if absence.start.date() == last.date():
        clocks = "" if is_whole else f" {absence.start:%H:%M}-{absence.end:%H:%M}"
        return f"{_day(absence.start)}{clocks}"
    if is_whole:
        return f"{_day(absence.start)} to {_day(last)}"
    return f"{_day(absence.start)} {absence.start:%H:%M} to {_day(last)} {absence.end:%H:%M}"


def _day(moment: datetime) -> str:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{WEEKDAYS[moment.weekday()]} {moment.day} {months[moment.month - 1]}"


def shown_windows(windows: Windows) -> str:
    """Return windows in words, of many only the first."""
    more = len(windows.ranges) - MOST_STRETCHES
    if more <= 0:
        return str(windows)
    return f"{Windows(windows.ranges[:MOST_STRETCHES])} and {more} more"
