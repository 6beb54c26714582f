"""Rules ``primary`` and ``staff_load`` on and just past their edges."""

from datetime import date

import pytest

from tests.support.clinics import (
    adult,
    adults,
    broken,
    clinic,
    individual,
    sentences,
    services,
    session,
    small,
    therapist,
)

MON, TUE = "Mon 09:00-10:00", "Tue 09:00-10:00"


def loyal(**changes):
    return small(services=services(individual={"with_primary": True}), **changes)


@pytest.mark.parametrize(
    ("staff", "rules"), [("T1", set()), ("T2", {"primary"}), ("T2 T1", {"primary"}), ("T1 T2", set())]
)
def test_led_by_the_given_primary(staff, rules):
    assert broken(loyal(participants=(adult(primary_id="T1"),)), individual(MON, staff=staff)) == rules


def test_services_without_primary_are_led_by_anybody():
    given = loyal(participants=(adult(primary_id="T1"),))
    assert broken(given, session("Mon 09:00-12:00", staff="T2")) == set()


@pytest.mark.parametrize(("second", "rules"), [("T1", set()), ("T2", {"primary"})])
def test_one_chosen_primary(second, rules):
    assert broken(loyal(), individual(MON), individual(TUE, staff=second)) == rules


def test_participants_may_have_different_primaries():
    assert broken(loyal(), individual(MON), individual(TUE, "A2", "T2")) == set()


def test_the_primary_of_everybody_in_the_session():
    pair = loyal(participants=(adult("A1", primary_id="T1"), adult("A2", primary_id="T2")))
    shared = services(individual={"with_primary": True, "max_participants": 2})
    both = small(services=shared, participants=pair.participants)
    assert broken(both, individual(MON, "A1 A2")) == {"primary"}


@pytest.mark.parametrize(("limit", "rules"), [(2, set()), (1, {"primary"}), (None, set())])
def test_caseload_counts_given_and_chosen(limit, rules):
    """T1 is given as primary of A1, who has no session, and chosen for A2."""
    people = (adult("A1", primary_id="T1"), adult("A2"))
    assert (
        broken(loyal(participants=people, therapists=(therapist(max_caseload=limit),)), individual(MON, "A2")) == rules
    )


def test_caseload_leaves_out_who_has_left():
    """T1 is given as primary of A1 too, whose stay ended the week before."""
    people = (adult("A1", primary_id="T1", discharged=date(2026, 11, 27)), adult("A2"))
    one = loyal(participants=people, therapists=(therapist(max_caseload=1),))
    assert broken(one, individual(MON, "A2")) == set()


def test_caseload_counts_each_participant_once():
    one = loyal(therapists=(therapist(max_caseload=1),))
    assert broken(one, individual(MON), individual(TUE)) == set()


def test_other_sessions_are_no_caseload():
    none = loyal(therapists=(therapist(max_caseload=0),))
    assert broken(none, session("Mon 09:00-12:00", "A1 A2")) == set()


def test_sentences_of_primary():
    given = loyal(participants=(adult(primary_id="T1"),))
    assert sentences(given, individual(MON, staff="T2", id_="individual-1")) == [
        (
            "Session individual-1 (Mon 09:00-10:00) is led by T2; the primary therapist of participant A1 is T1 "
            "(therapist_id in participants.csv)."
        )
    ]


def work(*days, staff="T1"):
    return [session(day, staff=staff) for day in days]


@pytest.mark.parametrize(("limit", "rules"), [(360, set()), (359, {"staff_load"})])
@pytest.mark.parametrize("own", [True, False])
def test_minutes_a_day(own, limit, rules):
    """Two sessions of 180 minutes are 360."""
    facts = {"therapists": (therapist(max_minutes_per_day=limit),)} if own else {}
    limits = {} if own else {"staff": {"max_minutes_per_day": limit}}
    assert broken(small(clinic=clinic(**limits), **facts), *work("Mon 08:00-11:00", "Mon 12:00-15:00")) == rules


def test_the_days_are_counted_apart():
    short = small(therapists=(therapist(max_minutes_per_day=180),))
    assert broken(short, *work("Mon 08:00-11:00", "Tue 08:00-11:00")) == set()


@pytest.mark.parametrize(("limit", "rules"), [(540, set()), (539, {"staff_load"})])
@pytest.mark.parametrize("own", [True, False])
def test_minutes_a_week(own, limit, rules):
    """Three sessions of 180 minutes are 540; T2 helps and has 180 of them."""
    facts = {"therapists": (therapist(max_minutes_per_week=limit if own else None), therapist("T2"))}
    limits = {} if own else {"staff": {"max_minutes_per_week": limit}}
    held = (*work("Mon 08:00-11:00", "Tue 08:00-11:00"), session("Wed 08:00-11:00", staff="T2 T1"))
    assert broken(small(clinic=clinic(**limits), **facts), *held) == rules


@pytest.mark.parametrize(("asked", "rules"), [(720, set()), (721, {"staff_load"})])
def test_rest_between_days(asked, rules):
    """From Monday 20:00 to Tuesday 08:00 are 12 hours; the earlier and later sessions do not matter."""
    rested = small(clinic=clinic(staff={"min_rest_minutes": asked}))
    held = work("Mon 12:00-15:00", "Mon 17:00-20:00", "Tue 08:00-11:00", "Tue 13:00-16:00")
    assert broken(rested, *held) == rules


def test_rest_is_asked_between_neighboring_days_only():
    rested = small(clinic=clinic(staff={"min_rest_minutes": 3000}))
    assert broken(rested, *work("Mon 17:00-20:00", "Wed 08:00-11:00")) == set()


def test_sentences_of_staff_load():
    short = small(therapists=(therapist(max_minutes_per_day=330),), participants=adults(1))
    assert sentences(short, *work("Mon 08:00-11:00", "Mon 12:00-15:00")) == [
        "Therapist T1 has 6 h in sessions on Mon; at most 5.5 h are allowed (max_hours_per_day in therapists.csv)."
    ]
