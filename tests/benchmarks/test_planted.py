from dataclasses import replace

import pytest

from benchmarks.planted import BESIDES, MAKES, ROOMY, SHORT, TIGHT, WEEK, plant, plant_make, planted_folder
from iopsched.ingest import inspect_clinic, read_schedule
from iopsched.rulebook import GoalId
from iopsched.verifier import goal_values, violations


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def share_outside_preferred(problem, week, values):
    """Return which share of the session minutes of all who state preferred times lies outside these."""
    wishing = {row.id for row in (*problem.participants, *problem.therapists) if row.preferred is not None}
    minutes = sum(
        (row.end - row.start) * len(wishing & {*row.participant_ids, *row.therapist_ids}) for row in week.sessions
    )
    return dict(values[GoalId.PREFERENCES].parts)["outside_preferred"] / minutes


@pytest.mark.parametrize("slack", [ROOMY, TIGHT], ids=["roomy", "tight"])
@pytest.mark.parametrize("participants", [30, 60])
def test_the_planted_week_meets_every_need_and_rule(tmp_path, participants, slack):
    """So unmet need 0 can be reached in every instance."""
    clinic = tmp_path / "clinic"
    plant(clinic, participants, 1, slack)
    found = inspect_clinic(clinic, WEEK)
    assert found.issues == ()
    week = read_schedule(planted_folder(clinic), found.problem)
    assert violations(found.problem, week) == ()
    values = goal_values(found.problem, week)
    assert (values[GoalId.UNMET_NEED].value, values[GoalId.PEOPLE_SHORT].value) == (0, 0)
    assert 0 < share_outside_preferred(found.problem, week, values) < 0.25


HOLDING = [name for name, make in MAKES.items() if not make.slack.is_short]


@pytest.mark.parametrize(("name", "participants"), [(name, 12) for name in HOLDING] + [(name, 60) for name in HOLDING])
def test_the_planted_week_of_every_make_meets_every_need_and_rule(tmp_path, name, participants):
    clinic = tmp_path / "clinic"
    plant_make(clinic, MAKES[name], participants, 2)
    found = inspect_clinic(clinic, WEEK)
    assert [issue for issue in found.issues if issue.level == "error"] == []
    week = read_schedule(planted_folder(clinic), found.problem)
    assert violations(found.problem, week) == ()
    values = goal_values(found.problem, week)
    assert (values[GoalId.UNMET_NEED].value, values[GoalId.PEOPLE_SHORT].value) == (0, 0)


@pytest.mark.parametrize("name", sorted(MAKES.keys() - set(HOLDING)))
def test_a_make_that_lacks_something_is_sound_but_has_no_planted_week(tmp_path, name):
    plant_make(tmp_path / "clinic", MAKES[name], 60, 2)
    found = inspect_clinic(tmp_path / "clinic", WEEK)
    assert [issue for issue in found.issues if issue.level == "error"] == []
    assert not planted_folder(tmp_path / "clinic").exists()


def test_the_makes_differ_in_what_they_say(tmp_path):
    """One look at the files for each choice that a make can make."""
    problems = {}
    for name, make in MAKES.items():
        plant_make(tmp_path / name, make, 60, 1)
        problems[name] = inspect_clinic(tmp_path / name, WEEK).problem
    assert len(problems) >= 8
    assert not any(row.primary_id for row in problems["free"].participants)
    assert all(row.primary_id for row in problems["fixed"].participants)
    assert problems["fixed"].pins
    assert all(row.tracks for row in problems["windows"].therapists)
    rows = (tmp_path / "windows" / "participants.csv").read_text().splitlines()
    assert sum("09:00-12:00" in row or "17:30-20:30" in row for row in rows) > 10
    assert {row.population for row in problems["teens"].participants} == {"adolescent"}
    assert problems["telehealth"].rooms == ()
    assert problems["rehab"].groups == ()
    assert len(problems["rehab"].services) >= 10
    assert [row.id for row in problems["evening"].clinic.blocks] == ["night"]
    assert len(problems["crowded"].rooms) < len(problems["tight"].rooms)


def test_the_same_arguments_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        plant(tmp_path / name / "clinic", 30, 2, TIGHT)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert "clinic-planted/sessions.csv" in contents(tmp_path / "a")


def test_one_seed_plants_one_week_whatever_the_slack(tmp_path):
    """Tight against roomy compares the slack alone."""
    plant(tmp_path / "roomy", 30, 1, ROOMY)
    plant(tmp_path / "tight", 30, 1, TIGHT)
    assert contents(tmp_path / "roomy-planted") == contents(tmp_path / "tight-planted")
    roomy, tight = contents(tmp_path / "roomy"), contents(tmp_path / "tight")
    for name in ("rooms.csv", "therapists.csv"):
        assert tight[name].count(b"\n") < roomy[name].count(b"\n")


def test_no_reader_of_a_clinic_comes_by_its_planted_week(tmp_path):
    plant(tmp_path / "clinic", 30, 1)
    assert not list((tmp_path / "clinic").glob("**/*planted*"))
    assert not (tmp_path / "clinic" / "sessions.csv").exists()


def test_a_clinic_that_is_short_of_staff_is_sound_but_cannot_hold_the_planted_week(tmp_path):
    plant(tmp_path / "tight", 60, 1, TIGHT)
    plant(tmp_path / "short", 60, 1, SHORT)
    found = inspect_clinic(tmp_path / "short", WEEK)
    assert found.issues == ()
    staff = {row.id for row in found.problem.therapists}
    tight = inspect_clinic(tmp_path / "tight", WEEK).problem
    assert len(tight.therapists) - len(staff) == 1
    assert {row.primary_id for row in found.problem.participants} <= staff | {None}
    assert not planted_folder(tmp_path / "short").exists()
    assert found.problem.rooms == tight.rooms


def test_languages_modalities_and_an_earlier_week_leave_the_planted_week_legal(tmp_path):
    """Nobody is seen there by somebody without their language, and it tells few people of a change."""
    clinic = tmp_path / "clinic"
    plant(clinic, 60, 1, TIGHT, BESIDES)
    found = inspect_clinic(clinic, WEEK)
    assert found.issues == ()
    week = read_schedule(planted_folder(clinic), found.problem)
    earlier = read_schedule(tmp_path / "clinic-earlier")
    problem = replace(found.problem, previous=earlier)
    assert violations(problem, week) == ()
    values = goal_values(problem, week)
    assert values[GoalId.UNMET_NEED].value == 0
    assert dict(values[GoalId.PREFERENCES].parts)["language"] == 0
    assert 0 < values[GoalId.CHANGES].value < 15
    assert {row.languages for row in problem.participants} == {("English",), ("Spanish",)}
    assert {row.modality for row in problem.participants} == {"either", "in_person"}
    gone = {pid for row in earlier.sessions for pid in row.participant_ids} - problem.participant.keys()
    assert len(gone) == 6


def test_what_is_not_asked_for_is_not_there(tmp_path):
    """Figures of planted clinics stay comparable."""
    plant(tmp_path / "a", 30, 2)
    plant(tmp_path / "b", 30, 2, besides=("earlier",))
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert not (tmp_path / "a-earlier").exists()
    assert (tmp_path / "b-earlier" / "roster.csv").exists()
