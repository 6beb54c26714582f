"""Goals ``workload`` and ``cost``, every number derived by hand."""

from dataclasses import replace
from datetime import date

import pytest

from iopsched.domain.services import Need, Role, Times
from iopsched.domain.timegrid import ALWAYS
from iopsched.rulebook import GoalId
from tests.support.clinics import (
    EVENING,
    MONDAY,
    MORNING,
    adult,
    adults,
    clinic,
    goal,
    group,
    individual,
    off,
    raw,
    service,
    session,
    small,
    therapist,
    windows,
)

MON9, TUE9, WED9 = "Mon 09:00-12:00", "Tue 09:00-12:00", "Wed 09:00-12:00"
GONE = {"discharged": date(2026, 11, 29)}


class TestImbalance:
    def spread(self, problem, *sessions):
        return raw(GoalId.WORKLOAD, "imbalance", problem, *sessions)

    def test_largest_minus_smallest(self):
        """T1 has 180 + 60, T2 has 60 as a helper, T3 nothing."""
        problem = small(therapists=tuple(therapist(f"T{number}") for number in (1, 2, 3)))
        held = (session(MON9), individual("Tue 09:00-10:00", staff="T1 T2"))
        assert self.spread(problem, *held) == 240
        assert self.spread(problem) == 0

    @pytest.mark.parametrize(
        ("facts", "could"),
        [
            ({}, True),
            ({"skills": ("individual",)}, False),
            ({"availability": windows("Mon 09:00-12:00")}, True),
            ({"availability": windows("Mon 09:00-11:59")}, False),
            ({"availability": windows("Mon 09:30-12:30")}, False),  # no start on the grid leaves 180 minutes
            ({"availability": windows("Mon 06:00-10:00")}, False),  # the clinic opens at 8
            ({"busy": windows("Mon-Fri 09:00-20:00")}, False),
            ({"max_minutes_per_day": 180}, True),
            ({"max_minutes_per_day": 179}, False),
            ({"max_minutes_per_week": 179}, False),
        ],
    )
    def test_over_staff_who_could_hold_any_session(self, facts, could):
        """T1 has 180 minutes; T2 has none and counts only if T2 could hold a process group."""
        problem = small(therapists=(therapist("T1"), therapist("T2", **facts)), services=(service(),))
        assert self.spread(problem, session(MON9)) == (180 if could else 0)

    @pytest.mark.parametrize("kind_and_id", [("therapist", "T2"), ("clinic", "")])
    def test_time_off_and_closures(self, kind_and_id):
        """T2 works on Mondays only, and on this one either T2 is off or the clinic closed."""
        staff = (therapist("T1"), therapist("T2", availability=windows("Mon 08:00-20:00")))
        away = off(*kind_and_id, "Mon 00:00", "Tue 00:00")
        problem = small(therapists=staff, services=(service(),), time_off=(away,))
        assert self.spread(problem, session(TUE9)) == 0

    @pytest.mark.parametrize(
        ("changes", "could"),
        [
            ({}, False),
            ({"needs": (Need("A1", "individual", 1),)}, True),
            ({"needs": (Need("A1", "individual", 1, optional=True),)}, True),
            ({"needs": (Need("A1", "individual", 1, last_held=MONDAY),)}, False),
            ({"needs": (Need("A1", "individual", 1),), "participants": (adult(**GONE),)}, False),
        ],
    )
    def test_services_in_use(self, changes, could):
        """T2 can hold only individual sessions, which are in use if anybody has a due need for one."""
        problem = small(
            therapists=(therapist("T1"), therapist("T2", skills=("individual",))),
            services=(service(), service("individual", kind="individual")),
            **changes,
        )
        assert self.spread(problem, session(MON9)) == (180 if could else 0)

    @pytest.mark.parametrize(
        ("facts", "could"),
        [
            ({}, True),
            ({"times": Times(windows("Tue 09:00-12:00"))}, False),
            ({"times": Times(starts=frozenset({9 * 60}))}, True),
            ({"staff": (Role("dance", 1),)}, False),
        ],
    )
    def test_groups_have_their_own_times_and_roles(self, facts, could):
        """T2 works on Mondays and can hold what needs the skill group."""
        staff = (
            therapist("T1", skills=("group", "dance")),
            therapist("T2", availability=windows("Mon 08:00-20:00"), skills=("group",)),
        )
        problem = small(therapists=staff, services=(service(),), groups=(group(attend="some", **facts),))
        assert self.spread(problem, session(TUE9, group_id="G1")) == (180 if could else 0)

    @pytest.mark.parametrize(
        ("free", "could"), [("Mon 09:00-12:00", True), ("Mon 09:00-11:00", False), ("Mon 10:00-16:00", False)]
    )
    def test_starts_with_blocks(self, free, could):
        """All 180 minutes must be free, not only the hour that counts."""
        staff = (therapist("T1"), therapist("T2", availability=windows(free)))
        talk = service(starts="blocks", contact_minutes=60)
        problem = small(clinic=clinic(blocks=(MORNING,)), therapists=staff, services=(talk,))
        assert self.spread(problem, session(MON9)) == (180 if could else 0)


