"""Rule ``seats`` on and just past each of its edges."""

import pytest

from iopsched.verifier import session_modalities
from tests.support.clinics import (
    adult,
    adults,
    broken,
    clinic,
    family,
    group,
    individual,
    room,
    sentences,
    service,
    services,
    session,
    small,
    therapist,
)

MON9 = "Mon 09:00-12:00"
NOWHERE = {"room_id": None, "modality": "telehealth"}


@pytest.mark.parametrize(("capacity", "rules"), [(4, set()), (3, {"seats"})])
def test_seats_of_participants_and_staff(capacity, rules):
    """Two participants and two staff take four seats."""
    assert broken(small(rooms=(room(capacity=capacity),)), session(MON9, "A1 A2", "T1 T2")) == rules


@pytest.mark.parametrize(("capacity", "rules"), [(7, set()), (6, {"seats"})])
def test_seats_of_guests(capacity, rules):
    """Two participants with two guests each and one therapist take seven seats."""
    own = small(rooms=(room(capacity=capacity),), services=services(multifamily={"guests": 2}))
    assert broken(own, session(MON9, "A1 A2", service_id="multifamily")) == rules


@pytest.mark.parametrize(("limit", "rules"), [(2, set()), (1, {"seats"})])
def test_participants_of_a_room(limit, rules):
    """Guests and staff do not count toward max_participants."""
    own = small(rooms=(room(max_participants=limit),), services=services(multifamily={"guests": 2}))
    assert broken(own, session(MON9, "A1 A2", service_id="multifamily")) == rules


@pytest.mark.parametrize(("features", "rules"), [({"tv", "sink", "sofa"}, set()), ({"tv"}, {"seats"}), ((), {"seats"})])
@pytest.mark.parametrize("whose", ["service", "group", "participant"])
def test_features(whose, features, rules):
    asked = frozenset({"tv", "sink"})
    own = small(
        services=services(process={"room_features": asked if whose == "service" else frozenset()}),
        groups=(group(room_features=asked if whose == "group" else frozenset()),),
        participants=(adult(needs_features=asked if whose == "participant" else frozenset()),),
        rooms=(room(features=frozenset(features)),),
    )
    assert broken(own, session(MON9, group_id="G1")) == rules


def test_features_of_those_who_are_not_there():
    own = small(participants=(adult("A1"), adult("A2", needs_features=frozenset({"wheelchair"}))))
    assert broken(own, session(MON9, "A1")) == set()
    assert broken(own, session(MON9, "A1 A2")) == {"seats"}


@pytest.mark.parametrize(("where", "rules"), [("R1", set()), ("R2", {"seats"}), (None, {"seats"})])
def test_the_groups_room(where, rules):
    assert broken(small(groups=(group(room_id="R1"),)), session(MON9, group_id="G1", room_id=where)) == rules


def test_the_groups_room_does_not_bind_its_telehealth_sessions():
    own = small(
        groups=(group(room_id="R1"),),
        services=services(process={"modality": "either"}),
        participants=(adult(modality="either"),),
    )
    assert broken(own, session(MON9, group_id="G1", **NOWHERE)) == set()


@pytest.mark.parametrize(
    ("needs", "where", "rules"),
    [(True, "R1", set()), (True, None, {"seats"}), (False, None, set()), (False, "R1", {"seats"})],
)
def test_needs_room(needs, where, rules):
    assert broken(small(services=services(process={"needs_room": needs})), session(MON9, room_id=where)) == rules


@pytest.mark.parametrize(
    ("facts", "reason"),
    [({"needs_room": False}, "needs_room = no in services.csv"), ({"modality": "telehealth"}, "telehealth")],
)
def test_the_sentence_of_a_room_too_many(facts, reason):
    problem = small(services=services(process=facts), participants=(adult("A1", modality="either"),))
    held = session(MON9, modality=facts.get("modality", "in_person"))
    said = "Session S-Mon-09:00-12:00 (Mon 09:00-12:00) is in room R1 but uses no room"
    assert f"{said} ({reason})." in sentences(problem, held)


@pytest.mark.parametrize(
    ("of_service", "of_group", "expected"),
    [
        ("in_person", None, {"in_person"}),
        ("telehealth", None, {"telehealth"}),
        ("hybrid", None, {"hybrid"}),
        ("either", None, {"in_person", "telehealth"}),
        ("either", "in_person", {"in_person"}),
        ("either", "telehealth", {"telehealth"}),
        ("either", "hybrid", {"hybrid"}),
        ("either", "either", {"in_person", "telehealth"}),
        ("in_person", "in_person", {"in_person"}),
        ("in_person", "either", {"in_person"}),
        ("hybrid", "hybrid", {"hybrid"}),
        ("hybrid", "either", {"hybrid"}),
        ("in_person", "telehealth", set()),
        ("in_person", "hybrid", set()),
        ("hybrid", "telehealth", set()),
    ],
)
def test_session_modalities(of_service, of_group, expected):
    assert session_modalities(service(modality=of_service), group(modality=of_group)) == expected
    if of_group is None:
        assert session_modalities(service(modality=of_service), None) == expected


@pytest.mark.parametrize("modality", ["in_person", "telehealth", "hybrid"])
@pytest.mark.parametrize("of_service", ["in_person", "telehealth", "either", "hybrid"])
def test_modality_of_the_service(modality, of_service):
    own = small(services=services(process={"modality": of_service}), participants=(adult(modality="either"),))
    held = session(MON9, modality=modality, room_id=None if modality == "telehealth" else "R1")
    allowed = session_modalities(own.service["process"], None)
    assert broken(own, held) == (set() if modality in allowed else {"seats"})


