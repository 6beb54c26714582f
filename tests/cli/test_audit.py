"""What an auditor asks: which numbers hold, on whose word, and how near the week comes to them."""

import json
from dataclasses import replace

import pytest

from iopsched.cli.audit import audit
from iopsched.cli.numbers import numbers
from iopsched.domain.services import Group
from iopsched.ingest import preset_sources
from iopsched.rulebook import RuleId
from iopsched.verify import violations


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
        "adult: 12 per counting staff member (clinic.toml: the clinic's own number; preset generic has 12, "
        "product default, no regulation cited)"
    )
    assert found["ratio", "group G1"] == "group G1: 6 per counting staff member (groups.csv: the clinic's own number)"
    sources = preset_sources("generic")
    assert found["size", "adult"].endswith(f"(preset generic: {sources['caps.adult']})")
    assert found["size", "group G1"] == "group G1: at most 8 participants (groups.csv: the clinic's own number)"
    assert found["week_max", "level iop-adult, max_hours_per_week"].endswith(
        f"; preset generic has 19, {sources['levels.iop-adult.max_hours_per_week']})"
    )
    assert found["unmet_need", "level iop-adult, min_hours_per_week"] == (
        f"level iop-adult, min_hours_per_week: 9 h (preset generic: {sources['levels.iop-adult.min_hours_per_week']})"
    )
    assert found["window", "grid"] == "grid: 30 min (built in: product default, no regulation cited)"


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
    assert found["level step, max_hours_per_day"].place == "preset generic"


def test_the_tightest_cases_are_counted(folder, world):
    """Three people and T2, who may each care for twelve; T2 has nine hours, three a day, T1 three on Monday."""
    problem, schedule = world.problem(), world.schedule()
    lines = [str(line) for line in audit(problem, schedule, folder, violations(problem, schedule))]
    assert [line for line in lines if not line.endswith(": no violation")] == [
        "week_max: 3 participants of level iop-adult, least P1 10 h (minimum 9 h), most P3 10 h (maximum 19 h)",
        (
            "staff_load: 2 staff, tightest day T2 3 h on Mon, limit 6 h, preset generic; "
            "tightest week T2 9 h, limit 25 h, preset generic"
        ),
        (
            "size: 3 adult group sessions, fullest G1-3 3 participants, limit 12, preset generic; "
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
    assert lines[-8:-6] == [
        "ratio: 3 adult group sessions, tightest G1-3 3 participants / 1 counting staff, limit 2 each, groups.csv",
        "ratio: 3 violations",
    ]


def test_the_commands_print_them(run, install, folder):
    install()
    text = run("rules", "ratio", "--clinic", folder).stdout
    assert "    In this clinic:\n      adult: 12 per counting staff member (clinic.toml: " in text
    assert "      level iop-adult, min_hours_per_week: 9 h" in run("rules", "--clinic", folder).stdout
    content = json.loads(run("rules", "size", "--clinic", folder, "--json").stdout)
    assert {row["rule"] for row in content["numbers"]} == {"size"}
    run("solve", folder, "--week", "2026-11-30", "-q")
    week = folder / "schedules" / "2026-11-30"
    done = run("verify", folder, week, "--audit")
    assert (done.exit_code, len(done.stdout.splitlines())) == (0, 15)
    content = json.loads(run("verify", folder, week, "--audit", "--json").stdout)
    row = next(row for row in content["audit"] if row["rule"] == "ratio")
    assert (row["session_id"], row["participants"], row["counting_staff"], row["limit"]) == ("G1-3", 3, 1, 12)
