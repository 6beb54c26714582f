"""Rules ``week_max``, ``day_max`` and ``phase`` on and just past their edges."""

from datetime import date, timedelta

import pytest

from iopsched.domain.services import Need
from tests.support.clinics import (
    MONDAY,
    TUESDAY,
    adult,
    broken,
    clinic,
    family,
    group,
    individual,
    level,
    phase,
    sentences,
    service,
    services,
    session,
    small,
)

MON9, TUE9, WED9 = "Mon 09:00-12:00", "Tue 09:00-12:00", "Wed 09:00-12:00"


def limited(person=None, **facts):
    """Return the small clinic with these numbers of the level and of A1's own row."""
    return small(clinic=clinic(level=level(**facts)), participants=(adult(**(person or {})), adult("A2")))


class TestWeekMax:
    @pytest.mark.parametrize(("most", "rules"), [(360, set()), (359, {"week_max"})])
    @pytest.mark.parametrize("own", [True, False])
    def test_minutes_a_week(self, own, most, rules):
        """Two sessions of 180 minutes are 360; the participant's own number comes first."""
        facts = {"max_minutes_per_week": 0 if own else most}
        problem = limited({"max_minutes_per_week": most} if own else {}, **facts)
        assert broken(problem, session(MON9), session(TUE9)) == rules

    @pytest.mark.parametrize(("most", "rules"), [(240, set()), (239, {"week_max"})])
    def test_minutes_a_day(self, most, rules):
        """180 and 60 minutes on Monday are 240; Tuesday counts for itself."""
        held = (session(MON9), individual("Mon 13:00-14:00"), session(TUE9))
        assert broken(limited(max_minutes_per_day=most), *held) == rules

    @pytest.mark.parametrize(("most", "rules"), [(150, set()), (149, {"week_max"})])
    def test_contact_minutes_count(self, most, rules):
        problem = small(
            clinic=clinic(level=level(max_minutes_per_week=most)), services=services(process={"contact_minutes": 150})
        )
        assert broken(problem, session(MON9)) == rules

    def test_services_that_do_not_count(self):
        meals = small(
            clinic=clinic(level=level(max_minutes_per_week=0, max_minutes_per_day=0)),
            services=services(process={"counts": False}),
            participants=(adult(authorized_days=0, authorized_until=date(2026, 1, 1)),),
        )
        assert broken(meals, session(MON9)) == set()

    @pytest.mark.parametrize(("days", "rules"), [(2, set()), (1, {"week_max"})])
    def test_authorized_days(self, days, rules):
        """Three sessions on two days."""
        held = (session(MON9), individual("Mon 13:00-14:00"), session(TUE9))
        assert broken(limited({"authorized_days": days}), *held) == rules

    @pytest.mark.parametrize(("until", "rules"), [(TUESDAY, set()), (MONDAY, {"week_max"})])
    def test_authorized_until(self, until, rules):
        assert broken(limited({"authorized_until": until}), session(TUE9)) == rules

    def test_a_named_level(self):
        levels = {"iop-adult": level(), "php": level("php", max_minutes_per_week=100)}
        named = small(clinic=clinic(levels=levels), participants=(adult(level="php"), adult("A2", level="")))
        assert broken(named, session(MON9, "A1")) == {"week_max"}
        assert broken(named, session(MON9, "A2")) == set()

    def test_sentences(self):
        assert sentences(limited(max_minutes_per_week=330), session(MON9), session(TUE9)) == [
            "Participant A1 has 6 h that count this week; at most 5.5 h are allowed (max_hours_per_week of level iop-adult)."
        ]


class TestSessionsADay:
    @pytest.mark.parametrize(("most", "rules"), [(2, set()), (1, {"day_max"}), (0, set())])
    def test_of_a_service(self, most, rules):
        problem = small(services=services(individual={"max_per_day": most}))
        assert broken(problem, individual("Mon 09:00-10:00"), individual("Mon 11:00-12:00")) == rules

    @pytest.mark.parametrize(("own", "rules"), [(2, set()), (1, {"day_max"}), (0, set()), (None, {"day_max"})])
    def test_of_a_need(self, own, rules):
        problem = small(
            services=services(individual={"max_per_day": 1}), needs=(Need("A1", "individual", 2, max_per_day=own),)
        )
        assert broken(problem, individual("Mon 09:00-10:00"), individual("Mon 11:00-12:00")) == rules

    def test_services_and_days_are_counted_apart(self):
        problem = small(services=services(individual={"max_per_day": 1}, family={"max_per_day": 1}))
        held = (individual("Mon 09:00-10:00"), family("Mon 11:00-12:00"), individual("Tue 09:00-10:00"))
        assert broken(problem, *held) == set()

    @pytest.mark.parametrize(("most", "rules"), [(2, set()), (1, {"day_max"}), (0, set())])
    @pytest.mark.parametrize("own", [True, False])
    def test_in_all(self, own, most, rules):
        problem = limited(
            {"max_sessions_per_day": most} if own else {}, max_sessions_per_day=1 if own and most != 1 else most
        )
        assert broken(problem, session(MON9), individual("Mon 13:00-14:00"), session(TUE9)) == rules


