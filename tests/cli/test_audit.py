"""What an auditor asks: which numbers hold, on whose word, and how near the week comes to them."""

import json
from dataclasses import replace

import pytest

from iopsched.domain.clinic import Payer
from iopsched.domain.people import Cover
from iopsched.domain.services import Group
from iopsched.domain.timegrid import DAY, HOUR, TimeRange, Windows
from iopsched.ingest import preset_sources
from iopsched.rulebook import RuleId
from iopsched.verifier import violations
from iopsched.views.audit import audit
from iopsched.views.numbers import numbers


@pytest.fixture
def folder(clinic):
    """A clinic.toml that names some numbers and leaves others to the preset."""
    (clinic / "clinic.toml").write_text(
        '\ufeffpreset = "generic"\n[ratios]\nadult = 10\n[levels.iop-adult]\nmax_hours_per_week = 12\n',
        encoding="utf-8",
    )
    return clinic


def test_every_number_has_a_place_and_a_source(folder, world):
    problem = world.problem()
    groups = (replace(problem.groups[0], participants_per_staff=6, max_size=8),)
    found = {(n.rule, n.subject): str(n) for n in numbers(replace(problem, groups=groups), folder)}
    assert found["ratio", "adult"] == (
        "adult: 12 per counting staff member (clinic.toml: the clinic's own number; rule set generic has 12, "
        "product default, no regulation cited)"
    )
    assert found["ratio", "group G1"] == "group G1: 6 per counting staff member (groups.csv: the clinic's own number)"
    sources = preset_sources("generic")
    assert found["size", "adult"].endswith(f"(rule set generic: {sources['caps.adult']})")
    assert found["size", "group G1"] == "group G1: at most 8 participants (groups.csv: the clinic's own number)"
    assert found["week_max", "level iop-adult, max_hours_per_week"].endswith(
        f"; rule set generic has 19, {sources['levels.iop-adult.max_hours_per_week']})"
    )
    assert found["unmet_need", "level iop-adult, min_hours_per_week"] == (
        f"level iop-adult, min_hours_per_week: 9 h (rule set generic: {sources['levels.iop-adult.min_hours_per_week']})"
    )
    assert found["window", "grid"] == "grid: 30 min (built in: product default, no regulation cited)"


def test_what_the_preset_has_is_told_in_words(folder, world):
    with (folder / "clinic.toml").open("a") as file:
        file.write("[ages]\nadult = [21, 99]\n[staff]\nsupervisor_on_site = true\ntwo_staff = ['adult']\n")
    problem = world.problem()
    problem = replace(problem, clinic=replace(problem.clinic, ages={"adult": (21, 99)}))
    found = {n.subject: str(n) for n in numbers(problem, folder)}
    assert "; rule set generic has no, " in found["supervisor_on_site"]
    assert "; rule set generic has none, " in found["two or more of population"]
    assert "; rule set generic has 18 to 120, " in found["adult, ages"]


def test_a_level_takes_from_that_of_the_population(folder, world):
    problem = world.problem()
    level = replace(problem.clinic.levels["iop-adult"], id="step")
    clinic_ = replace(problem.clinic, levels={"step": level})
    people = tuple(replace(person, level="step") for person in problem.participants)
    with (folder / "clinic.toml").open("a") as file:
        file.write("[levels.step]\nmin_hours_per_week = 6\n")
    found = {n.subject: n for n in numbers(replace(problem, clinic=clinic_, participants=people), folder)}
    assert found["level step, min_hours_per_week"].place == "clinic.toml"
    assert found["level step, max_hours_per_week"].place == "clinic.toml"
    assert found["level step, max_hours_per_day"].place == "rule set generic"


