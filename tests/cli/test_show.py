import json

import pytest

from iopsched.cli.exits import Exit
from iopsched.domain.names import Names

HEAD = "Test Clinic, week of Monday 30 November 2026"


@pytest.fixture
def show(run, install, clinic):
    install()
    folder = clinic / "week"
    folder.mkdir()
    return lambda *options: run("show", clinic, folder, *options)


def test_the_week_is_a_grid_and_everything_beside_it(show):
    done = show()
    assert done.exit_code == Exit.DONE
    assert done.stdout == (
        f"{HEAD}\n"
        "\n"
        "             Mon                 Wed                 Fri\n"
        "             ------------------- ------------------- -------------------\n"
        "09:00-12:00  G1 · T2 · R1 · 3/12 G1 · T2 · R1 · 3/12 G1 · T2 · R1 · 3/12\n"
        "\n"
        "A cell reads: group · therapists · room · members/most.\n"
        "\n"
        "Sessions with one participant or family\n"
        "=======================================\n"
        "Monday\n"
        "13:00-14:00  individual P1 · T1 · R2\n"
        "14:00-15:00  individual P2 · T1 · R2\n"
        "15:00-16:00  individual P3 · T1 · R2\n"
        "\n"
        "participant  level      hours  needed  days  needed  status  missing\n"
        "-----------  ---------  -----  ------  ----  ------  ------  -------\n"
        "P1           iop-adult     10       9     3       3  met\n"
        "P2           iop-adult     10       9     3       3  met\n"
        "P3           iop-adult     10       9     3       3  met\n"
    )
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_one_persons_list(show):
    assert show("--participant", "P2").stdout == (
        f"{HEAD} · P2\n"
        "\n"
        "Mon 30  09:00-12:00  G1 · T2 · R1 · 3/12\n"
        "Mon 30  14:00-15:00  individual P2 · T1 · R2\n"
        "Wed  2  09:00-12:00  G1 · T2 · R1 · 3/12\n"
        "Fri  4  09:00-12:00  G1 · T2 · R1 · 3/12\n"
        "\n"
        "4 sessions, 10 h.\n"
        "\n"
        "participant  level      hours  needed  days  needed  status  missing\n"
        "-----------  ---------  -----  ------  ----  ------  ------  -------\n"
        "P2           iop-adult     10       9     3       3  met\n"
    )


def test_a_therapists_list_names_who_comes(show):
    text = show("--therapist", "T2", "--day", "Mon").stdout
    assert text == (
        f"{HEAD} · T2 · Monday\n\nMon 30  09:00-12:00  G1 · T2 · R1 · 3/12\n{'':21}P1, P2, P3\n\n1 session, 3 h.\n"
    )


@pytest.mark.parametrize("day", ["Mon", "monday", "MO", "2026-11-30"])
def test_a_day(show, day):
    assert show("--day", day).stdout.splitlines()[:4] == [
        f"{HEAD} · Monday", "", "Monday", "09:00-12:00  G1 · T2 · R1 · 3/12"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--day", "M"), "--day 'M' is no day. Write Mon, Tue, Wed, Thu, Fri, Sat or Sun."),
        (("--day", "2026-12-07"), "2026-12-07 is not in the week of 2026-11-30."),
        (("--participant", "p22"), "There is no participant p22. Did you mean P2?"),
        (("--room", "kitchen"), "There is no room of this name."),
    ],
)
def test_what_is_not_there_is_usage(show, options, sentence):
    done = show(*options)
    assert (done.exit_code, done.stderr) == (Exit.USAGE, f"Error: {sentence}\n")


def test_a_missing_folder_is_usage(run, install, clinic):
    install()
    done = run("show", clinic, clinic / "none")
    assert done.exit_code == Exit.USAGE
    assert done.stderr == (
        f"Error: There is no schedule folder {clinic / 'none'}. `iopsched solve {clinic}` makes one.\n"
    )


