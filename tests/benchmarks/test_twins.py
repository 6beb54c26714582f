"""The twins: what they claim is what the verifier counts, and their optima are the product's."""

import json
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import pytest

from benchmarks.references.features import FEATURES
from benchmarks.twins import common, textbook, timefold_twin
from benchmarks.twins.refusals import refuse_unknown
from benchmarks.twins.timefold_clinic import refuse_unsupported
from benchmarks.twins.timefold_score import Calculator, levels
from iopsched.domain.outcome import Solved
from iopsched.domain.schedule import Schedule, Session
from iopsched.domain.services import Module
from iopsched.ingest import inspect_clinic, read_schedule
from iopsched.params import SolveParams
from iopsched.rulebook import GoalId
from iopsched.search import solve
from iopsched.verifier import goal_values, violations
from tests.support.twins import optimum

ROOT = Path(__file__).parents[2]
WEEK = date(2026, 11, 30)

CLINIC = """name = "Tiny"
timezone = "America/Chicago"
open = "Mon-Tue 09:00-18:00"
populations = ["adult", "adolescent"]
grid_minutes = 60

[[blocks]]
id = "morning"
part = "day"
start = "09:00"
end = "12:00"
days = "Mon-Tue"

[[blocks]]
id = "late"
part = "evening"
start = "15:00"
end = "18:00"
days = "Mon-Tue"

[levels.iop-adult]
min_hours_per_week = 6
max_hours_per_week = 19
min_days_per_week = 2
program_day_hours = 3
max_hours_per_day = 4

[levels.iop-adolescent]
min_hours_per_week = 3
max_hours_per_week = 19
min_days_per_week = 1
program_day_hours = 2
max_hours_per_day = 5

[ratios]
adult = 12
adolescent = 2
"""
TABLES = {
    "services.csv": """service_id,kind,minutes,min_participants,guests,with_primary,adult_per_week,adolescent_per_week
group,group,180,2,,no,,
individual,individual,60,1,,yes,1,
family,family,60,1,2,no,,1
""",
    # A1 cannot come on the second day of a group and stays short; A4 prefers hours in which no group is led by one
    "participants.csv": """participant_id,population,track,availability,preferred,therapist_id,group_id,language
A1,adult,day,Mon 09:00-14:00,,T1,,
A2,adult,day,,Mon-Tue 09:00-13:00,,G1,
A3,adult,day,,,T2,,es
A4,adult,day,,Mon-Tue 13:00-18:00,,,EN
Y1,adolescent,teen,Mon-Tue 15:00-18:00,,,,
Y2,adolescent,teen,Mon-Tue 12:00-18:00,,,,
Y3,adolescent,teen,Mon-Tue 14:00-18:00,,,,
""",
    "therapists.csv": """therapist_id,skills,availability,preferred,target_hours_per_week,language
T1,group;individual;family,Mon-Tue 09:00-15:00,,,es
T2,group;individual;family,Mon-Tue 12:00-18:00,Tue 09:00-18:00,9,en
T3,group;family,Mon-Tue 09:00-18:00,,,
""",
    "rooms.csv": "room_id,capacity\nL1,8\nS1,4\n",
    "groups.csv": """group_id,track,population,sessions_per_week,one_lead,max_size
G1,day,adult,2,prefer,
G2,day,adult,2,prefer,
G3,teen,adolescent,1,prefer,4
""",
    "needs.csv": "participant_id,service_id,per_week,max_per_day\nA3,individual,2,1\n",
}


def write(folder, **changes):
    """Write the tiny clinic; ``rooms="..."`` replaces rooms.csv."""
    folder.mkdir()
    (folder / "clinic.toml").write_text(changes.pop("clinic", CLINIC))
    for name, text in (TABLES | {f"{name}.csv": text for name, text in changes.items()}).items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Return the folder of the tiny clinic."""
    return write(tmp_path_factory.mktemp("tiny") / "clinic", clinic=CLINIC + "\n[staff]\nbreak_minutes = 90\n")


@pytest.fixture(scope="module")
def problem(tiny):
    """Return the tiny clinic as read."""
    return inspect_clinic(tiny, WEEK).problem


@pytest.fixture(scope="module")
def ours(problem):
    """Return the product's result, proven in every goal."""
    found = solve(problem, SolveParams(workers=2, time_limit_s=60))
    assert isinstance(found, Solved)
    assert found.is_optimal
    return found