@pytest.mark.parametrize(
    ("free", "could"),
    [
        (("Sun 21:00-24:00",), True),
        (("Mon 00:00-03:00",), True),
        (("Mon 22:00-24:00", "Tue 00:00-02:00"), False),  # 180 minutes, but only across midnight
    ],
)
def test_nobody_holds_a_session_across_midnight(free, could):
    problem = small(
        clinic=clinic(open=ALWAYS),
        services=(service(),),
        therapists=(therapist("T1"), therapist("T2", availability=windows(*free))),
    )
    assert raw(GoalId.WORKLOAD, "imbalance", problem, session(MON9)) == (180 if could else 0)


@pytest.mark.parametrize(("grid", "could"), [(60, True), (120, False)])
def test_blocks_off_the_grid_are_no_starts(grid, could):
    """A block at 09:00 is on a grid of one hour, not on one of two."""
    problem = small(
        clinic=clinic(blocks=(MORNING,), grid_minutes=grid),
        services=(service(starts="blocks"), service("individual", kind="individual", per_week={"adult": 1})),
        therapists=(therapist("T1"), therapist("T2", skills=("group",))),
    )
    assert raw(GoalId.WORKLOAD, "imbalance", problem, individual("Mon 08:00-09:00")) == (60 if could else 0)


@pytest.mark.parametrize(("minutes", "could"), [(180, True), (181, False)])
def test_blocks_too_short_are_no_starts(minutes, could):
    problem = small(
        clinic=clinic(blocks=(MORNING,)),
        services=(
            service(starts="blocks", minutes=minutes),
            service("individual", kind="individual", per_week={"adult": 1}),
        ),
        therapists=(therapist("T1"), therapist("T2", skills=("group",))),
    )
    assert raw(GoalId.WORKLOAD, "imbalance", problem, individual("Mon 08:00-09:00")) == (60 if could else 0)


class TestEvenings:
    def spread(self, problem, *sessions):
        return raw(GoalId.WORKLOAD, "evenings", problem, *sessions)

    def late(self, **facts):
        """Return a clinic with evening blocks 17:00-20:00 on Mon and Wed, where T2 has these facts."""
        return small(clinic=clinic(blocks=(MORNING, EVENING)), therapists=(therapist("T1"), therapist("T2", **facts)))

    @pytest.mark.parametrize(
        ("when", "evenings"),
        [
            ("Mon 17:00-18:00", 1),
            ("Mon 19:00-20:00", 1),
            ("Mon 16:00-17:00", 0),
            ("Tue 17:00-18:00", 0),
            ("Mon 09:00-10:00", 0),
        ],
    )
    def test_an_evening_session_begins_inside_an_evening_block(self, when, evenings):
        assert self.spread(self.late(), individual(when)) == evenings

    def test_the_end_of_a_block_is_outside(self):
        """The block ends at 19:00, when the session begins."""
        problem = small(clinic=clinic(blocks=(replace(EVENING, end=1140),)))
        assert self.spread(problem, individual("Mon 18:00-19:00")) == 1
        assert self.spread(problem, individual("Mon 19:00-20:00")) == 0

    def test_largest_minus_smallest(self):
        held = (individual("Mon 17:00-18:00"), individual("Wed 17:00-18:00"), individual("Wed 18:00-19:00", staff="T2"))
        assert self.spread(self.late(), *held) == 1

    @pytest.mark.parametrize(
        ("free", "could"),
        [("Wed 17:00-18:00", True), ("Wed 19:00-20:00", True), ("Tue 08:00-20:00", False), ("Wed 08:00-17:00", False)],
    )
    def test_over_staff_who_could_hold_an_evening_session(self, free, could):
        """T1 has two evenings; T2 has none, and counts only if free for an hour in an evening."""
        held = (individual("Mon 17:00-18:00"), individual("Wed 17:00-18:00"))
        assert self.spread(self.late(availability=windows(free)), *held) == (2 if could else 0)


