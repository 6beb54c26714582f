import json
import math
from pathlib import Path

import pytest

from benchmarks import run, trials
from benchmarks.figures import Figures, Found, exponent, middle, worst
from benchmarks.planted import plant
from benchmarks.report import (
    BEGIN,
    BEGIN_WHOLE,
    END,
    comparison_table,
    gap_table,
    make_table,
    must_table,
    rewrite_block,
    whole_report,
)
from benchmarks.store import Store
from benchmarks.traces import GOALS, Step, Trace, best_value_s, last_bound_s, seconds_behind, unmet_zero_s, within_s
from benchmarks.trials import Ended, Program, Trial, rows_of

CLEAN = {"faults": [], "violations": [], "goals": dict.fromkeys(GOALS, 0)}


def trace(*lines):
    return Trace(tuple(lines))


def news(seconds, goal, value, bound):
    return {"seconds": seconds, "stage": "goal", "goal": goal, "value": value, "bound": bound}


def values(**changes):
    return {**dict.fromkeys(GOALS, 0), **changes}


def judged(**changes):
    return {**CLEAN, "goals": values(**changes)}


# --- what a trace tells -------------------------------------------------------
SEARCH = trace(
    {"seconds": 0.4, "stage": "build", "goal": None, "value": None, "bound": None},
    {"seconds": 0.9, "stage": "model", "goal": None, "value": None, "bound": None, "variables": 50, "constraints": 70},
    news(1.0, "unmet_need", 120, None),
    news(1.5, "unmet_need", 0, None),
    news(2.0, "worst_off", 0, 0),
    news(2.0, "people_short", 0, 0),
    news(2.0, "changes", 0, 0),
    news(2.0, "moves", 0, 0),
    {"seconds": 2.1, "stage": "model", "goal": None, "value": None, "bound": None, "variables": 20, "constraints": 30},
    news(2.5, "preferences", 300, None),
    news(3.0, "preferences", None, 100),
    news(3.5, "preferences", 200, 100),
    news(3.6, "preferences", 200, 90),
    news(4.0, "preferences", 200, 198),
    news(5.0, "workload", 60, 30),
    news(6.0, "cost", 1000, 1000),
)


def test_values_and_bounds_are_carried_on():
    """A line may know one of both only, and a bound that was proven once stays."""
    assert SEARCH.steps("preferences") == (
        Step(2.5, 300, None),
        Step(3.0, 300, 100),
        Step(3.5, 200, 100),
        Step(4.0, 200, 198),
    )


def test_the_times_of_a_goal():
    steps = SEARCH.steps("preferences")
    assert best_value_s(steps, 200) == 3.5
    assert best_value_s(steps, 150) is None
    assert last_bound_s(steps) == 4.0
    assert within_s(steps) == 4.0
    assert within_s(SEARCH.steps("workload")) is None
    assert last_bound_s(SEARCH.steps("unmet_need")) is None


def test_unmet_need_0_is_its_own_proof():
    """The first line with value 0 counts, whatever the bound says: no goal is ever below 0."""
    steps = SEARCH.steps("unmet_need")
    assert unmet_zero_s(steps) == 1.5
    assert within_s(steps) == 1.5


def test_what_was_within_and_is_no_more_does_not_count():
    """A goal may be close to its bound while an earlier one is still being improved."""
    steps = (Step(1, 100, 100), Step(2, 300, 100), Step(3, 101, 100))
    assert within_s(steps) == 3
    assert best_value_s(steps, 101) == 3


def test_the_largest_model_and_the_first_that_stood():
    assert SEARCH.size == (50, 70)
    assert (SEARCH.read_s, SEARCH.built_s, SEARCH.end_s) == (0.4, 0.9, 6.0)
    assert SEARCH.hints is None
    twin = trace({"seconds": 7.5, "built": True, "variables": 9, "constraints": 8, "hints": 0})
    assert (twin.size, twin.built_s, twin.hints) == ((9, 8), 7.5, 0)
    assert (trace().size, trace().end_s) == ((None, None), None)


def test_a_line_cut_short_by_a_kill_is_left_out(tmp_path):
    file = tmp_path / "trace.jsonl"
    file.write_text(json.dumps(news(1.0, "cost", 5, 0)) + '\n{"seconds": 2.0, "goal"')
    assert Trace.read(file).steps("cost") == (Step(1.0, 5, 0),)
    assert Trace.read(tmp_path / "missing.jsonl").lines == ()


