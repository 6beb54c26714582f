"""Rule ``overlap``: sessions of one person or room may touch and must not share a minute."""

from iopsched.domain.services import Role
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import adults, clinic, group, individual, room, service, session, small, therapist

HALVES = small(clinic=clinic(grid_minutes=30))
PAIRED = (service("process", staff=(Role("group", 2),)), *small().services[1:])
OTHERS = {"who": "A2", "staff": "T2", "room_id": "R2"}


@every(
    Case(
        "participant in two sessions",
        (HALVES, individual("Mon 09:00-10:00"), individual("Mon 10:00-11:00", staff="T2", room_id="R2")),
        (HALVES, individual("Mon 09:00-10:00"), individual("Mon 09:30-10:30", staff="T2", room_id="R2")),
    ),
    Case(
        "participant in a group and a visit",
        (small(), session("Mon 09:00-12:00"), individual("Mon 12:00-13:00", staff="T2", room_id="R2")),
        (small(), session("Mon 09:00-12:00"), individual("Mon 11:00-12:00", staff="T2", room_id="R2")),
    ),
    Case(
        "therapist leads two visits",
        (HALVES, individual("Mon 09:30-10:30"), individual("Mon 08:30-09:30", "A2", room_id="R2")),
        (HALVES, individual("Mon 09:30-10:30"), individual("Mon 09:00-10:00", "A2", room_id="R2")),
    ),
    Case(
        "therapist leads one and assists at another",
        (
            small(services=PAIRED),
            session("Mon 09:00-12:00", staff="T2 T1"),
            individual("Mon 12:00-13:00", "A2", room_id="R2"),
        ),
        (
            small(services=PAIRED),
            session("Mon 09:00-12:00", staff="T2 T1"),
            individual("Mon 11:00-12:00", "A2", room_id="R2"),
        ),
    ),
    Case(
        "room of two visits that start together",
        (small(), individual("Mon 09:00-10:00"), individual("Mon 09:00-10:00", **OTHERS, id_="S-2")),
        (small(), individual("Mon 09:00-10:00"), individual("Mon 09:00-10:00", "A2", "T2", id_="S-2")),
    ),
    Case(
        "room of two visits that start apart",
        (HALVES, individual("Mon 09:00-10:00"), individual("Mon 10:00-11:00", "A2", "T2")),
        (HALVES, individual("Mon 09:00-10:00"), individual("Mon 09:30-10:30", "A2", "T2")),
    ),
    Case(
        "room of a group and a visit",
        (small(), session("Mon 09:00-12:00"), individual("Mon 12:00-13:00", "A2", "T2")),
        (small(), session("Mon 09:00-12:00"), individual("Mon 11:00-12:00", "A2", "T2")),
    ),
    Case(
        "room of two standing groups",
        (
            small(groups=(group("G1"), group("G2"))),
            session("Mon 09:00-12:00", group_id="G1"),
            session("Mon 12:00-15:00", "A2", "T2", group_id="G2"),
        ),
        (
            small(groups=(group("G1"), group("G2"))),
            session("Mon 09:00-12:00", group_id="G1"),
            session("Mon 11:00-14:00", "A2", "T2", group_id="G2"),
        ),
    ),
    Case(
        "three people need three of each at once",
        (
            small(
                participants=adults(3),
                therapists=(therapist("T1"), therapist("T2"), therapist("T3")),
                rooms=(room("R1"), room("R2"), room("R3")),
            ),
            individual("Mon 09:00-10:00"),
            individual("Mon 09:00-10:00", "A2", "T2", room_id="R2", id_="S-2"),
            individual("Mon 09:00-10:00", "A3", "T3", room_id="R3", id_="S-3"),
        ),
        (
            small(participants=adults(3), therapists=(therapist("T1"), therapist("T2"), therapist("T3"))),
            individual("Mon 09:00-10:00"),
            individual("Mon 09:00-10:00", "A2", "T2", room_id="R2", id_="S-2"),
            individual("Mon 09:00-10:00", "A3", "T3", room_id="R2", id_="S-3"),
        ),
    ),
)
def test_overlap(case):
    check(RuleId.OVERLAP, case)
