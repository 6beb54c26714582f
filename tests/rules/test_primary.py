"""Rule ``primary``: one primary therapist leads, given or chosen, within the caseload."""

from cases import Case, check, every
from clinics import adult, adults, individual, service, services, session, small, therapist

from iopsched.rulebook import RuleId

OFTEN = {"adult": 5}
SOLO = services(individual={"with_primary": True})
POOLED = (service("process", with_primary=True),)


def clinic_with(*, given=(), caseload=None, of=SOLO, number=3):
    """Return a clinic whose participants A1, A2 ... have these primaries; T1 has a caseload."""
    primaries = [*given, *[None] * number][:number]
    return small(
        participants=tuple(adult(f"A{place}", primary_id=primary) for place, primary in enumerate(primaries, 1)),
        therapists=(therapist("T1", max_caseload=caseload), therapist("T2")),
        services=of,
    )


def visit(day, who="A1", staff="T1", **changes):
    """Return a visit at nine."""
    return individual(f"{day} 09:00-10:00", who, staff, **changes)


@every(
    Case(
        "given primary leads",
        (clinic_with(given=("T1",)), visit("Mon")),
        (clinic_with(given=("T1",)), visit("Mon", staff="T2")),
    ),
    Case(
        "chosen primary stays the same",
        (clinic_with(), visit("Mon"), visit("Tue")),
        (clinic_with(), visit("Mon"), visit("Tue", staff="T2")),
    ),
    Case(
        "one primary over two services",
        (
            clinic_with(of=services(individual={"with_primary": True}, family={"with_primary": True})),
            visit("Mon"),
            visit("Tue", service_id="family"),
        ),
        (
            clinic_with(of=services(individual={"with_primary": True}, family={"with_primary": True})),
            visit("Mon"),
            visit("Tue", service_id="family", staff="T2"),
        ),
    ),
    Case(
        "other services may have other leads",
        (clinic_with(given=("T1",)), visit("Mon", service_id="family", staff="T2")),
        None,
    ),
    Case(
        "everybody in a session has its lead as primary",
        (clinic_with(given=("T1",), of=POOLED), session("Mon 09:00-12:00", "A1 A2")),
        (clinic_with(given=("T1", "T2"), of=POOLED), session("Mon 09:00-12:00", "A1 A2")),
    ),
    Case(
        "caseload of those chosen",
        (clinic_with(caseload=2), visit("Mon"), visit("Tue", "A2")),
        (clinic_with(caseload=1), visit("Mon"), visit("Tue", "A2")),
    ),
    Case(
        "caseload of those given and chosen",
        (clinic_with(given=("T1",), caseload=2), visit("Tue", "A2")),
        (clinic_with(given=("T1",), caseload=1), visit("Tue", "A2")),
    ),
    Case(
        "two sessions of one participant are one of the caseload",
        (clinic_with(caseload=1), visit("Mon"), visit("Tue")),
        (clinic_with(caseload=0), visit("Mon"), visit("Tue")),
    ),
    Case(
        "caseload does not bar those given",
        (clinic_with(given=("T1", "T1"), caseload=2), visit("Mon"), visit("Tue", "A2")),
        (clinic_with(given=("T1", "T1"), caseload=2), visit("Mon"), visit("Tue", "A3")),
    ),
    Case(
        "caseload says nothing of services without a primary",
        (small(participants=adults(2), therapists=(therapist("T1", max_caseload=0),)), visit("Mon")),
        None,
    ),
)
def test_primary(case):
    check(RuleId.PRIMARY, case)
