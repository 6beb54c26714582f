"""Sub-terms of ``preferences``, each alone."""

from datetime import timedelta

from iopsched.domain.services import Module, Need
from iopsched.rulebook import GoalId
from tests.support.clinics import (
    MONDAY,
    adult,
    clinic,
    family,
    group,
    individual,
    service,
    services,
    session,
    small,
    therapist,
    windows,
)
from tests.support.term_cases import Case, check_term, every

MON9, TUE9 = "Mon 09:00-12:00", "Tue 09:00-12:00"
MON, TUE = "Mon 09:00-10:00", "Tue 09:00-10:00"


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
