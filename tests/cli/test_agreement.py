"""One truth for one person: handout, calendar, page, workbook, ``show`` and the table for billing agree.

Where, when, how, with whom and how long, person by person and session by
session, in weeks made by hand and, slowly, in all examples.
"""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar

from iopsched import push
from iopsched.cli.exits import Exit
from iopsched.ingest import read_names
from iopsched.store import Pushed
from tests.support import agreement, small_clinic

WEEK = date(2026, 11, 30)
DATA = Path(__file__).parents[2] / "data"
PEOPLE = "participant_id,population,track,modality\nP1,adult,A,in_person\nP2,adult,A,telehealth\nP3,adult,A,either\nP4,adult,A,telehealth\n"
STAFF = "therapist_id,modality,name\nT1,either,Canary One\nT2,telehealth,Canary Two\nT3,either,Canary Three\n"
NAMES = re.compile(r",(name|Canary [A-Z]\w+)$", re.MULTILINE)
SERVICES = """service_id,kind,minutes,contact_minutes,staff,modality,guests
group,group,180,150,group:1,hybrid,
skills,group,90,,group:1,in_person,
individual,individual,60,50,individual:1,either,
family,family,60,,family:1,either,2
case,other,30,,individual:1,either,
"""
GROUPS = "group_id,service_id,track,population,sessions_per_week\nG1,group,A,adult,2\n"
HEADER = "session_id,date,weekday,start,end,service_id,group_id,room_id,therapist_ids,participants,modality"
HYBRID = (
    "G1-1,2026-11-30,Mon,09:00,12:00,group,G1,R1,T1;T2,4,hybrid|P1 P2 P3 P4",
    "G1-2,2026-12-02,Wed,09:00,12:00,group,G1,R1,T3,3,hybrid|P1 P2 P3",
)
VISITS = (
    "individual-1,2026-11-30,Mon,13:00,14:00,individual,,R2,T1,1,in_person|P1",
    "individual-2,2026-11-30,Mon,13:00,14:00,individual,,,T3,1,telehealth|P2",
    "individual-3,2026-12-01,Tue,17:30,18:30,individual,,,T1,1,telehealth|P3",
    "family-1,2026-12-03,Thu,12:00,13:00,family,,R1,T3,1,in_person|P3",
    "case-1,2026-12-04,Fri,08:00,08:30,case,,,T3,1,in_person|P1",
)
SHARED = (
    "skills-1,2026-12-01,Tue,10:00,11:30,skills,,R1,T1;T3,2,in_person|P1 P3",
    "case-2,2026-12-04,Fri,20:30,21:00,case,,R2,T1,2,in_person|P1 P3",
)
ONLINE = (
    "G1-1,2026-11-30,Mon,09:00,12:00,group,G1,,T1;T2,3,telehealth|P1 P2 P3",
    "individual-1,2026-12-01,Tue,09:00,10:00,individual,,,T2,1,telehealth|P2",
)
WEEKS = {
    "hybrid": HYBRID,
    "nobody remote": (HYBRID[1].replace("P1 P2 P3", "P1 P3").replace(",3,hybrid", ",2,hybrid"),),
    "everybody remote": (HYBRID[0].replace("P1 P2 P3 P4", "P2 P4").replace(",4,hybrid", ",2,hybrid"),),
    "remote lead": (HYBRID[0].replace("T1;T2", "T2;T1"),),
    "visits": VISITS,
    "all": (*HYBRID, *VISITS, *SHARED),
    "edited: hybrid without a room": (HYBRID[0].replace(",R1,", ",,"), *VISITS),
    "edited: online with a room": (VISITS[1].replace(",,,T3", ",,R1,T3"), *HYBRID),
    "edited: nobody leads": (HYBRID[1].replace(",T3,", ",,"), VISITS[0]),
}


def clinic_at(folder, zone="America/Chicago"):
    """Write a clinic with in-person, remote and undecided people."""
    tables = {"participants.csv": PEOPLE, "therapists.csv": STAFF, "services.csv": SERVICES, "groups.csv": GROUPS}
    settings = small_clinic.SETTINGS.replace("America/Chicago", zone)
    return small_clinic.write(folder, {**small_clinic.FILES, **tables, "clinic.toml": settings})


