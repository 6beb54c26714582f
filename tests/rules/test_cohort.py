"""Rule ``cohort``: closed and open groups, and how often a group meets."""

from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import adult, group, services, session, small


def two(first="closed", second="closed", own=(), **changes):
    """Return a clinic with two groups of such membership; A1 has these group ids."""
    return small(
        participants=(adult("A1", group_ids=own), adult("A2")),
        groups=(group("G1", membership=first), group("G2", membership=second)),
        **changes,
    )


def often(number=5, **process):
    """Return a clinic whose group G1 meets at most so often."""
    return small(groups=(group(sessions_per_week=number),), services=services(process=process))


def g1(when="Mon 09:00-12:00", who="A1", **changes):
    """Return a session of G1."""
    return session(when, who, group_id="G1", **changes)


def g2(when="Tue 09:00-12:00", who="A1", **changes):
    """Return a session of G2."""
    return session(when, who, group_id="G2", **changes)


@every(
    Case("one closed group a service", (two(), g1(), g2(who="A2")), (two(), g1(), g2(who="A1 A2"))),
    Case("two open groups", (two("open", "open"), g1(), g2()), (two("open", "closed"), g1(), g2())),
    Case(
        "closed groups of two services",
        (
            small(groups=(group("G1"), group("G2", service_id="workshop", sessions_per_week=5))),
            g1(),
            session("Tue 09:00-10:00", service_id="workshop", group_id="G2"),
        ),
        None,
    ),
    Case("own closed group is kept", (two(own=("G1",)), g1()), (two(own=("G1",)), g2())),
    Case("own closed group bars an open one", (two(second="open"), g2()), (two(second="open", own=("G1",)), g2())),
    Case(
        "own open group bars a closed one",
        (two("open", "open", own=("G1",)), g2()),
        (two("open", "closed", own=("G1",)), g2()),
    ),
    Case("own closed group need not be attended", (two(own=("G1",)), g1(who="A2")), None),
    Case("sessions a week", (often(2), g1(), g1("Tue 09:00-12:00")), (often(1), g1(), g1("Tue 09:00-12:00"))),
    Case(
        "sessions a day",
        (often(max_per_day=2), g1(), g1("Mon 13:00-16:00", "A2")),
        (often(max_per_day=1), g1(), g1("Mon 13:00-16:00", "A2")),
    ),
    Case("no limit a day", (often(max_per_day=0), g1(), g1("Mon 12:00-15:00", "A2"), g1("Mon 15:00-18:00")), None),
    Case(
        "sessions are of the group's service",
        (two(), g1()),
        (two(), g1(service_id="multifamily")),
        "a candidate of a group is of its service",
    ),
    Case(
        "a service with groups has no session without",
        (two(), g1()),
        (two(), session("Mon 09:00-12:00")),
        "a service with groups has no candidate without",
    ),
)
def test_cohort(case):
    check(RuleId.COHORT, case)
