"""Random tiny clinics whose every number is drawn from so few that edges collide, and all their schedules."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from iopsched.domain.clinic import Block, Payer
from iopsched.domain.people import Cover, KeepApart, KeepTogether, TimeOff
from iopsched.domain.pins import Pin
from iopsched.domain.problem import Problem
from iopsched.domain.schedule import Border, Schedule, Session
from iopsched.domain.services import Need, Role, Times
from iopsched.domain.timegrid import NEVER
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values, violations
from tests.support.clinics import (
    MONDAY,
    adult,
    at,
    clinic,
    group,
    level,
    off,
    phase,
    room,
    schedule,
    service,
    small,
    therapist,
    windows,
)
from tests.support.every_schedule import every_legal_set, every_session, legal_sessions, shares_a_group

MORNINGS = (
    ("Mon 09:00-11:00", "Tue 09:00-11:00"),
    ("Mon 09:00-12:00",),
    ("Mon 09:00-11:00", "Wed 10:00-12:00"),
    ("Tue 09:00-10:00", "Wed 09:00-10:00", "Fri 09:00-10:00"),
)
LAST = Block("last", "evening", 600, 720, frozenset(range(5)))
FIRST = Block("first", "day", 540, 660, frozenset(range(5)))
LEAST_SESSIONS = 8
BATCH = 8
KINDS = ("group", "individual", "family", "multifamily", "other")


@dataclass(frozen=True)
class World:
    """A clinic and every schedule that its rules allow, without pointless surplus staff."""

    problem: Problem
    legal: tuple[Schedule, ...]


class Draw:
    """Draws with short names: a seeded ``random.Random``."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one(self, *values):
        """Return one of the values."""
        return self.random.choice(values)

    def rarely(self, value, otherwise=None):
        """Return the value once in ten times."""
        return value if self.random.random() < 0.1 else otherwise

    def often(self, value, otherwise=None):
        """Return the value every other time."""
        return value if self.random.random() < 0.5 else otherwise


def never_here_if_reversed(person):
    """Return a person drawn with a last day before the first as one whose stay has ended: no problem holds the former."""
    if not person.admitted or not person.discharged or person.admitted <= person.discharged:
        return person
    ended = MONDAY - timedelta(days=1)
    return replace(person, admitted=ended, discharged=ended)


def random_problem(seed: int) -> Problem:
    """Return a clinic of one to three participants, one or two therapists and rooms, and one or two services."""
    draw = Draw(seed)
    opening = draw.one(*MORNINGS)
    hours = windows(*opening)
    parts = [windows(text) for text in opening]

    def some_hours():
        return draw.rarely(draw.one(*parts), hours)

    population = draw.rarely("adolescent", "adult")
    services = [_service(draw, number) for number in range(draw.one(1, 1, 2))]
    groups = _groups(draw, services, population)
    participants = tuple(
        never_here_if_reversed(
            adult(
                f"A{number}",
                population=population,
                tracks=draw.rarely(("sud",), ("mh",)),
                availability=some_hours(),
                preferred=draw.often(draw.one(*parts)),
                family_availability=draw.rarely(draw.one(*parts)),
                group_ids=tuple(sorted({row.service_id: row.id for row in draw.often(groups, ())}.values())),
                primary_id=draw.rarely("T1"),
                phase=draw.often("initial"),
                individual_per_week=draw.rarely(draw.one(0, 1, 2)),
                max_minutes_per_week=draw.rarely(120),
                min_minutes_per_week=draw.rarely(60),
                max_sessions_per_day=draw.rarely(1),
                max_minutes_in_a_row=draw.rarely(60),
                modality=draw.one("in_person", "either", "either", "telehealth"),
                needs_features=draw.rarely(frozenset({"wheelchair"}), frozenset()),
                admitted=draw.rarely(MONDAY + timedelta(days=1)),
                discharged=draw.rarely(MONDAY + timedelta(days=draw.one(0, 1, 2))),
                authorized_days=draw.rarely(1),
                authorized_until=draw.rarely(MONDAY),
            )
        )
        for number in range(1, draw.one(1, 2, 2, 2, 3) + 1)
    )
    skills = draw.one(KINDS, KINDS, KINDS, ("group", "individual"))
    therapists = tuple(
        therapist(
            f"T{number}",
            skills=draw.rarely(("individual", "other"), skills),
            availability=some_hours(),
            preferred=draw.often(draw.one(*parts)),
            tracks=draw.rarely(("mh",), ()),
            counts_for_ratio=draw.rarely(False, True),
            max_minutes_per_day=draw.rarely(draw.one(60, 120)),
            max_minutes_per_week=draw.often(draw.one(120, 180)),
            max_caseload=draw.rarely(draw.one(0, 1)),
            modality=draw.one("either", "either", "either", "in_person", "telehealth"),
            gender=draw.one("f", "m"),
        )
        for number in range(1, draw.one(1, 2, 2, 2, 2, 2, 3) + 1)
    )
    rooms = tuple(
        room(
            f"R{number}",
            capacity=draw.one(2, 3, 4, 4),
            max_participants=draw.rarely(1),
            features=draw.often(frozenset({"wheelchair"}), frozenset()),
            availability=some_hours(),
        )
        for number in range(1, draw.one(1, 1, 2) + 1)
    )
    problem = small(
        clinic=_clinic(draw, hours),
        services=tuple(services),
        groups=groups,
        participants=participants,
        therapists=therapists,
        rooms=rooms,
        time_off=draw.rarely((TimeOff("therapist", "T1", *_moments(draw, opening)),), ()),
        keep_apart=draw.rarely((KeepApart("A1", therapist_id="T1"),), ()),
    )
    problem = replace(problem, needs=_needs(draw, problem), pins=_pins(draw, problem, opening))
    problem = replace(problem, previous=_previous(draw, problem, opening))
    problem = _with_optional_rules(Draw(1_000_000 + seed), problem, population)
    return _with_more_goals(Draw(2_000_000 + seed), problem)


