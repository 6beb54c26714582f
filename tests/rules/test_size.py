"""Rule ``size``: the group's numbers come before the service's, the service's before those of its kind."""

from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import adult, adults, clinic, group, individual, service, session, small


def crowd(number=3, *, who=adults, **changes):
    """Return a clinic of three adults in which the group service, and its one group if any, has these numbers."""
    own = changes.pop("group", None)
    groups = () if own is None else (group(**own),)
    return small(participants=who(number), services=(service(**changes),), groups=groups)


def teens(number):
    """Return adolescents A1, A2 and so on."""
    return adults(number, population="adolescent")


def held(who, **changes):
    """Return a session of these participants, staffed well beyond any ratio."""
    return session("Mon 09:00-12:00", who, **changes)


CAPPED = clinic(caps={"adult": 3, "adolescent": 2}, ratios={"adult": 20, "adolescent": 20})
DEFAULTS = service(min_participants=None)
ONE = {"kind": "individual", "per_week": {"adult": 5, "adolescent": 5}, "min_participants": None}
OTHER = service(
    "workshop", kind="other", minutes=60, min_participants=None, participants_per_staff=20, per_week={"adult": 5}
)


@every(
    Case("service asks for two", (crowd(min_participants=2), held("A1 A2")), (crowd(min_participants=2), held("A1"))),
    Case(
        "service admits two", (crowd(max_participants=2), held("A1 A2")), (crowd(max_participants=2), held("A1 A2 A3"))
    ),
    Case(
        "group asks for more than its service",
        (crowd(min_participants=1, group={"min_size": 2}), held("A1 A2", group_id="G1")),
        (crowd(min_participants=1, group={"min_size": 2}), held("A1", group_id="G1")),
    ),
    Case(
        "group asks for less than its service",
        (crowd(min_participants=3, group={"min_size": 2}), held("A1 A2", group_id="G1")),
        (crowd(min_participants=3, group={}), held("A1 A2", group_id="G1")),
    ),
    Case(
        "group admits fewer than its service",
        (crowd(max_participants=3, group={"max_size": 2}), held("A1 A2", group_id="G1")),
        (crowd(max_participants=3, group={"max_size": 2}), held("A1 A2 A3", group_id="G1")),
    ),
    Case(
        "group admits more than its service",
        (crowd(max_participants=2, group={"max_size": 3}), held("A1 A2 A3", group_id="G1")),
        (crowd(max_participants=2, group={}), held("A1 A2 A3", group_id="G1")),
    ),
    Case(
        "kind group asks for two",
        (crowd(min_participants=None), held("A1 A2")),
        (crowd(min_participants=None), held("A1")),
    ),
    Case(
        "clinic's cap of adults",
        (small(clinic=CAPPED, participants=adults(4), services=(DEFAULTS,)), held("A1 A2 A3")),
        (small(clinic=CAPPED, participants=adults(4), services=(DEFAULTS,)), held("A1 A2 A3 A4")),
    ),
    Case(
        "clinic's cap of adolescents",
        (small(clinic=CAPPED, participants=teens(3), services=(DEFAULTS,)), held("A1 A2")),
        (small(clinic=CAPPED, participants=teens(3), services=(DEFAULTS,)), held("A1 A2 A3")),
    ),
    Case(
        "cap of a group is its population's",
        (
            small(clinic=CAPPED, participants=teens(3), services=(DEFAULTS,), groups=(group(population="adolescent"),)),
            held("A1 A2", group_id="G1"),
        ),
        (
            small(clinic=CAPPED, participants=teens(3), services=(DEFAULTS,), groups=(group(population="adolescent"),)),
            held("A1 A2 A3", group_id="G1"),
        ),
    ),
    Case(
        "cap of multifamily sessions",
        (small(clinic=CAPPED, participants=teens(3)), held("A1 A2", service_id="multifamily")),
        (small(clinic=CAPPED, participants=teens(3)), held("A1 A2 A3", service_id="multifamily")),
    ),
    Case(
        "individual holds one",
        (small(), individual("Mon 09:00-10:00")),
        (small(), individual("Mon 09:00-10:00", "A1 A2")),
    ),
    Case(
        "family holds one",
        (small(), individual("Mon 09:00-10:00", service_id="family")),
        (small(), individual("Mon 09:00-10:00", "A1 A2", service_id="family")),
    ),
    Case(
        "individual may be told to hold two",
        (small(services=(service("individual", max_participants=2, **ONE),)), individual("Mon 09:00-10:00", "A1 A2")),
        (
            small(services=(service("individual", max_participants=2, **ONE),), participants=adults(3)),
            individual("Mon 09:00-10:00", "A1 A2 A3"),
        ),
    ),
    Case(
        "kind other admits twelve",
        (
            small(participants=adults(13), services=(OTHER,)),
            session("Mon 09:00-10:00", " ".join(sorted(p.id for p in adults(12))), service_id="workshop"),
        ),
        (
            small(participants=adults(13), services=(OTHER,)),
            session("Mon 09:00-10:00", " ".join(sorted(p.id for p in adults(13))), service_id="workshop"),
        ),
    ),
    Case(
        "kind other asks for one",
        (small(services=(OTHER,)), session("Mon 09:00-10:00", service_id="workshop")),
        (small(services=(OTHER,)), session("Mon 09:00-10:00", "", service_id="workshop")),
        "a candidate without participants is not looked up",
    ),
    Case(
        "a minimum of nought still asks for one",
        (crowd(min_participants=0, group={"min_size": 0}), held("A1", group_id="G1")),
        (crowd(min_participants=0, group={"min_size": 0}), held("", group_id="G1")),
        "a candidate without participants is not looked up",
    ),
    Case(
        "members who are away do not count",
        (
            small(
                participants=(adult("A1", group_ids=("G1",)), adult("A2", group_ids=("G1",))),
                groups=(group(min_size=1, max_size=1),),
            ),
            held("A1", group_id="G1"),
        ),
        (
            small(
                participants=(adult("A1", group_ids=("G1",)), adult("A2", group_ids=("G1",))),
                groups=(group(min_size=2),),
            ),
            held("A1", group_id="G1"),
        ),
    ),
)
def test_size(case):
    check(RuleId.SIZE, case)
