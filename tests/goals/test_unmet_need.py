"""Sub-terms of ``unmet_need``, each alone."""

from dataclasses import replace
from datetime import date

from iopsched.domain.clinic import Payer
from iopsched.domain.services import Need
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.rulebook import GoalId
from tests.support.clinics import adult, clinic, group, individual, level, off, phase, service, session, small
from tests.support.term_cases import Case, check_term, every

MON9, TUE9, WED9, FRI9 = "Mon 09:00-12:00", "Tue 09:00-12:00", "Wed 09:00-12:00", "Fri 09:00-12:00"


def one(person=None, payer=None, services=(), **limits):
    """Return a clinic of one participant with these limits of the level."""
    rules = clinic(level=level(**limits), payers={"payer": Payer("payer", **payer)} if payer else {})
    facts = {"payer": "payer" if payer else None, **(person or {})}
    return small(clinic=rules, participants=(adult(**facts),), services=services or (service(),))


def half_closed():
    """Return a clinic that closes for an afternoon."""
    rules = clinic(level=level(min_minutes_per_week=300), closures="prorate")
    return replace(
        small(clinic=rules, participants=(adult(),), services=(service(),)),
        time_off=(off("clinic", "", "Thu 12:00", "Thu 24:00"),),
    )


def closed(closures="prorate", person=None, *days, services=(), **limits):
    """Return a clinic of one participant, open from Monday to Friday, that is closed on these days."""
    rules = clinic(level=level(**limits), closures=closures)
    rows = tuple(off("clinic", "", f"{day} 00:00", f"{day} 24:00") for day in days or ("Thu", "Fri"))
    return replace(
        small(clinic=rules, participants=(adult(**person or {}),), services=services or (service(),)), time_off=rows
    )


@every(
    Case("enough", 0, (one(min_minutes_per_week=180), session(MON9))),
    Case("one minute short", 1, (one(min_minutes_per_week=181), session(MON9))),
    Case("nothing held", 180, (one(min_minutes_per_week=180),)),
    Case(
        "own cell before the level", 60, (one({"min_minutes_per_week": 240}, min_minutes_per_week=600), session(MON9))
    ),
    Case("payer beside a lower level", 60, (one(payer={"min_minutes_per_week": 240}), session(MON9))),
    Case(
        "payer below the own cell",
        120,
        (one({"min_minutes_per_week": 300}, {"min_minutes_per_week": 240}), session(MON9)),
    ),
    Case(
        "payer above the own cell", 60, (one({"min_minutes_per_week": 0}, {"min_minutes_per_week": 240}), session(MON9))
    ),
    Case(
        "breaks do not count",
        30,
        (one(services=(service(contact_minutes=150),), min_minutes_per_week=180), session(MON9)),
    ),
    Case("three of five days open ask for three fifths", 0, (closed(min_minutes_per_week=300), session(MON9))),
    Case("closures lower nothing where they are kept", 120, (closed("keep", min_minutes_per_week=300), session(MON9))),
    Case("a closure of part of a day lowers nothing", 120, (half_closed(), session(MON9))),
    Case(
        "a stay and a closure together",
        60,
        (closed("prorate", {"discharged": date(2026, 12, 3)}, "Thu", min_minutes_per_week=400), session(MON9)),
    ),
    Case("a week all closed asks nothing", 0, (closed("prorate", {}, *WEEKDAYS[:5], min_minutes_per_week=300),)),
    Case(
        "a week all closed asks all where closures are kept",
        300,
        (closed("keep", {}, *WEEKDAYS[:5], min_minutes_per_week=300),),
    ),
)
def test_hours(case):
    check_term(GoalId.UNMET_NEED, "hours", case)


