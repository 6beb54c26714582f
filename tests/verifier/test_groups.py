"""Rules ``size``, ``ratio`` and ``cohort`` on and just past their edges."""

import pytest

from tests.support.clinics import (
    adult,
    adults,
    broken,
    clinic,
    family,
    group,
    individual,
    sentences,
    service,
    services,
    session,
    small,
    therapist,
)

MON9 = "Mon 09:00-12:00"


def crowd(number):
    return " ".join(person.id for person in adults(number))


def big(**changes):
    """Return a clinic with twenty adults and no ratio in the way."""
    return small(**{"participants": adults(20), "clinic": clinic(ratios={"adult": 99, "adolescent": 99}), **changes})


@pytest.mark.parametrize(("heads", "rules"), [(1, {"size"}), (2, set()), (5, set()), (6, {"size"})])
def test_size_is_the_groups_first(heads, rules):
    own = big(
        groups=(group(min_size=2, max_size=5),),
        services=services(process={"min_participants": 1, "max_participants": 20}),
    )
    assert broken(own, session(MON9, crowd(heads), group_id="G1")) == rules


def test_a_group_of_one():
    assert broken(big(groups=(group(min_size=1),)), session(MON9, "A1", group_id="G1")) == set()
    assert broken(big(groups=(group(min_size=0),)), session(MON9, "", group_id="G1")) == {"size"}


@pytest.mark.parametrize(("heads", "rules"), [(2, {"size"}), (3, set()), (4, set()), (5, {"size"})])
@pytest.mark.parametrize("groups", [(), (group(),)], ids=["free", "group"])
def test_size_is_the_services_next(heads, rules, groups):
    own = big(services=services(process={"min_participants": 3, "max_participants": 4}), groups=groups)
    assert broken(own, session(MON9, crowd(heads), group_id="G1" if groups else None)) == rules


@pytest.mark.parametrize("kind", ["process", "multifamily"])
@pytest.mark.parametrize(("heads", "rules"), [(1, {"size"}), (2, set()), (12, set()), (13, {"size"})])
def test_size_of_group_and_multifamily_by_default(kind, heads, rules):
    blank = big(services=services(**{kind: {"min_participants": None}}))
    assert broken(blank, session(MON9, crowd(heads), service_id=kind)) == rules


@pytest.mark.parametrize(("heads", "rules"), [(10, set()), (11, {"size"})])
def test_size_of_adolescents_by_default(heads, rules):
    teens = big(participants=adults(20, population="adolescent"))
    assert broken(teens, session(MON9, crowd(heads))) == rules


@pytest.mark.parametrize(("heads", "rules"), [(4, set()), (5, {"size"})])
def test_the_cap_is_a_setting(heads, rules):
    capped = big(clinic=clinic(caps={"adult": 4}, ratios={"adult": 99}))
    assert broken(capped, session(MON9, crowd(heads))) == rules


@pytest.mark.parametrize(("population", "most"), [("adult", 12), ("adolescent", 10), ("child", 12)])
def test_caps_by_default(population, most):
    bare = big(
        clinic=clinic(populations=("adult", "adolescent", "child"), caps={}, ratios={}),
        participants=adults(20, population=population),
    )
    assert broken(bare, session(MON9, crowd(most))) == set()
    assert broken(bare, session(MON9, crowd(most + 1))) == {"size"}


@pytest.mark.parametrize("kind", ["individual", "family"])
@pytest.mark.parametrize(("heads", "rules"), [(1, set()), (2, {"size"})])
def test_individual_and_family_sessions_are_for_one(kind, heads, rules):
    blank = small(services=services(**{kind: {"min_participants": None}}))
    assert broken(blank, session("Mon 09:00-10:00", crowd(heads), service_id=kind)) == rules


@pytest.mark.parametrize(("heads", "rules"), [(1, set()), (12, set()), (13, {"size"})])
def test_size_of_other_by_default(heads, rules):
    blank = big(clinic=clinic(caps={"adult": 3}, ratios={}), services=services(workshop={"min_participants": None}))
    assert broken(blank, session("Mon 09:00-10:00", crowd(heads), service_id="workshop")) == rules


@pytest.mark.parametrize("changes", [{"min_participants": 0}, {"min_participants": None}])
def test_a_held_session_has_somebody(changes):
    assert broken(
        small(services=services(workshop=changes)), session("Mon 09:00-10:00", "", service_id="workshop")
    ) == {"size"}


def test_the_sentence_of_size():
    own = big(groups=(group(max_size=12),))
    assert sentences(own, session(MON9, crowd(13), id_="G1-2", group_id="G1")) == [
        "Session G1-2 (Mon 09:00-12:00) has 13 participants; group G1 allows at most 12 (max_size in groups.csv)."
    ]


@pytest.mark.parametrize(
    ("heads", "staff", "rules"), [(3, "T1", set()), (4, "T1", {"ratio"}), (6, "T1 T2", set()), (7, "T1 T2", {"ratio"})]
)
@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"clinic": clinic(ratios={"adult": 3})}, "process"),
        ({"clinic": clinic(ratios={"adult": 3})}, "multifamily"),
        ({"services": services(process={"participants_per_staff": 3})}, "process"),
        ({"services": services(workshop={"participants_per_staff": 3, "minutes": 180})}, "workshop"),
    ],
)
def test_ratio(changes, kind, heads, staff, rules):
    assert broken(big(**changes), session(MON9, crowd(heads), staff, service_id=kind)) == rules


