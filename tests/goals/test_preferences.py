"""Sub-terms of ``preferences``, each alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from iopsched.domain.people import Cover
from iopsched.domain.schedule import Schedule
from iopsched.domain.services import Module, Need
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values
from tests.support.clinics import (
    MONDAY,
    adult,
    clinic,
    family,
    group,
    individual,
    off,
    schedule,
    service,
    services,
    session,
    small,
    therapist,
    windows,
)
from tests.support.term_cases import Case, check_term, every

MON9, TUE9 = "Mon 09:00-12:00", "Tue 09:00-12:00"
MON, TUE, WED = "Mon 09:00-10:00", "Tue 09:00-10:00", "Wed 09:00-10:00"


def cohort(person=None, **facts):
    """Return a clinic with a group to which A1 belongs and which A2 may attend."""
    member = adult(group_ids=("G1",)) if person is None else person
    return small(participants=(member, adult("A2")), services=(service(),), groups=(group(**facts),))


def in_group(when, who="A1", **facts):
    return session(when, who, group_id="G1", **facts)


@every(
    Case("attended", 0, (cohort(), in_group(MON9, "A1 A2"))),
    Case("a given member is absent", 180, (cohort(), in_group(MON9, "A2"))),
    Case("each member misses one", 360, (cohort(), in_group(MON9, "A1"), in_group(TUE9, "A2"))),
    Case("as many as needed", 0, (cohort(attend="some"), in_group(MON9, "A1"), in_group(TUE9, "A2"))),
    Case(
        "an open group has no members by roster",
        0,
        (cohort(adult(), membership="open"), in_group(MON9, "A1"), in_group(TUE9, "A2")),
    ),
)
def test_skipped(case):
    check_term(GoalId.PREFERENCES, "skipped", case)


def wishing(**who):
    """Return a clinic in which somebody prefers a time."""
    person, worker = who.get("person"), who.get("worker")
    return small(
        participants=(adult(preferred=person and windows(person)),),
        therapists=(therapist(preferred=worker and windows(worker)),),
        services=(service(),),
    )


@every(
    Case("nobody prefers anything", 0, (wishing(), session(MON9))),
    Case("inside", 0, (wishing(person="Mon 09:00-12:00"), session(MON9))),
    Case("an hour outside", 60, (wishing(person="Mon 09:00-11:00"), session(MON9))),
    Case("both", 240, (wishing(person="Mon 09:00-11:00", worker="Tue 09:00-12:00"), session(MON9))),
)
def test_outside_preferred(case):
    check_term(GoalId.PREFERENCES, "outside_preferred", case)


def asking(same):
    """Return a clinic in which A1 needs two hours with one therapist."""
    need = Need("A1", "individual", 2, same_therapist=same)
    return small(participants=(adult(),), needs=(need,), services=(service("individual", kind="individual"),))


@every(
    Case("one lead", 0, (cohort(attend="some"), in_group(MON9), in_group(TUE9))),
    Case("two leads", 1, (cohort(attend="some"), in_group(MON9), in_group(TUE9, staff="T2"))),
    Case("no matter", 0, (cohort(attend="some", one_lead="no"), in_group(MON9), in_group(TUE9, staff="T2"))),
    Case("of a need", 1, (asking("prefer"), individual(MON), individual(TUE, staff="T2"))),
    Case("of a need that does not ask", 0, (asking("no"), individual(MON), individual(TUE, staff="T2"))),
)
def test_leads(case):
    check_term(GoalId.PREFERENCES, "leads", case)


BOTH = small(participants=(adult(),), services=services())


@every(
    Case("the same", 0, (BOTH, individual(MON), family(TUE))),
    Case("one for each kind", 1, (BOTH, individual(MON), family(TUE, staff="T2"))),
    Case("groups do not count", 0, (BOTH, individual(MON), session("Tue 09:00-12:00", staff="T2"))),
)
def test_therapists(case):
    check_term(GoalId.PREFERENCES, "therapists", case)


def wish(number):
    """Return a clinic in which A1 wishes so many hours."""
    need = Need("A1", "individual", number, optional=True)
    return small(participants=(adult(),), needs=(need,), services=(service("individual", kind="individual"),))


@every(
    Case("granted", 0, (wish(1), individual(MON))),
    Case("one of two", 1, (wish(2), individual(MON))),
    Case("none", 2, (wish(2),)),
)
def test_wishes(case):
    check_term(GoalId.PREFERENCES, "wishes", case)


ROTATION = tuple(Module(f"M{week}", "process", f"Module {week}", 60, week=week) for week in (1, 2, 3))


def leaving(weeks, start=0, **facts):
    """Return a clinic with a rotation of three modules that A1 leaves after so many weeks."""
    person = adult(discharged=MONDAY + timedelta(weeks=weeks, days=-1), **facts)
    return small(
        clinic=clinic(curriculum_start=MONDAY + timedelta(weeks=start)),
        participants=(person, adult("A2")),
        services=(service(),),
        groups=(group(),),
        modules=ROTATION,
    )


@every(
    Case("a whole rotation", 0, (leaving(3), in_group(MON9))),
    Case("one week less", 1, (leaving(2), in_group(MON9))),
    Case("the last week of the rotation and its first", 1, (leaving(2, start=1), in_group(MON9))),
    Case("a module met before", 0, (leaving(2, modules_met=frozenset({"M3"})), in_group(MON9))),
    Case("one week only", 2, (leaving(1), in_group(MON9, "A1 A2"))),
    Case("no member", 0, (leaving(1), in_group(MON9, "A2"))),
    Case("a given member who does not come", 2, (leaving(1, group_ids=("G1",)), in_group(MON9, "A2"))),
)
def test_modules(case):
    check_term(GoalId.PREFERENCES, "modules", case)


def after(before, *sessions, primaries=None, **facts):
    """Return a clinic in which T1 or T2 may be A1's primary, and somebody was in the week before."""
    talks = (service("individual", kind="individual", with_primary=True, per_week={"adult": 2}),)
    held = sessions or (individual(MON, staff=before),)
    previous = Schedule(MONDAY - timedelta(days=7), held, primaries=primaries or {})
    return small(participants=(adult(**facts),), services=talks, previous=previous)