class TestIdleAndSizes:
    @pytest.mark.parametrize(
        ("second", "minutes"),
        [
            ("Mon 10:00-11:00", 0),
            ("Mon 11:00-12:00", 0),
            ("Mon 12:00-13:00", 60),
            ("Mon 14:00-15:00", 180),
            ("Tue 14:00-15:00", 0),
        ],
    )
    def test_idle_is_what_exceeds_an_hour_a_day(self, second, minutes):
        """From 09:00-10:00 to the second session, less 60."""
        held = (individual("Mon 09:00-10:00"), individual(second, "A2"))
        assert raw(GoalId.WORKLOAD, "idle", small(), *held) == minutes

    def sizes(self, *groups, held, people=6, **facts):
        everybody = adults(people)
        problem = small(participants=everybody, groups=groups, **facts)
        sessions = [
            session(MON9, who, id_=key, group_id=key, service_id=problem.group[key].service_id)
            for key, who in held.items()
        ]
        return raw(GoalId.WORKLOAD, "sizes", problem, *sessions)

    def test_most_less_fewest_members_over_held_groups(self):
        """Three, two and one members; G4 is not held."""
        groups = [group(f"G{number}") for number in (1, 2, 3, 4)]
        assert self.sizes(*groups, held={"G1": "A1 A2 A3", "G2": "A4 A5", "G3": "A6"}) == 2

    def test_services_and_populations_are_compared_apart(self):
        """Adult process 3 and 1 differ by 2; adolescent process 1 and workshop 1 stand alone."""
        groups = (group("G1"), group("G2"), group("G3", population="adolescent"), group("G4", service_id="workshop"))
        assert self.sizes(*groups, held={"G1": "A1 A2 A3", "G2": "A4", "G3": "A5", "G4": "A6"}) == 2

    def test_target_size(self):
        """G1 has 3 members instead of 5, G2 has 2 instead of 1; they differ by 1: 2 + 1 + 1."""
        groups = (group("G1", target_size=5), group("G2", target_size=1), group("G3", target_size=9))
        assert self.sizes(*groups, held={"G1": "A1 A2 A3", "G2": "A4 A5"}) == 4

    @pytest.mark.parametrize("membership", ["closed", "open"])
    def test_members_are_those_given_and_those_on_the_roster(self, membership):
        """A1 is given, A2 on the roster, A3 gone: two members instead of four."""
        people = (adult("A1", group_ids=("G1",)), adult("A2"), adult("A3", group_ids=("G1",), **GONE))
        problem = small(participants=people, groups=(group(target_size=4, membership=membership),))
        assert raw(GoalId.WORKLOAD, "sizes", problem, session(MON9, "A2", group_id="G1")) == 2


class TestCost:
    def test_staff(self):
        """180 minutes with two staff and 60 with one."""
        held = (session(MON9, staff="T1 T2"), individual("Tue 09:00-10:00"))
        assert goal(GoalId.COST, small(), *held)["staff"] == 420

    def test_trips(self):
        """A1 comes on Monday (twice) and Tuesday, A2 on Monday."""
        held = (session(MON9, "A1 A2"), individual("Mon 13:00-14:00"), individual("Tue 09:00-10:00"))
        assert raw(GoalId.COST, "trips", small(), *held) == 3

    @pytest.mark.parametrize(("modality", "trips"), [("in_person", 2), ("telehealth", 0), ("hybrid", 1)])
    def test_who_is_remote_makes_no_trip(self, modality, trips):
        """A2 takes part from home in a hybrid session."""
        people = (adult("A1"), adult("A2", modality="telehealth"))
        held = session(MON9, "A1 A2", modality=modality)
        assert raw(GoalId.COST, "trips", small(participants=people), held) == trips

    def test_waits(self):
        """A1: 09:00-12:00, 13:00-14:00 and 16:00-17:00 wait 60 + 120; on Tuesday nothing; A2 waits not."""
        held = (
            session(MON9, "A1 A2"),
            individual("Mon 13:00-14:00"),
            individual("Mon 16:00-17:00"),
            individual("Tue 09:00-10:00"),
        )
        assert raw(GoalId.COST, "waits", small(), *held) == 180
