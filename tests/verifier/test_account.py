"""Rows of hours.csv and unmet need, every number derived by hand."""

from datetime import date

import pytest

from iopsched.domain.schedule import HoursRow
from iopsched.domain.services import Need
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values, hours, unmet_minutes
from iopsched.verifier.account import long_gaps
from tests.support.clinics import (
    FRIDAY,
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    adult,
    clinic,
    family,
    group,
    individual,
    level,
    off,
    phase,
    schedule,
    service,
    session,
    small,
    windows,
)

MON9, TUE9, WED9 = "Mon 09:00-12:00", "Tue 09:00-12:00", "Wed 09:00-12:00"
ONE = service("individual", kind="individual")
HOME = service("family", kind="family")
SERVICES = (service(), ONE, HOME)
LEVEL = ("min_minutes_per_week", "min_days_per_week", "max_gap_days", "program_day_minutes")


def one(person=None, services=SERVICES, **changes):
    """Return a clinic of the participant A1, who needs nothing unless told."""
    numbers = {key: changes.pop(key) for key in list(changes) if key in LEVEL}
    phases = changes.pop("phases", {})
    return small(
        clinic=clinic(level=level(**numbers), phases=phases, **changes.pop("clinic", {})),
        participants=(adult(**(person or {})),),
        services=services,
        **changes,
    )


def unmet(problem, *sessions):
    """Return the parts of A1's unmet need that are not 0; their sum is what hours.csv shows."""
    value = goal_values(problem, schedule(*sessions))[GoalId.UNMET_NEED]
    assert value.value == sum(minutes for _, minutes in value.parts)
    assert unmet_minutes(problem, schedule(*sessions)) == {"A1": value.value}
    return {name: minutes for name, minutes in value.parts if minutes}


def row(problem, *sessions):
    return hours(problem, schedule(*sessions))[0]


def test_a_row_of_hours_csv():
    """540 minutes and 3 days are required; 180 + 60 on one day are scheduled.

    Unmet: 300 minutes, 2 days at 60, one family session of 60: 480.
    """
    problem = one({"family_per_week": 1, "individual_per_week": 1}, min_minutes_per_week=540, min_days_per_week=3)
    assert hours(problem, schedule(session(MON9), individual("Mon 13:00-14:00"))) == (
        HoursRow(
            participant_id="A1",
            level="iop-adult",
            required_minutes=540,
            scheduled_minutes=240,
            required_days=3,
            scheduled_days=1,
            unmet_minutes=480,
            missing="family:1",
            therapist_id="",
            group_ids=(),
            status="short",
            clock_minutes=240,
            contact_minutes=240,
        ),
    )


def test_nothing_required_and_nothing_scheduled():
    assert row(one()) == HoursRow("A1", "iop-adult", 0, 0, 0, 0, 0, "", "", (), "met")


@pytest.mark.parametrize(("minimum", "expected"), [(180, {}), (181, {"hours": 1}), (240, {"hours": 60})])
@pytest.mark.parametrize("own", [True, False])
def test_minutes_below_the_minimum(own, minimum, expected):
    problem = one({"min_minutes_per_week": minimum}) if own else one(min_minutes_per_week=minimum)
    assert unmet(problem, session(MON9)) == expected


@pytest.mark.parametrize(("minimum", "expected"), [(1, {}), (2, {"days": 60}), (4, {"days": 180})])
@pytest.mark.parametrize("own", [True, False])
def test_days_below_the_minimum(own, minimum, expected):
    problem = one({"min_days_per_week": minimum}) if own else one(min_days_per_week=minimum)
    assert unmet(problem, session(MON9)) == expected


@pytest.mark.parametrize(("minutes", "days"), [(180, 1), (181, 0), (240, 0)])
def test_a_program_day_has_enough_countable_minutes(minutes, days):
    assert row(one(program_day_minutes=minutes), session(MON9)).scheduled_days == days


def test_a_day_without_countable_minutes_is_no_program_day():
    """Even where ``program_day_hours`` is 0: the session counts, but none of its minutes are contact."""
    problem = one(program_day_minutes=0, services=(service(contact_minutes=0),))
    assert row(problem, session(MON9)).scheduled_days == 0


def test_minutes_of_a_program_day_add_up():
    """180 + 60 on Monday reach 240; 180 on Tuesday do not."""
    problem = one({"individual_per_week": 1}, program_day_minutes=240)
    assert row(problem, session(MON9), individual("Mon 13:00-14:00"), session(TUE9)).scheduled_days == 1


