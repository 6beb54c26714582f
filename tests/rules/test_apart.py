"""Rule ``apart``: two participants, or a participant and a therapist, who share no session."""

from iopsched.domain.people import KeepApart
from iopsched.domain.services import Role
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import group, individual, services, session, small

PEOPLE = {"keep_apart": (KeepApart("A1", other_participant_id="A2"),)}
STAFF = {"keep_apart": (KeepApart("A1", therapist_id="T1"),)}
PAIR = {"services": services(process={"staff": (Role("group", 2),)})}


def held(who="A1", staff="T1", when="Mon 09:00-12:00", **changes):
    """Return a session on Monday morning."""
    return session(when, who, staff, **changes)


G1 = {"group_id": "G1"}


@every(
    Case(
        "two participants in a free session",
        (small(**PEOPLE), held("A1"), held("A2", when="Mon 12:00-15:00")),
        (small(**PEOPLE), held("A1 A2")),
    ),
    Case(
        "two participants in a group",
        (small(**PEOPLE, groups=(group(),)), held("A1", **G1), held("A2", when="Mon 12:00-15:00", **G1)),
        (small(**PEOPLE, groups=(group(),)), held("A1 A2", **G1)),
    ),
    Case(
        "the pair the other way round",
        (small(**PEOPLE), held("A2")),
        (small(keep_apart=(KeepApart("A2", other_participant_id="A1"),)), held("A1 A2")),
    ),
    Case("a lead", (small(**STAFF), held(staff="T2")), (small(**STAFF), held(staff="T1"))),
    Case(
        "the lead of a visit",
        (small(**STAFF), individual("Mon 09:00-10:00", staff="T2")),
        (small(**STAFF), individual("Mon 09:00-10:00")),
    ),
    Case(
        "the lead of a group",
        (small(**STAFF, groups=(group(),)), held("A2", **G1)),
        (small(**STAFF, groups=(group(),)), held("A1 A2", **G1)),
    ),
    Case(
        "an assistant", (small(**STAFF, **PAIR), held("A2", "T2 T1")), (small(**STAFF, **PAIR), held("A1 A2", "T2 T1"))
    ),
    Case(
        "an assistant of a group",
        (small(**STAFF, **PAIR, groups=(group(),)), held("A2", "T2 T1", **G1)),
        (small(**STAFF, **PAIR, groups=(group(),)), held("A1", "T2 T1", **G1)),
    ),
    Case(
        "at the same time in other rooms",
        (small(**PEOPLE), held("A1"), held("A2", "T2", room_id="R2", id_="S-2")),
        None,
    ),
)
def test_apart(case):
    check(RuleId.APART, case)