def test_how_long_another_was_ahead():
    ours = [Step(1.0, 100, 0), Step(3.0, 0, 0)]
    assert seconds_behind(ours, [Step(2.0, 100, 0)], 10) == 0
    assert seconds_behind(ours, [Step(2.0, 60, 0)], 10) == 1
    assert seconds_behind(ours, [Step(0.5, 100, 0)], 10) == 0.5
    assert seconds_behind([], [Step(4.0, 60, 0)], 10) == 6
    assert seconds_behind(ours, [Step(11.0, 0, 0)], 10) == 0


# --- rows of a run ------------------------------------------------------------
OURS = Trial(60, 1, "roomy", "iopsched", 20)
TEXTBOOK = Trial(60, 1, "roomy", "textbook", 120, until="unmet_need")
ENDED = Ended(0, 6.5, 200.0, "")
BUILT = {"seconds": 2.0, "built": True, "variables": 9, "constraints": 8, "hints": 0}


def our_rows(told=SEARCH, ended=ENDED, counted=None, claims=None):
    counted = counted or judged(preferences=200, workload=60, cost=1000)
    claims = claims or {goal: (value, value) for goal, value in counted["goals"].items()}
    return rows_of(OURS, ended, told, counted, claims)


def test_rows_of_our_run():
    claims = {**dict.fromkeys(GOALS, (0, 0)), "preferences": (200, 198), "workload": (60, 30), "cost": (1000, 1000)}
    tables = our_rows(claims=claims)
    (row,) = tables["runs"]
    assert (row["is_counted"], row["unmet_zero_s"], row["all_goals_s"]) == (True, 1.5, None)
    assert (row["variables"], row["wall_s"], row["memory_mb"], row["search_s"]) == (50, 6.5, 200.0, 5.1)
    by_goal = {goal["goal"]: goal for goal in tables["goals"]}
    assert by_goal["preferences"]["gap"] == pytest.approx(0.01)
    assert by_goal["workload"]["gap"] == 0.5
    assert by_goal["workload"]["within_s"] is None
    assert [step["goal"] for step in tables["steps"]] == ["unmet_need"] * 2


def test_all_goals_are_done_when_the_last_is():
    told = trace(*SEARCH.lines, news(7.0, "workload", 60, 60))
    assert our_rows(told)["runs"][0]["all_goals_s"] == 7.0


def test_a_value_improved_by_a_later_goal_is_known_at_the_end():
    (row,) = [row for row in our_rows(counted=judged(workload=50, cost=1000))["goals"] if row["goal"] == "workload"]
    assert (row["best_value_s"], row["within_s"]) == (6.0, 6.0)


def test_every_goal_of_the_drawn_run_is_kept_over_time():
    drawn = Trial(120, 1, "roomy", "iopsched", 60)
    tables = rows_of(drawn, ENDED, SEARCH, judged(), dict.fromkeys(GOALS, (0, 0)))
    assert {row["goal"] for row in tables["steps"]} == set(GOALS)


@pytest.mark.parametrize(
    ("ended", "counted", "claims", "why"),
    [
        (Ended(1, 1, 1, "Traceback\nBug.\n"), None, None, "ended with 1: Bug."),
        (Ended(-9, 1, 1, ""), None, None, "ended with -9: "),
        (
            ENDED,
            {"faults": ["no file"], "violations": [], "goals": {}},
            {"x": (0, 0)},
            "the week cannot be read: no file",
        ),
        (ENDED, {**CLEAN, "violations": ["overlap: P1"]}, None, "1 violations, such as overlap: P1"),
        (ENDED, judged(cost=5), values(), "summary.json tells other values than the verifier"),
        (ENDED, judged(preferences=200, workload=60, cost=990), None, "claims a bound of 1000 for cost"),
        (ENDED, judged(preferences=260, workload=60, cost=1000), None, "claims 200 of preferences where"),
    ],
)
def test_an_unclean_run_of_ours_does_not_count(ended, counted, claims, why):
    claims = {goal: (value, 0) for goal, value in claims.items()} if claims == values() else claims
    (row,) = our_rows(ended=ended, counted=counted, claims=claims)["runs"]
    assert not row["is_counted"]
    assert row["why_not"].startswith(why)
    assert (row["unmet_zero_s"], row["all_goals_s"]) == (None, None)