def week_at(folder, lines):
    """Write a schedule folder by hand."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = sorted(line.split("|") for line in lines)
    roster = [f"{row.split(',')[0]},{person}" for row, people in rows for person in people.split()]
    for name, text in {
        "sessions": [HEADER, *(row for row, _ in rows)],
        "roster": ["session_id,participant_id", *roster],
    }.items():
        (folder / f"{name}.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    return folder


def check(run, clinic, week, *, monday=WEEK):
    """Export everything and compare what each output tells each person."""
    target = clinic / "out"
    done = run("export", clinic, week, "--to", "xlsx,html,ics,csv,handouts", "--into", target)
    assert done.exit_code == Exit.DONE, done.stderr
    truth = agreement.attendees(target)
    assert truth
    staff = {one for rows in truth.values() for row in rows for one in row[4]}
    names = read_names(clinic)
    key_of = {name: key for table in (names.therapists, names.rooms) for key, name in table.items()}
    labels = {names.therapists.get(one, one) for one in staff}

    def by_id(found):
        """Return what was read with the ids of staff and rooms for their names, which exports show."""
        return {
            key_of.get(person, person): {
                (*row[:3], key_of.get(row[3], row[3]), frozenset(key_of.get(one, one) for one in row[4]), *row[5:])
                for row in rows
            }
            for person, rows in found.items()
        }

    seen = {
        "page": by_id(agreement.page(target, monday, labels)),
        "sign-in": by_id(agreement.signing(target, monday)),
        "calendar": by_id(agreement.calendars(target, "participant")),
        "handout": {
            key: {told[:5] for told in rows}
            for key, rows in by_id(agreement.handouts(target, "participant", monday)).items()
        },
    }
    for person, rows in truth.items():
        told = run("show", clinic, week, "--participant", person, "--json")
        seen.setdefault("show", {})[person] = {one[:5] for one in agreement.shown(told.stdout)}
        for name, found in seen.items():
            assert found.get(person) == rows, (name, person)
    own = by_id(agreement.handouts(target, "therapist", monday))
    books, calendars = by_id(agreement.staff_sheets(target, labels)), by_id(agreement.calendars(target, "therapist"))
    for person in staff:
        rows = agreement.shown(run("show", clinic, week, "--therapist", person, "--json").stdout)
        assert {(*row[:5], row[5]) for row in own[person]} == rows, ("handout", person)
        assert books[person] == rows, ("workbook", person)
        assert calendars[person] == {row[:5] for row in rows}, ("calendar", person)
    return truth


@pytest.mark.parametrize("name", WEEKS)
def test_every_output_tells_a_person_the_same(run, tmp_path, name):
    clinic = clinic_at(tmp_path / "clinic")
    truth = check(run, clinic, week_at(clinic / "schedules" / WEEK.isoformat(), WEEKS[name]))
    for person, rows in truth.items():
        places = {row[3] for row in rows}
        assert person not in ("P2", "P4") or places == {agreement.ONLINE}, "who is remote never comes in"


@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Kolkata"])
def test_also_where_the_clock_has_twenty_four_hours(run, tmp_path, zone):
    clinic = clinic_at(tmp_path / "clinic", zone)
    check(run, clinic, week_at(clinic / "schedules" / WEEK.isoformat(), WEEKS["all"]))


def test_a_published_week_and_the_draft_after_it(run, tmp_path):
    """The draft moves one visit and makes the other group session a meeting by video."""
    clinic = clinic_at(tmp_path / "clinic")
    week = week_at(clinic / "schedules" / WEEK.isoformat(), (*HYBRID, *VISITS))
    assert run("publish", clinic, week, "--force").exit_code == Exit.DONE
    check(run, clinic, week)
    moved = VISITS[0].replace("13:00,14:00", "15:00,16:00")
    check(
        run,
        clinic,
        week_at(week, (HYBRID[0], HYBRID[1].replace(",R1,", ",,").replace("hybrid", "telehealth"), moved, *VISITS[1:])),
    )


def entries(data):
    """Return what each entry of a calendar says, by its identity."""
    found = Calendar.from_ical(data).walk("VEVENT")
    return {one["uid"]: {key: str(value.to_ical()) for key, value in one.items()} for one in found}


@pytest.mark.parametrize("name", ["remote lead", "all", "edited: hybrid without a room"])
def test_a_server_is_sent_what_the_calendar_files_say(run, tmp_path, monkeypatch, name):
    """Staff and rooms, entry by entry: who joins a hybrid session by video is online in both.

    Nobody has a name here: files show those of staff and rooms, and a server is sent ids.
    """
    clinic = clinic_at(tmp_path / "clinic")
    for table in ("therapists.csv", "rooms.csv"):
        (clinic / table).write_text(NAMES.sub("", (clinic / table).read_text(encoding="utf-8")), encoding="utf-8")
    week = week_at(clinic / "schedules" / WEEK.isoformat(), WEEKS[name])
    assert run("publish", clinic, week, "--force").exit_code == Exit.DONE
    assert run("export", clinic, week, "--to", "ics", "--into", tmp_path / "out").exit_code == Exit.DONE
    seen = []
    monkeypatch.setattr(
        push, "push", lambda _client, _address, plan, _memory, base, **_options: seen.append((plan, base)) or ()
    )
    assert run("push", clinic, week, "--caldav", "https://dav.example.org/staff/").exit_code == Exit.DONE
    ((plan, base),) = seen
    assert "therapist-T2" in plan.collections
    for collection, objects in plan.collections.items():
        pushed = {uid: entries(wanted.data)[uid] for uid, wanted in objects.items()}
        assert pushed == entries((tmp_path / "out" / "calendars" / f"{collection}.ics").read_bytes()), collection
        for uid, wanted in objects.items():
            sent = Pushed(uid, "", "", wanted.sha, 0, WEEK, 1)
            assert base(collection, sent) == wanted.data, "it is made anew as it was sent"


def test_a_clinic_that_meets_online_only(run, tmp_path):
    clinic = clinic_at(tmp_path / "clinic")
    (clinic / "services.csv").write_text(SERVICES.replace("hybrid", "telehealth"), encoding="utf-8")
    truth = check(run, clinic, week_at(clinic / "schedules" / WEEK.isoformat(), ONLINE))
    assert {row[3] for rows in truth.values() for row in rows} == {agreement.ONLINE}


@pytest.mark.slow
@pytest.mark.parametrize("example", sorted(path.name for path in DATA.iterdir() if path.is_dir()))
def test_all_examples(run, tmp_path, example):
    clinic = tmp_path / example
    shutil.copytree(DATA / example, clinic, ignore=shutil.ignore_patterns("schedules", "exports"))
    week = tmp_path / "week"
    run("solve", clinic, "--week", WEEK, "--time-limit", "8", "--out", week)
    check(run, clinic, week)