def _with_more_goals(draw, problem):
    """Return the clinic with languages, numbers of short days, and any weights of the later sub-terms."""
    more = {
        "preferences": ("primary", "language", "short_days", "mixed_days", "rooms", "apart_days", "steadiness"),
        "workload": ("no_pause",),
        "cost": ("staff_days",),
    }
    weights = {
        goal: {**problem.clinic.weights[goal], **{name: draw.one(0, 1, 20, 240) for name in names}}
        for goal, names in more.items()
    }

    previous = problem.previous
    if previous is not None:
        previous = replace(previous, week=draw.one(MONDAY, MONDAY - timedelta(days=7)))

    def spoken():
        return draw.often(draw.one(("en",), ("es",), ("en", "es")), ())

    return replace(
        problem,
        clinic=replace(
            problem.clinic,
            weights=weights,
            short_day_minutes=draw.one(60, 90, 120, 180),
            against_last_week=draw.one("strict", "weighed", "no"),
        ),
        participants=tuple(replace(row, languages=spoken()) for row in problem.participants),
        therapists=tuple(replace(row, languages=spoken()) for row in problem.therapists),
    )


def _with_optional_rules(draw, problem, population):
    """Return the clinic with some of the rules that a setting switches on, each rarely."""
    changes = {
        "min_minutes_on_group_days": draw.rarely(draw.one(60, 90, 120), 0),
        "php_guard_minutes": draw.rarely(draw.one(60, 120, 121, 180), 0),
        "php_guard_is_inclusive": draw.one(False, True),
    }
    plan = Payer(
        "plan",
        min_minutes_per_week=draw.one(0, 60, 120),
        max_minutes_per_week=draw.one(0, 0, 60, 120),
        min_days_per_week=draw.one(0, 1, 2),
        max_minutes_per_day=draw.one(0, 0, 60),
        program_day_minutes=draw.one(0, 60, 120),
        min_minutes_on_group_days=draw.one(0, 0, 0, 60, 120),
        max_gap_days=draw.one(0, 0, 2, 5),
    )
    given = sum(row.primary_id is not None for row in problem.participants)  # more than the caseload are bad input
    settings = replace(
        problem.clinic,
        levels={name: replace(row, **changes) for name, row in problem.clinic.levels.items()},
        staff=replace(
            problem.clinic.staff,
            meal_minutes=draw.rarely(draw.one(30, 60), 0),
            meal_after_minutes=draw.one(60, 90, 120),
            supervisor_on_site=draw.rarely(True, False),
            two_staff=draw.rarely((population,), ()),
        ),
        payers={"plan": plan},
        caseload=draw.rarely({population: max(given, draw.one(0, 1))}, {}),
        break_allowance_minutes=draw.rarely(draw.one(30, 60, 90), 0),
        match_language=draw.rarely("require", draw.one("prefer", "no")),
        closures=draw.one("keep", "prorate"),
    )
    people = tuple(
        replace(
            row,
            payer=draw.rarely("plan"),
            authorized_from=None if row.authorized_until else draw.rarely(MONDAY + timedelta(days=draw.one(1, 2))),
            units_left=draw.rarely(draw.one(0, 1)),
            languages=draw.often(draw.one(("en",), ("es",), ("en", "es")), ()),
        )
        for row in problem.participants
    )
    staff = tuple(
        replace(row, supervisor=draw.often(True, False), licensed=draw.rarely(False, row.licensed))
        for row in problem.therapists
    )
    staff = tuple(replace(row, languages=draw.often(draw.one(("EN",), ("es",)), ())) for row in staff)
    staff = tuple(replace(row, target_minutes_per_week=draw.rarely(draw.one(60, 90, 210))) for row in staff)
    joined = draw.often((KeepTogether("A1", "A2"),), ()) if len(people) > 1 else ()
    previous = problem.previous
    if previous is not None and len(staff) > 1 and draw.often(True, False):
        second = tuple(
            replace(row, therapist_ids=(row.lead_id, next(w.id for w in staff if w.id != row.lead_id)))
            for row in previous.sessions
        )
        previous = replace(previous, sessions=second)
    border = draw.often((Border("T1", last_end=-draw.one(60, 120)),), ())
    rest = replace(settings.staff, min_rest_minutes=draw.one(0, 600, 660, 720))
    settings = replace(settings, staff=rest) if border else settings
    closure = draw.rarely((off("clinic", "", "Tue 00:00", "Tue 24:00"),), ())
    stands_in = draw.often((Cover("T1", ("T2",), draw.rarely(MONDAY + timedelta(days=1))),), ())
    if stands_in and len(staff) > 1:
        meeting = draw.one(NEVER, windows("Mon 09:00-10:00"), windows("Mon 10:00-11:00"))
        staff = tuple(replace(row, busy=meeting) if row.id == "T1" else row for row in staff)
    return replace(
        problem,
        covers=stands_in if len(staff) > 1 else (),
        groups=tuple(
            replace(row, joins=draw.rarely(draw.one("track", "need")), meets=draw.one("needed", "always"))
            for row in problem.groups
        ),
        time_off=(*problem.time_off, *closure),
        clinic=settings,
        participants=people,
        therapists=staff,
        keep_together=joined,
        borders=border,
        previous=previous,
    )


