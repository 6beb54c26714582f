"""The report of a night: figures that the verifier counts, hours that another site lacks, nobody outside their own site."""

from dataclasses import replace

import pytest

from iopsched.networks.growthtask import Growth, OneMore
from iopsched.networks.overview.lending import Home, lent
from iopsched.networks.overview.lendingpairs import Lending, lending_of
from iopsched.networks.overview.nightoverview import overview_of
from iopsched.networks.overview.sitegrowth import SiteGrowth, growth_told, ranked
from iopsched.networks.overview.siteview import view_site
from iopsched.networks.overview.skillneeds import skill_needs
from iopsched.networks.overview.unusedhours import unused_hours
from iopsched.networks.results import SiteState
from iopsched.verifier import unmet_minutes, violations
from iopsched.words.sentence import Sentence
from tests.support.clinics import clinic, individual, off, schedule, therapist, windows
from tests.support.site_world import (
    HELD,
    HELD_AT_RICH,
    faulty_site,
    rich_problem,
    rich_site,
    short_problem,
    short_site,
    site_result,
)

NOBODY_SHARED = frozenset()


def table(overview, key):
    """Return the rows of a table."""
    return next(one for one in overview.every_table if one.key == key).rows


def overview(*results, growths=(), travel=None):
    """Return the report of these sites."""
    views = [view_site(result) for result in results]
    lending = lending_of(views, travel or {}, NOBODY_SHARED)
    return overview_of(views, {growth.site: growth for growth in growths}, lending)


def test_sites_that_need_somebody_come_first():
    found = overview(rich_site(), short_site(), faulty_site())
    rows = table(found, "sites")
    assert [row.site for row in rows] == ["east", "north", "south"]
    east, north, south = rows
    assert (north.participants, north.met, north.people_short, north.unmet_minutes) == (3, 1, 2, 120)
    assert (south.people_short, south.unmet_minutes, south.to_do) == (0, 0, "")
    assert east.to_do == "mend 1 fault of the input"
    assert found.lines == (
        "2 of 3 sites have their week.",
        "At 1 site 2 participants are short: 2 h of unmet need, which is proven to be the least.",
        "1 site: bad input (east).",
        "First mend the files of east as their sections below say; the same command then makes only what is missing.",
        (
            "Without hiring: T1 of south has hours left and could lead individual at north on Tue 09:00-10:00; Tue 11:00-12:00, "
            "which brings 2 h. Ask them first."
        ),
        "Who is short and why is in the sections of north; `iopsched explain` of that clinic says what else would help.",
    )
    assert [section.site for section in found.sections] == ["east", "north"]


def test_faults_are_told_in_full_and_warnings_are_not():
    (row,) = table(overview(faulty_site()), "faults")
    assert (row.file, row.row, row.column, row.remedy) == ("participants.csv", 3, "population", "Write adult.")


def test_one_mistake_in_many_cells_is_one_row_of_its_section_and_stays_whole_in_the_table():
    (error, _) = faulty_site().issues
    issues = [replace(error, row=row) for row in range(3, 45)]
    found = overview(replace(faulty_site(), issues=(*issues, replace(error, row=9, column="track"))))
    assert len(table(found, "faults")) == 43
    (section,) = found.sections
    (kinds,) = section.tables
    assert [(row.column, row.row) for row in kinds.rows] == [("population", 3), ("track", 9)]
    assert kinds.rows[0].found == "There is no population 'x'. And 41 more like it, in rows 4, 5, 6, 7, 8 and others."
    assert kinds.rows[1].found == "There is no population 'x'."


def test_a_site_that_was_not_reached_has_a_section_without_tables():
    result = replace(faulty_site(), state=SiteState.FAILED, issues=(), message="Its worker was lost three times.")
    (section,) = overview(result).sections
    assert (section.says, section.tables) == ("failed: Its worker was lost three times.", ())
    assert "Type the same command again for east: it leaves what is made." in overview(result).lines


