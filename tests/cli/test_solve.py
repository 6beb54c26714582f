import json
import os
import stat
from dataclasses import replace

import pytest

from iopsched.cli.exits import Exit
from iopsched.cli.making import LEAST_SEARCH_S, less_the_rest
from iopsched.domain.outcome import Infeasible, OutOfTime
from iopsched.domain.pins import Pin
from iopsched.errors import InternalError, Issue, UsageError
from iopsched.params import Progress, SolveParams
from iopsched.rulebook import GoalId
from tests.support.cli_world import FIRST_LINE

WEEK = ("--week", "2026-12-02")
FILES = {"sessions.csv", "roster.csv", "hours.csv", "summary.json"}


def test_all_needs_met_is_nought(run, install, clinic):
    install()
    done = run("solve", clinic, *WEEK)
    folder = clinic / "schedules" / "2026-11-30"
    assert done.exit_code == Exit.DONE, done.output
    assert {path.name for path in folder.iterdir()} == FILES
    assert done.stdout == (
        "Test Clinic, week of Monday 30 November 2026: the best schedule there is (every goal is proven).\n"
        "\n"
        "3 of 3 participants have all their hours and sessions.\n"
        "Members of groups: G1 3/12.\n"
        "6 sessions held: 3 group, 3 individual.\n"
        "\n"
        "  Unmet need: 0 h, proven best.\n"
        "  Worst off: 0 h, proven best.\n"
        "  People short: 0 people, proven best.\n"
        "  People with changes: 0 people, proven best.\n"
        "  Appointments changed: 0 appointments, proven best.\n"
        "  Preferences: all met (0 points), proven best.\n"
        "  Workload: even, and nobody waits (0 points), proven best.\n"
        "  Cost: none (0 points), proven best.\n"
        "\n"
        f"Written to {folder}\n"
    )
    steps = f"Next:\n  iopsched show {clinic} {folder}\n  iopsched verify {clinic} {folder}\n"
    assert done.stderr == FIRST_LINE + steps


def test_unmet_needs_are_named_and_are_four(run, install, clinic, world):
    install(solve=world.short())
    done = run("solve", clinic, *WEEK)
    assert done.exit_code == Exit.UNMET
    assert (
        "2 of 3 participants have all their hours and sessions; what is lacking counts as 1 h of unmet need:\n"
        "  P3 lacks 1 individual: T1 has no free hour with P3.\n"
    ) in done.stdout
    assert "Proven: with these people, rooms and hours no schedule meets more of the need.\n" in done.stdout
    assert (
        "Not proven yet:\n  Workload: 200 points; at best 150 points; at most 25% better is possible.\n"
    ) in done.stdout
    assert f"\n  iopsched explain {clinic} " in done.stderr


def test_what_is_not_proven_is_told_in_plain_words(run, install, clinic, world):
    found = world.goals(unmet_need=(90, 60), worst_off=(60, 30), people_short=(2, 1), changes=(3, 1), moves=(5, 4))
    install(solve=world.solved(goals=found))
    text = run("solve", clinic, *WEEK).stdout
    assert "Unmet need: 1.5 h; at best 1 h; at most 30 min more of need could be met by a longer" not in text
    assert "Unmet need: 1.5 h; at best 1 h; at most 0.5 h more of need could be met by a longer search." in text
    assert "People short: 2 people; at best 1 person; at most 1 more person could have everything." in text
    assert "People with changes: 3 people; at best 1 person; at most 2 people fewer would be told" in text
    assert "Worst off: 1 h; at best 0.5 h; whoever lacks most could lack at most 0.5 h less." in text
    assert (
        "Appointments changed: 5 appointments; at best 4 appointments; at most 1 appointment fewer would change."
        in text
    )


def test_bad_input_writes_nothing(run, install, clinic):
    install(issues=(Issue("rooms.csv", 2, "capacity", "E-NUMBER", "'x' is no number.", "Write seats."),))
    done = run("solve", clinic, *WEEK)
    assert done.exit_code == Exit.BAD_INPUT
    assert done.stdout == ""
    assert done.stderr == (
        "rooms.csv:2, column capacity: E-NUMBER 'x' is no number. Write seats.\n1 error.\nNothing was written.\n"
    )
    assert not list(clinic.iterdir())


