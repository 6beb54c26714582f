"""``iopsched why``: what a director reads, what a machine reads, and what is refused."""

import json
import threading
from dataclasses import replace

import pytest

from iopsched.domain.schedule import Border
from iopsched.domain.timegrid import DAY, HOUR
from iopsched.params import SolveParams
from iopsched.work import alternatives, weeks
from tests.support.small_clinic import SETTINGS, write

WEEK = "2026-11-30"
FILES = {
    "clinic.toml": SETTINGS.replace("min_hours_per_week = 9", "min_hours_per_week = 0").replace(
        "_week = 3", "_week = 0"
    ),
    "participants.csv": (
        "participant_id,population,availability,therapist_id,name\n"
        "P01,adult,Mon 09:00-11:00; Tue 09:00-10:00,T01,Zyxcanary One\n"
        "P02,adult,Mon 09:00-10:00,T01,Zyxcanary Two\n"
    ),
    "therapists.csv": "therapist_id,skills,availability,name\nT01,individual,Mon Tue 08:00-12:00,Staff Zyxcanary\nT02,group,,\n",
    "rooms.csv": "room_id,capacity\nR1,4\nR2,4\n",
    "services.csv": "service_id,kind,minutes,adult_per_week\nindividual,individual,60,1\n",
}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    """A clinic whose week is solved: P02 Mon 09:00, P01 at another time."""
    home = write(tmp_path_factory.mktemp("why") / "clinic", FILES)
    with pytest.MonkeyPatch.context() as patch:
        from tests.cli.conftest import runner

        done = runner(patch)("solve", home, "--week", WEEK, "--time-limit", "10", "--workers", "1")
    assert done.exit_code == 0, done.stderr
    return home


def asked(run, clinic, *words):
    done = run("why", clinic, *words, "--week", WEEK, "--json", "--workers", "1")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_a_session_is_told_with_its_next_best_choice_and_what_forbids_the_others(run, clinic):
    found = asked(run, clinic, "P02")
    assert (found["schema"], found["subject"], found["kind"]) == ("iopsched.why/1", "P02", "participant")
    start = next(row for row in found["facets"] if row["facet"] == "start")
    assert start["now"] == "Mon 09:00"
    assert start["next"]["choice"] == "not held"  # P02 has no other time
    assert [row["then"] - row["now"] for row in start["next"]["goals"]][:3] == [60, 60, 1]
    assert start["next"]["proven"]
    assert ("participants.csv", "P02", "availability") in {
        (row["file"], row["id"], row["column"]) for row in start["forbidden"]
    }
    lead = next(row for row in found["facets"] if row["facet"] == "lead")
    assert [(row["file"], row["id"], row["column"]) for row in lead["fixed_by"]] == [
        ("participants.csv", "P02", "therapist_id")
    ]
    assert {(row["choice"], row["id"], row["column"]) for row in lead["forbidden"]} == {
        ("T02", "P02", "therapist_id"),
        ("T02", "T02", "skills"),
    }


def test_an_alternative_that_is_allowed_is_told_with_its_cost(run, clinic):
    now = next(row["now"] for row in asked(run, clinic, "P01")["facets"] if row["facet"] == "start")
    other = "Tue 9:00" if now != "Tue 09:00" else "Mon 10am"
    instead = asked(run, clinic, "P01", "--instead", other)["instead"]
    assert instead["legal"]
    assert instead["broken"] == []
    assert {row["then"] - row["now"] for row in instead["as_edit"]["goals"][:3]} == {0}


def test_an_alternative_that_is_forbidden_is_told_with_the_row(run, clinic):
    instead = asked(run, clinic, "P02", "--instead", "T02 Tue 09:00")["instead"]
    assert not instead["legal"]
    assert instead["best"] is None
    assert {(row["rule"], row["file"], row["id"]) for row in instead["broken"]} >= {
        ("window", "participants.csv", "P02"),
        ("staffed", "therapists.csv", "T02"),
        ("primary", "participants.csv", "P02"),
    }


def test_what_facts_forbid_comes_with_the_steps_that_would_allow_it(run, clinic):
    instead = asked(run, clinic, "P02", "--instead", "Tue 10:00")["instead"]
    assert not instead["legal"]
    assert [(row["kind"], row["file"], row["id"], row["old"]) for row in instead["steps"]] == [
        ("participant_window", "participants.csv", "P02", "Mon 09:00-10:00")
    ]
    assert instead["with_steps"]["goals"][0]["then"] == 0
    assert "What it would take (2 points of trouble):\n    coordinator: Let P02 also come Tue" in (
        run("why", clinic, "P02", "--week", WEEK, "--instead", "Tue 10:00").stdout
    )


