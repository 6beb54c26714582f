"""Causes to plant: each changes one row or setting of a clinic that lacks nothing, and says what should be told of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from iopsched.domain.clinic import Payer, Phase
from iopsched.domain.people import KeepApart, Therapist, TimeOff
from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Border
from iopsched.domain.services import Role
from iopsched.domain.timegrid import DAY, HOUR, TimeRange, Windows
from iopsched.why.cause import CauseKind
from iopsched.why.edits import changed_clinic, changed_row, changed_setting, changed_staff_limits
from scripts.causes.clinics import OPEN, TARGET, talks

Expected = frozenset[tuple[CauseKind, str]]


@dataclass(frozen=True, slots=True)
class Plant:
    """A change of a clinic; ``told`` are the facts of which one should be named, whichever."""

    name: str
    change: Callable[[Problem], Problem]
    told: Expected


def plants(problem: Problem) -> tuple[Plant, ...]:
    """Return all plants for a clinic, by name."""
    days = _days(problem)
    last = days[-1]
    found = {**_of_dates(problem, last), **_of_person(problem, days), **_of_group(days), **_of_staff(problem, days)}
    return tuple(
        Plant(name, change, frozenset([(kind, subject), *ALSO.get(name, ())]))
        for name, (change, kind, subject) in found.items()
    )


# What these plants need besides: a primary who is busy but for little.
ALSO = {name: [(CauseKind.STAFF_BUSY, "T1")] for name in ("stay ends", "no time left")}


Found = Mapping[str, tuple[Callable[[Problem], Problem], CauseKind, str]]


def _days(problem: Problem) -> list[int]:
    """Return the days of group A."""
    times = problem.group["A"].times
    return sorted(start // DAY for start in times.starts) if times is not None else []


def _away(kind: str, row_id: str, day: int) -> Callable[[Problem], Problem]:
    def change(problem: Problem) -> Problem:
        start = datetime.combine(problem.week + timedelta(days=day), time())
        row = TimeOff(kind, row_id, start, start + timedelta(days=1))  # type: ignore[arg-type]
        return replace(problem, time_off=(*problem.time_off, row))

    return change


def _added(table: str, row: object) -> Callable[[Problem], Problem]:
    def change(problem: Problem) -> Problem:
        changes: dict[str, Any] = {table: (*getattr(problem, table), row)}
        return replace(problem, **changes)

    return change


def _person(**changes: object) -> Callable[[Problem], Problem]:
    return changed_row("participants", TARGET, **changes)


def _of_dates(problem: Problem, last: int) -> Found:
    pin = Pin("must_not", participant_id=TARGET, service_id="talk", row=2)
    before = problem.week + timedelta(days=last - 1)
    return {
        "kept apart from staff": (_added("keep_apart", KeepApart(TARGET, None, "T1")), CauseKind.APART, "P1 T1"),
        "kept apart from a member": (_added("keep_apart", KeepApart(TARGET, "P2")), CauseKind.APART, "P1 P2"),
        "lead away": (_away("therapist", "T1", last), CauseKind.STAFF_OFF, "T1"),
        "room closed": (_away("room", "R1", last), CauseKind.ROOM_OFF, "R1"),
        "person away": (_away("participant", TARGET, last), CauseKind.PERSON_OFF, TARGET),
        "clinic closed": (_away("clinic", "", last), CauseKind.CLOSED_DAY, "clinic"),
        "pin": (_added("pins", pin), CauseKind.PIN, "2"),
        "authorization ends": (_person(authorized_until=before), CauseKind.AUTHORIZATION, TARGET),
        "authorized days": (_person(authorized_days=1), CauseKind.AUTHORIZATION, TARGET),
    }


def _of_person(problem: Problem, days: list[int]) -> Found:
    last = Windows((TimeRange(days[-1] * DAY, (days[-1] + 1) * DAY),))
    acme = changed_clinic(payers={"acme": Payer("acme", max_minutes_per_week=180)})
    phases = changed_clinic(phases={"probation": Phase("probation", 0, 1)})
    busy_but = OPEN.minus(Windows((TimeRange(DAY * 4 + 9 * HOUR, DAY * 4 + 17 * HOUR),)))
    day = problem.week + timedelta(days=3)
    level, setting = "iop-adult", CauseKind
    return {
        "payer's week": (lambda row: _person(payer="acme")(acme(row)), setting.WEEK_MAX, "acme"),
        "level's week": (changed_setting("levels", level, max_minutes_per_week=180), setting.WEEK_MAX, level),
        "own week": (_person(max_minutes_per_week=180), setting.WEEK_MAX, TARGET),
        "level's day": (changed_setting("levels", level, max_minutes_per_day=120), setting.DAY_HOURS, level),
        "php guard": (changed_setting("levels", level, php_guard_minutes=200), setting.PHP_GUARD, level),
        "phase": (lambda row: _person(phase="probation")(phases(row)), setting.PHASE, "probation"),
        "group day": (changed_setting("levels", level, min_minutes_on_group_days=300), setting.GROUP_DAY, level),
        "days without": (changed_setting("levels", level, max_gap_days=1), setting.GAP, level),
        "program day": (changed_setting("levels", level, program_day_minutes=200), setting.PROGRAM_DAY, level),
        "own window": (_person(availability=OPEN.minus(last)), setting.PERSON_WINDOW, TARGET),
        "own busy": (_person(busy=last), setting.PERSON_BUSY, TARGET),
        "one talk a day": (lambda row: talks(row, 6), setting.PER_DAY, "talk"),
        "own talks a day": (lambda row: talks(row, 6, max_per_day=1), setting.PER_DAY, TARGET),
        "stay ends": (
            lambda row: _person(discharged=day)(
                changed_row("therapists", "T1", busy=_free_but_group(row, busy_but))(row)
            ),
            setting.STAY,
            TARGET,
        ),
        "video only": (_person(modality="telehealth"), setting.MODALITY, TARGET),
        "wheelchair": (_person(needs_features=frozenset({"ramp"})), setting.FEATURES, "ramp"),
        "language": (lambda row: _unbound(talks(row, 1, language="Spanish")), setting.LANGUAGE, TARGET),
        "gender": (lambda row: _unbound(talks(row, 1, gender="F")), setting.GENDER, TARGET),
        "other track": (_unplaced, setting.TRACK, TARGET),
        "not asked for": (_not_asked_for, setting.JOINS, "A"),
        "in the group then": (_only_in_group_time, setting.IN_SESSION, TARGET),
    }


def _free_but_group(problem: Problem, busy: Windows) -> Windows:
    """Return busy time that leaves the sessions of group A free."""
    times = problem.group["A"].times
    starts = times.starts if times is not None else ()
    return busy.minus(Windows.of(TimeRange(start, start + 180) for start in starts))


def _unbound(problem: Problem) -> Problem:
    return changed_row("participants", TARGET, primary_id=None)(problem)


def _unplaced(problem: Problem) -> Problem:
    return changed_row("participants", TARGET, group_ids=(), tracks=("Z",))(problem)


def _not_asked_for(problem: Problem) -> Problem:
    return changed_row("participants", TARGET, group_ids=())(changed_row("groups", "A", joins="need")(problem))


def _only_in_group_time(problem: Problem) -> Problem:
    """Return the problem with a primary who is there only while the target is in the group."""
    there = OPEN.minus(_free_but_group(problem, OPEN))
    primary = Therapist("T9", ("individual",), there)
    return changed_row("participants", TARGET, primary_id="T9")(
        replace(problem, therapists=(*problem.therapists, primary))
    )


def _of_group(days: list[int]) -> Found:
    size = {"full": (CauseKind.FULL, {"max_size": 2}), "too few": (CauseKind.MIN_SIZE, {"min_size": 9})}
    rows = {name: (changed_row("groups", "A", **cells), kind, "A") for name, (kind, cells) in size.items()}
    return {
        **rows,
        "ratio": (changed_row("groups", "A", participants_per_staff=2), CauseKind.RATIO, "A"),
        "two staff": (changed_staff_limits(two_staff=("adult",)), CauseKind.TWO_STAFF, "clinic"),
        "seats": (changed_row("rooms", "R1", capacity=3), CauseKind.SEATS, "R1"),
        "admitted": (changed_row("rooms", "R1", max_participants=2), CauseKind.SEATS, "R1"),
        "equipment": (
            lambda row: changed_row("services", "process", equipment={"screen": 1})(
                changed_clinic(equipment={"screen": 0})(row)
            ),
            CauseKind.EQUIPMENT,
            "screen",
        ),
        "second skill": (
            changed_row("services", "process", staff=(Role("group", 1), Role("co-lead", 1))),
            CauseKind.SECOND_STAFF,
            "process",
        ),
        "room busy": (changed_row("rooms", "R1", busy=_day(days[-1])), CauseKind.ROOM_BUSY, "R1"),
        "room's window": (
            changed_row("rooms", "R1", availability=OPEN.minus(_day(days[-1]))),
            CauseKind.ROOM_WINDOW,
            "R1",
        ),
        "offered": (changed_row("groups", "A", sessions_per_week=len(days) - 1), CauseKind.OFFERED, "A"),
    }


def _day(day: int) -> Windows:
    return Windows((TimeRange(day * DAY, (day + 1) * DAY),))


def _of_staff(problem: Problem, days: list[int]) -> Found:
    del problem
    last = _day(days[-1])
    rest = changed_staff_limits(min_rest_minutes=(days[0] + 1) * DAY)
    supervised = changed_staff_limits(supervisor_on_site=True)
    meal = changed_staff_limits(meal_minutes=30, meal_after_minutes=120)
    return {
        "staff hours a day": (changed_row("therapists", "T1", max_minutes_per_day=120), CauseKind.STAFF_HOURS, "T1"),
        "staff hours a week": (changed_row("therapists", "T1", max_minutes_per_week=180), CauseKind.STAFF_HOURS, "T1"),
        "rest": (lambda row: replace(rest(row), borders=(Border("T1", last_end=0),)), CauseKind.REST, "T1"),
        "meal": (meal, CauseKind.MEAL, "T1"),
        "supervisor": (
            lambda row: changed_row("therapists", "NURSE", availability=OPEN.minus(last))(supervised(row)),
            CauseKind.SUPERVISOR,
            "clinic",
        ),
        "staff busy": (changed_row("therapists", "T1", busy=last), CauseKind.STAFF_BUSY, "T1"),
        "staff's window": (
            changed_row("therapists", "T1", availability=OPEN.minus(last)),
            CauseKind.STAFF_WINDOW,
            "T1",
        ),
        "skill": (changed_row("services", "talk", staff=(Role("emdr", 1),)), CauseKind.SKILL, "emdr"),
        "no license": (changed_row("therapists", "T1", licensed=False), CauseKind.LICENSE, "T1"),
        "not counting": (changed_row("therapists", "T1", counts_for_ratio=False), CauseKind.COUNTS, "T1"),
        "other population": (changed_row("therapists", "T1", tracks=("Z",)), CauseKind.STAFF_TRACK, "T1"),
        "caseload": (
            lambda row: _unbound(_full_caseload(row)),
            CauseKind.CASELOAD,
            "T1",
        ),
        "no time left": (_short_of_time, CauseKind.STAFF_TAKEN, "T1"),
    }


def _full_caseload(problem: Problem) -> Problem:
    """Return the problem with a full caseload of everybody who could become the primary."""
    cases = [row.primary_id for row in problem.participants if row.id != TARGET]
    for row in problem.therapists:
        problem = changed_row("therapists", row.id, max_caseload=cases.count(row.id))(problem)
    return problem


def _short_of_time(problem: Problem) -> Problem:
    """Return the problem with one hour beside the groups for the talks of T1."""
    free = Windows((TimeRange(4 * DAY + 16 * HOUR, 4 * DAY + 17 * HOUR),))
    return changed_row("therapists", "T1", busy=_free_but_group(problem, OPEN.minus(free)))(problem)