@pytest.mark.parametrize(
    ("lines", "code", "counted", "why"),
    [
        ((BUILT,), 9, None, "not installed"),
        (({**BUILT, "hints": 3},), 0, CLEAN, "began with 3 hints"),
        ((), 0, CLEAN, "no start witness"),
        ((BUILT,), 4, CLEAN, "ended with 4: "),
        ((BUILT,), 0, None, "no week written"),
        ((BUILT, news(3.0, "unmet_need", 0, 0)), 0, judged(unmet_need=60), "claims 0 of unmet_need where"),
        ((BUILT,), 6, None, ""),
        ((BUILT, news(3.0, "unmet_need", 60, 0)), 0, judged(unmet_need=60), ""),
    ],
)
def test_a_witness_counts_only_with_a_fair_start_and_a_clean_week(lines, code, counted, why):
    """To find no week in time is a result; to begin with one is none."""
    (row,) = rows_of(TEXTBOOK, Ended(code, 1, 1, ""), trace(*lines), counted, None)["runs"]
    assert row["why_not"].startswith(why)
    assert row["is_counted"] == (why == "")


def test_a_goal_that_a_twin_does_not_search_for_is_not_held_against_it():
    tables = rows_of(TEXTBOOK, ENDED, trace(BUILT, news(3.0, "unmet_need", 60, 0)), judged(unmet_need=60, cost=9), None)
    assert [row["goal"] for row in tables["goals"]] == ["unmet_need"]


# --- figures ------------------------------------------------------------------
def test_medians_with_runs_that_never_got_there():
    assert middle([3.0, None, 1.0]) == 3.0
    assert math.isinf(middle([None, None, 1.0]))
    assert math.isinf(middle([1.0, None]))
    assert middle([1.0, 2.0, 4.0, None]) == 3.0
    assert math.isnan(middle([]))
    assert middle([math.inf, 2.0, 1.0]) == 2.0


def test_the_worst_is_never_the_one_that_cannot_be_said():
    found = [Found(60, "roomy", 1, 2.0), Found(60, "tight", 2, math.inf), Found(60, "free", 3, math.nan)]
    assert worst(found) == found[1]
    assert worst(found[2:]) is None


def test_the_fitted_exponent():
    assert exponent((size, 0.01 * size**1.3) for size in (60, 120, 300, 1000)) == pytest.approx(1.3)
    assert exponent([(60, 1.0), (120, 4.0), (240, 4.0)]) == pytest.approx(1.0)
    assert math.isnan(exponent([(60, 1.0)]))


def put(store, trial, told, counted=None, *, ended=ENDED, claims=None):
    counted = counted or judged()
    claims = claims or {goal: (value, value) for goal, value in counted["goals"].items()}
    store.replace(trial.key, rows_of(trial, ended, told, counted, claims))


def settled(at):
    return trace(*(news(at, goal, 0, 0) for goal in GOALS))


@pytest.fixture
def store(tmp_path):
    """Ours and the textbook at 60 and 120, ours at 300 and 1000, tight at 60; two seeds, the second twice as slow."""
    store = Store.read(tmp_path / "results")
    for size in (60, 120, 300, 1000):
        for seed in (1, 2):
            put(store, Trial(size, seed, "roomy", "iopsched", 60), settled(size / 60 * seed))
    for seed in (1, 2):
        put(store, Trial(60, seed, "tight", "iopsched", 60), settled(2.5 * seed))
    return store