def test_what_is_to_be_otherwise_may_stand_beside_what_is_to_be_so(run, clinic):
    instead = asked(run, clinic, "P01", "--instead", "Mon another time")["instead"]
    assert instead["asked"] == "P01 Mon another start"
    assert instead["best"]["choice"].startswith("Mon ")
    assert run("why", clinic, "P01", "--week", WEEK, "--instead", "another group").exit_code == 2


def test_nothing_is_written_or_changed(run, clinic):
    before = {path: path.read_bytes() for path in clinic.rglob("*") if path.is_file()}
    run("why", clinic, "P01", "--week", WEEK)
    assert {path: path.read_bytes() for path in clinic.rglob("*") if path.is_file()} == before


def test_the_same_question_has_the_same_answer(run, clinic):
    assert asked(run, clinic, "P01") == asked(run, clinic, "P01")


def test_what_is_lacking_and_how_full_somebody_is_are_told(run, clinic):
    assert asked(run, clinic, "P01")["facets"][0]["now"] == "has everything"
    load = asked(run, clinic, "T01")["facets"][0]
    assert (load["facet"], load["now"]) == ("load", "2 of 25 h in 2 sessions")
    idle = asked(run, clinic, "T02")["facets"][0]
    assert (idle["next"], idle["remark"]) == (None, "No week has a session led by T02: proven.")


def test_what_another_session_is_in_the_way_of_may_still_be_if_others_move(run, clinic):
    instead = asked(run, clinic, "P01", "--instead", "Mon 09:00")["instead"]
    assert not instead["legal"]
    assert [row["rule"] for row in instead["broken"]] == ["overlap"]
    assert instead["best"]["goals"][0]["then"] == 60  # P02 can come then only


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("P99",), "There is no participant, session, group or therapist"),
        (("R1",), "A room is no subject"),
        (("P01", "--instead", "Tue 25:00"), "25:00"),
        (("P01", "--instead", "Tue Wed"), "'Wed' is a second day"),
        (("P01", "--instead", "P77 Tue"), "'P77' is not understood"),
        (("P01", "--instead", " "), "--instead is blank"),
    ],
)
def test_what_is_not_understood_is_named(run, clinic, words, told):
    done = run("why", clinic, *words, "--week", WEEK)
    assert done.exit_code == 2
    assert told in done.stderr


def test_names_find_people_and_are_told_nowhere(run, clinic):
    done = run("why", clinic, "Zyxcanary One", "--week", WEEK, "--instead", "with Staff Zyxcanary on Tuesday at 9am")
    assert done.exit_code == 0
    assert done.stdout.startswith("P01, week of Monday 30 November 2026: 1 session, 1 h.")
    assert "Zyxcanary" not in done.stdout + done.stderr
    refused = run("why", clinic, "P01", "--week", WEEK, "--instead", "Zyxcanary")
    assert refused.exit_code == 2
    assert "Zyxcanary" not in refused.stdout + refused.stderr


def test_bounds_of_a_week_hold_while_nobody_works_on_the_days_next_to_it(clinic):
    read = weeks.read_week(clinic, clinic / "schedules" / WEEK)
    assert alternatives.floor_of(read)
    bound = replace(read.problem, borders=(Border("T01", last_end=-60),))
    assert alternatives.floor_of(replace(read, problem=bound)) == {}
    monday = replace(read.problem, borders=(Border("T01", first_start=7 * DAY + 9 * HOUR),))  # nobody works on Sunday
    assert alternatives.floor_of(replace(read, problem=monday))


def test_a_stop_leaves_what_is_known(clinic):
    read = weeks.read_week(clinic, clinic / "schedules" / WEEK)
    stop = threading.Event()
    facets = []

    def hear(facet):
        facets.append(facet)
        stop.set()

    found = alternatives.why(
        read, alternatives.question_of(read, "P01", None), SolveParams(workers=1), 20.0, stop, hear
    )
    assert list(found.facets) == facets
    assert len(facets) == 1
    assert found.unfinished[0] == "Time ended before 2 sides of 3 were looked at."