def test_pins_that_cannot_hold_are_named(run, install, clinic):
    pins = (
        Pin("must", "P1", service_id="individual", day=1, start=900, row=2),
        Pin("must_not", therapist_id="T1", row=3),
    )
    install(solve=Infeasible(pins))
    done = run("solve", clinic, *WEEK)
    assert done.exit_code == Exit.CONTRADICTION
    assert done.stderr.removeprefix(FIRST_LINE) == (
        "These pins cannot all hold together with the other rules; nothing was written. Change one of them:\n"
        "  pins.csv:2: must P1 individual Tue 15:00\n"
        "  pins.csv:3: must_not T1\n"
    )
    assert not list(clinic.iterdir())


def test_out_of_time_is_never_called_impossible(run, install, clinic):
    install(solve=OutOfTime())
    done = run("solve", clinic, *WEEK, "--time-limit", "5", "--json")
    assert done.exit_code == Exit.OUT_OF_TIME
    assert done.stderr.removeprefix(FIRST_LINE) == (
        "No schedule was found in 5 seconds; nothing was written. That does not mean that there is none: "
        "try a longer --time-limit.\n"
    )
    assert json.loads(done.stdout)["status"] == "out_of_time"


def test_an_interrupted_search_keeps_its_best(run, install, clinic, world):
    install(solve=world.solved(was_interrupted=True))
    done = run("solve", clinic, *WEEK)
    assert done.exit_code == Exit.INTERRUPTED
    assert f"Written to {clinic / 'schedules' / '2026-11-30'}" in done.stdout
    install(solve=OutOfTime(was_interrupted=True))
    assert run("solve", clinic, *WEEK, "--out", clinic / "b").exit_code == Exit.INTERRUPTED
    assert not (clinic / "b").exists()


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (("--time-limit", "0"), "The time limit is 0.0 s, but must be positive."),
        (("--time-limit", "nan"), "The time limit is nan s, but must be positive."),
        (("--deterministic-limit", "-1"), "The deterministic limit is -1.0, but must be positive."),
        (("--seed", "-1"), "The seed is -1, but must lie between 0 and 2147483647."),
        (("--workers", "257"), "The number of workers is 257, but must lie between 0 and 256."),
        (("--show", "--json"), "--show and --json both print to stdout. Choose one."),
    ],
)
def test_impossible_options_are_usage(run, install, clinic, option, sentence):
    install()
    done = run("solve", clinic, *WEEK, *option)
    assert (done.exit_code, done.stderr) == (Exit.USAGE, f"Error: {sentence}\n")


def test_options_reach_the_search(run, install, clinic):
    calls = install()
    run("solve", clinic, *WEEK, "--time-limit", "5", "--deterministic-limit", "3", "--seed", "7", "--workers", "1",
        "--previous", clinic / "old")  # fmt: skip
    assert calls["params"] == SolveParams(5.0, 3.0, 7, 1)
    assert calls["inspect"][2] == clinic / "old"
    run("solve", clinic, *WEEK)
    assert replace(calls["params"], time_limit_s=60.0) == SolveParams()


def test_the_time_limit_is_for_the_whole_command(run, install, clinic):
    """Start and reading are over by then; the last check and writing are still to come."""
    calls = install()
    run("solve", clinic, *WEEK, "--time-limit", "60")
    assert 50 < calls["params"].time_limit_s < 59.75


@pytest.mark.parametrize(
    ("limit", "taken", "used", "reading", "left"),
    [
        (60, 1, 1, 0, 58.7),
        (60, 1, 1, 1, 58.2),  # a large clinic, which takes longer to write
        (60, 4, 2, 0, 55.4),  # a busy machine: all takes twice as long
        (60, 1, 2, 0, 58.7),  # no machine is faster than itself
        (2, 1, 1, 0, 0.7),
        (2, 5, 1, 0, LEAST_SEARCH_S),
    ],
)
def test_the_end_takes_as_much_longer_as_the_beginning_did(limit, taken, used, reading, left):
    found = less_the_rest(SolveParams(limit), taken, used, reading)
    assert found.time_limit_s == pytest.approx(left)


def test_an_effort_is_no_time():
    params = SolveParams(5.0, 3.0)
    assert less_the_rest(params, 1, 1, 0) is params


def test_json_is_one_object_on_stdout(run, install, clinic, world):
    install(solve=world.short())
    done = run("solve", clinic, *WEEK, "--json", "--quiet")
    content = json.loads(done.stdout)
    assert content["schema"] == "iopsched.solve/1"
    assert (content["status"], content["week"], content["interrupted"]) == ("feasible", "2026-11-30", False)
    assert content["unmet"] == [{"participant_id": "P3", "minutes": 60, "why": "T1 has no free hour with P3."}]
    assert done.stderr == ""