def cells(table, begin):
    (line,) = [line for line in table.splitlines() if line.startswith(f"| {begin}")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_table_of_what_must_be_reached_shows_the_worst_make(store):
    table = must_table(Figures(store))
    assert cells(table, "60 ") == [
        "60", "5.00 s (tight, seed 2)", "≤ 2.5 s", "no", "3 of 4 instances", "2.25 s", "200 MB",
    ]  # fmt: skip
    assert cells(table, "300")[1:4] == ["10.0 s (roomy, seed 2)", "≤ 20 s", "yes"]
    put(store, Trial(300, 3, "free", "iopsched", 60), trace(news(9, "unmet_need", 0, 0)), ended=Ended(1, 1, 1, "x"))
    assert cells(must_table(Figures(store)), "300")[1:5] == [
        "not reached (free, seed 3)", "≤ 20 s", "no", "2 of 3 instances",
    ]  # fmt: skip
    put(store, Trial(1000, 1, "roomy", "iopsched", 60), settled(9), ended=Ended(0, 10, 5000.0, ""))
    assert cells(must_table(Figures(store)), "1000")[3] == "no: memory"


def test_every_make_has_a_row_with_its_worst_seed(store):
    put(store, Trial(120, 1, "free", "iopsched", 60), trace(news(3, "unmet_need", 90, 0)), judged(unmet_need=90))
    put(store, Trial(120, 1, "teens", "iopsched", 60), trace(), ended=Ended(6, 60, 100.0, ""))
    table = make_table(Figures(store))
    assert cells(table, "`roomy`")[1:] == ["2.00 s", "4.00 s", "10.0 s", "33.3 s"]
    assert cells(table, "`tight`")[1:] == ["5.00 s", "", "", ""]
    assert cells(table, "`free`")[2] == "90 min left, 0 known"
    assert [line.split("`")[1] for line in table.splitlines()[2:]] == ["roomy", "tight", "free", "teens"]


def test_where_something_is_missing_the_least_that_anybody_found_is_known(store):
    """A better week of a twin makes our own no longer the best known."""
    short = Trial(60, 1, "short", "iopsched", 20)
    put(store, short, trace(news(2.0, "unmet_need", 180, 0), news(5.0, "unmet_need", 120, 0)), judged(unmet_need=120))
    figures = Figures(store)
    (row,) = figures.of(60, "short")
    assert (figures.known(row), figures.known_s(row).value) == (120, 5.0)
    told = trace(BUILT, news(9, "unmet_need", 60, 0))
    put(store, Trial(60, 1, "short", "textbook", 20, until="unmet_need"), told, judged(unmet_need=60))
    figures = Figures(store)
    assert (figures.known(row), figures.known_s(row).value) == (60, math.inf)
    assert make_table(figures).count("120 min left, 60 known") == 1


def test_published_weeks_are_one_make_with_what_was_known_before(store):
    name = "foreign/t30_low"
    put(store, Trial(10, 1, name, "iopsched", 60), trace(news(9, "unmet_need", 270, 90)), judged(unmet_need=270))
    assert Figures(store).makes == ["roomy", "tight", "foreign"]
    assert cells(make_table(Figures(store)), "`foreign`")[1] == "9.00 s"
    assert cells(comparison_table(Figures(store)), f"{name}, 10 participants")[1:] == ["9.00 s", "≤ 40 s", "yes"]
    put(store, Trial(10, 1, name, "iopsched", 60), trace(news(9, "unmet_need", 315, 90)), judged(unmet_need=315))
    assert cells(make_table(Figures(store)), "`foreign`")[1] == "315 min left, 270 known"


def test_tight_against_roomy_growth_and_reading(store):
    store.replace(
        {"participants": 1000, "seed": 1, "make": "roomy"},
        {"reading": [{"participants": 1000, "seed": 1, "make": "roomy", "read_s": 1.25, "write_s": 0.5}]},
    )
    table = comparison_table(Figures(Store.read(store.folder)))
    assert cells(table, "60: tight against roomy")[1:] == ["5.00 s, 2.50 times roomy", "≤ 2 times roomy", "no"]
    assert cells(table, "growth of that time")[1:] == ["1.00 (roomy)", "participants to the power ≤ 1.3", "yes"]
    assert cells(table, "reading")[1:] == ["1.75 s (1.25 + 0.50)", "< 3 s", "yes"]


def test_never_behind_a_twin_means_at_every_moment_and_in_the_end(store):
    trial = Trial(60, 1, "roomy", "timefold", 60)
    put(store, trial, trace(BUILT, news(3, "unmet_need", 0, None)), judged(cost=5))
    told = cells(comparison_table(Figures(store)), "Timefold ahead")
    assert told[1:] == ["ahead in 0 of 1 instances; better in the end in 0", "never", "yes"]
    put(store, trial, trace(BUILT, news(0.75, "unmet_need", 60, None)), judged(unmet_need=60))
    told = cells(comparison_table(Figures(store)), "Timefold ahead")
    assert told[1] == "ahead in 1 of 1 instances, at most 0.25 s (60, roomy, seed 1); better in the end in 0"
    assert told[3] == "no"
    assert cells(gap_table(Figures(store)), "`roomy` | 60")[-1] == "0.25 s"
    store.replace(trial.key, rows_of(trial, Ended(9, 1, 1, ""), trace(), None, None))
    assert cells(comparison_table(Figures(store)), "Timefold ahead")[1:] == ["not installed", "never", "not compared"]


def test_a_twin_is_better_in_the_end_only_by_goals_that_it_searched_for(store):
    ends = {goal: (9 if goal == "cost" else 0, 0) for goal in GOALS}
    told = trace(news(1, "unmet_need", 0, 0), news(1, "cost", 9, 0))
    put(store, Trial(60, 1, "roomy", "iopsched", 60), told, judged(cost=9), claims=ends)
    put(store, TEXTBOOK, trace(BUILT, news(3, "unmet_need", 0, 0)), judged(cost=5))
    assert "better in the end in 0" in cells(comparison_table(Figures(store)), "textbook CP-SAT ahead")[1]
    whole = trace(BUILT, *(news(3, goal, 0, 0) for goal in GOALS if goal != "cost"), news(3, "cost", 5, 0))
    put(store, Trial(60, 1, "roomy", "textbook", 60), whole, judged(cost=5))
    assert "better in the end in 1 (roomy, seed 1)" in cells(comparison_table(Figures(store)), "textbook CP-SAT")[1]


def test_a_proof_is_asked_for_where_staff_is_short(store):
    for seed, bound in ((1, 120), (2, 60)):
        told = trace(news(2.0, "unmet_need", 180, 60), news(3.0, "unmet_need", 120, bound))
        claims = {goal: (120, bound) if goal == "unmet_need" else (0, 0) for goal in GOALS}
        put(store, Trial(60, seed, "short", "iopsched", 20), told, judged(unmet_need=120), claims=claims)
    assert cells(comparison_table(Figures(store)), "60, short of staff")[1:] == [
        "gap 50.0% (short, seed 2); proven in 1 of 2", "gap ≤ 10%, proven in 80%", "no",
    ]  # fmt: skip
    assert "not counted" not in whole_report(store)


def test_the_block_of_a_file_is_rewritten_and_nothing_else(store, tmp_path):
    file = tmp_path / "README.md"
    file.write_text(f"# Title\n{BEGIN}\nearlier figures\n{END}\nrest\n")
    rewrite_block(file, store, [store.folder / "size.svg"])
    text = file.read_text()
    assert text.startswith(f"# Title\n{BEGIN}\n10 instances of 2 of 13 makes")
    assert text.endswith(f"{END}\nrest\n")
    assert "earlier" not in text
    assert "](results/size.svg)" in text
    rewrite_block(file, store, [store.folder / "size.svg"])
    assert file.read_text() == text
    file.write_text(f"{BEGIN_WHOLE}\n{END}\n")
    rewrite_block(file, store, [])
    assert file.read_text() == f"{BEGIN_WHOLE}\n{whole_report(store)}\n{END}\n"
    (tmp_path / "none.md").write_text("# Title\n")
    with pytest.raises(ValueError, match="needs one line"):
        rewrite_block(tmp_path / "none.md", store, [])


def test_pictures_are_drawn_from_the_rows_alone(store):
    pytest.importorskip("matplotlib")
    from benchmarks.pictures import draw

    drawn_run = Trial(120, 1, "roomy", "iopsched", 60)
    put(store, drawn_run, SEARCH, judged(preferences=200, workload=60, cost=1000))
    put(store, Trial(120, 1, "free", "iopsched", 60), trace(news(9, "unmet_need", 90, 0)), judged(unmet_need=90))
    drawn = draw(store)
    assert [path.name for path in drawn] == ["search.svg", "size.svg"]
    first = [path.read_bytes() for path in drawn]
    assert b"seconds since start" in first[0]
    assert b"free: not within" in first[1]
    assert [path.read_bytes() for path in draw(Store.read(store.folder))] == first


def test_the_rows_on_disk_are_the_rows_in_memory(store):
    """Numbers as numbers, unknown as None."""
    put(store, Trial(60, 1, "roomy", "iopsched", 20), trace(news(1.0, "unmet_need", 60, None)), judged(unmet_need=60))
    again = Store.read(store.folder)
    for name, rows in store.tables.items():
        for mine, theirs in zip(rows, again.tables[name], strict=True):
            assert {key: mine.get(key) for key in theirs} == pytest.approx(theirs, abs=1e-4), name


# --- the runner ---------------------------------------------------------------
def test_programs_take_turns_on_one_clinic():
    plan = list(run.trials((60, 1000), (1, 2), ("roomy", "tight"), ("textbook", "timefold"), {60: 10.0}))
    names = [(trial.participants, trial.seed, trial.make, trial.program, trial.limit_s, trial.until) for trial in plan]
    assert names[:5] == [
        (60, 1, "roomy", "iopsched", 10.0, ""),
        (60, 1, "roomy", "textbook", 10.0, "unmet_need"),
        (60, 1, "roomy", "timefold", 10.0, ""),
        (60, 1, "tight", "iopsched", 10.0, ""),
        (60, 1, "tight", "textbook", 10.0, "unmet_need"),
    ]
    assert {trial.program for trial in plan if trial.participants == 1000} == {"iopsched"}
    assert {trial.limit_s for trial in plan if trial.participants == 1000} == {180.0}


def test_sixty_clinics_of_every_make_are_run_unless_others_are_named():
    wanted = run.wanted_of(run.parsed([]))
    assert len({trial.clinic for trial in wanted}) == 60
    assert {trial.make for trial in wanted} == set(run.MAKES)
    assert {trial.participants for trial in wanted} == {60, 120, 300, 1000}
    quick = run.wanted_of(run.parsed(["--quick"]))
    assert [(trial.make, trial.participants, trial.seed, trial.program) for trial in quick] == [
        (make, 60, 1, "iopsched") for make in run.MAKES
    ]
    assert {trial.limit_s for trial in quick} == {20.0}


def test_published_weeks_are_run_where_a_copy_is_named(tmp_path):
    given = ["--makes", "none", "--foreign", str(tmp_path), "--foreign-names", "p10_t30_low", "--twins", "textbook"]
    wanted = run.wanted_of(run.parsed(given))
    assert [(trial.participants, trial.make, trial.program, trial.limit_s) for trial in wanted] == [
        (10, "foreign/t30_low", "iopsched", 60.0),
        (10, "foreign/t30_low", "textbook", 60.0),
    ]
    (tmp_path / wanted[0].clinic).mkdir()
    run.lay_out_foreign(wanted, tmp_path / "no copy", tmp_path)
    assert wanted[0].clinic == "foreign-t30_low-10-1"


def test_the_plan_tells_what_is_left_to_run(tmp_path, capsys, store):
    options = ["--plan", "--makes", "roomy", "--sizes", "60", "--seeds", "1,9", "--twins", "none", "--limits", "60:60"]
    run.main([*options, "--out", str(store.folder)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["roomy-60-1: iopsched, 60 s (is there)", "roomy-60-9: iopsched, 60 s"]
    assert lines[2].startswith("2 runs of 2 clinics")


def test_a_size_without_a_limit_of_its_own_has_that_of_the_next_larger():
    (trial,) = run.trials((200,), (1,), ("roomy",), (), {})
    assert trial.limit_s == 120.0
    (trial,) = run.trials((12,), (1,), ("roomy",), (), {})
    assert trial.limit_s == 60.0


def test_options():
    given = run.parsed(
        ["--sizes", "30,60", "--makes", "roomy,free", "--twins", "none", "--limits", "60:5", "--seeds", "2"]
    )
    assert (given.sizes, given.makes, given.twins, given.limits) == ((30, 60), ("roomy", "free"), (), {60: 5.0})
    for wrong in (["--twins", "gurobi"], ["--makes", "huge"]):
        with pytest.raises(SystemExit):
            run.parsed(wrong)


def test_runs_that_are_there_are_not_made_again(tmp_path, monkeypatch):
    """Unless asked for, or asked for with another limit."""
    held = []

    def hold(trial, _work, _revision):
        held.append(trial)
        return rows_of(trial, ENDED, settled(1.0), judged(), dict.fromkeys(GOALS, (0, 0)))

    monkeypatch.setattr(run, "hold", hold)
    plan = [Trial(60, seed, "roomy", "iopsched", 20) for seed in (1, 2)]
    assert run.make(plan[:1], Store.read(tmp_path), tmp_path) == 1
    assert run.make(plan, Store.read(tmp_path), tmp_path) == 1
    assert [trial.seed for trial in held] == [1, 2]
    assert run.make(plan, Store.read(tmp_path), tmp_path, is_again=True) == 2
    assert run.make([Trial(60, 1, "roomy", "iopsched", 30)], Store.read(tmp_path), tmp_path) == 1
    assert len(Store.read(tmp_path).tables["runs"]) == 2


def test_a_program_that_was_not_installed_is_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "hold", lambda trial, *_: rows_of(trial, Ended(9, 1, 1, ""), trace(), None, None))
    assert [run.make([TEXTBOOK], Store.read(tmp_path), tmp_path) for _ in range(2)] == [1, 1]


def fake(trial, clinic, out, trace):
    return ["tests.support.fake_twin", *trials.twin("")(trial, clinic, out, trace)[1:]]


@pytest.fixture
def fake_twin(monkeypatch):
    """Put a twin without a solver in the place of the textbook."""
    monkeypatch.setitem(trials.PROGRAMS, "textbook", Program("textbook CP-SAT", fake))


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("", ""),
        ("hints", "began with 3 hints"),
        ("unclean", "1 violations"),
        ("boast", "claims 0 of unmet_need where the verifier counts 30"),
        ("crash", "ended with 1: out of luck"),
    ],
)
def test_a_twin_is_run_and_judged(tmp_path, monkeypatch, fake_twin, fault, why):
    monkeypatch.setenv("FAKE_TWIN", fault)
    (row,) = trials.hold(Trial(12, 1, "tight", "textbook", 5, until="unmet_need"), tmp_path)["runs"]
    assert row["why_not"].startswith(why)
    assert row["is_counted"] == (why == "")
    if not fault:
        assert (row["unmet_zero_s"], row["variables"], row["violations"]) == (0.9, 10, 0)
        assert 1 < row["memory_mb"] < 1000