@pytest.mark.parametrize("options", [(), ("--json",), ("--therapist", "T1"), ("--participant", "P1"), ("--room", "R1")])
@pytest.mark.parametrize("names", ["none", "id", "initials"])
def test_names_are_shown_only_when_asked_for(show, world, options, names):
    """Every name of the small clinic holds a canary."""
    text = show(*options, "--names", names).output
    assert world.CANARY not in text
    assert ("P1" in text or "Z1" in text) == (names != "none")
    assert ("Z1" in text) == (names == "initials")


def test_full_names(show, world):
    text = show("--names", "full").stdout
    assert f"individual {world.CANARY}01 Doe · {world.CANARY}11, LCSW · R2" in text
    assert "Blue room" in text


def test_no_names_shows_no_group_id_either(show):
    """The id of a group may tell its topic."""
    text = show("--names", "none").stdout
    assert "Morning group" in text
    assert "G1" not in text


def test_json(show):
    content = json.loads(show("--json").stdout)
    assert content["schema"] == "iopsched.show/1"
    assert [row["session_id"] for row in content["sessions"]][:2] == ["G1-1", "individual-1"]
    assert content["sessions"][0]["participants"] == ["P1", "P2", "P3"]
    assert len(content["hours"]) == 3


def test_a_day_of_a_person_has_the_hours_of_the_whole_week(show):
    text = show("--participant", "P2", "--day", "Mon").stdout
    assert "2 sessions, 4 h.\n\nThe whole week:\nparticipant  level" in text


def test_names_asked_for_and_not_there(show, world, monkeypatch):
    monkeypatch.setattr("iopsched.ingest.read_names", lambda folder: Names())
    assert show("--names", "full").stderr == (
        "Warning: participants.csv has nothing in a column name; ids are shown.\n"
    )
    assert "in a column initials;" in show("--names", "initials").stderr
    assert show("--names", "none").stderr == ""


def test_two_of_one_name_are_told_apart(show, monkeypatch):
    names = Names(participants={"P1": "Jo Doe", "P2": "Jo Doe", "P3": "Al Doe"})
    monkeypatch.setattr("iopsched.ingest.read_names", lambda folder: names)
    text = show("--names", "full").stdout
    assert all(f"individual {name} ·" in text for name in ("Jo Doe (P1)", "Jo Doe (P2)", "Al Doe"))


@pytest.mark.parametrize("given", ["Al Doe", "al  doe", "AL\u00a0DOE", "p3"])
def test_a_person_by_name(show, monkeypatch, given):
    """A name that exactly one has stands for the id; the answer shows ids."""
    names = Names(participants={"P1": "Jo Doe", "P2": "Jo Doe", "P3": "Al Doe"})
    monkeypatch.setattr("iopsched.ingest.read_names", lambda folder: names)
    assert show("--participant", given).stdout == show("--participant", "P3").stdout


def test_a_name_of_two_people_and_of_nobody(show, monkeypatch):
    names = Names(participants={"P1": "Jo Doe", "P2": "Jo Doe", "P9": "Al Doe"}, rooms={"R2": "Blue room"})
    monkeypatch.setattr("iopsched.ingest.read_names", lambda folder: names)
    assert show("--participant", "Jo Doe").stderr == "Error: 2 have this name: P1, P2. Write one of these ids.\n"
    for name in ("Al Doe", "Smith"):
        assert show("--participant", name).stderr == "Error: There is no participant of this name.\n"
    assert show("--room", "blue ROOM").stdout == show("--room", "R2").stdout


def test_the_root_is_no_schedule(run, clinic):
    """Nor is it a bug."""
    assert run("show", clinic, "/").exit_code == Exit.BAD_INPUT
    assert run("verify", "/", "/").exit_code == Exit.BAD_INPUT
    assert run("solve", clinic, "--out", "/").exit_code in (Exit.USAGE, Exit.BAD_INPUT)
