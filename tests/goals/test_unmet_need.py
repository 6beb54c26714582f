"""Sub-terms of ``unmet_need``, each alone."""

from dataclasses import replace
from datetime import date

from iopsched.domain.clinic import Payer
from iopsched.domain.services import Need, Times
from iopsched.domain.timegrid import WEEKDAYS
from iopsched.rulebook import GoalId
from tests.support.clinics import (
    adult,
    adults,
    clinic,
    group,
    individual,
    level,
    off,
    phase,
    service,
    session,
    small,
    windows,
)
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


def always(number=2, people=None, meeting=None, **facts):
    """Return a clinic with a group that always meets so many times a week, from two people on."""
    row = group(meets="always", sessions_per_week=number, min_size=2, **facts)
    offered = service(**{"max_per_day": 1, **(meeting or {})})
    return small(participants=people or adults(2), groups=(row,), services=(offered,))


def elsewhere(membership, mine="closed"):
    """Return the clinic of :func:`always` with a second group, in which A2 is."""
    whole = always(membership=mine)
    members = (adult("A1"), adult("A2", group_ids=("G2",)))
    return replace(whole, groups=(*whole.groups, group("G2", membership=membership)), participants=members)


def early(id_):
    """Return somebody who comes in the mornings."""
    return adult(id_, availability=windows("Mon-Fri 08:00-12:00"))


def late(id_):
    """Return somebody who comes from ten on."""
    return adult(id_, availability=windows("Mon-Fri 10:00-20:00"))


def closed_but_monday():
    """Return the clinic of :func:`always`, closed from Tuesday on."""
    return replace(always(), time_off=(off("clinic", "", "Tue 00:00", "Sun 24:00"),))


def unpaid():
    """Return a group that does not count, of people whose authorization has ended."""
    gone = adults(2, authorized_until=date(2026, 11, 1))
    return always(people=gone, meeting={"counts": False})


LATE_WEEK = [adult(f"A{number}", admitted=date(2026, 12, 4)) for number in (1, 2)]


@every(
    Case("as often as its row says", 0, (always(1), session(MON9, "A1 A2", group_id="G1"))),
    Case("one of two sessions lacking", 180, (always(), session(MON9, "A1 A2", group_id="G1"))),
    Case("never held", 360, (always(),)),
    Case(
        "a group that meets as it is needed", 0, (small(groups=(group(sessions_per_week=2),), services=(service(),)),)
    ),
    Case("too few people", 0, (always(people=adults(1)),)),
    Case("too few people of its track", 0, (always(people=(adult("A1"), adult("A2", tracks=("sud",)))),)),
    Case("too few people of its gender", 0, (always(people=(adult("A1", gender="f"), adult("A2")), gender="f"),)),
    Case("too few who may join", 0, (always(people=(adult("A1", group_ids=("G1",)), adult("A2")), joins="need"),)),
    Case("too few who may come online", 0, (always(meeting={"modality": "telehealth"}),)),
    Case("one of them in another closed group", 0, (elsewhere("closed"),)),
    Case("one of them in another open group", 0, (elsewhere("open", mine="closed"),)),
    Case("both groups open", 360, (elsewhere("open", mine="open"),)),
    Case("one day on which enough could come", 180, (always(people=tuple(LATE_WEEK)),)),
    Case("two sessions on that day", 360, (always(people=tuple(LATE_WEEK), meeting={"max_per_day": 2}),)),
    Case("any number of sessions on that day", 540, (always(3, tuple(LATE_WEEK), {"max_per_day": 0}),)),
    Case("enough on a day, but never at once", 0, (always(people=(early("A1"), late("A2"))),)),
    Case("its times leave one day", 180, (always(times=Times(windows("Mon 09:00-12:00"))),)),
    Case("closed on all days but one", 180, (closed_but_monday(),)),
    Case("paid on one day", 180, (always(people=adults(2, authorized_until=date(2026, 11, 30))),)),
    Case("paid from the last day on", 180, (always(people=adults(2, authorized_from=date(2026, 12, 4))),)),
    Case("what does not count is not paid", 360, (unpaid(),)),
)
def test_meetings(case):
    check_term(GoalId.UNMET_NEED, "meetings", case)


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
