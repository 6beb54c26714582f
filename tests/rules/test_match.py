"""Rule ``match``: population, track, gender and language of members and leads."""

from iopsched.domain.services import Need
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import (
    adult,
    adults,
    clinic,
    family,
    group,
    individual,
    service,
    session,
    small,
    therapist,
)


def joins(who, **changes):
    """Return a clinic whose group G1 has these facts and whose participant A1 has those of ``who``."""
    return small(participants=(adult("A1", **who), adult("A2")), groups=(group(**changes),))


def led(facts, **changes):
    """Return a clinic whose therapist T1 has these facts."""
    return small(therapists=(therapist("T1", **facts), therapist("T2")), **changes)


def asks(**changes):
    """Return needs.csv with one row: A1 asks this of the lead of individual sessions."""
    return (Need("A1", "individual", 5, max_per_day=0, **changes),)


def evening(who, *, per_week=None, **changes):
    """Return a clinic with a multifamily group of the track, joined by need where nothing else is said."""
    meeting = service("multifamily", kind="multifamily", per_week=per_week or {})
    members = (adult("A1", **who), adult("A2"))
    return small(services=(meeting,), participants=members, groups=(group(service_id="multifamily", **changes),))


def talks(lead, person, language="require", **changes):
    """Return a clinic in which T1 and A1 speak these languages and visits ask for one in common."""
    facts = {"clinic": clinic(match_language=language), "participants": adults(2, languages=person), **changes}
    return led({"languages": lead}, **facts)


EVENING = session("Mon 09:00-12:00", service_id="multifamily", group_id="G1")
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
        "a need lets into a multifamily group",
        (evening({}, per_week={"adult": 1}), EVENING),
        (evening({}), EVENING),
    ),
    Case("a group_id does, too", (evening({"group_ids": ("G1",)}), EVENING), (evening({}), EVENING)),
    Case("anyone of the track where the group says so", (evening({}, joins="track"), EVENING), None),
    Case("anyone of the track in a process group", (joins({}), HELD), (joins({}, joins="need"), HELD)),
    Case(
        "a wish is a need that is stated",
        (small(groups=(group(joins="need"),), needs=(Need("A1", "process", 1, optional=True),)), HELD),
        (joins({}, joins="need"), HELD),
    ),
    Case(
        "lead and participant share a language, whatever the case",
        (talks(("SPANISH", "English"), ("spanish",)), VISIT),
        (talks(("English",), ("spanish",)), VISIT),
    ),
    Case("a lead with blank languages shares any", (talks((), ("Spanish",)), VISIT), None),
    Case("a participant with blank languages shares any", (talks(("English",), ()), VISIT), None),
    Case("a language in common is only preferred", (talks(("English",), ("Spanish",), "prefer"), VISIT), None),
    Case(
        "family sessions share a language as well",
        (talks(("Spanish",), ("Spanish",)), family("Mon 09:00-10:00")),
        (talks(("English",), ("Spanish",)), family("Mon 09:00-10:00")),
    ),
    Case("groups share none", (talks(("English",), ("Spanish",), groups=(group(),)), HELD), None),
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
