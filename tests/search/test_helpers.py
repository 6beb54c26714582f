"""Staff beside the lead whom the earlier week shows, and nobody needs, may stay: else their week would change."""

import threading

import pytest

from iopsched.domain.schedule import Schedule
from iopsched.params import SolveParams, Tuning
from iopsched.rulebook import GoalId
from iopsched.search import solve
from tests.support.clinics import adult, clinic, group, individual, level, service, session, small, therapist, windows

MONDAY = windows("Mon 09:00-12:00")
TALK = service("individual", kind="individual", per_week={"adult": 1})
OF_GROUP = {
    "groups": (group("G1", sessions_per_week=1),),
    "services": (service(),),
    "clinic": clinic(open=MONDAY, level=level(min_minutes_per_week=180)),
}
OF_VISIT = {"services": (TALK,), "participants": (adult("A1"),), "clinic": clinic(open=MONDAY)}
HELD = session("Mon 09:00-12:00", "A1 A2", "T1 T2", group_id="G1", id_="G1-1")
VISIT = individual("Mon 09:00-10:00", "A1", "T1 T2", id_="individual-001")


def changes(facts, before, tuning=None, **skills):
    """Return value and bound of the goal, and the staff of the first session."""
    problem = small(**facts, previous=Schedule(small().week, (before,), census=frozenset({"A1", "A2"})), **skills)
    found = solve(problem, SolveParams(time_limit_s=20, workers=1, tuning=tuning or Tuning()), None, threading.Event())
    goal = next(row for row in found.goals if row.name == GoalId.CHANGES)
    return goal.value, goal.bound, found.schedule.sessions[0].therapist_ids


@pytest.fixture(params=[False, True], ids=["whole", "large"])
def tuning(request):
    """Search whole, and part by part with loose visits."""
    return Tuning(parts_from_choices=0) if request.param else Tuning()


@pytest.mark.parametrize(("facts", "before"), [(OF_GROUP, HELD), (OF_VISIT, VISIT)], ids=["group", "visit"])
def test_who_was_there_stays(facts, before, tuning):
    assert changes(facts, before, tuning) == (0, 0, ("T1", "T2"))


@pytest.mark.parametrize(("facts", "before"), [(OF_GROUP, HELD), (OF_VISIT, VISIT)], ids=["group", "visit"])
def test_not_without_a_listed_skill(facts, before):
    """The verifier would refuse them."""
    staff = (therapist("T1"), therapist("T2", skills=("psychiatry",)))
    assert changes(facts, before, therapists=staff) == (1, 1, ("T1",))


@pytest.mark.parametrize(("facts", "before"), [(OF_GROUP, HELD), (OF_VISIT, VISIT)], ids=["group", "visit"])
def test_not_while_away(facts, before):
    staff = (therapist("T1"), therapist("T2", availability=windows("Tue 09:00-12:00")))
    assert changes(facts, before, therapists=staff) == (1, 1, ("T1",))