class TestHoursInARow:
    """09:00-12:00 and 13:00-14:00: 60 minutes between them, 300 from first start to last end."""

    HELD = (session(MON9), individual("Mon 13:00-14:00"))

    @pytest.mark.parametrize(("pause", "rules"), [(60, set()), (61, {"day_max"})])
    def test_the_pause(self, pause, rules):
        """Sessions 60 minutes apart are two runs if a pause is 60, else one run of 300 minutes."""
        problem = small(clinic=clinic(level=level(max_minutes_in_a_row=299), staff={"break_minutes": pause}))
        assert broken(problem, *self.HELD) == rules

    @pytest.mark.parametrize(("most", "rules"), [(300, set()), (299, {"day_max"}), (0, set())])
    @pytest.mark.parametrize("own", [True, False])
    def test_the_limit(self, own, most, rules):
        person = adult(max_minutes_in_a_row=most) if own else adult()
        numbers = level(max_minutes_in_a_row=60 if own else most)
        problem = small(clinic=clinic(level=numbers, staff={"break_minutes": 90}), participants=(person,))
        assert broken(problem, *self.HELD) == rules

    def test_one_long_session(self):
        assert broken(limited(max_minutes_in_a_row=180), session(MON9)) == set()
        assert broken(limited(max_minutes_in_a_row=179), session(MON9)) == {"day_max"}

    def test_sessions_that_do_not_count_are_part_of_a_run(self):
        problem = small(
            clinic=clinic(level=level(max_minutes_in_a_row=200)), services=services(individual={"counts": False})
        )
        assert broken(problem, session(MON9), individual("Mon 12:00-13:00")) == {"day_max"}


def twice(when="Mon"):
    return (individual(f"{when} 09:00-10:00"), individual(f"{when} 11:00-12:00"))


class TestNeedsAreNeverExceeded:
    @pytest.mark.parametrize(("number", "rules"), [(2, set()), (1, {"day_max"}), (0, {"day_max"})])
    def test_needs_csv_comes_first(self, number, rules):
        problem = small(needs=(Need("A1", "individual", number),), participants=(adult(individual_per_week=9),))
        assert broken(problem, *twice()) == rules

    @pytest.mark.parametrize(("number", "rules"), [(2, set()), (1, {"day_max"}), (0, {"day_max"})])
    def test_the_participants_column_comes_next(self, number, rules):
        assert broken(small(participants=(adult(individual_per_week=number),)), *twice()) == rules

    @pytest.mark.parametrize(("number", "rules"), [(2, set()), (1, {"day_max"})])
    def test_the_column_for_family_sessions(self, number, rules):
        problem = small(participants=(adult(family_per_week=number),))
        assert broken(problem, family("Mon 09:00-10:00"), family("Tue 09:00-10:00")) == rules

    @pytest.mark.parametrize(
        ("per_week", "rules"),
        [({"adult": 2}, set()), ({"adult": 1}, {"day_max"}), ({"adolescent": 2}, {"day_max"}), ({}, {"day_max"})],
    )
    def test_the_services_default_comes_last(self, per_week, rules):
        assert broken(small(services=services(individual={"per_week": per_week})), *twice()) == rules

    def test_the_column_is_for_the_first_service_of_the_kind(self):
        """A1 may have two of ``individual``, of ``coaching`` only the default of one."""
        coaching = service("coaching", kind="individual", per_week={"adult": 1})
        problem = small(services=(*services(), coaching), participants=(adult(individual_per_week=2),))
        held = (
            individual("Mon 09:00-10:00", service_id="coaching"),
            individual("Tue 09:00-10:00", service_id="coaching"),
        )
        assert broken(problem, *twice()) == set()
        assert broken(problem, *held) == {"day_max"}

    @pytest.mark.parametrize(
        ("weeks_ago", "every", "rules"),
        [(2, 2, set()), (1, 2, {"day_max"}), (3, 2, set()), (1, 1, set()), (0, 1, {"day_max"}), (None, 4, set())],
    )
    def test_every_weeks(self, weeks_ago, every, rules):
        """Held on the Friday of an earlier week: whole weeks are counted, from Monday to Monday."""
        last = None if weeks_ago is None else MONDAY + timedelta(days=4) - timedelta(weeks=weeks_ago)
        problem = small(needs=(Need("A1", "individual", 1, every_weeks=every, last_held=last),))
        assert broken(problem, individual("Mon 09:00-10:00")) == rules

    @pytest.mark.parametrize(("number", "rules"), [(2, set()), (1, {"day_max"})])
    def test_a_wish_is_not_exceeded_either(self, number, rules):
        assert broken(small(needs=(Need("A1", "individual", number, optional=True),)), *twice()) == rules

    @pytest.mark.parametrize(("number", "rules"), [(2, set()), (1, {"day_max"}), (0, {"day_max"})])
    def test_a_service_with_groups(self, number, rules):
        problem = small(groups=(group(),), needs=(Need("A1", "process", number),))
        assert broken(problem, session(MON9, group_id="G1"), session(TUE9, group_id="G1")) == rules

    def test_a_blank_need_of_a_service_with_groups_has_no_maximum(self):
        problem = small(groups=(group(),))
        assert broken(problem, *(session(when, group_id="G1") for when in (MON9, TUE9, WED9))) == set()


