"""Tiny clinics for tests, built from dataclasses: everything has a sensible default, tests name what matters.

``small()`` is the clinic that everybody knows: Monday is 2026-11-30, open
Mon-Fri 08:00-20:00, an hour's grid, one service of each kind, two adults A1
and A2, therapists T1 and T2, rooms R1 and R2. Nobody is required to have any
hours, so that a schedule breaks only what a test makes it break.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from iopsched.domain.clinic import Block, Clinic, Level, Phase, StaffLimits
from iopsched.domain.people import Participant, Therapist, TimeOff
from iopsched.domain.places import Room
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Group, Service
from iopsched.domain.timegrid import DAY, WEEKDAYS, TimeRange, Windows
from iopsched.rulebook import DEFAULT_WEIGHTS
from iopsched.verifier import goal_values, violations

MONDAY = date(2026, 11, 30)
TUESDAY, WEDNESDAY, FRIDAY = date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 4)


def at(text):
    """Return the minute of the week of ``Tue 09:30``."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    return WEEKDAYS.index(day) * DAY + int(hour) * 60 + int(minute)


def span(text):
    """Return start and end of ``Tue 09:00-12:00``."""
    day, clocks = text.split()
    start, end = clocks.split("-")
    return at(f"{day} {start}"), at(f"{day} {end}")


def windows(*texts):
    """Return windows of texts such as ``Tue 09:00-12:00`` or ``Mon-Fri 09:00-12:00``."""
    ranges = []
    for text in texts:
        days, clocks = text.split()
        first, last = days.split("-") if "-" in days else (days, days)
        days = WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last) + 1]
        ranges += [TimeRange(*span(f"{day} {clocks}")) for day in days]
    return Windows.of(ranges)


OPEN = windows("Mon-Fri 08:00-20:00")


def level(id_="iop-adult", **changes):
    """Return a level that asks for nothing and allows 100 hours a week, 24 a day."""
    facts = {
        "min_minutes_per_week": 0,
        "max_minutes_per_week": 6000,
        "min_days_per_week": 0,
        "max_minutes_per_day": 1440,
        "program_day_minutes": 180,
    }
    return Level(id_, **{**facts, **changes})


def phase(fewest, most):
    """Return the phases of a clinic that has the one phase ``initial``."""
    return {"initial": Phase("initial", fewest, most)}


def clinic(**changes):
    """Return the clinic of :func:`small`; ``level`` stands for the adult level alone."""
    adult = changes.pop("level", level())
    staff = StaffLimits(**{"max_minutes_per_day": 720, "min_rest_minutes": 0, **changes.pop("staff", {})})
    facts = {
        "name": "Small",
        "clinic_id": "small",
        "timezone": "America/Chicago",
        "open": OPEN,
        "populations": ("adult", "adolescent"),
        "grid_minutes": 60,
        "preset": "generic",
        "blocks": (),
        "levels": {"iop-adult": adult, "iop-adolescent": replace(adult, id="iop-adolescent")},
        "phases": {},
        "ratios": {"adult": 12, "adolescent": 8},
        "caps": {"adult": 12, "adolescent": 10},
        "staff": staff,
    }
    return Clinic(**{**facts, **changes})


MORNING = Block("morning", "day", 540, 720, frozenset(range(5)))
EVENING = Block("evening", "evening", 1020, 1200, frozenset({0, 2}))


def service(id_="process", **changes):
    """Return a service: a group session of 180 minutes on the grid, from one participant on, unless changed."""
    kind = changes.get("kind", "group")
    minutes = changes.get("minutes", 180 if kind in ("group", "multifamily") else 60)
    facts = {"kind": kind, "minutes": minutes, "contact_minutes": minutes, "min_participants": 1, "max_per_day": 0}
    return Service(id_, **{**facts, **changes})