def after_cover(before, *sessions):
    """Return the clinic of :func:`after` with T1 away on Tuesday, when T2 leads instead."""
    away = (off("therapist", "T1", "Tue 00:00", "Wed 00:00"),)
    return replace(after(before, *sessions), time_off=away, covers=(Cover("T1", ("T2",)),))


@every(
    Case("the same", 0, (after("T1"), individual(TUE))),
    Case("another", 1, (after("T1"), individual(TUE, staff="T2"))),
    Case("another for two sessions", 1, (after("T1"), individual(MON, staff="T2"), individual(TUE, staff="T2"))),
    Case("no session", 0, (after("T1"),)),
    Case("none before", 0, (after("T1", session(MON9)), individual(TUE, staff="T2"))),
    Case("given anew", 1, (after("T1", primary_id="T2"),)),
    Case("given as before", 0, (after("T1", primary_id="T1"), individual(TUE))),
    Case("as hours.csv says", 1, (after("T1", primaries={"A1": "T2"}), individual(TUE))),
    Case("a cover leads while the one before is away", 0, (after_cover("T1"), individual(TUE, staff="T2"))),
    Case(
        "a cover leads, and the one before leads, too",
        0,
        (after_cover("T1"), individual(TUE, staff="T2"), individual(WED)),
    ),
    Case("a cover leads at other times", 1, (after_cover("T1"), individual(WED, staff="T2"))),
    Case("a cover leads, who was before", 0, (after_cover("T2"), individual(TUE, staff="T2"))),
    Case("a cover leads, and nobody was before", 0, (after_cover("T1", session(MON9)), individual(TUE, staff="T2"))),
    Case("of one who is no longer there", 1, (after("T9"), individual(TUE))),
    Case("of one who is not here this week", 0, (after("T1", primary_id="T2", admitted=MONDAY + timedelta(days=9)),)),
)
def test_primary(case):
    check_term(GoalId.PREFERENCES, "primary", case)


def speaking(own, *staff, asked="prefer"):
    """Return a clinic with people and staff of these languages."""
    workers = tuple(therapist(f"T{place}", languages=tuple(row.split())) for place, row in enumerate(staff, 1))
    return small(
        clinic=clinic(match_language=asked),
        participants=(adult(languages=tuple(own.split())),),
        therapists=workers,
        services=services(),
    )


