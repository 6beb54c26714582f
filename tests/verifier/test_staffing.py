"""Rule ``staffed`` on and just past each of its edges."""

import pytest

from iopsched.domain.pins import Pin
from iopsched.domain.services import Need, Role
from tests.support.clinics import adult, broken, group, individual, sentences, services, session, small, therapist

MON9 = "Mon 09:00-12:00"
TUE9 = "Tue 09:00-12:00"


def team(*roles, **skills):
    """Return a clinic whose process groups have these roles, and staff of these skills."""
    staff = tuple(therapist(name, skills=tuple(listed.split())) for name, listed in skills.items())
    return small(services=services(process={"staff": tuple(Role(*role) for role in roles)}), therapists=staff)


@pytest.mark.parametrize(("skills", "rules"), [("group", set()), ("individual", {"staffed"})])
def test_the_kind_is_the_skill_by_default(skills, rules):
    assert broken(small(therapists=(therapist(skills=(skills,)),)), session(MON9)) == rules


def test_a_session_without_staff():
    """Nobody is there to count either, so a group without staff breaks its ratio as well."""
    assert broken(small(), individual("Mon 09:00-10:00", staff="")) == {"staffed"}
    assert broken(small(), session(MON9, staff="")) == {"ratio", "staffed"}


@pytest.mark.parametrize(
    ("staff", "rules"), [("T1 T2", set()), ("T1", {"staffed"}), ("T1 T3", {"staffed"}), ("T1 T2 T4", set())]
)
def test_each_role_is_filled(staff, rules):
    """T2 and T4 are nurses, T3 can only lead."""
    both = team(("group", 1), ("nurse", 1), T1="group", T2="nurse", T3="group", T4="nurse")
    assert broken(both, session(MON9, staff=staff)) == rules


@pytest.mark.parametrize(("staff", "rules"), [("T1 T2", set()), ("T1", {"staffed"}), ("T2 T1", set())])
def test_so_many_different_therapists(staff, rules):
    assert broken(team(("group", 2), T1="group", T2="group"), session(MON9, staff=staff)) == rules


def test_nobody_is_on_the_staff_twice():
    assert broken(small(), session(MON9, staff="T1 T1")) == {"staffed"}


def test_nobody_fills_two_roles():
    both = team(("group", 1), ("nurse", 1), T1="group nurse")
    assert broken(both, session(MON9, staff="T1")) == {"staffed"}
    assert broken(both, session(MON9, staff="T1 T1")) == {"staffed"}


@pytest.mark.parametrize(("staff", "rules"), [("T1 T2", set()), ("T2 T1", {"staffed"})])
def test_the_lead_fills_the_first_role(staff, rules):
    assert broken(team(("group", 1), ("nurse", 1), T1="group nurse", T2="nurse"), session(MON9, staff=staff)) == rules


def test_roles_are_matched_as_well_as_possible():
    """T2 can be nurse or peer, T3 only nurse: taking T2 as the nurse first would leave the peer's role empty."""
    three = team(("group", 1), ("nurse", 1), ("peer", 1), T1="group", T2="nurse peer", T3="nurse")
    assert broken(three, session(MON9, staff="T1 T2 T3")) == set()
    assert broken(three, session(MON9, staff="T1 T3 T2")) == set()


def test_a_role_that_cannot_be_taken_from_anybody():
    """T2 is the nurse and the only peer: whoever is asked first, one role stays empty."""
    three = team(("group", 1), ("nurse", 1), ("peer", 1), T1="group", T2="nurse peer", T3="group")
    assert broken(three, session(MON9, staff="T1 T2 T3")) == {"staffed"}


def test_the_groups_roles_come_first():
    own = small(
        groups=(group(staff=(Role("dance", 1),)),),
        therapists=(therapist("T1", skills=("group",)), therapist("T2", skills=("dance",))),
    )
    assert broken(own, session(MON9, staff="T2", group_id="G1")) == set()
    assert broken(own, session(MON9, staff="T1", group_id="G1")) == {"staffed"}


@pytest.mark.parametrize(("skills", "rules"), [(("group",), set()), (("individual",), {"staffed"})])
def test_surplus_staff_have_a_listed_skill(skills, rules):
    extra = small(therapists=(therapist("T1"), therapist("T2", skills=skills)))
    assert broken(extra, session(MON9, staff="T1 T2")) == rules


@pytest.mark.parametrize(
    ("need", "rules"),
    [
        (Need("A1", "process", 1, therapist_ids=("T2",)), set()),
        (Need("A1", "individual", 1, therapist_ids=("T2",)), {"staffed"}),
        (Need("A2", "process", 1, therapist_ids=("T2",)), {"staffed"}),
    ],
)
def test_surplus_staff_asked_for_by_a_need(need, rules):
    """T2 can only interpret; the need must be one of this service and of somebody in the session."""
    first = Need("A1", "process", 1)
    needs = (need,) if need.service_id == "process" and need.participant_id == "A1" else (first, need)
    extra = small(needs=needs, therapists=(therapist("T1"), therapist("T2", skills=("interpret",))))
    assert broken(extra, session(MON9, staff="T1 T2")) == rules


@pytest.mark.parametrize(
    ("pin", "rules"),
    [
        (Pin("must", therapist_id="T2", service_id="process", day=0), set()),
        (Pin("must", therapist_id="T2", day=1), {"pin", "staffed"}),
        (Pin("must", participant_id="A1", day=0), {"staffed"}),
    ],
)
def test_surplus_staff_asked_for_by_a_pin(pin, rules):
    extra = small(pins=(pin,), therapists=(therapist("T1"), therapist("T2", skills=("interpret",))))
    assert broken(extra, session(MON9, staff="T1 T2")) == rules


