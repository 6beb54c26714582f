"""Rule ``match``: population, track, gender and language of members and leads."""

from iopsched.domain.services import Need
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import adult, adults, group, individual, session, small, therapist


def joins(who, **changes):
    """Return a clinic whose group G1 has these facts and whose participant A1 has those of ``who``."""
    return small(participants=(adult("A1", **who), adult("A2")), groups=(group(**changes),))


def led(facts, **changes):
    """Return a clinic whose therapist T1 has these facts."""
    return small(therapists=(therapist("T1", **facts), therapist("T2")), **changes)


def asks(**changes):
    """Return needs.csv with one row: A1 asks this of the lead of individual sessions."""
    return (Need("A1", "individual", 5, max_per_day=0, **changes),)


HELD = session("Mon 09:00-12:00", group_id="G1")
VISIT = individual("Mon 09:00-10:00")
SPANISH = {"participants": adults(2, languages=("Spanish",)), "groups": (group(language="spanish"),)}


@every(
    Case(
        "population of the group",
        (joins({"population": "adolescent"}, population="adolescent"), HELD),
        (joins({"population": "adolescent"}), HELD),
    ),
    Case("a track in common", (joins({"tracks": ("sud", "mh")}), HELD), (joins({"tracks": ("sud",)}), HELD)),
    Case(
        "one of the group's tracks",
        (joins({"tracks": ("sud",)}, tracks=("mh", "sud")), HELD),
        (joins({"tracks": ("sud",)}, tracks=("mh",)), HELD),
    ),
    Case("a blank track has none in common", (joins({"tracks": ("mh",)}), HELD), (joins({"tracks": ()}), HELD)),
    Case(
        "gender of members, whatever the case",
        (joins({"gender": "F"}, gender="f"), HELD),
        (joins({"gender": "M"}, gender="f"), HELD),
    ),
    Case("a blank gender never matches", (joins({}), HELD), (joins({}, gender="f"), HELD)),
    Case(
        "language of members, whatever the case",
        (joins({"languages": ("English", "Spanish")}, language="SPANISH"), HELD),
        (joins({"languages": ("English",)}, language="SPANISH"), HELD),
    ),
    Case("a blank language of a member never matches", (joins({}), HELD), (joins({}, language="Spanish"), HELD)),
    Case(
        "a lead with the group's language",
        (led({"languages": ("SPANISH",)}, **SPANISH), HELD),
        (led({"languages": ("English",)}, **SPANISH), HELD),
    ),
    Case("a lead with blank languages speaks any", (led({"languages": ()}, **SPANISH), HELD), None),
    Case(
        "one mixed population in a free session",
        (small(participants=adults(2, population="adolescent")), session("Mon 09:00-12:00", "A1 A2")),
        (small(participants=(adult("A1"), adult("A2", population="adolescent"))), session("Mon 09:00-12:00", "A1 A2")),
        "a freely formed candidate is of one population",
    ),
    Case(
        "tracks need not match in a free session",
        (small(participants=(adult("A1"), adult("A2", tracks=("sud",)))), session("Mon 09:00-12:00", "A1 A2")),
        None,
    ),
    Case(
        "gender of the lead",
        (led({"gender": "f"}, needs=asks(gender="F")), VISIT),
        (led({"gender": "m"}, needs=asks(gender="F")), VISIT),
    ),
    Case("a lead of blank gender never matches", (led({}), VISIT), (led({}, needs=asks(gender="F")), VISIT)),
    Case(
        "language of the lead",
        (led({"languages": ("English", "Spanish")}, needs=asks(language="spanish")), VISIT),
        (led({"languages": ("English",)}, needs=asks(language="spanish")), VISIT),
    ),
    Case("a lead with blank languages suits every need", (led({}, needs=asks(language="spanish")), VISIT), None),
    Case(
        "lead of a group suits the needs of those who come",
        (
            led({"gender": "m"}, groups=(group(),), needs=(Need("A1", "process", 5, max_per_day=0, gender="f"),)),
            session("Mon 09:00-12:00", "A2", group_id="G1"),
        ),
        (
            led({"gender": "m"}, groups=(group(),), needs=(Need("A1", "process", 5, max_per_day=0, gender="f"),)),
            session("Mon 09:00-12:00", "A1 A2", group_id="G1"),
        ),
    ),
)
def test_match(case):
    check(RuleId.MATCH, case)