@pytest.mark.parametrize(("heads", "rules"), [(3, set()), (4, {"ratio"})])
def test_the_groups_ratio_comes_first(heads, rules):
    own = big(groups=(group(participants_per_staff=3),), services=services(process={"participants_per_staff": 9}))
    assert broken(own, session(MON9, crowd(heads), group_id="G1")) == rules


def test_staff_who_do_not_count():
    """Three for each of one who counts: the intern T2 adds nobody."""
    own = big(clinic=clinic(ratios={"adult": 3}), therapists=(therapist(), therapist("T2", counts_for_ratio=False)))
    assert broken(own, session(MON9, crowd(3), "T1 T2")) == set()
    assert broken(own, session(MON9, crowd(4), "T1 T2")) == {"ratio"}


@pytest.mark.parametrize(("adolescents", "rules"), [(2, set()), (3, {"ratio"})])
def test_the_widest_ratio_holds_where_populations_are_mixed(adolescents, rules):
    """That they are mixed is the business of ``match``, which says so."""
    people = (adult("A1"), *(adult(f"A{number}", population="adolescent") for number in range(2, adolescents + 2)))
    own = small(clinic=clinic(ratios={"adult": 3, "adolescent": 1}), participants=people)
    assert broken(own, session(MON9, crowd(adolescents + 1))) == rules | {"match"}


def test_a_family_unit_counts_as_one():
    own = big(clinic=clinic(ratios={"adult": 3}), services=services(multifamily={"guests": 2}))
    assert broken(own, session(MON9, crowd(3), service_id="multifamily")) == set()


def test_individual_and_family_sessions_have_no_ratio():
    intern = small(therapists=(therapist(counts_for_ratio=False),))
    assert broken(intern, individual("Mon 09:00-10:00"), family("Mon 10:00-11:00")) == set()


TWO = {"closed": (group("G1"), group("G2")), "open": (group("G1", membership="open"), group("G2", membership="open"))}


@pytest.mark.parametrize(("membership", "rules"), [("closed", {"cohort"}), ("open", set())])
def test_attending_two_groups_of_a_service(membership, rules):
    both = (session(MON9, group_id="G1"), session("Tue 09:00-12:00", group_id="G2"))
    assert broken(small(groups=TWO[membership]), *both) == rules


@pytest.mark.parametrize("closed", ["G1", "G2"])
def test_attending_a_closed_and_an_open_group(closed):
    groups = tuple(group(key, membership="closed" if key == closed else "open") for key in ("G1", "G2"))
    both = (session(MON9, group_id="G1"), session("Tue 09:00-12:00", group_id="G2"))
    assert broken(small(groups=groups), *both) == {"cohort"}


@pytest.mark.parametrize(
    ("given", "attended", "rules"),
    [
        ("closed", "closed", {"cohort"}),
        ("closed", "open", {"cohort"}),
        ("open", "closed", {"cohort"}),
        ("open", "open", set()),
    ],
)
def test_a_given_group_is_kept(given, attended, rules):
    groups = (group("G1", membership=given), group("G2", membership=attended))
    kept = small(groups=groups, participants=(adult(group_ids=("G1",)),))
    assert broken(kept, session(MON9, group_id="G1")) == set()
    assert broken(kept, session(MON9, group_id="G2")) == rules
    assert broken(kept) == set()


def test_groups_of_two_services():
    both = small(services=(*services(), service("skills")), groups=(group("G1"), group("G2", service_id="skills")))
    held = (session(MON9, group_id="G1"), session("Tue 09:00-12:00", group_id="G2", service_id="skills"))
    assert broken(both, *held) == set()


@pytest.mark.parametrize(("days", "rules"), [(("Mon", "Tue"), set()), (("Mon", "Tue", "Wed"), {"cohort"})])
def test_sessions_per_week(days, rules):
    held = [session(f"{day} 09:00-12:00", group_id="G1") for day in days]
    assert broken(small(groups=(group(sessions_per_week=2),)), *held) == rules


@pytest.mark.parametrize(("limit", "rules"), [(1, {"cohort"}), (2, set()), (0, set())])
def test_sessions_of_a_group_a_day(limit, rules):
    """Two sessions on Monday with different participants, so that only the group has too many."""
    often = small(groups=(group(),), services=services(process={"max_per_day": limit}))
    held = (session(MON9, "A1", group_id="G1"), session("Mon 13:00-16:00", "A2", group_id="G1"))
    assert broken(often, *held) == rules


@pytest.mark.parametrize(
    ("second", "rules"),
    [("Mon 12:00-15:00", set()), ("Mon 11:00-14:00", {"cohort"}), (MON9, {"cohort"}), ("Tue 09:00-12:00", set())],
)
def test_a_group_is_in_one_session_at_once(second, rules):
    """Others attend, lead and sit elsewhere, so that only the group clashes."""
    held = (session(MON9, "A1", group_id="G1"), session(second, "A2", "T2", "S2", group_id="G1", room_id="R2"))
    assert broken(small(groups=(group(),)), *held) == rules


def test_a_group_holds_only_its_service():
    other = small(groups=(group(service_id="workshop"),))
    assert broken(other, session(MON9, group_id="G1")) == {"cohort"}


def test_a_service_with_groups_is_held_in_groups():
    assert broken(small(groups=(group(),)), session(MON9)) == {"cohort"}


def test_the_sentence_of_a_kept_group():
    kept = small(groups=TWO["closed"], participants=(adult(group_ids=("G1",)),))
    assert sentences(kept, session(MON9, group_id="G2")) == [
        (
            "Participant A1 is in groups G1 and G2 of service process; group_id in participants.csv is G1; "
            "membership of G2 is closed (groups.csv)."
        )
    ]