def test_contact_minutes_and_services_that_do_not_count():
    """150 contact minutes of the group; the individual session does not count."""
    quiet = service("individual", kind="individual", counts=False)
    problem = one({"individual_per_week": 1}, services=(service(contact_minutes=150), quiet))
    assert row(problem, session(MON9), individual("Tue 09:00-10:00")).scheduled_minutes == 150


def test_needed_sessions_cost_their_clock_minutes():
    """Two of three 60-minute sessions lack, though only 50 minutes of each would count."""
    short = service("individual", kind="individual", contact_minutes=50)
    assert unmet(one({"individual_per_week": 3}, services=(short,)), individual("Mon 09:00-10:00")) == {"sessions": 120}


def test_missing_is_sorted_by_service():
    problem = one({"individual_per_week": 2, "family_per_week": 1})
    assert row(problem).missing == "family:1;individual:2"


def test_wishes_are_no_unmet_need():
    assert unmet(one(needs=(Need("A1", "individual", 2, optional=True),))) == {}


@pytest.mark.parametrize(
    ("last", "expected"), [(None, {"sessions": 60}), (date(2026, 11, 23), {}), (date(2026, 11, 22), {"sessions": 60})]
)
def test_needs_that_are_due(last, expected):
    """Every two weeks: last held in the week before means not yet, two weeks before means now."""
    assert unmet(one(needs=(Need("A1", "individual", 1, every_weeks=2, last_held=last),))) == expected


def test_a_need_of_group_sessions():
    problem = one(groups=(group(),), needs=(Need("A1", "process", 2),))
    assert unmet(problem, session(MON9, group_id="G1")) == {"sessions": 180}


@pytest.mark.parametrize(("fewest", "expected"), [(1, {}), (3, {"phase": 360})])
def test_group_sessions_below_the_phase(fewest, expected):
    """Two sessions lack at 180 each; the individual session is no group session."""
    problem = one({"phase": "initial", "individual_per_week": 1}, phases=phase(fewest, 9))
    assert unmet(problem, session(MON9), individual("Tue 09:00-10:00")) == expected


class TestStays:
    @pytest.mark.parametrize(
        ("stay", "minutes", "days"),
        [
            ({}, 540, 3),
            ({"admitted": WEDNESDAY}, 324, 1),  # three of five open days: 540 x 3/5, and 9/5 rounded down
            ({"discharged": TUESDAY}, 216, 1),  # two of five: 540 x 2/5, and 6/5 rounded down
            ({"admitted": FRIDAY, "discharged": FRIDAY}, 108, 0),  # one of five: 540/5, and 3/5 rounded down
            ({"admitted": MONDAY, "discharged": FRIDAY}, 540, 3),  # all open days, not all calendar days
            ({"admitted": date(2026, 1, 1), "discharged": date(2027, 1, 1)}, 540, 3),
        ],
    )
    def test_minimums_are_prorated(self, stay, minutes, days):
        found = row(one(stay, min_minutes_per_week=540, min_days_per_week=3))
        assert (found.required_minutes, found.required_days) == (minutes, days)

    def test_minutes_are_rounded_down(self):
        """One of five open days of 544 minutes: 108.8."""
        assert row(one({"admitted": FRIDAY}, min_minutes_per_week=544)).required_minutes == 108

    def test_the_phase_is_prorated(self):
        """Three of five open days of 4 sessions: 2.4, so 2 at 180."""
        problem = one({"phase": "initial", "admitted": WEDNESDAY}, phases=phase(4, 9))
        assert unmet(problem) == {"phase": 360}

    def test_needs_are_not_prorated(self):
        assert unmet(one({"admitted": FRIDAY, "individual_per_week": 2})) == {"sessions": 120}

    def test_closures_do_not_lower_the_minimum(self):
        closed = off("clinic", "", "Mon 00:00", "Fri 00:00")
        assert row(one(min_minutes_per_week=540, time_off=(closed,))).required_minutes == 540

    def test_closures_do_not_lower_it_for_part_of_a_week(self):
        """Wed-Fri are three of five open weekdays, closed or not."""
        closed = off("clinic", "", "Mon 00:00", "Thu 00:00")
        problem = one({"admitted": WEDNESDAY}, min_minutes_per_week=540, time_off=(closed,))
        assert row(problem).required_minutes == 324

    @pytest.mark.parametrize("stay", [{"admitted": date(2026, 12, 5)}, {"discharged": date(2026, 11, 29)}])
    def test_a_stay_outside_open_days_has_no_row(self, stay):
        """From Saturday on, or until the Sunday before: no open day is touched."""
        problem = one({**stay, "individual_per_week": 2}, min_minutes_per_week=540)
        assert hours(problem, schedule()) == ()
        assert goal_values(problem, schedule())[GoalId.UNMET_NEED].value == 0
        assert unmet_minutes(problem, schedule()) == {}

    def test_rows_are_sorted_by_id(self):
        problem = small(participants=(adult("A2"), adult("A10"), adult("A1")))
        assert [found.participant_id for found in hours(problem, schedule())] == ["A1", "A10", "A2"]


