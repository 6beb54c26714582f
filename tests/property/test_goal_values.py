"""Model and verifier give a legal schedule the same value of every goal, term by term, on clinics made for the edge."""

from datetime import timedelta

import pytest
from accepting import goals_of
from clinics import (
    EVENING,
    MONDAY,
    MORNING,
    adult,
    adults,
    clinic,
    group,
    individual,
    level,
    schedule,
    service,
    session,
    small,
    windows,
)

from iopsched.domain.schedule import Schedule
from iopsched.domain.services import Need
from iopsched.rulebook import GoalId
from iopsched.verify import goal_values, violations

MON9, TUE9 = "Mon 09:00-12:00", "Tue 09:00-12:00"
OFTEN = {"adult": 5, "adolescent": 5}
TALK = service("individual", kind="individual", per_week=OFTEN)
VIDEO = service("individual", kind="individual", per_week=OFTEN, modality="either")


def value(goal, problem, *sessions):
    """Return the value of a goal on which model and verifier agree, as they do on all others."""
    whole = schedule(*sessions)
    assert violations(problem, whole) == ()
    by_verifier = {key: found.value for key, found in goal_values(problem, whole).items()}
    by_model = goals_of(problem, whole)
    assert dict(zip(GoalId, by_model, strict=True)) == by_verifier
    return by_verifier[goal]


def weighing(goal, **weights):
    """Return settings of a clinic in which only these terms of a goal count."""
    names = {
        "preferences": ("skipped", "outside_preferred", "leads", "therapists", "wishes"),
        "workload": ("imbalance", "evenings", "idle", "sizes"),
        "cost": ("staff", "trips", "waits"),
    }
    return {"weights": {goal: {**dict.fromkeys(names[goal], 0), **weights}}}


class TestSizes:
    """Only groups of one service and one population are compared."""

    def sizes(self, *groups, services, held):
        problem = small(
            clinic=clinic(**weighing("workload", sizes=1)), services=services, groups=groups, participants=adults(3)
        )
        return value(GoalId.WORKLOAD, problem, *held)

    def held(self, second="process"):
        first = session(MON9, "A1 A2", group_id="G1")
        return first, session(TUE9, "A3", "T2", group_id="G2", service_id=second)

    def test_of_one_service(self):
        groups = group("G1"), group("G2")
        assert self.sizes(*groups, services=(service(),), held=self.held()) == 1

    def test_of_two_services(self):
        groups = group("G1"), group("G2", service_id="skills")
        assert self.sizes(*groups, services=(service(), service("skills")), held=self.held("skills")) == 0

    def test_of_two_populations(self):
        problem = small(
            clinic=clinic(**weighing("workload", sizes=1)),
            services=(service(),),
            groups=(group("G1"), group("G2", population="adolescent")),
            participants=(*adults(2), adult("A3", population="adolescent")),
        )
        assert value(GoalId.WORKLOAD, problem, *self.held()) == 0

    def test_a_group_that_is_not_held(self):
        groups = group("G1"), group("G2")
        assert self.sizes(*groups, services=(service(),), held=self.held()[:1]) == 0

    @pytest.mark.parametrize(("target", "away"), [(1, 1), (2, 0), (4, 2)])
    def test_away_from_the_target(self, target, away):
        groups = (group("G1", target_size=target),)
        assert self.sizes(*groups, services=(service(),), held=self.held()[:1]) == away


class TestPreferences:
    @pytest.mark.parametrize(("asked", "leads"), [("prefer", 1), ("no", 0)])
    def test_leads_of_a_need(self, asked, leads):
        problem = small(
            clinic=clinic(**weighing("preferences", leads=1)),
            services=(TALK,),
            needs=(Need("A1", "individual", 2, same_therapist=asked),),
        )
        held = individual("Mon 09:00-10:00"), individual("Tue 09:00-10:00", staff="T2")
        assert value(GoalId.PREFERENCES, problem, *held) == leads

    @pytest.mark.parametrize(("asked", "leads"), [("prefer", 1), ("no", 0)])
    def test_leads_of_a_group(self, asked, leads):
        problem = small(
            clinic=clinic(**weighing("preferences", leads=1)), services=(service(),), groups=(group(one_lead=asked),)
        )
        held = session(MON9, group_id="G1"), session(TUE9, staff="T2", group_id="G1")
        assert value(GoalId.PREFERENCES, problem, *held) == leads

    @pytest.mark.parametrize(
        ("preferred", "minutes"), [("Mon 09:00-12:00", 0), ("Mon 10:00-11:00", 120), ("Tue 09:00-12:00", 180)]
    )
    def test_outside_preferred(self, preferred, minutes):
        problem = small(
            clinic=clinic(**weighing("preferences", outside_preferred=1)),
            services=(service(),),
            participants=(adult("A1", preferred=windows(preferred)),),
        )
        assert value(GoalId.PREFERENCES, problem, session(MON9)) == minutes

    @pytest.mark.parametrize(("attend", "minutes"), [("all", 180), ("some", 0)])
    def test_skipped_by_a_member(self, attend, minutes):
        problem = small(
            clinic=clinic(**weighing("preferences", skipped=1)),
            services=(service(),),
            groups=(group(attend=attend),),
            participants=(adult("A1", group_ids=("G1",)), adult("A2", group_ids=("G1",))),
        )
        held = session(MON9, "A1 A2", group_id="G1"), session(TUE9, group_id="G1")
        assert value(GoalId.PREFERENCES, problem, *held) == minutes

    def test_wishes_of_a_service(self):
        problem = small(
            clinic=clinic(**weighing("preferences", wishes=1)),
            services=(TALK, service("coaching", kind="individual", minutes=60, per_week=OFTEN)),
            needs=(Need("A1", "individual", 2, optional=True),),
        )
        held = individual("Mon 09:00-10:00"), individual("Tue 09:00-10:00", service_id="coaching")
        assert value(GoalId.PREFERENCES, problem, *held) == 1