class TestOfferedFreely:
    def test_without_any_need(self):
        assert broken(small(), session(MON9), session(TUE9)) == set()

    def test_a_need_of_anybody_ends_it(self):
        problem = small(needs=(Need("A2", "process", 1),))
        assert broken(problem, session(MON9, "A2")) == set()
        assert broken(problem, session(MON9, "A1")) == {"day_max"}

    def test_a_need_of_somebody_who_has_left_does_not(self):
        people = (adult("A1"), adult("A2"), adult("A9", discharged=date(2026, 11, 27)))
        problem = small(participants=people, needs=(Need("A9", "process", 1),))
        assert broken(problem, session(MON9)) == set()

    def test_a_written_nought_is_none_for_that_participant_only(self):
        problem = small(needs=(Need("A2", "process", 0),))
        assert broken(problem, session(MON9, "A1")) == set()
        assert broken(problem, session(MON9, "A2")) == {"day_max"}

    def test_a_default_of_nought(self):
        problem = small(services=services(process={"per_week": {"adult": 0}}))
        assert broken(problem, session(MON9)) == {"day_max"}

    @pytest.mark.parametrize("kind", ["multifamily", "workshop"])
    def test_other_kinds_are_not(self, kind):
        problem = small(services=services(**{kind: {"per_week": {}, "minutes": 60}}))
        assert broken(problem, session("Mon 09:00-10:00", service_id=kind)) == {"day_max"}


class TestPhase:
    @pytest.mark.parametrize(("most", "rules"), [(2, set()), (1, {"phase"})])
    def test_most_group_sessions(self, most, rules):
        problem = small(clinic=clinic(phases=phase(0, most)), participants=(adult(phase="initial"), adult("A2")))
        assert broken(problem, session(MON9), session(TUE9)) == rules
        assert broken(problem, session(MON9, "A2"), session(TUE9, "A2")) == set()

    def test_other_kinds_do_not_count(self):
        problem = small(clinic=clinic(phases=phase(0, 0)), participants=(adult(phase="initial"),))
        others = (individual("Mon 09:00-10:00"), family("Tue 09:00-10:00"), session(WED9, service_id="multifamily"))
        assert broken(problem, *others, session("Thu 09:00-10:00", service_id="workshop")) == set()

    def test_sessions_of_all_group_services_count(self):
        problem = small(
            clinic=clinic(phases=phase(0, 1)),
            participants=(adult(phase="initial"),),
            services=(*services(), service("skills")),
        )
        assert broken(problem, session(MON9), session(TUE9, service_id="skills")) == {"phase"}

    def test_sentences(self):
        problem = small(clinic=clinic(phases=phase(0, 1)), participants=(adult(phase="initial"),))
        assert sentences(problem, session(MON9), session(TUE9)) == [
            "Participant A1 has 2 group sessions; phase initial allows at most 1 (group_sessions in clinic.toml)."
        ]


def test_day_max_says_where_the_number_stands():
    assert sentences(small(needs=(Need("A1", "individual", 1),)), *twice()) == [
        "Participant A1 has 2 sessions of individual this week; at most 1 are needed (per_week in needs.csv)."
    ]