@pytest.mark.parametrize(
    ("asked", "licensed", "rules"), [(True, True, set()), (True, False, {"staffed"}), (False, False, set())]
)
def test_licensed_lead(asked, licensed, rules):
    own = small(services=services(process={"licensed_lead": asked}), therapists=(therapist(licensed=licensed),))
    assert broken(own, session(MON9)) == rules


def test_only_the_lead_needs_the_license():
    own = small(therapists=(therapist("T1"), therapist("T2", licensed=False)))
    assert broken(own, session(MON9, staff="T1 T2")) == set()


@pytest.mark.parametrize(
    ("facts", "rules"),
    [
        ({"tracks": ("mh",)}, set()),
        ({"tracks": ("sud", "mh")}, set()),
        ({"tracks": ("sud",)}, {"staffed"}),
        ({"populations": ("adult",)}, set()),
        ({"populations": ("adolescent",)}, {"staffed"}),
        ({}, set()),
    ],
)
@pytest.mark.parametrize("groups", [(), (group(tracks=("mh", "dual")),)], ids=["free", "group"])
@pytest.mark.parametrize("staff", ["T2", "T1 T2"], ids=["lead", "surplus"])
def test_everybody_on_the_staff_matches_track_and_population(facts, rules, groups, staff):
    own = small(groups=groups, therapists=(therapist("T1"), therapist("T2", **facts)))
    assert broken(own, session(MON9, staff=staff, group_id="G1" if groups else None)) == rules


def test_without_a_group_staff_match_each_participant():
    own = small(
        participants=(adult("A1"), adult("A2", tracks=("sud",)), adult("A3", tracks=())),
        therapists=(therapist(tracks=("mh",)),),
    )
    assert broken(own, session(MON9, "A1 A3")) == set()
    assert broken(own, session(MON9, "A1 A2")) == {"staffed"}


def test_with_a_group_staff_match_the_group_and_not_each_participant():
    own = small(
        participants=(adult("A1", tracks=("mh", "dual")),),
        groups=(group(tracks=("dual",)),),
        therapists=(therapist("T1", tracks=("mh",)), therapist("T2", tracks=("dual",))),
    )
    assert broken(own, session(MON9, staff="T2", group_id="G1")) == set()
    assert broken(own, session(MON9, staff="T1", group_id="G1")) == {"staffed"}


@pytest.mark.parametrize(
    ("staff", "rules"), [("T1", {"staffed"}), ("T2", set()), ("T1 T2", {"staffed"}), ("T2 T1", set())]
)
def test_lead_of_a_group(staff, rules):
    staffed = small(groups=(group(lead_ids=("T2", "T3")),), therapists=tuple(map(therapist, ("T1", "T2", "T3"))))
    assert broken(staffed, session(MON9, staff=staff, group_id="G1")) == rules


@pytest.mark.parametrize(("asked", "rules"), [("require", {"staffed"}), ("prefer", set()), ("no", set())])
def test_one_lead(asked, rules):
    own = small(groups=(group(one_lead=asked),))
    two = (session(MON9, group_id="G1"), session(TUE9, staff="T2", group_id="G1"))
    same = (session(MON9, group_id="G1"), session(TUE9, staff="T1 T2", group_id="G1"))
    assert broken(own, *two) == rules
    assert broken(own, *same) == set()


@pytest.mark.parametrize(("staff", "rules"), [("T1", {"staffed"}), ("T2", set()), ("T1 T2", set()), ("T2 T1", set())])
def test_therapist_of_a_need(staff, rules):
    own = small(needs=(Need("A1", "individual", 1, therapist_ids=("T2",)),))
    assert broken(own, individual("Mon 09:00-10:00", staff=staff)) == rules
    assert broken(own, individual("Mon 09:00-10:00", "A2")) == set()
    assert broken(own, session(MON9)) == set()


def test_all_therapists_of_a_need():
    own = small(needs=(Need("A1", "individual", 1, therapist_ids=("T1", "T2")),))
    assert broken(own, individual("Mon 09:00-10:00", staff="T1 T2")) == set()
    assert broken(own, individual("Mon 09:00-10:00", staff="T1")) == {"staffed"}


@pytest.mark.parametrize(("asked", "rules"), [("require", {"staffed"}), ("prefer", set()), ("no", set())])
def test_same_therapist(asked, rules):
    own = small(needs=(Need("A1", "individual", 2, same_therapist=asked),))
    two = (individual("Mon 09:00-10:00"), individual("Tue 09:00-10:00", staff="T2"))
    others = (individual("Mon 09:00-10:00"), individual("Tue 09:00-10:00", "A2", "T2"), session(TUE9, staff="T2"))
    assert broken(own, *two) == rules
    assert broken(own, *others[:2]) == set()
    assert broken(own, others[0], others[2]) == set()


def test_sentences_of_staffed():
    both = team(("group", 1), ("nurse", 1), T1="nurse")
    assert sentences(both, session(MON9, id_="process-1")) == [
        (
            "Lead T1 of session process-1 (Mon 09:00-12:00) lacks the skill group "
            "(staff of service process in services.csv)."
        ),
        (
            "Session process-1 (Mon 09:00-12:00) lacks a different therapist with the skill nurse "
            "(staff of service process in services.csv)."
        ),
    ]