def run(twin, clinic, out, *more):
    """Run a twin and return its exit code and trace; all but the textbook in a process of its own.

    OR-Tools and HiGHS cannot be loaded together, and a virtual machine for Java is not stopped and started twice.
    """
    arguments = [str(clinic), "--week", "2026-11-30", "--out", str(out)]
    if twin == "textbook":
        # the clock of a twin began with its process, which here is that of all tests
        arguments += ["--seconds", "100000"]
    arguments += more
    if twin == "textbook":
        code = common.run(textbook.solve, "", arguments)
    else:
        command = [sys.executable, "-m", f"benchmarks.twins.{twin}", *arguments]
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
    return code, [json.loads(line) for line in (out / "trace.jsonl").read_text().splitlines()]


def ends(trace):
    """Return value and bound of each goal, as told in the last line."""
    assert trace[-1]["finished"]
    return {goal: (row["value"], row["bound"]) for goal, row in trace[-1]["goals"].items()}


def needs(package):
    """Skip where a solver is not installed; importing it here would bring the libraries of two into one process."""
    if find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    if package == "timefold" and which("java") is None:
        pytest.skip("timefold needs a Java runtime, which is not installed")


@pytest.mark.parametrize(
    ("twin", "package"), [("textbook", "ortools"), ("textbook_proof", "ortools"), ("highs", "highspy")]
)
def test_a_twin_finds_our_optimum_of_every_goal(twin, package, tiny, problem, ours, tmp_path):
    needs(package)
    code, trace = run(twin, tiny, tmp_path)
    assert code == 0
    week = read_schedule(tmp_path, problem)
    assert violations(problem, week) == ()
    counted = {str(goal): value.value for goal, value in goal_values(problem, week).items()}
    assert ends(trace) == {goal: (value, value) for goal, value in counted.items()}
    assert counted == {str(goal.name): goal.value for goal in ours.goals}
    assert all(counted[goal] > 0 for goal in ("unmet_need", "people_short", "preferences", "workload", "cost"))


@pytest.mark.parametrize(("twin", "package"), [("textbook", "ortools"), ("highs", "highspy")])
def test_a_twin_finds_our_optimum_against_an_earlier_week(twin, package, tiny, problem, ours, tmp_path):
    """Of the earlier week one visit was at another time, one with somebody else, and one in another room."""
    needs(package)
    visits = [row for row in ours.schedule.sessions if row.service_id == "individual"]
    groups = [row for row in ours.schedule.sessions if row.group_id]
    changed = {
        visits[0].id: replace(visits[0], start=9 * 60, end=10 * 60),
        visits[1].id: replace(visits[1], therapist_ids=("T3",)),
        groups[0].id: replace(groups[0], room_id="S1"),
    }
    sessions = tuple(changed.get(row.id, row) for row in ours.schedule.sessions)
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    common.write_week(earlier, replace(ours.schedule, sessions=sessions))
    code, trace = run(twin, tiny, tmp_path, "--previous", str(earlier))
    assert code == 0
    found = solve(replace(problem, previous=read_schedule(earlier)), SolveParams(workers=2, time_limit_s=60))
    assert isinstance(found, Solved)
    assert found.is_optimal
    told = {str(goal.name): (goal.value, goal.value) for goal in found.goals}
    assert ends(trace) == told
    assert all(told[goal][0] > 0 for goal in ("changes", "moves"))


def test_the_tiny_clinic_needs_a_second_member_of_staff(ours):
    """So the comparison covers the ratio: three adolescents, one member of staff for two."""
    assert any(len(session.therapist_ids) == 2 for session in ours.schedule.sessions)


def test_the_trace_begins_with_a_clean_start_and_never_gets_worse(tiny, tmp_path):
    _, trace = run("textbook", tiny, tmp_path, "--until", "preferences")
    assert {"built": True, "hints": 0}.items() <= trace[0].items()
    assert trace[0]["variables"] > 100
    assert trace[0]["constraints"] > 100
    seconds = [row["seconds"] for row in trace]
    assert seconds == sorted(seconds)
    assert seconds[0] > 0
    for goal in GoalId:
        news = [row for row in trace if row.get("goal") == goal]
        values = [row["value"] for row in news if row["value"] is not None]
        assert values == sorted(values, reverse=True)
        assert [row["bound"] for row in news] == sorted(row["bound"] for row in news)


def test_until_stops_after_the_goal(tiny, tmp_path):
    _, trace = run("textbook", tiny, tmp_path, "--until", "unmet_need")
    assert set(ends(trace)) == {"unmet_need"}
    assert (tmp_path / "roster.csv").exists()