def test_quiet_says_nothing(run, install, clinic):
    install()
    done = run("solve", clinic, *WEEK, "--quiet")
    assert (done.exit_code, done.stdout, done.stderr) == (Exit.DONE, "", "")


def test_show_prints_the_week_first(run, install, clinic):
    install()
    text = run("solve", clinic, *WEEK, "--show").stdout
    assert text.index("09:00-12:00  G1 · T2 · R1 · 3/12") < text.index("Test Clinic, week of")


def test_a_pipe_gets_a_line_for_each_goal_and_one_where_it_becomes_better(run, install, clinic, world):
    def search(on_progress, _stop):
        on_progress(Progress("build", 0.0, 60.0))
        on_progress(Progress("goal", 0.1, 59.9, GoalId.UNMET_NEED, 120, None))
        on_progress(Progress("goal_done", 0.2, 59.8, GoalId.UNMET_NEED, 60, 60))
        on_progress(Progress("goal_done", 1.26, 58.7, GoalId.PEOPLE_SHORT, 2, 1))
        on_progress(Progress("goal_done", 1.3, 58.6, GoalId.UNMET_NEED, 60, 60))
        on_progress(Progress("goal_done", 1.4, 58.6, GoalId.PEOPLE_SHORT, 1, 1))
        on_progress(Progress("verify", 1.5, 58.5))
        return world.solved()

    install(solve=search)
    assert run("solve", clinic, *WEEK).stderr.removeprefix(FIRST_LINE).partition("Next:")[0] == (
        "Building the week.\n"
        "Unmet need: 1 h, proven best (0.2 s)\n"
        "People short: 2 people, at best 1 person (1.3 s)\n"
        "People short: 1 person, proven best (1.4 s)\n"
        "Checking every rule.\n"
    )


def test_a_target_that_cannot_be_is_told_before_the_search(run, install, clinic, tmp_path):
    calls = install()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    done = run("solve", clinic, *WEEK, "--out", tmp_path / "mine")
    assert done.exit_code == Exit.USAGE
    assert done.stderr.removeprefix(FIRST_LINE) == (
        f"Error: {tmp_path / 'mine'} is not empty and holds no schedule of iopsched. "
        "Name a new folder with --out, or empty it.\n"
    )
    assert "params" not in calls


def test_a_folder_that_is_shared_is_warned_of(run, install, clinic, tmp_path):
    install()
    (clinic / ".git").mkdir()
    done = run("solve", clinic, *WEEK)
    assert done.stderr.partition("\n")[2].startswith(
        f"Warning: {clinic / 'schedules' / '2026-11-30'} lies in the git work tree {clinic}. "
        "A schedule is health data: do not commit it.\n"
    )
    done = run("solve", clinic, *WEEK, "--out", tmp_path / "OneDrive - Clinic" / "week")
    assert "which looks synced. A schedule is health data: mind who gets it.\n" in done.stderr


def test_a_schedule_that_our_verifier_rejects_is_a_bug(run, install, clinic):
    def search(_on_progress, _stop):
        raise InternalError("Rule size is broken by G1-1.")

    install(solve=search)
    done = run("solve", clinic, *WEEK)
    assert done.exit_code == Exit.BUG
    assert done.stderr.partition("\n")[2].startswith(
        "Error: this is a bug in iopsched, not in your files.\nRule size is broken by G1-1.\n"
    )
    assert not (clinic / "schedules").exists()


def test_files_are_for_their_owner_only(run, install, clinic):
    """Also with the usual umask."""
    install()
    run("solve", clinic, *WEEK)
    made = [clinic / "schedules", *(clinic / "schedules").rglob("*")]
    assert len(made) == 6
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o700, 0o600}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in made if path.is_file())


def test_exports_live_on_and_are_called_old(run, install, clinic):
    install()
    run("solve", clinic, *WEEK)
    folder = clinic / "schedules" / "2026-11-30"
    (folder / "exports").mkdir()
    (folder / "exports" / "week.pdf").write_bytes(b"pdf")
    done = run("solve", clinic, *WEEK)
    assert (folder / "exports" / "week.pdf").read_bytes() == b"pdf"
    assert f"Note: {folder / 'exports'} was made from the earlier schedule.\n" in done.stderr