def test_unmet_need_by_skill_adds_up_to_that_of_the_week():
    """Whatever is lacking belongs to exactly one skill."""
    problem = short_problem(clinic=clinic(level=replace(clinic().levels["iop-adult"], min_minutes_per_week=300)))
    needs = {row.skill: row for row in skill_needs(problem, HELD, ())}
    assert sum(row.unmet_minutes for row in needs.values()) == sum(unmet_minutes(problem, HELD).values())
    visits = needs["individual"]
    assert (visits.demand_minutes, visits.supply_minutes, visits.unfilled_sessions) == (180, 60, 2)
    assert needs["group"].unmet_minutes == 240 + 300 + 300


def test_causes_name_nobody_outside_their_site():
    found = overview(short_site(), rich_site())
    (row,) = (row for row in table(found, "shortages") if row.unmet_minutes)
    assert row.why == "A participant cannot come when T1 is there. (2 participants)"
    assert [row.participant_id for row in table(found, "people")] == ["A2", "A3"]
    for one in found.tables:
        if one.key not in ("people", "faults"):
            assert "A2" not in str(one.facts())


def test_an_empty_table_says_why():
    def said(found):
        return {one.key: one.nothing for one in found.tables if not one.rows}

    alone = said(overview(short_site()))
    assert alone["help"].startswith("No site with people short was asked.")
    assert alone["hours"].startswith("Nobody was found at another site")
    nobody = said(overview(rich_site()))
    assert nobody["help"].startswith("Nobody is short")
    assert nobody["hours"].startswith("Nobody is short")
    stopped = said(overview_of([view_site(short_site())], {}, Lending.not_looked([view_site(short_site())])))
    assert stopped["hours"].startswith("It was not looked for")
    assert "None." not in [
        text for told in (alone, nobody) for key, text in told.items() if key not in ("people", "faults")
    ]


def test_a_site_for_which_nothing_was_found_is_named():
    found = overview(short_site(), rich_site(), growths=[SiteGrowth("north", "k"), SiteGrowth("south", "k")])
    assert any(
        line.startswith("People are short at north, and in the time there was no therapist") for line in found.open_ends
    )
    (nothing,) = (one.nothing for one in found.tables if one.key == "help")
    assert nothing.startswith("No single therapist, room or evening was found")


def test_a_site_whose_search_ended_early_needs_time_first():
    site = short_site()
    goals = tuple(replace(row, bound=0) if row.value == 120 else row for row in site.goals)
    lines = overview(replace(site, goals=goals)).lines
    assert (
        "Give north a longer time limit: its search ended before it was known whether 2 h of its 2 h of unmet need can be met."
        in lines
    )


def test_unused_hours_lie_within_windows_limits_and_target():
    (row,) = unused_hours(rich_problem(), HELD_AT_RICH)
    assert (row.minutes, str(row.free)) == (120, "Tue 09:00-10:00; Tue 11:00-12:00")
    for limit in ({"target_minutes_per_week": 90}, {"max_minutes_per_day": 90}):
        staff = (therapist("T1", availability=windows("Tue 09:00-12:00"), **limit),)
        (row,) = unused_hours(rich_problem(therapists=staff), HELD_AT_RICH)
        assert row.minutes == 30
    away = rich_problem(time_off=(off("therapist", "T1", "Tue 11:00", "Tue 12:00"),))
    assert [row.minutes for row in unused_hours(away, HELD_AT_RICH)] == [60]


def test_hours_left_at_one_site_fill_what_another_lacks():
    (row,) = table(overview(short_site(), rich_site()), "hours")
    assert (row.site, row.home, row.therapist_id, row.service) == ("north", "south", "T1", "individual")
    assert (row.sessions, row.healed_minutes, row.unused_minutes) == (2, 120, 120)
    assert row.slots == "Tue 09:00-10:00; Tue 11:00-12:00"
    assert row.travel_minutes is None


def test_the_way_between_two_sites_takes_time():
    assert table(overview(short_site(), rich_site(), travel={("south", "north"): 30}), "hours") == ()
    (row,) = table(overview(short_site(), rich_site(), travel={("south", "north"): 0}), "hours")
    assert (row.sessions, row.travel_minutes) == (2, 0)


