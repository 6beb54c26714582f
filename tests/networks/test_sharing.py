"""Staff shared between sites in a night: who is shared, what binds, and what the night tells of it."""

import json
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from iopsched.domain.sharing import Timetable
from iopsched.errors import InputError
from iopsched.ingest import read_problem, read_schedule
from iopsched.networks.networkfile import sites_of
from iopsched.networks.results import NightResult, SiteResult, SiteState
from iopsched.networks.sharing.linkage import linked
from iopsched.networks.sharing.linklimits import links_of
from iopsched.verifier.acrosssites import clashes
from iopsched.work.staffcalendars import shared_calendars
from tests.cli.conftest import runner
from tests.support.small_clinic import ONE_SHORT, write

WEEK = "2026-11-30"
MONDAY = date(2026, 11, 30)
QUICK = ("--week", WEEK, "--workers", "1", "--deterministic-limit", "2", "--capacity-limit", "0")
CLINIC = {
    **ONE_SHORT,
    "participants.csv": "participant_id,population\nP01,adult\nP02,adult\n",
    "needs.csv": "participant_id,service_id,per_week\nP01,individual,1\nP02,individual,1\n",
    "therapists.csv": "therapist_id,availability,shared,max_hours_per_day\nT01,Mon 09:00-13:00,yes,3\nT02,never,no,\n",
}
TRAVEL = "from,to,minutes\neast,west,60\n"


@pytest.fixture
def run(monkeypatch):
    return runner(monkeypatch)


@pytest.fixture
def pair(tmp_path):
    """Return a network file of two sites whose one therapist is the same person."""
    for name in ("east", "west"):
        settings = CLINIC["clinic.toml"].replace('clinic_id = "small"', f'clinic_id = "{name}"')
        write(tmp_path / name, {**CLINIC, "clinic.toml": settings})
    (tmp_path / "NETWORK.csv").write_text("clinic\neast\nwest\n")
    (tmp_path / "travel.csv").write_text(TRAVEL)
    return tmp_path


def groups(folder):
    return linked(sites_of([folder / "NETWORK.csv"], MONDAY))


def faults(folder):
    with pytest.raises(InputError) as caught:
        groups(folder)
    return sorted(str(issue) for issue in caught.value.issues if issue.level == "error")


def result(done):
    return json.loads(done.stdout.splitlines()[-1])


def crossing(folder, *names):
    """Return what the drafts of these sites ask of shared staff that they cannot do."""
    (group,) = groups(folder).groups
    problems = {name: read_problem(folder / name, MONDAY) for name in names}
    weeks = {name: read_schedule(folder / name / "schedules" / WEEK, problems[name]) for name in names}
    drafts = [Timetable(name, "America/Chicago", MONDAY, week.sessions) for name, week in weeks.items()]
    return clashes(links_of(group, problems), drafts)


def test_one_id_marked_at_two_sites_is_one_person(pair):
    (group,) = groups(pair).groups
    assert [site.name for site in group.sites] == ["east", "west"]
    assert [(person.id, person.at) for person in group.people] == [("T01", (("east", "T01"), ("west", "T01")))]
    assert group.travel == (("east", "west", 60), ("west", "east", 60))
    links = links_of(group, {name: read_problem(pair / name, MONDAY) for name in ("east", "west")})
    assert (links.people[0].max_minutes_per_day, links.people[0].rest_minutes) == (180, 720)


def test_people_csv_maps_ids_and_states_limits(pair):
    (pair / "people.csv").write_text(
        "person,site,therapist_id,max_hours_per_day,max_hours_per_week\nS1,east,T01,2,\nS1,west,T02,,10\n"
    )
    found = groups(pair)
    assert [(person.id, dict(person.at)) for person in found.groups[0].people] == [
        ("S1", {"east": "T01", "west": "T02"})
    ]
    assert found.groups[0].people[0].max_minutes_per_day == 120
    assert found.groups[0].people[0].max_minutes_per_week == 600
    (pair / "people.csv").write_text("Person;Clinic;Therapist ID\nS1;./east;T01\nS1;west;T02\n", encoding="utf-16")
    assert [(person.id, dict(person.at)) for person in groups(pair).groups[0].people] == [
        ("S1", {"east": "T01", "west": "T02"})
    ]
    # T01 of the other site is marked as shared, too, and nobody else is that person now
    assert [issue.code for issue in found.issues] == ["W-SHARED"]