@every(
    Case("none in common", 1, (speaking("es", "en"), individual(MON))),
    Case("each session", 2, (speaking("es", "en"), individual(MON), family(TUE))),
    Case("one of several", 0, (speaking("es fr", "en FR"), individual(MON))),
    Case("no language is written of the person", 0, (speaking("", "en"), individual(MON))),
    Case("no language is written of the lead", 0, (speaking("es", ""), individual(MON))),
    Case("groups do not count", 0, (speaking("es", "en"), session(MON9))),
    Case("the other lead", 0, (speaking("es", "en", "es"), individual(MON, staff="T2"))),
    Case("where nobody asks", 0, (speaking("es", "en", asked="no"), individual(MON))),
)
def test_language(case):
    check_term(GoalId.PREFERENCES, "language", case)


def talks(*people, **facts):
    """Return a clinic with a service for each length, five times a week and without a limit a day."""
    often = {"kind": "individual", "per_week": {"adult": 5}, "modality": "either", "max_per_day": 0}
    lengths = tuple(service(f"t{minutes}", minutes=minutes, **often) for minutes in (30, 60, 90))
    return small(
        participants=people or (adult(modality="either"),), services=(*lengths, service(modality="hybrid")), **facts
    )


def talk(when, who="A1", **facts):
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in when.split()[1].split("-"))
    return session(when, who, **{"service_id": f"t{end - start}", **facts})


ONLINE = {"modality": "telehealth", "room_id": None}


@every(
    Case("one short visit", 1, (talks(), talk("Mon 09:00-10:00"))),
    Case("a minute less than enough", 1, (talks(clinic=clinic(short_day_minutes=61)), talk("Mon 09:00-10:00"))),
    Case("just enough", 0, (talks(clinic=clinic(short_day_minutes=60)), talk("Mon 09:00-10:00"))),
    Case("off", 0, (talks(clinic=clinic(short_day_minutes=0)), talk("Mon 09:00-09:30"))),
    Case("one long visit", 0, (talks(), talk("Mon 09:00-10:30"))),
    Case("beside a long one", 0, (talks(), talk("Mon 09:00-09:30"), talk("Mon 10:00-11:30"))),
    Case("two together", 0, (talks(), talk("Mon 09:00-10:00"), talk("Mon 14:00-14:30"))),
    Case("two of the same", 0, (talks(), talk("Mon 09:00-10:00"), talk("Mon 14:00-15:00"))),
    Case("two too short ones", 1, (talks(), talk("Mon 09:00-09:30"), talk("Mon 14:00-14:30"))),
    Case("three short ones", 0, (talks(), *(talk(f"Mon {hour}:00-{hour}:30") for hour in (11, 12, 13)))),
    Case("two days", 2, (talks(), talk("Mon 09:00-10:00"), talk("Tue 09:00-09:30"))),
    Case("beside a group", 0, (talks(), session(MON9, modality="hybrid"), talk("Mon 14:00-14:30"))),
    Case("at home", 0, (talks(), talk("Mon 09:00-09:30", **ONLINE))),
    Case("half of it at home", 1, (talks(), talk("Mon 09:00-10:00"), talk("Mon 14:00-15:00", **ONLINE))),
    Case(
        "whoever sits at home does not come",
        1,
        (
            talks(adult(), adult("A2", modality="telehealth"), clinic=clinic(short_day_minutes=181)),
            session(MON9, "A1 A2", modality="hybrid"),
        ),
    ),
)
def test_short_days(case):
    check_term(GoalId.PREFERENCES, "short_days", case)


