"""Rule ``ratio``: participants for each member of staff who counts, with surplus staff where it asks for them."""

from iopsched.domain.services import Role
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import adults, clinic, group, service, session, small, therapist

TWO = (Role("group", 2),)
STAFF = (therapist("T1"), therapist("T2"))
INTERN = (therapist("T1"), therapist("T2", counts_for_ratio=False))
TIGHT = clinic(ratios={"adult": 2, "adolescent": 1})


def many(*, groups=(), staff=STAFF, of=None, population="adult", **changes):
    """Return a clinic of four participants whose group service has these numbers."""
    return small(
        clinic=of or clinic(),
        participants=adults(4, population=population),
        services=(service(**changes),),
        therapists=staff,
        groups=groups,
    )


def held(who, staff="T1", **changes):
    """Return a session on Monday morning."""
    return session("Mon 09:00-12:00", who, staff, **changes)


@every(
    Case(
        "two for each",
        (many(participants_per_staff=2), held("A1 A2")),
        (many(participants_per_staff=2), held("A1 A2 A3")),
    ),
    Case(
        "a second therapist joins",
        (many(participants_per_staff=2), held("A1 A2 A3", "T1 T2")),
        (many(participants_per_staff=2), held("A1 A2 A3")),
    ),
    Case(
        "two therapists have twice as many",
        (many(participants_per_staff=2), held("A1 A2 A3 A4", "T1 T2")),
        (many(participants_per_staff=1), held("A1 A2 A3", "T1 T2")),
        "the model adds staff beyond the roles only where the rule ratio asks",
    ),
    Case(
        "two in the roles have twice as many",
        (
            many(participants_per_staff=2, staff=STAFF, groups=(group(staff=TWO),)),
            held("A1 A2 A3 A4", "T1 T2", group_id="G1"),
        ),
        (
            many(participants_per_staff=1, staff=STAFF, groups=(group(staff=TWO),)),
            held("A1 A2 A3", "T1 T2", group_id="G1"),
        ),
    ),
    Case(
        "an intern in a role does not count",
        (
            many(participants_per_staff=2, staff=INTERN, groups=(group(staff=TWO),)),
            held("A1 A2", "T1 T2", group_id="G1"),
        ),
        (
            many(participants_per_staff=2, staff=INTERN, groups=(group(staff=TWO),)),
            held("A1 A2 A3", "T1 T2", group_id="G1"),
        ),
    ),
    Case(
        "a lead who does not count needs somebody who does",
        (many(participants_per_staff=2, staff=INTERN), held("A1 A2", "T2 T1")),
        (many(participants_per_staff=2, staff=INTERN), held("A1", "T2")),
    ),
    Case("clinic's ratio of adults", (many(of=TIGHT), held("A1 A2")), (many(of=TIGHT), held("A1 A2 A3"))),
    Case(
        "clinic's ratio of adolescents",
        (many(of=TIGHT, population="adolescent"), held("A1")),
        (many(of=TIGHT, population="adolescent"), held("A1 A2")),
    ),
    Case(
        "service's number before the clinic's",
        (many(of=TIGHT, participants_per_staff=3), held("A1 A2 A3")),
        (many(of=TIGHT, participants_per_staff=3), held("A1 A2 A3 A4")),
    ),
    Case(
        "group's number before the service's",
        (many(participants_per_staff=1, groups=(group(participants_per_staff=3),)), held("A1 A2 A3", group_id="G1")),
        (many(participants_per_staff=4, groups=(group(participants_per_staff=3),)), held("A1 A2 A3 A4", group_id="G1")),
    ),
    Case(
        "multifamily units count as one",
        (
            many(kind="multifamily", participants_per_staff=2, guests=2, per_week={"adult": 5}),
            held("A1 A2"),
        ),
        (
            many(kind="multifamily", participants_per_staff=2, guests=2, per_week={"adult": 5}),
            held("A1 A2 A3"),
        ),
    ),
    Case(
        "kind other has a ratio",
        (many(kind="other", minutes=180, participants_per_staff=1, per_week={"adult": 5}), held("A1")),
        (many(kind="other", minutes=180, participants_per_staff=1, per_week={"adult": 5}), held("A1 A2")),
    ),
    Case(
        "individual sessions have none",
        (
            many(kind="individual", minutes=180, max_participants=2, participants_per_staff=1, per_week={"adult": 5}),
            held("A1 A2"),
        ),
        None,
    ),
)
def test_ratio(case):
    check(RuleId.RATIO, case)
