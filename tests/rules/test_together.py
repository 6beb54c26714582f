"""Rule ``together``: two participants who are in the same group of each service that both attend."""

from iopsched.domain.people import KeepTogether
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import adults, group, service, services, session, small

PAIR = (KeepTogether("A1", "A2"),)
GROUPS = (group("G1"), group("G2"), group("G3", service_id="skills"))
OPEN = (group("G1", membership="open"), group("G2", membership="open"))
TWO = {"services": (*services(), service("skills"))}
CHAIN = (KeepTogether("A1", "A2"), KeepTogether("A2", "A3"))


def held(who="A1", group_id="G1", when="Mon 09:00-12:00", **changes):
    """Return a session on Monday morning."""
    return session(when, who, group_id=group_id, **changes)


def second(who="A2", group_id="G2", when="Mon 13:00-16:00", **changes):
    """Return a session of another group, after it."""
    return held(who, group_id, when, **changes)


def pair(groups=GROUPS[:2], **changes):
    """Return the clinic with two who are kept together."""
    return small(**{"keep_together": PAIR, "groups": groups, **changes})


@every(
    Case("one closed group", (pair(), held("A1 A2"), second("A1 A2", "G1")), (pair(), held(), second())),
    Case("one group on other days", (pair(), held(), second("A2", "G1")), (pair(), second("A1"), held("A2"))),
    Case("one open group", (pair(OPEN), held(), second("A2", "G1")), (pair(OPEN), held("A1 A2"), second())),
    Case(
        "another group of a service that one of them does not attend",
        (pair(GROUPS, **TWO), held(), second("A2", "G3", service_id="skills")),
        (pair(), held(), second()),
    ),
    Case(
        "the second pair of a chain",
        (small(keep_together=CHAIN[:1], groups=GROUPS[:2]), held("A1 A2"), second("A1 A2", "G1")),
        (
            small(participants=adults(3), keep_together=(KeepTogether("A1", "A3"), *PAIR), groups=GROUPS[:2]),
            held(),
            second(),
        ),
    ),
    Case("sessions formed freely", (small(keep_together=PAIR), held("A1", None), second("A2", None)), None),
    Case("one of them attends nothing", (pair(), held("A2", "G2")), None),
)
def test_together(case):
    check(RuleId.TOGETHER, case)