@every(
    Case("in person", 0, (talks(), talk("Mon 09:00-10:00"), talk("Mon 14:00-15:00"))),
    Case("both", 1, (talks(), talk("Mon 09:00-10:00"), talk("Mon 14:00-15:00", **ONLINE))),
    Case(
        "both twice", 1, (talks(), talk("Mon 09:00-10:00"), talk("Mon 14:00-15:00", **ONLINE), talk("Mon 16:00-16:30"))
    ),
    Case("at home", 0, (talks(), talk("Mon 09:00-10:00", **ONLINE), talk("Mon 14:00-15:00", **ONLINE))),
    Case("on two days", 0, (talks(), talk("Mon 09:00-10:00"), talk("Tue 14:00-15:00", **ONLINE))),
    Case(
        "of two people",
        0,
        (
            talks(adult(), adult("A2", modality="telehealth")),
            talk("Mon 09:00-10:00"),
            talk("Mon 14:00-15:00", "A2", **ONLINE),
        ),
    ),
    Case(
        "a hybrid group is at home for whoever is remote",
        0,
        (
            talks(adult(), adult("A2", modality="telehealth")),
            session(MON9, "A1 A2", modality="hybrid"),
            talk("Mon 14:00-15:00", "A2", **ONLINE),
        ),
    ),
)
def test_mixed_days(case):
    check_term(GoalId.PREFERENCES, "mixed_days", case)


@every(
    Case("one room", 0, (cohort(attend="some"), in_group(MON9), in_group(TUE9))),
    Case("two rooms", 1, (cohort(attend="some"), in_group(MON9), in_group(TUE9, room_id="R2"))),
    Case(
        "there and back",
        1,
        (cohort(attend="some"), in_group(MON9), in_group(TUE9, room_id="R2"), in_group("Wed 09:00-12:00")),
    ),
    Case("visits do not count", 0, (BOTH, individual(MON), individual(TUE, room_id="R2"))),
)
def test_rooms(case):
    check_term(GoalId.PREFERENCES, "rooms", case)


@every(
    Case("on one day", 0, (talks(), talk("Mon 09:00-10:00"), talk("Mon 14:00-15:00"))),
    Case("day after day", 1, (talks(), talk("Mon 09:00-10:00"), talk("Tue 09:00-10:00"))),
    Case("a day between", 0, (talks(), talk("Mon 09:00-10:00"), talk("Wed 09:00-10:00"))),
    Case("three days", 2, (talks(), *(talk(f"{day} 09:00-10:00") for day in ("Mon", "Tue", "Wed")))),
    Case("two and one", 2, (talks(), talk("Mon 09:00-10:00"), talk("Mon 14:00-15:00"), talk("Tue 09:00-10:00"))),
    Case("of two services", 0, (talks(), talk("Mon 09:00-10:00"), talk("Tue 09:00-09:30"))),
    Case("of two people", 0, (talks(*(adult(), adult("A2"))), talk("Mon 09:00-10:00"), talk("Tue 09:00-10:00", "A2"))),
    Case("of a family", 1, (small(), family(MON), family(TUE))),
    Case("once a day", 1, (small(), individual(MON), individual(TUE))),
    Case("groups do not count", 0, (small(), session(MON9), session(TUE9))),
)
def test_apart_days(case):
    check_term(GoalId.PREFERENCES, "apart_days", case)


def steady(policy, days=7):
    """Return a clinic with a session of A1 and T1 in another week, or in a revision of this one."""
    before = replace(schedule(session(MON9)), week=MONDAY - timedelta(days=days), census=frozenset({"A1"}))
    return small(clinic=clinic(against_last_week=policy), services=(service(),), previous=before)


@every(
    Case("the same", 0, (steady("weighed"), session(MON9))),
    Case("two of each on another day", 4, (steady("weighed"), session(TUE9))),
    Case("canceled", 2, (steady("weighed"),)),
    Case("strict: a goal of its own", 0, (steady("strict"), session(TUE9))),
    Case("not looked at", 0, (steady("no"), session(TUE9))),
    Case("a revision of this week: a goal of its own", 0, (steady("weighed", days=0), session(TUE9))),
)
def test_steadiness(case):
    check_term(GoalId.PREFERENCES, "steadiness", case)


@pytest.mark.parametrize(
    ("policy", "days", "expected"),
    [("strict", 7, (2, 4)), ("weighed", 7, (0, 0)), ("no", 7, (0, 0)), ("weighed", 0, (2, 4)), ("no", 0, (2, 4))],
)
def test_changes_and_moves_are_strict_against_a_revision_of_this_week(policy, days, expected):
    values = goal_values(steady(policy, days), schedule(session(TUE9)))
    assert (values[GoalId.CHANGES].value, values[GoalId.MOVES].value) == expected
