"""Rule ``pin``: every cell of ``must`` and ``must_not``, and the dates between which a row holds."""

from datetime import date

from iopsched.domain.pins import Pin
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import FRIDAY, MONDAY, TUESDAY, WEDNESDAY, adults, group, individual, session, small

GROUPS = (group("G1"), group("G2"))
VISIT = individual("Mon 09:00-10:00")
HELD = session("Mon 09:00-12:00", "A1 A2", group_id="G1")
OTHERS = {
    "participant_id": individual("Mon 09:00-10:00", "A2"),
    "therapist_id": individual("Mon 09:00-10:00", staff="T2"),
    "room_id": individual("Mon 09:00-10:00", room_id="R2"),
    "service_id": individual("Mon 09:00-10:00", service_id="family"),
    "day": individual("Tue 09:00-10:00"),
    "start": individual("Mon 10:00-11:00"),
}
CELLS = {
    "participant_id": "A1",
    "therapist_id": "T1",
    "room_id": "R1",
    "service_id": "individual",
    "day": 0,
    "start": 540,
}


def pins(action, **cells):
    """Return a clinic with one pin."""
    return small(pins=(Pin(action, **cells, row=2),), participants=adults(3))


def grouped(action, **cells):
    """Return a clinic with two groups and one pin."""
    return small(pins=(Pin(action, **cells, row=2),), participants=adults(3), groups=GROUPS)


def must(cell):
    """Return the case of a ``must`` row with one filled cell."""
    problem = pins("must", **{cell: CELLS[cell]})
    return Case(f"must with {cell}", (problem, VISIT), (problem, OTHERS[cell]))


def must_not(cell):
    """Return the case of a ``must_not`` row with one filled cell."""
    problem = pins("must_not", **{cell: CELLS[cell]})
    return Case(f"must not with {cell}", (problem, OTHERS[cell]), (problem, VISIT))


def must_with_all_but(cell):
    """Return the case of a ``must`` row with every cell filled, of which one does not match."""
    problem = pins("must", **CELLS)
    return Case(f"must with every cell but {cell} different", (problem, VISIT), (problem, OTHERS[cell]))


def must_not_with_all_but(cell):
    """Return the case of a ``must_not`` row with every cell filled."""
    problem = pins("must_not", **CELLS)
    return Case(f"must not with every cell but {cell} different", (problem, OTHERS[cell]), (problem, VISIT))


@every(*(case(cell) for case in (must, must_not, must_with_all_but, must_not_with_all_but) for cell in CELLS))
def test_cells(case):
    check(RuleId.PIN, case)


OTHER_GROUP = session("Mon 09:00-12:00", "A1 A2", group_id="G2")


@every(
    Case("must with a group", (grouped("must", group_id="G1"), HELD), (grouped("must", group_id="G1"), OTHER_GROUP)),
    Case(
        "must not with a group",
        (grouped("must_not", group_id="G1"), OTHER_GROUP),
        (grouped("must_not", group_id="G1"), HELD),
    ),
    Case(
        "must with a group and a room",
        (grouped("must", group_id="G1", room_id="R1"), HELD),
        (grouped("must", group_id="G1", room_id="R2"), HELD),
    ),
    Case(
        "must with a group and a lead",
        (grouped("must", group_id="G1", therapist_id="T1"), HELD),
        (grouped("must", group_id="G1", therapist_id="T2"), HELD),
    ),
    Case(
        "must with a group and a member",
        (grouped("must", group_id="G1", participant_id="A2"), HELD),
        (grouped("must", group_id="G1", participant_id="A3"), HELD),
    ),
    Case(
        "must not with a member, lead and room",
        (grouped("must_not", participant_id="A3", therapist_id="T1", room_id="R1"), HELD),
        (grouped("must_not", participant_id="A1", therapist_id="T1", room_id="R1"), HELD),
    ),
    Case("must without any cell", (pins("must"), VISIT), (pins("must"),)),
    Case("must not without any cell", (pins("must_not"),), (pins("must_not"), VISIT)),
    Case(
        "must is content with one of several",
        (pins("must", day=1), VISIT, individual("Tue 09:00-10:00")),
        (pins("must", day=2), VISIT, individual("Tue 09:00-10:00")),
    ),
    Case(
        "must wants all cells in one session",
        (pins("must", participant_id="A1", therapist_id="T1"), VISIT, individual("Tue 09:00-10:00", "A2", "T2")),
        (pins("must", participant_id="A1", therapist_id="T2"), VISIT, individual("Tue 09:00-10:00", "A2", "T2")),
    ),
    Case(
        "must with an assistant whom it brings",
        (
            grouped("must", therapist_id="T2", group_id="G1"),
            session("Mon 09:00-12:00", "A1 A2", "T1 T2", group_id="G1"),
        ),
        None,
    ),
)
def test_combinations(case):
    check(RuleId.PIN, case)


@every(
    Case(
        "must not from a date on",
        (pins("must_not", from_date=TUESDAY), individual("Mon 09:00-10:00")),
        (pins("must_not", from_date=TUESDAY), individual("Tue 09:00-10:00")),
    ),
    Case(
        "must not until a date",
        (pins("must_not", until_date=TUESDAY), individual("Wed 09:00-10:00")),
        (pins("must_not", until_date=TUESDAY), individual("Tue 09:00-10:00")),
    ),
    Case(
        "must from a date on",
        (pins("must", from_date=TUESDAY), individual("Tue 09:00-10:00")),
        (pins("must", from_date=TUESDAY), individual("Mon 09:00-10:00")),
    ),
    Case(
        "must until a date",
        (pins("must", until_date=TUESDAY), individual("Tue 09:00-10:00")),
        (pins("must", until_date=TUESDAY), individual("Wed 09:00-10:00")),
    ),
    Case(
        "must that touches the week on its last day",
        (pins("must", from_date=date(2026, 12, 7)),),
        (pins("must", from_date=date(2026, 12, 6)),),
    ),
    Case(
        "must that touches the week on its first day",
        (pins("must", until_date=date(2026, 11, 29)),),
        (pins("must", until_date=MONDAY),),
    ),
    Case(
        "must of a day that comes before its dates",
        (pins("must", day=1, from_date=WEDNESDAY),),
        (pins("must", day=1, from_date=TUESDAY),),
    ),
    Case(
        "must of a day that comes after its dates",
        (pins("must", day=4, until_date=WEDNESDAY),),
        (pins("must", day=4, until_date=FRIDAY),),
    ),
    Case("must that is past", (pins("must", from_date=date(2026, 1, 1), until_date=date(2026, 2, 1)),), None),
)
def test_dates(case):
    check(RuleId.PIN, case)