def test_the_tightest_cases_are_counted(folder, world):
    """Three people and T2, who may each care for twelve; T2 has nine hours, three a day, T1 three on Monday."""
    problem, schedule = world.problem(), world.schedule()
    lines = [str(line) for line in audit(problem, schedule, folder, violations(problem, schedule))]
    assert [line for line in lines if not line.endswith((": no violation", ": off in this clinic"))] == [
        "week_max: 3 participants of level iop-adult, least P1 10 h (minimum 9 h), most P3 10 h (maximum 19 h)",
        (
            "staff_load: 2 staff, tightest day T2 3 h on Mon, limit 6 h, rule set generic; "
            "tightest week T2 9 h, limit 25 h, rule set generic"
        ),
        (
            "size: 3 adult group sessions, fullest G1-3 3 participants, limit 12, rule set generic; "
            "emptiest G1-1 3 participants, at least 2, product default"
        ),
        "ratio: 3 adult group sessions, tightest G1-3 3 participants / 1 counting staff, limit 12 each, clinic.toml",
    ]
    assert {line.partition(":")[0] for line in lines} == set(RuleId)


def test_a_ratio_that_is_broken_is_the_tightest_and_counted(folder, world):
    problem = world.problem()
    group = Group("G1", "group", ("SUD",), "adult", 3, participants_per_staff=2)
    problem, schedule = replace(problem, groups=(group,)), world.schedule()
    lines = [str(line) for line in audit(problem, schedule, folder, violations(problem, schedule))]
    assert [line for line in lines if line.startswith("ratio")] == [
        "ratio: 3 adult group sessions, tightest G1-3 3 participants / 1 counting staff, limit 2 each, groups.csv",
        "ratio: 3 violations",
    ]


def test_the_commands_print_them(run, install, folder):
    install()
    text = run("rules", "ratio", "--clinic", folder).stdout
    assert "    In this clinic:\n      adult: 12 per counting staff member (clinic.toml: " in text
    assert "      level iop-adult, min_hours_per_week: 9 h" in run("rules", "--clinic", folder).stdout
    assert (
        "      weight of skipped: 1 (built in: the program's own policy)"
        in run("rules", "preferences", "--clinic", folder).stdout
    )
    content = json.loads(run("rules", "size", "--clinic", folder, "--json").stdout)
    assert {row["rule"] for row in content["numbers"]} == {"size"}
    run("solve", folder, "--week", "2026-11-30", "-q")
    week = folder / "schedules" / "2026-11-30"
    done = run("verify", folder, week, "--audit")
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, len(RuleId))
    off = [line.partition(":")[0] for line in done.stdout.splitlines() if line.endswith(": off in this clinic")]
    assert off == ["day_min", "php_guard", "two_staff", "supervisor"]
    content = json.loads(run("verify", folder, week, "--audit", "--json").stdout)
    row = next(row for row in content["audit"] if row["rule"] == "ratio")
    assert (row["session_id"], row["participants"], row["counting_staff"], row["limit"]) == ("G1-3", 3, 1, 12)


# --- rules that a setting switches on -------------------------------------------
OPTIONAL = """
[levels.iop-adult]
php_guard_hours = 20
min_hours_on_group_days = 3
[staff]
two_staff = ["adult"]
supervisor_on_site = true
meal_minutes = 30
meal_after_hours = 4
[caseload]
adult = 24
[ages]
adult = [18, 25]
[hours]
break_allowance_minutes = 30
[payers.h0015]
program_day_hours = 2
[payers.cash]
"""


@pytest.fixture
def strict(clinic, world):
    """The clinic with every optional rule on, as the settings above say; its folder and its problem."""
    (clinic / "clinic.toml").write_text('preset = "generic"\n' + OPTIONAL, encoding="utf-8")
    problem = world.problem()
    level = replace(problem.clinic.levels["iop-adult"], php_guard_minutes=1200, min_minutes_on_group_days=180)
    staff = replace(
        problem.clinic.staff, two_staff=("adult",), supervisor_on_site=True, meal_minutes=30, meal_after_minutes=240
    )
    payers = {
        "cash": Payer("cash"),
        "h0015": Payer("h0015", min_days_per_week=3, program_day_minutes=120, min_minutes_on_group_days=210),
        "medicare": Payer("medicare", min_minutes_per_week=540, certified_days=60),
    }
    settings = replace(
        problem.clinic,
        levels={"iop-adult": level},
        staff=staff,
        payers=payers,
        caseload={"adult": 24},
        ages={"adult": (18, 25)},
        break_allowance_minutes=30,
    )
    one, two, three = problem.participants
    people = (
        replace(one, payer="h0015", age_override=True),
        replace(two, payer="h0015", units_left=4),
        replace(three, units_left=0),
    )
    first, second = problem.therapists
    morning = Windows.of(TimeRange(day * DAY + 8 * HOUR, day * DAY + 16 * HOUR + 30) for day in range(5))
    bosses = (replace(first, supervisor=True, availability=morning), replace(second, supervisor=True, licensed=False))
    return clinic, replace(problem, clinic=settings, participants=people, therapists=bosses)