def _moments(draw, opening):
    start = at(draw.one(*opening).split("-")[0])
    first = MONDAY + timedelta(days=start // 1440)
    from datetime import datetime, time

    midnight = datetime.combine(first, time())
    return midnight + timedelta(minutes=start % 1440), midnight + timedelta(minutes=start % 1440 + 60)


def _clinic(draw, hours):
    return clinic(
        open=hours,
        blocks=draw.often((FIRST, LAST), ()),
        level=level(
            min_minutes_per_week=draw.one(0, 60, 120, 180),
            max_minutes_per_week=draw.one(120, 180, 6000, 6000),
            min_days_per_week=draw.one(0, 1, 2),
            max_minutes_per_day=draw.one(60, 120, 1440, 1440, 1440),
            program_day_minutes=draw.one(0, 60, 120),
            max_gap_days=draw.one(0, 1, 2, 3),
            max_sessions_per_day=draw.one(0, 0, 0, 0, 1),
            max_minutes_in_a_row=draw.one(0, 0, 0, 60, 120),
        ),
        phases=phase(draw.one(0, 1, 2), draw.one(2, 3)),
        ratios={"adult": draw.one(1, 2), "adolescent": 1},
        caps={"adult": draw.one(2, 3), "adolescent": 2},
        staff={
            "changeover_minutes": draw.rarely(60, 0),
            "min_rest_minutes": draw.one(0, 0, 22 * 60, 23 * 60),
            "break_minutes": draw.one(30, 60),
        },
        equipment={"kit": 1},
        weights={
            "preferences": {
                name: draw.one(1, 10, 60) for name in ("skipped", "outside_preferred", "leads", "therapists", "wishes")
            },
            "workload": {name: draw.one(0, 1, 15, 60) for name in ("imbalance", "evenings", "idle", "sizes")},
            "cost": {name: draw.one(0, 1, 30) for name in ("staff", "trips", "waits")},
        },
    )


def _service(draw, number):
    kind = draw.one("group", "group", "individual", "individual", "family", "multifamily", "other")
    minutes = draw.one(60, 60, 60, 60, 120)
    is_pooled = kind not in ("individual", "family")
    return service(
        f"{kind}{number}",
        kind=kind,
        minutes=minutes,
        contact_minutes=draw.rarely(draw.one(0, 30), minutes),
        counts=draw.rarely(False, True),
        staff=draw.rarely((Role(kind, 2),), ()),
        min_participants=draw.one(None, 1, 1, 1) if is_pooled else None,
        max_participants=draw.one(None, 1, 2) if is_pooled else None,
        participants_per_staff=draw.often(draw.one(1, 2)),
        guests=draw.rarely(1, 0),
        starts=draw.rarely("blocks", "grid"),
        with_primary=draw.rarely(True, False),
        needs_room=draw.rarely(False, True),
        modality=draw.one("in_person", "in_person", "hybrid", "either", "hybrid", "telehealth"),
        per_week=draw.one({}, {"adult": 1}, {"adult": 1, "adolescent": 2}, {"adult": 2})
        if kind == "group"
        else {"adult": draw.one(1, 2), "adolescent": 1},
        max_per_day=draw.one(0, 1, 1),
        equipment=draw.rarely({"kit": 1}, {}),
    )


def _groups(draw, services, population):
    found = []
    for row in services:
        if row.kind in ("individual", "family") or draw.one(True, False, False):
            continue
        found += [
            group(
                f"G{len(found) + number}",
                service_id=row.id,
                population=draw.rarely("adult", population),
                tracks=draw.rarely(("mh", "sud"), ("mh",)),
                sessions_per_week=draw.one(1, 2),
                same_start=draw.often(True, False),
                times=draw.rarely(Times(windows("Mon-Fri 09:00-11:00"))),
                min_size=draw.often(1),
                max_size=draw.rarely(draw.one(1, 2)),
                one_lead=draw.one("prefer", "prefer", "require", "no"),
                membership=draw.one("closed", "closed", "open"),
                attend=draw.one("all", "all", "some"),
                target_size=draw.often(draw.one(1, 2)),
                modality=draw.rarely("in_person"),
                lead_ids=draw.rarely(("T1",), ()),
            )
            for number in range(draw.one(1, 1, 2))
        ]
    return tuple(found)


def _needs(draw, problem):
    return tuple(
        Need(
            person.id,
            row.id,
            draw.one(0, 1, 1, 2),
            therapist_ids=draw.rarely(("T1",), ()),
            max_per_day=draw.rarely(draw.one(0, 2)),
            same_therapist=draw.one("no", "prefer", "require"),
            gender=draw.rarely("f"),
            every_weeks=draw.one(1, 2),
            last_held=draw.rarely(MONDAY - timedelta(days=draw.one(1, 7, 8))),
            optional=draw.often(True, False),
        )
        for person in problem.participants
        for row in problem.services
        if draw.rarely(True)
    )


def _pins(draw, problem, opening):
    if draw.random.random() > 0.25:
        return ()
    start = at(draw.one(*opening).split("-")[0])
    return (
        Pin(
            draw.one("must", "must_not"),
            participant_id=draw.often("A1"),
            therapist_id=draw.rarely("T1"),
            room_id=draw.rarely("R1"),
            service_id=draw.rarely(problem.services[0].id),
            day=draw.often(start // 1440),
            start=draw.rarely(start % 1440),
            from_date=draw.rarely(MONDAY + timedelta(days=1)),
            row=2,
        ),
    )


def _previous(draw, problem, opening):
    """Return a former week that may be legal or not: a session or two of whoever was there."""
    if draw.random.random() > 0.5:
        return None
    former = []
    for number in range(draw.one(1, 2)):
        row = draw.one(*problem.services)
        groups = problem.groups_of.get(row.id)
        start = at(draw.one(*opening).split("-")[0]) + draw.one(0, 60)
        has_room = row.needs_room and row.modality != "telehealth"
        former.append(
            Session(
                id=f"old-{number}",
                service_id=row.id,
                start=start + 1440 * 0,
                end=start + row.minutes,
                therapist_ids=(draw.one(*problem.therapists).id,),
                participant_ids=tuple(sorted({draw.one(*problem.participants).id})),
                modality="in_person",
                group_id=draw.one(*groups).id if groups else None,
                room_id=draw.one(*problem.rooms).id if has_room else None,
            )
        )
    if len({row.start for row in former}) < len(former):
        former = former[:1]
    return Schedule(problem.week, tuple(former), census=draw.often(frozenset({"A1", "A2"}), frozenset()))


def world_of(seed: int, most_sessions: int, most_schedules: int) -> World | None:
    """Return the clinic of a seed with all its legal schedules; None where they are none but the empty one, or too many."""
    problem = random_problem(seed)
    alone = legal_sessions(problem, every_session(problem, most_staff=len(problem.therapists)))
    if not LEAST_SESSIONS <= len(alone) <= most_sessions:
        return None
    legal = []
    for number, rows in enumerate(every_legal_set(problem, alone)):
        if shares_a_group(*rows) or number > 2 * most_schedules:
            return None
        whole = schedule(*rows)
        if not violations(problem, whole):
            legal.append(whole)
        if len(legal) > most_schedules:
            return None
    return World(problem, tuple(legal))


def worlds(first_seed: int, number: int, *, most_sessions: int, most_schedules: int):
    """Yield (seed, world) of so many seeds that are neither trivial nor too large."""
    seed = first_seed
    while number:
        found = world_of(seed, most_sessions, most_schedules)
        if found is not None:
            yield seed, found
            number -= 1
        seed += 1


@cache
def batch(first_seed, most_sessions=60, most_schedules=400):
    """Return worlds from this seed on."""
    return list(worlds(first_seed, BATCH, most_sessions=most_sessions, most_schedules=most_schedules))


def values(problem, whole):
    """Return the values of all goals in rank order."""
    found = goal_values(problem, whole)
    return tuple(found[goal].value for goal in GoalId)