def services(**changes):
    """Return one service of each kind; ``process=...`` and so on change fields of that service.

    Process groups and workshops (kind other) need no staff ratio below 12.
    Individual and family sessions may be held up to five times a week.
    """
    often = {"adult": 5, "adolescent": 5}
    facts = {
        "process": {},
        "individual": {"kind": "individual", "per_week": often},
        "family": {"kind": "family", "per_week": often},
        "multifamily": {"kind": "multifamily", "per_week": often},
        "workshop": {"kind": "other", "per_week": often},
    }
    return tuple(service(name, **{**fields, **changes.get(name, {})}) for name, fields in facts.items())


def adult(id_="A1", **changes):
    """Return an adult of the track ``mh`` who is available whenever the clinic is open."""
    return Participant(id_, **{"population": "adult", "tracks": ("mh",), "availability": OPEN, **changes})


def adults(number, **changes):
    """Return adults A1, A2 and so on."""
    return tuple(adult(f"A{place}", **changes) for place in range(1, number + 1))


SKILLS = ("group", "individual", "family", "multifamily", "other")


def therapist(id_="T1", **changes):
    """Return somebody who can do everything."""
    return Therapist(id_, **{"skills": SKILLS, "availability": OPEN, "max_minutes_per_week": 6000, **changes})


def room(id_="R1", **changes):
    """Return a room with plenty of seats."""
    return Room(id_, **{"capacity": 40, "availability": OPEN, **changes})


def group(id_="G1", **changes):
    """Return an adult group of the service ``process``, one session a day all week, that starts at any time."""
    facts = {
        "service_id": "process",
        "tracks": ("mh",),
        "population": "adult",
        "sessions_per_week": 5,
        "same_start": False,
    }
    return Group(id_, **{**facts, **changes})


def small(**changes):
    """Return the problem that everybody knows; fields of :class:`Problem` may be changed."""
    facts = {
        "clinic": clinic(),
        "week": MONDAY,
        "services": services(),
        "participants": adults(2),
        "therapists": (therapist("T1"), therapist("T2")),
        "rooms": (room("R1"), room("R2")),
    }
    return Problem(**{**facts, **changes})


def session(when, who="A1", staff="T1", id_=None, **changes):
    """Return a session of ``process`` such as ``session("Mon 09:00-12:00", "A1 A2")`` in room R1.

    Ids of people are separated by spaces; the id of the session comes from the time unless given.
    """
    start, end = span(when)
    facts = {"service_id": "process", "room_id": "R1"}
    return Session(
        id=id_ or f"S-{when.replace(' ', '-')}",
        start=start,
        end=end,
        therapist_ids=tuple(staff.split()),
        participant_ids=tuple(who.split()),
        **{**facts, **changes},
    )


def individual(when, who="A1", staff="T1", **changes):
    """Return an individual session."""
    return session(when, who, staff, **{"service_id": "individual", **changes})


def family(when, who="A1", staff="T1", **changes):
    """Return a family session."""
    return session(when, who, staff, **{"service_id": "family", **changes})


def schedule(*sessions, **changes):
    """Return a schedule of these sessions, sorted by id."""
    return Schedule(week=MONDAY, sessions=tuple(sorted(sessions, key=lambda row: row.id)), **changes)


def off(kind, id_, start, end):
    """Return an absence between two moments such as ``Tue 09:00``."""
    midnight = datetime.combine(MONDAY, time())
    return TimeOff(kind, id_, midnight + timedelta(minutes=at(start)), midnight + timedelta(minutes=at(end)))


def broken(problem, *sessions):
    """Return the names of the rules that a schedule of these sessions breaks."""
    return {found.rule.value for found in violations(problem, schedule(*sessions))}


def sentences(problem, *sessions):
    """Return what the verifier says about a schedule of these sessions."""
    return [found.sentence for found in violations(problem, schedule(*sessions))]


def goal(name, problem, *sessions):
    """Return the sub-terms of a goal that are not 0; they add up to its value."""
    value = goal_values(problem, schedule(*sessions))[name]
    assert value.value == sum(number for _, number in value.parts)
    return {part: number for part, number in value.parts if number}


def raw(name, part, problem, *sessions):
    """Return one sub-term before its weight."""
    return goal(name, problem, *sessions).get(part, 0) / DEFAULT_WEIGHTS[name][part]