def test_limits_of_a_person_stand_in_any_row_and_none_is_no_hours(pair):
    head = "person,site,therapist_id,max_hours_per_day,max_hours_per_week\n"
    (pair / "people.csv").write_text(f"{head}S1,east,T01,0,\nS1,west,T01,,0\n")
    (person,) = groups(pair).groups[0].people
    assert (person.max_minutes_per_day, person.max_minutes_per_week) == (0, 0)
    write(pair / "north", CLINIC)
    (pair / "NETWORK.csv").write_text("clinic\neast\nwest\nnorth\n")
    (pair / "people.csv").write_text(f"{head}S1,east,T01,,\nS1,west,T01,2,0\nS1,north,T01,3,1\n")
    assert [line.split(": E-PERSON-TWICE Row 3 ")[0] for line in faults(pair)] == [
        "people.csv:4, column max_hours_per_day",
        "people.csv:4, column max_hours_per_week",
    ]


def test_a_person_at_one_site_alone_is_told(pair):
    """A code with a typing error would leave somebody free to be booked twice, and nobody would know."""
    (pair / "people.csv").write_text("person,site,therapist_id\nS1,east,T01\ns1,west,T01\n")
    found = groups(pair)
    assert found.groups == ()
    assert [(issue.code, issue.row, issue.column) for issue in found.issues] == [
        ("W-SHARED", 2, "person"),
        ("W-SHARED", 3, "person"),
    ]
    assert found.issues[0].remedy == "Did you mean 's1'?"


def test_sites_that_share_nobody_are_on_their_own(pair):
    write(pair / "north", CLINIC | {"therapists.csv": "therapist_id\nT01\n"})
    (pair / "NETWORK.csv").write_text("clinic\neast\nnorth\nwest\n")
    (group,) = groups(pair).groups
    assert [site.name for site in group.sites] == ["east", "west"]


def test_every_fault_of_both_files_at_once(pair):
    (pair / "people.csv").write_text(
        "person,site,therapist_id,max_hours_per_day\n"
        "S1,east,T01,2\nS1,west,T01,3\nS2,weast,T01,\nS3,east,T01,\nS1,east,T02,\nS4,west,T9,\n"
    )
    (pair / "travel.csv").write_text("from,to,minutes\neast,west,60\neast,west,30\nwest,west,5\neast,nowhere,many\n")
    codes = [line.split(": ")[1].split(" ")[0] for line in faults(pair)]
    assert sorted(codes) == [
        "E-NUMBER",
        "E-PERSON-TWICE",  # S1 has another limit in its second row
        "E-PERSON-TWICE",  # T01 of east is S1 and S3
        "E-PERSON-TWICE",  # S1 has two ids at east
        "E-PERSON-UNKNOWN",
        "E-SITE-UNKNOWN",
        "E-SITE-UNKNOWN",
        "E-TRAVEL-TWICE",
        "E-TRAVEL-TWICE",
    ]
    assert all(line.endswith((".", "?")) for line in faults(pair))


def test_a_way_that_nobody_wrote_is_told(pair):
    (pair / "travel.csv").unlink()
    assert [issue.code for issue in groups(pair).issues] == ["W-TRAVEL"]


def test_a_copied_clinic_is_told(pair):
    """Two clinics with one ``clinic_id`` are one clinic for calendars."""
    (pair / "west" / "clinic.toml").write_text((pair / "east" / "clinic.toml").read_text())
    assert [issue.code for issue in groups(pair).issues] == ["W-CLINIC-ID"]


