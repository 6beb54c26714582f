"""Sub-terms of ``changes``, each alone."""

from iopsched.domain.schedule import Schedule
from iopsched.rulebook import GoalId
from tests.support.clinics import MONDAY, adult, adults, individual, service, session, small, therapist
from tests.support.term_cases import Case, check_term, every

MON9 = "Mon 09:00-12:00"


def after(*before, census=("A1", "A2"), **facts):
    """Return a clinic with a week before."""
    previous = Schedule(MONDAY, before, census=frozenset(census))
    return small(**{"previous": previous, "services": (service(),), **facts})


@every(
    Case("the same", 0, (after(session(MON9)), session(MON9))),
    Case("somebody joins", 1, (after(session(MON9)), session(MON9, "A1 A2"))),
    Case("one goes and one comes", 2, (after(session(MON9)), session(MON9, "A2"))),
    Case("an admission is no change", 0, (after(session(MON9), census=("A1",)), session(MON9, "A1 A2"))),
)
def test_participants(case):
    check_term(GoalId.CHANGES, "participants", case)


COUNSELORS = (therapist("T1"), therapist("T2"))


def led(staff, **facts):
    """Return a session that nobody of the clinic's census attended before."""
    return session(MON9, "A3", staff, **facts)


def newcomers(before, *gone, **facts):
    """Return a clinic in which A3 is new, so that only staff can be told of a change."""
    gone = gone or (session(MON9, "A9", before),)
    return after(*gone, census=(), participants=(*adults(2), adult("A3")), therapists=COUNSELORS, **facts)


TALK = (service("individual", kind="individual", per_week={"adult": 5}),)
VISITED = newcomers("T1", individual("Mon 09:00-10:00", "A9"), services=TALK)


def visit(**facts):
    """Return a visit of A3, led by T1."""
    return individual("Mon 09:00-10:00", "A3", **facts)


@every(
    Case("the same", 0, (newcomers("T1"), led("T1"))),
    Case("another lead", 2, (newcomers("T1"), led("T2"))),
    Case("another room", 1, (newcomers("T1"), led("T1", room_id="R2"))),
    Case("canceled", 1, (newcomers("T1"),)),
    Case("one session more", 1, (newcomers("T1"), led("T1"), session("Tue 09:00-12:00", "A3"))),
    Case("the same visit", 0, (VISITED, visit())),
    Case("a visit in another room", 1, (VISITED, visit(room_id="R2"))),
)
def test_therapists(case):
    check_term(GoalId.CHANGES, "therapists", case)
