"""Unmet need against a level and a payer, and the timetables that regulators and payers speak of; both statements agree."""

from dataclasses import replace

import pytest

from iopsched.domain.clinic import Payer
from iopsched.policy.presets import preset_table
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values, hours, violations
from tests.support.accepting import accepts, goals_of
from tests.support.clinics import TUESDAY, adult, clinic, individual, level, schedule, service, session, small, windows

OPEN = windows("Mon-Sat 08:00-20:00")
LEVEL = ("min_minutes_per_week", "min_days_per_week", "max_gap_days", "program_day_minutes")
SIX_HOURS = {"min_minutes_per_week": 360, "min_days_per_week": 2, "program_day_minutes": 120}
H0015 = {"min_days_per_week": 3, "program_day_minutes": 180}
MON, TUE, WED = (session(f"{day} 09:00-12:00") for day in ("Mon", "Tue", "Wed"))


def one(person=None, payer=None, minutes=180, *, contact=None, allowance=0, **numbers):
    """Return a clinic of A1 with this payer, groups of so many minutes, and these numbers of the level."""
    return small(
        clinic=clinic(
            open=OPEN,
            grid_minutes=30,
            level=level(**numbers),
            payers={"plan": Payer("plan", **(payer or {}))},
            break_allowance_minutes=allowance,
        ),
        participants=(adult(availability=OPEN, payer="plan" if payer is not None else None, **(person or {})),),
        therapists=tuple(replace(row, availability=OPEN) for row in small().therapists),
        rooms=tuple(replace(row, availability=OPEN) for row in small().rooms),
        services=(
            service(minutes=minutes, contact_minutes=minutes if contact is None else contact),
            service("individual", kind="individual", per_week={"adult": 5}),
        ),
    )


def unmet(problem, *sessions):
    """Return the parts of unmet need that are not 0, but for sessions, once model and verifier agree on their sum."""
    whole = schedule(*sessions)
    assert violations(problem, whole) == ()
    value = goal_values(problem, whole)[GoalId.UNMET_NEED]
    assert goals_of(problem, whole)[list(GoalId).index(GoalId.UNMET_NEED)] == value.value
    return {name: minutes for name, minutes in value.parts if minutes and name != "sessions"}


def week(*days, minutes=180):
    """Return a group at nine on each of these days."""
    end = f"{9 + minutes // 60:02}:{minutes % 60:02}"
    return [session(f"{day} 09:00-{end}") for day in days]


@pytest.mark.parametrize(
    ("own", "of_level", "of_payer", "expected"),
    [
        (None, 180, 0, {}),
        (None, 0, 180, {}),
        (None, 0, 181, {"hours": 1}),
        (None, 181, 180, {"hours": 1}),  # the level is stricter
        (None, 180, 240, {"hours": 60}),  # the payer is
        (240, 0, 180, {"hours": 60}),  # the person's own cell is
        (0, 999, 200, {"hours": 20}),  # a cell replaces the level's number, never the payer's
        (0, 999, 0, {}),
    ],
)
def test_minutes_a_week(own, of_level, of_payer, expected):
    problem = one({"min_minutes_per_week": own}, {"min_minutes_per_week": of_payer}, min_minutes_per_week=of_level)
    assert unmet(problem, MON) == expected


@pytest.mark.parametrize(
    ("own", "of_level", "of_payer", "expected"),
    [
        (None, 1, 0, {}),
        (None, 0, 1, {}),
        (None, 1, 3, {"days": 120}),
        (None, 2, 1, {"days": 60}),
        (0, 5, 2, {"days": 60}),
        (2, 0, 1, {"days": 60}),
        (0, 5, 0, {}),
    ],
)
def test_days_a_week(own, of_level, of_payer, expected):
    problem = one({"min_days_per_week": own}, {"min_days_per_week": of_payer}, min_days_per_week=of_level)
    assert unmet(problem, MON) == expected


@pytest.mark.parametrize(
    ("of_level", "of_payer", "days"), [(0, 0, 1), (180, 0, 1), (0, 180, 1), (0, 181, 0), (181, 120, 0), (120, 181, 0)]
)
def test_a_program_day(of_level, of_payer, days):
    """The higher number decides whether Monday's 180 minutes are a program day."""
    payer = {"program_day_minutes": of_payer}
    problem = one(payer=payer, program_day_minutes=of_level, min_days_per_week=1)
    assert hours(problem, schedule(MON))[0].scheduled_days == days
    assert unmet(problem, MON) == ({} if days else {"days": 60})


@pytest.mark.parametrize(
    ("of_level", "of_payer", "expected"),
    [
        (0, 0, {}),  # both off
        (2, 0, {"gaps": 60}),  # Tue-Sun are six days
        (0, 2, {"gaps": 60}),
        (6, 5, {"gaps": 60}),  # the smaller number is stricter
        (5, 6, {"gaps": 60}),
        (6, 7, {}),
        (0, 6, {}),  # 0 is off, not strict
        (6, 0, {}),
    ],
)
def test_gaps(of_level, of_payer, expected):
    assert unmet(one(payer={"max_gap_days": of_payer}, max_gap_days=of_level), MON) == expected


