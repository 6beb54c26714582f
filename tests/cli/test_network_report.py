"""The report of a night as the command writes it: where, whose files, what is asked again and what is said when it cannot be."""

import json
import stat

import pytest

from iopsched.networks import growthtask
from iopsched.networks.growthtask import Growth, OneMore
from tests.support.known_weeks import remember_weeks
from tests.support.small_clinic import THREE_STARTS, write

WEEK = "2026-11-30"
PLACE = f"network-{WEEK}"
NIGHT = ("--week", WEEK, "--workers", "1", "--deterministic-limit", "0.1")


@pytest.fixture(autouse=True)
def asked(monkeypatch, tmp_path):
    """Answer at once what would help, and count who was asked; the command runs in an empty folder."""
    monkeypatch.chdir(tmp_path)
    remember_weeks(monkeypatch)
    seen = []

    def perform(question, tell, stop):
        seen.append((question.problem.clinic.name, question.params.time_limit_s))
        return Growth(120, 60, (OneMore("therapist", 60, 60),))

    monkeypatch.setattr(growthtask, "perform", perform)
    return seen


@pytest.fixture
def clinics(tmp_path):
    return [write(tmp_path / "clinics" / name, THREE_STARTS) for name in ("north", "south")]


def facts(place):
    return json.loads((place / "network.json").read_text())


def test_the_report_lies_where_the_command_runs_readable_by_its_owner_only(run, clinics, tmp_path, asked):
    done = run("network", *clinics, *NIGHT)
    assert done.exit_code == 0, done.output
    assert done.stdout.endswith(f"Report: {PLACE}/network.html\n")
    files = [path for path in (tmp_path / PLACE).iterdir() if not path.name.startswith(".")]
    assert {"network.html", "network.xlsx", "network.json", "sites.csv", "help.csv"} <= {path.name for path in files}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert asked == [("", 20.0)] * 2


def test_beside_the_network_file_or_where_somebody_says(run, clinics, tmp_path):
    (tmp_path / "clinics" / "NETWORK.csv").write_text("clinic\nnorth\n")
    assert run("network", tmp_path / "clinics" / "NETWORK.csv", *NIGHT).exit_code == 0
    assert (tmp_path / "clinics" / PLACE / "network.html").is_file()
    done = run("network", clinics[0], *NIGHT, "--out", tmp_path / "mine", "--json")
    assert json.loads(done.stdout.splitlines()[-1])["report"] == str(tmp_path / "mine" / "network.html")
    assert not (tmp_path / PLACE).exists()


def test_what_is_known_of_a_week_is_not_asked_again(run, clinics, tmp_path, asked):
    assert run("network", clinics[0], *NIGHT).exit_code == 0
    assert run("network", *clinics, *NIGHT).exit_code == 0
    assert len(asked) == 2
    assert [row["site"] for row in facts(tmp_path / PLACE)["growth"]] == ["north", "south"]
    for limit in ("7", "0"):
        assert run("network", *clinics, *NIGHT, "--capacity-limit", limit).exit_code == 0
        assert [row["site"] for row in facts(tmp_path / PLACE)["growth"]] == ["north", "south"]
    assert len(asked) == 2
    assert run("network", *clinics, *NIGHT, "--capacity-limit", "30").exit_code == 0
    assert asked[2:] == [("", 30.0)] * 2


def test_nothing_is_asked_where_nobody_wants_it(run, clinics, tmp_path, asked):
    assert run("network", *clinics, *NIGHT, "--capacity-limit", "0").exit_code == 0
    assert asked == []
    assert facts(tmp_path / PLACE)["report"]["unfinished"] == [
        "What would help, and who more could come, was not asked of 2 sites: north, south."
    ]


def test_the_same_night_again_gives_the_same_files_but_for_times(run, clinics, tmp_path):
    run("network", *clinics, *NIGHT)
    run("network", *clinics, *NIGHT)
    first = {path.name: path.read_bytes() for path in (tmp_path / PLACE).iterdir()}
    run("network", *clinics, *NIGHT)
    second = {path.name: path.read_bytes() for path in (tmp_path / PLACE).iterdir()}
    assert {name for name in first if first[name] != second[name]} <= {
        "runs.csv",
        "network.json",
        ".iopsched-exports.json",
    }


def test_files_of_somebody_else_stay(run, clinics, tmp_path):
    (tmp_path / PLACE).mkdir()
    (tmp_path / PLACE / "notes.txt").write_text("mine")
    (tmp_path / PLACE / "sites.csv").write_text("mine")
    done = run("network", *clinics, *NIGHT)
    assert done.exit_code == 0
    assert f"Report: {PLACE}-2/network.html" in done.stdout
    assert (tmp_path / PLACE / "sites.csv").read_text() == "mine"
    assert not (tmp_path / PLACE / "network.html").exists()


def test_a_place_that_is_no_folder_is_told_before_anything_is_made(run, clinics, tmp_path):
    (tmp_path / PLACE).write_text("mine")
    done = run("network", *clinics, *NIGHT)
    assert done.exit_code == 2
    assert "--out" in done.stderr
    assert not (clinics[0] / "schedules").exists()


def test_a_question_that_fails_is_said_and_asked_again(run, clinics, tmp_path, monkeypatch, asked):
    def fail(question, tell, stop):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(growthtask, "perform", fail)
        assert run("network", clinics[0], *NIGHT).exit_code == 0
    assert facts(tmp_path / PLACE)["report"]["unfinished"] == [
        "1 site: The question failed; the week is not touched by that."
    ]
    assert run("network", clinics[0], *NIGHT).exit_code == 0
    assert asked == [("", 20.0)]


def test_news_of_the_asking_is_a_line_of_json(run, clinics):
    done = run("network", *clinics, *NIGHT, "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    told = [(row["site"], row["asked"], row["sites"]) for row in rows if row.get("event") == "asked"]
    assert sorted(site for site, _, _ in told) == ["north", "south"]
    assert [(asked, sites) for _, asked, sites in told] == [(1, 2), (2, 2)]