def told(folder, problem):
    """Return the numbers, rule and value by subject, and where they stand."""
    return {(n.rule, n.subject): f"{n.value} ({n.place})" for n in numbers(problem, folder)}


def test_numbers_of_the_optional_rules(strict):
    found = told(*strict)
    wanted = {
        ("php_guard", "level iop-adult, php_guard_hours"): "20 h (clinic.toml)",
        ("php_guard", "level iop-adult, php_guard_inclusive"): "no (rule set generic)",
        ("day_min", "level iop-adult, min_hours_on_group_days"): "3 h (clinic.toml)",
        ("two_staff", "two or more of population"): "adult (clinic.toml)",
        ("supervisor", "supervisor_on_site"): "yes (clinic.toml)",
        ("supervisor", "licensed supervisors"): "T1 (therapists.csv)",
        ("primary", "adult, caseload"): "24 participants for each therapist (clinic.toml)",
        ("staff_load", "all staff, meal_minutes"): "30 min (clinic.toml)",
        ("staff_load", "all staff, meal_after_hours"): "4 h (clinic.toml)",
        ("unmet_need", "breaks"): "30 min of every 3 h on the clock count (clinic.toml)",
        ("match", "adult, ages"): "18 to 25 years (clinic.toml)",
        ("match", "documented age overrides"): "1 (participants.csv)",
        ("week_max", "participants with units of an authorization"): "2, of whom 1 have none left (participants.csv)",
        ("unmet_need", "payer cash (0 participants)"): "asks nothing besides the level (clinic.toml)",
        ("unmet_need", "payer h0015 (2 participants), min_days_per_week"): "3 (rule set generic)",
        ("unmet_need", "payer h0015 (2 participants), program_day_hours"): "2 h (clinic.toml)",
        ("day_min", "payer h0015 (2 participants), min_hours_on_group_days"): "3.5 h (built in)",
    }
    assert {key: found.get(key) for key in wanted} == wanted
    assert not [subject for _, subject in found if "medicare" in subject], "nobody carries it and nobody names it"


def test_sources_of_the_optional_rules(strict):
    folder, problem = strict
    found = {n.subject: n.source for n in numbers(problem, folder)}
    h0015 = preset_sources("generic")["payers.h0015.program_day_hours"]
    assert found["payer h0015 (2 participants), program_day_hours"].endswith(f"rule set generic has 3, {h0015}")
    assert found["payer h0015 (2 participants), min_days_per_week"].startswith("HCPCS H0015")


def test_numbers_of_rules_that_are_off(clinic, world):
    (clinic / "clinic.toml").write_text('preset = "generic"\n', encoding="utf-8")
    found = told(clinic, world.problem())
    for key in (
        ("php_guard", "level iop-adult, php_guard_hours"),
        ("day_min", "level iop-adult, min_hours_on_group_days"),
        ("two_staff", "two or more of population"),
        ("supervisor", "supervisor_on_site"),
        ("staff_load", "all staff, meal_minutes"),
    ):
        assert found[key] == "off (rule set generic)"
    assert found["unmet_need", "breaks"] == "off, only contact minutes count (rule set generic)"
    subjects = " ".join(subject for _, subject in found)
    assert not [
        word for word in ("inclusive", "meal_after", "caseload", "payer", "units", "override") if word in subjects
    ]


def test_a_supervisor_is_asked_for_and_there_is_none(strict):
    folder, problem = strict
    staff = tuple(replace(row, supervisor=False) for row in problem.therapists)
    problem = replace(problem, therapists=staff)
    assert told(folder, problem)["supervisor", "licensed supervisors"] == "nobody (therapists.csv)"