class TestWorkload:
    def test_evenings_are_those_of_the_block(self):
        problem = small(
            clinic=clinic(blocks=(MORNING, EVENING), **weighing("workload", evenings=1)),
            services=(service(minutes=60),),
        )
        held = session("Mon 18:00-19:00"), session("Mon 16:00-17:00"), session("Tue 18:00-19:00", staff="T2")
        assert value(GoalId.WORKLOAD, problem, *held) == 1

    @pytest.mark.parametrize(("second", "minutes"), [("Mon 11:00-12:00", 0), ("Mon 12:00-13:00", 60)])
    def test_idle_beyond_an_hour(self, second, minutes):
        problem = small(clinic=clinic(**weighing("workload", idle=1)), services=(TALK,))
        held = individual("Mon 09:00-10:00"), individual(second)
        assert value(GoalId.WORKLOAD, problem, *held) == minutes

    def test_imbalance(self):
        problem = small(clinic=clinic(**weighing("workload", imbalance=1)), services=(TALK,))
        assert value(GoalId.WORKLOAD, problem, individual("Mon 09:00-10:00")) == 60


class TestCost:
    @pytest.mark.parametrize(("modality", "trips"), [("in_person", 1), ("telehealth", 0)])
    def test_trips_are_days_in_the_building(self, modality, trips):
        problem = small(
            clinic=clinic(**weighing("cost", trips=1)),
            services=(VIDEO,),
            participants=(adult("A1", modality="either"),),
        )
        place = {"room_id": None} if modality == "telehealth" else {}
        assert value(GoalId.COST, problem, individual("Mon 09:00-10:00", modality=modality, **place)) == trips

    def test_waits_of_a_participant(self):
        problem = small(clinic=clinic(**weighing("cost", waits=1)), services=(TALK,))
        assert value(GoalId.COST, problem, individual("Mon 09:00-10:00"), individual("Mon 12:00-13:00")) == 120


class TestUnmetNeed:
    @pytest.mark.parametrize(
        ("days", "longest", "gaps"),
        [
            (("Mon",), 5, 1),
            (("Mon",), 6, 0),
            (("Mon", "Thu"), 2, 1),
            (("Mon", "Thu"), 3, 0),
            ((), 6, 1),
            ((), 7, 0),
        ],
    )
    def test_gaps_on_the_circle_of_the_week(self, days, longest, gaps):
        problem = small(
            clinic=clinic(level=level(max_gap_days=longest)), services=(service(),), participants=(adult("A1"),)
        )
        held = [session(f"{day} 09:00-12:00") for day in days]
        assert value(GoalId.UNMET_NEED, problem, *held) == 60 * gaps

    @pytest.mark.parametrize(("least", "days"), [(180, 0), (181, 1)])
    def test_a_day_counts_from_so_many_minutes_on(self, least, days):
        problem = small(
            clinic=clinic(level=level(min_days_per_week=1, program_day_minutes=least)),
            services=(service(),),
            participants=(adult("A1"),),
        )
        assert value(GoalId.UNMET_NEED, problem, session(MON9)) == 60 * days

    def test_people_short(self):
        problem = small(
            clinic=clinic(level=level(min_minutes_per_week=180)), services=(service(),), participants=adults(3)
        )
        assert value(GoalId.PEOPLE_SHORT, problem, session(MON9, "A1 A2")) == 1


class TestChanges:
    def changes(self, before, *now, **facts):
        previous = Schedule(MONDAY, tuple(before), census=frozenset({"A1", "A2"}))
        problem = small(previous=previous, services=(service(), TALK), **facts)
        return value(GoalId.CHANGES, problem, *now)

    def test_the_same(self):
        assert self.changes([session(MON9)], session(MON9)) == 0

    def test_another_lead(self):
        """A1, T1 and T2 must be told."""
        assert self.changes([session(MON9, staff="T1")], session(MON9, staff="T2")) == 3

    @pytest.mark.parametrize(("room_id", "told"), [("R1", 0), ("R2", 2)])
    def test_another_room_of_a_visit(self, room_id, told):
        before = [individual("Mon 09:00-10:00")]
        assert self.changes(before, individual("Mon 09:00-10:00", room_id=room_id)) == told

    def test_one_session_more(self):
        assert self.changes([session(MON9)], session(MON9), session(TUE9)) == 2

    def test_somebody_who_has_left(self):
        gone = adult("A1", discharged=MONDAY - timedelta(days=1))
        assert self.changes([session(MON9, "A1 A2")], session(MON9, "A2"), participants=(gone, adult("A2"))) == 0