def test_no_week_in_time_is_told(tiny, tmp_path):
    code, trace = run("textbook", tiny, tmp_path, "--seconds", "0.01")
    assert code == common.NO_WEEK
    assert trace[-1] == {"seconds": trace[-1]["seconds"], "finished": True, "goals": {}}
    assert not (tmp_path / "sessions.csv").exists()


def begun(problem):
    """Return the clinic on Tuesday of a week of which something was held."""
    held = Session("individual-1", "individual", 540, 600, ("T1",), ("A1",), room_id="S1")
    return replace(problem, previous=Schedule(WEEK, (held,)), now=1440)


def with_modules(problem):
    """Return the clinic with a rotation that is worth something."""
    module = Module("M1", "group", "Coping", 60, week=1)
    weights = {"preferences": {"modules": 1}}
    return replace(problem, modules=(module,), clinic=replace(problem.clinic, weights=weights))


ROTATION = "\n[goals.preferences]\nmodules = 1\n\n[curriculum]\nstart = 2026-11-30\n"
UNKNOWN_TO_THE_TEXTBOOK = {"what has begun": begun, "modules": with_modules}


@pytest.mark.parametrize("what", UNKNOWN_TO_THE_TEXTBOOK)
def test_the_textbook_refuses_by_name_what_it_does_not_know(what, problem):
    refuse_unknown(problem)
    with pytest.raises(common.UnsupportedClinicError, match=what):
        refuse_unknown(UNKNOWN_TO_THE_TEXTBOOK[what](problem))


def test_a_twin_tells_what_it_refuses_and_writes_no_week(tmp_path, capsys):
    tables = {"modules": "module_id,service_id,title,minutes,week\nM1,group,Coping,180,1\n"}
    clinic = write(tmp_path / "clinic", clinic=CLINIC + ROTATION, **tables)
    assert inspect_clinic(clinic, WEEK).problem is not None
    code, _ = run("textbook", clinic, tmp_path / "out")
    assert code == common.BAD_INPUT
    assert "modules" in capsys.readouterr().err
    assert not (tmp_path / "out" / "sessions.csv").exists()


