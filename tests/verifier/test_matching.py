"""Rules ``match`` and ``apart`` on and just past their edges."""

import pytest

from iopsched.domain.people import KeepApart
from iopsched.domain.services import Need
from tests.support.clinics import adult, broken, group, individual, sentences, session, small, therapist

MON9 = "Mon 09:00-12:00"


def grouped(person, **changes):
    return small(participants=(adult(**person),), groups=(group(**changes),))


@pytest.mark.parametrize(
    ("person", "changes", "rules"),
    [
        ({}, {}, set()),
        ({"population": "adolescent"}, {}, {"match"}),
        ({"tracks": ("sud",)}, {}, {"match"}),
        ({"tracks": ("sud", "mh")}, {"tracks": ("mh", "dual")}, set()),
        ({"tracks": ()}, {}, {"match"}),
        ({"gender": "F"}, {"gender": "f"}, set()),
        ({"gender": "m"}, {"gender": "f"}, {"match"}),
        ({}, {"gender": "f"}, {"match"}),
        ({"languages": ("English", "Spanish")}, {"language": "spanish"}, set()),
        ({"languages": ("English",)}, {"language": "spanish"}, {"match"}),
        ({}, {"language": "spanish"}, {"match"}),
    ],
)
def test_participant_and_group(person, changes, rules):
    assert broken(grouped(person, **changes), session(MON9, group_id="G1")) == rules


def test_age_override_changes_nothing_here():
    """The rule looks at the column ``population``: an override is why it may differ from the age."""
    assert broken(grouped({"age": 17, "age_override": True}), session(MON9, group_id="G1")) == set()


def test_tracks_need_not_match_without_a_group():
    mixed = small(participants=(adult("A1"), adult("A2", tracks=("sud",))))
    assert broken(mixed, session(MON9, "A1 A2")) == set()


def test_populations_are_not_mixed_without_a_group():
    mixed = small(participants=(adult("A1"), adult("A2", population="adolescent")))
    assert broken(mixed, session(MON9, "A1 A2")) == {"match"}


@pytest.mark.parametrize(
    ("lead", "rules"), [({"languages": ("Spanish",)}, set()), ({"languages": ("English",)}, {"match"}), ({}, set())]
)
def test_the_groups_language_is_asked_of_the_lead(lead, rules):
    spanish = small(
        participants=(adult(languages=("spanish",)),),
        groups=(group(language="spanish"),),
        therapists=(therapist(**lead),),
    )
    assert broken(spanish, session(MON9, group_id="G1")) == rules


def test_the_groups_gender_is_not_asked_of_the_lead():
    women = small(participants=(adult(gender="f"),), groups=(group(gender="f"),), therapists=(therapist(gender="m"),))
    assert broken(women, session(MON9, group_id="G1")) == set()


def test_language_is_asked_of_the_lead_only():
    spanish = small(
        participants=(adult(languages=("spanish",)),),
        groups=(group(language="spanish"),),
        therapists=(therapist(), therapist("T2", languages=("english",))),
    )
    assert broken(spanish, session(MON9, staff="T1 T2", group_id="G1")) == set()
    assert broken(spanish, session(MON9, staff="T2 T1", group_id="G1")) == {"match"}


@pytest.mark.parametrize(
    ("need", "lead", "rules"),
    [
        ({"gender": "f"}, {"gender": "F"}, set()),
        ({"gender": "f"}, {"gender": "m"}, {"match"}),
        ({"gender": "f"}, {}, {"match"}),
        ({"language": "spanish"}, {"languages": ("Spanish", "english")}, set()),
        ({"language": "spanish"}, {"languages": ("english",)}, {"match"}),
        ({"language": "spanish"}, {}, set()),
    ],
)
def test_a_need_asks_gender_and_language_of_the_lead(need, lead, rules):
    asked = small(needs=(Need("A1", "individual", 1, **need),), therapists=(therapist(**lead),))
    assert broken(asked, individual("Mon 09:00-10:00")) == rules
    assert broken(asked, individual("Mon 09:00-10:00", "A2")) == set()
    assert broken(asked, session(MON9)) == set()


def test_sentences_of_match():
    wrong = grouped({"population": "adolescent", "tracks": ()})
    assert sentences(wrong, session(MON9, group_id="G1", id_="G1-1")) == [
        "Participant A1 of session G1-1 (Mon 09:00-12:00) has no track; group G1 is for track mh (track in groups.csv).",
        "Participant A1 of session G1-1 (Mon 09:00-12:00) is adolescent; group G1 is for adult (population in groups.csv).",
    ]


@pytest.mark.parametrize(
    ("who", "staff", "rules"), [("A1 A2", "T1", {"apart"}), ("A1", "T1", set()), ("A2", "T1", set())]
)
@pytest.mark.parametrize("pair", [("A1", "A2"), ("A2", "A1")])
def test_two_participants_apart(pair, who, staff, rules):
    assert broken(small(keep_apart=(KeepApart(*pair),)), session(MON9, who, staff)) == rules


@pytest.mark.parametrize(
    ("who", "staff", "rules"),
    [("A1", "T1", set()), ("A1", "T2", {"apart"}), ("A1", "T1 T2", {"apart"}), ("A2", "T2", set())],
)
def test_participant_and_therapist_apart(who, staff, rules):
    pair = KeepApart("A1", therapist_id="T2")
    assert broken(small(keep_apart=(pair,)), session(MON9, who, staff)) == rules


def test_apart_in_different_sessions_at_the_same_time():
    pair = KeepApart("A1", "A2")
    held = (session(MON9, "A1"), session(MON9, "A2", "T2", id_="S2", room_id="R2"))
    assert broken(small(keep_apart=(pair,)), *held) == set()