def test_the_tightest_cases_of_the_optional_rules(strict, world):
    """Nine hours of group, three a day, with T2 alone; one hour alone with T1 on Monday from 13:00 on, T1 until 16:30.

    P1 and P2 need 3.5 h on a day with a group by their payer: P2 has 3 h on Wednesday. P3 has no unit left.
    """
    folder, problem = strict
    schedule = world.schedule()
    lines = [str(line) for line in audit(problem, schedule, folder, violations(problem, schedule))]
    rules = ("day_min", "php_guard", "two_staff", "supervisor", "primary", "match", "week_max", "staff_load: longest")
    payer, units = "min_hours_on_group_days of payer h0015", "units_authorized less units_used in participants.csv"
    assert [line for line in lines if line.startswith(rules)] == [
        "day_min: 9 days of participants with a group, tightest P1 3 h on Wed, at least 3.5 h, " + payer,
        "day_min: 4 violations",
        "week_max: 3 participants of level iop-adult, least P1 10 h (minimum 9 h), most P3 10 h (maximum 19 h)",
        "week_max: 2 participants with authorized days, tightest P3 3 days, limit 0, " + units,
        "week_max: 1 violation",
        "php_guard: 3 participants of level iop-adult, most P3 10 h, fewer than 20 h, clinic.toml",
        "primary: 1 primary therapist of population adult, most T1 3 participants, limit 24, clinic.toml",
        "staff_load: longest stretch without 30 min for a meal T2 3 h on Fri, limit 4 h, clinic.toml",
        "two_staff: 3 sessions with two or more of population adult, fewest staff G1-1 1, at least 2, clinic.toml",
        "two_staff: 3 violations",
        "supervisor: 6 sessions in the building, tightest individual-3, 0.5 h from a time without a supervisor",
        "match: 1 documented age override, participants.csv",
    ]


def test_a_session_without_a_supervisor_is_the_tightest(strict, world):
    folder, problem = strict
    bosses = (replace(problem.therapists[0], supervisor=False), problem.therapists[1])
    problem, schedule = replace(problem, therapists=bosses), world.schedule()
    lines = [str(line) for line in audit(problem, schedule, folder, violations(problem, schedule))]
    assert [line for line in lines if line.startswith("supervisor")] == [
        "supervisor: 6 sessions in the building, tightest G1-1, partly without a supervisor",
        "supervisor: 6 violations",
    ]


def test_the_audit_knows_the_payers_maximum(strict, world):
    folder, problem = strict
    payers = {**problem.clinic.payers, "h0015": Payer("h0015", max_minutes_per_week=600)}
    problem = replace(problem, clinic=replace(problem.clinic, payers=payers))
    lines = [str(line) for line in audit(problem, world.schedule(), folder, ())]
    assert any("most P2 10 h (maximum 10 h)" in line for line in lines)


def test_what_covers_lead_and_languages_shared_are_counted(folder, world):
    """T1 is everybody's primary and G1 names T1 as its lead; T2 stands in for the group alone."""
    problem = world.problem()
    staff = (replace(problem.therapists[0], languages=("English",)), problem.therapists[1])
    people = tuple(
        replace(row, languages=(tongue,))
        for row, tongue in zip(problem.participants, ("English", "english", "Spanish"), strict=True)
    )
    changed = replace(
        problem,
        clinic=replace(problem.clinic, match_language="require"),
        groups=(replace(problem.groups[0], lead_ids=("T1",)),),
        therapists=staff,
        participants=people,
        covers=(Cover("T1", ("T2",)),),
    )
    held = world.schedule()
    found = {str(row) for row in audit(changed, held, folder, violations(changed, held))}
    assert "primary: 3 sessions led by a cover, first G1-1 by T2, covers.csv" in found
    shared = "match: 2 of 3 individual or family sessions in a language that lead and participant share, built in"
    assert shared in found
    assert not [row for row in audit(problem, held, folder, ()) if "cover" in str(row) or "language" in str(row)]


def test_a_visit_that_a_cover_leads_is_counted(folder, world):
    problem, held = world.problem(), world.schedule(individual=("P1",))
    by_another = tuple(
        replace(row, therapist_ids=("T2",)) if row.service_id == "individual" else row for row in held.sessions
    )
    found = {str(row) for row in audit(problem, replace(held, sessions=by_another), folder, ())}
    assert "primary: 1 session led by a cover, first individual-1 by T2, covers.csv" in found
