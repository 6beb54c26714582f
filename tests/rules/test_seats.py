"""Rule ``seats``: seats, features, rooms, modalities and equipment."""

from iopsched.domain.services import Role
from iopsched.rulebook import RuleId
from tests.support.cases import Case, check, every
from tests.support.clinics import adult, adults, clinic, group, individual, room, service, session, small, therapist

OFTEN = {"adult": 5}
PAIR = (Role("group", 2),)


def place(number=3, *, of=None, groups=(), people=None, staff=None, **facts):
    """Return a clinic with one group service, and with the room R1 of these facts."""
    return small(
        participants=people or adults(number),
        services=(service(**(of or {})),),
        rooms=(room("R1", **facts), room("R2")),
        therapists=staff or (therapist("T1"), therapist("T2")),
        groups=groups,
    )


def held(who="A1", staff="T1", **changes):
    """Return a session on Monday morning."""
    return session("Mon 09:00-12:00", who, staff, **changes)


def solo(modality="in_person", *, person=None, lead=None, seats=40, **facts):
    """Return a clinic with one service of visits of such a modality."""
    return small(
        participants=(adult("A1", **(person or {})), adult("A2")),
        therapists=(therapist("T1", **(lead or {})), therapist("T2")),
        rooms=(room("R1", capacity=seats), room("R2")),
        services=(service("individual", kind="individual", modality=modality, per_week=OFTEN, **facts),),
    )


def visit(modality="in_person", **changes):
    """Return a visit on Monday at nine."""
    return individual(
        "Mon 09:00-10:00", modality=modality, **({"room_id": None} if modality == "telehealth" else {}), **changes
    )


TELE, EITHER = {"modality": "telehealth"}, {"modality": "either"}
HYBRID = {"modality": "hybrid"}
WHEELS = frozenset({"wheelchair"})
REMOTE = (adult("A1"), adult("A2", **TELE), adult("A3", **TELE))
KIT = (service("process", minutes=60, equipment={"kit": 1}), service("other", minutes=120, equipment={"kit": 1}))


def kits(owned, name="kit", **changes):
    """Return a clinic that owns so many kits, of which each session uses one."""
    return small(clinic=clinic(equipment={name: owned}), services=KIT, **changes)


