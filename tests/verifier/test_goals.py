"""Goals ``people_short``, ``changes`` and ``preferences``, every number derived by hand."""

from dataclasses import replace
from datetime import date

import pytest

from iopsched.domain.schedule import Schedule
from iopsched.domain.services import Need
from iopsched.rulebook import DEFAULT_WEIGHTS, GoalId
from iopsched.verifier import goal_values
from tests.support.clinics import (
    MONDAY,
    adult,
    adults,
    clinic,
    family,
    goal,
    group,
    individual,
    level,
    raw,
    schedule,
    service,
    services,
    session,
    small,
    therapist,
    windows,
)

MON9, TUE9, WED9 = "Mon 09:00-12:00", "Tue 09:00-12:00", "Wed 09:00-12:00"
GONE = {"discharged": date(2026, 11, 29)}


def test_goals_come_in_rank_order_with_all_their_parts():
    values = goal_values(small(), schedule())
    assert list(values) == list(GoalId)
    for name, weights in DEFAULT_WEIGHTS.items():
        assert [part for part, _ in values[name].parts] == list(weights)


def test_weights_are_settings():
    """A session of 180 minutes with one therapist, a trip and a day of staff: 2 x 180 instead of 180, days switched off."""
    own = small(clinic=clinic(weights={"cost": {"staff": 2, "trips": 0, "staff_days": 0}}))
    assert goal(GoalId.COST, own, session(MON9)) == {"staff": 360}


def test_people_short_counts_people():
    """A1 has the 180 minutes, A2 nothing, A3 is gone."""
    problem = small(
        clinic=clinic(level=level(min_minutes_per_week=180)),
        services=(service(),),
        participants=(*adults(2), adult("A3", **GONE)),
    )
    assert goal(GoalId.PEOPLE_SHORT, problem, session(MON9)) == {"people": 1}


def test_a_minute_is_short():
    problem = small(clinic=clinic(level=level(min_minutes_per_week=181)), services=(service(),))
    assert goal(GoalId.PEOPLE_SHORT, problem, session(MON9)) == {"people": 2}


class TestChanges:
    BEFORE = session(MON9, "A1", "T1")

    def changes(self, *now, before=(BEFORE,), census=("A1", "A2"), **facts):
        previous = Schedule(MONDAY, tuple(before), census=frozenset(census))
        return goal(GoalId.CHANGES, small(previous=previous, **facts), *now)

    def test_without_a_previous_week(self):
        assert goal(GoalId.CHANGES, small(), self.BEFORE) == {}

    def test_the_same_week(self):
        assert self.changes(self.BEFORE) == {}

    def test_another_name_of_the_session_is_no_change(self):
        assert self.changes(replace(self.BEFORE, id="other")) == {}

    @pytest.mark.parametrize(
        ("now", "expected"),
        [
            (session(TUE9), {"participants": 1, "therapists": 1}),
            (session("Mon 10:00-13:00"), {"participants": 1, "therapists": 1}),
            (session(MON9, room_id="R2"), {"participants": 1, "therapists": 1}),
            (session(MON9, group_id="G1"), {"participants": 1, "therapists": 1}),
            (session(MON9, service_id="multifamily"), {"participants": 1, "therapists": 1}),
            (session(MON9, staff="T2"), {"participants": 1, "therapists": 2}),
            (session(MON9, staff="T1 T2"), {"therapists": 1}),
            (session(MON9, "A1 A2"), {"participants": 1}),
            (session(MON9, "A2"), {"participants": 2}),
        ],
    )
    def test_day_start_room_group_service_lead_and_people(self, now, expected):
        assert self.changes(now) == expected

    def test_another_group(self):
        first, second = (session(MON9, group_id=key) for key in ("G1", "G2"))
        assert self.changes(second, before=(first,)) == {"participants": 1, "therapists": 1}

    def test_a_session_that_is_canceled(self):
        assert self.changes() == {"participants": 1, "therapists": 1}

    def test_admissions_are_excepted(self):
        """A2 is in neither the census nor a roster of the previous week."""
        assert self.changes(session(MON9, "A1 A2"), census=("A1",)) == {}

    def test_a_roster_shows_who_was_there_too(self):
        assert self.changes(census=()) == {"participants": 1, "therapists": 1}

    def test_discharges_are_excepted(self):
        assert self.changes(session(MON9, "A2"), participants=(adult("A1", **GONE), adult("A2"))) == {"participants": 1}

    def test_only_present_therapists_count(self):
        assert self.changes(therapists=(therapist("T2"),)) == {"participants": 1}

    def test_the_date_of_the_previous_week_does_not_matter(self):
        previous = Schedule(date(2026, 11, 23), (self.BEFORE,), census=frozenset({"A1"}))
        assert goal(GoalId.CHANGES, small(previous=previous), self.BEFORE) == {}