UNKNOWN = {
    "pins.csv": {"pins": "action,participant_id,day\nmust,A1,Mon\n"},
    "covers.csv": {"covers": "therapist_id,covered_by\nT1,T2\n"},
    "meets of groups.csv": {
        "groups": TABLES["groups.csv"].replace("\n", ",always\n").replace("size,always", "size,meets")
    },
    "max_participants of rooms.csv": {"rooms": "room_id,capacity,max_participants\nL1,8,5\nS1,4,\n"},
    "changeover_minutes": {"clinic": CLINIC + "\n[staff]\nchangeover_minutes = 30\n"},
    "max_gap_days of clinic.toml": {
        "clinic": CLINIC.replace("min_days_per_week = 2", "min_days_per_week = 2\nmax_gap_days = 3")
    },
    "less rest overnight": {"clinic": CLINIC + "\n[staff]\nmin_rest_hours = 20\n"},
    "every_weeks": {"needs": "participant_id,service_id,per_week,every_weeks\nA3,individual,1,2\n"},
    "groups formed freely": {"groups": "", "services": TABLES["services.csv"] + "walk,group,60,2,,no,1,\n"},
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_the_local_search_refuses_a_clinic_with_other_rules_by_name(what, tmp_path):
    changes = {name: text for name, text in UNKNOWN[what].items() if text}
    found = inspect_clinic(write(tmp_path / "clinic", **changes), WEEK).problem
    assert found is not None
    with pytest.raises(common.UnsupportedClinicError, match=what):
        refuse_unsupported(found)


@pytest.mark.parametrize("feature", FEATURES)
def test_the_textbook_finds_our_optimum_of_every_goal_with_a_feature(feature, tmp_path):
    folder = write(tmp_path / "clinic")
    before = inspect_clinic(folder, WEEK).problem
    FEATURES[feature](folder, random.Random(3))
    problem = inspect_clinic(folder, WEEK).problem
    assert problem != before
    found = solve(problem, SolveParams(workers=1, time_limit_s=60))
    values, week = optimum(problem)
    assert violations(problem, week) == ()
    assert found.is_optimal
    assert values == tuple(goal.value for goal in found.goals)


def test_bad_input_is_told(tmp_path, capsys):
    clinic = write(tmp_path / "clinic", rooms="room_id,capacity\n")
    code = common.run(textbook.solve, "", [str(clinic), "--out", str(tmp_path / "out")])
    assert code == common.BAD_INPUT
    assert "rooms.csv" in capsys.readouterr().err


# --- local search, without the solver ---------------------------------------
@pytest.fixture(scope="module")
def planner(tmp_path_factory):
    """Return the planner of a clinic that local search knows: nobody has a visit twice."""
    clinic = write(
        tmp_path_factory.mktemp("plain") / "clinic", needs="participant_id,service_id,per_week\nA3,family,1\n"
    )
    found = timefold_twin.Planner(inspect_clinic(clinic, WEEK).problem)
    found.check()
    return found


def test_the_local_search_counts_what_the_verifier_counts(planner):
    """After every change the score is that of a fresh count, and the verifier's where nothing is broken."""
    planned = planner.planned()
    kinds = [planned.groups, planned.choices, [visit.options for visit in planned.visits]]
    values = [[-1] * len(planned.groups), [row[0] for row in planned.choices], [-1] * len(planned.visits)]
    calculator = Calculator(planned)
    calculator.begin(*values)
    changes = [
        (calculator.take_week, calculator.put_week),
        (calculator.take_choice, calculator.put_choice),
        (calculator.take_slot, calculator.put_slot),
    ]
    source, compared = random.Random(1), 0
    for step in range(2000):
        kind = source.choices(range(3), (1, 1, 4))[0]
        place = source.randrange(len(kinds[kind]))
        before = calculator.score()
        take, put = changes[kind]
        old, new = values[kind][place], source.choice(kinds[kind][place])
        take(place, old)
        put(place, new)
        values[kind][place] = new
        if step % 10 == 0:
            fresh = Calculator(planned)
            fresh.begin(*values)
            assert calculator.score() == fresh.score()
        if source.random() < 0.99 and levels(*calculator.score())[-1] > levels(*before)[-1]:
            # or everything would be broken soon
            take(place, new)
            put(place, old)
            values[kind][place] = old
            assert calculator.score() == before
        *found, broken = levels(*calculator.score())
        if not broken:
            week = planner.schedule(planned, *values)
            assert violations(planner.problem, week) == ()
            counted = goal_values(planner.problem, week)
            assert found == [counted[goal].value for goal in timefold_twin.LEVELS]
            compared += 1
    assert compared > 30


def test_local_search_hands_in_no_broken_week(planner):
    """Also where the plan is a random one, full of conflicts."""
    planned, source = planner.planned(), random.Random(2)
    for _ in range(50):
        rows = (planned.groups, planned.choices, [visit.options for visit in planned.visits])
        week = planner.schedule(planned, *([source.choice(options) for options in row] for row in rows))
        assert violations(planner.problem, week) == ()


def test_a_solver_that_is_not_installed_is_told(tmp_path, monkeypatch, capsys):
    clinic = write(tmp_path / "clinic", needs="participant_id,service_id,per_week\nA3,family,1\n")
    monkeypatch.setitem(sys.modules, "timefold.solver", None)
    monkeypatch.delitem(sys.modules, "benchmarks.twins.timefold_search", raising=False)
    code = common.run(timefold_twin.solve, "", [str(clinic), "--out", str(tmp_path / "out")])
    assert code == common.NOT_INSTALLED
    assert "Timefold cannot be used here" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("twin", "package"), [("textbook", "ortools"), ("highs", "highspy"), ("timefold_twin", "timefold")]
)
def test_a_twin_plans_a_planted_clinic(twin, package, tmp_path):
    """Every command as a benchmark runs it; unmet need 0 is known to be possible."""
    needs(package)
    clinic, out = tmp_path / "clinic", tmp_path / "out"
    make = [sys.executable, "-m", "benchmarks.planted", "--participants", "24", "--seed", "1", str(clinic)]
    subprocess.run(make, cwd=ROOT, check=True)
    command = [sys.executable, "-m", f"benchmarks.twins.{twin}", str(clinic), "--seconds", "100", "--out", str(out)]
    subprocess.run([*command, "--until", "unmet_need"], cwd=ROOT, check=True)
    problem = inspect_clinic(clinic, WEEK).problem
    week = read_schedule(out, problem)
    assert violations(problem, week) == ()
    trace = [json.loads(line) for line in (out / "trace.jsonl").read_text().splitlines()]
    value = goal_values(problem, week)[GoalId.UNMET_NEED].value
    assert ends(trace)["unmet_need"][0] == value
    if twin != "highs":  # a MIP takes longer than a test may
        assert value == 0
