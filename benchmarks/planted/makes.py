"""The makes of clinics that the benchmark plants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from benchmarks.planted.make import (
    CROWDED,
    HOUR,
    SHORT,
    TIGHT,
    Block,
    Course,
    Make,
    Room,
    Service,
    Slack,
    Track,
    Visit,
)

EARLY, LATE = "early", "late"
LIMITS = """[levels.iop-adult]
min_hours_per_week = 9
max_hours_per_week = 19
min_days_per_week = 3
program_day_hours = 3
max_hours_per_day = 5

[levels.iop-adolescent]
min_hours_per_week = 6
max_hours_per_week = 19
min_days_per_week = 3
program_day_hours = 2
max_hours_per_day = 5

[ratios]
adult = 12
adolescent = 8
"""
BLOCKS = (
    Block("morning", "day", 9 * HOUR, 12 * HOUR),
    Block("afternoon", "day", 13 * HOUR, 16 * HOUR),
    Block("school", "evening", 16 * HOUR, 19 * HOUR),
    Block("night", "evening", 18 * HOUR, 21 * HOUR),
)
GROUP = Service(
    "group", "group", 180, counts="yes", staff="group:1", licensed_lead="yes", min_participants=4, starts="blocks",
    with_primary="no", room="L",
)  # fmt: skip
INDIVIDUAL = Service(
    "individual", "individual", 60, counts="yes", staff="individual:1", licensed_lead="yes", min_participants=1,
    max_participants=1, starts="grid", with_primary="yes", adult_per_week=1, adolescent_per_week=1, room="S",
)  # fmt: skip
FAMILY = Service(
    "family", "family", 60, counts="yes", staff="family:1", licensed_lead="yes", min_participants=1, max_participants=1,
    guests=2, starts="grid", with_primary="no", adolescent_per_week=1, room="S",
)  # fmt: skip
MEDICATION = Service(
    "medication", "other", 30, counts="no", staff="psychiatry:1", licensed_lead="yes", min_participants=1,
    max_participants=1, starts="grid", with_primary="no", room="S",
)  # fmt: skip
WITH_PRIMARY = Visit("individual", "counselor", is_primary=True)
WITH_FAMILY = Visit("family", "counselor", populations=("adolescent",))
WITH_MEDICATION = Visit("medication", "psychiatry", share=0.2)
SKILLS = {"counselor": "group;individual;family", "psychiatry": "psychiatry"}
TEEN = Track("teen", "adolescent", (16 * HOUR,), (15 * HOUR, 20 * HOUR), LATE, 0.25, 7)

FIRST = Make(
    name="roomy",
    says="Four tracks by day and evening, free group times; more days, rooms and staff than needed.",
    tracks=(
        Track("day-sud", "adult", (9 * HOUR,), (8 * HOUR, 15 * HOUR), EARLY, 0.28, 10),
        Track("day-mh", "adult", (9 * HOUR, 13 * HOUR), (8 * HOUR, 17 * HOUR), EARLY, 0.17, 10),
        Track("evening-sud", "adult", (18 * HOUR,), (15 * HOUR + 30, 21 * HOUR), LATE, 0.30, 10),
        TEEN,
    ),
    services=(GROUP, INDIVIDUAL, FAMILY, MEDICATION),
    visits=(WITH_PRIMARY, WITH_FAMILY, WITH_MEDICATION),
    limits=LIMITS,
    skills=SKILLS,
    blocks=BLOCKS,
)

_EVENING_START, _EVENING_HOME = 17 * HOUR + 30, (17 * HOUR, 21 * HOUR)
_DAY_HOME = (8 * HOUR + 30, 16 * HOUR + 30)
WINDOWS = Make(
    name="windows",
    says="Part-day windows, staff bound to tracks, most primaries given, visits far from the group; built-in services.",
    tracks=(
        Track("sud-day", "adult", (9 * HOUR, 13 * HOUR), _DAY_HOME, EARLY, 0.30, 9, "sud"),
        Track("sud-evening", "adult", (_EVENING_START,), _EVENING_HOME, LATE, 0.20, 8, "sud", (12 * HOUR, 21 * HOUR)),
        Track("mh-day", "adult", (9 * HOUR, 13 * HOUR), _DAY_HOME, EARLY, 0.20, 9, "mh"),
        Track("mh-evening", "adult", (_EVENING_START,), _EVENING_HOME, LATE, 0.10, 8, "mh", (12 * HOUR, 21 * HOUR)),
        Track("teen", "adolescent", (_EVENING_START,), (15 * HOUR + 30, 21 * HOUR), LATE, 0.20, 7, "teen"),
    ),
    services=(
        Service("group", "group", 180, room="G"),
        Service("individual", "individual", 60, room="S"),
        Service("family", "family", 60, room="S"),
    ),
    visits=(
        WITH_PRIMARY,
        Visit("family", "counselor", share=0.2, populations=("adult",), column="family_per_week"),
        Visit("family", "counselor", share=0.85, populations=("adolescent",), column="family_per_week"),
    ),
    limits="[staff]\nmax_hours_per_day = 8\nmax_hours_per_week = 40\nmin_rest_hours = 11\n",
    skills={"counselor": "group;individual;family"},
    blocks=(
        Block("morning", "day", 9 * HOUR, 12 * HOUR),
        Block("afternoon", "day", 13 * HOUR, 16 * HOUR),
        Block("evening", "evening", _EVENING_START, 20 * HOUR + 30, "Mon-Thu"),
    ),
    slack=Slack(availability=0.8, rooms=0.2, staff=0.0001),
    opening="Mon-Fri 08:00-21:00; Sat 09:00-13:00",
    shifts={EARLY: (8 * HOUR + 30, 16 * HOUR + 30), LATE: (12 * HOUR, 21 * HOUR)},
    patterns=((0, 1, 2), (0, 1, 3), (1, 2, 3), (0, 2, 3)),
    rooms={"G": Room(16), "S": Room(4)},
    staff_day=8 * HOUR,
    staff_week=30 * HOUR,
    person_day=4 * HOUR,
    group_sizes={"adult": 12, "adolescent": 8},
    given_primary=0.7,
    given_cohort=0.45,
    with_preferred=0.0,
    part_days=0.3,
    has_staff_tracks=True,
    has_services_file=False,
    near_visits=False,
    keep_apart=0.05,
)

FIXED = replace(
    FIRST,
    name="fixed",
    says="Every primary, cohort and group time is given, a twentieth of the sessions is pinned, some people are away; tight.",
    slack=TIGHT,
    given_primary=1.0,
    given_cohort=1.0,
    given_times=1.0,
    pinned=0.05,
    time_off=0.15,
    keep_apart=0.05,
    besides=("modalities",),
)

_FREE_GROUP = replace(GROUP, minutes=120, starts="grid", min_participants=3)
FREE = replace(
    FIRST,
    name="free",
    says="No primary, cohort or time is given, groups of two hours start on a grid of 15 minutes, visits take 50; no spare staff.",
    tracks=(
        Track("day", "adult", tuple(range(9 * HOUR, 15 * HOUR + 1, 30)), (8 * HOUR, 17 * HOUR), EARLY, 0.45, 9),
        Track("evening", "adult", tuple(range(16 * HOUR, 19 * HOUR + 1, 30)), (15 * HOUR, 21 * HOUR), LATE, 0.30, 9),
        Track("teen", "adolescent", (15 * HOUR + 30, 16 * HOUR, 17 * HOUR), (15 * HOUR, 20 * HOUR), LATE, 0.25, 7),
    ),
    services=(_FREE_GROUP, replace(INDIVIDUAL, minutes=50), replace(FAMILY, minutes=50), MEDICATION),
    limits=LIMITS.replace("min_hours_per_week = 9", "min_hours_per_week = 8").replace("= 3\nmax_h", "= 2\nmax_h"),
    grid_minutes=15,
    slack=Slack(availability=0.6, rooms=0.0, staff=0.0),
    patterns=((0, 1, 2, 3), (0, 1, 3, 4), (1, 2, 3, 4), (0, 2, 3, 4)),
    smallest_group=3,
    given_primary=0.0,
    given_cohort=0.0,
    besides=("languages",),
)

_REHAB_ROOMS = {
    "room": Room(13, "rooms"), "hall": Room(13, "hall"), "pool": Room(13, "pool"), "bath": Room(3, "bath"),
}  # fmt: skip


def _rehab(
    name: str, kind: str, minutes: int, skills: str, people: tuple[int, int], per_day: int, room: str
) -> Service:
    least, most = people
    features = _REHAB_ROOMS[room].features if room else ""
    return Service(
        name, kind, minutes, staff=skills, licensed_lead="no", min_participants=least, max_participants=most,
        participants_per_staff=most, starts="grid", with_primary="no", max_per_day=per_day, room_features=features,
        needs_room="yes" if room else "no", room=room,
    )  # fmt: skip


REHAB = Make(
    name="rehab",
    says="A rehabilitation week: seven days, thirteen small services of 15 to 75 minutes, no standing groups.",
    tracks=(Track("rehab", "adult", (), (8 * HOUR, 16 * HOUR), "day", 1.0, 10),),
    services=(
        _rehab("ergotherapy", "group", 45, "therapist:1", (1, 5), 4, "room"),
        _rehab("pottery", "group", 60, "therapist:1;craft:1", (1, 8), 3, "room"),
        _rehab("memory", "group", 30, "therapist:1", (3, 10), 3, "room"),
        _rehab("exercise", "group", 45, "physio:1", (1, 10), 5, "room"),
        _rehab("mobilization", "individual", 15, "physio:1", (1, 1), 2, "room"),
        _rehab("gait", "individual", 45, "physio:1", (1, 1), 5, "hall"),
        _rehab("water", "group", 75, "lifeguard:1", (3, 10), 2, "pool"),
        _rehab("hydrotherapy", "individual", 30, "therapist:1", (1, 1), 2, "bath"),
        _rehab("walking", "group", 75, "therapist:1", (2, 10), 2, ""),
        _rehab("yoga", "group", 45, "therapist:1", (1, 5), 3, "hall"),
        _rehab("talk", "individual", 45, "psychologist:1", (1, 1), 4, "room"),
        _rehab("circle", "group", 60, "psychologist:1", (3, 6), 2, "room"),
        _rehab("massage", "individual", 30, "physio:1", (1, 1), 3, "room"),
    ),
    visits=(),
    limits=(
        "[levels.iop-adult]\nmin_hours_per_week = 0\nmax_hours_per_week = 56\nmin_days_per_week = 0\n"
        "max_hours_per_day = 8\n\n[ratios]\nadult = 12\n\n"
        "[staff]\nmax_hours_per_day = 8\nmax_hours_per_week = 56\nmin_rest_hours = 11\n"
    ),
    skills={
        "therapist": "therapist",
        "physio": "therapist;physio",
        "lifeguard": "therapist;lifeguard",
        "psychologist": "psychologist",
        "craft": "craft",
    },
    slack=Slack(availability=0.8, rooms=0.0, staff=0.0001),
    opening="daily 08:00-16:00",
    days=7,
    shifts={"day": (8 * HOUR, 16 * HOUR)},
    lunch=(12 * HOUR, 13 * HOUR),
    rooms=_REHAB_ROOMS,
    courses=(
        Course("circle", "psychologist", 0.3, (2, 2)),
        Course("water", "lifeguard", 0.5, (2, 2)),
        Course("memory", "therapist", 0.3, (2, 3)),
        Course("walking", "therapist", 0.4, (2, 2)),
        Course("pottery", "therapist", 0.4, (1, 3), "craft"),
        Course("ergotherapy", "therapist", 0.5, (1, 4)),
        Course("exercise", "physio", 0.4, (2, 5)),
        Course("yoga", "therapist", 0.5, (1, 3)),
        Course("talk", "psychologist", 0.3, (1, 3)),
        Course("gait", "physio", 0.3, (2, 5)),
        Course("hydrotherapy", "therapist", 0.4, (1, 2)),
        Course("mobilization", "physio", 0.4, (1, 2)),
        Course("massage", "physio", 0.6, (1, 2)),
    ),
    course_minutes=13 * HOUR,
    staff_day=7 * HOUR,
    staff_week=35 * HOUR,
    person_day=6 * HOUR,
    smallest_group=3,
    given_primary=0.0,
    given_cohort=0.0,
    with_preferred=0.0,
    part_days=0.1,
)

EVENING = replace(
    FIRST,
    name="evening",
    says="One big evening program: every group at the same hours, visits in two and a half hours before; tight.",
    tracks=(Track("evening", "adult", (18 * HOUR,), (15 * HOUR + 30, 21 * HOUR), LATE, 1.0, 12),),
    services=(GROUP, replace(INDIVIDUAL, adolescent_per_week=""), MEDICATION),
    visits=(WITH_PRIMARY, WITH_MEDICATION),
    blocks=(Block("night", "evening", 18 * HOUR, 21 * HOUR, "Mon-Thu"),),
    slack=TIGHT,
    patterns=((0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)),
    given_cohort=0.6,
)

TELEHEALTH = replace(
    FIRST,
    name="telehealth",
    says="Everything by video: no rooms, visits all over the day, windows in pieces.",
    services=tuple(replace(row, modality="telehealth", room="") for row in FIRST.services),
    tracks=(
        Track("day", "adult", (9 * HOUR, 13 * HOUR), (8 * HOUR, 17 * HOUR), EARLY, 0.4, 11, "", (8 * HOUR, 21 * HOUR)),
        Track("evening", "adult", (18 * HOUR,), (16 * HOUR, 21 * HOUR), LATE, 0.35, 11, "", (8 * HOUR, 21 * HOUR)),
        TEEN,
    ),
    rooms={},
    slack=Slack(availability=0.6, rooms=0.0, staff=0.0),
    part_days=0.35,
    near_visits=False,
    besides=("languages",),
)

_MULTIFAMILY = Service(
    "multifamily", "multifamily", 90, counts="yes", staff="family:1", licensed_lead="yes", min_participants=2,
    max_participants=5, guests=2, starts="grid", with_primary="no", room="L",
)  # fmt: skip
TEENS = replace(
    FIRST,
    name="teens",
    says="Adolescents only, after school: family visits and sessions of several families in the same few hours; tight.",
    tracks=(
        Track("middle", "adolescent", (15 * HOUR + 30,), (15 * HOUR, 20 * HOUR), LATE, 0.45, 8),
        Track("high", "adolescent", (15 * HOUR + 30, 17 * HOUR + 30), (15 * HOUR, 21 * HOUR), LATE, 0.55, 8),
    ),
    services=(replace(GROUP, minutes=150), replace(INDIVIDUAL, adult_per_week=""), FAMILY, MEDICATION, _MULTIFAMILY),
    blocks=(
        Block("school", "evening", 15 * HOUR + 30, 18 * HOUR),
        Block("late", "evening", 17 * HOUR + 30, 20 * HOUR),
    ),
    limits=LIMITS[LIMITS.index("[levels.iop-adolescent]") :].replace("adult = 12\n", ""),
    slack=TIGHT,
    rooms={"L": Room(20), "S": Room(4)},
    courses=(Course("multifamily", "counselor", 0.5),),
    given_primary=0.8,
    given_cohort=0.5,
)

_ALL = (
    FIRST,
    replace(FIRST, name="tight", says="The first make, with the staff and rooms of its planted week.", slack=TIGHT),
    replace(FIRST, name="short", says="The tight make without a tenth of its staff.", slack=SHORT),
    replace(FIRST, name="crowded", says="The first make without a quarter of its rooms.", slack=CROWDED),
    WINDOWS,
    replace(
        WINDOWS,
        name="windows-short",
        says="The make of part-day windows without a tenth of its staff.",
        slack=Slack(availability=0.8, rooms=0.2, staff=-0.1),
    ),
    FIXED,
    FREE,
    REHAB,
    EVENING,
    TELEHEALTH,
    TEENS,
)
MAKES: Mapping[str, Make] = {make.name: make for make in _ALL}