def test_a_clock_that_is_an_hour_later_moves_the_slots():
    rich = rich_site(clinic=clinic(timezone="America/Denver"))
    (row,) = table(overview(short_site(), rich), "hours")
    assert row.slots == "Tue 10:00-11:00; Tue 12:00-13:00"


@pytest.mark.parametrize(
    "staff",
    [
        {"skills": ("group",)},
        {"licensed": False},
        {"populations": ("adolescent",)},
        {"availability": windows("Sat 09:00-10:00")},
    ],
    ids=str,
)
def test_who_may_not_lead_there_is_not_told(staff):
    facts = {"availability": windows("Tue 09:00-12:00"), **staff}
    problem = rich_problem(participants=(), therapists=(therapist("T1", **facts),))
    assert table(overview(short_site(), site_result("south", problem, schedule())), "hours") == ()


def test_staff_of_both_sites_are_not_lent_to_their_own():
    views = [view_site(short_site()), view_site(rich_site())]
    assert lending_of(views, {}, frozenset({("south", "T1")})).rows == ()


@pytest.mark.parametrize(("rest_hours", "sessions"), [(14, 1), (15, 0)])
def test_rest_between_days_holds_across_sites(rest_hours, sessions):
    problem = rich_problem(
        clinic=clinic(staff={"min_rest_minutes": rest_hours * 60}),
        therapists=(therapist("T1", availability=windows("Mon 18:00-19:00", "Tue 09:00-10:00")),),
    )
    week = schedule(individual("Tue 09:00-10:00", "A1", "T1"))
    rows = table(overview(short_site(), site_result("south", problem, week)), "hours")
    assert [row.sessions for row in rows] == [1] * sessions


def test_what_is_told_is_a_legal_week():
    problem, home = short_problem(), rich_problem()
    (unused,) = unused_hours(home, HELD_AT_RICH)
    (found,) = lent(problem, HELD, Home(home, HELD_AT_RICH, unused), "guest")
    joined = replace(
        problem, therapists=(*problem.therapists, therapist("guest", availability=windows("Tue 09:00-12:00")))
    )
    assert violations(joined, schedule(*HELD.sessions, *found.sessions)) == ()
    assert found.healed_minutes == 120


def test_what_helps_most_comes_first():
    growths = [
        growth_told("north", "k", Growth(120, 0, (OneMore("therapist", 60, 60), OneMore("room", 120, 0)))),
        growth_told("west", "k", Growth(600, 0, (OneMore("evening", 300, 0, (0,)), OneMore("evening", 300, 0, (2,))))),
    ]
    rows = ranked(iter(growths))
    assert [(row.rank, row.site, row.resource, row.healed_minutes, row.left_minutes, row.sure) for row in rows] == [
        (1, "west", "evening", 300, 300, "at least"),
        (2, "north", "therapist", 60, 60, "proven"),
    ]
    assert rows[0].what == "all staff and rooms there on Mon or Wed evening"


def test_growth_comes_back_from_json():
    told = growth_told("north", "k", Growth(120, 0, (OneMore("therapist", 60, 60),), (), (Sentence("Time was over."),)))
    assert SiteGrowth.from_json(told.as_json()) == told


def test_what_was_not_asked_is_said():
    found = overview(rich_site("east"), rich_site(), growths=[SiteGrowth("east", "k", unfinished=("Time was over.",))])
    assert found.open_ends == (
        "What would help, and who more could come, was not asked of 1 site: south.",
        "1 site: Time was over.",
    )
    left = overview_of([view_site(short_site())], {}, Lending((), 3))
    assert left.open_ends[-1].endswith("at 3 other sites with people short it was not.")


def test_hours_that_no_rule_leaves_are_not_lent():
    """A visit that the guest's own day has no room for is not offered: both weeks are judged."""
    staff = (therapist("T1", availability=windows("Tue 09:00-13:00"), max_minutes_per_day=120),)
    problem = rich_problem(therapists=staff)
    week = schedule(individual("Tue 10:00-11:00", "A1", "T1"))
    (row,) = table(overview(short_site(), site_result("south", problem, week)), "hours")
    assert (row.sessions, row.unused_minutes) == (1, 60)