@every(
    Case("enough", 0, (one(min_days_per_week=2), session(MON9), session(TUE9))),
    Case("one day lacking", 60, (one(min_days_per_week=2), session(MON9))),
    Case("a short day is no program day", 60, (one(min_days_per_week=1, program_day_minutes=181), session(MON9))),
    Case(
        "payer asks for longer days", 60, (one(payer={"program_day_minutes": 181}, min_days_per_week=1), session(MON9))
    ),
    Case("payer asks for more days", 120, (one(payer={"min_days_per_week": 3}, min_days_per_week=1), session(MON9))),
    Case("own cell before the level", 0, (one({"min_days_per_week": 1}, min_days_per_week=3), session(MON9))),
)
def test_days(case):
    check_term(GoalId.UNMET_NEED, "days", case)


@every(
    Case("Mon Wed Fri with the weekend as the longest", 0, (one(max_gap_days=2), *map(session, (MON9, WED9, FRI9)))),
    Case(
        "Mon Tue Wed Thu and three days of pause",
        60,
        (one(max_gap_days=2), *map(session, (MON9, TUE9, WED9)), session("Thu 09:00-12:00")),
    ),
    Case("six days of pause", 60, (one(max_gap_days=5), session(MON9))),
    Case("six days of pause are allowed", 0, (one(max_gap_days=6), session(MON9))),
    Case("no session all week is allowed", 0, (one(max_gap_days=7),)),
    Case("no session is one run", 60, (one(max_gap_days=2),)),
    Case("two runs", 120, (one(max_gap_days=1), session(MON9), session("Thu 09:00-12:00"))),
    Case(
        "payer stricter than the level",
        60,
        (one(payer={"max_gap_days": 2}, max_gap_days=6), session(MON9), session(FRI9)),
    ),
    Case(
        "payer looser than the level",
        60,
        (one(payer={"max_gap_days": 6}, max_gap_days=2), session(MON9), session(FRI9)),
    ),
    Case("off", 0, (one(), session(MON9))),
)
def test_gaps(case):
    check_term(GoalId.UNMET_NEED, "gaps", case)


def visits(number, **need):
    """Return a clinic in which A1 needs so many individual hours."""
    row = Need("A1", "individual", number, **need)
    return small(participants=(adult(),), needs=(row,), services=(service("individual", kind="individual"),))


def short_stay(service_id, minutes, **facts):
    """Return a clinic in which somebody who is there on two of five open days needs two visits or three groups."""
    per_week = 2 if facts.get("kind", "group") in ("individual", "other") else 3
    return small(
        participants=(adult(discharged=date(2026, 12, 1)),),
        needs=(Need("A1", service_id, per_week, max_per_day=0),),
        services=(service(service_id, minutes=minutes, **facts),),
    )


@every(
    Case("held", 0, (visits(1), individual("Mon 09:00-10:00"))),
    Case("one of two held", 60, (visits(2), individual("Mon 09:00-10:00"))),
    Case("none held", 120, (visits(2),)),
    Case("a wish is no need", 0, (visits(2, optional=True),)),
    Case("visits are not prorated", 120, (short_stay("individual", 60, kind="individual"),)),
    Case("needed groups of two of five days", 180, (short_stay("process", 180),)),
    Case("multifamily groups too", 180, (short_stay("evening", 180, kind="multifamily"),)),
    Case("sessions of kind other are not", 120, (short_stay("walk", 60, kind="other"),)),
    Case(
        "a short stay may attend as often as a whole week",
        0,
        (short_stay("process", 180), session(MON9), session("Mon 13:00-16:00")),
    ),
)
def test_sessions(case):
    check_term(GoalId.UNMET_NEED, "sessions", case)


def staged(fewest):
    """Return a clinic whose phase asks for so many group sessions."""
    return small(
        clinic=clinic(phases=phase(fewest, 9)),
        participants=(adult(phase="initial"),),
        services=(service(),),
        groups=(group(),),
    )


@every(
    Case("enough", 0, (staged(1), session(MON9, group_id="G1"))),
    Case("one lacking", 180, (staged(2), session(MON9, group_id="G1"))),
    Case("all lacking", 540, (staged(3),)),
)
def test_phase(case):
    check_term(GoalId.UNMET_NEED, "phase", case)