def test_a_program_that_does_not_end_is_killed(tmp_path):
    ended = trials.run(["sleep", "30"], tmp_path / "log", 0.2)
    assert ended.exit_code == -9
    assert ended.wall_s < 10


def test_the_whole_benchmark_on_a_small_clinic(tmp_path, fake_twin, capsys):
    """Our real command and a twin, from nothing to the table; made again it makes nothing."""
    options = ["--sizes", "12", "--seeds", "1", "--makes", "roomy", "--twins", "textbook", "--limits", "12:2"]
    places = ["--out", str(tmp_path / "results"), "--work", str(tmp_path / "work")]
    run.main([*options, *places])
    said = capsys.readouterr()
    store = Store.read(tmp_path / "results")
    ours, theirs = store.tables["runs"]
    assert (ours["why_not"], theirs["why_not"]) == ("", "")
    assert ours["exit_code"] in {0, 4}
    assert ours["read_s"] < ours["built_s"] < ours["wall_s"] < 10
    assert ours["memory_mb"] > 50
    goals = [row for row in store.tables["goals"] if row["program"] == "iopsched"]
    assert [row["goal"] for row in goals] == sorted(GOALS) or {row["goal"] for row in goals} == set(GOALS)
    assert "| `roomy` | 12 | " in said.out
    assert "12 participants, seed 1, roomy, iopsched: unmet need 0: " in said.err
    run.main([*options, *places])
    again = capsys.readouterr()
    assert again.out == said.out
    assert "participants, seed" not in again.err


def test_reading_and_writing_are_timed_in_a_fresh_process(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "READING_SIZE", 12)
    monkeypatch.setattr(run, "READINGS", 1)
    plant(tmp_path / "roomy-12-1", 12, 1)
    store = Store.read(tmp_path / "results")
    run.read_and_write(store, tmp_path)
    (row,) = Store.read(tmp_path / "results").tables["reading"]
    assert 0 < row["read_s"] < 10
    assert 0 < row["write_s"] < 10


def test_without_runs_nothing_is_drawn(tmp_path, capsys):
    run.main(["--report", "--out", str(tmp_path / "results")])
    assert capsys.readouterr().out == "No runs are there yet.\n"
    assert not Path(tmp_path / "results").exists()


@pytest.mark.parametrize("name", ["README.md", "docs/measurements.md"])
def test_the_files_that_show_the_results_have_a_block_for_them(name):
    text = (trials.ROOT / name).read_text(encoding="utf-8")
    assert text.count(END) == 1
    assert text.count(BEGIN) + text.count(BEGIN_WHOLE) == 1