def test_who_has_no_payer_is_asked_nothing_more():
    """The table of a payer whom nobody carries is without effect."""
    problem = one()
    asks = {"plan": Payer("plan", 600, 0, 5, 0, 600, 0, 1)}
    assert unmet(replace(problem, clinic=replace(problem.clinic, payers=asks)), MON) == {}


def test_a_payers_minimums_are_prorated():
    """Two of six open days: 600 x 2/6 = 200 minutes, of which 180 are there, and 3 x 2/6 = 1 day."""
    problem = one({"discharged": TUESDAY}, {"min_minutes_per_week": 600, "min_days_per_week": 3})
    assert unmet(problem, MON) == {"hours": 20}


@pytest.mark.parametrize(
    ("days", "gaps"),
    [
        ("Mon Wed Fri", 0),  # Sat and Sun are two
        ("Tue Thu Sat", 0),  # Sun and Mon
        ("Mon Tue Thu", 1),  # Fri, Sat and Sun
        ("Mon Tue Wed Thu", 1),
        ("Mon Tue Wed Thu Fri", 0),
        ("Mon Sat", 1),  # Tue-Fri; Sun alone
        ("Tue Wed", 1),
    ],
)
def test_no_more_than_two_days_between_services(days, gaps):
    """North Carolina's sentence, over the weekend into the next week of the same days."""
    expected = {"gaps": 60 * gaps} if gaps else {}
    assert unmet(one(max_gap_days=2), *week(*days.split())) == expected
    assert unmet(one(payer={"max_gap_days": 2}), *week(*days.split())) == expected


@pytest.mark.parametrize(
    ("contact", "allowance", "counted"),
    [
        (170, 0, 170),  # all of it is contact
        (150, 0, 150),  # two breaks of ten minutes, none of them allowed
        (150, 30, 170),  # 30 in 3 h are 28 in 170 min: both breaks are allowed
        (150, 20, 168),  # 20 in 3 h are 18 in 170 min
    ],
)
def test_from_ten_to_ten_to_one_is_never_three_hours(contact, allowance, counted):
    """10:00-12:50 is 170 minutes on the clock: whatever breaks are allowed, no program day of 3 h."""
    problem = one(minutes=170, contact=contact, allowance=allowance, program_day_minutes=180, min_days_per_week=1)
    held = session("Mon 10:00-12:50")
    (row,) = hours(problem, schedule(held))
    assert (row.scheduled_minutes, row.scheduled_days) == (counted, 0)
    assert unmet(problem, held) == {"days": 60}


def test_breaks_within_the_allowance_make_a_full_day():
    """9:00-12:00 with two breaks of 15 minutes is a program day of 3 h where 30 minutes are allowed, else none."""
    facts = {"contact": 150, "program_day_minutes": 180, "min_days_per_week": 1, "min_minutes_per_week": 180}
    assert unmet(one(allowance=30, **facts), MON) == {}
    assert unmet(one(allowance=29, **facts), MON) == {"hours": 1, "days": 60}


class TestSixHours:
    """Six hours a week for an adolescent, in two shapes, before the payer of HCPCS H0015 and a day of 2 or 3 h."""

    def test_twice_three_hours_are_six_hours_but_not_three_days(self):
        assert unmet(one(**SIX_HOURS), MON, TUE) == {}
        assert unmet(one(payer=H0015, **SIX_HOURS), MON, TUE) == {"days": 60}
        assert unmet(one(payer=H0015, **SIX_HOURS), MON, TUE, WED) == {}

    def test_three_times_two_hours_are_three_days_but_not_of_three_hours(self):
        thrice = week("Mon", "Wed", "Fri", minutes=120)
        facts = {**SIX_HOURS, "min_days_per_week": 3}
        assert unmet(one(minutes=120, **facts), *thrice) == {}
        assert unmet(one(payer=H0015, minutes=120, **facts), *thrice) == {"days": 180}

    def test_two_hours_and_a_visit_are_a_day_of_three_hours(self):
        """All kinds of a day add up."""
        thrice = week("Mon", "Wed", "Fri", minutes=120)
        visits = [individual(f"{day} 11:00-12:00") for day in ("Mon", "Wed", "Fri")]
        assert unmet(one(payer=H0015, minutes=120, **SIX_HOURS), *thrice, *visits) == {}

    def test_the_preset_of_the_payer_says_so(self):
        table = preset_table("generic")["payers"]["h0015"]
        assert table == {"min_days_per_week": 3, "program_day_hours": 3}


def test_a_day_with_a_group_may_be_barred_instead():
    """``min_hours_on_group_days`` refuses what the program day only misses."""
    short = session("Mon 09:00-11:00")
    soft, hard = one(payer=H0015, minutes=120), one(payer={**H0015, "min_minutes_on_group_days": 180}, minutes=120)
    assert unmet(soft, short) == {"days": 180}
    assert {found.rule.value for found in violations(hard, schedule(short))} == {"day_min"}
    assert not accepts(hard, schedule(short))