@every(
    Case("staff take a seat", (place(capacity=3), held("A1 A2")), (place(capacity=3), held("A1 A2 A3"))),
    Case(
        "guests take seats",
        (place(of={"guests": 1}, capacity=5), held("A1 A2")),
        (place(of={"guests": 1}, capacity=4), held("A1 A2")),
    ),
    Case("seats of a visit", (solo(seats=2), visit()), (solo(seats=1), visit())),
    Case("guests of a visit", (solo(seats=4, guests=2), visit()), (solo(seats=3, guests=2), visit())),
    Case(
        "both of two staff take seats",
        (place(of={"staff": PAIR}, capacity=3), held(staff="T1 T2")),
        (place(of={"staff": PAIR}, capacity=2), held(staff="T1 T2")),
    ),
    Case(
        "surplus staff take seats",
        (place(of={"participants_per_staff": 1}, capacity=4), held("A1 A2", "T1 T2")),
        (place(of={"participants_per_staff": 1}, capacity=3), held("A1 A2", "T1 T2")),
    ),
    Case(
        "most participants of a room",
        (place(max_participants=2), held("A1 A2")),
        (place(max_participants=2), held("A1 A2 A3")),
    ),
    Case(
        "most participants is not about staff and guests",
        (place(of={"guests": 2, "staff": PAIR}, max_participants=1), held("A1", "T1 T2")),
        (place(of={"guests": 2, "staff": PAIR}, max_participants=1), held("A1 A2", "T1 T2")),
    ),
    Case(
        "features that the service asks for",
        (place(of={"room_features": WHEELS}, features=WHEELS | {"piano"}), held()),
        (place(of={"room_features": WHEELS}), held()),
    ),
    Case(
        "features that the group asks for",
        (place(groups=(group(room_features=WHEELS),), features=WHEELS), held(group_id="G1")),
        (place(groups=(group(room_features=WHEELS),)), held(group_id="G1")),
    ),
    Case(
        "features that a participant asks for",
        (place(people=(adult("A1", needs_features=WHEELS), adult("A2"))), held("A2")),
        (place(people=(adult("A1", needs_features=WHEELS), adult("A2"))), held("A1 A2")),
    ),
    Case(
        "features that the participant of a visit asks for",
        (solo(person={"needs_features": WHEELS}), individual("Mon 09:00-10:00", "A2")),
        (solo(person={"needs_features": WHEELS}), visit()),
    ),
    Case(
        "the group's own room",
        (place(groups=(group(room_id="R1"),)), held(group_id="G1")),
        (place(groups=(group(room_id="R2"),)), held(group_id="G1")),
    ),
    Case(
        "a room where one is needed",
        (place(), held()),
        (place(), held(room_id=None)),
        "sessions that need a room have one in the model",
    ),
    Case(
        "no room where none is needed",
        (place(of={"needs_room": False}), held(room_id=None)),
        (place(of={"needs_room": False}), held()),
        "sessions that need no room have none in the model",
    ),
    Case(
        "no room by video",
        (solo("telehealth", person=TELE), visit("telehealth")),
        (solo("telehealth", person=TELE), individual("Mon 09:00-10:00", modality="telehealth")),
        "sessions by video have no room in the model",
    ),
    Case(
        "video for those who accept it",
        (solo("telehealth", person=EITHER), visit("telehealth")),
        (solo("telehealth"), visit("telehealth")),
    ),
    Case("in person for those who accept it", (solo(person=EITHER), visit()), (solo(person=TELE), visit())),
    Case(
        "staff who accept video",
        (solo("telehealth", person=TELE, lead=TELE), visit("telehealth")),
        (solo("telehealth", person=TELE, lead={"modality": "in_person"}), visit("telehealth")),
    ),
    Case("staff who accept to come", (solo(lead=EITHER), visit()), (solo(lead=TELE), visit())),
    Case(
        "an either service admits both",
        (solo("either", person=EITHER), visit(), individual("Tue 09:00-10:00", modality="telehealth", room_id=None)),
        (solo("either", person=EITHER), visit("hybrid")),
        "a candidate has a modality that its service admits",
    ),
    Case(
        "a service in person admits no video",
        (solo(person=EITHER), visit()),
        (solo(person=EITHER), visit("telehealth")),
        "a candidate has a modality that its service admits",
    ),
    Case(
        "a group narrows its service",
        (
            place(of=EITHER, people=adults(2, modality="either"), groups=(group(modality="telehealth"),)),
            held(group_id="G1", modality="telehealth", room_id=None),
        ),
        (
            place(of=EITHER, people=adults(2, modality="either"), groups=(group(modality="telehealth"),)),
            held(group_id="G1"),
        ),
        "a candidate has a modality that its group admits",
    ),
    Case(
        "a hybrid group of an either service",
        (
            place(of=EITHER, people=REMOTE, groups=(group(modality="hybrid"),)),
            held("A1 A2", group_id="G1", modality="hybrid"),
        ),
        (place(of=EITHER, people=REMOTE, groups=(group(modality="hybrid"),)), held("A1", group_id="G1")),
        "a candidate has a modality that its group admits",
    ),
    Case(
        "remote people take no seat",
        (place(of=HYBRID, people=REMOTE, capacity=2), held("A1 A2 A3", modality="hybrid")),
        (place(of=HYBRID, people=(*REMOTE, adult("A4")), capacity=2), held("A1 A2 A3 A4", modality="hybrid")),
    ),
    Case(
        "remote people bring no guests",
        (place(of={**HYBRID, "guests": 2}, people=REMOTE, capacity=4), held("A1 A2", modality="hybrid")),
        (place(of={**HYBRID, "guests": 2}, people=REMOTE, capacity=3), held("A1 A2", modality="hybrid")),
    ),
    Case(
        "remote people do not count in the room",
        (place(of=HYBRID, people=REMOTE, max_participants=1), held("A1 A2", modality="hybrid")),
        (place(of=HYBRID, people=(*REMOTE, adult("A4")), max_participants=1), held("A1 A2 A4", modality="hybrid")),
    ),
    Case(
        "remote people need no features",
        (
            place(of=HYBRID, people=(adult("A1"), adult("A2", needs_features=WHEELS, **TELE))),
            held("A1 A2", modality="hybrid"),
        ),
        (
            place(of=HYBRID, people=(adult("A1"), adult("A2", needs_features=WHEELS, **EITHER))),
            held("A1 A2", modality="hybrid"),
        ),
    ),
    Case(
        "a hybrid session of remote people only",
        (place(of=HYBRID, people=REMOTE, capacity=1), held("A2 A3", modality="hybrid")),
        (place(of=HYBRID, people=REMOTE, capacity=1), held("A1 A2", modality="hybrid")),
    ),
    Case(
        "remote assistants take no seat",
        (
            place(of={**HYBRID, "staff": PAIR}, staff=(therapist("T1"), therapist("T2", **TELE)), capacity=2),
            held("A1", "T1 T2", modality="hybrid"),
        ),
        (
            place(of={**HYBRID, "staff": PAIR}, staff=(therapist("T1"), therapist("T2", **EITHER)), capacity=2),
            held("A1", "T1 T2", modality="hybrid"),
        ),
    ),
    Case(
        "the lead of a hybrid session is in the room",
        (place(of=HYBRID, staff=(therapist("T1", modality="in_person"),)), held(modality="hybrid")),
        (place(of=HYBRID, staff=(therapist("T1", **TELE),)), held(modality="hybrid")),
    ),
    Case(
        "the lead of a hybrid group is in the room",
        (place(of=HYBRID, groups=(group(),)), held(modality="hybrid", group_id="G1")),
        (place(of=HYBRID, groups=(group(),), staff=(therapist("T1", **TELE),)), held(modality="hybrid", group_id="G1")),
    ),
    Case(
        "a hybrid visit",
        (solo("hybrid", person=TELE, seats=1), visit("hybrid")),
        (solo("hybrid", seats=1), visit("hybrid")),
    ),
    Case(
        "equipment at once",
        (kits(2), session("Mon 09:00-10:00"), session("Mon 09:00-10:00", "A2", "T2", id_="S-2", room_id="R2")),
        (kits(1), session("Mon 09:00-10:00"), session("Mon 09:00-10:00", "A2", "T2", id_="S-2", room_id="R2")),
    ),
    Case(
        "equipment one after another",
        (kits(1), session("Mon 09:00-11:00", service_id="other"), session("Mon 11:00-12:00", "A2", "T2", room_id="R2")),
        (kits(1), session("Mon 09:00-11:00", service_id="other"), session("Mon 10:00-11:00", "A2", "T2", room_id="R2")),
    ),
    Case(
        "equipment needs no changeover",
        (
            small(clinic=clinic(equipment={"kit": 1}, staff={"changeover_minutes": 60}), services=KIT),
            session("Mon 09:00-10:00"),
            session("Mon 10:00-11:00", "A2", "T2", room_id="R2"),
        ),
        None,
    ),
    Case(
        "equipment that the clinic does not own",
        (kits(1), session("Mon 09:00-10:00")),
        (kits(1, "another"), session("Mon 09:00-10:00")),
    ),
)
def test_seats(case):
    check(RuleId.SEATS, case)