class TestSkipped:
    @pytest.mark.parametrize(
        ("facts", "expected"),
        [({"attend": "some"}, {}), ({"membership": "open"}, {"skipped": 180}), ({}, {"skipped": 360})],
    )
    def test_members_given(self, facts, expected):
        """A1 belongs to the group and attends only on Monday; A2, a member only if it is closed, only on Tuesday."""
        problem = small(participants=(adult(group_ids=("G1",)), adult("A2")), groups=(group(**facts),))
        held = (session(MON9, group_id="G1"), session(TUE9, "A2", group_id="G1"))
        assert goal(GoalId.PREFERENCES, problem, *held) == expected

    @pytest.mark.parametrize(("membership", "expected"), [("closed", {"skipped": 180}), ("open", {})])
    def test_members_on_the_roster(self, membership, expected):
        """A1 is on the roster on Monday: a member of a closed group, a guest of an open one; A2 was always there."""
        problem = small(groups=(group(membership=membership),))
        held = (session(MON9, "A1 A2", group_id="G1"), session(TUE9, "A2", group_id="G1"))
        assert goal(GoalId.PREFERENCES, problem, *held) == expected

    def test_sessions_that_are_not_held_are_not_skipped(self):
        problem = small(participants=(adult(group_ids=("G1",)),), groups=(group(sessions_per_week=5),))
        assert goal(GoalId.PREFERENCES, problem) == {}

    def test_members_who_are_not_there_this_week(self):
        problem = small(participants=(adult(group_ids=("G1",), **GONE), adult("A2")), groups=(group(),))
        assert goal(GoalId.PREFERENCES, problem, session(MON9, "A2", group_id="G1")) == {}


class TestPreferences:
    @pytest.mark.parametrize(
        ("preferred", "minutes"),
        [(None, 0), ("Mon 09:00-12:00", 0), ("Mon 10:00-11:00", 120), ("Tue 09:00-12:00", 180)],
    )
    def test_outside_preferred(self, preferred, minutes):
        """Minutes of Mon 09:00-12:00 outside, for A1 and for each of two staff."""
        wish = {"preferred": preferred and windows(preferred)}
        problem = small(
            participants=(adult(**wish),),
            therapists=(therapist("T1", **wish), therapist("T2", **wish)),
            services=(service(),),
        )
        assert raw(GoalId.PREFERENCES, "outside_preferred", problem, session(MON9, staff="T1 T2")) == 3 * minutes

    @pytest.mark.parametrize(("asked", "leads"), [("prefer", 1), ("require", 0), ("no", 0)])
    def test_leads_of_a_group(self, asked, leads):
        """T1 leads twice, T2 once: one lead beyond the first. Who helps does not matter."""
        problem = small(groups=(group(one_lead=asked, attend="some"),))
        held = [
            session(when, staff=staff, group_id="G1") for when, staff in ((MON9, "T1"), (TUE9, "T2"), (WED9, "T1 T2"))
        ]
        assert raw(GoalId.PREFERENCES, "leads", problem, *held) == leads

    @pytest.mark.parametrize(("asked", "leads"), [("prefer", 1), ("require", 0), ("no", 0)])
    def test_leads_of_a_need(self, asked, leads):
        problem = small(needs=(Need("A1", "individual", 2, same_therapist=asked),))
        held = (individual("Mon 09:00-10:00"), individual("Tue 09:00-10:00", staff="T2"))
        assert raw(GoalId.PREFERENCES, "leads", problem, *held) == leads

    def test_therapists(self):
        """A1 meets T1, T2 and T3 in individual and family sessions: two beyond the first; groups do not count."""
        problem = small(therapists=tuple(therapist(f"T{number}") for number in (1, 2, 3, 4)), services=services())
        held = (
            individual("Mon 09:00-10:00", staff="T1 T2"),
            family("Tue 09:00-10:00", staff="T3"),
            individual("Wed 09:00-10:00", staff="T1"),
            session("Thu 09:00-12:00", staff="T4"),
        )
        assert raw(GoalId.PREFERENCES, "therapists", problem, *held) == 2

    @pytest.mark.parametrize(
        ("changes", "person", "wishes"),
        [
            ({}, {}, 2),
            ({"optional": False}, {}, 0),
            ({"last_held": MONDAY}, {}, 0),  # not due this week
            ({}, GONE, 0),
        ],
    )
    def test_wishes(self, changes, person, wishes):
        """Three sessions wished for, one held."""
        need = Need("A1", "individual", 3, **{"optional": True, **changes})
        problem = small(needs=(need,), participants=(adult(**person),))
        assert raw(GoalId.PREFERENCES, "wishes", problem, individual("Mon 09:00-10:00")) == wishes
