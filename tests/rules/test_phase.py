"""Rule ``phase``: no more sessions of kind group a week than the phase allows."""

from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import adult, adults, clinic, group, individual, phase, session, small


def stage(most, **changes):
    """Return a clinic in which A1 is in a phase of at most so many group sessions."""
    return small(
        clinic=clinic(phases=phase(0, most)), participants=(adult("A1", phase="initial"), adult("A2")), **changes
    )


MON, TUE = session("Mon 09:00-12:00", "A1 A2"), session("Tue 09:00-12:00", "A1 A2")


@every(
    Case("group sessions", (stage(2), MON, TUE), (stage(1), MON, TUE)),
    Case(
        "of all groups together",
        (
            stage(2, groups=(group("G1", membership="open"), group("G2", membership="open"))),
            session("Mon 09:00-12:00", group_id="G1"),
            session("Tue 09:00-12:00", group_id="G2"),
        ),
        (
            stage(1, groups=(group("G1", membership="open"), group("G2", membership="open"))),
            session("Mon 09:00-12:00", group_id="G1"),
            session("Tue 09:00-12:00", group_id="G2"),
        ),
    ),
    Case("nought allows none", (stage(0), individual("Mon 09:00-10:00")), (stage(0), MON)),
    Case(
        "multifamily sessions do not count", (stage(1), MON, session("Tue 09:00-12:00", service_id="multifamily")), None
    ),
    Case(
        "those without a phase have no limit",
        (small(clinic=clinic(phases=phase(0, 1)), participants=adults(2)), MON, TUE),
        None,
    ),
)
def test_phase(case):
    check(RuleId.PHASE, case)