class TestGaps:
    @pytest.mark.parametrize(
        ("days", "longest", "runs"),
        [
            ((), 6, 1),  # no session at all: one run of 7
            ((), 7, 0),
            ((), 0, 0),  # off
            ((0,), 5, 1),  # Tue-Sun are 6
            ((0,), 6, 0),
            ((0, 2, 4), 2, 0),  # Tue; Thu; Sat and Sun
            ((0, 2, 4), 1, 1),  # Sat and Sun are 2
            ((1, 3), 2, 1),  # Wed; Fri, Sat, Sun and the next Mon are 4: over the end of the week
            ((1, 3), 4, 0),
            ((0, 4), 1, 2),  # Tue, Wed, Thu; Sat, Sun
            ((0, 1, 2, 3, 4, 5, 6), 1, 0),
        ],
    )
    def test_the_week_is_a_circle(self, days, longest, runs):
        assert long_gaps(range(7), days, longest) == runs

    @pytest.mark.parametrize(
        ("stay", "days", "longest", "runs"),
        [
            ((2, 3, 4), (), 2, 1),  # a stay of three days without any session is a run of 3
            ((2, 3, 4), (), 3, 0),
            ((2, 3, 4, 5, 6), (2,), 3, 1),  # Thu-Sun are 4; Mon and Tue are left out of the circle
            ((2, 3, 4, 5, 6), (4,), 3, 1),  # Sat, Sun, Wed, Thu
            ((2, 3, 4, 5, 6), (3, 5), 2, 0),  # Fri; Sun and Wed
        ],
    )
    def test_days_outside_the_stay_are_left_out(self, stay, days, longest, runs):
        assert long_gaps(stay, days, longest) == runs

    def test_each_long_run_costs_an_hour(self):
        """Sessions on Mon and Fri: Tue-Thu and Sat-Sun are both longer than 1."""
        problem = one(max_gap_days=1)
        assert unmet(problem, session(MON9), session("Fri 09:00-12:00")) == {"gaps": 120}

    def test_a_stay_of_part_of_the_week(self):
        """Monday and Tuesday only, with a session on Monday: a run of one day."""
        assert unmet(one({"discharged": TUESDAY}, max_gap_days=1), session(MON9)) == {}
        assert unmet(one({"discharged": WEDNESDAY}, max_gap_days=1), session(MON9)) == {"gaps": 60}

    def test_only_countable_sessions_end_a_run(self):
        """Any session that counts does, also on a day too short for a program day."""
        quiet = one(
            {"individual_per_week": 1},
            services=(service("individual", kind="individual", counts=False),),
            max_gap_days=6,
        )
        assert unmet(quiet, individual("Mon 09:00-10:00")) == {"gaps": 60}
        assert unmet(one({"individual_per_week": 1}, max_gap_days=6), individual("Mon 09:00-10:00")) == {}


class TestPrimaryAndGroups:
    LOYAL = (service(), service("individual", kind="individual", with_primary=True), HOME)

    def test_the_given_primary(self):
        assert row(one({"primary_id": "T2"}, self.LOYAL)).therapist_id == "T2"

    def test_the_lead_is_the_chosen_primary(self):
        problem = one({"individual_per_week": 1}, self.LOYAL)
        assert row(problem, individual("Mon 09:00-10:00", staff="T2 T1")).therapist_id == "T2"

    def test_leads_of_other_sessions_are_not(self):
        problem = one({"family_per_week": 1}, self.LOYAL)
        assert row(problem, session(MON9), family("Tue 09:00-10:00")).therapist_id == ""

    def test_groups_given_and_attended(self):
        problem = one({"group_ids": ("G2",)}, groups=(group("G1", membership="open"), group("G2", membership="open")))
        assert row(problem, session(MON9, group_id="G1")).group_ids == ("G1", "G2")

    def test_a_blank_level_shows_its_default(self):
        assert row(one({"level": ""})).level == "iop-adult"


def test_opening_hours_decide_what_a_day_is():
    """Open on Saturday too: a stay from Saturday on is one of six days of 540."""
    hours_open = {"open": windows("Mon-Sat 08:00-20:00")}
    found = row(one({"admitted": date(2026, 12, 5)}, min_minutes_per_week=540, clinic=hours_open))
    assert found.required_minutes == 90
