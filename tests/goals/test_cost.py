"""Sub-terms of ``cost``, each alone."""

from iopsched.domain.services import Role
from iopsched.rulebook import GoalId
from tests.support.clinics import adult, individual, service, session, small, therapist
from tests.support.term_cases import Case, check_term, every

VISITS = small(services=(service("individual", kind="individual", modality="either", per_week={"adult": 5}),))
PAIRED = small(services=(service(staff=(Role("group", 2),)),))
REMOTE = small(services=(service(modality="hybrid"),), participants=(adult(), adult("A2", modality="telehealth")))
EITHER = small(services=VISITS.services, participants=(adult(modality="either"),))
AT_HOME = individual("Mon 11:00-12:00", modality="telehealth", room_id=None)
MON = "Mon 09:00-10:00"


@every(
    Case("nothing", 0, (VISITS,)),
    Case("an hour", 60, (VISITS, individual(MON))),
    Case("two staff", 360, (PAIRED, session("Mon 09:00-12:00", staff="T1 T2"))),
)
def test_staff(case):
    check_term(GoalId.COST, "staff", case)


@every(
    Case("one day", 1, (VISITS, individual(MON), individual("Mon 11:00-12:00"))),
    Case("two days", 2, (VISITS, individual(MON), individual("Tue 09:00-10:00"))),
    Case("one session of the day from home", 1, (EITHER, individual(MON), AT_HOME)),
    Case("a day at home", 0, (EITHER, AT_HOME)),
    Case("two people", 2, (VISITS, individual(MON), individual("Mon 10:00-11:00", "A2"))),
    Case("who sits at home makes no trip", 1, (REMOTE, session("Mon 09:00-12:00", "A1 A2", modality="hybrid"))),
)
def test_trips(case):
    check_term(GoalId.COST, "trips", case)


@every(
    Case("one session", 0, (VISITS, individual(MON))),
    Case("an hour between", 60, (VISITS, individual(MON), individual("Mon 11:00-12:00"))),
    Case("filled", 0, (VISITS, individual(MON), individual("Mon 10:00-11:00"), individual("Mon 11:00-12:00"))),
    Case(
        "another person between",
        60,
        (VISITS, individual(MON), individual("Mon 10:00-11:00", "A2"), individual("Mon 11:00-12:00")),
    ),
    Case("on another day", 0, (VISITS, individual(MON), individual("Tue 11:00-12:00"))),
)
def test_waits(case):
    check_term(GoalId.COST, "waits", case)


BESIDE = small(
    services=(service(staff=(Role("group", 2),), modality="hybrid"), service("individual", kind="individual")),
    therapists=(therapist("T1"), therapist("T2", modality="telehealth")),
)


@every(
    Case("one day", 1, (VISITS, individual(MON), individual("Mon 11:00-12:00"))),
    Case("two days", 2, (VISITS, individual(MON), individual("Tue 09:00-10:00"))),
    Case("two people", 2, (VISITS, individual(MON), individual("Mon 10:00-11:00", "A2", "T2"))),
    Case("a day at home", 0, (EITHER, AT_HOME)),
    Case("a session of the day at home", 1, (EITHER, individual(MON), AT_HOME)),
    Case("both of a pair", 2, (PAIRED, session("Mon 09:00-12:00", staff="T1 T2"))),
    Case(
        "whoever joins by video stays at home",
        1,
        (BESIDE, session("Mon 09:00-12:00", staff="T1 T2", modality="hybrid")),
    ),
)
def test_staff_days(case):
    check_term(GoalId.COST, "staff_days", case)
