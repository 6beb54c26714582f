"""``iopsched network``: what an operator reads in the morning, what a machine reads, and what the same command does again."""

import json

import pytest

from iopsched import work
from iopsched.cli.network import exit_of_night
from iopsched.files.locks import held
from iopsched.networks.engines.serial import InThisProcess
from iopsched.networks.results import NightResult, SiteResult, SiteState
from iopsched.networks.sites import Site
from tests.support.known_weeks import remember_weeks
from tests.support.small_clinic import THREE_STARTS, write

WEEK = "2026-11-30"
QUICK = ("--week", WEEK, "--workers", "1", "--deterministic-limit", "0.1", "--capacity-limit", "0")
TABLES = ("sessions.csv", "roster.csv", "hours.csv", "summary.json")


@pytest.fixture(autouse=True)
def quick(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    remember_weeks(monkeypatch)


@pytest.fixture
def clinics(tmp_path):
    return [write(tmp_path / name, THREE_STARTS) for name in ("north", "south", "west")]


def files_of(clinic, week=WEEK):
    return {name: (clinic / "schedules" / week / name).read_bytes() for name in TABLES}


def result_of(done):
    """Return the last line, and the events of the others by site."""
    *news, last = (json.loads(line) for line in done.stdout.splitlines())
    assert {row["schema"] for row in news} <= {"iopsched.network.progress/1"}
    assert last["schema"] == "iopsched.network/1"
    return last, [(row["site"], row["event"]) for row in news]


def states(done):
    return {row["site"]: row["state"] for row in result_of(done)[0]["sites"]}


def test_each_clinic_has_its_week(run, clinics):
    done = run("network", *clinics, *QUICK)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("3 of 3 weeks made; needs are unmet at 0 sites.")
    for clinic in clinics:
        assert run("verify", clinic, clinic / "schedules" / WEEK).exit_code == 0
    assert "Zyxcanary" not in done.output


def test_one_mistake_in_many_cells_is_said_once(run, clinics, tmp_path):
    people = clinics[1] / "participants.csv"
    head, first, *_ = people.read_text().splitlines()
    ids = [first, *(f"X{number},{first.partition(',')[2]}" for number in range(12))]
    people.write_text("\n".join([f"{head},availability", *(f"{row},Mon-Fryday" for row in ids)]) + "\n")
    done = run("network", clinics[1], tmp_path / "nowhere", *QUICK)
    said = [line for line in done.stderr.splitlines() if "E-DAY" in line]
    (line,) = said
    assert line.startswith("south: participants.csv:2, column availability: E-DAY ")
    assert "And 12 more like it, in rows 3, 4, 5, 6, 7 and others." in line


def test_a_clinic_with_faults_stops_no_other(run, clinics, tmp_path):
    (clinics[1] / "rooms.csv").write_text("room_id,capacity\nR1,many\n")
    done = run("network", *clinics, tmp_path / "nowhere", *QUICK)
    assert done.exit_code == 3
    assert "south: rooms.csv:2, column capacity: E-NUMBER" in done.stderr
    assert "\nnowhere: E-FOLDER" in done.stderr
    assert "south: 1 fault in its files, listed above; its week was not made." in done.stderr
    assert not (clinics[1] / "schedules").exists()
    assert files_of(clinics[0])["sessions.csv"] == files_of(clinics[2])["sessions.csv"]


def test_what_is_made_is_not_made_again(run, clinics):
    first, _ = result_of(run("network", *clinics, *QUICK, "--json"))
    before = [files_of(clinic) for clinic in clinics]
    again = run("network", *clinics, *QUICK, "--json")
    last, news = result_of(again)
    assert [row["state"] for row in last["sites"]] == ["skipped"] * 3
    assert [event for _, event in news] == ["end"] * 3
    assert [row["goals"] for row in last["sites"]] == [row["goals"] for row in first["sites"]]
    assert [files_of(clinic) for clinic in clinics] == before
    assert set(states(run("network", *clinics, *QUICK, "--json", "--again")).values()) == {"done"}


@pytest.mark.parametrize("what", ["file", "table", "summary", "seed", "limit"])
def test_what_has_changed_is_made_again(run, clinics, what):
    del clinics[2]
    assert run("network", *clinics, *QUICK).exit_code == 0
    folder, more = clinics[0] / "schedules" / WEEK, ()
    if what == "file":
        with (clinics[0] / "rooms.csv").open("a") as stream:
            stream.write("R9,12\n")
    elif what == "table":
        (folder / "roster.csv").write_bytes((folder / "roster.csv").read_bytes() + b"\n")
    elif what == "summary":
        (folder / "summary.json").write_bytes((folder / "summary.json").read_bytes() + b"\n")
    else:
        more = ("--seed", "1") if what == "seed" else ("--time-limit", "77")
    found = states(run("network", *clinics, *QUICK, "--json", *more))
    assert found["north"] == "done"
    assert set(found.values()) == ({"done"} if more else {"done", "skipped"})
    if what in ("table", "summary"):
        assert folder.with_name(f"{WEEK}.before-1").is_dir()


def test_a_published_week_gets_a_draft_of_its_next_revision(run, clinics):
    del clinics[2]
    assert run("network", *clinics, *QUICK).exit_code == 0
    assert run("publish", clinics[0], clinics[0] / "schedules" / WEEK).exit_code == 0
    done = run("network", *clinics, *QUICK, "--json")
    assert states(done) == {"north": "done", "south": "skipped"}
    assert (clinics[0] / "schedules" / f"{WEEK}.r2").is_dir()
    assert set(states(run("network", *clinics, *QUICK, "--json")).values()) == {"skipped"}


def test_a_network_file_says_which_week_and_in_which_order(run, clinics, tmp_path):
    path = tmp_path / "NETWORK.csv"
    path.write_text("clinic,week,priority\nnorth,,\nsouth,2026-12-09,2\nwest,,9\n")
    done = run("network", path, *QUICK, "--json")
    assert done.exit_code == 0
    assert [site for site, event in result_of(done)[1] if event == "end"] == ["west", "south", "north"]
    assert [row["site"] for row in result_of(done)[0]["sites"]] == ["north", "south", "west"]
    assert files_of(clinics[1], "2026-12-07")


def test_weeks_of_one_clinic_are_made_one_after_the_other(run, clinics, tmp_path, monkeypatch):
    """Whoever does several tasks at once reads ahead: the night must not meet itself at a clinic, and the earlier week comes first."""

    class ReadingAhead(InThisProcess):
        def run(self, parcels, on_move, stop):
            return super().run(list(parcels), on_move, stop)

    path = tmp_path / "NETWORK.csv"
    path.write_text("clinic,week\nnorth,2026-12-07\nnorth,2026-11-30\nwest,\n")
    monkeypatch.setattr(work.nightengines, "InThisProcess", ReadingAhead)
    done = run("network", path, *QUICK, "--json")
    assert done.exit_code == 0, states(done)
    assert set(states(run("network", path, *QUICK, "--json")).values()) == {"skipped"}


def test_pins_that_contradict_are_the_matter_of_their_site(run, clinics):
    (clinics[2] / "pins.csv").write_text("action,group_id,day,start\nmust,G1,Tue,09:00\nmust,G1,Tue,09:30\n")
    done = run("network", *clinics, *QUICK, "--json")
    assert done.exit_code == 5, states(done)
    assert states(done) == {"north": "done", "south": "done", "west": "contradiction"}
    told = run("network", *clinics, *QUICK)
    assert told.exit_code == 5
    rows = [line for line in told.stdout.splitlines() if line.startswith("west ")]
    assert len(rows) == 1, "one line a site, whatever there is to say"


def test_two_nights_are_told_of_each_other(run, clinics):
    release = held(clinics[0] / "clinic.toml")
    done = run("network", *clinics, *QUICK, "--json")
    assert done.exit_code == 7
    assert states(done) == {"north": "conflict", "south": "done", "west": "done"}
    release()
    assert states(run("network", *clinics, *QUICK, "--json"))["north"] == "done"


ORDER = [
    (["done", "failed", "bad_input"], 1),
    (["done", "not_written", "bad_input"], 2),
    (["bad_input", "contradiction", "no_schedule", "conflict"], 3),
    (["contradiction", "no_schedule", "conflict"], 5),
    (["no_schedule", "conflict"], 6),
    (["done", "conflict"], 7),
    (["done", "skipped"], 0),
]


@pytest.mark.parametrize(("found", "code"), ORDER, ids=str)
def test_the_exit_code_is_that_of_the_worst(tmp_path, found, code):
    results = [SiteResult(Site(name, tmp_path, None), SiteState(name)) for name in sorted(found)]
    assert exit_of_night(NightResult(tuple(results))) == code
    assert exit_of_night(NightResult(tuple(results), was_interrupted=True)) == 130