def test_the_hint_counts_what_check_would_list(run, install, clinic):
    """Warnings about the previous week are listed at once: check never sees that folder."""
    never = Issue("participants.csv", 0, "", "W-NEED-NEVER", "P1 can have none.", "", level="warning")
    odd = Issue("rooms.csv", 0, "", "W-COLUMN-UNKNOWN", "Odd.", "", level="warning")
    heads = Issue("old/sessions.csv", 2, "", "W-HEADS", "Three.", "", level="warning")
    install(issues=(odd, heads), outlook_issues=(never,))
    done = run("solve", clinic, *WEEK, "--previous", clinic / "old")
    assert done.stderr.partition("\n")[2].startswith(
        f"The input has 2 warnings. `iopsched check {clinic} --week 2026-11-30` lists them.\n"
        "old/sessions.csv:2: W-HEADS Three.\n"
    )


def test_searching_longer_repeats_the_options(run, install, clinic, world):
    install(solve=world.solved(goals=world.goals(cost=(9, 1))))
    folder = clinic / "my week"
    err = run("solve", clinic, *WEEK, "--out", folder, "--previous", "old").stderr
    assert f'  iopsched show {clinic} "{folder}"\n' in err
    assert f'  iopsched solve {clinic} --week 2026-11-30 --out "{folder}" --previous old --time-limit 300\n' in err


@pytest.mark.parametrize(
    ("given", "longer"),
    [
        ("--time-limit 20", "--time-limit 300"),
        ("--time-limit 600 --seed 3", "--seed 3 --time-limit 1200"),
        ("--workers 1 --deterministic-limit 60", "--workers 1 --deterministic-limit 120"),
    ],
)
def test_a_longer_search_is_longer_than_the_one_before(given, longer, run, install, clinic, world):
    install(solve=world.solved(goals=world.goals(cost=(9, 1))))
    err = run("solve", clinic, *WEEK, *given.split()).stderr
    assert f"  iopsched solve {clinic} --week 2026-11-30 {longer}\n" in err


def test_weights_are_told_in_parts_and_small_gaps_without_noughts(run, install, clinic, world):
    goals = list(world.goals(workload=(690, 690), cost=(1000, 999)))
    parts = (("imbalance", 540), ("evenings", 0), ("idle", 30), ("sizes", 120))
    place = list(GoalId).index(GoalId.WORKLOAD)
    goals[place] = replace(goals[place], parts=parts)
    install(solve=world.solved(goals=tuple(goals)))
    text = run("solve", clinic, *WEEK).stdout
    assert (
        "Workload: 9 h between the fullest and the emptiest week of staff, 0.5 h of staff waiting, "
        "8 members too many or too few in groups (690 points), proven best.\n"
    ) in text
    assert "Cost: 1000 points; at best 999 points; under 1 % better is possible.\n" in text
    assert text.count("A point is a minute") == 1


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        ("2026-11-16", "Warning: the week of 2026-11-16 is over.\n"),
        ("2027-11-29", "Warning: the week of 2027-11-29 is more than a year ahead.\n"),
        ("2026-11-23", ""),
        ("2027-11-22", ""),
    ],
)
def test_weeks_that_may_be_a_slip_of_the_pen(run, install, clinic, week, sentence):
    install()
    err = run("solve", clinic, "--week", week).stderr.removeprefix(FIRST_LINE)
    assert err.startswith(sentence or "Next:")


@pytest.mark.parametrize("name", ["summary.json", "sessions.csv"])
def test_a_pipe_in_the_folder_is_not_waited_for(run, install, clinic, name):
    install()
    run("solve", clinic, *WEEK)
    folder = clinic / "schedules" / "2026-11-30"
    (folder / name).unlink()
    os.mkfifo(folder / name)
    assert run("verify", clinic, folder).exit_code == Exit.DONE
    assert run("solve", clinic, *WEEK).exit_code == Exit.DONE
    assert (folder / name).is_file()


def test_a_week_that_cannot_be_told_is_written_all_the_same(run, install, clinic, monkeypatch):
    def refuse(_text):
        raise UsageError("Cannot print the output: No space left on device.")

    install()
    monkeypatch.setattr("iopsched.cli.solve.out", refuse)
    done = run("solve", clinic, *WEEK)
    folder = clinic / "schedules" / "2026-11-30"
    assert (done.exit_code, done.stderr.removeprefix(FIRST_LINE)) == (
        Exit.USAGE,
        f"Error: Cannot print the output: No space left on device. The week is written to {folder}.\n",
    )
    assert folder.is_dir()
