"""Rule ``two_staff``: several participants of a named population are never with one member of staff alone."""

from iopsched.domain.services import Role
from iopsched.rulebook import RuleId
from iopsched.verifier import violations
from tests.support.accepting import accepts
from tests.support.cases import Case, check, every
from tests.support.clinics import adults, clinic, group, schedule, service, session, small, therapist

STAFF = (therapist("T1"), therapist("T2"), therapist("T3"))
INTERN = (therapist("T1"), therapist("T2", counts_for_ratio=False))
UNSKILLED = (therapist("T1"), therapist("T2", skills=("nurse",)), therapist("T3"))


def minors(*, asked=("adolescent",), population="adolescent", staff=STAFF, groups=(), ratio=8, **changes):
    """Return a clinic of three participants and a group service, which asks for two staff with these populations."""
    return small(
        clinic=clinic(staff={"two_staff": asked}, ratios={"adult": ratio, "adolescent": ratio}),
        participants=adults(3, population=population, modality="either"),
        services=(service(**changes),),
        therapists=staff,
        groups=groups,
    )


def held(who, staff="T1", **changes):
    """Return a session on Monday morning."""
    return session("Mon 09:00-12:00", who, staff, **changes)


TEENS = group(population="adolescent")
PAIR = group(population="adolescent", staff=(Role("group", 2),))
VIDEO, REMOTE = {"modality": "telehealth"}, {"modality": "telehealth", "room_id": None}
FAMILIES = {"kind": "multifamily", "per_week": {"adolescent": 5}}
WORKSHOP = {"kind": "other", "minutes": 180, "per_week": {"adolescent": 5}}


@every(
    Case("one minor may be with one", (minors(), held("A1")), (minors(), held("A1 A2"))),
    Case("two minors with two", (minors(), held("A1 A2", "T1 T2")), (minors(), held("A1 A2"))),
    Case("three minors with two", (minors(), held("A1 A2 A3", "T1 T2")), (minors(), held("A1 A2 A3"))),
    Case(
        "only the populations that are named",
        (minors(population="adult"), held("A1 A2")),
        (minors(population="adult", asked=("adult", "adolescent")), held("A1 A2")),
    ),
    Case("off", (minors(asked=()), held("A1 A2")), (minors(), held("A1 A2"))),
    Case(
        "an intern is the second",
        (minors(staff=INTERN), held("A1 A2", "T1 T2")),
        (minors(staff=INTERN), held("A1 A2")),
    ),
    Case(
        "in a group",
        (minors(groups=(TEENS,)), held("A1 A2", "T1 T2", group_id="G1")),
        (minors(groups=(TEENS,)), held("A1 A2", group_id="G1")),
    ),
    Case("two roles are enough", (minors(groups=(PAIR,)), held("A1 A2 A3", "T1 T2", group_id="G1")), None),
    Case("families", (minors(**FAMILIES), held("A1 A2", "T1 T2")), (minors(**FAMILIES), held("A1 A2"))),
    Case("workshops", (minors(**WORKSHOP), held("A1 A2", "T1 T2")), (minors(**WORKSHOP), held("A1 A2"))),
    Case("by video", (minors(**VIDEO), held("A1", **REMOTE)), (minors(**VIDEO), held("A1 A2", **REMOTE))),
)
def test_two_staff(case):
    check(RuleId.TWO_STAFF, case)


def test_the_second_is_skilled():
    """Two minors with T1 and somebody without the skill break ``staffed``, and the model sees it alike."""
    problem, skilled, unskilled = minors(staff=UNSKILLED), held("A1 A2", "T1 T3"), held("A1 A2", "T1 T2")
    assert violations(problem, schedule(skilled)) == ()
    assert accepts(problem, schedule(skilled))
    assert {found.rule for found in violations(problem, schedule(unskilled))} == {RuleId.STAFFED}
    assert not accepts(problem, schedule(unskilled))


def test_the_model_adds_no_third_and_no_second_for_one():
    """The verifier admits idle staff with the skill, the model only those for whom there is a reason."""
    problem = minors()
    for chosen in (held("A1 A2", "T1 T2 T3"), held("A1", "T1 T2")):
        assert violations(problem, schedule(chosen)) == ()
        assert not accepts(problem, schedule(chosen))


def test_the_ratio_may_ask_for_a_third():
    """Three minors, one for each member of staff: the ratio asks for all three."""
    problem = minors(ratio=1)
    assert accepts(problem, schedule(held("A1 A2 A3", "T1 T2 T3")))
    assert accepts(problem, schedule(held("A1 A2", "T1 T2")))
    assert not accepts(problem, schedule(held("A1 A2", "T1 T2 T3")))