def test_a_night_has_nobody_at_two_sites_at_once(run, pair):
    """Four hours, four sessions and an hour's way: one of the sessions finds no place, whatever is done."""
    done = run("network", pair / "NETWORK.csv", *QUICK, "--json")
    assert done.exit_code == 4, done.output
    told = result(done)["sites"][0]["linked"]
    assert (told["sites"], told["unmet"], told["bound"]) == (["east", "west"], 60, 60)
    assert sum(told["people"][0]["minutes"].values()) == 180
    assert crossing(pair, "east", "west") == ()
    for name in ("east", "west"):
        assert run("verify", pair / name, pair / name / "schedules" / WEEK).exit_code in (0, 4)
    again = run("network", pair / "NETWORK.csv", *QUICK, "--json")
    assert [row["state"] for row in result(again)["sites"]] == ["skipped", "skipped"]
    assert result(again)["sites"][1]["linked"] == told
    (pair / "travel.csv").write_text(TRAVEL.replace("60", "30"))  # what links the sites has changed
    assert [row["state"] for row in result(run("network", pair / "NETWORK.csv", *QUICK, "--json"))["sites"]] == [
        "done"
    ] * 2


def test_one_site_alone_heeds_what_the_other_has(run, pair):
    """``--only``: the week that lies at the other site binds, published or not."""
    assert run("network", pair / "NETWORK.csv", *QUICK, "--only", "west").exit_code == 0
    before = (pair / "west" / "schedules" / WEEK / "sessions.csv").read_bytes()
    done = run("network", pair / "NETWORK.csv", *QUICK, "--only", "east", "--json")
    assert [row["site"] for row in result(done)["sites"]] == ["east"]
    assert crossing(pair, "east", "west") == ()
    assert (pair / "west" / "schedules" / WEEK / "sessions.csv").read_bytes() == before
    assert run("network", pair / "NETWORK.csv", "--only", "wst").exit_code == 2


def test_a_published_week_binds_also_where_the_site_has_faults(run, pair):
    run("network", pair / "NETWORK.csv", *QUICK, "--only", "west")
    assert run("publish", pair / "west", pair / "west" / "schedules" / WEEK).exit_code == 0
    (pair / "people.csv").write_text("person,site,therapist_id\nS1,east,T01\nS1,west,T01\n")
    (pair / "west" / "rooms.csv").write_text("room_id,capacity\nR1,many\n")
    done = run("network", pair / "NETWORK.csv", *QUICK, "--json")
    assert [row["state"] for row in result(done)["sites"]] == ["done", "bad_input"]
    (pair / "west" / "rooms.csv").write_text(CLINIC["rooms.csv"])
    assert crossing(pair, "east", "west") == ()


def test_a_shared_person_has_one_calendar(run, pair):
    """The entries of each site's own export with the same identities, the site before the room, nobody of the participants."""
    run("network", pair / "NETWORK.csv", *QUICK)
    sites = groups(pair)
    made = {name: pair / name / "schedules" / WEEK for name in ("east", "west")}
    results = [SiteResult(site, SiteState.DONE, folder=made[site.name]) for site in sites.sites]
    now = datetime(2026, 11, 29, 20, tzinfo=UTC)
    files = shared_calendars(sites, NightResult(tuple(results)), now)
    assert list(files) == ["calendars/shared-T01.ics"]
    events = {str(row["uid"]): row for row in Calendar.from_ical(files["calendars/shared-T01.ics"]).walk("VEVENT")}
    assert {str(row["location"]).split(":")[0] for row in events.values()} == {"east", "west"}
    assert b"P01" not in files["calendars/shared-T01.ics"]
    own = set()
    for name, folder in made.items():
        done = run("export", pair / name, folder, "--to", "ics", "--into", pair / f"{name}-exports")
        assert done.exit_code in (0, 4), done.output
        text = (pair / f"{name}-exports" / "calendars" / "therapist-T01.ics").read_bytes()
        own |= {str(row["uid"]) for row in Calendar.from_ical(text).walk("VEVENT")}
    assert own == set(events)
    again = shared_calendars(sites, NightResult(tuple(results)), now)
    assert again == files


@pytest.mark.slow  # processes of their own
def test_linked_sites_are_the_same_in_other_processes(run, pair):
    assert run("network", pair / "NETWORK.csv", *QUICK).exit_code == 4
    weeks = {name: pair / name / "schedules" / WEEK for name in ("east", "west")}
    serial = {name: {path.name: path.read_bytes() for path in folder.iterdir()} for name, folder in weeks.items()}
    jobs = ("--jobs", "2", "--again")
    assert run("network", pair / "NETWORK.csv", *QUICK, *jobs).exit_code == 4
    assert serial == {
        name: {path.name: path.read_bytes() for path in folder.iterdir()} for name, folder in weeks.items()
    }