@pytest.mark.parametrize(
    ("accepts", "modality", "rules"),
    [
        ("in_person", "in_person", set()),
        ("in_person", "telehealth", {"seats"}),
        ("in_person", "hybrid", set()),
        ("telehealth", "in_person", {"seats"}),
        ("telehealth", "telehealth", set()),
        ("telehealth", "hybrid", set()),
        ("either", "in_person", set()),
        ("either", "telehealth", set()),
        ("either", "hybrid", set()),
    ],
)
@pytest.mark.parametrize("whose", ["participant", "surplus"])
def test_modality_of_people(whose, accepts, modality, rules):
    own = small(
        services=services(process={"modality": "hybrid" if modality == "hybrid" else "either"}),
        participants=(adult(modality=accepts if whose == "participant" else "either"),),
        therapists=(therapist(), therapist("T2", modality=accepts if whose == "surplus" else "either")),
    )
    held = session(MON9, staff="T1 T2", modality=modality, room_id=None if modality == "telehealth" else "R1")
    assert broken(own, held) == rules


@pytest.mark.parametrize(("accepts", "rules"), [("in_person", set()), ("either", set()), ("telehealth", {"seats"})])
def test_the_lead_of_a_hybrid_session_is_in_the_room(accepts, rules):
    own = small(services=services(process={"modality": "hybrid"}), therapists=(therapist(modality=accepts),))
    assert broken(own, session(MON9, modality="hybrid")) == rules


def test_telehealth_uses_no_room():
    video = small(services=services(process={"modality": "telehealth"}), participants=(adult(modality="either"),))
    assert broken(video, session(MON9, **NOWHERE)) == set()
    assert broken(video, session(MON9, modality="telehealth", room_id="R1")) == {"seats"}


def hybrid(**changes):
    """Return a hybrid service for A1 in the room and A2 remote, who needs a ramp; T2 works remotely."""
    people = (adult("A1"), adult("A2", modality="telehealth", needs_features=frozenset({"ramp"})))
    staff = (therapist("T1"), therapist("T2", modality="telehealth"))
    return small(
        services=services(process={"modality": "hybrid", "guests": 2}), participants=people, therapists=staff, **changes
    )


@pytest.mark.parametrize(("capacity", "rules"), [(4, set()), (3, {"seats"})])
def test_remote_people_take_no_seat(capacity, rules):
    """A1 with two guests and the lead take four seats; A2 and T2 none."""
    full = hybrid(rooms=(room(capacity=capacity),))
    assert broken(full, session(MON9, "A1 A2", "T1 T2", modality="hybrid")) == rules


@pytest.mark.parametrize(("capacity", "rules"), [(3, set()), (2, {"seats"})])
def test_staff_who_are_not_remote_take_a_seat(capacity, rules):
    """A1, the lead T1 and the helper T3 take three seats."""
    own = small(
        services=services(process={"modality": "hybrid"}),
        rooms=(room(capacity=capacity),),
        therapists=(therapist("T1"), therapist("T3", modality="in_person")),
    )
    assert broken(own, session(MON9, staff="T1 T3", modality="hybrid")) == rules


def test_remote_participants_do_not_count_toward_the_room():
    assert broken(hybrid(rooms=(room(max_participants=1),)), session(MON9, "A1 A2", modality="hybrid")) == set()
    assert broken(hybrid(rooms=(room(max_participants=0),)), session(MON9, "A1 A2", modality="hybrid")) == {"seats"}


def test_a_hybrid_session_has_a_room():
    assert broken(hybrid(), session(MON9, "A1 A2", modality="hybrid", room_id=None)) == {"seats"}


def loud(owned, **changes):
    return small(
        clinic=clinic(equipment={} if owned is None else {"drum": owned}),
        services=services(individual={"equipment": {"drum": 2}}, **changes),
        participants=adults(2),
    )


@pytest.mark.parametrize(("owned", "rules"), [(4, set()), (3, {"seats"}), (None, {"seats"})])
def test_equipment_in_use_at_once(owned, rules):
    both = (individual("Mon 09:00-10:00"), individual("Mon 09:00-10:00", "A2", "T2", id_="S2", room_id="R2"))
    assert broken(loud(owned), *both) == rules


def test_equipment_one_after_the_other():
    both = (individual("Mon 09:00-10:00"), individual("Mon 10:00-11:00", "A2", "T2", room_id="R2"))
    assert broken(loud(2), *both) == set()
    assert broken(loud(1), both[0]) == {"seats"}


def test_equipment_that_nobody_owns():
    own = small(services=services(individual={"equipment": {"drum": 1}}))
    assert broken(own, individual("Mon 09:00-10:00")) == {"seats"}


def test_equipment_of_each_name_is_counted_apart():
    own = small(
        clinic=clinic(equipment={"drum": 1, "tablet": 1}),
        services=services(individual={"equipment": {"drum": 1}}, family={"equipment": {"tablet": 1}}),
    )
    both = (individual("Mon 09:00-10:00"), family("Mon 09:00-10:00", "A2", "T2", id_="S2", room_id="R2"))
    assert broken(own, *both) == set()


def test_equipment_that_begins_later():
    """The session of three hours still uses its drums when the second begins."""
    long = loud(3, process={"equipment": {"drum": 2}})
    both = (session(MON9), individual("Mon 11:00-12:00", "A2", "T2", room_id="R2"))
    assert broken(long, *both) == {"seats"}


def test_sentences_of_seats():
    tight = small(rooms=(room(capacity=2),), services=services(process={"guests": 1}))
    assert sentences(tight, session(MON9, id_="process-1")) == [
        (
            "Session process-1 (Mon 09:00-12:00) has 3 heads in room R1 (1 participant, 1 guest, 1 staff); "
            "capacity is 2 (rooms.csv)."
        )
    ]
